import type { Draft } from '../decode.ts'
import {
  child,
  duplicate,
  type Field,
  type FieldErrors,
  forbidden,
  index,
  invalid,
  invalids,
  key,
  named,
  notSupported,
  required,
  root,
} from '../field.ts'
import { isV6, validateCIDR, validateEndpointIP, validateIP } from '../ip.ts'
import { metadata, validateLabels, validateMeta, validateMetaUpdate } from '../meta.ts'
import { dns1123Label, dns1123Subdomain, labelKey, nameIsLabel, portName, portNumber } from '../names.ts'
import { externallyAccessible, needsHealthCheck } from './defaults.ts'

const spec = child(root, 'spec')
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const POLICIES = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints'
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"

export const isHeadless = (service: Draft): boolean =>
  service.spec.clusterIPs?.length === 1 && service.spec.clusterIPs[0] === 'None'

/** k8s pkg/apis/core/validation/validation.go ValidateServiceCreate (v1.36; names may begin with a digit: RelaxedServiceNameValidation) */
export const validateServiceCreate = (service: Draft): FieldErrors => [
  ...validateMeta(service.metadata, true, nameIsLabel),
  ...validateService(service, undefined),
]

/** k8s pkg/apis/core/validation/validation.go ValidateServiceUpdate (v1.36) */
export const validateServiceUpdate = (service: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(service.metadata, old.metadata),
  ...clusterIPsChange(service, old),
  ...familiesChange(service, old),
  ...loadBalancerClass(service, old),
  ...(needsHealthCheck(old) &&
  needsHealthCheck(service) &&
  service.spec.healthCheckNodePort !== old.spec.healthCheckNodePort
    ? [forbidden(child(spec, 'healthCheckNodePort'), 'field is immutable')]
    : []),
  ...validateService(service, old),
]

