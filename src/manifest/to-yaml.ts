import { formatNumber } from './go-numbers.ts'
import { compareKeys } from './key-order.ts'
import { chooseStyle, literalHint, quoteDouble } from './yaml-quoting.ts'

/**
 * An object as `kubectl -o yaml` prints it: keys sorted, block style, lists not indented under their key, go-yaml's quoting and its
 * folding at 80 columns. Fields that are undefined are left out. Ends with a line break.
 * sigs.k8s.io/yaml yaml.go JSONToYAML (v1.6.0), go.yaml.in/yaml/v2 encode.go, emitterc.go (v2.4.3)
 */
export function toYaml(value: unknown): string {
  const printer = new Printer()
  printer.node(value, 0, 'root')
  return `${printer.out}\n`
}

const WIDTH = 80
const STEP = 2

type Fields = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A map's fields that are there, in go-yaml's order. */
const fieldsOf = (map: Fields): string[] =>
  Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort(compareKeys)

class Printer {
  out = ''
  private column = 0

  private put(text: string): void {
    this.out += text
    for (const _ of text) this.column++
  }

  private newLine(indent: number): void {
    this.out += `\n${' '.repeat(indent)}`
    this.column = indent
  }

  /** A node behind a key's colon or an item's dash; `indent` is the column of the collection that it is in. */
  node(value: unknown, indent: number, within: 'root' | 'map' | 'item' | 'complex'): void {
    if (isMap(value)) {
      const keys = fieldsOf(value)
      if (keys.length > 0) this.map(value, keys, within, indent)
      else this.put(within === 'root' ? '{}' : ' {}')
    } else if (Array.isArray(value)) {
      if (value.length > 0) this.list(value, within, indent)
      else this.put(within === 'root' ? '[]' : ' []')
    } else {
      if (within !== 'root') this.put(' ')
      this.scalar(value, indent + STEP, false)
    }
  }

  private map(map: Fields, keys: readonly string[], within: string, indent: number): void {
    const column = within === 'root' ? 0 : indent + STEP
    const inline = within !== 'map'
    if (inline && within !== 'root') this.put(' ')
    keys.forEach((key, i) => {
      if (i > 0 || !inline) this.newLine(column)
      if (/[\n\r\u0085\u2028\u2029]/.test(key) || utf8Length(key) > 128) {
        this.put('? ')
        this.scalar(key, column + STEP, false)
        this.newLine(column)
        this.put(':')
        this.node(map[key], column, 'complex')
      } else {
        this.scalar(key, column + STEP, true)
        this.put(':')
        this.node(map[key], column, 'map')
      }
    })
  }

  private list(list: readonly unknown[], within: string, indent: number): void {
    const column = within === 'root' || within === 'map' ? indent : indent + STEP
    const inline = within !== 'map'
    if (inline && within !== 'root') this.put(' ')
    list.forEach((item, i) => {
      if (i > 0 || !inline) this.newLine(column)
      this.put('-')
      this.node(item === undefined ? null : item, column, 'item')
    })
  }

  private scalar(value: unknown, indent: number, key: boolean): void {
    if (typeof value !== 'string') {
      this.put(typeof value === 'number' ? formatNumber(value) : typeof value === 'boolean' ? String(value) : 'null')
      return
    }
    const style = chooseStyle(value, key)
    if (style === 'plain') this.folded(value, indent, !key)
    else if (style === 'literal') this.literal(value, indent)
    else {
      const quote = style === 'single' ? "'" : '"'
      this.put(quote)
      if (style === 'single') this.folded(value.replaceAll("'", "''"), indent, !key, true)
      else this.doubleQuoted(value, indent, !key)
      this.put(quote)
    }
  }

  /** Text that is broken at single spaces behind column 80; line breaks in it (quoted only) are doubled. */
  private folded(value: string, indent: number, mayBreak: boolean, quoted = false): void {
    let spaces = false
    let breaks = false
    const chars = [...value]
    chars.forEach((c, i) => {
      if (c === ' ') {
        const inside = !quoted || (i > 0 && i < chars.length - 1)
        if (mayBreak && !spaces && this.column > WIDTH && inside && chars[i + 1] !== ' ') this.newLine(indent)
        else this.put(c)
        spaces = true
      } else if (c === '\n' || c === '\u0085' || c === '\u2028' || c === '\u2029') {
        if (!breaks && c === '\n') this.out += '\n'
        this.out += c
        this.column = 0
        breaks = true
      } else {
        if (breaks) {
          this.out += ' '.repeat(indent)
          this.column = indent
        }
        this.put(c)
        spaces = false
        breaks = false
      }
    })
  }

  private doubleQuoted(value: string, indent: number, mayBreak: boolean): void {
    let spaces = false
    const chars = [...value]
    chars.forEach((c, i) => {
      const escaped = quoteDouble(c)
      if (escaped !== undefined) {
        this.put(escaped)
        spaces = false
      } else if (c === ' ') {
        if (mayBreak && !spaces && this.column > WIDTH && i > 0 && i < chars.length - 1) {
          this.newLine(indent)
          if (chars[i + 1] === ' ') this.put('\\')
        } else this.put(c)
        spaces = true
      } else {
        this.put(c)
        spaces = false
      }
    })
  }

  private literal(value: string, indent: number): void {
    this.put(`|${literalHint(value)}`)
    const lines = value.split('\n')
    const last = lines.pop()!
    for (const line of lines) this.out += `\n${line === '' ? '' : ' '.repeat(indent) + line}`
    if (last !== '') this.out += `\n${' '.repeat(indent)}${last}`
    this.column = indent
  }
}

function utf8Length(text: string): number {
  let bytes = 0
  for (const c of text) {
    const code = c.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
