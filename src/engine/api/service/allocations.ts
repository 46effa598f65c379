import type { IPFamily } from '../../../model/index.ts'
import type { Draft } from '../decode.ts'
import { child, type FieldErrors, goQuote, index, invalid, root } from '../field.ts'
import { isV6 } from '../ip.ts'
import { pathSegment } from '../names.ts'
import { type ApiStatus, internalError, invalidStatus, unknownError } from '../status.ts'
import type { Allocation } from './allocate.ts'
import { needsHealthCheck } from './defaults.ts'
import { validateClusterIPFields } from './validate.ts'

const spec = child(root, 'spec')
const refused = (service: Draft, ...errors: FieldErrors): ApiStatus =>
  invalidStatus('v1', 'Service', service.metadata.name ?? '', errors)
const same = (a: readonly string[] | undefined, b: readonly string[] | undefined) =>
  (a?.length ?? 0) === (b?.length ?? 0) && (a ?? []).every((item, i) => item === b![i])

export const needsNodePort = (service: Draft): boolean =>
  service.spec.type === 'NodePort' || service.spec.type === 'LoadBalancer'
const nodePortsOf = (service: Draft): number[] =>
  (service.spec.ports ?? []).map((p: Draft) => p.nodePort ?? 0).filter((port: number) => port !== 0)

/**
 * Give a new Service what the cluster gives: families, cluster IP, node ports. Changes the draft; returns why it cannot.
 * k8s pkg/registry/core/service/storage/storage.go beginCreate, alloc.go allocateCreate (v1.36)
 */
export function allocateCreate(service: Draft, allocation: Allocation): ApiStatus | undefined {
  const s = service.spec
  if (s.clusterIP && !(s.clusterIPs?.length > 0)) s.clusterIPs = [s.clusterIP]
  return (
    fillFamilies(service, undefined, allocation.families) ??
    giveClusterIPs(service, allocation) ??
    (needsNodePort(service) ? giveNodePorts(service, allocation) : undefined) ??
    (needsHealthCheck(service) ? giveHealthCheckPort(service, allocation) : undefined)
  )
}

/**
 * The same for a change of a Service: what the new one does not say is kept.
 * k8s pkg/registry/core/service/storage/storage.go beginUpdate, alloc.go allocateUpdate (v1.36)
 */
export function allocateUpdate(service: Draft, old: Draft, allocation: Allocation): ApiStatus | undefined {
  keepAllocated(service, old)
  syncClusterIPs(service, old)
  return (
    fillFamilies(service, old, allocation.families) ??
    changeClusterIPs(service, old, allocation) ??
    changeNodePorts(service, old, allocation)
  )
}

/** Give back what a deleted Service had. k8s alloc.go releaseAllocatedResources (v1.36) */
export function releaseAll(service: Draft, allocation: Allocation): void {
  for (const ip of service.spec.clusterIPs ?? []) if (ip !== 'None') allocation.releaseIP(ip)
  for (const port of nodePortsOf(service)) allocation.releasePort(port)
  if (needsHealthCheck(service) && service.spec.healthCheckNodePort)
    allocation.releasePort(service.spec.healthCheckNodePort)
}

// k8s storage.go patchAllocatedValues (v1.36)
function keepAllocated(service: Draft, old: Draft): void {
  const [s, o] = [service.spec, old.spec]
  if (s.type !== 'ExternalName' && o.type !== 'ExternalName') {
    if (!s.clusterIP && o.clusterIP) s.clusterIP = o.clusterIP
    if (!(s.clusterIPs?.length > 0) && o.clusterIPs?.length > 0) s.clusterIPs = [...o.clusterIPs]
  }
  if (wantsNodePorts(service) && wantsNodePorts(old)) {
    const now = new Set(nodePortsOf(service))
    const used = new Set(nodePortsOf(old).filter((port) => now.has(port)))
    const byName = new Map<string, number>((o.ports ?? []).map((p: Draft) => [p.name ?? '', p.nodePort ?? 0]))
    for (const port of s.ports ?? []) {
      const before = byName.get(port.name ?? '') ?? 0
      if (!port.nodePort && before !== 0 && !used.has(before)) port.nodePort = before
    }
  }
  if (needsHealthCheck(service) && needsHealthCheck(old) && !s.healthCheckNodePort)
    s.healthCheckNodePort = o.healthCheckNodePort
}

// k8s storage.go normalizeClusterIPs (v1.36): clusterIP and clusterIPs say the same, whichever of them a client changed
function syncClusterIPs(service: Draft, old: Draft): void {
  const [s, o] = [service.spec, old.spec]
  const [ip, before] = [s.clusterIP ?? '', o.clusterIP ?? '']
  if (o.clusterIPs?.length > 0 && !(s.clusterIPs?.length > 0) && ip === before) s.clusterIPs = [...o.clusterIPs]
  if (ip === before || !same(s.clusterIPs, o.clusterIPs)) return
  if (before !== '' && ip === '') delete s.clusterIPs
  else s.clusterIPs = [ip]
}

