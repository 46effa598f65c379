import { expect, it } from 'vitest'
import { formatClock, formatMs, formatSeconds } from './numbers.ts'

it.each([
  [0, '0 ms'],
  [0.04, '0.1 ms'],
  [1.08, '1.1 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [999.9, '1 s'],
  [1500, '1.5 s'],
  [59_900, '60 s'],
  [65_000, '1 min 5 s'],
  [Number.NaN, '0 ms'],
])('%s ms took %s', (ms, words) => expect(formatMs(ms)).toBe(words))

it.each([
  [0, '0:00.0'],
  [14_200, '0:14.2'],
  [14_299, '0:14.2'],
  [59_999, '0:59.9'],
  [720_000, '12:00.0'],
  [3_723_400, '1:02:03.4'],
  [-5, '0:00.0'],
])('the clock at %s ms says %s', (ms, words) => expect(formatClock(ms)).toBe(words))

it.each([
  [45, '45 s'],
  [90, '1 min 30 s'],
  [10_800, '3 h'],
  [0, '0 s'],
])('%s seconds are %s', (seconds, words) => expect(formatSeconds(seconds)).toBe(words))
