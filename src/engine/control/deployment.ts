import { controllerOf, makeKey, matchesSelector } from '../../model/index.ts'
import { type Change, type Component, getByKey, list, type Pending, type State } from '../core/index.ts'
import { isStatusOnly } from './adoption.ts'
import { all, cleanUp, recreate, rollForward, type Sets, syncRevision } from './deployment-rollout.ts'
import {
  ANNOTATIONS,
  active,
  claimSets,
  type Deployment,
  isRolling,
  maxSurge,
  oldestFirst,
  type ReplicaSet,
  replicasOf,
  SOURCE,
  scaleSet,
  sum,
} from './deployment-sets.ts'
import { calculate, condition, conditionOf, hasDeadline, storeStatus, withCondition } from './deployment-status.ts'
import { enqueue } from './timing.ts'
import { event } from './writes.ts'

/** k8s pkg/controller/deployment/deployment_controller.go syncDeployment (v1.36) */
function onSync(state: State, task: Pending): void {
  let d = getByKey<Deployment>(state, task.key)
  if (!d) return
  const { matchLabels = {}, matchExpressions = [] } = d.spec.selector ?? {}
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) {
    event(
      state,
      SOURCE,
      'Warning',
      d,
      'SelectingAll',
      'This deployment is selecting all pods. A non-empty selector is required.',
    )
    storeStatus(state, d, { ...d.status, observedGeneration: d.metadata.generation ?? 1 })
    return
  }
  const owned = claimSets(state, d)
  if (d.metadata.deletionTimestamp) {
    const sets = syncRevision(state, d, owned, false)
    storeStatus(state, sets.d, calculate(state, sets.d, all(sets), sets.newSet))
    return
  }
  d = notePaused(state, d)
  if (d.spec.paused || isScaling(d, owned)) scaleOnly(state, d, owned)
  else if (isRolling(d)) rollForward(state, d, owned)
  else recreate(state, d, owned)
}

