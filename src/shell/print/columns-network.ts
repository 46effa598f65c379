import { type EndpointPort, type Endpoints, hostPort, type ServicePort } from '../../model/index.ts'
import { formatLabels } from '../selectors.ts'
import { ageOf } from './age.ts'
import { firstThree, selectorCell } from './cells.ts'
import type { Loose, TableOf } from './table-of.ts'

/** Addresses of a balancer are cut at this length unless the output is wide. */
const BALANCER_WIDTH = 16

function balancerCell(status: Loose, wide: boolean): string {
  const all = ((status?.loadBalancer?.ingress ?? []) as Loose[]).map((i) => i.ip || i.hostname || '').filter(Boolean)
  const text = [...new Set(all)].sort().join(',')
  return !wide && text.length > BALANCER_WIDTH ? `${text.slice(0, BALANCER_WIDTH - 3)}...` : text
}

/** k8s pkg/printers/internalversion/printers.go getServiceExternalIP (v1.36) */
function externalCell(service: Loose, wide: boolean): string {
  const own: string[] = service.spec.externalIPs ?? []
  switch (service.spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return own.length > 0 ? own.join(',') : '<none>'
    case 'LoadBalancer': {
      const given = balancerCell(service.status, wide)
      return [...(given === '' ? [] : given.split(',')), ...own].join(',') || '<pending>'
    }
    case 'ExternalName':
      return service.spec.externalName ?? ''
    default:
      return '<unknown>'
  }
}

export const portsCell = (ports: readonly ServicePort[] | undefined): string =>
  (ports ?? []).map((p) => `${p.port}${p.nodePort ? `:${p.nodePort}` : ''}/${p.protocol ?? 'TCP'}`).join(',')

/** k8s pkg/printers/internalversion/printers.go formatEndpoints (v1.36): of the ready ones */
export function endpointsCell(endpoints: Endpoints | undefined, portName?: string): string {
  const subsets = endpoints?.subsets ?? []
  if (subsets.length === 0) return '<none>'
  const list = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map((a) => a.ip)
      : ports
          .filter((p) => portName === undefined || (p.name ?? '') === portName)
          .flatMap((p) => addresses.map((a) => hostPort(a.ip, p.port ?? 0))),
  )
  return firstThree(list)
}

const discoveryPort = (p: EndpointPort) => (p.port === undefined || p.port === null ? p.name || '*' : String(p.port))

function hostsCell(rules: readonly Loose[] | undefined): string {
  const hosts: string[] = []
  let more = false
  for (const { host } of rules ?? []) {
    if (hosts.length === 3) more = true
    if (!more && host) hosts.push(host)
  }
  if (hosts.length === 0) return '*'
  return more ? `${hosts.join(',')} + ${rules!.length - 3} more...` : hosts.join(',')
}

export const NETWORK_TABLES: Readonly<Record<string, TableOf>> = {
  Service: {
    columns: ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', '+Selector'],
    row: (o, now, wide) => [
      o.metadata.name,
      o.spec.type ?? '',
      o.spec.clusterIPs?.[0] ?? '<none>',
      externalCell(o, wide),
      portsCell(o.spec.ports) || '<none>',
      ageOf(o.metadata.creationTimestamp, now),
      formatLabels(o.spec.selector),
    ],
  },
  Endpoints: {
    columns: ['Name', 'Endpoints', 'Age'],
    row: (o, now) => [o.metadata.name, endpointsCell(o), ageOf(o.metadata.creationTimestamp, now)],
  },
  EndpointSlice: {
    columns: ['Name', 'AddressType', 'Ports', 'Endpoints', 'Age'],
    row: (o, now) => [
      o.metadata.name,
      o.addressType,
      firstThree((o.ports ?? []).map(discoveryPort)) || '<unset>',
      firstThree((o.endpoints ?? []).flatMap((e: Loose) => e.addresses)) || '<unset>',
      ageOf(o.metadata.creationTimestamp, now),
    ],
  },
  Ingress: {
    columns: ['Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'],
    row: (o, now, wide) => [
      o.metadata.name,
      o.spec.ingressClassName ?? '<none>',
      hostsCell(o.spec.rules),
      balancerCell(o.status, wide),
      (o.spec.tls ?? []).length > 0 ? '80, 443' : '80',
      ageOf(o.metadata.creationTimestamp, now),
    ],
  },
  IngressClass: {
    columns: ['Name', 'Controller', 'Parameters', 'Age'],
    row: (o, now) => {
      const p = o.spec?.parameters
      const isDefault = o.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true'
      return [
        o.metadata.name + (isDefault ? ' (default)' : ''),
        o.spec?.controller ?? '',
        p ? `${p.kind}${p.apiGroup ? `.${p.apiGroup}` : ''}/${p.name}` : '<none>',
        ageOf(o.metadata.creationTimestamp, now),
      ]
    },
  },
  NetworkPolicy: {
    columns: ['Name', 'Pod-Selector', 'Age'],
    row: (o, now) => [o.metadata.name, selectorCell(o.spec?.podSelector), ageOf(o.metadata.creationTimestamp, now)],
  },
}
