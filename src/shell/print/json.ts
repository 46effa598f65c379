import { sortedKeys } from '../documents.ts'

/** Go's encoding/json escapes these for the sake of HTML. */
const escaped = (json: string) =>
  json.replace(/[<>&\u2028\u2029]/g, (ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** As `kubectl -o json`: sorted keys, four spaces. k8s cli-runtime pkg/printers/json.go (v1.36) */
export const toJson = (value: unknown): string => `${escaped(JSON.stringify(sortedKeys(value), undefined, 4))}\n`

/** The same for a Go struct: its fields stay in their order. */
export const structJson = (value: unknown): string => `${escaped(JSON.stringify(value, undefined, 4))}\n`

/** On one line, as json.Marshal. */
export const compactJson = (value: unknown): string => escaped(JSON.stringify(sortedKeys(value)) ?? 'null')
