import { compile, type Regex } from '../regex.ts'
import { out, type Process } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { misuse, sources } from './lines.ts'
import { lastOf, options } from './options.ts'

interface Substitution {
  readonly from: Regex
  readonly to: string
  readonly all: boolean
  readonly print: boolean
  readonly nth: number
}

/** `s/…/…/gpiN`, any sign instead of the slash; what is wrong with it as text. */
function substitutionOf(script: string, extended: boolean): Substitution | string {
  const sign = script[1] ?? ''
  if (script[0] !== 's' || sign === '' || sign === '\n' || sign === '\\') return `only s/…/…/ is there, not "${script}"`
  const parts: string[] = ['']
  for (let i = 2; i < script.length; i++) {
    const c = script[i]!
    if (c === '\\' && script[i + 1] === sign) {
      parts[parts.length - 1] += sign
      i++
    } else if (c === '\\' && i + 1 < script.length) {
      parts[parts.length - 1] += c + script[i + 1]!
      i++
    } else if (c === sign && parts.length < 3) parts.push('')
    else parts[parts.length - 1] += c
  }
  const [pattern = '', to, flags] = parts
  if (to === undefined || flags === undefined) return `unterminated "s": ${script}`
  if (!/^[gpiI\d]*$/.test(flags.trim())) return `unknown option to "s": ${flags}`
  const from = compile(pattern, { extended, ignoreCase: /[iI]/.test(flags) })
  if (typeof from === 'string') return from
  return { from, to, all: flags.includes('g'), print: flags.includes('p'), nth: Number(/\d+/.exec(flags)?.[0] ?? 1) }
}

type Match = NonNullable<ReturnType<Regex['find']>>

const replacement = (to: string, line: string, match: Match): string =>
  to.replace(/\\(.)|&/gs, (whole, c: string | undefined) => {
    const group = whole === '&' ? 0 : /\d/.test(c!) ? Number(c) : -1
    if (group < 0) return c === 'n' ? '\n' : c === 't' ? '\t' : c!
    const at = match[group]
    return at ? line.slice(at[0], at[1]) : ''
  })

function substitute(s: Substitution, line: string): { line: string; changed: boolean } {
  let text = ''
  let at = 0
  let n = 0
  let after = -1
  let changed = false
  while (at <= line.length) {
    const match = s.from.find(line, at)
    const whole = match?.[0]
    if (!match || !whole) break
    const empty = whole[1] === whole[0]
    if (empty && whole[0] === after) {
      // nothing is found right behind what was found before
      text += line[at] ?? ''
      after = -1
      at++
      continue
    }
    n++
    after = whole[1]
    if (n >= s.nth) {
      text += line.slice(at, whole[0]) + replacement(s.to, line, match)
      changed = true
    } else text += line.slice(at, whole[1])
    if (empty) text += line[whole[1]] ?? ''
    at = empty ? whole[1] + 1 : whole[1]
    if (changed && !s.all) break
  }
  return { line: text + line.slice(at), changed }
}

function* sed(c: ToolContext): Process {
  const o = options(c.args, 'nEre:')
  if (o.problem) return yield* misuse(c, o.problem)
  const words = [...o.rest]
  const scripts = o.values.get('e') ?? (words.length > 0 ? [words.shift()!] : [])
  if (scripts.length === 0) return yield* misuse(c, "use: sed [-nE] 's/…/…/g' [FILE]…")
  const extended = o.on.has('E') || o.on.has('r')
  const steps: Substitution[] = []
  for (const script of scripts) {
    const step = substitutionOf(script.trim(), extended)
    if (typeof step === 'string') return yield* misuse(c, step)
    steps.push(step)
  }
  const { sources: all, missing } = yield* sources(c, words)
  for (const source of all) {
    for (let line = yield* source.next(); line !== undefined; line = yield* source.next()) {
      for (const step of steps) {
        c.shell.fuel.spend((line.length * step.from.size) / 100)
        const done = substitute(step, line)
        line = done.line
        if (done.changed && step.print) yield out(`${line}\n`)
      }
      if (!o.on.has('n')) yield out(`${line}\n`)
    }
  }
  return missing > 0 ? 1 : 0
}

// --- awk: patterns and print ----------------------------------------------------------------------------------------------------

interface Row {
  readonly line: string
  readonly fields: readonly string[]
  readonly nr: number
}
type Value = (row: Row) => string
interface Rule {
  readonly when: (row: Row) => boolean
  readonly end: boolean
  readonly print: ((row: Row) => string) | undefined
}

const AWK_TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.)*\/|\$NF|\$\d+|NF|NR|\d+(?:\.\d+)?|[=!<>]=|!~|[<>~,;{}]|[A-Za-z]+|\S)/y

function tokensOf(script: string): string[] {
  const tokens: string[] = []
  AWK_TOKEN.lastIndex = 0
  for (let m = AWK_TOKEN.exec(script); m; m = AWK_TOKEN.exec(script)) tokens.push(m[1]!)
  return tokens
}

const unquoted = (token: string) =>
  token.slice(1, -1).replace(/\\(.)/g, (_, x: string) => ({ n: '\n', t: '\t' })[x] ?? x)

