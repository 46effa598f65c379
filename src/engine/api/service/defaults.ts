import type { Draft } from '../decode.ts'

/** k8s pkg/api/service/util.go ExternallyAccessible (v1.36) */
export const externallyAccessible = (service: Draft): boolean =>
  service.spec.type === 'LoadBalancer' ||
  service.spec.type === 'NodePort' ||
  (service.spec.type === 'ClusterIP' && (service.spec.externalIPs?.length ?? 0) > 0)

/** k8s pkg/api/service/util.go NeedsHealthCheck (v1.36) */
export const needsHealthCheck = (service: Draft): boolean =>
  service.spec.type === 'LoadBalancer' && service.spec.externalTrafficPolicy === 'Local'

const DEFAULT_AFFINITY_SECONDS = 10_800

/** k8s pkg/apis/core/v1/defaults.go SetDefaults_Service (v1.36) */
export function defaultService(service: Draft): void {
  const { spec } = service
  if (!spec.sessionAffinity) spec.sessionAffinity = 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: DEFAULT_AFFINITY_SECONDS } }
  }
  if (!spec.type) spec.type = 'ClusterIP'
  for (const port of spec.ports ?? []) {
    if (!port.protocol) port.protocol = 'TCP'
    if (!port.targetPort) port.targetPort = port.port
  }
  if (externallyAccessible(service) && !spec.externalTrafficPolicy) spec.externalTrafficPolicy = 'Cluster'
  const serves = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP'
  if (spec.internalTrafficPolicy === undefined && serves) spec.internalTrafficPolicy = 'Cluster'
  if (spec.type === 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === undefined) spec.allocateLoadBalancerNodePorts = true
    for (const ingress of service.status?.loadBalancer?.ingress ?? []) {
      if (ingress.ip && ingress.ipMode === undefined) ingress.ipMode = 'VIP'
    }
  }
}
