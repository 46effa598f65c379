import type { NearMiss } from './near-miss.ts'
import type { ObjectKey } from './objects.ts'

/** Where in an object: keys and indices from its root. Shown as `spec.ports[0].targetPort`. */
export type Path = readonly (string | number)[]

/** A path in Kubernetes' own notation; keys that are no plain names stand in brackets (`metadata.labels[app.kubernetes.io/name]`). */
export function formatPath(path: Path): string {
  let out = ''
  for (const part of path) {
    if (typeof part === 'number') out += `[${part}]`
    else if (/^[A-Za-z_][\w-]*$/.test(part)) out += out === '' ? part : `.${part}`
    else out += `[${part}]`
  }
  return out
}

/** A stretch of a file's text: UTF-16 offsets, and the same as 1-based lines and columns (the end is exclusive). */
export interface SourceRange {
  readonly file: string
  readonly from: number
  readonly to: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export type Severity = 'error' | 'warning' | 'hint'

/** A change to the text, said in terms of the object; `manifest` finds the place and keeps comments and layout. */
export interface Fix {
  /** What the button says: "Change targetPort to 8080". */
  readonly label: string
  /** The object that is changed. For `addDocument` the new document's own key. */
  readonly object: ObjectKey
  readonly path: Path
  /** set: put the value at the path, parents are made; remove: take it out; addDocument: append `value` as a document. */
  readonly op: 'set' | 'remove' | 'addDocument' | 'removeDocument'
  readonly value?: unknown
  /** Further steps of the same fix, done after it. */
  readonly and?: readonly Omit<Fix, 'label' | 'and'>[]
}

/** The one shape of a syntax error, an API server's refusal, and advice. */
export interface Diagnostic {
  readonly severity: Severity
  /** Stable and machine readable: `yaml.syntax`, `api.refused`, `api.unknown-kind`, `selector.no-match` … */
  readonly code: string
  /** One sentence; Kubernetes' own words where it has some. */
  readonly message: string
  readonly object?: ObjectKey
  /** Others that take part, after `object`. */
  readonly others?: readonly ObjectKey[]
  readonly path?: Path
  readonly source?: SourceRange
  /** Id of a rule of engine/SPEC.md. */
  readonly rule?: string
  readonly fix?: Fix
  /** Other edits that would mend it too. */
  readonly otherFixes?: readonly Fix[]
  /** A label or name that nearly is another. */
  readonly nearMisses?: readonly NearMiss[]
  /** A fix that is no text edit: the API server refuses the change, `kubectl replace --force` would do it. */
  readonly recreate?: ObjectKey
}

/** One document of a text, read: the value as kubectl would send it, or why it could not be read. */
export interface SourceDoc {
  readonly file: string
  /** Its number within the file, from 0; the items of a List share it and differ in `item`. */
  readonly index: number
  /** For an item of a List: the path of the item in the document (["items", 3]). */
  readonly item?: Path
  readonly source: SourceRange
  /** undefined: unreadable (see problems) */
  readonly value: unknown
  /** Syntax errors (with their ranges), or hints about the document. */
  readonly problems: readonly Diagnostic[]
}
