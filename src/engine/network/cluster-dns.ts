import {
  canonicalIP,
  type Endpoint,
  type EndpointSlice,
  EPOCH,
  isIPv6,
  parseIPv4,
  type Service,
} from '../../model/index.ts'
import { get, list, listByLabels, type State } from '../core/index.ts'
import { type DnsRecord, type DnsReply, fqdn, isBelow, NODATA, NXDOMAIN, withoutDot } from './dns-record.ts'
import { outsideDns } from './outside-dns.ts'

/**
 * The cluster's DNS server: CoreDNS with `kubernetes cluster.local in-addr.arpa ip6.arpa { pods insecure; fallthrough in-addr.arpa
 * ip6.arpa }`, `loadbalance` and `forward`, without a cache. It answers from the API server's Services and EndpointSlices as they are now.
 */

/** What one name of the cluster stands for. coredns plugin/etcd/msg Service (1.15). */
interface Item {
  /** An address, or the name that it is an alias of. */
  readonly host: string
  /** -1: no port */
  readonly port: number
  /** What an SRV record calls it, without the cluster's domain. */
  readonly target: string
}

/** undefined: there is no such name; []: there is, with nothing of the kind asked for. */
type Items = readonly Item[] | undefined

const SERVICE_NAME = 'kubernetes.io/service-name'
/** coredns plugin/backend_lookup.go maxCnameChainLength (1.15). */
const LONGEST_CHAIN = 10

/** A question as a server's zone sees it. */
interface Question {
  readonly state: State
  /** With its last dot, in the case of the question. */
  readonly name: string
  /** The end of the name that made it this server's, with its last dot, in the case of the question. */
  readonly zone: string
  /** What stands before the zone, in lower case, without its last dot. */
  readonly base: string
}

/** A question to the cluster's DNS server, as it stands (no search path). `name` with or without its last dot, in any case. */
export function clusterDns(state: State, name: string, type: string): DnsReply {
  const asked = fqdn(name)
  const zone = [state.config.clusterDomain, ...REVERSE_ZONES].find((z) => isBelow(asked, z))
  if (zone === undefined) return outsideDns(state, asked, type)
  const reply = answerOf(question(state, asked, asked.slice(-fqdn(zone).length)), type)
  // coredns plugin/pkg/fall (1.15): what the reverse zones do not know is asked outside
  return reply.rcode === 'NXDOMAIN' && REVERSE_ZONES.includes(zone) ? outsideDns(state, asked, type) : reply
}

const REVERSE_ZONES: readonly string[] = ['in-addr.arpa', 'ip6.arpa']

function question(state: State, name: string, zone: string): Question {
  const base = name.slice(0, -zone.length).toLowerCase()
  return { state, name, zone, base: withoutDot(base) }
}

/** coredns plugin/kubernetes/handler.go ServeDNS (1.15). */
function answerOf(q: Question, type: string): DnsReply {
  const { name } = q
  switch (type) {
    case 'A':
    case 'AAAA': {
      const records = addresses(q, type, [])
      return records === undefined ? NXDOMAIN : reply(records)
    }
    case 'SRV':
      return srv(q)
    case 'CNAME': {
      const items = itemsOf(q, type)
      if (items === undefined) return NXDOMAIN
      const first = items[0]
      return reply(first && hostType(first.host) === 'CNAME' ? [{ name, type, data: fqdn(first.host) }] : [])
    }
    case 'TXT':
      if (q.base === 'dns-version') return reply([{ name, type, data: '"1.1.0"' }])
      // coredns kubernetes.go Services (1.15): a name that holds nothing is none for TXT
      return recordsOf(q)?.length ? NODATA : NXDOMAIN
    case 'PTR':
      return ptr(q)
    case 'NS':
      // the name in lower case has to be the zone as it was asked
      return name === name.toLowerCase() && q.base === '' ? reply(nameServers(q)) : existence(q, type)
    case 'SOA':
      return q.base === '' ? reply([startOfAuthority(q)]) : NODATA
    default:
      return existence(q, type)
  }
}

