import { controllerOf, matchesSelector, type Node, type Pod } from '../../../model/index.ts'
import { get, listByLabels, type State } from '../../core/index.ts'
import { matchesTerm, nodeAffinityOf, tolerates } from '../../node/index.ts'
import { amountsOf, preferredTerms, roomOf, siblingsOn, type Usage, usageOf } from './usage.ts'

/** k8s pkg/scheduler/apis/config/v1/default_plugins.go (v1.36): how much each plugin's score (0 to 100) counts */
const WEIGHT = { taints: 3, nodeAffinity: 2, spread: 2, podAffinity: 2, leastAllocated: 1 } as const

/** k8s pkg/scheduler/framework/plugins/podtopologyspread/plugin.go systemDefaultConstraints (v1.36) */
const DEFAULT_SPREAD = [
  { key: 'kubernetes.io/hostname', maxSkew: 3 },
  { key: 'topology.kubernetes.io/zone', maxSkew: 5 },
] as const

/**
 * The node that suits the pod best among those that it fits. Where the real scheduler draws among equals, the one with the fewest pods is
 * taken, then the first.
 */
export function bestNode(state: State, pod: Pod, nodes: readonly Node[], all: readonly Node[]): Node {
  if (nodes.length === 1) return nodes[0]!
  const used = nodes.map((n) => usageOf(state, n.metadata.name))
  const more = amountsOf(pod)
  const total = nodes.map((n, i) => leastAllocated(used[i]!, more, n) * WEIGHT.leastAllocated)
  const count = (scores: readonly number[], weight: number) => {
    for (let i = 0; i < total.length; i++) total[i]! += scores[i]! * weight
  }
  count(spreadScores(state, pod, nodes, all), WEIGHT.spread)
  count(reversed(nodes.map((n) => intolerable(pod, n))), WEIGHT.taints)
  if (nodeAffinityOf(pod.spec)) count(normal(nodes.map((n) => preference(pod, n))), WEIGHT.nodeAffinity)
  if (isSocial(pod)) count(between(nodes.map((n) => company(state, pod, n))), WEIGHT.podAffinity)
  let best = 0
  for (let i = 1; i < nodes.length; i++) {
    const more = total[i]! - total[best]!
    const fewer = used[best]!.pods - used[i]!.pods
    if (more > 1e-9 || (more > -1e-9 && fewer > 0)) best = i
  }
  return nodes[best]!
}

/** The largest becomes 100. */
function normal(scores: readonly number[]): number[] {
  const max = Math.max(...scores)
  return scores.map((s) => (max === 0 ? 0 : (s * 100) / max))
}
/** The smallest becomes 100. */
const reversed = (scores: readonly number[]): number[] => normal(scores).map((s) => 100 - s)
/** The smallest becomes 0, the largest 100. */
function between(scores: readonly number[]): number[] {
  const max = Math.max(...scores)
  const min = Math.min(...scores)
  return scores.map((s) => (max === min ? 0 : ((s - min) * 100) / (max - min)))
}

const intolerable = (pod: Pod, node: Node): number =>
  (node.spec?.taints ?? []).filter(
    (t) => t.effect === 'PreferNoSchedule' && !pod.spec.tolerations?.some((o) => tolerates(o, t)),
  ).length

const preference = (pod: Pod, node: Node): number =>
  (nodeAffinityOf(pod.spec)?.preferredDuringSchedulingIgnoredDuringExecution ?? []).reduce(
    (sum, p) => sum + (matchesTerm(p.preference, node) ? p.weight : 0),
    0,
  )

/** k8s pkg/scheduler/framework/plugins/noderesources/least_allocated.go (v1.36) */
function leastAllocated(used: Usage, more: ReturnType<typeof amountsOf>, node: Node): number {
  const room = roomOf(node)
  const free = (asked: number, has: number) => (has === 0 || asked > has ? 0 : ((has - asked) * 100) / has)
  return (
    (free(used.guessedCpu + more.guessedCpu, room.cpu) + free(used.guessedMemory + more.guessedMemory, room.memory)) / 2
  )
}

/** Pods of one controller keep apart, by node and by zone. k8s pkg/scheduler/framework/plugins/podtopologyspread/scoring.go (v1.36) */
function spreadScores(state: State, pod: Pod, nodes: readonly Node[], all: readonly Node[]): number[] {
  const owner = controllerOf(pod)?.uid
  if (!owner) return nodes.map(() => 0)
  const siblings = all.map((node) => siblingsOn(state, owner, node.metadata.name))
  const crowd = nodes.map(() => 0)
  for (const { key, maxSkew } of DEFAULT_SPREAD) {
    const counts = new Map<string, number>()
    all.forEach((node, i) => {
      const value = node.metadata.labels?.[key]
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + siblings[i]!)
    })
    const weight = Math.log(counts.size + 2)
    nodes.forEach((node, i) => {
      crowd[i]! += (counts.get(node.metadata.labels?.[key] ?? '') ?? 0) * weight + (maxSkew - 1)
    })
  }
  const max = Math.max(...crowd)
  const min = Math.min(...crowd)
  return crowd.map((s) => (max === 0 ? 100 : (100 * (max + min - s)) / max))
}

const isSocial = (pod: Pod): boolean =>
  preferredTerms(pod, 'podAffinity').length + preferredTerms(pod, 'podAntiAffinity').length > 0

/** Preferred pod affinity and anti-affinity of the pod itself. */
function company(state: State, pod: Pod, node: Node): number {
  let score = 0
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    for (const { weight, podAffinityTerm: term } of preferredTerms(pod, kind)) {
      const value = node.metadata.labels?.[term.topologyKey]
      if (value === undefined) continue
      for (const namespace of term.namespaces?.length ? term.namespaces : [pod.metadata.namespace ?? '']) {
        for (const other of listByLabels<Pod>(state, 'Pod', namespace, term.labelSelector?.matchLabels ?? {})) {
          if (!other.spec.nodeName || !matchesSelector(term.labelSelector, other.metadata.labels)) continue
          const there = get<Node>(state, 'Node', '', other.spec.nodeName)?.metadata.labels?.[term.topologyKey]
          if (there === value) score += kind === 'podAffinity' ? weight : -weight
        }
      }
    }
  }
  return score
}
