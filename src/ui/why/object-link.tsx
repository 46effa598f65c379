import type { ReactNode } from 'react'
import type { ObjectKey } from '../../model/index.ts'
import { useActions, useSession } from '../kit/index.ts'
import { objectName } from './object-name.ts'

/** An object's name, as a button that selects it when the cluster holds it. */
export function ObjectLink({ of, children }: { readonly of: ObjectKey; readonly children?: ReactNode }): ReactNode {
  const { select } = useActions()
  const there = useSession((state) => state.mirror.objects.has(of))
  const client = useSession((state) => state.mirror.clients.find(({ document }) => document === of)?.key)
  const text = children ?? objectName(of)
  if (!there && client === undefined) return <span>{text}</span>
  return (
    <button
      type="button"
      className="kit-link"
      onClick={() => select(client === undefined ? { type: 'object', key: of } : { type: 'client', key: client })}
    >
      {text}
    </button>
  )
}
