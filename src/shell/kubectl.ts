import type { Cluster } from '../engine/index.ts'
import type { KObject, Trace } from '../model/index.ts'
import type { Context, Exec, Outcome, Pause, Run, Verb } from './command.ts'
import type { ApiDocs } from './explain/api-docs.ts'
import { errorText, type Failure, plain } from './failure.ts'
import { type FlagSpec, type Flags, parseFlags } from './flags.ts'
import { Forwards } from './forwards.ts'
import { helpText, overview } from './help.ts'
import { copyOf } from './trial.ts'
import { CONFIG_NAME } from './verbs/config.ts'
import { VERBS } from './verbs.ts'

export interface KubectlOptions {
  readonly stdin?: string
  /** The context's namespace. Default: `default`. */
  readonly namespace?: string
  /** Files that `-f NAME` finds. */
  readonly readFile?: (name: string) => string | undefined
  /** `config set-context --current --namespace` was said: the namespace of what follows. Without it the command is refused. */
  readonly setNamespace?: (namespace: string) => void
  /** Requests that were sent so far, oldest first, with `startedAt` as `Cluster.now` counts: what `logs` shows. */
  readonly traces?: () => readonly Trace[]
  /** Runs a command in a container (`exec`). Without it `exec` says that nothing does. */
  readonly exec?: Exec
  /** The ports that `port-forward` listens on, for those who connect to them. */
  readonly forwards?: Forwards
  /** Opens an object where the person edits text; a text says why it cannot. */
  readonly edit?: (object: KObject) => string | undefined
  /** What `explain` shows. It is big, and loaded when somebody asks (`loadApiDocs`); without it `explain` has fields and types only. */
  readonly apiDocs?: ApiDocs
  /**
   * Let virtual time pass where kubectl waits (`delete` until it is gone, `rollout status`). Without it a command that would wait
   * returns at once: the page has a clock of its own.
   */
  readonly wait?: boolean
}

