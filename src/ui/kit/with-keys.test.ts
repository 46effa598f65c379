import { expect, test } from 'vitest'
import { withKeys } from './with-keys.ts'

test('items that are alike get keys of their own, the same ones each time', () => {
  const keys = () => withKeys(['a', 'b', 'a'], (item) => item).map(({ key }) => key)
  expect(new Set(keys()).size).toBe(3)
  expect(keys()).toEqual(keys())
})
