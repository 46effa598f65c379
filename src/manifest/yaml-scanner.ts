import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isWord } from './yaml-characters.ts'
import { Cursor } from './yaml-cursor.ts'
import { scannerProblem } from './yaml-problem.ts'
import { type ScalarStyle, scanBlockScalar, scanPlain, scanQuoted } from './yaml-scalars.ts'
import { scanDirective, scanTag } from './yaml-tags.ts'

export type TokenType =
  | 'stream-end'
  | 'version'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

export interface Token {
  readonly type: TokenType
  /** [at, to) in the document's text, UTF-16 */
  readonly at: number
  readonly to: number
  /** 0-based */
  readonly line: number
  /** A scalar's value, a name, a tag's handle. */
  readonly value: string
  /** A tag's suffix, a tag directive's prefix. */
  readonly suffix: string
  readonly style: ScalarStyle
}

interface SimpleKey {
  possible: boolean
  required: boolean
  token: number
  at: number
  line: number
  column: number
}

const MAX_DEPTH = 10_000
const noKey = (token = -1): SimpleKey => ({ possible: false, required: false, token, at: 0, line: 0, column: 0 })

/**
 * Splits a document into tokens exactly where libyaml does, which go-yaml, and so kubectl, is made of: the same texts are taken, and
 * the others are refused at the same place with the same words. An implementation of the algorithm that libyaml describes in scanner.c
 * (go.yaml.in/yaml/v2 scannerc.go, v2.4.3): indentation becomes tokens, and a key is known as one only when its colon is met, so a KEY
 * token is put in before it afterwards.
 */
export class Scanner extends Cursor {
  private simpleKeyAllowed = true
  private readonly indents: number[] = []
  private readonly simpleKeys: SimpleKey[] = [noKey()]
  private readonly simpleKeyOfToken = new Map<number, number>()
  private tokens: Token[] = []
  private head = 0
  private taken = 0
  private available = false

  peek(): Token {
    if (!this.available) this.fetchMore()
    return this.tokens[this.head]!
  }

  next(): Token {
    const token = this.peek()
    this.available = false
    this.taken++
    this.head++
    if (this.head > 256) {
      this.tokens = this.tokens.slice(this.head)
      this.head = 0
    }
    return token
  }

  private fetchMore(): void {
    for (;;) {
      if (this.head !== this.tokens.length) {
        // The first token may yet turn out to be a key: then a KEY token goes before it.
        const index = this.simpleKeyOfToken.get(this.taken)
        if (index === undefined || !this.isValid(this.simpleKeys[index]!)) break
      }
      this.fetch()
    }
    this.available = true
  }

  private add(
    type: TokenType,
    at: number,
    to: number,
    line: number,
    value = '',
    suffix = '',
    style: ScalarStyle = 'plain',
  ): void {
    this.tokens.push({ type, at, to, line, value, suffix, style })
  }

  private insert(number: number, type: TokenType, at: number, line: number): void {
    const token: Token = { type, at, to: at, line, value: '', suffix: '', style: 'plain' }
    if (number < this.taken) this.tokens.push(token)
    else this.tokens.splice(this.head + number - this.taken, 0, token)
  }

