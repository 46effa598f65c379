import {
  type Endpoint,
  type EndpointAddress,
  type EndpointPort,
  type EndpointSlice,
  type Endpoints,
  type Service,
  splitKey,
} from '../../../model/index.ts'
import { deepEqual, sloppyIP } from '../../api/index.ts'
import { get, recordEvent, type State } from '../../core/index.ts'
import { portsKey, selectorOf } from './membership.ts'
import { inHashOrder } from './port-order.ts'
import { LABEL_MANAGED_BY, LABEL_SERVICE, MIRRORING_CONTROLLER } from './slice-labels.ts'
import { endpointKey, equalBeyondKey } from './slice-plan.ts'
import { createSlice, dropSlice, type Family, ownedAs, putSlice, slicesOf } from './slice-store.ts'
import { repackSubsets } from './subsets.ts'
import { forgetSlices, isTracked, missesSlices, trackWrite } from './tracker.ts'
import { TRIGGER_TIME } from './trigger-time.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** kube-controller-manager --mirroring-max-endpoints-per-subset (default). */
const MOST_PER_SUBSET = 1000

/** k8s pkg/controller/endpointslicemirroring shouldMirror (v1.36). */
export const shouldMirror = (endpoints: Endpoints | undefined): boolean =>
  endpoints !== undefined &&
  endpoints.metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] !== 'true' &&
  endpoints.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'] === undefined

/**
 * Copy hand-written Endpoints of a Service without selector into EndpointSlices, which are what kube-proxy reads.
 * k8s pkg/controller/endpointslicemirroring syncEndpoints and reconciler.go (v1.36).
 */
export function syncMirror(state: State, endpointsKey: string): void {
  const { namespace, name } = splitKey(endpointsKey)
  const endpoints = get<Endpoints>(state, 'Endpoints', namespace, name)
  const service = get<Service>(state, 'Service', namespace, name)
  const existing = slicesOf(state, namespace, name, MIRRORING_CONTROLLER)
  if (!endpoints || !shouldMirror(endpoints) || !service || selectorOf(service)) {
    forgetSlices(state, MIRRORING_CONTROLLER, namespace, name)
    for (const slice of existing) dropSlice(state, slice)
    return
  }
  if (missesSlices(state, MIRRORING_CONTROLLER, namespace, name, existing)) return
  const byKey = new Map<string, EndpointSlice[]>()
  for (const slice of existing) {
    const key = groupKey(slice.addressType, slice.ports)
    byKey.set(key, [...(byKey.get(key) ?? []), slice])
  }
  const create: Group[] = []
  const update: { slice: EndpointSlice; group: Group }[] = []
  let remove: EndpointSlice[] = []
  for (const [key, group] of desiredGroups(state, endpoints)) {
    const [first, ...others] = byKey.get(key) ?? []
    byKey.delete(key)
    remove.push(...others)
    if (!first) create.push(group)
    else if (!isMirror(first, group, endpoints)) update.push({ slice: first, group })
    else if (!isTracked(state, MIRRORING_CONTROLLER, first)) trackWrite(state, MIRRORING_CONTROLLER, first)
  }
  for (const slices of byKey.values()) remove.push(...slices)

  // slices that would go are renewed for those that would come (recycleSlices)
  const labels = mirrorLabels(endpoints)
  const annotations = mirrorAnnotations(endpoints)
  const fresh = create.filter((group) => {
    const reused = remove.find((s) => s.addressType === group.addressType)
    if (!reused) return true
    remove = remove.filter((s) => s !== reused)
    update.push({ slice: reused, group })
    return false
  })
  for (const group of fresh) {
    if (isRefused(group)) continue
    createSlice(state, MIRRORING_CONTROLLER, {
      owner: { kind: 'Endpoints', meta: endpoints.metadata },
      labels,
      annotations,
      addressType: group.addressType,
      ports: group.ports,
      endpoints: endpointsIn(group),
    })
  }
  // a write that the API server refuses ends the sync: however often it is tried again, what comes after it is never done
  if (fresh.some(isRefused)) return
  for (const { slice, group } of update) {
    if (isRefused(group)) continue
    putSlice(state, MIRRORING_CONTROLLER, slice, {
      endpoints: endpointsIn(group),
      ports: group.ports,
      labels,
      annotations,
      ownerReferences: ownedAs('Endpoints', endpoints),
    })
  }
  if (update.some(({ group }) => isRefused(group))) return
  for (const slice of remove) dropSlice(state, slice, MIRRORING_CONTROLLER)
}

