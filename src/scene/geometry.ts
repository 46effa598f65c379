export interface Point {
  readonly x: number
  readonly y: number
}

/** Absolute, in the picture's own pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Which way requests go in the logical view: to the right, or down, where the pane is narrow. There is one layout, to the
 * right; a picture that goes down is laid out with every box on its side, and turned at the end (x for y).
 */
export type Flow = 'right' | 'down'