  private fetch(): void {
    this.skipToToken()
    this.unrollIndent(this.column)
    const c = this.char()
    if (this.pos >= this.text.length) {
      this.fetchStreamEnd()
      return
    }
    if (this.column === 0) {
      if (c === 37 /* % */) {
        this.fetchDirective()
        return
      }
      if (this.isDocumentIndicator()) {
        this.fetchDocumentIndicator(c === 45 ? 'document-start' : 'document-end')
        return
      }
    }
    const spaced = isBlankOrEnd(this.char(1))
    switch (c) {
      case 91 /* [ */:
        this.fetchFlowStart('flow-sequence-start')
        return
      case 123 /* { */:
        this.fetchFlowStart('flow-mapping-start')
        return
      case 93 /* ] */:
        this.fetchFlowEnd('flow-sequence-end')
        return
      case 125 /* } */:
        this.fetchFlowEnd('flow-mapping-end')
        return
      case 44 /* , */:
        this.fetchFlowEntry()
        return
      case 45 /* - */:
        if (spaced) {
          this.fetchBlockEntry()
          return
        }
        break
      case 63 /* ? */:
        if (this.flowLevel > 0 || spaced) {
          this.fetchKey()
          return
        }
        break
      case 58 /* : */:
        if (this.flowLevel > 0 || spaced) {
          this.fetchValue()
          return
        }
        break
      case 42 /* * */:
        this.fetchAnchor('alias')
        return
      case 38 /* & */:
        this.fetchAnchor('anchor')
        return
      case 33 /* ! */:
        this.fetchTag()
        return
      case 124 /* | */:
      case 62 /* > */:
        if (this.flowLevel === 0) {
          this.fetchBlockScalar(c === 124)
          return
        }
        break
      case 39 /* ' */:
      case 34 /* " */:
        this.fetchQuoted(c === 39)
        return
    }
    if (this.startsPlain(c)) {
      this.fetchPlain()
      return
    }
    throw scannerProblem('found character that cannot start any token', this.mark(), this.mark())
  }

  private startsPlain(c: number): boolean {
    if (c === 45) return !isBlank(this.char(1))
    if (c === 63 || c === 58) return this.flowLevel === 0 && !isBlankOrEnd(this.char(1))
    return !isBlankOrEnd(c) && !',[]{}#&*!|>\'"%@`'.includes(String.fromCharCode(c))
  }

  // Simple keys: those that no `?` announces.

  private isValid(key: SimpleKey): boolean {
    if (!key.possible) return false
    if (key.line < this.line || key.at + 1024 < this.pos) {
      if (key.required) throw scannerProblem("could not find expected ':'", this.mark(), key, 'context')
      key.possible = false
      return false
    }
    return true
  }

  private saveSimpleKey(): void {
    const required = this.flowLevel === 0 && this.indent === this.column
    if (!this.simpleKeyAllowed) return
    this.removeSimpleKey()
    const token = this.taken + this.tokens.length - this.head
    const index = this.simpleKeys.length - 1
    this.simpleKeys[index] = { possible: true, required, token, at: this.pos, line: this.line, column: this.column }
    this.simpleKeyOfToken.set(token, index)
  }

