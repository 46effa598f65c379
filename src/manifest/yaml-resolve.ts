import { YamlProblem } from './yaml-problem.ts'

// go.yaml.in/yaml/v2 resolve.go (v2.4.3), which is the YAML 1.1 of go-yaml: yes, no, on, off, y and n are booleans, a leading 0 is octal,
// and there are no base-60 numbers.

export type Resolved =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }

const WORDS = new Map<string, Resolved>()
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) {
  WORDS.set(word, { type: 'bool', value: true })
}
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']) {
  WORDS.set(word, { type: 'bool', value: false })
}
for (const word of ['', '~', 'null', 'Null', 'NULL']) WORDS.set(word, { type: 'null' })
for (const word of ['.nan', '.NaN', '.NAN']) WORDS.set(word, { type: 'float', value: Number.NaN })
for (const word of ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']) {
  WORDS.set(word, { type: 'float', value: Number.POSITIVE_INFINITY })
}
for (const word of ['-.inf', '-.Inf', '-.INF']) WORDS.set(word, { type: 'float', value: Number.NEGATIVE_INFINITY })

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const DOT_FLOAT = /^\.[0-9]+([eE][-+]?[0-9]+)?$/
const PREFIX = 'tag:yaml.org,2002:'
const RESOLVABLE = new Set(
  ['', 'str', 'bool', 'int', 'float', 'null', 'timestamp'].map((name) => (name === '' ? '' : PREFIX + name)),
)

const isDigitOrSign = (c: number): boolean => (c >= 48 && c <= 57) || c === 43 || c === 45

/** What an unquoted text stands for. */
export function resolvePlain(text: string): Resolved {
  const word = WORDS.get(text)
  if (word) return word
  const c = text.charCodeAt(0)
  if (c === 46 /* . */) return (DOT_FLOAT.test(text) ? asFloat(text) : undefined) ?? { type: 'string', value: text }
  if (!isDigitOrSign(c) || text.length > 400) return { type: 'string', value: text }
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  const int = parseInteger(plain)
  if (int !== undefined) return { type: 'int', value: int }
  return (FLOAT.test(plain) ? asFloat(plain) : undefined) ?? { type: 'string', value: text }
}

function asFloat(text: string): Resolved | undefined {
  const value = Number(text)
  return Number.isFinite(value) ? { type: 'float', value } : undefined
}

/** Go's strconv.ParseInt and ParseUint with base 0, within 64 bits. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text)
  if (!match) return undefined
  const [, sign, hex, binary, octal, decimal] = match
  const size = hex
    ? BigInt(`0x${hex}`)
    : binary
      ? BigInt(`0b${binary}`)
      : octal
        ? BigInt(`0o${octal}`)
        : BigInt(decimal!)
  if (sign === '-') return size <= 1n << 63n ? -size : undefined
  // ParseUint, which takes what is too large for ParseInt, knows no sign.
  return size < 1n << (sign === '+' ? 63n : 64n) ? size : undefined
}

const shortTag = (tag: string): string => (tag.startsWith(PREFIX) ? `!!${tag.slice(PREFIX.length)}` : tag)
const TAG_OF: Readonly<Record<Resolved['type'], string>> = {
  null: 'null',
  bool: 'bool',
  int: 'int',
  float: 'float',
  string: 'str',
}

/** A scalar's value, its tag obeyed. Throws YamlProblem when the text is not what the tag says. */
export function resolveScalar(text: string, tag: string, implicit: boolean, from: number, to: number): Resolved {
  if (tag === '') return implicit ? resolvePlain(text) : { type: 'string', value: text }
  if (tag === `${PREFIX}binary`) return { type: 'string', value: decodeBase64(text, from, to) }
  if (!RESOLVABLE.has(tag) || tag === `${PREFIX}str`) return { type: 'string', value: text }
  let resolved = resolvePlain(text)
  if (tag === `${PREFIX}float` && resolved.type === 'int') resolved = { type: 'float', value: Number(resolved.value) }
  if (tag === `${PREFIX}timestamp` && /^\d{4}-\d{1,2}-\d{1,2}/.test(text)) return { type: 'string', value: text }
  const found = PREFIX + TAG_OF[resolved.type]
  if (found !== tag)
    throw new YamlProblem(`cannot decode ${shortTag(found)} \`${text}\` as a ${shortTag(tag)}`, from, to)
  return resolved
}

function decodeBase64(text: string, from: number, to: number): string {
  const compact = text.replace(/[\r\n]/g, '')
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    throw new YamlProblem('!!binary value contains invalid base64 data', from, to)
  }
  const bytes: number[] = []
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let i = 0; i < compact.length; i += 4) {
    let bits = 0
    for (let k = 0; k < 4; k++) bits = bits * 64 + Math.max(0, alphabet.indexOf(compact[i + k]!))
    const padding = compact[i + 2] === '=' ? 2 : compact[i + 3] === '=' ? 1 : 0
    for (let k = 0; k < 3 - padding; k++) bytes.push((bits >> (16 - 8 * k)) & 255)
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}
