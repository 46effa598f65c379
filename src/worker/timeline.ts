import type { Cluster, ClusterSnapshot } from '../engine/index.ts'
import type { ClusterEvent, Ms, TextFile, Trace } from '../model/index.ts'

/** A moment that the run can go back to. */
export interface Mark {
  readonly at: Ms
  readonly cluster: ClusterSnapshot
  readonly files: readonly TextFile[]
  /** How many entries of the log had happened. */
  readonly logged: number
}

/** Every so much virtual time a snapshot is kept. */
const MARK_EVERY: Ms = 5000
const MOST_MARKS = 80
const KEPT_TRACES = 2000
const KEPT_EVENTS = 1000

/** Snapshots of a run, and what has been seen of it: what going back needs. */
export class Timeline {
  #marks: Mark[] = []
  traces: Trace[] = []
  events: ClusterEvent[] = []

  clear(): void {
    this.#marks = []
    this.traces = []
    this.events = []
  }

  /** Keep this moment if the last kept one is long enough ago (or `always`). */
  mark(cluster: Cluster, files: readonly TextFile[], logged: number, always = false): void {
    const last = this.#marks.at(-1)
    if (!always && last && cluster.now - last.at < MARK_EVERY) return
    this.#marks.push({ at: cluster.now, cluster: cluster.snapshot(), files, logged })
    if (this.#marks.length > MOST_MARKS) {
      // the farther back, the fewer: every other of the older half goes, never the first
      const half = this.#marks.length >> 1
      this.#marks = this.#marks.filter((_, i) => i === 0 || i >= half || i % 2 === 0)
    }
  }

  /** The last kept moment at or before `at`. */
  before(at: Ms): Mark {
    return this.#marks.findLast((mark) => mark.at <= at) ?? this.#marks[0]!
  }

  /** The last kept moment at or before `at`; what was seen after it is forgotten. */
  rewind(at: Ms): Mark {
    while (this.#marks.length > 1 && this.#marks.at(-1)!.at > at) this.#marks.pop()
    const mark = this.#marks.at(-1)!
    this.traces = this.traces.filter((t) => t.startedAt < mark.at)
    this.events = this.events.filter((e) => e.at < mark.at)
    return mark
  }

  see(traces: readonly Trace[], events: readonly ClusterEvent[]): void {
    if (traces.length > 0) {
      this.traces.push(...traces)
      if (this.traces.length > KEPT_TRACES * 1.5) this.traces = this.traces.slice(-KEPT_TRACES)
    }
    if (events.length > 0) {
      this.events.push(...events)
      if (this.events.length > KEPT_EVENTS * 1.5) this.events = this.events.slice(-KEPT_EVENTS)
    }
  }
}
