/** A word of a shell line. */
export interface ScannedWord {
  /** What it is when nothing in it is expanded; undefined: something is. */
  readonly literal: string | undefined
  /** What it surely begins with. */
  readonly begins: string
}

export interface ScannedCommand {
  readonly assigns: readonly string[]
  readonly words: readonly ScannedWord[]
  /** Files that it would read or write by `<` and `>`. */
  readonly files: readonly ScannedWord[]
}

export interface Scanned {
  /** Of the line, of its substitutions and loops, in the order in which they stand. */
  readonly commands: readonly ScannedCommand[]
  /** [from, to) of what stands in single quotes, the quotes left out. */
  readonly quoted: readonly (readonly [number, number])[]
  /** Bodies of here-documents in which nothing is expanded. */
  readonly verbatim: readonly (readonly [number, number])[]
  /** One command, nothing before or behind it. */
  readonly single: boolean
}

/** Longer lines, and deeper ones, are not looked into. */
const LONGEST = 20_000
const DEEPEST = 12

/** What no shell takes in a line. */
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f]/

class NotUnderstood extends Error {}

/**
 * Which commands a line of POSIX sh would run, as far as that is certain from its text: a whole line, of simple commands, pipes, lists,
 * substitutions, here-documents, groups and for, while, until, if. undefined for everything else: what is returned is a line that bash
 * reads to its end.
 */
export function scanShell(text: string): Scanned | undefined {
  if (text.length > LONGEST || CONTROLS.test(text)) return undefined
  const scan = new Scan(text)
  try {
    const count = scan.list('end')
    return { ...scan.found, single: count === 1 && scan.found.commands.length === 1 }
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined
    throw error
  }
}

type End = 'end' | ')' | '}' | 'do' | 'done' | 'then' | 'else' | 'fi'
/** The words that close a list of commands. */
const closers = (end: Exclude<End, 'end' | ')'>): readonly string[] => (end === 'else' ? ['elif', 'else', 'fi'] : [end])
const RESERVED: ReadonlySet<string> = new Set([
  ...['if', 'then', 'else', 'elif', 'fi', 'for', 'while', 'until', 'do', 'done', 'case', 'esac', 'in', '{', '}', '!'],
  ...['function', 'select', 'time', 'coproc', '[[', ']]'],
])

class Scan {
  readonly found = {
    commands: [] as ScannedCommand[],
    quoted: [] as [number, number][],
    verbatim: [] as [number, number][],
  }
  private at = 0
  private depth = 0
  /** Here-documents whose bodies begin behind the next line break. */
  private pending: { readonly end: string; readonly expands: boolean; readonly tabs: boolean }[] = []
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  private fail(): never {
    throw new NotUnderstood()
  }

  /** Commands up to what ends them, which is read too; how many pipelines, or parts of pipelines, there are. */
  list(end: End): number {
    if (++this.depth > DEEPEST) this.fail()
    let count = 0
    /** A command has to follow: behind `|`, `&&`, and where a list begins. */
    let wants = end !== 'end'
    let piped = false
    for (;;) {
      this.blanks(true)
      if (this.at >= this.text.length) {
        if (end !== 'end' || (wants && count > 0) || this.pending.length > 0) this.fail()
        break
      }
      if (end === ')' && this.text[this.at] === ')') {
        if (wants || this.pending.length > 0) this.fail()
        this.at++
        break
      }
      if (end !== 'end' && end !== ')') {
        const word = this.peekWord()
        if (closers(end).includes(word)) {
          if (wants) this.fail()
          this.closed = word
          this.at += word.length
          break
        }
      }
      this.command(piped)
      count++
      this.blanks(false)
      const operator = /^(\|\||&&|\||;(?![;&])|&(?!>)|\n)?/.exec(this.text.slice(this.at))![0]
      const before = this.at
      this.at += operator.length
      if (operator === '\n') this.bodies()
      piped = operator === '|'
      wants = piped || operator === '||' || operator === '&&'
      if (operator === '') {
        if (this.at >= this.text.length && end === 'end') continue
        if (end === ')' && this.text[before] === ')') continue
        this.fail()
      }
    }
    this.depth--
    return count
  }

  /** The word that closed the last list. */
  private closed = ''

