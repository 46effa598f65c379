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
): Step<{ server: Server } | { trace: Trace }> {
  if (address === OUTSIDE_SERVER) return { server: { address, asks: 'outside' } }
  const trace = yield* send(c, client, { url: `udp://${address.includes(':') ? `[${address}]` : address}:53`, timeout })
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

/** Along the search path, or the name as it stands. */
export function ask(
  c: ToolContext,
  client: ClientSpec,
  server: Server,
  name: string,
  type: string,
  search: boolean,
): Answered {
  const names = search ? candidates(c.cluster.resolver(client), name) : [name.endsWith('.') ? name : `${name}.`]
  let last: Answered | undefined
  for (const question of names) {
    last = { question, reply: c.cluster.ask(server.asks, question, type) }
    if (last.reply.rcode === 'NOERROR') return last
  }
  return last ?? { question: `${name}.`, reply: { rcode: 'NXDOMAIN', records: [] } }
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

export const TYPES: ReadonlySet<string> = new Set([
  'A',
  'AAAA',
  'ANY',
  'CAA',
  'CNAME',
  'MX',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'TXT',
])

export const isAddress = (word: string): boolean => isIP(word)

export const withoutDot = (name: string): string => (name.endsWith('.') && name !== '.' ? name.slice(0, -1) : name)

/** A record's data without the last dots of names, as some tools print it. */
export const dataOf = (r: DnsRecord): string => r.data
