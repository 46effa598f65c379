import { type ClientSpec, type DnsRecord, reverseName } from '../../../engine/index.ts'
import { err, out, type Process, type Step } from '../shell-event.ts'
import { ASKING, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { lastOf, options } from '../tools/options.ts'
import { busyboxNslookup, isBusybox } from './busybox-nslookup.ts'
import {
  type Answered,
  asked,
  illegalName,
  isAddress,
  isOwn,
  namedServer,
  ownServer,
  type Server,
  TYPES,
  ttlOf,
  withoutDot,
} from './dns-query.ts'
import { GETENT } from './getent.ts'
import { lookUp } from './lookup.ts'
import { asker } from './send.ts'

/** nslookup and host, as BIND has them. bind9 bin/dig/nslookup.c, host.c (9.20) */

/** The server that is asked: the one named, reached over the network, else that of /etc/resolv.conf. A number: the status to end with. */
function* serverFor(c: ToolContext, client: ClientSpec, named: string | undefined, port = 53): Step<Server | number> {
  const own = ownServer(c, client)
  if (named === undefined && port === 53) {
    if (own) return own
    yield out(';; no servers could be reached\n\n')
    return 1
  }
  const address = named === undefined ? own?.address : isAddress(named) ? named : lookUp(c, client, named)?.addresses[0]
  if (address === undefined) {
    yield err(`${c.name}: couldn't get address for '${named}': not found\n`)
    return 1
  }
  if (own && address === own.address && port === 53) return own
  for (let i = 0; i < 3; i++) {
    const found = yield* namedServer(c, client, address, 5000, port)
    if ('server' in found) return found.server
    const refused = found.trace.outcome === 'refused'
    yield out(`;; communications error to ${address}#${port}: ${refused ? 'connection refused' : 'timed out'}\n`)
  }
  yield out(`;; no servers could be reached\n${c.name === 'host' ? '' : '\n'}`)
  return 1
}

interface Words {
  readonly name?: string
  readonly named?: string
  readonly type?: string
  readonly port: number
  readonly debug: boolean
  /** What is said first. */
  readonly said: string
}

function nslookupWords(args: readonly string[]): Words {
  const words: string[] = []
  let [said, debug, port] = ['', false, 53]
  let type: string | undefined
  for (const arg of args) {
    const [, option, value = ''] = /^-(\w+)(?:=(.*))?$/.exec(arg) ?? []
    if (option === undefined) words.push(arg)
    else if (/^(type|querytype|query|qu|q|ty|que)$/.test(option)) {
      if (TYPES.has(value.toUpperCase())) type = value.toUpperCase()
      else said += `unknown query type: ${value}\n`
    } else if (option === 'debug') debug = true
    else if (option === 'port' || option === 'po') port = Number(value) || 53
    else if (
      !/^(no)?(debug|d2|search|recurse|vc|fail|def|defname)$|^(timeout|retry|class|cl|ndots|domain)$/.test(option)
    )
      said += `*** Invalid option: ${option}\n`
  }
  const [name, named] = words
  return {
    port,
    debug,
    said,
    ...(name !== undefined && { name }),
    ...(named !== undefined && { named }),
    ...(type && { type }),
  }
}

function* nslookup(c: ToolContext): Process {
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  if (isBusybox(c)) return yield* busyboxNslookup(c, client)
  const { name, named, type, port, debug, said } = nslookupWords(c.args)
  if (said !== '') yield out(said)
  if (name === undefined) return yield* misuse(c, 'a name is needed: nslookup [-type=SRV] NAME [SERVER]')
  const illegal = illegalName(name)
  if (illegal !== undefined) return yield* misuse(c, `'${name}' is not in legal name syntax (${illegal})`)
  const server = yield* serverFor(c, client, named, port)
  if (typeof server === 'number') return server
  // CoreDNS answers for the cluster without being asked to ask others; a server that was named is not blamed for it
  const notes = (all: readonly Answered[]) =>
    named === undefined
      ? all
          .filter((a) => isOwn(c, server, a.question, a.reply))
          .map(() => `;; Got recursion not available from ${server.address}\n`)
          .join('')
      : ''
  const head = `Server:\t\t${server.address}\nAddress:\t${server.address}#${port}\n\n`
  const reverse = isAddress(name)
  const types = reverse ? ['PTR'] : type === undefined ? ['A', 'AAAA'] : [type]
  let found: string | undefined
  for (const [i, t] of types.entries()) {
    const all = asked(
      c,
      client,
      server,
      reverse ? reverseName(name) : (found ?? name),
      t,
      !reverse && found === undefined,
    )
    const { question, reply } = all.at(-1)!
    yield out(notes(all) + (i === 0 && !reverse ? head : ''))
    if (reply.rcode !== 'NOERROR') {
      yield out(`** server can't find ${withoutDot(question)}: ${reply.rcode}\n\n`)
      return 1
    }
    found = question
    if (debug) yield out(debugText(c, server, { question, reply }, t))
    const own = isOwn(c, server, question, reply)
    if (!own && i === 0) yield out('Non-authoritative answer:\n')
    if (reply.records.length === 0 && type !== undefined) yield out(`*** Can't find ${name}: No answer\n`)
    // aliases were named with the first answer
    const shown = reply.records.filter((r) => i === 0 || r.type !== 'CNAME')
    for (const record of shown) yield out(`${nslookupLine(record)}\n`)
    if (!own && type !== undefined && t !== 'A' && t !== 'AAAA')
      yield out('\nAuthoritative answers can be found from:\n')
    // an alias that leads outside was followed to its end
    if (reply.records.some((r) => r.type === 'CNAME')) break
  }
  yield out('\n')
  return 0
}

/** -debug: the whole message. */
function debugText(c: ToolContext, server: Server, { question, reply }: Answered, type: string): string {
  const own = isOwn(c, server, question, reply)
  const record = (r: DnsRecord) => {
    const data: Readonly<Record<string, string>> = {
      A: 'internet address',
      AAAA: 'has AAAA address',
      CNAME: 'canonical name',
      PTR: 'name',
    }
    const [first = ''] = nslookupLine(r).split('\n')
    const text = data[r.type]
      ? `\t${data[r.type]}${r.type === 'AAAA' ? ' ' : ' = '}${r.data}`
      : nslookupLine(r).slice(first.length + 1) || `\t${first.slice(first.indexOf('\t') + 1)}`
    return `    ->  ${withoutDot(r.name)}\n${text}\n\tttl = ${ttlOf(own)}\n`
  }
  const authority =
    own && reply.records.length === 0 ? c.cluster.ask('cluster', c.cluster.config.clusterDomain, 'SOA').records : []
  const section = (title: string, records: readonly DnsRecord[]) => `    ${title}:\n${records.map(record).join('')}`
  return `------------
    QUESTIONS:
\t${withoutDot(question)}, type = ${type}, class = IN
${section('ANSWERS', reply.records)}${section('AUTHORITY RECORDS', authority)}${section('ADDITIONAL RECORDS', [])}------------
`
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

const HOST_USAGE = `Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]
       -p specifies the port on the server to query
       -t specifies the query type
       -W specifies how long to wait for a reply
       -4 use IPv4 query transport only
       -6 use IPv6 query transport only
`

function* host(c: ToolContext): Process {
  const o = options(c.args, 't:av46W:R:N:Tp:rdc:')
  if (o.problem) return yield* misuse(c, `${o.problem}\n${HOST_USAGE.trimEnd()}`)
  const [name, named] = o.rest
  if (name === undefined) {
    yield err(HOST_USAGE)
    return 1
  }
  if (o.on.has('a') || o.on.has('v') || o.on.has('d'))
    return yield* misuse(c, 'the whole message is not simulated here: dig shows it')
  const illegal = illegalName(name)
  if (illegal !== undefined) return yield* misuse(c, `'${name}' is not in legal name syntax (${illegal})`)
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  const type = lastOf(o, 't')?.toUpperCase()
  if (type !== undefined && !TYPES.has(type)) return yield* misuse(c, `invalid type: ${lastOf(o, 't')}\n`, 2)
  const server = yield* serverFor(c, client, named, Number(lastOf(o, 'p')) || 53)
  if (typeof server === 'number') return server
  if (named !== undefined)
    yield out(`Using domain server:\nName: ${named}\nAddress: ${server.address}#53\nAliases: \n\n`)
  const reverse = isAddress(name) && type === undefined
  const types = reverse ? ['PTR'] : type === undefined ? ['A', 'AAAA', 'MX'] : [type]
  for (const [i, t] of types.entries()) {
    const { question, reply } = asked(c, client, server, reverse ? reverseName(name) : name, t, !reverse).at(-1)!
    if (reply.rcode !== 'NOERROR') {
      yield out(`Host ${reverse ? question : name} not found: 3(NXDOMAIN)\n`)
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

export const NAME_TOOLS: readonly Tool[] = [
  {
    name: 'nslookup',
    summary: 'ask the DNS: nslookup [-type=SRV] NAME [SERVER]',
    at: ASKING,
    flags: ['-type='],
    run: nslookup,
  },
  { name: 'host', summary: 'ask the DNS, one line an answer', at: ASKING, flags: ['-t'], run: host },
  GETENT,
]
