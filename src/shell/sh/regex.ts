/**
 * POSIX regular expressions (basic and extended, with GNU's `\w \s \b \< \> \+ \? \|`) whose matching takes time that grows with text times
 * expression, whatever they are: a browser's own would stop the page on `(a+)+$`. Of several matches at one place the first alternative
 * counts, as in Perl, where POSIX takes the longest.
 */
export interface Regex {
  /** The first match at or after `from`: where it begins and ends, and the same of each group (undefined: took no part). */
  find(text: string, from?: number): readonly (readonly [number, number] | undefined)[] | undefined
  /** How much a character costs. */
  readonly size: number
}

type Node =
  | { readonly type: 'set'; readonly has: (c: string) => boolean }
  | { readonly type: 'assert'; readonly what: '^' | '$' | 'b' | 'B' | '<' | '>' }
  | { readonly type: 'group'; readonly index: number; readonly node: Node }
  | { readonly type: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly type: 'choice'; readonly nodes: readonly Node[] }
  | { readonly type: 'repeat'; readonly node: Node; readonly least: number; readonly most: number }

type Instruction =
  | { readonly type: 'set'; readonly has: (c: string) => boolean }
  | { readonly type: 'assert'; readonly what: '^' | '$' | 'b' | 'B' | '<' | '>' }
  | { readonly type: 'save'; readonly slot: number }
  | { readonly type: 'split'; first: number; second: number }
  | { readonly type: 'jump'; to: number }
  | { readonly type: 'match' }

const MOST_INSTRUCTIONS = 2000
/** RE_DUP_MAX of POSIX. */
const MOST_REPEATS = 255
const DEEPEST = 40

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  cntrl: /[\u0000-\u001f\u007f]/,
}
const isWord = (c: string | undefined) => c !== undefined && /\w/.test(c)

class Fault {
  constructor(readonly message: string) {}
}

/** What is wrong with the expression, as text, or it. */
export function compile(pattern: string, options: { extended: boolean; ignoreCase?: boolean }): Regex | string {
  try {
    const reader = new Reader(pattern, options.extended, options.ignoreCase ?? false)
    const node = reader.whole()
    const program: Instruction[] = []
    emit(program, { type: 'group', index: 0, node })
    program.push({ type: 'match' })
    return { size: program.length, find: (text, from = 0) => run(program, reader.groups + 1, text, from) }
  } catch (fault) {
    if (fault instanceof Fault) return fault.message
    throw fault
  }
}

class Reader {
  groups = 0
  #at = 0
  #depth = 0

  constructor(
    readonly pattern: string,
    readonly extended: boolean,
    readonly ignoreCase: boolean,
  ) {}

