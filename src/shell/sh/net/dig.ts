import { type ClientSpec, candidates, type DnsRecord, type DnsReply, reverseName } from '../../../engine/index.ts'
import { EPOCH, familiesOf } from '../../../model/index.ts'
import { err, out, type Process, type Step } from '../shell-event.ts'
import { ASKING, type Tool, type ToolContext } from '../tool.ts'
import { DIG_USAGE, type DigOptions, digOptions, type Query } from './dig-options.ts'
import { illegalName, isAddress, isOwn, namedServer, ownServer, type Server, ttlOf } from './dns-query.ts'
import { lookUp } from './lookup.ts'
import { asker } from './send.ts'

/** dig, as BIND has it, asking CoreDNS 1.14 (the one of Kubernetes 1.36). bind9 bin/dig/dig.c, dighost.c (9.20) */
const VERSION = '9.20.15'

function* dig(c: ToolContext): Process {
  if (c.args[0] === '-h') {
    yield out(`${DIG_USAGE}\nSimulated: dig NAME [TYPE] [@SERVER] [-x ADDRESS] [-p PORT] [-t TYPE] [-q NAME] [+short] [+search] [+[no]all]
  [+[no]answer] [+[no]authority] [+[no]additional] [+[no]question] [+[no]comments] [+[no]stats] [+[no]cmd] [+tcp] [+time=S] [+tries=N]
  [+domain=NAME] [+ndots=N] [+[no]recurse] [+[no]edns] [+[no]cookie] [+[no]ttlid] [+[no]class] [+ttlunits] [+identify]\n`)
    return 0
  }
  if (c.args[0] === '-v') {
    yield out(`DiG ${VERSION}\n`)
    return 0
  }
  const asked = digOptions(c.args)
  if ('text' in asked) {
    yield err(asked.text)
    return asked.status
  }
  for (const warning of asked.warnings) yield err(warning)
  const client = asker(c)
  const own = client && ownServer(c, client)
  if (!client || (!own && asked.server === undefined)) {
    yield out(';; no servers could be reached\n')
    return 9
  }
  const problem = asked.queries.map(illegal).find((p) => p !== undefined)
  if (problem !== undefined) {
    yield err(`dig: ${problem}\n`)
    return 10
  }
  const server = yield* serverOf(c, client, asked, own)
  if (typeof server === 'number') return server
  if (isShown(asked.all, 'cmd')) yield out(greeting(c, asked))
  for (const [i, query] of asked.queries.entries()) yield* one(c, client, server, asked, query, i)
  return 0
}

/** +short turns the greeting off too. */
const isShown = (on: ReadonlyMap<string, boolean>, what: string): boolean =>
  on.get('short') === true ? what === 'answer' : (on.get(what) ?? true)

function greeting(c: ToolContext, asked: DigOptions): string {
  const words = c.args.map((a) => ` ${a}`).join('')
  const named = asked.server === undefined ? '' : '; (1 server found)\n'
  const options = isShown(asked.all, 'comments') ? ';; global options: +cmd\n' : ''
  return `\n; <<>> DiG ${VERSION} <<>>${words}\n${named}${options}`
}

function illegal({ name, reverse }: Query): string | undefined {
  const why = reverse ? undefined : illegalName(name)
  return why && `'${name}' is not a legal name (${why})`
}

/** The server to ask, or the status with which dig ends without one. */
function* serverOf(
  c: ToolContext,
  client: ClientSpec,
  asked: DigOptions,
  own: Server | undefined,
): Step<Server | number> {
  const { server, time, tries, port } = asked
  if (server === undefined && port === 53) return own!
  const address =
    server === undefined ? own!.address : isAddress(server) ? server : lookUp(c, client, server)?.addresses[0]
  if (address === undefined) {
    yield err(`dig: couldn't get address for '${server}': not found\n`)
    return 1
  }
  if (own && address === own.address && port === 53) return own
  for (let i = 0; i < tries; i++) {
    const found = yield* namedServer(c, client, address, time * 1000, port)
    if ('server' in found) return found.server
    const refused = found.trace.outcome === 'refused'
    yield out(`;; communications error to ${address}#${port}: ${refused ? 'connection refused' : 'timed out'}\n`)
  }
  yield out(`${isShown(asked.all, 'cmd') ? greeting(c, asked) : ''};; no servers could be reached\n`)
  return 9
}