  private removeSimpleKey(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1]!
    if (!key.possible) return
    if (key.required) throw scannerProblem("could not find expected ':'", this.mark(), key, 'context')
    key.possible = false
    this.simpleKeyOfToken.delete(key.token)
  }

  // Indentation.

  private rollIndent(column: number, number: number, type: TokenType, at: number, line: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return
    this.indents.push(this.indent)
    this.indent = column
    if (this.indents.length > MAX_DEPTH)
      throw scannerProblem(`exceeded max depth of ${MAX_DEPTH}`, this.mark(), this.mark())
    if (number < 0) this.add(type, at, at, line)
    else this.insert(number, type, at, line)
  }

  private unrollIndent(column: number): void {
    if (this.flowLevel > 0) return
    while (this.indent > column) {
      this.add('block-end', this.pos, this.pos, this.line)
      this.indent = this.indents.pop()!
    }
  }

  private skipToToken(): void {
    for (;;) {
      const tabs = this.flowLevel > 0 || !this.simpleKeyAllowed
      while (this.char() === 32 || (tabs && this.char() === 9)) this.pos++
      if (this.char() === 35 /* # */) while (!isBreakOrEnd(this.char())) this.pos++
      if (!isBreak(this.char())) return
      this.skipLine()
      if (this.flowLevel === 0) this.simpleKeyAllowed = true
    }
  }

  // One fetcher for each kind of token.

  private fetchStreamEnd(): void {
    if (this.column !== 0) {
      this.line++
      this.lineStart = this.pos
    }
    this.unrollIndent(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    this.add('stream-end', this.pos, this.pos, this.line)
  }

  private fetchDirective(): void {
    this.unrollIndent(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    const { line } = this
    const at = this.pos
    const directive = scanDirective(this)
    this.add(directive.type, at, directive.to, line, directive.value, directive.suffix)
  }

  private fetchDocumentIndicator(type: 'document-start' | 'document-end'): void {
    this.unrollIndent(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    this.add(type, this.pos, this.pos + 3, this.line)
    this.pos += 3
  }

  private fetchFlowStart(type: TokenType): void {
    this.saveSimpleKey()
    // libyaml gives the inner level the number of the bracket itself, so that closing it forgets that the bracket may begin a key
    this.simpleKeys.push(noKey(this.taken + this.tokens.length - this.head))
    if (++this.flowLevel > MAX_DEPTH)
      throw scannerProblem(`exceeded max depth of ${MAX_DEPTH}`, this.mark(), this.mark())
    this.simpleKeyAllowed = true
    this.add(type, this.pos, ++this.pos, this.line)
  }

  private fetchFlowEnd(type: TokenType): void {
    this.removeSimpleKey()
    if (this.flowLevel > 0) {
      this.flowLevel--
      this.simpleKeyOfToken.delete(this.simpleKeys.pop()!.token)
    }
    this.simpleKeyAllowed = false
    this.add(type, this.pos, ++this.pos, this.line)
  }

  private fetchFlowEntry(): void {
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    this.add('flow-entry', this.pos, ++this.pos, this.line)
  }

  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) throw this.notAllowed('block sequence entries')
      this.rollIndent(this.column, -1, 'block-sequence-start', this.pos, this.line)
    }
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    this.add('block-entry', this.pos, ++this.pos, this.line)
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) throw this.notAllowed('mapping keys')
      this.rollIndent(this.column, -1, 'block-mapping-start', this.pos, this.line)
    }
    this.removeSimpleKey()
    this.simpleKeyAllowed = this.flowLevel === 0
    this.add('key', this.pos, ++this.pos, this.line)
  }

  private fetchValue(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1]!
    if (this.isValid(key)) {
      this.insert(key.token, 'key', key.at, key.line)
      this.rollIndent(key.column, key.token, 'block-mapping-start', key.at, key.line)
      key.possible = false
      this.simpleKeyOfToken.delete(key.token)
      this.simpleKeyAllowed = false
    } else {
      if (this.flowLevel === 0) {
        if (!this.simpleKeyAllowed) throw this.notAllowed('mapping values')
        this.rollIndent(this.column, -1, 'block-mapping-start', this.pos, this.line)
      }
      this.simpleKeyAllowed = this.flowLevel === 0
    }
    this.add('value', this.pos, ++this.pos, this.line)
  }

  private notAllowed(what: string): Error {
    return scannerProblem(`${what} are not allowed in this context`, this.mark(), this.mark())
  }

  private fetchAnchor(type: 'alias' | 'anchor'): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    this.pos++
    while (isWord(this.char())) this.pos++
    const name = this.text.slice(start.at + 1, this.pos)
    const c = this.char()
    if (name === '' || !(isBlankOrEnd(c) || '?:,]}%@`'.includes(String.fromCharCode(c)))) {
      throw scannerProblem('did not find expected alphabetic or numeric character', this.mark(), start)
    }
    this.add(type, start.at, this.pos, start.line, name)
  }

  private fetchTag(): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    const { handle, suffix } = scanTag(this)
    this.add('tag', start.at, this.pos, start.line, handle, suffix)
  }

  private fetchBlockScalar(literal: boolean): void {
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    const start = this.mark()
    const { value, to } = scanBlockScalar(this, literal)
    this.add('scalar', start.at, to, start.line, value, '', literal ? 'literal' : 'folded')
  }

  private fetchQuoted(single: boolean): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    const value = scanQuoted(this, single)
    this.add('scalar', start.at, this.pos, start.line, value, '', single ? 'single' : 'double')
  }

  private fetchPlain(): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.mark()
    const { value, to, severalLines } = scanPlain(this)
    this.add('scalar', start.at, to, start.line, value)
    // A plain scalar that stretched over a line's end leaves us where a key may start.
    if (severalLines) this.simpleKeyAllowed = true
  }
}
