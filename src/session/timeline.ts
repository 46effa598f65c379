import type { Ms, Update } from '../model/index.ts'
import type { Clock } from './deps.ts'
import type { EngineLink } from './engine-link.ts'
import type { MovablePlayhead } from './playhead.ts'

/** Wall ms of playing that the worker computes ahead of the playhead. */
const AHEAD = 1000
/** Wall ms ahead while a command runs in a terminal: it cannot be gone back into, so a change comes where the worker is. */
const AHEAD_OF_COMMAND = 150
/** Wall ms of one slice: what is shown is at most this much ahead of the playhead. */
const SLICE = 100
/** A tab that slept does not jump. */
const LONGEST_FRAME = 100
/** Virtual ms up to which going forth is waited for rather than asked as a seek. */
const WALK = 10_000

export interface TimelineEvents {
  /** Make this part of the mirror. */
  fold(update: Update): void
  /** The playhead stands at a moment that it was put to, or passed one by playing. */
  moved(at: Ms): void
  /** A command runs in a terminal at the moment that is shown. */
  commandRuns(): boolean
}

/**
 * Moves the playhead over what the worker has computed, and asks the worker to compute ahead of it. Updates of the future
 * wait here until the playhead comes to them, so that pods and requests on the screen belong to the same moment.
 */
export interface Timeline {
  receive(update: Update): void
  setPlaying(playing: boolean): void
  setSpeed(speed: number): void
  /** Goes to a moment, back or forth; the newest wish wins. */
  moveTo(at: Ms): void
  /** A command of this id changes the run at the playhead: the playhead waits for its answer. */
  awaitChange(id: number, at?: Ms): void
  /** Forget everything: the worker was replaced, or refused the text. */
  clear(): void
  /** How far the worker has computed. */
  computed(): Ms
  /** How far the worker will have computed when it has done what it was asked. */
  reached(): Ms
  stop(): void
}

export function createTimeline(
  clock: Clock,
  engine: () => EngineLink,
  playhead: MovablePlayhead,
  events: TimelineEvents,
): Timeline {
  let playing = false
  let speed = 1
  let computed: Ms = 0
  /** Updates not yet shown, with the moment at which each begins. */
  let future: { readonly from: Ms; readonly update: Update }[] = []
  let advancing: { readonly id: number; readonly to: Ms } | null = null
  /** A change under way, and where the playhead stands once it is there. */
  let changing: { readonly id: number; readonly at?: Ms } | null = null
  let target: Ms | null = null
  /** What is shown belongs to moments up to this one. */
  let shown: Ms = 0
  /** The worker has no run: nothing to advance until one is begun. */
  let idle = true
  let frame: number | null = null
  let lastFrame = 0

  const fold = (update: Update) => {
    shown = update.now
    events.fold(update)
  }
  const foldUpTo = (at: Ms) => {
    let count = 0
    while (count < future.length && future[count]!.from <= at) fold(future[count++]!.update)
    if (count > 0) future = future.slice(count)
  }
  /**
   * Whether showing what waits up to `at` would show nothing of later: somebody who goes to a moment sees that moment, by
   * whatever way they came.
   */
  const isExact = (at: Ms): boolean => {
    if (at < shown) return false
    const last = future.findLast(({ from }) => from <= at)
    return last === undefined || last.update.now <= at || endsBefore(last.update, at)
  }
  const place = (at: Ms) => {
    foldUpTo(at)
    playhead.set(at)
    events.moved(at)
  }
  const askAhead = (wanted: Ms) => {
    if (advancing !== null || changing || computed >= wanted) return
    const to = target === null ? Math.min(wanted, computed + SLICE * speed) : wanted
    advancing = { id: engine().send({ type: 'advance', to }), to }
  }
  const onFrame = () => {
    frame = null
    const now = clock.now()
    const elapsed = Math.min(now - lastFrame, LONGEST_FRAME)
    lastFrame = now
    if (!playing || idle) return
    if (!changing && target === null) {
      const at = Math.min(playhead.get() + elapsed * speed, computed)
      if (at > playhead.get()) place(at)
      askAhead(playhead.get() + (events.commandRuns() ? AHEAD_OF_COMMAND : AHEAD) * speed)
    }
    requestNext()
  }
  const requestNext = () => {
    if (frame === null && playing && !idle) frame = clock.requestFrame(onFrame)
  }
  const pursue = () => {
    if (target === null || changing) return
    if (target >= playhead.get() && target <= computed && isExact(target)) {
      const at = target
      target = null
      place(at)
    } else if (target > computed && target - computed <= WALK) {
      askAhead(target)
    } else {
      changing = { id: engine().send({ type: 'seek', to: target }), at: target }
      target = null
    }
  }

  return {
    receive(update) {
      const answersAdvance = advancing !== null && update.ack >= advancing.id
      if (answersAdvance) advancing = null
      const answersChange = changing !== null && update.ack >= changing.id
      if (update.reset) {
        future = []
        computed = update.now
        fold(update)
      } else if (answersChange || !answersAdvance) {
        // differences build on one another: what waits comes first
        foldUpTo(Number.POSITIVE_INFINITY)
        computed = update.now
        fold(update)
      } else {
        future.push({ from: computed, update })
        computed = update.now
      }
      if (answersChange) {
        const at = changing!.at
        changing = null
        place(Math.min(at ?? playhead.get(), computed))
        lastFrame = clock.now()
      }
      pursue()
      requestNext()
    },
    setPlaying(on) {
      playing = on
      lastFrame = clock.now()
      if (on) requestNext()
    },
    setSpeed(to) {
      speed = to
    },
    moveTo(at) {
      if (idle) return
      target = Math.max(0, at)
      pursue()
    },
    awaitChange(id, at) {
      changing = { id, at }
      target = null
      idle = false
    },
    clear() {
      future = []
      computed = 0
      advancing = null
      changing = null
      target = null
      idle = true
      shown = 0
      playhead.set(0)
    },
    computed: () => computed,
    reached: () => Math.max(computed, advancing?.to ?? 0, playhead.get()),
    stop() {
      if (frame !== null) clock.cancelFrame(frame)
      frame = null
      playing = false
    },
  }
}

/** Nothing of this slice happens after `at`. Objects do not say when they changed: a slice that changes any may. */
function endsBefore(slice: Update, at: Ms): boolean {
  return (
    slice.put.length === 0 &&
    slice.drop.length === 0 &&
    slice.services.length === 0 &&
    slice.traces.every((trace) => trace.startedAt <= at) &&
    slice.events.every((event) => event.at <= at)
  )
}
