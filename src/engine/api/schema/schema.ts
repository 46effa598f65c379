import { SCHEMA_TEXT } from './schema-text.ts'

/** One field of a Go struct, by its name in JSON. */
export interface FieldType {
  readonly name: string
  readonly type: GoType
  /** The Go name of the embedded struct that it is from. */
  readonly embedded?: string
  /** When an encoder leaves it out: never, when it is empty (omitempty), or when the whole struct is zero (omitzero). */
  readonly omit: 'never' | 'empty' | 'zero'
  /** patchStrategy merge: the key that tells the items of the list apart; '' for a list of scalars that is a set. */
  readonly mergeKey?: string
  /** patchStrategy retainKeys. */
  readonly retainKeys: boolean
  /** Nothing is written for it when it is missing. */
  readonly leftOut: boolean
}

/** A Go type as far as decoding and encoding JSON needs it. `go` is how Go prints it. */
export type GoType =
  | { readonly kind: 'string' | 'bool' | 'float' | 'bytes'; readonly go: string }
  | { readonly kind: 'int'; readonly go: string; readonly bits: 32 | 64 }
  | { readonly kind: 'intstr' | 'quantity' | 'time' | 'microtime' | 'duration' | 'raw'; readonly go: string }
  | {
      readonly kind: 'struct'
      readonly go: string
      readonly name: string
      readonly fields: ReadonlyMap<string, FieldType>
      /** The same, as an encoder goes through them. */
      readonly order: readonly FieldType[]
    }
  | { readonly kind: 'list' | 'map' | 'pointer'; readonly go: string; readonly of: GoType }

export type StructType = Extract<GoType, { kind: 'struct' }>

/** Types whose JSON form is not their Go form. */
const SPECIAL: Readonly<Record<string, Exclude<GoType['kind'], 'struct' | 'list' | 'map' | 'pointer' | 'int'>>> = {
  'intstr.IntOrString': 'intstr',
  'resource.Quantity': 'quantity',
  'meta.Time': 'time',
  'meta.MicroTime': 'microtime',
  'meta.Duration': 'duration',
  'runtime.RawExtension': 'raw',
  'meta.FieldsV1': 'raw',
}

/** Go structs, some with a scalar for their JSON: omitempty never leaves a struct out. */
const NEVER_EMPTY: ReadonlySet<GoType['kind']> = new Set(['struct', 'intstr', 'quantity', 'time', 'microtime', 'raw'])

const SCALARS: Readonly<Record<string, GoType>> = {
  string: { kind: 'string', go: 'string' },
  bool: { kind: 'bool', go: 'bool' },
  int32: { kind: 'int', go: 'int32', bits: 32 },
  int64: { kind: 'int', go: 'int64', bits: 64 },
  float64: { kind: 'float', go: 'float64' },
}

const lines = new Map<string, string>()
const types = new Map<string, GoType>()

/** The package as Go prints it: core, apps, meta … are all called v1. */
const goName = (name: string) =>
  name.replace(/^(\w+)\./, (_, alias: string) =>
    ['intstr', 'resource', 'runtime', 'types'].includes(alias) ? `${alias}.` : alias === 'autoscaling2' ? 'v2.' : 'v1.',
  )

/** A type by its expression in the schema text: `core.ServicePort`, `[]string`, `map[string]core.X`, `*int32`. Read when first asked for. */
export function goType(expression: string): GoType {
  const known = types.get(expression)
  if (known) return known
  const made = makeType(expression)
  types.set(expression, made)
  return made
}

