import type { IPFamily, Ms, ObjectKey, Protocol } from '../../model/index.ts'
import { type State, slot } from '../core/index.ts'

/** One address and port behind a port of a Service, as kube-proxy sees it. The same object serves every node. */
export interface ProxyEndpoint {
  readonly ip: string
  readonly port: number
  /** `ip:port` or `[ip]:port`, by which endpoints are ordered and named. */
  readonly text: string
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  /** Where it runs, as its slice says; without it, it is local nowhere. */
  readonly node?: string
  readonly forZones?: readonly string[]
  readonly forNodes?: readonly string[]
  /** The pod that the slice says it is. */
  readonly pod?: ObjectKey
  readonly slice: ObjectKey
  /** Its place in the slice's `endpoints`. */
  readonly index: number
}

/** What kube-proxy knows of one port of a Service: the same on every node. k8s pkg/proxy/serviceport.go BaseServicePortInfo (v1.36). */
export interface ServicePortInfo {
  /** `namespace/name:port`, or without the colon for a port without a name: what rules and comments call it. */
  readonly name: string
  readonly service: ObjectKey
  readonly namespace: string
  readonly serviceName: string
  readonly portName: string
  /** Its place in `spec.ports`. */
  readonly portIndex: number
  readonly protocol: Protocol
  /** Of its cluster IP, its other addresses and its endpoints: a Service with two families has each port twice. */
  readonly family: IPFamily
  readonly clusterIP: string
  readonly port: number
  /** 0: none */
  readonly nodePort: number
  readonly targetPort?: number | string
  readonly externalIPs: readonly string[]
  /** Addresses of its load balancer that the nodes answer for (ipMode VIP). */
  readonly balancerIPs: readonly string[]
  /** Seconds that a client stays with its endpoint; 0: no session affinity. */
  readonly affinitySeconds: number
  /** Who may use the balancer's addresses; empty: everybody. */
  readonly sourceRanges: readonly string[]
  readonly internalLocal: boolean
  readonly externalLocal: boolean
  /** 0: none */
  readonly healthCheckNodePort: number
  /** All endpoints, in order of their text. */
  readonly endpoints: readonly ProxyEndpoint[]
}

/** Which endpoints a node uses for a port of a Service. k8s pkg/proxy/topology.go CategorizeEndpoints (v1.36). */
export interface PortEntry {
  readonly info: ServicePortInfo
  /** Used under the traffic policy Cluster. */
  readonly cluster: readonly ProxyEndpoint[]
  /** Used under the traffic policy Local. */
  readonly local: readonly ProxyEndpoint[]
  /** Both of these together. */
  readonly reachable: readonly ProxyEndpoint[]
  /** Some node has a usable endpoint. */
  readonly hasEndpoints: boolean
  /** How hints narrowed `cluster`. */
  readonly topology: '' | 'PreferSameZone' | 'PreferSameNode'
}

/** The part of a node's table that one Service makes. */
export interface ServiceEntry {
  readonly ports: readonly PortEntry[]
}

/** A door through which a packet comes to a port of a Service. */
export type Via = 'cluster-ip' | 'external-ip' | 'balancer' | 'node-port'

/** Points from an address (or node port) to an entry of the same node's table. */
export interface Frontend {
  readonly via: Via
  /** `namespace/name` */
  readonly service: string
  /** Place in the entry's `ports`. */
  readonly port: number
}

/** What kube-proxy knows of one Service, for all nodes. */
export interface KnownService {
  readonly ports: readonly ServicePortInfo[]
  /** Its entry on every node; undefined when it depends on the node (a Local policy, hints). */
  readonly shared?: ServiceEntry
}

/**
 * What every kube-proxy has that has taken over the same changes: one for all nodes, because what a node makes of a Service seldom depends
 * on the node. Never edited: a node that is behind keeps the one that it took last.
 */
export interface ProxyTable {
  /** Counts the tables; each differs from the one before in the Services of `changed`. */
  readonly serial: number
  /** `namespace/name` of a Service → what is known of it. */
  readonly services: ReadonlyMap<string, KnownService>
  /** From `address|protocol|port`, the address being `anyAddress` for node ports, to the entries that it leads to. */
  readonly frontends: ReadonlyMap<string, readonly Frontend[]>
  /** How many ports of Services have an address as their cluster IP, by address: nftables' set cluster-ips. */
  readonly clusterIPs: ReadonlyMap<string, number>
}

