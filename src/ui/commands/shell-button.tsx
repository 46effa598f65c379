import { SquareTerminal } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ShellPlace } from '../../model/index.ts'
import { Button, useActions, useSession } from '../kit/index.ts'
import { noShellAt } from './shell-place.ts'

/** Opens a shell at a place, or says why there can be none. */
export function ShellButton({ place }: { readonly place: ShellPlace }): ReactNode {
  const session = useActions()
  const why = useSession((state) => noShellAt(place, state.mirror.objects))
  return (
    <Button
      aria-disabled={why !== undefined || undefined}
      title={why ?? 'Open a shell here'}
      onClick={() => {
        if (why === undefined) void session.offerCommand('', place)
        else session.notify(why)
      }}
    >
      <SquareTerminal />
      Shell
    </Button>
  )
}
