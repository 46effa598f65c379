import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyChange, diffFiles, diffText, type LogEntry, lastFirst, type TextFile, textAt } from '../model/index.ts'

const files = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), text: fc.string({ unit: 'binary' }) }),
  {
    selector: (file) => file.name,
    maxLength: 4,
  },
)

describe('the log of edits', () => {
  test('a difference leads from one text to the other, whatever they are', () => {
    fc.assert(
      fc.property(files, files, (before, after) => {
        const change = diffFiles(before, after)
        expect(change ? applyChange(before, change) : before).toEqual(after)
      }),
    )
  })

  test('an edit never cuts a character outside the BMP in two', () => {
    const edit = diffText('a', 'x😀y', 'x😁y')!
    expect(edit).toEqual({ file: 'a', from: 1, to: 3, insert: '😁' })
  })

  test('a file that did not change keeps its identity', () => {
    const a: TextFile = { name: 'a', text: '1' }
    const next = applyChange([a, { name: 'b', text: '2' }], { edits: [{ file: 'b', from: 0, to: 1, insert: '3' }] })
    expect(next![0]).toBe(a)
  })

  test('the text of a moment is that of the edits up to it', () => {
    const log: LogEntry[] = [
      { at: 1000, type: 'edit', edits: [{ file: 'a', from: 0, to: 0, insert: 'x' }] },
      { at: 2000, type: 'edit', edits: [{ file: 'a', from: 1, to: 1, insert: 'y' }] },
    ]
    const at = (ms: number) => textAt([{ name: 'a', text: '' }], log, ms)![0]!.text
    expect([at(0), at(1000), at(1999), at(9000)]).toEqual(['', 'x', 'x', 'xy'])
  })

  test('an edit that lies outside its text is refused', () => {
    expect(
      applyChange([{ name: 'a', text: 'abc' }], { edits: [{ file: 'a', from: 2, to: 9, insert: '' }] }),
    ).toBeUndefined()
    expect(
      applyChange([{ name: 'a', text: 'abc' }], { edits: [{ file: 'a', from: 2, to: 1, insert: '' }] }),
    ).toBeUndefined()
  })

  test('edits that mean one text are made from its end to its start', () => {
    const edits = lastFirst([
      { file: 'a', from: 0, to: 1, insert: 'ONE' },
      { file: 'a', from: 2, to: 3, insert: 'TWO' },
    ])
    expect(applyChange([{ name: 'a', text: '1 2' }], { edits })![0]!.text).toBe('ONE TWO')
  })
})
