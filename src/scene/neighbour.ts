import { type Box, frameOf, type Scene, type SceneNode } from './scene.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

/**
 * Where an arrow key leads from a node: right and left along a line where one goes that way, else to the nearest thing on
 * that side; up and down to the nearest above and below, from the top row of pods to the workload or node around them and
 * back. undefined at the edge of the picture.
 */
export function neighbour(scene: Scene, id: string, direction: Direction): string | undefined {
  const here = scene.byId.get(id)
  if (!here) return firstNode(scene)
  const sideways = direction === 'left' || direction === 'right'
  const around = frameOf(scene, here)
  if (around !== undefined) {
    const inside = scene.nodes.filter((n) => frameOf(scene, n) === around && n.id !== id && onSide(here, n, direction))
    const next = nearestOf(here, sideways ? inside.filter((n) => n.y === here.y) : inside, sideways ? 'x' : 'y')
    if (next) return next.id
    if (direction === 'up' && canFocus(scene.byId.get(around)!)) return around
  } else if (direction === 'down') {
    const first = scene.nodes.find((n) => frameOf(scene, n) === id)
    if (first) return first.id
  }
  if (sideways) {
    const linked = scene.edges
      .filter((e) => (direction === 'right' ? e.source : e.target) === id)
      .map((e) => scene.byId.get(direction === 'right' ? e.target : e.source)!)
      .filter((n) => (direction === 'right' ? n.x > here.x : n.x < here.x))
    const next = nearestOf(here, linked, 'y')
    if (next) return next.id
  }
  const others = scene.nodes.filter((n) => n.id !== id && canFocus(n) && onSide(here, n, direction))
  return nearestOf(here, others, sideways ? 'x' : 'y')?.id
}

/** The node that has the focus before anybody chose: the first in reading order. */
export const firstNode = (scene: Scene): string | undefined => scene.nodes.find(canFocus)?.id

/** The shelf is a list of its own; everything else takes the focus. */
export const canFocus = (node: SceneNode): boolean =>
  node.type !== 'shelf' && (node.type !== 'group' || node.key !== undefined)

const centre = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 })

function onSide(here: Box, there: Box, direction: Direction): boolean {
  const a = centre(here)
  const b = centre(there)
  if (direction === 'left') return b.x < a.x - 1 && there.x < here.x
  if (direction === 'right') return b.x > a.x + 1 && there.x > here.x
  if (direction === 'up') return b.y < a.y - 1 && there.y < here.y
  return b.y > a.y + 1 && there.y > here.y
}

/** The nearest, distance across the wanted axis counting more; ties by reading order. */
function nearestOf<N extends Box>(here: Box, candidates: readonly N[], axis: 'x' | 'y'): N | undefined {
  const from = centre(here)
  let best: N | undefined
  let bestCost = Infinity
  for (const candidate of candidates) {
    const to = centre(candidate)
    const dx = Math.abs(to.x - from.x)
    const dy = Math.abs(to.y - from.y)
    const cost = axis === 'x' ? dx + dy * 3 : dy + dx * 3
    if (cost < bestCost) {
      best = candidate
      bestCost = cost
    }
  }
  return best
}
