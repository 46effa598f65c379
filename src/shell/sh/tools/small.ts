import { inFolder } from '../folder.ts'
import { err, out, type Process } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { misuse, sources } from './lines.ts'
import { lastOf, options } from './options.ts'

/** Small tools that scripts use: as busybox has them. busybox 1.37 coreutils/, util-linux/ */

const withoutSlashes = (path: string): string => (/^\/+$/.test(path) ? '/' : path.replace(/\/+$/, ''))

function* basename(c: ToolContext): Process {
  const [path, suffix = ''] = c.args
  if (path === undefined) return yield* misuse(c, 'missing operand')
  const plain = withoutSlashes(path)
  const name = plain === '/' ? '/' : plain.slice(plain.lastIndexOf('/') + 1)
  yield out(`${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`)
  return 0
}

function* dirname(c: ToolContext): Process {
  if (c.args.length === 0) return yield* misuse(c, 'missing operand')
  for (const path of c.args) {
    const plain = withoutSlashes(path)
    const at = plain.lastIndexOf('/')
    yield out(`${at < 0 ? '.' : withoutSlashes(plain.slice(0, at)) || '/'}\n`)
  }
  return 0
}

function* turned(c: ToolContext): Process {
  const { sources: all, missing } = yield* sources(c, c.args)
  for (const source of all) {
    const lines: string[] = []
    for (let line = yield* source.next(); line !== undefined; line = yield* source.next()) {
      if (c.name === 'rev') yield out(`${[...line].reverse().join('')}\n`)
      else lines.push(line)
    }
    yield out(
      lines
        .reverse()
        .map((line) => `${line}\n`)
        .join(''),
    )
  }
  return missing > 0 ? 1 : 0
}

function* nl(c: ToolContext): Process {
  const o = options(c.args, 'b:w:s:v:')
  if (o.problem) return yield* misuse(c, o.problem)
  const width = Math.min(100, Number(lastOf(o, 'w') ?? 6) || 6)
  const sign = lastOf(o, 's') ?? '\t'
  const { sources: all, missing } = yield* sources(c, o.rest)
  let n = Number(lastOf(o, 'v') ?? 1) || 1
  for (const source of all)
    for (let line = yield* source.next(); line !== undefined; line = yield* source.next())
      yield out(
        line === '' && lastOf(o, 'b') !== 'a'
          ? `${' '.repeat(width)}${' '.repeat(sign.length)}\n`
          : `${String(n++).padStart(width)}${sign}${line}\n`,
      )
  return missing > 0 ? 1 : 0
}

/** Lines of files side by side, or (-s) each file's in one line. */
function* paste(c: ToolContext): Process {
  const o = options(c.args, 'sd:')
  if (o.problem) return yield* misuse(c, o.problem)
  const signs = [...(lastOf(o, 'd') ?? '\t').replaceAll('\\n', '\n').replaceAll('\\t', '\t')]
  const sign = (i: number) => signs[i % Math.max(1, signs.length)] ?? ''
  const { sources: all, missing } = yield* sources(c, o.rest)
  const joined = (parts: readonly string[]) => parts.map((p, i) => (i === 0 ? p : sign(i - 1) + p)).join('')
  if (o.on.has('s')) {
    for (const source of all) {
      const lines: string[] = []
      for (let line = yield* source.next(); line !== undefined; line = yield* source.next()) lines.push(line)
      yield out(`${joined(lines)}\n`)
    }
    return missing > 0 ? 1 : 0
  }
  for (;;) {
    const row: (string | undefined)[] = []
    for (const source of all) row.push(yield* source.next())
    if (row.every((part) => part === undefined)) return missing > 0 ? 1 : 0
    yield out(`${joined(row.map((part) => part ?? ''))}\n`)
  }
}

