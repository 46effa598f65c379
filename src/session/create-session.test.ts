import { describe, expect, test } from 'vitest'
import type { Pod, Trace } from '../model/index.ts'
import type { Scenario } from '../scenarios/index.ts'
import { createSession } from './create-session.ts'
import { encodeFragment } from './share/codec.ts'
import { EMPTY_UPDATE, type FakeDeps, fakeDeps } from './testing/fake-deps.ts'

const scenario = (id: string, text: string): Scenario =>
  ({
    id,
    title: id,
    group: '',
    summary: '',
    story: '',
    files: [{ name: 'app.yaml', text }],
    steps: [
      { label: 'break', say: '', do: { type: 'edit', file: 'app.yaml', find: 'web', replace: '$&x' } },
      { label: 'delete', say: '', do: { type: 'act', action: { type: 'delete', object: 'Pod/default/a' } } },
    ],
    expect: [],
  }) as unknown as Scenario

const SCENARIOS = [scenario('first', 'kind: web\n'), scenario('second', 'kind: other\n')]

/** Lets answers of the fake worker arrive. */
const settle = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

async function opened(options: Parameters<typeof fakeDeps>[0] = {}, prepare: (deps: FakeDeps) => void = () => {}) {
  const deps = fakeDeps({ scenarios: SCENARIOS, ...options })
  prepare(deps)
  const session = createSession(deps)
  session.start()
  await settle()
  const text = () =>
    session.store
      .getState()
      .document.files.map((file) => file.text)
      .join('|')
  const play = async (ms: number) => {
    for (let t = 0; t < ms; t += 20) {
      deps.pass(20)
      await settle()
    }
  }
  return { deps, session, text, play, state: session.store.getState }
}

describe('a first visit', () => {
  test('opens the first example and plays', async () => {
    const { deps, state, session, play } = await opened()
    expect(deps.sent[0]).toMatchObject({ type: 'open', files: SCENARIOS[0]!.files })
    expect(state().status.phase).toBe('ready')
    await play(1000)
    expect(session.playhead.get()).toBeGreaterThan(500)
    expect(state().document.scenario).toBe('first')
  })
})

describe('time', () => {
  test('the playhead never passes what the worker has computed, and the worker stays ahead of it', async () => {
    const { deps, session, state, play } = await opened()
    await play(3000)
    const computed = deps.last('advance')!.to
    expect(session.playhead.get()).toBeLessThanOrEqual(state().mirror.now)
    expect(computed).toBeGreaterThan(session.playhead.get() + 800)
    expect(computed).toBeLessThanOrEqual(session.playhead.get() + 1200)
    expect(state().mirror.now - session.playhead.get()).toBeLessThanOrEqual(100)
    deps.autoAnswer = false
    await play(3000)
    expect(session.playhead.get()).toBeLessThanOrEqual(computed)
    expect(
      deps.sent.filter((command) => command.type === 'advance' && command.to > computed).length,
    ).toBeLessThanOrEqual(1)
  })

  test('speed is bounded and moves the playhead that much faster', async () => {
    const { session, play, state } = await opened()
    session.setSpeed(50)
    expect(state().playback.speed).toBe(10)
    await play(2000)
    expect(session.playhead.get()).toBeGreaterThan(10_000)
  })

  test('paused, nothing moves; the next event is gone to exactly', async () => {
    const { session, play } = await opened()
    session.pause()
    await play(500)
    expect(session.playhead.get()).toBe(0)
    await session.stepEvent()
    await settle()
    expect(session.playhead.get()).toBe(1000)
  })

  test('a moment shows nothing of later, by whatever way it was gone to', async () => {
    const { deps, session, state } = await opened()
    session.pause()
    deps.autoAnswer = false
    session.seek(1000)
    const later = { id: '1', startedAt: 1050 } as unknown as Trace
    const answer = { ...EMPTY_UPDATE, ack: deps.last('advance')!.id }
    deps.say({ type: 'update', update: { ...answer, now: 1000 } })
    // playing computes ahead in slices; this one has a request after the moment that is gone to
    session.play()
    deps.pass(20)
    deps.say({ type: 'update', update: { ...answer, ack: deps.last('advance')!.id, now: 1100, traces: [later] } })
    session.pause()
    session.seek(1040)
    expect(deps.last('seek')).toMatchObject({ to: 1040 })
    deps.say({ type: 'update', update: { ...EMPTY_UPDATE, ack: deps.last('seek')!.id, now: 1040, reset: true } })
    expect(session.playhead.get()).toBe(1040)
    expect(state().mirror.traces).toEqual([])
  })

  test('the next hop is the nearest boundary that is drawn', async () => {
    const { deps, session } = await opened()
    session.pause()
    const trace = { id: '1', startedAt: 0 } as unknown as Trace
    deps.say({ type: 'update', update: { ...EMPTY_UPDATE, ack: 1, traces: [trace] } })
    await session.stepHop(() => [0, 120, 240])
    await settle()
    expect(session.playhead.get()).toBe(120)
  })

  test('going back shows the text of that moment, and the newest again going forth', async () => {
    const { session, text, play, deps, state } = await opened()
    await play(2000)
    session.setText('app.yaml', 'kind: new\n')
    await play(1000)
    session.pause()
    const end = session.playhead.get()
    session.seek(500)
    await settle()
    expect(deps.last('seek')).toMatchObject({ to: 500 })
    expect(session.playhead.get()).toBe(500)
    expect(text()).toBe('kind: web\n')
    expect(state().playback.furthest).toBe(end)
    session.seek(end)
    await settle()
    expect(text()).toBe('kind: new\n')
  })

  test('an edit after going back drops the later log', async () => {
    const { session, play, state } = await opened()
    await play(1000)
    session.setText('app.yaml', 'kind: new\n')
    await play(1000)
    session.pause()
    session.seek(100)
    await settle()
    session.setText('app.yaml', 'kind: third\n')
    session.applyNow()
    expect(state().document.log).toHaveLength(1)
    expect(state().document.log[0]).toMatchObject({ at: 100, type: 'edit' })
    expect(state().playback.furthest).toBe(100)
  })
})

