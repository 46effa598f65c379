import { keyOf, type Node, type Pod, timestamp } from '../../../model/index.ts'
import { bindPod } from '../../api/index.ts'
import { type Change, type Component, getByKey, list, type Pending, type State, slot } from '../../core/index.ts'
import { nodeAffinityOf } from '../../node/index.ts'
import { enqueue, TIMING } from '../timing.ts'
import { event, writeStatus } from '../writes.ts'
import { type Misfit, misfit, wishesOf } from './filters.ts'
import { bestNode } from './scores.ts'
import { preferredTerms, requiredTerms, track } from './usage.ts'

const SOURCE = 'default-scheduler'

/** Pods that fit nowhere, with what was said of them. `social`: another pod's coming could change it. */
const waiting = slot<{ readonly message: string; readonly social: boolean }>('scheduler.waiting')

const wantsNode = (pod: Pod): boolean =>
  !pod.spec.nodeName &&
  !pod.metadata.deletionTimestamp &&
  (pod.spec.schedulingGates ?? []).length === 0 &&
  (pod.spec.schedulerName ?? SOURCE) === SOURCE &&
  pod.status?.phase !== 'Succeeded' &&
  pod.status?.phase !== 'Failed'

function watch(state: State, change: Change): void {
  const { kind, key, before, after } = change
  if (kind === 'Pod') {
    const old = before as Pod | undefined
    const pod = after as Pod | undefined
    if (!pod || pod.spec.nodeName) waiting(state).delete(key)
    if (track(state, change) && waiting(state).size > 0) {
      const freed = !pod || pod.status?.phase !== old?.status?.phase
      if (freed || [...waiting(state).values()].some((w) => w.social)) enqueue(state, 'scheduler.retry', '')
    }
    if (pod && wantsNode(pod) && (!old || old.spec !== pod.spec || !wantsNode(old)))
      enqueue(state, 'scheduler.pod', key, TIMING.schedule)
  } else if (kind === 'Node' && waiting(state).size > 0) {
    const old = before as Node | undefined
    const node = after as Node | undefined
    const same = old && node && old.spec === node.spec && old.metadata.labels === node.metadata.labels
    if (!same || old.status?.allocatable !== node.status?.allocatable) enqueue(state, 'scheduler.retry', '')
  }
}

/** One pod finds its node. k8s pkg/scheduler/schedule_one.go schedulingCycle (v1.36) */
function onPod(state: State, task: Pending): void {
  const pod = getByKey<Pod>(state, task.key)
  if (!pod || !wantsNode(pod)) return
  const all = list<Node>(state, 'Node')
  const only = namedNodes(pod)
  const nodes = only ? all.filter((n) => only.has(n.metadata.name)) : all
  const wishes = wishesOf(state, pod, all)
  const misfits = new Map<Node, Misfit>()
  const fitting: Node[] = []
  for (const node of nodes) {
    const why = misfit(state, wishes, node)
    if (why) misfits.set(node, why)
    else fitting.push(node)
  }
  if (fitting.length === 0) {
    refuse(state, pod, all.length === 0 ? 'no nodes available to schedule pods' : messageOf(all, misfits))
    return
  }
  const node = bestNode(state, pod, fitting, all).metadata.name
  waiting(state).delete(task.key)
  const bound = bindPod(state, pod, node)
  if (!bound.ok) return
  event(
    state,
    SOURCE,
    'Normal',
    pod,
    'Scheduled',
    `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node}`,
  )
}

/** Nodes that required node affinity names (a DaemonSet's pods); undefined: any. k8s plugins/nodeaffinity/node_affinity.go PreFilter (v1.36) */
function namedNodes(pod: Pod): ReadonlySet<string> | undefined {
  const terms = nodeAffinityOf(pod.spec)?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const out = new Set<string>()
  for (const term of terms) {
    const fields = (term.matchFields ?? []).filter((f) => f.key === 'metadata.name' && f.operator === 'In')
    if (fields.length === 0) return undefined
    for (const name of fields[0]!.values ?? []) if (fields.every((f) => f.values?.includes(name))) out.add(name)
  }
  return terms.length === 0 ? undefined : out
}

/** k8s pkg/scheduler/framework/types.go FitError.Error, preemption/preemption.go Preempt (v1.36) */
function messageOf(all: readonly Node[], misfits: ReadonlyMap<Node, Misfit>): string {
  const reasons: string[] = []
  const hopes: string[] = []
  for (const node of all) {
    const why = misfits.get(node)
    reasons.push(...(why?.reasons ?? ["node(s) didn't satisfy plugin(s) [NodeAffinity]"]))
    hopes.push(
      why && !why.final ? 'No preemption victims found for incoming pod' : 'Preemption is not helpful for scheduling',
    )
  }
  const none = `0/${all.length} nodes are available:`
  return `${none} ${histogram(reasons)}. no new claims to deallocate, preemption: ${none} ${histogram(hopes)}.`
}

function histogram(texts: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts]
    .map(([text, n]) => `${n} ${text}`)
    .sort()
    .join(', ')
}

function refuse(state: State, pod: Pod, message: string): void {
  const key = keyOf(pod)
  const before = waiting(state).get(key)
  const terms = (['podAffinity', 'podAntiAffinity'] as const).flatMap((k) => [
    ...requiredTerms(pod, k),
    ...preferredTerms(pod, k),
  ])
  const social = terms.length > 0 || pod.spec.topologySpreadConstraints !== undefined
  waiting(state).set(key, { message, social })
  if (before?.message === message) return
  event(state, SOURCE, 'Warning', pod, 'FailedScheduling', message)
  const conditions = pod.status?.conditions ?? []
  const old = conditions.find((c) => c.type === 'PodScheduled')
  const since = old?.status === 'False' ? old.lastTransitionTime : timestamp(state.now)
  const next = {
    lastProbeTime: null,
    lastTransitionTime: since,
    message,
    reason: 'Unschedulable',
    status: 'False' as const,
    type: 'PodScheduled',
  }
  const others = conditions.filter((c) => c.type !== 'PodScheduled')
  writeStatus(state, { ...pod, status: { ...pod.status, conditions: [...others, next] } })
}

/** Something changed that may let waiting pods in. */
function onRetry(state: State): void {
  for (const key of waiting(state).keys()) enqueue(state, 'scheduler.pod', key, TIMING.schedule)
}

/** kube-scheduler: finds nodes for pods that have none. */
export const scheduler: Component = {
  name: 'scheduler',
  watch,
  handlers: { 'scheduler.pod': onPod, 'scheduler.retry': onRetry },
}