function* yes(c: ToolContext): Process {
  const text = `${c.args.join(' ') || 'y'}\n`
  for (;;) {
    c.shell.fuel.spend()
    yield out(text)
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function toBase64(text: string): string {
  const data = new TextEncoder().encode(text)
  let encoded = ''
  for (let i = 0; i < data.length; i += 3) {
    const [a, b, d] = [data[i]!, data[i + 1], data[i + 2]]
    const value = (a << 16) | ((b ?? 0) << 8) | (d ?? 0)
    encoded += LETTERS[value >> 18]! + LETTERS[(value >> 12) & 63]!
    encoded += (b === undefined ? '=' : LETTERS[(value >> 6) & 63]!) + (d === undefined ? '=' : LETTERS[value & 63]!)
  }
  return encoded
}

/** undefined: it is none. */
function fromBase64(text: string): string | undefined {
  const plain = text.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || plain.length % 4 === 1) return undefined
  const bytes: number[] = []
  let [value, bits] = [0, 0]
  for (const c of plain.replace(/=+$/, '')) {
    value = ((value << 6) | LETTERS.indexOf(c)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 255)
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}

function* base64(c: ToolContext): Process {
  const o = options(c.args, 'dw:D -decode'.replace(' -', ' '))
  if (o.problem) return yield* misuse(c, o.problem)
  const { sources: all, missing } = yield* sources(c, o.rest)
  let text = ''
  for (const source of all) text += yield* source.all()
  c.shell.fuel.spend(text.length / 1000)
  if (o.on.has('d') || o.on.has('D') || o.on.has('decode')) {
    const plain = fromBase64(text)
    if (plain === undefined) return yield* misuse(c, 'truncated input')
    yield out(plain)
    return missing > 0 ? 1 : 0
  }
  const width = Number(lastOf(o, 'w') ?? 76)
  const encoded = toBase64(text)
  const lines = width > 0 ? (encoded.match(new RegExp(`.{1,${Math.min(width, 10_000)}}`, 'g')) ?? []) : [encoded]
  yield out(width > 0 ? lines.map((line) => `${line}\n`).join('') : encoded)
  return missing > 0 ? 1 : 0
}

/** `timeout 5 COMMAND`: after so much simulated time the command ends. */
function* timeout(c: ToolContext): Process {
  const o = options(c.args, 's:k:', false)
  if (o.problem) return yield* misuse(c, o.problem)
  const [limit = '', ...command] = o.rest
  const [whole, number = '', unit = 's'] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(limit) ?? []
  if (whole === undefined || command.length === 0) return yield* misuse(c, 'use: timeout SECONDS COMMAND…')
  const size = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit || 's'] ?? 1000
  const end = c.cluster.now + Math.min(Number(number) * size, 86_400_000)
  const process = c.shell.call(command, c.scope.copy(), c.input)
  try {
    for (;;) {
      const step = process.next()
      if (step.done) return step.value
      if (!('wait' in step.value)) {
        yield step.value
        continue
      }
      yield { wait: { ...step.value.wait, until: Math.min(step.value.wait.until ?? end, end) } }
      if (c.cluster.now < end) continue
      yield err('Terminated\n')
      return 143
    }
  } finally {
    process.return(0)
  }
}

/** `expr 1 + 2`: one operation, or several from left to right; strings compare. */
function* expr(c: ToolContext): Process {
  const [first, ...rest] = c.args
  if (first === undefined) return yield* misuse(c, 'too few arguments', 2)
  const isNumber = (text: string) => /^-?\d+$/.test(text)
  let value = first
  for (let i = 0; i < rest.length; i += 2) {
    const [operator = '', right] = [rest[i], rest[i + 1]]
    if (right === undefined) return yield* misuse(c, 'syntax error', 2)
    const [a, b] = [Number(value), Number(right)]
    const numbers = isNumber(value) && isNumber(right)
    if (/^[-+*/%]$/.test(operator)) {
      if (!numbers) return yield* misuse(c, 'non-numeric argument', 2)
      if (/[/%]/.test(operator) && b === 0) return yield* misuse(c, 'division by zero', 2)
      const result = { '+': a + b, '-': a - b, '*': a * b, '/': Math.trunc(a / b), '%': a % b }[operator] ?? 0
      value = String(result === 0 ? 0 : result)
    } else {
      const order = numbers ? a - b : value < right ? -1 : value > right ? 1 : 0
      const holds = {
        '=': order === 0,
        '==': order === 0,
        '!=': order !== 0,
        '<': order < 0,
        '>': order > 0,
        '<=': order <= 0,
        '>=': order >= 0,
      }[operator]
      if (holds === undefined) return yield* misuse(c, 'syntax error', 2)
      value = holds ? '1' : '0'
    }
  }
  yield out(`${value}\n`)
  return value === '0' || value === '' ? 1 : 0
}

function* touch(c: ToolContext): Process {
  let status = 0
  for (const name of c.args.filter((a) => !a.startsWith('-'))) {
    const file = inFolder(c.scope.folder, name)
    if (c.shell.readFile(c.place, file) !== undefined) continue
    const problem = c.shell.writeFile(c.place, file, '', false)
    if (problem !== undefined) status = yield* misuse(c, `${name}: ${problem}`)
  }
  return status
}

/** Folders are there as soon as a file is in them. */
function* mkdir(c: ToolContext): Process {
  return c.args.some((a) => !a.startsWith('-')) ? 0 : yield* misuse(c, 'missing operand')
}

export const SMALL: readonly Tool[] = [
  { name: 'basename', summary: 'the last part of a path', run: basename },
  { name: 'dirname', summary: 'a path without its last part', run: dirname },
  { name: 'tac', summary: 'lines, the last one first', run: turned },
  { name: 'rev', summary: 'lines from right to left', run: turned },
  { name: 'nl', summary: 'number lines', run: nl },
  { name: 'paste', summary: 'lines side by side: paste -sd, -', flags: ['-s', '-d'], run: paste },
  { name: 'base64', summary: 'encode, and decode with -d', flags: ['-d'], run: base64 },
  { name: 'expr', summary: 'expr 1 + 2', run: expr },
  { name: 'timeout', summary: 'end a command after so much simulated time: timeout 5 COMMAND', run: timeout },
  { name: 'yes', summary: 'the same line again and again', run: yes },
  { name: 'touch', summary: 'make an empty file', run: touch },
  { name: 'mkdir', summary: 'folders are there with their first file', run: mkdir },
]
