import {
  ANNOTATION,
  type EndpointSlice,
  familiesOf,
  familyOf,
  INTERNET_HOST,
  INTERNET_HOST_V6,
  keyOf,
  type Ms,
  type ObjectKey,
  type Packet,
  type Place,
  type Pod,
  type ReasonParam,
  rangesOf,
  type SourceField,
} from '../../model/index.ts'
import { listByLabels, type State } from '../core/index.ts'
import { type Listener, listeningOf, type Socket, socketFor } from '../workload/index.ts'
import { nodeAddress, podsAt } from './addresses.ts'
import { protocolParam } from './dial.ts'
import { entryOf, localReadyCount, type ProxyEndpoint, servicesOn } from './table.ts'
import {
  clientPlace,
  fail,
  hop,
  nodePlace,
  outsidePlace,
  podPlace,
  podSource,
  reason,
  source,
  TOOK,
  type Walk,
} from './walk.ts'

/** Where the first packet of a connection came out. */
export type Arrival = { readonly ended: 'refused' | 'silent' } | Open

/** Somebody takes the connection. */
export interface Open {
  readonly ended: 'open'
  readonly original: Packet
  /** As it arrived. */
  readonly packet: Packet
  /** The node that rewrote the destination. */
  readonly ruledBy?: string
  readonly service?: ObjectKey
  readonly pod?: Pod
  readonly node?: string
  readonly place: Place
  /** The status that a server which is no pod answers with. */
  readonly http?: number
  /** ms of the way in one direction */
  readonly way: Ms
}

/** What arriving needs to know of the way. */
export interface Coming {
  readonly walk: Walk
  readonly until: Ms
  readonly original: Packet
  readonly packet: Packet
  readonly ruledBy?: string
  readonly service?: ObjectKey
  readonly endpoint?: ProxyEndpoint
  readonly way: Ms
}

const open = (t: Coming, end: Pick<Open, 'place' | 'pod' | 'node' | 'http'>): Open => ({
  ended: 'open',
  original: t.original,
  packet: t.packet,
  ruledBy: t.ruledBy,
  service: t.service,
  way: t.way,
  ...end,
})

const portText = (l: Listener): string =>
  `${l.address === 'loopback' ? '127.0.0.1:' : ''}${l.port}${l.protocol === 'TCP' ? '' : `/${l.protocol}`}`

/** How it is known where a pod listens, for sentences. */
function knownFrom(pod: Pod, listener: Listener | undefined): Record<string, ReasonParam | undefined> {
  if (!listener) return pod.metadata.annotations?.[ANNOTATION.listen] === undefined ? {} : { source: 'annotation' }
  const image = pod.spec.containers.find((c) => c.name === listener.container)?.image
  if (listener.how === 'image') return { source: 'image', image, detail: listener.note }
  return { source: listener.how === 'annotation' ? 'annotation' : 'container-port', image }
}

/** The field of the text that says where the pod listens. */
function listenSource(state: State, pod: Pod, listener: Listener | undefined): SourceField {
  if (pod.metadata.annotations?.[ANNOTATION.listen] !== undefined)
    return podSource(state, pod, 'metadata', 'annotations', ANNOTATION.listen)
  const index = pod.spec.containers.findIndex((c) => c.name === listener?.container)
  if (index < 0) return podSource(state, pod, 'spec', 'containers')
  if (listener?.how === 'image') return podSource(state, pod, 'spec', 'containers', index, 'image')
  const port = pod.spec.containers[index]!.ports?.findIndex((p) => p.containerPort === listener?.port) ?? -1
  return podSource(state, pod, 'spec', 'containers', index, 'ports', ...(port < 0 ? [] : [port]))
}

/** The fields that chose this port of the pod: the Service's, when there is one. */
function targetSource(t: Coming): SourceField[] {
  const index = t.service === undefined || t.ruledBy === undefined ? -1 : (portIndexOf(t) ?? -1)
  return index < 0 ? [] : [source(t.service!, 'spec', 'ports', index, 'targetPort')]
}

function portIndexOf(t: Coming): number | undefined {
  const id = t.service!.slice(t.service!.indexOf('/') + 1)
  const entry = entryOf(t.walk.state, t.ruledBy!, id)
  return entry?.ports.find((p) => p.info.endpoints.some((e) => e === t.endpoint))?.info.portIndex
}

