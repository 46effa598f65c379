import { hostPort, type Place } from '../../model/index.ts'
import { nodeAddress } from './addresses.ts'
import { rememberEndpoint } from './connections.ts'
import { doorPlace } from './dial.ts'
import type { Arrival } from './sockets.ts'
import type { PortEntry, ProxyEndpoint } from './table.ts'
import { lost, refuse, type Travel } from './under-way.ts'
import type { Hook, Verdict } from './verdict.ts'
import { hop, nodePlace, outsidePlace, podPlace, reason, source, TOOK } from './walk.ts'

/** The rules refuse or drop it. */
export function turnedAway(
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
export const endpointPlace = (e: ProxyEndpoint): Place => (e.pod ? podPlace(e.pod) : outsidePlace(e.ip))

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

/** The rules gave it an endpoint: the destination is rewritten, then the source. An arrival when it goes no further. */
export function translated(t: Travel, node: string, hook: Hook, verdict: Dnat): Arrival | undefined {
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
  const staysHere = hook === 'prerouting' && endpoint.ip === nodeAddress(walk.state, node, info.family)
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
  return undefined
}

function masquerade(t: Travel, node: string, cause: NonNullable<Dnat['masquerade']>, entry: PortEntry): void {
  const { walk } = t
  const address = nodeAddress(walk.state, node, entry.info.family)
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
