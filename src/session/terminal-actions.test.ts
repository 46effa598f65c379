import { describe, expect, test } from 'vitest'
import type { Scenario } from '../scenarios/index.ts'
import * as shell from '../shell/index.ts'
import { Run } from '../worker/index.ts'
import { createSession } from './create-session.ts'
import { fakeDeps } from './testing/fake-deps.ts'

const SHOP = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2 # two are enough
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "example/app:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: tools, image: nicolaka/netshoot}]}
`
const SCENARIOS = [
  { id: 'shop', title: 'Shop', files: [{ name: 'app.yaml', text: SHOP }], steps: [] },
] as unknown as readonly Scenario[]

/** A session with the worker's run behind it. */
async function opened(address = '', kept: ReadonlyMap<string, string> = new Map()) {
  const deps = fakeDeps({ scenarios: SCENARIOS, address })
  for (const [key, value] of kept) deps.kept.set(key, value)
  const session = createSession({
    ...deps,
    startWorker(onMessage) {
      const run = new Run((message) => queueMicrotask(() => onMessage(structuredClone(message))), shell)
      return { post: (command) => run.handle(structuredClone(command)), stop: () => {} }
    },
  })
  session.start()
  const settle = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve()
  }
  const play = async (ms: number) => {
    for (let t = 0; t < ms; t += 20) {
      deps.pass(20)
      await settle()
    }
  }
  await settle()
  const { getState } = session.store
  const shown = (id = '1') => {
    const at = session.playhead.get()
    const entries = getState().mirror.terminal.filter((e) => e.terminal === id && e.at <= at)
    return entries
      .map((e) => (e.type === 'typed' ? `${e.prompt}${e.line}\n` : e.type === 'out' || e.type === 'err' ? e.text : ''))
      .join('')
  }
  return { deps, session, play, settle, state: getState, shown }
}

describe('a terminal', () => {
  test('runs what is typed at the moment shown, and keeps the line', async () => {
    const { session, play, settle, shown, state, deps } = await opened()
    await play(500)
    session.typeLine('1', 'kubectl get deploy web')
    await settle()
    expect(shown()).toMatch(/web +2\/2/)
    expect(state().document.log).toMatchObject([{ type: 'act', action: { type: 'type-line', terminal: '1' } }])
    expect(state().terminals.history).toEqual(['kubectl get deploy web'])
    // what a key typed for the person is no line of theirs
    session.typeLine('1', 'exit', { unremembered: true })
    expect(state().terminals.history).toEqual(['kubectl get deploy web'])
    const again = await opened('', deps.kept)
    expect(again.state().terminals.history).toEqual(['kubectl get deploy web'])
  })

  test('pausing the clock pauses what runs; typing while something runs happens where the worker is', async () => {
    const { session, play, settle, shown, state } = await opened()
    await play(300)
    session.typeLine('1', 'while true; do echo tick; sleep 1; done')
    await play(2500)
    const ticks = () => shown().match(/^tick$/gm)?.length
    expect(ticks()).toBe(3)
    session.pause()
    await play(3000)
    expect(ticks()).toBe(3)
    session.play()
    await play(1000)
    const before = session.playhead.get()
    await session.openTerminal('Pod/default/client')
    expect(state().terminals.open.map((t) => [t.place, t.prompt])).toEqual([
      ['workstation', 'lab/default $ '],
      ['Pod/default/client', 'client:/ # '],
    ])
    session.typeLine(state().terminals.active, 'hostname')
    await settle()
    // no going back into the loop: at most what is computed ahead of it
    expect(session.playhead.get() - before).toBeLessThan(400)
    expect(shown('2')).toBe('client:/ # hostname\nclient\n')
    const there = ticks()
    session.interrupt('1')
    await play(3000)
    expect(ticks()).toBe(there)
    expect(shown()).toMatch(/\^C\n$/)
  })

  test('going back shows the terminal as it was; what is done there drops what came later', async () => {
    const { session, play, settle, shown } = await opened()
    await play(1000)
    session.typeLine('1', 'echo one')
    await play(1000)
    session.typeLine('1', 'echo two')
    await play(500)
    session.seek(1500)
    await settle()
    expect(shown()).toBe('lab/default $ echo one\none\n')
    session.typeLine('1', 'echo three')
    await play(3000)
    expect(shown()).toBe('lab/default $ echo one\none\nlab/default $ echo three\nthree\n')
  })

  test('a link to a moment holds what was typed, where and when', async () => {
    const { session, play, shown } = await opened()
    await play(500)
    session.typeLine('1', 'kubectl scale deploy web --replicas=3')
    await play(1000)
    await session.openTerminal('Pod/default/client')
    session.typeLine('2', 'curl -s http://web')
    await play(1000)
    const before = [shown('1'), shown('2')]
    expect(before[1]).toMatch(/asked by/)
    const { url } = await session.createLink({ moment: true, secrets: false })
    const other = await opened(url.slice(url.indexOf('#')))
    await other.settle()
    expect([other.shown('1'), other.shown('2')]).toEqual(before)
    expect(other.state().mirror.objects.get('Deployment/default/web')).toMatchObject({ spec: { replicas: 3 } })
    expect(other.state().terminals.open.map((t) => t.place)).toEqual(['workstation', 'Pod/default/client'])
    expect(other.state().mirror.traces.length).toBeGreaterThan(0)
    expect(other.state().view.tab).toBe('terminal')
  })

  test('kubectl edit shows the object where it stands in the text', async () => {
    const { session, play, settle } = await opened()
    const shown: number[] = []
    session.onReveal((range) => shown.push(range.line))
    await play(500)
    session.typeLine('1', 'kubectl edit deployment web')
    await settle()
    await play(200)
    expect(shown).toEqual([6])
  })

  test('a command can be put into the prompt for the person to run', async () => {
    const { session, state } = await opened()
    await session.offerCommand('kubectl get pods')
    expect(state().terminals.offer).toEqual({ terminal: '1', line: 'kubectl get pods' })
    expect(state().view).toMatchObject({ tab: 'terminal', drawerOpen: true })
    expect(state().document.log).toEqual([])
  })

  test('a reload brings back what was typed, and what came of it', async () => {
    const { session, play, deps, state } = await opened()
    await play(500)
    session.typeLine('1', 'kubectl create deployment api --image=nginx --port=80')
    await play(2000)
    expect(state().mirror.objects.has('Deployment/default/api')).toBe(true)
    const again = await opened('', deps.kept)
    await again.settle()
    expect(again.state().mirror.objects.has('Deployment/default/api')).toBe(true)
    expect(again.shown()).toMatch(/deployment.apps\/api created/)
    // and another example puts it aside, to be brought back
    again.session.openScenario('shop')
    await again.settle()
    expect(again.state().mirror.objects.has('Deployment/default/api')).toBe(false)
    expect(again.state().restorable).toBe(true)
    again.session.restoreText()
    await again.settle()
    expect(again.state().mirror.objects.has('Deployment/default/api')).toBe(true)
  })

  test('starting over can be taken back, with what was typed', async () => {
    const { session, play, settle, shown, state } = await opened()
    await play(500)
    session.typeLine('1', 'echo one')
    await play(1000)
    session.startOver()
    await settle()
    expect(shown()).toBe('')
    state().notice!.undo!()
    await settle()
    expect(shown()).toBe('lab/default $ echo one\none\n')
  })

  test('Ctrl-C right after Enter stops the line, though it has not been seen to run', async () => {
    const { session, play, shown, state } = await opened()
    await play(500)
    session.typeLine('1', 'sleep 60; echo over')
    session.interrupt('1')
    await play(500)
    expect(shown()).toMatch(/\^C\n$/)
    session.interrupt('1')
    expect(state().document.log.map((entry) => entry.type === 'act' && entry.action.type)).toEqual([
      'type-line',
      'interrupt',
    ])
  })
})
