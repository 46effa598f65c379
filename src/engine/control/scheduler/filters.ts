import { type LabelSelector, matchesSelector, type Namespace, type Node, type Pod } from '../../../model/index.ts'
import { get, getByKey, listByLabels, type State } from '../../core/index.ts'
import { type Amounts, matchesNodeSelection, podRequests, tolerates, untolerated } from '../../node/index.ts'
import {
  type HostPort,
  hostPortsOf,
  type PodAffinityTerm,
  portTaken,
  repelling,
  requiredTerms,
  roomOf,
  usageOf,
} from './usage.ts'

/** Why a pod does not fit a node, in the scheduler's words; `final`: making other pods go would not help. */
export interface Misfit {
  readonly reasons: readonly string[]
  readonly final: boolean
}

const final = (reason: string): Misfit => ({ reasons: [reason], final: true })
const forNow = (...reasons: string[]): Misfit => ({ reasons, final: false })

/** What is worked out once for a pod, before its nodes are looked at. k8s framework PreFilter (v1.36) */
export interface Wishes {
  readonly pod: Pod
  /** `key=value` of topologies where a required affinity term, by number, finds pods. */
  readonly attracted: readonly ReadonlyMap<string, number>[]
  readonly attracts: readonly PodAffinityTerm[]
  /** Topologies where a required anti-affinity term finds pods. */
  readonly repelled: ReadonlySet<string>
  /** Topologies that pods there keep this one out of. */
  readonly unwelcome: ReadonlySet<string>
  readonly constraints: readonly Constraint[]
  readonly asks: Amounts
  readonly hostPorts: readonly HostPort[]
}

interface SpreadConstraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'
  readonly labelSelector?: LabelSelector
  readonly minDomains?: number
}
interface Constraint {
  readonly spec: SpreadConstraint
  readonly counts: ReadonlyMap<string, number>
  readonly least: number
  readonly self: number
}

const nodeOf = (state: State, pod: Pod): Node | undefined =>
  pod.spec.nodeName ? get<Node>(state, 'Node', '', pod.spec.nodeName) : undefined

/** Pods on nodes that a term speaks of; they are in the pod's namespace unless the term says others. */
function podsOf(state: State, pod: Pod, term: PodAffinityTerm): Pod[] {
  return namespacesOf(state, pod, term).flatMap((namespace) =>
    listByLabels<Pod>(state, 'Pod', namespace, term.labelSelector?.matchLabels ?? {}).filter(
      (p) => p.spec.nodeName && p !== pod && isLive(p) && matchesSelector(term.labelSelector, p.metadata.labels),
    ),
  )
}

