import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Path } from '../model/index.ts'
import { tooLarge } from './documents.ts'
import { keyOfDoc } from './key-of-doc.ts'
import { readText } from './read-text.ts'
import { anyText } from './testing/texts.ts'

const read = (text: string) => readText([{ name: 'a.yaml', text }])

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
  - name: http
    port: 80
    targetPort:
`

describe('reading', () => {
  it('lets one broken document not spoil the others', () => {
    const { docs } = read(`${SERVICE}---\nkind: [\n---\n${SERVICE}`)
    expect(docs.map((doc) => doc.value === undefined)).toEqual([false, true, false])
    expect(docs[1]!.problems[0]).toMatchObject({ severity: 'error', code: 'yaml.syntax' })
  })

  it("says an error in Kubernetes' words and shows the line that it is on", () => {
    const text = `# first\n---\n${SERVICE}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n spec:\n  ports:\n  - port: 80\n`
    const [, doc] = read(text).docs
    const [problem] = doc!.problems
    expect(problem!.message).toBe('yaml: line 4: did not find expected key')
    expect(problem!.source).toMatchObject({ line: 18, column: 2 })
    expect(read(text).refusal(doc!, 'STDIN')).toBe(
      'error parsing STDIN: error converting YAML to JSON: yaml: line 4: did not find expected key',
    )
  })

  it('points at the quote that is never closed', () => {
    const [doc] = read('a: 1\nb: "x\nc: 2\nd: 3\n').docs
    expect(doc!.problems[0]!.source).toMatchObject({ line: 2, column: 4 })
  })

  it('takes a List apart and gives its items their kind', () => {
    const { docs } = read(
      'apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n- apiVersion: v1\n  kind: Service\n  metadata: {name: b}\n',
    )
    expect(docs.map((doc) => [doc.index, doc.item, (doc.value as { kind: string }).kind])).toEqual([
      [0, ['items', 0], 'Pod'],
      [0, ['items', 1], 'Service'],
    ])
    expect(docs[1]!.source).toMatchObject({ line: 5, column: 3 })
  })

  it('leaves out what holds nothing', () => {
    expect(read('# a\n---\n---\n\n---\nnull\n---\n# b\n').docs).toEqual([])
    expect(read('kind: List\nitems: []\n').docs).toEqual([])
  })

  it('names a Helm template and shows the braces', () => {
    const [doc] = read('metadata:\n  # {{ fine here }}\n  a: "{{ and here }}"\n  name: {{ .Values.name }}\n').docs
    expect(doc!.value).toBeUndefined()
    expect(doc!.problems[0]).toMatchObject({ code: 'yaml.template', source: { line: 4, column: 9 } })
    expect(read('a: "{{ .x }}" # {{ y }}\n').docs[0]!.problems).toEqual([])
  })

  it('warns where kubectl drops something without a word', () => {
    expect(read('a: 1\nb: 2\na: 3\n').docs[0]).toMatchObject({
      value: { a: 3, b: 2 },
      problems: [{ severity: 'warning', code: 'yaml.duplicate-key', source: { line: 3, column: 1 } }],
    })
    expect(read('a: 1\n...\nb: 2\n').docs[0]!.problems).toMatchObject([{ code: 'yaml.ignored', source: { line: 3 } }])
  })

  it('calls text that is no object what it is', () => {
    const [doc] = read('hello, world\n').docs
    expect(doc!.problems[0]).toMatchObject({ severity: 'error', code: 'yaml.no-object' })
    expect(read('hello').refusal(doc!, 'STDIN')).toContain('cannot unmarshal string')
  })

  it('refuses a bomb of aliases, and bounds depth', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (const [i, c] of [...'bcdefghi'].entries())
      bomb.push(`${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
    expect(read(bomb.join('\n')).docs[0]!.problems[0]!.message).toBe('yaml: document contains excessive aliasing')
    for (const deep of ['['.repeat(100_000), '- '.repeat(100_000), '{"a":'.repeat(100_000), '? '.repeat(100_000)])
      expect(read(deep).docs[0]!.value).toBeUndefined()
  })

  it('keeps the values of documents that did not change', () => {
    const before = read(`${SERVICE}---\na: 1\n`)
    const after = read(`# more\n---\n${SERVICE}---\na: 2\n`)
    expect(after.docs[0]!.value).toBe(before.docs[0]!.value)
    expect(after.docs[0]!.source.line).toBe(before.docs[0]!.source.line + 2)
  })

  it('lets no key of a manifest reach an object beyond its own', () => {
    const { value } = read('__proto__: {polluted: yes}\nconstructor: 1\n').docs[0]!
    expect(Object.keys(value as object).sort()).toEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('places', () => {
  it.each<[Path, string]>([
    [['metadata', 'name'], 'web'],
    [['spec', 'selector'], '{app: web}'],
    [['spec', 'selector', 'app'], 'web'],
    [['spec', 'ports', 0, 'port'], '80'],
    [['spec', 'ports'], 'ports'],
    [['spec', 'ports', 0, 'targetPort'], 'targetPort'],
    [['spec', 'ports', 0, 'nodePort'], 'name: http'],
    [['spec', 'ports', 7, 'port'], 'ports'],
    [['spec', 'clusterIP', 'x'], 'spec'],
    [['status'], 'kind: Service'],
    [[], 'kind: Service'],
  ])('%j', (path, shown) => {
    const text = `# c\n---\n${SERVICE}`
    const parsed = read(text)
    const { from, to } = parsed.locate(parsed.docs[0]!, path)
    expect(text.slice(from, to)).toBe(shown)
  })

  it('finds the object under the cursor', () => {
    const text = `${SERVICE}---\nkind: List\napiVersion: v1\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: p}}\n- {kind: Node, apiVersion: v1, metadata: {name: one}}\n`
    const parsed = read(text)
    const keyAt = (what: string) => {
      const doc = parsed.objectAt('a.yaml', text.indexOf(what))
      return doc && keyOfDoc(doc)
    }
    expect(keyAt('selector')).toBe('Service/default/web')
    expect(keyAt('name: p')).toBe('Pod/default/p')
    expect(keyAt('name: one')).toBe('Node//one')
  })
})

describe('whatever is typed', () => {
  it('is read without a throw, and every place lies inside the text', () => {
    const part = fc.oneof(fc.nat(3), fc.constantFrom('a', 'metadata', 'name', 'spec', 'ports', 'items', 'key'))
    fc.assert(
      fc.property(anyText, fc.array(part, { maxLength: 4 }), fc.nat(80), (text, path, offset) => {
        const parsed = read(text)
        parsed.objectAt('a.yaml', offset)
        for (const doc of parsed.docs) {
          const ranges = [doc.source, parsed.locate(doc, path), ...doc.problems.map((problem) => problem.source!)]
          for (const range of ranges) {
            expect(range.from).toBeGreaterThanOrEqual(0)
            expect(range.to).toBeGreaterThanOrEqual(range.from)
            expect(range.to).toBeLessThanOrEqual(text.length)
            expect(text.split('\n')[range.line - 1]!.length).toBeGreaterThanOrEqual(range.column - 1)
          }
          expect(doc.value === undefined).toBe(doc.problems.some((problem) => problem.severity === 'error'))
        }
      }),
      { numRuns: 5000 },
    )
  })
})

describe('size', () => {
  it('is known before anything is parsed', () => {
    expect(tooLarge([{ text: 'a: 1\n---\nb: 2\n' }])).toBeUndefined()
    expect(tooLarge([{ text: 'x'.repeat(1_000_001) }])).toEqual({ characters: 1_000_001, documents: 1 })
    expect(tooLarge([{ text: 'a: 1\n---\n'.repeat(3001) }])?.documents).toBeGreaterThan(3000)
  })
})
