import {
  type Action,
  ANNOTATION,
  isPodReady,
  type KObject,
  kindInfo,
  type LabelSelector,
  type Labels,
  type Node,
  type ObjectKey,
  type Pod,
  type Service,
  splitKey,
  type Workload,
} from '../model/index.ts'
import { noShellIn } from './no-shell.ts'
import { shLine } from './sh-quote.ts'

/** A command about an object, to be typed on the workstation. */
export interface OfferedCommand {
  readonly line: string
  /** What it shows or does, without a full stop. */
  readonly says: string
  /** What the picture does when it does the same; none for a command that only looks. */
  readonly action?: Action
}

/** What stands around an object. */
export interface Around {
  /** Of a pod: the Services that it stands behind, or would if it were ready. */
  readonly services: readonly Service[]
  /** It is a document of the text. */
  readonly inText: boolean
}

const SCALED: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])
const RESTARTED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])
const TEMPLATED: ReadonlySet<string> = new Set([...SCALED, ...RESTARTED])

/**
 * The commands that show an object and what stands behind it, and those that do to it what the picture can do. Empty for a kind that
 * kubectl does not know here (a custom resource without its definition).
 */
export function asKubectl(object: KObject, around: Around): readonly OfferedCommand[] {
  const info = kindInfo(object.apiVersion, object.kind)
  if (!info) return []
  const { name, namespace } = object.metadata
  const within = info.namespaced ? inNamespace(namespace) : []
  const kind = info.singular
  const look = (says: string, ...words: string[]): OfferedCommand => ({ line: shLine(['kubectl', ...words]), says })
  const wide = WIDE.has(object.kind) ? ['-o', 'wide'] : []
  const own = specific(object, around, within, look)
  return [
    look(ROWS[object.kind] ?? 'its line of the list', 'get', kind, name, ...within, ...wide),
    look('all about it in words, with its events', 'describe', kind, name, ...within),
    ...own.looks,
    look('as the API server stores it', 'get', kind, name, ...within, '-o', 'yaml'),
    ...(around.inText ? [look('its document in the editor', 'edit', kind, name, ...within)] : []),
    ...own.actions.flatMap(([says, action]) => {
      const line = commandOf(action)
      return line === undefined ? [] : [{ line, says, action }]
    }),
  ]
}

/** Kinds whose wide list says more. */
const WIDE: ReadonlySet<string> = new Set(['Service', 'Pod', 'Node', 'Deployment', 'ReplicaSet', 'DaemonSet', 'Job'])

const ROWS: Readonly<Record<string, string>> = {
  Service: 'its type, addresses, ports and selector',
  Pod: 'its state, address and node',
  Node: 'its state and addresses',
  Deployment: 'how many of its pods are ready, and of the latest template',
  ReplicaSet: 'how many of its pods are ready',
  ReplicationController: 'how many of its pods are ready',
  StatefulSet: 'how many of its pods are ready',
  DaemonSet: 'on how many nodes its pod is ready',
  Job: 'how many of its pods are done',
  CronJob: 'when it runs, and ran last',
  EndpointSlice: 'its ports and addresses',
  Endpoints: 'its addresses and ports',
}

interface Specific {
  readonly looks: readonly OfferedCommand[]
  readonly actions: readonly (readonly [says: string, action: Action])[]
}

type Look = (says: string, ...words: string[]) => OfferedCommand

