import { expect, test } from 'vitest'
import { CLOSE, closeness, edits, nearest } from './closeness.ts'

test.each([
  ['web', 'wbe'],
  ['frontend', 'front-end'],
  ['my_app', 'my-app'],
  ['Nginx', 'nginx'],
  ['hello-wrold', 'hello-world'],
  ['backend', 'my-app-backend'],
  ['postgres', 'postgresql'],
  ['web', 'website'],
])('[WHY-2] %s and %s are near', (a, b) => {
  expect(closeness(a, b)).toBeGreaterThanOrEqual(CLOSE)
  expect(closeness(b, a)).toBe(closeness(a, b))
})

test.each([
  ['web', 'api'],
  ['frontend', 'backend'],
  ['redis', 'nginx'],
  ['a', 'b'],
  ['', 'web'],
])('[WHY-2] %s and %s are not', (a, b) => {
  expect(closeness(a, b)).toBeLessThan(CLOSE)
})

test('[WHY-2] neighbours that were swapped are one slip', () => {
  expect(edits('web', 'wbe')).toBe(1)
  expect(edits('kitten', 'sitting')).toBe(3)
})

test('[WHY-2] the nearest name is meant', () => {
  expect(nearest('wbe', ['api', 'web', 'webs'], (n) => n)?.of).toBe('web')
  expect(nearest('zzz', ['api', 'web'], (n) => n)).toBeUndefined()
})
