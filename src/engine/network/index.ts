export {
  balancersAt,
  clusterIPOwner,
  hasEnded,
  inPodRange,
  inServiceRange,
  nodeAt,
  podsAt,
} from './addresses.ts'
export { announceBalancer, type BalancerNodes, balancerNodes } from './balancer.ts'
export type { ClientSpec, RequestSpec } from './client-spec.ts'
export {
  askOnce,
  clientByKey,
  clients,
  clientViews,
  isClientAddress,
  MOST_MADE_UP,
  refreshClients,
  restartClients,
  setMakingUp,
  setWrittenClients,
  virtualNode,
  type WrittenClient,
} from './clients.ts'
export { clearStaleFlows, forgetAffinity, remembersAnyone, resetTraffic } from './connections.ts'
export { type DnsRecord, recordText } from './dns-record.ts'
export { serviceOfName } from './names.ts'
export { candidates, type DnsAnswer, type ResolveQuery, resolve, resolverOf } from './resolver.ts'
export { everyTrace, type Possible, possible, sendRequest } from './send.ts'
export {
  anyAddress,
  clusterIPsOf,
  EMPTY_TABLE,
  entryOf,
  externallyAccessible,
  type Frontend,
  frontendKey,
  frontendsOf,
  hasExternalEndpoints,
  hasInternalEndpoints,
  isLocal,
  type KnownService,
  localReadyCount,
  ownEntries,
  type PortEntry,
  type ProxyEndpoint,
  type ProxyTable,
  proxies,
  type ServiceEntry,
  type ServicePortInfo,
  servicesOn,
  usesClusterEndpoints,
  usesLocalEndpoints,
  type Via,
} from './table.ts'
export { type ParsedUrl, parseUrl, type UrlResult } from './url.ts'
