import type { Point } from './geometry.ts'

/**
 * A way over the picture: the SVG path that draws it, and the same as a polyline with its lengths, so that a position at
 * a distance is one binary search.
 */
export interface Path {
  readonly d: string
  /** x0, y0, x1, y1, … */
  readonly points: readonly number[]
  /** Distance from the start to each point; the last is the whole length. */
  readonly lengths: readonly number[]
}

export interface Step {
  readonly x: number
  readonly y: number
  /** Unit vector of the way's direction there. */
  readonly dx: number
  readonly dy: number
}

const CURVE_STEPS = 18
/** Radius of a corner, px. */
const CORNER = 7

/** Builds a path from lines and curves; every part starts where the last one ended. */
export class PathBuilder {
  private d: string
  private readonly points: number[]

  constructor(private at: Point) {
    this.d = `M${round(at.x)} ${round(at.y)}`
    this.points = [at.x, at.y]
  }

  line(to: Point): this {
    if (to.x === this.at.x && to.y === this.at.y) return this
    this.d += `L${round(to.x)} ${round(to.y)}`
    this.points.push(to.x, to.y)
    this.at = to
    return this
  }

  curve(c1: Point, c2: Point, to: Point): this {
    const from = this.at
    this.d += `C${round(c1.x)} ${round(c1.y)} ${round(c2.x)} ${round(c2.y)} ${round(to.x)} ${round(to.y)}`
    for (let i = 1; i <= CURVE_STEPS; i++) {
      const t = i / CURVE_STEPS
      const u = 1 - t
      const b0 = u * u * u
      const b1 = 3 * u * u * t
      const b2 = 3 * u * t * t
      const b3 = t * t * t
      this.points.push(b0 * from.x + b1 * c1.x + b2 * c2.x + b3 * to.x, b0 * from.y + b1 * c1.y + b2 * c2.y + b3 * to.y)
    }
    this.at = to
    return this
  }

  /** A curve that leaves and arrives horizontally. */
  swing(to: Point): this {
    const from = this.at
    if (Math.abs(to.y - from.y) < 0.5) return this.line(to)
    const reach = Math.max(16, Math.abs(to.x - from.x) / 2) * (to.x < from.x ? -1 : 1)
    return this.curve({ x: from.x + reach, y: from.y }, { x: to.x - reach, y: to.y }, to)
  }

  /** Through points in straight lines, with round corners. */
  along(points: readonly Point[]): this {
    for (const [i, point] of points.entries()) {
      const next = points[i + 1]
      if (!next) this.line(point)
      else this.corner(point, next)
    }
    return this
  }

  private corner(corner: Point, next: Point): void {
    const before = Math.hypot(corner.x - this.at.x, corner.y - this.at.y)
    const after = Math.hypot(next.x - corner.x, next.y - corner.y)
    const radius = Math.min(CORNER, before / 2, after / 2)
    if (radius < 1) {
      this.line(corner)
      return
    }
    const towards = (to: Point, length: number): Point => ({
      x: corner.x + ((to.x - corner.x) / length) * radius,
      y: corner.y + ((to.y - corner.y) / length) * radius,
    })
    const end = towards(next, after)
    this.line(towards(this.at, before))
    this.curve(corner, corner, end)
  }

  build(): Path {
    return fromPoints(this.points, this.d)
  }
}

const round = (n: number): number => Math.round(n * 10) / 10

function fromPoints(points: readonly number[], d: string): Path {
  const lengths = [0]
  for (let i = 2; i < points.length; i += 2) {
    const step = Math.hypot(points[i]! - points[i - 2]!, points[i + 1]! - points[i - 1]!)
    lengths.push(lengths[lengths.length - 1]! + step)
  }
  return { d, points, lengths }
}

export const lengthOf = (path: Path): number => path.lengths[path.lengths.length - 1]!

/** The position at a distance from the start, clamped to the path. */
export function pointAt(path: Path, distance: number): Step {
  const { points, lengths } = path
  const last = lengths.length - 1
  if (last === 0) return { x: points[0]!, y: points[1]!, dx: 1, dy: 0 }
  const wanted = Math.min(Math.max(distance, 0), lengths[last]!)
  let low = 0
  let high = last - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (lengths[middle]! <= wanted) low = middle
    else high = middle - 1
  }
  const span = lengths[low + 1]! - lengths[low]! || 1
  const t = (wanted - lengths[low]!) / span
  const x0 = points[low * 2]!
  const y0 = points[low * 2 + 1]!
  const x1 = points[low * 2 + 2]!
  const y1 = points[low * 2 + 3]!
  return { x: x0 + (x1 - x0) * t, y: y0 + (y1 - y0) * t, dx: (x1 - x0) / span, dy: (y1 - y0) / span }
}

/**
 * Paths one after the other. Where one does not start at the end of the last, the way leaps (a packet goes into a card at
 * one side and comes out at the other): the leap has no length.
 */
export function joinPaths(paths: readonly Path[]): Path {
  const points: number[] = []
  const lengths: number[] = []
  let d = ''
  for (const path of paths) {
    const before = lengths.at(-1) ?? 0
    points.push(...path.points)
    for (const length of path.lengths) lengths.push(before + length)
    d += path.d
  }
  return { d, points, lengths }
}

/** The same way backwards; only for going along it, not for drawing. */
export function reversePath(path: Path): Path {
  const points: number[] = []
  const whole = lengthOf(path)
  for (let i = path.points.length - 2; i >= 0; i -= 2) points.push(path.points[i]!, path.points[i + 1]!)
  return { d: '', points, lengths: path.lengths.map((length) => whole - length).reverse() }
}
