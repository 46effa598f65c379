import { type KObject, makeKey, type Service } from '../../model/index.ts'
import { completeKubectl } from './complete-kubectl.ts'
import { TYPES } from './net/dns-query.ts'
import type { Place } from './place.ts'
import type { ShellSession } from './session.ts'
import { type Spot, serviceHosts } from './spot.ts'
import { hasName, isAt, type Tool } from './tool.ts'
import { placeAt } from './tools/enter.ts'
import { SMALL } from './tools/small.ts'
import { SPECIAL } from './tools/special.ts'

/** What Tab offers: each candidate replaces the characters [from, to) of the line. */
export interface Completion {
  readonly from: number
  readonly to: number
  /** Sorted. One that ends in "=", "/", "." or ":" goes on; others are whole words. */
  readonly candidates: readonly string[]
}

const MOST = 200
/** Words after which a command begins. */
const OPENERS = new Set([
  'do',
  'then',
  'else',
  'elif',
  'if',
  'while',
  'until',
  '{',
  '!',
  'time',
  'command',
  'exec',
  'in',
])
/** Commands that run what follows their own words: the flags that have a value, and how many words come first. */
const WRAPPERS: Readonly<Record<string, { readonly valued: RegExp; readonly first: number }>> = {
  watch: { valued: /^-n$/, first: 0 },
  timeout: { valued: /^-[sk]$/, first: 1 },
  xargs: { valued: /^-[nIPL]$/, first: 0 },
}
/** Commands whose quoted word is a line of its own. */
const QUOTES = /^(watch|sh|bash|ash)$/

interface Current {
  /** The words of the command before the one that is typed, without quotes. */
  readonly words: readonly string[]
  /** What is typed of the last word. */
  readonly word: string
  readonly from: number
  /** Where a quote is open: the place behind it. */
  readonly quotedFrom?: number
}

/** The command that the cursor is in. */
function currentOf(text: string): Current {
  let words: string[] = []
  let [word, from, quote, open, quotedFrom] = ['', text.length, '', false, 0]
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quote !== '') {
      if (c === quote) quote = ''
      else word += c
    } else if (c === '\\' && i + 1 < text.length) {
      if (!open) from = i
      open = true
      word += text[++i]!
    } else if (c === "'" || c === '"') {
      if (!open) from = i
      open = true
      quote = c
      quotedFrom = i + 1
    } else if (/[\s|;&()<>`]/.test(c)) {
      if (open) words.push(word)
      word = ''
      open = false
      if (/[|;&()\n`]/.test(c)) words = []
      else if (c === '>' || c === '<') words.push(c)
    } else {
      if (!open) from = i
      open = true
      word += c
    }
  }
  return {
    words: behindOpeners(words),
    word: open ? word : '',
    from: open ? from : text.length,
    ...(quote !== '' && { quotedFrom }),
  }
}

/** Without the words before the command itself: `while`, `X=1`, `watch -n 1`, `timeout 5`. */
function behindOpeners(all: readonly string[]): readonly string[] {
  const words = [...all]
  for (;;) {
    const [first] = words
    if (first === undefined) return words
    if (OPENERS.has(first) || /^\w+=/.test(first)) words.shift()
    else {
      const wrapper = Object.hasOwn(WRAPPERS, first) ? WRAPPERS[first] : undefined
      if (!wrapper) return words
      let at = 1
      for (; words[at]?.startsWith('-'); at++) if (wrapper.valued.test(words[at]!)) at++
      at += wrapper.first
      if (at > words.length) return words
      words.splice(0, at)
    }
  }
}

/**
 * What a word of the line can become at the cursor: commands, verbs, kinds, names, namespaces, labels, containers, flags and their values,
 * fields, files, hosts and ports.
 *
 * @param cursor place in the line, in characters
 */
