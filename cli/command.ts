import type { FlagSpec, Flags } from '../src/shell/index.ts'
import type { Io } from './io.ts'

export interface Invocation {
  /** The words that are no flags. */
  readonly args: readonly string[]
  readonly flags: Flags
  readonly io: Io
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
  /** What else there is to know, for `--help`. */
  readonly notes?: string
  /** Command lines to start from, without `fairlead`. */
  readonly examples: readonly string[]
  /** The exit code. */
  readonly run: (invocation: Invocation) => number
}

/** Exit codes. */
export const OK = 0
export const FOUND_ERRORS = 1
export const WRONG_COMMAND_LINE = 2

/** Says what is wrong with the command line. Returns the exit code for it. */
export function wrong(io: Io, message: string): number {
  io.err(`fairlead: ${message}\n`)
  return WRONG_COMMAND_LINE
}

/** For programs: two spaces, a newline at the end. */
export const writeJson = (io: Io, value: unknown): void => io.out(`${JSON.stringify(value, undefined, 2)}\n`)
