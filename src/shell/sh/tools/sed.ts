import { inFolder } from '../folder.ts'
import { compile, type Regex } from '../regex.ts'
import { err, out, type Process, type Step } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { misuse, sources } from './lines.ts'
import { options } from './options.ts'

/** sed: s, y, d, p, q, =, a, i, c, n, N and groups, with addresses. POSIX.1-2024, sed; GNU's -E, -i and `first~step` */

interface Substitution {
  readonly from: Regex
  readonly to: string
  readonly all: boolean
  readonly print: boolean
  readonly nth: number
}

type Address =
  | { readonly type: 'line'; readonly n: number }
  | { readonly type: 'last' }
  | { readonly type: 'step'; readonly first: number; readonly step: number }
  | { readonly type: 'match'; readonly regex: Regex }
  | { readonly type: 'more'; readonly n: number }

interface Line {
  readonly from?: Address
  readonly to?: Address
  readonly negated: boolean
  readonly does:
    | { readonly type: 's'; readonly s: Substitution }
    | { readonly type: 'y'; readonly map: ReadonlyMap<string, string> }
    | { readonly type: 'd' | 'p' | 'n' | 'N' | '=' | 'D' | 'P' }
    | { readonly type: 'q' | 'Q'; readonly status: number }
    | { readonly type: 'a' | 'i' | 'c'; readonly text: string }
    | { readonly type: 'group'; readonly lines: readonly Line[] }
}

class Wrong {
  constructor(readonly message: string) {}
}

const DEEPEST = 20

class Script {
  #at = 0
  #depth = 0
  #last: Regex | undefined
  readonly #text: string
  readonly #extended: boolean

  constructor(text: string, extended: boolean) {
    this.#text = text
    this.#extended = extended
  }

