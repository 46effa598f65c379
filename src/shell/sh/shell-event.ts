import type { ClientSpec } from '../../engine/index.ts'
import type { Ms, ObjectKey, Trace } from '../../model/index.ts'

/** What a command does while it runs, in its order. */
export type ShellEvent =
  | { readonly out: string }
  | { readonly err: string }
  /** Let virtual time pass, to this moment (`Cluster.now`) or, without one, until something happens; then go on. */
  | { readonly wait: { readonly until?: Ms } }
  /** A request was sent, and by whom. */
  | { readonly trace: Trace; readonly from: ClientSpec }
  /** Show this object in the editor (`kubectl edit`). */
  | { readonly open: ObjectKey }
  /** The screen begins anew: all of it (`clear`), or what this command has shown (`watch`). */
  | { readonly clear: 'screen' | 'command' }

/** A command as it runs; returns its exit status. */
export type Process = Generator<ShellEvent, number>
/** A part of a command that comes to something. */
export type Step<T> = Generator<ShellEvent, T>

export const out = (text: string): ShellEvent => ({ out: text })
export const err = (text: string): ShellEvent => ({ err: text })
