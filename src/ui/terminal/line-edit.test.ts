import { expect, test } from 'vitest'
import { controlKey, type Draft, inFirstLine, inLastLine, insert, plainPunctuation } from './line-edit.ts'

/** A draft with the cursor at the bar. */
const at = (text: string): Draft => ({ text: text.replace('|', ''), caret: text.indexOf('|') })
const show = ({ text, caret }: Draft): string => `${text.slice(0, caret)}|${text.slice(caret)}`
const press = (key: string, text: string, cut = '') => {
  const edited = controlKey(key, at(text), cut)
  return edited && [show(edited.draft), edited.cut ?? '']
}

test('keys of readline move and cut within the line', () => {
  expect(press('a', 'get po|ds')).toEqual(['|get pods', ''])
  expect(press('e', 'get po|ds')).toEqual(['get pods|', ''])
  expect(press('b', 'ab|')).toEqual(['a|b', ''])
  expect(press('f', 'a|b')).toEqual(['ab|', ''])
  expect(press('h', 'ab|c')).toEqual(['a|c', ''])
  expect(press('u', 'get po|ds')).toEqual(['|ds', 'get po'])
  expect(press('k', 'get po|ds')).toEqual(['get po|', 'ds'])
  expect(press('w', 'kubectl get  pods  |x')).toEqual(['kubectl get  |x', 'pods  '])
  expect(press('w', '|x')).toEqual(['|x', ''])
  expect(press('y', 'a|b', 'XY')).toEqual(['aXY|b', ''])
  expect(press('q', 'a|')).toBeUndefined()
})

test('of several lines they mean the one with the cursor', () => {
  expect(press('a', 'one\ntw|o')).toEqual(['one\n|two', ''])
  expect(press('k', 'o|ne\ntwo')).toEqual(['o|\ntwo', 'ne'])
  expect(inFirstLine(at('one\ntw|o'))).toBe(false)
  expect(inLastLine(at('one\ntw|o'))).toBe(true)
  expect(inFirstLine(at('o|ne\ntwo'))).toBe(true)
})

test('what is put in comes where the cursor is', () => {
  expect(show(insert(at('a|d'), 'bc'))).toBe('abc|d')
})

test('what a phone makes of quotes and dashes is what was meant', () => {
  expect(show(plainPunctuation(at('kubectl —help|')))).toBe('kubectl --help|')
  expect(show(plainPunctuation(at('echo “it’s”| –x')))).toBe('echo "it\'s"| --x')
})
