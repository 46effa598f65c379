import { type Finding, formatPath, type Hop, hostPort, type Packet, splitKey, type Trace } from '../src/model/index.ts'
import { alignTable, durationMs } from '../src/shell/index.ts'
import {
  count,
  diagnosticOf,
  findingSentence,
  formatMs,
  outcomeWord,
  plainText,
  sentence,
  shortOutcome,
} from '../src/words/index.ts'
import { type Client, clientFrom, problemOfFrom } from './client-from.ts'
import { OK, writeJson, wrong } from './command.ts'
import { fixJson } from './fix-json.ts'
import { type OnCluster, onCluster } from './on-cluster.ts'
import { plainName } from './plain-name.ts'
import { answersOf } from './trace-answer.ts'

/** Requests that `--times` may ask for. */
const MOST_TIMES = 100_000

/** The hops of a request with their reasons; over many, who answered. */
export const trace = onCluster({
  name: 'trace',
  summary: 'the way of a request, hop by hop, with reasons; over many, the outcomes',
  usage: 'FILES… --from FROM --to URL',
  flags: [
    { name: 'from', type: 'string', default: 'pod/client' },
    { name: 'to', type: 'string' },
    { name: 'times', type: 'int', default: '1' },
    { name: 'keep-alive', type: 'bool' },
    { name: 'timeout', type: 'duration', default: '2s' },
  ],
  help: {
    '--from FROM':
      'pod/NAME, pod/NAMESPACE/NAME, node/NAME or internet; a pod that does not exist is made (default pod/client)',
    '--to URL': 'http://, https://, tcp:// or udp://; a name or an address, a port, a path',
    '--times N': 'that many requests (default 1)',
    '--keep-alive': 'over one connection, instead of a new one each time',
    '--timeout 2s': 'how long the client waits',
  },
  notes: `With --json: {outcomes, pods, podPorts, seenAs, http, error, possible, cause, traces}. Times are in ms; "possible" is everything
that chance could have chosen; each hop has its reason's code, params, rule and sources.`,
  examples: [
    'trace app.yaml --to http://web/',
    'trace app.yaml --from pod/shop/cart --to http://web.default:8080/api --times 40',
    'trace app.yaml --from internet --to http://172.18.0.11:30080/ --json',
  ],
  check: ({ flags }) => {
    if (flags.text('to') === '') return 'trace needs --to URL: where shall the request go?'
    const times = flags.int('times')
    if (!(times >= 1 && times <= MOST_TIMES)) return `--times must be 1 to ${MOST_TIMES}`
    if (!((durationMs(flags.text('timeout')) ?? 0) > 0)) return '--timeout must be longer than nothing'
    return problemOfFrom(flags.text('from'))
  },
  run: (c) => {
    const { cluster, flags, io } = c
    const client = clientFrom(cluster, flags.text('from'))
    if (typeof client === 'string') return wrong(io, client)
    const request = {
      url: flags.text('to'),
      connection: flags.on('keep-alive') ? ('keep-alive' as const) : ('new' as const),
      timeout: durationMs(flags.text('timeout')),
    }
    // what chance could have chosen, before the first request leaves its marks (an affinity, an open connection)
    const possible = cluster.possible(client, request)
    const traces: Trace[] = []
    for (let n = 1; n <= flags.int('times'); n++)
      traces.push({ ...cluster.send(client, request), id: `${client.key}#${n}` })
    const cause = cluster.causeOf(client, traces)
    if (flags.on('json'))
      writeJson(io, { ...answersOf(traces), possible, cause: cause ? causeJson(c, cause) : null, traces })
    else write(c, client, traces, cause)
    return OK
  },
})

