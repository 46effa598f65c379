import type { Fuel } from '../../fuel.ts'
import { compile, type Regex } from '../../regex.ts'
import { err, out, type Process, type ShellEvent, type Step } from '../../shell-event.ts'
import { FatalSignal } from '../../signals.ts'
import type { Tool, ToolContext } from '../../tool.ts'
import { misuse, sources } from '../lines.ts'
import { lastOf, options } from '../options.ts'
import { formatted, shortNumber } from './format.ts'
import { type Defined, type Expr, type Program, parseAwk, type Rule, type Statement, type Target } from './parse.ts'

/** Text that was read: a number where it looks like one. */
class Read {
  constructor(readonly text: string) {}
}
/** A value; undefined: a variable that nobody has set. */
type Value = number | string | Read | undefined

const LONGEST = 1_000_000
const MOST_ITEMS = 100_000
const MOST_FIELDS = 10_000

const looksNumeric = (text: string) => /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)
const numberOf = (v: Value): number => {
  if (typeof v === 'number') return v
  const text = v instanceof Read ? v.text : (v ?? '')
  return Number(/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(text)?.[0] ?? 0)
}
const textOf = (v: Value): string => {
  if (typeof v === 'number') return Number.isSafeInteger(v) ? String(v) : shortNumber(v)
  return v instanceof Read ? v.text : (v ?? '')
}
const isNumber = (v: Value): boolean =>
  typeof v === 'number' || v === undefined || (v instanceof Read && looksNumeric(v.text))
const truth = (v: Value): boolean =>
  typeof v === 'number' || (v instanceof Read && looksNumeric(v.text)) ? numberOf(v) !== 0 : textOf(v) !== ''

/** How a statement leaves those that it stands in. */
type Ends = 'on' | 'next' | 'break' | 'continue' | 'exit' | 'return'

/** A function that runs: its parameters, as values and as arrays. */
interface Frame {
  readonly params: ReadonlySet<string>
  readonly vars: Map<string, Value>
  readonly arrays: Map<string, Map<string, Value>>
  result: Value
}

const DEEPEST = 100