describe('text', () => {
  test('reaches the cluster 400 ms after the last key, once, as an edit at the playhead', async () => {
    const { deps, session, play } = await opened()
    session.pause()
    session.setText('app.yaml', 'kind: web1\n')
    await play(300)
    session.setText('app.yaml', 'kind: web12\n')
    await play(300)
    expect(deps.last('edit')).toBeUndefined()
    await play(200)
    expect(deps.sent.filter((command) => command.type === 'edit')).toEqual([
      expect.objectContaining({
        at: 0,
        files: [{ name: 'app.yaml', text: 'kind: web12\n' }],
        edits: [{ file: 'app.yaml', from: 9, to: 9, insert: '12' }],
      }),
    ])
  })

  test('applied by hand, it waits and shows what it would change', async () => {
    const { deps, session, play, state } = await opened()
    session.setApplyMode('manual')
    session.setText('app.yaml', 'kind: new\n')
    await play(1000)
    expect(deps.last('edit')).toBeUndefined()
    expect(deps.last('ask')!.question).toMatchObject({ type: 'preview' })
    expect(state().applying.pending).toBe(true)
    session.applyNow()
    expect(deps.last('edit')).toBeDefined()
    expect(state().applying.pending).toBe(false)
  })

  test('undo goes over typing, files, fixes and examples; redo comes back', async () => {
    const { deps, session, text, play } = await opened()
    session.setText('app.yaml', 'one')
    await play(2000)
    session.setText('app.yaml', 'two')
    session.addFile('b.yaml', 'b')
    session.openScenario('second')
    await settle()
    expect(text()).toBe('kind: other\n')
    session.undo()
    await settle()
    expect(text()).toBe('two|b')
    expect(deps.last('open')).toBeDefined()
    session.undo()
    expect(text()).toBe('two')
    session.undo()
    expect(text()).toBe('one')
    session.undo()
    expect(text()).toBe('kind: web\n')
    session.undo()
    for (let i = 0; i < 4; i++) session.redo()
    await settle()
    expect(text()).toBe('kind: other\n')
  })

  test('a fix is asked of the worker and pushed to the editor as edits', async () => {
    const { deps, session, text } = await opened()
    const pushed: unknown[] = []
    session.subscribeEdits(({ edits }) => pushed.push(...edits))
    deps.autoAnswer = false
    const done = session.applyFix({
      label: 'x',
      object: 'Service/default/web',
      path: ['kind'],
      op: 'set',
      value: 'svc',
    })
    const asked = deps.last('ask')!
    expect(asked.question.type).toBe('edits')
    const edits = [{ file: 'app.yaml', from: 6, to: 9, insert: 'svc' }]
    deps.say({ type: 'answer', id: asked.id, answer: { type: 'edits', edits } })
    expect(await done).toBe(true)
    expect(text()).toBe('kind: svc\n')
    expect(pushed).toEqual(
      [{ file: 'app.yaml', from: 6, to: 9, insert: 'svc' }].map((e) => expect.objectContaining({ file: e.file })),
    )
    expect(deps.last('edit')!.files[0]!.text).toBe('kind: svc\n')
  })

  test('an example’s step takes its replacement as it is', async () => {
    const { session, text, state } = await opened()
    await session.takeStep(0)
    expect(text()).toBe('kind: $&x\n')
    expect(state().view.storyStep).toBe(1)
    await session.takeStep(0)
    expect(state().notice?.text).toMatch(/no longer/)
  })

  test('a step of a story is taken back to the moment before it', async () => {
    const { session, text, state, play } = await opened()
    await play(1000)
    await session.takeStep(0)
    await play(1000)
    const before = session.playhead.get()
    await session.takeStep(1)
    await play(1000)
    expect(state().document.log).toHaveLength(2)
    session.stepBack()
    await settle()
    expect(state().document.log).toHaveLength(1)
    expect(session.playhead.get()).toBe(before)
    expect(text()).toBe('kind: $&x\n')
    session.stepBack()
    await settle()
    expect(text()).toBe('kind: web\n')
    expect(state().view.storyStep).toBe(0)
  })

  test('files are added, renamed and removed under names of their own; the last one is emptied', async () => {
    const { session, state } = await opened()
    expect(session.addFile('app.yaml')).toBe('app-2.yaml')
    expect(session.renameFile('app-2.yaml', 'app.yaml')).toBe(false)
    expect(session.renameFile('app-2.yaml', 'b.yaml')).toBe(true)
    expect(state().document.activeFile).toBe('b.yaml')
    session.removeFile('b.yaml')
    session.removeFile('app.yaml')
    expect(state().document.files).toEqual([{ name: 'app.yaml', text: '' }])
    state().notice!.undo!()
    expect(state().document.files[0]!.text).toBe('kind: web\n')
  })
})

