import { describe, expect, test } from 'vitest'
import type { Scenario } from '../scenarios/index.ts'
import { createSession } from './create-session.ts'
import { encodeFragment } from './share/codec.ts'
import { openScenarioOf } from './state.ts'
import { fakeDeps } from './testing/fake-deps.ts'

const scenario = (id: string, text: string): Scenario => ({
  id,
  title: id,
  group: 'What goes wrong',
  summary: '',
  story: '',
  files: [{ name: 'app.yaml', text }],
  steps: [
    {
      label: 'Mend it',
      say: '',
      do: { type: 'edit', file: 'app.yaml', find: text, replace: 'kind: mended\n' },
    },
  ],
  expect: [],
})
const FIRST = scenario('first', 'kind: web\n')
const BROKEN = scenario('broken', 'kind: broken\n')

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

async function opened(options: Parameters<typeof fakeDeps>[0] = {}) {
  const deps = fakeDeps({ scenarios: [FIRST], gallery: [BROKEN], ...options })
  const session = createSession(deps)
  session.start()
  await settle()
  return { deps, session, state: session.store.getState }
}

describe('the gallery', () => {
  test('is fetched when somebody asks for it, and its examples open and mend as others do', async () => {
    const { session, state } = await opened()
    expect([state().gallery, state().scenarios.length]).toEqual(['away', 1])
    session.openScenario('broken')
    expect(state().document.scenario).toBe('first')
    await session.loadGallery()
    expect([state().gallery, state().scenarios.length]).toEqual(['here', 2])
    session.openScenario('broken')
    expect(openScenarioOf(state())).toBe(BROKEN)
    await session.takeStep(0)
    expect(state().document.files[0]?.text).toBe('kind: mended\n')
    expect(state().view.storyStep).toBe(1)
  })

  test('comes by itself when a link began as one of its examples', async () => {
    const address = encodeFragment({ version: 1, files: BROKEN.files, log: [], scenario: 'broken' })
    const { state } = await opened({ address })
    expect([openScenarioOf(state()), state().view.storyStep]).toEqual([BROKEN, 0])
    const changed = encodeFragment({
      version: 1,
      files: [{ name: 'app.yaml', text: 'kind: else\n' }],
      log: [],
      scenario: 'broken',
    })
    const other = await opened({ address: changed })
    expect([openScenarioOf(other.state()), other.state().view.storyStep]).toEqual([BROKEN, -1])
  })

  test('that cannot be fetched says so, and can be asked for again', async () => {
    const { session, state } = await opened({ gallery: undefined })
    await session.loadGallery()
    expect([state().gallery, state().scenarios]).toEqual(['failed', [FIRST]])
    await session.loadGallery()
    expect(state().gallery).toBe('failed')
  })
})
