import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../tools/architecture.ts'

const root = new URL('../', import.meta.url)

function sources(): Map<string, string> {
  const files = new Map<string, string>()
  for (const folder of ['src', 'cli', 'conformance', 'e2e']) {
    for (const entry of readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })) {
      const path = `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(root.pathname.length)
      if (entry.isFile() && /\.(tsx?|mjs|js|css)$/.test(path))
        files.set(path, readFileSync(new URL(path, root), 'utf8'))
    }
  }
  return files
}

/** What the checker says about one planted file, among a few that are there to be imported. */
function planted(path: string, text: string, more: Record<string, string> = {}): string[] {
  const others = Object.fromEntries(
    ['model', 'words', 'manifest', 'engine', 'session', 'ui', 'scenarios'].map((f) => [`src/${f}/index.ts`, '']),
  )
  return checkArchitecture(new Map(Object.entries({ ...others, ...more, [path]: text }))).map((v) => v.message)
}

describe('the import table', () => {
  it('holds for every file of the project', () => {
    const lines = checkArchitecture(sources()).map((v) => `${v.file}:${v.line} ${v.message}`)
    expect(lines.join('\n')).toBe('')
  })

  it.each([
    ['src/model/x.ts', "import { y } from '../words/index.ts'", 'model may not import words'],
    ['src/engine/core/x.ts', "import type { Y } from '../../words/index.ts'", 'engine may not import words'],
    ['src/engine/core/x.ts', "export * from '../../session/index.ts'", 'engine may not import session'],
    ['src/ui/x.tsx', "const e = await import('../engine/index.ts')", 'ui may not import engine'],
    ['src/ui/x.tsx', "let e: import('../engine/index.ts').Cluster", 'ui may not import engine'],
    ['src/scenarios/x.ts', "import { z } from 'zustand'", 'src/scenarios may not import the package zustand'],
    ['src/engine/node/x.ts', "import { readFileSync } from 'node:fs'", 'may not import the package node:fs'],
    ['src/session/x.ts', "import { a } from '../model/net.ts'", 'across folders only index.ts'],
    ['src/ui/x.ts', "import { a } from '../session'", 'without its extension'],
    ['src/ui/canvas/x.tsx', "import { b } from '../kit/button.tsx'", 'across folders only index.ts'],
    ['src/main.tsx', "import './worker/engine.worker.ts'", 'may not import worker'],
    ['src/strange/x.ts', '', 'src/strange/ is not in the import table'],
    ['src/ui/x.ts', "import.meta.glob('../engine/*.ts')", 'goes around the import table'],
    ['src/ui/x.ts', 'await import(name)', 'by a computed name'],
    ['cli/main.ts', "import { s } from '../src/session/index.ts'", 'cli may not import session'],
    ['cli/main.ts', "import { s } from '../src/session/share/codec.ts'", 'cli may not import session'],
    ['conformance/run.mjs', "import { s } from '../src/session/share/index.ts'", 'conformance may not import session'],
    ['conformance/run.mjs', "import { s } from '../src/ui/index.ts'", 'conformance may not import ui'],
    ['e2e/x.spec.ts', "import { s } from '../src/model/index.ts'", 'e2e may not import model'],
    ['src/words/x.ts', "import { y } from './x.test.ts'", 'which is for tests'],
  ])('fails on a planted violation: %s: %s', (path, text, message) => {
    expect(planted(path, text).join('\n')).toContain(message)
  })

  it('lets the command line in by the one door that the table names', () => {
    expect(planted('cli/main.ts', "import { s } from '../src/session/share/index.ts'")).toEqual([])
  })

  it('fails on a cycle, of types too', () => {
    const found = planted('src/words/a.ts', "import type { B } from './b.ts'", {
      'src/words/b.ts': "import { a } from './a.ts'",
    })
    expect(found.join('\n')).toContain('import cycle: src/words/a.ts → src/words/b.ts')
  })

  it("keeps the engine's inner order", () => {
    const core = { 'src/engine/core/index.ts': '', 'src/engine/control/index.ts': '' }
    expect(planted('src/engine/network/a.ts', "import { c } from '../control/index.ts'", core).join()).toContain(
      'engine/network may not import engine/control',
    )
    expect(planted('src/engine/core/a.ts', "import { c } from '../index.ts'", core).join()).toContain(
      'engine/core may not import engine/index',
    )
    expect(planted('src/engine/control/a.ts', "import { c } from '../core/index.ts'", core)).toEqual([])
  })

  it.each([
    'Date.now()',
    'const d = new Date()',
    'Math.random()',
    'async function f() {}',
    'const f = async () => 1',
    'let p: Promise<void>',
    "'a'.localeCompare('b')",
    'setTimeout(() => {}, 1)',
    'process.env.HOME',
    'const { random } = Math, x = globalThis',
  ])('the engine may not say %s', (text) => {
    expect(planted('src/engine/core/x.ts', text).join()).toContain('time and chance come from the cluster')
  })

  it('lets words in comments and strings be, tests be, and names of fields be', () => {
    expect(planted('src/engine/core/x.ts', "// Promise, async\nconst a = 'Math.random()'")).toEqual([])
    expect(planted('src/engine/core/x.ts', 'interface V { readonly document?: string }')).toEqual([])
    expect(planted('src/engine/core/x.test.ts', "import '../../ui/index.ts'; Math.random()")).toEqual([])
  })

  it('allows what the table allows', () => {
    expect(planted('src/session/x.ts', "import { p } from '../manifest/index.ts'\nimport 'fflate'")).toEqual([])
    expect(planted('src/ui/kit/x.tsx', "import './tokens.css'\nimport { useState } from 'react'")).toEqual([])
    expect(planted('src/scenarios/x.ts', "import.meta.glob('./gallery/*.yaml', { query: '?raw' })")).toEqual([])
    expect(planted('cli/x.ts', "import { readFileSync } from 'node:fs'\nimport '../src/engine/index.ts'")).toEqual([])
  })
})
