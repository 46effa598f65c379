import { out, type Process, type ShellEvent, type Step } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { misuse, type Source, sources } from './lines.ts'
import { lastOf, numberOption, options } from './options.ts'

/** head, tail, sort, uniq, wc, cut, tr, tee, cat, seq: as busybox has them. busybox 1.37 coreutils/ */

function* everyLine(all: readonly Source[], act: (line: string) => Iterable<ShellEvent>): Step<void> {
  for (const source of all) {
    for (let line = yield* source.next(); line !== undefined; line = yield* source.next()) yield* act(line)
  }
}

function* cat(c: ToolContext): Process {
  const o = options(c.args, 'nu')
  if (o.problem) return yield* misuse(c, o.problem)
  const { sources: all, missing } = yield* sources(c, o.rest)
  let n = 0
  for (const source of all) {
    if (!o.on.has('n')) yield* copy(source)
    else
      yield* everyLine([source], function* (line) {
        yield out(`${String(++n).padStart(6)}\t${line}\n`)
      })
  }
  return missing > 0 ? 1 : 0
}

/** Line by line, as it comes. A file goes through as it is. */
function* copy(source: Source): Step<void> {
  if (source.name !== undefined) {
    const text = yield* source.all()
    if (text !== '') yield out(text)
    return
  }
  yield* everyLine([source], function* (line) {
    yield out(`${line}\n`)
  })
}

function* head(c: ToolContext): Process {
  const o = options(numberOption(c.args), 'n:qvc:')
  const n = Number(lastOf(o, 'n') ?? 10)
  if (o.problem) return yield* misuse(c, o.problem)
  if (!Number.isInteger(n)) return yield* misuse(c, `invalid number '${lastOf(o, 'n')}'`)
  const { sources: all, missing } = yield* sources(c, o.rest)
  const bytes = lastOf(o, 'c')
  for (const [i, source] of all.entries()) {
    if (all.length > 1) yield out(`${i > 0 ? '\n' : ''}==> ${source.name ?? 'standard input'} <==\n`)
    if (bytes !== undefined) yield out((yield* source.all()).slice(0, Math.max(0, Number(bytes) || 0)))
    else if (n < 0) {
      const lines = yield* linesOf(source)
      for (const line of lines.slice(0, n)) yield out(`${line}\n`)
    } else
      for (let k = 0; k < n; k++) {
        const line = yield* source.next()
        if (line === undefined) break
        yield out(`${line}\n`)
      }
  }
  return missing > 0 ? 1 : 0
}

function* linesOf(source: Source): Step<string[]> {
  const lines: string[] = []
  for (let line = yield* source.next(); line !== undefined; line = yield* source.next()) lines.push(line)
  return lines
}

function* tail(c: ToolContext): Process {
  const o = options(numberOption(c.args), 'n:fqc:')
  const said = lastOf(o, 'n') ?? '10'
  if (o.problem) return yield* misuse(c, o.problem)
  if (!/^[+-]?\d+$/.test(said)) return yield* misuse(c, `invalid number '${said}'`)
  if (o.on.has('f') && o.rest.length > 0) return yield* misuse(c, 'files do not grow here; pipe a command that goes on')
  const { sources: all, missing } = yield* sources(c, o.rest)
  for (const source of all) {
    const lines = yield* linesOf(source)
    const n = Math.abs(Number(said))
    const kept = said.startsWith('+') ? lines.slice(Math.max(0, n - 1)) : n === 0 ? [] : lines.slice(-n)
    for (const line of kept) yield out(`${line}\n`)
  }
  return missing > 0 ? 1 : 0
}

