import { KINDS, type KObject, type Pod, splitKey } from '../../model/index.ts'
import type { Verb } from '../command.ts'
import { findKind, storeKind } from '../kinds.ts'
import { VERBS } from '../verbs.ts'
import type { ShellSession } from './session.ts'
import { hasName, isAt } from './tool.ts'
import { kubectlVerbs } from './tools/kubectl.ts'

/** What Tab offers: each candidate replaces the characters [from, to) of the line. */
export interface Completion {
  readonly from: number
  readonly to: number
  /** Sorted. One that ends in "=", "/" or "." goes on; others are whole words. */
  readonly candidates: readonly string[]
}

const MOST = 200
/** Words after which a command begins. */
const OPENERS = new Set(['do', 'then', 'else', 'elif', 'if', 'while', 'until', '{', '!', 'time', 'xargs', 'watch'])

interface Current {
  /** The words of the command before the one that is typed, without quotes. */
  readonly words: readonly string[]
  /** What is typed of the last word. */
  readonly word: string
  readonly from: number
}

/** The command that the cursor is in. */
function currentOf(text: string): Current {
  let words: string[] = []
  let [word, from, quote, open] = ['', text.length, '', false]
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
  while (words.length > 0 && (OPENERS.has(words[0]!) || /^\w+=/.test(words[0]!))) words.shift()
  return { words, word: open ? word : '', from: open ? from : text.length }
}

/**
 * What a word of the line can become at the cursor: commands, verbs, kinds, names, namespaces, containers, flags, files, hosts.
 *
 * @param cursor place in the line, in characters
 */
export function complete(session: ShellSession, line: string, cursor: number = line.length): Completion {
  const { words, word, from } = currentOf(line.slice(0, cursor))
  const offered = [...new Set(candidatesOf(session, words, word))].filter((c) => c.startsWith(word) && c !== '').sort()
  return { from, to: cursor, candidates: offered.slice(0, MOST) }
}

