import type { ObjectKey, Place } from '../model/index.ts'
import { connect } from './connect.ts'
import { turnBox, turnPath, turnSpot } from './flow.ts'
import type { Flow } from './geometry.ts'
import {
  type Box,
  placeId,
  type Scene,
  type SceneArea,
  type SceneEdge,
  type SceneLane,
  type SceneNode,
  type Spot,
  type Unplaced,
} from './scene.ts'

interface EdgeDraft {
  readonly source: string
  readonly spot: Spot
  readonly role: SceneEdge['role']
  readonly tone: SceneEdge['tone']
}

/**
 * A picture while it is laid out: nodes get their place, spots and lines are noted, `finish` makes the scene. One that flows
 * down is laid out on its side, and turned by `finish`.
 */
export class SceneDraft {
  readonly nodes: SceneNode[] = []
  readonly byId = new Map<string, SceneNode>()
  readonly areas: SceneArea[] = []
  readonly lanes: SceneLane[] = []
  readonly spots = new Map<string, Spot>()
  readonly asks = new Map<string, ObjectKey>()
  readonly members = new Map<ObjectKey, string[]>()
  readonly slots = new Map<ObjectKey, number>()
  private readonly edges: EdgeDraft[] = []

  constructor(
    private readonly mode: Scene['mode'],
    private readonly flow: Flow = 'right',
  ) {}

  /** Adds a node at its place; a second one with the same id is left out. */
  place(card: Unplaced, x: number, y: number): void {
    if (this.byId.has(card.id)) return
    const node = { ...card, x: Math.round(x), y: Math.round(y) } as SceneNode
    this.nodes.push(node)
    this.byId.set(node.id, node)
  }

  /** A packet that is at `place` stands at the left side of a node. */
  spotAt(place: Place, id: string): void {
    const box = this.byId.get(id)
    if (box) this.spots.set(placeId(place), { node: id, point: { x: box.x, y: box.y + box.height / 2 }, inner: [] })
  }

  spot(place: Place, spot: Spot): void {
    this.spots.set(placeId(place), spot)
  }

  /** A line from a node to a spot, once; without either there is none. */
  edge(source: string, spot: Spot | undefined, role: SceneEdge['role'], tone: SceneEdge['tone'] = 'idle'): void {
    if (spot && this.byId.has(source)) this.edges.push({ source, spot, role, tone })
  }

  finish(obstacles: readonly Box[], empty: boolean): Scene {
    const edges: SceneEdge[] = []
    const edgeBetween = new Map<string, SceneEdge>()
    for (const { source, spot, role, tone } of this.edges) {
      const id = `${source}>${spot.node}`
      // A tile stands for many pods: one line leads to it.
      const one = this.byId.get(spot.node)?.type === 'fold' ? this.tileSpot(spot.node) : spot
      if (edgeBetween.has(id)) continue
      const path = turnPath(this.flow, connect(this.byId.get(source)!, one, obstacles))
      const edge: SceneEdge = { id, source, target: spot.node, role, tone, path }
      edges.push(edge)
      edgeBetween.set(id, edge)
    }
    const { mode, flow } = this
    const nodes = this.nodes.map((node) => turnBox(flow, node))
    const areas = this.areas.map((area) => turnBox(flow, area))
    return {
      mode,
      flow,
      nodes,
      byId: new Map(nodes.map((node) => [node.id, node])),
      edges,
      edgeBetween,
      areas,
      lanes: this.lanes,
      bounds: boundsOf([...nodes, ...areas], this.lanes),
      spots: new Map([...this.spots].map(([id, spot]) => [id, turnSpot(flow, spot)])),
      asks: this.asks,
      members: this.members,
      slots: this.slots,
      offsets: offsetsOf(nodes, this.asks),
      empty,
    }
  }

  private tileSpot(id: string): Spot {
    const box = this.byId.get(id)!
    return { node: id, point: { x: box.x, y: box.y + box.height / 2 }, inner: [] }
  }
}

const LANE_TITLE = 26
const MARGIN = 12

function boundsOf(boxes: readonly Box[], lanes: readonly SceneLane[]): Box {
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 }
  const x = Math.min(...boxes.map((b) => b.x)) - MARGIN
  const y = Math.min(...boxes.map((b) => b.y)) - MARGIN - (lanes.length > 0 ? LANE_TITLE : 0)
  const right = Math.max(...boxes.map((b) => b.x + b.width)) + MARGIN
  const bottom = Math.max(...boxes.map((b) => b.y + b.height)) + MARGIN
  return { x, y, width: right - x, height: bottom - y }
}

/** Packets of clients that share a way keep to different sides of it. */
const SIDES = [0, 5, -5, 10, -10]

function offsetsOf(nodes: readonly SceneNode[], asks: ReadonlyMap<string, ObjectKey>): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  const offsets = new Map<string, number>()
  for (const node of nodes) {
    if (node.type !== 'client') continue
    const service = asks.get(node.id) ?? ''
    const rank = seen.get(service) ?? 0
    seen.set(service, rank + 1)
    offsets.set(node.id, SIDES[rank % SIDES.length]!)
  }
  return offsets
}
