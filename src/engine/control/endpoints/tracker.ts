import type { EndpointSlice } from '../../../model/index.ts'
import { type State, slot } from '../../core/index.ts'
import { LABEL_SERVICE } from './slice-labels.ts'

/** Slice uid → the generation that the controller wrote last, or GONE when it deleted it. */
type Generations = Readonly<Record<string, number>>

const GONE = -1
/** `CONTROLLER NAMESPACE/SERVICE` → what that controller has written of the Service's slices. */
const written = slot<Generations>('endpoints.slicesWritten')

const idOf = (controller: string, slice: EndpointSlice) =>
  `${controller} ${slice.metadata.namespace}/${slice.metadata.labels?.[LABEL_SERVICE] ?? ''}`

const knownOf = (state: State, controller: string, slice: EndpointSlice): number | undefined =>
  written(state).get(idOf(controller, slice))?.[slice.metadata.uid ?? '']

function note(state: State, controller: string, slice: EndpointSlice, generation: number): void {
  const id = idOf(controller, slice)
  written(state).set(id, { ...written(state).get(id), [slice.metadata.uid ?? '']: generation })
}

/**
 * What a controller wrote itself, so that it wakes for what others did to its slices and not for its own writes.
 * k8s.io/endpointslice util/endpointslice_tracker.go EndpointSliceTracker (v0.36).
 */
export const trackWrite = (state: State, controller: string, slice: EndpointSlice): void =>
  note(state, controller, slice, slice.metadata.generation ?? 0)

export const expectDeletion = (state: State, controller: string, slice: EndpointSlice): void =>
  note(state, controller, slice, GONE)

export const isTracked = (state: State, controller: string, slice: EndpointSlice): boolean =>
  knownOf(state, controller, slice) !== undefined

/** Did somebody else make this slice, or change it since the controller wrote it? */
export function isForeignChange(state: State, controller: string, slice: EndpointSlice): boolean {
  const known = knownOf(state, controller, slice)
  return known === undefined || (slice.metadata.generation ?? 0) > known
}

/** A slice is gone: forget it, and say whether somebody else deleted it. */
export function isForeignDeletion(state: State, controller: string, slice: EndpointSlice): boolean {
  const known = knownOf(state, controller, slice)
  if (known === undefined) return false
  const { [slice.metadata.uid ?? '']: _, ...rest } = written(state).get(idOf(controller, slice))!
  written(state).set(idOf(controller, slice), rest)
  return known !== GONE
}

/**
 * Does a slice that the controller wrote not carry the Service's name and the controller's any more? It takes that for a cache that lags
 * behind and waits for it, in vain (StaleSlices).
 */
export function missesSlices(
  state: State,
  controller: string,
  namespace: string,
  service: string,
  slices: readonly EndpointSlice[],
): boolean {
  const known = written(state).get(`${controller} ${namespace}/${service}`)
  if (!known) return false
  const there = new Set(slices.map((s) => s.metadata.uid))
  return Object.entries(known).some(([uid, generation]) => generation !== GONE && !there.has(uid))
}

export function forgetSlices(state: State, controller: string, namespace: string, service: string): void {
  written(state).delete(`${controller} ${namespace}/${service}`)
}
