import { type ClientSpec, type DnsRecord, reverseName } from '../../../engine/index.ts'
import { EPOCH } from '../../../model/index.ts'
import { err, out, type Process, type Step } from '../shell-event.ts'
import { NETWORKED, type Tool, type ToolContext } from '../tool.ts'
import { type Answered, ask, isAddress, isOwn, namedServer, ownServer, type Server, TYPES, ttlOf } from './dns-query.ts'
import { lookUp } from './lookup.ts'
import { asker } from './send.ts'

/** dig, as BIND has it. bind9 bin/dig/dig.c, dighost.c (9.20) */
const VERSION = '9.20.15'

interface Query {
  name: string
  type: string
  reverse: boolean
}

type Switch =
  | 'short'
  | 'search'
  | 'all'
  | 'answer'
  | 'authority'
  | 'additional'
  | 'question'
  | 'comments'
  | 'stats'
  | 'cmd'
  | 'tcp'
  | 'recurse'
  | 'trace'
  | 'nsid'
  | 'ttlid'
  | 'class'

const SWITCHES: readonly string[] = [
  'short',
  'search',
  'all',
  'answer',
  'authority',
  'additional',
  'question',
  'comments',
  'stats',
  'cmd',
  'tcp',
  'vc',
  'recurse',
  'ttlid',
  'class',
  'edns',
  'cookie',
  'dnssec',
  'multiline',
  'identify',
]

interface Asked {
  readonly queries: readonly Query[]
  readonly server?: string
  readonly on: ReadonlyMap<string, boolean>
  readonly time: number
  readonly tries: number
  readonly port: number
}

function read(args: readonly string[]): Asked | string {
  const queries: Query[] = []
  const on = new Map<string, boolean>()
  let server: string | undefined
  let pending: string | undefined
  let [time, tries, port] = [5, 3, 53]
  const query = (name: string, reverse = false) => {
    queries.push({ name, type: pending ?? (reverse ? 'PTR' : 'A'), reverse })
    pending = undefined
  }
  const type = (text: string) => {
    const last = queries.at(-1)
    if (last && !last.reverse) last.type = text.toUpperCase()
    else pending = text.toUpperCase()
  }
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word.startsWith('@')) server = word.slice(1)
    else if (word.startsWith('+')) {
      const [, name = '', value] = /^\+([a-z]+)(?:=(.*))?$/i.exec(word) ?? []
      const number = Number(value)
      if (name === 'time' || name === 'timeout') time = Math.max(1, Math.min(300, number || 5))
      else if (name === 'tries') tries = Math.max(1, Math.min(20, number || 3))
      else if (name === 'retry') tries = Math.max(1, Math.min(20, number + 1 || 3))
      else if (name === 'ndots' || name === 'domain' || name === 'bufsize') continue
      else {
        const positive = !name.startsWith('no')
        const plain = positive ? name : name.slice(2)
        const known = SWITCHES.find((s) => s === plain) ?? SWITCHES.find((s) => plain.length > 2 && s.startsWith(plain))
        if (known === undefined) return `Invalid option: ${word}`
        if (known === 'all')
          for (const s of ['answer', 'authority', 'additional', 'question', 'comments', 'stats', 'cmd'])
            on.set(s, positive)
        else on.set(known, positive)
      }
    } else if (word === '-x') query(args[++i] ?? '', true)
    else if (word === '-t') type(args[++i] ?? '')
    else if (word === '-q') query(args[++i] ?? '')
    else if (word === '-p') port = Number(args[++i]) || 53
    else if (word === '-4' || word === '-6' || word === '-u' || word === '-r') continue
    else if (word.startsWith('-') && word.length > 1) return `Invalid option: ${word}`
    else if (/^IN$/i.test(word)) continue
    else if (TYPES.has(word.toUpperCase()) && (queries.length > 0 || i < args.length - 1 || /^[A-Z]+$/.test(word)))
      type(word)
    else query(word)
  }
  if (queries.length === 0) queries.push({ name: '.', type: pending ?? 'NS', reverse: false })
  return { queries, on, time, tries, port, ...(server !== undefined && { server }) }
}

