import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockLines, highlightLine } from './highlight.ts'

const kinds = (line: string) =>
  highlightLine(line, false).flatMap(({ text, kind }) => (kind === 'plain' ? [] : [`${kind} ${text}`]))

describe('colours of the text', () => {
  it.each<[string, string[]]>([
    ['apiVersion: v1', ['key apiVersion']],
    ['  - port: 80 # http', ['key port', 'number 80', 'comment # http']],
    [
      'metadata: {name: web, labels: {app: "a: b"}}',
      ['key metadata', 'key name', 'key labels', 'key app', 'string "a: b"'],
    ],
    ["\"quoted key\": 'it''s'", ['key "quoted key"', "string 'it''s'"]],
    ['# name: web', ['comment # name: web']],
    ['url: http://web:80/#x', ['key url']],
    ['app.kubernetes.io/name: web', ['key app.kubernetes.io/name']],
    ['--- # next', ['separator --- # next']],
    ['image: nginx:1.27', ['key image']],
  ])('%s', (line, expected) => {
    expect(kinds(line)).toEqual(expected)
  })

  it('leaves the text of a block scalar alone', () => {
    expect(blockLines(['data:', '  a: |', '    b: c', '', '    # d', '  e: f', '- >-', '  g: h'])).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
      false,
      true,
    ])
  })

  it('loses no character', () => {
    const line = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('a', ': ', ':', '"', "'", '#', ' ', '- ', '{', '}', ',', '8', '\\', 'é'))
        .map((p) => p.join('')),
    )
    fc.assert(
      fc.property(line, fc.boolean(), (text, inBlock) => {
        expect(
          highlightLine(text, inBlock)
            .map((stretch) => stretch.text)
            .join(''),
        ).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })
})
