import {
  externallyAccessible,
  hasExternalEndpoints,
  hasInternalEndpoints,
  type PortEntry,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from '../../network/index.ts'

/**
 * Which chains a node has for a port of a Service, and what becomes of packets that no chain takes: the part of kube-proxy's sync
 * that both modes share.
 * k8s pkg/proxy/iptables/proxier.go, pkg/proxy/nftables/proxier.go syncProxyRules (v1.36).
 */
export interface PortPlan {
  readonly entry: PortEntry
  readonly usesCluster: boolean
  readonly usesLocal: boolean
  readonly usesExternal: boolean
  readonly hasInternal: boolean
  readonly hasExternal: boolean
  /** What the filter does for the cluster IP when there is no internal endpoint, and for the other doors. */
  readonly internalVerdict: 'reject' | 'drop' | undefined
  readonly externalVerdict: 'reject' | 'drop' | undefined
  /** loadBalancerSourceRanges are in use (nftables heeds them without endpoints too). */
  readonly ranges: boolean
}

export function planFor(entry: PortEntry): PortPlan {
  const { info, hasEndpoints } = entry
  const hasInternal = hasInternalEndpoints(entry)
  const hasExternal = hasExternalEndpoints(entry)
  const none = hasEndpoints ? 'drop' : 'reject'
  return {
    entry,
    usesCluster: entry.cluster.length > 0 && usesClusterEndpoints(info),
    usesLocal: entry.local.length > 0 && usesLocalEndpoints(info),
    usesExternal: hasEndpoints && externallyAccessible(info),
    hasInternal,
    hasExternal,
    internalVerdict: hasInternal ? undefined : none,
    externalVerdict: hasExternal ? undefined : none,
    ranges: info.balancerIPs.length > 0 && info.sourceRanges.length > 0,
  }
}

const inOrder = (id: string, other: string): number => (id < other ? -1 : 1)

/** The plans of a node's whole table, by Service and port. The real order is that of a Go map. */
export const plansOf = (services: Iterable<string>, portsOf: (id: string) => readonly PortEntry[]): PortPlan[] =>
  [...services].sort(inOrder).flatMap((id) => portsOf(id).map(planFor))
