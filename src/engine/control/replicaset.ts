import {
  type Condition,
  controllerOf,
  isPodReady,
  type KObject,
  keyOf,
  type LabelSelector,
  matchesMap,
  type Pod,
  type PodTemplate,
  timestamp,
} from '../../model/index.ts'
import { type Component, getByKey, listByLabels, type Pending, type State } from '../core/index.ts'
import { selectorOf } from './adoption.ts'
import {
  availableAt,
  claimPods,
  createPod,
  deletePod,
  deletionOrder,
  isActive,
  isTerminating,
  nextAvailability,
  podFrom,
  podsMatching,
} from './pods.ts'
import { enqueue } from './timing.ts'
import { writeStatus } from './writes.ts'

/** A ReplicaSet, or a ReplicationController: both are run by one controller. */
interface PodSet extends KObject {
  readonly spec: {
    readonly replicas?: number
    readonly minReadySeconds?: number
    readonly selector?: LabelSelector
    readonly template: PodTemplate
  }
  readonly status?: {
    readonly replicas?: number
    readonly conditions?: readonly Condition[]
    readonly observedGeneration?: number
    readonly [field: string]: unknown
  }
}

/** k8s pkg/controller/replicaset/replica_set.go BurstReplicas (v1.36) */
const BURST = 500

const sourceOf = (set: PodSet) => (set.kind === 'ReplicaSet' ? 'replicaset-controller' : 'replication-controller')

/** k8s pkg/controller/replicaset/replica_set.go syncReplicaSet (v1.36) */
function onSync(state: State, task: Pending): void {
  const set = getByKey<PodSet>(state, task.key)
  if (!set) return
  const owned = claimPods(state, set, selectorOf(set))
  const active = owned.filter(isActive)
  const terminating = owned.filter(isTerminating).length
  const wanted = set.spec.replicas ?? 1
  const problem = set.metadata.deletionTimestamp ? undefined : manage(state, set, active, wanted)
  const status = statusOf(state, set, active, terminating, problem)
  if (!sameStatus(set.status, status)) writeStatus(state, { ...set, status })
  const next = nextAvailability(state, active, set.spec.minReadySeconds ?? 0)
  if (next !== undefined) enqueue(state, 'replicaset.sync', task.key, next - state.now)
  else if (!problem && Math.abs(active.length - wanted) > BURST && !set.metadata.deletionTimestamp)
    enqueue(state, 'replicaset.sync', task.key)
}

/** Make pods that are missing, or delete those that are too many. Returns what went wrong. */
function manage(state: State, set: PodSet, active: readonly Pod[], wanted: number): string | undefined {
  const missing = wanted - active.length
  const source = sourceOf(set)
  if (missing > 0) {
    const pod = podFrom(set, set.spec.template)
    for (let i = 0; i < Math.min(missing, BURST); i++) {
      const { error } = createPod(state, source, set, pod)
      if (error !== undefined) return error
    }
  } else if (missing < 0) {
    const doomed = -missing < active.length ? deletionOrder(state, active, relatedPods(state, set)) : active
    for (const pod of doomed.slice(0, Math.min(-missing, BURST))) deletePod(state, source, set, pod)
  }
  return undefined
}

/**
 * Pods of all ReplicaSets with the same controller: a rollout prefers to thin out nodes where it has many. A set of its own does not look
 * at nodes. k8s pkg/controller/replicaset/replica_set.go getIndirectlyRelatedPods (v1.36)
 */
function relatedPods(state: State, set: PodSet): Pod[] {
  const owner = controllerOf(set)
  if (!owner) return []
  const sets = listByLabels<PodSet>(state, set.kind, set.metadata.namespace ?? '', {}).filter(
    (s) => controllerOf(s)?.uid === owner.uid,
  )
  const seen = new Map<string, Pod>()
  for (const s of sets)
    for (const pod of podsMatching(state, set.metadata.namespace ?? '', selectorOf(s))) seen.set(keyOf(pod), pod)
  return [...seen.values()]
}

/** k8s pkg/controller/replicaset/replica_set_utils.go calculateStatus (v1.36) */
function statusOf(
  state: State,
  set: PodSet,
  active: readonly Pod[],
  terminating: number,
  problem: string | undefined,
): NonNullable<PodSet['status']> {
  let labelled = 0
  let ready = 0
  let available = 0
  for (const pod of active) {
    if (matchesMap(set.spec.template.metadata?.labels ?? {}, pod.metadata.labels)) labelled++
    if (!isPodReady(pod)) continue
    ready++
    if (availableAt(pod, set.spec.minReadySeconds ?? 0)! <= state.now) available++
  }
  const before = set.status?.conditions?.find((c) => c.type === 'ReplicaFailure')
  const others = (set.status?.conditions ?? []).filter((c) => c !== before)
  const failure: Condition | undefined =
    problem === undefined
      ? undefined
      : (before ?? {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: problem,
          lastTransitionTime: timestamp(state.now),
        })
  const conditions = failure ? [...others, failure] : others
  return {
    ...count('availableReplicas', available),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...count('fullyLabeledReplicas', labelled),
    observedGeneration: set.metadata.generation ?? 1,
    ...count('readyReplicas', ready),
    replicas: active.length,
    ...(set.kind === 'ReplicaSet' ? { terminatingReplicas: terminating } : {}),
  }
}

/** Counts of zero are left out, as the API writes them (omitempty). */
const count = (field: string, n: number): Readonly<Record<string, number>> => (n === 0 ? {} : { [field]: n })

const sameStatus = (a: object | undefined, b: object): boolean =>
  a !== undefined && JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())

export const replicaSets: Component = { name: 'replicaset', handlers: { 'replicaset.sync': onSync } }
