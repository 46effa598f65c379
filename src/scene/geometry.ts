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
