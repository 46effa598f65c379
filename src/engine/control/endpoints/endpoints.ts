import {
  type EndpointAddress,
  type EndpointSubset,
  type Endpoints,
  isPodReady,
  type Meta,
  type Service,
  splitKey,
  timestamp,
} from '../../../model/index.ts'
import { get, nextUid, put, remove, type State } from '../../core/index.ts'
import { findPort, hostnameFor, podsOf, selectorOf, shouldBeInEndpoints } from './membership.ts'
import { LABEL_HEADLESS } from './slices.ts'
import { repackSubsets } from './subsets.ts'
import { forgetTriggerTime, triggerTime, withTriggerTime } from './trigger-time.ts'

export const LABEL_ENDPOINTS_BY = 'endpoints.kubernetes.io/managed-by'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'
/** An Endpoints object holds no more addresses than this (k8s pkg/controller/endpoint maxCapacity). */
const CAPACITY = 1000

/**
 * Bring a Service's Endpoints object to what its pods are. Unlike slices it leaves out terminating pods.
 * k8s pkg/controller/endpoint/endpoints_controller.go syncService (v1.36).
 */
export function syncEndpoints(state: State, serviceKey: string): void {
  const { namespace, name } = splitKey(serviceKey)
  const service = get<Service>(state, 'Service', namespace, name)
  const current = get<Endpoints>(state, 'Endpoints', namespace, name)
  if (!service) {
    // by name, whoever wrote it
    forgetTriggerTime(state, 'endpoints', serviceKey)
    if (current) remove(state, `Endpoints/${namespace}/${name}`)
    return
  }
  if (service.spec.type === 'ExternalName' || !selectorOf(service)) return

  const publish = service.spec.publishNotReadyAddresses === true
  const loose: EndpointSubset[] = []
  const wantsIPv6 = service.spec.ipFamilies?.[0] === 'IPv6'
  const pods = podsOf(state, service)
  const trigger = triggerTime(state, 'endpoints', serviceKey, service, pods)
  for (const pod of pods) {
    if (!shouldBeInEndpoints(pod, publish)) continue
    const ip = pod.status?.podIPs?.find((p) => p.ip.includes(':') === wantsIPv6)?.ip
    if (ip === undefined) continue
    const hostname = hostnameFor(pod, service)
    const address: EndpointAddress = {
      ip,
      ...(hostname ? { hostname } : {}),
      ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
      targetRef: { kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    }
    const add = (subset: EndpointSubset) =>
      loose.push(
        publish || isPodReady(pod) ? { ...subset, addresses: [address] } : { ...subset, notReadyAddresses: [address] },
      )
    const ports = service.spec.ports ?? []
    if (ports.length === 0) {
      if (service.spec.clusterIP === 'None') add({})
      continue
    }
    for (const port of ports) {
      const number = findPort(pod, port)
      if (number === undefined) continue
      add({
        ports: [
          {
            ...(port.name ? { name: port.name } : {}),
            port: number,
            protocol: port.protocol ?? 'TCP',
            ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
          },
        ],
      })
    }
  }
  const packed = repackSubsets(loose)
  const { subsets, truncated } = truncate(packed)
  const labels = endpointsLabels(service)
  if (
    current &&
    JSON.stringify(current.subsets ?? []) === JSON.stringify(subsets) &&
    JSON.stringify(sorted(current.metadata.labels)) === JSON.stringify(sorted(labels)) &&
    (current.metadata.annotations?.[OVER_CAPACITY] !== undefined) === truncated
  ) {
    return
  }
  const { [OVER_CAPACITY]: _, ...others } = current?.metadata.annotations ?? {}
  const annotations = withTriggerTime(truncated ? { ...others, [OVER_CAPACITY]: 'truncated' } : others, trigger)
  const { annotations: _old, ...metadata } = current?.metadata ?? newMetadata(state, namespace, name)
  put<Endpoints>(state, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, labels, ...(annotations ? { annotations } : {}) },
    ...(subsets.length > 0 ? { subsets } : {}),
  })
}

const newMetadata = (state: State, namespace: string, name: string): Meta => ({
  name,
  namespace,
  uid: nextUid(state),
  creationTimestamp: timestamp(state.now),
})

const sorted = (labels: Readonly<Record<string, string>> | undefined) =>
  Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))

function endpointsLabels(service: Service): Record<string, string> {
  const labels: Record<string, string> = { ...service.metadata.labels }
  delete labels[LABEL_HEADLESS]
  if (!service.spec.clusterIP || service.spec.clusterIP === 'None') labels[LABEL_HEADLESS] = ''
  labels[LABEL_ENDPOINTS_BY] = 'endpoint-controller'
  return labels
}

/** endpoints_controller.go truncateEndpoints: ready addresses first, each subset in proportion. */
function truncate(subsets: readonly EndpointSubset[]): { subsets: readonly EndpointSubset[]; truncated: boolean } {
  const count = (of: 'addresses' | 'notReadyAddresses') => subsets.reduce((n, s) => n + (s[of]?.length ?? 0), 0)
  const [ready, notReady] = [count('addresses'), count('notReadyAddresses')]
  if (ready + notReady <= CAPACITY) return { subsets, truncated: false }
  const cutsReady = ready > CAPACITY
  const room = cutsReady ? CAPACITY : CAPACITY - ready
  const total = cutsReady ? ready : notReady
  let left = room
  const cut = subsets.map((subset) => {
    const list = (cutsReady ? subset.addresses : subset.notReadyAddresses) ?? []
    const taken = list.slice(0, Math.min(Math.ceil((list.length / total) * room), left))
    left -= taken.length
    const { notReadyAddresses: _, ...rest } = subset
    if (cutsReady) return { ...rest, addresses: taken }
    return taken.length > 0 ? { ...rest, notReadyAddresses: taken } : rest
  })
  return { subsets: cut, truncated: true }
}
