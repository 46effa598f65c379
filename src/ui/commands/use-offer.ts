import { type ShellPlace, WORKSTATION_PLACE } from '../../model/index.ts'
import type { Session } from '../../session/index.ts'
import { useActions } from '../kit/index.ts'
import { withNamespace } from './with-namespace.ts'

/** Puts a command into the prompt of a terminal at its place, for the person to run. */
export function useOffer(): (line: string, place?: ShellPlace) => void {
  const session = useActions()
  return (line, place = WORKSTATION_PLACE) => {
    const typed = place === WORKSTATION_PLACE ? withNamespace(line, namespaceThere(session)) : line
    void session.offerCommand(typed, place)
  }
}

/** What `kubectl` without -n means in the terminal that an offer to the workstation would come to. */
function namespaceThere({ store }: Session): string {
  const { terminals, mirror } = store.getState()
  const ids = new Set(terminals.open.filter(({ place }) => place === WORKSTATION_PLACE).map(({ id }) => id))
  const last = mirror.terminal.findLast((entry) => entry.type === 'done' && ids.has(entry.terminal))
  return (last?.type === 'done' && /^lab\/(\S+)/.exec(last.prompt)?.[1]) || 'default'
}
