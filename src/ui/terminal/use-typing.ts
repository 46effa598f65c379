import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { useActions } from '../kit/index.ts'
import { type Draft, draftOf } from './line-edit.ts'
import { memoryOf } from './memory.ts'
import { surelyWhole } from './surely-whole.ts'

export interface Typing {
  readonly draft: Draft
  readonly box: RefObject<HTMLTextAreaElement | null>
  /** The draft with the cursor where it is now. */
  current(): Draft
  put(draft: Draft): void
  /** As the textarea has it now: somebody typed in it. */
  typed(): void
  /** Runs what is complete: each command of several lines for itself, in their order. */
  run(): void
  /** The same, of what was pasted: its last line goes on. */
  settle(): void
}

/**
 * The text of a prompt. What was entered runs when the shell asks for nothing more; else its newline stays, and the text goes on. Typing
 * does not wait for the answer.
 *
 * @param onRun a command has been handed over
 */
export function useTyping(terminal: string, onRun: () => void): Typing {
  const session = useActions()
  const memory = memoryOf(session, terminal)
  const [draft, setDraft] = useState(memory.draft)
  const box = useRef<HTMLTextAreaElement>(null)
  const caret = useRef<number | null>(null)
  const busy = useRef(false)
  /** The part of the text that was entered. */
  const entered = useRef('')
  /** A beginning of the text that is known to ask for more. */
  const asksForMore = useRef('')

  useLayoutEffect(() => {
    if (caret.current === null || !box.current) return
    box.current.setSelectionRange(caret.current, caret.current)
    caret.current = null
  })

  const put = (next: Draft) => {
    memory.draft = next
    caret.current = next.caret
    setDraft(next)
  }
  const current = (): Draft => ({
    ...memory.draft,
    caret: caret.current ?? box.current?.selectionStart ?? memory.draft.caret,
  })

  const settle = async () => {
    if (busy.current) return
    busy.current = true
    // what is known to ask for more need not be asked about again
    let from = entered.current.startsWith(asksForMore.current) ? asksForMore.current.length : 0
    for (;;) {
      if (!memory.draft.text.startsWith(entered.current)) break
      const end = entered.current.indexOf('\n', from)
      if (end === -1) break
      const text = entered.current.slice(0, end)
      const more = text.trim() !== '' && !surelyWhole(text) && (await session.needsMore(text))
      // it was edited while the shell was asked: nothing of it runs unasked
      if (!memory.draft.text.startsWith(`${text}\n`)) {
        from = 0
        continue
      }
      from = end + 1
      asksForMore.current = more ? `${text}\n` : ''
      if (more) continue
      const { text: now, caret: at } = current()
      entered.current = entered.current.slice(from)
      put({ text: now.slice(from), caret: Math.max(0, at - from) })
      from = 0
      if (text.trim() !== '') session.typeLine(terminal, text)
      onRun()
    }
    busy.current = false
  }

  return {
    draft,
    box,
    current,
    put,
    typed() {
      const { value, selectionStart } = box.current!
      memory.draft = { text: value, caret: selectionStart }
      setDraft(memory.draft)
    },
    run() {
      put(draftOf(`${memory.draft.text}\n`))
      entered.current = memory.draft.text
      void settle()
    },
    settle() {
      entered.current = memory.draft.text.slice(0, memory.draft.text.lastIndexOf('\n') + 1)
      void settle()
    },
  }
}
