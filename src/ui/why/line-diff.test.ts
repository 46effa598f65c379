import { expect, test } from 'vitest'
import { lettersOf } from './letters.ts'
import { lineDiff } from './line-diff.ts'

const shown = (before: string, after: string) =>
  lineDiff(before, after).map(({ sign, line, text }) => `${sign}${line} ${text}`)

test('a fix is shown as the lines that it takes out and puts in, where they stand', () => {
  expect(shown('a\nb: 1\nc\n', 'a\nb: 2\nc\n')).toEqual(['-2 b: 1', '+2 b: 2'])
  expect(shown('a\nc\n', 'a\nb\nc\n')).toEqual(['+2 b'])
  expect(shown('a\nb\nc\n', 'a\nc\n')).toEqual(['-2 b'])
  expect(shown('a\r\nb\r\n', 'a\r\nb\r\n')).toEqual([])
})

test('what stays between two changes is not shown', () => {
  expect(shown('a: 1\nb\nc\nd: 1\n', 'a: 2\nb\nc\nd: 2\n')).toEqual(['-1 a: 1', '+1 a: 2', '-4 d: 1', '+4 d: 2'])
})

test('a near miss is told letter by letter, and both words can be read from it', () => {
  const words = [
    ['stroy', 'story'],
    ['web_app', 'web-app'],
    ['app', 'app.kubernetes.io/name'],
    ['Web', 'web'],
    ['', 'x'],
  ] as const
  for (const [a, b] of words) {
    const { wanted, found } = lettersOf(a, b)
    expect([wanted.map((p) => p.text).join(''), found.map((p) => p.text).join('')]).toEqual([a, b])
    const same = (pieces: typeof wanted) =>
      pieces
        .filter((p) => p.same)
        .map((p) => p.text)
        .join('')
    expect(same(wanted)).toBe(same(found))
  }
  expect(lettersOf('web_app', 'web-app').found).toEqual([
    { text: 'web', same: true },
    { text: '-', same: false },
    { text: 'app', same: true },
  ])
})
