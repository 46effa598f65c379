import { type ReactNode, useMemo } from 'react'
import type { ObjectKey } from '../../../model/index.ts'
import { useSession } from '../../kit/index.ts'
import { FindingBody } from '../../why/index.ts'

/** What is wrong with an object, or that it takes part in. */
export function ObjectFindings({ of }: { readonly of: ObjectKey }): ReactNode {
  const diagnostics = useSession((state) => state.mirror.diagnostics)
  const own = useMemo(
    () => diagnostics.filter(({ object, others }) => object === of || others?.includes(of)),
    [diagnostics, of],
  )
  return own.map((d) => (
    <div key={`${d.code} ${d.object} ${d.path} ${d.message}`} className="chain-cause" data-severity={d.severity}>
      <FindingBody of={d} />
    </div>
  ))
}
