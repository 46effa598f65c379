import { describe, expect, it, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { clientFrom } from '../../cli/client-from.ts'
import { openCluster } from '../../cli/open-cluster.ts'
import { type CauseCode, type Finding, formatPath, splitKey } from '../model/index.ts'
import { SCENARIOS, searchScenarios } from './catalog.ts'
import { ENTRIES, GALLERY } from './gallery.ts'
import { parseGalleryEntry, type Version } from './gallery-entry.ts'

const shown = (key: string | undefined) => {
  if (key === undefined) return ''
  const { kind, namespace, name } = splitKey(key)
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`
}
const causeShown = (finding: Finding | undefined) =>
  finding && `${finding.code} ${shown(finding.objects[0])} ${formatPath(finding.path)}`.trim()

/** The cluster that a version describes, and what became of its requests. */
function ask({ text, ask }: Version) {
  const { cluster, diagnostics } = openCluster([{ name: 'app.yaml', text }])
  const client = clientFrom(cluster, ask.from)
  if (typeof client === 'string') throw new Error(client)
  const request = { url: ask.to, connection: ask.connection, timeout: 2000 }
  const traces = Array.from({ length: ask.times }, () => cluster.send(client, request))
  return { cluster, diagnostics, traces, cause: cluster.causeOf(client, traces) }
}

describe.each(ENTRIES.map((entry) => [entry.id, entry] as const))('the broken set-up %s', (_, entry) => {
  it('does what its first lines say, and the first cause is exactly theirs', () => {
    const { traces, cause, cluster } = ask(entry.broken)
    expect(traces.map((t) => t.outcome)).toContain(entry.outcome)
    const error = traces.find((t) => t.outcome === entry.outcome)?.error
    // how many ms it took is not what one remembers of it
    if (error !== undefined && entry.outcome !== 'answered' && !entry.broken.ask.to.startsWith('udp:'))
      expect(entry.symptom).toContain(error.replace(/ after \d+ ms/, ''))
    const { code, object, path } = entry.cause
    expect(causeShown(cause)).toBe(`${code} ${object} ${path}`.trim())
    // whoever looks at the whole cluster is told the same, and nothing worse
    const loud = cluster.findings().filter((f) => f.severity === 'error')
    expect([...new Set(loud.map((f) => f.code))].filter((c) => c !== code)).toEqual([])
  })

  it('is answered once it is mended, without an error or a warning', () => {
    const { traces, cause, cluster, diagnostics } = ask(entry.mended)
    expect([...new Set(traces.map((t) => `${t.outcome} ${t.http ?? ''}`.trim()))]).toEqual([
      expect.stringMatching(/^answered( 200)?$/),
    ])
    const loud = ({ severity }: { severity: string }) => severity !== 'hint'
    expect(diagnostics.filter(loud)).toEqual([])
    expect(cluster.findings().filter(loud).map(causeShown)).toEqual([])
    expect(cause && loud(cause) ? causeShown(cause) : undefined).toBeUndefined()
  })

  it('is short, and reads well', () => {
    expect(entry.title.length).toBeLessThan(60)
    expect(entry.symptom.length).toBeLessThan(140)
    expect(entry.mend).toMatch(/^[A-Za-z].*\.$/)
    for (const { text } of [entry.broken, entry.mended]) {
      expect(text.length).toBeLessThan(2500)
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThan(53)
      for (const doc of parseAllDocuments(text)) if ('errors' in doc) expect(doc.errors).toEqual([])
    }
  })
})

describe('the gallery', () => {
  it('shows every cause that there is', () => {
    const shownCodes = new Set<CauseCode>(ENTRIES.map((entry) => entry.cause.code))
    const all: Record<CauseCode, true> = {
      'selector.no-match': true,
      'selector.too-broad': true,
      'selector.other-namespace': true,
      'port.not-listening': true,
      'port.loopback-only': true,
      'port.name-unknown': true,
      'port.not-on-service': true,
      'port.protocol': true,
      'service.not-found': true,
      'dns.no-such-name': true,
      'dns.not-cluster-dns': true,
      'dns.search-path': true,
      'pod.not-ready': true,
      'pod.not-running': true,
      'pod.gone': true,
      'pod.none': true,
      'pod.error': true,
      'pod.slow': true,
      'pod.published-not-ready': true,
      'policy.no-local-endpoint': true,
      'lb.pending': true,
      'lb.source-range': true,
      'nodeport.wrong-port': true,
      'nodeport.other-family': true,
      'clusterip.from-outside': true,
      'pod.from-outside': true,
      'endpoints.name-mismatch': true,
      'endpoints.port-name': true,
      'endpoints.bad-address': true,
      'endpoints.virtual-address': true,
      'endpoints.none': true,
      'headless.no-mapping': true,
      'externalname.address': true,
      'affinity.sticky': true,
      'connection.kept': true,
      'spread.chance': true,
      'workload.scaled-to-zero': true,
      'address.nobody': true,
      'network.hairpin': true,
      'outside.silent': true,
      'url.bad': true,
      'api.refused': true,
    }
    expect(Object.keys(all).filter((code) => !shownCodes.has(code as CauseCode))).toEqual(NOT_SHOWN)
    expect(ENTRIES.length).toBeGreaterThanOrEqual(36)
  })

  it('has examples of its own names, each under a heading, with one step', () => {
    expect(GALLERY.length).toBe(ENTRIES.length)
    const ids = [...SCENARIOS, ...GALLERY].map((s) => s.id)
    expect(ids.length).toBe(new Set(ids).size)
    for (const { id, steps, files } of GALLERY) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(steps.map((s) => s.label)).toEqual(['Mend it'])
      const step = steps[0]!.do
      if (step.type === 'edit') expect(files[0]!.text.replace(step.find, () => step.replace)).toBe(step.replace)
    }
  })

  it('is found by symptom and by code', () => {
    const among = [...SCENARIOS, ...GALLERY]
    expect(searchScenarios('selector.too-broad', among).map((s) => s.id)).toContain('labels-two-programs')
    expect(searchScenarios('could not resolve', among).length).toBeGreaterThan(5)
    expect(searchScenarios('<pending>', among).map((s) => s.id)).toContain('door-balancer-pending')
  })
})

/** A request under way when its pod goes: no text alone does that. A host of the world outside that says nothing: not ours to mend. */
const NOT_SHOWN: readonly CauseCode[] = ['pod.gone', 'outside.silent']

test('a file of the gallery that is wrong says what is missing', () => {
  expect(() => parseGalleryEntry('x', '# title: X\n')).toThrow('x: one "# --- mended ---"')
  expect(() => parseGalleryEntry('x', '# title: X\na: 1\n# --- mended ---\na: 2\n')).toThrow('x: no "# cause: …"')
})
