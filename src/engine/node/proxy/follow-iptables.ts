import { inBlock, parseBlock } from '../../../model/index.ts'
import type { Flow, Followed } from './flow.ts'

interface Rule {
  readonly line: number
  readonly words: readonly string[]
}
type Table = ReadonlyMap<string, readonly Rule[]>

/** A chain that is being read; `jump`: the line that led into it. */
interface Frame {
  readonly chain: string
  readonly index: number
  readonly jump?: number
}

/** Where a packet is in its way through a table. */
interface At {
  readonly stack: readonly Frame[]
  readonly marked: boolean
  readonly matched: readonly number[]
}

interface End {
  readonly verdict: 'none' | 'dnat' | 'masquerade' | 'reject' | 'drop'
  readonly to?: string
  readonly at: At
}

/** Every way in which `iptables-save`'s rules may treat a flow: what they do, and the lines that decide. The likeliest-looking comes first. */
export function* waysOfIptables(lines: readonly string[], flow: Flow): Generator<Followed> {
  const { filter, nat } = tablesIn(lines)
  for (const end of endsOf(nat, flow.hook === 'output' ? 'OUTPUT' : 'PREROUTING', false, flow)) {
    const { marked, matched } = end.at
    if (end.verdict !== 'dnat') {
      yield filtered(filter, matched, flow)
      continue
    }
    const last = firstVerdict(nat, 'POSTROUTING', marked, flow)
    const masquerade = last.verdict === 'masquerade'
    yield { does: 'dnat', to: end.to!, masquerade, matched: masquerade ? [...matched, ...last.at.matched] : matched }
  }
}

function filtered(filter: Table, matched: readonly number[], flow: Flow): Followed {
  const toNode = flow.packet.dst === flow.nodeIP
  const hooks = flow.hook === 'output' ? (toNode ? ['OUTPUT', 'INPUT'] : ['OUTPUT']) : [toNode ? 'INPUT' : 'FORWARD']
  for (const hook of hooks) {
    const { verdict, at } = firstVerdict(filter, hook, false, flow)
    if (verdict === 'reject' || verdict === 'drop')
      return { does: verdict, masquerade: false, matched: [...matched, ...at.matched] }
  }
  return { does: 'pass', masquerade: false, matched }
}

function tablesIn(lines: readonly string[]): { readonly filter: Table; readonly nat: Table } {
  const filter = new Map<string, Rule[]>()
  const nat = new Map<string, Rule[]>()
  let table = filter
  let rules = false
  for (const [line, text] of lines.entries()) {
    // chains are listed before the rules of their table: one that comes after rules begins the next table
    if (text.startsWith(':') && rules) table = nat
    if (!text.startsWith('-A ')) continue
    rules = true
    const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]!)
    const chain = table.get(words[1]!)
    const rule = { line, words: words.slice(2) }
    if (chain) chain.push(rule)
    else table.set(words[1]!, [rule])
  }
  return { filter, nat }
}

/** The ends of all ways through a table, from one of its hooks. */
function* endsOf(table: Table, hook: string, marked: boolean, flow: Flow): Generator<End> {
  // ways not taken at a rule of chance, the latest first
  const others: At[] = [{ stack: [{ chain: hook, index: 0 }], marked, matched: [] }]
  for (let at = others.pop(); at; at = others.pop()) yield walkOne(table, at, flow, others)
}

/** The first way through a table that ends with any verdict, else one that ends with none. */
function firstVerdict(table: Table, hook: string, marked: boolean, flow: Flow): End {
  let end: End | undefined
  for (end of endsOf(table, hook, marked, flow)) if (end.verdict !== 'none') break
  return end!
}

/** One way to its end; what a rule of chance could have done otherwise goes to `others`. */
function walkOne(table: Table, start: At, flow: Flow, others: At[]): End {
  let at = start
  for (;;) {
    const top = at.stack.at(-1)
    if (!top) return { verdict: 'none', at }
    const rule = table.get(top.chain)?.[top.index]
    if (!rule) {
      at = { ...at, stack: at.stack.slice(0, -1) }
      continue
    }
    const { words, line } = rule
    const passed = [...at.stack.slice(0, -1), { ...top, index: top.index + 1 }]
    if (!matches(words, flow, at.marked)) {
      at = { ...at, stack: passed }
      continue
    }
    if (words.includes('statistic') || words.includes('--rcheck')) others.push({ ...at, stack: passed })
    const target = words[words.indexOf('-j') + 1]
    // every line that led here has had its say
    const said = { ...at, matched: [...at.matched, ...at.stack.flatMap((f) => f.jump ?? []), line] }
    if (!words.includes('-j')) at = { ...at, stack: passed }
    else if (target === 'DNAT') return { verdict: 'dnat', to: words[words.indexOf('--to-destination') + 1]!, at: said }
    else if (target === 'REJECT' || target === 'DROP')
      return { verdict: target === 'DROP' ? 'drop' : 'reject', at: said }
    else if (target === 'MASQUERADE') return { verdict: 'masquerade', at: said }
    else if (target === 'ACCEPT') return { verdict: 'none', at }
    else if (target === 'RETURN') at = { ...at, stack: at.stack.slice(0, -1) }
    else if (target === 'MARK') at = { ...said, stack: passed, marked: !words.at(-1)!.endsWith('/0x0') }
    else at = { ...at, stack: [...passed, { chain: target!, index: 0, jump: line }] }
  }
}

const inside = (range: string, ip: string): boolean => inBlock(parseBlock(range), ip)

function matches(words: readonly string[], { packet, nodeIP, remembered }: Flow, marked: boolean): boolean {
  for (let i = 0; i < words.length; i++) {
    const not = words[i - 1] === '!'
    const value = words[i + 1]!
    switch (words[i]) {
      case '-s':
        if (inside(value, packet.src) === not) return false
        break
      case '-d':
        if (inside(value, packet.dst) === not) return false
        break
      case '-p':
        if (value !== packet.protocol.toLowerCase()) return false
        break
      case '--dport':
        if (Number(value) !== packet.dstPort) return false
        break
      case '--src-type':
        if (packet.src !== nodeIP) return false
        break
      case '--dst-type':
        if (packet.dst !== nodeIP) return false
        break
      case '--ctstate':
        if (value !== 'NEW') return false
        break
      case '--mark':
        if (marked === not) return false
        break
      case '--rcheck':
        if (!remembered) return false
        break
    }
  }
  return true
}
