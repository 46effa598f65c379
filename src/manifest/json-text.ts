import type { MapEntry, ScalarNode, YamlNode } from './yaml-nodes.ts'
import { freezeSorted } from './yaml-value.ts'

/**
 * One JSON value of a stream, with Go's words for what is wrong with it. encoding/json scanner.go (Go 1.26)
 * `to` is the offset behind the value; `at` (of a problem) that of the offending character.
 */
export type JsonRead =
  | { readonly ok: true; readonly node: YamlNode; readonly value: unknown; readonly to: number }
  | { readonly ok: false; readonly kind: 'syntax' | 'end'; readonly words: string; readonly at: number }

const MAX_DEPTH = 1000

class JsonProblem extends Error {
  readonly words: string
  readonly at: number
  constructor(words: string, at: number) {
    super(words)
    this.words = words
    this.at = at
  }
}

/** Reads the JSON value that begins at `from` (blanks before it are skipped). At the end of the text the kind is `end`. */
export function readJson(text: string, from: number): JsonRead {
  const reader = new Reader(text, from)
  reader.skipSpace()
  if (reader.pos >= text.length) return { ok: false, kind: 'end', words: 'EOF', at: text.length }
  try {
    const node = reader.value('looking for beginning of value')
    return { ok: true, node, value: toValue(node), to: reader.pos }
  } catch (problem) {
    if (!(problem instanceof JsonProblem)) throw problem
    return { ok: false, kind: 'syntax', words: problem.words, at: problem.at }
  }
}

class Reader {
  readonly text: string
  pos: number
  /** Counted from where the value begins. */
  private line = 0
  private depth = 0

  constructor(text: string, from: number) {
    this.text = text
    this.pos = from
  }

  skipSpace(): void {
    for (; ; this.pos++) {
      const c = this.text.charCodeAt(this.pos)
      if (c === 10) this.line++
      else if (c !== 32 && c !== 9 && c !== 13) return
    }
  }

  private fail(context: string): JsonProblem {
    if (this.pos >= this.text.length) return new JsonProblem('unexpected EOF', this.text.length)
    return new JsonProblem(`invalid character ${quoteChar(this.text.codePointAt(this.pos)!)} ${context}`, this.pos)
  }

  value(context: string): YamlNode {
    const from = this.pos
    const base = { from, line: this.line }
    const c = this.text[from]
    if (c === '{' || c === '[') {
      if (++this.depth > MAX_DEPTH) throw new JsonProblem('exceeded max depth', from)
      const node: YamlNode =
        c === '{'
          ? { kind: 'map', flow: true, ...base, entries: this.entries(), to: this.pos }
          : { kind: 'seq', flow: true, ...base, items: this.items(), dashes: [], to: this.pos }
      this.depth--
      return node
    }
    if (c === '"') return this.string()
    if (c === '-' || (c !== undefined && c >= '0' && c <= '9')) this.number()
    else if (c === 't' || c === 'f' || c === 'n') this.word(c === 't' ? 'true' : c === 'f' ? 'false' : 'null')
    else throw this.fail(context)
    const value = this.text.slice(from, this.pos)
    return { kind: 'scalar', ...base, to: this.pos, value, style: 'plain', tag: '', implicit: true }
  }

  private entries(): MapEntry[] {
    const entries: MapEntry[] = []
    this.pos++
    this.skipSpace()
    if (this.text[this.pos] === '}') {
      this.pos++
      return entries
    }
    for (;;) {
      if (this.text[this.pos] !== '"') throw this.fail('looking for beginning of object key string')
      const key = this.string()
      this.skipSpace()
      if (this.text[this.pos] !== ':') throw this.fail('after object key')
      this.pos++
      this.skipSpace()
      entries.push({ key, value: this.value('looking for beginning of value') })
      this.skipSpace()
      const c = this.text[this.pos]
      if (c !== ',' && c !== '}') throw this.fail('after object key:value pair')
      this.pos++
      if (c === '}') return entries
      this.skipSpace()
    }
  }