// k8s pkg/apis/core/validation/validation.go validateService (v1.36): the order of the checks is the order of the messages
function validateService(service: Draft, old: Draft | undefined): FieldErrors {
  const s = service.spec
  const annotations = service.metadata.annotations ?? {}
  const out: FieldErrors = []
  if (
    annotations[TOPOLOGY_MODE] !== undefined &&
    annotations[TOPOLOGY_HINTS] !== undefined &&
    annotations[TOPOLOGY_MODE] !== annotations[TOPOLOGY_HINTS]
  ) {
    const why = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`
    out.push(invalid(key(child(metadata, 'annotations'), TOPOLOGY_MODE), annotations[TOPOLOGY_MODE], why))
  }
  const ports: Draft[] = s.ports ?? []
  if (ports.length === 0 && !isHeadless(service) && s.type !== 'ExternalName') out.push(required(child(spec, 'ports')))
  if ((s.type === 'LoadBalancer' || s.type === 'NodePort') && isHeadless(service)) {
    out.push(
      invalid(index(child(spec, 'clusterIPs'), 0), s.clusterIPs[0], `may not be set to 'None' for ${s.type} services`),
    )
  }
  if (s.type === 'ExternalName') out.push(...externalName(s))
  const names = new Set<string>()
  for (const [i, port] of ports.entries())
    out.push(...validatePort(port, ports.length > 1, names, index(child(spec, 'ports'), i)))
  if (s.selector) out.push(...validateLabels(s.selector, child(spec, 'selector')))
  out.push(...affinity(s), ...validateClusterIPFields(service, old))
  for (const [i, ip] of (s.externalIPs ?? []).entries()) {
    const at = index(child(spec, 'externalIPs'), i)
    const errors = validateIP(at, ip, old?.spec.externalIPs)
    out.push(...(errors.length > 0 ? errors : validateEndpointIP(ip, at)))
  }
  if (!s.type) out.push(required(child(spec, 'type')))
  else if (!TYPES.includes(s.type)) out.push(notSupported(child(spec, 'type'), s.type, TYPES))
  out.push(...portCollisions(s, ports), ...sourceRanges(service, old))
  if (s.allocateLoadBalancerNodePorts !== undefined && s.type !== 'LoadBalancer') {
    out.push(forbidden(child(spec, 'allocateLoadBalancerNodePorts'), ONLY_LOAD_BALANCER))
  }
  out.push(...loadBalancerClass(service, undefined), ...trafficPolicies(service))
  if (s.trafficDistribution !== undefined && !DISTRIBUTIONS.includes(s.trafficDistribution)) {
    out.push(notSupported(child(spec, 'trafficDistribution'), s.trafficDistribution, DISTRIBUTIONS))
  }
  return out
}

function externalName(s: Draft): FieldErrors {
  const out: FieldErrors = []
  const why = 'may not be set for ExternalName services'
  if (s.clusterIPs?.length > 0) out.push(forbidden(child(spec, 'clusterIPs'), why))
  if (s.ipFamilies?.length > 0) out.push(forbidden(child(spec, 'ipFamilies'), why))
  if (s.ipFamilyPolicy !== undefined) out.push(forbidden(child(spec, 'ipFamilyPolicy'), why))
  const cname = (s.externalName ?? '').replace(/\.$/, '')
  if (cname === '') out.push(required(child(spec, 'externalName')))
  else out.push(...invalids(child(spec, 'externalName'), cname, dns1123Subdomain(cname)))
  return out
}

export function portNumberOrName(port: number | string, field: Field): FieldErrors {
  return typeof port === 'number' ? invalids(field, port, portNumber(port)) : invalids(field, port, portName(port))
}

function validatePort(port: Draft, nameNeeded: boolean, names: Set<string>, at: Field): FieldErrors {
  const out: FieldErrors = []
  if (nameNeeded && !port.name) out.push(required(child(at, 'name')))
  else if (port.name) {
    out.push(...invalids(child(at, 'name'), port.name, dns1123Label(port.name)))
    if (names.has(port.name)) out.push(duplicate(child(at, 'name'), port.name))
    names.add(port.name)
  }
  out.push(...invalids(child(at, 'port'), port.port, portNumber(port.port)))
  if (!port.protocol) out.push(required(child(at, 'protocol')))
  else if (!PROTOCOLS.includes(port.protocol)) out.push(notSupported(child(at, 'protocol'), port.protocol, PROTOCOLS))
  out.push(...portNumberOrName(port.targetPort ?? 0, child(at, 'targetPort')))
  if (port.appProtocol !== undefined)
    out.push(...invalids(child(at, 'appProtocol'), port.appProtocol, labelKey(port.appProtocol)))
  return out
}

function affinity(s: Draft): FieldErrors {
  const at = child(spec, 'sessionAffinity')
  const config = child(spec, 'sessionAffinityConfig')
  if (!s.sessionAffinity) return [required(at)]
  if (s.sessionAffinity !== 'ClientIP' && s.sessionAffinity !== 'None')
    return [notSupported(at, s.sessionAffinity, ['ClientIP', 'None'])]
  if (s.sessionAffinity === 'None') {
    return s.sessionAffinityConfig ? [forbidden(config, 'must not be set when session affinity is None')] : []
  }
  const seconds = s.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (seconds === undefined) return [required(config, 'when session affinity type is ClientIP')]
  return seconds <= 0 || seconds > 86_400
    ? [invalid(child(config, 'clientIP', 'timeoutSeconds'), seconds, 'must be greater than 0 and less than 86400')]
    : []
}

// k8s pkg/apis/core/validation/validation.go ValidateServiceClusterIPsRelatedFields (v1.36)
export function validateClusterIPFields(service: Draft, old: Draft | undefined): FieldErrors {
  const s = service.spec
  if (s.type === 'ExternalName') return []
  const out: FieldErrors = []
  const at = child(spec, 'clusterIPs')
  const ips: string[] = s.clusterIPs ?? []
  if (s.clusterIP) {
    if (ips.length === 0) out.push(required(at))
    else if (ips[0] !== s.clusterIP) out.push(invalid(at, ips, 'first value must match `clusterIP`'))
  } else if (ips.length > 0) out.push(invalid(at, ips, 'must be empty when `clusterIP` is not specified'))
  const families: string[] = s.ipFamilies ?? []
  for (const [i, family] of families.entries()) {
    const place = index(child(spec, 'ipFamilies'), i)
    if (family !== 'IPv4' && family !== 'IPv6') out.push(notSupported(place, family, ['IPv4', 'IPv6']))
    if (families.indexOf(family) < i) out.push(duplicate(place, family))
  }
  const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
  if (s.ipFamilyPolicy !== undefined && !policies.includes(s.ipFamilyPolicy)) {
    out.push(notSupported(child(spec, 'ipFamilyPolicy'), s.ipFamilyPolicy, policies))
  }
  let bad = false
  for (const [i, ip] of ips.entries()) {
    if (i === 0 && ip === 'None') {
      if (ips.length > 1) {
        bad = true
        out.push(invalid(at, ips, "'None' must be the first and only value"))
      }
      continue
    }
    const errors = validateIP(index(at, i), ip, old?.spec.clusterIPs)
    bad ||= errors.length > 0
    out.push(...errors)
  }
  if (ips.length > 2) out.push(invalid(at, ips, 'may only hold up to 2 values'))
  if (bad) return out
  if (ips.length > 1 && !(ips.some(isV6) && ips.some((ip) => !isV6(ip)))) {
    out.push(invalid(at, ips, 'may specify no more than one IP for each IP family'))
  }
  if (!isHeadless(service)) {
    for (const [i, ip] of ips.slice(0, families.length).entries()) {
      const family = families[i]
      if (family === 'IPv4' && isV6(ip))
        out.push(invalid(index(at, i), ip, `expected an IPv4 value as indicated by \`ipFamilies[${i}]\``))
      if (family === 'IPv6' && !isV6(ip))
        out.push(invalid(index(at, i), ip, `expected an IPv6 value as indicated by \`ipFamilies[${i}]\``))
    }
  }
  return out
}

