import type { Ms, Trace } from '../model/index.ts'
import type { Core } from './session-core.ts'

export const SLOWEST = 0.1
export const FASTEST = 10

/** Absolute playhead times at which the drawing of a trace enters its next hop (`scene` knows them). */
export type DrawnBoundaries = (trace: Trace) => readonly Ms[]

export interface TimeActions {
  play(): void
  pause(): void
  togglePlay(): void
  /** Bounded to 0.1 … 10. */
  setSpeed(speed: number): void
  /** The present text from moment 0, the log forgotten. */
  startOver(): void
  /** Pauses, and goes to the next moment at which a drawn request enters a hop. */
  stepHop(boundaries: DrawnBoundaries): Promise<void>
  /** Pauses, and goes to the next moment at which a request starts or an event is written. */
  stepEvent(): Promise<void>
  /** Goes to a moment, back or forth. The text becomes that of the moment. */
  seek(at: Ms): void
}

/** Two moments closer than this are one (playheads are fractions of ms). */
const SAME = 0.5

export function timeActions(core: Core): TimeActions {
  const { store, playhead, timeline, engine } = core

  const setPlaying = (playing: boolean) => {
    if (store.getState().playback.playing !== playing)
      store.setState((state) => ({ playback: { ...state.playback, playing } }))
    timeline.setPlaying(playing)
  }
  const nextEvent = async (after: Ms): Promise<Ms | null> => {
    const answer = await engine.ask({ type: 'next-event', after })
    return answer?.type === 'next-event' ? answer.at : null
  }
  const pause = () => setPlaying(false)
  const play = () => {
    if (store.getState().status.phase !== 'crashed') setPlaying(true)
  }

  return {
    play,
    pause,
    togglePlay: () => (store.getState().playback.playing ? pause() : play()),
    setSpeed(speed) {
      const bounded = Math.min(FASTEST, Math.max(SLOWEST, speed))
      store.setState((state) => ({ playback: { ...state.playback, speed: bounded } }))
      timeline.setSpeed(bounded)
    },
    startOver() {
      const { document } = store.getState()
      core.openDocument({ ...document, baseFiles: document.files, log: [] }, { pushEdits: false })
    },
    async stepHop(boundaries) {
      pause()
      core.flush()
      const after = playhead.get() + SAME
      let next = Number.POSITIVE_INFINITY
      for (const trace of store.getState().mirror.traces) {
        for (const at of boundaries(trace)) if (at > after && at < next) next = at
      }
      // a request that is not computed yet may begin before that
      const start = await nextEvent(after)
      if (start !== null && start < next) next = start
      if (next < Number.POSITIVE_INFINITY) timeline.moveTo(next)
    },
    async stepEvent() {
      pause()
      core.flush()
      const next = await nextEvent(playhead.get() + SAME)
      if (next !== null) timeline.moveTo(next)
    },
    seek(at) {
      core.flush()
      timeline.moveTo(at)
    },
  }
}
