import {
  type Condition,
  controllerOf,
  isPodReady,
  type KObject,
  keyOf,
  type LabelSelector,
  makeKey,
  matchesSelector,
  type Pod,
  timestamp,
  type Workload,
} from '../../model/index.ts'
import { type ApiResult, type DeleteOptions, deleteObject } from '../api/index.ts'
import { type Change, type Component, get, getByKey, list, type Pending, type State } from '../core/index.ts'
import { enqueue } from './timing.ts'
import { writeStatus } from './writes.ts'

interface Budget extends KObject {
  readonly spec: {
    readonly selector?: LabelSelector
    readonly minAvailable?: number | string
    readonly maxUnavailable?: number | string
    readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow'
  }
  readonly status?: BudgetStatus
}

interface BudgetStatus {
  readonly conditions?: readonly Condition[]
  readonly currentHealthy: number
  readonly desiredHealthy: number
  readonly disruptionsAllowed: number
  readonly expectedPods: number
  readonly observedGeneration?: number
}

const ALLOWED = 'DisruptionAllowed'

/** The budgets that a pod falls under. */
const budgetsOf = (state: State, { metadata }: Pod): Budget[] =>
  list<Budget>(state, 'PodDisruptionBudget', metadata.namespace).filter((b) =>
    matchesSelector(b.spec.selector, metadata.labels),
  )

function watch(state: State, { kind, key, before, after }: Change): void {
  if (kind === 'PodDisruptionBudget') {
    if (after && before?.metadata.generation !== after.metadata.generation) enqueue(state, 'disruption.sync', key)
    return
  }
  if (kind !== 'Pod') return
  for (const pod of [before, after]) {
    if (pod) for (const budget of budgetsOf(state, pod as Pod)) enqueue(state, 'disruption.sync', keyOf(budget))
  }
}

/** k8s pkg/controller/disruption/disruption.go trySync, updatePdbStatus (v1.36) */
function onSync(state: State, task: Pending): void {
  const budget = getByKey<Budget>(state, task.key)
  if (!budget) return
  const { namespace = '', generation } = budget.metadata
  const pods = list<Pod>(state, 'Pod', namespace).filter((p) =>
    matchesSelector(budget.spec.selector, p.metadata.labels),
  )
  const expected = expectedOf(state, budget, pods)
  const before = budget.status
  if (typeof expected === 'string') {
    // without knowing how many there should be none may go
    const failed = condition(state, before, { status: 'False', reason: 'SyncFailed', message: expected })
    const zero = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, ...before, disruptionsAllowed: 0 }
    store(state, budget, { ...zero, conditions: [failed] })
    return
  }
  const { expectedPods, desiredHealthy } = expected
  const currentHealthy = pods.filter((p) => !p.metadata.deletionTimestamp && isPodReady(p)).length
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0
  const [status, reason] = disruptionsAllowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods']
  const allowed = { status: status as Condition['status'], reason, message: '', observedGeneration: generation }
  store(state, budget, {
    conditions: [condition(state, before, allowed)],
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
    ...(generation !== undefined && { observedGeneration: generation }),
  })
}

function store(state: State, budget: Budget, status: BudgetStatus): void {
  if (JSON.stringify(budget.status) !== JSON.stringify(status)) writeStatus(state, { ...budget, status })
}

function condition(
  state: State,
  before: BudgetStatus | undefined,
  now: Pick<Condition, 'status' | 'reason' | 'message'> & { readonly observedGeneration?: number },
): Condition {
  const old = before?.conditions?.find((k) => k.type === ALLOWED)
  const same = old?.status === now.status ? old.lastTransitionTime : undefined
  return { lastTransitionTime: same ?? timestamp(state.now), ...now, type: ALLOWED }
}

/** k8s apimachinery/pkg/util/intstr GetScaledValueFromIntOrPercent (v1.36), rounded up */
const scaled = (value: number | string, total: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * total) / 100)

/** How many pods there should be, and how many of them well; or why nobody knows. k8s disruption.go getExpectedPodCount (v1.36) */
function expectedOf(
  state: State,
  { spec: { minAvailable, maxUnavailable } }: Budget,
  pods: readonly Pod[],
): { readonly expectedPods: number; readonly desiredHealthy: number } | string {
  if (maxUnavailable === undefined && typeof minAvailable === 'number') {
    return { expectedPods: pods.length, desiredHealthy: minAvailable }
  }
  if (maxUnavailable === undefined && minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0 }
  const expectedPods = scaleOf(state, pods)
  if (typeof expectedPods === 'string') return expectedPods
  const desiredHealthy =
    maxUnavailable === undefined
      ? scaled(minAvailable!, expectedPods)
      : Math.max(0, expectedPods - scaled(maxUnavailable, expectedPods))
  return { expectedPods, desiredHealthy }
}

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

/** The replicas of all controllers of the pods together; pods of nobody do not count. k8s disruption.go getExpectedScale (v1.36) */
function scaleOf(state: State, pods: readonly Pod[]): number | string {
  const sizes = new Map<string, number>()
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (!owner) continue
    const { namespace = '' } = pod.metadata
    const set = get<Workload>(state, owner.kind, namespace, owner.name)
    const above = set && controllerOf(set)
    const top = above ? get<Workload>(state, above.kind, namespace, above.name) : set
    if (!top || !SCALABLE.has(top.kind)) {
      const plural = `${owner.kind.toLowerCase()}s.${owner.apiVersion.split('/')[0]}`
      return set
        ? `${plural} does not implement the scale subresource`
        : `found no controllers for pod ${JSON.stringify(pod.metadata.name)}`
    }
    sizes.set(top.metadata.uid ?? '', top.spec.replicas ?? 1)
  }
  return [...sizes.values()].reduce((sum, n) => sum + n, 0)
}

const refusal = (code: number, reason: 'TooManyRequests' | 'InternalError', message: string): ApiResult => ({
  ok: false,
  status: { code, reason, message },
  warnings: [],
})

/** Ask for a pod to go, as far as its budget lets it. k8s pkg/registry/core/pod/storage/eviction.go Create (v1.36) */
export function evictPod(state: State, namespace: string, name: string, options: DeleteOptions = {}): ApiResult {
  const pod = getByKey<Pod>(state, makeKey('Pod', namespace, name))
  const go = () => deleteObject(state, 'Pod', namespace, name, options)
  if (!pod || pod.metadata.deletionTimestamp) return go()
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending') return go()
  const [budget, ...others] = budgetsOf(state, pod)
  if (!budget) return go()
  if (others.length > 0) {
    const words = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
    return refusal(500, 'InternalError', words)
  }
  const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0, observedGeneration } = budget.status ?? {}
  if (!isPodReady(pod)) {
    const policy = budget.spec.unhealthyPodEvictionPolicy
    if (policy === 'AlwaysAllow' || (currentHealthy >= desiredHealthy && desiredHealthy > 0)) return go()
  }
  const isFresh = (observedGeneration ?? 0) >= (budget.metadata.generation ?? 0)
  if (!isFresh || disruptionsAllowed < 1) {
    return refusal(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.")
  }
  const result = go()
  if (result.ok) {
    const stored = getByKey<Budget>(state, keyOf(budget)) ?? budget
    store(state, stored, { ...stored.status!, disruptionsAllowed: disruptionsAllowed - 1 })
  }
  return result
}

export const disruption: Component = { name: 'disruption', watch, handlers: { 'disruption.sync': onSync } }