export function complete(session: ShellSession, line: string, cursor: number = line.length): Completion {
  const { place, host, namespace, tools } = session
  const spot: Spot = {
    ...{ place, host, namespace, tools },
    files: (at) => session.files(at),
    variables: () => session.variables(),
    at: (there, words, word) => candidatesOf({ ...spot, place: there }, words, word),
  }
  const text = line.slice(0, cursor)
  let [base, { words, word, from, quotedFrom }] = [0, currentOf(text)]
  // watch 'kubectl get …
  for (let depth = 0; depth < 5 && quotedFrom !== undefined; depth++) {
    const wrapped = currentOf(text.slice(base, base + from)).words
    const isLine = QUOTES.test(wrapped[0] ?? '') || QUOTES.test(firstWord(text.slice(base, base + from)))
    if (!isLine) break
    base += quotedFrom
    ;({ words, word, from, quotedFrom } = currentOf(text.slice(base)))
  }
  const offered = [...new Set(candidatesOf(spot, words, word))].filter((c) => c.startsWith(word) && c !== '').sort()
  return { from: base + from, to: cursor, candidates: offered.slice(0, MOST) }
}

/** The command that the last words of a text belong to, wrappers too. */
const firstWord = (text: string): string => /(?:^|[|;&(`\n])\s*([^\s|;&()]+)[^|;&()`\n]*$/.exec(text)?.[1] ?? ''

const SCRIPTING = new Set<Tool>([...SMALL, ...SPECIAL])

function commandsAt({ tools, place, host }: Spot, word: string): string[] {
  const here = tools.filter((t) => isAt(t, place) && (word !== '' || !SCRIPTING.has(t)))
  const names = here.flatMap((t) => (word === '' ? [t.name] : [t.name, ...(t.aliases ?? [])]))
  const places =
    place.type === 'workstation'
      ? [...host.cluster.config.nodes.map((n) => `node/${n.name}`), ...podPlaces(host.cluster.list('Pod'))]
      : []
  return [...names.filter((n) => /^\w/.test(n)), ...places]
}

const podPlaces = (pods: readonly KObject[]): string[] =>
  pods.map(({ metadata }) =>
    metadata.namespace === 'default' ? `pod/${metadata.name}` : `pod/${metadata.namespace}/${metadata.name}`,
  )

const DIG_SWITCHES =
  'short search noall answer nocmd nocomments nostats noquestion tcp time= tries= multiline identify qr noedns nocookie'
const IP_VERBS: Readonly<Record<string, readonly string[]>> = {
  route: ['show', 'get'],
  addr: ['show'],
  link: ['show'],
  neigh: ['show'],
  rule: ['show'],
}
const TABLES = ['nat', 'filter', 'mangle', 'raw', 'security']
const NFT_WHAT = ['ruleset', 'tables', 'chains', 'maps', 'sets', 'table', 'chain', 'map', 'set']
/** Commands that take no files. */
const NO_FILES = new Set(
  'why exit history clear pwd hostname uname ps env date true false break seq sleep shift basename dirname expr yes return echo'.split(
    ' ',
  ),
)

function candidatesOf(spot: Spot, words: readonly string[], word: string): readonly string[] {
  const { place, host } = spot
  if (word.startsWith('$')) return spot.variables().map((v) => `$${v}`)
  const [command, ...args] = words
  if (command === undefined) return commandsAt(spot, word)
  if (words.at(-1) === '>' || words.at(-1) === '<') return spot.files(place)
  if (/^(kubectl|k)$/.test(command)) return place.type === 'workstation' ? completeKubectl(spot, args, word) : []
  const lead = elsewhere(spot, command, args)
  if (lead) return spot.at(lead.place, lead.words, word)
  const tool = spot.tools.find((t) => hasName(t, command) && isAt(t, place))
  if (!tool) return []
  const last = args.at(-1) ?? ''
  if (word.startsWith('-') && tool.name === 'nslookup') return [...TYPES].map((t) => `-type=${t}`)
  if (word.startsWith('-')) return tool.flags ?? []
  switch (tool.name) {
    case 'ssh':
      return args.length === 0 ? host.cluster.config.nodes.map((n) => n.name) : []
    case 'curl':
    case 'wget':
      return /^-[a-zA-Z]*[od]$|^--output$/.test(last) ? spot.files(place) : urls(spot, word)
    case 'dig':
      if (word.startsWith('+')) return DIG_SWITCHES.split(' ').map((s) => `+${s}`)
      if (word.startsWith('@')) return servers(spot).map((ip) => `@${ip}`)
      return last === '-t' || (/^[A-Z]+$/.test(word) && args.length > 0) ? [...TYPES] : serviceHosts(spot)
    case 'nslookup':
    case 'host':
      if (last === '-t') return [...TYPES]
      return args.filter((a) => !a.startsWith('-')).length === 1 ? servers(spot) : serviceHosts(spot)
    case 'nc':
    case 'telnet': {
      const named = args.filter((a, i) => !a.startsWith('-') && args[i - 1] !== '-w')
      if (last === '-w') return []
      return named.length === 0 ? serviceHosts(spot) : named.length === 1 ? portsOf(spot, named[0]!) : []
    }
    case 'ping':
      return /^-[ciWwst]$/.test(last) ? [] : serviceHosts(spot)
    case 'getent':
      return args.length === 0 ? ['hosts', 'ahosts', 'ahostsv4'] : serviceHosts(spot)
    case 'ip': {
      const plain = args.filter((a) => !a.startsWith('-'))
      if (plain.length === 0) return Object.keys(IP_VERBS)
      if (plain.length === 1) return IP_VERBS[plain[0]!] ?? []
      if (plain[1] === 'get')
        return host.cluster
          .list<Service>('Service')
          .flatMap((s) => s.spec.clusterIPs?.filter((i) => i !== 'None') ?? [])
      return last === 'show' || last === 'dev' ? ['eth0', 'lo'] : []
    }
    case 'iptables':
    case 'iptables-save':
      return last === '-t' ? TABLES : tool.name === 'iptables' ? chains(spot) : []
    case 'nft':
      return args.length === 0
        ? ['list']
        : args.length === 1
          ? NFT_WHAT
          : args.length === 2
            ? ['ip', 'ip6']
            : ['kube-proxy']
    case 'conntrack':
      return last === '-p' ? ['tcp', 'udp'] : last === '-o' ? ['extended'] : []
    case 'help':
    case 'type':
    case 'which':
      return spot.tools.filter((t) => isAt(t, place)).map((t) => t.name)
    case 'set':
      return last === '-o' ? ['errexit', 'nounset', 'pipefail', 'xtrace'] : []
    default:
      return NO_FILES.has(tool.name) ? [] : spot.files(place)
  }
}

/** `ssh node-1 curl …`, `pod/client curl …`: the words behind are of that place. */
function elsewhere(
  spot: Spot,
  command: string,
  args: readonly string[],
): { place: Place; words: readonly string[] } | undefined {
  if (spot.place.type !== 'workstation' && command !== 'ssh') return undefined
  const name = command === 'ssh' ? args[0] && `node/${args[0]}` : /^(pod|node)s?\//.test(command) ? command : undefined
  if (name === undefined) return undefined
  const [kind, ...rest] = name.split('/')
  const found =
    kind?.startsWith('node') === true
      ? ({ type: 'node', node: rest.join('/') } as const)
      : placeAt(
          rest.length > 1 ? makeKey('Pod', rest[0]!, rest[1]!) : makeKey('Pod', spot.namespace, rest[0] ?? ''),
          spot.host.cluster,
        )
  const place = 'type' in found ? found : 'place' in found ? found.place : undefined
  return place && { place, words: command === 'ssh' ? args.slice(1) : args }
}

const servers = ({ host }: Spot): string[] => {
  const dns = host.cluster.get<Service>('Service/kube-system/kube-dns')?.spec.clusterIP
  return dns === undefined ? [] : [dns]
}

/** Ports of the Service that a name stands for. */
function portsOf({ host, place }: Spot, name: string): string[] {
  const [first = '', second] = name.split('.')
  const own = place.type === 'pod' ? place.pod.split('/')[1] : 'default'
  const service = host.cluster.get<Service>(`Service/${second ?? own}/${first}`)
  return (service?.spec.ports ?? []).map((p) => String(p.port))
}

/** Hosts, and behind `host:` its ports. */
function urls(spot: Spot, word: string): string[] {
  const [scheme = ''] = /^https?:\/\//.exec(word) ?? []
  const [, host] = /^([^/:]+):\d*$/.exec(word.slice(scheme.length)) ?? []
  if (host !== undefined) return portsOf(spot, host).map((port) => `${scheme}${host}:${port}`)
  return serviceHosts(spot).map((name) => scheme + name)
}

const chains = ({ host, place }: Spot): string[] =>
  host.cluster.rules(place.type === 'node' ? place.node : '').flatMap((line) => /^:(\S+)/.exec(line)?.[1] ?? [])
