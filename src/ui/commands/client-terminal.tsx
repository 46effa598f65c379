import { SquareTerminal } from 'lucide-react'
import { type ReactNode, useCallback } from 'react'
import type { ClientView } from '../../model/index.ts'
import type { Session } from '../../session/index.ts'
import { Button, useActions } from '../kit/index.ts'
import { placeOfClient } from './shell-place.ts'

/** Shows the terminal that a terminal's client asks from. */
export function ClientTerminalButton({ client }: { readonly client: ClientView }): ReactNode {
  const show = useTerminalOf()
  return (
    <Button onClick={() => show(client)}>
      <SquareTerminal />
      Its terminal
    </Button>
  )
}

/** Shows the terminal from which a client asked last; where that is closed, one at its place. */
export function useTerminalOf(): (client: ClientView) => void {
  const session = useActions()
  return useCallback(
    (client: ClientView) => {
      const id = lastTerminalOf(session, client.key)
      if (id === undefined) void session.openTerminal(placeOfClient(client, session.store.getState().mirror.objects))
      else session.showTerminal(id)
    },
    [session],
  )
}

function lastTerminalOf({ store }: Session, client: string): string | undefined {
  const { mirror, terminals } = store.getState()
  const sent = new Set(mirror.traces.filter((trace) => trace.client === client).map(({ id }) => id))
  const open = new Set(terminals.open.map(({ id }) => id))
  return mirror.terminal.findLast(
    (entry) => entry.type === 'request' && sent.has(entry.trace) && open.has(entry.terminal),
  )?.terminal
}
