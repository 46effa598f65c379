import type { Ms, Place, Trace } from '../model/index.ts'

/** A picture shows a hop at least this long (playhead ms), and a way that something travels a little longer. */
const HOP_SHOWN: Ms = 120
const TRAVEL_SHOWN: Ms = 220
const TRACE_SHOWN: Ms = 900

/** One step of a drawn request. The last may be the refusal's way back, which is no hop of its own: `hop` is undefined. */
export interface DrawnHop {
  readonly hop?: number
  /** ms of playhead after the trace's start */
  readonly start: Ms
  readonly end: Ms
  /** forth: goes to `to`, if the view shows that place; back: returns by the way it came; stay: something is decided here. */
  readonly move: 'forth' | 'back' | 'stay'
  readonly to?: Place
}

export interface Journey {
  readonly hops: readonly DrawnHop[]
  /** ms of playhead after the trace's start */
  readonly end: Ms
}

const journeys = new WeakMap<Trace, Journey>()

/**
 * How a request is stretched in time: from its start for max(took, 900 ms), each hop at least 120 ms, ways longer than
 * decisions. A pure function of the trace, the same in every view.
 */
export function journeyOf(trace: Trace): Journey {
  let journey = journeys.get(trace)
  if (!journey) {
    journey = stretch(trace)
    journeys.set(trace, journey)
  }
  return journey
}

const same = (a: Place | undefined, b: Place | undefined): boolean =>
  a !== undefined && b !== undefined && a.kind === b.kind && a.key === b.key

/** Layers in which something is decided about a packet that stays where it is. */
const DECIDES: ReadonlySet<string> = new Set(['connection', 'name', 'endpoint', 'dnat', 'masquerade'])

function stretch(trace: Trace): Journey {
  const moves: { hop?: number; move: DrawnHop['move']; to?: Place; shown: Ms }[] = []
  let at: Place = { kind: 'client', key: trace.client }
  const travels = trace.hops.some((h) => h.layer === 'route' || h.layer === 'socket')
  for (const [index, hop] of trace.hops.entries()) {
    if (hop.layer === 'answer') {
      moves.push({ hop: index, move: 'back', shown: Math.max(hop.took, TRAVEL_SHOWN) })
      continue
    }
    // A pod that is dialled directly is reached by the way there, not by the wish to go there.
    const waits = DECIDES.has(hop.layer) || (hop.layer === 'dial' && travels && isFar(hop.to))
    const to = waits ? undefined : hop.to
    if (to && !same(to, at) && to.kind !== 'dns') {
      at = to
      moves.push({ hop: index, move: 'forth', to, shown: Math.max(hop.took, TRAVEL_SHOWN) })
    } else moves.push({ hop: index, move: 'stay', shown: Math.max(hop.took, HOP_SHOWN) })
  }
  const refusal = trace.outcome === 'refused' || trace.outcome === 'reset'
  if (refusal && moves.at(-1)?.move !== 'back') moves.push({ move: 'back', shown: TRAVEL_SHOWN })
  if (moves.length === 0) moves.push({ move: 'stay', shown: HOP_SHOWN })

  // What a silent failure waits for belongs to its last step; what only the eye needs goes to the ways.
  const hopsTook = trace.hops.reduce((sum, hop) => sum + hop.took, 0)
  if (trace.took > hopsTook) moves.at(-1)!.shown = Math.max(moves.at(-1)!.shown, trace.took - hopsTook)
  const total = moves.reduce((sum, m) => sum + m.shown, 0)
  const spare = Math.max(trace.took, TRACE_SHOWN) - total
  const ways = moves.filter((m) => m.move !== 'stay')
  if (spare > 0) for (const m of ways.length > 0 ? ways : moves) m.shown += spare / (ways.length || moves.length)

  let time = 0
  const hops = moves.map(({ hop, move, to, shown }): DrawnHop => {
    const start = time
    time += shown
    return { ...(hop !== undefined && { hop }), start, end: time, move, ...(to && { to }) }
  })
  return { hops, end: time }
}

const isFar = (place: Place): boolean => place.kind === 'pod' || place.kind === 'outside'

/** Absolute playhead times (ms) at which the drawing of a trace enters its hops, in order: what "next hop" steps to. */
export const drawnBoundaries = (trace: Trace): readonly Ms[] =>
  journeyOf(trace).hops.map((hop) => trace.startedAt + hop.start)

/** The absolute playhead time (ms) at which nothing of a trace is drawn any more. */
export const drawnEnd = (trace: Trace): Ms => trace.startedAt + journeyOf(trace).end

/** The hop (its index in the trace) that is drawn at a moment; undefined before, after, and on a refusal's way back. */
export function hopAt(trace: Trace, playhead: Ms): number | undefined {
  const time = playhead - trace.startedAt
  if (time < 0) return undefined
  return journeyOf(trace).hops.find((hop) => time < hop.end)?.hop
}