/** A slice must not name two ports alike; Endpoints may (k8s pkg/apis/discovery/validation validatePorts, v1.36). */
const isRefused = ({ ports }: Group): boolean => new Set(ports.map((p) => p.name)).size < ports.length

const groupKey = (addressType: string, ports: EndpointSlice['ports']) => `${addressType} ${portsKey(ports)}`

const endpointsIn = (group: Group): Endpoint[] => [...group.endpoints.values()].slice(0, MOST_PER_SUBSET)

/** Whether a slice says already what it is to say. reconciler.go reconcileByPortMapping, totalChanges, needRebuildExistingSlices. */
function isMirror(slice: EndpointSlice, group: Group, endpoints: Endpoints): boolean {
  const list = slice.endpoints ?? []
  const same = list.every((e) => {
    const wanted = group.endpoints.get(endpointKey(e))
    return wanted !== undefined && equalBeyondKey(wanted, e)
  })
  const { [LABEL_SERVICE]: _, [LABEL_MANAGED_BY]: __, ...labels } = slice.metadata.labels ?? {}
  const another = slice.metadata.ownerReferences?.some(
    (o) => o.kind === 'Endpoints' && o.name === endpoints.metadata.name && o.uid !== endpoints.metadata.uid,
  )
  return (
    same &&
    list.length === group.endpoints.size &&
    deepEqual(labels, endpoints.metadata.labels ?? {}) &&
    deepEqual(slice.metadata.annotations ?? {}, mirrorAnnotations(endpoints)) &&
    !another
  )
}

const mirrorLabels = (endpoints: Endpoints): Record<string, string> => ({
  ...endpoints.metadata.labels,
  [LABEL_SERVICE]: endpoints.metadata.name,
  [LABEL_MANAGED_BY]: MIRRORING_CONTROLLER,
})

function mirrorAnnotations(endpoints: Endpoints): Record<string, string> {
  const { [TRIGGER_TIME]: _, [LAST_APPLIED]: __, ...rest } = endpoints.metadata.annotations ?? {}
  return rest
}

interface Group {
  readonly addressType: Family
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Map<string, Endpoint>
}

/** What the subsets come to: one group for each address family and set of ports that has addresses. */
function desiredGroups(state: State, endpoints: Endpoints): Map<string, Group> {
  const groups = new Map<string, Group>()
  let invalid = 0
  let skipped = 0
  for (const subset of repackSubsets(endpoints.subsets ?? [], true)) {
    const ports = inHashOrder(
      (subset.ports ?? []).map((p) => ({
        name: p.name ?? '',
        port: p.port,
        protocol: p.protocol ?? 'TCP',
        ...(p.appProtocol === undefined ? {} : { appProtocol: p.appProtocol }),
      })),
    )
    let added = 0
    const add = (address: EndpointAddress, ready: boolean) => {
      if (added >= MOST_PER_SUBSET) {
        skipped++
        return
      }
      const ip = sloppyIP(address.ip)
      if (ip === undefined) {
        invalid++
        return
      }
      added++
      const addressType = ip.includes(':') ? 'IPv6' : 'IPv4'
      const key = groupKey(addressType, ports)
      let group = groups.get(key)
      if (!group) {
        group = { addressType, ports, endpoints: new Map() }
        groups.set(key, group)
      }
      const endpoint: Endpoint = {
        addresses: [ip],
        conditions: { ready },
        ...(address.hostname ? { hostname: address.hostname } : {}),
        ...(address.targetRef ? { targetRef: address.targetRef } : {}),
        ...(address.nodeName ? { nodeName: address.nodeName } : {}),
      }
      group.endpoints.set(endpointKey(endpoint), endpoint)
    }
    for (const address of subset.addresses ?? []) add(address, true)
    for (const address of subset.notReadyAddresses ?? []) add(address, false)
  }
  const key = `Endpoints/${endpoints.metadata.namespace}/${endpoints.metadata.name}`
  const say = (reason: string, message: string) =>
    recordEvent(state, 'endpoint-slice-mirroring-controller', 'Warning', key, reason, message)
  if (invalid > 0) say('InvalidIPAddress', `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`)
  if (skipped > 0) {
    say(
      'TooManyAddressesToMirror',
      `A max of ${MOST_PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped + invalid} addresses were skipped`,
    )
  }
  return groups
}
