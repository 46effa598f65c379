import type { Box, FailureMark, Frame, PacketMark, Pulse, Scene } from '../../scene/index.ts'
import { shortOutcome } from '../../words/index.ts'
import type { Palette } from './palette.ts'

/** The camera: the picture's point (x, y) is drawn at (x · zoom + left, y · zoom + top). */
export interface Camera {
  readonly left: number
  readonly top: number
  readonly zoom: number
}

export interface Surface {
  readonly context: CanvasRenderingContext2D
  /** CSS pixels */
  readonly width: number
  readonly height: number
  readonly ratio: number
}

const TURN = Math.PI * 2

/** Draws one moment of the traffic over the picture. Nothing here decides anything: it paints a `Frame`. */
export function drawFrame(surface: Surface, frame: Frame, scene: Scene, camera: Camera, palette: Palette): void {
  const { context, width, height, ratio } = surface
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  const paint = new Painter(context, camera, palette, width, height)
  for (const pulse of frame.pulses) paint.pulse(pulse, scene)
  for (const failure of frame.failures) paint.mark(failure)
  for (let i = frame.packets.length - 1; i >= 0; i--) paint.packet(frame.packets[i]!)
  paint.words(frame.failures, scene)
}

class Painter {
  private readonly size: number

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly camera: Camera,
    private readonly palette: Palette,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.size = Math.min(8, Math.max(2.6, 5 * camera.zoom))
  }

  private x = (x: number): number => x * this.camera.zoom + this.camera.left
  private y = (y: number): number => y * this.camera.zoom + this.camera.top

  packet(packet: PacketMark): void {
    const { context, palette, size } = this
    const x = this.x(packet.x)
    const y = this.y(packet.y)
    if (x < -20 || y < -20 || x > this.width + 20 || y > this.height + 20) return
    const colour = palette[packet.tone]
    context.fillStyle = colour
    for (const [index, point] of packet.tail.entries()) {
      context.globalAlpha = 0.34 - index * 0.1
      context.beginPath()
      context.arc(this.x(point.x), this.y(point.y), size * (0.72 - index * 0.16), 0, TURN)
      context.fill()
    }
    context.globalAlpha = 1
    context.lineWidth = 1.5
    context.strokeStyle = palette.surface
    context.beginPath()
    if (packet.shape === 'circle') {
      context.arc(x, y, size, 0, TURN)
      context.fill()
      context.stroke()
      if (packet.phase === 'back') {
        // An answer has an eye: it is told from a request without colour.
        context.fillStyle = palette.surface
        context.beginPath()
        context.arc(x, y, size * 0.36, 0, TURN)
        context.fill()
      }
    } else if (packet.shape === 'diamond') {
      const reach = size * 1.3
      context.moveTo(x, y - reach)
      context.lineTo(x + reach, y)
      context.lineTo(x, y + reach)
      context.lineTo(x - reach, y)
      context.closePath()
      context.fill()
      context.stroke()
    } else if (packet.shape === 'ring') {
      context.strokeStyle = colour
      context.lineWidth = Math.max(1.5, size * 0.4)
      context.arc(x, y, size * 0.8, 0, TURN)
      context.stroke()
    } else {
      context.strokeStyle = colour
      context.lineWidth = Math.max(1.5, size * 0.4)
      context.globalAlpha = 0.3
      context.arc(x, y, size, 0, TURN)
      context.stroke()
      context.globalAlpha = 1
      context.beginPath()
      context.arc(x, y, size, -TURN / 4, -TURN / 4 + TURN * (packet.waited ?? 0))
      context.stroke()
    }
  }

  /** A frame that widens and fades around who was just reached. */
  pulse(pulse: Pulse, scene: Scene): void {
    const node = scene.byId.get(pulse.node)
    if (!node) return
    const { context, palette, camera } = this
    const grow = 1 + pulse.age * 5
    context.globalAlpha = (1 - pulse.age) * 0.75
    context.strokeStyle = palette[pulse.tone]
    context.lineWidth = 2
    context.beginPath()
    if (node.type === 'fold') {
      context.arc(
        this.x(pulse.point.x),
        this.y(pulse.point.y),
        (node.pitch * 0.4 + pulse.age * 8) * camera.zoom,
        0,
        TURN,
      )
    } else {
      context.roundRect(
        this.x(node.x) - grow,
        this.y(node.y) - grow,
        node.width * camera.zoom + 2 * grow,
        node.height * camera.zoom + 2 * grow,
        8 * camera.zoom + grow,
      )
    }
    context.stroke()
    context.globalAlpha = 1
  }

  /** A bar across the way where it was refused; dashes that lead nowhere where it was dropped; a cross where it never left. */
  mark(failure: FailureMark): void {
    const { context, palette, camera } = this
    const x = this.x(failure.point.x)
    const y = this.y(failure.point.y)
    const { dx, dy } = failure
    context.strokeStyle = palette.bad
    context.lineCap = 'round'
    context.beginPath()
    if (failure.mark === 'bar') {
      const half = 9 * Math.max(0.6, camera.zoom)
      context.lineWidth = 3.5 * Math.max(0.7, camera.zoom)
      context.moveTo(x - dy * half, y + dx * half)
      context.lineTo(x + dy * half, y - dx * half)
      context.stroke()
    } else if (failure.mark === 'dashes') {
      const reach = 34 * Math.max(0.6, camera.zoom)
      context.lineWidth = 2.5 * Math.max(0.7, camera.zoom)
      context.setLineDash([5, 5])
      context.moveTo(x - dx * reach, y - dy * reach)
      context.lineTo(x + dx * 4, y + dy * 4)
      context.stroke()
      context.setLineDash([])
    } else if (failure.mark === 'cross') {
      const half = 5 * Math.max(0.7, camera.zoom)
      context.lineWidth = 2.5 * Math.max(0.7, camera.zoom)
      const cx = x + dx * half * 2.4
      const cy = y + dy * half * 2.4
      context.moveTo(cx - half, cy - half)
      context.lineTo(cx + half, cy + half)
      context.moveTo(cx + half, cy - half)
      context.lineTo(cx - half, cy + half)
      context.stroke()
    }
    context.lineCap = 'butt'
  }

  /** A failure in words beside the place: the newest for each box. */
  words(failures: readonly FailureMark[], scene: Scene): void {
    if (this.camera.zoom < 0.3) return
    const { context, palette } = this
    const written = new Set<string>()
    const scale = Math.min(1.5, Math.max(0.8, this.camera.zoom))
    context.font = `600 ${Math.round(11.5 * scale)}px ${palette.font}`
    context.textBaseline = 'middle'
    for (const failure of failures) {
      const node = scene.byId.get(failure.node)
      if (!node) continue
      const group = node.type === 'pod' || node.type === 'fold' ? scene.byId.get(outer(scene, node)) : undefined
      const box = group ?? node
      if (written.has(box.id)) continue
      written.add(box.id)
      const { trace } = failure
      const text = trace.outcome === 'answered' ? `HTTP ${trace.http}` : shortOutcome(trace)
      const width = context.measureText(text).width + 14 * scale
      const height = 18 * scale
      const [left, top] = this.roomFor(box, width, height, scene)
      context.fillStyle = palette.badSoft
      context.strokeStyle = palette.bad
      context.lineWidth = 1
      context.beginPath()
      context.roundRect(left, top, width, height, height / 2)
      context.fill()
      context.stroke()
      context.fillStyle = palette.bad
      context.fillText(text, left + 7 * scale, top + height / 2 + 0.5)
    }
  }

  /** Where a label beside a box covers no card: above it, below it, or higher up, flush right or left. CSS pixels. */
  private roomFor(box: Box, width: number, height: number, scene: Scene): readonly [number, number] {
    const right = this.x(box.x + box.width) - width
    const left = this.x(box.x)
    const above = this.y(box.y) - height - 3
    const below = this.y(box.y + box.height) + 3
    const within = (x: number) => Math.max(4, Math.min(x, this.width - width - 4))
    const rows = [above, below, ...[1, 2, 3, 4, 5].map((step) => above - step * height * 0.7)]
    const places = rows.flatMap((row) => [[within(right), row] as const, [within(left), row] as const])
    const free = ([x, y]: readonly [number, number]) =>
      y >= 0 &&
      scene.nodes.every(
        (node) =>
          this.x(node.x) >= x + width ||
          this.x(node.x + node.width) <= x ||
          this.y(node.y) >= y + height ||
          this.y(node.y + node.height) <= y,
      )
    return places.find(free) ?? [within(right), Math.max(2, above)]
  }
}

/** The box around a pod: its group, or its node. */
function outer(scene: Scene, node: Scene['nodes'][number]): string {
  if (scene.mode === 'nodes')
    return node.type === 'pod' ? `machine:Node//${node.node}` : node.type === 'fold' ? node.group : ''
  return node.type === 'pod' || node.type === 'fold' ? node.group : ''
}
