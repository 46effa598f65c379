import type { Diagnostic, ObjectKey } from '../../model/index.ts'
import { type State, slot } from '../core/index.ts'

/** What became of a document that gives an object. */
export interface Applied {
  readonly file: string
  /** The value that the API server took last. */
  readonly value: unknown
  /** What it now refuses to take instead, with its words. */
  readonly refused?: { readonly value: unknown; readonly diagnostics: readonly Diagnostic[] }
  /** Hints that came with it (a namespace was made). */
  readonly hints: readonly Diagnostic[]
}

/** Objects that the text holds, by key. */
export const applied = slot<Applied>('page.applied')

/** Whether an object stands in the text. */
export const inText = (state: State, key: ObjectKey): boolean => applied(state).has(key)
