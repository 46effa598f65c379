import { compile, type Regex } from '../../regex.ts'

/** awk's language, as far as it goes here. POSIX.1-2024, awk */
export type Expr =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regex'; readonly regex: Regex }
  | { readonly type: 'group'; readonly of: Expr }
  | Target
  | { readonly type: 'assign'; readonly to: Target; readonly operator: string; readonly value: Expr }
  | { readonly type: 'step'; readonly to: Target; readonly by: 1 | -1; readonly before: boolean }
  | { readonly type: 'unary'; readonly operator: '!' | '-' | '+'; readonly of: Expr }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly type: 'match'; readonly negated: boolean; readonly left: Expr; readonly right: Expr }
  | { readonly type: 'in'; readonly keys: readonly Expr[]; readonly array: string }
  | { readonly type: 'choice'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expr[] }

/** What can be assigned to. */
export type Target =
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'field'; readonly of: Expr }
  | { readonly type: 'item'; readonly array: string; readonly keys: readonly Expr[] }

export type Statement =
  | { readonly type: 'print'; readonly args: readonly Expr[]; readonly format: boolean; readonly to?: Expr }
  | { readonly type: 'expression'; readonly of: Expr }
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | { readonly type: 'if'; readonly test: Expr; readonly then: Statement; readonly otherwise?: Statement }
  | { readonly type: 'while'; readonly test: Expr; readonly body: Statement; readonly first: boolean }
  | {
      readonly type: 'for'
      readonly begin?: Statement
      readonly test?: Expr
      readonly step?: Statement
      readonly body: Statement
    }
  | { readonly type: 'each'; readonly name: string; readonly array: string; readonly body: Statement }
  | { readonly type: 'next' | 'break' | 'continue' }
  | { readonly type: 'exit' | 'return'; readonly value?: Expr }
  | { readonly type: 'delete'; readonly array: string; readonly keys?: readonly Expr[] }

export interface Rule {
  readonly when: 'begin' | 'end' | 'line'
  readonly from?: Expr
  /** `from, to`: lines from one to the other. */
  readonly to?: Expr
  readonly body?: Statement
}

/** `function name(a, b) {…}` */
export interface Defined {
  readonly params: readonly string[]
  readonly body: Statement
}

export interface Program {
  readonly rules: readonly Rule[]
  readonly functions: ReadonlyMap<string, Defined>
}

export const FUNCTIONS = new Set(
  'length substr index split sub gsub match toupper tolower sprintf int sqrt exp log sin cos atan2'.split(' '),
)
const NOT_HERE = new Set('getline system close fflush rand srand strftime systime gensub asort'.split(' '))
const WORDS = new Set(
  'BEGIN END if else while for do in next exit break continue delete print printf function func return'.split(' '),
)
const DEEPEST = 60

class Wrong {
  constructor(readonly message: string) {}
}

interface Token {
  readonly type: 'number' | 'string' | 'regex' | 'name' | 'sign' | 'newline'
  readonly text: string
  /** A parenthesis stands right behind: a call. */
  readonly call?: boolean
}

const SIGN = /^(\*\*=|\+\+|--|&&|\|\||[-+*/%^!<>=]=|!~|\*\*|[-+*/%^!<>=~?:,;(){}[\]$|])/

