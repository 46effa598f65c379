import {
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  isPodReady,
  type Meta,
  type Node,
  type Pod,
  type Service,
  splitKey,
  timestamp,
} from '../../../model/index.ts'
import {
  get,
  listByLabels,
  nextUid,
  put,
  randomSuffix,
  recordEvent,
  remove,
  type State,
  slot,
} from '../../core/index.ts'
import { type HintedSlice, putHints } from './hints.ts'
import { hostnameFor, podsOf, portsAt, portsKey, selectorOf, shouldBeInEndpoints } from './membership.ts'
import { forgetTriggerTime, triggerTime, withTriggerTime } from './trigger-time.ts'

export const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io'
export const LABEL_SERVICE = 'kubernetes.io/service-name'
export const LABEL_MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
export const LABEL_HEADLESS = 'service.kubernetes.io/headless'
const RESERVED = new Set([LABEL_SERVICE, LABEL_MANAGED_BY, LABEL_HEADLESS])
/** kube-controller-manager --max-endpoints-per-slice (default). */
const MOST_IN_A_SLICE = 100

/** Service key → whether topology hints were on when it was last synced. */
const hintsOn = slot<boolean>('endpoints.hintsOn')

/** A slice being worked out: without a name it is to be created. */
interface Draft extends HintedSlice {
  readonly existing?: EndpointSlice
  readonly ports: readonly EndpointPort[]
  endpoints: Endpoint[]
  changed: boolean
}

/** The slices of a Service that this controller owns. */
export const slicesOf = (
  state: State,
  namespace: string,
  name: string,
  managedBy = SLICE_CONTROLLER,
): EndpointSlice[] =>
  listByLabels<EndpointSlice>(state, 'EndpointSlice', namespace, {
    [LABEL_SERVICE]: name,
    [LABEL_MANAGED_BY]: managedBy,
  })

/**
 * Bring a Service's EndpointSlices to what its pods are: desired against existing, as few writes as possible.
 * k8s endpointslice/reconciler.go Reconcile and pkg/controller/endpointslice syncService (v1.36).
 */
export function syncSlices(state: State, serviceKey: string): void {
  const { namespace, name } = splitKey(serviceKey)
  const service = get<Service>(state, 'Service', namespace, name)
  const existing = slicesOf(state, namespace, name)
  if (!service) {
    // garbage collection by owner; nobody else keeps them
    for (const slice of existing)
      if (slice.metadata.ownerReferences?.some((o) => o.kind === 'Service')) dropSlice(state, slice)
    hintsOn(state).delete(serviceKey)
    forgetTriggerTime(state, 'slices', serviceKey)
    return
  }
  // slices of a Service that no longer has a selector, or became an alias, stay as they are
  if (service.spec.type === 'ExternalName' || !selectorOf(service)) return

  const addressType = service.spec.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4'
  const mine: EndpointSlice[] = []
  const toDelete: EndpointSlice[] = []
  for (const slice of existing) {
    const owned = slice.metadata.ownerReferences?.some((o) => o.uid === service.metadata.uid && o.kind === 'Service')
    if (owned && slice.addressType === addressType) mine.push(slice)
    else toDelete.push(slice)
  }

  const pods = podsOf(state, service)
  const trigger = triggerTime(state, 'slices', serviceKey, service, pods)
  const desired = desiredEndpoints(state, service, pods)
  const drafts: Draft[] = []
  const existingByPorts = new Map<string, EndpointSlice[]>()
  for (const slice of mine) {
    const key = portsKey(slice.ports)
    existingByPorts.set(key, [...(existingByPorts.get(key) ?? []), slice])
  }
  for (const [key, { ports, endpoints }] of desired)
    reconcilePorts(existingByPorts.get(key) ?? [], ports, endpoints, drafts, toDelete)
  for (const [key, slices] of existingByPorts) if (!desired.has(key)) toDelete.push(...slices)

  // a Service never is without a slice: "no endpoints" is said by an empty one
  if (drafts.length === 0) {
    const placeholder = toDelete.length === 1 ? toDelete[0] : undefined
    const empty = placeholder && !placeholder.endpoints?.length && !placeholder.ports?.length
    if (empty && mine.includes(placeholder)) {
      toDelete.length = 0
      drafts.push({ existing: placeholder, ports: [], endpoints: [], changed: false })
    } else drafts.push({ ports: [], endpoints: [], changed: true })
  }

  const verdict = putHints(state, service, drafts)
  const before = hintsOn(state).get(serviceKey) ?? false
  if (verdict) {
    if (!verdict.on)
      recordEvent(
        state,
        'endpoint-slice-controller',
        'Warning',
        serviceKey,
        'TopologyAwareHintsDisabled',
        `${verdict.message}, addressType: ${addressType}`,
      )
    else if (!before)
      recordEvent(
        state,
        'endpoint-slice-controller',
        'Normal',
        serviceKey,
        'TopologyAwareHintsEnabled',
        `${verdict.message}, addressType: ${addressType}`,
      )
    hintsOn(state).set(serviceKey, verdict.on)
  } else if (before) {
    recordEvent(
      state,
      'endpoint-slice-controller',
      'Warning',
      serviceKey,
      'TopologyAwareHintsDisabled',
      `Topology Aware Hints has been disabled, addressType: ${addressType}`,
    )
    hintsOn(state).delete(serviceKey)
  }
  write(state, service, addressType, drafts, toDelete, trigger)
}

