import { type ReactNode, useEffect, useState } from 'react'
import type { Trace } from '../../model/index.ts'
import { shortOutcome } from '../../words/index.ts'
import { isGood, useActions } from '../kit/index.ts'

/** Wall ms between two announcements at least: a screen reader must be able to finish. */
const PAUSE = 4000

/**
 * Tells a screen reader how requests go: not each of them, but when a client's outcome becomes another one.
 */
export function RequestAnnouncer(): ReactNode {
  const session = useActions()
  const [words, setWords] = useState('')
  useEffect(() => {
    const said = new Map<string, string>()
    const look = () => {
      const { mirror, playback } = session.store.getState()
      if (!playback.playing) return
      const now = session.playhead.get()
      const latest = new Map<string, Trace>()
      for (const trace of mirror.traces) if (trace.startedAt + trace.took <= now) latest.set(trace.client, trace)
      const changes: string[] = []
      for (const [client, trace] of latest) {
        const outcome = isGood(trace) ? 'answered' : shortOutcome(trace)
        if (said.get(client) === outcome) continue
        said.set(client, outcome)
        const name = mirror.clients.find((c) => c.key === client)?.name ?? client
        changes.push(`${name} to ${trace.request.url}: ${outcome}`)
      }
      if (changes.length > 0)
        setWords(
          changes.length > 4
            ? `${changes.slice(0, 3).join('. ')}. And ${changes.length - 3} more.`
            : changes.join('. '),
        )
    }
    const timer = setInterval(look, PAUSE)
    return () => clearInterval(timer)
  }, [session])
  return (
    <p className="kit-hidden" aria-live="polite">
      {words}
    </p>
  )
}
