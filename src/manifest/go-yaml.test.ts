import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readText } from './read-text.ts'
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

describe('texts are read as kubectl reads them', () => {
  const cases = recorded<GoRead[]>('go-reads.json')

  it.each(cases.map((c) => [JSON.stringify(c.text), c] as const))('%s', (_, { text, docs = [], error }) => {
    expect(ours(text)).toEqual({ docs: docs.map((doc) => (isObject(doc) ? doc : 'no object')), error })
  })
})

describe('objects are printed as kubectl -o yaml prints them', () => {
  it.each(
    recorded<{ value: unknown; yaml: string }[]>('go-prints.json').map((c) => [JSON.stringify(c.value), c] as const),
  )('%s', (_, c) => {
    expect(toYaml(c.value)).toBe(c.yaml)
  })
})
