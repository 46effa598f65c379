import type { ClientSpec, Cluster } from '../../engine/index.ts'
import type { Trace } from '../../model/index.ts'
import type { Forwards } from '../forwards.ts'
import type { Fuel } from './fuel.ts'
import type { ShellHost } from './host.ts'
import type { Input } from './input.ts'
import type { Place } from './place.ts'
import type { Scope } from './scope.ts'
import type { Process } from './shell-event.ts'

/** A request that this shell sent. */
export interface Sent {
  readonly trace: Trace
  readonly from: ClientSpec
}

/** What commands need of the session that they run in. */
export interface Services {
  readonly host: ShellHost
  readonly fuel: Fuel
  readonly tools: readonly Tool[]
  readonly history: readonly string[]
  /** Requests that tools sent, the latest last; a few hundred are kept. */
  readonly sent: readonly Sent[]
  /** All requests that were made so far, by whomever, oldest first. */
  requests(): readonly Trace[]
  /** Ports of the workstation that lead into pods. */
  readonly forwards: Forwards
  /** The namespace of kubectl's context. */
  namespace: string
  /** Note a request; its trace, with an id that no other one has. */
  note(trace: Trace, from: ClientSpec): Trace
  /** Go somewhere: what follows runs there, until `exit`; `then` goes on with its status, and says the one that counts. Returns what is wrong. */
  enter(place: Place, then?: (status: number) => Process): string | undefined
  /** A scope of its own at a place, for one command. */
  scopeAt(place: Place): Scope
  forgetHistory(): void
  /** The files of a place. */
  files(place: Place): readonly string[]
  readFile(place: Place, name: string): string | undefined
  /** Returns what is wrong. */
  writeFile(place: Place, name: string, text: string, append: boolean): string | undefined
  removeFile(place: Place, name: string): boolean
  /** Run a command by its words. */
  call(words: readonly string[], scope: Scope, input: Input): Process
  /** Run a text as a script. */
  script(text: string, scope: Scope, input: Input): Process
}

/** What a command works with. */
export interface ToolContext {
  /** As it was called. */
  readonly name: string
  readonly args: readonly string[]
  readonly input: Input
  readonly scope: Scope
  readonly place: Place
  readonly cluster: Cluster
  readonly shell: Services
  /** Run a text in this very shell: what it sets stays (`eval`, `.`). */
  readonly evaluate: (text: string) => Process
}

export interface Tool {
  readonly name: string
  readonly aliases?: readonly string[]
  /** One line for `help`. */
  readonly summary: string
  /** Where it is there; everywhere when it does not say. */
  readonly at?: readonly Place['type'][]
  /** Its flags, for completion. */
  readonly flags?: readonly string[]
  readonly run: (context: ToolContext) => Process
}

/** Places with a network; the workstation's ends before the cluster's own addresses. */
export const ASKING: readonly Place['type'][] = ['workstation', 'pod', 'node', 'outside', 'client']
/** Machines that stand in the cluster's world. */
export const NETWORKED: readonly Place['type'][] = ['pod', 'node', 'outside', 'client']

export const hasName = (tool: Tool, name: string): boolean =>
  tool.name === name || (tool.aliases?.includes(name) ?? false)
export const isAt = (tool: Tool, place: Place): boolean => tool.at?.includes(place.type) ?? true
