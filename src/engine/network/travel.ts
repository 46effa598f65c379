import {
  hostPort,
  type Ms,
  makeKey,
  type ObjectKey,
  type Packet,
  type Place,
  type Pod,
  type Service,
} from '../../model/index.ts'
import { getByKey } from '../core/index.ts'
import {
  balancersAt,
  clusterIPOwner,
  inPodRange,
  inServiceRange,
  isLoopbackAddress,
  nodeAddress,
  nodeAt,
  nodeOfPodAddress,
  podsAt,
} from './addresses.ts'
import { balancerNodes } from './balancer.ts'
import { rememberEndpoint } from './connections.ts'
import { type Dialled, dialled, doorPlace, protocolParam } from './dial.ts'
import { type Arrival, arriveAtHost, arriveAtPod, arriveOutside } from './sockets.ts'
import type { PortEntry, ProxyEndpoint } from './table.ts'
import { type Hook, judge, type Verdict } from './verdict.ts'
import {
  clientPlace,
  fail,
  hop,
  nodePlace,
  outsidePlace,
  podPlace,
  reason,
  type Step,
  source,
  TOOK,
  type Walk,
} from './walk.ts'

/** A packet under way: where it is, what it says, and who rewrote it. */
interface Travel {
  readonly walk: Walk
  /** When the client gives up this address, in ms of the walk. */
  readonly until: Ms
  readonly original: Packet
  packet: Packet
  /** The node that rewrote the destination. */
  ruledBy?: string
  service?: ObjectKey
  endpoint?: ProxyEndpoint
  /** ms that the way took in one direction */
  way: Ms
  /** Nodes that it came through: a packet that turns in circles is lost. */
  passed: number
  outsideName?: string
}

/** More nodes than this between two ends: the packet's time to live runs out. */
const MOST_NODES = 4

/** Send the first packet of a connection to an address and see where it comes out. Writes down the hops. */
export function travel(
  walk: Walk,
  packet: Packet,
  until: Ms,
  hints: { headless?: ObjectKey; outsideName?: string },
): Arrival {
  const t: Travel = { walk, until, original: packet, packet, way: 0, passed: 0, outsideName: hints.outsideName }
  const { client } = walk
  const to = dialled(walk, packet, hints)
  const from = clientPlace(client)
  if (client.from === 'internet') return fromInternet(t, to)
  if (to.kind === 'loopback' || (packet.dst === client.address && !clientInNodeNetwork(walk))) {
    const here =
      to.kind === 'loopback'
        ? to
        : { ...to, why: reason('dial.loopback', 'NET-5', { address: packet.dst, port: packet.dstPort }) }
    hop(walk, { layer: 'dial', from, to: from, why: here.why })
    return atHome(t)
  }
  hop(walk, { layer: 'dial', from, to: to.place, why: to.why, took: TOOK.sameNode / 2 })
  const node = client.node ?? ''
  return atNode(t, node, clientInNodeNetwork(walk) ? 'output' : 'prerouting', to.place)
}

/** Processes of a node, and of pods in its network. */
export function clientInNodeNetwork({ state, client }: Walk): boolean {
  if (client.from !== 'pod') return client.from === 'node'
  return client.pod !== undefined && (getByKey<Pod>(state, client.pod)?.spec.hostNetwork ?? false)
}

/** Loopback, or the client's own address. */
function atHome(t: Travel): Arrival {
  const { walk, packet } = t
  const { client } = walk
  const src = isLoopbackAddress(packet.dst) ? '127.0.0.1' : packet.dst
  t.packet = { ...packet, src }
  const pod = client.pod === undefined ? undefined : getByKey<Pod>(walk.state, client.pod)
  if (pod && !pod.spec.hostNetwork) return arriveAtPod(t, pod, 'self')
  if (client.node !== undefined && clientInNodeNetwork(walk)) return arriveAtHost(t, client.node, true)
  return arriveAtHost(t, undefined, true)
}

