import { type ClientSpec, type DnsRecord, reverseName } from '../../../engine/index.ts'
import { podOf } from '../place.ts'
import { err, out, type Process, type Step } from '../shell-event.ts'
import type { ToolContext } from '../tool.ts'
import { type Answered, isAddress, isOwn, namedServer, ownServer, type Server, withoutDot } from './dns-query.ts'
import { lookUp } from './lookup.ts'

/** Images whose nslookup is busybox's: it searches only for names without a dot, and says of every name what came of it. */
export function isBusybox(c: ToolContext): boolean {
  if (c.place.type !== 'pod') return false
  const { container } = c.place
  const image = podOf(c.place, c.cluster)?.spec.containers.find((k) => k.name === container)?.image ?? ''
  return /(^|\/)(busybox|alpine)(:|@|$)/.test(image)
}

const TYPES = new Set('soa ns a aaaa cname mx txt ptr srv any'.split(' '))

const USAGE = `BusyBox v1.37.0 multi-call binary.

Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

Query DNS about HOST

QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any
`

/** busybox networking/nslookup.c (1.37) */
export function* busyboxNslookup(c: ToolContext, client: ClientSpec): Process {
  const types: string[] = []
  const words: string[] = []
  for (const arg of c.args) {
    const [, name, value = ''] = /^-(\w+)(?:=(.*))?$/.exec(arg) ?? []
    if (name === undefined) words.push(arg)
    else if (name === 'debug' || /^(timeout|retry|port)$/.test(name)) continue
    else if (!/^(type|querytype|q)$/.test(name)) {
      yield err(USAGE)
      return 1
    } else if (!TYPES.has(value.toLowerCase())) {
      yield err(`nslookup: invalid query type "${value}"\n`)
      return 1
    } else types.push(value.toUpperCase())
  }
  const [name, named] = words
  if (name === undefined) {
    yield err(USAGE)
    return 1
  }
  const own = ownServer(c, client)
  const address = named === undefined ? own?.address : isAddress(named) ? named : lookUp(c, client, named)?.addresses[0]
  if (address === undefined) {
    yield err(`nslookup: bad address '${named ?? ''}'\n`)
    return 1
  }
  const server = own && address === own.address ? own : yield* reached(c, client, address)
  if (!server) {
    yield out(';; connection timed out; no servers could be reached\n\n')
    return 1
  }
  yield out(
    `Server:\t\t${server.address}\nAddress:\t${server.address.includes(':') ? `[${server.address}]` : server.address}:53\n\n`,
  )
  const reverse = isAddress(name)
  const asks = reverse ? ['PTR'] : types.length > 0 ? types : ['A', 'AAAA']
  // only names without a dot are searched for, and only with the servers of /etc/resolv.conf
  const search = named === undefined && !name.includes('.') ? c.cluster.resolver(client).search : []
  const names = reverse
    ? [reverseName(name)]
    : search.length > 0
      ? search.map((domain) => `${name}.${domain}.`)
      : [name.endsWith('.') ? name : `${name}.`]
  let status = 0
  for (const type of asks) {
    for (const question of names) {
      const reply = c.cluster.ask(server.asks, question, type)
      if (reply.rcode !== 'NOERROR') status = 1
      yield out(`${answer(c, server, { question, reply })}\n`)
    }
  }
  return status
}

function* reached(c: ToolContext, client: ClientSpec, address: string): Step<Server | undefined> {
  for (let i = 0; i < 2; i++) {
    const found = yield* namedServer(c, client, address, 5000)
    if ('server' in found) return found.server
  }
  return undefined
}

function answer(c: ToolContext, server: Server, { question, reply }: Answered): string {
  if (reply.rcode !== 'NOERROR') return `** server can't find ${withoutDot(question)}: ${reply.rcode}\n`
  const head = isOwn(c, server, question, reply) ? '' : 'Non-authoritative answer:\n'
  return head + reply.records.map((r) => `${line(r)}\n`).join('')
}

function line(r: DnsRecord): string {
  const name = withoutDot(r.name)
  const words = r.data.split(' ').map(withoutDot)
  switch (r.type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${r.data}`
    case 'CNAME':
      return `${name}\tcanonical name = ${words[0]}`
    case 'PTR':
      return `${name}\tname = ${words[0]}`
    case 'NS':
      return `${name}\tnameserver = ${words[0]}`
    case 'SRV':
      return `${name}\tservice = ${words.join(' ')}`
    case 'TXT':
      return `${name}\ttext = ${r.data}`
    case 'SOA': {
      const labels = ['origin', 'mail addr', 'serial', 'refresh', 'retry', 'expire', 'minimum']
      return `${name}${labels.map((label, i) => `\n\t${label} = ${words[i]}`).join('')}`
    }
    default:
      return `${name}\t${r.type} ${r.data}`
  }
}
