/** A piece of a word. `quoted`: what it expands to is not split at blanks. */
export type Part =
  | { readonly type: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly type: 'var'
      readonly name: string
      readonly quoted: boolean
      /** `${NAME:-word}` and its kin. */
      readonly operator?: Operator
      readonly word?: Word
    }
  | { readonly type: 'command'; readonly list: List; readonly quoted: boolean }
  | { readonly type: 'arithmetic'; readonly text: Word; readonly quoted: boolean }

export type Operator = ':-' | '-' | ':=' | '=' | ':+' | '+' | ':?' | '?' | '#' | '##' | '%' | '%%' | 'length'
export type Word = readonly Part[]

export interface Redirect {
  readonly fd: number
  readonly operator: '>' | '>>' | '<' | '>&' | '<<'
  /** The file, the number after `>&`, or the text of a here-document. */
  readonly target: Word
}

interface Redirected {
  readonly redirects: readonly Redirect[]
}

export type Command =
  | (Redirected & {
      readonly type: 'simple'
      readonly assigns: readonly { readonly name: string; readonly value: Word }[]
      readonly words: readonly Word[]
    })
  | (Redirected & {
      readonly type: 'for'
      readonly name: string
      readonly words: readonly Word[]
      readonly body: List
    })
  | (Redirected & { readonly type: 'while'; readonly until: boolean; readonly condition: List; readonly body: List })
  | (Redirected & {
      readonly type: 'if'
      readonly branches: readonly { readonly condition: List; readonly body: List }[]
      readonly otherwise?: List
    })
  | (Redirected & { readonly type: 'group'; readonly subshell: boolean; readonly body: List })
  | (Redirected & {
      readonly type: 'case'
      readonly word: Word
      readonly items: readonly { readonly patterns: readonly Word[]; readonly body: List }[]
    })
  /** `name() { …; }`: from now on the name is a command. */
  | (Redirected & { readonly type: 'function'; readonly name: string; readonly body: Command })

export interface Pipeline {
  readonly negated: boolean
  readonly commands: readonly Command[]
}

/** Pipelines one after the other; `when` says what the status before has to be. */
export type List = readonly { readonly when: 'always' | 'success' | 'failure'; readonly pipeline: Pipeline }[]

export type Parsed =
  | { readonly ok: true; readonly list: List }
  /** `incomplete`: more lines could make it whole. */
  | { readonly ok: false; readonly incomplete: boolean; readonly error: string }

/** Longest text that is read, and how deeply commands may stand in each other. */
const MOST_CHARACTERS = 65_536
const DEEPEST = 60

const RESERVED = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'in',
  'case',
  'esac',
  '{',
  '}',
  '!',
])
const NOT_HERE: Readonly<Record<string, string>> = {
  '[[': '[[ is not POSIX: write [ "$x" = y ]',
  select: 'nobody can be asked here: use for',
}
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/

class Problem {
  constructor(
    readonly message: string,
    readonly incomplete = false,
  ) {}
}

interface Pending {
  readonly delimiter: string
  readonly literal: boolean
  readonly tabs: boolean
  readonly fill: (target: Word) => void
}

/**
 * A text as POSIX sh reads it, as far as it goes here: words and quotes, `$NAME`, `${…}`, `$(…)`, `$((…))`, pipes, `&&`, `||`, `;`, for,
 * while, until, if, case, groups, functions, redirections and here-documents. Never throws. POSIX.1-2024, Shell Command Language, 2.3 and 2.10.
 */
export function parse(text: string): Parsed {
  if (text.length > MOST_CHARACTERS) return { ok: false, incomplete: false, error: 'the text is too long' }
  const parser = new Parser(text)
  try {
    return { ok: true, list: parser.program() }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    return { ok: false, incomplete: problem.incomplete, error: problem.message }
  }
}

/** Whether a line asks for another one: an open quote, a loop without `done`, a here-document without its end. */
export function needsMore(text: string): boolean {
  const parsed = parse(text)
  return !parsed.ok && parsed.incomplete
}

const unexpected = (what: string) =>
  what === ''
    ? new Problem('syntax error: unexpected end of file', true)
    : new Problem(`syntax error: unexpected "${what}"`)

class Parser {
  #at = 0
  #depth = 0
  #heredocs: Pending[] = []
  readonly #text: string

  constructor(text: string, depth = 0) {
    this.#text = text
    this.#depth = depth
  }

