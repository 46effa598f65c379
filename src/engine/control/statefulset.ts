import {
  isPodReady,
  type Labels,
  type Pod,
  type PodTemplate,
  type StatefulSet as StatefulSetObject,
} from '../../model/index.ts'
import { type Component, getByKey, type Pending, type State, slot } from '../core/index.ts'
import { claimPods, isAvailable, nextAvailability, podFrom } from './pods.ts'
import {
  type ControllerRevision,
  dropRevisions,
  listRevisions,
  presentRevision,
  REVISION_LABEL,
  setLabels,
  templateOf,
} from './revisions.ts'
import { canonical } from './template.ts'
import { enqueue } from './timing.ts'
import { create, erase, event, write, writeStatus } from './writes.ts'

interface StatefulSet extends StatefulSetObject {
  readonly spec: StatefulSetObject['spec'] & {
    readonly serviceName?: string
    readonly minReadySeconds?: number
    readonly podManagementPolicy?: 'OrderedReady' | 'Parallel'
    readonly ordinals?: { readonly start?: number }
    readonly revisionHistoryLimit?: number
    readonly updateStrategy?: {
      readonly type?: 'RollingUpdate' | 'OnDelete'
      readonly rollingUpdate?: { readonly partition?: number }
    }
    readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[]
  }
}

const SOURCE = 'statefulset-controller'

/** The pods of a set as one sync sees them; `undefined` in a place is a pod to be made. */
interface Plan {
  readonly set: StatefulSet
  readonly current: ControllerRevision
  readonly update: ControllerRevision
  readonly replicas: (Pod | undefined)[]
  /** Highest ordinal first. */
  readonly condemned: readonly Pod[]
}

const startOf = (set: StatefulSet): number => set.spec.ordinals?.start ?? 0
const revisionOf = (pod: Pod): string => pod.metadata.labels?.[REVISION_LABEL] ?? ''
const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined
const minReady = (set: StatefulSet): number => set.spec.minReadySeconds ?? 0

/** `db-3` → 3 for the set `db`; undefined for another name. */
function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name)
  return match && match[1] === set.metadata.name ? Number(match[2]) : undefined
}

/** k8s pkg/controller/statefulset/stateful_set_control.go UpdateStatefulSet (v1.36) */
function onSync(state: State, task: Pending): void {
  const set = getByKey<StatefulSet>(state, task.key)
  if (!set) {
    failures(state).delete(task.key)
    return
  }
  const pods = claimPods(state, set, set.spec.selector, (p) => ordinalOf(set, p) !== undefined)
  const known = listRevisions(state, set)
  const update = presentRevision(state, set, known, setLabels)
  if (!update) return
  const status = set.status as { readonly currentRevision?: string } | undefined
  const current = known.find((r) => r.metadata.name === status?.currentRevision) ?? update
  const plan = planOf(set, current, update, pods)
  const failed = !set.metadata.deletionTimestamp && act(state, plan)
  retry(state, task.key, failed)
  store(state, task.key, set, current, update)
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)])
  dropRevisions(state, set, listRevisions(state, set), (r) => live.has(r.metadata.name))
  const next = nextAvailability(state, pods, minReady(set))
  if (next !== undefined) enqueue(state, 'statefulset.sync', task.key, next - state.now)
}

/** How often in a row a set's pod could not be made. */
const failures = slot<number>('statefulset.failures')

/** A failed sync is repeated after 5 ms, which double up to 1000 s. k8s client-go/util/workqueue/default_rate_limiters.go (v0.36) */
function retry(state: State, key: string, failed: boolean): void {
  if (!failed) {
    failures(state).delete(key)
    return
  }
  const before = failures(state).get(key) ?? 0
  failures(state).set(key, before + 1)
  enqueue(state, 'statefulset.retry', key, Math.min(5 * 2 ** before, 1_000_000), true)
}

const again = (state: State, task: Pending): void => enqueue(state, 'statefulset.sync', task.key, 0)

function planOf(set: StatefulSet, current: ControllerRevision, update: ControllerRevision, pods: readonly Pod[]): Plan {
  const replicas = Array<Pod | undefined>(set.spec.replicas ?? 1).fill(undefined)
  const condemned: Pod[] = []
  for (const pod of pods) {
    const place = ordinalOf(set, pod)! - startOf(set)
    if (place >= 0 && place < replicas.length) replicas[place] = pod
    else condemned.push(pod)
  }
  condemned.sort((a, b) => ordinalOf(set, b)! - ordinalOf(set, a)!)
  return { set, current, update, replicas, condemned }
}