function* sort(c: ToolContext): Process {
  const o = options(c.args, 'nrufVk:t:')
  if (o.problem) return yield* misuse(c, o.problem)
  const { sources: all, missing } = yield* sources(c, o.rest)
  const lines: string[] = []
  for (const source of all) lines.push(...(yield* linesOf(source)))
  const key = lastOf(o, 'k')
  const [, from, to, letters = ''] = /^(\d+)(?:\.\d+)?(?:,(\d+))?([nrV]*)$/.exec(key ?? '') ?? []
  if (key !== undefined && from === undefined) return yield* misuse(c, `bad field specification: ${key}`)
  const separator = lastOf(o, 't')
  const keyOf = (line: string): string => {
    if (from === undefined) return o.on.has('f') ? line.toLowerCase() : line
    // without -t the blanks before a field are its own
    const fields = separator === undefined ? (line.match(/\s*\S+/g) ?? []) : line.split(separator)
    const text = fields.slice(Number(from) - 1, to === undefined ? undefined : Number(to)).join(separator ?? '')
    return o.on.has('f') ? text.toLowerCase() : text
  }
  const numeric = o.on.has('n') || letters.includes('n')
  const version = o.on.has('V') || letters.includes('V')
  const compare = (a: string, b: string): number => {
    if (numeric) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0)
    return version ? byVersion(a, b) : byText(a, b)
  }
  const turn = o.on.has('r') || letters.includes('r') ? -1 : 1
  const keyed = lines.map((line) => ({ line, key: keyOf(line) }))
  keyed.sort((a, b) => turn * (compare(a.key, b.key) || (o.on.has('u') ? 0 : byText(a.line, b.line))))
  const kept = keyed.filter((k, i) => !o.on.has('u') || i === 0 || compare(keyed[i - 1]!.key, k.key) !== 0)
  for (const { line } of kept) yield out(`${line}\n`)
  return missing > 0 ? 1 : 0
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function byVersion(a: string, b: string): number {
  const parts = (text: string) => text.match(/\d+|\D+/g) ?? []
  const [as, bs] = [parts(a), parts(b)]
  for (let i = 0; i < Math.min(as.length, bs.length); i++) {
    const [x, y] = [as[i]!, bs[i]!]
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : byText(x, y)
    if (order !== 0) return order
  }
  return as.length - bs.length
}

function* uniq(c: ToolContext): Process {
  const o = options(c.args, 'cdui')
  if (o.problem) return yield* misuse(c, o.problem)
  const { sources: all, missing } = yield* sources(c, o.rest.slice(0, 1))
  let last: string | undefined
  let n = 0
  const text = () => {
    if (last === undefined || (o.on.has('d') && n < 2) || (o.on.has('u') && n > 1)) return ''
    return `${o.on.has('c') ? `${String(n).padStart(7)} ` : ''}${last}\n`
  }
  const fold = (line: string) => (o.on.has('i') ? line.toLowerCase() : line)
  yield* everyLine(all, function* (line) {
    if (last !== undefined && fold(line) === fold(last)) {
      n++
      return
    }
    const done = text()
    if (done !== '') yield out(done)
    last = line
    n = 1
  })
  const rest = text()
  if (rest !== '') yield out(rest)
  return missing > 0 ? 1 : 0
}

/** busybox 1.37 coreutils/wc.c: one number is not padded, several are. */
function* wc(c: ToolContext): Process {
  const o = options(c.args, 'lwcm')
  if (o.problem) return yield* misuse(c, o.problem)
  const { sources: all, missing } = yield* sources(c, o.rest)
  const wanted = o.on.size === 0 ? ['l', 'w', 'c'] : ['l', 'w', 'm', 'c'].filter((letter) => o.on.has(letter))
  const single = wanted.length === 1
  const total = { l: 0, w: 0, m: 0, c: 0 }
  const row = (counts: typeof total, name: string | undefined) => {
    const numbers = wanted.map((w) => String(counts[w as keyof typeof total]).padStart(single ? 0 : 9))
    return `${numbers.join(' ')}${name === undefined ? '' : ` ${name}`}\n`
  }
  for (const source of all) {
    const text = yield* source.all()
    const counts = {
      l: text.split('\n').length - 1,
      w: text.split(/\s+/).filter((w) => w !== '').length,
      m: [...text].length,
      c: new TextEncoder().encode(text).length,
    }
    for (const name of ['l', 'w', 'm', 'c'] as const) total[name] += counts[name]
    yield out(row(counts, source.name))
  }
  if (all.length > 1) yield out(row(total, 'total'))
  return missing > 0 ? 1 : 0
}

