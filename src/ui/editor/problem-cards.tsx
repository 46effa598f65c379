import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { type Diagnostic, type ObjectKey, splitKey } from '../../model/index.ts'
import type { Session } from '../../session/index.ts'
import { causeWord } from '../../words/index.ts'
import { SessionProvider } from '../kit/index.ts'
import { FindingCard } from '../why/index.ts'
import type * as monaco from './monaco.ts'

/** Below the lines of a file at most so many cards; the list of problems has them all. */
const MOST = 3
/** px between a card and the lines around it */
const ROOM = { above: 4, below: 8 } as const

/** A card with the room that is kept for it between the lines. */
interface Shown {
  readonly zone: string
  readonly widget: monaco.editor.IOverlayWidget
  /** Takes the card apart. */
  readonly end: () => void
}

/**
 * What is wrong, below the line that made it so, with the buttons that mend it. The room is a view zone, which Monaco hides from
 * screen readers; the card is an overlay at the same place, so that its buttons are there for everybody.
 */
export function problemCards(
  editor: monaco.editor.IStandaloneCodeEditor,
  session: Session,
): { show(diagnostics: readonly Diagnostic[]): void; dispose(): void } {
  let cards: Shown[] = []
  let last = ''
  let shown: readonly Diagnostic[] = []
  const clear = () => {
    editor.changeViewZones((accessor) => {
      for (const { zone } of cards) accessor.removeZone(zone)
    })
    for (const { widget, end } of cards) {
      editor.removeOverlayWidget(widget)
      end()
    }
    cards = []
  }
  const show = (diagnostics: readonly Diagnostic[]) => {
    shown = diagnostics
    const { contentLeft, contentWidth, verticalScrollbarWidth } = editor.getLayoutInfo()
    const width = Math.max(160, contentWidth - verticalScrollbarWidth - 10)
    const errors = diagnostics.filter((d) => hasCard(d) && d.severity === 'error')
    const warnings = diagnostics.filter((d) => hasCard(d) && d.severity !== 'error')
    const told = [...errors, ...warnings].slice(0, MOST)
    const what = told.map((d) => [d.message, d.fix, d.otherFixes, d.recreate, d.source])
    const present = JSON.stringify([editor.getModel()?.uri.toString(), contentLeft, width, what])
    if (present === last) return
    last = present
    clear()
    editor.changeViewZones((accessor) => {
      for (const [index, diagnostic] of told.entries()) {
        const { endLine, endColumn, line } = diagnostic.source!
        const card = document.createElement('div')
        card.className = 'editor-card'
        card.dataset.severity = diagnostic.severity
        card.style.width = `${width}px`
        card.style.left = `${contentLeft}px`
        // the wheel over a card scrolls the text below it
        card.addEventListener('wheel', (event) => editor.setScrollTop(editor.getScrollTop() + event.deltaY))
        // Monaco would take the press as one into the text, and keys as typing
        card.addEventListener('mousedown', (event) => event.stopPropagation())
        card.addEventListener('keydown', (event) => event.stopPropagation())
        const widget: monaco.editor.IOverlayWidget = {
          getId: () => `fairlead.problem.${index}`,
          getDomNode: () => card,
          // placed by its zone
          getPosition: () => null,
        }
        const room: monaco.editor.IViewZone = {
          afterLineNumber: endColumn === 1 && endLine > line ? endLine - 1 : endLine,
          domNode: document.createElement('div'),
          heightInPx: ROOM.above + ROOM.below,
          onDomNodeTop(top) {
            card.style.top = `${top + ROOM.above}px`
            // out of sight, and then out of the way of the Tab key
            card.style.visibility = top < -100_000 ? 'hidden' : ''
          },
        }
        const zone = accessor.addZone(room)
        editor.addOverlayWidget(widget)
        const root = createRoot(card)
        root.render(
          <SessionProvider value={session}>
            <Card of={diagnostic} session={session} />
          </SessionProvider>,
        )
        // what a fix changes comes a moment later: the room grows with the card
        const sizes = new ResizeObserver(() => {
          const height = card.offsetHeight + ROOM.above + ROOM.below
          if (room.heightInPx === height) return
          room.heightInPx = height
          editor.changeViewZones((zones) => zones.layoutZone(zone))
        })
        sizes.observe(card)
        const end = () => {
          sizes.disconnect()
          // a card may be taken away by a press on its own button
          queueMicrotask(() => root.unmount())
        }
        cards.push({ zone, widget, end })
      }
    })
  }
  // the lines of a card depend on how wide the editor is
  const layout = editor.onDidLayoutChange(() => show(shown))
  return {
    show,
    dispose() {
      layout.dispose()
      clear()
    },
  }
}

/** What one click mends, and causes; the rest is a mark, and a word on hover. */
const hasCard = (d: Diagnostic): boolean =>
  d.severity !== 'hint' && (d.fix !== undefined || d.recreate !== undefined || causeWord(d.code) !== undefined)

function Card({ of, session }: { readonly of: Diagnostic; readonly session: Session }): ReactNode {
  const about = subjectOf(of)
  return (
    <FindingCard
      of={of}
      {...(about !== undefined && { onWhy: () => session.select({ type: 'object', key: about }) })}
    />
  )
}

/** The Service that it is about: its chain of checks tells more than the pods' workload does. */
function subjectOf({ object, others = [] }: Diagnostic): ObjectKey | undefined {
  const all = object === undefined ? others : [object, ...others]
  return all.find((key) => splitKey(key).kind === 'Service') ?? all[0]
}