  private command(piped: boolean): void {
    if (this.text[this.at] === '(') {
      if (this.text[this.at + 1] === '(') this.fail()
      this.at++
      this.list(')')
      this.redirects()
      return
    }
    const word = this.peekWord()
    switch (word) {
      case '!':
        if (piped) this.fail()
        this.at++
        if (!/[ \t]/.test(this.text[this.at] ?? '')) this.fail()
        this.blanks(false)
        if (/^($|[\n;&|!)])/.test(this.text.slice(this.at, this.at + 1))) this.fail()
        this.command(true)
        return
      case '{':
        this.at++
        this.list('}')
        this.redirects()
        return
      case 'while':
      case 'until':
        this.at += word.length
        this.list('do')
        this.list('done')
        this.redirects()
        return
      case 'if':
        this.at += word.length
        this.list('then')
        for (;;) {
          this.list('else')
          if (this.closed === 'elif') {
            this.list('then')
            continue
          }
          if (this.closed === 'else') this.list('fi')
          break
        }
        this.redirects()
        return
      case 'for': {
        this.at += word.length
        this.blanks(false)
        const name = /^[A-Za-z_]\w*(?=[ \t])/.exec(this.text.slice(this.at))?.[0]
        if (name === undefined) this.fail()
        this.at += name.length
        this.found.commands.push({ assigns: [name], words: [], files: [] })
        this.blanks(false)
        if (this.peekWord() !== 'in') this.fail()
        this.at += 2
        for (;;) {
          this.blanks(false)
          if (/[;\n]/.test(this.text[this.at] ?? '')) break
          if (/[<>&|()]/.test(this.text[this.at] ?? '') || this.word() === undefined) this.fail()
        }
        this.at++
        this.blanks(true)
        if (this.peekWord() !== 'do') this.fail()
        this.at += 2
        this.list('done')
        this.redirects()
        return
      }
      default:
        if (RESERVED.has(word)) this.fail()
        this.simple()
    }
  }

  private simple(): void {
    const assigns: string[] = []
    const words: ScannedWord[] = []
    const files: ScannedWord[] = []
    const from = this.at
    for (;;) {
      this.blanks(false)
      if (this.redirect(files)) continue
      // an array's element
      if (words.length === 0 && /^[A-Za-z_]\w*\[/.test(this.text.slice(this.at))) this.fail()
      const assigned = words.length === 0 ? /^[A-Za-z_]\w*(?==)/.exec(this.text.slice(this.at))?.[0] : undefined
      const word = this.word()
      if (word === undefined) break
      if (assigned !== undefined) assigns.push(assigned)
      else words.push(word)
      // a function's definition, or an array
      if (this.text[this.at] === '(') this.fail()
    }
    if (this.at === from) this.fail()
    this.found.commands.push({ assigns, words, files })
  }

  /** Behind a group or a loop. */
  private redirects(): void {
    const files: ScannedWord[] = []
    for (;;) {
      this.blanks(false)
      if (!this.redirect(files)) break
    }
    if (files.length > 0) this.found.commands.push({ assigns: [], words: [], files })
    if (/[^\s;&|)]/.test(this.text[this.at] ?? ' ')) this.fail()
  }

  private redirect(files: ScannedWord[]): boolean {
    const operator = /^(\d*(<<-|<<(?!<)|<&|<(?![<>(])|>>|>&|>\||>(?!\())|&>>?)/.exec(this.text.slice(this.at))?.[0]
    if (operator === undefined) return false
    this.at += operator.length
    this.blanks(false)
    if (operator.endsWith('<<') || operator.endsWith('<<-')) {
      const end = /^('([\w.-]+)'|"([\w.-]+)"|([\w.-]+))(?=[\s;&|)<>]|$)/.exec(this.text.slice(this.at))
      if (!end) this.fail()
      this.at += end[0].length
      const expands = end[4] !== undefined
      this.pending.push({ end: (end[2] ?? end[3] ?? end[4])!, expands, tabs: operator.endsWith('-') })
      return true
    }
    const target = this.word()
    // `> 2>&1` has no target: the number belongs to what follows
    if (!target || (/^\d+$/.test(target.literal ?? '') && /[<>]/.test(this.text[this.at] ?? ''))) this.fail()
    if (operator.endsWith('>&') || operator.endsWith('<&')) {
      if (!/^(\d|-)$/.test(target.literal ?? '')) this.fail()
    } else files.push(target)
    return true
  }

  /** Behind a line break: what here-documents hold. */
  private bodies(): void {
    for (const { end, expands, tabs } of this.pending.splice(0)) {
      const from = this.at
      for (;;) {
        if (this.at >= this.text.length) this.fail()
        const to = this.text.indexOf('\n', this.at)
        const line = this.text.slice(this.at, to < 0 ? undefined : to)
        const start = this.at
        this.at = to < 0 ? this.text.length : to + 1
        if ((tabs ? line.replace(/^\t+/, '') : line) !== end) continue
        const body = this.text.slice(from, start)
        if (!expands) this.found.verbatim.push([from, start])
        else if (/[`\\]|\$[^\w]|\$$/.test(body)) this.fail()
        break
      }
    }
  }

  /** Blanks, comments, line continuations; with `lines` also line breaks. */
  private blanks(lines: boolean): void {
    for (;;) {
      const c = this.text[this.at]
      if (c === ' ' || c === '\t') this.at++
      else if (c === '\\' && this.text[this.at + 1] === '\n') this.at += 2
      else if (c === '#' && /^$|[\s;&|(]/.test(this.text[this.at - 1] ?? '')) {
        const end = this.text.indexOf('\n', this.at)
        this.at = end < 0 ? this.text.length : end
      } else if (c === '\n' && lines) {
        this.at++
        this.bodies()
      } else return
    }
  }

  /** The word here when it is bare, as reserved words are. */
  private peekWord(): string {
    return /^([a-z]+|!|\{|\}|\[\[|\]\])(?=[\s;&|()<>]|$)/.exec(this.text.slice(this.at, this.at + 12))?.[0] ?? ''
  }

  private word(): ScannedWord | undefined {
    const from = this.at
    let literal: string | undefined = ''
    let begins = ''
    const add = (piece: string | undefined) => {
      if (piece === undefined) literal = undefined
      else if (literal !== undefined) {
        literal += piece
        begins += piece
      }
    }
    for (;;) {
      const c = this.text[this.at]
      if (c === undefined || /[\s;&|<>()]/.test(c) || (c === '#' && this.at === from)) break
      if (c === '`') this.fail()
      if (c === "'") {
        const end = this.text.indexOf("'", this.at + 1)
        if (end < 0) this.fail()
        this.found.quoted.push([this.at + 1, end])
        add(this.text.slice(this.at + 1, end))
        this.at = end + 1
      } else if (c === '"') this.doubleQuoted(add)
      else if (c === '\\') {
        const next = this.text[this.at + 1]
        // a word that goes on in the next line could be a reserved one
        if (next === undefined || next === '\n') this.fail()
        add(next)
        this.at += 2
      } else if (c === '$') this.dollar(add)
      else {
        // what bash expands, beside variables
        if (/[*?[\]{}~]/.test(c)) add(this.isPattern(c) ? undefined : c)
        else add(c)
        this.at++
      }
    }
    return this.at === from ? undefined : { literal, begins }
  }

  /** A lone `[`, `{}` of xargs and brackets of an address are themselves as long as nothing matches: only `~` and braces change a word. */
  private isPattern(c: string): boolean {
    return c === '~' || ((c === '{' || c === '}') && this.text.slice(this.at - 1, this.at + 2).indexOf('{}') < 0)
  }

  private doubleQuoted(add: (piece: string | undefined) => void): void {
    this.at++
    for (;;) {
      const c = this.text[this.at]
      // `!` is for the history of a shell at a keyboard
      if (c === undefined || c === '`') this.fail()
      if (c === '"') {
        this.at++
        add('')
        return
      }
      if (c === '\\') {
        const next = this.text[this.at + 1]
        if (next === undefined) this.fail()
        add(/["\\$`]/.test(next) ? next : next === '\n' ? '' : `\\${next}`)
        this.at += 2
      } else if (c === '$') this.dollar(add)
      else {
        add(c)
        this.at++
      }
    }
  }

  private dollar(add: (piece: string | undefined) => void): void {
    const rest = this.text.slice(this.at)
    const plain =
      /^\$([A-Za-z_]\w*|[\d?#$!@*-])/.exec(rest) ??
      /^\$\{#?[A-Za-z_]\w*([:]?[-+=?][^}`$\\'"{]*|(##?|%%?)[^}`$\\'"{]*)?\}/.exec(rest)
    const arithmetic = /^\$\(\(([\w\s+\-*/%<>=!&|]|\$[A-Za-z_]\w*)*\)\)/.exec(rest)
    if (plain) this.at += plain[0].length
    else if (arithmetic) this.at += arithmetic[0].length
    else if (rest.startsWith('$(') && !rest.startsWith('$((')) {
      this.at += 2
      if (this.pending.length > 0) this.fail()
      this.list(')')
    } else if (/^\$([\s"/.,:;%)]|$)/.test(rest)) {
      add('$')
      this.at++
      return
    } else this.fail()
    add(undefined)
  }
}
