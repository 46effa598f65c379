import type { Draft } from '../decode.ts'
import { warningsForCIDR, warningsForIP } from '../ip.ts'

const HINTS = 'service.kubernetes.io/topology-aware-hints'

/** k8s pkg/api/service/warnings.go GetWarningsForService (v1.36) */
export function serviceWarnings(service: Draft): string[] {
  const { spec } = service
  const out: string[] = []
  if (service.metadata.annotations?.[HINTS] !== undefined) {
    out.push(`annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`)
  }
  if (spec.clusterIP && spec.clusterIP !== 'None') {
    for (const [i, ip] of (spec.clusterIPs ?? []).entries()) out.push(...warningsForIP(`spec.clusterIPs[${i}]`, ip))
  }
  const headless = spec.type === 'ClusterIP' && spec.clusterIP === 'None'
  const externalIPs: string[] = spec.externalIPs ?? []
  if (headless) {
    if (spec.loadBalancerIP) out.push('spec.loadBalancerIP is ignored for headless services')
    if (externalIPs.length > 0) out.push('spec.externalIPs is ignored for headless services')
    if (spec.sessionAffinity !== 'None') out.push('spec.SessionAffinity is ignored for headless services')
  }
  for (const [i, ip] of externalIPs.entries()) out.push(...warningsForIP(`spec.externalIPs[${i}]`, ip))
  if (externalIPs.length > 0 && !headless && spec.type !== 'ExternalName') {
    out.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters')
  }
  if (spec.loadBalancerIP) out.push(...warningsForIP('spec.loadBalancerIP', spec.loadBalancerIP))
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries()) {
    out.push(...warningsForCIDR(`spec.loadBalancerSourceRanges[${i}]`, range))
  }
  if (spec.type === 'ExternalName' && externalIPs.length > 0)
    out.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (spec.type !== 'ExternalName' && spec.externalName)
    out.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  if (spec.trafficDistribution === 'PreferClose') {
    out.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
  }
  return out
}
