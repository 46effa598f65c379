import type { Flow } from '../../../engine/index.ts'
import type { Packet, Trace } from '../../../model/index.ts'
import { err, out, type Process } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { packetsOf } from './send.ts'

/** Linux nf_conntrack_proto_tcp.c (6.12): TIME_WAIT and SYN_SENT, in ms. */
const TIME_WAIT = 120_000
const SYN_SENT = 120_000
/** ESTABLISHED, in s: kube-proxy sets a day (k8s pkg/proxy/apis/config/v1alpha1/defaults.go, v1.36). */
const ESTABLISHED = 86_400

interface Entry {
  readonly protocol: 'tcp' | 'udp'
  /** Seconds. */
  readonly left: number
  readonly state: string
  readonly original: Packet
  readonly translated: Packet
  readonly replied: boolean
}

/** What a node's kernel knows of a flow: the rewriting on the node that ruled, the rewritten packet where it arrives. */
function seenAt(node: string, flow: Pick<Flow, 'original' | 'translated'>, ruledBy?: string, end?: string) {
  if (ruledBy === node) return { original: flow.original, translated: flow.translated }
  return end === node ? { original: flow.translated, translated: flow.translated } : undefined
}

function entries(c: ToolContext, node: string): Entry[] {
  const { cluster, shell } = c
  const found: Entry[] = []
  for (const { flow, left, replied } of cluster.trackedFlows()) {
    const seen = seenAt(node, flow, flow.node, flow.end.node)
    if (!seen) continue
    const udp = flow.original.protocol === 'UDP'
    found.push({
      protocol: udp ? 'udp' : 'tcp',
      left: udp ? Math.floor((left ?? 0) / 1000) : ESTABLISHED,
      state: udp ? '' : 'ESTABLISHED',
      ...seen,
      replied,
    })
  }
  for (const trace of shell.requests()) {
    const entry = ofTrace(c, node, trace)
    if (entry) found.push(entry)
  }
  return found
}

/** The node whose rules rewrote it. */
function ruledBy({ hops }: Trace): string | undefined {
  for (const { layer, why } of hops) {
    const { node } = why.params
    if ((layer === 'endpoint' || layer === 'masquerade') && typeof node === 'string') return node
  }
  return undefined
}

/** A connection of a request that is over: closed by the client, which leaves it waiting for two minutes. */
function ofTrace({ cluster }: ToolContext, node: string, trace: Trace): Entry | undefined {
  const packets = packetsOf(trace)
  if (!packets || packets.original.protocol === 'UDP' || trace.request.connection === 'keep-alive') return undefined
  const answered = trace.outcome === 'answered'
  if (!answered && trace.outcome !== 'timed out') return undefined
  const ended = trace.startedAt + trace.took
  const from = answered ? ended : trace.startedAt
  const left = (answered ? TIME_WAIT : SYN_SENT) - (cluster.now - from)
  if (left <= 0 || trace.startedAt > cluster.now) return undefined
  const ruled = ruledBy(trace)
  const seen = seenAt(node, packets, ruled, trace.server?.node)
  return (
    seen && {
      protocol: 'tcp',
      left: Math.ceil(left / 1000),
      state: answered ? 'TIME_WAIT' : 'SYN_SENT',
      ...seen,
      replied: answered,
    }
  )
}

const tuple = (p: Packet): string => `src=${p.src} dst=${p.dst} sport=${p.srcPort} dport=${p.dstPort}`
const answerOf = (p: Packet): Packet => ({ ...p, src: p.dst, dst: p.src, srcPort: p.dstPort, dstPort: p.srcPort })

const VERSION = 'conntrack v1.4.8 (conntrack-tools)'
const HINT = "Try `conntrack -h' or 'conntrack --help' for more information.\n"
const USAGE = `Command line interface for the connection tracking system. Version 1.4.8
Usage: conntrack [commands] [options]

Commands:
  -L [table] [options]		List conntrack or expectation table
  -C [table]			Show counter

Common parameters and options:
  -s, --src, --orig-src ip		Source address from original direction
  -d, --dst, --orig-dst ip		Destination address from original direction
  -r, --reply-src ip		Source addres from reply direction
  -q, --reply-dst ip		Destination address from reply direction
  -p, --protonum proto		Layer 4 Protocol, eg. 'tcp'
  -f, --family proto		Layer 3 Protocol, eg. 'ipv6'
  -n, --src-nat ip			source NAT ip
  -g, --dst-nat ip			destination NAT ip
  -j, --any-nat ip			source or destination NAT ip
  -o, --output type[,...]		Output format: extended
`

/** Options with a value: every name → the one that it is kept under. */
const VALUED: Readonly<Record<string, string>> = {
  ...{ '-p': 'p', '--proto': 'p', '--protonum': 'p', '-f': 'f', '--family': 'f', '-o': 'o', '--output': 'o' },
  ...{ '-s': 's', '--src': 's', '--orig-src': 's', '-d': 'd', '--dst': 'd', '--orig-dst': 'd' },
  ...{ '-r': 'r', '--reply-src': 'r', '-q': 'q', '--reply-dst': 'q', '-u': 'u', '--status': 'u' },
  ...{
    '--sport': 'sport',
    '--orig-port-src': 'sport',
    '--dport': 'dport',
    '--orig-port-dst': 'dport',
    '--state': 'state',
  },
}
/** Options whose value may be missing. */
const NAT: Readonly<Record<string, string>> = {
  ...{ '-n': 'n', '--src-nat': 'n', '-g': 'g', '--dst-nat': 'g', '-j': 'j', '--any-nat': 'j' },
}
/** Of a protocol: it is said before them. */
const OF_PROTOCOL = new Set(['--sport', '--dport', '--orig-port-src', '--orig-port-dst', '--state'])
const CHANGES = /^(-[DFIUA]|--(delete|flush|create|update|add))$/
const WATCHES = /^(-E|--event)$/

