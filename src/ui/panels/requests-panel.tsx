import { type ReactNode, useDeferredValue, useMemo, useState } from 'react'
import { type Outcome, splitKey, type Trace } from '../../model/index.ts'
import { formatClock, formatMs, shortOutcome, wayInShort } from '../../words/index.ts'
import { isGood, OutcomeMark, useActions, useMoment, useSession, VirtualRows } from '../kit/index.ts'
import { shortName } from './object-name.ts'

const COLUMNS = ['Time', 'Client', 'URL', 'Way in', 'Outcome', 'Took'] as const
const OUTCOMES: readonly Outcome[] = ['answered', 'refused', 'timed out', 'name not found', 'reset', 'bad url']

type OutcomeFilter = 'all' | 'failed' | Outcome

/** Every finished request, one line each, newest first. */
export function RequestsPanel(): ReactNode {
  const { select } = useActions()
  const finished = useFinished()
  const clients = useSession((state) => state.mirror.clients)
  const selection = useSession((state) => state.view.selection)
  const [outcome, setOutcome] = useState<OutcomeFilter>('all')
  const [words, setWords] = useState('')
  const [onlySelected, setOnlySelected] = useState(false)
  const names = useMemo(() => new Map(clients.map((client) => [client.key, client.name])), [clients])
  const clientName = (trace: Trace) => names.get(trace.client) ?? trace.client.replace(/^client\//, '')
  const filter = useDeferredValue(words.trim().toLowerCase())
  const about = onlySelected && selection && selection.type !== 'trace' ? selection.key : null

  const shown = useMemo(() => {
    const kept = finished.filter(
      (trace) =>
        (outcome === 'all' || (outcome === 'failed' ? !isGood(trace) : trace.outcome === outcome)) &&
        (about === null || touches(trace, about)) &&
        (filter === '' || textOf(trace).includes(filter)),
    )
    return kept.reverse()
  }, [finished, outcome, about, filter])
  const present = useMemo(() => new Set(finished.map((trace) => trace.outcome)), [finished])

  return (
    <div className="requests">
      <div className="drawer-tools">
        <label>
          <span className="kit-hidden">Outcome</span>
          <select
            className="kit-select"
            value={outcome}
            onChange={(event) => setOutcome(event.target.value as OutcomeFilter)}
          >
            <option value="all">all outcomes</option>
            <option value="failed">failed</option>
            {OUTCOMES.filter((each) => present.has(each) || each === outcome).map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <input
          className="kit-input"
          type="search"
          aria-label="Filter by client, URL, Service, pod or address"
          placeholder="Filter: client, Service, pod, address"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <label className="drawer-check">
          <input type="checkbox" checked={onlySelected} onChange={(event) => setOnlySelected(event.target.checked)} />
          only through what is selected
        </label>
      </div>
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
          </>
        )}
      />
    </div>
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
