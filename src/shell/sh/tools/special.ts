import { inFolder } from '../folder.ts'
import { out, type Process } from '../shell-event.ts'
import { ReturnSignal } from '../signals.ts'
import { hasName, isAt, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from './lines.ts'

/** What acts on the shell itself: POSIX.1-2024, 2.15, special built-in utilities, and command, type, local. */

const NAME = /^[A-Za-z_]\w*$/

function* evaluate(c: ToolContext): Process {
  return c.args.length === 0 ? 0 : yield* c.evaluate(c.args.join(' '))
}

/** `. FILE` */
function* source(c: ToolContext): Process {
  const [file, ...args] = c.args
  if (file === undefined) return yield* misuse(c, 'a file is needed', 2)
  const text = c.shell.readFile(c.place, inFolder(c.scope.folder, file))
  if (text === undefined) return yield* misuse(c, `can't open '${file}': No such file or directory`, 2)
  const leave = c.scope.enterFunction(args.length > 0 ? args : c.scope.args)
  try {
    return yield* c.evaluate(text)
  } catch (signal) {
    if (!(signal instanceof ReturnSignal)) throw signal
    return signal.status
  } finally {
    leave()
  }
}

function* leaveFunction(c: ToolContext): Process {
  const status = c.args[0] === undefined ? c.scope.status : Number(c.args[0]) & 255
  if (c.args[0] !== undefined && !/^\d+$/.test(c.args[0])) return yield* misuse(c, `Illegal number: ${c.args[0]}`, 2)
  if (c.scope.inFunction) throw new ReturnSignal(status)
  return status
}

function* local(c: ToolContext): Process {
  if (!c.scope.inFunction) return yield* misuse(c, 'not in a function', 2)
  for (const word of c.args) {
    const [, name = '', , value] = /^([^=]*)(=(.*))?$/s.exec(word) ?? []
    if (!NAME.test(name)) return yield* misuse(c, `${word}: bad variable name`, 2)
    c.scope.makeLocal(name)
    if (value !== undefined) c.scope.set(name, value)
  }
  return 0
}

const OPTIONS: Readonly<Record<string, string>> = {
  errexit: 'e',
  nounset: 'u',
  xtrace: 'x',
  pipefail: 'pipefail',
  noglob: 'f',
  allexport: 'a',
  verbose: 'v',
  noclobber: 'C',
  noexec: 'n',
}
const LETTERS = 'euxfavCnhbm'

/** `set -eu`, `set -o pipefail`, `set -- WORDS` */
function* set(c: ToolContext): Process {
  const { args, scope } = c
  if (args.length === 0) {
    for (const [name, value] of [...scope.vars].sort(([a], [b]) => (a < b ? -1 : 1)))
      yield out(`${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    return 0
  }
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word === '--' || !/^[-+]./.test(word)) {
      scope.args = args.slice(word === '--' ? i + 1 : i)
      return 0
    }
    const turn = (letter: string) => (word[0] === '-' ? scope.options.add(letter) : scope.options.delete(letter))
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        const name = args[++i]
        const option = name === undefined ? undefined : OPTIONS[name]
        if (option === undefined) return yield* misuse(c, `Illegal option ${word[0]}o ${name ?? ''}`, 2)
        turn(option)
      } else if (LETTERS.includes(letter)) turn(letter)
      else return yield* misuse(c, `Illegal option ${word[0]}${letter}`, 2)
    }
  }
  return 0
}

/** `trap COMMAND EXIT`: when a script or subshell ends. */
function* trap(c: ToolContext): Process {
  const [command, ...signals] = c.args
  if (command === undefined) {
    if (c.scope.atExit !== undefined) yield out(`trap -- '${c.scope.atExit.replaceAll("'", `'\\''`)}' EXIT\n`)
    return 0
  }
  const wanted = signals.length > 0 ? signals : [command]
  const ends = wanted.some((s) => s === 'EXIT' || s === '0')
  if (ends) c.scope.atExit = signals.length === 0 || command === '-' ? undefined : command
  if (wanted.some((s) => !/^(EXIT|0)$/.test(s)) && command !== '-')
    return yield* misuse(c, 'only EXIT is simulated: Ctrl-C ends everything at once')
  return 0
}

const toolNamed = (c: ToolContext, name: string): Tool | undefined =>
  c.shell.tools.find((t) => hasName(t, name) && isAt(t, c.place))

const KEYWORDS = new Set('if then elif else fi for while until do done in case esac { } ! function'.split(' '))

/** `command NAME …` runs it and no function of that name; `command -v NAME` says whether it is there. */
function* command(c: ToolContext): Process {
  const [first, ...rest] = c.args
  if (first === undefined) return 0
  if (first === '-v' || first === '-V') {
    const [name = ''] = rest
    const isFunction = c.scope.functions.has(name)
    const there = isFunction || KEYWORDS.has(name) || toolNamed(c, name) !== undefined
    if (first === '-V') return yield* type({ ...c, name: 'type', args: rest })
    if (there) yield out(`${name}\n`)
    return there ? 0 : 127
  }
  const words = first === '-p' || first === '--' ? rest : c.args
  const hidden = c.scope.functions.get(words[0] ?? '')
  if (!hidden) return yield* c.shell.call(words, c.scope, c.input)
  c.scope.functions.delete(words[0]!)
  try {
    return yield* c.shell.call(words, c.scope, c.input)
  } finally {
    if (!c.scope.functions.has(words[0]!)) c.scope.functions.set(words[0]!, hidden)
  }
}

function* type(c: ToolContext): Process {
  let status = 0
  for (const name of c.args) {
    if (KEYWORDS.has(name)) yield out(`${name} is a shell keyword\n`)
    else if (c.scope.functions.has(name)) yield out(`${name} is a function\n`)
    else if (toolNamed(c, name)) yield out(`${name} is a shell builtin\n`)
    else {
      yield out(`${name}: not found\n`)
      status = 127
    }
  }
  return status
}

function* which(c: ToolContext): Process {
  let status = c.args.length === 0 ? 1 : 0
  for (const name of c.args) {
    if (toolNamed(c, name)) yield out(`/usr/bin/${name}\n`)
    else status = 1
  }
  return status
}

export const SPECIAL: readonly Tool[] = [
  { name: 'set', summary: 'set -eux, set -o pipefail, set -- WORDS: $1, $2 …', run: set },
  { name: 'eval', summary: 'run words as a line', run: evaluate },
  { name: '.', aliases: ['source'], summary: 'run a file in this shell', run: source },
  { name: 'return', summary: 'leave a function', run: leaveFunction },
  { name: 'local', summary: 'variables of a function', run: local },
  { name: 'trap', summary: "trap '…' EXIT: when a script ends", run: trap },
  { name: 'command', summary: 'command -v NAME: is it there?', flags: ['-v'], run: command },
  { name: 'type', summary: 'what a name is', run: type },
  { name: 'which', summary: 'is a command there?', run: which },
]
