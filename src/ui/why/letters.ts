/** A stretch of a word: the same in both words, or only in this one. */
export interface Piece {
  readonly text: string
  readonly same: boolean
}

/** Two words letter by letter: what they share, and what each has alone. */
export function lettersOf(
  wanted: string,
  found: string,
): { readonly wanted: readonly Piece[]; readonly found: readonly Piece[] } {
  const a = [...wanted]
  const b = [...found]
  const width = b.length + 1
  const length = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i * width + j] =
        a[i] === b[j]
          ? length[(i + 1) * width + j + 1]! + 1
          : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!)
  const left: Piece[] = []
  const right: Piece[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add(left, a[i]!, true)
      add(right, b[j]!, true)
      i++
      j++
    } else if (j >= b.length || (i < a.length && length[(i + 1) * width + j]! >= length[i * width + j + 1]!))
      add(left, a[i++]!, false)
    else add(right, b[j++]!, false)
  }
  return { wanted: left, found: right }
}

function add(pieces: Piece[], text: string, same: boolean): void {
  const last = pieces.at(-1)
  if (last?.same === same) pieces[pieces.length - 1] = { text: last.text + text, same }
  else pieces.push({ text, same })
}