/** A kube-proxy of a node: the table that it took over last, and when. */
export interface ProxyRun {
  readonly table: ProxyTable
  readonly at: Ms
}

/** By node. Written by node/proxy only. */
export const proxies = slot<ProxyRun>('proxy.nodes')
/** The entries of a node that depend on the node, by Service. Written by node/proxy only. */
export const ownEntries = (state: State, node: string): Map<string, ServiceEntry> =>
  slot<ServiceEntry>(`proxy.own/${node}`)(state)

export const EMPTY_TABLE: ProxyTable = { serial: 0, services: new Map(), frontends: new Map(), clusterIPs: new Map() }

const takenBy = (state: State, node: string): ProxyTable => proxies(state).get(node)?.table ?? EMPTY_TABLE

/** What a node does for a Service (`namespace/name`). */
export function entryOf(state: State, node: string, service: string): ServiceEntry | undefined {
  const known = takenBy(state, node).services.get(service)
  return known && (known.shared ?? ownEntries(state, node).get(service))
}

/** The Services of a node's table (`namespace/name`), in the order in which they came. */
export const servicesOn = (state: State, node: string): Iterable<string> => takenBy(state, node).services.keys()

export const frontendsOf = (state: State, node: string): ProxyTable['frontends'] => takenBy(state, node).frontends
export const clusterIPsOf = (state: State, node: string): ProxyTable['clusterIPs'] => takenBy(state, node).clusterIPs

export const frontendKey = (address: string, protocol: Protocol, port: number): string =>
  `${address}|${protocol}|${port}`

/** What stands for the node's own address of a family in the key of a node port. */
export const anyAddress = (family: IPFamily): string => (family === 'IPv4' ? '' : '::')

export const isLocal = (endpoint: ProxyEndpoint, node: string): boolean => endpoint.node === node

/** k8s pkg/proxy/serviceport.go ExternallyAccessible (v1.36). */
export const externallyAccessible = (info: ServicePortInfo): boolean =>
  info.nodePort !== 0 || info.balancerIPs.length > 0 || info.externalIPs.length > 0

export const usesClusterEndpoints = (info: ServicePortInfo): boolean =>
  !info.internalLocal || externallyAccessible(info)
export const usesLocalEndpoints = (info: ServicePortInfo): boolean =>
  info.internalLocal || (info.externalLocal && externallyAccessible(info))

/** Whether the node sends traffic for the cluster IP somewhere. k8s pkg/proxy/iptables/proxier.go syncProxyRules (v1.36). */
export const hasInternalEndpoints = (e: PortEntry): boolean =>
  e.info.internalLocal && e.local.length === 0 ? false : e.hasEndpoints

/** The same for node ports, external addresses and balancers, for clients outside the cluster. */
export const hasExternalEndpoints = (e: PortEntry): boolean =>
  e.info.externalLocal && e.local.length === 0 ? false : e.hasEndpoints

/** The entries that a frontend of a node leads to, in the table's order. */
export function entriesAt(
  state: State,
  node: string,
  address: string,
  protocol: Protocol,
  port: number,
): { via: Via; entry: PortEntry }[] {
  const refs = frontendsOf(state, node).get(frontendKey(address, protocol, port))
  if (!refs) return []
  const out: { via: Via; entry: PortEntry }[] = []
  for (const ref of refs) {
    const entry = entryOf(state, node, ref.service)?.ports[ref.port]
    if (entry) out.push({ via: ref.via, entry })
  }
  return out
}

/**
 * Ready endpoints of a Service on a node, by address: what a balancer's health check is told that asks in that family.
 * k8s pkg/proxy/endpointschangetracker.go LocalReadyEndpoints (v1.36).
 */
export function localReadyCount(state: State, node: string, service: string, family: IPFamily): number {
  const ips = new Set<string>()
  for (const { info } of entryOf(state, node, service)?.ports ?? []) {
    if (info.family !== family) continue
    for (const e of info.endpoints) if (e.ready && isLocal(e, node)) ips.add(e.ip)
  }
  return ips.size
}