const isLive = (pod: Pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

function namespacesOf(state: State, pod: Pod, term: PodAffinityTerm): string[] {
  const named = term.namespaces ?? []
  const { namespaceSelector } = term
  if (!namespaceSelector) return named.length > 0 ? [...named] : [pod.metadata.namespace ?? '']
  const all = [...(state.objects.get('Namespace')?.get('')?.values() ?? [])] as Namespace[]
  const selected = all.filter((n) => matchesSelector(namespaceSelector, n.metadata.labels)).map((n) => n.metadata.name)
  return [...new Set([...named, ...selected])]
}

const speaksOf = (state: State, owner: Pod, term: PodAffinityTerm, pod: Pod): boolean =>
  namespacesOf(state, owner, term).includes(pod.metadata.namespace ?? '') &&
  matchesSelector(term.labelSelector, pod.metadata.labels)

const pairOf = (node: Node | undefined, key: string): string | undefined => {
  const value = node?.metadata.labels?.[key]
  return value === undefined ? undefined : `${key}=${value}`
}

export function wishesOf(state: State, pod: Pod, nodes: readonly Node[]): Wishes {
  const attracts = requiredTerms(pod, 'podAffinity')
  const attracted = attracts.map((term) => {
    const found = new Map<string, number>()
    for (const other of podsOf(state, pod, term)) {
      const pair = pairOf(nodeOf(state, other), term.topologyKey)
      if (pair) found.set(pair, (found.get(pair) ?? 0) + 1)
    }
    return found
  })
  const repelled = new Set<string>()
  for (const term of requiredTerms(pod, 'podAntiAffinity')) {
    for (const other of podsOf(state, pod, term)) {
      const pair = pairOf(nodeOf(state, other), term.topologyKey)
      if (pair) repelled.add(pair)
    }
  }
  const unwelcome = new Set<string>()
  for (const key of repelling(state).keys()) {
    const other = getByKey<Pod>(state, key)
    if (!other) continue
    for (const term of requiredTerms(other, 'podAntiAffinity')) {
      const pair = pairOf(nodeOf(state, other), term.topologyKey)
      if (pair && !unwelcome.has(pair) && speaksOf(state, other, term, pod)) unwelcome.add(pair)
    }
  }
  const constraints = constraintsOf(state, pod, nodes)
  return {
    pod,
    attracts,
    attracted,
    repelled,
    unwelcome,
    constraints,
    asks: podRequests(pod),
    hostPorts: hostPortsOf(pod),
  }
}

/** k8s pkg/scheduler/framework/plugins/podtopologyspread/filtering.go calPreFilterState (v1.36) */
function constraintsOf(state: State, pod: Pod, nodes: readonly Node[]): Constraint[] {
  const all = (pod.spec.topologySpreadConstraints ?? []) as readonly SpreadConstraint[]
  return all
    .filter((c) => c.whenUnsatisfiable !== 'ScheduleAnyway')
    .map((spec) => {
      const counts = new Map<string, number>()
      for (const node of nodes) {
        const pair = pairOf(node, spec.topologyKey)
        if (pair && matchesNodeSelection(pod.spec, node)) counts.set(pair, 0)
      }
      const term: PodAffinityTerm = { labelSelector: spec.labelSelector, topologyKey: spec.topologyKey }
      for (const other of podsOf(state, pod, term)) {
        const pair = pairOf(nodeOf(state, other), spec.topologyKey)
        if (pair && counts.has(pair) && !other.metadata.deletionTimestamp) counts.set(pair, counts.get(pair)! + 1)
      }
      const least = counts.size < (spec.minDomains ?? 1) ? 0 : Math.min(...counts.values())
      return { spec, counts, least, self: matchesSelector(spec.labelSelector, pod.metadata.labels) ? 1 : 0 }
    })
}

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const

/** Whether a pod fits a node; the plugins in their order, the first that says no is heard. k8s default_plugins.go (v1.36) */
export function misfit(state: State, wishes: Wishes, node: Node): Misfit | undefined {
  const { pod } = wishes
  const { name, labels } = node.metadata
  if (node.spec?.unschedulable && !pod.spec.tolerations?.some((t) => tolerates(t, UNSCHEDULABLE)))
    return final('node(s) were unschedulable')
  if (untolerated(node.spec?.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute']))
    return final('node(s) had untolerated taint(s)')
  if (!matchesNodeSelection(pod.spec, node)) return final("node(s) didn't match Pod's node affinity/selector")
  if (wishes.hostPorts.some((p) => portTaken(state, name, p)))
    return forNow("node(s) didn't have free ports for the requested pod ports")
  const resources = tooLittle(state, wishes.asks, node)
  if (resources) return resources
  for (const { spec, counts, least, self } of wishes.constraints) {
    const pair = pairOf(node, spec.topologyKey)
    if (!pair) return final("node(s) didn't match pod topology spread constraints (missing required label)")
    if ((counts.get(pair) ?? 0) + self - least > spec.maxSkew)
      return forNow("node(s) didn't match pod topology spread constraints")
  }
  if (!isAttracted(state, wishes, node)) return final("node(s) didn't match pod affinity rules")
  if (wishes.repelled.size + wishes.unwelcome.size === 0) return undefined
  const pairs = Object.entries(labels ?? {}).map(([k, v]) => `${k}=${v}`)
  if (pairs.some((p) => wishes.repelled.has(p))) return forNow("node(s) didn't match pod anti-affinity rules")
  if (pairs.some((p) => wishes.unwelcome.has(p)))
    return forNow("node(s) didn't satisfy existing pods anti-affinity rules")
  return undefined
}

/** k8s pkg/scheduler/framework/plugins/noderesources/fit.go fitsRequest (v1.36) */
function tooLittle(state: State, asked: Amounts, node: Node): Misfit | undefined {
  const used = usageOf(state, node.metadata.name)
  const room = roomOf(node)
  const reasons: string[] = []
  if (used.pods + 1 > room.pods) reasons.push('Too many pods')
  if (asked.cpu > 0 && asked.cpu > room.cpu - used.cpu) reasons.push('Insufficient cpu')
  if (asked.memory > 0 && asked.memory > room.memory - used.memory) reasons.push('Insufficient memory')
  if (reasons.length === 0) return undefined
  // more than the whole node has: no pod that goes would help
  const never = asked.cpu > room.cpu || asked.memory > room.memory
  return { reasons, final: never }
}

/** k8s pkg/scheduler/framework/plugins/interpodaffinity/filtering.go satisfyPodAffinity (v1.36): the first of a group may start it */
function isAttracted(state: State, { pod, attracts, attracted }: Wishes, node: Node): boolean {
  let found = true
  for (let i = 0; i < attracts.length; i++) {
    const pair = pairOf(node, attracts[i]!.topologyKey)
    if (!pair) return false
    if (!attracted[i]!.get(pair)) found = false
  }
  return found || (attracted.every((m) => m.size === 0) && attracts.every((term) => speaksOf(state, pod, term, pod)))
}
