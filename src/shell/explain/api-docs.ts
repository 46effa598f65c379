/** What the API says of its types: `kubectl explain`. */

/** A type of the API. */
export interface TypeDoc {
  readonly description: string | undefined
  /** Sorted by name. */
  readonly fields: readonly FieldDoc[]
}

export interface FieldDoc {
  readonly name: string
  /** `[]ServicePort`, `map[string]string`, `integer` */
  readonly shown: string
  readonly required: boolean
  /** Undefined: nobody knows; the empty text: the API says nothing. */
  readonly description: string | undefined
  /** The values that it may have. */
  readonly values?: readonly string[]
  /** The type that it holds, lists or maps to; the same object each time. */
  readonly inside?: () => TypeDoc | undefined
}

/** The type of a kind; undefined for kinds that the API does not describe. */
export type ApiDocs = (apiVersion: string, kind: string) => TypeDoc | undefined

type FieldLine = readonly [name: string, shape: string, description: string, values?: readonly string[]]
type TypeLine = readonly [name: string, description: string, fields: readonly FieldLine[], shownAs?: string]

/** The docs in the text that tools/api-docs.mjs writes. Types are read when somebody asks for them. */
export function readApiDocs(text: string): ApiDocs {
  const [first = '{}', ...lines] = text.trim().split('\n')
  const kinds = JSON.parse(first) as Readonly<Record<string, number>>
  const read = new Map<number, TypeDoc>()
  const lineOf = (number: number) => JSON.parse(lines[number] ?? '["","",[]]') as TypeLine
  const typeOf = (number: number): TypeDoc => {
    const known = read.get(number)
    if (known) return known
    const [, description, fields] = lineOf(number)
    const type = { description, fields: fields.map(fieldOf) }
    read.set(number, type)
    return type
  }
  const fieldOf = ([name, shape, description, values]: FieldLine): FieldDoc => {
    const [whole, number] = /@(\d+)$/.exec(shape) ?? []
    const required = name.endsWith('!')
    const plain = { name: required ? name.slice(0, -1) : name, required, description, ...(values && { values }) }
    if (whole === undefined) return { ...plain, shown: shape }
    const [type, , , shownAs] = lineOf(Number(number))
    const shown = shape.slice(0, -whole.length) + (shownAs ?? type)
    return { ...plain, shown, inside: () => typeOf(Number(number)) }
  }
  return (apiVersion, kind) => {
    const number = kinds[`${apiVersion}/${kind}`]
    return number === undefined ? undefined : typeOf(number)
  }
}

/** Fetches the docs: they are big, and few ask. */
export const loadApiDocs = async (): Promise<ApiDocs> => readApiDocs((await import('./api-docs-text.ts')).API_DOCS_TEXT)