/** k8s pkg/controller/deployment/sync.go checkPausedConditions (v1.36) */
function notePaused(state: State, d: Deployment): Deployment {
  const current = conditionOf(d.status, 'Progressing')
  if (!hasDeadline(d) || current?.reason === 'ProgressDeadlineExceeded') return d
  const noted = current?.reason === 'DeploymentPaused'
  if (noted === (d.spec.paused ?? false)) return d
  const next = d.spec.paused
    ? condition(state, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
    : condition(state, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed')
  return storeStatus(state, d, { ...d.status, conditions: withCondition(d.status?.conditions ?? [], next) })
}

/** Whether only its size changed. k8s sync.go isScalingEvent (v1.36) */
function isScaling(d: Deployment, owned: readonly ReplicaSet[]): boolean {
  return active(owned).some((set) => {
    const desired = set.metadata.annotations?.[ANNOTATIONS.desired]
    return desired !== undefined && Number(desired) !== replicasOf(d)
  })
}

/** A paused deployment, or one whose size changed: sets are scaled, no rollout goes on. k8s sync.go sync (v1.36) */
function scaleOnly(state: State, d: Deployment, owned: readonly ReplicaSet[]): void {
  const sets = syncRevision(state, d, owned, false)
  scale(state, sets)
  if (d.spec.paused) cleanUp(state, sets.d, sets.old)
  const now = claimSets(state, sets.d)
  const newSet = now.find((set) => set.metadata.uid === sets.newSet?.metadata.uid)
  storeStatus(state, sets.d, calculate(state, sets.d, now, newSet))
}

/** In the middle of a rollout every set grows or shrinks by its share. k8s sync.go scale (v1.36) */
function scale(state: State, { d, newSet, old }: Sets): void {
  const wanted = replicasOf(d)
  const live = active(newSet ? [...old, newSet] : old)
  const latest = live.length === 0 ? (newSet ?? old.at(-1)) : live.length === 1 ? live[0] : undefined
  if (latest) {
    if (replicasOf(latest) !== wanted) scaleSet(state, d, latest, wanted)
    return
  }
  if (newSet && isSaturated(d, newSet)) {
    for (const set of active(old)) scaleSet(state, d, set, 0)
    return
  }
  if (!isRolling(d)) return
  const allowed = wanted > 0 ? wanted + maxSurge(d) : 0
  const toAdd = allowed - sum(live, replicasOf)
  // the largest first; of equal ones the newer when growing, the older when shrinking
  const order = oldestFirst(live)
  if (toAdd > 0) order.reverse()
  order.sort((a, b) => replicasOf(b) - replicasOf(a))
  let added = 0
  const sizes = order.map((set) => {
    const share = shareOf(d, set, toAdd, added)
    added += share
    return replicasOf(set) + share
  })
  if (toAdd !== 0 && sizes.length > 0) sizes[0] = Math.max(sizes[0]! + toAdd - added, 0)
  order.forEach((set, i) => {
    scaleSet(state, d, set, sizes[i]!, true)
  })
}

/** k8s deployment_util.go GetReplicaSetProportion (v1.36) */
function shareOf(d: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (replicasOf(set) === 0 || toAdd === 0 || toAdd === added) return 0
  const before = Number(set.metadata.annotations?.[ANNOTATIONS.max] ?? 0) || (d.status?.replicas ?? 0)
  let share = 0
  if (replicasOf(d) === 0) share = -replicasOf(set)
  else if (before !== 0)
    share = roundHalfAway((replicasOf(set) * (replicasOf(d) + maxSurge(d))) / before) - replicasOf(set)
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added)
}

/** k8s utils/integer RoundToInt32 */
const roundHalfAway = (x: number): number => (x < 0 ? Math.ceil(x - 0.5) : Math.floor(x + 0.5))

/** k8s deployment_util.go IsSaturated (v1.36) */
function isSaturated(d: Deployment, set: ReplicaSet): boolean {
  const wanted = replicasOf(d)
  const desired = set.metadata.annotations?.[ANNOTATIONS.desired]
  return replicasOf(set) === wanted && Number(desired) === wanted && (set.status?.availableReplicas ?? 0) === wanted
}

function onDeadline(state: State, task: Pending): void {
  enqueue(state, 'deployment.sync', task.key, 0)
}

function watch(state: State, change: Change): void {
  const { key, kind, before, after } = change
  if (kind === 'Deployment' && after && !isStatusOnly(change)) enqueue(state, 'deployment.sync', key)
  if (kind === 'ReplicaSet') {
    const set = (after ?? before)!
    const refs = [before && controllerOf(before), after && controllerOf(after)]
    for (const ref of refs) {
      if (ref?.kind === 'Deployment')
        enqueue(state, 'deployment.sync', makeKey('Deployment', set.metadata.namespace ?? '', ref.name))
    }
    if (after && !controllerOf(after) && before?.metadata.labels !== after.metadata.labels) {
      for (const d of list<Deployment>(state, 'Deployment', after.metadata.namespace ?? '')) {
        if (matchesSelector(d.spec.selector, after.metadata.labels)) {
          enqueue(state, 'deployment.sync', makeKey('Deployment', after.metadata.namespace ?? '', d.metadata.name))
        }
      }
    }
  }
  // a Recreate waits until the last pod of an old set has gone. k8s deployment_controller.go deletePod (v1.36)
  if (kind === 'Pod' && before && !after) {
    const ref = controllerOf(before)
    const set =
      ref?.kind === 'ReplicaSet'
        ? getByKey(state, makeKey('ReplicaSet', before.metadata.namespace ?? '', ref.name))
        : undefined
    const owner = set && controllerOf(set)
    if (owner?.kind === 'Deployment') {
      const deployment = makeKey('Deployment', before.metadata.namespace ?? '', owner.name)
      if (getByKey<Deployment>(state, deployment)?.spec.strategy?.type === 'Recreate')
        enqueue(state, 'deployment.sync', deployment)
    }
  }
}

export const deployments: Component = {
  name: 'deployment',
  watch,
  handlers: { 'deployment.sync': onSync, 'deployment.deadline': onDeadline },
}
