import type { Cluster } from '../src/engine/index.ts'
import { INTERNET_HOST, makeKey, type Pod, splitKey, type Trace } from '../src/model/index.ts'
import { durationMs } from '../src/shell/index.ts'
import { count, formatMs, outcomeWord, plainText, sentence } from '../src/words/index.ts'
import type { Command, CommandContext } from './command.ts'

type Client = Parameters<Cluster['send']>[0]

/** The hops of a request with their reasons; over many, who answered. */
export const trace: Command = {
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
  check: (flags) => {
    if (flags.text('to') === '') return '--to is missing: where shall the request go?'
    return flags.int('times') < 1 ? '--times must be at least 1' : undefined
  },
  run: (c) => {
    const { cluster, flags, out, err, paint } = c
    const client = clientFrom(cluster, flags.text('from'))
    if (typeof client === 'string') {
      err(`${client}\n`)
      return 2
    }
    const request = {
      url: flags.text('to'),
      connection: flags.on('keep-alive') ? ('keep-alive' as const) : ('new' as const),
      timeout: durationMs(flags.text('timeout')) ?? 2000,
    }
    const possible = cluster.possible(client, request)
    const traces: Trace[] = []
    for (let i = 0; i < flags.int('times'); i++) traces.push(cluster.send(client, request))
    const answer = summary(traces)
    if (flags.on('json')) {
      out(`${JSON.stringify({ ...answer, possible, traces }, undefined, 2)}\n`)
      return 0
    }
    writeTrace(c, traces[0]!)
    if (traces.length > 1) {
      const outcomes = Object.entries(answer.outcomes).map(([outcome, n]) => `${outcome} ${n}`)
      out(`\n${paint.bold(count(traces.length, 'request'))}: ${outcomes.join(', ')}\n`)
      if (answer.pods.length > 0) out(`answered by ${answer.pods.join(', ')}; saw ${answer.seenAs.join(', ')}\n`)
    }
    return 0
  },
}

const unique = <T extends string | number>(values: readonly T[]): T[] =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))

function summary(traces: readonly Trace[]) {
  const answered = traces.filter((t) => t.outcome === 'answered')
  const outcomes: Record<string, number> = {}
  for (const { outcome } of traces) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  const withPod = answered.filter((t) => t.server?.pod !== undefined)
  return {
    outcomes,
    pods: unique(withPod.map((t) => splitKey(t.server!.pod!).name)),
    podPorts: unique(withPod.map((t) => t.server!.port)),
    seenAs: unique(answered.flatMap((t) => t.seenAs ?? [])),
    http: unique(answered.flatMap((t) => t.http ?? [])),
    error: traces.find((t) => t.error !== undefined)?.error,
  }
}

function writeTrace({ out, paint }: CommandContext, t: Trace): void {
  const colour = t.outcome === 'answered' && (t.http ?? 200) < 500 ? paint.green : paint.red
  out(`${paint.bold(t.request.url)}  ${colour(outcomeWord(t))}  ${paint.dim(formatMs(t.took))}\n`)
  for (const hop of t.hops) {
    const mark = hop.failed ? paint.red('✗') : paint.dim('·')
    out(`${mark} ${paint.dim(hop.layer.padEnd(10))} ${plainText(sentence(hop.why))}\n`)
    if (!hop.packet) continue
    const end = (ip: string, port: number) => `${ip}:${port}`
    const show = (p: typeof hop.packet.before) => `${end(p.src, p.srcPort)} → ${end(p.dst, p.dstPort)}`
    const [before, after] = [show(hop.packet.before), show(hop.packet.after)]
    if (before !== after) out(`  ${' '.repeat(10)} ${paint.dim(`${before}   becomes   ${after}`)}\n`)
  }
  if (t.error !== undefined) out(`${paint.red(`curl: ${t.error}`)}\n`)
}

/** Who asks; a pod that does not exist is made, without labels. A text says what is wrong with the words. */
function clientFrom(cluster: Cluster, from: string): Client | string {
  const key = `client/${from}`
  if (from === 'internet') return { key, from: 'internet', namespace: 'default', address: INTERNET_HOST }
  const [kind, ...rest] = from.split('/')
  if (kind === 'node' && rest.length === 1) {
    const node = cluster.config.nodes.find((n) => n.name === rest[0])
    if (!node) return `there is no node ${rest[0]}; nodes are ${cluster.config.nodes.map((n) => n.name).join(', ')}`
    return { key, from: 'node', namespace: 'default', node: node.name, address: node.internalIP }
  }
  if (kind !== 'pod' || rest.length < 1 || rest.length > 2) {
    return `--from ${from}: must be pod/NAME, pod/NAMESPACE/NAME, node/NAME or internet`
  }
  const [namespace, name] = rest.length === 2 ? [rest[0]!, rest[1]!] : ['default', rest[0]!]
  const podKey = makeKey('Pod', namespace, name)
  if (!cluster.get<Pod>(podKey)) {
    const made = cluster.create(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace },
        spec: { containers: [{ name: 'client', image: 'curlimages/curl' }] },
      },
      { makeNamespace: true },
    )
    if (!made.ok) return made.status.message
    cluster.settle()
  }
  const pod = cluster.get<Pod>(podKey)
  const address = pod?.status?.podIP
  if (!pod || !address) return `the pod ${namespace}/${name} has no address: it can ask nothing`
  return { key, from: 'pod', namespace, pod: podKey, node: pod.spec.nodeName, address }
}
