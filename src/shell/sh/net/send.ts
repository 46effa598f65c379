import { type ClientSpec, type Cluster, parseUrl } from '../../../engine/index.ts'
import type { Ms, Packet, Trace, Place as TracePlace } from '../../../model/index.ts'
import { copyOf } from '../../trial.ts'
import { clientAt } from '../place.ts'
import { err, type Step } from '../shell-event.ts'
import type { ToolContext } from '../tool.ts'
import { pauseUntil } from '../tools/pause.ts'
import { asCarried, carriedBy } from './forward.ts'

/**
 * How long Linux tries to open a connection that nobody answers: 131 s with its defaults (tcp_syn_retries 6, tcp_syn_linear_timeouts 4).
 * Linux Documentation/networking/ip-sysctl.rst (6.12)
 */
export const KERNEL_GIVES_UP: Ms = 131_000

/** No limit of the tool's own. */
const PATIENT: Ms = 3_600_000

export interface Asking {
  readonly url: string
  readonly timeout?: Ms
  readonly connectTimeout?: Ms
  /** A connection that is kept open under this name, until `closeConnection`. */
  readonly connection?: string
  /** What the tool says on stderr when it has begun, before anything came of it. */
  readonly begins?: (trace: Trace) => string
}

/** Who asks from here; undefined where the pod has lost its address. */
export const asker = (c: ToolContext): ClientSpec | undefined => clientAt(c.place, c.cluster)

/** ms between the first packets of a connection that nobody answers, and how many come so. Linux tcp_syn_linear_timeouts (6.12) */
const SYN_AGAIN: Ms = 1000
const SYNS = 4

/**
 * How long until a repeated first packet meets somebody: a Service that was made this moment is in no node's rules before kube-proxy's next
 * round. 0: at once, or nobody will be there soon either.
 */
function lostAtFirst(c: ToolContext, client: ClientSpec, { url, connection, ...limits }: Asking): Ms {
  const parsed = parseUrl(url)
  if (!parsed.ok || parsed.url.scheme === 'udp') return 0
  const request = { url, connection: connection === undefined ? ('new' as const) : ('keep-alive' as const) }
  const isSilent = (cluster: Cluster) => cluster.possible(client, request).outcomes.every((o) => o === 'timed out')
  if (!isSilent(c.cluster)) return 0
  const patience = Math.min(limits.timeout ?? PATIENT, limits.connectTimeout ?? KERNEL_GIVES_UP)
  const later = copyOf(c.cluster)
  for (let wait = SYN_AGAIN; wait <= SYNS * SYN_AGAIN && wait < patience; wait += SYN_AGAIN) {
    later.advance(c.cluster.now + wait)
    if (!isSilent(later)) return wait
  }
  return 0
}

/** One request: it is sent now and shown; then the time passes that it took. */
export function* send(c: ToolContext, client: ClientSpec, asking: Asking): Step<Trace> {
  const { connection } = asking
  const carried = carriedBy(c, asking.url)
  const connectTimeout = Math.min(asking.connectTimeout ?? KERNEL_GIVES_UP, KERNEL_GIVES_UP)
  const asks = carried?.client ?? client
  const lost = carried ? 0 : lostAtFirst(c, asks, asking)
  if (lost > 0) yield* pauseUntil(c, c.cluster.now + lost)
  const sent = c.cluster.send(connection === undefined ? asks : { ...asks, key: connection }, {
    url: carried?.url ?? asking.url,
    connection: connection === undefined ? 'new' : 'keep-alive',
    timeout: (asking.timeout ?? PATIENT) - lost,
    connectTimeout: connectTimeout - lost,
  })
  const own = connection === undefined ? sent : asClient(sent, connection, asks.key)
  const trace = c.shell.note(carried ? asCarried(own, carried, client, asking.url) : own, client)
  yield { trace, from: client }
  const said = asking.begins?.(trace) ?? ''
  if (said !== '') yield err(said)
  yield* pauseUntil(c, c.cluster.now + Math.max(1, Math.ceil(trace.took)))
  return lost > 0 ? { ...trace, took: lost + trace.took } : trace
}

/** The same trace, told of the client whose connection it was. */
function asClient(trace: Trace, connection: string, client: string): Trace {
  const place = (p: TracePlace): TracePlace => (p.kind === 'client' && p.key === connection ? { ...p, key: client } : p)
  return { ...trace, client, hops: trace.hops.map((h) => ({ ...h, from: place(h.from), to: place(h.to) })) }
}

/** The first packet as the client sent it, and as it arrived; undefined when no rule rewrote one. */
export function packetsOf(trace: Trace): { original: Packet; translated: Packet } | undefined {
  const rewritten = trace.hops.filter((h) => h.packet && h.layer !== 'answer')
  const first = rewritten[0]?.packet?.before
  const last = rewritten.at(-1)?.packet?.after
  return first && last && { original: first, translated: last }
}

export interface Dialled {
  readonly address: string
  readonly ended: 'open' | 'refused' | 'silent' | 'no-route'
}

/** The addresses that were dialled, in order, and what came of each. */
export function dialled(trace: Trace): Dialled[] {
  const found: { address: string; ended: Dialled['ended'] }[] = []
  for (const hop of trace.hops) {
    const { code, params } = hop.why
    const { address } = params
    if (hop.layer === 'dial' && typeof address === 'string' && found.at(-1)?.address !== address) {
      const ended = code === 'dial.no-route' && trace.outcome === 'refused' ? 'no-route' : 'open'
      found.push({ address, ended })
    }
    const last = found.at(-1)
    if (hop.failed && last && last.ended === 'open' && code !== 'pod.slow')
      last.ended = hop.took >= 100 ? 'silent' : 'refused'
  }
  const last = found.at(-1)
  if (last && trace.outcome === 'refused' && last.ended === 'open') last.ended = 'refused'
  if (last && trace.outcome === 'timed out' && !trace.server && last.ended === 'open') last.ended = 'silent'
  if (last && trace.outcome === 'answered') last.ended = 'open'
  return found
}

/** The port that a connection was made from: made of its trace, the same each time. */
export function localPort(trace: Trace): number {
  const packets = packetsOf(trace)
  if (packets) return packets.original.srcPort
  let hash = 7
  for (const c of trace.id) hash = (hash * 31 + c.charCodeAt(0)) % 28_232
  return 32_768 + hash
}

/** The address in square brackets when it is one of IPv6. */
export const bracketed = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip)
