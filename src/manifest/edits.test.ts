import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyChange, type Fix, lastFirst, type Path } from '../model/index.ts'
import { editsFor } from './edits.ts'
import { readText } from './read-text.ts'
import { anyFields, anyValue } from './testing/texts.ts'
import { toYaml } from './to-yaml.ts'

const KEY = 'Service/default/web'

function apply(text: string, fixes: readonly Partial<Fix>[], object = KEY): string {
  const parsed = readText([{ name: 'a.yaml', text }])
  const full = fixes.map((fix) => ({ label: '', object, path: [], op: 'set', ...fix }) as Fix)
  return applyChange(parsed.files, { edits: lastFirst(editsFor(parsed, full)) })![0]!.text
}

const SERVICE = `# the shop
apiVersion: v1
kind: Service
metadata:
  name: web   # its name
spec:
  selector: {app: web}
  ports:
  - name: http
    port: 80 # outside
    targetPort: 8080
  - port: 443
`

describe('setting a field', () => {
  it.each<[string, Path, unknown, string, string]>([
    ['a scalar, its comment stays', ['spec', 'ports', 0, 'port'], 81, 'port: 80 #', 'port: 81 #'],
    [
      'a string that YAML would read as a number is quoted',
      ['metadata', 'name'],
      '1',
      'name: web   #',
      'name: "1"   #',
    ],
    ['in braces', ['spec', 'selector', 'app'], 'a, b', '{app: web}', '{app: "a, b"}'],
    ['a new key in braces', ['spec', 'selector', 'tier'], 'x', '{app: web}', '{app: web, tier: x}'],
    [
      'a new key after the last one',
      ['spec', 'ports', 1, 'name'],
      'tls',
      '- port: 443\n',
      '- port: 443\n    name: tls\n',
    ],
    [
      'a new key behind a comment',
      ['metadata', 'labels', 'a'],
      'b',
      '# its name\n',
      '# its name\n  labels:\n    a: b\n',
    ],
    ['a new item', ['spec', 'ports', 2], { port: 1 }, '- port: 443\n', '- port: 443\n  - port: 1\n'],
    ['a map in place of a scalar', ['metadata', 'name'], { a: 1 }, 'name: web   #', 'name: {a: 1}   #'],
    ['a block in place of braces', ['spec', 'selector'], { a: '1' }, 'selector: {app: web}', 'selector:\n    a: "1"'],
    [
      'an annotation',
      ['metadata', 'annotations', 'fairlead.dev/ready'],
      'false',
      '# its name\n',
      '# its name\n  annotations:\n    fairlead.dev/ready: "false"\n',
    ],
  ])('%s', (_, path, value, from, to) => {
    expect(SERVICE).toContain(from)
    expect(apply(SERVICE, [{ path, value }])).toBe(SERVICE.replace(from, to))
  })

  it('keeps CRLF', () => {
    const text = SERVICE.replaceAll('\n', '\r\n')
    const out = apply(text, [{ path: ['metadata', 'labels', 'a'], value: 'b' }])
    expect(out).toBe(text.replace('# its name\r\n', '# its name\r\n  labels:\r\n    a: b\r\n'))
  })

  it('fills what is empty', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels:\nspec:\n  ports: []\n'
    expect(apply(text, [{ path: ['metadata', 'labels', 'a'], value: 'b' }])).toContain('  labels:\n    a: b\nspec')
    expect(apply(text, [{ path: ['spec', 'ports', 0, 'port'], value: 80 }])).toContain('  ports:\n  - port: 80\n')
  })

  it('writes JSON into JSON', () => {
    const text =
      '{\n  "apiVersion": "v1", "kind": "Service",\n  "metadata": {"name": "web"},\n  "spec": {\n    "ports": [{"port": 80}]\n  }\n}\n'
    expect(apply(text, [{ path: ['spec', 'selector'], value: { app: 'web' } }])).toContain(
      '"ports": [{"port": 80}],\n    "selector": {"app": "web"}\n  }',
    )
    expect(apply(text, [{ path: ['spec', 'ports', 0, 'targetPort'], value: 'http' }])).toContain(
      '{"port": 80, "targetPort": "http"}',
    )
  })

  it('gives a place that leans on an alias its own copy', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels: &l {app: web}\nspec:\n  selector: *l\n'
    const out = apply(text, [{ path: ['spec', 'selector', 'app'], value: 'x' }])
    expect(out).toContain('labels: &l {app: web}')
    expect(readText([{ name: 'a', text: out }]).docs[0]!.value).toMatchObject({
      metadata: { labels: { app: 'web' } },
      spec: { selector: { app: 'x' } },
    })
  })

  it('keeps what an alias brought when a field comes to it', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: &l {app: web}}\nspec: {selector: *l}\n'
    expect(apply(text, [{ path: ['spec', 'selector', 'tier'], value: 'x' }])).toBe(
      text.replace('*l', '{app: web, tier: x}'),
    )
  })

  it('changes an item of a List in its place', () => {
    const text =
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: other}\n- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n'
    expect(apply(text, [{ path: ['metadata', 'labels'], value: { a: 'b' } }])).toBe(
      text.replace('{name: web}', '{name: web, labels: {a: b}}'),
    )
    expect(apply(text, [{ op: 'removeDocument' }])).toBe(text.slice(0, text.lastIndexOf('- apiVersion')))
  })

  it('makes several changes that need one another', () => {
    const out = apply(SERVICE, [
      { path: ['metadata', 'labels', 'a'], value: '1' },
      { path: ['metadata', 'labels', 'b'], value: '2' },
      { path: ['spec', 'ports', 0, 'port'], value: 82 },
    ])
    expect(out).toContain('# its name\n  labels:\n    a: "1"\n    b: "2"\n')
    expect(out).toContain('port: 82 # outside')
  })
})

