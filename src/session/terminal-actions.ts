import {
  FIRST_TERMINAL,
  type LineCompletion,
  type ObjectKey,
  runningTerminals,
  type ShellPlace,
  WORKSTATION_PLACE,
} from '../model/index.ts'
import { logAction } from './act-actions.ts'
import type { Core } from './session-core.ts'
import type { OpenTerminal, Terminals } from './state.ts'
import { createSavedWork } from './storage.ts'
import type { TextActions } from './text-actions.ts'
import type { ViewActions } from './view-actions.ts'

const MOST_LINES = 500
/** ms in which the worker has read a changed text. */
const READ_WITHIN = 2000
const READS_FILES = /\s(-\w*f|--filename|-k)\b/

export interface TerminalActions {
  /** Shows a terminal at a place: one that begins there, or a new one. */
  openTerminal(place: ShellPlace): Promise<void>
  /** What runs in it is stopped; the first terminal stays. */
  closeTerminal(id: string): void
  showTerminal(id: string): void
  /** Runs a line, or several, in a terminal at the present moment. `unremembered`: no part of the history (a key typed it). */
  typeLine(id: string, line: string, options?: { readonly unremembered?: boolean }): void
  /** Ctrl-C: stops what runs in a terminal. */
  interrupt(id: string): void
  /** What Tab offers; null: nothing could answer. */
  completeLine(id: string, line: string, cursor: number): Promise<LineCompletion | null>
  /** Whether a line asks for more before it can run: an open quote, a here-document. */
  needsMore(line: string): Promise<boolean>
  /** Shows a terminal with a command in its prompt; the person runs it. */
  offerCommand(line: string, place?: ShellPlace): Promise<void>
  /** The offer stands in the prompt now. */
  takeOffer(): void
  forgetLines(): void
  /** What commands made other than the text says (of one object, or all of it) becomes an edit of the text. False: there was nothing. */
  writeDriftIntoText(object?: ObjectKey): Promise<boolean>
}

export interface TerminalParts {
  readonly actions: TerminalActions
  start(): void
  stop(): void
}

