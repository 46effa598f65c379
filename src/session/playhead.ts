import type { Ms } from '../model/index.ts'

/**
 * The moment that is shown, in virtual ms. A store of its own beside zustand: it moves on every animation frame, and what
 * follows it (packets, the time bar) must not wake everything else.
 */
export interface Playhead {
  get(): Ms
  subscribe(listener: () => void): () => void
}

export interface MovablePlayhead extends Playhead {
  set(at: Ms): void
}

export function createPlayhead(): MovablePlayhead {
  let moment: Ms = 0
  const listeners = new Set<() => void>()
  return {
    get: () => moment,
    set(at) {
      if (at === moment) return
      moment = at
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