  whole(): Node {
    const node = this.#choice()
    if (this.#at < this.pattern.length) throw new Fault('Unmatched ) or \\)')
    return node
  }

  /** An operator, which in basic expressions has a backslash before it. */
  #operator(sign: string): boolean {
    const text = this.extended ? sign : `\\${sign}`
    return this.pattern.startsWith(text, this.#at)
  }

  #take(sign: string): boolean {
    if (!this.#operator(sign)) return false
    this.#at += this.extended ? 1 : 2
    return true
  }

  #choice(): Node {
    if (++this.#depth > DEEPEST) throw new Fault('Regular expression too big')
    const nodes = [this.#sequence()]
    while (this.#take('|')) nodes.push(this.#sequence())
    this.#depth--
    return nodes.length === 1 ? nodes[0]! : { type: 'choice', nodes }
  }

  #sequence(): Node {
    const nodes: Node[] = []
    for (;;) {
      if (this.#at >= this.pattern.length || this.#operator('|') || (this.#operator(')') && this.#depth > 1)) break
      if (this.extended && this.pattern[this.#at] === ')' && this.#depth === 1) {
        nodes.push(this.#character(')'))
        this.#at++
        continue
      }
      nodes.push(this.#repeated(this.#atom(nodes.length === 0)))
    }
    return { type: 'sequence', nodes }
  }

  #repeated(node: Node): Node {
    let repeated = node
    for (;;) {
      if (this.pattern[this.#at] === '*') {
        this.#at++
        repeated = { type: 'repeat', node: repeated, least: 0, most: Number.POSITIVE_INFINITY }
      } else if (this.#take('+'))
        repeated = { type: 'repeat', node: repeated, least: 1, most: Number.POSITIVE_INFINITY }
      else if (this.#take('?')) repeated = { type: 'repeat', node: repeated, least: 0, most: 1 }
      else if (this.#operator('{')) {
        const close = this.extended ? '}' : '\\}'
        const open = this.#at + (this.extended ? 1 : 2)
        const end = this.pattern.indexOf(close, open)
        const [whole, least, comma, most] =
          /^(\d*)(,?)(\d*)$/.exec(this.pattern.slice(open, end < 0 ? open : end)) ?? []
        if (end < 0 || whole === undefined || whole === '') throw new Fault('Invalid preceding regular expression')
        const n = Number(least || 0)
        const m = comma ? (most ? Number(most) : Number.POSITIVE_INFINITY) : n
        if (n > MOST_REPEATS || (m !== Number.POSITIVE_INFINITY && (m > MOST_REPEATS || m < n)))
          throw new Fault('Invalid content of \\{\\}')
        this.#at = end + close.length
        repeated = { type: 'repeat', node: repeated, least: n, most: m }
      } else return repeated
    }
  }

  #atom(first: boolean): Node {
    const c = this.pattern[this.#at]!
    if (this.#take('(')) {
      const index = ++this.groups
      const node = this.#choice()
      if (!this.#take(')')) throw new Fault('Unmatched ( or \\(')
      return { type: 'group', index, node }
    }
    this.#at++
    if (c === '.') return { type: 'set', has: () => true }
    if (c === '[') return this.#brackets()
    if (c === '^' && (this.extended || first)) return { type: 'assert', what: '^' }
    if (c === '$' && (this.extended || this.#at >= this.pattern.length || this.#operator(')') || this.#operator('|')))
      return { type: 'assert', what: '$' }
    if (c !== '\\') return this.#character(c)
    const next = this.pattern[this.#at]
    if (next === undefined) throw new Fault('Trailing backslash')
    this.#at++
    switch (next) {
      case 'w':
        return { type: 'set', has: (x) => isWord(x) }
      case 'W':
        return { type: 'set', has: (x) => !isWord(x) }
      case 's':
        return { type: 'set', has: (x) => /\s/.test(x) }
      case 'S':
        return { type: 'set', has: (x) => !/\s/.test(x) }
      case 'b':
      case 'B':
      case '<':
      case '>':
        return { type: 'assert', what: next }
      case 't':
        return this.#character('\t')
      case 'n':
        return this.#character('\n')
      default:
        if (/[1-9]/.test(next)) throw new Fault('back-references are not there')
        return this.#character(next)
    }
  }

  #character(c: string): Node {
    if (!this.ignoreCase) return { type: 'set', has: (x) => x === c }
    const lower = c.toLowerCase()
    return { type: 'set', has: (x) => x.toLowerCase() === lower }
  }

  #brackets(): Node {
    const negated = this.pattern[this.#at] === '^'
    if (negated) this.#at++
    const begin = this.#at
    const tests: ((c: string) => boolean)[] = []
    for (;;) {
      const c = this.pattern[this.#at]
      if (c === undefined) throw new Fault('Unmatched [, [^, [:, [., or [=')
      if (c === ']' && this.#at > begin) break
      const [name] = /^\[:\w+:\]/.exec(this.pattern.slice(this.#at, this.#at + 12)) ?? []
      if (name !== undefined) {
        const known = CLASSES[name.slice(2, -2)]
        if (!known) throw new Fault('Invalid character class name')
        tests.push((x) => known.test(x))
        this.#at += name.length
        continue
      }
      this.#at++
      const to = this.pattern[this.#at + 1]
      if (this.pattern[this.#at] === '-' && to !== undefined && to !== ']') {
        if (to < c) throw new Fault('Invalid range end')
        tests.push((x) => x >= c && x <= to)
        this.#at += 2
      } else tests.push((x) => x === c)
    }
    this.#at++
    const any = (c: string) => tests.some((test) => test(c))
    const has = this.ignoreCase ? (c: string) => any(c.toLowerCase()) || any(c.toUpperCase()) : any
    return { type: 'set', has: negated ? (c) => !has(c) : has }
  }
}

function emit(program: Instruction[], node: Node): void {
  if (program.length > MOST_INSTRUCTIONS) throw new Fault('Regular expression too big')
  switch (node.type) {
    case 'set':
    case 'assert':
      program.push(node)
      return
    case 'group':
      program.push({ type: 'save', slot: 2 * node.index })
      emit(program, node.node)
      program.push({ type: 'save', slot: 2 * node.index + 1 })
      return
    case 'sequence':
      for (const part of node.nodes) emit(program, part)
      return
    case 'choice': {
      const jumps: Extract<Instruction, { type: 'jump' }>[] = []
      for (const [i, part] of node.nodes.entries()) {
        const last = i === node.nodes.length - 1
        const split = { type: 'split' as const, first: program.length + 1, second: 0 }
        if (!last) program.push(split)
        emit(program, part)
        if (last) break
        const jump = { type: 'jump' as const, to: 0 }
        jumps.push(jump)
        program.push(jump)
        split.second = program.length
      }
      for (const jump of jumps) jump.to = program.length
      return
    }
    case 'repeat': {
      for (let i = 0; i < node.least; i++) emit(program, node.node)
      if (node.most === Number.POSITIVE_INFINITY) {
        const split = { type: 'split' as const, first: program.length + 1, second: 0 }
        const at = program.push(split) - 1
        emit(program, node.node)
        program.push({ type: 'jump', to: at })
        split.second = program.length
        return
      }
      const splits: Extract<Instruction, { type: 'split' }>[] = []
      for (let i = node.least; i < node.most; i++) {
        const split = { type: 'split' as const, first: program.length + 1, second: 0 }
        splits.push(split)
        program.push(split)
        emit(program, node.node)
      }
      for (const split of splits) split.second = program.length
    }
  }
}

interface Thread {
  readonly at: number
  readonly saved: readonly number[]
}

/** Thompson's simulation with saved places (Pike). */
function run(
  program: readonly Instruction[],
  groups: number,
  text: string,
  from: number,
): readonly (readonly [number, number] | undefined)[] | undefined {
  let threads: Thread[] = []
  let found: readonly number[] | undefined
  for (let i = from; i <= text.length; i++) {
    const seen = new Set<number>()
    const ready: Thread[] = []
    for (const thread of threads) follow(program, thread, text, i, seen, ready)
    if (!found) follow(program, { at: 0, saved: [] }, text, i, seen, ready)
    threads = []
    for (const thread of ready) {
      const instruction = program[thread.at]!
      if (instruction.type === 'match') {
        // later threads are worth less
        found = thread.saved
        break
      }
      if (instruction.type === 'set' && i < text.length && instruction.has(text[i]!))
        threads.push({ at: thread.at + 1, saved: thread.saved })
    }
    if (threads.length === 0 && found) break
  }
  if (!found) return undefined
  return Array.from({ length: groups }, (_, n) => {
    const [begin, end] = [found[2 * n], found[2 * n + 1]]
    return begin === undefined || end === undefined || begin < 0 || end < 0 ? undefined : ([begin, end] as const)
  })
}

/** Over everything that reads no character, in order of preference. */
function follow(
  program: readonly Instruction[],
  start: Thread,
  text: string,
  i: number,
  seen: Set<number>,
  ready: Thread[],
): void {
  const stack = [start]
  for (let thread = stack.pop(); thread; thread = stack.pop()) {
    const { at, saved } = thread
    if (seen.has(at)) continue
    seen.add(at)
    const instruction = program[at]!
    switch (instruction.type) {
      case 'jump':
        stack.push({ at: instruction.to, saved })
        break
      case 'split':
        stack.push({ at: instruction.second, saved }, { at: instruction.first, saved })
        break
      case 'save': {
        const places = [...saved]
        while (places.length < instruction.slot) places.push(-1)
        places[instruction.slot] = i
        stack.push({ at: at + 1, saved: places })
        break
      }
      case 'assert':
        if (holds(instruction.what, text, i)) stack.push({ at: at + 1, saved })
        break
      default:
        ready.push(thread)
    }
  }
}

function holds(what: '^' | '$' | 'b' | 'B' | '<' | '>', text: string, i: number): boolean {
  const [before, after] = [isWord(text[i - 1]), isWord(text[i])]
  switch (what) {
    case '^':
      return i === 0
    case '$':
      return i === text.length
    case 'b':
      return before !== after
    case 'B':
      return before === after
    case '<':
      return !before && after
    case '>':
      return before && !after
  }
}
