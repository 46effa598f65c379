import type { Diagnostic } from '../../model/index.ts'
import type { Session } from '../../session/index.ts'
import type * as monaco from './monaco.ts'

/** Below the lines of a file at most so many cards; the list of problems has them all. */
const MOST = 3

/**
 * What is wrong, below the line that made it so, with the button that mends it. Only what can be mended with one click stands there: the rest
 * is a mark and a word on hover.
 */
export function problemCards(
  editor: monaco.editor.IStandaloneCodeEditor,
  session: Session,
): { show(diagnostics: readonly Diagnostic[]): void; dispose(): void } {
  let zones: string[] = []
  let last = ''
  let shown: readonly Diagnostic[] = []
  const clear = () => {
    editor.changeViewZones((accessor) => {
      for (const zone of zones) accessor.removeZone(zone)
    })
    zones = []
  }
  const show = (diagnostics: readonly Diagnostic[]) => {
    shown = diagnostics
    const width = Math.max(160, editor.getLayoutInfo().contentWidth - 20)
    const mendable = diagnostics
      .filter((d) => d.severity !== 'hint' && (d.fix || d.recreate !== undefined))
      .slice(0, MOST)
    const what = mendable.map((d) => [d.message, d.fix, d.recreate, d.source])
    const present = JSON.stringify([editor.getModel()?.uri.toString(), width, what])
    if (present === last) return
    last = present
    clear()
    editor.changeViewZones((accessor) => {
      for (const diagnostic of mendable) {
        const { endLine, endColumn, line } = diagnostic.source!
        const afterLineNumber = endColumn === 1 && endLine > line ? endLine - 1 : endLine
        const domNode = document.createElement('div')
        domNode.className = 'editor-zone'
        const card = cardFor(diagnostic, session)
        card.style.width = `${width}px`
        domNode.append(card)
        zones.push(
          accessor.addZone({ afterLineNumber, domNode, heightInPx: heightOf(domNode), suppressMouseDown: false }),
        )
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

/** px that a card takes, its margins included. */
function heightOf(zone: HTMLElement): number {
  const measured = zone.cloneNode(true) as HTMLElement
  measured.classList.add('editor-measure')
  document.body.append(measured)
  const height = measured.offsetHeight
  measured.remove()
  return height
}
