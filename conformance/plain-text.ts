const SUFFIX = '[bcdfghjklmnpqrstvwxz2456789]'
const REPLICA_SET_POD = new RegExp(`\\b([a-z0-9][a-z0-9.-]*?)-${SUFFIX}{6,10}-${SUFFIX}{5}\\b`, 'g')
const TEMPLATE_HASH = new RegExp(`\\b([a-z][a-z0-9-]*?)-(?=${SUFFIX}{8,10}\\b)(?=[a-z]*\\d)${SUFFIX}{8,10}\\b`, 'g')
const GENERATED_NAME = new RegExp(`\\b([a-z][a-z0-9-]*?)-(${SUFFIX}{5})\\b`, 'g')

/**
 * Text with what no simulation can know replaced by a common name: ages, uids, times, and the addresses, node ports and name suffixes
 * that the cluster picked itself. `said` is the text of the case: what appears there was not picked.
 */
export function plainText(text: string, said: string): string {
  return (
    text
      // the lab's kubelets are stand-ins: no events of theirs, no ids, a version of their own
      .replace(/^Events:[^\n]*(\n[ \t]+[^\n]*)*/gm, 'Events:')
      .replace(/^[ -]*(containerID|imageID|Container ID|Image ID):.*\n/gm, '')
      // a pod's status in YAML has what a real kubelet writes, and the stand-in does not
      .replace(/^status:\n(?: .*\n?)*/gm, (all, _at: number, whole: string) => (/^kind: Pod$/m.test(whole) ? '' : all))
      // the order of a slice's endpoints is the order of a Go map
      .replace(
        /^Endpoints:\n((?: {2}.*\n)+)/gm,
        (_, body: string) =>
          `Endpoints:\n${body
            .split(/^(?= {2}- )/m)
            .sort()
            .join('')}`,
      )
      // Go's dump of the two pods, and the place in the source where the server made its scheme
      .replace(/\n@@ -\d+,\d+ \+\d+,\d+ @@[\s\S]*$/, '')
      .replace(/in scheme "[^"]*"/g, 'in scheme "<scheme>"')
      .replace(/\b(pod-template-hash|controller-revision-hash)(=|": ?"|: )[a-z0-9.-]+/g, '$1$2<hash>')
      .replace(/v0\.0\.0-lab|\bv1\.\d\d\.\d+\b/g, '<version>')
      .replace(/\b\d+\.\d+\.\d+\.\d+(:\d+)?(,\d+\.\d+\.\d+\.\d+(:\d+)?)+/g, (list) => list.split(',').sort().join(','))
      .replace(/\b10\.96\.\d{1,3}\.\d{1,3}\b/g, (ip) =>
        said.includes(ip) || ip === '10.96.0.1' || ip === '10.96.0.10' ? ip : '<clusterIP>',
      )
      .replace(/\b3[0-2]\d{3}\b/g, (port) =>
        said.includes(port) || Number(port) < 30000 || Number(port) > 32767 ? port : '<nodePort>',
      )
      .replace(REPLICA_SET_POD, '$1-<hash>-<id>')
      .replace(TEMPLATE_HASH, '$1-<hash>')
      .replace(GENERATED_NAME, (all, base: string) => (said.includes(all) ? all : `${base}-<id>`))
      .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>')
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\b/g, '<time>')
      .replace(/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} [\d:]+ [+-]\d{4}\b/g, '<time>')
      .replace(/^(\s*resourceVersion: ).*$/gm, '$1<version>')
      .replace(/\b(?:in|exceeded|for) \d+(?:\.\d+)?m?s\b/g, (m) => m.replace(/\d.*/, '<age>'))
      .replace(/(^|\s)(?:\d+[smhd])+(?=\s|$)/gm, '$1<age>')
      .split('\n')
      .map((line) => line.replace(/[ \t]{2,}/g, (gap, at: number) => (at === 0 ? gap : '  ')).trimEnd())
      .join('\n')
      .trim()
  )
}

/** Where the scheduler put a pod that names no node is chance: then neither nodes nor pods' addresses are compared. */
export const somewhere = (text: string): string =>
  text
    .replace(/\b10\.244\.\d+\.\d+\b/g, '<podIP>')
    .replace(/\b172\.18\.0\.1[123]\b/g, '<nodeIP>')
    .replace(/\bnode-[123]\b/g, '<node>')
    .replace(/\bzone-[ab]\b/g, '<zone>')
