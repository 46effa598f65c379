import type { ClusterEvent, ObjectKey } from '../../model/index.ts'
import type { State } from './state.ts'

/** Write an event, as a component's event recorder does. Kept in `state.events` until the facade takes them. */
export function recordEvent(
  state: State,
  source: string,
  type: ClusterEvent['type'],
  object: ObjectKey,
  reason: string,
  message: string,
): void {
  state.events.push({ at: state.now, type, reason, object, message, source })
}
