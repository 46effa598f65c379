import {
  type Condition,
  controllerOf,
  type Deployment as DeploymentObject,
  fromTimestamp,
  type KObject,
  type LabelSelector,
  type Labels,
  matchesSelector,
  type ReplicaSet as ReplicaSetObject,
} from '../../model/index.ts'
import { listByLabels, type State } from '../core/index.ts'
import { sameTemplate } from './template.ts'
import { controllerRef, event, write } from './writes.ts'

export interface DeploymentStatus {
  readonly observedGeneration?: number
  readonly replicas?: number
  readonly updatedReplicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
  readonly unavailableReplicas?: number
  readonly terminatingReplicas?: number
  readonly collisionCount?: number
  readonly conditions?: readonly Condition[]
  readonly [field: string]: unknown
}

export interface Deployment extends DeploymentObject {
  readonly spec: DeploymentObject['spec'] & {
    readonly minReadySeconds?: number
    readonly paused?: boolean
    readonly progressDeadlineSeconds?: number
    readonly revisionHistoryLimit?: number
    readonly strategy?: {
      readonly type?: 'RollingUpdate' | 'Recreate'
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string }
    }
  }
  readonly status?: DeploymentStatus
}

export interface ReplicaSet extends ReplicaSetObject {
  readonly spec: ReplicaSetObject['spec'] & { readonly minReadySeconds?: number }
  readonly status?: {
    readonly replicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly terminatingReplicas?: number
    readonly observedGeneration?: number
    readonly conditions?: readonly Condition[]
    readonly [field: string]: unknown
  }
}

export const ANNOTATIONS = {
  revision: 'deployment.kubernetes.io/revision',
  history: 'deployment.kubernetes.io/revision-history',
  desired: 'deployment.kubernetes.io/desired-replicas',
  max: 'deployment.kubernetes.io/max-replicas',
} as const

/** k8s pkg/controller/deployment/util/deployment_util.go annotationsToSkip (v1.36) */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  ...Object.values(ANNOTATIONS),
])

export const replicasOf = (object: { readonly spec: { readonly replicas?: number } }): number =>
  object.spec.replicas ?? 1
export const sum = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number =>
  sets.reduce((n, set) => n + (count(set) ?? 0), 0)
export const active = (sets: readonly ReplicaSet[]): ReplicaSet[] => sets.filter((set) => replicasOf(set) > 0)
export const isRolling = (d: Deployment): boolean => (d.spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate'

/** k8s apimachinery/pkg/util/intstr GetScaledValueFromIntOrPercent (v1.36): percents of the whole, rounded up or down */
function scaled(value: number | string | undefined, whole: number, up: boolean): number {
  if (typeof value === 'number') return value
  const percent = Number.parseInt(value ?? '25%', 10) || 0
  return up ? Math.ceil((percent * whole) / 100) : Math.floor((percent * whole) / 100)
}

/** maxSurge rounds up, maxUnavailable down; both 0 counts as one unavailable. k8s deployment_util.go ResolveFenceposts (v1.36) */
function fenceposts(d: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge, maxUnavailable } = d.spec.strategy?.rollingUpdate ?? {}
  const surge = scaled(maxSurge, replicasOf(d), true)
  const unavailable = scaled(maxUnavailable, replicasOf(d), false)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}
export const maxSurge = (d: Deployment): number => (isRolling(d) ? fenceposts(d).surge : 0)
export const maxUnavailable = (d: Deployment): number =>
  isRolling(d) && replicasOf(d) > 0 ? Math.min(fenceposts(d).unavailable, replicasOf(d)) : 0

const byAge = (a: KObject, b: KObject): number => {
  const age = fromTimestamp(a.metadata.creationTimestamp ?? '') - fromTimestamp(b.metadata.creationTimestamp ?? '')
  return age !== 0 ? age : (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1
}
/** Oldest first. */
export const oldestFirst = (sets: readonly ReplicaSet[]): ReplicaSet[] => [...sets].sort(byAge)

export const revisionOf = (object: KObject): number =>
  Number(object.metadata.annotations?.[ANNOTATIONS.revision] ?? 0) || 0

/** The deployment's ReplicaSets, oldest first; adopts and releases on the way. k8s controller_ref_manager.go ClaimReplicaSets (v1.36) */
export function claimSets(state: State, d: Deployment): ReplicaSet[] {
  const selector: LabelSelector | undefined = d.spec.selector
  const out: ReplicaSet[] = []
  for (const set of listByLabels<ReplicaSet>(
    state,
    'ReplicaSet',
    d.metadata.namespace ?? '',
    selector?.matchLabels ?? {},
  )) {
    const ref = controllerOf(set)
    if (!matchesSelector(selector, set.metadata.labels)) continue
    if (ref?.uid === d.metadata.uid) out.push(set)
    else if (!ref && !d.metadata.deletionTimestamp && !set.metadata.deletionTimestamp) {
      const ownerReferences = [...(set.metadata.ownerReferences ?? []), controllerRef(d)]
      out.push(write(state, { ...set, metadata: { ...set.metadata, ownerReferences } }))
    }
  }
  return oldestFirst(out)
}

/** The oldest set with the deployment's own template. k8s deployment_util.go FindNewReplicaSet (v1.36) */
export const findNew = (d: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  sets.find((set) => sameTemplate(set.spec.template, d.spec.template))

/** The annotations that a set has to carry, in place of its own. */
export function copiedAnnotations(d: Deployment, own: Labels | undefined): Labels {
  const out: Record<string, string> = { ...own }
  for (const [key, value] of Object.entries(d.metadata.annotations ?? {})) if (!NOT_COPIED.has(key)) out[key] = value
  return out
}

export const replicaAnnotations = (d: Deployment): Labels => ({
  [ANNOTATIONS.desired]: String(replicasOf(d)),
  [ANNOTATIONS.max]: String(replicasOf(d) + maxSurge(d)),
})

/**
 * Give a set another size. Returns it as stored, and whether its size changed. The deployment's size and limit are noted on it with that, or
 * when `noted` asks for it. k8s pkg/controller/deployment/sync.go scaleReplicaSet (v1.36)
 */
export function scaleSet(
  state: State,
  d: Deployment,
  set: ReplicaSet,
  size: number,
  noted = false,
): { readonly set: ReplicaSet; readonly scaled: boolean } {
  const from = replicasOf(set)
  if (from === size && !noted) return { set, scaled: false }
  const wanted = replicaAnnotations(d)
  const annotated = Object.entries(wanted).every(([k, v]) => set.metadata.annotations?.[k] === v)
  if (from === size && annotated) return { set, scaled: false }
  const next = write(state, {
    ...set,
    metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...wanted } },
    spec: { ...set.spec, replicas: size },
  })
  if (from === size) return { set: next, scaled: false }
  const way = from < size ? 'up' : 'down'
  event(
    state,
    SOURCE,
    'Normal',
    d,
    'ScalingReplicaSet',
    `Scaled ${way} replica set ${set.metadata.name} from ${from} to ${size}`,
  )
  return { set: next, scaled: true }
}

export const SOURCE = 'deployment-controller'
