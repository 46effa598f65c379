import type { Endpoint, Node, Service } from '../../../model/index.ts'
import { milliValue } from '../../api/index.ts'
import { list, type State, slot } from '../../core/index.ts'
import { isReady, removeHints, writeAlso } from './hints.ts'
import type { Draft, SlicePlan } from './slice-plan.ts'
import type { Family } from './slice-store.ts'

type ByZone = Readonly<Record<string, number>>

/** '' → zone → its share of the ready nodes' CPU, as the nodes were when one last came, went, became ready or not, or moved. */
const cpuShares = slot<ByZone>('endpoints.cpuShares')
/** `NAMESPACE/NAME` of a Service → address family → how many hints lead to each zone. */
const hintsGiven = slot<Readonly<Partial<Record<Family, ByZone>>>>('endpoints.hintsGiven')
/** `NAMESPACE/NAME` of Services whose hints are on. */
const hintsOn = slot<true>('endpoints.hintsOn')

const OVERLOAD = 0.2
const SMALLEST_PART = 1 / (1 + OVERLOAD)

/** An event that the controller writes on the Service. */
export interface HintsEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: 'TopologyAwareHintsEnabled' | 'TopologyAwareHintsDisabled'
  readonly message: string
}

const disabled = (message: string, family: Family): HintsEvent => ({
  type: 'Warning',
  reason: 'TopologyAwareHintsDisabled',
  message: `${message}, addressType: ${family}`,
})

/** k8s.io/endpointslice utils.go hintsEnabled (v0.36). */
export function topologyModeAuto(service: Service): boolean {
  const annotations = service.metadata.annotations ?? {}
  const mode =
    annotations['service.kubernetes.io/topology-aware-hints'] ?? annotations['service.kubernetes.io/topology-mode']
  return mode === 'Auto' || mode === 'auto'
}

export const isNodeReady = (node: Node): boolean =>
  node.status?.conditions?.find((c) => c.type === 'Ready')?.status === 'True'

