import { type Condition, fromTimestamp, keyOf, timestamp } from '../../model/index.ts'
import { cancel, type State } from '../core/index.ts'
import {
  type Deployment,
  type DeploymentStatus,
  maxUnavailable,
  type ReplicaSet,
  replicasOf,
  sum,
} from './deployment-sets.ts'
import { canonical } from './template.ts'
import { enqueue } from './timing.ts'
import { writeStatus } from './writes.ts'

const NO_DEADLINE = 2 ** 31 - 1
export const hasDeadline = (d: Deployment): boolean => (d.spec.progressDeadlineSeconds ?? NO_DEADLINE) !== NO_DEADLINE

export const conditionOf = (status: DeploymentStatus | undefined, type: string): Condition | undefined =>
  status?.conditions?.find((c) => c.type === type)

export function condition(
  state: State,
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
): Condition {
  const now = timestamp(state.now)
  return { lastTransitionTime: now, lastUpdateTime: now, message, reason, status, type }
}

/** k8s pkg/controller/deployment/util/deployment_util.go SetDeploymentCondition (v1.36): the same status and reason again change nothing */
export function withCondition(conditions: readonly Condition[], next: Condition): readonly Condition[] {
  const before = conditions.find((c) => c.type === next.type)
  if (before?.status === next.status && before.reason === next.reason) return conditions
  const kept = before?.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next
  return [...without(conditions, next.type), kept]
}

const without = (conditions: readonly Condition[], type: string): readonly Condition[] =>
  conditions.filter((c) => c.type !== type)

/** k8s pkg/controller/deployment/sync.go calculateStatus (v1.36) */
export function calculate(
  state: State,
  d: Deployment,
  sets: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
): DeploymentStatus {
  const available = sum(sets, (s) => s.status?.availableReplicas)
  const enough = available >= replicasOf(d) - maxUnavailable(d)
  const conditions = withCondition(
    d.status?.conditions ?? [],
    enough
      ? condition(state, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
      : condition(
          state,
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
        ),
  )
  return {
    observedGeneration: d.metadata.generation ?? 1,
    replicas: sum(sets, (s) => s.status?.replicas),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sum(sets, (s) => s.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(sum(sets, replicasOf) - available, 0),
    terminatingReplicas: sum(sets, (s) => s.status?.terminatingReplicas),
    collisionCount: d.status?.collisionCount,
    conditions,
  }
}

/** k8s deployment_util.go DeploymentComplete (v1.36) */
export function isComplete(d: Deployment, status: DeploymentStatus | undefined): boolean {
  const wanted = replicasOf(d)
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (d.metadata.generation ?? 1)
  )
}

/** k8s deployment_util.go DeploymentProgressing (v1.36) */
function isProgressing(d: Deployment, next: DeploymentStatus): boolean {
  const old = d.status ?? {}
  const oldOnes = (s: DeploymentStatus) => (s.replicas ?? 0) - (s.updatedReplicas ?? 0)
  return (
    (next.updatedReplicas ?? 0) > (old.updatedReplicas ?? 0) ||
    oldOnes(next) < oldOnes(old) ||
    (next.readyReplicas ?? 0) > (old.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (old.availableReplicas ?? 0)
  )
}

const deadlineOf = (d: Deployment, progressing: Condition): number =>
  fromTimestamp(progressing.lastUpdateTime ?? '') + (d.spec.progressDeadlineSeconds ?? 0) * 1000

/** Write what the rollout has come to. k8s pkg/controller/deployment/progress.go syncRolloutStatus (v1.36) */
export function syncRolloutStatus(
  state: State,
  d: Deployment,
  sets: readonly ReplicaSet[],
  newSet: ReplicaSet | undefined,
): Deployment {
  const next = calculate(state, d, sets, newSet)
  let conditions = next.conditions ?? []
  if (!hasDeadline(d)) conditions = without(conditions, 'Progressing')
  const current = conditionOf(d.status, 'Progressing')
  const wasComplete = next.replicas === next.updatedReplicas && current?.reason === 'NewReplicaSetAvailable'
  if (hasDeadline(d) && !wasComplete) {
    const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${d.metadata.name}"`
    const progressing = (status: 'True' | 'False', reason: string, words: string) =>
      condition(state, 'Progressing', status, reason, `${subject} ${words}.`)
    if (isComplete(d, next)) {
      conditions = withCondition(
        conditions,
        progressing('True', 'NewReplicaSetAvailable', 'has successfully progressed'),
      )
    } else if (isProgressing(d, next)) {
      const fresh = progressing('True', 'ReplicaSetUpdated', 'is progressing')
      const since = current?.status === 'True' ? current.lastTransitionTime : fresh.lastTransitionTime
      conditions = [...without(conditions, 'Progressing'), { ...fresh, lastTransitionTime: since }]
    } else if (current && (current.reason === 'ProgressDeadlineExceeded' || deadlineOf(d, current) < state.now)) {
      conditions = withCondition(
        conditions,
        progressing('False', 'ProgressDeadlineExceeded', 'has timed out progressing'),
      )
    }
  }
  const failure = [...(newSet ? [newSet] : []), ...sets]
    .flatMap((s) => s.status?.conditions ?? [])
    .find((c) => c.type === 'ReplicaFailure')
  conditions = failure
    ? withCondition(conditions, { ...failure, lastUpdateTime: failure.lastTransitionTime })
    : without(conditions, 'ReplicaFailure')
  const written = storeStatus(state, d, { ...next, conditions })
  watchDeadline(state, written)
  return written
}

/** A rollout that does not progress is looked at again at its deadline. k8s progress.go requeueStuckDeployment (v1.36) */
function watchDeadline(state: State, d: Deployment): void {
  const current = conditionOf(d.status, 'Progressing')
  const key = keyOf(d)
  if (!hasDeadline(d) || !current || isComplete(d, d.status) || current.reason === 'ProgressDeadlineExceeded') {
    cancel(state, 'deployment.deadline', key)
    return
  }
  enqueue(state, 'deployment.deadline', key, Math.max(deadlineOf(d, current) + 1000 - state.now, 1000), true)
}

/** Store a status when it differs. Counts of zero and what is undefined are left out, as the API writes them. */
export function storeStatus(state: State, d: Deployment, status: DeploymentStatus): Deployment {
  const tidy = Object.fromEntries(
    Object.entries(status).filter(
      ([field, v]) =>
        v !== undefined && (v !== 0 || field === 'terminatingReplicas') && !(Array.isArray(v) && v.length === 0),
    ),
  ) as DeploymentStatus
  return canonical(tidy) === canonical(d.status ?? {}) ? d : writeStatus(state, { ...d, status: tidy })
}
