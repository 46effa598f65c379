import type { Path } from '../../model/index.ts'
import { clone } from './deep.ts'
import { goQuote } from './field.ts'
import { canonicalQuantity } from './quantity.ts'
import type { GoType, StructType } from './schema/schema.ts'

/**
 * An object in the making: read by its schema, not yet frozen. Its shape is what the schema says, so the rules that default and check it
 * read it without asking again.
 */
// biome-ignore lint/suspicious/noExplicitAny: the schema has seen to the shape
export type Draft = any

export interface DecodeProblem {
  readonly message: string
  readonly path: Path
}

export interface Decoded {
  readonly value: Draft
  /** The text cannot be read as this type at all. */
  readonly error?: DecodeProblem
  /** Fields that the type does not have. They are not in the value. */
  readonly unknown: readonly DecodeProblem[]
}

/** Ends decoding at once, as an error that a type's own UnmarshalJSON returns does. */
class Fatal {
  readonly problem: DecodeProblem
  constructor(problem: DecodeProblem) {
    this.problem = problem
  }
}

/**
 * Read a JSON value as a Go type: the error that Go's decoder reports (the first one found, but one from a type with its own reader goes
 * first), unknown fields, and the value as the API server would hand it out again: zero values left out where the type says so, filled
 * in where it says so. Keys are visited in sorted order, because clients send them so.
 *
 * sigs.k8s.io/json internal/golang/encoding/json decode.go; k8s apimachinery/pkg/runtime/serializer/json (v1.36)
 */
export function decode(type: StructType, value: unknown): Decoded {
  const context: Context = { path: [], struct: '', fields: [], unknown: [], error: undefined }
  try {
    const decoded = read(type, value, context)
    return {
      value: encode(type, decoded, true),
      unknown: context.unknown,
      ...(context.error ? { error: context.error } : {}),
    }
  } catch (thrown) {
    if (thrown instanceof Fatal) return { value: undefined, unknown: [], error: thrown.problem }
    throw thrown
  }
}

interface Context {
  /** Where reading has got to; a problem takes a copy. */
  readonly path: (string | number)[]
  struct: string
  fields: string[]
  unknown: DecodeProblem[]
  error: DecodeProblem | undefined
}

function read(type: GoType, value: unknown, c: Context): Draft {
  if (type.kind === 'pointer') return value === null || value === undefined ? undefined : read(type.of, value, c)
  switch (type.kind) {
    case 'intstr':
      return readIntOrString(value, c)
    case 'quantity':
      return readQuantity(value, c)
    case 'time':
    case 'microtime':
      return readTime(type.kind, value, c)
    case 'duration':
      return value === null ? undefined : value
    case 'raw':
      return value
    default:
  }
  if (value === null || value === undefined) return undefined
  if (Array.isArray(value)) {
    if (type.kind === 'list') return value.map((item, i) => readPart(type.of, item, i, c))
    return mismatch('array', type, c)
  }
  if (typeof value === 'object') {
    if (type.kind === 'map') return readMap(type, value, c)
    if (type.kind === 'struct') return readStruct(type, value, c)
    return mismatch('object', type, c)
  }
  if (typeof value === 'string') {
    if (type.kind === 'string') return value
    if (type.kind === 'bytes') return readBytes(value, c)
    return mismatch('string', type, c)
  }
  if (typeof value === 'boolean') return type.kind === 'bool' ? value : mismatch('bool', type, c)
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (type.kind === 'float') return Number(value)
    if (type.kind !== 'int') return mismatch('number', type, c)
    const n = Number(value)
    const limit = type.bits === 32 ? 2 ** 31 : 2 ** 63
    if (!Number.isInteger(n) || n < -limit || n >= limit) return mismatch(`number ${numberText(value)}`, type, c)
    return n
  }
  return undefined
}

function readPart(type: GoType, value: unknown, part: string | number, c: Context): Draft {
  c.path.push(part)
  const got = read(type, value, c)
  c.path.pop()
  return got
}

