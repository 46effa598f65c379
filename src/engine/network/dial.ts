import {
  familyOf,
  type IPFamily,
  makeKey,
  type ObjectKey,
  type Packet,
  type Place,
  type Reason,
  type Service,
} from '../../model/index.ts'
import { get } from '../core/index.ts'
import {
  balancersAt,
  clusterIPOwner,
  inPodRange,
  inServiceRange,
  isLoopbackAddress,
  nodeAt,
  podsAt,
} from './addresses.ts'
import { anyAddress, entriesAt, type PortEntry, type Via } from './table.ts'
import { nodePlace, outsidePlace, podPlace, reason, source, type Walk } from './walk.ts'

/** Whose address it is that a client dials: what the person at the screen would say of it, before any rule is asked. */
export interface Dialled {
  readonly kind:
    | 'loopback'
    | 'service'
    | 'node-port'
    | 'balancer'
    | 'external-ip'
    | 'pod'
    | 'node'
    | 'outside'
    | 'nobody'
  readonly place: Place
  readonly why: Reason
  readonly service?: ObjectKey
  /** The node that has the address. */
  readonly node?: string
}

export const protocolParam = (protocol: string): string | undefined => (protocol === 'TCP' ? undefined : protocol)

const serviceKey = (s: Service): ObjectKey => makeKey('Service', s.metadata.namespace ?? '', s.metadata.name)

/** The place that stands for a door of a Service. */
export const doorPlace = (via: Via, service: ObjectKey): Place =>
  via === 'cluster-ip'
    ? { kind: 'service', key: service }
    : { kind: via === 'balancer' ? 'load-balancer' : via === 'node-port' ? 'node-port' : 'external-ip', key: service }

/** `headless`: the Service whose name gave a pod's own address. `outsideName`: a name of the world outside. */
export function dialled(walk: Walk, packet: Packet, hints: { headless?: ObjectKey; outsideName?: string }): Dialled {
  const { state, client } = walk
  const { dst: address, dstPort: port, protocol } = packet
  const at = { address, port, protocol: protocolParam(protocol) }
  const own = { kind: 'client', key: client.key } as const
  if (isLoopbackAddress(address))
    return { kind: 'loopback', place: own, why: reason('dial.loopback', 'NET-5', { address, port }) }
  const atNode = nodeAt(state, address)
  const rulingNode = atNode ?? client.node ?? state.config.nodes[0]?.name ?? ''
  const door =
    entriesAt(state, rulingNode, address, protocol, port)[0] ??
    (atNode ? entriesAt(state, atNode, anyAddress(familyOf(address)), protocol, port)[0] : undefined)
  if (door) return throughDoor(door.via, door.entry, at, atNode)
  const owner = clusterIPOwner(state, address)
  if (owner)
    return {
      kind: 'service',
      place: { kind: 'service', key: serviceKey(owner) },
      ...ofService('dial.service', 'SVC-1', owner, at, protocol),
    }
  const balancer = balancersAt(state, address)[0]
  if (balancer) {
    return {
      kind: 'balancer',
      place: { kind: 'load-balancer', key: serviceKey(balancer) },
      ...ofService('dial.load-balancer', 'SVC-10', balancer, at, protocol),
    }
  }
  if (atNode)
    return {
      kind: 'node',
      place: nodePlace(atNode),
      node: atNode,
      why: atNodeItself(walk, atNode, packet),
    }
  const pod = podsAt(state, address)[0]
  if (pod) {
    const key = makeKey('Pod', pod.metadata.namespace ?? '', pod.metadata.name)
    const service =
      hints.headless && get<Service>(state, 'Service', ...(hints.headless.split('/').slice(1) as [string, string]))
    const sources = service ? [source(hints.headless!, 'spec', 'clusterIP')] : []
    const params = {
      ...at,
      pod: pod.metadata.name,
      namespace: pod.metadata.namespace,
      service: service ? service.metadata.name : undefined,
    }
    return { kind: 'pod', place: podPlace(key), why: reason('dial.pod', service ? 'SVC-19' : 'NET-6', params, sources) }
  }
  if (inPodRange(state, address) || inServiceRange(state, address)) {
    const what = inPodRange(state, address) ? 'pods' : 'services'
    return {
      kind: 'nobody',
      place: outsidePlace(address),
      why: reason('dial.nobody', what === 'pods' ? 'NET-2' : 'SVC-16', { address, port, what }),
    }
  }
  return {
    kind: 'outside',
    place: outsidePlace(address),
    why: reason('dial.outside', 'NET-11', { address, port, host: hints.outsideName }),
  }
}

/** No node port of that family; perhaps one of the other. */
function atNodeItself({ state }: Walk, node: string, { dst, dstPort, protocol }: Packet): Reason {
  const params = { address: dst, port: dstPort, node }
  const other: IPFamily = familyOf(dst) === 'IPv4' ? 'IPv6' : 'IPv4'
  const door = entriesAt(state, node, anyAddress(other), protocol, dstPort)[0]
  if (!door) return reason('dial.node', 'NET-4', params)
  const { service, serviceName, namespace } = door.entry.info
  const sources = [source(service, 'spec', 'ipFamilyPolicy')]
  return reason('dial.node', 'PRX-9', { ...params, service: serviceName, namespace, family: other }, sources)
}

function throughDoor(
  via: Via,
  { info }: PortEntry,
  at: { address: string; port: number; protocol?: string },
  node: string | undefined,
): Dialled {
  const params = { ...at, service: info.serviceName, namespace: info.namespace, portName: info.portName }
  const port = source(info.service, 'spec', 'ports', info.portIndex, via === 'node-port' ? 'nodePort' : 'port')
  const place = doorPlace(via, info.service)
  const common = { place, service: info.service, node }
  switch (via) {
    case 'cluster-ip':
      return { kind: 'service', ...common, why: reason('dial.service', 'SVC-1', params, [port]) }
    case 'node-port':
      return {
        kind: 'node-port',
        ...common,
        why: reason('dial.node-port', 'SVC-6', { ...params, node, servicePort: info.port }, [port]),
      }
    case 'balancer':
      return { kind: 'balancer', ...common, why: reason('dial.load-balancer', 'SVC-10', params, [port]) }
    case 'external-ip': {
      const index = info.externalIPs.indexOf(at.address)
      return {
        kind: 'external-ip',
        ...common,
        why: reason('dial.external-ip', 'SVC-12', { ...params, node }, [
          source(info.service, 'spec', 'externalIPs', index),
          port,
        ]),
      }
    }
  }
}

/** An address of a Service that the node's table does not lead anywhere: another port, or one that the table has not yet. */
function ofService(
  code: 'dial.service' | 'dial.load-balancer',
  rule: string,
  service: Service,
  at: { address: string; port: number },
  protocol: string,
) {
  const index = service.spec.ports?.findIndex((p) => p.port === at.port && (p.protocol ?? 'TCP') === protocol) ?? -1
  const key = serviceKey(service)
  const sources = index >= 0 ? [source(key, 'spec', 'ports', index, 'port')] : [source(key, 'spec', 'ports')]
  const portName = index >= 0 ? (service.spec.ports![index]!.name ?? '') : undefined
  return {
    service: key,
    why: reason(
      code,
      rule,
      { ...at, service: service.metadata.name, namespace: service.metadata.namespace, portName },
      sources,
    ),
  }
}
