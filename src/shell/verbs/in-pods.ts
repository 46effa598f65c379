import {
  DEFAULT_CONTAINER,
  EPOCH,
  type KObject,
  keyOf,
  makeKey,
  matchesSelector,
  type Pod,
  type ServicePort,
  type Trace,
} from '../../model/index.ts'
import { type Context, type Outcome, type Pause, usage, type Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { durationMs, type FlagSpec } from '../flags.ts'
import type { Forward } from '../forwards.ts'
import { findKind } from '../kinds.ts'
import { absent, getInfo, select } from '../selection.ts'

/** The pod that an argument means: its name, or one behind a workload or Service. k8s kubectl pkg/polymorphichelpers/attachablepodforobject.go (v1.36) */
function podOf(c: Context, word: string, cannot = 'cannot attach to'): Pod | Failure {
  if (!word.includes('/')) {
    const { object } = getInfo(c, findKind('pods')!, c.namespace, word)
    return (object as Pod | undefined) ?? absent(c, findKind('pods')!, c.namespace, word)
  }
  const selection = select(c, { args: [word] })
  if (selection.failures.length > 0) return selection.failures[0]!
  const { kind, object, namespace, name } = selection.infos[0]!
  if (kind.kind === 'Pod') return object as Pod
  const selector = (object?.spec as { selector?: unknown } | undefined)?.selector as Record<string, unknown> | undefined
  const isMap = kind.kind === 'Service' || kind.kind === 'ReplicationController'
  if (kind.kind === 'Service' && !selector) {
    return plain(`${cannot} *v1.Service: invalid service '${name}': Service is defined without a selector`)
  }
  if (!selector) return plain(`${cannot} *v1.${kind.kind}: cannot extract pod selector from *v1.${kind.kind}`)
  const wanted = isMap ? { matchLabels: selector as Record<string, string> } : selector
  const pods = c.cluster.list<Pod>('Pod', namespace).filter((p) => matchesSelector(wanted, p.metadata.labels))
  const best = [...pods].sort((a, b) => rank(a) - rank(b))[0]
  return best ?? plain(`timed out waiting for the condition`)
}

/** Running and ready pods first. */
const rank = (p: Pod): number => {
  const ready = p.status?.conditions?.some((k) => k.type === 'Ready' && k.status === 'True')
  return (p.status?.phase === 'Running' ? 0 : 2) + (ready ? 0 : 1)
}

const isPod = (value: Pod | Failure): value is Pod => 'metadata' in value

/** The container that is named, that the pod names, or the first, with a word about the others. k8s kubectl pkg/cmd/util/podcmd/podcmd.go (v1.36) */
function containerOf(c: Context, pod: Pod, named = c.flags.text('container')): string | Failure {
  const { containers, initContainers = [] } = pod.spec
  const all = [...containers.map((k) => k.name), ...initContainers.map((k) => `${k.name} (init)`)].join(', ')
  const wanted = named || pod.metadata.annotations?.[DEFAULT_CONTAINER] || ''
  if (wanted !== '') {
    const there = [...containers, ...initContainers].some((k) => k.name === wanted)
    return there ? wanted : plain(`container ${wanted} is not valid for pod ${pod.metadata.name} out of: ${all}`)
  }
  const first = containers[0]!.name
  if (containers.length + initContainers.length > 1 && !c.flags.on('quiet')) {
    c.err(`Defaulted container ${JSON.stringify(first)} out of: ${all}\n`)
  }
  return first
}

const CONTAINER: FlagSpec = { name: 'container', short: 'c', type: 'string' }

/** k8s kubectl pkg/cmd/exec/exec.go (v1.36). What a command does in a pod is the host's. */
export const exec: Verb = {
  name: 'exec',
  flags: [
    CONTAINER,
    { name: 'filename', short: 'f', type: 'list' },
    { name: 'stdin', short: 'i', type: 'bool' },
    { name: 'tty', short: 't', type: 'bool' },
    { name: 'quiet', short: 'q', type: 'bool' },
    { name: 'pod-running-timeout', type: 'duration' },
  ],
  run: execIn,
}

function* execIn(c: Context): Generator<Pause, Outcome> {
  const [word, ...rest] = c.args
  if (word === undefined || c.dash === 0) return [plain('pod, type/name or --filename must be specified')]
  if (rest.length === 0) return [plain('you must specify at least one command for the container')]
  if (c.dash < 0) {
    return [
      plain(
        "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples",
      ),
    ]
  }
  const pod = podOf(c, word)
  if (!isPod(pod)) return [pod]
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed') {
    return [plain(`cannot exec into a container in a completed pod; current phase is ${phase}`)]
  }
  const container = containerOf(c, pod)
  if (typeof container !== 'string') return [container]
  if (!pod.spec.nodeName) {
    return [plain(`unable to upgrade connection: pod ${pod.metadata.name} does not have a host assigned`)]
  }
  const status = pod.status?.containerStatuses?.find((s) => s.name === container)
  if (status && !status.state?.running) {
    return [
      plain(
        `Internal error occurred: unable to upgrade connection: container not found (${JSON.stringify(container)})`,
      ),
    ]
  }
  if (!c.exec) return [plain('nothing here runs commands in pods')]
  const exit = yield* c.exec({
    pod,
    container,
    command: rest,
    stdin: c.flags.on('stdin') ? c.stdin : undefined,
    tty: c.flags.on('tty'),
    out: c.out,
    err: c.err,
  })
  if (exit === 0) return []
  // k8s kubectl pkg/cmd/util/helpers.go checkErr (v1.36): an ExitError is said as it is
  c.err(`command terminated with exit code ${exit}\n`)
  return [{ type: 'exit', code: exit }]
}

