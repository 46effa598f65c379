import { isBlankOrEnd, isBreak } from './yaml-characters.ts'
import type { Mark } from './yaml-problem.ts'

/** A place in a document that moves on: what the scanner and the readers of single tokens share. */
export class Cursor {
  readonly text: string
  pos = 0
  line = 0
  lineStart = 0
  flowLevel = 0
  /** Column of the innermost block collection, -1 outside of any. */
  indent = -1

  /** `text` is one document as kubectl splits them; its last line ends with a line break. */
  constructor(text: string) {
    this.text = text
    if (text.charCodeAt(0) === 0xfeff) {
      this.pos = 1
      this.lineStart = 1
    }
  }

  get column(): number {
    return this.pos - this.lineStart
  }

  /** The character `ahead` of the present one; 0 at the end. */
  char(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead) | 0
  }

  mark(): Mark {
    return { at: this.pos, line: this.line }
  }

  skipLine(): void {
    const c = this.char()
    if (!isBreak(c)) return
    const next = this.char(1)
    if (c !== 13) this.pos++
    // kubectl takes the text apart by lines first, which turns \r\n into \n: of \r\r\n one line break is left
    else if (next === 10) this.pos += 2
    else this.pos += next === 13 && this.char(2) === 10 ? 3 : 1
    this.line++
    this.lineStart = this.pos
  }

  /** Takes a line break and returns what it counts as in a scalar; nothing at the end of the text. */
  readLine(): string {
    const c = this.char()
    if (!isBreak(c)) return ''
    this.skipLine()
    return c === 0x2028 ? '\u2028' : c === 0x2029 ? '\u2029' : '\n'
  }

  /** `---` or `...` at the beginning of a line, with a blank or nothing after it. */
  isDocumentIndicator(): boolean {
    const c = this.char()
    return (c === 45 || c === 46) && this.char(1) === c && this.char(2) === c && isBlankOrEnd(this.char(3))
  }
}
