import { expect, test } from 'vitest'
import { draftOf } from './line-edit.ts'
import { beginRecall, draftAt, newer, older, searchBack } from './recall.ts'

const HISTORY = ['kubectl get pods', 'curl web', 'kubectl get svc', 'kubectl get svc', 'dig web']

const walk = (typed: string, steps: string): string[] => {
  let recall = beginRecall(draftOf(typed), HISTORY)
  return [...steps].map((step) => {
    recall = (step === '^' ? older(recall, HISTORY) : newer(recall, HISTORY)) ?? recall
    return draftAt(recall, HISTORY).text
  })
}

test('up goes through the lines typed before, down comes back to what was being typed', () => {
  expect(walk('', '^^^^^v')).toEqual([
    'dig web',
    'kubectl get svc',
    'curl web',
    'kubectl get pods',
    'kubectl get pods',
    'curl web',
  ])
  expect(walk('', '^v')).toEqual(['dig web', ''])
})

test('a line that was begun is only followed by those that begin like it', () => {
  expect(walk('kub', '^^^vv')).toEqual([
    'kubectl get svc',
    'kubectl get pods',
    'kubectl get pods',
    'kubectl get svc',
    'kub',
  ])
  expect(walk('helm', '^')).toEqual(['helm'])
})

test('Ctrl-R finds the newest that holds the words, then older ones', () => {
  const first = searchBack(HISTORY, 'get', HISTORY.length)
  expect(HISTORY[first]).toBe('kubectl get svc')
  expect(searchBack(HISTORY, 'get', first)).toBe(0)
  expect(searchBack(HISTORY, 'get', 0)).toBe(-1)
  expect(searchBack(HISTORY, '', HISTORY.length)).toBe(-1)
  expect(searchBack(['-l App=x'], 'app', 1)).toBe(0)
  expect(searchBack(['-l app=x'], 'App', 1)).toBe(-1)
})
