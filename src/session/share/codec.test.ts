import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { deflateSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import type { SessionDocument } from '../../model/index.ts'
import { SCENARIOS } from '../../scenarios/index.ts'
import { decodeFragment, encodeFragment, PREFIX } from './codec.ts'
import { DICTIONARY_V1 } from './dictionary.ts'

const WEB = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8081
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: app
          image: traefik/whoami
          args: [--port, "8080"]
`

const whole: SessionDocument = {
  version: 1,
  files: [
    { name: 'app.yaml', text: WEB },
    { name: 'clients.yaml', text: '# none yet – 你好 🚢\r\n' },
  ],
  seed: 7,
  scenario: 'wrong-target-port',
  at: 14_200,
  log: [
    { at: 1000, type: 'act', action: { type: 'delete', object: 'Pod/default/web-abc' } },
    { at: 2000.5, type: 'edit', edits: [{ file: 'clients.yaml', from: 0, to: 1, insert: '##' }] },
    {
      at: 3000,
      type: 'edit',
      edits: [{ file: 'new.yaml', from: 0, to: 0, insert: 'a: 1\n' }],
      files: ['app.yaml', 'new.yaml'],
    },
    { at: 4000, type: 'act', action: { type: 'kubectl', args: ['apply', '-f', '-'], stdin: 'kind: List' } },
  ],
  view: { mode: 'nodes', selected: 'Service/default/web', tab: 'requests' },
}

const opened = (fragment: string) => {
  const decoded = decodeFragment(fragment)
  if (!decoded.ok) throw new Error(decoded.problem)
  return decoded.document
}
const problem = (fragment: string) => {
  const decoded = decodeFragment(fragment)
  return decoded.ok ? 'opened' : decoded.problem
}
const adler = (bytes: Uint8Array) => {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return [b >>> 8, b & 255, a >>> 8, a & 255]
}
const fragmentOf = (plain: string | Uint8Array) => {
  const bytes = typeof plain === 'string' ? new TextEncoder().encode(plain) : plain
  const packed = deflateSync(bytes, { dictionary: new TextEncoder().encode(DICTIONARY_V1) })
  return PREFIX + Buffer.from([...adler(bytes), ...packed]).toString('base64url')
}

describe('links', () => {
  test.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))(
    'the example %s fits into a link that chat and mail take',
    (_, { id, files }) => {
      const base = 'https://somebody.example.org/tools/fairlead/'
      expect(base.length + encodeFragment({ version: 1, files, log: [], scenario: id }).length).toBeLessThan(2000)
    },
  )

  test('a link holds text, seed, log, moment and view, and gives them back as they were', () => {
    expect(opened(encodeFragment(whole))).toEqual(whole)
  })

  test('any text comes back unchanged', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({ name: fc.string({ minLength: 1, maxLength: 20 }), text: fc.string({ unit: 'grapheme' }) }),
          {
            selector: (file) => file.name,
            maxLength: 5,
          },
        ),
        (files) => {
          const document: SessionDocument = { version: 1, files, log: [] }
          expect(opened(encodeFragment(document))).toEqual(document)
        },
      ),
    )
  })

  test('a workshop manifest makes a link of some hundred characters', () => {
    expect(encodeFragment({ version: 1, files: [{ name: 'app.yaml', text: WEB }], log: [] }).length).toBeLessThan(300)
  })

  test('white space that a chat program put behind the link does no harm', () => {
    expect(problem(`${encodeFragment(whole)}%20\n`)).toBe('opened')
  })

  test('a link that was cut off at any place says so', () => {
    const fragment = encodeFragment(whole)
    for (let length = PREFIX.length; length < fragment.length; length++)
      expect(problem(fragment.slice(0, length))).toBe('it is cut off or was changed on its way.')
  })

  test('a link of which a character was changed never opens as another text', () => {
    const fragment = encodeFragment(whole)
    fc.assert(
      fc.property(
        fc.integer({ min: PREFIX.length, max: fragment.length - 1 }),
        fc.constantFrom(...'Ab9_-'),
        (at, c) => {
          const changed = fragment.slice(0, at) + c + fragment.slice(at + 1)
          const decoded = decodeFragment(changed)
          if (decoded.ok) expect(decoded.document).toEqual(whole)
        },
      ),
    )
  })

  test('a fragment of any kind never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeFragment(PREFIX + text)))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeFragment(fragmentOf(bytes))))
    expect(problem('#whatever')).toBe('it does not begin as a link of Fairlead does.')
    expect(problem('#v2.abc')).toBe('it was made by a newer Fairlead.')
  })

  test('what inflates to more than a link may hold is not inflated', () => {
    expect(problem(fragmentOf(new Uint8Array(60_000_000)))).toBe('what it holds is too large.')
  })

  test('what is well packed and no document is refused, with the reason', () => {
    const header = (value: unknown, body = '') => problem(fragmentOf(`${JSON.stringify(value)}\n${body}`))
    expect(header([])).toBe('its document cannot be read.')
    expect(header({ f: [['a', 3]] }, 'ab')).toBe('its document cannot be read.')
    expect(header({ f: [['a', 1e9]] }, 'ab')).toBe('its document cannot be read.')
    expect(
      header(
        {
          f: [
            ['a', 1],
            ['a', 1],
          ],
        },
        'ab',
      ),
    ).toBe('two files have one name.')
    expect(header({ f: [['', 0]] })).toBe('a file has no name.')
    expect(header({ f: [['a', 0]], s: -1 })).toBe('its seed cannot be read.')
    expect(header({ f: [['a', 0]], t: 1e12 })).toBe('its time cannot be read.')
    expect(header({ f: [['a', 0]], l: [{ at: 0, type: 'act', action: { type: 'eval', code: '1' } }] })).toBe(
      'its log holds an action that is unknown.',
    )
    const edit = { at: 0, type: 'edit', edits: [{ file: 'a', from: 5, to: 9, insert: '' }] }
    expect(header({ f: [['a', 0]], l: [edit] })).toBe('its log does not fit its text.')
    expect(problem(fragmentOf('['.repeat(100_000)))).toBe('its document cannot be read.')
    expect(problem(fragmentOf(`{"f":[],"v":${'{"a":'.repeat(50)}1${'}'.repeat(50)}}`))).toBe(
      'its document cannot be read.',
    )
  })

  test('names of a prototype are names like others', () => {
    const document: SessionDocument = { version: 1, files: [{ name: '__proto__', text: 'a: 1' }], log: [] }
    expect(opened(encodeFragment(document))).toEqual(document)
    expect(problem(fragmentOf('{"f":[],"__proto__":{"version":1}}\n'))).toBe('opened')
  })

  test('a log that would take long to replay is refused', () => {
    const text = 'x'.repeat(1_000_000)
    const log = Array.from({ length: 500 }, (_, i) => ({
      at: i,
      type: 'edit' as const,
      edits: [{ file: 'a', from: 0, to: 0, insert: 'y' }],
    }))
    expect(problem(encodeFragment({ version: 1, files: [{ name: 'a', text }], log }))).toBe('its log is too long.')
  })
})

describe('links of released versions open for ever', () => {
  const folder = new URL('./fixtures/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.link'))
  test.each(names)('%s', (name) => {
    const link = readFileSync(new URL(name, folder), 'utf8').trim()
    const expected = JSON.parse(readFileSync(new URL(name.replace('.link', '.json'), folder), 'utf8'))
    expect(opened(link)).toEqual(expected)
  })
  test('the dictionary of version 1 never changes', () => {
    const sum = createHash('sha256').update(DICTIONARY_V1).digest('hex')
    expect(sum).toBe('ff0747b4ade475e2e3bb84fedf81bf195b7499921c0d2169418505660cc5d31a')
  })
  test('there are some', () => expect(names.length).toBeGreaterThanOrEqual(3))
})
