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

/** A task that is scheduled. */
export type Pending = Task

/** The tasks of one moment, in the order in which they were scheduled; those before `next` are done. */
export interface Moment {
  readonly at: Ms
  readonly tasks: Pending[]
  next: number
}

/**
 * Moments by time, and the pending task for each kind and key; a task of a moment that is not the pending one is stale. Thousands of tasks
 * share few moments, so only the moments are kept in a heap.
 */
export interface TaskQueue {
  /** A binary heap by time. */
  readonly moments: Moment[]
  readonly byTime: Map<Ms, Moment>
  /** Kind → key → task. */
  readonly pending: Map<string, Map<string, Pending>>
  /** How many of the pending do not merely wait. */
  restless: number
}

export const emptyQueue = (): TaskQueue => ({ moments: [], byTime: new Map(), pending: new Map(), restless: 0 })

export function copyQueue(q: TaskQueue): TaskQueue {
  const moments = q.moments.map(({ at, tasks, next }): Moment => ({ at, tasks: tasks.slice(next), next: 0 }))
  return {
    moments,
    byTime: new Map(moments.map((moment) => [moment.at, moment])),
    pending: new Map([...q.pending].map(([kind, byKey]) => [kind, new Map(byKey)])),
    restless: q.restless,
  }
}
