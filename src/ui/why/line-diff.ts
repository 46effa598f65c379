export interface DiffLine {
  readonly sign: '+' | '-'
  /** 1-based; of a line taken out where it stood, of one put in where it will stand. */
  readonly line: number
  readonly text: string
}

/** More lines than this on both sides are not matched one by one. */
const MOST = 600

/** The lines that differ between two texts, those taken out before those put in, by the longest common subsequence. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const old = before.split(/\r?\n/)
  const now = after.split(/\r?\n/)
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++
  const out: DiffLine[] = []
  const a = old.slice(start, old.length - end)
  const b = now.slice(start, now.length - end)
  const kept = a.length > MOST || b.length > MOST ? [] : commonLines(a, b)
  let i = 0
  let j = 0
  for (const [x, y] of [...kept, [a.length, b.length] as const]) {
    for (; i < x; i++) out.push({ sign: '-', line: start + i + 1, text: a[i]! })
    for (; j < y; j++) out.push({ sign: '+', line: start + j + 1, text: b[j]! })
    i = x + 1
    j = y + 1
  }
  return out
}

/** Pairs of indices of lines that stay. */
function commonLines(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const width = b.length + 1
  const length = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i * width + j] =
        a[i] === b[j]
          ? length[(i + 1) * width + j + 1]! + 1
          : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!)
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) i++
    else j++
  }
  return pairs
}