/** The one host outside has a way to the nodes and to balancers' addresses, and to nothing else of the cluster. */
function fromInternet(t: Travel, to: Dialled): Arrival {
  const { walk, packet } = t
  const { state, client } = walk
  const from = clientPlace(client)
  if (to.kind === 'loopback' || packet.dst === client.address) {
    hop(walk, {
      layer: 'dial',
      from,
      to: from,
      why:
        to.kind === 'loopback'
          ? to.why
          : reason('dial.loopback', 'NET-5', { address: packet.dst, port: packet.dstPort }),
    })
    return arriveAtHost(t, undefined, true)
  }
  const node = nodeAt(state, packet.dst)
  if (node !== undefined) {
    hop(walk, { layer: 'dial', from, to: to.place, why: to.why, took: TOOK.outside })
    t.way += TOOK.outside
    return atNode(t, node, 'prerouting', to.place)
  }
  const balancer = balancersAt(state, packet.dst)[0]
  if (balancer) {
    hop(walk, { layer: 'dial', from, to: to.place, why: to.why, took: TOOK.outside })
    t.way += TOOK.outside
    return throughBalancer(t, balancer, to.place)
  }
  if (to.kind === 'outside') {
    hop(walk, { layer: 'dial', from, to: to.place, why: to.why, took: TOOK.outside })
    return arriveOutside(t, t.outsideName)
  }
  const what =
    inServiceRange(state, packet.dst) || clusterIPOwner(state, packet.dst)
      ? 'cluster-ip'
      : inPodRange(state, packet.dst)
        ? 'pod'
        : 'other'
  const owner = clusterIPOwner(state, packet.dst)
  const why = reason(
    'dial.no-route',
    'NET-3',
    {
      address: packet.dst,
      from: 'internet',
      what,
      service: owner?.metadata.name,
      pod: podsAt(state, packet.dst)[0]?.metadata.name,
    },
    owner ? [source(makeKey('Service', owner.metadata.namespace ?? '', owner.metadata.name), 'spec', 'type')] : [],
  )
  return lost(t, { layer: 'dial', from, to: to.place, why })
}

/** The balancer's address, from outside or from a node whose rules do not know it. */
function throughBalancer(t: Travel, balancer: Service, from: Place): Arrival {
  const { walk, packet } = t
  const { nodes, policy } = balancerNodes(walk.state, packet.dst, balancer)
  const node = nodes[walk.draw.one(nodes.length)]
  const key = makeKey('Service', balancer.metadata.namespace ?? '', balancer.metadata.name)
  if (node === undefined)
    return lost(t, {
      layer: 'node',
      from,
      to: from,
      why: reason('dial.nobody', 'NET-14', { address: packet.dst, port: packet.dstPort, what: 'other' }),
    })
  const sources =
    policy === 'Local' ? [source(key, 'spec', 'externalTrafficPolicy')] : [source(key, 'status', 'loadBalancer')]
  const why = reason(
    'balancer.node',
    'NET-14',
    { address: packet.dst, node, nodes: [...nodes], policy, count: nodes.length },
    sources,
  )
  hop(walk, { layer: 'node', from, to: nodePlace(node), why, took: TOOK.balancer })
  t.way += TOOK.balancer
  return atNode(t, node, 'prerouting', from)
}

/** A packet meets a node's rules. */
function atNode(t: Travel, node: string, hook: Hook, door: Place): Arrival {
  const { walk } = t
  if (++t.passed > MOST_NODES) return nobody(t, node)
  const verdict = judge(walk.state, node, hook, t.packet, walk.draw)
  switch (verdict.does) {
    case 'dnat':
      return translated(t, node, hook, verdict)
    case 'reject':
    case 'drop':
      return turnedAway(t, node, door, verdict)
    case 'reject-port':
      refuse(t, { layer: 'node', from: door, to: nodePlace(node), why: portNotThere(t, 'SVC-15') })
      return { ended: 'refused' }
    case 'drop-unallocated':
    case 'pass':
      return onward(t, node, hook)
  }
}

function refuse(t: Travel, step: Omit<Step, 'failed' | 'took'>): void {
  fail(t.walk, { ...step, took: TOOK.rules + t.way })
}

/** Nothing comes back: the client waits until it gives up. */
function lost(t: Travel, step: Omit<Step, 'failed' | 'took'>): Arrival {
  fail(t.walk, step, Math.max(0, t.until - t.walk.at))
  return { ended: 'silent' }
}

