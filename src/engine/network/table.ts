import type { ObjectKey, Protocol } from '../../model/index.ts'
import { type State, slot } from '../core/index.ts'

/** One address and port behind a port of a Service, as kube-proxy sees it. The same object serves every node. */
export interface ProxyEndpoint {
  readonly ip: string
  readonly port: number
  /** `ip:port`, by which endpoints are ordered and named. */
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

/** A node's table: `namespace/name` of a Service → what the node does for it. Written by node/proxy only. */
export const tableOf = (state: State, node: string): Map<string, ServiceEntry> =>
  slot<ServiceEntry>(`proxy.table/${node}`)(state)

/** From `address|protocol|port`, or `|protocol|port` for node ports, to the entries that it leads to. */
export const frontendsOf = (state: State, node: string): Map<string, readonly Frontend[]> =>
  slot<readonly Frontend[]>(`proxy.frontends/${node}`)(state)

/** How many ports of Services have an address as their cluster IP, by address: nftables' set cluster-ips. */
export const clusterIPsOf = (state: State, node: string): Map<string, number> =>
  slot<number>(`proxy.cluster-ips/${node}`)(state)

export const frontendKey = (address: string, protocol: Protocol, port: number): string =>
  `${address}|${protocol}|${port}`

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
  const table = tableOf(state, node)
  const out: { via: Via; entry: PortEntry }[] = []
  for (const ref of refs) {
    const entry = table.get(ref.service)?.ports[ref.port]
    if (entry) out.push({ via: ref.via, entry })
  }
  return out
}

/**
 * Ready endpoints of a Service on a node, by address: what a balancer's health check is told.
 * k8s pkg/proxy/endpointschangetracker.go LocalReadyEndpoints (v1.36).
 */
export function localReadyCount(state: State, node: string, service: string): number {
  const ips = new Set<string>()
  for (const { info } of tableOf(state, node).get(service)?.ports ?? []) {
    for (const e of info.endpoints) if (e.ready && isLocal(e, node)) ips.add(e.ip)
  }
  return ips.size
}
