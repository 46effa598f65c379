import { type ReactNode, useDeferredValue, useMemo } from 'react'
import { type Outcome, splitKey, type Trace } from '../../model/index.ts'
import { formatClock, formatMs, shortOutcome, wayInShort } from '../../words/index.ts'
import { RowCommands } from '../commands/index.ts'
import { isGood, OutcomeMark, useActions, useMoment, useSession, VirtualRows } from '../kit/index.ts'
import { shortName } from '../why/index.ts'

const COLUMNS = ['Time', 'Client', 'URL', 'Way in', 'Outcome', 'Took', 'As curl'] as const
const OUTCOMES: readonly Outcome[] = ['answered', 'refused', 'timed out', 'name not found', 'reset', 'bad url']

export interface RequestFilter {
  readonly outcome: 'all' | 'failed' | Outcome
  /** Words that client, URL, way or places hold. */
  readonly words: string
  /** Only what went by the selected object or client. */
  readonly selected: boolean
}

export const EVERY_REQUEST: RequestFilter = { outcome: 'all', words: '', selected: false }

interface RequestToolsProps {
  readonly filter: RequestFilter
  readonly onChange: (filter: RequestFilter) => void
}

export function RequestTools({ filter, onChange }: RequestToolsProps): ReactNode {
  const finished = useFinished()
  const present = useMemo(() => new Set(finished.map((trace) => trace.outcome)), [finished])
  return (
    <div className="drawer-tools">
      <select
        className="kit-select"
        aria-label="Outcome"
        value={filter.outcome}
        onChange={(event) => onChange({ ...filter, outcome: event.target.value as RequestFilter['outcome'] })}
      >
        <option value="all">all outcomes</option>
        <option value="failed">failed</option>
        {OUTCOMES.filter((each) => present.has(each) || each === filter.outcome).map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      <input
        className="kit-input"
        type="search"
        aria-label="Filter by client, URL, Service, pod or address"
        placeholder="Client, Service, pod, address"
        value={filter.words}
        onChange={(event) => onChange({ ...filter, words: event.target.value })}
      />
      <label className="drawer-check" title="Only requests that went by the selected object or client">
        <input
          type="checkbox"
          checked={filter.selected}
          onChange={(event) => onChange({ ...filter, selected: event.target.checked })}
        />
        selected only
      </label>
    </div>
  )
}

/** Every finished request, one line each, newest first. */
export function RequestsPanel({ filter }: { readonly filter: RequestFilter }): ReactNode {
  const { select } = useActions()
  const finished = useFinished()
  const clients = useSession((state) => state.mirror.clients)
  const selection = useSession((state) => state.view.selection)
  const names = useMemo(() => new Map(clients.map((client) => [client.key, client.name])), [clients])
  const clientName = (trace: Trace) => names.get(trace.client) ?? trace.client.replace(/^client\//, '')
  const { outcome } = filter
  const words = useDeferredValue(filter.words.trim().toLowerCase())
  const about = filter.selected && selection && selection.type !== 'trace' ? selection.key : null

  const shown = useMemo(() => {
    const kept = finished.filter(
      (trace) =>
        (outcome === 'all' || (outcome === 'failed' ? !isGood(trace) : trace.outcome === outcome)) &&
        (about === null || touches(trace, about)) &&
        (words === '' || textOf(trace).includes(words)),
    )
    return kept.reverse()
  }, [finished, outcome, about, words])

  return (
    <VirtualRows
      className="requests-rows"
      label="Requests"
      columns={COLUMNS}
      items={shown}
      keyOf={(trace) => trace.id}
      rowHeight={1.75}
      selected={selection?.type === 'trace' ? selection.id : undefined}
      onSelect={(trace) => select({ type: 'trace', id: trace.id })}
      empty={finished.length === 0 ? 'No request has finished yet.' : 'No request is like that.'}
      row={(trace) => (
        <>
          <Cell>{formatClock(trace.startedAt)}</Cell>
          <Cell>{clientName(trace)}</Cell>
          <Cell>{trace.request.url}</Cell>
          <Cell>{wayInShort(trace)}</Cell>
          <Cell>
            <OutcomeMark good={isGood(trace)}>{shortOutcome(trace)}</OutcomeMark>
          </Cell>
          <Cell>{formatMs(trace.took)}</Cell>
          <Cell>
            <RowCommands trace={trace} />
          </Cell>
        </>
      )}
    />
  )
}

function Cell({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be windowed
    // biome-ignore lint/a11y/useFocusableInteractive: the grid takes the focus
    <span role="gridcell" title={typeof children === 'string' ? children : undefined}>
      {children}
    </span>
  )
}

/** The requests that are over at the moment shown. */
export function useFinished(): readonly Trace[] {
  const traces = useSession((state) => state.mirror.traces)
  const moment = useMoment(100)
  return useMemo(() => traces.filter((trace) => trace.startedAt + trace.took <= moment + 100), [traces, moment])
}

/** Whether a request went by an object or client. */
export const touches = (trace: Trace, key: string): boolean =>
  trace.client === key ||
  trace.server?.pod === key ||
  trace.hops.some(
    (hop) => hop.from.key === key || hop.to.key === key || hop.why.sources.some((field) => field.object === key),
  )

const texts = new WeakMap<Trace, string>()

/** What the filter looks through; made once a trace. */
function textOf(trace: Trace): string {
  let text = texts.get(trace)
  if (text === undefined) {
    const places = trace.hops
      .flatMap((hop) => [hop.from.key, hop.to.key])
      .map((key) => {
        const { namespace, name } = splitKey(key)
        return shortName(namespace, name)
      })
    text = [trace.client, trace.request.url, wayInShort(trace), shortOutcome(trace), ...places].join(' ').toLowerCase()
    texts.set(trace, text)
  }
  return text
}
