import type { Endpoint, Service } from '../../../model/index.ts'
import type { Draft, SlicePlan } from './slice-plan.ts'

const CLOSE = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode'])

export const isReady = (e: Endpoint) => e.conditions?.ready === true

/** The trafficDistribution that gives hints; undefined for none, and for one that this version does not know. */
export function closeDistribution(service: Service): string | undefined {
  const wish = service.spec.trafficDistribution
  return wish !== undefined && CLOSE.has(wish) ? wish : undefined
}

function without(endpoint: Endpoint): Endpoint {
  if (!endpoint.hints) return endpoint
  const { hints: _, ...rest } = endpoint
  return rest
}

/** Move the slices that `needs` names from those that stay as they are to those that are written. */
export function writeAlso(plan: SlicePlan, needs: (draft: Draft) => boolean): void {
  const stay: Draft[] = []
  for (const draft of plan.unchanged) (needs(draft) ? plan.update : stay).push(draft)
  plan.unchanged = stay
}

/** k8s.io/endpointslice topologycache/utils.go RemoveHintsFromSlices (v0.36). */
export function removeHints(plan: SlicePlan): void {
  writeAlso(plan, (draft) => draft.endpoints.some((e) => e.hints))
  for (const draft of [...plan.create, ...plan.update]) draft.endpoints = draft.endpoints.map(without)
}

/**
 * Hint each ready endpoint for its own zone, and node; those that are not ready are left as they are.
 * k8s.io/endpointslice trafficdist/trafficdist.go ReconcileHints (v0.36).
 */
export function hintClose(plan: SlicePlan, wish: string): void {
  const zonesFor = (e: Endpoint) => (e.zone === undefined ? undefined : [{ name: e.zone }])
  const nodesFor = (e: Endpoint) =>
    e.nodeName === undefined || wish !== 'PreferSameNode' ? undefined : [{ name: e.nodeName }]
  const same = (a: readonly { name: string }[] | undefined, b: readonly { name: string }[] | undefined) =>
    (a?.length ?? 0) === (b?.length ?? 0) && (a ?? []).every(({ name }, i) => name === b![i]!.name)
  writeAlso(plan, (draft) =>
    draft.endpoints.some(
      (e) => isReady(e) && !(same(e.hints?.forZones, zonesFor(e)) && same(e.hints?.forNodes, nodesFor(e))),
    ),
  )
  for (const draft of [...plan.create, ...plan.update]) {
    draft.endpoints = draft.endpoints.map((e) => {
      if (!isReady(e)) return e
      const [forZones, forNodes] = [zonesFor(e), nodesFor(e)]
      if (!forZones && !forNodes) return without(e)
      return { ...e, hints: { ...(forZones ? { forZones } : {}), ...(forNodes ? { forNodes } : {}) } }
    })
  }
}
