import { inCidr, type Packet, parseCidr, parseIPv4 } from '../../../../model/index.ts'
import type { Hook } from '../../../network/verdict.ts'

/**
 * A reader of `nft list table ip kube-proxy` that follows packets through the chains, for tests: it knows nothing of Services, only sets,
 * maps, matches and verdicts, so it tells whether the printed table does what the engine does.
 */
export class Nftables {
  /** Chain → its rules. */
  readonly #chains = new Map<string, string[]>()
  /** Set or map → key → value; a set's value is ''. */
  readonly #elements = new Map<string, Map<string, string>>()

  constructor(lines: readonly string[]) {
    const text = lines.join('\n').replace(/ ?comment "[^"]*"/g, '')
    for (const [, kind, name, body] of text.matchAll(/^\t(chain|set|map) (\S+) \{\n([\s\S]*?)^\t\}/gm)) {
      if (kind === 'chain') this.#chains.set(name!, rulesIn(body!))
      else this.#elements.set(name!, elementsIn(/elements = \{([^}]*)\}/.exec(body!)?.[1] ?? ''))
    }
  }

  /** Every way in which the first packet of a connection can go at a node: `ip:port`, with ` masq` when marked, or what ends it. */
  outcomes(packet: Packet, hook: Hook, nodeIP: string): string[] {
    const found = new Set<string>()
    const at: At = { packet, nodeIP, marked: false }
    for (const end of this.#through(hook === 'output' ? FROM_NODE : FROM_NETWORK, at)) {
      if (end.does === 'pass') for (const last of this.#filtered(at, hook)) found.add(last)
      else if (end.does === 'dnat') found.add(`${end.to}${this.#masquerades(end.to!, end.at) ? ' masq' : ''}`)
      else found.add(end.does)
    }
    return [...found].sort()
  }

  *#filtered(at: At, hook: Hook): Generator<string> {
    const toNode = at.packet.dst === at.nodeIP
    const chains = [...(hook === 'output' ? ['filter-output'] : []), ...(toNode ? ['filter-input'] : [])]
    for (const end of this.#through(chains.length > 0 ? chains : ['filter-forward'], at)) yield end.does
  }

  /** Chain masquerading, after the destination was rewritten. */
  #masquerades(to: string, at: At): boolean {
    const [dst, port] = to.split(':')
    const key = `${at.packet.src} . ${dst} . ${at.packet.protocol.toLowerCase()} . ${port}`
    return at.marked || this.#elements.get('hairpin-connections')!.has(key)
  }

  /** One base chain after the other: a packet that falls out of one comes to the next. */
  *#through(chains: readonly string[], at: At): Generator<End> {
    const [first, ...rest] = chains
    if (first === undefined) {
      yield { does: 'pass', at }
      return
    }
    for (const end of this.#from([{ chain: first, index: 0 }], at)) {
      if (end.does === 'pass') yield* this.#through(rest, end.at)
      else yield end
    }
  }

  /** `stack`: where to go on, innermost last. */
  *#from(stack: readonly { chain: string; index: number }[], at: At): Generator<End> {
    const top = stack.at(-1)
    if (!top) {
      yield { does: 'pass', at }
      return
    }
    const rule = this.#chains.get(top.chain)?.[top.index]
    if (!rule) {
      yield* this.#from(stack.slice(0, -1), at)
      return
    }
    const next = [...stack.slice(0, -1), { chain: top.chain, index: top.index + 1 }]
    for (const { verdict, at: after } of this.#apply(rule, at)) {
      if (verdict === '') yield* this.#from(next, after)
      else if (verdict === 'drop' || verdict === 'reject') yield { does: verdict, at: after }
      else if (verdict.startsWith('dnat ')) yield { does: 'dnat', to: verdict.slice(5), at: after }
      else if (verdict.startsWith('jump ')) yield* this.#from([...next, { chain: verdict.slice(5), index: 0 }], after)
      // where a chain ends that was gone to, the caller's caller goes on
      else yield* this.#from([...stack.slice(0, -1), { chain: verdict.slice(5), index: 0 }], after)
    }
  }

  /** What a rule does with a packet, in every way in which chance could have it; '' lets it go on to the next rule. */
  #apply(rule: string, at: At): { verdict: string; at: At }[] {
    let left = rule
    let here = at
    while (left !== '') {
      const step = STEPS.find(({ pattern }) => pattern.test(left))
      if (!step) throw new Error(`a part of a rule that this reader does not know: ${left}`)
      const found = step.pattern.exec(left)!
      const done = step.does(found, here, this.#elements)
      if (done === false) return [{ verdict: '', at: here }]
      if (Array.isArray(done)) return done.map((verdict) => ({ verdict, at: here }))
      if (done === 'mark') here = { ...here, marked: true }
      left = left.slice(found[0].length).trim()
    }
    return [{ verdict: '', at: here }]
  }
}

