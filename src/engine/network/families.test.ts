import { expect, test } from 'vitest'
import { Attempts } from './attempts.ts'
import { inPreferredOrder } from './families.ts'

test('[DNS-18] addresses are ranked as RFC 6724 does, and else stay as they came', () => {
  const own = ['10.244.1.2', 'fd00:10:244:1::2']
  expect(inPreferredOrder(['fd00::1', '10.0.0.1', 'fd00::2', '10.0.0.2'], own)).toEqual([
    '10.0.0.1',
    '10.0.0.2',
    'fd00::1',
    'fd00::2',
  ])
  // a private source for a public destination: the labels differ, so IPv4 goes first
  expect(inPreferredOrder(['2001:db8::1', '203.0.113.1'], own)).toEqual(['203.0.113.1', '2001:db8::1'])
  expect(inPreferredOrder(['203.0.113.1', '2001:db8::1'], ['203.0.113.9', '2001:db8::9'])).toEqual([
    '2001:db8::1',
    '203.0.113.1',
  ])
  expect(inPreferredOrder(['2002::1', '2001:0:1::1', '2001:db8::1'], ['2001:db8::9'])[0]).toBe('2001:db8::1')
  // whoever has no address of a family cannot use it
  expect(inPreferredOrder(['fd00::1', '10.0.0.1'], ['10.244.1.2'])).toEqual(['10.0.0.1'])
  expect(inPreferredOrder(['127.0.0.1', '::1'], own)).toEqual(['::1', '127.0.0.1'])
})

test('[NET-15] the first family has 200 ms, then the other; what is left of the first comes last', () => {
  const attempts = new Attempts(['fd00::1', 'fd00::2', '10.0.0.1', '10.0.0.2'], 2000, true)
  expect(attempts.next(0)).toEqual({ dst: 'fd00::1', until: 200 })
  attempts.failed('fd00::1', 'silent')
  expect(attempts.next(200)).toMatchObject({ dst: '10.0.0.1', instead: { of: 'fd00::1', because: 'silent' } })
  attempts.failed('10.0.0.1', 'refused')
  expect(attempts.next(201)).toMatchObject({ dst: '10.0.0.2' })
  attempts.failed('10.0.0.2', 'refused')
  expect(attempts.next(202)).toEqual({ dst: 'fd00::2', until: 2000 })
  attempts.failed('fd00::2', 'refused')
  expect([attempts.next(203), attempts.open]).toEqual([undefined, 'fd00::1'])
})

test('[NET-15] an address that refuses is followed by the next of its own family', () => {
  const attempts = new Attempts(['10.0.0.1', '10.0.0.2', 'fd00::1'], 2000, true)
  const order: string[] = []
  for (let next = attempts.next(0); next; next = attempts.next(0)) {
    order.push(next.dst)
    attempts.failed(next.dst, 'refused')
  }
  expect([order, attempts.open]).toEqual([['10.0.0.1', '10.0.0.2', 'fd00::1'], undefined])
  // within one family half of the time that is left is given to each
  const one = new Attempts(['10.0.0.1', '10.0.0.2'], 2000, true)
  expect([one.next(0)?.until, one.next(1000)?.until]).toEqual([1000, 2000])
})
