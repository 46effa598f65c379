import { toYaml } from './to-yaml.ts'

/** The order in which a person writes an object's first fields. */
const FIRST = ['apiVersion', 'kind', 'metadata', 'spec', 'name', 'namespace']

const rank = (key: string): number => (FIRST.indexOf(key) + FIRST.length + 1) % (FIRST.length + 1)

type Fields = Readonly<Record<string, unknown>>
const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const fields = (map: Fields): [string, unknown][] => Object.entries(map).filter(([, value]) => value !== undefined)

/** A scalar as it is written behind a colon: what go-yaml would print, on one line. */
function scalar(value: unknown, inFlow: boolean): string {
  const text = toYaml(value).slice(0, -1)
  if (typeof value !== 'string') return text
  const plain = !text.startsWith('"') && !text.startsWith("'")
  if (text.includes('\n') || (inFlow && plain && /[,[\]{}?:]/.test(text)) || text === '') return quoted(value)
  return text
}

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** A string in double quotes, as YAML and JSON both read it. */
function quoted(text: string): string {
  const code = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(text.replace(LONE, '\ufffd')).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, code)
}

/** A key as it is written before its colon. */
export function flowKey(name: string): string {
  return scalar(name, true)
}

/** A value in braces and brackets, on one line. */
export function flowValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowValue).join(', ')}]`
  if (isMap(value)) {
    return `{${fields(value)
      .map(([key, item]) => `${flowKey(key)}: ${flowValue(item)}`)
      .join(', ')}}`
  }
  return scalar(value, true)
}

/** A value as JSON, on one line with a space behind each colon and comma, or indented. */
export function jsonText(value: unknown, indented = false): string {
  if (indented) return JSON.stringify(value, null, 2)
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item)).join(', ')}]`
  if (isMap(value))
    return `{${fields(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${jsonText(item)}`)
      .join(', ')}}`
  return JSON.stringify(value ?? null)
}

/**
 * A value in block style for a key or a dash in column `column`. `behind` a key's colon: a collection begins on the next line, a scalar
 * with a blank; `inline`: at the place itself, as behind a dash. `listIndent`: columns that a list stands in from its key.
 */
export function blockValue(value: unknown, column: number, how: 'behind' | 'inline', listIndent = 0): string {
  if (Array.isArray(value) && value.length > 0) {
    const indent = how === 'inline' ? column + 2 : Math.max(column, 0) + listIndent
    const items = value.map((item) => `- ${blockValue(item, indent, 'inline', listIndent)}`)
    return (how === 'inline' ? '' : newLine(indent)) + items.join(newLine(indent))
  }
  if (isMap(value) && fields(value).length > 0) {
    const indent = column + 2
    const lines = fields(value).map(
      ([key, item]) => `${flowKey(key)}:${blockValue(item, indent, 'behind', listIndent)}`,
    )
    return (how === 'inline' ? '' : newLine(indent)) + lines.join(newLine(indent))
  }
  const text = Array.isArray(value)
    ? '[]'
    : isMap(value)
      ? '{}'
      : (literal(value, Math.max(column, 0)) ?? scalar(value, false))
  return how === 'inline' ? text : ` ${text}`
}

const newLine = (indent: number): string => `\n${' '.repeat(indent)}`

/** Text of several lines, where go-yaml would write it with `|`. */
function literal(value: unknown, column: number): string | undefined {
  if (typeof value !== 'string' || !value.includes('\n')) return undefined
  const printed = toYaml({ a: value })
  if (!printed.startsWith('a: |')) return undefined
  const lines = printed.slice(3, -1).split('\n')
  return lines.map((line, i) => (i === 0 || line === '' ? line : ' '.repeat(column) + line)).join('\n')
}

/** A whole object as a person would write it: apiVersion, kind and metadata first. Ends with a line break. */
export function documentText(value: unknown, listIndent = 0): string {
  if (!isMap(value)) return toYaml(value)
  const sorted = Object.fromEntries(fields(value).sort(([a], [b]) => rank(a) - rank(b)))
  return fields(sorted)
    .map(([key, item]) => `${flowKey(key)}:${blockValue(item, 0, 'behind', listIndent)}\n`)
    .join('')
}
