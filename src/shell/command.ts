import type { Cluster } from '../engine/index.ts'
import type { KObject, Ms, Pod, Trace } from '../model/index.ts'
import type { ApiDocs } from './explain/api-docs.ts'
import type { Failure } from './failure.ts'
import type { FlagSpec, Flags } from './flags.ts'
import type { Forwards } from './forwards.ts'

/** What a verb works with. */
export interface Context {
  readonly cluster: Cluster
  readonly flags: Flags
  /** Arguments that are no flags, after the verb. */
  readonly args: readonly string[]
  /** How many of the arguments stand before `--`; -1 when there is none. */
  readonly dash: number
  /** The namespace that counts: -n, else the context's. */
  readonly namespace: string
  /** -n was written: objects of other namespaces are refused. */
  readonly explicitNamespace: boolean
  readonly stdin: string | undefined
  /** The text of a file that -f names. */
  readonly readFile: (name: string) => string | undefined
  /** The context's own namespace, whatever -n says. */
  readonly contextNamespace: string
  readonly setNamespace: ((namespace: string) => void) | undefined
  /** Requests of clients, for `logs`. */
  readonly traces: () => readonly Trace[]
  readonly exec: Exec | undefined
  /** The ports of the workstation that `port-forward` listens on. */
  readonly forwards: Forwards
  readonly edit: ((object: KObject) => string | undefined) | undefined
  /** What types and fields are for; undefined when it is not at hand. */
  readonly apiDocs: ApiDocs | undefined
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** A warning of the server; the same one is written once. */
  readonly warn: (text: string) => void
  /** `kubectl get`: the verb as it was called, for usage errors. */
  readonly path: string
}

/** What a command waits for: something to happen, at most until this moment of virtual time (`Cluster.now`). */
export interface Pause {
  readonly until?: Ms
  /** The command never ends by itself (`-w`, `logs -f`): somebody stops it. */
  readonly endless?: boolean
}

/** A command in a container. Returns its exit code; pauses while it waits. */
export interface ExecRequest {
  readonly pod: Pod
  readonly container: string
  readonly command: readonly string[]
  /** What -i hands on; undefined without -i. */
  readonly stdin: string | undefined
  readonly tty: boolean
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}
export type Exec = (request: ExecRequest) => Generator<Pause, number>

/** What a verb came to: its failures (none: exit 0). */
export type Outcome = readonly Failure[]

/** A verb runs at once, or, where kubectl waits, pauses in between: its output streams, and it looks again after each pause. */
export type Run = Outcome | Generator<Pause, Outcome>

export interface Verb {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly flags: readonly FlagSpec[]
  readonly run: (context: Context) => Run
  /** What it is for, in kubectl's words: a line, and for a verb with verbs below it the beginning of its help. */
  readonly short?: string
  readonly about?: string
  /** What follows the verb in its usage line. */
  readonly usage?: string
  /** Verbs below it: `create service clusterip`. Tried before `run`. */
  readonly verbs?: readonly Verb[]
}

export const usage = (context: Pick<Context, 'path'>, message: string): string =>
  `${message}\nSee '${context.path} -h' for help and examples`

export const OK: Outcome = []
