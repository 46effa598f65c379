import { type EndpointSlice, hostPort, type Service } from '../../model/index.ts'
import type { Context } from '../command.ts'
import { selectorCell } from '../print/cells.ts'
import type { Loose } from '../print/table-of.ts'
import { formatLabels } from '../selectors.ts'
import type { Writer } from './writer.ts'

const slicesOf = (c: Context, namespace: string, service: string): EndpointSlice[] =>
  c.cluster
    .list<EndpointSlice>('EndpointSlice', namespace)
    .filter((s) => s.metadata.labels?.['kubernetes.io/service-name'] === service)

/** The ready ones of a port. k8s kubectl pkg/describe/describe.go formatEndpointSlices (v1.36) */
function endpointsText(slices: readonly EndpointSlice[], port: string): string {
  if (slices.length === 0) return '<none>'
  const list: string[] = []
  let more = false
  let count = 0
  const add = (slice: EndpointSlice, number?: number) => {
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      if (list.length === 3) more = true
      if (conditions?.ready === false) continue
      if (!more) list.push(number === undefined ? addresses[0]! : hostPort(addresses[0]!, number))
      count++
    }
  }
  for (const slice of slices) {
    const ports = slice.ports ?? []
    if (ports.length === 0) add(slice)
    for (const p of ports) if ((p.name ?? '') === port) add(slice, p.port)
  }
  return more ? `${list.join(',')} + ${count - 3} more...` : list.join(',')
}

export function describeService(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec, status } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('Selector', formatLabels(spec.selector)).field('Type', spec.type)
  if (spec.ipFamilyPolicy) w.field('IP Family Policy', spec.ipFamilyPolicy)
  w.field('IP Families', (spec.ipFamilies ?? []).join(',') || '<none>')
  w.field('IP', spec.clusterIP ?? '').field('IPs', (spec.clusterIPs ?? []).join(',') || '<none>')
  if ((spec.externalIPs ?? []).length > 0) w.field('External IPs', spec.externalIPs.join(','))
  if (spec.loadBalancerIP) w.field('Desired LoadBalancer IP', spec.loadBalancerIP)
  if (spec.externalName) w.field('External Name', spec.externalName)
  const ingress: Loose[] = status?.loadBalancer?.ingress ?? []
  if (ingress.length > 0) {
    const list = ingress.map((i) => (i.ip ? i.ip + (i.ipMode ? ` (${i.ipMode})` : '') : (i.hostname ?? '')))
    w.field('LoadBalancer Ingress', list.join(', '))
  }
  const slices = slicesOf(c, metadata.namespace, metadata.name)
  for (const port of spec.ports ?? []) {
    const name = port.name || '<unset>'
    w.field('Port', `${name}\t${port.port}/${port.protocol}`)
    w.field('TargetPort', `${port.targetPort}/${port.protocol}`)
    if (port.appProtocol) w.field('AppProtocol', port.appProtocol)
    if (port.nodePort) w.field('NodePort', `${name}\t${port.nodePort}/${port.protocol}`)
    w.field('Endpoints', endpointsText(slices, port.name ?? ''))
  }
  w.field('Session Affinity', spec.sessionAffinity)
  if (spec.externalTrafficPolicy) w.field('External Traffic Policy', spec.externalTrafficPolicy)
  if (spec.internalTrafficPolicy) w.field('Internal Traffic Policy', spec.internalTrafficPolicy)
  if (spec.healthCheckNodePort) w.field('HealthCheck NodePort', spec.healthCheckNodePort)
  if ((spec.loadBalancerSourceRanges ?? []).length > 0) {
    w.field('LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(','))
  }
  if (spec.trafficDistribution) w.field('Traffic Distribution', spec.trafficDistribution)
}

export function describeEndpoints(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.line(0, 'Subsets:')
  const ips = (list: readonly Loose[] | undefined) => (list ?? []).map((a) => a.ip).join(',') || '<none>'
  for (const { addresses, notReadyAddresses, ports = [] } of o.subsets ?? []) {
    w.field('Addresses', ips(addresses), 1).field('NotReadyAddresses', ips(notReadyAddresses), 1)
    if (ports.length > 0) {
      w.line(1, 'Ports:').line(2, 'Name\tPort\tProtocol').line(2, '----\t----\t--------')
      for (const p of ports) w.line(2, `${p.name || '<unset>'}\t${p.port}\t${p.protocol}`)
    }
    w.line(0, '')
  }
}

export function describeEndpointSlice(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.field('AddressType', o.addressType)
  const ports: Loose[] = o.ports ?? []
  if (ports.length === 0) w.line(0, 'Ports: <unset>')
  else {
    w.line(0, 'Ports:').line(1, 'Name\tPort\tProtocol').line(1, '----\t----\t--------')
    for (const p of ports) w.line(1, `${p.name || '<unset>'}\t${p.port ?? '<unset>'}\t${p.protocol}`)
  }
  const endpoints: Loose[] = o.endpoints ?? []
  if (endpoints.length === 0) {
    w.line(0, 'Endpoints: <none>')
    return
  }
  w.line(0, 'Endpoints:')
  for (const e of endpoints) {
    w.field('- Addresses', e.addresses.join(', ') || '<none>', 1)
    w.line(2, 'Conditions:').field('Ready', e.conditions?.ready ?? '<unset>', 3)
    w.field('Hostname', e.hostname ?? '<unset>', 2)
    if (e.targetRef) w.field('TargetRef', `${e.targetRef.kind}/${e.targetRef.name}`, 2)
    w.field('NodeName', e.nodeName ?? '<unset>', 2).field('Zone', e.zone ?? '<unset>', 2)
  }
}

