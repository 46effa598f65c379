import { expect, test } from 'vitest'
import { buildScene, observe } from '../../scene/index.ts'
import { richSample, smallSample } from '../../scene/testing/sample.ts'
import { fitTo, holds, reveal } from './camera.ts'
import { actionsOf } from './node-actions.ts'
import { countWords, inTwoLines, nodeLabel } from './node-names.ts'
import { createSceneKeeper } from './scene-keeper.ts'

const small = smallSample()
const sceneOf = (sample: ReturnType<typeof smallSample>) =>
  buildScene(
    { ...sample, observed: observe(sample.traces, new Set(sample.clients.map((c) => c.key))) },
    { mode: 'logical' },
  )

test('a screen reader hears kind, name and state of every node, each different, never "undefined"', () => {
  for (const sample of [small, richSample()]) {
    const labels = sceneOf(sample)
      .nodes.filter((n) => n.type !== 'group' || n.key)
      .map(nodeLabel)
    for (const label of labels) expect(label).not.toMatch(/undefined|null|, ,|^\s*$/)
    expect(new Set(labels).size).toBe(labels.length)
  }
  const byId = sceneOf(small).byId
  expect(nodeLabel(byId.get('Service/default/web')!)).toBe(
    'Service web, ClusterIP 10.96.44.11, port http 80 to 8081, 3 of 4 ready, problem: nobody listens',
  )
  expect(nodeLabel(byId.get('client/web-client')!)).toContain('made up for you')
})

test('counts name only the states that occur', () => {
  const group = sceneOf(small).byId.get('group:Deployment/default/web')!
  expect(group.type === 'group' && countWords(group.counts, group.total)).toBe('4 pods, 3 ready, 1 terminating')
})

test('reasons that are longer than a pod is wide break at a capital', () => {
  expect(inTwoLines('CrashLoopBackOff')).toEqual(['CrashLoop', 'BackOff'])
  expect(inTwoLines('ImagePullBackOff')).toEqual(['ImagePull', 'BackOff'])
  expect(inTwoLines('Error')).toEqual(['', 'Error'])
})

test('a pod can be deleted and made not ready; one that is going can not', () => {
  const scene = sceneOf(small)
  const acts = (key: string) =>
    actionsOf(scene.byId.get(key)!, small.objects.get(key)).map((a) => a.act?.type ?? a.icon)
  const [ready] = small.services.get('Service/default/web')!.members.filter((m) => m.state === 'ready')
  const [going] = small.services.get('Service/default/web')!.members.filter((m) => m.state === 'terminating')
  expect(acts(ready!.key)).toEqual(['set-ready', 'delete', 'what-if', 'shell'])
  expect(acts(going!.key)).toEqual([])
})

test('a shell is opened where one points; where none can be, the button says why', () => {
  const scene = sceneOf(small)
  const shells = (key: string, object = small.objects.get(key)) =>
    actionsOf(scene.byId.get(key)!, object).filter((a) => a.icon === 'shell')
  const [ready] = small.services.get('Service/default/web')!.members.filter((m) => m.state === 'ready')
  expect(shells(ready!.key)).toMatchObject([{ shell: { place: ready!.key } }])
  const { nodeName, ...spec } = small.objects.get(ready!.key)!.spec as { nodeName?: string }
  const pending = { ...small.objects.get(ready!.key)!, spec, status: { phase: 'Pending' } }
  expect(nodeName).toBeDefined()
  expect(shells(ready!.key, pending)).toMatchObject([{ problem: expect.stringContaining('no node yet') }])
  expect(shells(ready!.key, pending)[0]).not.toHaveProperty('shell')
})

test('a terminal in the picture has its terminal for an action, and does not ask by itself', () => {
  const node = sceneOf(small).byId.get('client/web-client')!
  if (node.type !== 'client') throw new Error('no client')
  const terminal = { ...node, client: { ...node.client, terminal: true, madeUp: false } }
  expect(actionsOf(terminal, undefined)).toMatchObject([{ icon: 'shell', shell: { client: { terminal: true } } }])
  expect(actionsOf(node, undefined).map((a) => a.icon)).toEqual(['send', 'shell'])
  expect(nodeLabel(terminal)).toMatch(/^Terminal at web-client, .*asked http/)
})

test('a workload scales by one from what it is', () => {
  const scene = sceneOf(small)
  const key = 'Deployment/default/web'
  const acts = actionsOf(scene.byId.get(`group:${key}`)!, small.objects.get(key)).map((a) => a.act)
  expect(acts).toEqual([
    { type: 'scale', object: key, replicas: 3 },
    { type: 'scale', object: key, replicas: 5 },
    { type: 'restart', object: key },
  ])
})

test('the picture is made anew when something shown changes, not for every request', () => {
  const keep = createSceneKeeper()
  const view = { mode: 'logical' } as const
  const mirror = { ...small, sources: new Map() }
  const first = keep(mirror, view)
  expect(keep({ ...mirror, traces: [...small.traces, { ...small.traces.at(-1)!, id: 'more' }] }, view)).toBe(first)
  const [pod] = [...small.objects.values()].filter((o) => o.kind === 'Pod')
  const objects = new Map(small.objects)
  objects.delete(`Pod/default/${pod!.metadata.name}`)
  const second = keep({ ...mirror, objects }, view)
  expect(second).not.toBe(first)
  const kept = second.nodes.filter((n) => first.nodes.includes(n)).length
  expect(kept).toBeGreaterThan(second.nodes.length - 4)
})

test('pods of another story begin at the first place, though they have the same names', () => {
  const keep = createSceneKeeper()
  const view = { mode: 'logical' } as const
  const mirror = { ...small, traces: [], sources: new Map() }
  const fewer = new Map(small.objects)
  const pods = [...small.objects.values()].filter((o) => o.metadata.name.startsWith('web-') && o.kind === 'Pod')
  fewer.delete(`Pod/default/${pods[0]!.metadata.name}`)
  keep(mirror, view, 'one')
  keep(mirror, view, 'two') // its objects have not come yet
  const scene = keep({ ...mirror, objects: fewer }, view, 'two')
  expect(scene.nodes).toEqual(createSceneKeeper()({ ...mirror, objects: fewer }, view, 'two').nodes)
})

test('the camera fits the whole picture, or starts at its top left where it would be too small to read', () => {
  const pane = { width: 800, height: 600 }
  const box = { x: -10, y: -50, width: 900, height: 400 }
  expect(holds(box, pane, fitTo(box, pane, 1.15))).toBe(true)
  const tall = { x: 0, y: 0, width: 700, height: 9000 }
  const camera = fitTo(tall, pane, 1.15)
  expect(camera.zoom).toBeGreaterThan(0.5)
  expect(camera.y).toBeGreaterThanOrEqual(0)
})

test('revealing a box moves the camera no further than needed, and not at all for one in sight', () => {
  const pane = { width: 800, height: 600 }
  const camera = { x: 0, y: 0, zoom: 1 }
  expect(reveal({ x: 100, y: 100, width: 100, height: 50 }, pane, camera)).toBe(camera)
  const moved = reveal({ x: 1000, y: 100, width: 100, height: 50 }, pane, camera)
  expect(moved.x + 1100).toBe(800 - 24)
  expect(moved.y).toBe(0)
})
