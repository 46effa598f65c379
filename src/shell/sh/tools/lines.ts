import { inFolder } from '../folder.ts'
import { chomp, readAll, TextInput } from '../input.ts'
import { err, type Step } from '../shell-event.ts'
import type { ToolContext } from '../tool.ts'

/** One source of lines: a file, or standard input (`name` undefined). */
export interface Source {
  readonly name: string | undefined
  /** The next line without its newline. */
  next(): Step<string | undefined>
  all(): Step<string>
}

const fromInput = (c: ToolContext, input: ToolContext['input'], name: string | undefined): Source => ({
  name,
  *next() {
    c.shell.fuel.spend()
    const line = yield* input.line()
    return line === undefined ? undefined : chomp(line)
  },
  all: () => readAll(input),
})

/** The files that a filter was given, or standard input. Says which of them are not there; `missing` counts those. */
export function* sources(c: ToolContext, names: readonly string[]): Step<{ sources: Source[]; missing: number }> {
  if (names.length === 0) return { sources: [fromInput(c, c.input, undefined)], missing: 0 }
  const found: Source[] = []
  let missing = 0
  for (const name of names) {
    if (name === '-') {
      found.push(fromInput(c, c.input, undefined))
      continue
    }
    const text = name === '/dev/null' ? '' : c.shell.readFile(c.place, inFolder(c.scope.folder, name))
    if (text === undefined) {
      yield err(`${c.name}: ${name}: No such file or directory\n`)
      missing++
    } else found.push(fromInput(c, new TextInput(text), name))
  }
  return { sources: found, missing }
}

/** What a tool says when it was called wrongly. */
export function* misuse(c: ToolContext, problem: string, status = 1): Step<number> {
  yield err(`${c.name}: ${problem}\n`)
  return status
}
