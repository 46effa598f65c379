import type { KObject, ObjectKey, Path } from '../../model/index.ts'

/** A document of the text that gives no object, because the API server refused it. */
export interface Refusal {
  readonly object: ObjectKey
  /** As written: only its shape up to kind and metadata.name is certain. */
  readonly value: KObject
  readonly message: string
  readonly path: Path
}

/** What the page's text knows and the cluster does not. */
export interface Known {
  readonly refusals: () => readonly Refusal[]
  /** It stands in the text, and a command took it away. */
  readonly deletedByHand: (object: ObjectKey) => boolean
}

export const NOTHING_KNOWN: Known = { refusals: () => [], deletedByHand: () => false }
