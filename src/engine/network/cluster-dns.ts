import { type Endpoint, type EndpointSlice, isIPv6, parseIPv4, type Service } from '../../model/index.ts'
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

/** A question to the cluster's DNS server, as it stands (no search path). `name` with or without its last dot, in any case. */
export function clusterDns(state: State, name: string, type: string): DnsReply {
  const question = fqdn(name)
  if (isBelow(question, 'in-addr.arpa') || isBelow(question, 'ip6.arpa')) return reverse(state, question, type)
  if (!isBelow(question, state.config.clusterDomain)) return outsideDns(state, question, type)
  switch (type) {
    case 'A':
    case 'AAAA': {
      const records = addresses(state, question, type, [])
      return records === undefined ? NXDOMAIN : records.length === 0 ? NODATA : { rcode: 'NOERROR', records }
    }
    case 'SRV':
      return srv(state, question)
    case 'CNAME': {
      const items = itemsOf(state, question)
      if (items === undefined) return NXDOMAIN
      const first = items[0]
      return first && hostType(first.host) === 'CNAME'
        ? reply([{ name: question, type, data: fqdn(first.host) }])
        : NODATA
    }
    case 'TXT':
      if (withoutDot(question).toLowerCase() === `dns-version.${state.config.clusterDomain.toLowerCase()}`) {
        return reply([{ name: question, type, data: '"1.1.0"' }])
      }
      // coredns kubernetes.go Services (1.15): a name that holds nothing is none for TXT
      return itemsOf(state, question)?.length ? NODATA : NXDOMAIN
    default:
      return itemsOf(state, question) === undefined ? NXDOMAIN : NODATA
  }
}

const reply = (records: readonly DnsRecord[]): DnsReply => ({ rcode: 'NOERROR', records })

/** coredns plugin/etcd/msg/type.go HostType (1.15). */
const hostType = (host: string): 'A' | 'AAAA' | 'CNAME' =>
  parseIPv4(host) !== undefined ? 'A' : isIPv6(host) ? 'AAAA' : 'CNAME'

/** coredns plugin/backend_lookup.go A, AAAA (1.15): aliases are followed, also out of the cluster. undefined: no such name. */
function addresses(
  state: State,
  question: string,
  type: 'A' | 'AAAA',
  before: readonly DnsRecord[],
): DnsRecord[] | undefined {
  const items = itemsOf(state, question)
  if (items === undefined) return undefined
  const records: DnsRecord[] = []
  for (const { host } of items) {
    const what = hostType(host)
    if (what === type) {
      if (!records.some((r) => r.name === question && r.data === host))
        records.push({ name: question, type, data: host })
      continue
    }
    if (what !== 'CNAME') continue
    const target = fqdn(host)
    if (target.toLowerCase() === question.toLowerCase() || before.length > LONGEST_CHAIN) continue
    const alias: DnsRecord = { name: question, type: 'CNAME', data: target }
    if (before.some((r) => r.name === alias.name && r.data === alias.data)) continue
    if (isBelow(target, state.config.clusterDomain)) {
      // an alias of a name that holds nothing is left out altogether
      const next = addresses(state, target, type, [...before, alias])
      if (next && next.length > 0) records.push(alias, ...next)
    } else {
      records.push(alias, ...outsideDns(state, target, type).records)
    }
  }
  return records
}

/** coredns plugin/backend_lookup.go SRV (1.15): the weights share 100. */
function srv(state: State, question: string): DnsReply {
  const items = itemsOf(state, question)?.filter((i) => hostType(i.host) !== 'CNAME')
  if (items === undefined) return NXDOMAIN
  const weight = Math.max(1, Math.floor(100 / Math.max(1, items.length)))
  const zone = question.slice(question.length - fqdn(state.config.clusterDomain).length)
  const data = new Set(items.filter((i) => i.port !== -1).map((i) => `0 ${weight} ${i.port} ${i.target}.${zone}`))
  return data.size === 0 ? NODATA : reply([...data].map((d) => ({ name: question, type: 'SRV', data: d })))
}

/** coredns plugin/kubernetes/parse.go parseRequest, kubernetes.go Records (1.15). */
function itemsOf(state: State, question: string): Items {
  const zone = state.config.clusterDomain.toLowerCase()
  const base = withoutDot(question).toLowerCase().slice(0, -zone.length).replace(/\.$/, '')
  if (base === '' || base === 'svc' || base === 'pod') return []
  if (base === 'ns.dns') {
    const server = dnsServerAddress(state)
    return [{ host: server, port: -1, target: 'ns.dns' }]
  }
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
  const clusterIPs = spec.clusterIPs ?? [spec.clusterIP ?? '']
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

/** Which address `name` of in-addr.arpa (or ip6.arpa) stands for; undefined when it is none. */
function addressOfReverse(name: string): string | undefined {
  const parts = withoutDot(name).toLowerCase().split('.')
  const digits = parts.slice(0, -2).reverse()
  if (parts.at(-2) === 'in-addr') return parseIPv4(digits.join('.')) === undefined ? undefined : digits.join('.')
  const groups = digits.join('').match(/.{4}/g)
  return digits.length === 32 && groups ? groups.join(':') : undefined
}

/** coredns plugin/kubernetes/reverse.go (1.15): cluster IPs, then endpoints of any Service; then the world outside. */
function reverse(state: State, question: string, type: string): DnsReply {
  const ip = addressOfReverse(question)
  if (type !== 'PTR' || ip === undefined) return outsideDns(state, question, type)
  const zone = fqdn(state.config.clusterDomain)
  for (const s of list<Service>(state, 'Service')) {
    const ips = s.spec.type === 'ExternalName' ? [] : (s.spec.clusterIPs ?? [s.spec.clusterIP])
    if (ips.includes(ip))
      return reply([{ name: question, type, data: `${s.metadata.name}.${s.metadata.namespace}.svc.${zone}` }])
  }
  const names = new Set<string>()
  for (const slice of list<EndpointSlice>(state, 'EndpointSlice')) {
    const service = slice.metadata.labels?.[SERVICE_NAME] ?? ''
    for (const { address, host } of readyAddresses(slice)) {
      if (address === ip) names.add(`${host}.${service}.${slice.metadata.namespace}.svc.${zone}`)
    }
  }
  if (names.size === 0) return outsideDns(state, question, type)
  return reply([...names].map((data) => ({ name: question, type, data })))
}

/** The address at which pods ask the cluster's DNS. */
export const dnsServerAddress = (state: State): string =>
  get<Service>(state, 'Service', 'kube-system', 'kube-dns')?.spec.clusterIP ?? '10.96.0.10'
