import {
  type Endpoint,
  type EndpointAddress,
  type EndpointPort,
  type EndpointSlice,
  type Endpoints,
  isIPv6,
  parseIPv4,
  parseIPv6,
  type Service,
  splitKey,
} from '../../../model/index.ts'
import { get, recordEvent, type State } from '../../core/index.ts'
import { portsKey, selectorOf } from './membership.ts'
import { inHashOrder } from './port-order.ts'
import { createSlice, dropSlice, LABEL_MANAGED_BY, LABEL_SERVICE, putSlice, slicesOf } from './slices.ts'
import { repackSubsets } from './subsets.ts'
import { TRIGGER_TIME } from './trigger-time.ts'

export const MIRRORING_CONTROLLER = 'endpointslicemirroring-controller.k8s.io'
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
    for (const slice of existing) dropSlice(state, slice)
    return
  }
  const desired = desiredSlices(state, endpoints)
  const byKey = new Map<string, EndpointSlice[]>()
  for (const slice of existing) {
    const key = `${slice.addressType} ${portsKey(slice.ports)}`
    byKey.set(key, [...(byKey.get(key) ?? []), slice])
  }
  const toDelete: EndpointSlice[] = []
  const toCreate: { addressType: 'IPv4' | 'IPv6'; ports: readonly EndpointPort[]; endpoints: readonly Endpoint[] }[] =
    []
  const labels = mirrorLabels(endpoints)
  const annotations = mirrorAnnotations(endpoints)
  for (const [key, group] of desired) {
    const [first, ...others] = byKey.get(key) ?? []
    toDelete.push(...others)
    const list = [...group.endpoints.values()].slice(0, MOST_PER_SUBSET)
    if (!first) {
      toCreate.push({ addressType: group.addressType, ports: group.ports, endpoints: list })
      continue
    }
    const same =
      JSON.stringify(first.endpoints ?? []) === JSON.stringify(list) &&
      JSON.stringify(entries(first.metadata.labels)) === JSON.stringify(entries(labels)) &&
      JSON.stringify(entries(first.metadata.annotations)) === JSON.stringify(entries(annotations)) &&
      first.metadata.ownerReferences?.[0]?.uid === endpoints.metadata.uid
    if (!same) putSlice(state, first, { endpoints: list, labels, metadata: meta(endpoints, annotations) })
  }
  for (const [key, slices] of byKey) if (!desired.has(key)) toDelete.push(...slices)
  for (const draft of toCreate) {
    const at = toDelete.findIndex((s) => s.addressType === draft.addressType)
    if (at >= 0) {
      const [reused] = toDelete.splice(at, 1)
      putSlice(state, reused!, {
        endpoints: draft.endpoints,
        ports: draft.ports,
        labels,
        metadata: meta(endpoints, annotations),
      })
    } else {
      createSlice(state, {
        owner: { apiVersion: 'v1', kind: 'Endpoints', meta: endpoints.metadata },
        labels,
        annotations,
        ...draft,
      })
    }
  }
  for (const slice of toDelete) dropSlice(state, slice)
}

const entries = (map: Readonly<Record<string, string>> | undefined) =>
  Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))

const meta = (endpoints: Endpoints, annotations: Record<string, string>) => ({
  annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
  ownerReferences: [
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      name: endpoints.metadata.name,
      uid: endpoints.metadata.uid ?? '',
      controller: true,
      blockOwnerDeletion: true,
    },
  ],
})

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
  readonly addressType: 'IPv4' | 'IPv6'
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Map<string, Endpoint>
}

/** What the subsets come to: one group for each address family and set of ports. */
function desiredSlices(state: State, endpoints: Endpoints): Map<string, Group> {
  const groups = new Map<string, Group>()
  let invalid = 0
  let skipped = 0
  for (const subset of repackSubsets(endpoints.subsets ?? [])) {
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
      if (parseIPv4(address.ip) === undefined && parseIPv6(address.ip) === undefined) {
        invalid++
        return
      }
      added++
      const addressType = isIPv6(address.ip) ? 'IPv6' : 'IPv4'
      const key = `${addressType} ${portsKey(ports)}`
      let group = groups.get(key)
      if (!group) {
        group = { addressType, ports, endpoints: new Map() }
        groups.set(key, group)
      }
      group.endpoints.set(`${address.ip}|${address.hostname ?? ''}|${address.targetRef?.name ?? ''}`, {
        addresses: [address.ip],
        conditions: { ready },
        ...(address.hostname ? { hostname: address.hostname } : {}),
        ...(address.targetRef ? { targetRef: address.targetRef } : {}),
        ...(address.nodeName ? { nodeName: address.nodeName } : {}),
      })
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
