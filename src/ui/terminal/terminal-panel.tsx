import { ArrowDown } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { OpenTerminal } from '../../session/index.ts'
import { DriftStrip } from '../drift/index.ts'
import { useActions, useSession } from '../kit/index.ts'
import { CommandBlock } from './command-block.tsx'
import { focusPrompt } from './focus-wish.ts'
import { draftOf } from './line-edit.ts'
import { memoryOf } from './memory.ts'
import { suggestedLines, titlesOf } from './places.ts'
import { plainSelection } from './plain-copy.ts'
import { Prompt } from './prompt.tsx'
import { onMarkKey } from './request-marks.tsx'
import { ACTIVE_TAB } from './terminal-tools.tsx'
import { asTyped } from './transcript.ts'
import { useTranscript } from './use-transcript.ts'
import { useTyping } from './use-typing.ts'
import './terminal.css'

export { TerminalTools } from './terminal-tools.tsx'

/** The terminal that is shown: what was typed in it and what came of that, as text, and the line in which one types. */
export function TerminalPanel(): ReactNode {
  const { needsMore } = useActions()
  const open = useSession((state) => state.terminals.open)
  const active = useSession((state) => state.terminals.active)
  const terminal = open.find(({ id }) => id === active) ?? open[0]!
  const title = useMemo(() => titlesOf(open).get(terminal.id)!, [open, terminal.id])
  useEffect(() => {
    // the shell is fetched while the first line is typed
    void needsMore('')
  }, [needsMore])
  return <OneTerminal key={terminal.id} terminal={terminal} title={title} />
}

/** What a column is measured by. */
const RULER = '0'.repeat(20)
/** px, of the transcript's two sides */
const PADDING = 28
/** px; nearer to the end than this is at the end */
const NEAR = 8

