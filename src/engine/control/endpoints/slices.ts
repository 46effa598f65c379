import {
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  isPodReady,
  type Node,
  type Pod,
  type Service,
  splitKey,
} from '../../../model/index.ts'
import { deepEqual } from '../../api/index.ts'
import { get, recordEvent, type State, slot } from '../../core/index.ts'
import { closeDistribution, hintClose, removeHints } from './hints.ts'
import { addressesOf, hostnameFor, podsOf, portsAt, portsKey, selectorOf, shouldBeInEndpoints } from './membership.ts'
import { LABEL_HEADLESS, LABEL_MANAGED_BY, LABEL_SERVICE, SLICE_CONTROLLER } from './slice-labels.ts'
import { type Draft, endpointKey, planPorts, type SlicePlan } from './slice-plan.ts'
import { createSlice, dropSlice, type Family, ownedAs, putSlice, slicesOf } from './slice-store.ts'
import { endHints, forgetHints, shareOut, topologyModeAuto } from './topology.ts'
import { forgetSlices, missesSlices } from './tracker.ts'
import { forgetTriggerTime, triggerTime, withTriggerTime } from './trigger-time.ts'

const RESERVED = new Set([LABEL_SERVICE, LABEL_MANAGED_BY, LABEL_HEADLESS])

/** Keys of Services of which a pod stands on a node that does not exist: the controller tries again and again. */
export const waitingForNode = slot<true>('endpoints.waitingForNode')

/**
 * Bring a Service's EndpointSlices to what its pods are: desired against existing, as few writes as possible.
 * k8s.io/endpointslice reconciler.go Reconcile (v0.36) and pkg/controller/endpointslice syncService (v1.36).
 */
export function syncSlices(state: State, serviceKey: string): void {
  const { namespace, name } = splitKey(serviceKey)
  const service = get<Service>(state, 'Service', namespace, name)
  waitingForNode(state).delete(serviceKey)
  if (!service) {
    // its slices are the garbage collector's
    forgetTriggerTime(state, 'slices', serviceKey)
    forgetSlices(state, SLICE_CONTROLLER, namespace, name)
    return
  }
  // slices of a Service that no longer has a selector, or became an alias, stay as they are
  if (service.spec.type === 'ExternalName' || !selectorOf(service)) return
  const pods = podsOf(state, service)
  const existing = slicesOf(state, namespace, name, SLICE_CONTROLLER).filter((s) => !s.metadata.deletionTimestamp)
  if (missesSlices(state, SLICE_CONTROLLER, namespace, name, existing)) return

  const trigger = triggerTime(state, 'slices', serviceKey, service, pods)
  const families = (service.spec.ipFamilies ?? ['IPv4']) as readonly Family[]
  const mine = new Map<Family, EndpointSlice[]>(families.map((family) => [family, []]))
  const ofOtherFamilies: EndpointSlice[] = []
  for (const slice of existing) {
    const list = mine.get(slice.addressType as Family)
    if (list) list.push(slice)
    else {
      forgetHints(state, `${namespace}/${name}`, slice.addressType as Family)
      ofOtherFamilies.push(slice)
    }
  }
  const lost = new Set<Pod>()
  for (const [family, slices] of mine) syncFamily(state, serviceKey, service, pods, slices, family, trigger, lost)
  for (const slice of ofOtherFamilies) dropSlice(state, slice, SLICE_CONTROLLER)
  if (lost.size > 0) {
    waitingForNode(state).set(serviceKey, true)
    const skipped = [...lost].map(
      (p) =>
        `skipping Pod ${p.metadata.name} for Service ${namespace}/${name}: Node ${p.spec.nodeName ?? ''} Not Found`,
    )
    const message = skipped.length === 1 ? skipped[0] : `[${skipped.join(', ')}]`
    say(state, serviceKey, {
      type: 'Warning',
      reason: 'FailedToUpdateEndpointSlices',
      message: `Error updating Endpoint Slices for Service ${namespace}/${name}: ${message}`,
    })
  }
}

const say = (state: State, key: string, event: { type: 'Normal' | 'Warning'; reason: string; message: string }) =>
  recordEvent(state, 'endpoint-slice-controller', event.type, key, event.reason, event.message)

const ownedBy = (slice: EndpointSlice, service: Service) =>
  slice.metadata.ownerReferences?.some(
    (o) => o.uid === service.metadata.uid && o.kind === 'Service' && o.apiVersion === 'v1',
  ) === true