  program(): List {
    const list = this.#list(() => false)
    if (this.#at < this.#text.length) throw unexpected(this.#nextToken())
    if (this.#heredocs.length > 0) throw new Problem('syntax error: here-document without its end', true)
    return list
  }

  #peek(n = 0): string {
    return this.#text[this.#at + n] ?? ''
  }

  /** Blanks, comments and continued lines. */
  #blanks(): void {
    for (;;) {
      const c = this.#peek()
      if (c === ' ' || c === '\t' || c === '\r') this.#at++
      else if (c === '\\' && this.#peek(1) === '\n') this.#at += 2
      else if (c === '#') while (this.#at < this.#text.length && this.#peek() !== '\n') this.#at++
      else return
    }
  }

  /** Blanks and the ends of lines; here-documents begin after one. */
  #newlines(): void {
    for (;;) {
      this.#blanks()
      if (this.#peek() !== '\n') return
      this.#at++
      this.#readHeredocs()
    }
  }

  #nextToken(): string {
    this.#blanks()
    return /^(&&|\|\||;;|[\n|&;<>()]|[^\s|&;<>()]+)/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0] ?? ''
  }

  #deeper<T>(act: () => T): T {
    if (++this.#depth > DEEPEST) throw new Problem('commands stand in each other too deeply')
    const result = act()
    this.#depth--
    return result
  }

