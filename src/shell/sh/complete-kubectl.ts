import { KINDS, type KindInfo, type KObject, makeKey, type Pod, type Service } from '../../model/index.ts'
import type { Verb } from '../command.ts'
import type { TypeDoc } from '../explain/api-docs.ts'
import { schemaDocs } from '../explain/schema-docs.ts'
import type { FlagSpec } from '../flags.ts'
import { findKind, storeKind } from '../kinds.ts'
import { VERBS } from '../verbs.ts'
import { type Spot, serviceHosts } from './spot.ts'
import { placeAt } from './tools/enter.ts'
import { kubectlVerbs } from './tools/kubectl.ts'

const FORMATS = ['wide', 'yaml', 'json', 'name', 'jsonpath=', 'custom-columns=', 'go-template=']
/** Verbs whose first word names nodes. */
const OF_NODES = new Set(['drain', 'cordon', 'uncordon'])
/** Verbs that look for a pod behind an object. */
const OF_PODS = new Set(['exec', 'logs', 'port-forward'])
/** Verbs whose words are no kinds. */
const NO_KINDS = new Set(
  'apply create replace run config version cluster-info api-resources api-versions diff events auth top cp debug help options plugin completion'.split(
    ' ',
  ),
)
const WORKLOADS = ['deployments', 'replicasets', 'replicationcontrollers', 'statefulsets', 'daemonsets']
/** Kinds that a verb takes, where it does not take all. */
const KINDS_OF: Readonly<Record<string, readonly string[]>> = {
  rollout: ['deployments', 'daemonsets', 'statefulsets'],
  scale: ['deployments', 'replicasets', 'replicationcontrollers', 'statefulsets'],
  autoscale: ['deployments', 'replicasets', 'replicationcontrollers', 'statefulsets'],
  expose: ['pods', 'services', 'deployments', 'replicasets', 'replicationcontrollers'],
  'set image': [...WORKLOADS, 'pods', 'cronjobs'],
  'set env': [...WORKLOADS, 'pods', 'cronjobs'],
  'set resources': [...WORKLOADS, 'pods', 'cronjobs'],
  'set selector': ['services'],
  'set serviceaccount': WORKLOADS,
  taint: ['nodes'],
}
/** Short names that people put before the slash where a pod is looked for. */
const BEHIND = ['deployment/', 'service/', 'replicaset/', 'statefulset/', 'daemonset/', 'job/']

/** Values of flags that have a few only. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'dry-run': ['client', 'none', 'server'],
  cascade: ['background', 'foreground', 'orphan'],
  restart: ['Always', 'Never', 'OnFailure'],
  'image-pull-policy': ['Always', 'IfNotPresent', 'Never'],
  for: ['condition=', 'create', 'delete', 'jsonpath='],
  'sort-by': [
    '.metadata.name',
    '.metadata.creationTimestamp',
    '.metadata.namespace',
    '.status.startTime',
    '.spec.nodeName',
    '.lastTimestamp',
  ],
  protocol: ['TCP', 'UDP', 'SCTP'],
  'session-affinity': ['ClientIP', 'None'],
  'pod-running-timeout': ['1m'],
  replicas: ['0', '1', '2', '3'],
  types: ['Normal', 'Warning'],
}
const TYPES_OF: Readonly<Record<string, readonly string[]>> = {
  patch: ['json', 'merge', 'strategic'],
  expose: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'],
}
const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  pods: ['Ready', 'ContainersReady', 'Initialized', 'PodScheduled'],
  deployments: ['Available', 'Progressing'],
  jobs: ['Complete', 'Failed'],
  nodes: ['Ready'],
}
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec.nodeName=', 'spec.restartPolicy=', 'spec.hostNetwork=', 'status.phase=', 'status.podIP='],
  events: ['involvedObject.kind=', 'involvedObject.name=', 'reason=', 'type='],
  services: ['spec.clusterIP=', 'spec.type='],
  nodes: ['spec.unschedulable='],
  secrets: ['type='],
}
const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']

interface Command {
  readonly verb: Verb | undefined
  /** `set image` */
  readonly path: string
  /** Words behind the verb that are no flags and no values of them. */
  readonly words: readonly string[]
  readonly namespace: string
  readonly all: boolean
  /** The flag whose value is typed now. */
  readonly pending: FlagSpec | undefined
}

const GLOBAL: readonly FlagSpec[] = [
  { name: 'namespace', short: 'n', type: 'string' },
  { name: 'context', type: 'string' },
  { name: 'cluster', type: 'string' },
  { name: 'user', type: 'string' },
  { name: 'kubeconfig', type: 'string' },
  { name: 'server', short: 's', type: 'string' },
  { name: 'request-timeout', type: 'string' },
]