/**
 * Make pods from the lowest ordinal up, remove from the highest down, then roll out from the highest down. With OrderedReady each step waits
 * until the one before is done. True: a pod could not be made, and that has to be tried again.
 * k8s pkg/controller/statefulset/stateful_set_control.go updateStatefulSet (v1.36)
 */
function act(state: State, plan: Plan): boolean {
  const { set, replicas, condemned } = plan
  const ordered = set.spec.podManagementPolicy !== 'Parallel'
  if (ordered) {
    for (let i = 0; i < replicas.length; i++) {
      const outcome = replica(state, plan, i, true)
      if (outcome !== 'next') return outcome === 'failed'
    }
  } else if (startSlowly(state, plan)) return true
  const firstUnhealthy = unhealthyFirst(state, plan)
  for (const pod of condemned) {
    if (isTerminating(pod)) {
      if (ordered) return false
      continue
    }
    if (ordered && !(isRunningAndReady(pod) && isAvailable(state, pod, minReady(set))) && pod !== firstUnhealthy)
      return false
    remove(state, set, pod)
    if (ordered) return false
  }
  if (set.spec.updateStrategy?.type !== 'OnDelete') roll(state, plan)
  return false
}

/**
 * In batches of 1, 2, 4, …, the last of which is the one in which something failed (the result).
 * k8s stateful_set_control.go runForAll, slowStartBatch (v1.36)
 */
function startSlowly(state: State, plan: Plan): boolean {
  let next = 0
  for (let size = 1; next < plan.replicas.length; size *= 2) {
    let failed = false
    for (const end = Math.min(next + size, plan.replicas.length); next < end; next++)
      failed = replica(state, plan, next, false) === 'failed' || failed
    if (failed) return true
  }
  return false
}

const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isPodReady(pod)
const isUnavailable = (state: State, set: StatefulSet, pod: Pod): boolean =>
  isTerminating(pod) || !isAvailable(state, pod, minReady(set))

/** The unhealthy pod with the lowest ordinal; a pod that is yet to be made counts. */
function unhealthyFirst(state: State, { set, replicas, condemned }: Plan): Pod | undefined {
  for (const pod of replicas) if (!pod || isUnavailable(state, set, pod)) return pod
  return condemned.findLast((pod) => isUnavailable(state, set, pod))
}