function* dig(c: ToolContext): Process {
  const asked = read(c.args)
  if (typeof asked === 'string') {
    yield err(
      `${asked}\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n            {global-d-opt} host [@local-server] {local-d-opt}\n            [ host [@local-server] {local-d-opt} [...]]\n\nUse "dig -h" (or "dig -h | more") for complete list of options\n`,
    )
    return 1
  }
  const client = asker(c)
  const own = client && ownServer(c, client)
  if (!client || (!own && asked.server === undefined)) {
    yield out(';; no servers could be reached\n')
    return 9
  }
  const short = asked.on.get('short') === true
  if (!short && (asked.on.get('cmd') ?? true))
    yield out(
      `\n; <<>> DiG ${VERSION} <<>> ${c.args.join(' ')}\n${(asked.on.get('comments') ?? true) ? ';; global options: +cmd\n' : ''}`,
    )
  const server = yield* serverOf(c, client, asked, own)
  if (typeof server === 'number') return server
  for (const query of asked.queries) yield* one(c, client, server, asked, query, short)
  return 0
}

/** The server to ask, or the status with which dig ends without one. */
function* serverOf(
  c: ToolContext,
  client: ClientSpec,
  { server, time, tries, port }: Asked,
  own: Server | undefined,
): Step<Server | number> {
  if (server === undefined) return own!
  const address = isAddress(server) ? server : lookUp(c, client, server)?.addresses[0]
  if (address === undefined) {
    yield err(`dig: couldn't get address for '${server}': not found\n`)
    return 10
  }
  if (own && address === own.address) return own
  for (let i = 0; i < tries; i++) {
    const found = yield* namedServer(c, client, address, time * 1000)
    if ('server' in found) return found.server
    const refused = found.trace.outcome === 'refused'
    yield out(`;; communications error to ${address}#${port}: ${refused ? 'connection refused' : 'timed out'}\n`)
  }
  yield out(';; no servers could be reached\n')
  return 9
}

function* one(
  c: ToolContext,
  client: ClientSpec,
  server: Server,
  asked: Asked,
  query: Query,
  short: boolean,
): Step<void> {
  const on = (name: Switch) => asked.on.get(name) ?? true
  const name = query.reverse ? reverseName(query.name) : query.name
  const searching = asked.on.get('search') === true && !query.reverse
  const answered = ask(c, client, server, name, query.type, searching)
  const { reply } = answered
  if (short) {
    const lines = reply.records.map((r) => `${r.data}\n`)
    if (lines.length > 0) yield out(lines.join(''))
    return
  }
  const own = isOwn(c, server, answered.question, reply)
  const authority = own && (reply.rcode === 'NXDOMAIN' || reply.records.length === 0) ? startOfAuthority(c) : []
  const parts: string[] = []
  if (on('comments')) parts.push(header(c, answered, own, reply.records.length, authority.length))
  if (on('question'))
    parts.push(`${on('comments') ? ';; QUESTION SECTION:\n' : ''};${column(answered.question)}IN\t${query.type}\n\n`)
  if (on('answer') && reply.records.length > 0)
    parts.push(
      `${on('comments') ? ';; ANSWER SECTION:\n' : ''}${reply.records.map((r) => row(r, ttlOf(own))).join('')}${on('comments') ? '\n' : ''}`,
    )
  if (on('authority') && authority.length > 0)
    parts.push(
      `${on('comments') ? ';; AUTHORITY SECTION:\n' : ''}${authority.map((r) => row(r, ttlOf(true))).join('')}${on('comments') ? '\n' : ''}`,
    )
  if (on('stats')) parts.push(statistics(c, server, answered, asked, [...reply.records, ...authority]))
  yield out(parts.join(''))
}

