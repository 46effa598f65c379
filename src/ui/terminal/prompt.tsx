import { Play, Square } from 'lucide-react'
import {
  type ChangeEvent,
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react'
import { FIRST_TERMINAL } from '../../model/index.ts'
import { useActions, useSession } from '../kit/index.ts'
import { CANDIDATES_ID, Candidates, candidateId } from './candidates.tsx'
import { promptIs } from './focus-wish.ts'
import { HistorySearch } from './history-search.tsx'
import { controlKey, draftOf, inFirstLine, inLastLine, insert, plainPunctuation } from './line-edit.ts'
import { beginRecall, draftAt, newer, older, type Recall } from './recall.ts'
import { useCompletion } from './use-completion.ts'
import type { Shown } from './use-transcript.ts'
import type { Typing } from './use-typing.ts'

const HELP = 'Tab completes, and leaves an empty line. Escape goes to the tab of the drawer. Ctrl+C stops a command.'

interface PromptProps {
  readonly terminal: string
  readonly typing: Typing
  readonly shown: Shown
  /** Ctrl-L. */
  readonly onClear: () => void
  /** Scrolls what is above, by so many pages. */
  readonly onPage: (by: number) => void
}

/** The line in which one types. */
export function Prompt({ terminal, typing, shown, onClear, onPage }: PromptProps): ReactNode {
  const session = useActions()
  const history = useSession((state) => state.terminals.history)
  const offered = useSession((state) => state.terminals.offer)
  const playing = useSession((state) => state.playback.playing)
  const completion = useCompletion(terminal, typing)
  const [searching, setSearching] = useState(false)
  const recall = useRef<Recall | null>(null)
  const cut = useRef('')
  const { draft, box } = typing
  const busy = shown.running || shown.waiting.length > 0
  const { offer } = completion

  useEffect(() => {
    if (searching) return
    promptIs(box.current)
    return () => promptIs(null)
  }, [box, searching])
  const edit = (change: Parameters<typeof typing.put>[0]) => {
    recall.current = null
    completion.close()
    typing.put(change)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: each offer is taken once
  useEffect(() => {
    if (offered?.terminal !== terminal) return
    session.takeOffer()
    // a shell that was asked for, with nothing to say: what is being typed stays
    if (offered.line !== '') edit(draftOf(offered.line))
    box.current?.focus()
  }, [offered])
  const run = () => {
    recall.current = null
    completion.close()
    typing.run()
  }
  const interrupt = () => {
    if (shown.running) session.interrupt(terminal)
    else edit(draftOf(''))
  }
  /** Of the shell that was entered here, not the first one of the lab. */
  const exit = () => {
    const first = terminal === FIRST_TERMINAL && shown.place === 'workstation'
    if (!busy && !first) session.typeLine(terminal, 'exit', { unremembered: true })
    else if (!busy) session.notify('This is the first shell of the lab: it stays open.')
  }
  const walk = (back: boolean) => {
    const from = recall.current ?? beginRecall(typing.current(), history)
    const to = back ? older(from, history) : recall.current && newer(from, history)
    if (!to) return
    recall.current = to.index === history.length ? null : to
    completion.close()
    typing.put(draftAt(to, history))
  }

  const onControl = (key: string): boolean => {
    switch (key) {
      case 'c':
        if (hasSelection(box.current)) return false
        interrupt()
        return true
      case 'd':
        if (typing.current().text === '') exit()
        else {
          const { text, caret } = typing.current()
          edit({ text: text.slice(0, caret) + text.slice(caret + 1), caret })
        }
        return true
      case 'l':
        onClear()
        return true
      case 'r':
        completion.close()
        setSearching(true)
        return true
      case 'p':
      case 'n':
        walk(key === 'p')
        return true
      default: {
        const edited = controlKey(key, typing.current(), cut.current)
        if (!edited) return false
        if (edited.cut) cut.current = edited.cut
        edit(edited.draft)
        return true
      }
    }
  }

  /** Whether the key was the terminal's. */
  const onKey = (event: KeyboardEvent): boolean => {
    const { key, shiftKey } = event
    if (event.ctrlKey && !event.altKey && !event.metaKey && !shiftKey && key.length === 1)
      return onControl(key.toLowerCase())
    if (event.altKey || event.metaKey || event.ctrlKey) return false
    switch (key) {
      case 'Enter':
        if (offer && offer.chosen >= 0) completion.take(offer.chosen)
        else if (shiftKey) edit(insert(typing.current(), '\n'))
        else run()
        return true
      case 'Tab':
        if (offer) completion.move(shiftKey ? -1 : 1)
        else if (shiftKey || draft.text === '') return false
        else completion.ask()
        return true
      case 'Escape':
        if (offer) completion.close(true)
        else document.getElementById('tab-terminal')?.focus()
        return true
      case 'ArrowLeft':
      case 'ArrowRight':
        if (!offer) return false
        completion.move(key === 'ArrowLeft' ? -1 : 1)
        return true
      case 'ArrowUp':
      case 'ArrowDown':
        if (offer) {
          completion.move(key === 'ArrowUp' ? -1 : 1)
          return true
        }
        if (!(key === 'ArrowUp' ? inFirstLine : inLastLine)(typing.current())) return false
        walk(key === 'ArrowUp')
        return true
      case 'PageUp':
      case 'PageDown':
        onPage(key === 'PageUp' ? -1 : 1)
        return true
      default:
        return false
    }
  }

  const onKeyDown = (event: KeyboardEvent) => {
    // the page's own keys are no keys of a line
    if (!(event.ctrlKey && event.code === 'Backquote')) event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    if (onKey(event)) event.preventDefault()
  }
  const onChange = ({ nativeEvent }: ChangeEvent) => {
    recall.current = null
    completion.close()
    typing.typed()
    const { inputType } = nativeEvent as InputEvent
    if (inputType === 'insertLineBreak' || inputType === 'insertParagraph') {
      // a soft keyboard's Enter may come as text
      const { text, caret } = typing.current()
      typing.put({ text: text.slice(0, caret - 1) + text.slice(caret), caret: caret - 1 })
      run()
    } else if (inputType === 'insertText' && window.matchMedia('(pointer: coarse)').matches)
      typing.put(plainPunctuation(typing.current()))
  }
  const onPaste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text/plain').replace(/\r\n?/g, '\n')
    if (!pasted.includes('\n')) return
    event.preventDefault()
    const { selectionStart, selectionEnd } = box.current!
    const { text } = typing.current()
    const without = { text: text.slice(0, selectionStart) + text.slice(selectionEnd), caret: selectionStart }
    edit(insert(without, pasted.replace(/\n+$/, '')))
    if (pasted.endsWith('\n')) typing.run()
    else typing.settle()
  }

  const lines = draft.text.split('\n').length
  const margin = `${busy ? '' : shown.prompt}${'\n> '.repeat(lines - 1)}`
  return (
    <>
      {searching ? (
        <HistorySearch
          history={history}
          onEnd={(end, line) => {
            setSearching(false)
            if (line !== undefined && (end === 'edit' || end === 'run')) edit(draftOf(line))
            if (line !== undefined && end === 'run') typing.run()
            if (end !== 'gone') requestAnimationFrame(() => box.current?.focus())
          }}
        />
      ) : (
        <div className="term-line">
          <span className="term-prompt" aria-hidden="true">
            {margin}
          </span>
          <div className="term-grow" data-text={`${draft.text} `}>
            <textarea
              ref={box}
              className="term-input"
              aria-label={`Command line, ${shown.prompt.trim()}`}
              enterKeyHint="send"
              aria-description={HELP}
              aria-autocomplete="list"
              aria-controls={offer ? CANDIDATES_ID : undefined}
              aria-activedescendant={offer && offer.chosen >= 0 ? candidateId(offer.chosen) : undefined}
              placeholder={shown.left && !busy ? 'The shell has ended. A line begins a new one.' : undefined}
              value={draft.text}
              rows={1}
              autoCapitalize="off"
              autoCorrect="off"
              autoComplete="off"
              spellCheck={false}
              onChange={onChange}
              onKeyDown={onKeyDown}
              onPaste={onPaste}
            />
          </div>
          {busy && (
            <span className="term-busy">
              {playing ? (
                <>
                  runs…{' '}
                  <button type="button" className="kit-link" onClick={interrupt}>
                    Ctrl-C stops it
                  </button>
                </>
              ) : (
                <StoodStill onStop={interrupt} />
              )}
            </span>
          )}
        </div>
      )}
      <Candidates completion={completion} />
      <SoftKeys
        onTab={() => (offer ? completion.move(1) : completion.ask())}
        onInterrupt={interrupt}
        onWalk={walk}
        keepFocus={() => box.current?.focus()}
      />
    </>
  )
}

function StoodStill({ onStop }: { readonly onStop: () => void }): ReactNode {
  const { play } = useActions()
  return (
    <>
      The clock stands still:
      <button type="button" className="kit-button" onClick={play}>
        <Play aria-hidden="true" /> play
      </button>
      <button type="button" className="kit-button" onClick={onStop}>
        <Square aria-hidden="true" /> stop
      </button>
    </>
  )
}

interface SoftKeysProps {
  readonly onTab: () => void
  readonly onInterrupt: () => void
  readonly onWalk: (back: boolean) => void
  readonly keepFocus: () => void
}

/** Keys that soft keyboards have not. */
function SoftKeys({ onTab, onInterrupt, onWalk, keepFocus }: SoftKeysProps): ReactNode {
  const key = (name: string, label: string, does: () => void) => (
    <button
      type="button"
      className="term-key"
      aria-label={label}
      // the prompt keeps the focus, and with it the keyboard stays
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => {
        does()
        keepFocus()
      }}
    >
      {name}
    </button>
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form
    <div className="term-keys" role="group" aria-label="Keys">
      {key('Tab', 'Complete', onTab)}
      {key('Ctrl-C', 'Stop', onInterrupt)}
      {key('↑', 'Older line', () => onWalk(true))}
      {key('↓', 'Newer line', () => onWalk(false))}
    </div>
  )
}

/** Whether Ctrl-C is to copy. */
function hasSelection(box: HTMLTextAreaElement | null): boolean {
  if (box && box.selectionStart !== box.selectionEnd) return true
  const selection = window.getSelection()
  return selection !== null && !selection.isCollapsed && selection.toString() !== ''
}