function portCollisions(s: Draft, ports: readonly Draft[]): FieldErrors {
  const out: FieldErrors = []
  const at = child(spec, 'ports')
  if (s.type === 'ClusterIP') {
    for (const [i, port] of ports.entries()) {
      if (port.nodePort)
        out.push(forbidden(child(index(at, i), 'nodePort'), "may not be used when `type` is 'ClusterIP'"))
    }
  }
  const nodePorts = new Set<string>()
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort) continue
    const id = `${port.protocol} ${port.nodePort}`
    if (nodePorts.has(id)) out.push(duplicate(child(index(at, i), 'nodePort'), port.nodePort))
    nodePorts.add(id)
  }
  const seen = new Set<string>()
  for (const [i, port] of ports.entries()) {
    const id = `${port.protocol} ${port.port}`
    // the server prints its own internal struct here
    const shown = { Name: '', Protocol: port.protocol, AppProtocol: null, Port: port.port, TargetPort: 0, NodePort: 0 }
    if (seen.has(id)) out.push(duplicate(index(at, i), shown))
    seen.add(id)
  }
  return out
}

function sourceRanges(service: Draft, old: Draft | undefined): FieldErrors {
  const s = service.spec
  const out: FieldErrors = []
  if (s.loadBalancerSourceRanges?.length > 0) {
    const at = named(child(spec, 'loadBalancerSourceRanges'), 'spec.LoadBalancerSourceRanges')
    if (s.type !== 'LoadBalancer') out.push(forbidden(at, ONLY_LOAD_BALANCER))
    const before = (old?.spec.loadBalancerSourceRanges ?? []).map((range: string) => range.trim())
    for (const [i, range] of s.loadBalancerSourceRanges.entries())
      out.push(...validateCIDR(index(at, i), range.trim(), before))
    return out
  }
  const value = service.metadata.annotations?.[SOURCE_RANGES]
  if (value === undefined) return out
  const at = key(child(metadata, 'annotations'), SOURCE_RANGES)
  if (s.type !== 'LoadBalancer') out.push(forbidden(at, ONLY_LOAD_BALANCER))
  if (old?.metadata.annotations?.[SOURCE_RANGES] !== value && value.trim() !== '') {
    for (const range of value.split(',')) out.push(...validateCIDR(at, range.trim()))
  }
  return out
}

function loadBalancerClass(service: Draft, old: Draft | undefined): FieldErrors {
  const at = child(spec, 'loadBalancerClass')
  const { type, loadBalancerClass: name } = service.spec
  const out: FieldErrors = []
  if (old && old.spec.type === 'LoadBalancer' && type === 'LoadBalancer' && old.spec.loadBalancerClass !== name) {
    out.push(invalid(at, name ?? null, 'may not change once set'))
  }
  if (name === undefined) return out
  return type === 'LoadBalancer'
    ? [...out, ...invalids(at, name, labelKey(name))]
    : [...out, forbidden(at, ONLY_LOAD_BALANCER)]
}

