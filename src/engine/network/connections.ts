import { familyOf, type Ms, type ObjectKey, type Packet } from '../../model/index.ts'
import { type State, slot } from '../core/index.ts'
import { anyAddress, entriesAt, type PortEntry, type ServiceEntry, type ServicePortInfo } from './table.ts'

/** What the network remembers between two packets: open connections, UDP flows, and who stays with whom. */

/** An open TCP connection of a client that keeps it alive. */
export interface KeptConnection {
  /** scheme, host and port that it was opened for */
  readonly target: string
  /** The client's address when it was opened: another pod of that name is another client. */
  readonly address: string
  readonly opened: Flow
  readonly requests: number
}

/** How one flow of packets was sent, decided with its first packet. k8s: the kernel's connection tracking. */
export interface Flow {
  /** As the client sends it. */
  readonly original: Packet
  /** As it arrives. */
  readonly translated: Packet
  /** The node that rewrote it. */
  readonly node?: string
  /** Where it arrives. */
  readonly end: FlowEnd
  /** Whose port it was sent to, if any. */
  readonly service?: ObjectKey
}

export interface FlowEnd {
  readonly pod?: ObjectKey
  readonly uid?: string
  /** The node where it arrives. */
  readonly node?: string
}

/** A UDP flow: the packets of one client socket to one address. */
export interface UdpFlow extends Flow {
  readonly last: Ms
  /** Somebody answered. */
  readonly replied: boolean
}

/** Linux net/netfilter/nf_conntrack_proto_udp.c (6.12): UDP_CT_UNREPLIED, UDP_CT_REPLIED. */
export const UDP_UNREPLIED: Ms = 30_000
export const UDP_REPLIED: Ms = 120_000

const kept = slot<KeptConnection>('network.kept')
const flows = slot<UdpFlow>('network.udp')
/**
 * `node name/protocol` of a Service's port → client address → endpoint → when it was last drawn; in nftables mode until when it is
 * remembered, as an element of a set carries its own time-out.
 */
type Remembered = Readonly<Record<string, Readonly<Record<string, Ms>>>>
const affinity = slot<Remembered>('network.affinity')

export const keptConnection = (state: State, client: string): KeptConnection | undefined => kept(state).get(client)
export const keepConnection = (state: State, client: string, c: KeptConnection): void =>
  void kept(state).set(client, Object.freeze(c))
export const dropConnection = (state: State, client: string): void => void kept(state).delete(client)

const flowKey = (client: string, p: { dst: string; dstPort: number }) => `${client}|${p.dst}|${p.dstPort}`

/** The flow that a client's UDP socket has to an address, unless it has expired. */
export function udpFlow(state: State, client: string, to: { dst: string; dstPort: number }): UdpFlow | undefined {
  const flow = flows(state).get(flowKey(client, to))
  if (!flow) return undefined
  return state.now - flow.last < (flow.replied ? UDP_REPLIED : UDP_UNREPLIED) ? flow : undefined
}

export const keepFlow = (state: State, client: string, flow: UdpFlow): void =>
  void flows(state).set(flowKey(client, flow.original), Object.freeze(flow))

/**
 * What kube-proxy does for UDP, whose flows have no end of their own: it takes away the flows to a Service's addresses that lead to no
 * serving endpoint, so that the next packet is sent anew. A Service without any serving endpoint is left alone.
 * k8s pkg/proxy/conntrack/cleanup.go CleanStaleEntries (v1.36).
 */
export function clearStaleFlows(state: State, node: string): void {
  for (const [key, flow] of flows(state)) {
    if (flow.node !== node) continue
    const { dst, dstPort } = flow.original
    // a node port is known by its number alone, whatever address was asked
    const stale = [dst, anyAddress(familyOf(dst))].some((address) => {
      const entries = entriesAt(state, node, address, 'UDP', dstPort)
      const serving = entries.flatMap(({ entry }) => entry.info.endpoints.filter((e) => e.serving))
      return serving.length > 0 && !serving.some((e) => leadsTo(flow, e))
    })
    if (stale) flows(state).delete(key)
  }
}

