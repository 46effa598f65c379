import type { Ms } from '../model/index.ts'
import type { DocumentState } from './state.ts'

/** Typing within this many ms of wall time in one file is one step. */
const COALESCE = 1000
const MOST_STEPS = 200
const MOST_CHARACTERS = 8_000_000

export interface Step {
  readonly document: DocumentState
  /** Where the playhead stood. */
  readonly at: Ms
  /** The step began another run (an example, a link, a restore) rather than changing this one's text. */
  readonly opened: boolean
}

interface Typing {
  readonly file: string
  readonly at: number
}

/** What was before each change of the text. Documents share their strings, so a step costs what it changed. */
export interface History {
  /** Remembers what stood before a change. `typing`: the file and the wall time, when it is a keystroke. */
  push(step: Step, typing?: Typing): void
  undo(present: Step): Step | null
  redo(present: Step): Step | null
}

export function createHistory(): History {
  let past: Step[] = []
  let future: Step[] = []
  let typing: Typing | null = null

  const bound = () => {
    let characters = 0
    let keep = past.length
    for (let i = past.length - 1; i >= 0; i--) {
      for (const file of past[i]!.document.files) characters += file.text.length
      if (past.length - i > MOST_STEPS || (characters > MOST_CHARACTERS && i < past.length - 1)) {
        keep = past.length - 1 - i
        break
      }
    }
    if (keep < past.length) past = past.slice(past.length - keep)
  }

  return {
    push(step, now) {
      const goesOn = now && typing && typing.file === now.file && now.at - typing.at <= COALESCE && future.length === 0
      typing = now ?? null
      if (goesOn && past.length > 0) return
      past.push(step)
      future = []
      bound()
    },
    undo(present) {
      const step = past.pop()
      if (!step) return null
      typing = null
      // whether the way forth begins another run is a property of the step between the two
      future.push({ ...present, opened: step.opened })
      return step
    },
    redo(present) {
      const step = future.pop()
      if (!step) return null
      typing = null
      past.push({ ...present, opened: step.opened })
      return step
    },
  }
}
