import { hexValue, isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWord } from './yaml-characters.ts'
import type { Cursor } from './yaml-cursor.ts'
import { type Mark, scannerProblem } from './yaml-problem.ts'

// go.yaml.in/yaml/v2 scannerc.go yaml_parser_scan_directive, _tag, _tag_handle, _tag_uri (v2.4.3)

export interface Directive {
  readonly type: 'version' | 'tag-directive'
  readonly to: number
  /** The version ("1.1"), or the handle. */
  readonly value: string
  readonly suffix: string
}

/** A `%YAML` or `%TAG` line; any other is refused. */
export function scanDirective(s: Cursor): Directive {
  const start = s.mark()
  s.pos++
  const from = s.pos
  while (isWord(s.char())) s.pos++
  const name = s.text.slice(from, s.pos)
  if (name === '') throw scannerProblem('could not find expected directive name', s.mark(), start)
  if (!isBlankOrEnd(s.char())) throw scannerProblem('found unexpected non-alphabetical character', s.mark(), start)
  let value = ''
  let suffix = ''
  if (name === 'YAML') value = scanVersion(s, start)
  else if (name === 'TAG') {
    skipBlanks(s)
    value = scanHandle(s, true, start)
    if (!isBlank(s.char())) throw scannerProblem('did not find expected whitespace', s.mark(), start)
    skipBlanks(s)
    suffix = scanUri(s, '', start)
    if (!isBlankOrEnd(s.char())) throw scannerProblem('did not find expected whitespace or line break', s.mark(), start)
  } else throw scannerProblem('found unknown directive name', s.mark(), start)
  const to = s.pos
  skipBlanks(s)
  if (s.char() === 35 /* # */) while (!isBreakOrEnd(s.char())) s.pos++
  if (!isBreakOrEnd(s.char())) throw scannerProblem('did not find expected comment or line break', s.mark(), start)
  s.skipLine()
  return { type: name === 'YAML' ? 'version' : 'tag-directive', to, value, suffix }
}

function skipBlanks(s: Cursor): void {
  while (isBlank(s.char())) s.pos++
}

function scanVersion(s: Cursor, start: Mark): string {
  skipBlanks(s)
  const number = (): number => {
    const from = s.pos
    while (isDigit(s.char())) {
      if (s.pos - from >= 2) throw scannerProblem('found extremely long version number', s.mark(), start)
      s.pos++
    }
    if (s.pos === from) throw scannerProblem('did not find expected version number', s.mark(), start)
    return Number(s.text.slice(from, s.pos))
  }
  const major = number()
  if (s.char() !== 46) throw scannerProblem("did not find expected digit or '.' character", s.mark(), start)
  s.pos++
  return `${major}.${number()}`
}

/** A tag at a node: `!<verbatim>`, `!suffix` or `!handle!suffix`. An empty handle means that the suffix is the whole tag. */
export function scanTag(s: Cursor): { handle: string; suffix: string } {
  const start = s.mark()
  let handle = ''
  let suffix: string
  if (s.char(1) === 60 /* < */) {
    s.pos += 2
    suffix = scanUri(s, '', start)
    if (s.char() !== 62) throw scannerProblem("did not find the expected '>'", s.mark(), start)
    s.pos++
  } else {
    handle = scanHandle(s, false, start)
    if (handle.length > 1 && handle.endsWith('!')) suffix = scanUri(s, '', start)
    else {
      suffix = scanUri(s, handle, start)
      handle = '!'
      if (suffix === '') {
        handle = ''
        suffix = '!'
      }
    }
  }
  if (!isBlankOrEnd(s.char())) throw scannerProblem('did not find expected whitespace or line break', s.mark(), start)
  return { handle, suffix }
}

function scanHandle(s: Cursor, directive: boolean, start: Mark): string {
  if (s.char() !== 33) throw scannerProblem("did not find expected '!'", s.mark(), start)
  const from = s.pos
  s.pos++
  while (isWord(s.char())) s.pos++
  if (s.char() === 33) s.pos++
  else if (directive && s.pos - from !== 1) throw scannerProblem("did not find expected '!'", s.mark(), start)
  return s.text.slice(from, s.pos)
}

function scanUri(s: Cursor, head: string, start: Mark): string {
  let out = head.slice(1)
  let found = head !== ''
  for (;;) {
    const c = s.char()
    if (c === 37 /* % */) out += scanEscapes(s, start)
    else if (c !== 0 && (isWord(c) || ";/?:@&=+$,.!~*'()[]".includes(String.fromCharCode(c)))) out += s.text[s.pos++]
    else break
    found = true
  }
  if (!found) throw scannerProblem('did not find expected tag URI', s.mark(), start)
  return out
}

/** `%E2%82%AC`: one character in UTF-8. */
function scanEscapes(s: Cursor, start: Mark): string {
  let code = 0
  let left = 0
  do {
    const high = hexValue(s.char(1))
    const low = hexValue(s.char(2))
    if (s.char() !== 37 || high < 0 || low < 0) throw scannerProblem('did not find URI escaped octet', s.mark(), start)
    const octet = high * 16 + low
    if (left === 0) {
      left =
        octet < 0x80
          ? 1
          : octet >= 0xf0 && octet < 0xf8
            ? 4
            : octet >= 0xe0 && octet < 0xf0
              ? 3
              : octet >= 0xc0 && octet < 0xe0
                ? 2
                : 0
      if (left === 0) throw scannerProblem('found an incorrect leading UTF-8 octet', s.mark(), start)
      code = left === 1 ? octet : octet & (0xff >> (left + 1))
    } else {
      if ((octet & 0xc0) !== 0x80) throw scannerProblem('found an incorrect trailing UTF-8 octet', s.mark(), start)
      code = code * 64 + (octet & 0x3f)
    }
    s.pos += 3
    left--
  } while (left > 0)
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code)
}
