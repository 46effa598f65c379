import { type ClusterConfig, familyOf, nodeIP, type Packet, splitKey, type Trace } from '../../../model/index.ts'
import type { Flow } from './flow.ts'

/** The node whose rules decided about a request, and the packet as it came to them. */
export interface RuledFlow {
  readonly node: string
  readonly flow: Flow
}

/**
 * Where a request met the rules of a kube-proxy; undefined when it met none: it went over a kept connection (connection tracking answers for
 * the rules then), or to an address that is no Service's. `from`: the client's own address.
 */
export function flowOfTrace(
  trace: Trace,
  from: string,
  config: Pick<ClusterConfig, 'nodes' | 'serviceCIDR'>,
): RuledFlow | undefined {
  const drawn = trace.hops.find(({ why }) => why.code === 'proxy.pick' || why.code === 'proxy.affinity')
  const refused = trace.hops.find((hop) => hop.layer === 'node' && hop.failed)
  const decided = drawn ?? refused
  if (!decided) return undefined
  const node = decided.to.kind === 'node' ? splitKey(decided.to.key).name : String(decided.why.params['node'] ?? '')
  const place = config.nodes.find(({ name }) => name === node)
  const rewritten = trace.hops.find((hop) => hop.layer === 'dnat')?.packet
  const packet = rewritten?.before ?? dialledBy(trace, from)
  if (!place || !packet) return undefined
  const own = nodeIP(place, familyOf(packet.dst))
  return {
    node,
    flow: {
      packet,
      hook: packet.src === own ? 'output' : 'prerouting',
      nodeIP: own,
      ...(rewritten && { endpoint: { ip: rewritten.after.dst, port: rewritten.after.dstPort } }),
      ...(drawn?.why.code === 'proxy.affinity' && { remembered: true }),
    },
  }
}

/** The packet as the client sent it; its port is not known where nothing wrote it down, and no rule asks for it. */
function dialledBy({ hops, request }: Trace, from: string): Packet | undefined {
  const params = hops.find((hop) => hop.layer === 'dial')?.why.params
  const { address, port } = params ?? {}
  if (typeof address !== 'string' || typeof port !== 'number') return undefined
  return { protocol: request.scheme === 'udp' ? 'UDP' : 'TCP', src: from, srcPort: 0, dst: address, dstPort: port }
}