/** The first request of each kind hop by hop; over many, how they ended and who answered. */
function write(c: OnCluster, client: Client, traces: readonly Trace[], cause: Finding | undefined): void {
  const { io } = c
  io.out(io.paint.dim(`${c.flags.text('from')} asks${client.from === 'internet' ? '' : ` from ${client.address}`}\n`))
  const told = new Set<string>()
  for (const t of traces) {
    if (told.has(shortOutcome(t))) continue
    told.add(shortOutcome(t))
    writeTrace(c, t)
  }
  if (cause) writeCause(c, cause)
  if (traces.length === 1) return
  const counts = new Map<string, number>()
  for (const t of traces) counts.set(shortOutcome(t), (counts.get(shortOutcome(t)) ?? 0) + 1)
  const ends = [...counts].map(([words, n]) => `${n} × ${words}`)
  io.out(`\n${io.paint.bold(count(traces.length, 'request'))}: ${ends.join(', ')}\n`)
  const servers = new Map<string, { n: number; row: string[] }>()
  for (const { server, seenAs, outcome } of traces) {
    if (outcome !== 'answered' || !server) continue
    const row = [
      server.pod ? splitKey(server.pod).name : (server.outside ?? server.node ?? '-'),
      hostPort(server.ip, server.port),
    ]
    const saw = seenAs === undefined ? '' : `saw ${seenAs}`
    const entry = servers.get([...row, saw].join()) ?? { n: 0, row: [...row, saw] }
    entry.n++
    servers.set([...row, saw].join(), entry)
  }
  const rows = [...servers.values()].sort((a, b) => b.n - a.n).map(({ n, row }) => [`  ${n}`, ...row])
  if (rows.length > 0) io.out(alignTable(rows))
}

/** The cause in one sentence, where it stands, and what would mend it. */
function writeCause(c: OnCluster, cause: Finding): void {
  const { out, paint } = c.io
  const { source, fix } = diagnosticOf(cause, c.locate)
  out(`\n${paint.bold('Why')}  ${plainText(findingSentence(cause))}.\n`)
  const place = source ? `${source.file}:${source.line}:${source.column}  ` : ''
  const [object] = cause.objects
  if (object) out(`     ${paint.dim(`${place}${plainName(object)} ${formatPath(cause.path)}`.trimEnd())}\n`)
  if (fix) out(`     ${paint.dim(`fix: ${fix.label}`)}\n`)
}

function causeJson(c: OnCluster, cause: Finding) {
  const { message, fix } = diagnosticOf(cause, c.locate)
  return {
    code: cause.code,
    severity: cause.severity,
    message,
    objects: cause.objects.map(plainName),
    path: cause.path.length > 0 ? formatPath(cause.path) : null,
    rule: cause.rule,
    fix: fix ? fixJson(c, fix) : null,
  }
}

const LAYER_WIDTH = 10

function writeTrace(c: OnCluster, t: Trace): void {
  const { out, paint } = c.io
  const colour = t.outcome === 'answered' && (t.http ?? 200) < 400 ? paint.green : paint.red
  out(`${paint.bold(t.request.url)}  ${colour(outcomeWord(t))}  ${paint.dim(formatMs(t.took))}\n`)
  const ruleWidth = Math.max(...t.hops.map((hop) => hop.why.rule.length))
  for (const hop of t.hops) {
    const mark = hop.failed ? paint.red('✗') : paint.dim('·')
    const head = `${hop.layer.padEnd(LAYER_WIDTH)} ${hop.why.rule.padEnd(ruleWidth)}`
    out(`${mark} ${paint.dim(head)}  ${plainText(sentence(hop.why))}\n`)
    const indent = ' '.repeat(4 + head.length)
    for (const line of [...rewritten(hop), ...(hop.failed ? sourcesOf(c, hop) : [])])
      out(`${indent}${paint.dim(line)}\n`)
  }
  if (t.error !== undefined) out(`${paint.red(`curl: ${t.error}`)}\n`)
}

/** The packet's header where the hop changes it. */
function rewritten({ packet }: Hop): string[] {
  if (!packet) return []
  const show = (p: Packet) => `${hostPort(p.src, p.srcPort)} → ${hostPort(p.dst, p.dstPort)}`
  const [before, after] = [show(packet.before), show(packet.after)]
  return before === after ? [] : [`${before}   becomes   ${after}`]
}

/** The lines of the manifests that made it so. */
function sourcesOf({ locate }: OnCluster, { why }: Hop): string[] {
  return why.sources.flatMap((field) => {
    const range = locate(field)
    if (!range) return []
    const { kind, name } = splitKey(field.object)
    return [`${range.file}:${range.line}:${range.column}  ${kind} ${name} ${formatPath(field.path)}`.trimEnd()]
  })
}
