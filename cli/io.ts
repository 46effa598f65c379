import { readFileSync } from 'node:fs'
import { COLOURS, type Paint, PLAIN } from './paint.ts'

/** What a command reads from and writes to. Tests give their own. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Standard input, as bytes; it can be read once. Throws when there is none. */
  readonly stdin: () => Uint8Array
  /** Colours for `out`, and for `err`: none where the text goes into a file or a pipe. */
  readonly paint: Paint
  readonly errPaint: Paint
}

/** no-color.org; `FORCE_COLOR` as Node's own tools take it. */
function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return PLAIN
  if (FORCE_COLOR !== undefined) return FORCE_COLOR === '0' || FORCE_COLOR === 'false' ? PLAIN : COLOURS
  return stream.isTTY && TERM !== 'dumb' ? COLOURS : PLAIN
}

export const processIo = (): Io => ({
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  stdin: () => readFileSync(0),
  paint: paintFor(process.stdout),
  errPaint: paintFor(process.stderr),
})

/** Whether somebody sits at a keyboard, and sees what is written. */
export const isPerson = (): boolean => Boolean(process.stdin.isTTY && process.stdout.isTTY)
