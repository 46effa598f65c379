import type { ClusterEvent, Ms, TerminalEntry, TextFile, Trace } from '../model/index.ts'
import type { World, WorldSnapshot } from './world.ts'

/** A moment that the run can go back to. */
export interface Mark {
  readonly at: Ms
  readonly world: WorldSnapshot
  readonly files: readonly TextFile[]
  /** How many entries of the log had happened. */
  readonly logged: number
  /** How much had been seen. */
  readonly seen: { readonly traces: number; readonly events: number; readonly terminal: number }
}

/** Every so much virtual time a snapshot is kept. */
const MARK_EVERY: Ms = 5000
const MOST_MARKS = 80
const KEPT_TRACES = 2000
const KEPT_EVENTS = 1000
const KEPT_ENTRIES = 5000
/** While a command runs: how often its moments are kept, and for how long. */
const PASSING_EVERY: Ms = 100
const PASSING_KEPT = 30

/** Newest things of a run, and how many there have been: going back leaves those that had been seen by then. */
class Seen<T> {
  #kept: T[] = []
  #dropped = 0

  constructor(readonly most: number) {}

  get all(): readonly T[] {
    return this.#kept
  }

  get count(): number {
    return this.#dropped + this.#kept.length
  }

  add(more: readonly T[]): void {
    if (more.length === 0) return
    this.#kept.push(...more)
    if (this.#kept.length <= this.most * 1.5) return
    this.#dropped += this.#kept.length - this.most
    this.#kept = this.#kept.slice(-this.most)
  }

  backTo(count: number): void {
    this.#kept.length = Math.min(this.#kept.length, Math.max(0, count - this.#dropped))
    this.#dropped = count - this.#kept.length
  }
}

/** Snapshots of a run, and what has been seen of it: what going back needs. */
export class Timeline {
  #marks: Mark[] = []
  /** Moments while a command runs: good for looking at the cluster, not for going on from them. */
  #passing: Mark[] = []
  #traces = new Seen<Trace>(KEPT_TRACES)
  #events = new Seen<ClusterEvent>(KEPT_EVENTS)
  #terminal = new Seen<TerminalEntry>(KEPT_ENTRIES)

  get traces(): readonly Trace[] {
    return this.#traces.all
  }

  get events(): readonly ClusterEvent[] {
    return this.#events.all
  }

  get terminal(): readonly TerminalEntry[] {
    return this.#terminal.all
  }

  clear(): void {
    this.#marks = []
    this.#passing = []
    this.#traces = new Seen(KEPT_TRACES)
    this.#events = new Seen(KEPT_EVENTS)
    this.#terminal = new Seen(KEPT_ENTRIES)
  }

  /**
   * Keep this moment if the last kept one is long enough ago (or `always`). Everything that happened by now has to have been seen. A
   * moment at which a command runs is not one to go back to: a running command cannot be copied, only run again from its beginning.
   */
  mark(world: World, files: readonly TextFile[], logged: number, always = false): void {
    const { now } = world.cluster
    const marks = world.isResting ? this.#marks : this.#passing
    const last = marks.at(-1)
    if (!always && last && now - last.at < (world.isResting ? MARK_EVERY : PASSING_EVERY)) return
    const seen = { traces: this.#traces.count, events: this.#events.count, terminal: this.#terminal.count }
    marks.push({ at: now, world: world.snapshot(), files, logged, seen })
    if (world.isResting) this.#passing = []
    else if (marks.length > PASSING_KEPT) marks.shift()
    if (this.#marks.length > MOST_MARKS) {
      // the farther back, the fewer: every other of the older half goes, never the first
      const half = this.#marks.length >> 1
      this.#marks = this.#marks.filter((_, i) => i === 0 || i >= half || i % 2 === 0)
    }
  }

  /** The last kept moment at or before `at`, to look at. */
  before(at: Ms): Mark {
    const isBefore = (mark: Mark) => mark.at <= at
    return this.#passing.findLast(isBefore) ?? this.#marks.findLast(isBefore) ?? this.#marks[0]!
  }

  /** The last kept moment at or before `at` to go on from; what was seen after it is forgotten. */
  rewind(at: Ms): Mark {
    while (this.#marks.length > 1 && this.#marks.at(-1)!.at > at) this.#marks.pop()
    const mark = this.#marks.at(-1)!
    this.#passing = []
    this.#traces.backTo(mark.seen.traces)
    this.#events.backTo(mark.seen.events)
    this.#terminal.backTo(mark.seen.terminal)
    return mark
  }

  see(traces: readonly Trace[], events: readonly ClusterEvent[], terminal: readonly TerminalEntry[]): void {
    this.#traces.add(traces)
    this.#events.add(events)
    this.#terminal.add(terminal)
  }
}
