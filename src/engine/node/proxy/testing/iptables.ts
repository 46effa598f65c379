import { inCidr, type Packet, parseCidr } from '../../../../model/index.ts'
import type { Hook } from '../../../network/verdict.ts'

/**
 * A reader of iptables-save that follows packets through the rules, for tests: it knows nothing of Services, only chains, matches and
 * targets, so it tells whether the printed rules do what the engine does.
 */
export class Iptables {
  readonly #filter = new Map<string, string[][]>()
  readonly #nat = new Map<string, string[][]>()

  constructor(lines: readonly string[]) {
    let table = this.#filter
    for (const line of lines) {
      // the nat table begins where its first chain, or the first of its built-in rules, is
      if (line.startsWith(':KUBE-MARK-MASQ') || line.startsWith('-A PREROUTING')) table = this.#nat
      if (!line.startsWith('-A ')) continue
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]!)
      const chain = words[1]!
      // chains of nat are listed before its rules
      const rules = table.get(chain) ?? []
      rules.push(words.slice(2))
      table.set(chain, rules)
    }
  }

  /** Every way in which the first packet of a connection can go at a node: `ip:port`, with ` masq` when marked, or what ends it. */
  outcomes(packet: Packet, hook: Hook, nodeIP: string): string[] {
    const found = new Set<string>()
    const natHook = hook === 'output' ? 'OUTPUT' : 'PREROUTING'
    for (const end of this.#walk(this.#nat, natHook, { packet, nodeIP, marked: false })) {
      if (end.dnat) found.add(`${end.dnat}${end.marked ? ' masq' : ''}`)
      else found.add(this.#filtered(packet, hook, nodeIP))
    }
    return [...found].sort()
  }

  #filtered(packet: Packet, hook: Hook, nodeIP: string): string {
    const toNode = packet.dst === nodeIP
    const hooks = hook === 'output' ? (toNode ? ['OUTPUT', 'INPUT'] : ['OUTPUT']) : toNode ? ['INPUT'] : ['FORWARD']
    for (const name of hooks) {
      for (const end of this.#walk(this.#filter, name, { packet, nodeIP, marked: false }))
        if (end.verdict) return end.verdict
    }
    return 'pass'
  }

  *#walk(table: Map<string, string[][]>, chain: string, at: At): Generator<End> {
    yield* this.#from(table, [{ chain, index: 0 }], at)
  }

  /** `stack`: where to go on, innermost last. */
  *#from(table: Map<string, string[][]>, stack: readonly { chain: string; index: number }[], at: At): Generator<End> {
    const top = stack.at(-1)
    if (!top) {
      yield { marked: at.marked }
      return
    }
    const rule = table.get(top.chain)?.[top.index]
    if (!rule) {
      yield* this.#from(table, stack.slice(0, -1), at)
      return
    }
    const next = [...stack.slice(0, -1), { chain: top.chain, index: top.index + 1 }]
    if (!matches(rule, at)) {
      yield* this.#from(table, next, at)
      return
    }
    // a rule of chance may also let the packet by
    if (rule.includes('statistic')) yield* this.#from(table, next, at)
    const target = rule[rule.indexOf('-j') + 1]
    if (!rule.includes('-j')) yield* this.#from(table, next, at)
    else if (target === 'DNAT') yield { dnat: rule[rule.indexOf('--to-destination') + 1], marked: at.marked }
    else if (target === 'REJECT' || target === 'DROP') yield { verdict: target.toLowerCase(), marked: at.marked }
    else if (target === 'ACCEPT') yield { marked: at.marked }
    else if (target === 'MARK') yield* this.#from(table, next, { ...at, marked: true })
    else yield* this.#from(table, [...next, { chain: target!, index: 0 }], at)
  }
}

interface At {
  readonly packet: Packet
  readonly nodeIP: string
  readonly marked: boolean
}

interface End {
  readonly dnat?: string
  readonly verdict?: string
  readonly marked: boolean
}

const inside = (range: string, ip: string): boolean => inCidr(parseCidr(range)!, ip)

function matches(rule: readonly string[], { packet, nodeIP }: At): boolean {
  for (let i = 0; i < rule.length; i++) {
    const not = rule[i - 1] === '!'
    const value = rule[i + 1]!
    switch (rule[i]) {
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
      // a first packet is NEW, valid, and carries no mark before it meets the rules
      case '--ctstate':
        if (value !== 'NEW') return false
        break
      case '--mark':
        if (!not) return false
        break
      // nobody is remembered before its first packet
      case '--rcheck':
        return false
    }
  }
  return true
}