function unescaped(text: string): string {
  return text.replace(/\\(\n|[0-7]{1,3}|.)/gs, (_, c: string) => {
    if (/^[0-7]/.test(c)) return String.fromCharCode(Number.parseInt(c, 8))
    return { n: '\n', t: '\t', r: '\r', '\n': '', '"': '"', '\\': '\\', '/': '/', a: '\u0007' }[c] ?? `\\${c}`
  })
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at)
    const [blank] = /^(?:[ \t\r]|\\\r?\n|#[^\n]*)+/.exec(rest) ?? []
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    const last = tokens.at(-1)
    const isValue =
      last !== undefined &&
      (/^(number|string|regex)$/.test(last.type) ||
        (last.type === 'name' && !WORDS.has(last.text)) ||
        /^[)\]$]$|^\+\+$|^--$/.test(last.text))
    const [number] = /^(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)/.exec(rest) ?? []
    const [name] = /^[A-Za-z_]\w*/.exec(rest) ?? []
    const [string] = /^"(?:[^"\\\n]|\\[\s\S])*"/.exec(rest) ?? []
    const [regex] = isValue ? [] : (/^\/(?:[^/\\\n[]|\\.|\[\^?\]?[^\]\n]*\])+\//.exec(rest) ?? [])
    const [sign] = SIGN.exec(rest) ?? []
    let length = 1
    if (rest.startsWith('\n')) tokens.push({ type: 'newline', text: '\n' })
    else if (number !== undefined) {
      tokens.push({ type: 'number', text: number })
      length = number.length
    } else if (name !== undefined) {
      tokens.push({ type: 'name', text: name, call: rest[name.length] === '(' })
      length = name.length
    } else if (string !== undefined) {
      tokens.push({ type: 'string', text: unescaped(string.slice(1, -1)) })
      length = string.length
    } else if (regex !== undefined) {
      tokens.push({ type: 'regex', text: regex.slice(1, -1).replaceAll('\\/', '/') })
      length = regex.length
    } else if (sign !== undefined) {
      tokens.push({ type: 'sign', text: sign })
      length = sign.length
    } else throw new Wrong(rest.startsWith('"') ? 'unterminated string' : `syntax error at "${rest.slice(0, 10)}"`)
    at += length
    if (tokens.length > 5000) throw new Wrong('the program is too long')
  }
  return tokens
}

