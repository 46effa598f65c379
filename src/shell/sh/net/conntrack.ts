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
  const traces = [...(shell.host.traces?.() ?? []), ...shell.sent.map((s) => s.trace)]
  for (const trace of traces) {
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

/** conntrack -L, as conntrack-tools has it. libnetfilter_conntrack src/conntrack/snprintf_default.c; conntrack-tools 1.4.8 */
function* conntrack(c: ToolContext): Process {
  const wanted = new Map<string, string>()
  let list = c.args.length === 0
  for (let i = 0; i < c.args.length; i++) {
    const word = c.args[i]!
    if (word === '-L' || word === '--dump') list = true
    else if (/^(-p|-s|-d|--proto|--orig-src|--orig-dst|--dport|--sport|--orig-port-dst|--state)$/.test(word))
      wanted.set(word, c.args[++i] ?? '')
    else if (word === '-n' || word === '-g') continue
    else if (word === '-D' || word === '-F')
      return yield* misuse(c, 'flows cannot be taken away here; they end by themselves', 1)
    else if (!word.startsWith('-')) continue
    else
      return yield* misuse(
        c,
        `v1.4.8 (conntrack-tools): ${word} is not there; conntrack -L [-p tcp] [-s ADDRESS] [-d ADDRESS] [--dport PORT] is`,
        2,
      )
  }
  if (!list) return yield* misuse(c, 'conntrack -L lists the flows', 2)
  const of = (...names: string[]) => names.map((n) => wanted.get(n)).find((v) => v !== undefined)
  const shown = entries(c, c.place.type === 'node' ? c.place.node : '').filter((e) => {
    const checks: [string | undefined, string][] = [
      [of('-p', '--proto'), e.protocol],
      [of('-s', '--orig-src'), e.original.src],
      [of('-d', '--orig-dst'), e.original.dst],
      [of('--dport', '--orig-port-dst'), String(e.original.dstPort)],
      [of('--sport'), String(e.original.srcPort)],
      [of('--state'), e.state],
    ]
    return checks.every(([asked, is]) => asked === undefined || asked.toLowerCase() === is.toLowerCase())
  })
  for (const e of shown) {
    const number = e.protocol === 'tcp' ? 6 : 17
    const parts = [
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
  yield err(`conntrack v1.4.8 (conntrack-tools): ${shown.length} flow entries have been shown.\n`)
  return 0
}

export const CONNTRACK: Tool = {
  name: 'conntrack',
  summary: "the kernel's connections of this node: conntrack -L",
  at: ['node'],
  flags: ['-L', '-p', '-s', '-d'],
  run: conntrack,
}