function ranges(text: string): ((n: number) => boolean) | undefined {
  const parts = text.split(',').map((part) => /^(\d*)(-?)(\d*)$/.exec(part))
  if (parts.some((p) => !p || p[0] === '' || p[0] === '-')) return undefined
  const spans = parts.map((p) => {
    const from = Number(p![1] || 1)
    return { from, to: p![2] ? Number(p![3] || Number.POSITIVE_INFINITY) : from }
  })
  return (n) => spans.some(({ from, to }) => n >= from && n <= to)
}

function* cut(c: ToolContext): Process {
  const o = options(c.args, 'd:f:c:b:s')
  if (o.problem) return yield* misuse(c, o.problem)
  const fields = lastOf(o, 'f')
  const characters = lastOf(o, 'c') ?? lastOf(o, 'b')
  const picked = ranges(fields ?? characters ?? '')
  if (!picked) return yield* misuse(c, 'expected a list of bytes, characters, or fields')
  const delimiter = lastOf(o, 'd') ?? '\t'
  const { sources: all, missing } = yield* sources(c, o.rest)
  yield* everyLine(all, function* (line) {
    if (fields === undefined) yield out(`${[...line].filter((_, i) => picked(i + 1)).join('')}\n`)
    else if (line.includes(delimiter)) {
      const parts = line.split(delimiter)
      yield out(`${parts.filter((_, i) => picked(i + 1)).join(delimiter)}\n`)
    } else if (!o.on.has('s') || line === '') yield out(`${line}\n`)
  })
  return missing > 0 ? 1 : 0
}

const SETS: Readonly<Record<string, string>> = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digit: '0123456789',
  space: ' \t\n\r\u000b\f',
  blank: ' \t',
}

/** `a-z`, `[:upper:]`, `\n` → the characters. */
function charactersOf(text: string): string[] {
  const spelled = text
    .replace(/\[:(\w+):\]/g, (_, name: string) => {
      if (name === 'alpha') return SETS['upper']! + SETS['lower']!
      if (name === 'alnum') return SETS['digit']! + SETS['upper']! + SETS['lower']!
      return SETS[name] ?? ''
    })
    .replace(/\\([nrt\\])/g, (_, c: string) => ({ n: '\n', r: '\r', t: '\t', '\\': '\\' })[c]!)
  const all: string[] = []
  const chars = [...spelled]
  for (let i = 0; i < chars.length; i++) {
    const [from, dash, to] = [chars[i]!, chars[i + 1], chars[i + 2]]
    const [low, high] = [from.codePointAt(0)!, to?.codePointAt(0) ?? 0]
    if (dash === '-' && to !== undefined && high >= low && high - low < 256) {
      for (let n = low; n <= high; n++) all.push(String.fromCodePoint(n))
      i += 2
    } else all.push(from)
  }
  return all
}

function* tr(c: ToolContext): Process {
  const o = options(c.args, 'dsc', false)
  if (o.problem) return yield* misuse(c, o.problem)
  const [one, two] = o.rest
  if (one === undefined || (two === undefined && o.on.size === 0)) return yield* misuse(c, 'missing operand')
  const from = charactersOf(one)
  const to = two === undefined ? [] : charactersOf(two)
  const known = new Set(from)
  const has = (x: string) => known.has(x) !== o.on.has('c')
  const target = (x: string) =>
    o.on.has('c') ? (to.at(-1) ?? x) : (to[Math.min(from.lastIndexOf(x), to.length - 1)] ?? x)
  const squeezed = new Set(to.length > 0 ? to : from)
  let last = ''
  for (let line = yield* c.input.line(); line !== undefined; line = yield* c.input.line()) {
    c.shell.fuel.spend(1 + line.length / 1000)
    let text = ''
    for (const x of line) {
      if (has(x) && o.on.has('d')) continue
      const y = has(x) && to.length > 0 ? target(x) : x
      if (o.on.has('s') && y === last && squeezed.has(y)) continue
      text += y
      last = y
    }
    if (text !== '') yield out(text)
  }
  return 0
}