export function terminalActions(
  core: Core,
  view: ViewActions,
  text: Pick<TextActions, 'applyFixes' | 'reveal'>,
): TerminalParts {
  const { store, engine, deps } = core
  const saved = createSavedWork(deps.storage)
  /** A line whose `kubectl edit` may still show something, and from which entry of the terminal on. */
  let awaited: { readonly terminal: string; readonly at: number } | null = null
  let unsubscribe = () => {}

  const terminals = () => store.getState().terminals
  const change = (next: Partial<Terminals>) =>
    store.setState((state) => ({ terminals: { ...state.terminals, ...next } }))
  const find = (id: string): OpenTerminal | undefined => terminals().open.find((terminal) => terminal.id === id)
  const show = (id: string) => {
    change({ active: id })
    view.setView({ tab: 'terminal', drawerOpen: true })
  }

  const freeId = (): string => {
    const used = new Set([
      ...terminals().open.map((t) => t.id),
      ...store.getState().mirror.terminal.map((e) => e.terminal),
    ])
    for (let n = 2; ; n++) if (!used.has(String(n))) return String(n)
  }

  const openTerminal = async (place: ShellPlace) => {
    const there = terminals().open.find((terminal) => terminal.place === place)
    if (there && !runningTerminals(store.getState().mirror.terminal).has(there.id)) {
      show(there.id)
      return
    }
    const answer = await engine.ask({ type: 'shell-at', place })
    if (answer?.type !== 'shell-at') return
    const id = freeId()
    const { prompt, problem } = answer
    change({ open: [...terminals().open, { id, place, prompt, ...(problem !== undefined && { problem }) }] })
    show(id)
  }

  /** Something runs in it, or was typed and has not been seen to run. */
  const isBusy = (id: string): boolean => {
    const { mirror, document } = store.getState()
    if (runningTerminals(mirror.terminal).has(id)) return true
    const isOf = ({ type, terminal }: { readonly type: string; readonly terminal?: string }) =>
      terminal === id && (type === 'type-line' || type === 'interrupt')
    const last = document.log.findLast((entry) => entry.type === 'act' && isOf(entry.action))
    if (last?.type !== 'act' || last.action.type !== 'type-line') return false
    return !mirror.terminal.some((entry) => entry.terminal === id && entry.type === 'typed' && entry.at >= last.at)
  }

  const remember = (line: string) => {
    const kept = line.trim()
    const { history } = terminals()
    if (kept === '' || history.at(-1) === kept) return
    const next = [...history, kept].slice(-MOST_LINES)
    change({ history: next })
    saved.saveLines(next)
  }

  /** `kubectl edit` shows its object, once, when it comes to that. */
  const followOpens = () => {
    if (!awaited) return
    const { mirror } = store.getState()
    const { terminal, at } = awaited
    for (const entry of mirror.terminal) {
      if (entry.terminal !== terminal || entry.at < at || entry.type !== 'open') continue
      awaited = null
      void edit(entry.object)
      return
    }
  }

  /** What was written into the text is there when the worker has read it. */
  const toStandInText = (object: ObjectKey) =>
    new Promise<void>((resolve) => {
      const stands = () => store.getState().mirror.sources.has(object)
      if (stands()) {
        resolve()
        return
      }
      const done = () => {
        stop()
        deps.clock.clearTimeout(timer)
        resolve()
      }
      const stop = store.subscribe(() => {
        if (stands()) done()
      })
      const timer = deps.clock.setTimeout(done, READ_WITHIN)
    })

  /** kubectl edits what the cluster holds: what the text says otherwise is written there first. */
  const edit = async (object: ObjectKey) => {
    if (store.getState().mirror.drift.some((drift) => drift.object === object && drift.fix))
      await actions.writeDriftIntoText(object)
    await toStandInText(object)
    const source = store.getState().mirror.sources.get(object)
    if (source) text.reveal(source)
    else view.notify('It does not stand in the text: the cluster made it itself. Edit what it was made of.')
  }

  const actions: TerminalActions = {
    openTerminal,
    closeTerminal(id) {
      if (id === FIRST_TERMINAL || !find(id)) return
      actions.interrupt(id)
      const open = terminals().open.filter((terminal) => terminal.id !== id)
      const active = terminals().active === id ? open.at(-1)!.id : terminals().active
      change({ open, active })
    },
    showTerminal(id) {
      if (find(id)) show(id)
    },
    typeLine(id, line, options) {
      const terminal = find(id)
      if (!terminal || line.trim() === '') return
      // the text as it stands is what `kubectl apply -f` reads; who applies by hand does not want it applied for another command
      if (store.getState().applying.mode === 'auto' || READS_FILES.test(line)) core.flush()
      if (!options?.unremembered) remember(line)
      const place = terminal.place === WORKSTATION_PLACE ? {} : { place: terminal.place }
      const at = core.moment()
      if (logAction(core, { type: 'type-line', terminal: id, line, ...place })) awaited = { terminal: id, at }
    },
    interrupt(id) {
      if (isBusy(id)) logAction(core, { type: 'interrupt', terminal: id })
    },
    async completeLine(id, line, cursor) {
      const terminal = find(id)
      if (!terminal) return null
      const answer = await engine.ask({ type: 'complete', terminal: id, place: terminal.place, line, cursor })
      return answer?.type === 'complete' ? answer : null
    },
    async needsMore(line) {
      const answer = await engine.ask({ type: 'needs-more', line })
      return answer?.type === 'needs-more' && answer.more
    },
    async offerCommand(line, place = WORKSTATION_PLACE) {
      await openTerminal(place)
      change({ offer: { terminal: terminals().active, line } })
    },
    takeOffer: () => change({ offer: null }),
    forgetLines() {
      change({ history: [] })
      saved.saveLines([])
    },
    async writeDriftIntoText(object) {
      const fixes = store
        .getState()
        .mirror.drift.filter((drift) => object === undefined || drift.object === object)
        .flatMap((drift) => (drift.fix ? [drift.fix] : []))
      return text.applyFixes(fixes)
    },
  }

  return {
    actions,
    start() {
      change({ history: saved.loadLines() })
      let before = store.getState().mirror.terminal
      unsubscribe = store.subscribe(({ mirror }) => {
        if (mirror.terminal === before) return
        before = mirror.terminal
        followOpens()
      })
    },
    stop: () => unsubscribe(),
  }
}
