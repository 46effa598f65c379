import type { Diagnostic } from '../../model/index.ts'
import type { Session } from '../../session/index.ts'
import type * as monaco from './monaco.ts'

/** Below the lines of a file at most so many cards; the list of problems has them all. */
const MOST = 3
/** px between a card and the lines around it */
const ROOM = { above: 4, below: 8 } as const

/** A card with the room that is kept for it between the lines. */
interface Shown {
  readonly zone: string
  readonly widget: monaco.editor.IOverlayWidget
}

/**
 * What is wrong, below the line that made it so, with the button that mends it. The room is a view zone, which Monaco hides from
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
    for (const { widget } of cards) editor.removeOverlayWidget(widget)
    cards = []
  }
  const show = (diagnostics: readonly Diagnostic[]) => {
    shown = diagnostics
    const { contentLeft, contentWidth, verticalScrollbarWidth } = editor.getLayoutInfo()
    const width = Math.max(160, contentWidth - verticalScrollbarWidth - 10)
    const told = diagnostics.filter(hasCard).slice(0, MOST)
    const what = told.map((d) => [d.message, d.fix, d.recreate, d.source])
    const present = JSON.stringify([editor.getModel()?.uri.toString(), contentLeft, width, what])
    if (present === last) return
    last = present
    clear()
    editor.changeViewZones((accessor) => {
      for (const [index, diagnostic] of told.entries()) {
        const { endLine, endColumn, line } = diagnostic.source!
        const card = cardFor(diagnostic, session)
        card.style.width = `${width}px`
        card.style.left = `${contentLeft}px`
        // the wheel over a card scrolls the text below it
        card.addEventListener('wheel', (event) => editor.setScrollTop(editor.getScrollTop() + event.deltaY))
        const widget: monaco.editor.IOverlayWidget = {
          getId: () => `fairlead.problem.${index}`,
          getDomNode: () => card,
          // placed by its zone
          getPosition: () => null,
        }
        const zone = accessor.addZone({
          afterLineNumber: endColumn === 1 && endLine > line ? endLine - 1 : endLine,
          domNode: document.createElement('div'),
          heightInPx: heightOf(card) + ROOM.above + ROOM.below,
          onDomNodeTop(top) {
            card.style.top = `${top + ROOM.above}px`
            // out of sight, and then out of the way of the Tab key
            card.style.visibility = top < -100_000 ? 'hidden' : ''
          },
        })
        editor.addOverlayWidget(widget)
        cards.push({ zone, widget })
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

/** What one click mends, and Services that cannot answer; the rest is a mark, and a word on hover. */
const hasCard = (d: Diagnostic): boolean =>
  d.severity !== 'hint' && (d.fix !== undefined || d.recreate !== undefined || d.code.startsWith('service.'))

function cardFor(diagnostic: Diagnostic, session: Session): HTMLElement {
  const { severity, message, fix, recreate, rule, object } = diagnostic
  const card = document.createElement('div')
  card.className = 'editor-card'
  card.dataset.severity = severity
  const words = document.createElement('p')
  words.textContent = message
  const ways = document.createElement('p')
  const way = (label: string, run: () => void) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'kit-link'
    button.textContent = label
    // Monaco would take the press as one into the text
    button.addEventListener('mousedown', (event) => event.stopPropagation())
    button.addEventListener('click', run)
    ways.append(button, ' ')
  }
  if (fix) way(fix.label, () => void session.applyFix(diagnostic))
  if (recreate !== undefined) way('Recreate', () => void session.act({ type: 'recreate', object: recreate }))
  if (object !== undefined) way('Why?', () => session.select({ type: 'object', key: object }))
  if (rule !== undefined) ways.append(rule)
  card.append(words, ways)
  return card
}

/** px */
function heightOf(card: HTMLElement): number {
  const measured = card.cloneNode(true) as HTMLElement
  measured.classList.add('editor-measure')
  document.body.append(measured)
  const height = measured.offsetHeight
  measured.remove()
  return height
}