function OneTerminal({ terminal, title }: { readonly terminal: OpenTerminal; readonly title: string }): ReactNode {
  const session = useActions()
  const memory = memoryOf(session, terminal.id)
  const [cleared, setCleared] = useState(memory.cleared)
  const shown = useTranscript(terminal, cleared)
  const { blocks, running, waiting, count } = shown
  const log = useRef<HTMLDivElement>(null)
  const text = useRef<HTMLDivElement>(null)
  const ruler = useRef<HTMLSpanElement>(null)
  const [columns, setColumns] = useState(200)
  const [behind, setBehind] = useState(false)

  const clear = (entries: number) => {
    memory.cleared = entries
    setCleared(entries)
  }
  // gone back to before it was cleared: nothing is
  useEffect(() => {
    if (memory.cleared <= count) return
    memory.cleared = 0
    setCleared(0)
  }, [memory, count])

  const toEnd = () => {
    memory.scrolledTo = null
    setBehind(false)
    const pane = log.current
    if (pane) pane.scrollTop = pane.scrollHeight
  }
  // what comes is in sight, unless somebody scrolled away from the end
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each new thing that is shown
  useLayoutEffect(() => {
    const pane = log.current!
    if (memory.scrolledTo === null) pane.scrollTop = pane.scrollHeight
    else setBehind(pane.scrollHeight - pane.clientHeight - pane.scrollTop > NEAR)
  }, [blocks, waiting, memory])
  useLayoutEffect(() => {
    const pane = log.current!
    if (memory.scrolledTo !== null) pane.scrollTop = memory.scrolledTo
    const onScroll = () => {
      const atEnd = pane.scrollHeight - pane.clientHeight - pane.scrollTop <= NEAR
      memory.scrolledTo = atEnd ? null : pane.scrollTop
      if (atEnd) setBehind(false)
    }
    const measure = () => {
      const width = ruler.current?.offsetWidth ?? 0
      if (width > 0) setColumns(Math.floor(((pane.clientWidth - PADDING) / width) * RULER.length))
      if (memory.scrolledTo === null) pane.scrollTop = pane.scrollHeight
    }
    pane.addEventListener('scroll', onScroll, { passive: true })
    const observer = new ResizeObserver(measure)
    observer.observe(pane)
    observer.observe(text.current!)
    return () => {
      pane.removeEventListener('scroll', onScroll)
      observer.disconnect()
    }
  }, [memory])

  const latest = blocks.findLast((block) => block.requests.length > 0)
  // typing draws none of them again
  const list = useMemo(
    () =>
      blocks.map((block) => <CommandBlock key={block.key} block={block} columns={columns} latest={block === latest} />),
    [blocks, columns, latest],
  )
  const typing = useTyping(terminal.id, toEnd)

  const empty = blocks.length === 0 && waiting.length === 0 && count === 0
  const [first, ...queued] = running ? [undefined, ...waiting] : waiting
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside the text is for the line in which one types, which the keyboard reaches
    <div
      className="term"
      id="term-panel"
      role="tabpanel"
      aria-labelledby={ACTIVE_TAB}
      onClick={(event) => {
        const pressed = event.target as HTMLElement
        if (pressed.closest('button, textarea, input, [role=option]')) return
        if (window.getSelection()?.isCollapsed !== false && isMouse(event.nativeEvent)) focusPrompt()
      }}
      onCopy={(event) => {
        const selection = window.getSelection()
        if (!selection || selection.isCollapsed || event.target instanceof HTMLTextAreaElement) return
        event.preventDefault()
        event.clipboardData.setData('text/plain', plainSelection(selection))
      }}
    >
      <span className="term-ruler" ref={ruler} aria-hidden="true">
        {RULER}
      </span>
      <div
        className="term-log"
        ref={log}
        role="log"
        aria-label={`Transcript of ${title}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
        onKeyDown={onLogKey}
      >
        {empty && (
          <Beginning
            terminal={terminal}
            onChoose={(line) => {
              typing.put(draftOf(line))
              focusPrompt()
            }}
          />
        )}
        <div ref={text}>
          {list}
          {first !== undefined && (
            <div className="term-block">
              <p className="term-typed">
                <span className="term-prompt">{shown.prompt}</span>
                {asTyped(first)}
              </p>
            </div>
          )}
        </div>
      </div>
      {behind && (
        <button type="button" className="kit-button term-behind" onClick={toEnd}>
          <ArrowDown aria-hidden="true" /> new output
        </button>
      )}
      <DriftStrip />
      {queued.length > 0 && (
        <p className="term-queued" role="status">
          then: <span>{queued.map((line) => line!.split('\n')[0]).join(' · ')}</span>
        </p>
      )}
      <Prompt
        terminal={terminal.id}
        shown={shown}
        typing={typing}
        onClear={() => clear(count)}
        onPage={(by) => log.current?.scrollBy({ top: by * log.current.clientHeight * 0.9 })}
      />
    </div>
  )
}

/** In the transcript: what is typed goes into the line below. */
function onLogKey(event: KeyboardEvent<HTMLElement>): void {
  const { key, ctrlKey, metaKey, altKey } = event
  if (event.target === event.currentTarget && key.length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey)
    focusPrompt()
  else onMarkKey(event)
}

const isMouse = (event: Event): boolean => !(event instanceof PointerEvent) || event.pointerType === 'mouse'

interface BeginningProps {
  readonly terminal: OpenTerminal
  readonly onChoose: (line: string) => void
}

/** What a terminal says before anything was typed in it. */
function Beginning({ terminal, onChoose }: BeginningProps): ReactNode {
  const objects = useSession((state) => state.mirror.objects)
  const services = useSession((state) => state.mirror.services)
  const config = useSession((state) => state.mirror.config)
  const lines = useMemo(
    () => suggestedLines({ objects, services, config }, terminal.place),
    [objects, services, config, terminal.place],
  )
  if (terminal.problem !== undefined)
    return (
      <p className="term-out" data-err="">
        {terminal.problem}
      </p>
    )
  return (
    <div className="term-beginning" data-uncopied="">
      <p>
        {terminal.place === 'workstation'
          ? 'kubectl on this cluster, and a shell: what you run moves the picture. Try'
          : 'A shell with curl, dig and their kin. Try'}
      </p>
      <ul>
        {lines.map((line) => (
          <li key={line}>
            <button type="button" className="term-suggestion" onClick={() => onChoose(line)}>
              {line}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
