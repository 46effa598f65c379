import { familiesOf, isIPv6, type Pod, parseIPv4 } from '../../model/index.ts'
import { getByKey, type State } from '../core/index.ts'
import { podIPsOf } from './addresses.ts'
import type { ClientSpec } from './client-spec.ts'
import { clusterDns, dnsServerAddress } from './cluster-dns.ts'
import { type DnsRecord, type DnsReply, fqdn, isAskable, NXDOMAIN, recordText, withoutDot } from './dns-record.ts'
import { outsideDns } from './outside-dns.ts'

/** How a client looks names up: what stands in its /etc/resolv.conf and /etc/hosts. */
export interface Resolver {
  readonly asks: 'cluster' | 'outside' | 'nobody'
  /** Address of the server asked first; '' for the world outside. */
  readonly server: string
  readonly search: readonly string[]
  readonly ndots: number
  readonly hosts: readonly { readonly ip: string; readonly names: readonly string[] }[]
}

/** k8s pkg/kubelet/kubelet_pods.go managedHostsFileContent (v1.36); without IPv6 its ::1 is of no use. */
const localhost = (state: State) => [
  { ip: '127.0.0.1', names: ['localhost'] },
  ...(familiesOf(state.config).includes('IPv6')
    ? [{ ip: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] }]
    : []),
]

interface DnsConfig {
  readonly nameservers?: readonly string[]
  readonly searches?: readonly string[]
  readonly options?: readonly { readonly name?: string; readonly value?: string }[]
}

/**
 * k8s pkg/kubelet/network/dns/dns.go GetPodDNS, appendDNSConfig (v1.36); pkg/kubelet/kubelet_pods.go ensureHostsFile (v1.36).
 * Nodes and the internet ask the world outside.
 */
export function resolverOf(state: State, client: ClientSpec): Resolver {
  if (client.from !== 'pod') return { asks: 'outside', server: '', search: [], ndots: 1, hosts: localhost(state) }
  const pod = client.pod === undefined ? undefined : getByKey<Pod>(state, client.pod)
  const config = (pod?.spec.dnsConfig ?? {}) as DnsConfig
  const policy = pod?.spec.dnsPolicy ?? 'ClusterFirst'
  const cluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod?.spec.hostNetwork)
  const domain = state.config.clusterDomain
  const base = cluster ? [`${client.namespace}.svc.${domain}`, `svc.${domain}`, domain] : []
  const dns = dnsServerAddress(state)
  const servers = [...(cluster ? [dns] : policy === 'None' ? [] : ['']), ...(config.nameservers ?? [])]
  const server = servers[0]
  return {
    asks: server === undefined ? 'nobody' : server === dns ? 'cluster' : 'outside',
    server: server ?? '',
    search: searchLine([...new Set([...base, ...(config.searches ?? [])])]),
    ndots: ndotsOf(config.options?.findLast((o) => o.name === 'ndots') ?? { value: cluster ? '5' : undefined }),
    hosts: [...localhost(state), ...hostsOf(pod, domain)],
  }
}

/** An option without a value is none; resolvers read digits, and 15 is the most. resolv.conf(5), RES_MAXNDOTS */
function ndotsOf({ value }: { readonly value?: string }): number {
  return /^\d/.test(value ?? '') ? Math.min(15, Number.parseInt(value!, 10)) : 1
}

/** k8s pkg/kubelet/network/dns/dns.go formDNSSearchFitsLimits (v1.36): 32 domains and 2,048 characters at most. */
function searchLine(domains: readonly string[]): string[] {
  const line = domains.slice(0, 32).filter((d) => d.length <= 253)
  while (line.join(' ').length > 2048) line.pop()
  return line
}

/** The name a pod has for itself. k8s pkg/kubelet/kubelet_pods.go GeneratePodHostNameAndDomain (v1.36) */
function ownNames({ metadata, spec }: Pod, domain: string): string[] {
  const override = spec['hostnameOverride'] as string | undefined
  // a name that is cut does not end in a dash or dot
  const short = (name: string) => (name.length > 63 ? name.slice(0, 63).replace(/[-.]+$/, '') : name)
  if (override !== undefined) return [short(override)]
  const name = short(spec.hostname || metadata.name)
  return [...(spec.subdomain ? [`${name}.${spec.subdomain}.${metadata.namespace}.svc.${domain}`] : []), name]
}

