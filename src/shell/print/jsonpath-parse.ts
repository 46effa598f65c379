/** k8s client-go util/jsonpath/parser.go (v1.36) */
export type PathNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'value'; readonly value: number | boolean }
  | { readonly type: 'field'; readonly name: string }
  | {
      readonly type: 'slice'
      readonly from?: number
      readonly to?: number
      readonly step?: number
      readonly one: boolean
    }
  | {
      readonly type: 'filter'
      readonly left: readonly PathNode[]
      readonly op: string
      readonly right: readonly PathNode[]
    }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly of: readonly (readonly PathNode[])[] }
  | { readonly type: 'identifier'; readonly name: string }

/** A template: plain text, and actions in braces. */
export type TemplatePart = { readonly text: string } | { readonly action: readonly PathNode[] }

/** A fault in the template itself. Stays inside this folder: `parseTemplate` turns it into a value. */
class Fault {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

export type ParsedTemplate =
  | { readonly ok: true; readonly parts: readonly TemplatePart[] }
  | { readonly ok: false; readonly error: string }

export function parseTemplate(text: string): ParsedTemplate {
  try {
    const parts: TemplatePart[] = []
    let at = 0
    while (at < text.length) {
      const open = text.indexOf('{', at)
      if (open !== at) parts.push({ text: text.slice(at, open < 0 ? undefined : open) })
      if (open < 0) break
      const parser = new ActionParser(text, open + 1)
      parts.push({ action: parser.parse() })
      at = parser.at
    }
    return { ok: true, parts }
  } catch (thrown) {
    if (thrown instanceof Fault) return { ok: false, error: thrown.message }
    throw thrown
  }
}

const TERMINATORS = ' \t\r\n.,[]$@{}'

class ActionParser {
  readonly #text: string
  at: number
  readonly #nodes: PathNode[] = []

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  /** Reads up to and past the closing brace. */
  parse(): readonly PathNode[] {
    for (;;) {
      const rest = this.#text.slice(this.at)
      const ch = rest[0]
      if (ch === '}') {
        this.at++
        return this.#nodes
      }
      if (rest.startsWith('[?(')) this.#filter()
      else if (rest.startsWith('..')) this.#recursive()
      else if (ch === undefined || ch === '\r' || ch === '\n') throw new Fault('unclosed action')
      else if (ch === ' ' || ch === '@' || ch === '$') this.at++
      else if (ch === '[') this.#array()
      else if (ch === '"' || ch === "'") this.#quote(ch)
      else if (ch === '.') {
        this.at++
        this.#field()
      } else if (/[+\-\d]/.test(ch)) this.#number()
      else if (/[\p{L}_]/u.test(ch)) this.#identifier()
      else {
        const code = ch.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
        throw new Fault(`unrecognized character in action: U+${code} '${ch}'`)
      }
    }
  }

  #field(): void {
    const from = this.at
    while (this.at < this.#text.length) {
      const ch = this.#text[this.at]!
      if (ch === '\\') this.at += 2
      else if (TERMINATORS.includes(ch)) break
      else this.at++
    }
    const name = this.#text.slice(from, this.at)
    this.#nodes.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') })
  }

  #recursive(): void {
    if (this.#nodes.at(-1)?.type === 'recursive') throw new Fault('invalid multiple recursive descent')
    this.at += 2
    this.#nodes.push({ type: 'recursive' })
    if (/[\p{L}\d_]/u.test(this.#text[this.at] ?? '')) this.#field()
  }

  #number(): void {
    const [text] = /^[+-]?[\d.]*/.exec(this.#text.slice(this.at))!
    this.at += text.length
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new Fault(`cannot parse number ${text}`)
    this.#nodes.push({ type: 'value', value: Number(text) })
  }

  #identifier(): void {
    const from = this.at
    while (this.at < this.#text.length && !TERMINATORS.includes(this.#text[this.at]!)) this.at++
    const name = this.#text.slice(from, this.at)
    this.#nodes.push(
      name === 'true' || name === 'false' ? { type: 'value', value: name === 'true' } : { type: 'identifier', name },
    )
  }

  #quote(end: string): void {
    const from = this.at++
    for (;;) {
      const ch = this.#text[this.at]
      if (ch === undefined || ch === '\n') throw new Fault('unterminated quoted string')
      this.at++
      if (ch === end && this.#text[this.at - 2] !== '\\') break
    }
    this.#nodes.push({ type: 'text', text: unquote(this.#text.slice(from + 1, this.at - 1)) })
  }

  #array(): void {
    const close = this.#text.indexOf(']', this.at)
    const line = this.#text.indexOf('\n', this.at)
    if (close < 0 || (line >= 0 && line < close)) throw new Fault('unterminated array')
    const inside = this.#text.slice(this.at + 1, close)
    this.at = close + 1
    const items = inside.split(',')
    if (items.length > 1) {
      this.#nodes.push({ type: 'union', of: items.map((item) => subAction(`[${item.trim()}]`)) })
      return
    }
    const key = /^'([^']*)'$/.exec(inside)
    if (key) {
      this.#nodes.push(...subAction(`.${key[1]}`))
      return
    }
    const text = inside === '*' ? ':' : inside
    const slice = /^(-?[\d]*)(:-?[\d]*)?(:-?[\d]*)?$/.exec(text)
    if (!slice) throw new Fault(`invalid array index ${text}`)
    const number = (part: string | undefined) => {
      const digits = part?.replace(/^:/, '') ?? ''
      if (digits === '-') throw new Fault(`array index ${digits} is not a number`)
      return digits === '' ? undefined : Number(digits)
    }
    const from = number(slice[1])
    const [to, step] = [number(slice[2]), number(slice[3])]
    this.#nodes.push({ type: 'slice', from, to, step, one: slice[2] === undefined })
  }

  #filter(): void {
    this.at += 3
    const from = this.at
    let quote: string | undefined
    let closed = false
    for (;;) {
      const ch = this.#text[this.at++]
      if (ch === undefined || ch === '\n') throw new Fault('unterminated filter')
      if ((ch === '"' || ch === "'") && quote === undefined) quote = ch
      else if (ch === quote && this.#text[this.at - 2] !== '\\') closed = true
      else if (ch === ')' && (quote === undefined) === !closed) break
    }
    if (this.#text[this.at++] !== ']') throw new Fault('unclosed array expect ]')
    const text = this.#text.slice(from, this.at - 2)
    const compared = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(text)
    this.#nodes.push(
      compared
        ? { type: 'filter', left: subAction(compared[1]!), op: compared[2]!, right: subAction(compared[3]!) }
        : { type: 'filter', left: subAction(text), op: 'exists', right: [] },
    )
  }
}

const subAction = (text: string): readonly PathNode[] => new ActionParser(`${text}}`, 0).parse()

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }

const unquote = (text: string): string =>
  text.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|.)/g, (_, e: string) =>
    e.length > 1 ? String.fromCharCode(Number.parseInt(e.slice(1), 16)) : (ESCAPES[e] ?? e),
  )
