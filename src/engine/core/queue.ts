import type { Ms } from '../../model/index.ts'

/** Work that is due at a moment. Plain data: never a closure. */
export interface Task {
  readonly at: Ms
  /** Which handler; `index.ts` maps kinds to handlers. */
  readonly kind: string
  /** What it is about, usually an object's key. A kind has at most one pending task for each key. */
  readonly key: string
  readonly data?: unknown
  /** An expiry, time-out, deadline or somebody's "after 5s": a cluster is at rest although these are pending. */
  readonly waits?: boolean
}

export interface Pending extends Task {
  readonly seq: number
}

/** A binary heap by (at, seq), and the pending task for each kind and key; a heap entry that is not the pending one is stale. */
export interface TaskQueue {
  readonly heap: Pending[]
  readonly pending: Map<string, Pending>
  /** How many of the pending do not merely wait. */
  restless: number
}

export const emptyQueue = (): TaskQueue => ({ heap: [], pending: new Map(), restless: 0 })
export const copyQueue = (q: TaskQueue): TaskQueue => ({
  heap: [...q.heap],
  pending: new Map(q.pending),
  restless: q.restless,
})