describe('acting', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'default' },
    spec: { containers: [] },
  } as unknown as Pod
  const source = { file: 'app.yaml', from: 0, to: 1, line: 1, column: 1, endLine: 1, endColumn: 2 }

  test('what the text cannot say is a logged command; what it can say is an edit', async () => {
    const { deps, session, state } = await opened()
    session.pause()
    await session.act({ type: 'set-ready', pod: 'Pod/default/a', ready: false })
    expect(deps.last('act')!.action.type).toBe('set-ready')
    expect(state().document.log).toHaveLength(1)
    await settle()
    deps.say({
      type: 'update',
      update: { ...EMPTY_UPDATE, ack: 99, put: [pod], sources: [{ object: 'Pod/default/a', source }] },
    })
    await session.act({ type: 'set-ready', pod: 'Pod/default/a', ready: false })
    expect(deps.last('ask')!.question).toMatchObject({
      type: 'edits',
      fixes: [{ object: 'Pod/default/a', path: ['metadata', 'annotations', 'fairlead.dev/ready'], value: 'false' }],
    })
  })
})

describe('links and what is kept', () => {
  const link = encodeFragment({ version: 1, files: [{ name: 'x.yaml', text: 'from: link\n' }], log: [] })

  test('a reload brings back the text', async () => {
    const first = await opened()
    first.session.setText('app.yaml', 'mine\n')
    first.session.saveNow()
    const second = await opened({}, (deps) => {
      for (const [key, value] of first.deps.kept) deps.kept.set(key, value)
    })
    expect(second.text()).toBe('mine\n')
    expect(second.state().view.storyStep).toBe(-1)
  })

  test('a link opens beside one’s own text, which is kept until asked for', async () => {
    const first = await opened()
    first.session.setText('app.yaml', 'mine\n')
    first.session.saveNow()
    const { text, state, session, deps, play } = await opened({ address: link }, (fresh) => {
      for (const [key, value] of first.deps.kept) fresh.kept.set(key, value)
    })
    expect(text()).toBe('from: link\n')
    expect(state().notice?.text).toMatch(/Your own text is kept/)
    expect(deps.address).toBe(link)
    session.setText('x.yaml', 'from: me\n')
    await play(2000)
    expect(deps.address).toBe('')
    expect(state().restorable).toBe(true)
    session.restoreText()
    await settle()
    expect(text()).toBe('mine\n')
    session.restoreText()
    await settle()
    expect(text()).toBe('from: me\n')
  })

  test('the way back in the notice restores one’s own text at once', async () => {
    const first = await opened()
    first.session.setText('app.yaml', 'mine\n')
    first.session.saveNow()
    const { text, state } = await opened({ address: link }, (fresh) => {
      for (const [key, value] of first.deps.kept) fresh.kept.set(key, value)
    })
    state().notice!.undo!()
    await settle()
    expect(text()).toBe('mine\n')
  })

  test('a broken link says so and leaves a working page', async () => {
    const { state, text } = await opened({ address: `${link.slice(0, -9)}` })
    expect(state().notice?.text).toBe('This link cannot be opened: it is cut off or was changed on its way.')
    expect(text()).toBe('kind: web\n')
    expect(state().status.phase).toBe('ready')
  })

  test('a link to a moment holds the log and opens at that moment', async () => {
    const { session, play } = await opened()
    await play(1000)
    session.setText('app.yaml', 'kind: new\n')
    await play(1000)
    session.pause()
    const at = Math.round(session.playhead.get())
    const { url } = await session.createLink({ moment: true, secrets: true })
    const other = await opened({ address: url.slice(url.indexOf('#')) })
    expect(other.deps.sent[0]).toMatchObject({ type: 'open', at, files: SCENARIOS[0]!.files })
    expect(other.text()).toBe('kind: new\n')
    expect(other.session.playhead.get()).toBeGreaterThanOrEqual(at)
  })

  test('a downloaded session opens again, dropped or chosen', async () => {
    const { session, play } = await opened()
    await play(1000)
    session.setText('app.yaml', 'kind: new\n')
    await play(1000)
    const file = await session.saveAsFile({ secrets: true })
    expect(file.name).toBe('first.fairlead.json')
    const other = await opened()
    other.session.replaceFiles([file])
    await settle()
    expect(other.text()).toBe('kind: new\n')
    expect(other.state().document.log).toHaveLength(1)
    other.session.replaceFiles([{ name: 'x.fairlead.json', text: '{"version":1,"files":5}' }])
    expect(other.state().notice?.text).toBe('x.fairlead.json cannot be opened: its files cannot be read.')
    expect(other.text()).toBe('kind: new\n')
    other.session.replaceFiles([{ name: 'b.yaml', text: 'b' }])
    expect(other.text()).toBe('kind: new\n|b')
  })

  test('a storage that refuses everything takes nothing from the page', async () => {
    const { session, state, text } = await opened({}, (deps) => {
      const broken = () => {
        throw new DOMException('denied')
      }
      Object.assign(deps.storage, { getItem: broken, setItem: broken, removeItem: broken })
    })
    session.setText('app.yaml', 'mine')
    session.saveNow()
    expect(text()).toBe('mine')
    expect(state().notice?.text).toMatch(/too large to be kept|cannot be kept/)
  })
})

describe('when it goes wrong', () => {
  test('a crash keeps the text, and a restart opens it again', async () => {
    const { deps, session, state, text } = await opened()
    session.setText('app.yaml', 'mine\n')
    deps.say({ type: 'crash', message: 'a bug' })
    expect(state().status).toEqual({ phase: 'crashed', message: 'a bug' })
    expect(text()).toBe('mine\n')
    session.restart()
    await settle()
    expect(deps.last('open')).toMatchObject({ files: [{ name: 'app.yaml', text: 'mine\n' }] })
    expect(state().status.phase).toBe('ready')
  })

  test('a very large text waits for the person’s word', async () => {
    const { deps, session, state, play } = await opened()
    deps.say({ type: 'too-large', id: 1, characters: 5_000_000, documents: 20_000 })
    await play(1000)
    expect(state().status.phase).toBe('too-large')
    expect(deps.last('advance')).toBeUndefined()
    session.tryAnyway()
    expect(deps.last('open')).toMatchObject({ force: true })
  })
})
