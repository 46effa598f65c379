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
export { clearStaleFlows, forgetAffinity, resetTraffic } from './connections.ts'
export { type DnsRecord, recordText } from './dns-record.ts'
export { type DnsAnswer, type ResolveQuery, resolve } from './resolver.ts'
export { type Possible, possible, sendRequest } from './send.ts'
export {
  clusterIPsOf,
  externallyAccessible,
  type Frontend,
  frontendKey,
  frontendsOf,
  hasExternalEndpoints,
  hasInternalEndpoints,
  isLocal,
  localReadyCount,
  type PortEntry,
  type ProxyEndpoint,
  type ServiceEntry,
  type ServicePortInfo,
  tableOf,
  usesClusterEndpoints,
  usesLocalEndpoints,
  type Via,
} from './table.ts'
export { type ParsedUrl, parseUrl, type UrlResult } from './url.ts'