/** A request as a web server's log has it. */
function accessLine(trace: Trace, withTime: boolean): string {
  const { scheme, path } = trace.request
  const at = new Date(EPOCH + trace.startedAt).toISOString()
  const said =
    scheme === 'http' || scheme === 'https'
      ? `GET ${path || '/'} HTTP/1.1`
      : `${scheme.toUpperCase()} ${trace.server?.port ?? ''}`
  const line = `${trace.seenAs ?? '-'} - - [${at}] "${said.trim()}" ${trace.http ?? '-'} ${trace.took}ms "${trace.request.host}"\n`
  return withTime ? `${at} ${line}` : line
}

/** What a pod answered, one line a request: nothing else runs in the containers. k8s kubectl pkg/cmd/logs/logs.go (v1.36) */
export const logs: Verb = {
  name: 'logs',
  flags: [
    CONTAINER,
    { name: 'selector', short: 'l', type: 'string' },
    { name: 'follow', short: 'f', type: 'bool' },
    { name: 'previous', short: 'p', type: 'bool' },
    { name: 'timestamps', type: 'bool' },
    { name: 'tail', type: 'int', default: '-1' },
    { name: 'since', type: 'duration', default: '0s' },
    { name: 'since-time', type: 'string' },
    { name: 'limit-bytes', type: 'int', default: '0' },
    { name: 'all-containers', type: 'bool' },
    { name: 'all-pods', type: 'bool' },
    { name: 'prefix', type: 'bool' },
    { name: 'ignore-errors', type: 'bool' },
    { name: 'max-log-requests', type: 'int', default: '5' },
    { name: 'pod-running-timeout', type: 'duration' },
    { name: 'quiet', type: 'bool' },
  ],
  run: printLogs,
}

const LOGS_FORM =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command"

/** What is wrong with the flags of `logs`. k8s kubectl pkg/cmd/logs/logs.go Complete, Validate (v1.36) */
function logsFault(c: Context): string | undefined {
  const { flags, args } = c
  const since = durationMs(flags.text('since')) ?? 0
  const container = flags.text('container') || args[1]
  if (flags.has('since-time') && since !== 0) return 'at most one of `sinceTime` or `sinceSeconds` may be specified'
  if (flags.on('all-containers') && container) {
    return `--all-containers=true should not be specified with container name ${container}`
  }
  if (flags.has('container') && args.length === 2) return 'only one of -c or an inline [CONTAINER] arg is allowed'
  if (flags.int('limit-bytes') < 0) return '--limit-bytes must be greater than 0'
  if (since < 0) return '--since must be greater than 0'
  if (flags.int('tail') < -1) return '--tail must be greater than or equal to -1'
  if (flags.on('previous')) return '--previous is not simulated here: a container that ended leaves no log'
  return undefined
}

