import { type KeyboardEvent, type ReactNode, useCallback, useSyncExternalStore } from 'react'
import { splitKey, type Trace } from '../../model/index.ts'
import { outcomeWord, shortOutcome } from '../../words/index.ts'
import { isGood, useActions, usePlayhead, useSession } from '../kit/index.ts'

/** So many of a command's requests are shown; the Requests list has them all. */
const MOST = 8

interface RequestMarksProps {
  readonly ids: readonly string[]
  /** The last one is the one that the tab key comes to; arrows go from there. */
  readonly latest: boolean
}

/** The requests that a command sent: each is a way into "why?". No part of the text that a terminal would show. */
export function RequestMarks({ ids, latest }: RequestMarksProps): ReactNode {
  const shown = ids.slice(-MOST)
  const older = ids.length - shown.length
  return (
    <span className="term-marks" data-uncopied="">
      {older > 0 && <span className="term-older">+{older}</span>}
      {shown.map((id, i) => (
        <Mark key={id} id={id} last={i === shown.length - 1} latest={latest && i === shown.length - 1} />
      ))}
    </span>
  )
}

interface MarkProps {
  readonly id: string
  /** Of its command: it says how it went. */
  readonly last: boolean
  readonly latest: boolean
}

function Mark({ id, last, latest }: MarkProps): ReactNode {
  const { select } = useActions()
  const trace = useSession(useCallback(({ mirror }) => findTrace(mirror.traces, id), [id]))
  const selected = useSession(({ view: { selection } }) => selection?.type === 'trace' && selection.id === id)
  const playhead = usePlayhead()
  const over = useSyncExternalStore(
    playhead.subscribe,
    () => trace !== undefined && trace.startedAt + trace.took <= playhead.get(),
  )
  // too long ago: the page has let it go
  if (!trace) return null
  const good = isGood(trace)
  const words = !over ? 'on its way' : good ? answeredBy(trace) : shortOutcome(trace)
  return (
    <button
      type="button"
      className="term-mark"
      data-outcome={over ? (good ? 'good' : 'bad') : undefined}
      aria-pressed={selected}
      tabIndex={latest ? 0 : -1}
      title={`${trace.request.url}: ${words}. Show its way`}
      onClick={() => select({ type: 'trace', id })}
    >
      <span className={last ? undefined : 'kit-hidden'}>
        {words}
        {over && !good && <span className="term-why"> why?</span>}
      </span>
    </button>
  )
}

/** In a transcript: arrows go from one request to the next. */
export function onMarkKey(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target instanceof HTMLElement) || !event.target.matches('.term-mark')) return
  const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key]
  if (by === undefined) return
  event.preventDefault()
  const marks = [...event.currentTarget.querySelectorAll<HTMLElement>('.term-mark')]
  marks[marks.indexOf(event.target) + by]?.focus()
}

function answeredBy(trace: Trace): string {
  const word = outcomeWord(trace)
  const pod = trace.server?.pod
  const by = pod === undefined ? '' : ` by ${splitKey(pod).name}`
  return word === 'answered' ? `answered${by}` : `${word}${by}`
}

const indices = new WeakMap<readonly Trace[], ReadonlyMap<string, Trace>>()

/** Many marks look into one list: it is gone through once. */
function findTrace(traces: readonly Trace[], id: string): Trace | undefined {
  let index = indices.get(traces)
  if (!index) {
    index = new Map(traces.map((trace) => [trace.id, trace]))
    indices.set(traces, index)
  }
  return index.get(id)
}
