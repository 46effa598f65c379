import { SquareTerminal } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { ObjectKey } from '../../model/index.ts'
import { putBackCommand } from '../../words/index.ts'
import { Button, useActions, useSession } from '../kit/index.ts'

/** The other way: the command that makes an object what the text says, put into a prompt to be looked at and run. */
export function PutBack({ of }: { readonly of: ObjectKey }): ReactNode {
  const { offerCommand } = useActions()
  const drift = useSession((state) => state.mirror.drift.find(({ object }) => object === of))
  const file = useSession((state) => state.mirror.sources.get(of)?.file)
  const line = useMemo(() => drift && putBackCommand(drift, file), [drift, file])
  if (line === undefined) return null
  return (
    <li>
      <Button title={line} onClick={() => void offerCommand(line)}>
        <SquareTerminal /> Put it back as the text says
      </Button>
    </li>
  )
}
