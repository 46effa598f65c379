/** Text with a cursor. */
export interface Draft {
  readonly text: string
  /** Where the cursor is, in characters. */
  readonly caret: number
}

export const draftOf = (text: string): Draft => ({ text, caret: text.length })

export const insert = ({ text, caret }: Draft, more: string): Draft => ({
  text: text.slice(0, caret) + more + text.slice(caret),
  caret: caret + more.length,
})

const lineStart = (text: string, caret: number): number => text.lastIndexOf('\n', caret - 1) + 1
const lineEnd = (text: string, caret: number): number => {
  const end = text.indexOf('\n', caret)
  return end === -1 ? text.length : end
}

/** What a key did: the draft after it, and what it cut out (to be put back by Ctrl-Y). */
export interface Edited {
  readonly draft: Draft
  readonly cut?: string
}

const cutOut = ({ text }: Draft, from: number, to: number): Edited => ({
  draft: { text: text.slice(0, from) + text.slice(to), caret: from },
  cut: text.slice(from, to),
})

/**
 * What Ctrl and a letter do to a line, as readline has it (emacs mode).
 *
 * @param key a lower-case letter
 * @param cut what was cut out last
 * @returns undefined: nothing is bound to the key
 */
export function controlKey(key: string, draft: Draft, cut: string): Edited | undefined {
  const { text, caret } = draft
  switch (key) {
    case 'a':
      return { draft: { text, caret: lineStart(text, caret) } }
    case 'e':
      return { draft: { text, caret: lineEnd(text, caret) } }
    case 'b':
      return { draft: { text, caret: Math.max(0, caret - 1) } }
    case 'f':
      return { draft: { text, caret: Math.min(text.length, caret + 1) } }
    case 'h':
      return { draft: cutOut(draft, Math.max(0, caret - 1), caret).draft }
    case 'u':
      return cutOut(draft, lineStart(text, caret), caret)
    case 'k':
      return cutOut(draft, caret, lineEnd(text, caret))
    case 'w':
      return cutOut(draft, caret - /\S*\s*$/.exec(text.slice(0, caret))![0].length, caret)
    case 'y':
      return { draft: insert(draft, cut) }
    default:
      return undefined
  }
}

/** Whether the cursor is in the first, or the last, line of the text: there ↑ and ↓ are the history's. */
export const inFirstLine = ({ text, caret }: Draft): boolean => lineStart(text, caret) === 0
export const inLastLine = ({ text, caret }: Draft): boolean => lineEnd(text, caret) === text.length

const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '--',
  '—': '--',
  '…': '...',
}

/** What a phone's keyboard made of quotes, dashes and dots, as a shell reads them. */
export function plainPunctuation({ text, caret }: Draft): Draft {
  const plain = (part: string) => part.replace(/[‘’“”–—…]/g, (c) => PLAIN[c]!)
  return { text: plain(text), caret: plain(text.slice(0, caret)).length }
}
