import { goText } from './jsonpath.ts'

/**
 * A sensible part of Go's text/template, for `-o go-template=…`: fields, variables, pipelines, if, with, range, else, comments, trim marks, and
 * the functions that people use. go text/template (1.26); k8s cli-runtime pkg/printers/template.go (v1.36)
 */
export type TemplateResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string }

type Expr =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'field'; readonly of?: Expr; readonly path: readonly string[]; readonly source: string }
  | { readonly type: 'variable'; readonly name: string; readonly path: readonly string[]; readonly source: string }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly source: string }
  | { readonly type: 'pipe'; readonly steps: readonly Expr[] }

interface Pipeline {
  readonly names: readonly string[]
  readonly assigns: boolean
  readonly value: Expr
}

type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'print'; readonly pipeline: Pipeline }
  | {
      readonly type: 'if' | 'with' | 'range'
      readonly pipeline: Pipeline
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }

class Fault extends Error {}
const fault = (message: string) => new Fault(`template: output:1: ${message}`)

/** A template, read; a text says what is wrong with it. */
export function parseTemplate(text: string): ((data: unknown) => TemplateResult) | string {
  try {
    const nodes = new Parser(text).parse()
    return (data) => {
      try {
        return { ok: true, text: run(nodes, data, new Map([['$', data]])) }
      } catch (thrown) {
        if (thrown instanceof Fault) return { ok: false, error: thrown.message }
        throw thrown
      }
    }
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.message
    throw thrown
  }
}

class Parser {
  readonly #parts: readonly { readonly text?: string; readonly action?: string }[]
  #at = 0

  constructor(text: string) {
    this.#parts = split(text)
  }

  parse(): Node[] {
    const { nodes, end } = this.#list()
    if (end !== undefined) throw fault(`unexpected {{${end}}}`)
    return nodes
  }

  /** Up to the end of the list: `end`, `else …`, or the end of the text (undefined). */
  #list(): { nodes: Node[]; end: string | undefined } {
    const nodes: Node[] = []
    for (;;) {
      const part = this.#parts[this.#at++]
      if (!part) return { nodes, end: undefined }
      if (part.text !== undefined) {
        nodes.push({ type: 'text', text: part.text })
        continue
      }
      const action = part.action!
      if (action === '' || action.startsWith('/*')) continue
      const [word = ''] = /^\S+/.exec(action) ?? []
      if (word === 'end' || word === 'else') return { nodes, end: action }
      if (word === 'if' || word === 'with' || word === 'range')
        nodes.push(this.#branch(word, action.slice(word.length)))
      else if (word === 'define' || word === 'template' || word === 'block')
        throw fault(`{{${word}}} is not simulated here`)
      else nodes.push({ type: 'print', pipeline: readPipeline(action) })
    }
  }

  #branch(type: 'if' | 'with' | 'range', text: string): Node {
    if (text.trim() === '') throw fault(`missing value for ${type}`)
    const pipeline = readPipeline(text)
    const { nodes: body, end } = this.#list()
    if (end === undefined) throw fault('unexpected EOF')
    if (end === 'end') return { type, pipeline, body, otherwise: [] }
    const rest = end.slice('else'.length).trim()
    const [again = ''] = /^\S+/.exec(rest) ?? []
    if (again === 'if' || again === 'with') {
      return { type, pipeline, body, otherwise: [this.#branch(again, rest.slice(again.length))] }
    }
    const { nodes: otherwise, end: last } = this.#list()
    if (last === undefined) throw fault('unexpected EOF')
    return { type, pipeline, body, otherwise }
  }
}

function split(text: string): { text?: string; action?: string }[] {
  const out: { text?: string; action?: string }[] = []
  let at = 0
  let trimNext = false
  for (;;) {
    const open = text.indexOf('{{', at)
    let literal = text.slice(at, open < 0 ? undefined : open)
    if (trimNext) literal = literal.trimStart()
    const trims = open >= 0 && /^-\s/.test(text.slice(open + 2))
    if (trims) literal = literal.trimEnd()
    if (literal !== '') out.push({ text: literal })
    if (open < 0) return out
    const close = closeOf(text, open + 2)
    if (close < 0) throw fault('unclosed action')
    let action = text.slice(open + (trims ? 3 : 2), close)
    trimNext = /\s-$/.test(action)
    if (trimNext) action = action.slice(0, -1)
    out.push({ action: action.trim() })
    at = close + 2
  }
}

/** Where `}}` stands, outside of texts. */
function closeOf(text: string, from: number): number {
  let quote = ''
  for (let i = from; i < text.length; i++) {
    const ch = text[i]!
    if (quote !== '') {
      if (ch === '\\' && quote === '"') i++
      else if (ch === quote) quote = ''
    } else if (ch === '"' || ch === '`') quote = ch
    else if (text.startsWith('}}', i)) return i
  }
  return -1
}

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)'|:=|\||,|=|\(|\)(?:\.[\w.]+)?|\$\w*(?:\.\w+)*|\.(?:\w+(?:\.\w+)*)?|[-+]?\d[\w.]*|\w+)/y