  private items(): YamlNode[] {
    const items: YamlNode[] = []
    this.pos++
    this.skipSpace()
    if (this.text[this.pos] === ']') {
      this.pos++
      return items
    }
    for (;;) {
      items.push(this.value('looking for beginning of value'))
      this.skipSpace()
      const c = this.text[this.pos]
      if (c !== ',' && c !== ']') throw this.fail('after array element')
      this.pos++
      if (c === ']') return items
      this.skipSpace()
    }
  }

  private string(): ScalarNode {
    const from = this.pos
    this.pos++
    for (; ; this.pos++) {
      const c = this.text.charCodeAt(this.pos)
      if (c === 34) break
      if (Number.isNaN(c) || c < 32) throw this.fail('in string literal')
      if (c !== 92) continue
      this.pos++
      const letter = this.text[this.pos]
      if (letter === undefined || !'"\\/bfnrtu'.includes(letter)) throw this.fail('in string escape code')
      if (letter !== 'u') continue
      for (let k = 0; k < 4; k++) {
        this.pos++
        if (!/[0-9a-fA-F]/.test(this.text[this.pos] ?? '')) throw this.fail('in \\u hexadecimal character escape')
      }
    }
    this.pos++
    const value = JSON.parse(this.text.slice(from, this.pos)) as string
    return { kind: 'scalar', from, to: this.pos, line: this.line, value, style: 'double', tag: '', implicit: false }
  }

  private number(): void {
    const digit = () => /[0-9]/.test(this.text[this.pos] ?? '')
    const digits = () => {
      while (digit()) this.pos++
    }
    if (this.text[this.pos] === '-') {
      this.pos++
      if (!digit()) throw this.fail('in numeric literal')
    }
    if (this.text[this.pos] === '0') this.pos++
    else digits()
    if (this.text[this.pos] === '.') {
      this.pos++
      if (!digit()) throw this.fail('after decimal point in numeric literal')
      digits()
    }
    if (this.text[this.pos] === 'e' || this.text[this.pos] === 'E') {
      this.pos++
      if (this.text[this.pos] === '+' || this.text[this.pos] === '-') this.pos++
      if (!digit()) throw this.fail('in exponent of numeric literal')
      digits()
    }
  }

  private word(word: string): void {
    for (let k = 0; k < word.length; k++, this.pos++) {
      if (this.text[this.pos] !== word[k])
        throw this.fail(`in literal ${word} (expecting ${quoteChar(word.charCodeAt(k))})`)
    }
  }
}

/** encoding/json scanner.go quoteChar; Go looks at bytes, so of anything beyond ASCII it shows the first one of UTF-8. */
function quoteChar(char: number): string {
  const code = char < 0x80 ? char : firstByte(char)
  if (code === 39) return "'\\''"
  if (code === 34) return "'\"'"
  if (code < 0x20 && !'\b\f\n\r\t'.includes(String.fromCharCode(code))) {
    const named: Readonly<Record<number, string>> = { 7: '\\a', 11: '\\v' }
    return `'${named[code] ?? `\\x${code.toString(16).padStart(2, '0')}`}'`
  }
  if (code === 0x7f) return "'\\x7f'"
  return `'${JSON.stringify(String.fromCodePoint(code)).slice(1, -1)}'`
}

function toValue(node: YamlNode): unknown {
  switch (node.kind) {
    case 'map': {
      const entries = new Map(node.entries.map(({ key, value }) => [(key as ScalarNode).value, toValue(value)]))
      return freezeSorted(entries)
    }
    case 'seq':
      return Object.freeze(node.items.map(toValue))
    case 'scalar':
      return node.style === 'double' ? node.value : (JSON.parse(node.value) as unknown)
    case 'alias':
      return toValue(node.target)
  }
}

const firstByte = (code: number): number =>
  code < 0x800 ? 0xc0 | (code >> 6) : code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18)
