import type { Viewport } from '@xyflow/react'
import type { Box } from '../../scene/index.ts'

/** CSS pixels of the pane. */
export interface Pane {
  readonly width: number
  readonly height: number
}

export const ZOOM = { least: 0.15, most: 2.5 } as const
/** Room at the pane's edge. */
const PADDING = 14
/** At the bottom stand the controls: they cover nothing, unless the pane is so low that every pixel counts. */
const CONTROLS = 40
const LOW = 340
/** A picture is not shrunk below `least` to fit: its words could not be read. It starts at its top left then, at `part`. */
const LEGIBLE = { least: 0.46, part: 0.56 } as const

/** Shows the whole picture in the middle of the pane, no larger than `most`, and never so small that it cannot be read. */
export function fitTo(bounds: Box, pane: Pane, most: number): Viewport {
  const width = pane.width - PADDING * 2
  const height = pane.height - PADDING * 2 - (pane.height > LOW ? CONTROLS - PADDING : 0)
  if (bounds.width <= 0 || bounds.height <= 0 || width <= 0 || height <= 0) return { x: 0, y: 0, zoom: 1 }
  const whole = Math.min(most, width / bounds.width, height / bounds.height)
  const zoom = whole < LEGIBLE.least ? LEGIBLE.part : whole
  const place = (free: number, start: number) => (free >= 0 ? free / 2 : 0) + PADDING - start * zoom
  return {
    x: place(width - bounds.width * zoom, bounds.x),
    // A little above the middle: the eye starts there.
    y: place((height - bounds.height * zoom) * 0.7, bounds.y),
    zoom,
  }
}

/** Whether the whole picture lies inside the pane. */
export function holds(bounds: Box, pane: Pane, { x, y, zoom }: Viewport): boolean {
  return (
    bounds.x * zoom + x >= -1 &&
    bounds.y * zoom + y >= -1 &&
    (bounds.x + bounds.width) * zoom + x <= pane.width + 1 &&
    (bounds.y + bounds.height) * zoom + y <= pane.height + 1
  )
}

/**
 * Whether a picture that nobody has moved may stay as it stands: all of it is there, about as large as it could be, and
 * about in the middle. A pod more or less moves no camera.
 */
export function framed(bounds: Box, pane: Pane, camera: Viewport, best: Viewport): boolean {
  if (best.zoom > camera.zoom * 1.3) return false
  const middle = (bounds.x + bounds.width / 2) * camera.zoom + camera.x
  return holds(bounds, pane, camera) && Math.abs(middle - pane.width / 2) < pane.width * 0.12
}

/** The least movement of the camera that brings a box into the pane, with some room around it; the same viewport when it is there. */
export function reveal(box: Box, pane: Pane, viewport: Viewport, room = 24): Viewport {
  const { zoom } = viewport
  const shift = (start: number, size: number, offset: number, whole: number) => {
    const low = start * zoom + offset
    const high = (start + size) * zoom + offset
    if (low < room || high - low > whole - room * 2) return offset + (room - low)
    return high > whole - room ? offset - (high - whole + room) : offset
  }
  const x = shift(box.x, box.width, viewport.x, pane.width)
  const y = shift(box.y, box.height, viewport.y, pane.height)
  return x === viewport.x && y === viewport.y ? viewport : { x, y, zoom }
}
