import { arithmetic } from './arithmetic.ts'
import type { Fuel } from './fuel.ts'
import { matches, type Pattern, quotedPattern, readPattern } from './pattern.ts'
import { LONGEST_WORD, type Scope } from './scope.ts'
import type { Step } from './shell-event.ts'
import { FatalSignal } from './signals.ts'
import type { List, Part, Word } from './syntax.ts'

export interface Expander {
  readonly scope: Scope
  readonly fuel: Fuel
  /** What `$(…)` prints. */
  readonly substitute: (list: List) => Step<string>
  /** The files that `*.yaml` may stand for, as they are named from here. */
  readonly files: () => readonly string[]
}

/** The fields that grow while a word is expanded. */
class Fields {
  readonly done: string[] = []
  #open: string | undefined
  /** The same as a pattern, and whether a sign of it stands for others. */
  #marked = ''
  #isPattern = false
  readonly #files: () => readonly string[]
  readonly #fuel: Fuel

  constructor(x: Expander) {
    this.#fuel = x.fuel
    this.#files = x.scope.options.has('f') ? () => [] : x.files
  }

  append(text: string, quoted: boolean): void {
    this.#open = (this.#open ?? '') + text
    if (this.#open.length > LONGEST_WORD) throw new FatalSignal('a word is too long')
    this.#marked += quoted ? quotedPattern(text) : text
    if (!quoted && /[*?[]/.test(text)) this.#isPattern = true
  }

  /** Unquoted text of an expansion: signs of IFS end fields; blanks among them as many as stand together, others one by one. */
  split(text: string, ifs: string): void {
    let current = ''
    let any = false
    const close = (always: boolean) => {
      if (current !== '' || always) this.append(current, false)
      current = ''
      this.end()
    }
    for (const c of text) {
      if (!ifs.includes(c)) {
        current += c
        any = true
      } else if (/[ \t\n]/.test(c)) {
        if (any) close(false)
        else this.end()
        any = false
      } else {
        close(true)
        any = false
      }
    }
    if (current !== '') this.append(current, false)
  }

  end(): void {
    if (this.#open !== undefined) this.done.push(...(this.#isPattern ? this.#found(this.#open) : [this.#open]))
    this.#open = undefined
    this.#marked = ''
    this.#isPattern = false
  }

  /** The files that fit, or the word itself. A `*` reaches up to the next slash. POSIX.1-2024, 2.14.3 */
  #found(text: string): string[] {
    const pattern = readPattern(this.#marked)
    const depth = text.split('/').length
    const fitting = this.#files().filter((file) => {
      this.#fuel.spend(0.1)
      return (
        file.split('/').length === depth && (!file.startsWith('.') || text.startsWith('.')) && matches(file, pattern)
      )
    })
    return fitting.length > 0 ? fitting.sort() : [text]
  }
}

/** A word as the arguments that it comes to: expanded, split at blanks, quotes removed, files for patterns. POSIX.1-2024, 2.6 */
export function* fieldsOf(x: Expander, words: readonly Word[]): Step<string[]> {
  const fields = new Fields(x)
  for (const word of words) {
    // a person's own shell takes braces; the sh of a container does not
    for (const one of x.scope.place.type === 'workstation' ? unbraced(word, x.fuel) : [word]) {
      yield* appendWord(x, fields, one)
      fields.end()
      x.fuel.spend()
    }
  }
  return fields.done
}

const BRACES = /\{([^{}\s,]*(?:,[^{}\s,]*)+|-?\d{1,6}\.\.-?\d{1,6}|[a-z]\.\.[a-z])\}/
const MOST_BRACED = 1000

/** bash's `{1..5}` and `{a,b}`, which people type into loops. */
function unbraced(word: Word, fuel: Fuel): readonly Word[] {
  const at = word.findIndex((p) => p.type === 'text' && !p.quoted && BRACES.test(p.text))
  const part = word[at]
  if (part?.type !== 'text') return [word]
  const [whole = '', inside = ''] = BRACES.exec(part.text) ?? []
  const before = part.text.slice(0, part.text.indexOf(whole))
  const after = part.text.slice(before.length + whole.length)
  const found: Word[] = []
  for (const choice of choicesOf(inside)) {
    fuel.spend()
    const text = { ...part, text: before + choice + after }
    found.push(
      ...unbraced(
        word.map((p, i) => (i === at ? text : p)),
        fuel,
      ),
    )
    if (found.length > MOST_BRACED) throw new FatalSignal(`braces make more than ${MOST_BRACED} words`)
  }
  return found
}

function choicesOf(inside: string): string[] {
  const [from, to] = inside.split('..')
  if (to === undefined || from === undefined || inside.includes(',')) return inside.split(',')
  const isNumber = /\d/.test(from)
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)]
  const step = first <= last ? 1 : -1
  const count = Math.min(MOST_BRACED + 1, Math.abs(last - first) + 1)
  return Array.from({ length: count }, (_, i) => {
    const n = first + i * step
    return isNumber ? String(n) : String.fromCharCode(n)
  })
}

/** What fields are split at. */
const ifsOf = (scope: Scope): string => scope.vars.get('IFS') ?? ' \t\n'

/** `"$@"` without arguments is no word at all. */
const isNothing = (x: Expander, word: Word): boolean =>
  x.scope.args.length === 0 &&
  word.some((p) => p.type === 'var' && p.name === '@' && p.quoted && !p.operator) &&
  word.every((p) => (p.type === 'text' ? p.text === '' : p.type === 'var' && p.name === '@'))

