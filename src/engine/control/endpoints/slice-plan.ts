import type { Endpoint, EndpointPort, EndpointSlice } from '../../../model/index.ts'

/** A slice as it is to be; without `existing` it is a new one. */
export interface Draft {
  readonly existing?: EndpointSlice
  readonly ports: readonly EndpointPort[]
  readonly labels: Readonly<Record<string, string>>
  endpoints: Endpoint[]
}

/** What a sync does to the slices of one address family. Hints may move a slice from `unchanged` to `update`. */
export interface SlicePlan {
  create: Draft[]
  update: Draft[]
  unchanged: Draft[]
  remove: EndpointSlice[]
}

/** kube-controller-manager --max-endpoints-per-slice (default). */
const MOST_IN_A_SLICE = 100

/** k8s.io/endpointslice util/endpointset.go hashEndpoint (v0.36): addresses, hostname and target are what an endpoint is. */
export const endpointKey = (e: Endpoint): string =>
  `${[...e.addresses].sort().join(',')}|${e.hostname ?? ''}|${e.targetRef?.namespace ?? ''}/${e.targetRef?.name ?? ''}`

/** k8s.io/endpointslice util EndpointsEqualBeyondHash (v0.36). */
export const equalBeyondKey = (a: Endpoint, b: Endpoint): boolean =>
  a.nodeName === b.nodeName &&
  a.zone === b.zone &&
  a.conditions?.ready === b.conditions?.ready &&
  a.conditions?.serving === b.conditions?.serving &&
  a.conditions?.terminating === b.conditions?.terminating &&
  a.targetRef?.uid === b.targetRef?.uid &&
  a.targetRef?.kind === b.targetRef?.kind

/**
 * Bring the slices of one set of ports to `desired` (which is used up): keep what is there, fill what changes anyway, then the one that
 * the rest fits best, then new ones. k8s.io/endpointslice reconciler.go reconcileByPortMapping (v0.36).
 *
 * @param labelsFor what a slice is to be labelled with, and whether that differs enough to write it for
 */
export function planPorts(
  plan: SlicePlan,
  existing: readonly EndpointSlice[],
  ports: readonly EndpointPort[],
  desired: Map<string, Endpoint>,
  labelsFor: (slice?: EndpointSlice) => { labels: Readonly<Record<string, string>>; changed: boolean },
): void {
  const update: Draft[] = []
  const unchanged: Draft[] = []
  for (const slice of existing) {
    const old = slice.endpoints ?? []
    const endpoints: Endpoint[] = []
    let updated = false
    for (const endpoint of old) {
      const key = endpointKey(endpoint)
      const wanted = desired.get(key)
      if (!wanted) continue
      desired.delete(key)
      updated ||= !equalBeyondKey(wanted, endpoint)
      endpoints.push(wanted)
    }
    const { labels, changed } = labelsFor(slice)
    const draft = { existing: slice, ports: slice.ports ?? [] }
    if (updated || endpoints.length !== old.length) {
      if (endpoints.length === 0) plan.remove.push(slice)
      else update.push({ ...draft, labels, endpoints })
    } else if (changed) update.push({ ...draft, labels, endpoints: [...old] })
    else unchanged.push({ ...draft, labels: slice.metadata.labels ?? {}, endpoints: [...old] })
  }

  const rest = [...desired.values()]
  desired.clear()
  const fill = (draft: Draft) => {
    const room = MOST_IN_A_SLICE - draft.endpoints.length
    if (room > 0) draft.endpoints.push(...rest.splice(0, room))
  }
  for (const draft of [...update].sort((a, b) => b.endpoints.length - a.endpoints.length)) fill(draft)
  while (rest.length > 0) {
    const best = rest.length < MOST_IN_A_SLICE ? fullestWithRoom(unchanged, rest.length) : undefined
    const draft = best ?? { ports, labels: labelsFor().labels, endpoints: [] }
    fill(draft)
    if (best) {
      unchanged.splice(unchanged.indexOf(best), 1)
      update.push(best)
    } else plan.create.push(draft)
  }
  plan.update.push(...update)
  plan.unchanged.push(...unchanged)
}

/** k8s.io/endpointslice utils.go getSliceToFill (v0.36). */
function fullestWithRoom(drafts: readonly Draft[], count: number): Draft | undefined {
  let best: Draft | undefined
  let least = MOST_IN_A_SLICE
  for (const draft of drafts) {
    const room = MOST_IN_A_SLICE - count - draft.endpoints.length
    if (room >= 0 && room < least) [best, least] = [draft, room]
  }
  return best
}
