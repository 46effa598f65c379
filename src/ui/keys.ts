import { useEffect } from 'react'
import { drawnBoundaries } from '../scene/index.ts'
import type { Session } from '../session/index.ts'
import { toggleTerminal } from './terminal/index.ts'

/** ms that one press of ← goes back. */
const BACK = 500

/** Keys of the page. Time's keys count only while the page itself or the time bar has the focus, so that none is taken from others. */
export function useKeys(session: Session): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || !(event.target instanceof HTMLElement)) return
      const { target, key } = event
      const typing = target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || isTextField(target)
      const page = target === document.body || target === document.documentElement
      const done = () => event.preventDefault()
      if (event.ctrlKey && event.code === 'Backquote' && !document.querySelector('dialog[open]')) {
        done()
        toggleTerminal(session)
        return
      }
      if (event.ctrlKey || event.metaKey) {
        if (page && key.toLowerCase() === 'z') {
          done()
          if (event.shiftKey) session.redo()
          else session.undo()
        }
        return
      }
      if (typing || document.querySelector('dialog[open]')) return
      const { view } = session.store.getState()
      if (key === '?') {
        done()
        session.setView({ dialog: 'help' })
      } else if (view.presenting && key === 'Escape') {
        done()
        session.setView({ presenting: false })
      } else if (view.presenting && (key === 'ArrowRight' || key === 'ArrowLeft') && !target.closest('.react-flow')) {
        done()
        if (key === 'ArrowRight') void session.takeStep(view.storyStep)
        else session.stepBack()
      } else if (page || target.closest('[data-keys=time]')) onTimeKey(session, event)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [session])
}

function onTimeKey(session: Session, event: KeyboardEvent): void {
  const onButton = (event.target as HTMLElement).closest('button') !== null
  switch (event.key) {
    case ' ':
      // on a button of the time bar, space is that button's
      if (onButton) return
      session.togglePlay()
      break
    case 'ArrowRight':
      void (event.shiftKey ? session.stepEvent() : session.stepHop(drawnBoundaries))
      break
    case 'ArrowLeft':
      session.pause()
      session.seek(Math.max(0, session.playhead.get() - BACK))
      break
    case 'Escape':
      session.select(null)
      break
    default:
      return
  }
  event.preventDefault()
}

const isTextField = (target: HTMLElement) =>
  target instanceof HTMLInputElement && !/^(range|checkbox|radio|button|file)$/.test(target.type)
