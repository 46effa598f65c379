import { type Endpoint, type EndpointPort, type EndpointSlice, type Meta, timestamp } from '../../../model/index.ts'
import { deepEqual } from '../../api/index.ts'
import { listByLabels, nextUid, put, randomSuffix, remove, type State } from '../../core/index.ts'
import { LABEL_MANAGED_BY, LABEL_SERVICE } from './slice-labels.ts'
import { expectDeletion, trackWrite } from './tracker.ts'

export type Family = 'IPv4' | 'IPv6'

/** The slices of a Service that carry a controller's name. */
export const slicesOf = (state: State, namespace: string, name: string, managedBy: string): EndpointSlice[] =>
  listByLabels<EndpointSlice>(state, 'EndpointSlice', namespace, {
    [LABEL_SERVICE]: name,
    [LABEL_MANAGED_BY]: managedBy,
  })

export interface NewSlice {
  readonly owner: { readonly kind: 'Service' | 'Endpoints'; readonly meta: Meta }
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly addressType: Family
  readonly endpoints: readonly Endpoint[]
  readonly ports: readonly EndpointPort[]
}

/** The reference with which a Service or Endpoints owns its slices. */
export const ownedAs = (kind: 'Service' | 'Endpoints', { metadata }: { readonly metadata: Meta }) => [
  {
    apiVersion: 'v1',
    kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  },
]

/** What the API server appends to leaves room for five characters in a name of 63 (k8s apiserver pkg/storage/names, v1.36). */
const LONGEST_BASE = 58

/** Create a slice as its controller would: `NAME-xxxxx`, owned by the Service or Endpoints. Empty lists are stored as null. */
export function createSlice(state: State, controller: string, slice: NewSlice): void {
  const { name, namespace } = slice.owner.meta
  const prefix = `${name}-`
  const stored = put<EndpointSlice>(state, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${prefix.slice(0, LONGEST_BASE)}${randomSuffix(state, 'names.endpointslice', 5)}`,
      generateName: prefix,
      namespace,
      uid: nextUid(state),
      creationTimestamp: timestamp(state.now),
      generation: 1,
      labels: slice.labels,
      ...(slice.annotations && Object.keys(slice.annotations).length > 0 ? { annotations: slice.annotations } : {}),
      ownerReferences: ownedAs(slice.owner.kind, { metadata: slice.owner.meta }),
    },
    addressType: slice.addressType,
    endpoints: nullIfEmpty(slice.endpoints),
    ports: nullIfEmpty(slice.ports),
  })
  trackWrite(state, controller, stored)
}

/**
 * Write a slice anew. As the API server does, a write that changes nothing is none, and the generation counts changes of what it lists
 * and of its labels (k8s pkg/registry/discovery/endpointslice/strategy.go PrepareForUpdate, v1.36).
 */
export function putSlice(
  state: State,
  controller: string,
  slice: EndpointSlice,
  to: {
    readonly endpoints: readonly Endpoint[]
    readonly ports: readonly EndpointPort[]
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>> | undefined
    readonly ownerReferences?: Meta['ownerReferences']
  },
): void {
  const { annotations: before, ...kept } = slice.metadata
  const annotations = to.annotations && Object.keys(to.annotations).length > 0 ? to.annotations : undefined
  const metadata: Meta = {
    ...kept,
    labels: to.labels,
    ...(annotations ? { annotations } : {}),
    ...(to.ownerReferences ? { ownerReferences: to.ownerReferences } : {}),
  }
  const lists = { endpoints: nullIfEmpty(to.endpoints), ports: nullIfEmpty(to.ports) }
  const changed =
    !deepEqual(slice.metadata.labels, to.labels) ||
    !deepEqual(slice.ports ?? null, lists.ports) ||
    !deepEqual(slice.endpoints ?? null, lists.endpoints)
  if (!changed && deepEqual(before, annotations) && deepEqual(kept.ownerReferences, metadata.ownerReferences)) {
    trackWrite(state, controller, slice)
    return
  }
  const generation = (slice.metadata.generation ?? 1) + (changed ? 1 : 0)
  const stored = put<EndpointSlice>(state, { ...slice, ...lists, metadata: { ...metadata, generation } })
  trackWrite(state, controller, stored)
}

/** Delete a slice, knowing of it (`controller`) or, when its Service is not minded any more, not. */
export function dropSlice(state: State, slice: EndpointSlice, controller?: string): void {
  if (controller) expectDeletion(state, controller, slice)
  remove(state, `EndpointSlice/${slice.metadata.namespace}/${slice.metadata.name}`)
}

const nullIfEmpty = <T>(items: readonly T[] | null | undefined): readonly T[] | null =>
  items && items.length > 0 ? items : null
