import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readText } from './read-text.ts'
import { readValue } from './read-value.ts'
import { toYaml } from './to-yaml.ts'

/** What k8s.io/apimachinery's decoder (v0.36.3), as kubectl uses it, made of a text: the documents until the first error, and its words. */
interface GoRead {
  readonly text: string
  readonly docs?: readonly unknown[]
  readonly error?: string
}

const recorded = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`testing/${name}`, import.meta.url), 'utf8')) as T

/** The documents up to the first that kubectl cannot read, and what it prints for that one. */
function ours(text: string): { docs: unknown[]; error: string | undefined } {
  const parsed = readText([{ name: 'STDIN', text }])
  const docs: unknown[] = []
  for (const doc of parsed.docs) {
    const refusal = parsed.refusal(doc, 'STDIN')
    if (refusal?.startsWith('error parsing STDIN: '))
      return { docs, error: refusal.slice('error parsing STDIN: '.length) }
    docs.push(refusal ? 'no object' : doc.value)
  }
  return { docs, error: undefined }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

const asKubectl = ({ docs = [], error }: GoRead) => ({
  docs: docs.map((doc) => (isObject(doc) ? doc : 'no object')),
  error,
})

describe('texts are read as kubectl reads them', () => {
  const cases = recorded<GoRead[]>('go-reads.json')

  it.each(cases.map((c) => [JSON.stringify(c.text), c] as const))('[YAML-1] %s', (_, c) => {
    expect(ours(c.text)).toEqual(asKubectl(c))
  })

  it.each([
    ['a next line (U+0085) behind the separator is a blank', '---\u0085\na: 1\n', undefined],
    ['a byte order mark behind it is none', '---\ufeff\na: 1\n', 'invalid Yaml document separator: \ufeff'],
    [
      'a NUL in JSON is shown as Go shows it',
      '{"a"\0:1}',
      "json: offset 5: invalid character '\\x00' after object key",
    ],
  ])('[YAML-1] %s', (_, text, error) => {
    expect(ours(text).error).toBe(error)
  })
})

describe('the YAML test suite', () => {
  const { cases } = recorded<{ cases: (GoRead & { id: string })[] }>('yaml-suite.json')

  it('[YAML-2] every text of it is read as kubectl reads it, or refused in its words', () => {
    expect(cases.length).toBeGreaterThan(400)
    for (const c of cases) expect({ id: c.id, ...ours(c.text) }).toEqual({ id: c.id, ...asKubectl(c) })
  })

  it('[YAML-2] no text of it, cut off or inside another, makes the reader crash, and all of it is accounted for', () => {
    for (const { text } of cases) {
      for (const cut of [
        text.slice(0, text.length >> 1),
        text.slice(text.length >> 1),
        `a:\n  ${text.replaceAll('\n', '\n  ')}`,
      ]) {
        const { docs } = readText([{ name: 'a.yaml', text: cut }])
        for (const doc of docs) {
          if (doc.value === undefined) expect(doc.problems.some((p) => p.severity === 'error')).toBe(true)
          expect(doc.source.to).toBeLessThanOrEqual(cut.length)
        }
      }
    }
  })
})

describe('values that need not be objects', () => {
  it.each([
    ['[{"op":"add"}]', [{ op: 'add' }]],
    ['- a\n- 1\n', ['a', 1]],
    ['null', null],
    ['', null],
  ])('[YAML-1] %j', (text, value) => {
    expect(readValue(text)).toEqual({ ok: true, value })
  })

  it('[YAML-1] what is no YAML is said in the words of Go', () => {
    expect(readValue('{')).toEqual({ ok: false, words: 'yaml: line 1: did not find expected node content' })
  })
})

describe('objects are printed as kubectl -o yaml prints them', () => {
  it.each(
    recorded<{ value: unknown; yaml: string }[]>('go-prints.json').map((c) => [JSON.stringify(c.value), c] as const),
  )('%s', (_, c) => {
    expect(toYaml(c.value)).toBe(c.yaml)
  })
})