/** What the pods come to, by the ports that they have. endpointslice/utils.go podToEndpoint, getEndpointPorts. */
function desiredEndpoints(
  state: State,
  service: Service,
  pods: readonly Pod[],
): Map<string, { ports: EndpointPort[]; endpoints: Map<string, Endpoint> }> {
  const out = new Map<string, { ports: EndpointPort[]; endpoints: Map<string, Endpoint> }>()
  for (const pod of pods) {
    if (!shouldBeInEndpoints(pod, true)) continue
    const ports = portsAt(pod, service)
    const key = portsKey(ports)
    let group = out.get(key)
    if (!group) {
      group = { ports, endpoints: new Map() }
      out.set(key, group)
    }
    const node = pod.spec.nodeName ? get<Node>(state, 'Node', '', pod.spec.nodeName) : undefined
    if (!node && !service.spec.publishNotReadyAddresses) continue
    const endpoint = podToEndpoint(pod, node, service)
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint)
  }
  return out
}

function podToEndpoint(pod: Pod, node: Node | undefined, service: Service): Endpoint {
  const serving = isPodReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const wantsIPv6 = service.spec.ipFamilies?.[0] === 'IPv6'
  const hostname = hostnameFor(pod, service)
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone']
  return {
    addresses: (pod.status?.podIPs ?? []).map((p) => p.ip).filter((ip) => ip.includes(':') === wantsIPv6),
    conditions: {
      ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hostname ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
  }
}

/** endpointslice/util/endpointset.go: addresses, hostname and target are what an endpoint is. */
const endpointKey = (e: Endpoint): string =>
  `${e.addresses.join(',')}|${e.hostname ?? ''}|${e.targetRef?.namespace ?? ''}/${e.targetRef?.name ?? ''}`

/** endpointslice/util EndpointsEqualBeyondHash. */
const equalBeyondKey = (a: Endpoint, b: Endpoint): boolean =>
  a.nodeName === b.nodeName &&
  a.zone === b.zone &&
  a.conditions?.ready === b.conditions?.ready &&
  a.conditions?.serving === b.conditions?.serving &&
  a.conditions?.terminating === b.conditions?.terminating &&
  a.targetRef?.uid === b.targetRef?.uid

/** reconciler.go reconcileByPortMapping: keep what is there, fill what changes anyway, then one that has room, then new ones. */
function reconcilePorts(
  existing: readonly EndpointSlice[],
  ports: readonly EndpointPort[],
  desired: Map<string, Endpoint>,
  drafts: Draft[],
  toDelete: EndpointSlice[],
): void {
  const kept: Draft[] = []
  for (const slice of existing) {
    const endpoints: Endpoint[] = []
    let changed = false
    for (const old of slice.endpoints ?? []) {
      const now = desired.get(endpointKey(old))
      if (!now) continue
      desired.delete(endpointKey(old))
      changed ||= !equalBeyondKey(now, old)
      endpoints.push(old.hints ? { ...now, hints: old.hints } : now)
    }
    changed ||= endpoints.length !== (slice.endpoints?.length ?? 0)
    if (changed && endpoints.length === 0) toDelete.push(slice)
    else kept.push({ existing: slice, ports: slice.ports ?? [], endpoints, changed })
  }
  const rest = [...desired.values()]
  const fill = (draft: Draft) => {
    const room = MOST_IN_A_SLICE - draft.endpoints.length
    if (room <= 0 || rest.length === 0) return
    draft.endpoints.push(...rest.splice(0, room))
    draft.changed = true
  }
  for (const draft of kept.filter((d) => d.changed).sort((a, b) => b.endpoints.length - a.endpoints.length)) fill(draft)
  while (rest.length > 0) {
    const fits = kept.filter(
      (d) => !d.changed && d.endpoints.length + rest.length <= MOST_IN_A_SLICE && rest.length < MOST_IN_A_SLICE,
    )
    const fullest = fits.sort((a, b) => b.endpoints.length - a.endpoints.length)[0]
    if (fullest) fill(fullest)
    else {
      const draft: Draft = { ports, endpoints: [], changed: true }
      fill(draft)
      kept.push(draft)
    }
  }
  drafts.push(...kept)
}

/** reconciler.go finalize: slices that would go are renewed for those that would come. */
function write(
  state: State,
  service: Service,
  addressType: 'IPv4' | 'IPv6',
  drafts: readonly Draft[],
  toDelete: EndpointSlice[],
  trigger: string | undefined,
): void {
  for (const draft of drafts) {
    const labels = sliceLabels(service)
    if (draft.existing) {
      const endpoints = draft.endpoints.length > 0 ? draft.endpoints : null
      const labelled = sameLabels(draft.existing.metadata.labels, labels)
      const hinted = draft.endpoints.every((e, i) => sameHint(e, draft.existing!.endpoints?.[i]))
      if (!draft.changed && labelled && hinted) continue
      putSlice(state, draft.existing, {
        endpoints,
        labels,
        metadata: { annotations: withTriggerTime(draft.existing.metadata.annotations, trigger) },
      })
      continue
    }
    const at = toDelete.findIndex(
      (s) => s.addressType === addressType && s.metadata.ownerReferences?.some((o) => o.uid === service.metadata.uid),
    )
    if (at >= 0) {
      const [reused] = toDelete.splice(at, 1)
      putSlice(state, reused!, {
        endpoints: nullIfEmpty(draft.endpoints),
        ports: nullIfEmpty(draft.ports),
        labels,
        metadata: { annotations: withTriggerTime(undefined, trigger) },
      })
    } else if (!service.metadata.deletionTimestamp) {
      createSlice(state, {
        owner: { apiVersion: 'v1', kind: 'Service', meta: service.metadata },
        labels,
        annotations: withTriggerTime(undefined, trigger),
        addressType,
        endpoints: draft.endpoints,
        ports: draft.ports,
      })
    }
  }
  for (const slice of toDelete) dropSlice(state, slice)
}

const nullIfEmpty = <T>(items: readonly T[]): readonly T[] | null => (items.length > 0 ? items : null)
const sameHint = (a: Endpoint, b: Endpoint | undefined) =>
  a.hints === b?.hints || JSON.stringify(a.hints) === JSON.stringify(b?.hints)

function sameLabels(a: Readonly<Record<string, string>> | undefined, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a ?? {})
  return keys.length === Object.keys(b).length && keys.every((k) => a?.[k] === b[k])
}