function* appendWord(x: Expander, fields: Fields, word: Word): Step<void> {
  if (isNothing(x, word)) return
  for (const [i, part] of word.entries()) {
    if (part.type === 'text') {
      const text = i === 0 && !part.quoted ? withHome(x.scope, part.text) : part.text
      // within the braces of an expansion, blanks that are not quoted end fields
      if (part.quoted || !/[ \t\n]/.test(text)) fields.append(text, part.quoted)
      else fields.split(text, ' \t\n')
    } else if (part.type === 'var' && part.quoted && part.name === '@' && !part.operator) {
      for (const [i, arg] of x.scope.args.entries()) {
        if (i > 0) fields.end()
        fields.append(arg, true)
      }
    } else if (part.type === 'var' && !part.quoted && takesItsWord(x.scope, part)) {
      x.fuel.spend()
      yield* appendWord(x, fields, part.word ?? [])
    } else {
      const text = yield* textOfPart(x, part)
      if (part.quoted) fields.append(text, true)
      else fields.split(text, ifsOf(x.scope))
    }
  }
}

/** `~` and `~/…` */
function withHome(scope: Scope, text: string): string {
  const home = scope.vars.get('HOME')
  return home !== undefined && /^~($|\/)/.test(text) ? home + text.slice(1) : text
}

/** `${x:-word}` without x, `${x:+word}` with it: the word's own quotes count. */
function takesItsWord(scope: Scope, { name, operator }: Extract<Part, { type: 'var' }>): boolean {
  if (operator === undefined) return false
  const value = valueFor(scope, name)
  const missing = operator.startsWith(':') ? (value ?? '') === '' : value === undefined
  return operator.endsWith('-') ? missing : operator.endsWith('+') ? !missing : false
}

/** A word as one text: of an assignment, a redirection, a here-document. */
export function* textOf(x: Expander, word: Word): Step<string> {
  let text = ''
  for (const part of word) {
    text += part.type === 'text' ? part.text : yield* textOfPart(x, part)
    if (text.length > LONGEST_WORD) throw new FatalSignal('a word is too long')
  }
  return text
}

function* textOfPart(x: Expander, part: Exclude<Part, { type: 'text' }>): Step<string> {
  x.fuel.spend()
  if (part.type === 'command') return (yield* x.substitute(part.list)).replace(/\n+$/, '')
  if (part.type === 'arithmetic') {
    const value = arithmetic(
      yield* textOf(x, part.text),
      (name) => valueFor(x.scope, name) ?? '',
      (name, n) => x.scope.set(name, String(n)),
    )
    if (typeof value === 'string') throw new FatalSignal(value)
    return String(value)
  }
  return yield* parameter(x, part)
}

export function valueFor(scope: Scope, name: string): string | undefined {
  if (name === '?') return String(scope.status)
  if (name === '#') return String(scope.args.length)
  if (name === '@') return scope.args.join(' ')
  if (name === '*') return scope.args.join(ifsOf(scope).slice(0, 1))
  if (name === '$') return '1'
  if (name === '0') return 'sh'
  if (name === '!' || name === '-') return ''
  if (/^\d$/.test(name)) return scope.args[Number(name) - 1]
  return scope.vars.get(name) ?? (name === 'IFS' ? ' \t\n' : undefined)
}

function* parameter(x: Expander, { name, operator, word = [] }: Extract<Part, { type: 'var' }>): Step<string> {
  const value = valueFor(x.scope, name)
  if (operator === undefined) {
    if (value === undefined && x.scope.options.has('u')) throw new FatalSignal(`${name}: parameter not set`)
    return value ?? ''
  }
  if (operator === 'length') return String((value ?? '').length)
  const missing = operator.startsWith(':') ? (value ?? '') === '' : value === undefined
  switch (operator) {
    case '-':
    case ':-':
      return missing ? yield* textOf(x, word) : value!
    case '+':
    case ':+':
      return missing ? '' : yield* textOf(x, word)
    case '=':
    case ':=': {
      if (!missing) return value!
      const text = yield* textOf(x, word)
      if (/^[A-Za-z_]/.test(name)) x.scope.set(name, text)
      return text
    }
    case '?':
    case ':?':
      if (missing) throw new FatalSignal(`${name}: ${(yield* textOf(x, word)) || 'parameter not set'}`)
      return value!
    default:
      return trimmed(value ?? '', operator, yield* patternOf(x, word), x.fuel)
  }
}

/** `${x#prefix}`, `${x%suffix}`, doubled: the longest; `*` and `?` stand for anything. */
function trimmed(value: string, operator: '#' | '##' | '%' | '%%', pattern: Pattern, fuel: Fuel): string {
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i)
  if (operator.length === 2) lengths.reverse()
  const prefix = operator.startsWith('#')
  for (const n of lengths) {
    fuel.spend(1 + (value.length * pattern.length) / 1000)
    const piece = prefix ? value.slice(0, n) : value.slice(value.length - n)
    if (matches(piece, pattern)) return prefix ? value.slice(n) : value.slice(0, value.length - n)
  }
  return value
}

/** A word as a pattern: what is quoted stands for itself. */
export function* patternOf(x: Expander, word: Word): Step<Pattern> {
  let marked = ''
  for (const [i, part] of word.entries()) {
    const plain = part.type === 'text' ? part.text : yield* textOfPart(x, part)
    const text = i === 0 && part.type === 'text' && !part.quoted ? withHome(x.scope, plain) : plain
    marked += part.quoted ? quotedPattern(text) : text
    if (marked.length > LONGEST_WORD) throw new FatalSignal('a word is too long')
  }
  return readPattern(marked)
}
