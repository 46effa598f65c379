import { type FlagSpec, parseFlags } from '../src/shell/index.ts'
import { check } from './check.ts'
import { type Command, OK, wrong } from './command.ts'
import { endpoints } from './endpoints.ts'
import { helpFor, overview } from './help.ts'
import { type Io, processIo } from './io.ts'
import { replay } from './replay.ts'
import { rules } from './rules.ts'
import { sh } from './sh.ts'
import { trace } from './trace.ts'

const COMMANDS: readonly Command[] = [check, trace, sh, endpoints, rules, replay]
/** `conformance` is started by fairlead.mjs: it is a program of its own. */
const NAMES = [...COMMANDS.map((c) => c.name), 'conformance']

const HELP: FlagSpec = { name: 'help', short: 'h', type: 'bool' }

/** The command line. Returns the exit code: 0 an answer was computed, 1 it found errors, 2 the command line is wrong. */
export function main(args: readonly string[], io: Io = processIo()): number {
  const [name, ...rest] = args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const topic = name === 'help' ? rest[0] : undefined
    if (topic === 'conformance') io.out('fairlead conformance --help says how to use it.\n')
    else if (topic === undefined) io.out(overview(COMMANDS))
    else {
      const command = COMMANDS.find((c) => c.name === topic)
      if (!command) return unknown(io, topic)
      io.out(helpFor(command))
    }
    return OK
  }
  const command = COMMANDS.find((c) => c.name === name)
  if (!command) return unknown(io, name)
  const parsed = parseFlags(rest, [...command.flags, HELP])
  if (!parsed.ok) return wrong(io, `${parsed.error} ("fairlead ${name} --help" says what there is)`)
  if (parsed.flags.on('help')) {
    io.out(helpFor(command))
    return OK
  }
  return command.run({ args: parsed.args, flags: parsed.flags, io })
}

const unknown = (io: Io, name: string): number =>
  wrong(io, `there is no command ${name}; commands are ${NAMES.join(', ')}`)