describe('removing', () => {
  it('takes a field with its line and nothing else', () => {
    expect(apply(SERVICE, [{ op: 'remove', path: ['spec', 'ports', 0, 'targetPort'] }])).toBe(
      SERVICE.replace('    targetPort: 8080\n', ''),
    )
    expect(apply(SERVICE, [{ op: 'remove', path: ['spec', 'ports', 0, 'name'] }])).toBe(
      SERVICE.replace('name: http\n    ', ''),
    )
    expect(apply(SERVICE, [{ op: 'remove', path: ['spec', 'ports', 0] }])).toBe(
      SERVICE.replace('  - name: http\n    port: 80 # outside\n    targetPort: 8080\n', ''),
    )
    expect(apply(SERVICE, [{ op: 'remove', path: ['spec', 'selector', 'app'] }])).toContain('selector: {}')
    expect(apply(SERVICE, [{ op: 'remove', path: ['spec', 'nothing'] }])).toBe(SERVICE)
  })

  it('takes a document with one separator', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n'
    const drop = (text: string) => apply(text, [{ op: 'removeDocument' }])
    expect(drop(`${SERVICE}---\n${pod}`)).toBe(pod)
    expect(drop(`${pod}---\n${SERVICE}`)).toBe(pod)
    expect(drop(`${pod}---\n${SERVICE}---\n${pod}`)).toBe(`${pod}---\n${pod}`)
    expect(drop(SERVICE)).toBe('')
  })
})

describe('adding a document', () => {
  const client = {
    metadata: { name: 'c' },
    kind: 'Client',
    apiVersion: 'fairlead.dev/v1',
    spec: { url: 'http://web/' },
  }
  const written = 'apiVersion: fairlead.dev/v1\nkind: Client\nmetadata:\n  name: c\nspec:\n  url: http://web/\n'
  const add = (text: string, value: unknown) => apply(text, [{ op: 'addDocument', value }])

  it('appends it, with a separator where one is needed', () => {
    expect(add('', client)).toBe(written)
    expect(add(SERVICE, client)).toBe(`${SERVICE}---\n${written}`)
    expect(add(SERVICE.trimEnd(), client)).toBe(`${SERVICE}---\n${written}`)
    expect(add(`${SERVICE}---\n`, client)).toBe(`${SERVICE}---\n${written}`)
  })

  it('puts a Namespace before what lives in it, as kubectl needs it', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
    const document = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n'
    expect(add(SERVICE, namespace)).toBe(`${document}---\n${SERVICE}`)
    const files = [
      { name: 'a.yaml', text: SERVICE },
      { name: 'b.yaml', text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\n' },
    ]
    const fix: Fix = { label: '', object: 'Namespace//shop', path: [], op: 'addDocument', value: namespace }
    expect(editsFor(readText(files), [fix])).toEqual([{ file: 'b.yaml', from: 0, to: 0, insert: `${document}---\n` }])
  })
})

