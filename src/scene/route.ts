import { type Hop, type Ms, type Outcome, type Place, splitKey, type Trace } from '../model/index.ts'
import { connectIn, exitPoint } from './flow.ts'
import { journeyOf } from './journey.ts'
import { joinPaths, type Path, PathBuilder, reversePath } from './path.ts'
import { type Box, type Point, placeId, type Scene, type Spot } from './scene.ts'

/** A step of a drawn request as geometry: along a path, or standing at a point. Times in ms after the trace's start. */
export interface Leg {
  readonly start: Ms
  readonly end: Ms
  readonly phase: 'ask' | 'forth' | 'back' | 'lost'
  readonly path?: Path
  readonly point: Point
}

/** Where and how a request failed, for the mark and the word beside it. */
export interface Failure {
  readonly node: string
  readonly point: Point
  /** Towards the place that refused or dropped it. */
  readonly dx: number
  readonly dy: number
  /** bar: refused; dashes: dropped; cross: never left (no such name, no URL); error: answered with an HTTP error. */
  readonly mark: 'bar' | 'dashes' | 'cross' | 'error'
  /** ms after the trace's start */
  readonly at: Ms
}

/** The way of one request over one picture. */
export interface TraceRoute {
  readonly legs: readonly Leg[]
  readonly end: Ms
  readonly failure?: Failure
  /** Who was reached, and when (ms after the start). */
  readonly hit?: { readonly node: string; readonly at: Ms; readonly point: Point }
  /** Ids of nodes and edges on the way. */
  readonly nodes: readonly string[]
  readonly edges: readonly string[]
  /** Parts of the way forth that no edge draws: from node to node, past a headless Service. */
  readonly ways: readonly Path[]
}

const routes = new WeakMap<Scene, WeakMap<Trace, TraceRoute | null>>()

/**
 * The way of a request over the picture, forth and back; undefined when its client is not in the picture. Computed once
 * for each scene and trace.
 */
export function traceRoute(scene: Scene, trace: Trace): TraceRoute | undefined {
  let known = routes.get(scene)
  if (!known) {
    known = new WeakMap()
    routes.set(scene, known)
  }
  let route = known.get(trace)
  if (route === undefined) {
    route = findRoute(scene, trace) ?? null
    known.set(trace, route)
  }
  return route ?? undefined
}

function findRoute(scene: Scene, trace: Trace): TraceRoute | undefined {
  const home = scene.spots.get(placeId({ kind: 'client', key: trace.client }))
  if (!home) return undefined
  const journey = journeyOf(trace)
  const legs: Leg[] = []
  const nodes = [home.node]
  const edges: string[] = []
  const ways: Path[] = []
  const travelled: Path[] = []
  let spot = home
  let point = exitOf(scene, home)
  let heading = scene.flow === 'right' ? { dx: 1, dy: 0 } : { dx: 0, dy: 1 }
  let left = false
  let failure: Failure | undefined
  let hit: TraceRoute['hit']
  const failAt = (at: Ms) => {
    failure ??= { node: spot.node, point, ...heading, mark: markOf(trace.outcome, left), at }
  }

  for (const drawn of journey.hops) {
    const { start, end } = drawn
    const hop = drawn.hop === undefined ? undefined : trace.hops[drawn.hop]
    if (drawn.move === 'back') {
      if (hasFailed(trace)) failAt(start)
      const path = travelled.length > 0 ? reversePath(joinPaths(travelled)) : undefined
      legs.push({ start, end, phase: 'back', point, ...(path && { path }) })
      point = exitOf(scene, home)
      continue
    }
    const named = drawn.to ? spotFor(scene, drawn.to) : undefined
    const target = named ?? (drawn.move === 'forth' && !left ? rulingNode(scene, trace) : undefined)
    if (target && target.node !== spot.node) {
      const between = viaNode(scene, hop, spot, target) ?? (left ? behindDoor(scene, spot, target) : undefined)
      const stops = between ? [spot, between, target] : [spot, target]
      const parts: Path[] = []
      for (const [i, stop] of stops.slice(1).entries()) {
        const from = stops[i]!
        const part = wayBetween(scene, from, stop, left || i > 0 ? undefined : home)
        parts.push(part)
        const edge = scene.edgeBetween.get(`${from.node}>${stop.node}`)
        if (edge) edges.push(edge.id)
        else ways.push(part)
      }
      if (between) nodes.push(between.node)
      const path = parts.length === 1 ? parts[0]! : joinPaths(parts)
      travelled.push(path)
      legs.push({ start, end, phase: 'forth', path, point })
      spot = target
      point = endOf(path)
      heading = headingOf(path)
      left = true
      nodes.push(target.node)
      if (drawn.to && (drawn.to.kind === 'pod' || drawn.to.kind === 'outside'))
        hit = { node: target.node, at: end, point }
    } else {
      legs.push({
        start,
        end,
        phase: hop?.failed && trace.outcome === 'timed out' ? 'lost' : left ? 'forth' : 'ask',
        point,
      })
    }
    // A hop that goes somewhere fails on arrival.
    if (hop?.failed) failAt(target && legs.at(-1)?.path ? end : start)
  }
  if (hasFailed(trace)) failAt(legs.at(-1)?.start ?? 0)
  return {
    legs: withLoss(legs, trace, failure),
    end: journey.end,
    ...(failure && { failure }),
    ...(hit && { hit }),
    nodes,
    edges,
    ways,
  }
}

