import {
  type EndpointAddress,
  type EndpointPort,
  type EndpointSubset,
  type Endpoints,
  isPodReady,
  type Meta,
  type Service,
  type ServicePort,
  splitKey,
  timestamp,
} from '../../../model/index.ts'
import { deepEqual } from '../../api/index.ts'
import { get, nextUid, put, recordEvent, remove, type State } from '../../core/index.ts'
import { addressesOf, findPort, hostnameFor, podsOf, selectorOf, shouldBeInEndpoints } from './membership.ts'
import { LABEL_HEADLESS } from './slice-labels.ts'
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
  /** By place in `spec.ports`: as it is at the pod before. */
  const found: (readonly EndpointPort[])[] = []
  const family = service.spec.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4'
  const pods = podsOf(state, service)
  const trigger = triggerTime(state, 'endpoints', serviceKey, service, pods)
  for (const pod of pods) {
    if (!shouldBeInEndpoints(pod, publish)) continue
    const [ip] = addressesOf(pod, family)
    if (ip === undefined) continue
    const hostname = hostnameFor(pod, service)
    const address: EndpointAddress = {
      ip,
      ...(hostname ? { hostname } : {}),
      ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
      targetRef: { kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    }
    const where = publish || isPodReady(pod) ? { addresses: [address] } : { notReadyAddresses: [address] }
    const ports = service.spec.ports ?? []
    if (ports.length === 0) {
      if (service.spec.clusterIP === 'None') loose.push(where)
      continue
    }
    for (const [i, port] of ports.entries()) {
      const number = findPort(pod, port)
      if (number === undefined) continue
      // the pods of a Service mostly have one number for it
      const same = found[i]?.[0]?.port === number ? found[i] : [endpointPort(port, number)]
      found[i] = same
      loose.push({ ports: same, ...where })
    }
  }
  const wanted = repackSubsets(loose)
  if (
    current &&
    (sameSubsets(current.subsets ?? [], wanted) || sameSubsets(repackSubsets(current.subsets ?? [], true), wanted)) &&
    labelsCorrect(current.metadata.labels ?? {}, service.metadata.labels ?? {}) &&
    count(current.subsets ?? [], 'addresses') + count(current.subsets ?? [], 'notReadyAddresses') <= CAPACITY &&
    current.metadata.annotations?.[OVER_CAPACITY] === undefined
  ) {
    return
  }
  const { subsets, truncated } = truncate(wanted)
  if (subsets.some((s) => !s.addresses?.length && !s.notReadyAddresses?.length)) {
    // cut down to nothing: the API server refuses the whole object
    refused(state, serviceKey, current !== undefined, subsets)
    return
  }
  const { [OVER_CAPACITY]: _, ...others } = current?.metadata.annotations ?? {}
  const annotations = withTriggerTime(truncated ? { ...others, [OVER_CAPACITY]: 'truncated' } : others, trigger)
  const { annotations: _old, ...metadata } = current?.metadata ?? newMetadata(state, namespace, name)
  const object: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, labels: endpointsLabels(service), ...(annotations ? { annotations } : {}) },
    ...(subsets.length > 0 ? { subsets } : {}),
  }
  if (!current || !deepEqual(current, object)) put<Endpoints>(state, object)
}

const endpointPort = (port: ServicePort, number: number): EndpointPort => ({
  ...(port.name ? { name: port.name } : {}),
  port: number,
  protocol: port.protocol ?? 'TCP',
  ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
})

const sameSubsets = (a: readonly EndpointSubset[], b: readonly EndpointSubset[]) => deepEqual(a, b)

const count = (subsets: readonly EndpointSubset[], of: 'addresses' | 'notReadyAddresses') =>
  subsets.reduce((n, s) => n + (s[of]?.length ?? 0), 0)

/** The controller's event for what k8s pkg/apis/core/validation validateEndpointSubsets refuses (v1.36). */
function refused(state: State, serviceKey: string, update: boolean, subsets: readonly EndpointSubset[]): void {
  const { namespace, name } = splitKey(serviceKey)
  const causes = subsets.flatMap((s, i) =>
    s.addresses?.length || s.notReadyAddresses?.length
      ? []
      : [`subsets[${i}]: Required value: must specify \`addresses\` or \`notReadyAddresses\``],
  )
  const error = `Endpoints "${name}" is invalid: ${causes.length === 1 ? causes[0] : `[${causes.join(', ')}]`}`
  recordEvent(
    state,
    'endpoint-controller',
    'Warning',
    `Endpoints/${namespace}/${name}`,
    update ? 'FailedToUpdateEndpoint' : 'FailedToCreateEndpoint',
    update
      ? `Failed to update endpoint ${namespace}/${name}: ${error}`
      : `Failed to create endpoint for service ${namespace}/${name}: ${error}`,
  )
}

const newMetadata = (state: State, namespace: string, name: string): Meta => ({
  name,
  namespace,
  uid: nextUid(state),
  creationTimestamp: timestamp(state.now),
})

/** Whether labels come from the Service's; the headless one is not looked at (endpoints_controller.go labelsCorrectForEndpoints). */
function labelsCorrect(labels: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>): boolean {
  if (labels[LABEL_ENDPOINTS_BY] !== 'endpoint-controller') return false
  const compared = Object.keys(labels).filter((key) => key !== LABEL_HEADLESS && key !== LABEL_ENDPOINTS_BY)
  return compared.every((key) => labels[key] === own[key]) && Object.keys(own).length === compared.length
}

function endpointsLabels(service: Service): Record<string, string> {
  const labels: Record<string, string> = { ...service.metadata.labels }
  delete labels[LABEL_HEADLESS]
  if (!service.spec.clusterIP || service.spec.clusterIP === 'None') labels[LABEL_HEADLESS] = ''
  labels[LABEL_ENDPOINTS_BY] = 'endpoint-controller'
  return labels
}

/** endpoints_controller.go truncateEndpoints: ready addresses first, each subset in proportion. */
function truncate(subsets: readonly EndpointSubset[]): { subsets: readonly EndpointSubset[]; truncated: boolean } {
  const [ready, notReady] = [count(subsets, 'addresses'), count(subsets, 'notReadyAddresses')]
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
    if (cutsReady) return taken.length > 0 ? { ...rest, addresses: taken } : rest
    return taken.length > 0 ? { ...rest, notReadyAddresses: taken } : rest
  })
  return { subsets: cut, truncated: true }
}