/** `families`: the cluster's, the primary one first. k8s alloc.go initIPFamilyFields (v1.36) */
function fillFamilies(service: Draft, old: Draft | undefined, families: readonly IPFamily[]): ApiStatus | undefined {
  const s = service.spec
  if (s.type === 'ExternalName' || (old && keepsPreferDualStack(service, old))) return undefined
  const anyone = s.clusterIP === 'None' && Object.keys(s.selector ?? {}).length === 0
  if (s.ipFamilyPolicy === undefined) {
    s.ipFamilyPolicy = old?.spec.ipFamilyPolicy ?? (anyone ? 'RequireDualStack' : 'SingleStack')
  }
  const wrong = validateClusterIPFields(service, old)
  if (wrong.length > 0) return refused(service, ...wrong)

  const errors: FieldErrors = []
  const policy = child(spec, 'ipFamilyPolicy')
  if (old && s.ipFamilyPolicy === 'SingleStack') {
    if (same(s.clusterIPs, old.spec.clusterIPs) && s.clusterIPs?.length > 1) s.clusterIPs = s.clusterIPs.slice(0, 1)
    if (same(s.ipFamilies, old.spec.ipFamilies) && s.ipFamilies?.length > 1) s.ipFamilies = s.ipFamilies.slice(0, 1)
  } else if (old) {
    const fewer = (now: readonly string[] | undefined, before: readonly string[] | undefined) =>
      (now?.length ?? 0) > 0 && now!.length < (before?.length ?? 0)
    if (fewer(s.clusterIPs, old.spec.clusterIPs)) {
      errors.push(invalid(policy, s.ipFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"))
    }
    if (fewer(s.ipFamilies, old.spec.ipFamilies)) {
      errors.push(invalid(policy, s.ipFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"))
    }
  }
  if (s.ipFamilyPolicy === 'SingleStack') {
    const why = (what: string) => `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`
    if (s.clusterIPs?.length === 2) errors.push(invalid(policy, s.ipFamilyPolicy, why('cluster IPs')))
    if (s.ipFamilies?.length === 2) errors.push(invalid(policy, s.ipFamilyPolicy, why('IP families')))
  }
  for (const [i, ip] of (s.clusterIPs ?? []).entries()) {
    if (ip === 'None') break
    if (i < (s.ipFamilies?.length ?? 0)) continue
    const family: IPFamily = isV6(ip) ? 'IPv6' : 'IPv4'
    if (families.includes(family)) s.ipFamilies = [...(s.ipFamilies ?? []), family]
    else {
      const why = `${family} is not configured on this cluster`
      errors.push(invalid(index(child(spec, 'clusterIPs'), i), s.clusterIPs, why))
    }
  }
  if (errors.length > 0) return refused(service, ...errors)

  if (anyone) {
    if (!(s.ipFamilies?.length > 0)) s.ipFamilies = [families[0]]
    if (s.ipFamilyPolicy !== 'SingleStack') addOtherFamily(s)
    return undefined
  }
  if (s.ipFamilyPolicy === 'RequireDualStack' && families.length < 2) {
    errors.push(invalid(policy, s.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'))
  }
  for (const [i, family] of ((s.ipFamilies ?? []) as IPFamily[]).entries()) {
    if (!families.includes(family))
      errors.push(invalid(index(child(spec, 'ipFamilies'), i), family, 'not configured on this cluster'))
  }
  if (errors.length > 0) return refused(service, ...errors)
  if (!(s.ipFamilies?.length > 0)) s.ipFamilies = [families[0]]
  if (s.ipFamilyPolicy !== 'SingleStack' && families.length === 2) addOtherFamily(s)
  return undefined
}

function addOtherFamily(s: Draft): void {
  if (s.ipFamilies.length === 1) s.ipFamilies = [...s.ipFamilies, s.ipFamilies[0] === 'IPv4' ? 'IPv6' : 'IPv4']
}

// k8s alloc.go isMatchingPreferDualStackClusterIPFields (v1.36)
function keepsPreferDualStack(service: Draft, old: Draft): boolean {
  const [s, o] = [service.spec, old.spec]
  return (
    s.ipFamilyPolicy === 'PreferDualStack' &&
    s.type === o.type &&
    ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(s.type) &&
    (o.ipFamilyPolicy === undefined || o.ipFamilyPolicy === 'PreferDualStack') &&
    same(o.clusterIPs, s.clusterIPs) &&
    same(o.ipFamilies, s.ipFamilies)
  )
}

// k8s alloc.go allocClusterIPs, allocIPs (v1.36)
function giveClusterIPs(service: Draft, allocation: Allocation): ApiStatus | undefined {
  const s = service.spec
  if (s.type === 'ExternalName' || s.clusterIPs?.[0] === 'None') return undefined
  const ips: string[] = [...(s.clusterIPs ?? [])]
  for (let i = ips.length; i < s.ipFamilies.length; i++) ips.push('')
  s.clusterIPs = ips
  const given: string[] = []
  for (const [i, family] of (s.ipFamilies as IPFamily[]).entries()) {
    const got = giveClusterIP(service, allocation, family, ips[i] ?? '')
    if (typeof got !== 'string') return got
    given.push(got)
  }
  s.clusterIPs = given
  s.clusterIP = given[0]
  return undefined
}

/** The address asked for, or when that is '' one that nobody has. k8s alloc.go allocIPs (v1.36) */
function giveClusterIP(service: Draft, allocation: Allocation, family: IPFamily, asked: string): ApiStatus | string {
  const { clusterIPs } = service.spec
  // an IPAddress names its Service, and cannot be made for one whose name is no name
  // k8s pkg/apis/networking/validation ValidateIPAddress, validateIPAddressParentReference (v1.36)
  const { name } = service.metadata
  const [nameless] = name
    ? pathSegment(name, false).map((why) => `Invalid value: ${goQuote(name)}: ${why}`)
    : ['Required value']
  const parentless = (ip: string) =>
    nameless && `IPAddress.networking.k8s.io "${ip}" is invalid: spec.parentRef.name: ${nameless}`
  const ip = asked === '' ? allocation.drawIP(family) : asked
  if (ip === undefined)
    return internalError(`failed to allocate a serviceIP for Service "${service.metadata.name}": range is full`)
  const why = asked === '' ? parentless(ip) : (allocation.takeIP(asked) ?? parentless(asked))
  if (!why) return ip
  const what = asked === '' ? 'failed to allocate IP' : `failed to allocate IP ${asked}`
  return refused(service, invalid(child(spec, 'clusterIPs'), clusterIPs, `${what}: ${why}`))
}

// k8s alloc.go updateClusterIPs (v1.36): a second family that is added gets its address, one that goes gives it back
function changeClusterIPs(service: Draft, old: Draft, allocation: Allocation): ApiStatus | undefined {
  if (keepsPreferDualStack(service, old)) return undefined
  if (old.spec.type === 'ExternalName' && service.spec.type !== 'ExternalName')
    return giveClusterIPs(service, allocation)
  if (old.spec.clusterIPs?.[0] === 'None') return undefined
  if (old.spec.type !== 'ExternalName' && service.spec.type === 'ExternalName') {
    for (const ip of old.spec.clusterIPs ?? []) allocation.releaseIP(ip)
    return undefined
  }
  const [before, now] = [old.spec.ipFamilies?.length ?? 0, service.spec.ipFamilies?.length ?? 0]
  if (before === 1 && now === 2) {
    const [first, second = ''] = service.spec.clusterIPs ?? []
    service.spec.clusterIPs = [first, second]
    const got = giveClusterIP(service, allocation, service.spec.ipFamilies[1], second)
    if (typeof got !== 'string') return got
    service.spec.clusterIPs = [first, got]
  } else if (before === 2 && now === 1) {
    const second: string | undefined = old.spec.clusterIPs?.[1]
    if (second !== undefined) allocation.releaseIP(second)
  }
  return undefined
}

const wantsNodePorts = (service: Draft): boolean =>
  service.spec.type === 'NodePort' ||
  (service.spec.type === 'LoadBalancer' && service.spec.allocateLoadBalancerNodePorts !== false)

const nodePortRefused = (service: Draft, i: number, port: number, why: string) =>
  refused(service, invalid(child(index(child(spec, 'ports'), i), 'nodePort'), port, why))

// k8s alloc.go initNodePorts (v1.36): two protocols of one port share their node port
function giveNodePorts(service: Draft, allocation: Allocation): ApiStatus | undefined {
  const ports: Draft[] = service.spec.ports ?? []
  const byPort = new Map<number, number>()
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !wantsNodePorts(service)) continue
    const given = byPort.get(port.port)
    if (given === undefined) {
      const asked: number | undefined = ports.find((p) => p.port === port.port && p.nodePort)?.nodePort
      if (asked) {
        const why = allocation.takePort(asked)
        if (why) return nodePortRefused(service, i, asked, why)
        port.nodePort = asked
      } else {
        const drawn = allocation.drawPort()
        if (drawn === undefined) return internalError('failed to allocate a nodePort: range is full')
        port.nodePort = drawn
      }
      byPort.set(port.port, port.nodePort)
    } else if (!port.nodePort) {
      port.nodePort = given
    } else if (port.nodePort !== given) {
      const why = allocation.takePort(port.nodePort)
      if (why) return nodePortRefused(service, i, port.nodePort, why)
    }
  }
  return undefined
}

// k8s alloc.go txnUpdateNodePorts, updateNodePorts, updateHealthCheckNodePort (v1.36)
function changeNodePorts(service: Draft, old: Draft, allocation: Allocation): ApiStatus | undefined {
  const before = nodePortsOf(old)
  const { type } = service.spec
  if (needsNodePort(old) && (type === 'ExternalName' || type === 'ClusterIP'))
    for (const port of before) allocation.releasePort(port)
  if (needsNodePort(service)) {
    const taken = new Set<number>()
    const given = new Set<string>()
    for (const [i, port] of (service.spec.ports ?? []).entries()) {
      if (!port.nodePort && !wantsNodePorts(service)) continue
      if (port.nodePort) {
        if (!before.includes(port.nodePort) && !taken.has(port.nodePort)) {
          const why = allocation.takePort(port.nodePort)
          if (why) return nodePortRefused(service, i, port.nodePort, why)
          taken.add(port.nodePort)
        }
      } else {
        const drawn = allocation.drawPort()
        if (drawn === undefined) return internalError('failed to allocate a nodePort: range is full')
        port.nodePort = drawn
      }
      const id = `${port.protocol} ${port.nodePort}`
      if (given.has(id)) return unknownError(`duplicate nodePort: {${id}}`)
      given.add(id)
    }
    const now = nodePortsOf(service)
    for (const port of before) if (!now.includes(port)) allocation.releasePort(port)
  }
  if (!needsHealthCheck(old) && needsHealthCheck(service)) return giveHealthCheckPort(service, allocation)
  if (needsHealthCheck(old) && !needsHealthCheck(service)) allocation.releasePort(old.spec.healthCheckNodePort)
  return undefined
}

// k8s alloc.go allocHealthCheckNodePort (v1.36)
function giveHealthCheckPort(service: Draft, allocation: Allocation): ApiStatus | undefined {
  const asked = service.spec.healthCheckNodePort
  if (asked) {
    const why = allocation.takePort(asked)
    return why ? internalError(`failed to allocate requested HealthCheck NodePort ${asked}: ${why}`) : undefined
  }
  const port = allocation.drawPort()
  if (port === undefined) return internalError('failed to allocate a HealthCheck NodePort 0: range is full')
  service.spec.healthCheckNodePort = port
  return undefined
}

/**
 * Take away what a changed type has no use for, unless the client changed that too (then validation says so).
 * k8s pkg/registry/core/service/strategy.go dropTypeDependentFields (v1.36)
 */
export function dropTypeDependentFields(service: Draft, old: Draft): void {
  const [s, o] = [service.spec, old.spec]
  if (o.type !== 'ExternalName' && s.type === 'ExternalName') {
    if ((o.clusterIP ?? '') === (s.clusterIP ?? '') && same(o.clusterIPs, s.clusterIPs)) {
      delete s.clusterIP
      delete s.clusterIPs
    }
    if (same(o.ipFamilies, s.ipFamilies)) delete s.ipFamilies
    if (o.ipFamilyPolicy === s.ipFamilyPolicy) delete s.ipFamilyPolicy
  }
  const before = new Set(nodePortsOf(old))
  if (needsNodePort(old) && !needsNodePort(service) && nodePortsOf(service).every((port) => before.has(port))) {
    for (const port of s.ports ?? []) delete port.nodePort
  }
  if (needsHealthCheck(old) && !needsHealthCheck(service) && o.healthCheckNodePort === s.healthCheckNodePort)
    delete s.healthCheckNodePort
  if (o.type === 'LoadBalancer' && s.type !== 'LoadBalancer') {
    if (o.allocateLoadBalancerNodePorts === s.allocateLoadBalancerNodePorts) delete s.allocateLoadBalancerNodePorts
    if (o.loadBalancerClass === s.loadBalancerClass) delete s.loadBalancerClass
  }
  const accessible = (x: Draft) =>
    x.type === 'LoadBalancer' || x.type === 'NodePort' || (x.type === 'ClusterIP' && (x.externalIPs?.length ?? 0) > 0)
  if (accessible(o) && !accessible(s) && o.externalTrafficPolicy === s.externalTrafficPolicy)
    delete s.externalTrafficPolicy
  if (s.type !== 'LoadBalancer' && service.status) service.status = { ...service.status, loadBalancer: {} }
}
