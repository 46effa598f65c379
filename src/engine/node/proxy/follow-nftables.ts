import { hostPort, inBlock, ipNumber, type Packet, parseBlock } from '../../../model/index.ts'
import type { Flow, Followed } from './flow.ts'

interface Rule {
  readonly line: number
  readonly text: string
}
interface Element {
  readonly line: number
  readonly value: string
}

interface Table {
  readonly chains: ReadonlyMap<string, readonly Rule[]>
  /** Set or map → key → where it stands, and the value that a map gives. */
  readonly elements: ReadonlyMap<string, ReadonlyMap<string, Element>>
}

interface Frame {
  readonly chain: string
  readonly index: number
  /** The lines that led into it. */
  readonly jump: readonly number[]
}

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

/** Every way in which the table of `nft list table ip kube-proxy` may treat a flow: what it does, and the lines that decide. */
export function* waysOfNftables(lines: readonly string[], flow: Flow): Generator<Followed> {
  const table = tableIn(lines)
  const output = flow.hook === 'output'
  const start: At = { stack: [], marked: false, matched: [] }
  for (const end of through(table, output ? FROM_NODE : FROM_NETWORK, start, flow)) {
    const { marked, matched } = end.at
    if (end.verdict === 'dnat') {
      const after = { ...flow, packet: rewritten(flow.packet, end.to!) }
      const last = firstVerdict(table, ['nat-postrouting'], { ...start, marked }, after)
      const masquerade = last.verdict === 'masquerade'
      yield { does: 'dnat', to: end.to!, masquerade, matched: masquerade ? [...matched, ...last.at.matched] : matched }
    } else if (end.verdict === 'drop' || end.verdict === 'reject') {
      yield { does: end.verdict, masquerade: false, matched }
    } else {
      const toNode = flow.packet.dst === flow.nodeIP
      const own = [...(output ? ['filter-output'] : []), ...(toNode ? ['filter-input'] : [])]
      const last = firstVerdict(table, own.length > 0 ? own : ['filter-forward'], { ...start, matched }, flow)
      yield last.verdict === 'drop' || last.verdict === 'reject'
        ? { does: last.verdict, masquerade: false, matched: last.at.matched }
        : { does: 'pass', masquerade: false, matched }
    }
  }
}

const FROM_NETWORK = ['filter-prerouting-pre-dnat', 'nat-prerouting']
const FROM_NODE = ['filter-output-pre-dnat', 'nat-output']

function rewritten(packet: Packet, to: string): Packet {
  const cut = to.lastIndexOf(':')
  return { ...packet, dst: to.slice(0, cut).replace(/[[\]]/g, ''), dstPort: Number(to.slice(cut + 1)) }
}

function tableIn(lines: readonly string[]): Table {
  const chains = new Map<string, Rule[]>()
  const elements = new Map<string, Map<string, Element>>()
  let rules: Rule[] | undefined
  let keys: Map<string, Element> | undefined
  let listing = false
  for (const [line, raw] of lines.entries()) {
    const head = /^\t(chain|set|map) (\S+) \{$/.exec(raw)
    if (head) {
      rules = head[1] === 'chain' ? [] : undefined
      keys = head[1] === 'chain' ? undefined : new Map()
      if (rules) chains.set(head[2]!, rules)
      if (keys) elements.set(head[2]!, keys)
    } else if (raw === '\t}') {
      rules = undefined
      keys = undefined
      listing = false
    } else if (rules && !/^\t\t(?:type|comment) /.test(raw)) rules.push({ line, text: bare(raw) })
    else if (keys && (listing || raw.startsWith('\t\telements = {'))) {
      listing = true
      for (const [key, value] of elementsIn(bare(raw).replace(/^elements = \{|\}$/g, '')))
        keys.set(key, { line, value })
    }
  }
  return { chains, elements }
}

const bare = (text: string): string => text.replace(/ ?comment "[^"]*"/g, '').trim()

const elementsIn = (list: string): (readonly [string, string])[] =>
  list
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [key, value = ''] = part.split(' : ')
      return [key!.trim(), value.trim()]
    })

