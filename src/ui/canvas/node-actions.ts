import type { Action, ClientView, ObjectKey, ShellPlace } from '../../model/index.ts'
import { isPodReady, type KObject, type Node, type Pod, splitKey, type Workload } from '../../model/index.ts'
import type { SceneNode } from '../../scene/index.ts'
import { noShellIn } from '../../words/index.ts'

/** A button of a selected node: an action of the session, or a way of looking that the canvas knows itself. */
export interface NodeAction {
  readonly label: string
  readonly icon:
    | 'delete'
    | 'ready'
    | 'not-ready'
    | 'minus'
    | 'plus'
    | 'restart'
    | 'drain'
    | 'cordon'
    | 'send'
    | 'expand'
    | 'endpoints'
    | 'fold'
    | 'what-if'
    | 'shell'
  /** Words beside the icon: for actions that change much. */
  readonly shown: string
  readonly act?: Action
  /** Selecting it again brings the inspector back, which lists its endpoints. */
  readonly select?: ObjectKey
  /** Opens "What if?" for it. */
  readonly whatIf?: ObjectKey
  /** Opens a shell: at a place, or where a client asks from (a terminal's own: that terminal). */
  readonly shell?: { readonly place: ShellPlace } | { readonly client: ClientView }
  /** Why it cannot be done now: the button stays, and says so. */
  readonly problem?: string
  readonly fold?: { readonly id: string; readonly folded: boolean }
}

const SCALED: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])
const RESTARTED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/** What a person can do to a node of the picture. */
export function actionsOf(node: SceneNode, object: KObject | undefined): readonly NodeAction[] {
  if (node.type === 'client') {
    const { client } = node
    if (client.terminal)
      return [{ label: `Show the terminal at ${client.name}`, icon: 'shell', shown: 'Its terminal', shell: { client } }]
    return [
      {
        label: `Have ${client.name} ask once`,
        icon: 'send',
        shown: 'Ask once',
        act: { type: 'send', client: client.key },
      },
      { label: `Open a shell where ${client.name} asks from`, icon: 'shell', shown: 'Shell', shell: { client } },
    ]
  }
  if (node.type === 'service')
    return [{ label: `Show the endpoints of ${node.name}`, icon: 'endpoints', shown: 'Endpoints', select: node.key }]
  if (node.type === 'pod') return podActions(node.key, object as Pod | undefined)
  if (node.type === 'machine') return node.name ? machineActions(node, object as Node | undefined) : foldActions(node)
  if (node.type === 'group') return [...workloadActions(node.key, object as Workload | undefined), ...foldActions(node)]
  return []
}

const whatIf = (key: ObjectKey): NodeAction => ({
  label: `What if something happened to ${splitKey(key).name}?`,
  icon: 'what-if',
  shown: 'What if?',
  whatIf: key,
})

function podActions(key: string, pod: Pod | undefined): readonly NodeAction[] {
  if (!pod || pod.metadata.deletionTimestamp) return []
  const { name } = splitKey(key)
  const ready = isPodReady(pod)
  const running = pod.status?.phase === 'Running'
  return [
    ...(running
      ? [
          {
            label: ready ? `Make pod ${name} not ready` : `Make pod ${name} ready`,
            icon: ready ? 'not-ready' : 'ready',
            shown: ready ? 'Not ready' : 'Ready',
            act: { type: 'set-ready', pod: key, ready: !ready },
          } as const,
        ]
      : []),
    { label: `Delete pod ${name}`, icon: 'delete', shown: 'Delete', act: { type: 'delete', object: key } },
    whatIf(key),
    podShell(key, pod),
  ]
}

function podShell(key: string, pod: Pod): NodeAction {
  const problem = noShellIn(pod)
  const shell = { label: `Open a shell in pod ${pod.metadata.name}`, icon: 'shell', shown: 'Shell' } as const
  return problem === undefined ? { ...shell, shell: { place: key } } : { ...shell, problem }
}

function workloadActions(key: string | undefined, workload: Workload | undefined): readonly NodeAction[] {
  if (!key || !workload) return []
  const { kind, name } = splitKey(key)
  const replicas = workload.spec.replicas ?? 1
  const actions: NodeAction[] = []
  if (SCALED.has(kind)) {
    const scale = (to: number, icon: 'minus' | 'plus'): NodeAction => ({
      label: `Scale ${name} to ${to}`,
      icon,
      shown: '',
      act: { type: 'scale', object: key, replicas: to },
    })
    if (replicas > 0) actions.push(scale(replicas - 1, 'minus'))
    actions.push(scale(replicas + 1, 'plus'))
  }
  if (RESTARTED.has(kind))
    actions.push({ label: `Restart ${name}`, icon: 'restart', shown: 'Restart', act: { type: 'restart', object: key } })
  return actions
}

function machineActions(node: SceneNode & { type: 'machine' }, object: Node | undefined): readonly NodeAction[] {
  const cordoned = object?.spec?.unschedulable === true
  return [
    { label: `Drain ${node.name}`, icon: 'drain', shown: 'Drain', act: { type: 'drain', node: node.name } },
    {
      label: cordoned ? `Uncordon ${node.name}` : `Cordon ${node.name}`,
      icon: 'cordon',
      shown: cordoned ? 'Uncordon' : 'Cordon',
      act: { type: 'cordon', node: node.name, on: !cordoned },
    },
    whatIf(node.key),
    { label: `Open a shell on ${node.name}`, icon: 'shell', shown: 'Shell', shell: { place: node.key } },
    ...foldActions(node),
  ]
}

function foldActions(node: SceneNode & { type: 'group' | 'machine' }): readonly NodeAction[] {
  if (!node.foldable) return []
  const fold = { id: node.id, folded: !node.folded }
  return node.folded
    ? [{ label: 'Show each pod', icon: 'expand', shown: 'Show pods', fold }]
    : [{ label: 'Fold the pods into a tile', icon: 'fold', shown: 'Fold', fold }]
}
