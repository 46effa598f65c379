import { type ClientSpec, candidates, type DnsRecord, type DnsReply } from '../../../engine/index.ts'
import { isIP, type KObject, type Trace } from '../../../model/index.ts'
import type { Step } from '../shell-event.ts'
import type { ToolContext } from '../tool.ts'
import { send } from './send.ts'

/** Who answers a question. */
export interface Server {
  /** Its address, as shown. */
  readonly address: string
  readonly asks: 'cluster' | 'outside'
}

/** A machine of the world outside that answers names, as a node's resolver has it. */
const OUTSIDE_SERVER = '192.0.2.53'

/** The server in /etc/resolv.conf; undefined: there is none. */
export function ownServer(c: ToolContext, client: ClientSpec): Server | undefined {
  const resolver = c.cluster.resolver(client)
  if (resolver.asks === 'nobody') return undefined
  return { address: resolver.server || OUTSIDE_SERVER, asks: resolver.asks }
}

/**
 * A server that was named on the command line: it is asked over the network, so that what lies in between shows. The trace says whether
 * it answered; undefined: it did, and is a server of names.
 */
export function* namedServer(
  c: ToolContext,
  client: ClientSpec,
  address: string,
  timeout: number,
  port = 53,
): Step<{ server: Server } | { trace: Trace }> {
  if (address === OUTSIDE_SERVER && port === 53) return { server: { address, asks: 'outside' } }
  const trace = yield* send(c, client, {
    url: `udp://${address.includes(':') ? `[${address}]` : address}:${port}`,
    timeout,
  })
  if (trace.outcome !== 'answered') return { trace }
  return { server: { address, asks: isClusterDns(c, trace) ? 'cluster' : 'outside' } }
}

function isClusterDns(c: ToolContext, { server }: Trace): boolean {
  return c.cluster.list<KObject>('EndpointSlice', 'kube-system').some((s) => {
    const endpoints = (s['endpoints'] ?? []) as readonly { addresses?: readonly string[] }[]
    return (
      s.metadata.labels?.['kubernetes.io/service-name'] === 'kube-dns' &&
      endpoints.some((e) => e.addresses?.includes(server?.ip ?? ''))
    )
  })
}

export interface Answered {
  /** The name that was asked last, with its last dot. */
  readonly question: string
  readonly reply: DnsReply
}

/** Along the search path, or the name as it stands: every name that was asked, with its answer; the last one counts. */
export function asked(
  c: ToolContext,
  client: ClientSpec,
  server: Server,
  name: string,
  type: string,
  search: boolean,
): readonly [Answered, ...Answered[]] {
  const names = search ? candidates(c.cluster.resolver(client), name) : [name.endsWith('.') ? name : `${name}.`]
  const all: Answered[] = []
  for (const question of names) {
    const reply = c.cluster.ask(server.asks, question, type)
    all.push({ question, reply })
    if (reply.rcode === 'NOERROR') break
  }
  const [first = { question: `${name}.`, reply: { rcode: 'NXDOMAIN', records: [] } }, ...rest] = all
  return [first, ...rest]
}

/** Whether the cluster's DNS server answers a name of its own, and not what it heard from others. */
export function isOwn(c: ToolContext, server: Server, name: string, reply: DnsReply): boolean {
  if (server.asks !== 'cluster') return false
  const plain = name.toLowerCase()
  const zones = [`${c.cluster.config.clusterDomain}.`]
  if (reply.rcode === 'NOERROR') zones.push('in-addr.arpa.', 'ip6.arpa.')
  return zones.some((z) => plain === z || plain.endsWith(`.${z}`))
}

/** Seconds: coredns plugin/kubernetes defaultTTL (1.15); outside a usual one. */
export const ttlOf = (own: boolean): number => (own ? 5 : 30)

export const TYPES: ReadonlySet<string> = new Set(
  'A AAAA ANY CAA CNAME DNSKEY DS HINFO HTTPS MX NAPTR NS NSEC PTR RRSIG SOA SPF SRV SSHFP SVCB TLSA TXT URI'.split(
    ' ',
  ),
)

/** Why a name cannot be asked. bind9 lib/dns/name.c dns_name_fromtext (9.20) */
export function illegalName(name: string): string | undefined {
  if (name === '.') return undefined
  const labels = name.replace(/\.$/, '').split('.')
  if (labels.some((l) => l === '')) return 'empty label'
  if (labels.some((l) => l.length > 63)) return 'label too long'
  return name.length > 254 ? 'ran out of space' : undefined
}

export const isAddress = (word: string): boolean => isIP(word)

export const withoutDot = (name: string): string => (name.endsWith('.') && name !== '.' ? name.slice(0, -1) : name)

/** A record's data without the last dots of names, as some tools print it. */
export const dataOf = (r: DnsRecord): string => r.data