function* tee(c: ToolContext): Process {
  const o = options(c.args, 'a')
  if (o.problem) return yield* misuse(c, o.problem)
  const write = (name: string, text: string, append: boolean) => c.shell.writeFile(c.place, name, text, append)
  let status = 0
  for (const name of o.rest) {
    const problem = write(name, '', o.on.has('a'))
    if (problem !== undefined) status = yield* misuse(c, `${name}: ${problem}`)
  }
  for (let line = yield* c.input.line(); line !== undefined; line = yield* c.input.line()) {
    yield out(line)
    for (const name of o.rest) write(name, line, true)
  }
  return status
}

function* seq(c: ToolContext): Process {
  // a number may be negative: options end with the first word that is one
  const at = c.args.findIndex((a, i) => /^-?[\d.]/.test(a) && c.args[i - 1] !== '-s')
  const o = options(at < 0 ? c.args : c.args.slice(0, at), 'ws:')
  if (o.problem) return yield* misuse(c, o.problem)
  const words = at < 0 ? o.rest : c.args.slice(at)
  const numbers = words.map(Number)
  if (numbers.length === 0 || numbers.length > 3) return yield* misuse(c, 'use: seq [-w] [-s SIGN] [FIRST [STEP]] LAST')
  const bad = words.find((_, i) => !Number.isFinite(numbers[i]))
  if (bad !== undefined) return yield* misuse(c, `invalid number '${bad}'`)
  const last = numbers.at(-1)!
  const first = numbers.length > 1 ? numbers[0]! : 1
  const step = numbers.length > 2 ? numbers[1]! : 1
  if (step === 0) return yield* misuse(c, 'the step is 0')
  const digits = Math.max(...words.slice(0, 2).map((w) => /\.(\d*)/.exec(w)?.[1]?.length ?? 0), 0)
  const width = o.on.has('w') ? Math.max(...[first, last].map((n) => n.toFixed(digits).length)) : 0
  const sign = lastOf(o, 's')
  let any = false
  for (let i = 0; step > 0 ? first + i * step <= last + 1e-9 : first + i * step >= last - 1e-9; i++) {
    c.shell.fuel.spend()
    const text = (first + i * step).toFixed(Math.min(20, digits)).padStart(width, '0')
    yield out(sign === undefined ? `${text}\n` : `${i > 0 ? sign : ''}${text}`)
    any = true
  }
  if (sign !== undefined && any) yield out('\n')
  return 0
}

export const FILTERS: readonly Tool[] = [
  { name: 'cat', summary: 'print files', flags: ['-n'], run: cat },
  { name: 'head', summary: 'the first lines', flags: ['-n', '-c'], run: head },
  { name: 'tail', summary: 'the last lines', flags: ['-n'], run: tail },
  { name: 'sort', summary: 'sort lines', flags: ['-n', '-r', '-u', '-f', '-V', '-k', '-t'], run: sort },
  { name: 'uniq', summary: 'take lines together that follow each other', flags: ['-c', '-d', '-u', '-i'], run: uniq },
  { name: 'wc', summary: 'count lines, words, bytes', flags: ['-l', '-w', '-c'], run: wc },
  { name: 'cut', summary: 'fields or characters of lines', flags: ['-d', '-f', '-c'], run: cut },
  { name: 'tr', summary: 'exchange or delete characters', flags: ['-d', '-s', '-c'], run: tr },
  { name: 'tee', summary: 'write to a file, too', flags: ['-a'], run: tee },
  { name: 'seq', summary: 'numbers', run: seq },
]
