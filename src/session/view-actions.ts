import type { Core } from './session-core.ts'
import type { DrawerTab, Selection, View } from './state.ts'

/** ms a notice stands; one with a way back stands longer. */
const NOTICE_STAYS = 5000
const UNDO_STAYS = 12_000

export interface ViewActions {
  setView(change: Partial<View>): void
  /** What is selected opens the inspector. */
  select(selection: Selection | null): void
  setMode(mode: View['mode']): void
  setTab(tab: DrawerTab): void
  setTheme(theme: View['theme']): void
  /** A short message, with a way back when there is one. `stays`: until it is dismissed. */
  notify(text: string, undo?: () => void, options?: { stays?: boolean }): void
  dismissNotice(): void
}

export function viewActions({ store, deps }: Core): ViewActions {
  let timer: number | null = null
  const setView = (change: Partial<View>) => store.setState((state) => ({ view: { ...state.view, ...change } }))
  const dismissNotice = () => {
    if (timer !== null) deps.clock.clearTimeout(timer)
    timer = null
    if (store.getState().notice) store.setState({ notice: null })
  }
  return {
    setView,
    select: (selection) => setView(selection ? { selection, inspectorOpen: true } : { selection }),
    setMode: (mode) => setView({ mode }),
    setTab: (tab) => setView({ tab, drawerOpen: true }),
    setTheme: (theme) => setView({ theme }),
    notify(text, undo, options) {
      dismissNotice()
      store.setState({ notice: undo ? { text, undo } : { text } })
      if (!options?.stays) timer = deps.clock.setTimeout(dismissNotice, undo ? UNDO_STAYS : NOTICE_STAYS)
    },
    dismissNotice,
  }
}
