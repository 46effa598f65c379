/**
 * What Go's encoding/json finds wrong with a text, in its words; undefined for JSON.
 * go encoding/json scanner.go (1.26)
 */
export function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch {
    return new Scanner(text).fault()
  }
}

const END = 'unexpected end of JSON input'

class Scanner {
  readonly #text: string
  #at = 0
  #fault: string | undefined

  constructor(text: string) {
    this.#text = text
  }

  fault(): string | undefined {
    this.#value('looking for beginning of value')
    if (this.#fault === undefined && this.#space() !== undefined) this.#bad('after top-level value')
    return this.#fault
  }

  #bad(where: string): void {
    const ch = this.#text[this.#at]
    const quoted = ch === "'" ? "'\\''" : ch === '"' ? "'\"'" : ch === '\n' ? "'\\n'" : `'${ch}'`
    this.#fault ??= ch === undefined ? END : `invalid character ${quoted} ${where}`
  }

  /** The next character that is no space, or undefined at the end. */
  #space(): string | undefined {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++
    return this.#text[this.#at]
  }

  #value(where: string): void {
    const ch = this.#space()
    if (ch === '{') this.#object()
    else if (ch === '[') this.#array()
    else if (ch === '"') this.#string()
    else if (ch === 't' || ch === 'f' || ch === 'n') this.#literal({ t: 'true', f: 'false', n: 'null' }[ch])
    else if (ch !== undefined && /[-0-9]/.test(ch)) this.#number()
    else this.#bad(where)
  }

  #literal(word: string): void {
    for (const [i, letter] of [...word].entries()) {
      if (this.#text[this.#at] !== letter) {
        this.#bad(i === 0 ? 'looking for beginning of value' : `in literal ${word} (expecting '${letter}')`)
        return
      }
      this.#at++
    }
  }

  #number(): void {
    const [found = ''] = /^-?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d+)?/.exec(this.#text.slice(this.#at)) ?? []
    this.#at += found.length
    if (found === '-') this.#bad('in numeric literal')
  }

  #string(): void {
    this.#at++
    for (;;) {
      const ch = this.#text[this.#at]
      if (ch === undefined || ch < ' ') {
        this.#bad('in string literal')
        return
      }
      this.#at++
      if (ch === '"') return
      if (ch !== '\\') continue
      const code = this.#text[this.#at]
      if (code === undefined || !'"\\/bfnrtu'.includes(code)) {
        this.#bad('in string escape code')
        return
      }
      this.#at++
    }
  }

  #object(): void {
    this.#at++
    if (this.#space() === '}') {
      this.#at++
      return
    }
    while (this.#fault === undefined) {
      if (this.#space() !== '"') {
        this.#bad('looking for beginning of object key string')
        return
      }
      this.#string()
      if (this.#fault !== undefined) return
      if (this.#space() !== ':') {
        this.#bad('after object key')
        return
      }
      this.#at++
      this.#value('looking for beginning of value')
      if (this.#fault !== undefined || this.#ends('}', 'after object key:value pair')) return
    }
  }

  #array(): void {
    this.#at++
    if (this.#space() === ']') {
      this.#at++
      return
    }
    while (this.#fault === undefined) {
      this.#value('looking for beginning of value')
      if (this.#fault !== undefined || this.#ends(']', 'after array element')) return
    }
  }

  #ends(close: string, where: string): boolean {
    const ch = this.#space()
    if (ch !== close && ch !== ',') {
      this.#bad(where)
      return true
    }
    this.#at++
    return ch === close
  }
}