function tokensOf(text: string): string[] {
  const out: string[] = []
  TOKEN.lastIndex = 0
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) {
      const bad = text.slice(from).trim()[0]!
      throw fault(bad === '"' ? 'unterminated quoted string' : `unexpected ${JSON.stringify(bad)} in command`)
    }
    out.push(match[1]!)
  }
  return out
}

function readPipeline(text: string): Pipeline {
  let tokens = tokensOf(text)
  const sign = tokens.findIndex((t) => t === ':=' || t === '=')
  const names: string[] = []
  const assigns = sign >= 0 && tokens[sign] === '='
  if (sign > 0 && tokens[0]!.startsWith('$')) {
    for (const token of tokens.slice(0, sign)) if (token !== ',') names.push(token)
    tokens = tokens.slice(sign + 1)
  }
  const reader = { tokens, at: 0 }
  const value = readPipe(reader)
  if (reader.at < tokens.length) throw fault(`unexpected ${JSON.stringify(tokens[reader.at])} in operand`)
  return { names, assigns, value }
}

interface Reader {
  readonly tokens: readonly string[]
  at: number
}

function readPipe(r: Reader): Expr {
  const steps: Expr[] = []
  for (;;) {
    steps.push(readCommand(r))
    if (r.tokens[r.at] !== '|') break
    r.at++
  }
  return steps.length === 1 ? steps[0]! : { type: 'pipe', steps }
}

function readCommand(r: Reader): Expr {
  const operands: Expr[] = []
  const from = r.at
  while (r.at < r.tokens.length && r.tokens[r.at] !== '|' && !r.tokens[r.at]!.startsWith(')')) {
    operands.push(readOperand(r, operands.length === 0))
  }
  const [first, ...args] = operands
  if (!first) throw fault('missing value for command')
  if (first.type === 'call') return { ...first, args, source: r.tokens.slice(from, r.at).join(' ') }
  if (args.length > 0) throw fault(`can't give argument to non-function ${r.tokens[from]}`)
  return first
}

function readOperand(r: Reader, first: boolean): Expr {
  const token = r.tokens[r.at++]!
  if (token === '(') {
    const inner = readPipe(r)
    const close = r.tokens[r.at++]
    if (!close?.startsWith(')')) throw fault('unclosed left paren')
    const path = close.slice(1).split('.').filter(Boolean)
    return path.length > 0 ? { type: 'field', of: inner, path, source: close } : inner
  }
  if (token.startsWith('"')) return { type: 'value', value: unquote(token) }
  if (token.startsWith('`')) return { type: 'value', value: token.slice(1, -1) }
  if (token.startsWith("'")) return { type: 'value', value: unquote(`"${token.slice(1, -1)}"`).codePointAt(0) }
  if (token.startsWith('$')) {
    const [name = '$', ...path] = token.split('.')
    return { type: 'variable', name, path, source: token }
  }
  if (token.startsWith('.')) return { type: 'field', path: token.split('.').filter(Boolean), source: token }
  if (/^[-+]?\d/.test(token)) return { type: 'value', value: Number(token) }
  if (token === 'true' || token === 'false') return { type: 'value', value: token === 'true' }
  if (token === 'nil') return { type: 'value', value: null }
  if (!(token in FUNCTIONS)) throw fault(`function ${JSON.stringify(token)} not defined`)
  return { type: 'call', name: token, args: [], source: first ? token : `${token}` }
}

