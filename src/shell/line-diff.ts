/**
 * The differences of two texts as `diff -u` writes them, without its header: hunks with three lines around them; '' when they are equal.
 * Lines are paired by their longest common subsequence.
 */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [linesOf(before), linesOf(after)]
  const steps = stepsOf(a, b)
  const changed = steps.flatMap((s, i) => (s.sign === ' ' ? [] : [i]))
  if (changed.length === 0) return ''
  const hunks: { from: number; to: number }[] = []
  for (const i of changed) {
    const last = hunks.at(-1)
    if (last && i - last.to <= 2 * AROUND + 1) last.to = i
    else hunks.push({ from: i, to: i })
  }
  return hunks
    .map(({ from, to }) => {
      const part = steps.slice(Math.max(0, from - AROUND), to + AROUND + 1)
      const range = (side: 'a' | 'b', sign: string) => {
        const count = part.filter((s) => s.sign === ' ' || s.sign === sign).length
        const start = part[0]![side] + (count > 0 ? 1 : 0)
        return count === 1 ? String(start) : `${start},${count}`
      }
      const head = `@@ -${range('a', '-')} +${range('b', '+')} @@\n`
      return head + part.map((s) => `${s.sign}${s.line}\n`).join('')
    })
    .join('')
}

const AROUND = 3
const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

interface Step {
  readonly sign: ' ' | '-' | '+'
  readonly line: string
  /** How many lines of each text stand before it. */
  readonly a: number
  readonly b: number
}

function stepsOf(a: readonly string[], b: readonly string[]): Step[] {
  // common beginnings and ends need no table
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const [m, n] = [a.length - start - end, b.length - start - end]
  const longest = Array.from({ length: m + 1 }, () => new Uint32Array(n + 1))
  for (let i = m - 1; i >= 0; i--) {
    for (let j = n - 1; j >= 0; j--) {
      const same = a[start + i] === b[start + j]
      longest[i]![j] = same ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!)
    }
  }
  const steps: Step[] = []
  const both = (i: number, j: number) => steps.push({ sign: ' ', line: a[i]!, a: i, b: j })
  for (let i = 0; i < start; i++) both(i, i)
  let [i, j] = [0, 0]
  while (i < m || j < n) {
    const [at, to] = [start + i, start + j]
    if (i < m && j < n && a[at] === b[to]) {
      both(at, to)
      i++
      j++
    } else if (i < m && (j >= n || longest[i + 1]![j]! >= longest[i]![j + 1]!)) {
      steps.push({ sign: '-', line: a[at]!, a: at, b: to })
      i++
    } else {
      steps.push({ sign: '+', line: b[to]!, a: at, b: to })
      j++
    }
  }
  for (let k = 0; k < end; k++) both(a.length - end + k, b.length - end + k)
  return steps
}
