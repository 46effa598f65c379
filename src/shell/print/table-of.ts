import type { Ms } from '../../model/index.ts'

/** How a kind is listed: its columns, those of `-o wide` last or marked, and a row of cells for each. */
export interface TableOf {
  /** A leading `+` marks a column that only `-o wide` shows. */
  readonly columns: readonly string[]
  /** Cells for all columns. `now` is the cluster's age. */
  readonly row: (o: Loose, now: Ms, wide: boolean) => readonly (string | number | boolean)[]
}

/** An object as a printer reads it: whatever is there. */
// biome-ignore lint/suspicious/noExplicitAny: printers read fields that the model does not type, of objects that the API server checked
export type Loose = any
