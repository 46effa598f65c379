import type { Endpoint, Node, Service } from '../../../model/index.ts'
import { list, type State } from '../../core/index.ts'

/** Endpoints of some slices, with those endpoints that hints may be given to. */
export interface HintedSlice {
  endpoints: Endpoint[]
}

const CLOSE = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode'])
const OVERLOAD = 0.2

/** k8s endpointslice/utils.go hintsEnabled (v0.36). */
export function topologyModeAuto(service: Service): boolean {
  const annotations = service.metadata.annotations ?? {}
  const mode =
    annotations['service.kubernetes.io/topology-aware-hints'] ?? annotations['service.kubernetes.io/topology-mode']
  return mode === 'Auto' || mode === 'auto'
}

const ready = (e: Endpoint) => e.conditions?.ready === true

function without(endpoint: Endpoint): Endpoint {
  if (!endpoint.hints) return endpoint
  const { hints: _, ...rest } = endpoint
  return rest
}

const forZone = (endpoint: Endpoint, zone: string): Endpoint => ({ ...endpoint, hints: { forZones: [{ name: zone }] } })

/** What came of the hints of topology mode Auto: an event's reason and message, when it says something. */
export interface HintsVerdict {
  readonly on: boolean
  readonly message: string
}

/**
 * Put the hints on all endpoints of a Service's slices (in place in the given lists) as its `trafficDistribution` or topology mode asks.
 * k8s endpointslice/trafficdist ReconcileHints and topologycache AddHints (v0.36).
 */
export function putHints(state: State, service: Service, slices: readonly HintedSlice[]): HintsVerdict | undefined {
  if (topologyModeAuto(service)) return auto(state, slices)
  const wish = service.spec.trafficDistribution
  const close = wish !== undefined && CLOSE.has(wish)
  for (const slice of slices) {
    slice.endpoints = slice.endpoints.map((endpoint) => {
      if (!close) return without(endpoint)
      // hints of endpoints that are not ready are left as they are
      if (!ready(endpoint)) return endpoint
      const forZones = endpoint.zone ? [{ name: endpoint.zone }] : undefined
      const forNodes = endpoint.nodeName && wish === 'PreferSameNode' ? [{ name: endpoint.nodeName }] : undefined
      if (!forZones && !forNodes) return without(endpoint)
      return { ...endpoint, hints: { ...(forZones ? { forZones } : {}), ...(forNodes ? { forNodes } : {}) } }
    })
  }
  return undefined
}

/** Zone → its share of the ready nodes' CPU; undefined when the nodes do not say enough. topologycache.go SetNodes. */
function cpuRatios(state: State): Map<string, number> | undefined {
  const byZone = new Map<string, number>()
  let total = 0
  for (const node of list<Node>(state, 'Node')) {
    const labels = node.metadata.labels ?? {}
    if ('node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels) continue
    if (!node.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')) continue
    const zone = labels['topology.kubernetes.io/zone']
    const cpu = quantity(node.status?.allocatable?.cpu ?? '0')
    if (!zone || cpu === 0) return undefined
    total += cpu
    byZone.set(zone, (byZone.get(zone) ?? 0) + cpu)
  }
  if (total === 0 || byZone.size < 2) return undefined
  return new Map([...byZone].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, cpu]) => [zone, cpu / total]))
}

/** CPU in cores: "64", "500m". */
const quantity = (text: string): number => (text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text) || 0)

function off(slices: readonly HintedSlice[], message: string): HintsVerdict {
  for (const slice of slices) slice.endpoints = slice.endpoints.map(without)
  return { on: false, message }
}

function auto(state: State, slices: readonly HintedSlice[]): HintsVerdict {
  const ratios = cpuRatios(state)
  if (!ratios)
    return off(slices, 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes')
  const total = slices.reduce((n, s) => n + s.endpoints.filter(ready).length, 0)
  const counts = `(${total} endpoints, ${ratios.size} zones)`
  if (ratios.size > total) return off(slices, `Insufficient number of endpoints ${counts}`)
  const desired = new Map<string, number>()
  let remaining = total
  for (const [zone, ratio] of ratios) {
    const wish = ratio * total
    const minimum = Math.ceil(wish * (1 / (1 + OVERLOAD)))
    desired.set(zone, Math.max(wish, minimum))
    remaining -= minimum
    if (remaining < 0) {
      return off(
        slices,
        `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`,
      )
    }
  }
  const given = new Map<string, number>()
  for (const slice of slices) {
    if (slice.endpoints.some((e) => ready(e) && !e.zone))
      return off(slices, 'One or more endpoints do not have a zone specified')
    slice.endpoints = slice.endpoints.map((endpoint) => {
      if (!ready(endpoint)) return without(endpoint)
      given.set(endpoint.zone!, (given.get(endpoint.zone!) ?? 0) + 1)
      return forZone(endpoint, endpoint.zone!)
    })
  }
  redistribute(slices, desired, given)
  return { on: true, message: 'Topology Aware Hints has been enabled' }
}

/** topologycache/utils.go getGivingAndReceivingZones and redistributeHints. */
function redistribute(
  slices: readonly HintedSlice[],
  desired: ReadonlyMap<string, number>,
  given: ReadonlyMap<string, number>,
): void {
  const over = new Map<string, number>()
  const under = new Map<string, number>()
  for (const [zone, wish] of desired) {
    const have = given.get(zone) ?? 0
    if (have > wish) over.set(zone, have - wish)
    else if (have < wish) under.set(zone, wish - have)
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
  for (const slice of slices) {
    slice.endpoints = slice.endpoints.map((endpoint) => {
      const left = giving.get(endpoint.zone ?? '') ?? 0
      const to = [...receiving].find(([, n]) => n > 0)?.[0]
      if (!ready(endpoint) || left <= 0 || to === undefined) return endpoint
      giving.set(endpoint.zone!, left - 1)
      receiving.set(to, receiving.get(to)! - 1)
      return forZone(endpoint, to)
    })
  }
}

function most(zones: ReadonlyMap<string, number>): [string, number] {
  let best: [string, number] = ['', 0]
  for (const [zone, n] of zones) if (n > best[1]) best = [zone, n]
  return best
}