/** The keys of a map in order; most maps come in order (the manifest reader's do). */
function sortedNames(value: object): string[] {
  const names = Object.keys(value)
  for (let i = 1; i < names.length; i++) if (names[i - 1]! > names[i]!) return names.sort()
  return names
}

function readStruct(type: StructType, value: object, c: Context): Draft {
  const out: Draft = {}
  const { struct } = c
  for (const name of sortedNames(value)) {
    const item = (value as Record<string, unknown>)[name]
    const field = type.fields.get(name)
    if (!field) {
      const path = [...c.path, name]
      if (item !== undefined) c.unknown.push({ message: `unknown field ${goQuote(dotted(path))}`, path })
      continue
    }
    c.struct = type.name
    const depth = c.fields.length
    if (field.embedded) c.fields.push(field.embedded)
    c.fields.push(name)
    const got = readPart(field.type, item, name, c)
    c.fields.length = depth
    c.struct = struct
    if (got !== undefined) out[name] = got
  }
  return out
}

function readMap(type: Extract<GoType, { kind: 'map' | 'list' | 'pointer' }>, value: object, c: Context): Draft {
  const out: Draft = {}
  for (const name of sortedNames(value)) {
    const got = readPart(type.of, (value as Record<string, unknown>)[name], name, c)
    out[name] = got ?? zero(type.of)
  }
  return out
}

/** Go keeps the first mismatch and reads on. */
function mismatch(what: string, type: GoType, c: Context): undefined {
  c.error ??= { message: `json: cannot unmarshal ${what} into ${place(c)} of type ${type.go}`, path: [...c.path] }
  return undefined
}

const place = (c: Context) => (c.struct === '' ? 'Go value' : `Go struct field ${c.struct}.${c.fields.join('.')}`)

// k8s apimachinery/pkg/util/intstr/intstr.go UnmarshalJSON (v1.36)
function readIntOrString(value: unknown, c: Context): Draft {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return value
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  const n = Number(value)
  if (isNumber && Number.isInteger(n) && Math.abs(n) < 2 ** 31) return n
  const what = isNumber
    ? `number ${numberText(value)}`
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'boolean'
        ? 'bool'
        : 'object'
  throw new Fatal({ message: `json: cannot unmarshal ${what} into ${place(c)} of type int32`, path: [...c.path] })
}

const QUANTITY_FORM = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

function readQuantity(value: unknown, c: Context): Draft {
  if (value === null || value === undefined) return undefined
  const text =
    typeof value === 'string' ? value.trim() : typeof value === 'number' ? numberText(value) : JSON.stringify(value)
  const canonical = canonicalQuantity(text)
  if (canonical === undefined) throw new Fatal({ message: QUANTITY_FORM, path: [...c.path] })
  return canonical
}

// k8s apimachinery/pkg/apis/meta/v1/time.go UnmarshalJSON (v1.36): RFC 3339, whole seconds kept
function readTime(kind: 'time' | 'microtime', value: unknown, c: Context): Draft {
  if (value === null || value === undefined) return undefined
  if (typeof value !== 'string') {
    const what = Array.isArray(value)
      ? 'array'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'number'
          ? 'number'
          : 'object'
    throw new Fatal({ message: `json: cannot unmarshal ${what} into ${place(c)} of type string`, path: [...c.path] })
  }
  const wrong = timeFault(kind, value)
  if (wrong !== undefined) throw new Fatal({ message: wrong, path: [...c.path] })
  const utc = /[Zz]$/.test(value) ? value : isoOf(Date.parse(value))
  return kind === 'time' ? `${utc.slice(0, 19)}Z` : utc
}

/** What Go says of a text that is no time of RFC 3339; undefined when it is one. */
export function timeFault(kind: 'time' | 'microtime', text: string): string | undefined {
  const form = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/
  if (form.test(text) && !Number.isNaN(Date.parse(text))) return undefined
  const layout = kind === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00'
  return `parsing time ${goQuote(text)} as "${layout}": cannot parse ${goQuote(text)} as "2006"`
}

