import { controllerOf, type KObject, keyOf, type Pod } from '../../model/index.ts'
import { getByKey, type State } from '../core/index.ts'
import {
  ANNOTATIONS,
  active,
  claimSets,
  copiedAnnotations,
  type Deployment,
  findNew,
  isRolling,
  maxSurge,
  maxUnavailable,
  oldestFirst,
  type ReplicaSet,
  replicaAnnotations,
  replicasOf,
  revisionOf,
  SOURCE,
  scaleSet,
  sum,
} from './deployment-sets.ts'
import {
  condition,
  conditionOf,
  hasDeadline,
  isComplete,
  storeStatus,
  syncRolloutStatus,
  withCondition,
} from './deployment-status.ts'
import { podsMatching } from './pods.ts'
import { HASH_LABEL, templateHash } from './template.ts'
import { enqueue } from './timing.ts'
import { annotate, controllerRef, create, erase, event, write } from './writes.ts'

/** The sets of a deployment as one sync sees them. */
export interface Sets {
  readonly d: Deployment
  readonly newSet: ReplicaSet | undefined
  /** Oldest first. */
  readonly old: readonly ReplicaSet[]
}

export const all = (sets: Sets): ReplicaSet[] => (sets.newSet ? [...sets.old, sets.newSet] : [...sets.old])

const limit = 2 ** 31 - 1

/**
 * The set for the present template, found or made, with its revision; and the others. k8s pkg/controller/deployment/sync.go
 * getAllReplicaSetsAndSyncRevision (v1.36)
 */
export function syncRevision(state: State, deployment: Deployment, owned: readonly ReplicaSet[], make: boolean): Sets {
  let d = deployment
  const found = findNew(d, owned)
  const old = owned.filter((set) => set !== found)
  const revision = Math.max(0, ...old.map(revisionOf)) + 1
  if (found) {
    const newSet = updateSet(state, d, found, revision)
    d = setRevision(state, d, revisionOf(newSet))
    if (hasDeadline(d) && !conditionOf(d.status, 'Progressing')) {
      const next = condition(
        state,
        'Progressing',
        'True',
        'FoundNewReplicaSet',
        `Found new replica set "${newSet.metadata.name}"`,
      )
      d = storeStatus(state, d, { ...d.status, conditions: withCondition(d.status?.conditions ?? [], next) })
    }
    return { d, newSet, old }
  }
  if (!make) return { d, newSet: undefined, old }
  return makeSet(state, d, old, revision)
}

/** Bring annotations and minReadySeconds of the found set up to date. k8s deployment_util.go SetNewReplicaSetAnnotations (v1.36) */
function updateSet(state: State, d: Deployment, set: ReplicaSet, revision: number): ReplicaSet {
  const before = set.metadata.annotations
  const annotations: Record<string, string> = { ...copiedAnnotations(d, before) }
  const oldRevision = revisionOf(set)
  if (oldRevision < revision) {
    annotations[ANNOTATIONS.revision] = String(revision)
    // rolled back to: its earlier number is kept
    if (before?.[ANNOTATIONS.revision] !== undefined) {
      annotations[ANNOTATIONS.history] = [before[ANNOTATIONS.history], String(oldRevision)].filter(Boolean).join(',')
    }
  }
  const same = Object.entries(annotations).every(([k, v]) => before?.[k] === v)
  const minReadySeconds = d.spec.minReadySeconds
  if (same && (set.spec.minReadySeconds ?? 0) === (minReadySeconds ?? 0)) return set
  return write(state, { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, minReadySeconds } })
}

function setRevision(state: State, d: Deployment, revision: number): Deployment {
  const text = String(revision)
  if (d.metadata.annotations?.[ANNOTATIONS.revision] === text) return d
  return annotate(state, d, { [ANNOTATIONS.revision]: text })
}

function makeSet(state: State, deployment: Deployment, old: readonly ReplicaSet[], revision: number): Sets {
  let d = deployment
  const hash = templateHash(d.spec.template, d.status?.collisionCount)
  const name = `${d.metadata.name.slice(0, 253 - 1 - hash.length)}-${hash}`
  const labels = { ...d.spec.template.metadata?.labels, [HASH_LABEL]: hash }
  const size = sizeOfNew(d, sum(old, replicasOf), 0)
  const value = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: d.metadata.namespace,
      labels,
      annotations: {
        ...copiedAnnotations(d, undefined),
        ...replicaAnnotations(d),
        [ANNOTATIONS.revision]: String(revision),
      },
      ownerReferences: [controllerRef(d)],
    },
    spec: {
      ...(d.spec.minReadySeconds ? { minReadySeconds: d.spec.minReadySeconds } : {}),
      replicas: size,
      selector: { ...d.spec.selector, matchLabels: { ...d.spec.selector?.matchLabels, [HASH_LABEL]: hash } },
      template: { ...d.spec.template, metadata: { ...d.spec.template.metadata, labels } },
    },
  } as KObject as ReplicaSet
  const result = create(state, d, value)
  if ('error' in result) {
    if (getByKey(state, `ReplicaSet/${d.metadata.namespace}/${name}`)) {
      // the name is taken: by another template with this hash, or by what an earlier Deployment left. The next try takes another name
      d = storeStatus(state, d, { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 })
      enqueue(state, 'deployment.sync', keyOf(d))
    } else {
      const message = `Failed to create new replica set "${name}": ${result.error}`
      event(state, SOURCE, 'Warning', d, 'ReplicaSetCreateError', message)
      const failed = condition(state, 'Progressing', 'False', 'ReplicaSetCreateError', message)
      if (hasDeadline(d))
        d = storeStatus(state, d, { ...d.status, conditions: withCondition(d.status?.conditions ?? [], failed) })
    }
    return { d, newSet: undefined, old }
  }
  if (size > 0)
    event(state, SOURCE, 'Normal', d, 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`)
  d = setRevision(state, d, revision)
  if (hasDeadline(d)) {
    const next = condition(state, 'Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${name}"`)
    d = storeStatus(state, d, { ...d.status, conditions: withCondition(d.status?.conditions ?? [], next) })
  }
  return { d, newSet: result.made, old }
}