const takesValue = (f: FlagSpec): boolean => f.type !== 'bool' && f.optional === undefined

/** The command so far: flags and their values told from words. */
function read(args: readonly string[], context: string): Command {
  let verbs: readonly Verb[] = VERBS
  let verb: Verb | undefined
  let [path, namespace, all] = ['', context, false]
  let pending: FlagSpec | undefined
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    pending = undefined
    if (word.startsWith('-') && word !== '-') {
      const spec = flagOf(verb, word)
      if (/^(-A|--all-namespaces)$/.test(word)) all = true
      const [, joined] = /^(?:--namespace=|-n=?)(.+)$/s.exec(word) ?? []
      if (joined !== undefined) namespace = joined
      if (
        !spec ||
        !takesValue(spec) ||
        word.includes('=') ||
        (/^-[^-]/.test(word) && word.length > 2 && !endsWithFlag(word, spec))
      )
        continue
      if (i + 1 >= args.length) pending = spec
      else if (spec.name === 'namespace') namespace = args[i + 1]!
      i++
      continue
    }
    const next = words.length === 0 ? verbs.find((v) => v.name === word || v.aliases?.includes(word)) : undefined
    if (next) {
      verb = next
      verbs = next.verbs ?? []
      path = path === '' ? next.name : `${path} ${next.name}`
    } else words.push(word)
  }
  return { verb, path, words, namespace, all, pending }
}

/** `-it`, `-c`: the last letter is the flag that a value follows. */
const endsWithFlag = (word: string, spec: FlagSpec): boolean => spec.short !== undefined && word.endsWith(spec.short)

function flagOf(verb: Verb | undefined, word: string): FlagSpec | undefined {
  const specs = [...(verb?.flags ?? []), ...GLOBAL]
  if (word.startsWith('--')) return specs.find((f) => f.name === word.slice(2).split('=')[0])
  const letters = word.slice(1).split('=')[0] ?? ''
  const first = specs.find((f) => f.short === letters[0])
  return first && takesValue(first) ? first : specs.find((f) => f.short === letters.at(-1))
}

/** What a word of a kubectl line can become. */
export function completeKubectl(spot: Spot, args: readonly string[], word: string): readonly string[] {
  const { namespace } = spot
  const dash = args.indexOf('--')
  if (dash >= 0) return inPod(spot, args.slice(0, dash), args.slice(dash + 1), word)
  const command = read(args, namespace)
  if (command.pending) return valuesOf(spot, command, command.pending, word)
  const [, long, typed] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? []
  if (long !== undefined && typed !== undefined) {
    const spec = flagOf(command.verb, `--${long}`) ?? { name: long, type: 'string' as const }
    return valuesOf(spot, command, spec, typed).map((v) => `--${long}=${v}`)
  }
  const [, letter = '', sign = '', rest = ''] = /^-([nolf])(=?)(.*)$/s.exec(word) ?? []
  const attached = letter !== '' && rest + sign !== '' ? flagOf(command.verb, `-${letter}`) : undefined
  if (attached && takesValue(attached))
    return valuesOf(spot, command, attached, rest).map((v) => `-${letter}${sign}${v}`)
  if (word.startsWith('-')) return flags(command.verb, word)
  if (command.path === '') {
    if (command.words[0] === 'help') return kubectlVerbs()
    return command.words.length === 0 ? [...kubectlVerbs(), ...(word === '' ? [] : ['help'])] : []
  }
  if (command.verb?.verbs && command.words.length === 0 && command.verb.verbs.length > 0)
    return command.verb.verbs.map((v) => v.name)
  const [first = ''] = command.path.split(' ')
  if (OF_NODES.has(first)) return without(names(spot, 'nodes', command), command.words)
  if (OF_PODS.has(first)) return podWords(spot, command, first, word)
  if (first === 'explain') return explained(word)
  if (first === 'auth')
    return command.words.length === 0 ? ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'] : kinds(word)
  if (NO_KINDS.has(first)) return []
  return objects(spot, command, first, word)
}

function flags(verb: Verb | undefined, word: string): string[] {
  const long = [...(verb?.flags ?? []), ...GLOBAL.slice(0, 1)].map((f) => `--${f.name}${takesValue(f) ? '=' : ''}`)
  const short = (verb?.flags ?? []).flatMap((f) => (f.short === undefined ? [] : [`-${f.short}`]))
  return [...long, '--help', ...(word.length < 2 ? [...short, '-n'] : word.startsWith('--') ? [] : [word])]
}

/** Behind `--`: what runs in the container. */
function inPod(spot: Spot, args: readonly string[], words: readonly string[], word: string): readonly string[] {
  const command = read(args, spot.namespace)
  const [target = ''] = command.words
  const pod = podBehind(spot, target, command.namespace)
  const at = pod && placeAt(makeKey('Pod', pod.metadata.namespace ?? '', pod.metadata.name), spot.host.cluster)
  if (at && 'place' in at) return spot.at(at.place, words, word).filter((c) => words.length > 0 || !c.includes('/'))
  return words.length === 0 ? [] : serviceHosts(spot)
}