class Parser {
  #at = 0
  #depth = 0
  /** Within print, `>` leads to a file. */
  #noGreater = false
  #noIn = false
  readonly #functions = new Map<string, Defined>()
  readonly #called = new Set<string>()
  readonly #tokens: readonly Token[]

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  program(): Program {
    const rules: Rule[] = []
    for (;;) {
      this.#skip(true)
      if (this.#at >= this.#tokens.length) break
      if (this.#isWord('function') || this.#isWord('func')) this.#define()
      else rules.push(this.#rule())
    }
    for (const name of this.#called) if (!this.#functions.has(name)) throw new Wrong(`there is no function ${name}`)
    return { rules, functions: this.#functions }
  }

  #define(): void {
    this.#at++
    const name = this.#text()
    this.#at++
    this.#take('(')
    const params: string[] = []
    while (!this.#isSign(')')) {
      if (params.length > 0) this.#take(',')
      this.#skip(false)
      const token = this.#tokens[this.#at]
      if (token?.type !== 'name' || WORDS.has(token.text)) throw new Wrong(`syntax error in the parameters of ${name}`)
      params.push(token.text)
      this.#at++
    }
    this.#at++
    this.#skip(false)
    this.#functions.set(name, { params, body: this.#block() })
  }

  #text = (n = 0): string => {
    const token = this.#tokens[this.#at + n]
    return token === undefined || token.type === 'string' ? '' : token.text
  }
  #isSign = (...signs: string[]): boolean => {
    const token = this.#tokens[this.#at]
    return token?.type === 'sign' && signs.includes(token.text)
  }
  #isWord = (word: string): boolean => this.#tokens[this.#at]?.type === 'name' && this.#text() === word

  #take(text: string): void {
    if (this.#tokens[this.#at]?.type === 'string' || this.#text() !== text)
      throw new Wrong(`syntax error at "${this.#text() || 'the end'}": expected "${text}"`)
    this.#at++
  }

  /** Ends of lines, and with `all` semicolons. */
  #skip(all: boolean): void {
    while (this.#tokens[this.#at]?.type === 'newline' || (all && this.#isSign(';'))) this.#at++
  }

  #deeper<T>(act: () => T): T {
    if (++this.#depth > DEEPEST) throw new Wrong('the program is too deep')
    const result = act()
    this.#depth--
    return result
  }

  #rule(): Rule {
    if (this.#isWord('BEGIN') || this.#isWord('END')) {
      const when = this.#isWord('BEGIN') ? 'begin' : 'end'
      this.#at++
      this.#skip(false)
      return { when, body: this.#block() }
    }
    if (this.#isSign('{')) return { when: 'line', body: this.#block() }
    const from = this.#expression()
    let to: Expr | undefined
    if (this.#isSign(',')) {
      this.#at++
      this.#skip(false)
      to = this.#expression()
    }
    return { when: 'line', from, ...(to && { to }), ...(this.#isSign('{') && { body: this.#block() }) }
  }

  #block(): Statement {
    return this.#deeper(() => {
      this.#take('{')
      const body: Statement[] = []
      for (;;) {
        this.#skip(true)
        if (this.#isSign('}')) break
        if (this.#at >= this.#tokens.length) throw new Wrong('unexpected end of the program: "}" is missing')
        body.push(this.#statement())
      }
      this.#at++
      return { type: 'block', body }
    })
  }

  /** A statement, with the semicolon behind it. */
  #statement(): Statement {
    return this.#deeper(() => {
      if (this.#isSign('{')) return this.#block()
      if (this.#isSign(';')) {
        this.#at++
        return { type: 'block', body: [] }
      }
      const word = this.#tokens[this.#at]?.type === 'name' ? this.#text() : ''
      switch (word) {
        case 'if':
          return this.#if()
        case 'while': {
          this.#at++
          const test = this.#inParentheses()
          if (this.#isSign(';')) {
            this.#at++
            return { type: 'while', test, body: { type: 'block', body: [] }, first: false }
          }
          return { type: 'while', test, body: this.#body(), first: false }
        }
        case 'do': {
          this.#at++
          const body = this.#body()
          this.#skip(true)
          this.#take('while')
          return { type: 'while', test: this.#inParentheses(), body, first: true }
        }
        case 'for':
          return this.#for()
        default: {
          const simple = this.#simple()
          if (!this.#isSign('}')) this.#ends()
          return simple
        }
      }
    })
  }

  #ends(): void {
    if (this.#at >= this.#tokens.length) return
    if (this.#isSign(';') || this.#tokens[this.#at]?.type === 'newline') this.#at++
    else throw new Wrong(`syntax error at "${this.#text()}"`)
  }

  #body(): Statement {
    this.#skip(false)
    return this.#statement()
  }

  #inParentheses(): Expr {
    this.#take('(')
    const test = this.#expression()
    this.#take(')')
    return test
  }

  #if(): Statement {
    this.#at++
    const test = this.#inParentheses()
    const then = this.#body()
    const before = this.#at
    this.#skip(true)
    if (!this.#isWord('else')) {
      this.#at = before
      return { type: 'if', test, then }
    }
    this.#at++
    return { type: 'if', test, then, otherwise: this.#body() }
  }

  #for(): Statement {
    this.#at++
    this.#take('(')
    if (this.#tokens[this.#at]?.type === 'name' && this.#text(1) === 'in' && this.#text(3) === ')') {
      const [name, array] = [this.#text(), this.#text(2)]
      this.#at += 4
      return { type: 'each', name, array, body: this.#body() }
    }
    const begin = this.#isSign(';') ? undefined : this.#simple()
    this.#take(';')
    this.#skip(false)
    const test = this.#isSign(';') ? undefined : this.#expression()
    this.#take(';')
    this.#skip(false)
    const step = this.#isSign(')') ? undefined : this.#simple()
    this.#take(')')
    return { type: 'for', ...(begin && { begin }), ...(test && { test }), ...(step && { step }), body: this.#body() }
  }

  #simple(): Statement {
    const word = this.#tokens[this.#at]?.type === 'name' ? this.#text() : ''
    if (word === 'next' || word === 'break' || word === 'continue') {
      this.#at++
      return { type: word }
    }
    if (word === 'exit' || word === 'return') {
      this.#at++
      const value = this.#isEnd() ? undefined : this.#expression()
      return { type: word, ...(value && { value }) }
    }
    if (word === 'delete') {
      const array = this.#text(1)
      this.#at += 2
      if (!this.#isSign('[')) return { type: 'delete', array }
      this.#at++
      const keys = this.#list(']')
      return { type: 'delete', array, keys }
    }
    if (word === 'print' || word === 'printf') return this.#print(word === 'printf')
    return { type: 'expression', of: this.#expression() }
  }

  #isEnd = (): boolean =>
    this.#at >= this.#tokens.length || this.#isSign(';', '}', ')') || this.#tokens[this.#at]?.type === 'newline'

  #print(format: boolean): Statement {
    this.#at++
    const before = this.#noGreater
    this.#noGreater = true
    let args: Expr[] = []
    if (!this.#isEnd() && !this.#isSign('>', '|')) {
      args = [this.#expression()]
      while (this.#isSign(',')) {
        this.#at++
        this.#skip(false)
        args.push(this.#expression())
      }
    }
    this.#noGreater = before
    // print (a, b)
    const [only] = args
    if (args.length === 1 && only?.type === 'call' && only.name === '') args = [...only.args]
    if (this.#isSign('|')) throw new Wrong('print into a command is not there: pipe awk itself')
    if (!this.#isSign('>')) return { type: 'print', args, format }
    this.#at++
    if (this.#isSign('>')) this.#at++
    return { type: 'print', args, format, to: this.#concatenation() }
  }

  #list(close: string): Expr[] {
    const list: Expr[] = []
    this.#skip(false)
    while (!this.#isSign(close)) {
      if (list.length > 0) {
        this.#take(',')
        this.#skip(false)
      }
      list.push(this.#free(() => this.#expression()))
    }
    this.#at++
    return list
  }

  /** In parentheses everything is allowed again. */
  #free<T>(act: () => T): T {
    const before = [this.#noGreater, this.#noIn] as const
    this.#noGreater = false
    this.#noIn = false
    const result = act()
    ;[this.#noGreater, this.#noIn] = before
    return result
  }

  #expression(): Expr {
    return this.#deeper(() => {
      const test = this.#or()
      if (this.#isSign('?')) {
        this.#at++
        this.#skip(false)
        const then = this.#expression()
        this.#skip(false)
        this.#take(':')
        this.#skip(false)
        return { type: 'choice', test, then, otherwise: this.#expression() }
      }
      if (this.#isSign('=', '+=', '-=', '*=', '/=', '%=', '^=', '**=') && isTarget(test)) {
        const operator = this.#text().replace('**', '^').slice(0, -1)
        this.#at++
        this.#skip(false)
        return { type: 'assign', to: test, operator, value: this.#expression() }
      }
      return test
    })
  }

  #binary(next: () => Expr, ...operators: string[]): Expr {
    let left = next()
    while (this.#isSign(...operators)) {
      const operator = this.#text()
      this.#at++
      if (operator === '&&' || operator === '||') this.#skip(false)
      left = { type: 'binary', operator: operator === '**' ? '^' : operator, left, right: next() }
    }
    return left
  }

  #or = (): Expr => this.#binary(this.#and, '||')
  #and = (): Expr => this.#binary(this.#in, '&&')

  #in = (): Expr => {
    let left = this.#match()
    while (!this.#noIn && this.#isWord('in')) {
      this.#at++
      const array = this.#text()
      this.#at++
      left = { type: 'in', keys: left.type === 'call' && left.name === '' ? left.args : [left], array }
    }
    return left
  }

  #match = (): Expr => {
    let left = this.#comparison()
    while (this.#isSign('~', '!~')) {
      const negated = this.#isSign('!~')
      this.#at++
      left = { type: 'match', negated, left, right: this.#comparison() }
    }
    return left
  }

  #comparison = (): Expr => {
    const left = this.#concatenation()
    const operators = ['<', '<=', '==', '!=', '>=', ...(this.#noGreater ? [] : ['>'])]
    if (!this.#isSign(...operators)) return left
    const operator = this.#text()
    this.#at++
    return { type: 'binary', operator, left, right: this.#concatenation() }
  }

  #concatenation = (): Expr => {
    let left = this.#additive()
    for (;;) {
      const token = this.#tokens[this.#at]
      const begins =
        token !== undefined &&
        (token.type === 'number' ||
          token.type === 'string' ||
          (token.type === 'name' && !WORDS.has(token.text)) ||
          this.#isSign('$', '!', '(', '-', '+', '++', '--'))
      if (!begins) return left
      left = { type: 'binary', operator: ' ', left, right: this.#additive() }
    }
  }

  #additive = (): Expr => this.#binary(this.#product, '+', '-')
  #product = (): Expr => this.#binary(this.#unary, '*', '/', '%')

  #unary = (): Expr => {
    if (!this.#isSign('!', '-', '+')) return this.#power()
    const operator = this.#text() as '!' | '-' | '+'
    this.#at++
    return this.#deeper(() => ({ type: 'unary', operator, of: this.#unary() }))
  }

  #power = (): Expr => {
    const left = this.#stepped()
    if (!this.#isSign('^', '**')) return left
    this.#at++
    const right = this.#deeper(() => (this.#isSign('-', '+', '!') ? this.#unary() : this.#power()))
    return { type: 'binary', operator: '^', left, right }
  }

  #stepped(): Expr {
    if (this.#isSign('++', '--')) {
      const by = this.#isSign('++') ? 1 : -1
      this.#at++
      const to = this.#primary()
      if (!isTarget(to)) throw new Wrong('syntax error: ++ and -- need a variable')
      return { type: 'step', to, by, before: true }
    }
    const of = this.#primary()
    if (!isTarget(of) || !this.#isSign('++', '--')) return of
    const by = this.#isSign('++') ? 1 : -1
    this.#at++
    return { type: 'step', to: of, by, before: false }
  }

  #primary(): Expr {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new Wrong('unexpected end of the program')
    this.#at++
    if (token.type === 'number') return { type: 'number', value: Number(token.text) }
    if (token.type === 'string') return { type: 'string', value: token.text }
    if (token.type === 'regex') {
      const regex = compile(token.text, { extended: true })
      if (typeof regex === 'string') throw new Wrong(regex)
      return { type: 'regex', regex }
    }
    if (token.type === 'name') return this.#named(token)
    if (token.text === '$')
      return this.#deeper(() => {
        if (!this.#isSign('++', '--')) return { type: 'field', of: this.#isSign('-') ? this.#unary() : this.#primary() }
        return { type: 'field', of: this.#stepped() }
      })
    if (token.text === '(') {
      const list = this.#list(')')
      const [only] = list
      if (list.length === 1 && only) return { type: 'group', of: only }
      return { type: 'call', name: '', args: list }
    }
    throw new Wrong(`syntax error at "${token.text === '\n' ? 'end of line' : token.text}"`)
  }

  #named({ text, call }: Token): Expr {
    if (NOT_HERE.has(text)) throw new Wrong(`"${text}" is not there`)
    if (WORDS.has(text)) throw new Wrong(`syntax error at "${text}"`)
    if (FUNCTIONS.has(text)) {
      if (!call && !this.#isSign('(')) {
        if (text === 'length') return { type: 'call', name: text, args: [] }
        throw new Wrong(`syntax error: ${text} needs "("`)
      }
      this.#at++
      return { type: 'call', name: text, args: this.#list(')') }
    }
    if (call) {
      this.#called.add(text)
      this.#at++
      return { type: 'call', name: text, args: this.#list(')') }
    }
    if (!this.#isSign('[')) return { type: 'variable', name: text }
    this.#at++
    return { type: 'item', array: text, keys: this.#list(']') }
  }
}

const isTarget = (e: Expr): e is Target => e.type === 'variable' || e.type === 'field' || e.type === 'item'

/** The rules and functions of a program, or what is wrong with it. */
export function parseAwk(text: string): Program | string {
  try {
    return new Parser(tokensOf(text)).program()
  } catch (problem) {
    if (problem instanceof Wrong) return problem.message
    throw problem
  }
}