function turnedAway(
  t: Travel,
  node: string,
  door: Place,
  verdict: Extract<Verdict, { does: 'reject' | 'drop' }>,
): Arrival {
  const { info } = verdict.entry
  t.service = info.service
  const who = { node, service: info.serviceName, namespace: info.namespace }
  const step = { layer: 'node', from: doorPlace(verdict.via, info.service), to: nodePlace(node) } as const
  if (verdict.because === 'no-endpoints') {
    const why = reason('proxy.no-endpoints', 'SVC-3', { ...who, port: info.port, portName: info.portName }, [
      source(info.service, 'spec', 'selector'),
      source(info.service, 'spec', 'ports', info.portIndex, 'targetPort'),
    ])
    refuse(t, { ...step, why })
    return { ended: 'refused' }
  }
  if (verdict.because === 'source-range') {
    const why = reason(
      'proxy.source-range',
      'SVC-11',
      { client: t.packet.src, ranges: [...info.sourceRanges], service: info.serviceName, namespace: info.namespace },
      [source(info.service, 'spec', 'loadBalancerSourceRanges')],
    )
    return lost(t, { ...step, from: door, why })
  }
  const policy = verdict.via === 'cluster-ip' ? 'internal' : 'external'
  const elsewhere = info.endpoints.filter((e) => e.ready && e.node !== node).length
  const why = reason(
    'proxy.no-local-endpoints',
    policy === 'internal' ? 'SVC-5' : 'SVC-8',
    { ...who, policy, elsewhere },
    [source(info.service, 'spec', `${policy}TrafficPolicy`)],
  )
  return lost(t, { ...step, why })
}

/** A port that the Service behind the address does not have. */
function portNotThere(t: Travel, rule: string) {
  const { walk, packet } = t
  const service = clusterIPOwner(walk.state, packet.dst) ?? balancersAt(walk.state, packet.dst)[0]
  const ports = service?.spec.ports?.map(
    (p) => `${p.port}${p.name ? ` (${p.name})` : ''}${p.protocol && p.protocol !== 'TCP' ? `/${p.protocol}` : ''}`,
  )
  return reason(
    'proxy.port-not-on-service',
    rule,
    {
      address: packet.dst,
      port: packet.dstPort,
      protocol: protocolParam(packet.protocol),
      service: service?.metadata.name,
      namespace: service?.metadata.namespace,
      ports,
    },
    service
      ? [source(makeKey('Service', service.metadata.namespace ?? '', service.metadata.name), 'spec', 'ports')]
      : [],
  )
}

const PICK_RULE = {
  'internal-local': 'SVC-5',
  'external-local': 'SVC-8',
  'same-zone': 'SVC-14',
  'same-node': 'SVC-14',
  terminating: 'SVC-4',
} as const

type Dnat = Extract<Verdict, { does: 'dnat' }>

/** Why not every endpoint of the Service was in the draw. */
function narrowing({ entry, among, policy, via }: Dnat): keyof typeof PICK_RULE | undefined {
  if (among.every((e) => !e.ready)) return 'terminating'
  if (policy === 'Local') return via === 'cluster-ip' ? 'internal-local' : 'external-local'
  if (entry.topology === 'PreferSameNode') return 'same-node'
  return entry.topology === 'PreferSameZone' ? 'same-zone' : undefined
}

/** The name that a person would give to an endpoint. */
const endpointName = (e: ProxyEndpoint): string => (e.pod ? e.pod.slice(e.pod.lastIndexOf('/') + 1) : e.ip)
const endpointPlace = (e: ProxyEndpoint): Place => (e.pod ? podPlace(e.pod) : outsidePlace(e.ip))

function pickHop(t: Travel, node: string, verdict: Dnat): void {
  const { walk } = t
  const { entry, endpoint, among, via } = verdict
  const { info } = entry
  const named = { node, service: info.serviceName, namespace: info.namespace }
  const step = {
    layer: 'endpoint',
    from: { kind: 'service', key: info.service },
    to: endpointPlace(endpoint),
    took: TOOK.rules,
  } as const
  if (verdict.affinity) {
    const why = reason(
      'proxy.affinity',
      'SVC-13',
      { ...named, client: t.packet.src, endpoint: endpointName(endpoint), seconds: info.affinitySeconds },
      [source(info.service, 'spec', 'sessionAffinity')],
    )
    hop(walk, { ...step, why })
    return
  }
  const narrowed = narrowing(verdict)
  const field =
    narrowed === 'internal-local'
      ? 'internalTrafficPolicy'
      : narrowed === 'external-local'
        ? 'externalTrafficPolicy'
        : 'trafficDistribution'
  const sources = [source(info.service, 'spec', 'selector')]
  if (narrowed && narrowed !== 'terminating') sources.unshift(source(info.service, 'spec', field))
  const why = reason(
    'proxy.pick',
    narrowed ? PICK_RULE[narrowed] : 'SVC-2',
    {
      ...named,
      endpoint: endpointName(endpoint),
      address: endpoint.ip,
      port: endpoint.port,
      count: among.length,
      others: among.filter((e) => e !== endpoint).map(endpointName),
      narrowed,
      total: narrowed ? info.endpoints.length : undefined,
      zone: narrowed === 'same-zone' ? walk.state.config.nodes.find((n) => n.name === node)?.zone : undefined,
    },
    sources,
  )
  hop(walk, { ...step, from: via === 'cluster-ip' ? step.from : doorPlace(via, info.service), why })
}

