import { hexValue, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit } from './yaml-characters.ts'
import type { Cursor } from './yaml-cursor.ts'
import { type Mark, scannerProblem } from './yaml-problem.ts'

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

// go.yaml.in/yaml/v2 scannerc.go yaml_parser_scan_plain_scalar, _flow_scalar, _block_scalar (v2.4.3)

/** What a line's end within a scalar comes to: one break is a space, more are themselves less one. */
const fold = (first: string, more: string): string => (first === '\n' ? (more === '' ? ' ' : more) : first + more)

/** An unquoted scalar. `to` is the end of its last character; `severalLines`: a line's end was met before something that is not part of it. */
export function scanPlain(s: Cursor): { value: string; to: number; severalLines: boolean } {
  const start = s.mark()
  const indent = s.indent + 1
  const flow = s.flowLevel > 0
  let value = ''
  let to = s.pos
  let spaces = ''
  let first = ''
  let more = ''
  let broken = false
  for (;;) {
    if (s.column === 0 && s.isDocumentIndicator()) break
    if (s.char() === 35 /* # */) break
    const from = s.pos
    for (;;) {
      const c = s.char()
      if (isBlankOrEnd(c)) break
      if (c === 58 /* : */ && isBlankOrEnd(s.char(1))) break
      if (flow && (c === 44 || c === 63 || c === 91 || c === 93 || c === 123 || c === 125)) break
      s.pos++
    }
    if (s.pos > from) {
      value += (broken ? fold(first, more) : spaces) + s.text.slice(from, s.pos)
      broken = false
      spaces = ''
      first = ''
      more = ''
      to = s.pos
    }
    if (!isBlank(s.char()) && !isBreak(s.char())) break
    for (;;) {
      const c = s.char()
      if (isBlank(c)) {
        if (broken && c === 9 && s.column < indent) {
          throw scannerProblem('found a tab character that violates indentation', s.mark(), start)
        }
        if (!broken) spaces += String.fromCharCode(c)
        s.pos++
      } else if (isBreak(c)) {
        if (broken) more += s.readLine()
        else {
          spaces = ''
          first = s.readLine()
          broken = true
        }
      } else break
    }
    if (!flow && s.column < indent) break
  }
  return { value, to, severalLines: broken }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const CODE_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function scanEscape(s: Cursor, start: Mark): string {
  const letter = String.fromCharCode(s.char(1))
  const plain = ESCAPES[letter]
  const length = CODE_LENGTH[letter] ?? 0
  if (plain === undefined && length === 0) throw scannerProblem('found unknown escape character', s.mark(), start)
  s.pos += 2
  if (plain !== undefined) return plain
  let code = 0
  for (let k = 0; k < length; k++) {
    const digit = hexValue(s.char(k))
    if (digit < 0) throw scannerProblem('did not find expected hexdecimal number', s.mark(), start)
    code = code * 16 + digit
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw scannerProblem('found invalid Unicode character escape code', s.mark(), start)
  }
  s.pos += length
  return String.fromCodePoint(code)
}

/** A scalar in quotes; the scanner stands on the left one and leaves behind the right one. */
export function scanQuoted(s: Cursor, single: boolean): string {
  const start = s.mark()
  const quote = single ? 39 : 34
  s.pos++
  let value = ''
  for (;;) {
    if (s.column === 0 && s.isDocumentIndicator()) {
      throw scannerProblem('found unexpected document indicator', s.mark(), start, 'context')
    }
    if (s.pos >= s.text.length) throw scannerProblem('found unexpected end of stream', s.mark(), start, 'context')
    let broken = false
    let from = s.pos
    for (;;) {
      const c = s.char()
      if (isBlankOrEnd(c)) break
      if (c === quote) {
        if (!single || s.char(1) !== 39) break
        value += `${s.text.slice(from, s.pos)}'`
        s.pos += 2
        from = s.pos
      } else if (!single && c === 92 /* \ */) {
        value += s.text.slice(from, s.pos)
        if (isBreak(s.char(1))) {
          s.pos++
          s.skipLine()
          from = s.pos
          broken = true
          break
        }
        value += scanEscape(s, start)
        from = s.pos
      } else s.pos++
    }
    value += s.text.slice(from, s.pos)
    if (s.char() === quote) break
    let spaces = ''
    let first = ''
    let more = ''
    for (;;) {
      const c = s.char()
      if (isBlank(c)) {
        if (!broken) spaces += String.fromCharCode(c)
        s.pos++
      } else if (isBreak(c)) {
        if (broken) more += s.readLine()
        else {
          first = s.readLine()
          broken = true
        }
      } else break
    }
    // After an escaped line break there is no first one, and nothing is folded.
    value += broken ? fold(first, more) : spaces
  }
  s.pos++
  return value
}

/** `|` or `>` and what follows. `to` is the end of its last line that is not empty, without the line break. */
export function scanBlockScalar(s: Cursor, literal: boolean): { value: string; to: number } {
  const start = s.mark()
  s.pos++
  let keep = 0
  let increment = 0
  const chomp = () => {
    if (s.char() === 43 || s.char() === 45) keep = s.text.charCodeAt(s.pos++) === 43 ? 1 : -1
  }
  const number = () => {
    if (!isDigit(s.char())) return
    if (s.char() === 48) throw scannerProblem('found an indentation indicator equal to 0', s.mark(), start)
    increment = s.text.charCodeAt(s.pos++) - 48
  }
  chomp()
  number()
  if (keep === 0) chomp()
  while (isBlank(s.char())) s.pos++
  let to = s.pos
  if (s.char() === 35 /* # */) while (!isBreakOrEnd(s.char())) s.pos++
  if (!isBreakOrEnd(s.char())) throw scannerProblem('did not find expected comment or line break', s.mark(), start)
  to = Math.max(start.at + 1, trimBlanks(s.text, to))
  s.skipLine()

  let indent = increment > 0 ? Math.max(s.indent, 0) + increment : 0
  const breaks = (): string => {
    let out = ''
    let deepest = 0
    for (;;) {
      while ((indent === 0 || s.column < indent) && s.char() === 32) s.pos++
      deepest = Math.max(deepest, s.column)
      if ((indent === 0 || s.column < indent) && s.char() === 9) {
        throw scannerProblem('found a tab character where an indentation space is expected', s.mark(), start)
      }
      if (!isBreak(s.char())) break
      out += s.readLine()
    }
    if (indent === 0) indent = Math.max(deepest, s.indent + 1, 1)
    return out
  }

  let value = ''
  let first = ''
  let more = breaks()
  let leadingBlank = false
  while (s.column === indent && s.pos < s.text.length) {
    const blank = isBlank(s.char())
    if (!literal && !leadingBlank && !blank && first === '\n') value += more === '' ? ' ' : ''
    else value += first
    value += more
    leadingBlank = blank
    const from = s.pos
    while (!isBreakOrEnd(s.char())) s.pos++
    value += s.text.slice(from, s.pos)
    to = s.pos
    first = s.readLine()
    more = breaks()
  }
  if (keep !== -1) value += first
  if (keep === 1) value += more
  return { value, to }
}

function trimBlanks(text: string, to: number): number {
  let end = to
  while (isBlank(text.charCodeAt(end - 1))) end--
  return end
}
