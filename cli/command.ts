import type { Cluster } from '../src/engine/index.ts'
import type { Diagnostic } from '../src/model/index.ts'
import type { FlagSpec, Flags } from '../src/shell/index.ts'
import type { Paint } from './paint.ts'

export interface CommandContext {
  readonly cluster: Cluster
  readonly diagnostics: readonly Diagnostic[]
  readonly flags: Flags
  /** Words that are no files of the text (a Service's name). */
  readonly words: readonly string[]
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly paint: Paint
}

/** One of fairlead's commands. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What follows the name. */
  readonly usage: string
  readonly flags: readonly FlagSpec[]
  /** Flag → what it does, for `--help`. */
  readonly help: Readonly<Record<string, string>>
  /** How many words at the end may be something else than files. */
  readonly words?: (word: string) => boolean
  /** Says what is wrong with the command line (undefined: nothing), before any file is read. */
  readonly check?: (flags: Flags) => string | undefined
  /** The exit code. */
  readonly run: (context: CommandContext) => number
}
