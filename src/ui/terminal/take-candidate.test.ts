import { expect, test } from 'vitest'
import { commonPrefix, takeCandidate } from './take-candidate.ts'

const take = (text: string, from: number, to: number, candidate: string, whole?: boolean) => {
  const { text: line, caret } = takeCandidate(text, { from, to }, candidate, whole)
  return `${line.slice(0, caret)}|${line.slice(caret)}`
}

test('a whole word is followed by a space', () => {
  expect(take('kubectl ge', 8, 10, 'get')).toBe('kubectl get |')
  expect(take('kubectl ge pods', 8, 10, 'get')).toBe('kubectl get |pods')
})

test('one that goes on is not', () => {
  expect(take('k get po -o j', 12, 13, 'jsonpath=')).toBe('k get po -o jsonpath=|')
  expect(take('k get d', 6, 7, 'deployment/')).toBe('k get deployment/|')
})

test('what all have in common', () => {
  expect(commonPrefix(['web-1', 'web-2', 'web'])).toBe('web')
  expect(commonPrefix(['a', 'b'])).toBe('')
  expect(commonPrefix([])).toBe('')
  expect(take('k get pod w', 10, 11, 'web-', false)).toBe('k get pod web-|')
})