/** The pods whose logs are wanted. */
function logged(c: Context): readonly Pod[] | Outcome {
  const [word, second] = c.args
  if (word === undefined) {
    const selection = select(c, { args: ['pods'] })
    if (selection.fatal) return selection.failures
    const pods = selection.infos.map((i) => i.object as Pod)
    if (pods.length === 0) c.err(`No resources found in ${c.namespace} namespace.\n`)
    return pods
  }
  const pod = podOf(c, word, 'cannot get the logs from')
  if (!isPod(pod)) {
    if (pod.type !== 'status') return [pod]
    const where = `in namespace ${JSON.stringify(c.namespace)}`
    return [plain(`error from server (${pod.status.reason}): ${pod.status.message} ${where}`)]
  }
  const container = c.flags.on('all-containers') ? '' : containerOf(c, pod, second || c.flags.text('container'))
  return typeof container === 'string' ? [pod] : [container]
}

const arePods = (list: readonly Pod[] | Outcome): list is readonly Pod[] => list.every((p) => 'metadata' in p)

function* printLogs(c: Context): Generator<Pause, Outcome> {
  const { flags } = c
  if ((c.args.length === 0 && !flags.has('selector')) || c.args.length > 2) return [plain(usage(c, LOGS_FORM))]
  if (c.args.length > 0 && flags.text('selector') !== '') {
    return [plain(usage(c, 'only a selector (-l) or a POD name is allowed'))]
  }
  const fault = logsFault(c)
  if (fault !== undefined) return [plain(fault)]
  const pods = logged(c)
  if (!arePods(pods)) return pods
  const since = durationMs(flags.text('since')) ?? 0
  const keys = new Map(pods.map((p) => [keyOf(p), p.metadata.name]))
  const answered = () =>
    c
      .traces()
      .filter(
        (t) =>
          t.server?.pod !== undefined && keys.has(t.server.pod) && (t.outcome === 'answered' || t.outcome === 'reset'),
      )
  const from = since > 0 ? c.cluster.now - since : Number.NEGATIVE_INFINITY
  let all = answered().filter((t) => t.startedAt >= from)
  const tail = flags.has('tail') ? flags.int('tail') : flags.has('selector') ? 10 : -1
  if (tail >= 0) all = tail === 0 ? [] : all.slice(-tail)
  const line = (t: Trace) => {
    const prefix = flags.on('prefix') ? `[pod/${keys.get(t.server!.pod!)}] ` : ''
    return prefix + accessLine(t, flags.on('timestamps'))
  }
  for (const t of all) c.out(line(t))
  if (!flags.on('follow')) return []
  const said = new Set(answered().map((t) => t.id))
  for (;;) {
    yield { endless: true }
    for (const t of answered()) {
      if (!said.has(t.id)) c.out(line(t))
      said.add(t.id)
    }
  }
}

/** k8s kubectl pkg/cmd/portforward/portforward.go (v1.36). It says what is easily forgotten: it leads to one pod, past the Service. */
export const portForward: Verb = {
  name: 'port-forward',
  flags: [
    { name: 'address', type: 'list', default: 'localhost' },
    { name: 'pod-running-timeout', type: 'duration' },
  ],
  run: forward,
}