function specific(object: KObject, around: Around, within: readonly string[], look: Look): Specific {
  const key = `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
  switch (object.kind) {
    case 'Service':
      return ofService(object as Service, key, within, look)
    case 'Pod':
      return ofPod(object as Pod, key, around, within, look)
    case 'Node':
      return ofNode(object as Node, look)
    case 'EndpointSlice': {
      const service = object.metadata.labels?.['kubernetes.io/service-name']
      if (!service) return { looks: [], actions: [] }
      return { looks: [look('the Service that it is of', 'get', 'service', service, ...within)], actions: [] }
    }
    case 'Namespace': {
      const { name } = object.metadata
      return {
        looks: [
          look('what runs in it', 'get', 'all', '-n', name),
          look('commands without -n mean it from now on', 'config', 'set-context', '--current', '--namespace', name),
        ],
        actions: [],
      }
    }
    case 'CronJob':
      return {
        looks: [look('the jobs that there are', 'get', 'jobs', ...within)],
        actions: [['takes it away, with its jobs and pods', { type: 'delete', object: key }]],
      }
    default:
      return TEMPLATED.has(object.kind) || object.kind === 'Job'
        ? ofWorkload(object as Workload, key, within, look)
        : { looks: [], actions: [] }
  }
}

function ofService({ metadata, spec }: Service, key: ObjectKey, within: readonly string[], look: Look): Specific {
  const slices = `kubernetes.io/service-name=${metadata.name}`
  const looks =
    spec.type === 'ExternalName'
      ? []
      : [look('its endpoints: who gets its requests', 'get', 'endpointslices', '-l', slices, ...within)]
  const selector = selectorText({ matchLabels: spec.selector ?? {} })
  if (selector !== '' && spec.type !== 'ExternalName')
    looks.push(look('the pods that its selector finds', 'get', 'pods', '-l', selector, ...within, '-o', 'wide'))
  return { looks, actions: [['takes it away', { type: 'delete', object: key }]] }
}

function ofPod(pod: Pod, key: ObjectKey, around: Around, within: readonly string[], look: Look): Specific {
  const { name, labels } = pod.metadata
  const looks = pod.spec.nodeName ? [look('the requests that it answered', 'logs', name, ...within)] : []
  if (noShellIn(pod) === undefined) looks.push(look('a shell in it', 'exec', '-it', ...within, name, '--', 'sh'))
  if (pod.metadata.deletionTimestamp) return { looks, actions: [] }
  const actions: [string, Action][] = []
  if (pod.status?.phase === 'Running') {
    const ready = isPodReady(pod)
    actions.push([
      ready ? 'its readiness probe fails from now on' : 'its readiness probe passes from now on',
      { type: 'set-ready', pod: key, ready: !ready },
    ])
  }
  const [behind] = around.services
  const asked = Object.keys(behind?.spec.selector ?? {}).find((label) => labels?.[label] !== undefined)
  if (behind && asked !== undefined)
    actions.push([
      `takes the label away that Service ${behind.metadata.name} asks for: it is no endpoint any more`,
      { type: 'label', object: key, key: asked, value: null },
    ])
  actions.push([
    pod.metadata.ownerReferences?.length ? 'takes it away; another comes in its place' : 'takes it away',
    { type: 'delete', object: key },
  ])
  return { looks, actions }
}

function ofNode({ metadata: { name }, spec }: Node, look: Look): Specific {
  const cordoned = spec?.unschedulable === true
  return {
    looks: [
      look('the pods on it', 'get', 'pods', '-A', '--field-selector', `spec.nodeName=${name}`, '-o', 'wide'),
      { line: shLine(['ssh', name]), says: 'a shell on it, with iptables, nft and conntrack' },
    ],
    actions: [
      [cordoned ? 'takes new pods again' : 'takes no new pods', { type: 'cordon', node: name, on: !cordoned }],
      ['takes no new pods, and those on it go', { type: 'drain', node: name }],
    ],
  }
}

function ofWorkload(workload: Workload, key: ObjectKey, within: readonly string[], look: Look): Specific {
  const { kind, metadata, spec } = workload
  const target = `${kind.toLowerCase()}/${metadata.name}`
  const selector =
    kind === 'ReplicationController'
      ? { matchLabels: (spec.selector ?? {}) as Labels }
      : (spec.selector ?? { matchLabels: spec.template.metadata?.labels ?? {} })
  const asked = selectorText(selector)
  const looks: OfferedCommand[] = []
  if (asked !== '') looks.push(look('its pods', 'get', 'pods', '-l', asked, ...within, '-o', 'wide'))
  const actions: [string, Action][] = []
  if (RESTARTED.has(kind)) {
    looks.push(look('how far its rollout is, to its end', 'rollout', 'status', target, ...within))
    looks.push(look('its revisions', 'rollout', 'history', target, ...within))
  }
  if (SCALED.has(kind)) {
    const replicas = spec.replicas ?? 1
    const scale = (to: number): [string, Action] => [
      to === 1 ? 'one pod' : `${to} pods`,
      { type: 'scale', object: key, replicas: to },
    ]
    if (replicas > 0) actions.push(scale(replicas - 1))
    actions.push(scale(replicas + 1))
  }
  const [container] = spec.template.spec.containers
  if (TEMPLATED.has(kind) && container?.image)
    actions.push([
      'another image: write its name first',
      { type: 'set-image', object: key, container: container.name, image: container.image },
    ])
  if (RESTARTED.has(kind)) actions.push(['new pods in place of the old ones', { type: 'restart', object: key }])
  actions.push(['takes it away, with its pods', { type: 'delete', object: key }])
  return { looks, actions }
}

/** `-l`'s form of a selector; empty for one that asks for nothing. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const terms = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'Exists') terms.push(key)
    else if (operator === 'DoesNotExist') terms.push(`!${key}`)
    else terms.push(`${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`)
  }
  return terms.join(',')
}

const inNamespace = (namespace: string | undefined): string[] =>
  namespace === undefined || namespace === '' || namespace === 'default' ? [] : ['-n', namespace]

/**
 * The command line that does what an action of the picture does; undefined for what no single command says (asking once, a line that was
 * typed, recreating what the text says).
 */
export function commandOf(action: Action): string | undefined {
  switch (action.type) {
    case 'delete':
      return onObject(action.object, (type, name) => ['delete', type, name])
    case 'set-ready':
      return onObject(action.pod, (type, name) => [
        ...['annotate', type, name],
        ...[`${ANNOTATION.ready}=${action.ready}`, '--overwrite'],
      ])
    case 'scale':
      return onObject(action.object, (type, name) => ['scale', type, name, `--replicas=${action.replicas}`])
    case 'set-image':
      return onObject(action.object, (type, name) => [
        ...['set', 'image', `${type}/${name}`],
        `${action.container}=${action.image}`,
      ])
    case 'restart':
      return onObject(action.object, (type, name) => ['rollout', 'restart', `${type}/${name}`])
    case 'label':
    case 'annotate': {
      const { type: verb, key, value } = action
      const change = value === null ? [`${key}-`] : [`${key}=${value}`, '--overwrite']
      return onObject(action.object, (type, name) => [verb, type, name, ...change])
    }
    case 'drain':
      return shLine(['kubectl', 'drain', action.node, '--ignore-daemonsets', '--delete-emptydir-data', '--force'])
    case 'cordon':
      return shLine(['kubectl', action.on ? 'cordon' : 'uncordon', action.node])
    case 'kubectl':
      return action.stdin === undefined ? shLine(['kubectl', ...action.args]) : undefined
    default:
      return undefined
  }
}

function onObject(key: ObjectKey, words: (type: string, name: string) => string[]): string {
  const { kind, namespace, name } = splitKey(key)
  return shLine(['kubectl', ...words(kind.toLowerCase(), name), ...inNamespace(namespace)])
}
