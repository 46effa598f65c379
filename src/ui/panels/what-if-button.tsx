import { FlaskConical } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ObjectKey } from '../../model/index.ts'
import { Button, useActions } from '../kit/index.ts'

/** Opens "What if?" for an object. */
export function WhatIfButton({ of }: { readonly of: ObjectKey }): ReactNode {
  const { setView } = useActions()
  return (
    <Button
      title="Try a change on a copy, and compare"
      onClick={() => setView({ dialog: 'what-if', whatIf: { type: 'object', key: of } })}
    >
      <FlaskConical />
      What if?
    </Button>
  )
}