function hostsOf(pod: Pod | undefined, domain: string): { ip: string; names: string[] }[] {
  if (!pod) return []
  const out: { ip: string; names: string[] }[] = []
  // a pod of the node's network has the node's hosts file
  if (!pod.spec.hostNetwork) {
    for (const ip of podIPsOf(pod)) out.push({ ip, names: ownNames(pod, domain) })
  }
  for (const alias of (pod.spec['hostAliases'] ?? []) as { ip?: string; hostnames?: string[] }[]) {
    if (alias.ip) out.push({ ip: alias.ip, names: [...(alias.hostnames ?? [])] })
  }
  return out
}

/** The full names that a resolver tries, in order. A name with enough dots is tried as it stands first. resolv.conf(5), ndots. */
export function candidates(resolver: Resolver, name: string): string[] {
  if (name.endsWith('.')) return [name]
  const joined = resolver.search.map((s) => (withoutDot(s) === '' ? `${name}.` : `${name}.${withoutDot(s)}.`))
  const dots = name.split('.').length - 1
  return dots >= resolver.ndots ? [`${name}.`, ...joined] : [...joined, `${name}.`]
}

/** One question, as it stands, to the server of a resolver. */
export function askServer(state: State, resolver: Resolver, name: string, type: string): DnsReply {
  if (!isAskable(name) || resolver.asks === 'nobody') return NXDOMAIN
  return resolver.asks === 'cluster' ? clusterDns(state, name, type) : outsideDns(state, name, type)
}

/** What a search found: the first name that exists, with or without records, else the name as it stands. */
export interface Found {
  readonly question: string
  readonly reply: DnsReply
  /** Names asked, in order, the last being the one that was found. */
  readonly tried: readonly string[]
  /** How many it would have tried at most. */
  readonly names: number
}

/** `types`: asked at once for each name; a name that exists for one of them is found, with the records of all. */
export function search(state: State, resolver: Resolver, name: string, types: readonly string[]): Found {
  const names = candidates(resolver, name)
  const tried: string[] = []
  for (const candidate of names) {
    tried.push(candidate)
    const replies = types.map((type) => askServer(state, resolver, candidate, type))
    if (!replies.some((r) => r.rcode === 'NOERROR')) continue
    const texts = new Set<string>()
    const records = replies
      .flatMap((r) => r.records)
      .filter((r) => !texts.has(recordText(r)) && texts.add(recordText(r)))
    return { question: candidate, reply: { rcode: 'NOERROR', records }, tried, names: names.length }
  }
  return { question: fqdn(name), reply: NXDOMAIN, tried, names: names.length }
}

/** An answer as dig gives it. */
export interface DnsAnswer {
  readonly rcode: DnsReply['rcode']
  /** The last name asked, with its last dot. */
  readonly question: string
  /** `NAME TYPE DATA`, sorted. */
  readonly answers: readonly string[]
  /** The same, in the order of the answer. */
  readonly records: readonly DnsRecord[]
  /** The server that was asked; '' for the world outside. */
  readonly server: string
}

export type ResolveQuery = readonly [from: ClientSpec, name: string, type?: string, search?: boolean]

/**
 * Ask the resolver of a client, as dig does (`+search` unless `searching` is false; /etc/hosts is not read). A PTR question takes an
 * address too. Types in any case; unknown ones have no records.
 */
export function resolve(state: State, from: ClientSpec, name: string, type = 'A', searching = true): DnsAnswer {
  const resolver = resolverOf(state, from)
  const kind = type.toUpperCase()
  const asked = kind === 'PTR' ? reverseName(name) : name
  const found: Pick<Found, 'question' | 'reply'> = searching
    ? search(state, resolver, asked, [kind])
    : { question: fqdn(asked), reply: askServer(state, resolver, fqdn(asked), kind) }
  const { rcode, records } = found.reply
  return { rcode, question: found.question, answers: records.map(recordText).sort(), records, server: resolver.server }
}

/** `10.96.0.1` → `1.0.96.10.in-addr.arpa.`; anything that is no address stays as it is. */
export function reverseName(address: string): string {
  if (parseIPv4(address) !== undefined) return `${address.split('.').reverse().join('.')}.in-addr.arpa.`
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = (half: string) => (half === '' ? [] : half.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const all =
    tail === undefined
      ? before
      : [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
  return `${all
    .map((g) => g.padStart(4, '0'))
    .join('')
    .split('')
    .reverse()
    .join('.')}.ip6.arpa.`
}
