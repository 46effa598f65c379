import {
  blockText,
  type EndpointSlice,
  familyOf,
  hostPort,
  type IPFamily,
  isIP,
  type KObject,
  keyOf,
  makeKey,
  type Protocol,
  parseBlock,
  type Service,
} from '../../../model/index.ts'
import type { ProxyEndpoint, ServicePortInfo } from '../../network/index.ts'

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

/** Objects with these labels are somebody else's to serve. k8s cmd/kube-proxy/app/server.go (v1.36), the informers' label selector. */
const isLeftAlone = (o: KObject): boolean =>
  o.metadata.labels?.['service.kubernetes.io/service-proxy-name'] !== undefined ||
  o.metadata.labels?.['service.kubernetes.io/headless'] !== undefined

/** k8s pkg/proxy/util/utils.go GetClusterIPByFamily (v1.36); '' when the Service has none of that family. */
function clusterIPOf(service: Service, family: IPFamily): string {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = service.spec
  if (ipFamilies.length === 0) return clusterIP === 'None' || !isOf(family, clusterIP) ? '' : clusterIP
  return (clusterIPs.length > 0 ? clusterIPs : [clusterIP])[ipFamilies.indexOf(family)] ?? ''
}

const isOf = (family: IPFamily, ip: string): boolean => isIP(ip) && familyOf(ip) === family

/** `1.2.3.4/24` as Go prints a parsed network: the host's bits are zero. Undefined for what is no block of the family. */
function rangeText(text: string, family: IPFamily): string | undefined {
  const block = parseBlock(text.trim())
  return block?.family === family ? blockText(block) : undefined
}

/** k8s api/v1/service/util.go ExternalPolicyLocal (v1.36). */
function externalPolicyLocal({ spec }: Service): boolean {
  const accessible =
    spec.type === 'LoadBalancer' ||
    spec.type === 'NodePort' ||
    ((spec.type ?? 'ClusterIP') === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)
  return accessible && spec.externalTrafficPolicy === 'Local'
}

/**
 * What kube-proxy makes of a Service and its slices: one record for each port and each of the cluster's families that it has; none for a
 * headless Service, an ExternalName, or one that is left to another proxy.
 * k8s pkg/proxy/metaproxier/meta_proxier.go (v1.36): each family has a proxy of its own, which sees only that family.
 */
export function servicePorts(
  service: Service | undefined,
  slices: readonly EndpointSlice[],
  families: readonly IPFamily[] = ['IPv4'],
): ServicePortInfo[] {
  if (!service || isLeftAlone(service)) return []
  return families.flatMap((family) => portsOf(service, slices, family))
}

/** k8s pkg/proxy/servicechangetracker.go serviceToServiceMap, serviceport.go newBaseServiceInfo (v1.36). */
function portsOf(service: Service, slices: readonly EndpointSlice[], family: IPFamily): ServicePortInfo[] {
  const { spec } = service
  const clusterIP = clusterIPOf(service, family)
  if (clusterIP === '' || clusterIP === 'None' || spec.type === 'ExternalName') return []
  const namespace = service.metadata.namespace ?? ''
  const ranges = (spec.loadBalancerSourceRanges ?? []).map((r) => rangeText(r, family)).filter((r) => r !== undefined)
  const balancerIPs: string[] = []
  for (const { ip, ipMode } of service.status?.loadBalancer?.ingress ?? []) {
    if (ip && (ipMode ?? 'VIP') === 'VIP' && isOf(family, ip)) balancerIPs.push(ip)
  }
  const externalLocal = externalPolicyLocal(service)
  const usable = slices.filter((s) => s.addressType === family && !isLeftAlone(s))
  return (spec.ports ?? []).map((port, portIndex) => {
    const portName = port.name ?? ''
    const protocol = port.protocol ?? 'TCP'
    return {
      name: `${namespace}/${service.metadata.name}${portName === '' ? '' : `:${portName}`}`,
      service: keyOf(service),
      namespace,
      serviceName: service.metadata.name,
      portName,
      portIndex,
      protocol,
      family,
      clusterIP,
      port: port.port,
      nodePort: port.nodePort ?? 0,
      targetPort: port.targetPort,
      externalIPs: (spec.externalIPs ?? []).filter((ip) => isOf(family, ip)),
      balancerIPs,
      affinitySeconds:
        spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800) : 0,
      sourceRanges: ranges.some((r) => r.endsWith('/0')) ? [] : ranges,
      internalLocal: spec.internalTrafficPolicy === 'Local',
      externalLocal,
      healthCheckNodePort: spec.type === 'LoadBalancer' && externalLocal ? (spec.healthCheckNodePort ?? 0) : 0,
      endpoints: endpointsOf(usable, portName, protocol),
    }
  })
}

/** k8s pkg/proxy/endpointslicecache.go endpointInfoByServicePort, addEndpoints (v1.36). */
function endpointsOf(slices: readonly EndpointSlice[], portName: string, protocol: Protocol): readonly ProxyEndpoint[] {
  const found = new Map<string, ProxyEndpoint>()
  for (const slice of slices) {
    for (const port of slice.ports ?? []) {
      if ((port.name ?? '') !== portName || (port.protocol ?? 'TCP') !== protocol || !port.port) continue
      slice.endpoints?.forEach((endpoint, index) => {
        const ip = endpoint.addresses[0]
        if (ip === undefined) return
        const terminating = endpoint.conditions?.terminating ?? false
        const text = hostPort(ip, port.port!)
        // the same address twice: a running pod that was given the address of one that still terminates
        if (found.has(text) && terminating) return
        const { targetRef, hints } = endpoint
        found.set(text, {
          ip,
          port: port.port!,
          text,
          ready: endpoint.conditions?.ready ?? true,
          serving: endpoint.conditions?.serving ?? true,
          terminating,
          node: endpoint.nodeName,
          forZones: hints?.forZones?.map((z) => z.name),
          forNodes: hints?.forNodes?.map((n) => n.name),
          pod:
            targetRef?.kind === 'Pod' && targetRef.name
              ? makeKey('Pod', targetRef.namespace ?? slice.metadata.namespace ?? '', targetRef.name)
              : undefined,
          slice: keyOf(slice),
          index,
        })
      })
    }
  }
  return [...found.values()].sort((a, b) => (a.text < b.text ? -1 : 1))
}
