import type { LogEntry, Ms, ShellPlace, TerminalEntry, Trace } from '../../model/index.ts'

/** A part of what a command wrote, in one go. */
export interface Piece {
  readonly at: Ms
  readonly type: 'out' | 'err'
  readonly text: string
}

/** A line that was typed, and what came of it. */
export interface Block {
  /** The same as long as the line is the same one: also when older ones have been forgotten. */
  readonly key: string
  readonly prompt: string
  /** null: the line itself is no longer there (cleared, or too long ago). */
  readonly line: string | null
  readonly pieces: readonly Piece[]
  /** Ids of the requests that the command sent, in their order. */
  readonly requests: readonly Trace['id'][]
  /** undefined: it still runs. */
  readonly status: number | undefined
}

export interface Transcript {
  readonly blocks: readonly Block[]
  readonly running: boolean
  /** How the shell asks next. */
  readonly prompt: string
  readonly place: ShellPlace
  /** `exit` left the shell that the terminal began with. */
  readonly left: boolean
}

interface Beginning {
  readonly id: string
  readonly place: ShellPlace
  readonly prompt: string
}

/** Key of what stands without its line; there is one at most, the first. */
const HEADLESS = 'rest'

/** How many entries have happened by a moment. They are in the order of their time. */
export function countBy(entries: readonly TerminalEntry[], moment: Ms): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]!.at <= moment) low = middle + 1
    else high = middle
  }
  return low
}

/** The name of its shell that a place gives before anybody asked the cluster (a link was opened at an early moment). */
const firstPrompt = ({ prompt, place }: Beginning): string =>
  prompt === '' ? `${place.slice(place.lastIndexOf('/') + 1)}:/ # ` : prompt

/**
 * What a terminal shows.
 *
 * @param entries of this terminal, up to the moment shown
 * @param cleared so many of them were cleared from the screen by hand; no more than there are
 */
export function transcriptOf(entries: readonly TerminalEntry[], terminal: Beginning, cleared = 0): Transcript {
  let blocks: Block[] = []
  let block: Block | undefined
  let running = false
  let { place } = terminal
  let prompt = firstPrompt(terminal)
  let left = false
  const keys = new Map<Ms, number>()
  const keyAt = (at: Ms): string => {
    const nth = keys.get(at) ?? 0
    keys.set(at, nth + 1)
    return `${at} ${nth}`
  }
  /** Blocks are kept in `blocks`; the last one is replaced as it grows. */
  const grow = (change: (now: { pieces: Piece[]; requests: string[] }) => void) => {
    if (!block) {
      block = { key: HEADLESS, prompt: '', line: null, pieces: [], requests: [], status: undefined }
      blocks.push(block)
      running = true
    }
    // these arrays are this function's own until it returns
    change(block as unknown as { pieces: Piece[]; requests: string[] })
  }
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!
    if (i === cleared && i > 0) {
      blocks = []
      block = undefined
    }
    switch (entry.type) {
      case 'typed':
        block = {
          key: keyAt(entry.at),
          prompt: entry.prompt,
          line: entry.line,
          pieces: [],
          requests: [],
          status: undefined,
        }
        blocks.push(block)
        running = true
        break
      case 'out':
      case 'err':
        grow(({ pieces }) => pieces.push(entry))
        break
      case 'request':
        grow(({ requests }) => requests.push(entry.trace))
        break
      case 'clear':
        if (entry.what === 'screen') {
          blocks = []
          // what the command that clears still says belongs to no line
          block = undefined
        } else
          grow((now) => {
            now.pieces.length = 0
          })
        break
      case 'done':
        if (block) {
          const ended: Block = { ...block, status: entry.status }
          blocks[blocks.length - 1] = ended
        }
        block = undefined
        running = false
        left = entry.left === true
        place = left ? terminal.place : entry.place
        prompt = left || entry.prompt === '' ? firstPrompt(terminal) : entry.prompt
        break
      case 'open':
        break
    }
  }
  if (cleared > 0 && cleared === entries.length) blocks = []
  return { blocks, running, prompt, place, left }
}

/** Whether two blocks show the same: a step back brings everything anew. */
export function sameBlock(a: Block, b: Block): boolean {
  if (a === b) return true
  return (
    a.line === b.line &&
    a.prompt === b.prompt &&
    a.status === b.status &&
    sameList(a.requests, b.requests, (x, y) => x === y) &&
    sameList(a.pieces, b.pieces, samePiece)
  )
}

