import { toYaml } from '../../manifest/index.ts'
import { API_RESOURCES } from '../api-resources.ts'
import { usage, type Verb } from '../command.ts'
import { plain } from '../failure.ts'
import { groupHelp } from '../help.ts'
import { unmatched } from '../print/output.ts'
import { alignTable } from '../print/table.ts'

/** The cluster's own address, as its `kubernetes` Service leads to it. */
const SERVER = 'https://172.18.0.1:6443'
const VERSION = 'v1.36.3'
/** Of the kubectl of that version, which has it built in. */
const KUSTOMIZE = 'v5.8.1'

/** k8s kubectl pkg/cmd/version/version.go (v1.36); the client is this one, which speaks as that of its version does */
export const version: Verb = {
  name: 'version',
  flags: [
    { name: 'client', type: 'bool' },
    { name: 'output', short: 'o', type: 'string' },
  ],
  run: (c) => {
    const isClient = c.flags.on('client')
    const info = { major: '1', minor: '36', gitVersion: VERSION, compiler: 'fairlead', platform: 'browser/simulated' }
    const all = {
      clientVersion: info,
      kustomizeVersion: KUSTOMIZE,
      ...(!isClient && { serverVersion: info }),
    }
    switch (c.flags.text('output')) {
      case '':
        c.out(`Client Version: ${VERSION}\nKustomize Version: ${KUSTOMIZE}\n`)
        if (!isClient) c.out(`Server Version: ${VERSION}\n`)
        return []
      case 'yaml':
        c.out(toYaml(all))
        return []
      case 'json':
        c.out(`${JSON.stringify(all, undefined, 2)}\n`)
        return []
      default:
        return [plain("--output must be 'yaml' or 'json'")]
    }
  },
}

/** k8s kubectl pkg/cmd/clusterinfo/clusterinfo.go (v1.36) */
export const clusterInfo: Verb = {
  name: 'cluster-info',
  flags: [],
  run: (c) => {
    if (c.args[0] === 'dump')
      return [plain('"kubectl cluster-info dump" is not simulated: use `kubectl get all -A -o yaml`')]
    const dns = `${SERVER}/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy`
    c.out(`Kubernetes control plane is running at ${SERVER}\nCoreDNS is running at ${dns}\n\n`)
    c.out("To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
    return []
  },
}

/** k8s kubectl pkg/cmd/apiresources/apiversions.go (v1.36) */
export const apiVersions: Verb = {
  name: 'api-versions',
  flags: [],
  run: (c) => {
    const versions = new Set([...API_RESOURCES.map((r) => r.apiVersion), 'autoscaling/v1'])
    c.out(
      [...versions]
        .sort()
        .map((v) => `${v}\n`)
        .join(''),
    )
    return []
  },
}

const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '')

/** k8s kubectl pkg/cmd/apiresources/apiresources.go (v1.36) */
export const apiResources: Verb = {
  name: 'api-resources',
  flags: [
    { name: 'no-headers', type: 'bool' },
    { name: 'output', short: 'o', type: 'string' },
    { name: 'api-group', type: 'string' },
    { name: 'namespaced', type: 'bool', default: 'true' },
    { name: 'verbs', type: 'list' },
    { name: 'sort-by', type: 'string' },
    { name: 'cached', type: 'bool' },
    { name: 'categories', type: 'list' },
  ],
  run: (c) => {
    const { flags } = c
    if (c.args.length > 0) return [plain(usage(c, `unexpected arguments: [${c.args.join(' ')}]`))]
    const format = flags.text('output')
    if (!['', 'wide', 'name'].includes(format))
      return [plain(unmatched(format, ['json', 'kyaml', 'name', 'wide', 'yaml']))]
    const by = flags.text('sort-by')
    if (!['', 'name', 'kind'].includes(by)) return [plain('--sort-by accepts only name or kind')]
    const has = (list: string, wanted: readonly string[]) => wanted.every((w) => list.split(',').includes(w))
    const found = API_RESOURCES.filter(
      (r) =>
        (!flags.has('api-group') || groupOf(r.apiVersion) === flags.text('api-group')) &&
        (!flags.has('namespaced') || r.namespaced === flags.on('namespaced')) &&
        has(r.verbs, flags.all('verbs')) &&
        has(r.categories, flags.all('categories')),
    )
    const sorted = by === '' ? found : [...found].sort((a, b) => (a[by as 'name'] < b[by as 'name'] ? -1 : 1))
    if (format === 'name') {
      for (const r of sorted) c.out(`${r.name}${groupOf(r.apiVersion) === '' ? '' : `.${groupOf(r.apiVersion)}`}\n`)
      return []
    }
    const wide = format === 'wide'
    const header = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])]
    const rows = sorted.map((r) => [
      r.name,
      r.short,
      r.apiVersion,
      String(r.namespaced),
      r.kind,
      ...(wide ? [r.verbs, r.categories] : []),
    ])
    c.out(alignTable(flags.on('no-headers') ? rows : [header, ...rows]))
    return []
  },
}

const OPEN = 'access control is not modelled: every request is allowed'

const canI: Verb = {
  name: 'can-i',
  short: 'Check whether an action is allowed',
  flags: [
    { name: 'all-namespaces', short: 'A', type: 'bool' },
    { name: 'quiet', short: 'q', type: 'bool' },
    { name: 'list', type: 'bool' },
    { name: 'subresource', type: 'string' },
    { name: 'no-headers', type: 'bool' },
  ],
  run: (c) => {
    if (c.flags.on('list')) return [plain(`"kubectl auth can-i --list" is not simulated: ${OPEN}`)]
    if (c.args.length < 2 || c.args.length > 3) {
      const words = 'you must specify two arguments: verb resource or verb resource/resourceName.'
      return [plain(`${words}\nSee 'kubectl auth can-i -h' for help and examples.`)]
    }
    if (!c.flags.on('quiet')) c.out('yes\n')
    c.err(`Warning: ${OPEN}\n`)
    return []
  },
}

const whoami: Verb = {
  name: 'whoami',
  short: 'Experimental: Check self subject attributes',
  flags: [],
  run: () => [plain(`"kubectl auth whoami" is not simulated: ${OPEN}`)],
}

const reconcile: Verb = {
  name: 'reconcile',
  short: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
  flags: [],
  run: () => [plain(`"kubectl auth reconcile" is not simulated: ${OPEN}`)],
}

export const auth: Verb = {
  name: 'auth',
  about: 'Inspect authorization.',
  flags: [],
  verbs: [canI, reconcile, whoami],
  run: (c) => groupHelp(c, auth),
}
