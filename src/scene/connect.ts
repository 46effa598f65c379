import { type Path, PathBuilder } from './path.ts'
import type { Box, Point, Spot } from './scene.ts'

/** Room that a way keeps from what it passes. */
const CLEAR = 12

export const centreY = (box: Box): number => box.y + box.height / 2

/**
 * A way from a box to a spot: out at the right, in at the left; past what stands between in the nearest free corridor;
 * within one lane around the left side.
 */
export function connect(from: Box, spot: Spot, obstacles: readonly Box[]): Path {
  const entry = spot.inner[0] ?? spot.point
  const middle = centreY(from)
  // A line that is all but straight is straight.
  const start = { x: from.x + from.width, y: Math.abs(middle - entry.y) <= 3 ? entry.y : middle }
  const path = entry.x >= start.x ? forward(start, entry, obstacles) : around(from, entry)
  if (spot.inner.length > 0) path.along([...spot.inner.slice(1), spot.point])
  return path.build()
}

function forward(start: Point, entry: Point, obstacles: readonly Box[]): PathBuilder {
  const path = new PathBuilder(start)
  const between = obstacles.filter((box) => box.x >= start.x - 1 && box.x + box.width <= entry.x + 1)
  if (between.length === 0) return path.swing(entry)
  const left = Math.min(...between.map((box) => box.x))
  const right = Math.max(...between.map((box) => box.x + box.width))
  const free = (y: number) => between.every((box) => y <= box.y - CLEAR / 2 || y >= box.y + box.height + CLEAR / 2)
  const candidates = [start.y, entry.y, ...between.flatMap((box) => [box.y - CLEAR, box.y + box.height + CLEAR])]
  const cost = (y: number) => Math.abs(y - start.y) + Math.abs(y - entry.y)
  const corridor = candidates.filter(free).sort((a, b) => cost(a) - cost(b) || a - b)[0] ?? entry.y
  return path
    .swing({ x: Math.max(start.x + 8, left - 6), y: corridor })
    .line({ x: Math.min(entry.x - 8, right + 6), y: corridor })
    .swing(entry)
}

/** To something in the same lane, or further left: out at the left side and in at the left side. */
function around(from: Box, entry: Point): PathBuilder {
  const start = { x: from.x, y: centreY(from) }
  const reach = Math.min(start.x, entry.x) - 30
  return new PathBuilder(start).curve({ x: reach, y: start.y }, { x: reach, y: entry.y }, entry)
}
