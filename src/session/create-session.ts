import { createStore, type StoreApi } from 'zustand/vanilla'
import { isTypedLine, runningTerminals, type SourceRange, type TerminalEntry, type TextEdit } from '../model/index.ts'
import { type ActActions, actActions } from './act-actions.ts'
import { type AskActions, askActions } from './ask-actions.ts'
import type { SessionDeps } from './deps.ts'
import { createEngineLink } from './engine-link.ts'
import { createHistory } from './history.ts'
import { INITIAL_STATE } from './initial-state.ts'
import { applyUpdate } from './mirror.ts'
import { type OpenActions, openActions } from './open-actions.ts'
import { createPlayhead, type Playhead } from './playhead.ts'
import type { Core } from './session-core.ts'
import { createSignal } from './signal.ts'
import type { SessionState } from './state.ts'
import { type TerminalActions, terminalActions } from './terminal-actions.ts'
import { type TextActions, textActions } from './text-actions.ts'
import { type TimeActions, timeActions } from './time-actions.ts'
import { createTimeline } from './timeline.ts'
import { type ViewActions, viewActions } from './view-actions.ts'

/** Edits of the text that did not come from the editor: fixes, examples, undo of the page. */
export interface PushedEdits {
  readonly edits: readonly TextEdit[]
}

export interface Session
  extends TextActions,
    TimeActions,
    ActActions,
    AskActions,
    OpenActions,
    ViewActions,
    TerminalActions {
  /** zustand's pure store; `ui/kit` binds it to React. */
  readonly store: StoreApi<SessionState>
  readonly playhead: Playhead
  /** Reads storage and the address, opens what they hold (else the first example), starts the worker. */
  start(): void
  stop(): void
  /** The editor is asked to show a stretch of text; its file is the active one by then. */
  onReveal(listener: (range: SourceRange) => void): () => void
  /** For an editor with a text of its own: what to change in it. Called after the state has changed. */
  subscribeEdits(listener: (pushed: PushedEdits) => void): () => void
}

/**
 * The page's state and everything a person can do to it, without React and without a browser: time, storage, the worker
 * and the address come in as `deps`.
 */
export function createSession(deps: SessionDeps): Session {
  const store = createStore<SessionState>(() => ({ ...INITIAL_STATE, scenarios: deps.scenarios }))
  const playhead = createPlayhead()
  const edits = createSignal<PushedEdits>()
  const reveals = createSignal<SourceRange>()

  const engine = createEngineLink(deps.startWorker, {
    update: (update) => core.timeline.receive(update),
    tooLarge: ({ characters, documents }) => {
      core.timeline.clear()
      const size = `${characters.toLocaleString('en')} characters, about ${documents.toLocaleString('en')} documents`
      store.setState({ status: { phase: 'too-large', message: size } })
    },
    crash: (message) => {
      core.timeline.clear()
      store.setState((state) => ({
        status: { phase: 'crashed', message },
        playback: { ...state.playback, playing: false },
      }))
      core.timeline.setPlaying(false)
    },
  })
  let seen: readonly TerminalEntry[] = []
  let runs = false
  const commandRuns = () => {
    const { terminal } = store.getState().mirror
    if (terminal !== seen) {
      seen = terminal
      runs = runningTerminals(terminal).size > 0
    }
    return runs
  }
  const core: Core = {
    deps,
    store,
    playhead,
    engine,
    history: createHistory(),
    edits,
    reveals,
    timeline: createTimeline(deps.clock, () => engine, playhead, {
      fold: (update) => {
        if (update.restarted) core.beginAgain()
        store.setState((state) => ({
          mirror: applyUpdate(state.mirror, update),
          status: state.status.phase === 'ready' ? state.status : { phase: 'ready' },
        }))
      },
      moved: (at) => core.followPlayhead(at),
      commandRuns,
    }),
    moment: () => (commandRuns() ? core.timeline.reached() : playhead.get()),
    followPlayhead: () => {},
    beginAgain: () => {},
    flush: () => {},
    openDocument: () => {},
    changeFiles: () => false,
  }

  const view = viewActions(core)
  const text = textActions(core, view)
  const time = timeActions(core)
  const act = actActions(core, text)
  const terminal = terminalActions(core, view, text)
  const open = openActions(core, view, { text, act: act.act, play: time.play })
  return {
    store,
    playhead,
    ...view,
    ...text,
    ...open.actions,
    // wherever files come from, a saved session among them is opened as one
    replaceFiles: (files, options) =>
      options?.whole ? text.replaceFiles(files, options) : open.actions.openFiles(files),
    ...time,
    startOver() {
      const { document } = store.getState()
      const typed = document.log.some(isTypedLine)
      if (typed) core.history.push({ document, at: playhead.get(), opened: true })
      time.startOver()
      if (typed) view.notify('The run began anew, without what was typed.', text.undo)
    },
    ...act,
    ...askActions(core),
    ...terminal.actions,
    start() {
      terminal.start()
      open.start()
    },
    stop() {
      terminal.stop()
      open.stop()
      core.timeline.stop()
      engine.stop()
    },
    onReveal: reveals.subscribe,
    subscribeEdits: edits.subscribe,
  }
}
