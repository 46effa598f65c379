import type { StoreApi } from 'zustand/vanilla'
import type { Ms, SourceRange, TextEdit, TextFile } from '../model/index.ts'
import type { SessionDeps } from './deps.ts'
import type { EngineLink } from './engine-link.ts'
import type { History } from './history.ts'
import type { MovablePlayhead } from './playhead.ts'
import type { Signal } from './signal.ts'
import type { DocumentState, SessionState } from './state.ts'
import type { Timeline } from './timeline.ts'

/** What the groups of actions share. The functions at the end are filled in by the group that owns them. */
export interface Core {
  readonly deps: SessionDeps
  readonly store: StoreApi<SessionState>
  readonly playhead: MovablePlayhead
  readonly engine: EngineLink
  readonly timeline: Timeline
  readonly history: History
  readonly edits: Signal<{ readonly edits: readonly TextEdit[] }>
  readonly reveals: Signal<SourceRange>
  /**
   * The moment at which something that is done now happens: the playhead's. While a command runs in a terminal it is how far the worker
   * has come, a little later: a running command cannot be gone back into, only done again from its beginning.
   */
  readonly moment: () => Ms
  /** The text follows the moment that is shown (text-actions). */
  followPlayhead: (at: Ms) => void
  /** The text asked for another cluster: the run has begun anew, with this text as its beginning (text-actions). */
  beginAgain: () => void
  /** Hands the present text to the worker now (text-actions). */
  flush: () => void
  /** Any change of the files but typing, with a way back (text-actions). False: nothing changed. */
  changeFiles: (files: readonly TextFile[]) => boolean
  /** Begins a run (text-actions). */
  openDocument: (document: DocumentState, options?: OpenOptions) => void
}

export interface OpenOptions {
  readonly at?: Ms
  readonly force?: boolean
  /** The text shown changes: editors are told by edits where files stay. */
  readonly pushEdits?: boolean
}