interface Answered {
  readonly question: string
  readonly reply: DnsReply
}

/** Along the search path, or the name as it stands. */
function answerTo(c: ToolContext, client: ClientSpec, server: Server, asked: DigOptions, query: Query): Answered {
  const name = query.reverse ? (isAddress(query.name) ? reverseName(query.name) : arpa(query.name)) : query.name
  const resolver = c.cluster.resolver(client)
  const path = {
    ...resolver,
    ...(asked.domain !== undefined && { search: [asked.domain] }),
    ...(asked.ndots !== undefined && { ndots: asked.ndots }),
  }
  const enough = name.split('.').length - 1 >= path.ndots
  const searching = query.on.get('search') === true && !query.reverse && !enough
  const names = searching ? candidates(path, name) : [name.endsWith('.') ? name : `${name}.`]
  let last: Answered = { question: `${name}.`, reply: { rcode: 'NXDOMAIN', records: [] } }
  for (const question of names) {
    last = { question, reply: c.cluster.ask(server.asks, question, query.type) }
    if (last.reply.rcode !== 'NXDOMAIN') break
  }
  return last
}

/** -x takes parts of an address, too. */
const arpa = (text: string): string => `${text.split('.').reverse().join('.')}.in-addr.arpa.`

function* one(
  c: ToolContext,
  client: ClientSpec,
  server: Server,
  asked: DigOptions,
  query: Query,
  index: number,
): Step<void> {
  const on = (what: string) => isShown(query.on, what)
  const answered = answerTo(c, client, server, asked, query)
  const { reply, question } = answered
  const { records } = reply
  if (query.on.get('short') === true) {
    const from = query.on.get('identify') ? ` from server ${server.address} in ${queryTime(server, asked)}.` : ''
    yield out(records.map((r) => `${r.data}${from}\n`).join(''))
    return
  }
  if (query.on.get('qr')) yield out(sending(c, query, question, index))
  const own = isOwn(c, server, question, reply)
  const authority = own && (reply.rcode === 'NXDOMAIN' || records.length === 0) ? startOfAuthority(c) : []
  const additional = own ? glue(c, records) : []
  const comments = on('comments')
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `${comments ? `;; ${title} SECTION:\n` : ''}${lines.join('')}${comments ? '\n' : ''}`
  const rows = (list: readonly DnsRecord[], isOwnRecord: boolean) =>
    list.map((r) => row(r, ttlOf(isOwnRecord), query.on))
  let text = ''
  if (comments) text += header(c, query, answered, own, [records.length, authority.length, additional.length], index)
  if (on('question')) text += section('QUESTION', [questionLine(question, query)])
  if (on('answer')) text += section('ANSWER', rows(records, own))
  if (on('authority')) text += section('AUTHORITY', rows(authority, true))
  if (on('additional')) text += section('ADDITIONAL', rows(additional, true))
  if (on('stats')) {
    const all = [...records, ...authority, ...additional]
    text += statistics(c, server, asked, query, sizeOf(question, all, optionSize(query)))
  }
  yield out(text)
}

const questionLine = (question: string, { type, on }: Query): string =>
  `;${on.get('multiline') ? laid([question, 0], ['IN', 24], [type, 24]) : laid([question, 0], ['IN', 32], [type, 40])}\n`

