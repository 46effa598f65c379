import type { Session } from '../../session/index.ts'

/** The prompt of the terminal that is shown, once it is there. */
let prompt: HTMLElement | null = null
let wanted = false
/** Where the focus was before it went to the terminal. */
let before: HTMLElement | null = null

/** The prompt is there (null: it went away); it takes the focus if somebody wished that. */
export function promptIs(element: HTMLElement | null): void {
  prompt = element
  if (element && wanted) {
    wanted = false
    element.focus()
  }
}

const listeners = new Set<() => void>()

/** Calls back when the prompt is wanted and is not there: a drawer that is folded unfolds. */
export function onPromptWanted(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The prompt takes the focus, as soon as it is there. */
export function focusPrompt(): void {
  if (prompt) {
    prompt.focus()
    return
  }
  wanted = true
  for (const listener of listeners) listener()
}

/** Ctrl+`: to the terminal, and from it back to where the focus was. */
export function toggleTerminal({ store, setView }: Session): void {
  const { view } = store.getState()
  const at = document.activeElement
  if (prompt && at instanceof HTMLElement && prompt.closest('.term')?.contains(at)) {
    const back = before?.isConnected ? before : null
    before = null
    if (back) back.focus()
    else at.blur()
    return
  }
  before = at instanceof HTMLElement && at !== document.body ? at : null
  if (view.tab !== 'terminal' || !view.drawerOpen || view.presenting) setView({ tab: 'terminal', drawerOpen: true })
  focusPrompt()
}
