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
export {
  clearStaleFlows,
  dropConnection,
  type Flow,
  forgetAffinity,
  remembersAnyone,
  resetTraffic,
  type TrackedFlow,
  trackedFlows,
} from './connections.ts'
export { type DnsRecord, type DnsReply, recordText } from './dns-record.ts'
export { serviceOfName } from './names.ts'
export {
  askServer,
  candidates,
  type DnsAnswer,
  type ResolveQuery,
  type Resolver,
  resolve,
  resolverOf,
  reverseName,
} from './resolver.ts'
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
