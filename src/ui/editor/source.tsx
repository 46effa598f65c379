import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { useActions } from '../kit/index.ts'
import type { MonacoText } from './monaco-text.ts'
import { PlainText } from './plain-text.tsx'

/**
 * The text of the active file. First a <textarea>; the first touch of it fetches Monaco, which takes over in one go, between two keys:
 * text, caret, selection, scroll and focus. With a finger it stays a <textarea>.
 */
export function Source(): ReactNode {
  const session = useActions()
  const area = useRef<HTMLTextAreaElement>(null)
  const host = useRef<HTMLDivElement>(null)
  const monaco = useRef<MonacoText | null>(null)
  const waking = useRef(false)
  const [taken, setTaken] = useState(false)
  useEffect(
    () => () => {
      monaco.current?.dispose()
      monaco.current = null
    },
    [],
  )

  const wake = useCallback(
    async (event: { pointerType?: string }) => {
      const finger = event.pointerType === 'touch' || window.matchMedia('(pointer: coarse)').matches
      if (waking.current || finger) return
      waking.current = true
      try {
        const { prepareMonaco } = await import('./monaco-text.ts')
        const mount = await prepareMonaco()
        if (!area.current) return
        await quiet(area.current)
        const element = area.current
        if (!element || !host.current || monaco.current) return
        const { value, selectionStart, selectionEnd, selectionDirection, scrollTop, scrollLeft } = element
        const [start, end] = [placeOf(value, selectionStart), placeOf(value, selectionEnd)]
        host.current.hidden = false
        monaco.current = mount(host.current, session, {
          selection: { start, end, backward: selectionDirection === 'backward' },
          scroll: { top: scrollTop, left: scrollLeft },
          focused: document.activeElement === element,
        })
        setTaken(true)
      } catch (error) {
        // not reachable now: the textarea goes on, and the next touch tries again
        console.warn('The editor could not be loaded.', error)
        waking.current = false
      }
    },
    [session],
  )

  return (
    <div className="editor-source" id="editor-source" role="tabpanel" aria-labelledby="editor-tab">
      <div className="editor-monaco" ref={host} hidden={!taken} />
      {!taken && <PlainText area={area} onWake={wake} />}
    </div>
  )
}

/** 1-based line and column of an offset. */
function placeOf(text: string, offset: number): { lineNumber: number; column: number } {
  const before = text.slice(0, offset)
  return { lineNumber: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** Waits while a character is being composed or a selection drawn: those belong to the element that they began in. */
function quiet(area: HTMLTextAreaElement): Promise<void> {
  return new Promise((resolve) => {
    let pressed = area.matches(':active')
    let composing = area.dataset.composing !== undefined
    const done = () => {
      if (pressed || composing) return
      window.removeEventListener('pointerup', onUp)
      window.removeEventListener('pointercancel', onUp)
      area.removeEventListener('compositionend', onEnd)
      resolve()
    }
    const onUp = () => {
      pressed = false
      // the browser sets the selection behind this event
      setTimeout(done)
    }
    const onEnd = () => {
      composing = false
      setTimeout(done)
    }
    window.addEventListener('pointerup', onUp)
    window.addEventListener('pointercancel', onUp)
    area.addEventListener('compositionend', onEnd)
    done()
  })
}
