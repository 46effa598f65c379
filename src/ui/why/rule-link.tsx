import type { ReactNode } from 'react'
import { useActions } from '../kit/index.ts'
import './why.css'

/** A rule's id; it opens "What this is true to" at the rule. */
export function RuleLink({ id }: { readonly id: string }): ReactNode {
  const { setView } = useActions()
  return (
    <button
      type="button"
      className="rule-link"
      aria-label={`rule ${id}`}
      title={`Rule ${id}: what this is true to`}
      onClick={() => setView({ dialog: 'claims', rule: id })}
    >
      {id}
    </button>
  )
}
