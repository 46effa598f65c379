import { familyOf, inBlock, type Packet, parseBlock } from '../../model/index.ts'
import type { State } from '../core/index.ts'
import { inPodRange, inServiceRange, nodeAddress } from './addresses.ts'
import { rememberedEndpoint } from './connections.ts'
import type { Draw } from './draw.ts'
import {
  anyAddress,
  clusterIPsOf,
  entriesAt,
  hasExternalEndpoints,
  hasInternalEndpoints,
  type PortEntry,
  type ProxyEndpoint,
  type Via,
} from './table.ts'

/** Where a packet meets a node's rules: from its own processes, or from a pod or the network. */
export type Hook = 'output' | 'prerouting'

export type MasqueradeCause = 'external-cluster-policy' | 'hairpin' | 'not-from-pod-range' | 'node-to-pod'

/** What a node's rules do with the first packet of a connection. */
export type Verdict =
  | { readonly does: 'pass' }
  | {
      readonly does: 'dnat'
      readonly via: Via
      readonly entry: PortEntry
      readonly endpoint: ProxyEndpoint
      /** Those that it was drawn from. */
      readonly among: readonly ProxyEndpoint[]
      readonly policy: 'Cluster' | 'Local'
      /** It was no draw: the client was remembered. */
      readonly affinity: boolean
      /** The source must become the node's when the packet leaves. */
      readonly masquerade?: MasqueradeCause
      /** A client within the cluster, asking an external address under Local: it is let to all endpoints. */
      readonly shortCircuit: boolean
    }
  | {
      readonly does: 'reject' | 'drop'
      readonly via: Via
      readonly entry: PortEntry
      readonly because: 'no-endpoints' | 'no-local-endpoints' | 'source-range'
    }
  /** nftables only: a port that the Service with this cluster IP does not have. */
  | { readonly does: 'reject-port' }
  /** nftables only: an address of the Services' range that no Service has. */
  | { readonly does: 'drop-unallocated' }

const PASS: Verdict = { does: 'pass' }

interface Situation {
  readonly state: State
  readonly node: string
  readonly hook: Hook
  readonly packet: Packet
  readonly nftables: boolean
  /** The destination is the node's own address. */
  readonly toNode: boolean
  /** The source is the node's own address. */
  readonly fromNode: boolean
  /** The source is in the pods' range: what `--detect-local-mode=ClusterCIDR` takes for "from the cluster". */
  readonly fromPods: boolean
  readonly found: readonly { readonly via: Via; readonly entry: PortEntry }[]
  readonly draw: Draw
}

/**
 * What kube-proxy's rules on a node do with the first packet of a connection, in iptables or nftables mode. It follows the rules that
 * `rulesText` prints, in their order.
 * k8s pkg/proxy/iptables/proxier.go, pkg/proxy/nftables/proxier.go syncProxyRules (v1.36).
 */
export function judge(state: State, node: string, hook: Hook, packet: Packet, draw: Draw): Verdict {
  const s = situation(state, node, hook, packet, draw)
  return firewall(s) ?? nat(s) ?? filter(s) ?? PASS
}

/**
 * What the filter of the same rules does with a packet whose destination they have rewritten: an endpoint may itself be an address of a
 * Service or of the node. The source is still the client's.
 */
export const judgeTranslated = (state: State, node: string, hook: Hook, packet: Packet, draw: Draw): Verdict =>
  filter(situation(state, node, hook, packet, draw)) ?? PASS

function situation(state: State, node: string, hook: Hook, packet: Packet, draw: Draw): Situation {
  const family = familyOf(packet.dst)
  const address = nodeAddress(state, node, family)
  const toNode = packet.dst === address
  const doors = entriesAt(state, node, packet.dst, packet.protocol, packet.dstPort)
  // `--nodeport-addresses primary`: a node port is open at the node's own address only
  const found = toNode
    ? [...doors, ...entriesAt(state, node, anyAddress(family), packet.protocol, packet.dstPort)]
    : doors
  const nftables = state.config.proxyMode === 'nftables'
  return {
    state,
    node,
    hook,
    packet,
    nftables,
    toNode,
    fromNode: packet.src === address,
    fromPods: inPodRange(state, packet.src),
    found,
    draw,
  }
}

/** nftables looks at loadBalancerSourceRanges before anything else, also for a Service without endpoints. */
function firewall(s: Situation): Verdict | undefined {
  if (!s.nftables) return undefined
  const shut = s.found.find(
    ({ via, entry }) => via === 'balancer' && entry.info.sourceRanges.length > 0 && !sourceAllowed(s, entry),
  )
  return shut && { does: 'drop', ...shut, because: 'source-range' }
}

