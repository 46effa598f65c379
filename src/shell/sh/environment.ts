import type { Cluster } from '../../engine/index.ts'
import {
  type Container,
  hostPort,
  type KObject,
  makeKey,
  type ObjectKey,
  type Pod,
  type Service,
} from '../../model/index.ts'
import { hostName, type Place, podOf } from './place.ts'

type Pair = readonly [name: string, value: string]

const PATH: Pair = ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
const HOME: Pair = ['HOME', '/root']
const MOST_EXPANDED = 65_536

/** The environment of a shell at a place. In a pod: what the container was started with. */
export function environmentAt(place: Place, cluster: Cluster): Pair[] {
  const pod = podOf(place, cluster)
  const name: Pair = ['HOSTNAME', hostName(place, cluster)]
  if (place.type === 'client') {
    const namespace = cluster.clientSpec(place.client)?.namespace ?? 'default'
    return [PATH, name, ...serviceVariables(masterService(cluster)), ['FAIRLEAD_NAMESPACE', namespace], HOME]
  }
  if (place.type !== 'pod' || !pod) return [PATH, name, HOME]
  const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === place.container)
  const variables = container ? containerVariables(cluster, place.pod, pod, container) : []
  return [PATH, name, ...variables.filter(([n]) => n !== 'PATH' && n !== 'HOSTNAME' && n !== 'HOME'), HOME]
}

/** The API server's Service: in every container, also without service links. */
function masterService(cluster: Cluster): readonly Service[] {
  const service = cluster.get<Service>(makeKey('Service', 'default', 'kubernetes'))
  return service ? [service] : []
}

/**
 * A container's variables: its own in their order, then those of the Services that there were when it was started, sorted (the kubelet's
 * come in any order). k8s pkg/kubelet/kubelet_pods.go makeEnvironmentVariables, getServiceEnvVarMap (v1.36).
 */
function containerVariables(cluster: Cluster, key: ObjectKey, pod: Pod, container: Container): Pair[] {
  const linked = pod.spec['enableServiceLinks'] === false ? [] : cluster.servicesAtStart(key, container.name)
  const names = new Set(linked.map((s) => s.metadata.name))
  const master = masterService(cluster)
  const isDefault = pod.metadata.namespace === 'default'
  const services = [...linked, ...master.filter((s) => !isDefault || !names.has(s.metadata.name))]
  const ofServices = new Map<string, string>()
  for (const service of [...services].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)))
    for (const [name, value] of serviceVariables([service])) ofServices.set(name, value)
  const own = new Map<string, string>(fromSources(cluster, pod, container))
  for (const entry of container.env ?? []) {
    const value = entry.value
      ? expand(entry.value, own, ofServices)
      : entry.valueFrom === undefined
        ? ''
        : valueFrom(cluster, key, pod, entry.valueFrom as ValueFrom)
    if (value !== undefined) own.set(entry.name, value)
  }
  const rest = [...ofServices].filter(([name]) => !own.has(name)).sort(([a], [b]) => (a < b ? -1 : 1))
  return [...own, ...rest]
}

interface Reference {
  readonly name?: string
  readonly key?: string
  readonly optional?: boolean
}
interface ValueFrom {
  readonly fieldRef?: { readonly fieldPath?: string }
  readonly configMapKeyRef?: Reference
  readonly secretKeyRef?: Reference
}

function* fromSources(cluster: Cluster, pod: Pod, container: Container): Iterable<[string, string]> {
  const sources = (container['envFrom'] ?? []) as readonly {
    prefix?: string
    configMapRef?: Reference
    secretRef?: Reference
  }[]
  for (const { prefix = '', configMapRef, secretRef } of sources) {
    const data = dataOf(cluster, pod, configMapRef ? 'ConfigMap' : 'Secret', (configMapRef ?? secretRef)?.name)
    for (const [name, value] of Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))) yield [prefix + name, value]
  }
}

