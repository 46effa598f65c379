/** One place of a pattern: any text, any sign, one of a set, or this sign. */
type Piece =
  | '*'
  | '?'
  | { readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] }
  | { readonly sign: string }
export type Pattern = readonly Piece[]

const CLASSES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  alpha: [
    ['a', 'z'],
    ['A', 'Z'],
  ],
  digit: [['0', '9']],
  alnum: [
    ['a', 'z'],
    ['A', 'Z'],
    ['0', '9'],
  ],
  lower: [['a', 'z']],
  upper: [['A', 'Z']],
  space: [
    ['\t', '\r'],
    [' ', ' '],
  ],
  xdigit: [
    ['0', '9'],
    ['a', 'f'],
    ['A', 'F'],
  ],
}

/** A text in which every sign stands for itself. */
export const quotedPattern = (text: string): string => text.replace(/[\\*?[\]!^-]/g, '\\$&')

/** A shell pattern: `*`, `?`, `[a-z]`, `[!x]`, `[[:digit:]]`, and a backslash before what is to stand for itself. POSIX.1-2024, 2.14 */
export function readPattern(text: string): Pattern {
  const pieces: Piece[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c === '*' || c === '?') pieces.push(c)
    else if (c === '\\' && i + 1 < text.length) pieces.push({ sign: text[++i]! })
    else if (c === '[') {
      const set = readSet(text, i)
      if (set) {
        pieces.push(set.piece)
        i = set.end
      } else pieces.push({ sign: c })
    } else pieces.push({ sign: c })
  }
  return pieces
}

function readSet(text: string, at: number): { piece: Piece; end: number } | undefined {
  let i = at + 1
  const negated = text[i] === '!' || text[i] === '^'
  if (negated) i++
  const ranges: (readonly [string, string])[] = []
  for (let first = true; i < text.length; first = false) {
    if (text[i] === ']' && !first) return { piece: { negated, ranges }, end: i }
    const [whole, name = ''] = /^\[:(\w+):\]/.exec(text.slice(i, i + 12)) ?? []
    if (whole !== undefined) {
      ranges.push(...(CLASSES[name] ?? []))
      i += whole.length
      continue
    }
    const sign = () => (text[i] === '\\' && i + 1 < text.length ? text[++i]! : text[i]!)
    const from = sign()
    i++
    if (text[i] === '-' && text[i + 1] !== undefined && text[i + 1] !== ']') {
      i++
      ranges.push([from, sign()])
      i++
    } else ranges.push([from, from])
  }
  return undefined
}

const fits = (piece: Piece, c: string): boolean =>
  piece === '?' ||
  (piece !== '*' &&
    ('sign' in piece ? piece.sign === c : piece.ranges.some(([a, b]) => a <= c && c <= b) !== piece.negated))

/** Whether the whole text fits, in time that grows with text times pattern. */
export function matches(text: string, pattern: Pattern): boolean {
  let [t, p, star, mark] = [0, 0, -1, 0]
  while (t < text.length) {
    const piece = pattern[p]
    if (piece === '*') {
      star = p++
      mark = t
    } else if (piece !== undefined && fits(piece, text[t]!)) {
      t++
      p++
    } else if (star >= 0) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