  #list(ends: (word: string) => boolean): List {
    return this.#deeper(() => {
      const out: { when: 'always' | 'success' | 'failure'; pipeline: Pipeline }[] = []
      let when: 'always' | 'success' | 'failure' = 'always'
      for (;;) {
        this.#newlines()
        const token = this.#nextToken()
        if (token === '' || token === ')' || ends(token)) {
          if (when !== 'always') throw unexpected(token)
          return out
        }
        out.push({ when, pipeline: this.#pipeline() })
        this.#blanks()
        const two = this.#text.slice(this.#at, this.#at + 2)
        if (two === '&&' || two === '||') {
          when = two === '&&' ? 'success' : 'failure'
          this.#at += 2
          continue
        }
        when = 'always'
        const c = this.#peek()
        if (two === ';;') {
          if (ends(two)) continue
          throw unexpected(two)
        }
        if (c === '&')
          throw new Problem(
            'jobs in the background are not there: commands run one after the other; a second terminal runs beside this one',
          )
        if (c === ';') this.#at++
        else if (c !== '\n') {
          if (c === '' || c === ')' || ends(this.#nextToken())) continue
          throw unexpected(this.#nextToken())
        }
      }
    })
  }

  #pipeline(): Pipeline {
    let negated = false
    while (this.#nextToken() === '!') {
      negated = !negated
      this.#at++
    }
    const commands = [this.#command()]
    for (;;) {
      this.#blanks()
      if (this.#peek() !== '|' || this.#peek(1) === '|') return { negated, commands }
      this.#at++
      if (this.#peek() === '&') throw new Problem('"|&" is not there: write "2>&1 |"')
      this.#newlines()
      commands.push(this.#command())
    }
  }

  #command(): Command {
    const token = this.#nextToken()
    const body = (): Command | undefined => {
      switch (token) {
        case '(':
          return this.#group('(', ')')
        case '{':
          return this.#group('{', '}')
        case 'for':
          return this.#for()
        case 'while':
        case 'until':
          return this.#while(token === 'until')
        case 'if':
          return this.#if()
        case 'case':
          return this.#case()
        default:
          return this.#function(token)
      }
    }
    const compound = body()
    if (!compound) return this.#simple()
    const redirects = [...compound.redirects]
    while (this.#redirect(redirects));
    return { ...compound, redirects }
  }

  #group(open: '(' | '{', close: ')' | '}'): Command {
    this.#at++
    const body = this.#list((word) => word === close)
    this.#word(close)
    if (body.length === 0) throw unexpected(close)
    return { type: 'group', subshell: open === '(', body, redirects: [] }
  }

  /** A reserved word that has to come now. */
  #word(word: string): void {
    this.#newlines()
    const token = this.#nextToken()
    if (token !== word) throw unexpected(token)
    this.#at += word.length
  }

  #for(): Command {
    this.#word('for')
    this.#blanks()
    const name = NAME.exec(this.#text.slice(this.#at))?.[0]
    if (name === undefined)
      throw this.#peek() === '' ? unexpected('') : new Problem('syntax error: bad for loop variable')
    this.#at += name.length
    this.#newlines()
    const words: Word[] = []
    if (this.#nextToken() === 'in') {
      this.#at += 2
      for (;;) {
        this.#blanks()
        const word = this.#readWord()
        if (!word) break
        words.push(word)
      }
    } else words.push([{ type: 'var', name: '@', quoted: true }])
    this.#blanks()
    if (this.#peek() === ';') this.#at++
    return { type: 'for', name, words, body: this.#doneLoop(), redirects: [] }
  }

  #doneLoop(): List {
    this.#word('do')
    const body = this.#list((word) => word === 'done')
    this.#word('done')
    if (body.length === 0) throw unexpected('done')
    return body
  }

  #while(until: boolean): Command {
    this.#word(until ? 'until' : 'while')
    const condition = this.#list((word) => word === 'do')
    if (condition.length === 0) throw unexpected(this.#nextToken())
    return { type: 'while', until, condition, body: this.#doneLoop(), redirects: [] }
  }

  #if(): Command {
    const branches: { condition: List; body: List }[] = []
    let otherwise: List | undefined
    this.#word('if')
    for (;;) {
      const condition = this.#list((word) => word === 'then')
      if (condition.length === 0) throw unexpected(this.#nextToken())
      this.#word('then')
      const body = this.#list((word) => word === 'elif' || word === 'else' || word === 'fi')
      if (body.length === 0) throw unexpected(this.#nextToken())
      branches.push({ condition, body })
      const token = this.#nextToken()
      this.#at += token.length
      if (token === 'elif') continue
      if (token === 'else') {
        otherwise = this.#list((word) => word === 'fi')
        this.#word('fi')
      } else if (token !== 'fi') throw unexpected(token)
      return { type: 'if', branches, ...(otherwise && { otherwise }), redirects: [] }
    }
  }

  #case(): Command {
    this.#word('case')
    this.#blanks()
    const word = this.#readWord()
    if (!word) throw unexpected(this.#nextToken())
    this.#word('in')
    const items: { patterns: readonly Word[]; body: List }[] = []
    for (;;) {
      this.#newlines()
      if (this.#nextToken() === 'esac') break
      if (this.#peek() === '(') this.#at++
      const patterns: Word[] = []
      for (;;) {
        this.#blanks()
        const pattern = this.#readWord()
        if (!pattern) throw unexpected(this.#nextToken())
        patterns.push(pattern)
        this.#blanks()
        if (this.#peek() !== '|') break
        this.#at++
      }
      if (this.#peek() !== ')') throw unexpected(this.#nextToken())
      this.#at++
      items.push({ patterns, body: this.#list((token) => token === ';;' || token === 'esac') })
      if (this.#nextToken() === ';;') this.#at += 2
    }
    this.#word('esac')
    return { type: 'case', word, items, redirects: [] }
  }

  /** `name() …` and `function name …`; undefined: none begins here. */
  #function(token: string): Command | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 300)
    const head =
      token === 'function'
        ? /^function[ \t]+([A-Za-z_][\w-]*)[ \t]*(\([ \t]*\))?/
        : /^([A-Za-z_][\w-]*)[ \t]*\([ \t]*\)/
    const [whole, name] = head.exec(rest) ?? []
    if (whole === undefined || name === undefined) return undefined
    if (RESERVED.has(name)) throw unexpected(name)
    this.#at += whole.length
    this.#newlines()
    const begin = this.#nextToken()
    if (begin === '') throw unexpected('')
    const body = this.#deeper(() => this.#command())
    if (body.type === 'simple') throw new Problem(`syntax error: the body of ${name} is { …; }`)
    return { type: 'function', name, body, redirects: [] }
  }

  #simple(): Command {
    const assigns: { name: string; value: Word }[] = []
    const words: Word[] = []
    const redirects: Redirect[] = []
    const first = this.#nextToken()
    const instead = Object.hasOwn(NOT_HERE, first) ? NOT_HERE[first] : undefined
    if (instead !== undefined) throw new Problem(instead)
    if (RESERVED.has(first) && first !== 'in') throw unexpected(first)
    for (;;) {
      this.#blanks()
      if (this.#redirect(redirects)) continue
      const begin = this.#at
      const word = this.#readWord()
      if (!word) break
      const assign = words.length === 0 ? assignmentOf(word, this.#text.slice(begin, this.#at)) : undefined
      if (assign) assigns.push(assign)
      else words.push(word)
    }
    if (words.length + assigns.length + redirects.length === 0) throw unexpected(this.#nextToken())
    return { type: 'simple', assigns, words, redirects }
  }

  #redirect(into: Redirect[]): boolean {
    this.#blanks()
    const [whole, number, operator] =
      /^(\d?)(<<-|<<|>>|>&|<&|>\||<|>)/.exec(this.#text.slice(this.#at, this.#at + 5)) ?? []
    if (whole === undefined || operator === undefined) {
      if (this.#text.startsWith('&>', this.#at)) throw new Problem('"&>" is not there: write "> FILE 2>&1"')
      return false
    }
    this.#at += whole.length
    if (operator === '<&') throw new Problem('"<&" is not there')
    const fd = number ? Number(number) : operator.startsWith('<') ? 0 : 1
    this.#blanks()
    const begin = this.#at
    const target = this.#readWord()
    if (!target) throw unexpected(this.#nextToken())
    if (operator === '<<' || operator === '<<-') {
      const raw = this.#text.slice(begin, this.#at)
      const at = into.length
      into.push({ fd, operator: '<<', target: [] })
      this.#heredocs.push({
        delimiter: raw.replace(/\\(.)|["']/g, '$1'),
        literal: /["'\\]/.test(raw),
        tabs: operator === '<<-',
        fill: (text) => {
          into[at] = { fd, operator: '<<', target: text }
        },
      })
    } else into.push({ fd, operator: operator === '>|' ? '>' : (operator as '>' | '>>' | '<' | '>&'), target })
    return true
  }

  #readHeredocs(): void {
    for (const doc of this.#heredocs) {
      const lines: string[] = []
      for (;;) {
        if (this.#at >= this.#text.length) throw new Problem('syntax error: here-document without its end', true)
        const end = this.#text.indexOf('\n', this.#at)
        const raw = this.#text.slice(this.#at, end < 0 ? undefined : end)
        this.#at = end < 0 ? this.#text.length : end + 1
        const line = doc.tabs ? raw.replace(/^\t+/, '') : raw
        if (line.replace(/\r$/, '') === doc.delimiter) break
        lines.push(`${line}\n`)
      }
      const text = lines.join('')
      doc.fill(doc.literal ? [{ type: 'text', text, quoted: true }] : new Parser(text, this.#depth).hereText())
    }
    this.#heredocs = []
  }

  /** The text of a here-document: as within double quotes, where a double quote is nothing special. */
  hereText(): Word {
    const parts: Part[] = []
    this.#quotedText(parts, undefined)
    return parts
  }

  /** undefined: no word begins here. */
  #readWord(): Word | undefined {
    const parts: Part[] = []
    let any = false
    const literal = (text: string, quoted: boolean) => {
      const last = parts.at(-1)
      if (last?.type === 'text' && last.quoted === quoted) parts[parts.length - 1] = { ...last, text: last.text + text }
      else parts.push({ type: 'text', text, quoted })
    }
    for (;;) {
      const c = this.#peek()
      if (c === '' || /[\s|&;<>()]/.test(c)) {
        return any ? parts : undefined
      }
      any = true
      if (c === "'") {
        const end = this.#text.indexOf("'", this.#at + 1)
        if (end < 0) throw new Problem('syntax error: unterminated quoted string', true)
        literal(this.#text.slice(this.#at + 1, end), true)
        this.#at = end + 1
      } else if (c === '"') {
        this.#at++
        parts.push({ type: 'text', text: '', quoted: true })
        this.#quotedText(parts, '"')
      } else if (c === '\\') {
        if (this.#peek(1) === '\n') this.#at += 2
        else if (this.#peek(1) === '') throw new Problem('syntax error: unexpected end of file', true)
        else {
          literal(this.#peek(1), true)
          this.#at += 2
        }
      } else if (c === '$' || c === '`') {
        const part = this.#dollar(false)
        if (part) parts.push(part)
        else literal('$', false)
      } else {
        literal(c, false)
        this.#at++
      }
    }
  }

  /** Up to the closing quote, or to the end of the text. */
  #quotedText(parts: Part[], close: '"' | undefined): void {
    let text = ''
    const flush = () => {
      if (text !== '') parts.push({ type: 'text', text, quoted: true })
      text = ''
    }
    for (;;) {
      const c = this.#peek()
      if (c === '') {
        if (close === undefined) {
          flush()
          return
        }
        throw new Problem('syntax error: unterminated quoted string', true)
      }
      if (c === close) {
        this.#at++
        flush()
        return
      }
      if (c === '\\' && (/[$`\\\n]/.test(this.#peek(1)) || this.#peek(1) === close) && this.#peek(1) !== '') {
        if (this.#peek(1) !== '\n') text += this.#peek(1)
        this.#at += 2
      } else if (c === '$' || c === '`') {
        flush()
        const part = this.#dollar(true)
        if (part) parts.push(part)
        else text += '$'
      } else {
        text += c
        this.#at++
      }
    }
  }

  /** What begins with `$` or a backquote; undefined: a `$` that is only itself (and is read). */
  #dollar(quoted: boolean): Part | undefined {
    if (this.#peek() === '`') return this.#backquotes(quoted)
    this.#at++
    const rest = this.#text.slice(this.#at, this.#at + 300)
    if (rest.startsWith('((')) return this.#arithmetic(quoted)
    if (rest.startsWith('(')) {
      this.#at++
      const list = this.#list((word) => word === ')')
      this.#newlines()
      if (this.#peek() !== ')') throw unexpected(this.#nextToken())
      this.#at++
      return { type: 'command', list, quoted }
    }
    if (rest.startsWith('{')) return this.#braces(quoted)
    const name = NAME.exec(rest)?.[0] ?? /^[?$#@*0-9!-]/.exec(rest)?.[0]
    if (name === undefined) return undefined
    this.#at += name.length
    return { type: 'var', name, quoted }
  }

  #backquotes(quoted: boolean): Part {
    let text = ''
    this.#at++
    for (;;) {
      const c = this.#peek()
      if (c === '') throw new Problem('syntax error: unterminated quoted string', true)
      this.#at++
      if (c === '`') break
      if (c === '\\' && /[$`\\]/.test(this.#peek())) {
        text += this.#peek()
        this.#at++
      } else text += c
    }
    const list = this.#deeper(() => new Parser(text, this.#depth).program())
    return { type: 'command', list, quoted }
  }

  #arithmetic(quoted: boolean): Part {
    let depth = 0
    const begin = this.#at + 2
    for (let i = begin; i < this.#text.length; i++) {
      const c = this.#text[i]
      if (c === '(') depth++
      else if (c === ')' && depth > 0) depth--
      else if (c === ')') {
        if (this.#text[i + 1] !== ')') break
        this.#at = i + 2
        const text = this.#deeper(() => new Parser(this.#text.slice(begin, i), this.#depth).hereText())
        return { type: 'arithmetic', text, quoted }
      }
    }
    throw new Problem('syntax error: unterminated "$(("', true)
  }

  #braces(quoted: boolean): Part {
    this.#at++
    const rest = this.#text.slice(this.#at, this.#at + 300)
    const [whole, hash = '', name = ''] = /^(#?)([A-Za-z_]\w*|[?$#@*0-9!-])/.exec(rest) ?? []
    if (whole === undefined) throw rest === '' ? unexpected('') : new Problem('bad substitution')
    this.#at += whole.length
    if (this.#peek() === '}') {
      this.#at++
      return { type: 'var', name, quoted, ...(hash && { operator: 'length' as const }) }
    }
    const operator = /^(:[-=+?]|##|%%|[-=+?#%])/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0] as
      | Operator
      | undefined
    if (hash || !operator) throw this.#peek() === '' ? unexpected('') : new Problem('bad substitution')
    this.#at += operator.length
    const word: Part[] = []
    // a pattern is one within double quotes, too
    const inner = /[#%]/.test(operator) ? false : quoted
    for (;;) {
      const c = this.#peek()
      if (c === '') throw new Problem('syntax error: unterminated "${"', true)
      if (c === '}') break
      if (/\s/.test(c) || /[|&;<>()]/.test(c)) {
        word.push({ type: 'text', text: c, quoted: inner })
        this.#at++
      } else {
        const end = this.#text.indexOf('}', this.#at)
        const plain = /^[^\s|&;<>()}"'\\$`]+/.exec(this.#text.slice(this.#at, end < 0 ? undefined : end))?.[0]
        if (plain !== undefined) {
          word.push({ type: 'text', text: plain, quoted: inner })
          this.#at += plain.length
        } else if (c === '$' || c === '`') word.push(this.#dollar(inner) ?? { type: 'text', text: '$', quoted: inner })
        else if (c === '"') {
          this.#at++
          this.#quotedText(word, '"')
        } else if (c === "'" && !inner) {
          const close = this.#text.indexOf("'", this.#at + 1)
          if (close < 0) throw new Problem('syntax error: unterminated quoted string', true)
          word.push({ type: 'text', text: this.#text.slice(this.#at + 1, close), quoted: true })
          this.#at = close + 1
        } else {
          if (c === '\\') this.#at++
          word.push({ type: 'text', text: this.#peek(), quoted: true })
          this.#at++
        }
      }
    }
    this.#at++
    return { type: 'var', name, quoted, operator, word }
  }
}

function assignmentOf(word: Word, raw: string): { name: string; value: Word } | undefined {
  const [whole, name = ''] = /^([A-Za-z_]\w*)=/.exec(raw) ?? []
  const [first, ...rest] = word
  if (whole === undefined || first?.type !== 'text' || first.quoted) return undefined
  const text = first.text.slice(whole.length)
  return { name, value: text === '' ? rest : [{ ...first, text }, ...rest] }
}