export interface KubectlResult {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** Flags that every command takes. k8s cli-runtime pkg/genericclioptions/config_flags.go (v1.36) */
const GLOBAL_FLAGS: readonly FlagSpec[] = [
  { name: 'namespace', short: 'n', type: 'string' },
  { name: 'help', short: 'h', type: 'bool' },
  ...(
    ['kubeconfig', 'context', 'cluster', 'user', 'as', 'as-uid', 'token', 'username', 'password', 'cache-dir'] as const
  ).map((name): FlagSpec => ({ name, type: 'string' })),
  ...(['certificate-authority', 'client-certificate', 'client-key', 'tls-server-name', 'request-timeout'] as const).map(
    (name): FlagSpec => ({ name, type: 'string' }),
  ),
  { name: 'server', short: 's', type: 'string' },
  { name: 'as-group', type: 'array' },
  { name: 'v', short: 'v', type: 'string' },
  { name: 'insecure-skip-tls-verify', type: 'bool' },
  { name: 'disable-compression', type: 'bool' },
  { name: 'warnings-as-errors', type: 'bool' },
]

/** Commands of kubectl that this one does not have: what to do instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  alpha: 'these commands are not ready in kubectl either',
  attach: 'nothing writes to a terminal in the containers here; use `kubectl exec -it POD -- sh`',
  certificate: 'certificates are not modelled',
  completion: 'the terminal here completes by itself',
  cp: 'containers have no files of yours here; use a ConfigMap',
  debug: 'a pod with tools does the same: `kubectl run debug --image=busybox`, then `kubectl exec -it debug -- sh`',
  kuberc: 'there are no preferences here',
  kustomize: 'run `kustomize build` and paste what it prints',
  plugin: 'there are no plugins here',
  proxy: 'there is no API server to reach from outside; use `kubectl get KIND -o json`',
  top: 'nothing is measured here',
}

/**
 * Run a kubectl command on a cluster, to its end.
 *
 * @param args the words after `kubectl`
 * @returns exit code, stdout and stderr, in kubectl's words; never throws for a command that is wrong
 */
export function runKubectl(cluster: Cluster, args: readonly string[], options: KubectlOptions = {}): KubectlResult {
  let stdout = ''
  let stderr = ''
  const process = kubectl(cluster, args, options, {
    out: (text) => {
      stdout += text
    },
    err: (text) => {
      stderr += text
    },
  })
  for (;;) {
    const step = process.next()
    if (step.done) return { exit: step.value, stdout, stderr }
    if (step.value.endless || !options.wait || !letTimePass(cluster, step.value)) return { exit: 0, stdout, stderr }
  }
}

/** To the next thing that happens, at most to the end of the pause. False when nothing ever will. */
function letTimePass(cluster: Cluster, { until }: Pause): boolean {
  const next = cluster.nextTaskAt()
  const to = next === undefined ? until : until === undefined ? next : Math.min(next, until)
  if (to === undefined) return false
  cluster.advance(to)
  return true
}

export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/**
 * A kubectl command as a process that writes as it goes and pauses where kubectl waits: after each pause, go on when something happened
 * in the cluster or its moment has come. Returns the exit code.
 */
export function* kubectl(
  cluster: Cluster,
  args: readonly string[],
  options: KubectlOptions,
  streams: Streams,
): Generator<Pause, number> {
  const end = (failures: readonly Failure[]) => {
    streams.err(errorText(failures))
    const exit = failures.find((f) => f.type === 'exit')
    return exit?.code ?? (failures.length > 0 ? 1 : 0)
  }
  const found = findVerb(args)
  if ('problem' in found) {
    if (found.problem !== HELP) return end([plain(found.problem)])
    streams.out(overview(VERBS))
    return 0
  }
  const { verb, path, words } = found
  const specs = [...verb.flags, ...GLOBAL_FLAGS.filter((g) => !verb.flags.some((f) => f.name === g.name))]
  const parsed = parseFlags(words, specs)
  if (!parsed.ok) return end([plain(`${parsed.error}\nSee '${path} --help' for usage.`)])
  streams.err(parsed.flags.deprecations())
  if (parsed.flags.on('help')) {
    streams.out(helpText(verb, path, GLOBAL_FLAGS))
    return 0
  }
  const unknown = path.startsWith('kubectl config') ? undefined : configFault(parsed.flags, verb)
  if (unknown !== undefined) {
    streams.err(unknown)
    return 1
  }
  const warned = new Set<string>()
  const context: Context = {
    cluster: parsed.flags.text('dry-run') === 'server' ? copyOf(cluster) : cluster,
    flags: parsed.flags,
    args: parsed.args,
    dash: parsed.dash,
    namespace: parsed.flags.text('namespace') || (options.namespace ?? 'default'),
    explicitNamespace: parsed.flags.text('namespace') !== '' && !parsed.flags.on('all-namespaces'),
    stdin: options.stdin,
    readFile: options.readFile ?? (() => undefined),
    contextNamespace: options.namespace ?? 'default',
    setNamespace: options.setNamespace,
    traces: options.traces ?? (() => []),
    exec: options.exec,
    forwards: options.forwards ?? new Forwards(),
    edit: options.edit,
    apiDocs: options.apiDocs,
    out: streams.out,
    err: streams.err,
    warn: (text) => {
      if (!warned.has(text)) streams.err(`Warning: ${text}\n`)
      warned.add(text)
    },
    path,
  }
  const run: Run = verb.run(context)
  const outcome: Outcome = isProcess(run) ? yield* run : run
  return end(outcome)
}

/** What is not in the one configuration that there is. k8s client-go tools/clientcmd/client_config.go, validation.go (v0.36) */
function configFault(flags: Flags, verb: Verb): string | undefined {
  // `config` looks for none, and what a verb means by such a flag is its own business
  const free = new Set(['', CONFIG_NAME])
  const other = (name: string) =>
    free.has(flags.text(name)) || verb.flags.some((f) => f.name === name) ? undefined : flags.text(name)
  const [file, context, cluster, user] = [flags.text('kubeconfig'), ...['context', 'cluster', 'user'].map(other)]
  if (file !== '') return `error: stat ${file}: no such file or directory\n`
  if (context !== undefined) {
    return `Error in configuration: context was not found for specified context: ${context}\n`
  }
  if (cluster !== undefined) return `error: no server found for cluster ${JSON.stringify(cluster)}\n`
  if (user !== undefined) return `error: auth info ${JSON.stringify(user)} does not exist\n`
  return undefined
}

const isProcess = (run: Run): run is Generator<Pause, Outcome> => 'next' in run

/** Asked for nothing: what there is. */
const HELP = ''

type Found =
  | { readonly verb: Verb; readonly path: string; readonly words: readonly string[] }
  | { readonly problem: string }

/** Flags may stand before the verb (`kubectl -n shop get svc`). */
function findVerb(args: readonly string[]): Found {
  let verbs: readonly Verb[] = VERBS
  let verb: Verb | undefined
  let path = 'kubectl'
  const words = [...args]
  for (;;) {
    const at = firstArgument(words)
    const word = at === undefined ? undefined : words[at]
    const next = verbs.find((v) => v.name === word || v.aliases?.includes(word ?? ''))
    if (!next) {
      if (verb) return { verb, path, words }
      if (word === undefined)
        return {
          problem:
            words.includes('--help') || words.includes('-h') || words.length === 0
              ? HELP
              : 'no command was given; try `kubectl get pods`',
        }
      return { problem: unknownCommand(word) }
    }
    words.splice(at!, 1)
    verb = next
    verbs = next.verbs ?? []
    path += ` ${next.name}`
    if (verbs.length === 0) return { verb, path, words }
  }
}

function firstArgument(words: readonly string[]): number | undefined {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') return undefined
    if (!word.startsWith('-') || word === '-') return i
    const spec = GLOBAL_FLAGS.find((g) => word === `--${g.name}` || word === `-${g.short}`)
    if (spec && spec.type !== 'bool') i++
    // a flag of the verb itself may have a value, which is then no verb
    else if (!spec && /^-[a-zA-Z]$/.test(word) && !['-A', '-w', '-R', '-i', '-h'].includes(word)) i++
  }
  return undefined
}

/** Every command, as kubectl has them in groups. k8s kubectl pkg/cmd/cmd.go NewKubectlCommand (v1.36) */
const NAMES = [
  ...['create', 'expose', 'run', 'set', 'explain', 'get', 'edit', 'delete', 'rollout', 'scale', 'autoscale'],
  ...['certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint'],
  ...['describe', 'logs', 'attach', 'exec', 'port-forward', 'proxy', 'cp', 'auth', 'debug', 'events'],
  ...['diff', 'apply', 'patch', 'replace', 'wait', 'kustomize', 'label', 'annotate', 'completion'],
  ...['alpha', 'config', 'kuberc', 'plugin', 'version', 'api-versions', 'api-resources', 'options'],
]

/** github.com/spf13/cobra command.go findSuggestions: names at most two edits away, or that begin so */
function unknownCommand(word: string): string {
  const instead = ELSEWHERE[word]
  if (instead !== undefined) return `"kubectl ${word}" is not simulated: ${instead}`
  const near = NAMES.filter((n) => distance(word.toLowerCase(), n) <= 2 || n.startsWith(word.toLowerCase()))
  const suggestions = near.length > 0 ? `\n\nDid you mean this?\n${near.map((n) => `\t${n}\n`).join('')}` : ''
  return `unknown command "${word}" for "kubectl"${suggestions}`
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
