import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { searchBack } from './recall.ts'

interface HistorySearchProps {
  readonly history: readonly string[]
  /** What becomes of the line found: it is edited, or runs at once, or not; `gone`: the focus went elsewhere. */
  readonly onEnd: (end: 'edit' | 'run' | 'leave' | 'gone', line?: string) => void
}

/** Ctrl-R: the newest line that holds what is typed. */
export function HistorySearch({ history, onEnd }: HistorySearchProps): ReactNode {
  const [words, setWords] = useState('')
  const [at, setAt] = useState(history.length)
  const [failed, setFailed] = useState(false)
  const ended = useRef(false)
  const found = history[at]
  const end = (how: 'edit' | 'run' | 'leave' | 'gone') => {
    if (ended.current) return
    ended.current = true
    onEnd(how, found)
  }
  const search = (wanted: string, from: number) => {
    const index = searchBack(history, wanted, from)
    setFailed(wanted !== '' && index < 0)
    if (index >= 0) setAt(index)
    else if (wanted === '') setAt(history.length)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, ctrlKey, nativeEvent } = event
    if (nativeEvent.isComposing) return
    const letter = ctrlKey ? key.toLowerCase() : ''
    if (letter === 'r') search(words, at)
    else if (letter === 'g' || letter === 'c' || key === 'Escape') end('leave')
    else if (key === 'Enter') end('run')
    else if ((key === 'Tab' && !event.shiftKey) || key.startsWith('Arrow') || key === 'Home' || key === 'End')
      end('edit')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="term-line term-search">
      <span className="term-prompt" aria-hidden="true">
        {failed ? '(failed reverse-i-search)`' : '(reverse-i-search)`'}
      </span>
      <input
        className="term-search-input"
        aria-label="Search the history"
        value={words}
        size={Math.max(1, words.length)}
        autoCapitalize="off"
        autoCorrect="off"
        autoComplete="off"
        spellCheck={false}
        ref={(input) => input?.focus()}
        onChange={(event) => {
          const wanted = event.target.value
          setWords(wanted)
          search(wanted, history.length)
        }}
        onKeyDown={onKeyDown}
        onBlur={() => end('gone')}
      />
      <span className="term-prompt" aria-hidden="true">
        {"': "}
      </span>
      <output className="term-found">{found}</output>
    </div>
  )
}
