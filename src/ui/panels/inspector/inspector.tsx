import { X } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { splitKey } from '../../../model/index.ts'
import { IconButton, useActions, useSession } from '../../kit/index.ts'
import { shortName } from '../../why/index.ts'
import { ClusterOverview } from './cluster-overview.tsx'
import { Head } from './facts.tsx'
import { ObjectEvents } from './object-events.tsx'

const loadDetails = () => import('./details.tsx')
const Details = lazy(loadDetails)

/** Answers "why?" for what is selected. */
export function Inspector(): ReactNode {
  // not waited for by the first picture, and there before the first click
  useEffect(() => void loadDetails(), [])
  const { select } = useActions()
  const selected = useSession((state) => state.view.selection !== null)
  return (
    <aside className="insp" aria-label="Why">
      {selected && (
        <span className="insp-close">
          <IconButton label="Select nothing" icon={<X />} onClick={() => select(null)} />
        </span>
      )}
      <Selected />
    </aside>
  )
}

function Selected(): ReactNode {
  const selection = useSession((state) => state.view.selection)
  const object = useSession((state) =>
    state.view.selection?.type === 'object' ? state.mirror.objects.get(state.view.selection.key) : undefined,
  )
  const client = useSession((state) =>
    state.view.selection?.type === 'client'
      ? state.mirror.clients.find((c) => c.key === (state.view.selection as { key: string }).key)
      : undefined,
  )
  const trace = useSession((state) =>
    state.view.selection?.type === 'trace'
      ? state.mirror.traces.find((t) => t.id === (state.view.selection as { id: string }).id)
      : undefined,
  )
  if (!selection) return <ClusterOverview />
  if (object || client || trace)
    return (
      <Suspense>
        <Details object={object} client={client} trace={trace} />
      </Suspense>
    )
  if (selection.type !== 'object') return <p className="kit-empty">What was selected is not there at this moment.</p>
  const { kind, namespace, name } = splitKey(selection.key)
  return (
    <>
      <Head kind={kind} title={shortName(namespace, name)} sub="is not there at this moment" />
      <Suspense>
        <Details object={undefined} client={undefined} trace={undefined} gone={selection.key} />
      </Suspense>
      <ObjectEvents of={selection.key} />
    </>
  )
}
