import type { Diagnostic, Severity } from '../../model/index.ts'

/** A mark in one file: 1-based lines and columns, the end exclusive. */
export interface Mark {
  readonly severity: Severity
  readonly message: string
  readonly startLineNumber: number
  readonly startColumn: number
  readonly endLineNumber: number
  readonly endColumn: number
  /** Rule of engine/SPEC.md, shown behind the message. */
  readonly rule?: string
}

/** The cluster's diagnostics of a file that have a place in it, as marks; in the order of the text. */
export function marksOf(
  diagnostics: readonly Diagnostic[],
  file: string,
): readonly { mark: Mark; diagnostic: Diagnostic }[] {
  return diagnostics
    .flatMap((diagnostic) => {
      const { source, severity, message, rule } = diagnostic
      if (source?.file !== file) return []
      const mark: Mark = {
        severity,
        message,
        startLineNumber: source.line,
        startColumn: source.column,
        endLineNumber: source.endLine,
        // a mark without length is one that nobody sees
        endColumn: source.from === source.to ? source.endColumn + 1 : source.endColumn,
        ...(rule !== undefined && { rule }),
      }
      return [{ mark, diagnostic }]
    })
    .sort((a, b) => a.mark.startLineNumber - b.mark.startLineNumber || a.mark.startColumn - b.mark.startColumn)
}

interface SchemaMark {
  readonly startLineNumber: number
  readonly endLineNumber: number
  readonly source?: string | undefined
}

/**
 * What the schema says that nobody has said yet: nothing on lines where the API server speaks, and nothing about documents that
 * cannot be read. Syntax errors are left to the engine, which has kubectl's words for them.
 */
export function newSchemaMarks<M extends SchemaMark>(
  schema: readonly M[],
  engine: readonly Mark[],
  lines: readonly string[],
): M[] {
  const errors = engine.filter((mark) => mark.severity === 'error')
  const spoken = new Set(errors.map((mark) => mark.startLineNumber))
  const unreadable = errors.filter(
    (mark) => /^(yaml|json): /.test(mark.message) || mark.message.startsWith('this document is a Helm'),
  )
  const broken = unreadable.map((mark) => documentAround(lines, mark.startLineNumber))
  return schema.filter(
    ({ source, startLineNumber, endLineNumber }) =>
      source?.startsWith('yaml-schema') &&
      !spoken.has(startLineNumber) &&
      !spoken.has(endLineNumber) &&
      !broken.some(([first, last]) => startLineNumber >= first && startLineNumber <= last),
  )
}

/** The first and last line of the document that a line is in. */
function documentAround(lines: readonly string[], line: number): readonly [number, number] {
  let first = line
  while (first > 1 && !lines[first - 1]?.startsWith('---')) first--
  let last = line
  while (last < lines.length && !lines[last]?.startsWith('---')) last++
  return [first, last]
}
