import type { ObjectKey } from './objects.ts'
import type { Ms } from './time.ts'

/**
 * Where a terminal's shell begins: `workstation` (a person's own machine, with kubectl), `outside` (a host beyond the cluster), the key of
 * a Pod or a Node, or `client/NAME`.
 */
export type ShellPlace = string

export const WORKSTATION_PLACE: ShellPlace = 'workstation'
/** The terminal that is there from the beginning. */
export const FIRST_TERMINAL = '1'
/** What its shell asks with before anything was typed: kubectl's context and namespace. */
export const FIRST_PROMPT = 'lab/default $ '

/** What a terminal shows, in its order: what was typed, what came of it, when. */
export type TerminalEntry = { readonly at: Ms; readonly terminal: string } & (
  | { readonly type: 'typed'; readonly prompt: string; readonly line: string }
  | { readonly type: 'out' | 'err'; readonly text: string }
  /** The screen begins anew: all of it (`clear`), or what the command that runs has shown (`watch`). */
  | { readonly type: 'clear'; readonly what: 'screen' | 'command' }
  /** The command sent this request. */
  | { readonly type: 'request'; readonly trace: string }
  /** An object is to be shown in the editor (`kubectl edit`). */
  | { readonly type: 'open'; readonly object: ObjectKey }
  /** The command has ended (130: stopped by Ctrl-C); the shell asks again with `prompt`, at `place`. */
  | {
      readonly type: 'done'
      readonly status: number
      readonly prompt: string
      readonly place: ShellPlace
      /** `exit` left the terminal's first shell. */
      readonly left?: boolean
    }
)

/** What Tab offers: each candidate replaces the characters [from, to) of the line. */
export interface LineCompletion {
  readonly from: number
  readonly to: number
  /** Sorted. One that ends in "=", "/" or "." goes on; others are whole words. */
  readonly candidates: readonly string[]
}

/** Terminals whose command runs at the end of these entries. */
export function runningTerminals(entries: readonly TerminalEntry[]): ReadonlySet<string> {
  const running = new Set<string>()
  for (const { type, terminal } of entries) {
    if (type === 'typed') running.add(terminal)
    else if (type === 'done') running.delete(terminal)
  }
  return running
}
