import { arithmetic } from './arithmetic.ts'
import type { Fuel } from './fuel.ts'
import { LONGEST_WORD, type Scope } from './scope.ts'
import type { Step } from './shell-event.ts'
import { FatalSignal } from './signals.ts'
import type { List, Part, Word } from './syntax.ts'

export interface Expander {
  readonly scope: Scope
  readonly fuel: Fuel
  /** What `$(…)` prints. */
  readonly substitute: (list: List) => Step<string>
}

/** The fields that grow while a word is expanded. */
class Fields {
  readonly done: string[] = []
  #open: string | undefined

  append(text: string): void {
    this.#open = (this.#open ?? '') + text
    if (this.#open.length > LONGEST_WORD) throw new FatalSignal('a word is too long')
  }

  /** Unquoted text of an expansion: blanks end fields. */
  split(text: string): void {
    const pieces = text.split(/[ \t\n]+/)
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) this.end()
      if (piece !== '') this.append(piece)
    }
  }

  end(): void {
    if (this.#open !== undefined) this.done.push(this.#open)
    this.#open = undefined
  }
}

/** A word as the arguments that it comes to: expanded, split at blanks, quotes removed. POSIX.1-2024, 2.6; there are no file patterns. */
export function* fieldsOf(x: Expander, words: readonly Word[]): Step<string[]> {
  const fields = new Fields()
  for (const word of words) {
    yield* appendWord(x, fields, word)
    fields.end()
    x.fuel.spend()
  }
  return fields.done
}

function* appendWord(x: Expander, fields: Fields, word: Word): Step<void> {
  for (const part of word) {
    if (part.type === 'text') {
      // within the braces of an expansion, blanks that are not quoted end fields
      if (part.quoted || !/[ \t\n]/.test(part.text)) fields.append(part.text)
      else fields.split(part.text)
    } else if (part.type === 'var' && part.quoted && part.name === '@' && !part.operator) {
      for (const [i, arg] of x.scope.args.entries()) {
        if (i > 0) fields.end()
        fields.append(arg)
      }
    } else if (part.type === 'var' && !part.quoted && takesItsWord(x.scope, part)) {
      x.fuel.spend()
      yield* appendWord(x, fields, part.word ?? [])
    } else {
      const text = yield* textOfPart(x, part)
      if (part.quoted) fields.append(text)
      else fields.split(text)
    }
  }
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
    const value = arithmetic(yield* textOf(x, part.text), (name) => valueFor(x.scope, name) ?? '')
    if (typeof value === 'string') throw new FatalSignal(value)
    return String(value)
  }
  return yield* parameter(x, part)
}

export function valueFor(scope: Scope, name: string): string | undefined {
  if (name === '?') return String(scope.status)
  if (name === '#') return String(scope.args.length)
  if (name === '@' || name === '*') return scope.args.join(' ')
  if (name === '$') return '1'
  if (name === '0') return 'sh'
  if (name === '!' || name === '-') return ''
  if (/^\d$/.test(name)) return scope.args[Number(name) - 1]
  return scope.vars.get(name)
}

function* parameter(x: Expander, { name, operator, word = [] }: Extract<Part, { type: 'var' }>): Step<string> {
  const value = valueFor(x.scope, name)
  if (operator === undefined) return value ?? ''
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
      return trimmed(value ?? '', operator, yield* textOf(x, word), x.fuel)
  }
}

/** `${x#prefix}`, `${x%suffix}`, doubled: the longest; `*` and `?` stand for anything. */
function trimmed(value: string, operator: '#' | '##' | '%' | '%%', pattern: string, fuel: Fuel): string {
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i)
  if (operator.length === 2) lengths.reverse()
  const prefix = operator.startsWith('#')
  for (const n of lengths) {
    fuel.spend(1 + (value.length * pattern.length) / 1000)
    const piece = prefix ? value.slice(0, n) : value.slice(value.length - n)
    if (matchesPattern(piece, pattern)) return prefix ? value.slice(n) : value.slice(0, value.length - n)
  }
  return value
}

/** A shell pattern with `*` and `?`, in time that grows with text times pattern. */
export function matchesPattern(text: string, pattern: string): boolean {
  let [t, p, star, mark] = [0, 0, -1, 0]
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++
      mark = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      t++
      p++
    } else if (star >= 0) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
