import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const engine = dirname(fileURLToPath(import.meta.url))
const src = dirname(engine)
const walk = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((f) =>
    f.isDirectory() ? walk(join(dir, f.name)) : [join(dir, f.name)],
  )
const files = walk(src).filter((f) => /\.tsx?$/.test(f))
const isTest = (f: string) => /\.test\.tsx?$/.test(f)

/** `| SVC-1 | sentence | source | tests |` → id, in order. */
const rows = readFileSync(join(engine, 'SPEC.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id, rule, source] = /^\| ([A-Z]+-\d+) \| (.+?) \| (.+?) \|/.exec(line) ?? []
    return id ? [{ id, rule: rule!, source: source! }] : []
  })

const ids = new Set(rows.map((r) => r.id))

test('SPEC.md: every id stands there once, with a sentence and a source', () => {
  expect(rows.length).toBeGreaterThan(50)
  expect(rows.map((r) => r.id).filter((id, i, all) => all.indexOf(id) !== i)).toEqual([])
  expect(rows.filter((r) => r.rule.length < 10 || r.source.trim().length < 3).map((r) => r.id)).toEqual([])
})

test('SPEC.md: every id is held by a test that is named after it', () => {
  const tested = new Set<string>()
  for (const file of files.filter(isTest)) {
    // a title is a string that begins with ids, also below `.each` tables
    for (const [, names] of readFileSync(file, 'utf8').matchAll(/[`'"]((?:\[[A-Z]+-\d+\]\s*)+)/g)) {
      for (const [, id] of names!.matchAll(/\[([A-Z]+-\d+)\]/g)) tested.add(id!)
    }
  }
  expect([...ids].filter((id) => !tested.has(id))).toEqual([])
})

test('SPEC.md: every id that the engine or a test cites exists', () => {
  const unknown = new Map<string, string>()
  for (const file of files) {
    const inEngine = file.startsWith(engine) && !isTest(file)
    const pattern = inEngine ? /'([A-Z]{2,5}-\d+)'/g : /\[([A-Z]{2,5}-\d+)\]/g
    if (!inEngine && !isTest(file)) continue
    for (const [, id] of readFileSync(file, 'utf8').matchAll(pattern))
      if (!ids.has(id!)) unknown.set(id!, file.slice(src.length + 1))
  }
  expect([...unknown]).toEqual([])
})
