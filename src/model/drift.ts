import type { Fix, Path } from './diagnostic.ts'
import type { ObjectKey } from './objects.ts'

/** One field in which the cluster's object is not what the text says, because somebody changed it by hand. */
export interface DriftField {
  readonly path: Path
  /** undefined: the text does not say it, or the object has it no more */
  readonly text?: unknown
  readonly cluster?: unknown
}

/** An object that a command made, changed or deleted, and that the text does not say so of. */
export interface Drift {
  readonly object: ObjectKey
  readonly how: 'changed' | 'created' | 'deleted'
  /** Of a changed object. */
  readonly fields: readonly DriftField[]
  /** The edit of the text that says what the cluster holds. */
  readonly fix?: Fix
}