const existence = (q: Question, type: string): DnsReply => (itemsOf(q, type) === undefined ? NXDOMAIN : NODATA)
const reply = (records: readonly DnsRecord[]): DnsReply =>
  records.length === 0 ? NODATA : { rcode: 'NOERROR', records }

/** coredns plugin/backend_lookup.go SOA (1.15); the serial counts seconds, as the time of the last change does. */
function startOfAuthority({ state, name, zone }: Question): DnsRecord {
  const serial = Math.floor((EPOCH + state.now) / 1000)
  return { name, type: 'SOA', data: `ns.dns.${zone} hostmaster.${zone} ${serial} 7200 1800 86400 5` }
}

/** coredns plugin/backend_lookup.go NS (1.15): the Services that lead to this server. */
function nameServers({ state, name, zone }: Question): DnsRecord[] {
  const names = new Set(serverAddresses(state).map((s) => `${s.service}.${zone}`))
  return [...names].map((data) => ({ name, type: 'NS', data }))
}

/**
 * coredns plugin/kubernetes/ns.go nsAddrs (1.15): the addresses of every Service one of whose ready endpoints is this server, or of its
 * endpoints when it is headless. This server's own addresses are the endpoints of kube-dns.
 */
function serverAddresses(state: State): { service: string; address: string }[] {
  const out: { service: string; address: string }[] = []
  const own = slicesOf(state, 'kube-system', 'kube-dns').flatMap((s) => [...readyAddresses(s)].map((e) => e.address))
  for (const local of [...new Set(own)]) {
    for (const slice of list<EndpointSlice>(state, 'EndpointSlice')) {
      const endpoints = [...readyAddresses(slice)]
      if (!endpoints.some((e) => e.address === local)) continue
      const service = get<Service>(
        state,
        'Service',
        slice.metadata.namespace ?? '',
        slice.metadata.labels?.[SERVICE_NAME] ?? '',
      )
      if (!service) continue
      const path = `${service.metadata.name}.${service.metadata.namespace}.svc`
      const ips = clusterIPsOf(service)
      if (ips[0] === 'None') out.push(...endpoints.map((e) => ({ service: `${e.host}.${path}`, address: e.address })))
      else out.push(...ips.map((address) => ({ service: path, address })))
    }
  }
  return out.length > 0 ? out : [{ service: 'ns.dns', address: dnsServerAddress(state) }]
}

const clusterIPsOf = ({ spec }: Service): readonly string[] =>
  spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? '']

/** coredns plugin/etcd/msg/type.go HostType (1.15). */
const hostType = (host: string): 'A' | 'AAAA' | 'CNAME' =>
  parseIPv4(host) !== undefined ? 'A' : isIPv6(host) ? 'AAAA' : 'CNAME'

/** coredns plugin/backend_lookup.go A, AAAA (1.15): aliases are followed, also out of the cluster. undefined: no such name. */
function addresses(q: Question, type: 'A' | 'AAAA', before: readonly DnsRecord[]): DnsRecord[] | undefined {
  const items = itemsOf(q, type)
  if (items === undefined) return undefined
  const { state, name, zone } = q
  const records: DnsRecord[] = []
  for (const { host } of items) {
    const what = hostType(host)
    if (what === type) {
      const data = canonicalIP(host) ?? host
      if (!records.some((r) => r.name === name && r.data === data)) records.push({ name, type, data })
      continue
    }
    if (what !== 'CNAME') continue
    const target = fqdn(host)
    if (isBelow(target, name) || before.length > LONGEST_CHAIN) continue
    const alias: DnsRecord = { name, type: 'CNAME', data: target }
    if (before.some((r) => r.data === alias.data)) continue
    if (isBelow(target, zone)) {
      // an alias of a name that holds nothing is left out altogether
      const next = addresses(question(state, target, zone), type, [...before, alias])
      if (next && next.length > 0) records.push(alias, ...next)
    } else {
      records.push(alias, ...clusterDns(state, target, type).records)
    }
  }
  return records
}

