/**
 * How near two names are, from 0 (nothing in common) to 1 (the same but for letter case or separators): what a person would take for a
 * slip of the keyboard, not a measure of meaning.
 */
export function closeness(a: string, b: string): number {
  if (a === b) return 1
  const [x, y] = [plain(a), plain(b)]
  if (x === y) return 0.99
  if (x === '' || y === '') return 0
  const [short, long] = x.length <= y.length ? [x, y] : [y, x]
  // `web` and `website`, `front` and `frontend`
  if (short.length >= 3 && (long.startsWith(short) || long.endsWith(short)))
    return 0.6 + (0.35 * short.length) / long.length
  const longer = long.length
  const near = 1 - edits(x, y) / longer
  return Math.max(near, partial(a, b))
}

/** Near enough to ask "did you mean …?". */
export const CLOSE = 0.6

/** Letter case and the separators that people take for one another. */
const plain = (text: string): string => text.toLowerCase().replace(/[-_.\s]/g, '')

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((w) => w !== '')

/** One name holds the words of the other: `web` and `web-server`, `my-app-backend` and `backend`. Shorter than three letters says nothing. */
function partial(a: string, b: string): number {
  const [few, many] = [words(a), words(b)].sort((x, y) => x.length - y.length) as [string[], string[]]
  if (few.length === 0 || few.join('').length < 3) return 0
  if (!few.every((w) => many.includes(w))) return 0
  return 0.6 + 0.3 * (few.length / many.length)
}

/** Letters put in, left out, replaced, or two neighbours swapped (optimal string alignment). */
export function edits(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1)
      row.push(best)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** The nearest of some names, when one is near enough; of equally near ones the first. */
export function nearest<T>(
  wanted: string,
  among: readonly T[],
  nameOf: (of: T) => string,
): { of: T; near: number } | undefined {
  let best: { of: T; near: number } | undefined
  for (const of of among) {
    const near = closeness(wanted, nameOf(of))
    if (near >= CLOSE && near > (best?.near ?? 0)) best = { of, near }
  }
  return best
}
