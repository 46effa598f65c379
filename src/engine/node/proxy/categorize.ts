import {
  isLocal,
  type PortEntry,
  type ProxyEndpoint,
  type ServicePortInfo,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from '../../network/index.ts'

/** A node as far as kube-proxy asks: its name, and its zone as its label says. */
export interface ProxyNode {
  readonly name: string
  readonly zone: string
}

/**
 * Which endpoints a node uses for a port of a Service: the ready ones, or, when none is, those that terminate and still serve; under
 * Cluster narrowed by hints, under Local by the node.
 * k8s pkg/proxy/topology.go CategorizeEndpoints (v1.36).
 */
export function categorize(info: ServicePortInfo, node: ProxyNode): PortEntry {
  const { endpoints } = info
  const usesLocal = usesLocalEndpoints(info)
  const usesCluster = usesClusterEndpoints(info)
  const topology = usesCluster ? topologyFromHints(endpoints, node) : ''
  const cluster = usesCluster ? readyElseServing(endpoints, (e) => available(e, topology, node)) : NONE
  if (!usesLocal) return { info, cluster, local: NONE, reachable: cluster, hasEndpoints: cluster.length > 0, topology }
  const local = readyElseServing(
    endpoints.filter((e) => isLocal(e, node.name)),
    () => true,
  )
  const hasEndpoints = endpoints.some((e) => e.ready || (e.serving && e.terminating))
  return { info, cluster, local, reachable: usesCluster ? union(cluster, local) : local, hasEndpoints, topology }
}

const NONE: readonly ProxyEndpoint[] = []

function readyElseServing(
  endpoints: readonly ProxyEndpoint[],
  preferred: (e: ProxyEndpoint) => boolean,
): readonly ProxyEndpoint[] {
  const ready = endpoints.filter((e) => e.ready && preferred(e))
  return ready.length > 0 ? ready : endpoints.filter((e) => e.serving && e.terminating)
}

function union(a: readonly ProxyEndpoint[], b: readonly ProxyEndpoint[]): readonly ProxyEndpoint[] {
  if (b.every((e) => a.includes(e))) return a
  return [...new Set([...a, ...b])].sort((x, y) => (x.text < y.text ? -1 : 1))
}

/** Hints count only when every ready endpoint has one, and one of them is for this node (or its zone). */
function topologyFromHints(endpoints: readonly ProxyEndpoint[], node: ProxyNode): PortEntry['topology'] {
  const ready = endpoints.filter((e) => e.ready)
  if (ready.length === 0) return ''
  if (ready.every((e) => e.forNodes?.length) && ready.some((e) => e.forNodes!.includes(node.name)))
    return 'PreferSameNode'
  if (ready.every((e) => e.forZones?.length) && ready.some((e) => e.forZones!.includes(node.zone)))
    return 'PreferSameZone'
  return ''
}

function available(e: ProxyEndpoint, topology: PortEntry['topology'], node: ProxyNode): boolean {
  if (topology === 'PreferSameNode') return e.forNodes?.includes(node.name) ?? false
  if (topology === 'PreferSameZone') return e.forZones?.includes(node.zone) ?? false
  return true
}

/** Nothing in the entry depends on which node it is for. */
export const sameOnEveryNode = (info: ServicePortInfo): boolean =>
  !usesLocalEndpoints(info) && !info.endpoints.some((e) => e.forNodes?.length || e.forZones?.length)