/** coredns plugin/backend_lookup.go SRV (1.15): the weights share 100. */
function srv(q: Question): DnsReply {
  const items = itemsOf(q, 'SRV')?.filter((i) => hostType(i.host) !== 'CNAME')
  if (items === undefined) return NXDOMAIN
  const weight = Math.max(1, Math.floor(100 / Math.max(1, items.length)))
  const data = new Set(items.filter((i) => i.port !== -1).map((i) => `0 ${weight} ${i.port} ${i.target}.${q.zone}`))
  return reply([...data].map((d) => ({ name: q.name, type: 'SRV', data: d })))
}

/** coredns plugin/kubernetes/kubernetes.go Services, ns.go isDefaultNS (1.15). */
function itemsOf(q: Question, type: string): Items {
  // the name in lower case has to end with the zone as it was asked
  if (q.base !== 'ns.dns' || q.zone !== q.zone.toLowerCase()) return recordsOf(q)
  return serverAddresses(q.state)
    .filter(({ address }) => hostType(address) === type)
    .map(({ address }) => ({ host: address, port: -1, target: 'ns.dns' }))
}

/** coredns plugin/kubernetes/parse.go parseRequest, kubernetes.go Records (1.15). */
function recordsOf({ state, base, zone }: Question): Items {
  if (base === '' || base === 'svc' || base === 'pod') return []
  if (!isBelow(zone, state.config.clusterDomain)) return undefined
  const labels = base.split('.')
  const kind = labels.pop()
  if (kind !== 'svc' && kind !== 'pod') return undefined
  const namespace = labels.pop()
  if (namespace === undefined || !get(state, 'Namespace', '', namespace)) return undefined
  const name = labels.pop()
  if (name === undefined) return []
  if (labels.length > 2) return undefined
  return kind === 'pod' ? podItems(name, namespace) : serviceItems(state, namespace, name, labels)
}

/** `pods insecure`: any address is somebody's, whether there is such a pod or not. coredns kubernetes.go findPods (1.15). */
function podItems(name: string, namespace: string): Items {
  const dashes = name.split('-').length - 1
  const ip = dashes === 3 && !name.includes('--') ? name.replaceAll('-', '.') : name.replaceAll('-', ':')
  if (hostType(ip) === 'CNAME') return undefined
  return [{ host: ip, port: 0, target: `${name}.${namespace}.pod` }]
}

const stripUnderscore = (label: string): string => (label.startsWith('_') ? label.slice(1) : label)
const same = (asked: string, is: string | undefined): boolean =>
  asked === '' || asked.toLowerCase() === (is ?? '').toLowerCase()

/** coredns plugin/kubernetes/kubernetes.go findServices (1.15). */
function serviceItems(state: State, namespace: string, name: string, labels: readonly string[]): Items {
  const service = get<Service>(state, 'Service', namespace, name)
  if (!service) return undefined
  const endpoint = labels.length === 1 ? labels[0]! : ''
  const [portName, protocol] =
    labels.length === 2 ? [stripUnderscore(labels[0]!), stripUnderscore(labels[1]!)] : ['', '']
  const { spec } = service
  const path = `${name}.${namespace}.svc`
  if (spec.type === 'ExternalName') {
    if (labels.length > 0 || hostType(spec.externalName ?? '') !== 'CNAME') return undefined
    return [{ host: spec.externalName ?? '', port: 0, target: path }]
  }
  const clusterIPs = clusterIPsOf(service)
  const items: Item[] = []
  if (clusterIPs[0] === 'None' || endpoint !== '') {
    for (const slice of slicesOf(state, namespace, name)) {
      for (const { address, host } of readyAddresses(slice)) {
        if (endpoint !== '' && !same(endpoint, host)) continue
        for (const port of portsOf(slice)) {
          if (!same(portName, port.name) || !same(protocol, port.protocol)) continue
          items.push({ host: address, port: port.port, target: `${host}.${path}` })
        }
      }
    }
    return items.length > 0 ? items : undefined
  }
  let found = false
  for (const port of spec.ports ?? []) {
    if (!same(portName, port.name) || !same(protocol, port.protocol ?? 'TCP')) continue
    found = true
    for (const ip of clusterIPs) items.push({ host: ip, port: port.port, target: path })
  }
  return found ? items : undefined
}

