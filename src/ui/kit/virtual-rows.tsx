import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'

interface VirtualRowsProps<T> {
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  /** Height of one row, in rem. */
  readonly rowHeight: number
  /** Cells of a row. */
  readonly row: (item: T) => ReactNode
  readonly label: string
  readonly columns: readonly string[]
  readonly className: string
  /** Key of the selected item. */
  readonly selected?: string
  readonly onSelect?: (item: T) => void
  readonly empty: ReactNode
}

const OVERSCAN = 6

/**
 * A grid of which only the visible rows are in the page. One stop for the tab key; arrows, Home, End and Page keys move a
 * cursor, Enter or a press selects.
 */
export function VirtualRows<T>(props: VirtualRowsProps<T>): ReactNode {
  const { keyOf, row, label, columns, className, selected, onSelect, empty } = props
  const { items, newer, hold, release } = useHeld(props.items)
  const box = useRef<HTMLDivElement>(null)
  const { top, height, rem } = useScroll(box)
  const [cursor, setCursor] = useState<string | null>(null)
  const rowHeight = Math.round(props.rowHeight * rem)
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN)
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + OVERSCAN)
  const idOf = (key: string) => `${className}-${key}`
  const at = cursor ?? selected
  const index = at === undefined ? -1 : items.findIndex((item) => keyOf(item) === at)

  const moveTo = (next: number) => {
    const bounded = Math.max(0, Math.min(items.length - 1, next))
    const item = items[bounded]
    const pane = box.current
    if (!item || !pane) return
    setCursor(keyOf(item))
    const y = bounded * rowHeight
    // the header row covers the first row of what is scrolled
    if (y < pane.scrollTop) pane.scrollTop = y
    else if (y + 2 * rowHeight > pane.scrollTop + pane.clientHeight)
      pane.scrollTop = y + 2 * rowHeight - pane.clientHeight
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index < 0 ? 0 : index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: items.length - 1,
    }
    const next = steps[event.key]
    if (next !== undefined) {
      event.preventDefault()
      moveTo(next)
    } else if ((event.key === 'Enter' || event.key === ' ') && index >= 0) {
      event.preventDefault()
      onSelect?.(items[index]!)
    }
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be windowed
    <div
      ref={box}
      className={`kit-rows ${className}`}
      role="grid"
      aria-label={label}
      aria-rowcount={items.length + 1}
      tabIndex={0}
      aria-activedescendant={index >= first && index < last ? idOf(at!) : undefined}
      onKeyDown={onKeyDown}
      onPointerEnter={(event) => event.pointerType === 'mouse' && hold()}
      onPointerLeave={release}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid takes the focus */}
      <div className="kit-row kit-row-head" role="row" aria-rowindex={1}>
        {newer > 0 && (
          <small className="kit-rows-newer" aria-hidden="true" title="The list stands still while you point at it">
            {newer} newer, held
          </small>
        )}
        {columns.map((name) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      {items.length === 0 ? (
        // biome-ignore lint/a11y/useSemanticElements: see above
        // biome-ignore lint/a11y/useFocusableInteractive: see above
        <div className="kit-empty" role="row">
          {/* biome-ignore lint/a11y/useSemanticElements: see above */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
          <span role="gridcell">{empty}</span>
        </div>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div className="kit-rows-body" role="rowgroup" style={{ height: items.length * rowHeight }}>
          {items.slice(first, last).map((item, i) => {
            const key = keyOf(item)
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the grid's
              // biome-ignore lint/a11y/useSemanticElements: see above
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              <div
                key={key}
                id={idOf(key)}
                className="kit-row"
                role="row"
                aria-rowindex={first + i + 2}
                aria-selected={onSelect ? key === selected : undefined}
                data-cursor={key === at ? '' : undefined}
                style={{ top: (first + i) * rowHeight, height: rowHeight }}
                onClick={() => {
                  setCursor(key)
                  onSelect?.(item)
                }}
              >
                {row(item)}
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}

/** A list that grows at its top stands still while the mouse is over it: what one is about to press must not move away. */
function useHeld<T>(live: readonly T[]): {
  readonly items: readonly T[]
  readonly newer: number
  hold(): void
  release(): void
} {
  const [held, setHeld] = useState<readonly T[] | null>(null)
  const items = held && live.length >= held.length ? held : live
  return {
    items,
    newer: held ? Math.max(0, live.length - held.length) : 0,
    hold: () => setHeld(live),
    release: () => setHeld(null),
  }
}

function useScroll(box: RefObject<HTMLDivElement | null>): { top: number; height: number; rem: number } {
  const [scroll, setScroll] = useState({ top: 0, height: 300, rem: 13 })
  useEffect(() => {
    const pane = box.current
    if (!pane) return
    const read = () =>
      setScroll({
        top: pane.scrollTop,
        height: pane.clientHeight,
        rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 13,
      })
    read()
    pane.addEventListener('scroll', read, { passive: true })
    const observer = new ResizeObserver(read)
    observer.observe(pane)
    return () => {
      pane.removeEventListener('scroll', read)
      observer.disconnect()
    }
  }, [box])
  return scroll
}