function candidatesOf(session: ShellSession, words: readonly string[], word: string): readonly string[] {
  const { place } = session
  if (word.startsWith('$')) return session.variables().map((v) => `$${v}`)
  const [command, ...args] = words
  if (command === undefined) return commandsAt(session)
  if (words.at(-1) === '>' || words.at(-1) === '<') return session.files(place)
  if (/^(kubectl|k)$/.test(command)) return kubectlWords(session, args, word)
  if (/^(pods?|nodes?)\//.test(command) && args.length === 0) return commandsAt(session)
  const tool = session.tools.find((t) => hasName(t, command) && isAt(t, place))
  if (!tool) return []
  if (word.startsWith('-') || word.startsWith('+')) return tool.flags ?? []
  switch (tool.name) {
    case 'ssh':
      return session.host.cluster.config.nodes.map((n) => n.name)
    case 'curl':
    case 'wget':
      return hosts(session, word)
    case 'dig':
    case 'nslookup':
    case 'host':
    case 'nc':
    case 'ping':
      return hosts(session, '')
    case 'getent':
      return args.length === 0 ? ['hosts', 'ahosts'] : hosts(session, '')
    case 'ip':
      return ['addr', 'route']
    case 'iptables':
      return args.at(-1) === '-t' ? ['nat', 'filter', 'mangle'] : chains(session)
    case 'help':
      return session.tools.filter((t) => isAt(t, place)).map((t) => t.name)
    default:
      return session.files(place)
  }
}

function commandsAt({ tools, place, host }: ShellSession): string[] {
  const names = tools.filter((t) => isAt(t, place)).flatMap((t) => [t.name, ...(t.aliases ?? [])])
  const places =
    place.type === 'workstation'
      ? [...host.cluster.config.nodes.map((n) => `node/${n.name}`), ...podNames(host.cluster.list('Pod'))]
      : []
  return [...names.filter((n) => /^\w/.test(n)), ...places]
}

const podNames = (pods: readonly KObject[]): string[] =>
  pods.map(({ metadata }) =>
    metadata.namespace === 'default' ? `pod/${metadata.name}` : `pod/${metadata.namespace}/${metadata.name}`,
  )

/** Names of Services as the place would write them. */
function hosts({ host, place }: ShellSession, word: string): string[] {
  const [scheme = ''] = /^https?:\/\//.exec(word) ?? []
  const own = place.type === 'pod' ? splitKey(place.pod).namespace : undefined
  return host.cluster.list<KObject>('Service').flatMap(({ metadata: { name, namespace = '' } }) => {
    const full = `${name}.${namespace}`
    const names = namespace === own ? [name, full] : [full]
    return [...names, `${full}.svc.${host.cluster.config.clusterDomain}`].map((n) => scheme + n)
  })
}

const chains = ({ host, place }: ShellSession): string[] =>
  host.cluster.rules(place.type === 'node' ? place.node : '').flatMap((line) => /^:(\S+)/.exec(line)?.[1] ?? [])

// --- kubectl ------------------------------------------------------------------------------------------------------------------

const FORMATS = ['wide', 'yaml', 'json', 'name', 'jsonpath=', 'custom-columns=']
const OF_PODS = new Set(['exec', 'logs', 'port-forward'])
const OF_NODES = new Set(['drain', 'cordon', 'uncordon'])
/** Verbs whose first word is not a kind. */
const NO_KINDS = new Set(['apply', 'create', 'replace', 'run', 'config', 'version', 'cluster-info', 'api-resources'])

function kubectlWords(session: ShellSession, args: readonly string[], word: string): readonly string[] {
  const { cluster } = session.host
  const dash = args.indexOf('--')
  if (dash >= 0 && dash === args.length - 1)
    return session.tools
      .filter((t) => t.at?.includes('pod') ?? true)
      .map((t) => t.name)
      .filter((n) => /^\w/.test(n))
  if (dash >= 0) return hosts(session, word)
  const last = args.at(-1) ?? ''
  const namespaces = () => cluster.list<KObject>('Namespace').map((n) => n.metadata.name)
  if (last === '-n' || last === '--namespace') return namespaces()
  if (word.startsWith('--namespace=')) return namespaces().map((n) => `--namespace=${n}`)
  if (last === '-f' || last === '--filename') return session.files(session.place)
  if (last === '-o' || last === '--output') return FORMATS
  const namespace = namespaceOf(args) ?? session.namespace
  const plain = withoutFlags(args)
  if (last === '-c' || last === '--container') {
    const pod = cluster.get<Pod>(`Pod/${namespace}/${(plain[1] ?? '').replace(/^pods?\//, '')}`)
    return pod?.spec.containers.map((c) => c.name) ?? []
  }
  const { verb, rest } = verbOf(plain)
  if (word.startsWith('-')) {
    const own = verb?.flags.map((f) => `--${f.name}${f.type === 'bool' || f.optional !== undefined ? '' : '='}`) ?? []
    return [...own, '--namespace=', '--help', '-n', '-o', '-A', '-f', '-l', '-w', '-i', '-t'].filter(
      (f) => f.length > 2 || word.length < 2,
    )
  }
  if (plain.length === 0) return kubectlVerbs()
  if (verb?.verbs && rest.length === 0) return verb.verbs.map((v) => v.name)
  const name = plain[0] ?? ''
  if (OF_PODS.has(name)) return rest.length === 0 || !verb ? namesOf(session, 'pods', namespace) : []
  if (OF_NODES.has(name)) return namesOf(session, 'nodes', namespace)
  if (NO_KINDS.has(name)) return []
  const [kind] = rest
  const slash = word.indexOf('/')
  if (slash > 0) return namesOf(session, word.slice(0, slash), namespace).map((n) => `${word.slice(0, slash)}/${n}`)
  if (kind === undefined) return [...KINDS.flatMap((k) => [k.plural, ...k.short]), 'all']
  return kind.includes('/') ? [] : namesOf(session, kind, namespace)
}

function verbOf(plain: readonly string[]): { verb?: Verb; rest: readonly string[] } {
  let verbs: readonly Verb[] = VERBS
  let verb: Verb | undefined
  let n = 0
  for (const word of plain) {
    const next = verbs.find((v) => v.name === word || v.aliases?.includes(word))
    if (!next) break
    verb = next
    verbs = next.verbs ?? []
    n++
  }
  return { ...(verb && { verb }), rest: plain.slice(Math.max(n, 1)) }
}

/** Words that are no flags, and no values of the commonest of them. */
function withoutFlags(args: readonly string[]): string[] {
  const plain: string[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (/^(-[nfolc]|--(namespace|filename|output|selector|container))$/.test(word)) i++
    else if (!word.startsWith('-')) plain.push(word)
  }
  return plain
}

function namespaceOf(args: readonly string[]): string | undefined {
  for (const [i, word] of args.entries()) {
    if (word === '-n' || word === '--namespace') return args[i + 1]
    const [, value] = /^(?:--namespace=|-n=?)(.+)$/.exec(word) ?? []
    if (value !== undefined) return value
  }
  return undefined
}

function namesOf({ host }: ShellSession, kind: string, namespace: string): string[] {
  const info = findKind(kind)
  if (!info) return []
  return host.cluster.list<KObject>(storeKind(info), info.namespaced ? namespace : '').map((o) => o.metadata.name)
}
