import type {
  Answer,
  ClientView,
  ClusterConfig,
  ClusterEvent,
  Diagnostic,
  Drift,
  Fix,
  KObject,
  LogEntry,
  Ms,
  ObjectKey,
  ServiceView,
  ShellPlace,
  SourceRange,
  TerminalEntry,
  TextFile,
  Trace,
} from '../model/index.ts'
import type { Scenario } from '../scenarios/index.ts'

/** The worker's cluster as the page knows it. Never edited here; objects that did not change keep their identity. */
export interface Mirror {
  readonly objects: ReadonlyMap<ObjectKey, KObject>
  readonly services: ReadonlyMap<ObjectKey, ServiceView>
  readonly clients: readonly ClientView[]
  readonly config: ClusterConfig
  /** By startedAt; the newest 2,000. */
  readonly traces: readonly Trace[]
  /** By time; the newest 1,000. */
  readonly events: readonly ClusterEvent[]
  /** What all terminals show, in its order; the newest 5,000. */
  readonly terminal: readonly TerminalEntry[]
  /** What commands have made other than the text says. */
  readonly drift: readonly Drift[]
  readonly diagnostics: readonly Diagnostic[]
  /** Where the text's objects stand. */
  readonly sources: ReadonlyMap<ObjectKey, SourceRange>
  readonly notSimulated: ReadonlySet<ObjectKey>
  /** How far the worker has computed. */
  readonly now: Ms
}

export type Selection =
  | { readonly type: 'object'; readonly key: ObjectKey }
  | { readonly type: 'client'; readonly key: string }
  | { readonly type: 'trace'; readonly id: string }

export type DrawerTab = 'requests' | 'terminal' | 'problems' | 'rules' | 'events'

/** What "What if?" was opened for: a fix that a finding offers, or an object with what can be done to it. */
export type WhatIfSubject =
  | { readonly type: 'fix'; readonly fix: Fix }
  | { readonly type: 'object'; readonly key: ObjectKey }

/** How one looks at it: never what happens. */
export interface View {
  readonly mode: 'logical' | 'nodes'
  readonly selection: Selection | null
  readonly tab: DrawerTab
  readonly theme: 'system' | 'light' | 'dark'
  readonly presenting: boolean
  readonly editorOpen: boolean
  readonly drawerOpen: boolean
  readonly inspectorOpen: boolean
  /** Phones show one of the two. */
  readonly phonePane: 'editor' | 'canvas'
  /** The one dialog that stands open. */
  readonly dialog: 'share' | 'help' | 'claims' | 'what-if' | null
  /** The rule that "What this is true to" was opened at. */
  readonly rule: string | null
  readonly whatIf: WhatIfSubject | null
  /** Whose rules the drawer shows; null: those of the node that the selection leads to. */
  readonly rulesNode: string | null
  /** How many steps of the example's story have been taken; -1: the text opened was no longer the example's. */
  readonly storyStep: number
}

export interface Playback {
  readonly playing: boolean
  /** 0.1 to 10 */
  readonly speed: number
  /** The furthest moment this run has been shown: going back does not shorten it, a change at an earlier moment does. */
  readonly furthest: Ms
}

export type Preview = Extract<Answer, { type: 'preview' }>

/** How edits of the text reach the cluster. */
export interface Applying {
  readonly mode: 'auto' | 'manual'
  /** The text differs from what the cluster was last given. */
  readonly pending: boolean
  /** In manual mode: what applying would change. */
  readonly preview: Preview | null
}

/** A terminal of the drawer. What it shows is the mirror's. */
export interface OpenTerminal {
  readonly id: string
  /** Where its shell begins. */
  readonly place: ShellPlace
  /** How it asks before anything was typed. */
  readonly prompt: string
  /** Why no shell can begin there. */
  readonly problem?: string
}

export interface Terminals {
  /** The first one is always there. */
  readonly open: readonly OpenTerminal[]
  /** id of the one that is shown. */
  readonly active: string
  /** Lines that were typed in any terminal, oldest first; kept in the browser. */
  readonly history: readonly string[]
  /** A command that the page puts into a terminal's prompt, for the person to run; each offer is a new object. */
  readonly offer: { readonly terminal: string; readonly line: string } | null
}

/** The length of a plain link to the present text; null until it has been measured, or when the text is too long for one. */
export interface LinkMeter {
  readonly characters: number | null
  readonly tooLong: boolean
}

export interface DocumentState {
  /** The present text. */
  readonly files: readonly TextFile[]
  readonly activeFile: string
  /** The text at moment 0, with the log: what a link to a moment holds. */
  readonly baseFiles: readonly TextFile[]
  readonly log: readonly LogEntry[]
  readonly seed: number | undefined
  readonly scenario: string | undefined
}

export interface SessionState {
  /** All examples that are here: those of the page, and the gallery's once they have been asked for. */
  readonly scenarios: readonly Scenario[]
  /** Whether the gallery's are among them. `failed`: they could not be fetched, and can be asked for again. */
  readonly gallery: 'away' | 'coming' | 'here' | 'failed'
  readonly document: DocumentState
  readonly mirror: Mirror
  readonly playback: Playback
  readonly view: View
  readonly applying: Applying
  readonly link: LinkMeter
  readonly terminals: Terminals
  /** A text of one's own, put aside when a link or an example was opened, can be brought back. */
  readonly restorable: boolean
  /** starting: before the first update; too-large: waits for the person's word; crashed: a bug of ours. */
  readonly status: { readonly phase: 'starting' | 'ready' | 'too-large' | 'crashed'; readonly message?: string }
  /** A message that goes away by itself: "link copied", with an optional way back. */
  readonly notice: { readonly text: string; readonly undo?: () => void } | null
}

/** The example that the open document began as, if it is here. */
export const openScenarioOf = ({ document, scenarios }: SessionState): Scenario | undefined =>
  scenarios.find(({ id }) => id === document.scenario)
