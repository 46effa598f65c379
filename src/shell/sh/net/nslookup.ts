import { type ClientSpec, type DnsRecord, reverseName } from '../../../engine/index.ts'
import { err, out, type Process, type Step } from '../shell-event.ts'
import { ASKING, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { lastOf, options } from '../tools/options.ts'
import { ask, isAddress, isOwn, namedServer, ownServer, type Server, TYPES, withoutDot } from './dns-query.ts'
import { lookUp } from './lookup.ts'
import { asker } from './send.ts'

/** nslookup, host, getent: BIND's (9.20) and glibc's. bind9 bin/dig/nslookup.c, host.c */

/** The server that is asked: the one named, reached over the network, else that of /etc/resolv.conf. A number: the status to end with. */
function* serverFor(c: ToolContext, client: ClientSpec, named: string | undefined): Step<Server | number> {
  const own = ownServer(c, client)
  if (named === undefined) {
    if (own) return own
    yield out(';; no servers could be reached\n\n')
    return 1
  }
  const address = isAddress(named) ? named : lookUp(c, client, named)?.addresses[0]
  if (address === undefined) {
    yield err(`${c.name}: couldn't get address for '${named}': not found\n`)
    return 1
  }
  if (own && address === own.address) return own
  for (let i = 0; i < 3; i++) {
    const found = yield* namedServer(c, client, address, 5000)
    if ('server' in found) return found.server
    const refused = found.trace.outcome === 'refused'
    yield out(`;; communications error to ${address}#53: ${refused ? 'connection refused' : 'timed out'}\n`)
  }
  yield out(';; no servers could be reached\n\n')
  return 1
}

function* nslookup(c: ToolContext): Process {
  const words: string[] = []
  let type: string | undefined
  for (const arg of c.args) {
    const [, name, value = ''] = /^-(\w+)(?:=(.*))?$/.exec(arg) ?? []
    if (name === undefined) words.push(arg)
    else if (['type', 'querytype', 'query', 'q', 'ty'].includes(name)) type = value.toUpperCase()
  }
  const [name, named] = words
  if (name === undefined) return yield* misuse(c, 'a name is needed: nslookup [-type=SRV] NAME [SERVER]')
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  const server = yield* serverFor(c, client, named)
  if (typeof server === 'number') return server
  yield out(`Server:\t\t${server.address}\nAddress:\t${server.address}#53\n\n`)
  if (isAddress(name)) return yield* pointer(c, client, server, reverseName(name))
  const types = type === undefined ? ['A', 'AAAA'] : [type]
  let status = 0
  for (const [i, t] of types.entries()) {
    const { question, reply } = ask(c, client, server, name, t, true)
    if (reply.rcode !== 'NOERROR') {
      yield out(`** server can't find ${withoutDot(question)}: ${reply.rcode}\n\n`)
      return 1
    }
    const own = isOwn(c, server, question, reply)
    if (!own && i === 0) yield out('Non-authoritative answer:\n')
    if (reply.records.length === 0 && type !== undefined) {
      yield out(`*** Can't find ${name}: No answer\n`)
      status = 1
    }
    // aliases were named with the first answer
    const shown = reply.records.filter((r) => i === 0 || r.type !== 'CNAME')
    for (const record of shown) yield out(`${nslookupLine(record)}\n`)
  }
  yield out('\n')
  return status
}

function nslookupLine(r: DnsRecord): string {
  const name = withoutDot(r.name)
  switch (r.type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${r.data}`
    case 'CNAME':
      return `${name}\tcanonical name = ${r.data}`
    case 'PTR':
      return `${name}\tname = ${r.data}`
    case 'NS':
      return `${name}\tnameserver = ${r.data}`
    case 'SRV':
      return `${name}\tservice = ${r.data}`
    case 'TXT':
      return `${name}\ttext = ${r.data}`
    case 'SOA': {
      const [origin, mail, serial, refresh, retry, expire, minimum] = r.data.split(' ')
      return `${name}\n\torigin = ${withoutDot(origin ?? '')}\n\tmail addr = ${withoutDot(mail ?? '')}\n\tserial = ${serial}\n\trefresh = ${refresh}\n\tretry = ${retry}\n\texpire = ${expire}\n\tminimum = ${minimum}`
    }
    default:
      return `${name}\t${r.type} ${r.data}`
  }
}

function* pointer(c: ToolContext, client: ClientSpec, server: Server, name: string): Process {
  const { question, reply } = ask(c, client, server, name, 'PTR', false)
  if (reply.rcode !== 'NOERROR') {
    yield out(`** server can't find ${withoutDot(question)}: ${reply.rcode}\n\n`)
    return 1
  }
  for (const record of reply.records) yield out(`${nslookupLine(record)}\n`)
  yield out('\n')
  return 0
}

function* host(c: ToolContext): Process {
  const o = options(c.args, 't:av46W:')
  if (o.problem) return yield* misuse(c, o.problem)
  const [name, named] = o.rest
  if (name === undefined) return yield* misuse(c, 'use: host [-t TYPE] NAME [SERVER]')
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  const type = lastOf(o, 't')?.toUpperCase()
  if (type !== undefined && !TYPES.has(type)) return yield* misuse(c, `invalid type: ${type}`, 2)
  const server = yield* serverFor(c, client, named)
  if (typeof server === 'number') return server
  if (named !== undefined)
    yield out(`Using domain server:\nName: ${named}\nAddress: ${server.address}#53\nAliases: \n\n`)
  const reverse = isAddress(name) && type === undefined
  const types = reverse ? ['PTR'] : type === undefined ? ['A', 'AAAA', 'MX'] : [type]
  for (const [i, t] of types.entries()) {
    const { question, reply } = ask(c, client, server, reverse ? reverseName(name) : name, t, !reverse)
    if (reply.rcode !== 'NOERROR') {
      yield out(`Host ${withoutDot(reverse ? question : name)} not found: 3(NXDOMAIN)\n`)
      return 1
    }
    const shown = reply.records.filter((r) => i === 0 || r.type !== 'CNAME')
    for (const record of shown) yield out(`${hostLine(record)}\n`)
    if (reply.records.length === 0 && type !== undefined) yield out(`${withoutDot(question)} has no ${t} record\n`)
  }
  return 0
}

function hostLine(r: DnsRecord): string {
  const name = withoutDot(r.name)
  switch (r.type) {
    case 'A':
      return `${name} has address ${r.data}`
    case 'AAAA':
      return `${name} has IPv6 address ${r.data}`
    case 'CNAME':
      return `${name} is an alias for ${r.data}`
    case 'PTR':
      return `${name} domain name pointer ${r.data}`
    case 'NS':
      return `${name} name server ${r.data}`
    case 'TXT':
      return `${name} descriptive text ${r.data}`
    default:
      return `${name} has ${r.type} record ${r.data}`
  }
}

/** glibc nss/getent.c (2.41): status 2 when there is none. */
function* getent(c: ToolContext): Process {
  const [database, ...names] = c.args
  if (database !== 'hosts' && database !== 'ahosts' && database !== 'ahostsv4')
    return yield* misuse(c, `Unknown database: ${database ?? ''} (hosts and ahosts are there)`)
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  let status = 0
  for (const name of names) {
    const found = lookUp(c, client, name)
    const reverse = isAddress(name) ? c.cluster.resolve(client, name, 'PTR', false).records[0]?.data : undefined
    if (!found || (isAddress(name) && database === 'hosts' && reverse === undefined)) {
      status = 2
      continue
    }
    if (database === 'hosts') {
      const own = found.addresses.filter((ip) => ip.includes(':'))
      const shown = own.length > 0 ? own : found.addresses
      for (const ip of shown) yield out(`${ip.padEnd(15)} ${withoutDot(reverse ?? found.name)}\n`)
      continue
    }
    for (const [i, ip] of found.addresses.entries())
      for (const kind of ['STREAM', 'DGRAM', 'RAW'])
        yield out(
          `${ip.padEnd(15)} ${kind}${i === 0 && kind === 'STREAM' ? ` ${found.name}` : kind === 'STREAM' ? '' : '  '}\n`,
        )
  }
  return status
}

export const NAME_TOOLS: readonly Tool[] = [
  {
    name: 'nslookup',
    summary: 'ask the DNS: nslookup [-type=SRV] NAME [SERVER]',
    at: ASKING,
    flags: ['-type='],
    run: nslookup,
  },
  { name: 'host', summary: 'ask the DNS, one line an answer', at: ASKING, flags: ['-t'], run: host },
  { name: 'getent', summary: 'names as programs find them: getent hosts NAME', at: ASKING, run: getent },
]