/** conntrack -L and -C, as conntrack-tools has them. libnetfilter_conntrack src/conntrack/snprintf_default.c; conntrack-tools src/conntrack.c (1.4.8) */
function* conntrack(c: ToolContext): Process {
  const wanted = new Map<string, string>()
  let does: 'list' | 'count' | undefined
  const failed = function* (said: string): Process {
    yield err(`${VERSION}: ${said}\n${HINT}`)
    return 2
  }
  for (let i = 0; i < c.args.length; i++) {
    const word = c.args[i]!
    const [name = word, given] = /^(--[a-z-]+)=(.*)$/s.exec(word)?.slice(1) ?? []
    const next = c.args[i + 1]
    if (/^(-L|--dump|-C|--count)$/.test(word)) {
      does = /C|count/.test(word) ? 'count' : 'list'
      if (/^(conntrack|expect|dying|unconfirmed)$/.test(next ?? '')) {
        i++
        if (next !== 'conntrack') wanted.set('table', next!)
      }
    } else if (word === '-h' || word === '--help') {
      yield out(USAGE)
      return 0
    } else if (word === '-V' || word === '--version') {
      yield out(`${VERSION}\n`)
      return 0
    } else if (CHANGES.test(word)) return yield* misuse(c, 'flows cannot be changed here; they end by themselves', 1)
    else if (WATCHES.test(word))
      return yield* misuse(c, 'events are not simulated: watch -n 1 conntrack -L shows them come and go', 1)
    else if (VALUED[name] !== undefined) {
      if (OF_PROTOCOL.has(name) && !wanted.has('p')) return yield* failed(`unknown option \`${name}'`)
      if (given === undefined && next === undefined) return yield* failed(`option \`${name}' requires an argument`)
      wanted.set(VALUED[name]!, given ?? next!)
      if (given === undefined) i++
    } else if (NAT[name] !== undefined) {
      const value = given ?? (next?.startsWith('-') === false ? c.args[++i]! : '')
      wanted.set(NAT[name]!, value)
    } else return yield* failed(`unknown option \`${word}'`)
  }
  const protocol = wanted.get('p')?.toLowerCase()
  if (protocol !== undefined && !/^(tcp|udp|icmp|sctp|6|17)$/.test(protocol))
    return yield* failed(`\`${wanted.get('p')}' unsupported protocol`)
  if (does === undefined) {
    if (c.args.length > 0) return yield* failed('no command: -L lists the flows')
    yield out(USAGE)
    return 0
  }
  const all = wanted.has('table') ? [] : entries(c, c.place.type === 'node' ? c.place.node : '')
  if (does === 'count') {
    yield out(`${all.length}\n`)
    return 0
  }
  const shown = all.filter((e) => matches(e, wanted))
  const extended = (wanted.get('o') ?? '').split(',').includes('extended')
  for (const e of shown) {
    const number = e.protocol === 'tcp' ? 6 : 17
    const family = e.original.src.includes(':') ? 'ipv6     10' : 'ipv4     2'
    const parts = [
      ...(extended ? [family] : []),
      `${e.protocol.padEnd(8)} ${number} ${e.left}`,
      ...(e.state === '' ? [] : [e.state]),
      tuple(e.original),
      ...(e.replied ? [] : ['[UNREPLIED]']),
      tuple(answerOf(e.translated)),
      ...(e.replied ? ['[ASSURED]'] : []),
      'mark=0 use=1',
    ]
    yield out(`${parts.join(' ')}\n`)
  }
  const what = wanted.get('table') === 'expect' ? 'expectations' : 'flow entries'
  yield err(`${VERSION}: ${shown.length} ${what} have been shown.\n`)
  return 0
}

function matches(e: Entry, wanted: ReadonlyMap<string, string>): boolean {
  const reply = answerOf(e.translated)
  const checks: [string, string][] = [
    ['p', e.protocol],
    ['s', e.original.src],
    ['d', e.original.dst],
    ['r', reply.src],
    ['q', reply.dst],
    ['dport', String(e.original.dstPort)],
    ['sport', String(e.original.srcPort)],
    ['state', e.state],
    ['f', e.original.src.includes(':') ? 'ipv6' : 'ipv4'],
  ]
  const numbers: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp' }
  for (const [name, is] of checks) {
    const asked = wanted.get(name)?.toLowerCase()
    if (asked !== undefined && (name === 'p' ? (numbers[asked] ?? asked) : asked) !== is.toLowerCase()) return false
  }
  const status = wanted.get('u')?.toUpperCase()
  if (
    status !== undefined &&
    status !== (e.replied ? 'ASSURED' : 'UNREPLIED') &&
    !(e.replied && status === 'SEEN_REPLY')
  )
    return false
  const [source, destination] = [
    e.original.src !== e.translated.src,
    e.original.dst !== e.translated.dst || e.original.dstPort !== e.translated.dstPort,
  ]
  const nat = (name: string, changed: boolean, to: string) => {
    const asked = wanted.get(name)
    return asked === undefined || (changed && (asked === '' || asked === to))
  }
  if (!nat('n', source, e.translated.src) || !nat('g', destination, e.translated.dst)) return false
  return nat('j', source, e.translated.src) || nat('j', destination, e.translated.dst)
}

export const CONNTRACK: Tool = {
  name: 'conntrack',
  summary: "the kernel's connections of this node: conntrack -L",
  at: ['node'],
  flags: ['-L', '-C', '-p', '-s', '-d', '-o'],
  run: conntrack,
}
