import { describe, expect, it } from 'vitest'
import type { Diagnostic, SourceRange } from '../../model/index.ts'
import { marksOf, newSchemaMarks } from './markers.ts'

const at = (line: number, column = 1, length = 4): SourceRange => ({
  file: 'a.yaml',
  from: 0,
  to: length,
  line,
  column,
  endLine: line,
  endColumn: column + length,
})
const error = (line: number, message: string): Diagnostic => ({
  severity: 'error',
  code: 'x',
  message,
  source: at(line),
})
const schema = (line: number, source = 'yaml-schema: kubernetes') => ({
  startLineNumber: line,
  endLineNumber: line,
  source,
})

describe('marks in the text', () => {
  it('stand in their own file, in the order of the text', () => {
    const elsewhere = { ...error(1, 'b'), source: { ...at(1), file: 'b.yaml' } }
    const found = marksOf(
      [error(7, 'late'), elsewhere, error(2, 'early'), { ...error(3, 'nowhere'), source: undefined }],
      'a.yaml',
    )
    expect(found.map(({ mark }) => mark.message)).toEqual(['early', 'late'])
  })

  it('can be seen, even where there is nothing to underline', () => {
    const [found] = marksOf([{ ...error(1, 'x'), source: { ...at(1, 5, 0) } }], 'a.yaml')
    expect(found!.mark).toMatchObject({ startColumn: 5, endColumn: 6 })
  })
})

describe('what the schema finds', () => {
  const lines = ['kind: Pod', 'spec:', '  a: 1', '---', 'kind: [', 'b: 1', '---', 'kind: Node']
  const engine = (...diagnostics: Diagnostic[]) => marksOf(diagnostics, 'a.yaml').map(({ mark }) => mark)

  it('is shown where nobody else speaks', () => {
    expect(newSchemaMarks([schema(3), schema(8)], [], lines)).toHaveLength(2)
  })

  it('is not said again where the API server has refused it in its own words', () => {
    const marks = engine(error(3, 'strict decoding error: unknown field "spec.a"'))
    expect(newSchemaMarks([schema(2), schema(3)], marks, lines)).toEqual([schema(2)])
  })

  it('is left out of a document that cannot be read, and syntax is left to kubectl’s words', () => {
    const marks = engine(error(5, "yaml: line 2: did not find expected ',' or ']'"))
    expect(newSchemaMarks([schema(1), schema(6), schema(8), schema(8, 'YAML')], marks, lines)).toEqual([
      schema(1),
      schema(8),
    ])
  })
})