/** bind9 bin/dig/dig.c printmessage; a cookie is echoed by CoreDNS, which knows none. */
function header(
  c: ToolContext,
  { question, reply }: Answered,
  own: boolean,
  answers: number,
  authority: number,
): string {
  const id = idOf(c, question)
  const isLocal = /(^|\.)local\.$/i.test(question)
  const recursion = own ? ['qr', 'aa', 'rd'] : ['qr', 'rd', 'ra']
  return [
    ';; Got answer:',
    ...(isLocal
      ? [
          ';; WARNING: .local is reserved for Multicast DNS',
          ';; You are currently testing what happens when an mDNS query is leaked to DNS',
        ]
      : []),
    `;; ->>HEADER<<- opcode: QUERY, status: ${reply.rcode}, id: ${id}`,
    `;; flags: ${recursion.join(' ')}; QUERY: 1, ANSWER: ${answers}, AUTHORITY: ${authority}, ADDITIONAL: 1`,
    ...(own ? [';; WARNING: recursion requested but not available'] : []),
    '',
    ';; OPT PSEUDOSECTION:',
    '; EDNS: version: 0, flags:; udp: 1232',
    `; COOKIE: ${cookieOf(c, question)} (echoed)`,
    '',
  ].join('\n')
}

const hash = (text: string, seed: number): number => {
  let n = seed
  for (const x of text) n = (Math.imul(n, 16_777_619) ^ x.charCodeAt(0)) >>> 0
  return n
}
const idOf = (c: ToolContext, question: string) => hash(`${question}${c.cluster.now}`, 2_166_136_261) % 65_536
const cookieOf = (c: ToolContext, question: string) =>
  [1, 2]
    .map((seed) =>
      hash(`${question}${c.cluster.now}`, seed * 2_166_136_261)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')

/** dig's columns: the name up to 24 characters by tabs, then TTL, class, type. bind9 lib/dns/masterdump.c (9.20) */
function column(name: string): string {
  const width = name.length + 1
  return `${name}${'\t'.repeat(Math.max(1, Math.ceil((32 - width) / 8)))}`
}

function row(r: DnsRecord, ttl: number): string {
  const tabs = r.name.length < 24 ? '\t'.repeat(Math.ceil((24 - r.name.length) / 8)) : ' '
  return `${r.name}${tabs}${ttl}\tIN\t${r.type}\t${r.data}\n`
}

function startOfAuthority(c: ToolContext): readonly DnsRecord[] {
  return c.cluster.ask('cluster', c.cluster.config.clusterDomain, 'SOA').records
}

function statistics(
  c: ToolContext,
  server: Server,
  { question }: Answered,
  { port, on }: Asked,
  records: readonly DnsRecord[],
): string {
  const at = new Date(EPOCH + c.cluster.age)
  const [, day, date, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? []
  const transport = on.get('tcp') || on.get('vc') ? 'TCP' : 'UDP'
  return `;; Query time: ${server.asks === 'cluster' ? 0 : 9} msec
;; SERVER: ${server.address}#${port}(${server.address}) (${transport})
;; WHEN: ${day} ${month} ${date} ${time} UTC ${year}
;; MSG SIZE  rcvd: ${sizeOf(question, records)}

`
}

/** A name on the wire: a byte before each label, and one at the end. CoreDNS leaves names whole unless the answer is long. */
const wire = (name: string): number => (name === '.' ? 1 : name.length + 1)

function sizeOf(question: string, records: readonly DnsRecord[]): number {
  const data = ({ type, data: text }: DnsRecord): number => {
    if (type === 'A') return 4
    if (type === 'AAAA') return 16
    if (type === 'TXT') return text.length - 1
    const names = text.split(' ').filter((w) => w.endsWith('.'))
    const numbers = type === 'SRV' ? 6 : type === 'SOA' ? 20 : 0
    return numbers + names.reduce((sum, n) => sum + wire(n), 0)
  }
  // header, question, EDNS with a cookie of 8 bytes
  return 12 + wire(question) + 4 + records.reduce((sum, r) => sum + wire(r.name) + 10 + data(r), 0) + 11 + 12
}

export const DIG: Tool = {
  name: 'dig',
  summary: 'ask the DNS: dig [+search] [+short] NAME [A|AAAA|SRV|PTR|NS|TXT], dig -x ADDRESS, dig @SERVER NAME',
  at: NETWORKED,
  flags: ['+search', '+short', '+noall', '+answer', '-x', '-t'],
  run: dig,
}