function dataOf(cluster: Cluster, pod: Pod, kind: 'ConfigMap' | 'Secret', name = ''): Readonly<Record<string, string>> {
  const object = cluster.get<KObject>(makeKey(kind, pod.metadata.namespace ?? '', name))
  const data = (object?.['data'] ?? {}) as Readonly<Record<string, string>>
  if (kind === 'ConfigMap') return data
  return Object.fromEntries(Object.entries(data).map(([k, v]) => [k, fromBase64(v)]))
}

function fromBase64(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const bytes: number[] = []
  let [bits, held] = [0, 0]
  for (const c of text) {
    const value = letters.indexOf(c)
    if (value < 0) continue
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    bytes.push((bits >> held) & 255)
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}

/** undefined: the variable is left out. Missing ConfigMaps and Secrets are taken as present, and empty. */
function valueFrom(cluster: Cluster, key: ObjectKey, pod: Pod, from: ValueFrom): string | undefined {
  if (from.fieldRef) return fieldOf(pod, from.fieldRef.fieldPath ?? '')
  const reference = from.configMapKeyRef ?? from.secretKeyRef
  if (!reference) return ''
  const value = dataOf(cluster, pod, from.configMapKeyRef ? 'ConfigMap' : 'Secret', reference.name)[reference.key ?? '']
  return value ?? (reference.optional ? undefined : `<${reference.name ?? key}:${reference.key ?? ''}>`)
}

/** k8s pkg/fieldpath/fieldpath.go ExtractFieldPathAsString; pkg/kubelet/kubelet_pods.go podFieldSelectorRuntimeValue (v1.36) */
function fieldOf(pod: Pod, path: string): string {
  const [, of, subscript] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? []
  if (of === 'labels') return pod.metadata.labels?.[subscript!] ?? ''
  if (of === 'annotations') return pod.metadata.annotations?.[subscript!] ?? ''
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name
    case 'metadata.namespace':
      return pod.metadata.namespace ?? ''
    case 'metadata.uid':
      return pod.metadata.uid ?? ''
    case 'spec.nodeName':
      return pod.spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return (pod.spec['serviceAccountName'] as string | undefined) ?? ''
    case 'status.hostIP':
    case 'status.hostIPs':
      return pod.status?.hostIP ?? ''
    case 'status.podIP':
      return pod.status?.podIP ?? ''
    case 'status.podIPs':
      return pod.status?.podIPs?.map((i) => i.ip).join(',') ?? ''
    default:
      return ''
  }
}

/** `$(NAME)`, `$$`. k8s third_party/forked/golang/expansion/expand.go (v1.36) */
function expand(text: string, ...known: readonly ReadonlyMap<string, string>[]): string {
  const expanded = text.replace(/\$(\$|\(([^)]*)\))/g, (whole, sign: string, name: string | undefined) => {
    if (sign === '$') return '$'
    return known.map((k) => k.get(name!)).find((v) => v !== undefined) ?? whole
  })
  return expanded.slice(0, MOST_EXPANDED)
}

const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase()

/** k8s pkg/kubelet/envvars/envvars.go FromServices, makeLinkVariables (v1.36) */
function serviceVariables(services: readonly Service[]): Pair[] {
  return services.flatMap(({ metadata, spec }) => {
    const prefix = variableName(metadata.name)
    const ip = spec.clusterIP ?? ''
    const ports = spec.ports ?? []
    const first = ports[0]
    if (!first) return []
    const out: Pair[] = [
      [`${prefix}_SERVICE_HOST`, ip],
      [`${prefix}_SERVICE_PORT`, String(first.port)],
    ]
    for (const { name, port } of ports)
      if (name) out.push([`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)])
    for (const [i, { port, protocol = 'TCP' }] of ports.entries()) {
      const scheme = protocol.toLowerCase()
      const url = `${scheme}://${hostPort(ip, port)}`
      const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`
      if (i === 0) out.push([`${prefix}_PORT`, url])
      out.push([link, url], [`${link}_PROTO`, scheme], [`${link}_PORT`, String(port)], [`${link}_ADDR`, ip])
    }
    return out
  })
}