function podBehind(spot: Spot, target: string, namespace: string): Pod | undefined {
  const { cluster } = spot.host
  const [kind, name] = target.includes('/') ? target.split('/') : ['pods', target]
  if (findKind(kind ?? '')?.plural === 'pods') return cluster.get<Pod>(makeKey('Pod', namespace, name ?? ''))
  const info = findKind(kind ?? '')
  const owner = info && cluster.list<KObject>(storeKind(info), namespace).find((o) => o.metadata.name === name)
  const selector = (owner?.['spec'] as { selector?: Record<string, unknown> } | undefined)?.selector
  const labels = (selector?.['matchLabels'] ?? selector ?? {}) as Readonly<Record<string, string>>
  if (Object.keys(labels).length === 0) return undefined
  return cluster
    .list<Pod>('Pod', namespace)
    .find((p) => Object.entries(labels).every(([k, v]) => p.metadata.labels?.[k] === v))
}

// --- values of flags --------------------------------------------------------------------------------------------------------------

function valuesOf(spot: Spot, command: Command, { name }: FlagSpec, typed: string): readonly string[] {
  const { cluster } = spot.host
  const [first = ''] = command.path.split(' ')
  switch (name) {
    case 'namespace':
      return cluster.list<KObject>('Namespace').map((n) => n.metadata.name)
    case 'filename':
      return spot.files(spot.place)
    case 'output':
      return first === 'explain' ? ['plaintext'] : FORMATS
    case 'container': {
      const pod = podBehind(spot, command.words[0] ?? '', command.namespace)
      return pod?.spec.containers.map((c) => c.name) ?? []
    }
    case 'selector':
      return labelPairs(spot, command, typed)
    case 'field-selector':
      return fieldPairs(command, typed)
    case 'type':
      return TYPES_OF[first] ?? []
    case 'for':
      return waits(command, first, typed)
    case 'to-revision':
    case 'revision':
      return []
    default:
      return VALUES[name] ?? []
  }
}

/** `app=web`, and behind a comma the next one. */
function labelPairs(spot: Spot, command: Command, typed: string): string[] {
  const kind = command.words[0]?.split(/[,/]/)[0] ?? 'pods'
  const before = typed.slice(0, typed.lastIndexOf(',') + 1)
  const pairs = listed(spot, kind, command).flatMap((o) =>
    Object.entries(o.metadata.labels ?? {}).map(([k, v]) => `${k}=${v}`),
  )
  return [...new Set(pairs)].map((pair) => before + pair)
}

function fieldPairs(command: Command, typed: string): string[] {
  const kind = findKind(command.words[0]?.split(/[,/]/)[0] ?? 'pods')?.plural ?? ''
  const before = typed.slice(0, typed.lastIndexOf(',') + 1)
  if (/(^|,)status\.phase=[^,]*$/.test(typed)) return PHASES.map((phase) => `${before}status.phase=${phase}`)
  return ['metadata.name=', 'metadata.namespace=', ...(FIELDS[kind] ?? [])].map((f) => before + f)
}

function waits(command: Command, first: string, typed: string): readonly string[] {
  if (first === 'events') return kinds('').map((k) => `${findKind(k)?.singular ?? k}/`)
  const kind = findKind(command.words[0]?.split(/[,/]/)[0] ?? '')?.plural ?? 'pods'
  if (typed.startsWith('condition=')) return (CONDITIONS[kind] ?? ['Ready']).map((c) => `condition=${c}`)
  return VALUES['for'] ?? []
}

// --- kinds and names ----------------------------------------------------------------------------------------------------------------

function kinds(word: string, of?: readonly string[]): string[] {
  const wanted = KINDS.filter((k) => of === undefined || of.includes(k.plural))
  // short names only for those who have begun to type
  return wanted.flatMap((k) =>
    word === '' ? [k.plural] : of ? [k.plural, k.singular, ...k.short] : [k.plural, ...k.short],
  )
}

function listed({ host }: Spot, kind: string, { namespace, all }: Command): readonly KObject[] {
  const info = findKind(kind)
  if (!info) return []
  return host.cluster.list<KObject>(storeKind(info), info.namespaced && !all ? namespace : undefined)
}

const names = (spot: Spot, kind: string, command: Command): string[] =>
  listed(spot, kind, command).map((o) => o.metadata.name)
const without = (offered: readonly string[], said: readonly string[]): string[] =>
  offered.filter((n) => !said.includes(n))

