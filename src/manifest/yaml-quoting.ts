import { resolvePlain } from './yaml-resolve.ts'

// go.yaml.in/yaml/v2 encode.go stringv, emitterc.go yaml_emitter_analyze_scalar, _select_scalar_style (v2.4.3)

/** How go-yaml writes a string; `key`: as a map's key on one line. */
export function chooseStyle(text: string, key: boolean): 'plain' | 'single' | 'double' | 'literal' {
  const may = analyze(text)
  if (text.includes('\n')) return may.literal && !key ? 'literal' : 'double'
  if (!staysString(text)) return 'double'
  if (may.plain && !(text === '' && key)) return 'plain'
  return may.single ? 'single' : 'double'
}

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/

/** Read without quotes it would be this string again, also by readers of other YAML. */
const staysString = (text: string): boolean =>
  resolvePlain(text).type === 'string' && !isTimestamp(text) && !BASE_60.test(text)

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/

/** go.yaml.in/yaml/v2 resolve.go parseTimestamp (v2.4.3) */
export function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text)
  if (!match) return false
  const [year, month, day] = [match[1], match[2], match[3]].map(Number) as [number, number, number]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  if (days === undefined || day < 1 || day > days) return false
  const number = (text: string | undefined) => Number(text ?? 0)
  const hour = number(match[4] ?? match[9])
  const minute = number(match[5] ?? match[10])
  const second = number(match[6] ?? match[11])
  return hour < 24 && minute < 60 && second < 60 && number(match[7]) <= 24 && number(match[8]) < 60
}

const isBreak = (c: string): boolean => c === '\n' || c === '\r' || c === '\u0085' || c === '\u2028' || c === '\u2029'

function isPrintable(c: string): boolean {
  const code = c.codePointAt(0)!
  if (code === 10) return true
  if (code < 0x7f) return code >= 0x20
  return code >= 0xa0 && code <= 0xfffd && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfeff
}

function analyze(text: string): { plain: boolean; single: boolean; literal: boolean } {
  if (text === '') return { plain: true, single: true, literal: false }
  let indicators = text.startsWith('---') || text.startsWith('...')
  let special = false
  let breaks = false
  let breakSpace = false
  let spaceBreak = false
  let previous = ''
  const chars = [...text]
  chars.forEach((c, i) => {
    const next = chars[i + 1]
    const blankAfter = next === undefined || next === ' ' || next === '\t'
    if (i === 0) {
      if (',[]{}#&*!|>\'"%@`'.includes(c)) indicators = true
      else if ((c === '?' || c === ':' || c === '-') && blankAfter) indicators = true
    } else if (c === ':' && blankAfter) indicators = true
    else if (c === '#' && (previous === ' ' || previous === '\t' || isBreak(previous))) indicators = true
    if (!isPrintable(c)) special = true
    if (c === ' ' && isBreak(previous)) breakSpace = true
    if (isBreak(c)) {
      breaks = true
      if (previous === ' ') spaceBreak = true
    }
    previous = c
  })
  const first = chars[0]!
  const last = chars[chars.length - 1]!
  const edges = first === ' ' || last === ' ' || isBreak(first) || isBreak(last)
  return {
    plain: !indicators && !edges && !breaks && !special && !breakSpace && !spaceBreak,
    single: !breakSpace && !spaceBreak && !special,
    literal: last !== ' ' && !spaceBreak && !special,
  }
}

/** What follows `|`: the indentation when the text begins with blanks, and how its end is kept. */
export function literalHint(text: string): string {
  const indent = text.startsWith(' ') || isBreak(text[0] ?? '') ? '2' : ''
  const last = text[text.length - 1] ?? ''
  if (!isBreak(last)) return `${indent}-`
  return text.length === 1 || isBreak(text[text.length - 2]!) ? `${indent}+` : indent
}

const NAMES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
}

/** A character's escape in double quotes; undefined when it stands for itself. */
export function quoteDouble(c: string): string | undefined {
  if (isPrintable(c) && !isBreak(c) && c !== '"' && c !== '\\') return undefined
  const name = NAMES[c]
  if (name !== undefined) return `\\${name}`
  const code = c.codePointAt(0)!
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