function backendText(c: Context, namespace: string, backend: Loose): string {
  if (backend?.service) {
    const { name, port = {} } = backend.service
    const shown = `${name}:${port.name || (port.number ?? 0)}`
    const service = c.cluster.get<Service>(`Service/${namespace}/${name}`)
    if (!service) return `${shown} (<error: services "${name}" not found>)`
    const match = service.spec.ports?.find((p) =>
      port.number ? p.port === port.number : port.name && p.name === port.name,
    )
    return `${shown} (${endpointsText(slicesOf(c, namespace, name), match?.name ?? '')})`
  }
  if (!backend?.resource) return ''
  const { apiGroup = '<none>', kind, name } = backend.resource
  return `APIGroup: ${apiGroup}, Kind: ${kind}, Name: ${name}`
}

export function describeIngress(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec = {}, status } = o
  w.field('Name', metadata.name).labels('Labels', metadata.labels).field('Namespace', metadata.namespace)
  const given = ((status?.loadBalancer?.ingress ?? []) as Loose[]).map((i) => i.ip || i.hostname || '')
  w.field('Address', [...new Set(given.filter(Boolean))].sort().join(','))
  w.field('Ingress Class', spec.ingressClassName ?? '<none>')
  const fallback = spec.defaultBackend ? backendText(c, metadata.namespace, spec.defaultBackend) : '<default>'
  w.field('Default backend', fallback)
  if ((spec.tls ?? []).length > 0) {
    w.line(0, 'TLS:')
    for (const { secretName, hosts = [] } of spec.tls) {
      w.line(1, secretName ? `${secretName} terminates ${hosts.join(',')}` : `SNI routes ${hosts.join(',')}`)
    }
  }
  w.line(0, 'Rules:').line(1, 'Host\tPath\tBackends').line(1, '----\t----\t--------')
  const rules = ((spec.rules ?? []) as Loose[]).filter((r) => r.http)
  for (const { host, http } of rules) {
    w.line(1, `${host || '*'}\t`)
    for (const p of http.paths ?? []) {
      w.line(2, `\t${p.path ?? ''} \t${backendText(c, metadata.namespace, p.backend)}`)
    }
  }
  if (rules.length === 0) w.line(1, `*\t*\t${fallback}`)
  w.annotations('Annotations', metadata.annotations)
}

/** k8s kubectl pkg/describe/describe.go describeIngressClassV1 (v1.36) */
export function describeIngressClass(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name)
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  w.field('Controller', o.spec?.controller ?? '')
  const of = o.spec?.parameters
  if (!of) return
  w.line(0, 'Parameters:')
  if (of.apiGroup !== undefined) w.field('APIGroup', of.apiGroup, 1)
  w.field('Kind', of.kind, 1).field('Name', of.name, 1)
}

export function describeNetworkPolicy(w: Writer, o: Loose): void {
  const { metadata, spec = {} } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  const created = String(metadata.creationTimestamp ?? '')
    .replace('T', ' ')
    .replace('Z', ' +0000 UTC')
  w.field('Created on', created)
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.line(0, 'Spec:')
  const pods = selectorCell(spec.podSelector, '<none> (Allowing the specific traffic to all pods in this namespace)')
  w.line(1, `PodSelector:     ${pods}`)
  const types: string[] = spec.policyTypes ?? []
  if (types.includes('Ingress')) {
    w.line(1, 'Allowing ingress traffic:')
    writeRules(w, spec.ingress ?? [], 'ingress')
  } else w.line(1, 'Not affecting ingress traffic')
  if (types.includes('Egress')) {
    w.line(1, 'Allowing egress traffic:')
    writeRules(w, spec.egress ?? [], 'egress')
  } else w.line(1, 'Not affecting egress traffic')
  w.line(1, `Policy Types: ${types.join(', ') || '<none>'}`)
}

function writeRules(w: Writer, rules: readonly Loose[], way: 'ingress' | 'egress'): void {
  const [word, end] = way === 'ingress' ? ['From', 'source'] : ['To', 'destination']
  if (rules.length === 0) w.line(2, `<none> (Selected pods are isolated for ${way} connectivity)`)
  rules.forEach((rule, i) => {
    const ports: Loose[] = rule.ports ?? []
    if (ports.length === 0) w.line(2, 'To Port: <any> (traffic allowed to all ports)')
    for (const { port, endPort, protocol = 'TCP' } of ports) {
      w.line(2, endPort ? `To Port Range: ${port}-${endPort}/${protocol}` : `To Port: ${port ?? '<nil>'}/${protocol}`)
    }
    const peers: Loose[] = (way === 'ingress' ? rule.from : rule.to) ?? []
    if (peers.length === 0) w.line(2, `${word}: <any> (traffic not restricted by ${end})`)
    for (const { podSelector, namespaceSelector, ipBlock } of peers) {
      w.line(2, `${word}:`)
      if (namespaceSelector) w.line(3, `NamespaceSelector: ${selectorCell(namespaceSelector)}`)
      if (podSelector) w.line(3, `PodSelector: ${selectorCell(podSelector)}`)
      if (ipBlock) {
        w.line(3, 'IPBlock:')
          .line(4, `CIDR: ${ipBlock.cidr}`)
          .line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`)
      }
    }
    if (i < rules.length - 1) w.line(2, '----------')
  })
}
