import type { Ms } from './time.ts'

export interface TextFile {
  readonly name: string
  readonly text: string
}

/** A replacement in one file: characters [from, to) give way to `insert`. Offsets are UTF-16, into the text before this edit. */
export interface TextEdit {
  readonly file: string
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** What a person did to the cluster that the text does not say. Plain data, logged with its moment, replayed the same. */
export type Action =
  | { readonly type: 'delete'; readonly object: string }
  | { readonly type: 'set-ready'; readonly pod: string; readonly ready: boolean }
  | { readonly type: 'scale'; readonly object: string; readonly replicas: number }
  | { readonly type: 'set-image'; readonly object: string; readonly container: string; readonly image: string }
  | { readonly type: 'restart'; readonly object: string }
  /** A label or annotation of an object set to a value, or (null) taken away. */
  | {
      readonly type: 'label' | 'annotate'
      readonly object: string
      readonly key: string
      readonly value: string | null
    }
  | { readonly type: 'drain'; readonly node: string }
  | { readonly type: 'cordon'; readonly node: string; readonly on: boolean }
  | { readonly type: 'recreate'; readonly object: string }
  | { readonly type: 'send'; readonly client: string }
  | { readonly type: 'kubectl'; readonly args: readonly string[]; readonly stdin?: string }
  /** A line typed in a terminal. Its first one begins the terminal's shell, at `place` (see ShellPlace; else the workstation). */
  | { readonly type: 'type-line'; readonly terminal: string; readonly line: string; readonly place?: string }
  /** Ctrl-C in a terminal. */
  | { readonly type: 'interrupt'; readonly terminal: string }

export type LogEntry =
  | { readonly at: Ms; readonly type: 'edit'; readonly edits: readonly TextEdit[]; readonly files?: readonly string[] }
  | { readonly at: Ms; readonly type: 'act'; readonly action: Action }

/** A line that somebody typed in a terminal. */
export const isTypedLine = (
  entry: LogEntry,
): entry is Extract<LogEntry, { type: 'act' }> & { readonly action: Extract<Action, { type: 'type-line' }> } =>
  entry.type === 'act' && entry.action.type === 'type-line'

/** The only thing that is saved and shared. `view` is how one looks at it, never what happens. */
export interface SessionDocument {
  readonly version: 1
  /** The text at moment 0; the log's edits lead to the present text. */
  readonly files: readonly TextFile[]
  readonly seed?: number
  readonly log: readonly LogEntry[]
  /** The moment the link points at. */
  readonly at?: Ms
  /** id of the example it came from, for its story */
  readonly scenario?: string
  readonly view?: { readonly mode?: 'logical' | 'nodes'; readonly selected?: string; readonly tab?: string }
}