/** endpointslice/utils.go setEndpointSliceLabels: the Service's own, and three reserved ones. */
function sliceLabels(service: Service): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [key, value] of Object.entries(service.metadata.labels ?? {})) if (!RESERVED.has(key)) labels[key] = value
  if (!service.spec.clusterIP || service.spec.clusterIP === 'None') labels[LABEL_HEADLESS] = ''
  labels[LABEL_SERVICE] = service.metadata.name
  labels[LABEL_MANAGED_BY] = SLICE_CONTROLLER
  return labels
}

export interface NewSlice {
  readonly owner: { readonly apiVersion: string; readonly kind: string; readonly meta: Meta }
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly addressType: 'IPv4' | 'IPv6'
  readonly endpoints: readonly Endpoint[]
  readonly ports: readonly EndpointPort[]
}

/** Create a slice as its controller would: `NAME-xxxxx`, owned by the Service or Endpoints. Empty lists are stored as null. */
export function createSlice(state: State, slice: NewSlice): EndpointSlice {
  const { name, namespace, uid } = slice.owner.meta
  return put<EndpointSlice>(state, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${randomSuffix(state, 'names.endpointslice', 5)}`,
      generateName: `${name}-`,
      namespace,
      uid: nextUid(state),
      creationTimestamp: timestamp(state.now),
      generation: 1,
      labels: slice.labels,
      ...(slice.annotations && Object.keys(slice.annotations).length > 0 ? { annotations: slice.annotations } : {}),
      ownerReferences: [
        {
          apiVersion: slice.owner.apiVersion,
          kind: slice.owner.kind,
          name,
          uid: uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: slice.addressType,
    endpoints: nullIfEmpty(slice.endpoints),
    ports: nullIfEmpty(slice.ports),
  })
}

/** Write a slice anew; its generation counts changes of what it lists. */
export function putSlice(
  state: State,
  slice: EndpointSlice,
  to: {
    readonly endpoints: readonly Endpoint[] | null
    readonly ports?: readonly EndpointPort[] | null
    readonly labels: Readonly<Record<string, string>>
    readonly metadata?: Partial<Meta>
  },
): void {
  const { annotations, ...metadata } = { ...slice.metadata, ...to.metadata }
  put<EndpointSlice>(state, {
    ...slice,
    metadata: {
      ...metadata,
      ...(annotations ? { annotations } : {}),
      labels: to.labels,
      generation: (slice.metadata.generation ?? 1) + 1,
    },
    endpoints: to.endpoints,
    ports: to.ports === undefined ? slice.ports : to.ports,
  })
}

export function dropSlice(state: State, slice: EndpointSlice): void {
  remove(state, `EndpointSlice/${slice.metadata.namespace}/${slice.metadata.name}`)
}
