import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { diffText } from '../../model/index.ts'
import { useActions, useMedia, useReveal, useSession } from '../kit/index.ts'
import { blockLines, highlightLine } from './highlight.ts'
import { marksOf } from './markers.ts'

/** px of a line, here and in Monaco. */
export const LINE_HEIGHT = 20
/** px above the first line. */
export const PADDING = 8
/** A <textarea> of more characters than this takes seconds for a key; Monaco does not. */
const LONG = 400_000
const SHOWN_OF_LONG = 50_000
/** Lines painted beyond what is seen. */
const BEYOND = 20

interface PlainTextProps {
  readonly area: RefObject<HTMLTextAreaElement | null>
  /** It is about to be used: time to fetch the real editor. */
  readonly onWake: (event: { readonly pointerType?: string }) => unknown
}

/** The text as a <textarea> in the editor's colours: there at once, and all there is on a phone. */
export function PlainText({ area, onWake }: PlainTextProps): ReactNode {
  const session = useActions()
  const file = useSession((state) => state.document.activeFile)
  const text = useSession((state) => state.document.files.find(({ name }) => name === file)?.text ?? '')
  // a <textarea> knows one kind of line end only; the text keeps its own
  const whole = useMemo(() => text.replace(/\r\n?/g, '\n'), [text])
  const long = whole.length > LONG
  const value = long ? whole.slice(0, whole.lastIndexOf('\n', SHOWN_OF_LONG) + 1 || SHOWN_OF_LONG) : whole
  const phone = useMedia('(pointer: coarse)')
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
  const paint = useRef<HTMLDivElement>(null)
  const [first, setFirst] = useState(0)
  const [rows, setRows] = useState(60)

  useEffect(() => {
    const element = area.current!
    const observer = new ResizeObserver(() => setRows(Math.ceil(element.clientHeight / LINE_HEIGHT)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [area])
  useEffect(() => {
    if (long) onWake({})
  }, [long, onWake])
  const typed = useCaretThatStays(area, file, value)
  useReveal((range) => {
    const element = area.current
    if (!element) return
    element.focus()
    element.setSelectionRange(
      offsetAt(element.value, range.line, range.column),
      offsetAt(element.value, range.endLine, range.endColumn),
    )
    element.scrollTop = Math.max(0, (range.line - 4) * LINE_HEIGHT)
  })

  const onScroll = () => {
    const { scrollTop, scrollLeft } = area.current!
    paint.current!.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`
    paint.current!.style.setProperty('--left', `${scrollLeft}px`)
    const line = Math.max(0, Math.floor(scrollTop / LINE_HEIGHT) - BEYOND)
    if (Math.abs(line - first) > BEYOND / 2) setFirst(line)
  }

  return (
    <div className="editor-plain">
      <div className="editor-paint" aria-hidden="true" ref={paint}>
        <Painted file={file} text={value} first={first} rows={rows + 2 * BEYOND} />
      </div>
      <textarea
        ref={area}
        aria-label={`Text of ${file}`}
        value={value}
        readOnly={long}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        autoComplete="off"
        onPointerDown={onWake}
        onFocus={() => onWake({})}
        onScroll={onScroll}
        onCompositionStart={(event) => {
          event.currentTarget.dataset.composing = ''
        }}
        onCompositionEnd={(event) => {
          delete event.currentTarget.dataset.composing
        }}
        onChange={(event) => {
          const { value: present } = event.currentTarget
          typed.current = present
          session.setText(file, present.replaceAll('\n', lineEnd))
        }}
        onKeyDown={(event) => {
          const key = event.key.toLowerCase()
          if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== 'z' && key !== 'y')) return
          event.preventDefault()
          if (key === 'y' || event.shiftKey) session.redo()
          else session.undo()
        }}
      />
      {long && (
        <p className="editor-long" role="status">
          {phone
            ? 'This text is too long to be edited on this device. Here is its beginning.'
            : 'This is a long text. Here is its beginning, until the editor is there.'}
        </p>
      )}
    </div>
  )
}

/** The offset of a 1-based line and column in a text of plain line ends. */
function offsetAt(text: string, line: number, column: number): number {
  let at = 0
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', at)
    if (next < 0) return text.length
    at = next + 1
  }
  return Math.min(at + column - 1, text.length)
}

/**
 * The browser forgets the caret when the text is changed from outside: it stays where it was, or goes behind what was put in before it. What
 * comes back is told of each text that was typed, which needs nothing.
 */
function useCaretThatStays(
  area: RefObject<HTMLTextAreaElement | null>,
  file: string,
  text: string,
): RefObject<string | null> {
  const typed = useRef<string | null>(null)
  const last = useRef({ file, text, caret: 0 })
  useEffect(() => {
    const element = area.current!
    const note = () => {
      last.current.caret = element.selectionEnd
    }
    document.addEventListener('selectionchange', note)
    return () => document.removeEventListener('selectionchange', note)
  }, [area])
  useLayoutEffect(() => {
    const element = area.current!
    const before = last.current
    last.current = { file, text, caret: element.selectionEnd }
    if (before.file !== file) {
      element.setSelectionRange(0, 0)
      element.scrollTop = 0
    } else if (before.text !== text && typed.current !== text) {
      const edit = diffText(file, before.text, text)!
      const caret = before.caret <= edit.from ? before.caret : edit.from + edit.insert.length
      element.setSelectionRange(caret, caret)
      last.current.caret = caret
    }
  }, [area, file, text])
  return typed
}

interface PaintedProps {
  readonly file: string
  readonly text: string
  /** 0-based */
  readonly first: number
  readonly rows: number
}

function Painted({ file, text, first, rows }: PaintedProps): ReactNode {
  const diagnostics = useSession((state) => state.mirror.diagnostics)
  const lines = useMemo(() => text.split('\n'), [text])
  const inBlock = useMemo(() => blockLines(lines), [lines])
  const marks = useMemo(() => marksOf(diagnostics, file), [diagnostics, file])
  const last = Math.min(lines.length, first + rows)
  const shown = []
  for (let i = first; i < last; i++) {
    const line = lines[i]!
    shown.push(
      <div className="editor-line" key={i} style={{ top: PADDING + i * LINE_HEIGHT }}>
        <span className="editor-number">{i + 1}</span>
        {highlightLine(line, inBlock[i]!).map((stretch, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is painted anew as a whole
          <span key={at} data-kind={stretch.kind}>
            {stretch.text}
          </span>
        ))}
      </div>,
    )
  }
  return (
    <>
      {shown}
      {marks
        .filter(({ mark }) => mark.startLineNumber > first && mark.startLineNumber <= last)
        .map(({ mark }, i) => (
          <i
            // biome-ignore lint/suspicious/noArrayIndexKey: marks have no names
            key={i}
            className="editor-squiggle"
            data-severity={mark.severity}
            style={{
              top: PADDING + mark.startLineNumber * LINE_HEIGHT - 4,
              left: `calc(var(--gutter) + ${mark.startColumn - 1}ch)`,
              width: `${widthOf(mark.startColumn, mark.startLineNumber === mark.endLineNumber ? mark.endColumn : (lines[mark.startLineNumber - 1]?.length ?? 0) + 1)}ch`,
            }}
          />
        ))}
    </>
  )
}

const widthOf = (from: number, to: number): number => Math.max(1, to - from)
