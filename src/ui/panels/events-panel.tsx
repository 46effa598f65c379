import { type ReactNode, useMemo } from 'react'
import { type ClusterEvent, splitKey } from '../../model/index.ts'
import { formatClock } from '../../words/index.ts'
import { useActions, useMoment, useSession, VirtualRows } from '../kit/index.ts'
import { shortName } from '../why/index.ts'

const COLUMNS = ['Time', 'Type', 'Reason', 'Object', 'Message'] as const

/** What the cluster's components say, as `kubectl get events` lists it, newest first. */
export function EventsPanel(): ReactNode {
  const { select } = useActions()
  const events = useSession((state) => state.mirror.events)
  const selection = useSession((state) => state.view.selection)
  const moment = useMoment(100)
  const shown = useMemo(() => {
    const numbered = events.map((event, i) => ({ event, key: `${event.at}-${i}` }))
    return numbered.filter(({ event }) => event.at <= moment + 100).reverse()
  }, [events, moment])
  return (
    <VirtualRows
      className="events-rows"
      label="Events"
      columns={COLUMNS}
      items={shown}
      keyOf={({ key }) => key}
      rowHeight={1.75}
      selected={
        selection?.type === 'object' ? shown.find(({ event }) => event.object === selection.key)?.key : undefined
      }
      onSelect={({ event }) => select({ type: 'object', key: event.object })}
      empty="Nothing has happened yet."
      row={({ event }) => <EventCells of={event} />}
    />
  )
}

function EventCells({ of }: { readonly of: ClusterEvent }): ReactNode {
  const { kind, namespace, name } = splitKey(of.object)
  const cells = [
    formatClock(of.at),
    of.type,
    of.reason,
    `${kind.toLowerCase()}/${shortName(namespace, name)}`,
    of.message,
  ]
  return cells.map((text, i) => (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be windowed
    // biome-ignore lint/a11y/useFocusableInteractive: the grid takes the focus
    <span key={COLUMNS[i]} role="gridcell" title={text} data-warning={i === 1 && text === 'Warning' ? '' : undefined}>
      {text}
    </span>
  ))
}
