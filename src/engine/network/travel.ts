import {
  familyOf,
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
import { type Dialled, dialled, protocolParam } from './dial.ts'
import { addressesOfClient } from './families.ts'
import { endpointPlace, translated, turnedAway } from './ruling.ts'
import { type Arrival, arriveAtHost, arriveAtPod, arriveOutside } from './sockets.ts'
import { lost, refuse, type Travel } from './under-way.ts'
import { type Hook, judge, judgeTranslated, type Verdict } from './verdict.ts'
import { clientPlace, hop, nodePlace, outsidePlace, reason, source, TOOK, type Walk } from './walk.ts'

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
  const toItself = addressesOfClient(walk.state, client).includes(packet.dst)
  if (to.kind === 'loopback' || (toItself && !clientInNodeNetwork(walk))) {
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
  const loopback = familyOf(packet.dst) === 'IPv4' ? '127.0.0.1' : '::1'
  const src = isLoopbackAddress(packet.dst) ? loopback : packet.dst
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
  if (to.kind === 'loopback' || addressesOfClient(state, client).includes(packet.dst)) {
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
  // IPv6 has no such check: the rules see the packet a second time
  if (hook === 'prerouting' && familyOf(t.packet.src) === 'IPv4' && isForged(t, node)) return forged(t, node, door)
  const verdict = judge(walk.state, node, hook, t.packet, walk.draw)
  if (verdict.does !== 'dnat') return passedOn(t, node, hook, door, verdict)
  const { src } = t.packet
  const ended = translated(t, node, hook, verdict)
  if (ended) return ended
  const filtered = judgeTranslated(walk.state, node, hook, { ...t.packet, src }, walk.draw)
  return passedOn(t, node, hook, endpointPlace(verdict.endpoint), filtered)
}

/** What the rules leave of a packet goes on. */
function passedOn(t: Travel, node: string, hook: Hook, door: Place, verdict: Verdict): Arrival {
  switch (verdict.does) {
    case 'reject':
    case 'drop':
      return turnedAway(t, node, door, verdict)
    case 'reject-port':
      refuse(t, { layer: 'node', from: door, to: nodePlace(node), why: portNotThere(t, 'SVC-15') })
      return { ended: 'refused' }
    case 'dnat':
    case 'drop-unallocated':
    case 'pass':
      return onward(t, node, hook)
  }
}

/** A node takes no packet from the network that says it came from the node itself. Linux net/ipv4/fib_frontend.c fib_validate_source (6.12). */
const isForged = ({ walk, packet }: Travel, node: string): boolean =>
  packet.src === nodeAddress(walk.state, node, familyOf(packet.src))

function forged(t: Travel, node: string, from: Place): Arrival {
  const why = reason('route.martian', 'NET-18', { address: t.packet.src, node, family: familyOf(t.packet.src) })
  return lost(t, { layer: 'route', from, to: nodePlace(node), why })
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
    const after = { ...packet, src: nodeAddress(state, node, familyOf(packet.dst)) }
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
    if (there !== node && isForged(t, there)) return forged(t, there, nodePlace(node))
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
