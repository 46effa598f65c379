import { type Draft, draftOf } from './line-edit.ts'

/** A walk through the lines typed before: those that begin like what stood before the cursor when it began. */
export interface Recall {
  /** What stood there before; ↓ comes back to it. */
  readonly before: Draft
  readonly prefix: string
  /** Which line of the history is shown. */
  readonly index: number
}

export const beginRecall = (draft: Draft, history: readonly string[]): Recall => ({
  before: draft,
  prefix: draft.text.slice(0, draft.caret),
  index: history.length,
})

/** The next older line; undefined: there is none. */
export function older(recall: Recall, history: readonly string[]): Recall | undefined {
  const shown = history[recall.index] ?? recall.before.text
  for (let index = recall.index - 1; index >= 0; index--)
    if (history[index]!.startsWith(recall.prefix) && history[index] !== shown) return { ...recall, index }
  return undefined
}

/** The next newer line, or at last what was being typed (`index` is the history's length then). */
export function newer(recall: Recall, history: readonly string[]): Recall {
  const shown = history[recall.index]
  for (let index = recall.index + 1; index < history.length; index++)
    if (history[index]!.startsWith(recall.prefix) && history[index] !== shown) return { ...recall, index }
  return { ...recall, index: history.length }
}

export const draftAt = (recall: Recall, history: readonly string[]): Draft => {
  const line = history[recall.index]
  return line === undefined ? recall.before : draftOf(line)
}

/**
 * The newest line before `from` that holds the words (Ctrl-R); -1: none does. Words in small letters find capitals too.
 */
export function searchBack(history: readonly string[], words: string, from: number): number {
  if (words === '') return -1
  const exact = words !== words.toLowerCase()
  const shown = history[from]
  for (let i = Math.min(from, history.length) - 1; i >= 0; i--) {
    const line = history[i]!
    if (line !== shown && (exact ? line : line.toLowerCase()).includes(words)) return i
  }
  return -1
}