/** Base chains one after the other: a packet that falls out of one comes to the next. */
function* through(table: Table, hooks: readonly string[], start: At, flow: Flow): Generator<End> {
  const [chain, ...rest] = hooks
  if (chain === undefined) {
    yield { verdict: 'none', at: start }
    return
  }
  const others: At[] = [{ ...start, stack: [{ chain, index: 0, jump: [] }] }]
  for (let at = others.pop(); at; at = others.pop())
    for (const end of walkOne(table, at, flow, others)) {
      if (end.verdict === 'none') yield* through(table, rest, end.at, flow)
      else yield end
    }
}

/** The first way that ends with any verdict, else one that ends with none. */
function firstVerdict(table: Table, hooks: readonly string[], start: At, flow: Flow): End {
  let end: End | undefined
  for (end of through(table, hooks, start, flow)) if (end.verdict !== 'none') break
  return end!
}

/** One way to its end, of which a rule that draws has as many as it may draw; other chains that it may lead to go to `others`. */
function walkOne(table: Table, start: At, flow: Flow, others: At[]): readonly End[] {
  let at = start
  for (;;) {
    const top = at.stack.at(-1)
    if (!top) return [{ verdict: 'none', at }]
    const rule = table.chains.get(top.chain)?.[top.index]
    if (!rule) {
      at = { ...at, stack: at.stack.slice(0, -1) }
      continue
    }
    const passed = [...at.stack.slice(0, -1), { ...top, index: top.index + 1 }]
    const { verdicts, lines, effect, maybe } = apply(rule, {
      flow,
      marked: at.marked,
      elements: table.elements,
    })
    const own = [rule.line, ...lines]
    const said = { ...at, matched: [...at.matched, ...at.stack.flatMap((f) => f.jump), ...own] }
    if (maybe) others.push({ ...at, stack: passed })
    if (verdicts.length === 0) {
      at =
        effect === undefined
          ? { ...at, stack: passed }
          : { ...said, stack: passed, marked: effect === 'mark' || at.marked }
      continue
    }
    const first = verdicts[0]!
    if (first.startsWith('dnat ')) return verdicts.map((to): End => ({ verdict: 'dnat', to: to.slice(5), at: said }))
    if (first === 'drop' || first === 'reject' || first === 'masquerade') return [{ verdict: first, at: said }]
    const ways = verdicts.map((verdict): At => {
      const next = { chain: verdict.slice(5), index: 0, jump: own }
      // who is sent by goto comes back to the caller's caller
      const below = verdict.startsWith('jump ') ? passed : [...at.stack.slice(0, -1), ...withoutChain(top)]
      return { ...at, stack: [...below, next] }
    })
    for (const way of ways.slice(1).reverse()) others.push(way)
    at = ways[0]!
  }
}

/** What is left of a chain that was left for good by a goto: the lines that led to it, for the record. */
const withoutChain = (frame: Frame): readonly Frame[] => [{ ...frame, index: Number.MAX_SAFE_INTEGER }]

interface Applied {
  /** Empty: the packet goes on to the next rule. */
  readonly verdicts: readonly string[]
  /** Lines of the elements that were met. */
  readonly lines: readonly number[]
  /** It changed something all the same. */
  readonly effect?: 'mark' | 'note'
  /** What is remembered decides: it may as well not match. */
  readonly maybe?: boolean
}

const NOTHING: Applied = { verdicts: [], lines: [] }

interface Here {
  readonly flow: Flow
  readonly marked: boolean
  readonly elements: Table['elements']
}

/** What a part of a rule does: it does not match (false), or lets the next part have its say, and what comes of it. */
type Done = false | Partial<Applied>

interface Step {
  readonly pattern: RegExp
  does(found: RegExpExecArray, here: Here): Done
}

const protocolOf = ({ packet }: Flow): string => packet.protocol.toLowerCase()
const atElement = (element: Element | undefined, more?: (element: Element) => Partial<Applied>): Done =>
  element !== undefined && { lines: [element.line], ...more?.(element) }

