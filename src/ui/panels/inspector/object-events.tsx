import { type ReactNode, useMemo } from 'react'
import type { ObjectKey } from '../../../model/index.ts'
import { formatClock } from '../../../words/index.ts'
import { useMoment, useSession, withKeys } from '../../kit/index.ts'
import { Section } from './facts.tsx'

const SHOWN = 12

/** What happened to an object, newest first. */
export function ObjectEvents({ of }: { readonly of: ObjectKey }): ReactNode {
  const events = useSession((state) => state.mirror.events)
  const moment = useMoment(250)
  const own = useMemo(() => {
    const past = events.filter((event) => event.object === of && event.at <= moment + 250)
    return withKeys(past.slice(-SHOWN).reverse(), (event) => `${event.at} ${event.reason} ${event.message}`)
  }, [events, of, moment])
  if (own.length === 0) return null
  return (
    <Section title="Events">
      <ul className="insp-events">
        {own.map(({ key, item: event }) => (
          <li key={key} data-warning={event.type === 'Warning' ? '' : undefined}>
            <span className="kit-mono">{formatClock(event.at)}</span>
            <p>
              <strong>{event.reason}</strong> {event.message}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  )
}