const inRange = (range: string, ip: string): boolean => inBlock(parseBlock(range), ip)

/** Chain KUBE-FW-…: the ranges, and the balancer's own address when a range holds the node. */
function sourceAllowed(s: Situation, { info }: PortEntry): boolean {
  if (info.sourceRanges.some((r) => inRange(r, s.packet.src))) return true
  const fromHere = info.sourceRanges.some((r) => inRange(r, nodeAddress(s.state, s.node, familyOf(s.packet.dst))))
  return fromHere && info.balancerIPs.includes(s.packet.src)
}

/** Table nat: KUBE-SERVICES, then KUBE-NODEPORTS; in nftables the maps service-ips and service-nodeports. */
function nat(s: Situation): Verdict | undefined {
  for (const { via, entry } of s.found) {
    if (via === 'cluster-ip') {
      if (!hasInternalEndpoints(entry)) continue
      const local = entry.info.internalLocal
      return dnat(s, via, entry, local ? 'Local' : 'Cluster', s.fromPods ? undefined : 'not-from-pod-range', false)
    }
    if (!entry.hasEndpoints) continue
    if (via === 'balancer' && !s.nftables && entry.info.sourceRanges.length > 0 && !sourceAllowed(s, entry)) continue
    const verdict = external(s, via, entry)
    if (verdict) return verdict
  }
  return undefined
}

/** Chain KUBE-EXT-…. Undefined: it lets the packet through without an endpoint, and the filter sees it. */
function external(s: Situation, via: Via, entry: PortEntry): Verdict | undefined {
  if (!entry.info.externalLocal) return dnat(s, via, entry, 'Cluster', 'external-cluster-policy', false)
  if (s.fromPods) return dnat(s, via, entry, 'Cluster', undefined, true)
  if (s.fromNode) return dnat(s, via, entry, 'Cluster', 'not-from-pod-range', true)
  return hasExternalEndpoints(entry) ? dnat(s, via, entry, 'Local', undefined, false) : undefined
}

function dnat(
  s: Situation,
  via: Via,
  entry: PortEntry,
  policy: 'Cluster' | 'Local',
  marked: MasqueradeCause | undefined,
  shortCircuit: boolean,
): Verdict {
  const among = policy === 'Local' ? entry.local : entry.cluster
  const remembered =
    entry.info.affinitySeconds > 0 ? rememberedEndpoint(s.state, s.node, entry.info, s.packet.src, among) : -1
  const endpoint = among[remembered >= 0 ? remembered : s.draw.one(among.length)]!
  // iptables: every endpoint's chain marks packets from itself; nftables: the set hairpin-connections holds the node's own endpoints
  const turnsBack = endpoint.ip === s.packet.src && (!s.nftables || endpoint.node === s.node)
  const masquerade = marked ?? (turnsBack ? 'hairpin' : undefined)
  return { does: 'dnat', via, entry, endpoint, among, policy, affinity: remembered >= 0, masquerade, shortCircuit }
}

/** Table filter: what was given no endpoint is refused, dropped, or let through. */
function filter(s: Situation): Verdict | undefined {
  if (!s.nftables) {
    const shut = s.found.find(
      ({ via, entry }) =>
        via === 'balancer' && entry.hasEndpoints && entry.info.sourceRanges.length > 0 && !sourceAllowed(s, entry),
    )
    if (shut) return { does: 'drop', ...shut, because: 'source-range' }
  }
  for (const door of s.found) {
    const { via, entry } = door
    const internal = via === 'cluster-ip'
    if (!checked(s, internal) || (internal ? hasInternalEndpoints(entry) : hasExternalEndpoints(entry))) continue
    return entry.hasEndpoints
      ? { does: 'drop', ...door, because: 'no-local-endpoints' }
      : { does: 'reject', ...door, because: 'no-endpoints' }
  }
  // chain cluster-ips-check: packets that are forwarded or sent, not those for the node itself
  if (s.nftables && !s.toNode) {
    if (clusterIPsOf(s.state, s.node).has(s.packet.dst)) return { does: 'reject-port' }
    if (inServiceRange(s.state, s.packet.dst)) return { does: 'drop-unallocated' }
  }
  return undefined
}

/**
 * Whether the packet passes the chain that holds the rule. iptables: KUBE-SERVICES is called from FORWARD and OUTPUT,
 * KUBE-EXTERNAL-SERVICES from INPUT and FORWARD (a packet of the node to itself passes OUTPUT and INPUT); nftables checks in all three.
 */
function checked(s: Situation, internal: boolean): boolean {
  if (s.nftables) return true
  if (internal) return s.hook === 'output' || !s.toNode
  return s.toNode || s.hook === 'prerouting'
}
