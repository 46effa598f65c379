import { useMemo, useSyncExternalStore } from 'react'
import type { TerminalEntry } from '../../model/index.ts'
import type { OpenTerminal } from '../../session/index.ts'
import { usePlayhead, useSession } from '../kit/index.ts'
import { countBy, type Transcript, transcriptOf, waitingLines } from './transcript.ts'

export interface Shown extends Transcript {
  /** Lines that were typed and have not begun. */
  readonly waiting: readonly string[]
  /** How many entries of this terminal there are by the moment shown, cleared ones among them. */
  readonly count: number
}

/** What a terminal shows at the moment that is shown: rerenders when something of it comes, not as time passes. */
export function useTranscript(terminal: OpenTerminal, cleared: number): Shown {
  const playhead = usePlayhead()
  const all = useSession((state) => state.mirror.terminal)
  const log = useSession((state) => state.document.log)
  const ready = useSession((state) => state.status.phase === 'ready')
  const happened = useSyncExternalStore(playhead.subscribe, () => countBy(all, playhead.get()))
  const logged = useSyncExternalStore(playhead.subscribe, () => countLogged(log, playhead.get()))
  const entries: readonly TerminalEntry[] = useMemo(
    () => all.slice(0, happened).filter((entry) => entry.terminal === terminal.id),
    [all, happened, terminal.id],
  )
  const shownCleared = cleared <= entries.length ? cleared : 0
  const transcript = useMemo(() => transcriptOf(entries, terminal, shownCleared), [entries, terminal, shownCleared])
  const waiting = useMemo(
    () => (ready ? waitingLines(log.slice(0, logged), entries, terminal.id) : []),
    [ready, log, logged, entries, terminal.id],
  )
  return { ...transcript, waiting, count: entries.length }
}

function countLogged(log: readonly { readonly at: number }[], moment: number): number {
  let count = log.length
  while (count > 0 && log[count - 1]!.at > moment) count--
  return count
}
