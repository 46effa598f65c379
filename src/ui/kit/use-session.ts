import { createContext, use, useEffect, useSyncExternalStore } from 'react'
import { useStore } from 'zustand'
import type { Ms } from '../../model/index.ts'
import type { Playhead, Session, SessionState } from '../../session/index.ts'

const SessionContext = createContext<Session | null>(null)
export const SessionProvider = SessionContext.Provider

/** The page's session: its named functions are how a component acts. */
export function useActions(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('A component of the page stands outside SessionProvider')
  return session
}

/** A part of the state. The selector returns something that stands in the state already, not something new each time. */
export function useSession<T>(selector: (state: SessionState) => T): T {
  return useStore(useActions().store, selector)
}

export const usePlayhead = (): Playhead => useActions().playhead

/** The playhead as it passes steps of `grain` ms: rerenders at most once a step, not once a frame. */
export function useMoment(grain: Ms): Ms {
  const playhead = usePlayhead()
  return useSyncExternalStore(playhead.subscribe, () => Math.floor(playhead.get() / grain) * grain)
}

/** Calls back with a stretch of text that the editor is asked to show. */
export function useReveal(listener: Parameters<Session['onReveal']>[0]): void {
  const session = useActions()
  useEffect(() => session.onReveal(listener), [session, listener])
}