function podWords(spot: Spot, command: Command, verb: string, word: string): readonly string[] {
  const { words } = command
  if (words.length > 0) {
    if (verb !== 'port-forward') return verb === 'logs' && words.length === 1 ? containersOf(spot, command) : []
    return portPairs(spot, command)
  }
  const slash = word.indexOf('/')
  if (slash > 0) return names(spot, word.slice(0, slash), command).map((n) => `${word.slice(0, slash)}/${n}`)
  return [...names(spot, 'pods', command), ...(word === '' ? [] : [...BEHIND, 'deploy/', 'svc/', 'pod/'])]
}

const containersOf = (spot: Spot, command: Command): string[] => {
  const containers = podBehind(spot, command.words[0] ?? '', command.namespace)?.spec.containers ?? []
  return containers.length > 1 ? containers.map((c) => c.name) : []
}

/** `8080:80`: a port here and one of the target. */
function portPairs(spot: Spot, command: Command): string[] {
  const [target = ''] = command.words
  const [kind, name] = target.split('/')
  const service =
    name !== undefined && findKind(kind ?? '')?.plural === 'services'
      ? spot.host.cluster.get<Service>(makeKey('Service', command.namespace, name))
      : undefined
  const ports = service
    ? (service.spec.ports ?? []).map((p) => p.port)
    : (podBehind(spot, target, command.namespace)?.spec.containers ?? []).flatMap(
        (c) => c.ports?.map((p) => p.containerPort) ?? [],
      )
  return ports.map((port) => `${port < 1024 ? port + 8000 : port}:${port}`)
}

/** Verbs that take a kind and names, or `kind/name`, and some more words. */
function objects(spot: Spot, command: Command, first: string, word: string): readonly string[] {
  const { words, path } = command
  const of = KINDS_OF[path] ?? KINDS_OF[first]
  const [kind] = words
  const slash = word.indexOf('/')
  if (slash > 0 && !word.includes('=') && (kind === undefined || kind.includes('/')))
    return names(spot, word.slice(0, slash), command).map((n) => `${word.slice(0, slash)}/${n}`)
  if (kind === undefined) {
    const before = word.slice(0, word.lastIndexOf(',') + 1)
    const offered = kinds(word.slice(before.length), of).map((k) => before + k)
    return of || before !== '' ? offered : [...offered, 'all']
  }
  const named = kind.includes('/') || words.length > 1
  const more = named ? moreWords(spot, command, first) : undefined
  if (more) return more
  if (kind.includes('/')) return []
  return without(
    kind.split(',').flatMap((k) => names(spot, k, command)),
    words.slice(1),
  )
}

/** What follows the name: containers and images, labels, taints. Undefined: more names. */
function moreWords(spot: Spot, command: Command, first: string): readonly string[] | undefined {
  const { words, path } = command
  const [kind = '', name = ''] = words[0]?.includes('/') ? words[0].split('/') : words
  const info: KindInfo | undefined = findKind(kind)
  const object = info && listed(spot, kind, command).find((o) => o.metadata.name === name)
  if (path === 'set image') {
    const spec = object?.['spec'] as
      | { template?: { spec?: Pod['spec'] }; containers?: Pod['spec']['containers'] }
      | undefined
    const containers = spec?.template?.spec?.containers ?? spec?.containers ?? []
    return [...containers.map((c) => `${c.name}=`), '*=']
  }
  if (path === 'set selector') return labelPairs(spot, { ...command, words: ['pods'] }, '')
  if (first === 'label' || first === 'annotate') {
    const known = Object.keys((first === 'label' ? object?.metadata.labels : object?.metadata.annotations) ?? {})
    return known.flatMap((key) => [`${key}=`, `${key}-`])
  }
  if (first === 'taint') {
    const taints = (
      (object?.['spec'] as { taints?: readonly { key: string; effect: string }[] } | undefined)?.taints ?? []
    ).map((t) => `${t.key}:${t.effect}-`)
    return [...taints, 'dedicated=:NoSchedule', 'dedicated=:PreferNoSchedule', 'dedicated=:NoExecute']
  }
  if (['rollout', 'scale', 'expose', 'autoscale', 'patch', 'edit'].includes(first)) return []
  return undefined
}

/** `svc.spec.po` → `svc.spec.ports` */
function explained(word: string): readonly string[] {
  const [kind = '', ...path] = word.split('.')
  if (path.length === 0) return kinds(word)
  const info = findKind(kind)
  let type: TypeDoc | undefined = info && schemaDocs(info.apiVersion, info.kind)
  for (const name of path.slice(0, -1)) type = type?.fields.find((f) => f.name === name)?.inside?.()
  const before = word.slice(0, word.lastIndexOf('.') + 1)
  return (type?.fields ?? []).map((f) => `${before}${f.name}`)
}