/** Look at the nodes anew. k8s.io/endpointslice topologycache SetNodes (v0.36). */
export function noteNodes(state: State): void {
  cpuShares(state).delete('')
  const byZone = new Map<string, number>()
  let total = 0
  for (const node of list<Node>(state, 'Node')) {
    const labels = node.metadata.labels ?? {}
    if ('node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels) continue
    if (!isNodeReady(node)) continue
    const zone = labels['topology.kubernetes.io/zone']
    const cpu = milliValue(String(node.status?.allocatable?.cpu ?? '0'))
    if (!zone || cpu === 0) return
    total += cpu
    byZone.set(zone, (byZone.get(zone) ?? 0) + cpu)
  }
  if (total === 0 || byZone.size < 2) return
  const zones = [...byZone].sort(([a], [b]) => (a < b ? -1 : 1))
  cpuShares(state).set('', Object.fromEntries(zones.map(([zone, cpu]) => [zone, cpu / total])))
}

/**
 * Services (`NAMESPACE/NAME`) of which some zone has too few hints for its nodes.
 * k8s.io/endpointslice topologycache GetOverloadedServices, serviceOverloaded (v0.36).
 */
export function overloadedServices(state: State): string[] {
  const shares = cpuShares(state).get('')
  const isOverloaded = (given: ByZone) => {
    if (Object.keys(given).length === 0) return false
    if (!shares) return true
    const total = Object.values(given).reduce((a, b) => a + b, 0)
    return Object.entries(shares).some(([zone, share]) => {
      const have = given[zone]
      return have === undefined || have < Math.ceil(total * share * SMALLEST_PART)
    })
  }
  return [...hintsGiven(state)].filter(([, families]) => Object.values(families).some(isOverloaded)).map(([key]) => key)
}

/** Forget the hints of a Service's address family. */
export function forgetHints(state: State, service: string, family: Family): void {
  const { [family]: _, ...others } = hintsGiven(state).get(service) ?? {}
  if (Object.keys(others).length > 0) hintsGiven(state).set(service, others)
  else hintsGiven(state).delete(service)
  hintsOn(state).delete(service)
}

/** The Service does not ask for topology mode Auto any more: an event when its hints were on. */
export function endHints(state: State, service: string, family: Family): HintsEvent | undefined {
  const wereOn = hintsOn(state).has(service)
  forgetHints(state, service, family)
  return wereOn ? disabled('Topology Aware Hints has been disabled', family) : undefined
}

interface Allocation {
  readonly minimum: number
  readonly maximum: number
  readonly desired: number
}

/** How many endpoints each zone is to get, or why that cannot be said. topologycache.go getAllocations. */
function allocationsOf(state: State, total: number): ReadonlyMap<string, Allocation> | string {
  const shares = cpuShares(state).get('')
  if (!shares) return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'
  const zones = Object.entries(shares)
  const counts = `(${total} endpoints, ${zones.length} zones)`
  if (zones.length > total) return `Insufficient number of endpoints ${counts}`
  const wishes = zones.map(([zone, share]) => {
    const wish = share * total
    const minimum = Math.ceil(wish * SMALLEST_PART)
    return { zone, minimum, desired: Math.max(wish, minimum) }
  })
  const least = wishes.reduce((n, w) => n + w.minimum, 0)
  if (least > total) {
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`
  }
  return new Map(
    wishes.map(({ zone, minimum, desired }) => [zone, { minimum, desired, maximum: minimum + total - least }]),
  )
}

/**
 * Share the ready endpoints out over the zones by their nodes' CPU; slices whose hints will do are left alone.
 * k8s.io/endpointslice topologycache AddHints (v0.36).
 */
export function shareOut(state: State, service: string, family: Family, plan: SlicePlan): HintsEvent | undefined {
  const all = [...plan.create, ...plan.update, ...plan.unchanged]
  const allocations = allocationsOf(
    state,
    all.reduce((n, draft) => n + draft.endpoints.filter(isReady).length, 0),
  )
  const off = (message: string) => {
    forgetHints(state, service, family)
    removeHints(plan)
    return disabled(message, family)
  }
  if (typeof allocations === 'string') return off(allocations)

  const given = new Map<string, number>()
  const give = (zone: string, count: number) => given.set(zone, (given.get(zone) ?? 0) + count)
  writeAlso(plan, (draft) => {
    const hints = usableHints(draft, given, allocations)
    for (const [zone, count] of hints ?? []) give(zone, count)
    return hints === undefined
  })
  const drafts = [...plan.create, ...plan.update]
  if (drafts.some((draft) => draft.endpoints.some((e) => isReady(e) && !e.zone)))
    return off('One or more endpoints do not have a zone specified')
  for (const draft of drafts) {
    draft.endpoints = draft.endpoints.map((e) => {
      if (!isReady(e)) return e
      give(e.zone!, 1)
      return forZone(e, e.zone!)
    })
  }
  redistribute(drafts, allocations, given, give)
  const wereOn = hintsOn(state).has(service)
  hintsOn(state).set(service, true)
  hintsGiven(state).set(service, { ...hintsGiven(state).get(service), [family]: Object.fromEntries(given) })
  if (wereOn) return undefined
  return {
    type: 'Normal',
    reason: 'TopologyAwareHintsEnabled',
    message: `Topology Aware Hints has been enabled, addressType: ${family}`,
  }
}

const forZone = (endpoint: Endpoint, zone: string): Endpoint => ({ ...endpoint, hints: { forZones: [{ name: zone }] } })

/** The hints of a slice by zone; undefined when it must be written anew. topologycache/utils.go getHintsByZone. */
function usableHints(
  draft: Draft,
  given: ReadonlyMap<string, number>,
  allocations: ReadonlyMap<string, Allocation>,
): ReadonlyMap<string, number> | undefined {
  const hints = new Map<string, number>()
  for (const endpoint of draft.endpoints) {
    if (!isReady(endpoint)) continue
    const zones = endpoint.hints?.forZones ?? []
    if (zones.length === 0) return undefined
    for (const { name } of zones) {
      if (!allocations.has(name)) return undefined
      hints.set(name, (hints.get(name) ?? 0) + 1)
    }
  }
  const tooMany = [...hints].some(([zone, n]) => n + (given.get(zone) ?? 0) > allocations.get(zone)!.maximum)
  return tooMany ? undefined : hints
}

/** topologycache/utils.go getGivingAndReceivingZones and redistributeHints. */
function redistribute(
  drafts: readonly Draft[],
  allocations: ReadonlyMap<string, Allocation>,
  given: ReadonlyMap<string, number>,
  give: (zone: string, count: number) => void,
): void {
  const over = new Map<string, number>()
  const under = new Map<string, number>()
  for (const [zone, { desired }] of allocations) {
    const have = given.get(zone) ?? 0
    if (have > desired) over.set(zone, have - desired)
    else if (have < desired) under.set(zone, desired - have)
  }
  const giving = new Map<string, number>()
  const receiving = new Map<string, number>()
  for (;;) {
    const [from, excess] = most(over)
    const [to, want] = most(under)
    if (from === '' || to === '' || (excess < 1 && want < 1) || excess < 0.5 || want < 0.5) break
    giving.set(from, (giving.get(from) ?? 0) + 1)
    over.set(from, excess - 1)
    receiving.set(to, (receiving.get(to) ?? 0) + 1)
    under.set(to, want - 1)
  }
  for (const draft of drafts) {
    draft.endpoints = draft.endpoints.map((endpoint) => {
      const from = endpoint.zone ?? ''
      const left = giving.get(from) ?? 0
      const to = [...receiving].find(([, n]) => n > 0)?.[0]
      if (!isReady(endpoint) || left <= 0 || to === undefined) return endpoint
      giving.set(from, left - 1)
      receiving.set(to, receiving.get(to)! - 1)
      give(from, -1)
      give(to, 1)
      return forZone(endpoint, to)
    })
  }
}

function most(zones: ReadonlyMap<string, number>): [string, number] {
  let best: [string, number] = ['', 0]
  for (const [zone, n] of zones) if (n > best[1]) best = [zone, n]
  return best
}
