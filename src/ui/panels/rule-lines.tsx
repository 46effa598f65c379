import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'

/** px; of one line */
const LINE = 20
const OVERSCAN = 12

interface RuleLinesProps {
  readonly label: string
  readonly lines: readonly string[]
  /** Indices of the lines that are shown. */
  readonly shown: readonly number[]
  /** Line → the how manieth it was that the request met. */
  readonly met: ReadonlyMap<number, number>
  /** Lines of the Service. */
  readonly marked: ReadonlySet<number>
  readonly found: readonly number[]
  /** The line to be brought into sight. */
  readonly stop?: number
  readonly empty: string
}

/** Lines of text of which only the visible ones are in the page. */
export function RuleLines({ label, lines, shown, met, marked, found, stop, empty }: RuleLinesProps): ReactNode {
  const box = useRef<HTMLOListElement>(null)
  const [view, setView] = useState({ top: 0, height: 300 })
  const longest = useMemo(() => lines.reduce((most, line) => Math.max(most, widthOf(line)), 0), [lines])
  const hits = useMemo(() => new Set(found), [found])
  useEffect(() => {
    const pane = box.current!
    const read = () => setView({ top: pane.scrollTop, height: pane.clientHeight })
    read()
    pane.addEventListener('scroll', read, { passive: true })
    const observer = new ResizeObserver(read)
    observer.observe(pane)
    return () => {
      pane.removeEventListener('scroll', read)
      observer.disconnect()
    }
  }, [])
  useEffect(() => {
    const pane = box.current!
    const row = stop === undefined ? -1 : shown.indexOf(stop)
    if (row < 0) return
    const y = row * LINE
    if (y < pane.scrollTop || y + LINE > pane.scrollTop + pane.clientHeight)
      pane.scrollTop = Math.max(0, y - pane.clientHeight / 3)
  }, [stop, shown])
  const first = Math.max(0, Math.floor(view.top / LINE) - OVERSCAN)
  const last = Math.min(shown.length, Math.ceil((view.top + view.height) / LINE) + OVERSCAN)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <ol className="rules-lines" ref={box} tabIndex={0} aria-label={label}>
      {shown.length === 0 && <li className="kit-empty">{empty}</li>}
      <li aria-hidden="true" style={{ height: shown.length * LINE, width: `calc(${longest}ch + 5rem)` }} />
      {shown.slice(first, last).map((index, i) => {
        const nth = met.get(index)
        return (
          <li
            key={index}
            className="rules-line"
            aria-setsize={shown.length}
            aria-posinset={first + i + 1}
            data-met={nth === undefined ? undefined : ''}
            data-own={marked.has(index) ? '' : undefined}
            data-found={hits.has(index) ? '' : undefined}
            data-stop={index === stop ? '' : undefined}
            style={{ top: (first + i) * LINE }}
          >
            <span className="rules-nth">
              {nth !== undefined && (
                <>
                  <span className="kit-hidden">met as number </span>
                  {nth}
                </>
              )}
            </span>
            {lines[index]}
          </li>
        )
      })}
    </ol>
  )
}

/** In characters; a tab is as wide as the stylesheet says. */
const widthOf = (line: string): number => line.length + 3 * (line.match(/\t/g)?.length ?? 0)
