import type { Context, Verb } from '../command.ts'
import { plain } from '../failure.ts'
import { groupHelp } from '../help.ts'
import { JsonPath } from '../print/jsonpath.ts'
import { printerFor } from '../print/output.ts'
import { alignTable } from '../print/table.ts'

/** There is one cluster, one user and one context; the namespace of the context is the session's. */
export const CONFIG_NAME = 'lab'
const SERVER = 'https://172.18.0.1:6443'

function kubeconfig(c: Context): object {
  return {
    apiVersion: 'v1',
    clusters: [{ cluster: { server: SERVER }, name: CONFIG_NAME }],
    contexts: [{ context: { cluster: CONFIG_NAME, ...namespaceOf(c), user: CONFIG_NAME }, name: CONFIG_NAME }],
    'current-context': CONFIG_NAME,
    kind: 'Config',
    users: [{ name: CONFIG_NAME, user: {} }],
  }
}

const namespaceOf = (c: Context) => (c.contextNamespace === 'default' ? {} : { namespace: c.contextNamespace })

const noContext = (name: string) => plain(`no context exists with the name: ${JSON.stringify(name)}`)

/** k8s kubectl pkg/cmd/config/view.go (v1.36) */
const view: Verb = {
  name: 'view',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: [
    { name: 'minify', type: 'bool' },
    { name: 'raw', type: 'bool' },
    { name: 'flatten', type: 'bool' },
    { name: 'merge', type: 'bool', default: 'true' },
    { name: 'output', short: 'o', type: 'string', default: 'yaml' },
  ],
  run: (c) => {
    const format = c.flags.text('output')
    const config = kubeconfig(c)
    if (format.startsWith('jsonpath=')) {
      const path = JsonPath.parse(format.slice('jsonpath='.length))
      const result = typeof path === 'string' ? undefined : path.execute(config)
      if (!result?.ok) return [plain(typeof path === 'string' ? path : (result?.error ?? ''))]
      c.out(result.text)
      return []
    }
    const printer = printerFor(format)
    if (typeof printer === 'string') return [plain(printer)]
    const printed = printer(config as never)
    if (!printed.ok) return [plain(printed.error)]
    c.out(printed.text)
    return []
  },
}

/** k8s kubectl pkg/cmd/config/get_contexts.go (v1.36) */
const getContexts: Verb = {
  name: 'get-contexts',
  short: 'Describe one or many contexts',
  flags: [
    { name: 'no-headers', type: 'bool' },
    { name: 'output', short: 'o', type: 'string' },
  ],
  run: (c) => {
    const strange = c.args.filter((name) => name !== CONFIG_NAME)
    if (c.flags.text('output') === 'name') {
      if (c.args.length === 0 || c.args.includes(CONFIG_NAME)) c.out(`${CONFIG_NAME}\n`)
    } else {
      const header = ['CURRENT', 'CONFIG_NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']
      const row = ['*', CONFIG_NAME, CONFIG_NAME, CONFIG_NAME, namespaceOf(c).namespace ?? '']
      const rows = c.args.length === 0 || c.args.includes(CONFIG_NAME) ? [row] : []
      c.out(alignTable(c.flags.on('no-headers') ? rows : [header, ...rows]))
    }
    return strange.map((name) => plain(`context ${name} not found`))
  },
}

const currentContext: Verb = {
  name: 'current-context',
  short: 'Display the current-context',
  flags: [],
  run: (c) => {
    c.out(`${CONFIG_NAME}\n`)
    return []
  },
}

const getClusters: Verb = {
  name: 'get-clusters',
  short: 'Display clusters defined in the kubeconfig',
  flags: [],
  run: (c) => {
    c.out(`CONFIG_NAME\n${CONFIG_NAME}\n`)
    return []
  },
}

const getUsers: Verb = { ...getClusters, name: 'get-users', short: 'Display users defined in the kubeconfig' }

/** k8s kubectl pkg/cmd/config/set_context.go (v1.36) */
const setContext: Verb = {
  name: 'set-context',
  short: 'Set a context entry in kubeconfig',
  usage: '[CONFIG_NAME | --current] [--namespace=namespace] [options]',
  flags: [{ name: 'current', type: 'bool' }],
  run: (c) => {
    const [name] = c.args
    if (c.args.length > 1) return [plain('Unexpected args: only one context name is taken')]
    if (c.flags.on('current') === (name !== undefined)) {
      return [plain('you must specify a non-empty context name or --current')]
    }
    if (name !== undefined && name !== CONFIG_NAME) {
      return [plain(`there is one cluster and one context here, ${CONFIG_NAME}; use --current --namespace=…`)]
    }
    const namespace = c.flags.maybe('namespace')
    if (namespace !== undefined) {
      if (!c.setNamespace) return [plain('no session keeps a namespace here; use -n with every command')]
      c.setNamespace(namespace || 'default')
    }
    c.out(`Context ${JSON.stringify(CONFIG_NAME)} modified.\n`)
    return []
  },
}

/** k8s kubectl pkg/cmd/config/use_context.go (v1.36) */
const useContext: Verb = {
  name: 'use-context',
  aliases: ['use'],
  short: 'Set the current-context in a kubeconfig file',
  flags: [],
  run: (c) => {
    if (c.args.length !== 1 || c.args[0] === '') return [plain('empty context names are not allowed')]
    if (c.args[0] !== CONFIG_NAME) return [noContext(c.args[0]!)]
    c.out(`Switched to context ${JSON.stringify(CONFIG_NAME)}.\n`)
    return []
  },
}

/** Entries beside the one there is. */
const notKept = (name: string, short: string): Verb => ({
  name,
  short,
  flags: [],
  run: () => [plain(`"kubectl config ${name}" is not simulated: there is one cluster, one user and one context`)],
})

export const config: Verb = {
  name: 'config',
  about: `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

 There is one cluster, one user and one context here; the namespace of the context is the terminal's.`,
  usage: 'SUBCOMMAND [options]',
  flags: [],
  verbs: [
    currentContext,
    getClusters,
    getContexts,
    getUsers,
    setContext,
    useContext,
    view,
    notKept('delete-cluster', 'Delete the specified cluster from the kubeconfig'),
    notKept('delete-context', 'Delete the specified context from the kubeconfig'),
    notKept('delete-user', 'Delete the specified user from the kubeconfig'),
    notKept('rename-context', 'Rename a context from the kubeconfig file'),
    notKept('set', 'Set an individual value in a kubeconfig file'),
    notKept('set-cluster', 'Set a cluster entry in kubeconfig'),
    notKept('set-credentials', 'Set a user entry in kubeconfig'),
    notKept('unset', 'Unset an individual value in a kubeconfig file'),
  ],
  run: (c) => groupHelp(c, config),
}