/** One place of the set. After `stop` an ordered set goes no further now. k8s stateful_set_control.go processReplica (v1.36) */
function replica(state: State, plan: Plan, i: number, ordered: boolean): 'next' | 'stop' | 'failed' {
  const { set, replicas } = plan
  const pod = replicas[i]
  if (pod?.status?.phase === 'Failed' || pod?.status?.phase === 'Succeeded') {
    if (!isTerminating(pod)) remove(state, set, pod)
    return 'stop'
  }
  if (!pod) return make(state, plan, i + startOf(set)) ? 'stop' : 'failed'
  if (isTerminating(pod) && ordered) return 'stop'
  if (ordered && !(isRunningAndReady(pod) && isAvailable(state, pod, minReady(set)))) return 'stop'
  const identity = identityOf(set, i + startOf(set))
  if (pod.metadata.labels?.[POD_NAME] !== identity[POD_NAME]) {
    const labels = { ...pod.metadata.labels, ...identity }
    replicas[i] = write(state, { ...pod, metadata: { ...pod.metadata, labels } })
    event(
      state,
      SOURCE,
      'Normal',
      set,
      'SuccessfulUpdate',
      `Update Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
    )
  }
  return 'next'
}

const POD_NAME = 'statefulset.kubernetes.io/pod-name'
const identityOf = (set: StatefulSet, ordinal: number): Labels => ({
  'apps.kubernetes.io/pod-index': String(ordinal),
  [POD_NAME]: `${set.metadata.name}-${ordinal}`,
})

/** Below the partition a pod is made from the current revision, else from the updated one. k8s stateful_set_utils.go newVersionedStatefulSetPod */
function make(state: State, { set, current, update }: Plan, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  const currentReplicas = Number(
    (set.status as { readonly currentReplicas?: number } | undefined)?.currentReplicas ?? 0,
  )
  const old =
    type !== 'OnDelete' && ordinal < startOf(set) + (rollingUpdate ? (rollingUpdate.partition ?? 0) : currentReplicas)
  const revision = old ? current : update
  const labels = { ...identityOf(set, ordinal), [REVISION_LABEL]: revision.metadata.name }
  const name = `${set.metadata.name}-${ordinal}`
  const pod = podFrom(set, templateOf(revision), { name, labels })
  const result = create(state, set, { ...pod, spec: specOf(set, templateOf(revision), name) })
  const words = `Create Pod ${name} in StatefulSet ${set.metadata.name}`
  if ('error' in result) event(state, SOURCE, 'Warning', set, 'FailedCreate', `${words} failed error: ${result.error}`)
  else event(state, SOURCE, 'Normal', set, 'SuccessfulCreate', `${words} successful`)
  return 'made' in result
}

/** A pod's own name as its hostname, and its own claims as volumes. k8s stateful_set_utils.go initIdentity, updateStorage (v1.36) */
function specOf(set: StatefulSet, template: PodTemplate, name: string): Pod['spec'] {
  const { spec } = template
  const claims = (set.spec.volumeClaimTemplates ?? []).map((c) => c.metadata?.name ?? '')
  const others = ((spec.volumes ?? []) as readonly { readonly name: string }[]).filter((v) => !claims.includes(v.name))
  const own = claims.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: `${claim}-${name}` } }))
  const volumes = [...own, ...others]
  return {
    ...spec,
    hostname: name,
    ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
    ...(volumes.length > 0 ? { volumes } : {}),
  }
}

function remove(state: State, set: StatefulSet, pod: Pod): void {
  erase(state, pod)
  event(
    state,
    SOURCE,
    'Normal',
    set,
    'SuccessfulDelete',
    `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
  )
}

/** From the highest ordinal down to the partition, one pod at a time. */
function roll(state: State, { set, update, replicas }: Plan): void {
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0
  for (let i = replicas.length - 1; i >= partition; i--) {
    const pod = replicas[i]
    if (!pod) return
    if (revisionOf(pod) !== update.metadata.name && !isTerminating(pod)) {
      remove(state, set, pod)
      return
    }
    if (isUnavailable(state, set, pod)) return
  }
}

/** k8s stateful_set_control.go computeReplicaStatus, stateful_set_utils.go completeRollingUpdate (v1.36) */
function store(
  state: State,
  key: string,
  set: StatefulSet,
  current: ControllerRevision,
  update: ControllerRevision,
): void {
  const now = getByKey<StatefulSet>(state, key)
  if (!now || now.metadata.uid !== set.metadata.uid) return
  const pods = claimPods(state, now, now.spec.selector, (p) => ordinalOf(now, p) !== undefined)
  const ready = pods.filter(isRunningAndReady)
  const living = pods.filter((p) => !isTerminating(p))
  const wanted = now.spec.replicas ?? 1
  const updated = living.filter((p) => revisionOf(p) === update.metadata.name).length
  const rolled =
    now.spec.updateStrategy?.type !== 'OnDelete' &&
    updated === wanted &&
    ready.length === wanted &&
    pods.length === wanted
  const holding = living.filter((p) => revisionOf(p) === current.metadata.name).length
  const status = {
    availableReplicas: ready.filter((p) => isAvailable(state, p, minReady(now))).length,
    collisionCount: 0,
    ...count('currentReplicas', rolled ? updated : holding),
    currentRevision: rolled ? update.metadata.name : current.metadata.name,
    observedGeneration: now.metadata.generation ?? 1,
    ...count('readyReplicas', ready.length),
    replicas: pods.length,
    updateRevision: update.metadata.name,
    ...count('updatedReplicas', updated),
  }
  if (canonical(status) !== canonical(now.status ?? {})) writeStatus(state, { ...now, status })
}

const count = (field: string, n: number): Readonly<Record<string, number>> => (n === 0 ? {} : { [field]: n })

export const statefulSets: Component = {
  name: 'statefulset',
  handlers: { 'statefulset.sync': onSync, 'statefulset.retry': again },
}