/** reconciler.go reconcileByAddressType. Pods on nodes that do not exist are added to `lost`. */
function syncFamily(
  state: State,
  serviceKey: string,
  service: Service,
  pods: readonly Pod[],
  existing: readonly EndpointSlice[],
  family: Family,
  trigger: string | undefined,
  lost: Set<Pod>,
): void {
  const plan: SlicePlan = { create: [], update: [], unchanged: [], remove: [] }
  const byPorts = new Map<string, EndpointSlice[]>()
  for (const slice of existing) {
    if (!ownedBy(slice, service)) {
      plan.remove.push(slice)
      continue
    }
    const key = portsKey(slice.ports)
    const list = byPorts.get(key)
    if (list) list.push(slice)
    else byPorts.set(key, [slice])
  }
  const labelsFor = (slice?: EndpointSlice) => sliceLabels(service, slice)
  const desired = desiredEndpoints(state, service, pods, family, lost)
  for (const [key, { ports, endpoints }] of desired)
    planPorts(plan, byPorts.get(key) ?? [], ports, endpoints, labelsFor)
  for (const [key, slices] of byPorts) if (!desired.has(key)) plan.remove.push(...slices)

  // a Service never is without a slice: "no endpoints" is said by an empty one
  if (plan.remove.length === existing.length && plan.create.length === 0) {
    const { labels } = labelsFor()
    const only = plan.remove.length === 1 ? plan.remove[0]! : undefined
    if (
      only &&
      !only.endpoints?.length &&
      !only.ports?.length &&
      samePlaceholderLabels(only.metadata.labels ?? {}, labels)
    ) {
      plan.remove = []
      plan.unchanged.push({ existing: only, ports: [], labels, endpoints: [] })
    } else plan.create.push({ ports: [], labels, endpoints: [] })
  }

  const wish = closeDistribution(service)
  const name = `${service.metadata.namespace}/${service.metadata.name}`
  const auto = topologyModeAuto(service)
  const event = auto ? shareOut(state, name, family, plan) : endHints(state, name, family)
  if (!auto && wish !== undefined) hintClose(plan, wish)
  else if (!auto) removeHints(plan)
  write(state, service, family, plan, trigger)
  if (event) say(state, serviceKey, event)
}

/** As placeholderSliceCompare does: a label that is missing is as good as an empty one, so headless and not are the same to it. */
function samePlaceholderLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((key) => (a[key] ?? '') === (b[key] ?? ''))
}

/** What the pods come to, by the ports that they have. endpointslice/utils.go podToEndpoint, getEndpointPorts. */
function desiredEndpoints(
  state: State,
  service: Service,
  pods: readonly Pod[],
  family: Family,
  lost: Set<Pod>,
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
    if (!node && !service.spec.publishNotReadyAddresses) {
      lost.add(pod)
      continue
    }
    const endpoint = podToEndpoint(pod, node, service, family)
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint)
  }
  return out
}

function podToEndpoint(pod: Pod, node: Node | undefined, service: Service, family: Family): Endpoint {
  const serving = isPodReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const hostname = hostnameFor(pod, service)
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone']
  return {
    addresses: addressesOf(pod, family),
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

/** reconciler.go finalize: slices that would go are renewed for those that would come. */
function write(
  state: State,
  service: Service,
  addressType: Family,
  plan: SlicePlan,
  trigger: string | undefined,
): void {
  const create = [...plan.create]
  const renew: { slice: EndpointSlice; draft: Draft }[] = []
  const remove: EndpointSlice[] = []
  for (const slice of plan.remove) {
    const draft = ownedBy(slice, service) ? create.pop() : undefined
    if (draft) renew.push({ slice, draft })
    else remove.push(slice)
  }
  if (!service.metadata.deletionTimestamp) {
    for (const { labels, endpoints, ports } of create) {
      createSlice(state, SLICE_CONTROLLER, {
        owner: { kind: 'Service', meta: service.metadata },
        labels,
        annotations: withTriggerTime(undefined, trigger),
        addressType,
        endpoints,
        ports,
      })
    }
  }
  for (const { existing, ...to } of plan.update) {
    const annotations = withTriggerTime(existing!.metadata.annotations, trigger)
    putSlice(state, SLICE_CONTROLLER, existing!, { ...to, annotations })
  }
  for (const { slice, draft } of renew) {
    const annotations = withTriggerTime(undefined, trigger)
    putSlice(state, SLICE_CONTROLLER, slice, { ...draft, annotations, ownerReferences: ownedAs('Service', service) })
  }
  for (const slice of remove) dropSlice(state, slice, SLICE_CONTROLLER)
}

/**
 * The Service's labels and three reserved ones; `changed` when the slice's own differ from the Service's. The reserved ones alone are no
 * reason to write a slice. k8s.io/endpointslice utils.go setEndpointSliceLabels (v0.36).
 */
function sliceLabels(service: Service, slice?: EndpointSlice): { labels: Record<string, string>; changed: boolean } {
  const own = (labels: Readonly<Record<string, string>> | undefined) =>
    Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !RESERVED.has(key)))
  const labels = own(service.metadata.labels)
  const changed = slice !== undefined && !deepEqual(own(slice.metadata.labels), labels)
  if (!service.spec.clusterIP || service.spec.clusterIP === 'None') labels[LABEL_HEADLESS] = ''
  labels[LABEL_SERVICE] = service.metadata.name
  labels[LABEL_MANAGED_BY] = SLICE_CONTROLLER
  return { labels, changed }
}