function unquote(text: string): string {
  try {
    return JSON.parse(
      text
        .replace(/\\a/g, '\\u0007')
        .replace(/\\v/g, '\\u000b')
        .replace(/\\x(..)/g, '\\u00$1'),
    ) as string
  } catch {
    throw fault(`unterminated quoted string`)
  }
}

type Scope = Map<string, unknown>

const failing = (source: string, message: string) =>
  new Fault(`template: output:1: executing "output" at <${source}>: ${message}`)

function fieldsOf(value: unknown, path: readonly string[], source: string): unknown {
  return path.reduce<unknown>((at, name) => {
    if (at === undefined) return undefined
    if (at === null) throw failing(source, `nil pointer evaluating interface {}.${name}`)
    if (typeof at !== 'object' || Array.isArray(at)) {
      throw failing(source, `can't evaluate field ${name} in type interface {}`)
    }
    return Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined
  }, value)
}

function evaluate(e: Expr, dot: unknown, scope: Scope, last: readonly unknown[] = []): unknown {
  switch (e.type) {
    case 'value':
      return e.value
    case 'field':
      return fieldsOf(e.of ? evaluate(e.of, dot, scope) : dot, e.path, e.source)
    case 'variable':
      if (!scope.has(e.name)) throw fault(`undefined variable ${JSON.stringify(e.name)}`)
      return fieldsOf(scope.get(e.name), e.path, e.source)
    case 'pipe':
      return e.steps.reduce<unknown>((value, step, i) => evaluate(step, dot, scope, i > 0 ? [value] : []), undefined)
    case 'call': {
      const args = [...e.args.map((a) => () => evaluate(a, dot, scope)), ...last.map((value) => () => value)]
      // these two look no further than they need
      if (e.name === 'and' || e.name === 'or') {
        let value: unknown
        for (const arg of args) {
          value = arg()
          if (isTrue(value) !== (e.name === 'and')) break
        }
        return value
      }
      const result = FUNCTIONS[e.name]!(...args.map((arg) => arg()))
      if (result instanceof Error) throw failing(e.source, `error calling ${e.name}: ${result.message}`)
      return result
    }
  }
}

const isTrue = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value)

/** Two values as one compares them in Go: kinds that differ are an error. */
function compared(a: unknown, b: unknown, by: (a: number | string, b: number | string) => boolean): unknown {
  if (typeof a !== typeof b) return new Error('incompatible types for comparison')
  return by(a as number, b as number)
}