describe('any edit', () => {
  const document = (fields: Record<string, unknown>, style: string) => {
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: fields }
    if (style === 'json') return JSON.stringify(object)
    if (style === 'pretty') return JSON.stringify(object, null, 2)
    return style === 'crlf' ? toYaml(object).replaceAll('\n', '\r\n') : toYaml(object)
  }
  const before = 'kind: ConfigMap\nmetadata: {name: a}   # first\n'
  const after = '# last\nkind: ConfigMap\nmetadata:\n    name:   z\n'
  const step = fc.oneof(fc.constantFrom('app', 'name', 'y', '1', 'ports', 'a b', 'new'), fc.nat(3))

  it('parses to the value that was set and leaves other documents alone', () => {
    fc.assert(
      fc.property(
        anyFields,
        fc.array(step, { maxLength: 3 }),
        anyValue,
        fc.constantFrom('yaml', 'json', 'pretty', 'crlf'),
        (fields, rest, value, style) => {
          const alone = style === 'json' || style === 'pretty'
          const text = alone ? document(fields, style) : `${before}---\n${document(fields, style)}---\n${after}`
          const path = ['spec', ...rest]
          const old = readText([{ name: 'a', text }]).docs.find(
            (doc) => (doc.value as { kind: string }).kind === 'Service',
          )!
          fc.pre(fits(old.value, path))
          const out = apply(text, [{ path, value }])
          const docs = readText([{ name: 'a', text: out }]).docs
          const doc = docs.find((d) => (d.value as { kind?: string })?.kind === 'Service')
          expect(valueAt(doc?.value, path)).toEqual(normal(value))
          if (!alone) {
            expect(out.startsWith(`${before}---`)).toBe(true)
            expect(out.endsWith(`---\n${after}`)).toBe(true)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('removes what it says and keeps the rest', () => {
    fc.assert(
      fc.property(
        anyFields,
        fc.array(step, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('yaml', 'json', 'pretty', 'crlf'),
        (fields, rest, style) => {
          const text = document(fields, style)
          const path = ['spec', ...rest]
          const read = (t: string) => readText([{ name: 'a', text: t }]).docs[0]!.value
          const old = structuredClone(read(text))
          const out = apply(text, [{ op: 'remove', path }])
          const parent = valueAt(old, path.slice(0, -1))
          const last = path.at(-1)!
          if (Array.isArray(parent) && typeof last === 'number' && last < parent.length) parent.splice(last, 1)
          else if (typeof parent === 'object' && parent !== null && !Array.isArray(parent))
            delete (parent as Record<string, unknown>)[last]
          expect(read(out)).toEqual(old)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const part of path) {
    if (Array.isArray(at) && typeof part === 'string') return undefined
    at = (at as Record<string | number, unknown> | undefined | null)?.[part]
  }
  return at
}

/** A path that leads through maps by name and through lists by number, no further than one past their end. */
function fits(value: unknown, path: Path): boolean {
  let at: unknown = value
  for (const part of path) {
    if (Array.isArray(at)) {
      if (typeof part !== 'number' || part > at.length) return false
    } else if (typeof at === 'object' && at !== null) {
      if (typeof part === 'number') return false
    } else if (typeof part === 'number' && part > 0) return false
    at = (at as Record<string | number, unknown> | undefined | null)?.[part]
  }
  return true
}

const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('what leans on a place that changes', () => {
  const text =
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels: &l {app: web} # all of them\nspec:\n  selector: *l\n'
  it.each<[string, Partial<Fix>, object | undefined]>([
    ['a field more', { path: ['metadata', 'labels', 'tier'], value: 'x' }, { app: 'web', tier: 'x' }],
    ['another value', { path: ['metadata', 'labels'], value: { a: 'b' } }, { a: 'b' }],
    ['a field less', { path: ['metadata', 'labels', 'app'], op: 'remove' }, {}],
    ['none at all', { path: ['metadata', 'labels'], op: 'remove' }, undefined],
  ])('keeps what it had: %s', (_, fix, labels) => {
    const out = readText([{ name: 'a', text: apply(text, [fix]) }]).docs[0]!
    const { metadata, spec } = out.value as { metadata: { labels?: object }; spec: object }
    expect([metadata.labels, spec, out.problems]).toEqual([labels, { selector: { app: 'web' } }, []])
  })

  it('is left alone when it does not lean on that', () => {
    const fix = { path: ['spec', 'type'], value: 'NodePort' }
    expect(apply(text, [fix])).toBe(`${text.trimEnd()}\n  type: NodePort\n`)
  })
})

it('a new object goes beside its kin, and not among clients', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n'
  const parsed = readText([
    { name: 'app.yaml', text: service },
    { name: 'pods.yaml', text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n' },
    { name: 'clients.yaml', text: 'apiVersion: fairlead.dev/v1\nkind: Client\nmetadata: {name: c}\n' },
  ])
  const fileFor = (kind: string) => {
    const value = { apiVersion: 'v1', kind, metadata: { name: 'new' } }
    return editsFor(parsed, [{ label: '', object: `${kind}/default/new`, path: [], op: 'addDocument', value }])[0]!.file
  }
  expect(['Service', 'Pod', 'ConfigMap'].map(fileFor)).toEqual(['app.yaml', 'pods.yaml', 'pods.yaml'])
})

describe('lists', () => {
  it('stand in from their key as far as those of the document do', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n'
    const fixes = [
      { path: ['spec', 'externalIPs'], value: ['192.0.2.1'] },
      { op: 'addDocument' as const, value: { apiVersion: 'v1', kind: 'X', items: [{ a: ['b'] }] } },
    ]
    expect(apply(text, fixes)).toBe(
      `${text}  externalIPs:\n    - 192.0.2.1\n---\napiVersion: v1\nkind: X\nitems:\n  - a:\n      - b\n`,
    )
  })
})
