import type { Path } from '../../model/index.ts'
import { type DecodeProblem, numberText, timeFault } from './decode.ts'
import { goQuote } from './field.ts'
import { canonicalQuantity } from './quantity.ts'
import type { GoType, StructType } from './schema/schema.ts'

/**
 * What is wrong with a patched object, in the words of the server's way from a map to an object, which are others than a decoder's: the
 * first value that does not fit its field, in the order of the struct, and the fields that there are not.
 * k8s apimachinery/pkg/runtime/converter.go FromUnstructuredWithValidation (v1.36)
 */
export function conversionFaults(
  type: StructType,
  value: unknown,
): { readonly error?: DecodeProblem; readonly unknown: readonly DecodeProblem[] } {
  const unknown: DecodeProblem[] = []
  const error = convert(type, value, [], unknown)
  return error ? { error, unknown: [] } : { unknown }
}

/** Go's kind of a value that was read from JSON. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'slice'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'object' ? 'map' : typeof value === 'boolean' ? 'bool' : typeof value
}

/** The same as a decoder of JSON calls it. */
const jsonKind = (kind: string) => ({ slice: 'array', map: 'object', int64: 'number', float64: 'number' })[kind] ?? kind

function convert(type: GoType, value: unknown, path: Path, unknown: DecodeProblem[]): DecodeProblem | undefined {
  if (value === null || value === undefined) return undefined
  const kind = kindOf(value)
  const fault = (message: string): DecodeProblem => ({ message, path })
  switch (type.kind) {
    case 'pointer':
      return convert(type.of, value, path, unknown)
    case 'string':
      if (kind === 'string') return undefined
      return fault(kind === 'int64' ? `cannot convert int64 to ${type.go}` : 'unrecognized type: string')
    case 'bool':
      return kind === 'bool' ? undefined : fault('unrecognized type: bool')
    case 'int':
      if (kind === 'int64') return undefined
      return fault(kind === 'float64' ? `cannot convert float64 to ${type.go}` : `unrecognized type: int${type.bits}`)
    case 'float':
      return kind === 'int64' || kind === 'float64' ? undefined : fault('unrecognized type: float64')
    case 'bytes':
      return kind === 'string' || kind === 'slice' ? undefined : fault(`cannot restore slice from ${kind}`)
    case 'struct':
      return kind === 'map'
        ? convertStruct(type, value as object, path, unknown)
        : fault(`cannot restore struct from: ${kind}`)
    case 'list': {
      if (!Array.isArray(value)) return fault(`cannot restore slice from ${kind}`)
      for (const [i, item] of value.entries()) {
        const wrong = convert(type.of, item, [...path, i], unknown)
        if (wrong) return wrong
      }
      return undefined
    }
    case 'map': {
      if (kind !== 'map') return fault(`cannot restore map from ${kind}`)
      for (const name of Object.keys(value).sort()) {
        const wrong = convert(type.of, (value as Record<string, unknown>)[name], [...path, name], unknown)
        if (wrong) return wrong
      }
      return undefined
    }
    case 'intstr': {
      const tooLarge = kind === 'int64' && (value as number) !== ((value as number) | 0)
      const what = kind === 'float64' || tooLarge ? `number ${numberText(value as number)}` : jsonKind(kind)
      return kind === 'string' || (kind === 'int64' && !tooLarge)
        ? undefined
        : fault(`json: cannot unmarshal ${what} into Go value of type int32`)
    }
    case 'time':
    case 'microtime': {
      const wrong =
        typeof value === 'string'
          ? timeFault(type.kind, value)
          : `json: cannot unmarshal ${jsonKind(kind)} into Go value of type string`
      return wrong === undefined ? undefined : fault(wrong)
    }
    case 'quantity': {
      const text = typeof value === 'string' ? value.trim() : JSON.stringify(value)
      if (canonicalQuantity(text) !== undefined) return undefined
      return fault("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    }
    default:
      return undefined
  }
}

function convertStruct(
  type: StructType,
  value: object,
  path: Path,
  unknown: DecodeProblem[],
): DecodeProblem | undefined {
  const map = value as Record<string, unknown>
  for (const field of type.fields.values()) {
    const wrong = convert(field.type, map[field.name], [...path, field.name], unknown)
    if (wrong) return wrong
  }
  for (const name of Object.keys(map).sort()) {
    if (type.fields.has(name)) continue
    unknown.push({ message: `unknown field ${goQuote(dotted([...path, name]))}`, path: [...path, name] })
  }
  return undefined
}

function dotted(path: Path): string {
  let out = ''
  for (const part of path) out += typeof part === 'number' ? `[${part}]` : out === '' ? part : `.${part}`
  return out
}