class Awk {
  readonly #rules: readonly Rule[]
  readonly #functions: ReadonlyMap<string, Defined>
  readonly #frames: Frame[] = []
  /** What functions printed within an expression. */
  #printed: ShellEvent[] = []
  #exits = false
  readonly #fuel: Fuel
  readonly #vars = new Map<string, Value>([
    ['FS', ' '],
    ['OFS', ' '],
    ['ORS', '\n'],
    ['SUBSEP', '\u001c'],
    ['RS', '\n'],
  ])
  readonly #arrays = new Map<string, Map<string, Value>>()
  readonly #regexes = new Map<string, Regex>()
  readonly #inRange = new Set<Rule>()
  #record = ''
  #fields: string[] | undefined = []
  #nr = 0
  #fnr = 0
  status = 0

  constructor({ rules, functions }: Program, fuel: Fuel) {
    this.#rules = rules
    this.#functions = functions
    this.#fuel = fuel
  }

  set(name: string, value: Value): void {
    this.#assign({ type: 'variable', name }, value)
  }

  get hasLines(): boolean {
    return this.#rules.some((r) => r.when !== 'begin')
  }

  *begin(): Step<boolean> {
    for (const rule of this.#rules)
      if (rule.when === 'begin' && rule.body && (yield* this.#run(rule.body)) === 'exit') return false
    return true
  }

  *end(): Step<void> {
    this.#exits = false
    for (const rule of this.#rules)
      if (rule.when === 'end' && rule.body && (yield* this.#run(rule.body)) === 'exit') return
  }

  /** Whether it goes on. */
  *line(text: string, file: string | undefined, first: boolean): Step<boolean> {
    this.#nr++
    this.#fnr = first ? 1 : this.#fnr + 1
    this.#vars.set('FILENAME', file ?? '')
    this.#setRecord(text)
    for (const rule of this.#rules) {
      if (rule.when !== 'line' || !this.#applies(rule)) continue
      if (!rule.body) {
        yield out(this.#record + textOf(this.#vars.get('ORS')))
        continue
      }
      const ends = yield* this.#run(rule.body)
      if (ends === 'exit') return false
      if (ends === 'next') return true
    }
    return true
  }

  #applies(rule: Rule): boolean {
    if (!rule.from) return true
    if (!rule.to) return truth(this.#value(rule.from))
    if (!this.#inRange.has(rule)) {
      if (!truth(this.#value(rule.from))) return false
      this.#inRange.add(rule)
    }
    if (truth(this.#value(rule.to))) this.#inRange.delete(rule)
    return true
  }

  // --- fields ---------------------------------------------------------------------------------------------------------------

  #setRecord(text: string): void {
    this.#record = text.slice(0, LONGEST)
    this.#fields = undefined
  }

  #allFields(): string[] {
    this.#fields ??= this.#split(this.#record, textOf(this.#vars.get('FS')))
    return this.#fields
  }

  #split(text: string, separator: string): string[] {
    this.#fuel.spend(text.length / 1000)
    if (separator === ' ') return text.split(/[ \t\n]+/).filter((f) => f !== '')
    if (text === '') return []
    if (separator === '') return [...text]
    if (separator.length === 1 && separator !== '\\') return text.split(separator)
    const regex = this.#regex(separator)
    const parts: string[] = []
    let at = 0
    for (;;) {
      const [found] = regex.find(text, at) ?? []
      if (!found || found[1] === found[0]) break
      this.#fuel.spend(1 + (text.length * regex.size) / 10_000)
      parts.push(text.slice(at, found[0]))
      at = found[1]
    }
    return [...parts, text.slice(at)]
  }

  #rebuild(): void {
    this.#record = this.#allFields()
      .join(textOf(this.#vars.get('OFS')))
      .slice(0, LONGEST)
  }

  // --- values ---------------------------------------------------------------------------------------------------------------

  /** Where a name lives: in the function that runs, or in the program. */
  #home(name: string): Pick<Frame, 'vars' | 'arrays'> {
    const frame = this.#frames.at(-1)
    return frame?.params.has(name) ? frame : { vars: this.#vars, arrays: this.#arrays }
  }

  #array(name: string): Map<string, Value> {
    const { arrays } = this.#home(name)
    const known = arrays.get(name)
    if (known) return known
    const array = new Map<string, Value>()
    arrays.set(name, array)
    return array
  }

  /** A function of the program: values are handed over, arrays are shared. What it prints is kept until the expression is done. */
  #called(defined: Defined, args: readonly Expr[]): Value {
    if (this.#frames.length >= DEEPEST) throw new FatalSignal('awk: functions call each other too deeply')
    const frame: Frame = { params: new Set(defined.params), vars: new Map(), arrays: new Map(), result: undefined }
    for (const [i, name] of defined.params.entries()) {
      const arg = args[i]
      if (!arg) continue
      if (arg.type === 'variable') {
        const home = this.#home(arg.name)
        if (!home.vars.has(arg.name)) frame.arrays.set(name, this.#array(arg.name))
      }
      frame.vars.set(name, this.#value(arg))
    }
    this.#frames.push(frame)
    const body = this.#run(defined.body)
    for (let step = body.next(); ; step = body.next()) {
      if (step.done) {
        if (step.value === 'exit') this.#exits = true
        break
      }
      this.#printed.push(step.value)
    }
    this.#frames.pop()
    return frame.result
  }

  #key(keys: readonly Expr[]): string {
    return keys.map((k) => textOf(this.#value(k))).join('\u001c')
  }

  #read(target: Target): Value {
    switch (target.type) {
      case 'variable':
        if (target.name === 'NF') return this.#allFields().length
        if (target.name === 'NR') return this.#nr
        if (target.name === 'FNR') return this.#fnr
        return this.#home(target.name).vars.get(target.name)
      case 'field': {
        const n = Math.trunc(numberOf(this.#value(target.of)))
        if (n === 0) return new Read(this.#record)
        const text = this.#allFields()[n - 1]
        return text === undefined ? undefined : new Read(text)
      }
      default: {
        const array = this.#array(target.array)
        const key = this.#key(target.keys)
        // to look at an item makes it
        if (!array.has(key) && array.size < MOST_ITEMS) array.set(key, undefined)
        return array.get(key)
      }
    }
  }

  #assign(target: Target, value: Value): void {
    if (typeof value === 'string') this.#fuel.spend(value.length / 1000)
    switch (target.type) {
      case 'variable':
        if (target.name === 'NF') {
          const fields = this.#allFields()
          fields.length = Math.min(MOST_FIELDS, Math.max(0, Math.trunc(numberOf(value)) || 0))
          for (let i = 0; i < fields.length; i++) fields[i] ??= ''
          this.#rebuild()
        } else if (target.name === 'NR') this.#nr = numberOf(value)
        else this.#home(target.name).vars.set(target.name, value)
        return
      case 'field': {
        const n = Math.trunc(numberOf(this.#value(target.of)))
        if (n === 0) {
          this.#setRecord(textOf(value))
          return
        }
        if (n < 0 || n > MOST_FIELDS) return
        const fields = this.#allFields()
        while (fields.length < n) fields.push('')
        fields[n - 1] = textOf(value)
        this.#rebuild()
        return
      }
      default: {
        const array = this.#array(target.array)
        const key = this.#key(target.keys)
        if (array.has(key) || array.size < MOST_ITEMS) array.set(key, value)
      }
    }
  }

  #regex(text: string): Regex {
    const known = this.#regexes.get(text)
    if (known) return known
    const made = compile(text, { extended: true })
    const regex: Regex = typeof made === 'string' ? { size: 1, find: () => undefined } : made
    if (this.#regexes.size < 100) this.#regexes.set(text, regex)
    return regex
  }

  #regexOf(e: Expr): Regex {
    return e.type === 'regex' ? e.regex : this.#regex(textOf(this.#value(e)))
  }

  #finds(text: string, regex: Regex): boolean {
    this.#fuel.spend((text.length * regex.size) / 1000)
    return regex.find(text) !== undefined
  }

  #value(e: Expr): Value {
    this.#fuel.spend(0.2)
    switch (e.type) {
      case 'number':
      case 'string':
        return e.value
      case 'regex':
        return Number(this.#finds(this.#record, e.regex))
      case 'group':
        return this.#value(e.of)
      case 'variable':
      case 'field':
      case 'item':
        return this.#read(e)
      case 'assign': {
        const right = this.#value(e.value)
        const value = e.operator === '' ? right : calculated(e.operator, numberOf(this.#read(e.to)), numberOf(right))
        this.#assign(e.to, value)
        return value
      }
      case 'step': {
        const before = numberOf(this.#read(e.to))
        this.#assign(e.to, before + e.by)
        return e.before ? before + e.by : before
      }
      case 'unary': {
        const of = this.#value(e.of)
        return e.operator === '!' ? Number(!truth(of)) : e.operator === '-' ? -numberOf(of) || 0 : numberOf(of)
      }
      case 'binary':
        return this.#binary(e.operator, e.left, e.right)
      case 'match':
        return Number(this.#finds(textOf(this.#value(e.left)), this.#regexOf(e.right)) !== e.negated)
      case 'in':
        return Number(this.#array(e.array).has(this.#key(e.keys)))
      case 'choice':
        return this.#value(truth(this.#value(e.test)) ? e.then : e.otherwise)
      default:
        return this.#call(e.name, e.args)
    }
  }

  #binary(operator: string, l: Expr, r: Expr): Value {
    if (operator === '&&') return Number(truth(this.#value(l)) && truth(this.#value(r)))
    if (operator === '||') return Number(truth(this.#value(l)) || truth(this.#value(r)))
    const [a, b] = [this.#value(l), this.#value(r)]
    if (operator === ' ') {
      const text = textOf(a) + textOf(b)
      this.#fuel.spend(text.length / 1000)
      return text.slice(0, LONGEST)
    }
    if (!/^([<>]=?|[=!]=)$/.test(operator)) return calculated(operator, numberOf(a), numberOf(b))
    const [s, t] = [textOf(a), textOf(b)]
    const order = isNumber(a) && isNumber(b) ? numberOf(a) - numberOf(b) : s < t ? -1 : s > t ? 1 : 0
    const holds = { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0, '==': order === 0 }[operator]
    return Number(holds ?? order !== 0)
  }

  #call(name: string, args: readonly Expr[]): Value {
    const value = (i: number) => {
      const arg = args[i]
      return arg && this.#value(arg)
    }
    const [first] = args
    const number = (i: number) => numberOf(value(i))
    switch (name) {
      case 'length':
        if (first?.type === 'variable' && this.#home(first.name).arrays.has(first.name) && value(0) === undefined)
          return this.#array(first.name).size
        return [...(first ? textOf(value(0)) : this.#record)].length
      case 'substr': {
        const text = [...textOf(value(0))]
        const from = Math.round(number(1))
        const to = args.length > 2 ? from + Math.round(number(2)) : Number.POSITIVE_INFINITY
        return text.slice(Math.max(0, from - 1), Math.max(0, to - 1)).join('')
      }
      case 'index':
        return textOf(value(0)).indexOf(textOf(value(1))) + 1
      case 'toupper':
        return textOf(value(0)).toUpperCase()
      case 'tolower':
        return textOf(value(0)).toLowerCase()
      case 'int':
        return Math.trunc(number(0)) || 0
      case 'sqrt':
        return Math.sqrt(number(0))
      case 'exp':
        return Math.exp(number(0))
      case 'log':
        return Math.log(number(0))
      case 'sin':
        return Math.sin(number(0))
      case 'cos':
        return Math.cos(number(0))
      case 'atan2':
        return Math.atan2(number(0), number(1))
      case 'sprintf':
        return this.#formatted(args)
      case 'split': {
        const array = args[1]
        if (array?.type !== 'variable') return 0
        const by = args[2]
        const text = textOf(value(0))
        const parts =
          by?.type === 'regex'
            ? this.#splitBy(text, by.regex)
            : this.#split(text, by ? textOf(this.#value(by)) : textOf(this.#vars.get('FS')))
        const items = this.#array(array.name)
        items.clear()
        for (const [i, part] of parts.slice(0, MOST_ITEMS).entries()) items.set(String(i + 1), new Read(part))
        return parts.length
      }
      case 'match': {
        const regex = args[1] ? this.#regexOf(args[1]) : undefined
        const text = textOf(value(0))
        this.#fuel.spend((text.length * (regex?.size ?? 1)) / 1000)
        const [found] = regex?.find(text) ?? []
        this.#vars.set('RSTART', found ? found[0] + 1 : 0)
        this.#vars.set('RLENGTH', found ? found[1] - found[0] : -1)
        return found ? found[0] + 1 : 0
      }
      case 'sub':
      case 'gsub':
        return this.#substitute(args, name === 'gsub')
      default: {
        const defined = this.#functions.get(name)
        return defined ? this.#called(defined, args) : value(args.length - 1)
      }
    }
  }

  #splitBy(text: string, regex: Regex): string[] {
    const key = `\u0000${this.#regexes.size}`
    this.#regexes.set(key, regex)
    const parts = text === '' ? [] : this.#split(text, key)
    this.#regexes.delete(key)
    return parts
  }

  #substitute(args: readonly Expr[], all: boolean): number {
    const [pattern, to, into] = args
    if (!pattern || !to) return 0
    const target: Target =
      into && (into.type === 'variable' || into.type === 'field' || into.type === 'item')
        ? into
        : { type: 'field', of: { type: 'number', value: 0 } }
    const regex = this.#regexOf(pattern)
    const replacement = textOf(this.#value(to))
    const text = textOf(this.#read(target))
    let [made, at, count, after] = ['', 0, 0, -1]
    while (at <= text.length && (all || count === 0) && made.length < LONGEST) {
      this.#fuel.spend(1 + (text.length * regex.size) / 10_000)
      const [found] = regex.find(text, at) ?? []
      if (!found) break
      const empty = found[1] === found[0]
      made += text.slice(at, found[0])
      if (!(empty && found[0] === after)) {
        const matched = text.slice(found[0], found[1])
        made += replacement.replace(
          /\\(&|\\)|&/g,
          (whole, escaped: string | undefined) => escaped ?? (whole === '&' ? matched : whole),
        )
        count++
      }
      after = found[1]
      if (empty) made += text[found[1]] ?? ''
      at = empty ? found[1] + 1 : found[1]
    }
    if (count > 0) this.#assign(target, made + text.slice(at))
    return count
  }

  #formatted(args: readonly Expr[]): string {
    const [format, ...rest] = args.map((a) => this.#value(a))
    let used = 0
    const text = formatted(textOf(format), () => {
      const v = rest[used++]
      return {
        number: () => numberOf(v),
        text: () => textOf(v),
        isText: typeof v === 'string' || (v instanceof Read && !looksNumeric(v.text)),
      }
    })
    this.#fuel.spend(text.length / 1000)
    return text
  }

  // --- statements -------------------------------------------------------------------------------------------------------------

  *#run(s: Statement): Step<Ends> {
    const ends = yield* this.#act(s)
    yield* this.#drain()
    return this.#exits ? 'exit' : ends
  }

  /** What functions printed comes before what follows; within a function it is kept for whoever called it. */
  *#drain(): Step<void> {
    if (this.#frames.length === 0 && this.#printed.length > 0) yield* this.#printed.splice(0)
  }

  *#act(s: Statement): Step<Ends> {
    this.#fuel.spend(0.5)
    switch (s.type) {
      case 'block':
        for (const one of s.body) {
          const ends = yield* this.#run(one)
          if (ends !== 'on') return ends
        }
        return 'on'
      case 'expression':
        this.#value(s.of)
        return 'on'
      case 'print': {
        const text = s.format
          ? this.#formatted(s.args)
          : (s.args.length === 0
              ? this.#record
              : s.args.map((a) => textOf(this.#value(a))).join(textOf(this.#vars.get('OFS')))) +
            textOf(this.#vars.get('ORS'))
        const to = s.to && textOf(this.#value(s.to))
        yield* this.#drain()
        if (to === undefined || to === '/dev/stdout') yield out(text)
        else if (to === '/dev/stderr') yield err(text)
        else if (to !== '/dev/null') yield err(`awk: print into ${to} is not there: write awk … > ${to}\n`)
        return 'on'
      }
      case 'if':
        if (truth(this.#value(s.test))) return yield* this.#run(s.then)
        return s.otherwise ? yield* this.#run(s.otherwise) : 'on'
      case 'while':
        for (let first = s.first; first || truth(this.#value(s.test)); first = false) {
          this.#fuel.spend()
          const ends = yield* this.#run(s.body)
          if (ends === 'break') break
          if (ends !== 'on' && ends !== 'continue') return ends
        }
        return 'on'
      case 'for':
        if (s.begin) yield* this.#run(s.begin)
        while (!s.test || truth(this.#value(s.test))) {
          this.#fuel.spend()
          const ends = yield* this.#run(s.body)
          if (ends === 'break') break
          if (ends !== 'on' && ends !== 'continue') return ends
          if (s.step) yield* this.#run(s.step)
        }
        return 'on'
      case 'each':
        for (const key of [...this.#array(s.array).keys()]) {
          this.#fuel.spend()
          this.#home(s.name).vars.set(s.name, new Read(key))
          const ends = yield* this.#run(s.body)
          if (ends === 'break') break
          if (ends !== 'on' && ends !== 'continue') return ends
        }
        return 'on'
      case 'delete':
        if (s.keys) this.#array(s.array).delete(this.#key(s.keys))
        else this.#array(s.array).clear()
        return 'on'
      case 'exit':
        if (s.value) this.status = Math.trunc(numberOf(this.#value(s.value))) & 255
        return 'exit'
      case 'return': {
        const frame = this.#frames.at(-1)
        if (frame) frame.result = s.value && this.#value(s.value)
        return 'return'
      }
      default:
        return s.type
    }
  }
}

function calculated(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    default:
      return a ** b
  }
}

/** awk: rules, expressions, fields, arrays, printf and the usual functions. POSIX.1-2024, awk */
function* awk(c: ToolContext): Process {
  const o = options(c.args, 'F:v:f:', false)
  if (o.problem) return yield* misuse(c, o.problem)
  if (o.values.has('f')) return yield* misuse(c, 'the program stands on the line here, not in a file', 2)
  const [program, ...files] = o.rest
  if (program === undefined)
    return yield* misuse(c, "use: awk [-F SIGN] [-v NAME=VALUE] '/…/ {print $1, $NF}' [FILE]…", 2)
  const parsed = parseAwk(program)
  if (typeof parsed === 'string') return yield* misuse(c, parsed)
  const run = new Awk(parsed, c.shell.fuel)
  const separator = lastOf(o, 'F')
  if (separator !== undefined) run.set('FS', separator === 't' || separator === '\\t' ? '\t' : separator)
  for (const said of o.values.get('v') ?? []) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(said) ?? []
    if (name === undefined) return yield* misuse(c, `-v ${said}: write NAME=VALUE`, 2)
    run.set(name, new Read(value))
  }
  if (!(yield* run.begin())) return run.status
  if (!run.hasLines) return run.status
  const { sources: all, missing } = yield* sources(c, files)
  lines: for (const source of all) {
    let first = true
    for (let line = yield* source.next(); line !== undefined; line = yield* source.next()) {
      c.shell.fuel.spend(1 + line.length / 1000)
      if (!(yield* run.line(line, source.name, first))) break lines
      first = false
    }
  }
  yield* run.end()
  return run.status || (missing > 0 ? 2 : 0)
}

export const AWK: Tool = {
  name: 'awk',
  summary: "columns: awk '{print $1}', sums, counts",
  flags: ['-F', '-v'],
  run: awk,
}