type Elements = ReadonlyMap<string, ReadonlyMap<string, string>>

/** A part of a rule: it does not match (false), lets the next part have its say (true), marks the packet, or ends the rule with one of some verdicts. */
interface Step {
  readonly pattern: RegExp
  does(found: RegExpExecArray, at: At, elements: Elements): boolean | 'mark' | string[]
}

const protocolOf = ({ packet }: At): string => packet.protocol.toLowerCase()

const STEPS: readonly Step[] = [
  { pattern: /^ct state new/, does: () => true },
  {
    pattern: /^(ip daddr \. )?meta l4proto \. th dport vmap @(\S+)/,
    does: ([, address, map], at, elements) => {
      const key = `${address ? `${at.packet.dst} . ` : ''}${protocolOf(at)} . ${at.packet.dstPort}`
      const verdict = elements.get(map!)!.get(key)
      return verdict === undefined ? false : [verdict]
    },
  },
  {
    pattern: /^ip ([sd])addr (!= )?(\{[^}]*\}|\S+)/,
    does: ([, side, not, what], { packet }, elements) =>
      holds(what!, side === 's' ? packet.src : packet.dst, elements) === (not === undefined),
  },
  { pattern: /^meta l4proto (\S+)/, does: ([, protocol], at) => protocol === protocolOf(at) },
  {
    pattern: /^dnat ip to numgen random mod \d+ map \{([^}]*)\}/,
    does: ([, map]) => [...elementsIn(map!).values()].map((to) => `dnat ${to.replace(' . ', ':')}`),
  },
  { pattern: /^dnat to (\S+)/, does: ([, to]) => [`dnat ${to}`] },
  { pattern: /^numgen random mod \d+ vmap \{([^}]*)\}/, does: ([, map]) => [...elementsIn(map!).values()] },
  { pattern: /^fib saddr type local/, does: (_, { packet, nodeIP }) => packet.src === nodeIP },
  { pattern: /^meta mark set meta mark \| \S+/, does: () => 'mark' },
  { pattern: /^update @\S+ \{[^}]*\}/, does: () => true },
  { pattern: /^(?:drop|reject|(?:jump|goto) \S+)$/, does: ([verdict]) => [verdict] },
]

/** `@set`, `{ a, b-c, d/8 }`, an address or a block. */
function holds(what: string, address: string, elements: Elements): boolean {
  if (what.startsWith('@')) return elements.get(what.slice(1))!.has(address)
  const value = parseIPv4(address)!
  return what
    .replace(/[{}\s]/g, '')
    .split(',')
    .some((part) => {
      const [first, last] = part.split('-')
      if (last !== undefined) return value >= parseIPv4(first!)! && value <= parseIPv4(last)!
      return part.includes('/') ? inCidr(parseCidr(part)!, address) : part === address
    })
}

const FROM_NETWORK = ['filter-prerouting-pre-dnat', 'nat-prerouting']
const FROM_NODE = ['filter-output-pre-dnat', 'nat-output']

interface At {
  readonly packet: Packet
  readonly nodeIP: string
  readonly marked: boolean
}

interface End {
  readonly does: 'pass' | 'dnat' | 'drop' | 'reject'
  readonly to?: string
  readonly at: At
}

const rulesIn = (body: string): string[] =>
  body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('type '))

const elementsIn = (list: string): Map<string, string> =>
  new Map(
    list
      .split(',')
      .map((e) => e.trim())
      .filter(Boolean)
      .map((e): [string, string] => {
        const [key, value] = e.split(' : ')
        return [key!, value ?? '']
      }),
  )
