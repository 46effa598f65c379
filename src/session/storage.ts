import type { SessionDocument } from '../model/index.ts'
import type { KeyValueStorage } from './deps.ts'
import { parseSessionDocument } from './share/parse-document.ts'
import type { View } from './state.ts'

const TEXT = 'fairlead.text'
const ASIDE = 'fairlead.text.aside'
const VIEW = 'fairlead.view'
const LINES = 'fairlead.terminal.history'
const MOST_LINES = 500
const LONGEST_LINE = 20_000
/** Characters that are kept at most: browsers give an origin about five million. */
export const MOST_SAVED = 2_000_000

export type SavedView = Pick<View, 'theme' | 'editorOpen' | 'drawerOpen' | 'inspectorOpen' | 'mode'>

/** What is kept in the browser between visits. Everything that comes back is parsed; nothing here throws. */
export interface SavedWork {
  load(slot: 'text' | 'aside'): SessionDocument | null
  /** False: it could not be kept (too large, or the browser keeps nothing). */
  save(slot: 'text' | 'aside', document: SessionDocument): boolean
  forget(slot: 'text' | 'aside'): void
  loadView(): Partial<SavedView>
  saveView(view: SavedView): void
  /** Lines typed in terminals, oldest first; at most 500. */
  loadLines(): readonly string[]
  saveLines(lines: readonly string[]): void
}

export function createSavedWork(storage: KeyValueStorage): SavedWork {
  const keyOf = (slot: 'text' | 'aside') => (slot === 'text' ? TEXT : ASIDE)
  const read = (key: string): unknown => {
    try {
      const text = storage.getItem(key)
      return text === null || text.length > MOST_SAVED ? undefined : JSON.parse(text)
    } catch {
      // unreadable or forbidden: the page starts as on a first visit
      return undefined
    }
  }
  const write = (key: string, value: unknown): boolean => {
    try {
      const text = JSON.stringify(value)
      if (text.length > MOST_SAVED) return false
      storage.setItem(key, text)
      return true
    } catch {
      // full or forbidden: the caller says so
      return false
    }
  }
  return {
    load(slot) {
      const parsed = parseSessionDocument(read(keyOf(slot)))
      return parsed.ok ? parsed.document : null
    },
    save: (slot, document) => write(keyOf(slot), document),
    forget(slot) {
      try {
        storage.removeItem(keyOf(slot))
      } catch {
        // a browser that keeps nothing has nothing to forget
      }
    },
    loadView() {
      const value = read(VIEW)
      if (typeof value !== 'object' || value === null) return {}
      const saved = value as Record<string, unknown>
      const view: { -readonly [K in keyof SavedView]?: SavedView[K] } = {}
      if (saved.theme === 'light' || saved.theme === 'dark' || saved.theme === 'system') view.theme = saved.theme
      if (saved.mode === 'logical' || saved.mode === 'nodes') view.mode = saved.mode
      for (const panel of ['editorOpen', 'drawerOpen', 'inspectorOpen'] as const)
        if (typeof saved[panel] === 'boolean') view[panel] = saved[panel]
      return view
    },
    loadLines() {
      const value = read(LINES)
      const isLine = (line: unknown): line is string => typeof line === 'string' && line.length <= LONGEST_LINE
      return Array.isArray(value) ? value.filter(isLine).slice(-MOST_LINES) : []
    },
    saveLines: (lines) => void write(LINES, lines.filter((line) => line.length <= LONGEST_LINE).slice(-MOST_LINES)),
    saveView: ({ theme, editorOpen, drawerOpen, inspectorOpen, mode }) =>
      void write(VIEW, { theme, editorOpen, drawerOpen, inspectorOpen, mode }),
  }
}