function valueFor(token: string): Value | undefined {
  if (token.startsWith('"')) {
    const text = unquoted(token)
    return () => text
  }
  if (token === '$NF') return (row) => row.fields.at(-1) ?? ''
  if (token === 'NF') return (row) => String(row.fields.length)
  if (token === 'NR') return (row) => String(row.nr)
  if (token === '$0') return (row) => row.line
  if (/^\$\d+$/.test(token)) return (row) => row.fields[Number(token.slice(1)) - 1] ?? ''
  return /^\d/.test(token) ? () => token : undefined
}

const COMPARE: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (n) => n === 0,
  '!=': (n) => n !== 0,
  '<': (n) => n < 0,
  '>': (n) => n > 0,
  '<=': (n) => n <= 0,
  '>=': (n) => n >= 0,
}

const looksNumeric = (text: string) => /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(text)

/** Rules `pattern {print …}` one after the other; what is wrong with them as text. */
function rulesOf(script: string): Rule[] | string {
  const tokens = tokensOf(script)
  const rules: Rule[] = []
  let at = 0
  while (at < tokens.length) {
    let when: Rule['when'] = () => true
    let end = false
    if (tokens[at] === ';') {
      at++
      continue
    }
    if (tokens[at] === 'END' || tokens[at] === 'BEGIN') {
      if (tokens[at] === 'BEGIN') return 'BEGIN is not there'
      end = true
      at++
    } else if (tokens[at] !== '{') {
      const negated = tokens[at] === '!'
      if (negated) at++
      const left = tokens[at++] ?? ''
      if (left.startsWith('/')) {
        const expression = compile(left.slice(1, -1).replaceAll('\\/', '/'), { extended: true })
        if (typeof expression === 'string') return expression
        when = (row) => (expression.find(row.line) !== undefined) !== negated
      } else {
        const value = valueFor(left)
        const operator = tokens[at++] ?? ''
        const right = tokens[at++] ?? ''
        if (!value || negated) return 'patterns are /…/, $N ~ /…/, $N == "…", NR > N'
        if (operator === '~' || operator === '!~') {
          const expression = compile(right.slice(1, -1).replaceAll('\\/', '/'), { extended: true })
          if (typeof expression === 'string') return expression
          when = (row) => (expression.find(value(row)) !== undefined) === (operator === '~')
        } else {
          const other = valueFor(right)
          const test = COMPARE[operator]
          if (!other || !test) return 'patterns are /…/, $N ~ /…/, $N == "…", NR > N'
          const text = right.startsWith('"')
          when = (row) => {
            const [a, b] = [value(row), other(row)]
            if (!text && looksNumeric(a) && looksNumeric(b)) return test(Number(a) - Number(b))
            return test(a < b ? -1 : a > b ? 1 : 0)
          }
        }
      }
    }
    let print: Rule['print'] = (row) => row.line
    if (tokens[at] === '{') {
      at++
      if (tokens[at++] !== 'print') return 'only {print …} is there'
      const columns: Value[][] = [[]]
      while (at < tokens.length && tokens[at] !== '}' && tokens[at] !== ';') {
        if (tokens[at] === ',') columns.push([])
        else {
          const value = valueFor(tokens[at]!)
          if (!value) return `print knows $N, $NF, NR, NF and "text", not ${tokens[at]}`
          columns.at(-1)!.push(value)
        }
        at++
      }
      if (tokens[at] === ';') at++
      if (tokens[at++] !== '}') return 'only one print, and "}" after it'
      if (columns.length > 1 || columns[0]!.length > 0)
        print = (row) => columns.map((values) => values.map((v) => v(row)).join('')).join(' ')
    } else if (end) return 'END needs {print …}'
    rules.push({ when, end, print })
  }
  return rules
}

function* awk(c: ToolContext): Process {
  const o = options(c.args, 'F:v:', false)
  if (o.problem) return yield* misuse(c, o.problem)
  const [script, ...files] = o.rest
  if (script === undefined) return yield* misuse(c, "use: awk [-F SIGN] '/…/ {print $1, $NF}' [FILE]…")
  const rules = rulesOf(script)
  if (typeof rules === 'string') return yield* misuse(c, rules, 2)
  const separator = lastOf(o, 'F')
  const split = (line: string): string[] => {
    if (separator === undefined || separator === ' ') return line.split(/\s+/).filter((f) => f !== '')
    return line === '' ? [] : line.split(separator === '\\t' ? '\t' : separator)
  }
  let row: Row = { line: '', fields: [], nr: 0 }
  const { sources: all, missing } = yield* sources(c, files)
  const rulesOfLines = rules.filter((r) => !r.end)
  for (const source of all) {
    for (let line = yield* source.next(); line !== undefined; line = yield* source.next()) {
      c.shell.fuel.spend(1 + line.length / 100)
      row = { line, fields: split(line), nr: row.nr + 1 }
      for (const rule of rulesOfLines) if (rule.print && rule.when(row)) yield out(`${rule.print(row)}\n`)
    }
  }
  for (const rule of rules) if (rule.end && rule.print) yield out(`${rule.print(row)}\n`)
  return missing > 0 ? 2 : 0
}

export const SED_AWK: readonly Tool[] = [
  { name: 'sed', summary: "exchange text: sed 's/…/…/g'", flags: ['-n', '-E', '-e'], run: sed },
  { name: 'awk', summary: "columns: awk '{print $1}'", flags: ['-F'], run: awk },
]