/** A long last leg of a request that got lost: it arrives like any other, then there is only waiting. */
function withLoss(legs: readonly Leg[], trace: Trace, failure: Failure | undefined): readonly Leg[] {
  const last = legs.at(-1)
  if (trace.outcome !== 'timed out' || !failure || !last || last.phase === 'back') return legs
  const arrives = Math.min(last.end, last.start + (last.path ? 400 : 200))
  if (arrives >= last.end) return legs
  const point = last.path ? endOf(last.path) : last.point
  return [...legs.slice(0, -1), { ...last, end: arrives }, { start: arrives, end: last.end, phase: 'lost', point }]
}

/** Not answered, or answered with an HTTP error. */
export const hasFailed = (trace: Trace): boolean => trace.outcome !== 'answered' || (trace.http ?? 0) >= 400

function markOf(outcome: Outcome, left: boolean): Failure['mark'] {
  if (outcome === 'answered') return 'error'
  if (!left) return 'cross'
  return outcome === 'timed out' ? 'dashes' : 'bar'
}

/**
 * In the node view, what is sent to a Service goes to a node's gate: that of the node which rules on it, by the trace, or
 * the one that the client's line leads to.
 */
function rulingNode(scene: Scene, trace: Trace): Spot | undefined {
  if (scene.mode !== 'nodes') return undefined
  for (const { from, to } of trace.hops) {
    const place = from.kind === 'node' ? from : to.kind === 'node' ? to : undefined
    if (place) return spotFor(scene, place)
  }
  const line = scene.edges.find((e) => e.source === trace.client && scene.byId.get(e.target)?.type === 'machine')
  const box = line && scene.byId.get(line.target)
  return box?.type === 'machine' ? spotFor(scene, { kind: 'node', key: box.key }) : undefined
}

/** In the node view, the node that a hop starts from, when the way has not been there yet: a pod's packets leave by its node. */
function viaNode(scene: Scene, hop: Hop | undefined, at: Spot, target: Spot): Spot | undefined {
  if (scene.mode !== 'nodes' || hop?.from.kind !== 'node') return undefined
  const via = spotFor(scene, hop.from)
  return via && via.node !== at.node && via.node !== at.within && via.node !== target.node ? via : undefined
}

/** From a door the way leads through its Service, whether the engine names that or not. */
function behindDoor(scene: Scene, from: Spot, to: Spot): Spot | undefined {
  const door = scene.byId.get(from.node)
  if (door?.type !== 'door' || door.service === undefined || scene.byId.get(to.node)?.type === 'service')
    return undefined
  return scene.spots.get(placeId({ kind: 'service', key: door.service }))
}