/** +qr: the question as it goes out. */
function sending(c: ToolContext, query: Query, question: string, index: number): string {
  const comments = isShown(query.on, 'comments')
  const flags = `${query.on.get('recurse') === false ? '' : 'rd '}ad`
  const cookie = sendsCookie(query) ? `; COOKIE: ${cookieOf(c, `${question}${index}`)}\n` : ''
  const edns = usesEdns(query)
    ? `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:${query.on.get('dnssec') ? ' do' : ''}; udp: 1232\n${cookie}`
    : ''
  const head = `;; Sending:\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: ${idOf(c, `${question}${query.type}${index}`)}\n;; flags: ${flags}; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: ${usesEdns(query) ? 1 : 0}\n\n${edns}`
  const line = isShown(query.on, 'question')
    ? `${comments ? ';; QUESTION SECTION:\n' : ''}${questionLine(question, query)}${comments ? '\n' : ''}`
    : ''
  return `${comments ? head : ''}${line};; QUERY SIZE: ${sizeOf(question, [], optionSize(query))}\n\n`
}

/** The addresses of what SRV records name. coredns plugin/backend_lookup.go SRV (1.14) */
function glue(c: ToolContext, records: readonly DnsRecord[]): DnsRecord[] {
  const targets = new Set(records.filter((r) => r.type === 'SRV').map((r) => r.data.split(' ')[3] ?? ''))
  const types = familiesOf(c.cluster.config).map((f) => (f === 'IPv4' ? 'A' : 'AAAA'))
  return [...targets].flatMap((name) =>
    types.flatMap((type) => c.cluster.ask('cluster', name, type).records.filter((r) => r.type === type)),
  )
}

function startOfAuthority(c: ToolContext): readonly DnsRecord[] {
  return c.cluster.ask('cluster', c.cluster.config.clusterDomain, 'SOA').records
}

const usesEdns = (query: Query): boolean => query.on.get('edns') !== false
const sendsCookie = (query: Query): boolean => usesEdns(query) && query.on.get('cookie') !== false

