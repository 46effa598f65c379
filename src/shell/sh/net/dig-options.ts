import { TYPES } from './dns-query.ts'

/** A question, and how its answer is shown. */
export interface Query {
  readonly name: string
  type: string
  readonly reverse: boolean
  /** Switches that stand behind the name, and those that hold for all. */
  readonly on: Map<string, boolean>
}

export interface DigOptions {
  readonly queries: readonly Query[]
  readonly server?: string
  /** Switches before the first name. */
  readonly all: ReadonlyMap<string, boolean>
  /** Seconds. */
  readonly time: number
  readonly tries: number
  readonly port: number
  /** +domain */
  readonly domain?: string
  readonly ndots?: number
  /** -u */
  readonly micro: boolean
  /** Written before anything else. */
  readonly warnings: readonly string[]
}

/** Switches that change something here. */
const SWITCHES = new Set([
  ...['short', 'search', 'all', 'answer', 'authority', 'additional', 'question', 'comments', 'stats', 'cmd', 'tcp'],
  ...['recurse', 'ttlid', 'ttlunits', 'class', 'edns', 'cookie', 'dnssec', 'identify', 'multiline', 'qr'],
])
const SAME: Readonly<Record<string, string>> = { vc: 'tcp', defname: 'search', rdflag: 'recurse', do: 'dnssec' }
/** Switches of dig by which nothing changes here. */
const WITHOUT_EFFECT = new Set(
  `aaflag aaonly adflag badcookie besteffort bufsize cdflag coflag crypto ednsflags ednsnegotiation ednsopt expandaaaa expire fail idnin idnout
  ignore keepalive keepopen nsid onesoa opcode padding qid raflag rrcomments showbadcookie split subnet tcflag unknownformat zflag`.split(
    /\s+/,
  ),
)
const NOT_HERE = new Set(
  `trace nssearch yaml tls tls-ca tls-hostname https https-get http-plain http-plain-get dns64prefix header-only showsearch proxy proxy-plain mapped`.split(
    /\s+/,
  ),
)
const OUTPUT = ['answer', 'authority', 'additional', 'question', 'comments', 'stats', 'cmd']

export const DIG_USAGE = `Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]
`

/** What is wrong with a command line: lines for stderr. */
export const invalid = (word: string): string =>
  `Invalid option: ${word}\n${DIG_USAGE}\nUse "dig -h" (or "dig -h | more") for complete list of options\n`

/** `+noall`, `+time=2`: its name in full (an unambiguous beginning is enough), whether it is on, its value. */
function switchOf(word: string): { name: string; on: boolean; value: string | undefined } | undefined {
  const [, typed = '', value] = /^\+([a-z0-9-]+)(?:=(.*))?$/i.exec(word) ?? []
  const names = [...SWITCHES, ...Object.keys(SAME), ...WITHOUT_EFFECT, ...NOT_HERE, ...NUMBERS]
  const find = (text: string) =>
    names.find((n) => n === text) ?? (text.length > 1 ? names.find((n) => n.startsWith(text)) : undefined)
  const plain = find(typed.toLowerCase())
  if (plain !== undefined) return { name: SAME[plain] ?? plain, on: true, value }
  const negated = /^no/i.test(typed) ? find(typed.slice(2).toLowerCase()) : undefined
  return negated === undefined ? undefined : { name: SAME[negated] ?? negated, on: false, value }
}
const NUMBERS = ['time', 'timeout', 'tries', 'retry', 'ndots', 'domain']

/** dig's command line; a text: what is written to stderr instead, with the status. bind9 bin/dig/dig.c parse_args, dash_option, plus_option (9.20) */
export function digOptions(args: readonly string[]): DigOptions | { readonly text: string; readonly status: number } {
  const queries: Query[] = []
  const all = new Map<string, boolean>()
  const warnings: string[] = []
  let server: string | undefined
  let domain: string | undefined
  let ndots: number | undefined
  let pending: string | undefined
  let micro = false
  let [time, tries, port] = [5, 3, 53]
  const query = (name: string, reverse = false) => {
    queries.push({ name, type: pending ?? (reverse ? 'PTR' : 'A'), reverse, on: new Map(all) })
    pending = undefined
  }
  const type = (text: string) => {
    const last = queries.at(-1)
    if (last && !last.reverse) last.type = text.toUpperCase()
    else pending = text.toUpperCase()
  }
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word.startsWith('@')) server ??= word.slice(1)
    else if (word.startsWith('+')) {
      const found = switchOf(word)
      if (!found) return { text: invalid(word), status: 1 }
      const { name, on, value } = found
      const number = Math.trunc(Number(value))
      // +short and +cmd hold for all
      const scope =
        name === 'short' || name === 'cmd' ? [all, ...queries.map((q) => q.on)] : [queries.at(-1)?.on ?? all]
      if (NOT_HERE.has(name)) {
        if (on)
          return {
            text: `dig: +${name} is not simulated: dig @SERVER NAME asks one server, and shows what it says\n`,
            status: 1,
          }
      } else if (name === 'time' || name === 'timeout') time = Math.max(1, Math.min(300, number || 1))
      else if (name === 'tries') tries = Math.max(1, Math.min(20, number || 1))
      else if (name === 'retry') tries = Math.max(1, Math.min(20, number + 1 || 1))
      else if (name === 'ndots') ndots = Math.max(0, Math.min(15, number || 0))
      else if (name === 'domain') domain = value
      else if (name === 'all') {
        for (const s of OUTPUT) for (const map of scope) map.set(s, on)
        all.set('cmd', on)
      } else if (SWITCHES.has(name)) for (const map of scope) map.set(name, on)
      if (name === 'ndots' || name === 'domain') for (const map of scope) map.set('search', true)
    } else if (word === '-x') query(args[++i] ?? '', true)
    else if (/^-t/.test(word) || /^-c/.test(word)) {
      const said = (word.slice(2) || args[++i]) ?? ''
      if (word[1] === 'c') continue
      if (TYPES.has(said.toUpperCase())) type(said)
      else warnings.push(`;; Warning, ignoring invalid type ${said}\n`)
    } else if (word === '-q') query(args[++i] ?? '')
    else if (/^-p/.test(word)) port = Number(word.slice(2) || args[++i]) || 53
    else if (/^-[fk]/.test(word))
      return { text: `dig: ${word.slice(0, 2)} is not simulated: names stand on the line\n`, status: 1 }
    else if (/^-[by]/.test(word)) i += word.length === 2 ? 1 : 0
    else if (/^-[46urmi]+$/.test(word)) micro ||= word.includes('u')
    else if (word.startsWith('-') && word.length > 1) return { text: invalid(word), status: 1 }
    else if (/^(IN|CH|HS)$/i.test(word)) continue
    else if (TYPES.has(word.toUpperCase())) type(word)
    else query(word)
  }
  if (queries.length === 0) queries.push({ name: '.', type: pending ?? 'NS', reverse: false, on: new Map(all) })
  return {
    ...{ queries, all, time, tries, port, micro, warnings },
    ...(server !== undefined && { server }),
    ...(domain !== undefined && { domain }),
    ...(ndots !== undefined && { ndots }),
  }
}