const exitOf = (scene: Scene, spot: Spot): Point => exitPoint(scene.flow, scene.byId.get(spot.node)!)

const endOf = (path: Path): Point => ({ x: path.points.at(-2)!, y: path.points.at(-1)! })

function headingOf(path: Path): { dx: number; dy: number } {
  const { points } = path
  const n = points.length
  if (n < 4) return { dx: 1, dy: 0 }
  const dx = points[n - 2]! - points[n - 4]!
  const dy = points[n - 1]! - points[n - 3]!
  const length = Math.hypot(dx, dy) || 1
  return { dx: dx / length, dy: dy / length }
}

/** The spot of a place; for a pod that is gone, the group it stood in. */
function spotFor(scene: Scene, place: Place): Spot | undefined {
  const spot = scene.spots.get(placeId(place))
  if (spot || place.kind !== 'pod') return spot
  const { namespace, name } = splitKey(place.key)
  let best: { id: string; length: number } | undefined
  for (const node of scene.nodes) {
    if (node.type !== 'group' || node.namespace !== namespace || !name.startsWith(`${node.name}-`)) continue
    if (!best || node.name.length > best.length) best = { id: node.id, length: node.name.length }
  }
  const box = best && scene.byId.get(best.id)
  if (!box) return undefined
  const point = scene.flow === 'right' ? { x: box.x, y: box.y + 18 } : { x: box.x + box.width / 2, y: box.y }
  return { node: box.id, point, inner: [] }
}

/** The drawn line where there is one, else a way of its own. */
function wayBetween(scene: Scene, from: Spot, to: Spot, home: Spot | undefined): Path {
  const edge = scene.edgeBetween.get(`${from.node}>${to.node}`)
  const tile = scene.byId.get(to.node)?.type === 'fold'
  if (edge && !tile) return edge.path
  if (edge && tile) return joinPaths([edge.path, new PathBuilder(endOf(edge.path)).line(to.point).build()])
  const box = scene.byId.get(from.node)!
  if (scene.mode === 'nodes' && !home) return throughGates(scene, from, to)
  return connectIn(scene.flow, box, to, obstaclesOf(scene, from, to))
}

/** Between things of the node view: back to the gate of one node, over to the gate of the other, and in. */
function throughGates(scene: Scene, from: Spot, to: Spot): Path {
  const box = scene.byId.get(from.node)!
  const isGate = box.type === 'machine'
  const gate = isGate ? from.point : (from.inner[0] ?? from.point)
  const out = new PathBuilder(from.point)
  out.along([...from.inner].reverse())
  const home = isGate ? from.node : from.within
  const target = to.within ?? to.node
  if (home !== undefined && home === target) {
    return out.along([...to.inner.slice(1), to.point]).build()
  }
  const entry = to.inner[0] ?? to.point
  if (Math.abs(entry.x - gate.x) < 1) {
    // One below the other: past what stands between them, at the left, where the gates are.
    const reach = gate.x - BETWEEN_GATES
    out.curve({ x: reach, y: gate.y }, { x: reach, y: entry.y }, entry)
    if (to.inner.length > 0) out.along([...to.inner.slice(1), to.point])
    return out.build()
  }
  const between: Box = { x: gate.x, y: gate.y, width: 0, height: 0 }
  return joinPaths([out.build(), connectIn(scene.flow, between, to, obstaclesOf(scene, from, to))])
}

/** How far the way from gate to gate swings out. */
const BETWEEN_GATES = 34

const OBSTACLES: ReadonlySet<string> = new Set(['client', 'door', 'service', 'group', 'machine', 'outside'])

const obstaclesOf = (scene: Scene, from: Spot, to: Spot): readonly Box[] =>
  scene.nodes.filter(
    (n) =>
      OBSTACLES.has(n.type) && n.id !== from.node && n.id !== to.node && n.id !== to.within && n.id !== from.within,
  )
