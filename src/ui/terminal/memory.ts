import type { Session } from '../../session/index.ts'
import { type Draft, draftOf } from './line-edit.ts'

/** What a terminal's view keeps while another one, or another tab of the drawer, is shown. Not part of the document. */
export interface Memory {
  draft: Draft
  /** How many of its entries were cleared from the screen (Ctrl-L). */
  cleared: number
  /** px that the transcript was scrolled to; null: to its end. */
  scrolledTo: number | null
}

const memories = new WeakMap<Session, Map<string, Memory>>()

export function memoryOf(session: Session, terminal: string): Memory {
  let all = memories.get(session)
  if (!all) {
    all = new Map()
    memories.set(session, all)
  }
  let memory = all.get(terminal)
  if (!memory) {
    memory = { draft: draftOf(''), cleared: 0, scrolledTo: null }
    all.set(terminal, memory)
  }
  return memory
}
