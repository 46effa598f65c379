import { connect } from './connect.ts'
import type { Box, Flow, Point } from './geometry.ts'
import type { Path } from './path.ts'
import type { Spot } from './scene.ts'

/** A card as the layout sees it, and back. */
export const turnCard = <T extends { readonly width: number; readonly height: number }>(flow: Flow, card: T): T =>
  flow === 'right' ? card : { ...card, width: card.height, height: card.width }

export const turnBox = <T extends Box>(flow: Flow, box: T): T =>
  flow === 'right' ? box : { ...box, x: box.y, y: box.x, width: box.height, height: box.width }

const turnPoint = ({ x, y }: Point): Point => ({ x: y, y: x })

export const turnSpot = (flow: Flow, spot: Spot): Spot =>
  flow === 'right' ? spot : { ...spot, point: turnPoint(spot.point), inner: spot.inner.map(turnPoint) }

export function turnPath(flow: Flow, path: Path): Path {
  if (flow === 'right') return path
  const points: number[] = []
  for (let i = 0; i < path.points.length; i += 2) points.push(path.points[i + 1]!, path.points[i]!)
  return { d: path.d.replace(/(-?[\d.]+) (-?[\d.]+)/g, '$2 $1'), points, lengths: path.lengths }
}

/** `connect` in a picture of either flow: out at the right and in at the left, or out at the bottom and in at the top. */
export const connectIn = (flow: Flow, from: Box, to: Spot, obstacles: readonly Box[]): Path =>
  flow === 'right'
    ? connect(from, to, obstacles)
    : turnPath(
        flow,
        connect(
          turnBox(flow, from),
          turnSpot(flow, to),
          obstacles.map((box) => turnBox(flow, box)),
        ),
      )

/** Where a way leaves a box. */
export const exitPoint = (flow: Flow, box: Box): Point =>
  flow === 'right'
    ? { x: box.x + box.width, y: box.y + box.height / 2 }
    : { x: box.x + box.width / 2, y: box.y + box.height }
