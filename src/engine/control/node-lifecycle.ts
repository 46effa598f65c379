import { type Condition, keyOf, type Node, type Pod, type Taint, timestamp } from '../../model/index.ts'
import { removeNow } from '../api/index.ts'
import { type Change, type Component, get, getByKey, list, type Pending, type State } from '../core/index.ts'
import { tolerates } from '../node/index.ts'
import { enqueue, TIMING } from './timing.ts'
import { erase, event, write, writeStatus } from './writes.ts'

const SOURCE = 'taint-eviction-controller'

/** Whether a machine stands behind a node: the cluster has it. */
const hasMachine = (state: State, name: string): boolean => state.config.nodes.some((n) => n.name === name)

const isReady = (node: Node): boolean =>
  node.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false

function watch(state: State, { kind, key, before, after }: Change): void {
  if (kind === 'Node') {
    if (after) enqueue(state, 'node.sync', key)
    const old = before as Node | undefined
    const node = after as Node | undefined
    if (node && old?.spec?.taints !== node.spec?.taints) enqueue(state, 'node.evict', key)
    if (!node && old)
      for (const pod of podsOn(state, old.metadata.name))
        enqueue(state, 'node.orphan', keyOf(pod), TIMING.orphanedPod, true)
  }
  if (kind === 'Pod' && after) {
    const old = before as Pod | undefined
    const pod = after as Pod
    if (
      !pod.spec.nodeName ||
      (old?.spec.nodeName === pod.spec.nodeName && old.spec.tolerations === pod.spec.tolerations)
    )
      return
    const node = get<Node>(state, 'Node', '', pod.spec.nodeName)
    if (!node) enqueue(state, 'node.orphan', key, TIMING.orphanedPod, true)
    else if (node.spec?.taints?.some((t) => t.effect === 'NoExecute'))
      enqueue(state, 'node.evict', `Node//${node.metadata.name}`)
  }
}

const podsOn = (state: State, node: string): Pod[] => list<Pod>(state, 'Pod').filter((p) => p.spec.nodeName === node)

/**
 * Conditions of nodes that no kubelet speaks for, and the taints that follow from conditions and cordons.
 * k8s pkg/controller/nodelifecycle/node_lifecycle_controller.go (v1.36)
 */
function onSync(state: State, task: Pending): void {
  const found = getByKey<Node>(state, task.key)
  if (!found) return
  const node = hasMachine(state, found.metadata.name) ? found : silent(state, found)
  const unreachable = !isReady(node)
  const wanted: Taint[] = [
    ...(node.spec?.unschedulable ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' as const }] : []),
    ...(unreachable ? UNREACHABLE : []),
  ]
  const own = (node.spec?.taints ?? []).filter((t) => !MANAGED.has(t.key))
  const kept = (node.spec?.taints ?? []).filter((t) => wanted.some((w) => w.key === t.key && w.effect === t.effect))
  const added = wanted.filter((w) => !kept.some((t) => t.key === w.key && t.effect === w.effect))
  const taints = [...own, ...kept, ...added.map((t) => ({ ...t, timeAdded: timestamp(state.now) }))]
  if (added.length === 0 && taints.length === (node.spec?.taints ?? []).length) return
  write(state, { ...node, spec: { ...node.spec, taints: taints.length > 0 ? taints : undefined } })
}

const UNREACHABLE: readonly Taint[] = [
  { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
]
const MANAGED: ReadonlySet<string> = new Set([
  'node.kubernetes.io/unschedulable',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/not-ready',
])

/** Conditions of a node whose kubelet never reported. */
function silent(state: State, node: Node): Node {
  const before = node.status?.conditions ?? []
  if (before.some((c) => c.type === 'Ready' && c.status === 'Unknown')) return node
  const now = timestamp(state.now)
  const conditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map(
    (type): Condition => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime: now,
    }),
  )
  return writeStatus(state, { ...node, status: { ...node.status, conditions } })
}

/** Pods that do not tolerate a NoExecute taint go, at once or after their time. k8s pkg/controller/tainteviction/taint_eviction.go (v1.36) */
function onEvict(state: State, task: Pending): void {
  const node = getByKey<Node>(state, task.key)
  const taints = (node?.spec?.taints ?? []).filter((t) => t.effect === 'NoExecute')
  if (!node || taints.length === 0) return
  for (const pod of podsOn(state, node.metadata.name)) {
    if (pod.metadata.deletionTimestamp) continue
    const left = toleratedFor(pod, taints)
    if (left !== undefined) enqueue(state, 'node.evict-pod', keyOf(pod), left * 1000, left > 0)
  }
}

/** Seconds until the pod has to go; undefined: it may stay. */
function toleratedFor(pod: Pod, taints: readonly Taint[]): number | undefined {
  let least = Number.POSITIVE_INFINITY
  for (const taint of taints) {
    const matching = (pod.spec.tolerations ?? []).filter((t) => tolerates(t, taint))
    if (matching.length === 0) return 0
    for (const { tolerationSeconds } of matching)
      if (tolerationSeconds !== undefined) least = Math.min(least, Math.max(tolerationSeconds, 0))
  }
  return least === Number.POSITIVE_INFINITY ? undefined : least
}

function onEvictPod(state: State, task: Pending): void {
  const pod = getByKey<Pod>(state, task.key)
  const node = pod?.spec.nodeName ? get<Node>(state, 'Node', '', pod.spec.nodeName) : undefined
  const taints = (node?.spec?.taints ?? []).filter((t) => t.effect === 'NoExecute')
  if (!pod || pod.metadata.deletionTimestamp || taints.length === 0 || toleratedFor(pod, taints) === undefined) return
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`
  event(state, SOURCE, 'Normal', pod, 'TaintManagerEviction', `Marking for deletion Pod ${name}`)
  erase(state, pod)
}

/** Pods of a node that does not exist are removed. k8s pkg/controller/podgc/gc_controller.go gcOrphaned (v1.36) */
function onOrphan(state: State, task: Pending): void {
  const pod = getByKey<Pod>(state, task.key)
  if (pod?.spec.nodeName && !get(state, 'Node', '', pod.spec.nodeName)) removeNow(state, task.key)
}

export const nodeLifecycle: Component = {
  name: 'node-lifecycle',
  watch,
  handlers: { 'node.sync': onSync, 'node.evict': onEvict, 'node.evict-pod': onEvictPod, 'node.orphan': onOrphan },
}
