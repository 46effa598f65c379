import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from './regex.ts'

const found = (pattern: string, text: string, extended = true): string[] | undefined | string => {
  const expression = compile(pattern, { extended })
  if (typeof expression === 'string') return expression
  return expression.find(text)?.map((at) => (at ? text.slice(at[0], at[1]) : '-'))
}

describe('regular expressions', () => {
  it.each([
    ['a+b', 'xaab', ['aab']],
    ['(a|b)*c', 'ababc', ['ababc', 'b']],
    ['^web-[0-9a-f]{2,3}$', 'web-1f3', ['web-1f3']],
    ['[^ ]+$', 'one two', ['two']],
    ['[[:digit:]]+\\.[0-9]+', 'v10.25x', ['10.25']],
    ['\\<in\\>', 'pin in', ['in']],
    ['(x)?y', 'y', ['y', '-']],
    ['a.c', 'abc', ['abc']],
    ['z', 'abc', undefined],
    ['(', 'x', 'Unmatched ( or \\('],
    ['[a', 'x', 'Unmatched [, [^, [:, [., or [='],
    ['(a)\\1', 'aa', 'back-references are not there'],
  ])('[SH-3] %s in %s', (pattern, text, expected) => {
    expect(found(pattern, text)).toEqual(expected)
  })

  it('[SH-3] in basic expressions the operators have backslashes', () => {
    expect(found('a+', 'aa', false)).toBeUndefined()
    expect(found('a\\+\\(b\\|c\\)', 'aac', false)).toEqual(['aac', 'c'])
  })

  it('[SH-3] agrees with the expressions of JavaScript, and takes no longer for bad ones', () => {
    const atom = fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '(a)', '(ab|c)', '(b*)')
    const piece = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{1,2}')).map(([a, q]) => a + q)
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((p) => p.join(''))
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }), (source, text) => {
        const mine = compile(source, { extended: true })
        const at = typeof mine === 'string' ? undefined : mine.find(text)?.[0]
        expect(at && text.slice(at[0], at[1])).toBe(new RegExp(source).exec(text)?.[0])
      }),
      { numRuns: 500 },
    )
    const slow = compile('(a*)*(a*)*b', { extended: true })
    expect(typeof slow !== 'string' && slow.find('a'.repeat(5000))).toBeUndefined()
  })
})
