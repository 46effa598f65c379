import { EPOCH } from '../../../model/index.ts'
import { durationMs } from '../../flags.ts'
import { inFolder } from '../folder.ts'
import { chomp, readAll } from '../input.ts'
import { matches, readPattern } from '../pattern.ts'
import { err, out, type Process } from '../shell-event.ts'
import { ExitSignal, LoopSignal } from '../signals.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { isAt } from '../tool.ts'
import { misuse } from './lines.ts'
import { lastOf, options } from './options.ts'
import { pauseUntil } from './pause.ts'
import { SMALL } from './small.ts'
import { SPECIAL } from './special.ts'

/** Longest single pause: a cluster with clients does something every second of it. */
const LONGEST_PAUSE = 24 * 3_600_000

// biome-ignore lint/correctness/useYield: it says nothing
function* succeed(): Process {
  return 0
}
// biome-ignore lint/correctness/useYield: it says nothing
function* fail(): Process {
  return 1
}

/** `\n`, `\t`, octal and hexadecimal escapes. */
const escaped = (text: string): string =>
  text.replace(/\\(0?[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)/gs, (whole, c: string) => {
    if (/^[0-7]/.test(c)) return String.fromCharCode(Number.parseInt(c, 8))
    if (/^x[0-9a-fA-F]/.test(c)) return String.fromCharCode(Number.parseInt(c.slice(1), 16))
    const named: Readonly<Record<string, string>> = {
      n: '\n',
      t: '\t',
      r: '\r',
      '\\': '\\',
      a: '\u0007',
      b: '\b',
      e: '\u001b',
    }
    return named[c] ?? whole
  })

function* echo({ args }: ToolContext): Process {
  let words = args
  let [newline, escapes] = [true, false]
  while (/^-[neE]+$/.test(words[0] ?? '')) {
    if (words[0]!.includes('n')) newline = false
    if (words[0]!.includes('e')) escapes = true
    words = words.slice(1)
  }
  const text = words.join(' ')
  yield out((escapes ? escaped(text) : text) + (newline ? '\n' : ''))
  return 0
}

/** POSIX printf with %s %d %i %u %x %o %c %b %%, widths and `-`, `0`; the format is used again while arguments are left. */
function* printf(c: ToolContext): Process {
  const [format, ...values] = c.args[0] === '--' ? c.args.slice(1) : c.args
  if (format === undefined) return yield* misuse(c, 'use: printf FORMAT [VALUE]…', 2)
  let used = 0
  let status = 0
  const problems: string[] = []
  const once = (): string =>
    format.replace(
      /%([-0 +]*)(\d{0,4})(?:\.(\d{0,4}))?([a-zA-Z%])|\\(?:0?[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)/gs,
      (whole, flags: string | undefined, width: string, precision: string | undefined, kind: string | undefined) => {
        if (kind === undefined) return escaped(whole)
        if (kind === '%') return '%'
        const value = values[used++] ?? ''
        const number = () => {
          const text = value.trim()
          if (!/^([+-]?\d+(\.\d+)?|0x[0-9a-fA-F]+)?$/.test(text)) {
            problems.push(`${value}: invalid number`)
            status = 1
          }
          return Number(text) || 0
        }
        let text: string
        if (kind === 's') text = precision === undefined ? value : value.slice(0, Number(precision))
        else if (kind === 'b') text = escaped(value)
        else if (kind === 'c') text = value.slice(0, 1)
        else if ('diu'.includes(kind)) text = String(Math.trunc(number()))
        else if (kind === 'x' || kind === 'X' || kind === 'o') {
          text = Math.trunc(number()).toString(kind === 'o' ? 8 : 16)
          if (kind === 'X') text = text.toUpperCase()
        } else if (kind === 'f') text = number().toFixed(Math.min(20, Number(precision ?? 6)))
        else {
          problems.push(`%${kind}: invalid directive`)
          status = 1
          return whole
        }
        if (flags?.includes('-')) return text.padEnd(Number(width))
        return flags?.includes('0') && kind !== 's' ? text.padStart(Number(width), '0') : text.padStart(Number(width))
      },
    )
  let text = once()
  while (used > 0 && used < values.length) {
    const before = used
    c.shell.fuel.spend()
    text += once()
    if (used === before) break
  }
  if (text !== '') yield out(text)
  for (const problem of problems) yield err(`printf: ${problem}\n`)
  return status
}

function* exportVars(c: ToolContext): Process {
  if (c.args.length === 0 || c.args[0] === '-p') {
    for (const [name, value] of c.scope.environment()) yield out(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    return 0
  }
  for (const word of c.args) {
    const [whole, name, , value] = /^([A-Za-z_]\w*)(=(.*))?$/s.exec(word) ?? []
    if (whole === undefined || name === undefined) return yield* misuse(c, `${word}: bad variable name`, 2)
    if (value !== undefined) c.scope.set(name, value)
    c.scope.exported.add(name)
  }
  return 0
}

// biome-ignore lint/correctness/useYield: it says nothing
function* unset({ args, scope }: ToolContext): Process {
  for (const name of args) {
    scope.vars.delete(name)
    scope.exported.delete(name)
  }
  return 0
}

function* read(c: ToolContext): Process {
  const o = options(c.args, 'rp:', false)
  if (o.problem) return yield* misuse(c, o.problem, 2)
  if (c.input.terminal) return yield* misuse(c, 'nobody can be asked here: pipe something into it')
  const line = yield* c.input.line()
  let raw = chomp(line ?? '')
  let whole = line?.endsWith('\n') ?? false
  // without -r a backslash takes the next character as it is, and the next line behind its own
  while (!o.on.has('r') && /(^|[^\\])(\\\\)*\\$/.test(raw) && whole) {
    const next = yield* c.input.line()
    whole = next?.endsWith('\n') ?? false
    raw = raw.slice(0, -1) + chomp(next ?? '')
  }
  const names = o.rest.length > 0 ? o.rest : ['REPLY']
  const ifs = c.scope.vars.get('IFS') ?? ' \t\n'
  const isBlank = (x: string | undefined) => x !== undefined && /[ \t\n]/.test(x) && ifs.includes(x)
  let rest = o.on.has('r') ? raw : raw.replace(/\\(.?)/gs, '$1')
  const trimmed = (text: string, end: boolean) => {
    let [from, to] = [0, text.length]
    while (isBlank(text[from])) from++
    while (end && to > from && isBlank(text[to - 1])) to--
    return text.slice(from, to)
  }
  rest = trimmed(rest, true)
  for (const [i, name] of names.entries()) {
    if (!/^[A-Za-z_]\w*$/.test(name)) return yield* misuse(c, `${name}: bad variable name`, 2)
    if (i === names.length - 1) c.scope.set(name, rest)
    else {
      let at = 0
      while (at < rest.length && !ifs.includes(rest[at]!)) at++
      c.scope.set(name, rest.slice(0, at))
      // blanks around one other sign are one end
      let next = at
      while (isBlank(rest[next])) next++
      if (next < rest.length && ifs.includes(rest[next]!)) next++
      rest = trimmed(rest.slice(next), false)
    }
  }
  return whole ? 0 : 1
}

// biome-ignore lint/correctness/useYield: it says nothing
function* shift({ args, scope }: ToolContext): Process {
  scope.args = scope.args.slice(Number(args[0] ?? 1) || 0)
  return 0
}

// biome-ignore lint/correctness/useYield: it leaves
function* exit({ args, scope }: ToolContext): Process {
  throw new ExitSignal(args[0] === undefined ? scope.status : (Number(args[0]) || 0) & 255)
}
// biome-ignore lint/correctness/useYield: it leaves
function* leaveLoop({ name, args }: ToolContext): Process {
  throw new LoopSignal(name === 'break' ? 'break' : 'continue', Math.max(1, Number(args[0] ?? 1) || 1))
}

function* cd(c: ToolContext): Process {
  const to = c.args[0] ?? '/'
  if (to === '/' || to === '~' || to === '.' || to === '..') {
    if (to !== '.') c.scope.folder = '/'
    return 0
  }
  const folder = inFolder(c.scope.folder, to).replace(/\/$/, '')
  if (!c.shell.files(c.place).some((f) => f.startsWith(`${folder}/`)))
    return yield* misuse(c, `can't cd to ${to}: there is no such folder`, 2)
  c.scope.folder = folder
  return 0
}

function* pwd({ scope }: ToolContext): Process {
  yield out(`${scope.folder}\n`)
  return 0
}

function* ls(c: ToolContext): Process {
  const o = options(c.args, 'la1hAtr')
  if (o.problem) return yield* misuse(c, o.problem)
  const files = [...c.shell.files(c.place)].sort()
  const folder = c.scope.folder === '/' ? '' : `${c.scope.folder}/`
  const wanted = o.rest.length > 0 ? o.rest.map((f) => inFolder(c.scope.folder, f)) : undefined
  let status = 0
  for (const name of wanted ?? []) {
    if (files.includes(name) || name === '/' || files.some((f) => f.startsWith(`${name.replace(/\/$/, '')}/`))) continue
    status = yield* misuse(c, `${name}: No such file or directory`)
  }
  const under = (f: string) =>
    wanted ? wanted.some((w) => f === w || f.startsWith(`${w.replace(/\/$/, '')}/`)) : f.startsWith(folder)
  const shown = files.filter((f) => under(f) && (wanted !== undefined || !f.startsWith('/') || folder.startsWith('/')))
  for (const file of shown) {
    const text = c.shell.readFile(c.place, file) ?? ''
    const size = String(new TextEncoder().encode(text).length)
    yield out(o.on.has('l') ? `-rw-r--r-- 1 root root ${size.padStart(6)} ${file}\n` : `${file}\n`)
  }
  return status
}

function* rm(c: ToolContext): Process {
  const o = options(c.args, 'fr')
  if (o.problem) return yield* misuse(c, o.problem)
  let status = 0
  for (const name of o.rest)
    if (!c.shell.removeFile(c.place, inFolder(c.scope.folder, name)) && !o.on.has('f'))
      status = yield* misuse(c, `can't remove '${name}': it was not written in this shell`)
  return status
}

const pauseOf = (text: string): number | undefined =>
  text === 'infinity'
    ? LONGEST_PAUSE
    : /^\d+(\.\d+)?$|^\.\d+$/.test(text)
      ? Number(text) * 1000
      : /^\d+(\.\d+)?d$/.test(text)
        ? Number.parseFloat(text) * 86_400_000
        : durationMs(text)

/** Virtual time passes. */
function* sleep(c: ToolContext): Process {
  if (c.args.length === 0) return yield* misuse(c, 'use: sleep SECONDS')
  let total = 0
  for (const word of c.args) {
    const pause = word.startsWith('-') ? undefined : pauseOf(word)
    if (pause === undefined) return yield* misuse(c, `invalid number '${word}'`)
    total += pause
  }
  yield* pauseUntil(c, c.cluster.now + Math.min(total, LONGEST_PAUSE))
  return 0
}

/** `watch -n 2 kubectl get pods`: until it is stopped. */
function* watch(c: ToolContext): Process {
  const o = options(c.args, 'n:tdbe -no-title', false)
  if (o.problem) return yield* misuse(c, o.problem)
  const seconds = Number(lastOf(o, 'n') ?? 2)
  if (o.rest.length === 0 || !(seconds >= 0)) return yield* misuse(c, 'use: watch [-n SECONDS] COMMAND…')
  const every = Math.max(100, Math.min(LONGEST_PAUSE, seconds * 1000))
  const command = o.rest.join(' ')
  for (;;) {
    const at = c.cluster.now
    yield { clear: 'command' }
    if (!o.on.has('t')) yield out(`Every ${(every / 1000).toFixed(1)}s: ${command}\n\n`)
    const scope = c.scope.copy()
    yield* o.rest.length === 1 ? c.shell.script(command, scope, c.input) : c.shell.call(o.rest, scope, c.input)
    const before = c.cluster.now
    yield* pauseUntil(c, Math.max(at + every, c.cluster.now + 1))
    if (c.cluster.now <= before) return 0
  }
}

function* test(c: ToolContext): Process {
  let words = c.args
  if (c.name === '[') {
    if (words.at(-1) !== ']') return yield* misuse(c, "missing ']'", 2)
    words = words.slice(0, -1)
  }
  const result = evaluate(c, words)
  return typeof result === 'string' ? yield* misuse(c, result, 2) : result ? 0 : 1
}

function evaluate(c: ToolContext, words: readonly string[]): boolean | string {
  for (const operator of ['-o', '-a']) {
    const at = words.indexOf(operator)
    if (at <= 0 || at >= words.length - 1) continue
    const [left, right] = [evaluate(c, words.slice(0, at)), evaluate(c, words.slice(at + 1))]
    if (typeof left === 'string') return left
    if (typeof right === 'string') return right
    return operator === '-o' ? left || right : left && right
  }
  const [a = '', b = '', d = ''] = words
  if (words.length === 0) return false
  if (words.length === 1) return a !== ''
  if (a === '!') {
    const rest = evaluate(c, words.slice(1))
    return typeof rest === 'string' ? rest : !rest
  }
  if (words.length === 2) {
    const file = () => c.shell.readFile(c.place, inFolder(c.scope.folder, b))
    if (a === '-n') return b !== ''
    if (a === '-z') return b === ''
    if (a === '-f' || a === '-e' || a === '-r') return file() !== undefined
    if (a === '-s') return (file() ?? '') !== ''
    return `${a}: unknown operand`
  }
  if (words.length > 3) return 'too many arguments'
  if (b === '=' || b === '==') return a === d
  if (b === '!=') return a !== d
  const compare: Readonly<Record<string, (x: number, y: number) => boolean>> = {
    '-eq': (x, y) => x === y,
    '-ne': (x, y) => x !== y,
    '-lt': (x, y) => x < y,
    '-le': (x, y) => x <= y,
    '-gt': (x, y) => x > y,
    '-ge': (x, y) => x >= y,
  }
  const operator = compare[b]
  if (!operator) return `${b}: unknown operand`
  for (const text of [a, d]) if (!/^\s*[+-]?\d+\s*$/.test(text)) return `${text}: bad number`
  return operator(Number(a), Number(d))
}

function* history(c: ToolContext): Process {
  if (c.args[0] === '-c') {
    c.shell.forgetHistory()
    return 0
  }
  for (const [i, line] of c.shell.history.entries()) yield out(`${String(i + 1).padStart(5)}  ${line}\n`)
  return 0
}

function* clear(): Process {
  yield { clear: 'screen' }
  return 0
}

/** The time of the simulation, in UTC. */
function* date(c: ToolContext): Process {
  const at = new Date(EPOCH + c.cluster.age)
  const [format] = c.args.filter((a) => a.startsWith('+'))
  const two = (n: number) => String(n).padStart(2, '0')
  const parts: Readonly<Record<string, string>> = {
    Y: String(at.getUTCFullYear()),
    m: two(at.getUTCMonth() + 1),
    d: two(at.getUTCDate()),
    H: two(at.getUTCHours()),
    M: two(at.getUTCMinutes()),
    S: two(at.getUTCSeconds()),
    s: String(Math.floor(at.getTime() / 1000)),
    N: `${String(at.getUTCMilliseconds()).padStart(3, '0')}000000`,
    T: `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`,
    F: at.toISOString().slice(0, 10),
    Z: 'UTC',
    z: '+0000',
    '%': '%',
  }
  const [day = '', month = ''] = [DAYS[at.getUTCDay()], MONTHS[at.getUTCMonth()]]
  const text = format
    ? format.slice(1).replace(/%(.)/g, (whole, c1: string) => parts[c1] ?? whole)
    : `${day} ${month} ${String(at.getUTCDate()).padStart(2)} ${parts['T']} UTC ${parts['Y']}`
  yield out(`${text}\n`)
  return 0
}
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function* sh(c: ToolContext): Process {
  const at = c.args.findIndex((a) => /^-[a-z]*c$/.test(a))
  if (at >= 0) {
    const [text, ...args] = c.args.slice(at + 1)
    if (text === undefined) return yield* misuse(c, '-c requires an argument', 2)
    const scope = c.scope.copy()
    scope.args = args.slice(1)
    return yield* c.shell.script(text, scope, c.input)
  }
  const [file] = c.args.filter((a) => !a.startsWith('-'))
  if (file !== undefined) {
    const text = c.shell.readFile(c.place, inFolder(c.scope.folder, file))
    if (text === undefined) return yield* misuse(c, `can't open '${file}': No such file or directory`, 2)
    return yield* c.shell.script(text, c.scope.copy(), c.input)
  }
  if (c.input.terminal) {
    const problem = c.shell.enter(c.place)
    return problem === undefined ? 0 : yield* misuse(c, problem)
  }
  return yield* c.shell.script(yield* readAll(c.input), c.scope.copy(), c.input)
}

function* time(c: ToolContext): Process {
  const from = c.cluster.now
  const status = yield* c.shell.call(c.args.length > 0 ? c.args : ['true'], c.scope, c.input)
  const took = c.cluster.now - from
  yield err(`real\t${Math.floor(took / 60_000)}m ${((took % 60_000) / 1000).toFixed(2)}s\n`)
  return status
}

/** Words from standard input behind a command: `-n N` of them at a time, `-I{}` where it stands. */
function* xargs(c: ToolContext): Process {
  const o = options(c.args, 'n:I:r', false)
  if (o.problem) return yield* misuse(c, o.problem)
  const command = o.rest.length > 0 ? o.rest : ['echo']
  const text = yield* readAll(c.input)
  const mark = lastOf(o, 'I')
  const scope = c.scope.copy()
  let status = 0
  if (mark !== undefined) {
    for (const line of text.split('\n').filter((l) => l.trim() !== '')) {
      const words = command.map((w) => w.replaceAll(mark, line.trimStart()))
      if ((yield* c.shell.call(words, scope, c.input)) !== 0) status = 123
    }
    return status
  }
  const words = text.split(/\s+/).filter((w) => w !== '')
  const n = Math.max(1, Number(lastOf(o, 'n') ?? words.length) || 1)
  if (words.length === 0) return o.on.has('r') ? 0 : yield* c.shell.call(command, scope, c.input)
  for (let i = 0; i < words.length; i += n)
    if ((yield* c.shell.call([...command, ...words.slice(i, i + n)], scope, c.input)) !== 0) status = 123
  return status
}

function* help(c: ToolContext): Process {
  const wanted = c.args[0]
  const here = c.shell.tools.filter(
    (t) => isAt(t, c.place) && (wanted === undefined || matches(t.name, readPattern(wanted))),
  )
  if (here.length === 0) return yield* misuse(c, `no help for ${wanted}`)
  const width = Math.max(...here.map((t) => t.name.length))
  const scripting = new Set<Tool>(wanted === undefined ? [...SMALL, ...SPECIAL] : [])
  const special = here.filter((t) => t.at !== undefined)
  const common = here.filter((t) => t.at === undefined && !scripting.has(t))
  const rows = (tools: readonly Tool[]) => tools.map((t) => `  ${t.name.padEnd(width)}  ${t.summary}\n`).join('')
  if (special.length > 0) yield out(`Here:\n${rows(special)}`)
  if (common.length > 0) yield out(`${special.length > 0 ? '\n' : ''}Everywhere:\n${rows(common)}`)
  if (wanted === undefined)
    yield out(
      `\nFor scripts: ${[...scripting].map((t) => t.name).join(', ')}\n\nAlso: pipes, > FILE, 2>&1, << EOF, && || ;, $VAR, $(…), $((…)), for, while, until, if, case, functions. Time in here is simulated: sleep lets it pass.\n`,
    )
  return 0
}

export const BUILTINS: readonly Tool[] = [
  { name: 'help', summary: 'this list', run: help },
  { name: 'echo', summary: 'print words', run: echo },
  { name: 'printf', summary: 'print by a format', run: printf },
  { name: 'sleep', summary: 'let simulated time pass: sleep 5, sleep 200ms', run: sleep },
  { name: 'watch', summary: 'run a command again and again', flags: ['-n', '-t'], run: watch },
  { name: 'time', summary: 'how long a command takes', run: time },
  { name: 'date', summary: 'the simulated time', run: date },
  { name: 'test', aliases: ['['], summary: 'compare: [ "$x" = y ], [ $n -lt 3 ]', run: test },
  { name: 'true', aliases: [':'], summary: 'succeed', run: succeed },
  { name: 'false', summary: 'fail', run: fail },
  { name: 'export', summary: 'variables for commands', run: exportVars },
  { name: 'unset', summary: 'forget variables', run: unset },
  { name: 'read', summary: 'a line into variables', run: read },
  { name: 'shift', summary: '$2 becomes $1', run: shift },
  { name: 'break', aliases: ['continue'], summary: 'leave a loop', run: leaveLoop },
  { name: 'xargs', summary: 'words of standard input behind a command', flags: ['-n', '-I'], run: xargs },
  { name: 'sh', aliases: ['bash', 'ash'], summary: 'run a script: sh -c "…"', flags: ['-c'], run: sh },
  { name: 'cd', summary: 'go to a folder', run: cd },
  { name: 'pwd', summary: 'where one is', run: pwd },
  { name: 'ls', summary: 'the files', flags: ['-l'], run: ls },
  { name: 'rm', summary: 'remove a file that was written here', flags: ['-f'], run: rm },
  { name: 'history', summary: 'lines that were typed', flags: ['-c'], run: history },
  { name: 'clear', summary: 'an empty screen', run: clear },
  { name: 'exit', summary: 'leave: the pod or node, or the shell', run: exit },
]