const FUNCTIONS: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
  and: () => undefined,
  or: () => undefined,
  not: (v) => !isTrue(v),
  len: (v) => {
    if (typeof v === 'string') return new TextEncoder().encode(v).length
    if (typeof v === 'object' && v !== null) return Object.keys(v).length
    return new Error(v === undefined || v === null ? 'len of nil pointer' : `len of type ${typeof v}`)
  },
  index: (of, ...keys) => {
    let value = of
    for (const key of keys) {
      if (value === undefined || value === null) return new Error('index of untyped nil')
      if (Array.isArray(value)) {
        if (typeof key !== 'number') return new Error(`cannot index slice/array with type ${typeof key}`)
        if (key < 0 || key >= value.length) return new Error(`index out of range: ${key}`)
        value = value[key]
      } else if (typeof value === 'object') {
        value = Object.hasOwn(value, String(key)) ? (value as Record<string, unknown>)[String(key)] : undefined
      } else return new Error(`can't index item of type ${typeof value}`)
    }
    return value
  },
  slice: (of, from = 0, to) => {
    const list = of as string | unknown[]
    return list.slice(from as number, to as number | undefined)
  },
  print: (...args) => {
    let text = ''
    args.forEach((arg, i) => {
      // Go puts a space between two operands when neither is a text
      const gap = i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string'
      text += (gap ? ' ' : '') + goText(arg)
    })
    return text
  },
  println: (...args) => `${args.map(goText).join(' ')}\n`,
  printf: (format, ...args) => formatted(String(format), args),
  html: (v) => goText(v).replace(/[&<>"']/g, (ch) => `&#${ch.charCodeAt(0)};`),
  js: (v) => JSON.stringify(goText(v)).slice(1, -1),
  urlquery: (v) => encodeURIComponent(goText(v)).replaceAll('%20', '+'),
  eq: (a, ...rest) => {
    const found = rest.map((b) => compared(a, b, (x, y) => x === y))
    return found.find((f) => f instanceof Error) ?? found.includes(true)
  },
  ne: (a, b) => compared(a, b, (x, y) => x !== y),
  lt: (a, b) => compared(a, b, (x, y) => x < y),
  le: (a, b) => compared(a, b, (x, y) => x <= y),
  gt: (a, b) => compared(a, b, (x, y) => x > y),
  ge: (a, b) => compared(a, b, (x, y) => x >= y),
  // kubectl's own
  exists: (of, ...keys) =>
    !(FUNCTIONS.index!(of, ...keys) instanceof Error) && FUNCTIONS.index!(of, ...keys) !== undefined,
  base64decode: (v) => {
    try {
      return new TextDecoder().decode(Uint8Array.from(atob(String(v)), (ch) => ch.charCodeAt(0)))
    } catch {
      return new Error('illegal base64 data at input byte 0')
    }
  },
}

/** The verbs of fmt.Printf that templates use. */
function formatted(format: string, args: readonly unknown[]): string {
  let next = 0
  const text = format.replace(
    /%([-+#0 ]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      if (next >= args.length) return `%!${verb}(MISSING)`
      const value = args[next++]
      const made =
        verb === 'q'
          ? JSON.stringify(goText(value))
          : verb === 'f'
            ? Number(value).toFixed(precision === undefined ? 6 : Number(precision))
            : verb === 'x' && typeof value === 'number'
              ? value.toString(16)
              : goText(value)
      const cut = precision !== undefined && verb === 's' ? made.slice(0, Number(precision)) : made
      const size = Number(width || 0)
      if (flags.includes('-')) return cut.padEnd(size)
      return cut.padStart(size, flags.includes('0') && typeof value === 'number' ? '0' : ' ')
    },
  )
  return next < args.length
    ? `${text}%!(EXTRA ${args
        .slice(next)
        .map((a) => `${typeof a}=${goText(a)}`)
        .join(', ')})`
    : text
}

const shown = (value: unknown): string => (value === undefined || value === null ? '<no value>' : goText(value))

function run(nodes: readonly Node[], dot: unknown, outer: Scope): string {
  // what is declared in a list is gone behind it; what is assigned stays
  const scope: Scope = outer
  let text = ''
  for (const node of nodes) {
    if (node.type === 'text') text += node.text
    else if (node.type === 'print') {
      const value = evaluate(node.pipeline.value, dot, scope)
      if (node.pipeline.names.length === 0) text += shown(value)
      else scope.set(node.pipeline.names[0]!, value)
    } else text += runBranch(node, dot, scope)
  }
  return text
}

function runBranch(node: Extract<Node, { type: 'if' | 'with' | 'range' }>, dot: unknown, outer: Scope): string {
  const { names } = node.pipeline
  const value = evaluate(node.pipeline.value, dot, outer)
  const inside = (of: unknown, nodes: readonly Node[], more: readonly (readonly [string, unknown])[]) => {
    const scope = new Map([...outer, ...more])
    const text = run(nodes, of, scope)
    for (const key of outer.keys()) if (!more.some(([name]) => name === key)) outer.set(key, scope.get(key))
    return text
  }
  if (node.type !== 'range') {
    const named = names.map((name) => [name, value] as const)
    if (!isTrue(value)) return inside(dot, node.otherwise, named)
    return inside(node.type === 'with' ? value : dot, node.body, named)
  }
  const entries: (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map((item, i) => [i, item] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
      : typeof value === 'number'
        ? Array.from({ length: value }, (_, i) => [i, i] as const)
        : []
  if (entries.length === 0) {
    if (typeof value === 'string' || typeof value === 'boolean') {
      throw fault(`executing "output" at <range>: range can't iterate over ${goText(value)}`)
    }
    return inside(dot, node.otherwise, [])
  }
  return entries
    .map(([key, item]) => {
      const pair =
        names.length > 1
          ? ([
              [names[0]!, key],
              [names[1]!, item],
            ] as const)
          : names.map((n) => [n, item] as const)
      return inside(item, node.body, pair)
    })
    .join('')
}
