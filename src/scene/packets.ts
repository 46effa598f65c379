import type { Ms, Trace } from '../model/index.ts'
import { journeyOf } from './journey.ts'
import { lengthOf, pointAt } from './path.ts'
import { type Failure, hasFailed, type Leg, type TraceRoute, traceRoute } from './route.ts'
import type { Point, Scene } from './scene.ts'

/** A request, drawn at a moment. */
export interface PacketMark {
  readonly trace: Trace
  readonly x: number
  readonly y: number
  /** circle: will be, or was, answered; diamond: failed; ring: the name is being asked; wait: lost, the client waits. */
  readonly shape: 'circle' | 'diamond' | 'ring' | 'wait'
  readonly tone: 'ok' | 'bad' | 'neutral'
  readonly phase: Leg['phase']
  /** Where it was a moment ago, for its trail; the same point when it stands still. */
  readonly tail: readonly Point[]
  /** For `wait`: how much of the waiting is over, 0 to 1. */
  readonly waited?: number
}

/** An endpoint that was just reached. */
export interface Pulse {
  readonly node: string
  readonly point: Point
  readonly tone: 'ok' | 'bad'
  /** 0: now, 1: over */
  readonly age: number
}

export interface FailureMark extends Failure {
  readonly trace: Trace
}

/** Everything that moves, at one moment. */
export interface Frame {
  readonly packets: readonly PacketMark[]
  readonly pulses: readonly Pulse[]
  readonly failures: readonly FailureMark[]
}

export interface FrameOptions {
  /** From hop to hop, without movement: for those who prefer reduced motion. */
  readonly stepped?: boolean
  /** The id of a request whose end stays to be seen. */
  readonly selected?: string | undefined
}

const PULSE: Ms = 420
/** A failure's word stays readable a little after its request is gone. */
const LINGER: Ms = 700
const TRAIL = [9, 17, 25]

/** The requests under way at a moment of the playhead (ms): a pure function of its arguments. */
export const packetsAt = (
  scene: Scene,
  traces: readonly Trace[],
  playhead: Ms,
  options: FrameOptions = {},
): readonly PacketMark[] => frameAt(scene, traces, playhead, options).packets

/** Packets, what they hit, and where they failed, at a moment of the playhead (ms). `traces` are in order of startedAt. */
export function frameAt(scene: Scene, traces: readonly Trace[], playhead: Ms, options: FrameOptions = {}): Frame {
  const packets: PacketMark[] = []
  const pulses: Pulse[] = []
  const failures: FailureMark[] = []
  const longest = longestOf(traces) + LINGER
  for (let i = firstAfter(traces, playhead) - 1; i >= 0; i--) {
    const trace = traces[i]!
    const time = playhead - trace.startedAt
    if (time > longest) break
    if (time > journeyOf(trace).end + LINGER) continue
    const route = traceRoute(scene, trace)
    if (!route) continue
    const packet = packetAt(scene, trace, route, time, options)
    if (packet) packets.push(packet)
    const { hit, failure } = route
    if (hit && time >= hit.at && time < hit.at + PULSE && time < route.end) {
      const tone = hasFailed(trace) ? 'bad' : 'ok'
      pulses.push({ node: hit.node, point: hit.point, tone, age: (time - hit.at) / PULSE })
    }
    if (failure && time >= failure.at && time < route.end + LINGER) failures.push({ ...failure, trace })
  }
  const kept = options.selected === undefined ? undefined : traces.find(({ id }) => id === options.selected)
  const failure = kept && traceRoute(scene, kept)?.failure
  if (failure && playhead >= kept.startedAt + failure.at) {
    const others = failures.filter(({ trace }) => trace !== kept)
    return { packets, pulses, failures: [{ ...failure, trace: kept }, ...others] }
  }
  return { packets, pulses, failures }
}

function packetAt(
  scene: Scene,
  trace: Trace,
  route: TraceRoute,
  time: Ms,
  { stepped }: FrameOptions,
): PacketMark | undefined {
  if (time >= route.end) return undefined
  const leg = route.legs.find((l) => time < l.end)
  if (!leg) return undefined
  const failed = hasFailed(trace)
  const { phase } = leg
  const known = route.failure !== undefined && time >= route.failure.at
  const tone = failed && (known || phase === 'back') ? 'bad' : phase === 'ask' ? 'neutral' : failed ? 'bad' : 'ok'
  if (phase === 'lost') {
    const home = scene.byId.get(route.nodes[0]!)!
    const waited = (time - leg.start) / (leg.end - leg.start)
    const at = { x: home.x + home.width - 2, y: home.y + 2 }
    return { trace, ...at, shape: 'wait', tone: 'bad', phase, tail: [], waited }
  }
  const shape = phase === 'ask' ? (known ? 'diamond' : 'ring') : failed ? 'diamond' : 'circle'
  const base = { trace, shape, tone, phase } as const
  const side = (scene.offsets.get(trace.client) ?? 0) + (phase === 'back' ? -3 : 3)
  if (!leg.path) {
    const { dx, dy } = lastHeading(route, leg)
    return { ...base, ...aside({ ...leg.point, dx, dy }, side), tail: [] }
  }
  const length = lengthOf(leg.path)
  const progress = stepped ? 1 : ease((time - leg.start) / (leg.end - leg.start))
  const distance = length * progress
  const at = (d: number) => {
    // Ways begin and end at one point: packets come together there.
    const taper = Math.min(1, d / 24, (length - d) / 24 + 0.35)
    return aside(pointAt(leg.path!, d), side * taper)
  }
  const tail = stepped
    ? []
    : TRAIL.map((back) => distance - back)
        .filter((d) => d > 0)
        .map(at)
  return { ...base, ...at(distance), tail }
}

/** A packet that waits keeps to the side of the way on which it came. */
function lastHeading(route: TraceRoute, leg: Leg): { dx: number; dy: number } {
  let path: Leg['path']
  for (const l of route.legs) {
    if (l === leg) break
    path = l.path ?? path
  }
  return path ? pointAt(path, lengthOf(path)) : { dx: 1, dy: 0 }
}

const aside = (step: { x: number; y: number; dx: number; dy: number }, side: number): Point => ({
  x: step.x - step.dy * side,
  y: step.y + step.dx * side,
})

const ease = (t: number): number => t * t * (3 - 2 * t)

/** The first trace that starts after a moment. */
function firstAfter(traces: readonly Trace[], playhead: Ms): number {
  let low = 0
  let high = traces.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (traces[middle]!.startedAt <= playhead) low = middle + 1
    else high = middle
  }
  return low
}

const longest = new WeakMap<readonly Trace[], Ms>()

function longestOf(traces: readonly Trace[]): Ms {
  let found = longest.get(traces)
  if (found === undefined) {
    found = traces.reduce((most, trace) => Math.max(most, journeyOf(trace).end), 0)
    longest.set(traces, found)
  }
  return found
}
