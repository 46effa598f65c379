import type { Scenario } from '../scenarios/index.ts'
import type { StartWorker } from './engine-link.ts'

/** The machine's time and frames, so that tests own them. */
export interface Clock {
  /** ms, monotonic */
  now(): number
  setTimeout(run: () => void, ms: number): number
  clearTimeout(id: number): void
  requestFrame(run: () => void): number
  cancelFrame(id: number): void
}

/** localStorage's shape. Every call may throw (private windows, full). */
export interface KeyValueStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** The page's address, as far as links need it. */
export interface PageLocation {
  /** With its `#`, or empty. */
  hash(): string
  /** Replaces the fragment without a step in the browser's history. */
  replaceHash(hash: string): void
  /** The address without its fragment. */
  base(): string
}

export interface SessionDeps {
  readonly startWorker: StartWorker
  readonly storage: KeyValueStorage
  readonly clock: Clock
  readonly location: PageLocation
  readonly scenarios: readonly Scenario[]
  /** Fetches more examples, see `SessionState.gallery`. Rejects when they cannot be fetched. */
  loadGallery(): Promise<readonly Scenario[]>
}
