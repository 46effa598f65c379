import fc from 'fast-check'
import { expect, it } from 'vitest'
import { unifiedDiff } from './line-diff.ts'

const text = (...lines: string[]) => lines.map((l) => `${l}\n`).join('')

it('[KCTL-9] hunks have three lines around them, as diff -u writes them', () => {
  const before = text('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')
  const after = text('a', 'b', 'c', 'd', 'E', 'f', 'g', 'h', 'i')
  expect(unifiedDiff(before, after)).toBe('@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n')
  expect(unifiedDiff(before, before)).toBe('')
  expect(unifiedDiff('', text('a', 'b'))).toBe('@@ -0,0 +1,2 @@\n+a\n+b\n')
  expect(unifiedDiff(text('a'), '')).toBe('@@ -1 +0,0 @@\n-a\n')
})

it('[KCTL-9] with both sides of the hunks and what stands between, each text is there again', () => {
  const line = fc.constantFrom('a', 'b', 'c', 'd')
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.array(line, { maxLength: 30 }), (a, b) => {
      const patched: string[] = []
      let at = 0
      for (const l of unifiedDiff(text(...a), text(...b)).split('\n')) {
        const start = /^@@ -(\d+)(?:,(\d+))? /.exec(l)
        if (start) {
          const from = Number(start[1]) - (start[2] === '0' ? 0 : 1)
          patched.push(...a.slice(at, from))
          at = from
        } else if (l.startsWith('+')) patched.push(l.slice(1))
        else if (l.startsWith(' ') || l.startsWith('-')) {
          expect(a[at]).toBe(l.slice(1))
          at++
          if (l.startsWith(' ')) patched.push(l.slice(1))
        }
      }
      expect([...patched, ...a.slice(at)]).toEqual(b)
    }),
  )
})