/** The rules gave it an endpoint: destination, then source, then the way. */
function translated(t: Travel, node: string, hook: Hook, verdict: Dnat): Arrival {
  const { walk } = t
  const { entry, endpoint, via } = verdict
  const { info } = entry
  const service: Place = { kind: 'service', key: info.service }
  t.ruledBy = node
  t.service = info.service
  t.endpoint = endpoint
  const inside = walk.client.from !== 'internet' && (via === 'balancer' || via === 'external-ip')
  if (inside && t.passed === 1) {
    const why = reason('proxy.external-to-cluster', verdict.shortCircuit ? 'SVC-9' : 'SVC-10', {
      address: t.packet.dst,
      service: info.serviceName,
      namespace: info.namespace,
      node,
    })
    hop(walk, { layer: 'node', from: doorPlace(via, info.service), to: nodePlace(node), why })
  }
  pickHop(t, node, verdict)
  if (info.affinitySeconds > 0) {
    const client = t.packet.src
    walk.effects.push((state) => rememberEndpoint(state, node, info, client, endpoint.text))
  }
  const before = t.packet
  t.packet = { ...before, dst: endpoint.ip, dstPort: endpoint.port }
  const why = reason(
    'proxy.dnat',
    'SVC-1',
    {
      before: hostPort(before.dst, before.dstPort),
      after: hostPort(endpoint.ip, endpoint.port),
      portName: info.portName === '' ? undefined : info.portName,
      targetPort: info.targetPort,
      service: info.serviceName,
      namespace: info.namespace,
    },
    [source(info.service, 'spec', 'ports', info.portIndex, 'targetPort')],
  )
  hop(walk, { layer: 'dnat', from: service, to: endpointPlace(endpoint), why, packet: { before, after: t.packet } })
  const staysHere = hook === 'prerouting' && endpoint.ip === nodeAddress(walk.state, node)
  // a packet for the node itself never passes POSTROUTING
  if (verdict.masquerade && !staysHere) masquerade(t, node, verdict.masquerade, entry)
  else if (t.packet.src === t.packet.dst) {
    // its own kernel takes a packet from its own address for a forged one
    return lost(t, {
      layer: 'route',
      from: nodePlace(node),
      to: endpointPlace(endpoint),
      why: reason('proxy.hairpin', 'SVC-18', { pod: endpointName(endpoint), service: info.serviceName }),
    })
  }
  return onward(t, node, hook)
}

function masquerade(t: Travel, node: string, cause: NonNullable<Dnat['masquerade']>, entry: PortEntry): void {
  const { walk } = t
  const address = nodeAddress(walk.state, node)
  const before = t.packet
  if (before.src === address) return
  t.packet = { ...before, src: address }
  const { info } = entry
  const packet = { before, after: t.packet }
  const step = { layer: 'masquerade', from: nodePlace(node), to: nodePlace(node), packet } as const
  const hairpin = t.endpoint && t.endpoint.ip === before.src
  if (cause === 'hairpin' || hairpin) {
    hop(walk, {
      ...step,
      why: reason('proxy.hairpin', 'SVC-18', {
        pod: t.endpoint ? endpointName(t.endpoint) : '',
        service: info.serviceName,
      }),
    })
    return
  }
  const sources = cause === 'external-cluster-policy' ? [source(info.service, 'spec', 'externalTrafficPolicy')] : []
  const rule = cause === 'external-cluster-policy' ? 'SVC-7' : 'SVC-17'
  hop(walk, {
    ...step,
    why: reason('proxy.masquerade', rule, { before: before.src, after: address, node, cause }, sources),
  })
}

