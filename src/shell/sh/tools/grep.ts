import { compile, type Regex } from '../regex.ts'
import { out, type Process } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { misuse, sources } from './lines.ts'
import { lastOf, options } from './options.ts'

const LETTERS = 'EFGivcnoqlhHwxse:m:A:B:C:'

/** grep, as busybox has it. busybox 1.37 findutils/grep.c. Status 0: a line was found, 1: none, 2: something is wrong. */
function* grep(c: ToolContext): Process {
  const o = options(c.args, `${LETTERS} -color color=`)
  if (o.problem) return yield* misuse(c, o.problem, 2)
  const words = [...o.rest]
  const patterns = o.values.get('e') ?? (words.length > 0 ? [words.shift()!] : [])
  if (patterns.length === 0) return yield* misuse(c, 'use: grep [-EFivcnoqw] [-A N] [-B N] PATTERN [FILE]…', 2)
  const extended = o.on.has('E') || c.name === 'egrep'
  const fixed = o.on.has('F') || c.name === 'fgrep'
  const ignoreCase = o.on.has('i')
  const expressions: Regex[] = []
  for (const pattern of patterns.flatMap((p) => p.split('\n'))) {
    const plain = fixed ? pattern.replace(/[\\.*^$[\]]/g, '\\$&') : pattern
    const bare = o.on.has('w') ? (extended && !fixed ? `\\<(${plain})\\>` : `\\<\\(${plain}\\)\\>`) : plain
    const whole = o.on.has('x') ? (extended && !fixed ? `^(${bare})$` : `^\\(${bare}\\)$`) : bare
    const expression = compile(whole, { extended: extended && !fixed, ignoreCase })
    if (typeof expression === 'string') return yield* misuse(c, `bad regex '${pattern}': ${expression}`, 2)
    expressions.push(expression)
  }
  const cost = expressions.reduce((sum, e) => sum + e.size, 0) / 1000
  const find = (line: string, from: number): readonly [number, number] | undefined => {
    c.shell.fuel.spend((line.length - from) * cost)
    let best: readonly [number, number] | undefined
    for (const expression of expressions) {
      const at = expression.find(line, from)?.[0]
      if (at && (!best || at[0] < best[0])) best = at
    }
    return best
  }
  const { sources: all, missing } = yield* sources(c, words)
  const most = Number(lastOf(o, 'm') ?? Number.POSITIVE_INFINITY)
  const around = lastOf(o, 'C')
  const after = Number(lastOf(o, 'A') ?? around ?? 0)
  const before = Number(lastOf(o, 'B') ?? around ?? 0)
  const named = (all.length > 1 || o.on.has('H')) && !o.on.has('h')
  let any = false
  for (const source of all) {
    const name = source.name ?? '(standard input)'
    const head = (n: number, sign: string) => (named ? `${name}${sign}` : '') + (o.on.has('n') ? `${n}${sign}` : '')
    const waiting: { n: number; line: string }[] = []
    let [n, count, left, last] = [0, 0, 0, 0]
    for (let line = yield* source.next(); line !== undefined; line = yield* source.next()) {
      n++
      const found = find(line, 0)
      if ((found === undefined) === o.on.has('v')) {
        any = true
        count++
        if (o.on.has('q')) return 0
        if (o.on.has('l')) break
        if (!o.on.has('c')) {
          const first = waiting[0]?.n ?? n
          if ((before > 0 || after > 0) && last > 0 && first > last + 1) yield out('--\n')
          for (const w of waiting.splice(0)) yield out(`${head(w.n, '-')}${w.line}\n`)
          if (o.on.has('o') && !o.on.has('v')) {
            for (let at = found; at; at = at[1] < line.length ? find(line, Math.max(at[1], at[0] + 1)) : undefined)
              if (at[1] > at[0]) yield out(`${head(n, ':')}${line.slice(at[0], at[1])}\n`)
          } else yield out(`${head(n, ':')}${line}\n`)
          last = n
          left = after
        }
        if (count >= most) break
      } else if (left > 0) {
        left--
        last = n
        yield out(`${head(n, '-')}${line}\n`)
      } else if (before > 0) {
        waiting.push({ n, line })
        if (waiting.length > before) waiting.shift()
      }
    }
    if (o.on.has('l') && count > 0) yield out(`${name}\n`)
    else if (o.on.has('c') && !o.on.has('q')) yield out(`${named ? `${name}:` : ''}${count}\n`)
  }
  if (missing > 0 && !o.on.has('s')) return 2
  return any ? 0 : 1
}

export const GREP: Tool = {
  name: 'grep',
  aliases: ['egrep', 'fgrep'],
  summary: 'lines that match',
  flags: ['-i', '-v', '-c', '-n', '-o', '-q', '-E', '-F', '-w', '-A', '-B', '-C'],
  run: grep,
}