/** bind9 bin/dig/dig.c printmessage; a cookie is echoed by CoreDNS, which knows none. */
function header(
  c: ToolContext,
  query: Query,
  { question, reply }: Answered,
  own: boolean,
  [answers, authority, additional]: readonly [number, number, number],
  index: number,
): string {
  const desired = query.on.get('recurse') !== false
  const flags = ['qr', ...(own ? ['aa'] : []), ...(desired ? ['rd'] : []), ...(own ? [] : ['ra'])]
  const lines = [';; Got answer:']
  if (/(^|\.)local\.$/i.test(question))
    lines.push(
      ';; WARNING: .local is reserved for Multicast DNS',
      ';; You are currently testing what happens when an mDNS query is leaked to DNS',
    )
  lines.push(
    `;; ->>HEADER<<- opcode: QUERY, status: ${reply.rcode}, id: ${idOf(c, `${question}${query.type}${index}`)}`,
    `;; flags: ${flags.join(' ')}; QUERY: 1, ANSWER: ${answers}, AUTHORITY: ${authority}, ADDITIONAL: ${additional + (usesEdns(query) ? 1 : 0)}`,
  )
  if (own && desired) lines.push(';; WARNING: recursion requested but not available')
  lines.push('')
  if (usesEdns(query)) {
    const flag = query.on.get('dnssec') ? ' do' : ''
    lines.push(';; OPT PSEUDOSECTION:', `; EDNS: version: 0, flags:${flag}; udp: 1232`)
    if (sendsCookie(query)) lines.push(`; COOKIE: ${cookieOf(c, `${question}${index}`)} (echoed)`)
  }
  return `${lines.join('\n')}\n`
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

/** Words at their columns, by tabs and spaces. bind9 lib/dns/masterdump.c indent (9.20) */
function laid(...words: readonly (readonly [text: string, column: number])[]): string {
  let [line, at] = ['', 0]
  for (const [text, column] of words) {
    if (line !== '') {
      const to = Math.max(column, at + 1)
      const tabs = Math.floor(to / 8) - Math.floor(at / 8)
      line += tabs > 0 ? '\t'.repeat(tabs) + ' '.repeat(to % 8) : ' '.repeat(to - at)
      at = to
    }
    line += text
    at += text.length
  }
  return line
}

/** bind9 bin/dig/dig.c printmessage: the columns of TTL, class, type and data. */
function row({ name, type, data }: DnsRecord, ttl: number, on: ReadonlyMap<string, boolean>): string {
  const [hasTtl, hasClass] = [on.get('ttlid') !== false, on.get('class') !== false]
  if (on.get('multiline') && type === 'SOA') {
    const [server, mailbox, ...numbers] = data.split(' ')
    const at = '\t'.repeat(4)
    const lines = numbers.map(
      (n, i) => `${at}${n.padEnd(10)} ; ${SOA_NUMBERS[i]}${i === 0 ? '' : ` (${inWords(Number(n))})`}\n`,
    )
    return `${laid([name, 0], [String(ttl), 24], ['IN', 24], ['SOA', 24], [`${server} ${mailbox} (`, 32])}\n${lines.join('')}${at})\n`
  }
  const wide = on.get('multiline') === true || (!hasTtl && !hasClass)
  const [atClass, atType, atData] = wide ? [24, 24, 32] : hasTtl && hasClass ? [32, 40, 48] : [24, 32, 40]
  return `${laid(
    [name, 0],
    ...(hasTtl ? [[on.get('ttlunits') ? `${ttl}s` : String(ttl), 24] as const] : []),
    ...(hasClass ? [['IN', atClass] as const] : []),
    [type, atType],
    [data, atData],
  )}\n`
}

const SOA_NUMBERS = ['serial', 'refresh', 'retry', 'expire', 'minimum']
/** bind9 lib/dns/ttl.c dns_ttl_totext (9.20) */
function inWords(seconds: number): string {
  const units: [number, string][] = [
    [604_800, 'week'],
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ]
  const words: string[] = []
  let rest = seconds
  for (const [size, unit] of units) {
    const n = Math.floor(rest / size)
    rest %= size
    if (n > 0) words.push(`${n} ${unit}${n === 1 ? '' : 's'}`)
  }
  return words.join(' ') || '0 seconds'
}

const queryTime = (server: Server, { micro }: DigOptions): string => {
  const ms = server.asks === 'cluster' ? 0.41 : 9.2
  return micro ? `${Math.round(ms * 1000)} us` : `${Math.floor(ms)} ms`
}

function statistics(c: ToolContext, server: Server, asked: DigOptions, query: Query, size: number): string {
  const at = new Date(EPOCH + c.cluster.age)
  const [, day, date, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? []
  return `;; Query time: ${queryTime(server, asked)}ec
;; SERVER: ${server.address}#${asked.port}(${server.address}) (${query.on.get('tcp') ? 'TCP' : 'UDP'})
;; WHEN: ${day} ${month} ${date} ${time} UTC ${year}
;; MSG SIZE  rcvd: ${size}

`
}

/** A name on the wire: a byte before each label, and one at the end. CoreDNS leaves names whole unless the answer is long. */
const wire = (name: string): number => (name === '.' ? 1 : name.length + 1)

const optionSize = (query: Query): number => (usesEdns(query) ? 11 : 0) + (sendsCookie(query) ? 12 : 0)

function sizeOf(question: string, records: readonly DnsRecord[], options: number): number {
  const data = ({ type, data: text }: DnsRecord): number => {
    if (type === 'A') return 4
    if (type === 'AAAA') return 16
    if (type === 'TXT') return text.length - 1
    const names = text.split(' ').filter((w) => w.endsWith('.'))
    const numbers = type === 'SRV' ? 6 : type === 'SOA' ? 20 : 0
    return numbers + names.reduce((sum, n) => sum + wire(n), 0)
  }
  // header and question
  return 12 + wire(question) + 4 + records.reduce((sum, r) => sum + wire(r.name) + 10 + data(r), 0) + options
}

export const DIG: Tool = {
  name: 'dig',
  summary: 'ask the DNS: dig [+search] [+short] NAME [A|AAAA|SRV|PTR|NS|TXT], dig -x ADDRESS, dig @SERVER NAME',
  at: ASKING,
  flags: ['+search', '+short', '+noall', '+answer', '-x', '-t'],
  run: dig,
}