const slicesOf = (state: State, namespace: string, service: string): EndpointSlice[] =>
  listByLabels<EndpointSlice>(state, 'EndpointSlice', namespace, { [SERVICE_NAME]: service })

/** coredns plugin/kubernetes/object/endpoint.go endpointSliceToEndpoints (1.15). */
function* readyAddresses(slice: EndpointSlice): Iterable<{ address: string; host: string; endpoint: Endpoint }> {
  for (const endpoint of slice.endpoints ?? []) {
    if (endpoint.conditions?.ready === false) continue
    for (const address of endpoint.addresses) yield { address, host: endpointHost(endpoint, address), endpoint }
  }
}

const portsOf = (slice: EndpointSlice): { port: number; name: string; protocol: string }[] =>
  slice.ports?.length
    ? slice.ports.map((p) => ({ port: p.port ?? -1, name: p.name ?? '', protocol: p.protocol ?? '' }))
    : [{ port: -1, name: '', protocol: '' }]

/** coredns plugin/kubernetes/kubernetes.go endpointHostname (1.15). */
function endpointHost(endpoint: Endpoint, address: string): string {
  if (endpoint.hostname) return endpoint.hostname
  const dashed = address.includes('.') ? address.replaceAll('.', '-') : address.replaceAll(':', '-')
  return dashed.endsWith('-') ? `${dashed}0` : dashed
}

/** Which address a name of in-addr.arpa or ip6.arpa stands for. coredns plugin/pkg/dnsutil/reverse.go (1.15) */
function addressOfReverse({ base, zone }: Question): string | undefined {
  const digits = base.split('.').reverse()
  if (isBelow(zone, 'in-addr.arpa')) return parseIPv4(digits.join('.')) === undefined ? undefined : digits.join('.')
  if (!isBelow(zone, 'ip6.arpa')) return undefined
  // labels beyond the last whole group of four are not looked at
  const groups = Array.from({ length: Math.floor(digits.length / 4) }, (_, i) =>
    digits.slice(4 * i, 4 * i + 4).join(''),
  )
  return canonicalIP(groups.join(':'))
}

/** coredns plugin/kubernetes/reverse.go (1.15): the Service with that cluster IP, else the endpoints of any Service. */
function ptr(q: Question): DnsReply {
  const { state, name } = q
  const ip = addressOfReverse(q)
  if (ip === undefined) return recordsOf(q) === undefined ? NXDOMAIN : NODATA
  const zone = fqdn(state.config.clusterDomain)
  const record = (data: string): DnsRecord => ({ name, type: 'PTR', data })
  for (const s of list<Service>(state, 'Service')) {
    if (clusterIPsOf(s).includes(ip)) return reply([record(`${s.metadata.name}.${s.metadata.namespace}.svc.${zone}`)])
  }
  const names = new Set<string>()
  for (const slice of list<EndpointSlice>(state, 'EndpointSlice')) {
    const service = slice.metadata.labels?.[SERVICE_NAME] ?? ''
    for (const { address, host } of readyAddresses(slice)) {
      if (address === ip) names.add(`${host}.${service}.${slice.metadata.namespace}.svc.${zone}`)
    }
  }
  return names.size === 0 ? NXDOMAIN : reply([...names].map(record))
}

/** The address at which pods ask the cluster's DNS. */
export const dnsServerAddress = (state: State): string =>
  get<Service>(state, 'Service', 'kube-system', 'kube-dns')?.spec.clusterIP ?? '10.96.0.10'