/** The packet is in the pod's network. `from: 'self'`: it never left it. */
export function arriveAtPod(t: Coming, pod: Pod, from: 'network' | 'self'): Arrival {
  const { walk, packet } = t
  const key = keyOf(pod)
  const node = pod.spec.nodeName ?? ''
  const at = { from: from === 'self' ? clientPlace(walk.client) : nodePlace(node), to: podPlace(key) }
  const socket = socketFor(walk.state, pod, packet.protocol, packet.dstPort, from)
  if (!socketHop(t, pod, socket, at)) return { ended: 'refused' }
  return open(t, { place: podPlace(key), pod, node })
}

/** Writes down what the packet finds at a pod's port; false when it is refused. */
function socketHop(t: Coming, pod: Pod, socket: Socket, at: { from: Place; to: Place }): boolean {
  const { walk, packet } = t
  const { state } = walk
  const { listener } = socket
  const params = { pod: pod.metadata.name, port: packet.dstPort, protocol: protocolParam(packet.protocol) }
  const step = { layer: 'socket', ...at, took: TOOK.socket } as const
  switch (socket.state) {
    case 'listening':
      hop(walk, {
        ...step,
        why: reason('pod.listening', 'NET-4', { ...params, ...knownFrom(pod, listener) }, [
          listenSource(state, pod, listener),
        ]),
      })
      return true
    case 'assumed': {
      const image = pod.spec.containers[0]?.image
      hop(walk, {
        ...step,
        why: reason('pod.assumed-listening', 'NET-12', { ...params, image }, [
          podSource(state, pod, 'spec', 'containers'),
        ]),
      })
      return true
    }
    case 'loopback-only': {
      const why = reason('pod.loopback-only', 'NET-5', params, [listenSource(state, pod, listener), ...targetSource(t)])
      fail(walk, { ...step, took: step.took + t.way, why })
      return false
    }
    case 'not-listening': {
      const all = listeningOf(pod, state.config.undeclaredPorts).listeners
      const first = all[0]
      const why = reason(
        'pod.not-listening',
        'NET-4',
        {
          ...params,
          ...knownFrom(pod, first),
          listens: all.map(portText),
          notRunning: socket.stopped === undefined ? undefined : true,
        },
        [...targetSource(t), listenSource(state, pod, first)],
      )
      fail(walk, { ...step, took: step.took + t.way, why })
      return false
    }
  }
}

/** kube-proxy's own health. k8s pkg/proxy/healthcheck/proxy_health.go, pkg/cluster/ports/ports.go ProxyHealthzPort (v1.36). */
const PROXY_HEALTH_PORT = 10256

/**
 * The packet is for the node itself: pods in the node's network listen there, and kube-proxy's health checks. A node port opens no socket:
 * what the rules did not catch finds nobody. `node` undefined: a machine outside of the cluster that asks itself.
 */
export function arriveAtHost(t: Coming, node: string | undefined, loopback: boolean): Arrival {
  const { walk, packet } = t
  const { state } = walk
  const here = node === undefined ? clientPlace(walk.client) : nodePlace(node)
  if (node !== undefined) {
    const pods = podsAt(state, nodeAddress(state, node, familyOf(packet.dst))).filter((p) => p.spec.hostNetwork)
    const asked = pods.map((pod) => ({
      pod,
      socket: socketFor(state, pod, packet.protocol, packet.dstPort, loopback ? 'self' : 'network'),
    }))
    const drawn = asked.find(({ pod }) => keyOf(pod) === t.endpoint?.pod)
    const there =
      asked.find(({ socket }) => socket.state === 'listening') ??
      drawn ??
      asked.find(({ socket }) => socket.state === 'loopback-only')
    if (there) {
      const to = podPlace(keyOf(there.pod))
      if (!socketHop(t, there.pod, there.socket, { from: here, to })) return { ended: 'refused' }
      return open(t, { place: to, pod: there.pod, node })
    }
    const health = packet.protocol === 'TCP' && !loopback ? healthCheck(walk, node, packet) : undefined
    if (health) {
      const why = reason(
        'host.listening',
        'SVC-21',
        { address: packet.dst, port: packet.dstPort, node, what: health.what },
        health.sources,
      )
      hop(walk, { layer: 'socket', from: here, to: here, why, took: TOOK.socket })
      return open(t, { place: here, node, http: health.status })
    }
  }
  const why = reason('host.not-listening', 'NET-4', { address: packet.dst, port: packet.dstPort, node })
  fail(walk, { layer: 'socket', from: here, to: here, why, took: TOOK.socket + t.way })
  return { ended: 'refused' }
}