  read(inGroup = false): Line[] {
    const lines: Line[] = []
    for (;;) {
      while (/[\s;]/.test(this.#peek())) this.#at++
      const c = this.#peek()
      if (c === '') {
        if (inGroup) throw new Wrong('unmatched "{"')
        return lines
      }
      if (c === '#') {
        while (this.#peek() !== '' && this.#peek() !== '\n') this.#at++
        continue
      }
      if (c === '}') {
        if (!inGroup) throw new Wrong('unexpected "}"')
        this.#at++
        return lines
      }
      lines.push(this.#line())
    }
  }

  #peek = (): string => this.#text[this.#at] ?? ''

  #line(): Line {
    const from = this.#address()
    let to: Address | undefined
    if (from && this.#peek() === ',') {
      this.#at++
      while (this.#peek() === ' ') this.#at++
      to = this.#address()
      if (!to) throw new Wrong('unexpected ","')
    }
    while (/\s/.test(this.#peek())) this.#at++
    const negated = this.#peek() === '!'
    if (negated) this.#at++
    while (/\s/.test(this.#peek())) this.#at++
    return { ...(from && { from }), ...(to && { to }), negated, does: this.#command() }
  }

  #address(): Address | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 40)
    const [step, first = '', by = ''] = /^(\d+)~(\d+)/.exec(rest) ?? []
    if (step !== undefined) {
      this.#at += step.length
      return { type: 'step', first: Number(first), step: Number(by) }
    }
    const [number] = /^\d+/.exec(rest) ?? []
    if (number !== undefined) {
      this.#at += number.length
      return { type: 'line', n: Number(number) }
    }
    const [more, lines = ''] = /^\+(\d+)/.exec(rest) ?? []
    if (more !== undefined) {
      this.#at += more.length
      return { type: 'more', n: Number(lines) }
    }
    if (rest.startsWith('$')) {
      this.#at++
      return { type: 'last' }
    }
    if (!rest.startsWith('/') && !rest.startsWith('\\')) return undefined
    if (rest.startsWith('\\')) this.#at++
    const sign = this.#peek()
    this.#at++
    const pattern = this.#until(sign, true)
    const ignoreCase = this.#peek() === 'I'
    if (ignoreCase) this.#at++
    return { type: 'match', regex: this.#regex(pattern, ignoreCase) }
  }

  #regex(pattern: string, ignoreCase: boolean): Regex {
    if (pattern === '') {
      if (!this.#last) throw new Wrong('no previous regular expression')
      return this.#last
    }
    const regex = compile(pattern, { extended: this.#extended, ignoreCase })
    if (typeof regex === 'string') throw new Wrong(regex)
    this.#last = regex
    return regex
  }

  /** Up to the sign, which may stand behind a backslash; within `[…]` it is nothing special. */
  #until(sign: string, isPattern: boolean): string {
    let text = ''
    let set = false
    for (;;) {
      const c = this.#peek()
      if (c === '' || sign === '') throw new Wrong('unterminated address or "s"')
      this.#at++
      if (c === '\\' && this.#peek() !== '') {
        const next = this.#peek()
        this.#at++
        text += next === sign && sign !== '' ? sign : next === 'n' && isPattern ? '\n' : c + next
      } else if (c === sign && !set) return text
      else {
        if (isPattern && c === '[' && !set) set = true
        else if (c === ']' && set && !text.endsWith('[') && !text.endsWith('[^')) set = false
        text += c
      }
    }
  }

  #command(): Line['does'] {
    const name = this.#peek()
    this.#at++
    switch (name) {
      case 's':
        return { type: 's', s: this.#substitution() }
      case 'y': {
        const sign = this.#peek()
        this.#at++
        const [a, b] = [[...this.#until(sign, false)], [...this.#until(sign, false)]]
        if (a.length !== b.length) throw new Wrong('strings for "y" are of different lengths')
        return { type: 'y', map: new Map(a.map((c, i) => [c, b[i]!])) }
      }
      case 'd':
      case 'D':
      case 'p':
      case 'P':
      case 'n':
      case 'N':
      case '=':
        this.#end(name)
        return { type: name }
      case 'q':
      case 'Q': {
        const [number = ''] = /^\s*\d+/.exec(this.#text.slice(this.#at, this.#at + 10)) ?? []
        this.#at += number.length
        this.#end(name)
        return { type: name, status: Number(number) & 255 }
      }
      case 'a':
      case 'i':
      case 'c': {
        // `a\` and a new line, or the text right behind
        const [lead = ''] = /^[ \t]*(\\\n?)?[ \t]*/.exec(this.#text.slice(this.#at)) ?? []
        this.#at += lead.length
        let text = ''
        for (; this.#peek() !== '' && this.#peek() !== '\n'; this.#at++) {
          if (this.#peek() === '\\' && this.#at + 1 < this.#text.length) this.#at++
          text += this.#peek()
        }
        return { type: name, text: `${text}\n` }
      }
      case '{': {
        if (++this.#depth > DEEPEST) throw new Wrong('groups stand in each other too deeply')
        const lines = this.read(true)
        this.#depth--
        return { type: 'group', lines }
      }
      case '':
        throw new Wrong('missing command')
      default:
        throw new Wrong(`"${name}" is not there: s, y, d, p, q, =, a, i, c, n and { } are`)
    }
  }

  #end(name: string): void {
    while (this.#peek() === ' ' || this.#peek() === '\t') this.#at++
    if (!['', '\n', ';', '}', '#'].includes(this.#peek())) throw new Wrong(`extra characters after "${name}"`)
  }

  #substitution(): Substitution {
    const sign = this.#peek()
    if (sign === '' || sign === '\n' || sign === '\\') throw new Wrong('unterminated "s"')
    this.#at++
    const pattern = this.#until(sign, true)
    const to = this.#until(sign, false)
    const [flags = ''] = /^[gpiI\d]*/.exec(this.#text.slice(this.#at, this.#at + 30)) ?? []
    this.#at += flags.length
    if (/[A-Za-z]/.test(this.#peek())) throw new Wrong(`unknown option to "s": ${this.#peek()}`)
    this.#end('s')
    const from = this.#regex(pattern, /[iI]/.test(flags))
    return { from, to, all: flags.includes('g'), print: flags.includes('p'), nth: Number(/\d+/.exec(flags)?.[0] ?? 1) }
  }
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

/** Longest line that `N` and replacements make. */
const LONGEST = 131_072

class Run {
  readonly #c: ToolContext
  readonly #quiet: boolean
  readonly #next: () => Step<string | undefined>
  #ahead: string | undefined
  #n = 0
  /** Ranges that are open: their line → the last line number, where it is known. */
  readonly #open = new Map<Line, number>()
  #line = ''
  #appended: string[] = []
  quit: number | undefined

  constructor(c: ToolContext, quiet: boolean, next: () => Step<string | undefined>) {
    this.#c = c
    this.#quiet = quiet
    this.#next = next
  }

  *all(script: readonly Line[]): Step<void> {
    this.#ahead = yield* this.#next()
    while (this.quit === undefined && (yield* this.#advance())) {
      let does = yield* this.#lines(script)
      while (does === 'again') {
        this.#c.shell.fuel.spend()
        does = yield* this.#lines(script)
      }
      if (does !== 'delete' && !this.#quiet) yield out(`${this.#line}\n`)
      yield* this.#flush()
    }
  }

  *#flush(): Step<void> {
    for (const text of this.#appended) yield out(text)
    this.#appended = []
  }

  *#advance(): Step<boolean> {
    if (this.#ahead === undefined) return false
    this.#line = this.#ahead
    this.#n++
    this.#ahead = yield* this.#next()
    return true
  }

  *#lines(script: readonly Line[]): Step<'on' | 'delete' | 'end' | 'again'> {
    for (const line of script) {
      this.#c.shell.fuel.spend(1 + this.#line.length / 1000)
      if (this.#applies(line) === line.negated) continue
      const { does } = line
      switch (does.type) {
        case 's': {
          this.#c.shell.fuel.spend((this.#line.length * does.s.from.size) / 100)
          const done = substitute(does.s, this.#line)
          this.#line = done.line.slice(0, LONGEST)
          if (done.changed && does.s.print) yield out(`${this.#line}\n`)
          break
        }
        case 'y':
          this.#line = [...this.#line].map((c) => does.map.get(c) ?? c).join('')
          break
        case 'D':
          if (!this.#line.includes('\n')) return 'delete'
          // the rest begins again, without a new line
          this.#line = this.#line.slice(this.#line.indexOf('\n') + 1)
          yield* this.#flush()
          return 'again'
        case 'd':
          return 'delete'
        case 'p':
          yield out(`${this.#line}\n`)
          break
        case 'P':
          yield out(`${this.#line.split('\n')[0]}\n`)
          break
        case '=':
          yield out(`${this.#n}\n`)
          break
        case 'n':
          if (this.#ahead === undefined) return 'end'
          if (!this.#quiet) yield out(`${this.#line}\n`)
          yield* this.#advance()
          break
        case 'N': {
          if (this.#ahead === undefined) return 'end'
          const before = this.#line
          yield* this.#advance()
          this.#line = `${before}\n${this.#line}`.slice(0, LONGEST)
          break
        }
        case 'q':
        case 'Q':
          this.quit = does.status
          return does.type === 'Q' ? 'delete' : 'end'
        case 'a':
          this.#appended.push(does.text)
          break
        case 'i':
          yield out(does.text)
          break
        case 'c':
          yield out(does.text)
          return 'delete'
        default: {
          const inner = yield* this.#lines(does.lines)
          if (inner !== 'on') return inner
        }
      }
    }
    return 'on'
  }

  #applies(line: Line): boolean {
    const { from, to } = line
    if (!from) return true
    if (!to) return this.#fits(from)
    const end = this.#open.get(line)
    if (end === undefined) {
      if (!this.#fits(from)) return false
      const last = to.type === 'line' ? to.n : to.type === 'more' ? this.#n + to.n : Number.POSITIVE_INFINITY
      if (last > this.#n && !(to.type === 'last' && this.#ahead === undefined)) this.#open.set(line, last)
      return true
    }
    const closes = to.type === 'line' || to.type === 'more' ? this.#n >= end : this.#fits(to)
    if (closes) this.#open.delete(line)
    return true
  }

  #fits(address: Address): boolean {
    switch (address.type) {
      case 'line':
        return this.#n === address.n
      case 'last':
        return this.#ahead === undefined
      case 'step':
        return address.step === 0
          ? this.#n === address.first
          : this.#n >= address.first && (this.#n - address.first) % address.step === 0
      case 'more':
        return false
      default:
        this.#c.shell.fuel.spend((this.#line.length * address.regex.size) / 100)
        return address.regex.find(this.#line) !== undefined
    }
  }
}

function* sed(c: ToolContext): Process {
  const o = options(c.args, 'nErsie:')
  if (o.problem) return yield* misuse(c, o.problem)
  const words = [...o.rest]
  const scripts = o.values.get('e') ?? (words.length > 0 ? [words.shift()!] : [])
  if (scripts.length === 0) return yield* misuse(c, "use: sed [-nEi] 's/…/…/g' [FILE]…")
  let script: readonly Line[]
  try {
    script = new Script(scripts.join('\n'), o.on.has('E') || o.on.has('r')).read()
  } catch (problem) {
    if (!(problem instanceof Wrong)) throw problem
    return yield* misuse(c, problem.message)
  }
  const { sources: all, missing } = yield* sources(c, words)
  const groups = o.on.has('i') || o.on.has('s') ? all.map((one) => [one]) : [all]
  for (const group of groups) {
    let at = 0
    const run = new Run(c, o.on.has('n'), function* () {
      for (; at < group.length; at++) {
        const line = yield* group[at]!.next()
        if (line !== undefined) return line
      }
      return undefined
    })
    const name = o.on.has('i') ? group[0]?.name : undefined
    if (name === undefined) yield* run.all(script)
    else {
      const problem = yield* inPlace(c, name, run.all(script))
      if (problem !== undefined) return yield* misuse(c, `${name}: ${problem}`)
    }
    if (run.quit !== undefined) return run.quit
  }
  return missing > 0 ? 1 : 0
}

/** What is written becomes the file. */
function* inPlace(c: ToolContext, name: string, process: Step<void>): Step<string | undefined> {
  let text = ''
  for (;;) {
    const step = process.next()
    if (step.done) return c.shell.writeFile(c.place, inFolder(c.scope.folder, name), text, false)
    if ('out' in step.value) text += step.value.out
    else if ('err' in step.value) yield err(step.value.err)
    else yield step.value
  }
}

export const SED: Tool = {
  name: 'sed',
  summary: "exchange text: sed 's/…/…/g', sed -n '2,4p', sed '/…/d'",
  flags: ['-n', '-E', '-e', '-i'],
  run: sed,
}