const STEPS: readonly Step[] = [
  // these hold for the first packet of a connection
  { pattern: /^(?:ct state new|ct status dnat|meta mark set meta mark \^ \S+)/, does: () => ({}) },
  {
    pattern: /^(ip6? daddr \. )?meta l4proto \. th dport vmap @(\S+)/,
    does: ([, address, map], { flow, elements }) => {
      const { dst, dstPort } = flow.packet
      const element = elements.get(map!)?.get(`${address ? `${dst} . ` : ''}${protocolOf(flow)} . ${dstPort}`)
      return atElement(element, ({ value }) => ({ verdicts: [value] }))
    },
  },
  {
    pattern: /^ip6? saddr \. ip6? daddr \. meta l4proto \. th dport @(\S+)/,
    does: ([, set], { flow, elements }) => {
      const { src, dst, dstPort } = flow.packet
      return atElement(elements.get(set!)?.get(`${src} . ${dst} . ${protocolOf(flow)} . ${dstPort}`))
    },
  },
  {
    pattern: /^ip6? saddr @affinity-\S+/,
    does: (_, { flow }) => flow.remembered === true && { maybe: true },
  },
  {
    pattern: /^ip6? ([sd])addr (!= )?(\{[^}]*\}|\S+)/,
    does: ([, side, not, what], { flow: { packet }, elements }) => {
      const held = holds(what!, side === 's' ? packet.src : packet.dst, elements)
      if ((held === undefined) !== (not !== undefined)) return false
      return held === undefined || held < 0 ? {} : { lines: [held] }
    },
  },
  { pattern: /^meta l4proto (\S+)/, does: ([, protocol], { flow }) => protocol === protocolOf(flow) && {} },
  { pattern: /^fib saddr type local/, does: (_, { flow }) => flow.packet.src === flow.nodeIP && {} },
  { pattern: /^meta mark & \S+ != \S+/, does: (_, { marked }) => marked && {} },
  { pattern: /^meta mark set meta mark \| \S+/, does: () => ({ effect: 'mark' }) },
  { pattern: /^update @\S+ \{[^}]*\}/, does: () => ({ effect: 'note' }) },
  { pattern: /^masquerade.*/, does: () => ({ verdicts: ['masquerade'] }) },
  {
    pattern: /^dnat ip6? to numgen random mod \d+ map \{([^}]*)\}/,
    does: ([, map]) => ({
      verdicts: elementsIn(map!).map(([, to]) => {
        const [ip, port] = to.split(' . ')
        return `dnat ${hostPort(ip!, Number(port))}`
      }),
    }),
  },
  { pattern: /^dnat to (\S+)/, does: ([, to]) => ({ verdicts: [`dnat ${to}`] }) },
  {
    pattern: /^numgen random mod \d+ vmap \{([^}]*)\}/,
    does: ([, map]) => ({ verdicts: elementsIn(map!).map(([, verdict]) => verdict) }),
  },
  { pattern: /^(?:drop|reject|(?:jump|goto) \S+)$/, does: ([verdict]) => ({ verdicts: [verdict] }) },
]

/** What a rule does with a packet; a rule with a part that is not known does nothing. */
function apply(rule: Rule, here: Here): Applied {
  let all: Applied = NOTHING
  let left = rule.text
  while (left !== '') {
    const step = STEPS.find(({ pattern }) => pattern.test(left))
    const found = step?.pattern.exec(left)
    const done = step && found ? step.does(found, here) : false
    if (done === false) return NOTHING
    all = { ...all, ...done, lines: [...all.lines, ...(done.lines ?? [])] }
    left = left.slice(found![0].length).trim()
  }
  return all
}

/** The line of the element that holds an address, -1 for a set without a name; undefined when none does. */
function holds(what: string, address: string, elements: Table['elements']): number | undefined {
  if (what.startsWith('@')) return elements.get(what.slice(1))?.get(address)?.line
  const value = ipNumber(address)!
  const held = what
    .replace(/[{}\s]/g, '')
    .split(',')
    .some((part) => {
      const [first, last] = part.split('-')
      if (last !== undefined) return value >= ipNumber(first!)! && value <= ipNumber(last)!
      return part.includes('/') ? inBlock(parseBlock(part), address) : part === address
    })
  return held ? -1 : undefined
}
