import type { ClusterConfig } from './catalog.ts'
import type { Diagnostic, Fix, SourceRange } from './diagnostic.ts'
import type { Drift } from './drift.ts'
import type { Chain, ServiceChain } from './finding.ts'
import type { KObject, ObjectKey } from './objects.ts'
import type { Action, LogEntry, TextEdit, TextFile } from './session-document.ts'
import type { LineCompletion, ShellPlace, TerminalEntry } from './terminal.ts'
import type { Ms } from './time.ts'
import type { Outcome, SourceField, Trace } from './trace.ts'
import type { ClientView, ClusterEvent, ServiceView } from './views.ts'

/** Page → worker. `id` comes back as `ack`. Plain data only. */
export type Command =
  /** A new run: the text at moment 0, come to rest, then the log replayed up to `at` (default: its end). */
  | {
      readonly id: number
      readonly type: 'open'
      readonly files: readonly TextFile[]
      readonly seed?: number
      readonly log?: readonly LogEntry[]
      readonly at?: Ms
      readonly force?: boolean
    }
  /** The text is now this. Applied at the moment `at` (the playhead), as kubectl apply would; what had been logged later is dropped. */
  | {
      readonly id: number
      readonly type: 'edit'
      readonly files: readonly TextFile[]
      readonly edits: readonly TextEdit[]
      readonly at: Ms
      readonly force?: boolean
    }
  | { readonly id: number; readonly type: 'act'; readonly action: Action; readonly at: Ms }
  | { readonly id: number; readonly type: 'advance'; readonly to: Ms }
  /** Go to a moment, back or forth; the answer is a whole mirror (`reset`). */
  | { readonly id: number; readonly type: 'seek'; readonly to: Ms }
  | { readonly id: number; readonly type: 'ask'; readonly question: Question }

export type Question =
  /** Where these fields stand in the text; null for what no document says. */
  | { readonly type: 'locate'; readonly fields: readonly SourceField[] }
  /** The text edits that a fix comes to. */
  | { readonly type: 'edits'; readonly fixes: readonly Fix[] }
  /** Which object stands at this offset of a file. */
  | { readonly type: 'object-at'; readonly file: string; readonly offset: number }
  /** What applying this text would change, without doing it (manual apply). */
  | { readonly type: 'preview'; readonly files: readonly TextFile[] }
  /** The way to each port of a Service, link by link, at the moment `at`. */
  | { readonly type: 'service-chain'; readonly service: ObjectKey; readonly at: Ms }
  /** The way of a request, link by link, as the cluster was when it started. */
  | { readonly type: 'trace-chain'; readonly trace: Trace }
  /**
   * What kube-proxy wrote on a node; which lines are of a Service, and which ones a request matched there (when this node is the one that
   * ruled on it).
   */
  | {
      readonly type: 'rules'
      readonly node: string
      readonly at: Ms
      readonly service?: ObjectKey
      readonly trace?: Trace
    }
  /** What would be otherwise, tried on a copy of the moment `at`. */
  | { readonly type: 'what-if'; readonly change: WhatIf; readonly at: Ms }
  /** The next moment after `after` at which something happens: a request starts, an event is written. */
  | { readonly type: 'next-event'; readonly after: Ms }
  /** What Tab offers in a terminal, and whether a line asks for more (a here-document, an open quote) before it can run. */
  | {
      readonly type: 'complete'
      readonly terminal: string
      readonly place: ShellPlace
      readonly line: string
      readonly cursor: number
    }
  | { readonly type: 'needs-more'; readonly line: string }
  /** How a shell that would begin at a place asks, or why none can. */
  | { readonly type: 'shell-at'; readonly place: ShellPlace }

export type Answer =
  | { readonly type: 'locate'; readonly ranges: readonly (SourceRange | null)[] }
  | { readonly type: 'edits'; readonly edits: readonly TextEdit[] }
  | { readonly type: 'object-at'; readonly object: ObjectKey | null }
  | {
      readonly type: 'preview'
      readonly created: readonly ObjectKey[]
      readonly changed: readonly ObjectKey[]
      readonly deleted: readonly ObjectKey[]
      readonly diagnostics: readonly Diagnostic[]
    }
  | {
      readonly type: 'service-chain'
      readonly chains: readonly ServiceChain[]
      readonly findings: readonly Diagnostic[]
    }
  | { readonly type: 'trace-chain'; readonly chain: Chain; readonly cause?: Diagnostic }
  | {
      readonly type: 'rules'
      readonly mode: ClusterConfig['proxyMode']
      readonly lines: readonly string[]
      /** Indices of lines, in their order. */
      readonly ofService: readonly number[]
      /** Indices of lines, in the order in which the request met them. */
      readonly matched: readonly number[]
      /** The node that ruled on the request; undefined when none did (a kept connection, a pod's own address). */
      readonly ruledBy?: string
    }
  | { readonly type: 'what-if'; readonly before: Situation; readonly after: Situation; readonly problem?: Diagnostic }
  | { readonly type: 'next-event'; readonly at: Ms | null }
  | ({ readonly type: 'complete' } & LineCompletion)
  | { readonly type: 'needs-more'; readonly more: boolean }
  | { readonly type: 'shell-at'; readonly prompt: string; readonly problem?: string }

/** A change that is tried and thrown away. */
export type WhatIf = { readonly type: 'act'; readonly action: Action } | { readonly type: 'fix'; readonly fix: Fix }

/** How things stand, as far as a change is judged by it: at rest after the change. */
export interface Situation {
  readonly findings: readonly Diagnostic[]
  /** Ready endpoints by Service, of its first port. */
  readonly services: readonly { readonly key: ObjectKey; readonly ready: number; readonly total: number }[]
  /** Everything that chance could have a client's next request come to. */
  readonly clients: readonly {
    readonly key: string
    readonly outcomes: readonly Outcome[]
    /** Names of pods that could answer. */
    readonly pods: readonly string[]
  }[]
}

/** Worker → page. At most one a frame. */
export type FromWorker =
  | { readonly type: 'update'; readonly update: Update }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer }
  /** The text is too large to be read unasked: nothing was applied. */
  | { readonly type: 'too-large'; readonly id: number; readonly characters: number; readonly documents: number }
  /** A bug of ours. The page says so and offers the text. */
  | { readonly type: 'crash'; readonly message: string }

export interface Update {
  /** id of the last command that this takes in */
  readonly ack: number
  readonly now: Ms
  /** The mirror starts anew: everything below is the whole, not a difference. */
  readonly reset: boolean
  /** The text asked for another cluster (`kind: Cluster` changed): the run began anew, with this text as its beginning. */
  readonly restarted?: boolean
  readonly put: readonly KObject[]
  readonly drop: readonly ObjectKey[]
  /** Views of Services that changed; a Service in `drop` loses its view. */
  readonly services: readonly ServiceView[]
  /** All clients, when they changed. */
  readonly clients?: readonly ClientView[]
  readonly config?: ClusterConfig
  readonly traces: readonly Trace[]
  readonly events: readonly ClusterEvent[]
  readonly terminal: readonly TerminalEntry[]
  /** All objects that commands have made other than the text says, when they changed. */
  readonly drift?: readonly Drift[]
  /** All diagnostics, when they changed. */
  readonly diagnostics?: readonly Diagnostic[]
  /** Objects that stand in the text, with where; when they changed. */
  readonly sources?: readonly { readonly object: ObjectKey; readonly source: SourceRange }[]
  /** Objects that the cluster holds and nothing simulates: greyed. */
  readonly notSimulated?: readonly ObjectKey[]
}