function trafficPolicies(service: Draft): FieldErrors {
  const s = service.spec
  const out: FieldErrors = []
  const external = child(spec, 'externalTrafficPolicy')
  if (!externallyAccessible(service)) {
    if (s.externalTrafficPolicy) {
      out.push(invalid(external, s.externalTrafficPolicy, 'may only be set for externally-accessible services'))
    }
  } else if (!s.externalTrafficPolicy) out.push(required(external))
  else if (!POLICIES.includes(s.externalTrafficPolicy))
    out.push(notSupported(external, s.externalTrafficPolicy, POLICIES))
  const health = child(spec, 'healthCheckNodePort')
  if (!needsHealthCheck(service)) {
    if (s.healthCheckNodePort) {
      const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
      out.push(invalid(health, s.healthCheckNodePort, why))
    }
  } else if (!s.healthCheckNodePort) out.push(required(health))
  else out.push(...invalids(health, s.healthCheckNodePort, portNumber(s.healthCheckNodePort)))
  const internal = child(spec, 'internalTrafficPolicy')
  if (s.internalTrafficPolicy === undefined) {
    if (s.type === 'NodePort' || s.type === 'LoadBalancer' || s.type === 'ClusterIP') out.push(required(internal))
  } else if (!POLICIES.includes(s.internalTrafficPolicy))
    out.push(notSupported(internal, s.internalTrafficPolicy, POLICIES))
  return out
}

// k8s pkg/apis/core/validation/validation.go validateUpgradeDowngradeClusterIPs (v1.36)
function clusterIPsChange(service: Draft, old: Draft): FieldErrors {
  if (service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return []
  if (isHeadless(service) && isHeadless(old)) return []
  const now: string[] | undefined = service.spec.clusterIPs
  const before: string[] = old.spec.clusterIPs ?? []
  const count = now?.length ?? 0
  const at = child(spec, 'clusterIPs')
  const changed = invalid(index(at, 0), now ?? null, 'may not change once set')
  if (before.length === count) {
    return before.flatMap((ip, i) => (ip === now![i] ? [] : [invalid(index(at, i), now, 'may not change once set')]))
  }
  const out: FieldErrors = []
  if (before.length > count) {
    if (count === 0) out.push(invalid(index(at, 0), now ?? null, 'primary clusterIP can not be unset'))
    else if (now![0] !== before[0]) out.push(changed)
    if (count === 1 && service.spec.ipFamilyPolicy !== 'SingleStack') {
      const why = "must be set to 'SingleStack' when releasing the secondary clusterIP"
      out.push(invalid(child(spec, 'ipFamilyPolicy'), service.spec.ipFamilyPolicy ?? null, why))
    }
  } else if (before.length > 0 && now![0] !== before[0]) out.push(changed)
  return out
}

// k8s pkg/apis/core/validation/validation.go validateUpgradeDowngradeIPFamilies (v1.36)
function familiesChange(service: Draft, old: Draft): FieldErrors {
  if (service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return []
  if (isHeadless(service) || isHeadless(old)) return []
  const now: string[] = service.spec.ipFamilies ?? []
  const before: string[] = old.spec.ipFamilies ?? []
  const at = index(child(spec, 'ipFamilies'), 0)
  if (before.length === now.length) {
    return before.flatMap((family, i) => (family === now[i] ? [] : [invalid(at, now, 'may not change once set')]))
  }
  const out: FieldErrors = []
  if (before.length > now.length && !(service.spec.clusterIPs?.length > 0)) {
    out.push(invalid(at, now, 'primary ipFamily can not be unset'))
  }
  if (before.length > 0 && now.length > 0 && now[0] !== before[0]) {
    out.push(invalid(at, service.spec.clusterIPs ?? null, 'may not change once set'))
  }
  if (before.length > now.length && now.length === 1 && service.spec.ipFamilyPolicy !== 'SingleStack') {
    const why = "must be set to 'SingleStack' when releasing the secondary ipFamily"
    out.push(invalid(child(spec, 'ipFamilyPolicy'), service.spec.ipFamilyPolicy ?? null, why))
  }
  return out
}