/** From a node towards the destination that the packet now has. */
function onward(t: Travel, node: string, hook: Hook): Arrival {
  const { walk, packet } = t
  const { state } = walk
  const at = nodeAt(state, packet.dst)
  if (at === node) {
    if (hook === 'prerouting') sameNode(t, node)
    return arriveAtHost(t, node, false)
  }
  // network plugins: what leaves the pods' range leaves under the node's address
  if (inPodRange(state, packet.src) && !inPodRange(state, packet.dst) && !inServiceRange(state, packet.dst)) {
    const after = { ...packet, src: nodeAddress(state, node) }
    const why = reason('route.masquerade-outside', 'NET-7', { before: packet.src, after: after.src, node })
    hop(walk, {
      layer: 'masquerade',
      from: nodePlace(node),
      to: nodePlace(node),
      why,
      packet: { before: packet, after },
    })
    t.packet = after
  }
  if (at !== undefined) {
    otherNode(t, node, at)
    return atNode(t, at, 'prerouting', nodePlace(at))
  }
  if (inPodRange(state, packet.dst)) return toPod(t, node)
  const balancer = balancersAt(state, packet.dst)[0]
  if (balancer) return pastTheRules(t, node, balancer)
  const owner = clusterIPOwner(state, packet.dst)
  if (owner) {
    const service: Place = {
      kind: 'service',
      key: makeKey('Service', owner.metadata.namespace ?? '', owner.metadata.name),
    }
    return lost(t, { layer: 'node', from: service, to: nodePlace(node), why: portNotThere(t, 'SVC-15') })
  }
  if (inServiceRange(state, packet.dst)) return nobody(t, node)
  hop(walk, {
    layer: 'route',
    from: nodePlace(node),
    to: outsidePlace(packet.dst),
    why: reason('route.outside', 'NET-11', { address: packet.dst, node }),
    took: TOOK.outside,
  })
  t.way += TOOK.outside
  return arriveOutside(t, t.outsideName)
}

/** A balancer's address that this node has no rule for: a port that it does not have, or one that the balancer itself handles. */
function pastTheRules(t: Travel, node: string, balancer: Service): Arrival {
  const place: Place = {
    kind: 'load-balancer',
    key: makeKey('Service', balancer.metadata.namespace ?? '', balancer.metadata.name),
  }
  const known = balancer.spec.ports?.some(
    (p) => p.port === t.packet.dstPort && (p.protocol ?? 'TCP') === t.packet.protocol,
  )
  if (!known || t.passed > 1)
    return lost(t, {
      layer: 'node',
      from: place,
      to: nodePlace(node),
      why: known ? dialNobody(t) : portNotThere(t, 'SVC-15'),
    })
  return throughBalancer(t, balancer, place)
}

const dialNobody = (t: Travel) =>
  reason('dial.nobody', 'NET-2', { address: t.packet.dst, port: t.packet.dstPort, what: 'other' })

function nobody(t: Travel, node: string): Arrival {
  const { dst, dstPort } = t.packet
  const services = inServiceRange(t.walk.state, dst)
  const why = reason('dial.nobody', services ? 'SVC-16' : 'NET-2', {
    address: dst,
    port: dstPort,
    what: services ? 'services' : 'other',
  })
  return lost(t, { layer: 'route', from: nodePlace(node), to: outsidePlace(dst), why })
}

function sameNode(t: Travel, node: string): void {
  t.way += TOOK.sameNode
  const why = reason('route.same-node', 'NET-6', { node, address: t.packet.dst })
  hop(t.walk, { layer: 'route', from: nodePlace(node), to: nodePlace(node), why, took: TOOK.sameNode })
}

function otherNode(t: Travel, from: string, to: string): void {
  t.way += TOOK.otherNode
  const why = reason('route.other-node', 'NET-6', { from, to, address: t.packet.dst })
  hop(t.walk, { layer: 'route', from: nodePlace(from), to: nodePlace(to), why, took: TOOK.otherNode })
}

/** An address of the pods' range. */
function toPod(t: Travel, node: string): Arrival {
  const { walk, packet } = t
  const { state } = walk
  const pod = podsAt(state, packet.dst)[0]
  const there = pod?.spec.nodeName ?? nodeOfPodAddress(state, packet.dst)
  if (there !== undefined) {
    if (there === node) sameNode(t, node)
    else otherNode(t, node, there)
  }
  if (pod) return arriveAtPod(t, pod, 'network')
  const gone = t.endpoint?.pod
  const why = gone
    ? reason('route.gone', 'NET-2', {
        address: packet.dst,
        port: packet.dstPort,
        pod: gone.slice(gone.lastIndexOf('/') + 1),
      })
    : reason('dial.nobody', 'NET-2', { address: packet.dst, port: packet.dstPort, what: 'pods' })
  return lost(t, {
    layer: 'socket',
    from: nodePlace(there ?? node),
    to: t.endpoint ? endpointPlace(t.endpoint) : outsidePlace(packet.dst),
    why,
  })
}