const leadsTo = ({ translated }: Flow, e: { readonly ip: string; readonly port: number }): boolean =>
  e.ip === translated.dst && e.port === translated.dstPort

const affinityKey = (node: string, info: ServicePortInfo) =>
  `${node} ${info.name}/${info.protocol}${info.family === 'IPv4' ? '' : `/${info.family}`}`

/**
 * The endpoint that a node remembers for a client, among those that it would draw from; the first in their order, as the rules stand.
 * iptables looks how long ago it was, by the time-out of now; nftables gave each client the time-out of then.
 * k8s pkg/proxy/iptables/proxier.go writeServiceToEndpointRules: recent --rcheck --seconds; pkg/proxy/nftables/proxier.go
 * writeServiceToEndpointJumps: ip saddr @affinity-… (v1.36).
 */
export function rememberedEndpoint(
  state: State,
  node: string,
  info: ServicePortInfo,
  client: string,
  among: readonly { text: string }[],
): number {
  const times = affinity(state).get(affinityKey(node, info))?.[client]
  if (!times) return -1
  const timeout = state.config.proxyMode === 'nftables' ? 0 : info.affinitySeconds * 1000
  return among.findIndex((e) => state.now < (times[e.text] ?? Number.NEGATIVE_INFINITY) + timeout)
}

/** Every new connection begins the time anew. */
export function rememberEndpoint(
  state: State,
  node: string,
  info: ServicePortInfo,
  client: string,
  endpoint: string,
): void {
  const key = affinityKey(node, info)
  const before = affinity(state).get(key)
  const time = state.config.proxyMode === 'nftables' ? state.now + info.affinitySeconds * 1000 : state.now
  affinity(state).set(
    key,
    Object.freeze({ ...before, [client]: Object.freeze({ ...before?.[client], [endpoint]: time }) }),
  )
}

/** Whether any node remembers any client's endpoint. */
export const remembersAnyone = (state: State): boolean => affinity(state).size > 0

/** The kernel's list of an endpoint goes with its chain (or its set): whoever comes back later is drawn anew. */
export function forgetAffinity(
  state: State,
  node: string,
  before: ServiceEntry,
  after: ServiceEntry | undefined,
): void {
  const reachable = (entry: PortEntry | undefined) =>
    new Set(entry && entry.info.affinitySeconds > 0 ? entry.reachable.map((e) => e.text) : [])
  for (const old of before.ports) {
    const key = affinityKey(node, old.info)
    const remembered = affinity(state).get(key)
    if (!remembered) continue
    const now = reachable(after?.ports.find((p) => affinityKey(node, p.info) === key))
    const left: Record<string, Readonly<Record<string, Ms>>> = {}
    for (const [client, times] of Object.entries(remembered)) {
      const stays = Object.entries(times).filter(([endpoint]) => now.has(endpoint))
      if (stays.length > 0) left[client] = Object.freeze(Object.fromEntries(stays))
    }
    if (Object.keys(left).length > 0) affinity(state).set(key, Object.freeze(left))
    else affinity(state).delete(key)
  }
}

/** Something that the kernel's connection tracking holds. */
export interface TrackedFlow {
  readonly flow: Flow
  /** UDP: ms until it is forgotten. */
  readonly left?: Ms
  readonly replied: boolean
}

/** Every connection that is kept alive and every UDP flow that has not expired, in the order in which they were opened. */
export function trackedFlows(state: State): TrackedFlow[] {
  const tcp = [...kept(state).values()].map((c) => ({ flow: c.opened, replied: true }))
  const udp = [...flows(state).values()].map((flow) => ({
    flow,
    left: (flow.replied ? UDP_REPLIED : UDP_UNREPLIED) - (state.now - flow.last),
    replied: flow.replied,
  }))
  return [...tcp, ...udp.filter((f) => f.left > 0)]
}

/** Forget every connection, flow and affinity: the page begins its clock. */
export function resetTraffic(state: State): void {
  for (const map of [kept(state), flows(state), affinity(state)]) map.clear()
}