function healthCheck(
  walk: Walk,
  node: string,
  { dst, dstPort: port }: Packet,
): { what: string; status: number; sources: SourceField[] } | undefined {
  if (port === PROXY_HEALTH_PORT) {
    // it binds to 0.0.0.0, or to :: where the primary family is IPv6
    if (familyOf(dst) === 'IPv6' && familiesOf(walk.state.config)[0] === 'IPv4') return undefined
    const known = /^\/(healthz|livez)([/?]|$)/.test(walk.request.path)
    return { what: "kube-proxy's own health check", status: known ? 200 : 404, sources: [] }
  }
  for (const id of servicesOn(walk.state, node)) {
    const info = entryOf(walk.state, node, id)?.ports.find((p) => p.info.family === familyOf(dst))?.info
    if (!info || info.healthCheckNodePort !== port) continue
    // k8s pkg/proxy/healthcheck/service_health.go ServeHTTP (v1.36): any path
    const status = localReadyCount(walk.state, node, id, info.family) > 0 ? 200 : 503
    return {
      what: `kube-proxy's health check of Service ${info.serviceName}`,
      status,
      sources: [source(info.service, 'spec', 'healthCheckNodePort')],
    }
  }
  return undefined
}

/** Beyond the cluster's border. */
export function arriveOutside(t: Coming, host: string | undefined): Arrival {
  const { walk, packet } = t
  const { state } = walk
  const place = outsidePlace(packet.dst)
  const params = { address: packet.dst, port: packet.dstPort, host }
  const step = { layer: 'socket', from: place, to: place } as const
  if (packet.dst === INTERNET_HOST || packet.dst === INTERNET_HOST_V6) {
    fail(walk, {
      ...step,
      why: reason('host.not-listening', 'NET-11', { address: packet.dst, port: packet.dstPort }),
      took: TOOK.socket + t.way,
    })
    return { ended: 'refused' }
  }
  const status =
    clusterMachine(walk, packet) ?? (isDeclared(t) && walk.state.config.undeclaredPorts === 'assume' ? 200 : undefined)
  if (status === undefined) {
    fail(walk, { ...step, why: reason('outside.silent', 'NET-11', params) }, Math.max(0, t.until - walk.at))
    return { ended: 'silent' }
  }
  const web = walk.request.scheme.startsWith('http')
  hop(walk, {
    ...step,
    why: reason('outside.answers', 'NET-11', { ...params, status: web ? status : undefined }, sliceSource(state, t)),
    took: TOOK.socket,
  })
  return open(t, { place, http: status })
}

/** The machine beside the nodes with the API server (TLS, and nothing for strangers) and the DNS server. */
function clusterMachine(walk: Walk, packet: Packet): number | undefined {
  const serves = (namespace: string, service: string) =>
    listByLabels<EndpointSlice>(walk.state, 'EndpointSlice', namespace, { 'kubernetes.io/service-name': service }).some(
      (s) =>
        s.ports?.some((p) => p.port === packet.dstPort && (p.protocol ?? 'TCP') === packet.protocol) &&
        s.endpoints?.some((e) => e.addresses.includes(packet.dst)),
    )
  if (serves('default', 'kubernetes')) {
    if (walk.request.scheme === 'http') return 400
    // k8s plugin/pkg/auth/authorizer/rbac/bootstrappolicy (v1.36): system:public-info-viewer is everybody's
    return /^\/(healthz|livez|readyz|version)(\/|\?|$)/.test(walk.request.path) ? 200 : 403
  }
  return serves('kube-system', 'kube-dns') ? 200 : undefined
}

/** Somebody said that there is such a machine: a name of the world outside, or a hand-written endpoint. */
const isDeclared = (t: Coming): boolean =>
  t.endpoint !== undefined ||
  Object.values(t.walk.state.config.externalNames).some((ips) => rangesOf(ips).includes(t.packet.dst))

const sliceSource = (_state: State, t: Coming): SourceField[] =>
  t.endpoint ? [source(t.endpoint.slice, 'endpoints', t.endpoint.index, 'addresses', 0)] : []