/** RFC 3339 in UTC of a moment in ms, without asking for the time of day. */
function isoOf(ms: number): string {
  const days = Math.floor(ms / 86_400_000)
  const rest = Math.floor((ms - days * 86_400_000) / 1000)
  // civil from days, H. Hinnant's algorithm
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}T${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}Z`
}

function readBytes(value: string, c: Context): Draft {
  const clean = value.replace(/[\r\n]/g, '')
  const bad = clean.search(/[^A-Za-z0-9+/=]/)
  const padded = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(clean)
  if (padded) return clean
  const at = bad >= 0 ? bad : clean.includes('=') ? clean.indexOf('=') : clean.length - (clean.length % 4)
  c.error ??= { message: `illegal base64 data at input byte ${at}`, path: [...c.path] }
  return undefined
}

/** A number as a JSON encoder writes it. */
export function numberText(value: number | bigint): string {
  if (typeof value === 'bigint') return value.toString()
  return Math.abs(value) >= 1e21 ? value.toExponential().replace('e+', 'e+') : String(value)
}

/** A path as strict decoding says it: always with dots, indices in brackets. */
function dotted(path: Path): string {
  let out = ''
  for (const part of path) out += typeof part === 'number' ? `[${part}]` : out === '' ? part : `.${part}`
  return out
}

/** What Go fills in for a value that nobody gave. */
export function zero(type: GoType): Draft {
  switch (type.kind) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'int':
    case 'float':
    case 'intstr':
      return 0
    case 'quantity':
      return '0'
    case 'struct':
      return zeroStruct(type)
    default:
      return null
  }
}

const zeroStructs = new WeakMap<StructType, Draft>()

/** A new one each time: a draft is changed. */
function zeroStruct(type: StructType): Draft {
  let known = zeroStructs.get(type)
  if (known === undefined) {
    known = encode(type, {})
    zeroStructs.set(type, known)
  }
  return clone(known)
}

/** Whether omitempty leaves a value out; it never does for a struct, also not for those whose JSON is a scalar. */
function isEmpty(type: GoType, value: Draft): boolean {
  switch (type.kind) {
    case 'pointer':
    case 'duration':
      return value === undefined || value === null
    case 'list':
      return !value || value.length === 0
    case 'map':
      return !value || Object.keys(value).length === 0
    case 'string':
    case 'bytes':
    case 'bool':
    case 'int':
    case 'float':
      return !value
    default:
      return false
  }
}

/**
 * A value as the API server hands it out after it was stored: fields in the order of the type, zero values left out or filled in as the
 * type's tags say. An empty list is stored as none (protobuf does not tell them apart); with `keepEmpty` it is kept, as messages show it.
 */
export function encode(type: StructType, value: Draft, keepEmpty = false): Draft {
  const out: Draft = {}
  for (const field of type.order) {
    const { type: ft, omit, name } = field
    const given = value[name]
    if (given === undefined && field.leftOut) continue
    if (ft.kind === 'struct') {
      const inner = given ? encode(ft, given, keepEmpty) : zero(ft)
      if (omit !== 'zero' || Object.keys(inner).length > 0) out[name] = inner
    } else if (isEmpty(ft, given)) {
      if (keepEmpty && typeof given === 'object' && given !== null) out[name] = given
      else if (omit === 'never') out[name] = zero(ft)
    } else if (given === undefined || given === null) {
      if (omit !== 'zero') out[name] = zero(ft)
    } else {
      out[name] = encodeValue(ft, given, keepEmpty)
    }
  }
  return out
}

function encodeValue(type: GoType, value: Draft, keepEmpty: boolean): Draft {
  switch (type.kind) {
    case 'struct':
      return encode(type, value, keepEmpty)
    case 'pointer':
      return encodeValue(type.of, value, keepEmpty)
    case 'list':
      return value.map((item: Draft) => (item === undefined ? zero(type.of) : encodeValue(type.of, item, keepEmpty)))
    case 'map': {
      if (type.of.kind !== 'struct' && type.of.kind !== 'map' && type.of.kind !== 'list') return value
      const out: Draft = {}
      for (const name of Object.keys(value)) out[name] = encodeValue(type.of, value[name], keepEmpty)
      return out
    }
    default:
      return value
  }
}