/** How large the new set may be, beside `others` pods of old sets. k8s deployment_util.go NewRSNewReplicas (v1.36) */
function sizeOfNew(d: Deployment, others: number, own: number): number {
  const wanted = replicasOf(d)
  if (!isRolling(d)) return wanted
  const room = wanted + maxSurge(d) - others - own
  return room <= 0 ? own : own + Math.min(room, wanted - own)
}

/** k8s pkg/controller/deployment/rolling.go rolloutRolling (v1.36) */
export function rollForward(state: State, deployment: Deployment, owned: readonly ReplicaSet[]): void {
  const sets = syncRevision(state, deployment, owned, true)
  const { d, newSet, old } = sets
  if (!newSet) return
  const wanted = replicasOf(d)
  const own = replicasOf(newSet)
  if (own !== wanted) {
    const size = own > wanted ? wanted : sizeOfNew(d, sum(old, replicasOf), own)
    const result = scaleSet(state, d, newSet, size)
    if (result.scaled) {
      syncRolloutStatus(state, d, [...old, result.set], result.set)
      return
    }
  }
  const scaledDown = shrinkOld(state, sets)
  const now = scaledDown ? claimSets(state, d) : all(sets)
  const written = syncRolloutStatus(state, d, now, findNew(d, now))
  if (!scaledDown && isComplete(written, written.status)) cleanUp(state, written, old)
}

/** Take from old sets what the limits allow: first pods that are not available, then others. k8s rolling.go reconcileOldReplicaSets (v1.36) */
function shrinkOld(state: State, { d, newSet, old }: Sets): boolean {
  const shrinking = oldestFirst(active(old))
  if (!newSet || shrinking.length === 0) return false
  const minAvailable = replicasOf(d) - maxUnavailable(d)
  const newUnavailable = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0)
  const most = sum([...old, newSet], replicasOf) - minAvailable - newUnavailable
  if (most <= 0) return false
  let cleaned = 0
  const healthy: ReplicaSet[] = []
  for (const set of shrinking) {
    const unhealthy = replicasOf(set) - (set.status?.availableReplicas ?? 0)
    // its status is of before it shrank: what is available now is not known
    if (unhealthy < 0 && cleaned < most) return false
    const fewer = Math.min(most - cleaned, unhealthy)
    cleaned += fewer
    healthy.push(fewer > 0 ? scaleSet(state, d, set, replicasOf(set) - fewer).set : set)
  }
  const spare = sum([...healthy, newSet], (s) => s.status?.availableReplicas) - minAvailable
  let taken = 0
  for (const set of healthy) {
    const fewer = Math.min(replicasOf(set), spare - taken)
    if (fewer <= 0) continue
    taken += fewer
    scaleSet(state, d, set, replicasOf(set) - fewer)
  }
  return cleaned + taken > 0
}

/** Stop every old pod before a new one starts. k8s pkg/controller/deployment/recreate.go rolloutRecreate (v1.36) */
export function recreate(state: State, deployment: Deployment, owned: readonly ReplicaSet[]): void {
  let sets = syncRevision(state, deployment, owned, false)
  let stopped = false
  for (const set of active(sets.old)) stopped = scaleSet(state, sets.d, set, 0).scaled || stopped
  if (stopped || oldPodsRun(state, sets)) {
    const now = stopped ? claimSets(state, sets.d) : all(sets)
    syncRolloutStatus(state, sets.d, now, findNew(sets.d, now))
    return
  }
  if (!sets.newSet) sets = syncRevision(state, sets.d, owned, true)
  if (!sets.newSet) return
  const { set } = scaleSet(state, sets.d, sets.newSet, replicasOf(sets.d))
  const written = syncRolloutStatus(state, sets.d, [...sets.old, set], set)
  if (isComplete(written, written.status)) cleanUp(state, written, sets.old)
}

/** Whether pods of other sets than the new one have yet to end, those that are stopping included. k8s recreate.go oldPodsRunning (v1.36) */
function oldPodsRun(state: State, { d, newSet, old }: Sets): boolean {
  if (sum(old, (s) => s.status?.replicas) > 0) return true
  const others = new Set(old.map((s) => s.metadata.uid))
  return podsMatching(state, d.metadata.namespace ?? '', d.spec.selector).some((pod: Pod) => {
    const owner = controllerOf(pod)?.uid
    const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
    return owner !== undefined && owner !== newSet?.metadata.uid && others.has(owner) && !ended
  })
}

/** Delete old, empty sets beyond the history limit. k8s pkg/controller/deployment/sync.go cleanupDeployment (v1.36) */
export function cleanUp(state: State, d: Deployment, old: readonly ReplicaSet[]): void {
  const keep = d.spec.revisionHistoryLimit ?? limit
  const alive = old.filter((set) => !set.metadata.deletionTimestamp)
  const extra = alive.length - keep
  if (extra <= 0) return
  const byRevision = oldestFirst(alive).sort((a, b) => revisionOf(a) - revisionOf(b))
  for (const set of byRevision.slice(0, extra)) {
    const seen = (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 1)
    if (replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && seen) erase(state, set)
  }
}