const samePiece = (a: Piece, b: Piece): boolean => a === b || (a.type === b.type && a.text === b.text)
const sameList = <T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean =>
  a.length === b.length && a.every((x, i) => same(x, b[i]!))

/** A line as it stands in a terminal: the shell asked for each further one of it with `> `. */
export const asTyped = (line: string): string => line.replaceAll('\n', '\n> ')

/** The lines of a block as a terminal shows them. */
export function textOfBlock({ prompt, line, pieces }: Block): string {
  const typed = line === null ? '' : `${prompt}${asTyped(line)}\n`
  const said = pieces.map((piece) => piece.text).join('')
  return typed + (said === '' || said.endsWith('\n') ? said : `${said}\n`)
}

export const textOf = (blocks: readonly Block[]): string => blocks.map(textOfBlock).join('')

/** Virtual ms */
const CHUNK: Ms = 2000

/** Pieces that are laid out together. */
export interface Chunk {
  readonly key: number
  readonly pieces: readonly Piece[]
}

/**
 * What a command wrote, in chunks of whole lines: one that runs for long grows at its end, and only that is laid out again. Where a chunk
 * ends is a matter of time, so that it is the same when older ones have been let go.
 */
export function chunksOf(pieces: readonly Piece[]): readonly Chunk[] {
  const chunks: { key: number; pieces: Piece[] }[] = []
  let whole = true
  for (const piece of pieces) {
    const key = Math.floor(piece.at / CHUNK)
    const last = chunks.at(-1)
    if (last && (!whole || last.key === key)) last.pieces.push(piece)
    else chunks.push({ key, pieces: [piece] })
    whole = piece.text.endsWith('\n')
  }
  return chunks
}

export const sameChunk = (a: Chunk, b: Chunk): boolean => sameList(a.pieces, b.pieces, samePiece)

interface Widths {
  /** Of the text before its first newline, and after its last one; characters. */
  readonly first: number
  readonly last: number
  readonly widest: number
  readonly lines: boolean
}

const widths = new WeakMap<Piece, Widths>()

function widthsOf(piece: Piece): Widths {
  let found = widths.get(piece)
  if (!found) {
    const lines = piece.text.split('\n').map((line) => (line.includes('\t') ? expandedWidth(line) : line.length))
    found = { first: lines[0]!, last: lines.at(-1)!, widest: Math.max(...lines), lines: lines.length > 1 }
    widths.set(piece, found)
  }
  return found
}

function expandedWidth(line: string): number {
  let column = 0
  for (const c of line) column += c === '\t' ? 8 - (column % 8) : 1
  return column
}

/** The longest line that a command wrote, in columns. */
export function widestLine(pieces: readonly Piece[]): number {
  let widest = 0
  let column = 0
  for (const piece of pieces) {
    const { first, last, widest: inside, lines } = widthsOf(piece)
    widest = Math.max(widest, column + first, inside)
    column = lines ? last : column + first
  }
  return widest
}

/**
 * Lines that were typed and have not begun: the shell is busy, or the worker has not answered yet. They stand in the log, so that they are
 * the same ones after going back.
 *
 * @param log up to the moment shown
 * @param entries of this terminal, up to the moment shown
 */
export function waitingLines(
  log: readonly LogEntry[],
  entries: readonly TerminalEntry[],
  terminal: string,
): readonly string[] {
  const first = entries[0]?.at ?? Number.NEGATIVE_INFINITY
  let waiting: string[] = []
  let next = 0
  /** A line begins, or the shell is left, and with it what waited for it. */
  const follow = (at: Ms) => {
    for (; next < entries.length && entries[next]!.at < at; next++) {
      const entry = entries[next]!
      if (entry.type === 'typed') waiting.shift()
      else if (entry.type === 'done' && entry.left) waiting = []
    }
  }
  for (const { at, ...entry } of log) {
    // what was begun before the oldest entry that is kept is not known any more
    if (at < first || entry.type !== 'act') continue
    const { action } = entry
    if (action.type === 'type-line' && action.terminal === terminal) {
      follow(at)
      waiting.push(action.line)
    } else if (action.type === 'interrupt' && action.terminal === terminal) {
      follow(at)
      waiting = []
    }
  }
  follow(Number.POSITIVE_INFINITY)
  return waiting
}
