import type { Path } from '../../model/index.ts'

/**
 * A place in an object, as the API server names it (`spec.ports[0].port`, `metadata.annotations[a/b]`) and as a path.
 * k8s apimachinery/pkg/util/validation/field/path.go (v1.36)
 */
export interface Field {
  readonly text: string
  readonly path: Path
}

export const root: Field = { text: '', path: [] }

/** A place below another one. Nearly every check names its place and finds nothing wrong, so the words are made when they are asked for. */
class Place implements Field {
  readonly #parent: Field
  readonly #part: string | number
  /** An entry of a list or map, not a field of a struct. */
  readonly #isEntry: boolean

  constructor(parent: Field, part: string | number, isEntry: boolean) {
    this.#parent = parent
    this.#part = part
    this.#isEntry = isEntry
  }

  get text(): string {
    const { text } = this.#parent
    if (this.#isEntry) return `${text}[${this.#part}]`
    return text === '' ? String(this.#part) : `${text}.${this.#part}`
  }

  get path(): Path {
    return [...this.#parent.path, this.#part]
  }
}

/** `child(root, 'spec', 'ports')` */
export function child(parent: Field, ...names: readonly string[]): Field {
  let place = parent
  for (const name of names) place = new Place(place, name, false)
  return place
}

export const index = (parent: Field, i: number): Field => new Place(parent, i, true)
export const key = (parent: Field, name: string): Field => new Place(parent, name, true)

/** The same place under the name that the server's message gives it. */
export const named = (field: Field, text: string): Field => ({ text, path: field.path })

/** One thing that is wrong with one field. `body` is what follows the field's name: `Invalid value: 0: must be …`. */
export interface FieldError {
  readonly field: Field
  readonly body: string
}

export type FieldErrors = FieldError[]

// k8s apimachinery/pkg/util/validation/field/errors.go ErrorBody (v1.36)
const withDetail = (head: string, detail: string) => (detail === '' ? head : `${head}: ${detail}`)

export const required = (field: Field, detail = ''): FieldError => ({
  field,
  body: withDetail('Required value', detail),
})
export const forbidden = (field: Field, detail: string): FieldError => ({
  field,
  body: withDetail('Forbidden', detail),
})
export const invalid = (field: Field, value: unknown, detail: string): FieldError => ({
  field,
  body: withDetail(`Invalid value: ${shown(value)}`, detail),
})
export const duplicate = (field: Field, value: unknown): FieldError => ({
  field,
  body: `Duplicate value: ${shown(value)}`,
})
export const notFound = (field: Field, value: unknown): FieldError => ({ field, body: `Not found: ${shown(value)}` })
export const tooLong = (field: Field, limit: number, unit: 'byte' | 'character' = 'byte'): FieldError => ({
  field,
  body: `Too long: may not be more than ${limit} ${unit}${limit === 1 ? '' : 's'}`,
})
export const tooMany = (field: Field, actual: number, limit: number): FieldError => ({
  field,
  body: `Too many: ${actual}: must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`,
})
export const notSupported = (field: Field, value: unknown, supported: readonly string[]): FieldError => ({
  field,
  body: withDetail(
    `Unsupported value: ${shown(value)}`,
    supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`,
  ),
})

/** Every message about one value of one field. */
export const invalids = (field: Field, value: unknown, messages: readonly string[]): FieldErrors =>
  messages.map((message) => invalid(field, value, message))

/** A value inside a message: strings quoted as Go does, everything else as its JSON; what is missing is Go's nil. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? goQuote(value) : goJson(withoutEmpty(value))
}

/** What an encoder leaves out of a struct: lists and maps without anything in them. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === 'object' && part !== null && Object.keys(part).length === 0) continue
    out[name] = withoutEmpty(part)
  }
  return out
}

/** Go's strconv.Quote. */
export function goQuote(text: string): string {
  let out = '"'
  for (const char of text) {
    const code = char.codePointAt(0)!
    const escaped = ESCAPES[char]
    if (escaped) out += escaped
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`
    else if (/\p{L}|\p{M}|\p{N}|\p{P}|\p{S}| /u.test(char)) out += char
    else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, '0')}`
    else out += `\\U${code.toString(16).padStart(8, '0')}`
  }
  return `${out}"`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\u0007': '\\a',
}

/** JSON as Go's encoder writes it: no spaces, and the characters of HTML escaped. */
export function goJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
