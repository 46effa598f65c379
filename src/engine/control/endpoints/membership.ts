import {
  type EndpointPort,
  type Labels,
  matchesMap,
  type Pod,
  type Service,
  type ServicePort,
} from '../../../model/index.ts'
import { sloppyIP } from '../../api/index.ts'
import { get, listByLabels, type State, slot } from '../../core/index.ts'
import { inHashOrder } from './port-order.ts'

/** A Service whose selector has `key` first, in the order of its keys. */
interface Selecting {
  readonly namespace: string
  readonly key: string
  readonly name: string
}

/**
 * Services by the value of the first pair of their selector, so that a changed pod finds its Services without looking at all of them. By
 * the value alone: it tells nearly all apart, and a pod asks with the text of its label, without putting another one together.
 */
const bySelector = slot<readonly Selecting[]>('endpoints.bySelector')

/** The selector, or undefined when it selects nothing: `{}` is stored as none (k8s protobuf drops an empty map). */
export function selectorOf(service: Service | undefined): Labels | undefined {
  const selector = service?.spec?.selector
  return selector && Object.keys(selector).length > 0 ? selector : undefined
}

function firstPair(service: Service | undefined): { readonly key: string; readonly value: string } | undefined {
  const selector = selectorOf(service)
  if (!selector) return undefined
  const key = Object.keys(selector).sort()[0]!
  return { key, value: selector[key]! }
}

/** Keep the index true when a Service changes. */
export function indexSelector(state: State, before: Service | undefined, after: Service | undefined): void {
  const old = firstPair(before)
  const now = firstPair(after)
  if (old?.key === now?.key && old?.value === now?.value) return
  const index = bySelector(state)
  const { namespace = '', name } = (before ?? after)!.metadata
  if (old) {
    const left = (index.get(old.value) ?? []).filter((s) => s.name !== name || s.namespace !== namespace)
    if (left.length > 0) index.set(old.value, left)
    else index.delete(old.value)
  }
  if (now) index.set(now.value, [...(index.get(now.value) ?? []), { namespace, key: now.key, name }])
}

/** Services of a namespace whose selector finds these labels. */
export function servicesForLabels(state: State, namespace: string, labels: Labels | undefined): Service[] {
  const out: Service[] = []
  const index = bySelector(state)
  for (const key in labels) {
    for (const found of index.get(labels[key]!) ?? []) {
      if (found.key !== key || found.namespace !== namespace) continue
      const service = get<Service>(state, 'Service', namespace, found.name)
      const selector = selectorOf(service)
      if (service && selector && matchesMap(selector, labels)) out.push(service)
    }
  }
  return out
}

/** Pods that a Service's selector finds, in order of creation. */
export function podsOf(state: State, service: Service): Pod[] {
  const selector = selectorOf(service)
  return selector ? listByLabels<Pod>(state, 'Pod', service.metadata.namespace ?? 'default', selector) : []
}

/** k8s endpointslice/util/controller_utils.go ShouldPodBeInEndpoints (v0.36). */
export function shouldBeInEndpoints(pod: Pod, includeTerminating: boolean): boolean {
  const phase = pod.status?.phase
  if (phase === 'Failed' || phase === 'Succeeded') return false
  if (!pod.status?.podIP && !pod.status?.podIPs?.length) return false
  return includeTerminating || pod.metadata.deletionTimestamp === undefined
}

/** A pod's addresses of one family, in their usual form (k8s.io/endpointslice utils.go getEndpointAddresses, v0.36). */
export function addressesOf(pod: Pod, family: 'IPv4' | 'IPv6'): readonly string[] {
  const podIPs = pod.status?.podIPs
  if (!podIPs) return []
  let known = usual.get(podIPs)
  if (!known) {
    const all = podIPs.map(({ ip }) => sloppyIP(ip)).filter((ip) => ip !== undefined)
    known = { IPv4: all.filter((ip) => !ip.includes(':')), IPv6: all.filter((ip) => ip.includes(':')) }
    usual.set(podIPs, known)
  }
  return known[family]
}

/** A pod's addresses in their usual form: two controllers ask for each Service that finds the pod. */
const usual = new WeakMap<object, Readonly<Record<'IPv4' | 'IPv6', readonly string[]>>>()

/** k8s endpointslice/util/controller_utils.go ShouldSetHostname (v0.36). */
export const hostnameFor = (pod: Pod, service: Service): string | undefined =>
  pod.spec.hostname &&
  pod.spec.subdomain === service.metadata.name &&
  pod.metadata.namespace === service.metadata.namespace
    ? pod.spec.hostname
    : undefined

/**
 * The number of a Service's target port at a pod; undefined when the pod has no port of that name and protocol. Named ports are looked
 * for in containers, then in sidecars (k8s endpointslice/utils.go FindPort, v0.36).
 */
export function findPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target
  const containers = [
    ...pod.spec.containers,
    ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'),
  ]
  for (const container of containers) {
    const found = container.ports?.find((p) => p.name === target && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))
    if (found) return found.containerPort
  }
  return undefined
}

/** A Service's ports as they are at one pod; those whose name the pod does not know are left out. */
export function portsAt(pod: Pod, service: Service): EndpointPort[] {
  const out: EndpointPort[] = []
  for (const port of service.spec.ports ?? []) {
    const number = findPort(pod, port)
    if (number === undefined) continue
    out.push({
      name: port.name ?? '',
      protocol: port.protocol ?? 'TCP',
      port: number,
      ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
    })
  }
  return inHashOrder(out)
}

/** Ports that are the same whatever their order (k8s endpointslice/util NewPortMapKey, v0.36). */
export const portsKey = (ports: readonly EndpointPort[] | null | undefined): string =>
  (ports ?? [])
    .map((p) => `${p.name ?? ''}|${p.protocol ?? ''}|${p.port ?? ''}|${p.appProtocol ?? ''}`)
    .sort()
    .join(';')
