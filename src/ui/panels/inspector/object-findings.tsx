import { type ReactNode, useMemo } from 'react'
import type { ObjectKey } from '../../../model/index.ts'
import { useSession } from '../../kit/index.ts'
import { FindingBody } from '../../why/index.ts'

interface ObjectFindingsProps {
  readonly of: ObjectKey
  /** Only what has this code. */
  readonly code?: string
}

/** What is wrong with an object, or that it takes part in. */
export function ObjectFindings({ of, code }: ObjectFindingsProps): ReactNode {
  const diagnostics = useSession((state) => state.mirror.diagnostics)
  const own = useMemo(
    () =>
      diagnostics.filter((d) => (d.object === of || d.others?.includes(of)) && (code === undefined || d.code === code)),
    [diagnostics, of, code],
  )
  return own.map((d) => (
    <div key={`${d.code} ${d.object} ${d.path} ${d.message}`} className="chain-cause" data-severity={d.severity}>
      <FindingBody of={d} />
    </div>
  ))
}
