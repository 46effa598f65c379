import { compactJson } from './json.ts'
import { type PathNode, parseTemplate, type TemplatePart } from './jsonpath-parse.ts'

export type JsonPathResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string }

/** What a walk cannot do. Stays inside this file. */
class Fault {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

/** A template of `-o jsonpath=…`, ready to be filled in. k8s client-go util/jsonpath (v1.36) */
export class JsonPath {
  readonly #parts: readonly TemplatePart[]
  readonly #allowMissing: boolean

  private constructor(parts: readonly TemplatePart[], allowMissing: boolean) {
    this.#parts = parts
    this.#allowMissing = allowMissing
  }

  /** The template, or what is wrong with it. */
  static parse(text: string, allowMissing = true): JsonPath | string {
    const parsed = parseTemplate(text)
    return parsed.ok ? new JsonPath(parsed.parts, allowMissing) : parsed.error
  }

  /** The text that the template comes to for an object. */
  execute(data: unknown): JsonPathResult {
    const found = this.find(data)
    return typeof found === 'string'
      ? { ok: false, error: found }
      : { ok: true, text: found.map((values) => values.map(asText).join(' ')).join('') }
  }

  /** The values that each part of the template finds; a text says why it cannot. */
  find(data: unknown): unknown[][] | string {
    try {
      return this.#run(this.#parts, data)
    } catch (thrown) {
      if (thrown instanceof Fault) return thrown.message
      throw thrown
    }
  }

  #run(parts: readonly TemplatePart[], data: unknown): unknown[][] {
    const out: unknown[][] = []
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!
      if ('text' in part) {
        out.push([part.text])
        continue
      }
      const word = identifierOf(part)
      if (word === 'end') throw new Fault('not in range, nothing to end')
      if (word === 'range') {
        const end = endOf(parts, i)
        const body = parts.slice(i + 1, end)
        for (const value of this.#walk([data], part.action.slice(1))) out.push(...this.#run(body, value))
        i = end
        continue
      }
      out.push(this.#walk([data], part.action))
    }
    return out
  }

  #walk(input: unknown[], nodes: readonly PathNode[]): unknown[] {
    return nodes.reduce((values, node) => this.#step(values, node), input)
  }

  #step(input: unknown[], node: PathNode): unknown[] {
    switch (node.type) {
      case 'text':
        return [node.text]
      case 'value':
        return input.map(() => node.value)
      case 'identifier':
        throw new Fault(`unrecognized identifier ${node.name}`)
      case 'field': {
        const found = input.flatMap((v) => (isMap(v) && v[node.name] !== undefined ? [v[node.name]] : []))
        if (found.length === 0 && input.length > 0 && !this.#allowMissing) throw new Fault(`${node.name} is not found`)
        return found
      }
      case 'wildcard':
        return input.flatMap(children)
      case 'recursive':
        return input.flatMap(descend)
      case 'union':
        return node.of.flatMap((nodes) => this.#walk(input, nodes))
      case 'slice':
        return input.filter((v) => v !== undefined && v !== null).flatMap((v) => slice(v, node))
      case 'filter':
        return input.flatMap((list) => {
          if (!Array.isArray(list)) throw new Fault(`${goText(list)} is not array or slice and cannot be filtered`)
          return list.filter((item) => this.#passes(item, node))
        })
    }
  }

  #passes(item: unknown, { left, op, right }: PathNode & { type: 'filter' }): boolean {
    const lefts = this.#walk([item], left)
    if (op === 'exists') return lefts.length > 0
    if (lefts.length === 0) return false
    const rights = this.#walk([item], right)
    if (rights.length === 0) return false
    if (lefts.length > 1 || rights.length > 1) throw new Fault('can only compare one element at a time')
    return compares(lefts[0], op, rights[0])
  }
}

type Json = Record<string, unknown>
const isMap = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v)

function identifierOf(part: TemplatePart): string | undefined {
  const first = 'action' in part ? part.action[0] : undefined
  return first?.type === 'identifier' && (first.name === 'range' || first.name === 'end') ? first.name : undefined
}

/** The place of the `{end}` of the range at `from`; the end of the template when there is none. */
function endOf(parts: readonly TemplatePart[], from: number): number {
  let depth = 0
  for (let i = from; i < parts.length; i++) {
    const word = identifierOf(parts[i]!)
    if (word === 'range') depth++
    else if (word === 'end' && --depth === 0) return i
  }
  return parts.length
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  // Go visits a map in no order; here it is that of the keys
  if (isMap(value))
    return Object.keys(value)
      .sort()
      .map((k) => value[k])
  return typeof value === 'string' ? [...new TextEncoder().encode(value)] : []
}

const descend = (value: unknown): unknown[] => {
  const inside = typeof value === 'string' ? [] : children(value)
  return inside.length === 0 ? [] : [value, ...inside.flatMap(descend)]
}

function slice(list: unknown, { from, to, step = 1, one }: PathNode & { type: 'slice' }): unknown[] {
  if (!Array.isArray(list)) throw new Fault(`${goType(list)} is not array or slice`)
  const { length } = list
  let start = from ?? 0
  if (start < 0) start += length
  let end = one ? (from ?? 0) + 1 : (to ?? length)
  if (end < 0 || (end === 0 && one)) end += length
  if (start === end) return []
  const outside = (index: number) => new Fault(`array index out of bounds: index ${index}, length ${length}`)
  if (start >= length || start < 0) throw outside(start)
  if (end > length || end < 0) throw outside(end - 1)
  if (start > end) throw new Fault(`starting index ${start} is greater than ending index ${end}`)
  if (step <= 0) throw new Fault('step must be > 0')
  return list.slice(start, end).filter((_, i) => i % step === 0)
}

function compares(left: unknown, op: string, right: unknown): boolean {
  const kinds = [typeof left, typeof right]
  if (kinds[0] !== kinds[1]) throw new Fault('incompatible types for comparison')
  const [a, b] = [left as number, right as number]
  switch (op) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '>':
      return a > b
    case '<=':
      return a <= b
    case '>=':
      return a >= b
    default:
      throw new Fault(`unrecognized filter operator ${op}`)
  }
}

const goType = (v: unknown): string =>
  isMap(v) ? 'map[string]interface {}' : typeof v === 'string' ? 'string' : typeof v === 'boolean' ? 'bool' : 'int64'

function asText(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return typeof value === 'object' ? compactJson(value) : goText(value)
}

/** Go's fmt.Sprint of a value of JSON: what custom columns show of lists and maps. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (isMap(value)) {
    return `map[${Object.keys(value)
      .sort()
      .map((k) => `${k}:${goText(value[k])}`)
      .join(' ')}]`
  }
  return String(value)
}

/** Go's %#v of a value of JSON. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (isMap(value)) {
    const pairs = Object.keys(value)
      .sort()
      .map((k) => `${JSON.stringify(k)}:${goSyntax(value[k])}`)
    return `map[string]interface {}{${pairs.join(', ')}}`
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
