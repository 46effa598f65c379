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
 * The text of a prompt. Every newline in it was entered: what is before one runs when the shell asks for nothing more; else the newline
 * stays, and the text goes on. Typing does not wait for the answer.
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
  const current = (): Draft => ({ ...memory.draft, caret: box.current?.selectionStart ?? memory.draft.caret })

  const settle = async () => {
    if (busy.current) return
    busy.current = true
    const known = asksForMore.current
    let end = memory.draft.text.indexOf('\n', known !== '' && memory.draft.text.startsWith(known) ? known.length : 0)
    while (end !== -1) {
      const text = memory.draft.text.slice(0, end)
      const more = text.trim() !== '' && !surelyWhole(text) && (await session.needsMore(text))
      const now = memory.draft.text
      if (!now.startsWith(`${text}\n`)) {
        // it was edited while the shell was asked
        end = now.indexOf('\n')
      } else if (more) {
        asksForMore.current = `${text}\n`
        end = now.indexOf('\n', end + 1)
      } else {
        asksForMore.current = ''
        const { caret: at } = current()
        put({ text: now.slice(end + 1), caret: Math.max(0, at - end - 1) })
        if (text.trim() !== '') session.typeLine(terminal, text)
        onRun()
        end = memory.draft.text.indexOf('\n')
      }
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
      void settle()
    },
    settle: () => void settle(),
  }
}