function makeType(expression: string): GoType {
  const scalar = SCALARS[expression]
  if (scalar) return scalar
  if (expression === '[]uint8') return { kind: 'bytes', go: '[]uint8' }
  if (expression.startsWith('*')) {
    const of = goType(expression.slice(1))
    return { kind: 'pointer', go: `*${of.go}`, of }
  }
  if (expression.startsWith('[]')) {
    const of = goType(expression.slice(2))
    return { kind: 'list', go: `[]${of.go}`, of }
  }
  if (expression.startsWith('map[')) {
    const end = expression.indexOf(']')
    const of = goType(expression.slice(end + 1))
    return { kind: 'map', go: `map[${goName(expression.slice(4, end))}]${of.go}`, of }
  }
  const special = SPECIAL[expression]
  if (special) return { kind: special, go: goName(expression) }
  const line = lineOf(expression)
  // a named scalar, list or map behaves as what it is made of, under its own name
  if (line.startsWith('=')) return { ...goType(line.slice(1)), go: goName(expression) }
  const fields = new Map<string, FieldType>()
  const go = goName(expression)
  const order: FieldType[] = []
  const struct: StructType = { kind: 'struct', go, name: go.slice(go.indexOf('.') + 1), fields, order }
  types.set(expression, struct) // before its fields: some types hold themselves
  for (const field of line.split(' ')) {
    const match = /^(?:(\w+)>)?([^=?!~@^>]+)([?!]?)(~?)(?:(@)([^=]*))?\^?=(.+)$/.exec(field)
    if (!match) continue
    const [, embedded, name, omit, retain, merge, key, type] = match
    const of = goType(type!)
    const made: FieldType = {
      name: name!,
      type: of,
      ...(embedded ? { embedded } : {}),
      omit: omit === '?' ? 'empty' : omit === '!' ? 'zero' : 'never',
      ...(merge ? { mergeKey: key ?? '' } : {}),
      retainKeys: retain === '~',
      leftOut: (omit === '!' && of.kind !== 'struct') || (omit === '?' && !NEVER_EMPTY.has(of.kind)),
    }
    fields.set(made.name, made)
  }
  order.push(...fields.values())
  return struct
}

function lineOf(name: string): string {
  if (lines.size === 0) {
    for (const line of SCHEMA_TEXT.trim().split('\n')) {
      const space = line.indexOf(' ')
      lines.set(space < 0 ? line : line.slice(0, space), space < 0 ? '' : line.slice(space + 1))
    }
  }
  return lines.get(name) ?? ''
}

const PACKAGES: Readonly<Record<string, string>> = {
  v1: 'core',
  'apps/v1': 'apps',
  'batch/v1': 'batch',
  'discovery.k8s.io/v1': 'discovery',
  'networking.k8s.io/v1': 'networking',
  'policy/v1': 'policy',
  'autoscaling/v1': 'autoscaling1',
  'autoscaling/v2': 'autoscaling2',
  'rbac.authorization.k8s.io/v1': 'rbac',
  'storage.k8s.io/v1': 'storage',
  'scheduling.k8s.io/v1': 'scheduling',
  'coordination.k8s.io/v1': 'coordination',
}

/** The struct of a kind; undefined for kinds whose objects are kept as they are. */
export function kindType(apiVersion: string, kind: string): StructType | undefined {
  const alias = PACKAGES[apiVersion]
  if (!alias) return undefined
  const name = `${alias}.${kind}`
  if (lineOf(name) === '') return undefined
  const type = goType(name)
  return type.kind === 'struct' ? type : undefined
}

/** A field as `kubectl explain` shows it. */
export interface SchemaField {
  readonly name: string
  /** `[]ServicePort`, `map[string]string`, `integer` */
  readonly shown: string
  /** The struct that it holds, or lists, by its Go name (`v1.ServicePort`). */
  readonly of?: string
  /** An encoder writes it always: nothing marks it as optional. */
  readonly required: boolean
}

const structs = new Map<string, StructType>()

function fieldsOf(type: StructType): SchemaField[] {
  return type.order.map(({ name, type: of, omit }) => {
    const inner = innermost(of)
    if (inner) structs.set(inner.name, inner)
    return { name, shown: shownType(of), ...(inner && { of: inner.name }), required: omit === 'never' }
  })
}

function innermost(type: GoType): StructType | undefined {
  if (type.kind === 'struct') return type
  return type.kind === 'list' || type.kind === 'map' || type.kind === 'pointer' ? innermost(type.of) : undefined
}

/** As the API's OpenAPI names types. */
function shownType(type: GoType): string {
  switch (type.kind) {
    case 'bool':
      return 'boolean'
    case 'int':
      return 'integer'
    case 'float':
      return 'number'
    case 'intstr':
      return 'IntOrString'
    case 'quantity':
      return 'Quantity'
    case 'raw':
      return type.go.endsWith('FieldsV1') ? 'FieldsV1' : 'Object'
    case 'struct':
      return type.name
    case 'list':
      return `[]${shownType(type.of)}`
    case 'map':
      return `map[string]${shownType(type.of)}`
    case 'pointer':
      return shownType(type.of)
    default:
      return 'string'
  }
}

/** The fields of a kind; undefined for kinds whose objects are kept as they are. */
export function fieldsOfKind(apiVersion: string, kind: string): readonly SchemaField[] | undefined {
  const type = kindType(apiVersion, kind)
  return type && fieldsOf(type)
}

/** The fields of a struct that `fieldsOfKind` led to. */
export function fieldsOfType(name: string): readonly SchemaField[] | undefined {
  const type = structs.get(name)
  return type && fieldsOf(type)
}