function* forward(c: Context): Generator<Pause, Outcome> {
  const [word, ...ports] = c.args
  if (word === undefined || ports.length === 0) {
    return [plain(usage(c, 'TYPE/NAME and list of ports are required for port-forward'))]
  }
  const pod = podOf(c, word)
  if (!isPod(pod)) return [pod]
  if (pod.status?.phase !== 'Running') {
    return [plain(`unable to forward port because pod is not running. Current status=${pod.status?.phase ?? ''}`)]
  }
  const pairs: (readonly [number, number])[] = []
  for (const text of ports) {
    const parts = text.split(':')
    const remote = parts.at(-1)!
    const tooBig = parts.length > 2 ? undefined : portFault(parts)
    if (tooBig !== undefined) return [plain(tooBig)]
    const number = remotePort(c, word, pod, remote)
    if (typeof number !== 'number') return [number]
    const local =
      parts.length === 2 ? (parts[0] === '' ? 30000 + pairs.length : Number(parts[0])) : Number(remote) || number
    pairs.push([local, number])
  }
  const failed: string[] = []
  const open: (readonly [number, Forward])[] = []
  for (const [local, remote] of pairs) {
    const connected = (problem?: string) => {
      c.out(`Handling connection for ${local}\n`)
      if (problem !== undefined) failed.push(forwardFailed(local, remote, pod, problem))
    }
    const forward: Forward = { pod: keyOf(pod), port: remote, connected }
    if (c.forwards.listen(local, forward)) open.push([local, forward])
    else
      c.err(
        `Unable to listen on port ${local}: Listeners failed to create with the following errors: ${inUse(local)}\n`,
      )
  }
  if (open.length === 0) {
    return [
      plain(`unable to listen on any of the requested ports: [${pairs.map((p) => `{${p.join(' ')}}`).join(' ')}]`),
    ]
  }
  for (const [local, { port }] of open) {
    c.out(`Forwarding from 127.0.0.1:${local} -> ${port}\n`)
    c.out(`Forwarding from [::1]:${local} -> ${port}\n`)
  }
  if (!word.startsWith('pod') && word.includes('/')) {
    c.err(
      `Warning: this goes to one pod, ${pod.metadata.name}, and not through the Service: no endpoints, no balancing, no policies are tried. Ask with curl from inside a pod to try those.\n`,
    )
  }
  const uid = pod.metadata.uid
  try {
    // a connection that the pod refuses ends it too
    while (c.cluster.get<KObject>(keyOf(pod))?.metadata.uid === uid && failed.length === 0) yield { endless: true }
  } finally {
    for (const [local, forward] of open) c.forwards.close(local, forward)
  }
  for (const line of failed) c.err(line)
  return [plain('lost connection to pod')]
}

/** Go's strconv.ParseUint for 16 bits. client-go tools/portforward/portforward.go parsePorts (v0.36) */
function portFault(parts: readonly string[]): string | undefined {
  const places = parts.length === 1 ? ['local'] : ['local', 'remote']
  const at = places.findIndex((_, i) => /^\d+$/.test(parts[i]!) && Number(parts[i]) > 65535)
  if (at < 0) return undefined
  const text = parts[at]!
  return `error parsing ${places[at]} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`
}

const inUse = (port: number): string =>
  `[unable to create listener: Error listen tcp4 127.0.0.1:${port}: bind: address already in use unable to create listener: Error listen tcp6 [::1]:${port}: bind: address already in use]`

/** client-go tools/portforward/portforward.go handleConnection (v0.36) */
const forwardFailed = (local: number, remote: number, pod: Pod, problem: string): string =>
  `portforward.go: an error occurred forwarding ${local} -> ${remote}: error forwarding port ${remote} to pod ${pod.metadata.name}, uid : failed to connect to localhost:${remote} inside the pod's network namespace, IPv4: dial tcp4 127.0.0.1:${remote}: connect: ${problem}\n`

/** A Service's port leads to its target; a name to the container port of that name. */
function remotePort(c: Context, word: string, pod: Pod, text: string): number | Failure {
  const named = (name: string) =>
    pod.spec.containers.flatMap((k) => k.ports ?? []).find((p) => p.name === name)?.containerPort
  const [type, name] = word.split('/')
  if (name !== undefined && findKind(type!)?.kind === 'Service') {
    const service = c.cluster.get<KObject>(makeKey('Service', c.namespace, name))
    const spec = service?.spec as { ports?: readonly ServicePort[] } | undefined
    const list = spec?.ports ?? []
    const port = list.find((p) => String(p.port) === text || p.name === text)
    if (!port) {
      return /^\d+$/.test(text)
        ? plain(`Service ${name} does not have a service port ${text}`)
        : plain(`Service '${name}' does not have a named port '${text}'`)
    }
    const target = port.targetPort ?? port.port
    return typeof target === 'number'
      ? target
      : (named(target) ?? plain(`Pod '${pod.metadata.name}' does not have a named port '${target}'`))
  }
  if (/^\d+$/.test(text)) return Number(text)
  return named(text) ?? plain(`Pod '${pod.metadata.name}' does not have a named port '${text}'`)
}
