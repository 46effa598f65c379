import { describe, expect, test } from 'vitest'
import { keyOf, type Trace } from '../model/index.ts'
import { scenarioById } from '../scenarios/index.ts'
import { applyUpdate, EMPTY_MIRROR } from '../session/mirror.ts'
import { Run } from '../worker/run.ts'
import {
  buildScene,
  drawnBoundaries,
  drawnEnd,
  frameAt,
  journeyOf,
  lengthOf,
  observe,
  packetsAt,
  pointAt,
  type Scene,
  traceRoute,
} from './index.ts'
import { largeSample, richSample, type Sample, SampleBuilder, smallSample } from './testing/sample.ts'

function pictureOf(sample: Sample, mode: 'logical' | 'nodes' = 'logical'): Scene {
  const observed = observe(sample.traces, new Set(sample.clients.map((c) => c.key)))
  return buildScene({ ...sample, observed }, { mode })
}

const small = smallSample()
const scene = pictureOf(small)
const find = (client: string) => small.traces.find((t) => t.client === `client/${client}`)!
const at = (trace: Trace, playhead: number) => packetsAt(scene, [trace], playhead)[0]
const near = (a: { x: number; y: number }, b: { x: number; y: number }, reach = 14) =>
  Math.hypot(a.x - b.x, a.y - b.y) <= reach

describe('how a request is stretched in time', () => {
  test.each([...small.traces, ...richSample().traces].slice(0, 80).map((t) => [t.id, t] as const))(
    '%s is drawn for max(took, 900 ms), each hop for 120 ms at least',
    (_, trace) => {
      const { hops, end } = journeyOf(trace)
      expect(end).toBeGreaterThanOrEqual(Math.max(trace.took, 900) - 1e-6)
      for (const hop of hops) expect(hop.end - hop.start).toBeGreaterThanOrEqual(120 - 1e-6)
      for (const [i, hop] of hops.entries()) expect(hop.start).toBe(i === 0 ? 0 : hops[i - 1]!.end)
    },
  )

  test('the boundaries are the starts of the hops, on the playhead’s clock', () => {
    const trace = find('browser')
    const boundaries = drawnBoundaries(trace)
    expect(boundaries[0]).toBe(trace.startedAt)
    expect(boundaries).toHaveLength(trace.hops.length)
    expect([...boundaries].sort((a, b) => a - b)).toEqual(boundaries)
    expect(boundaries.at(-1)!).toBeLessThan(drawnEnd(trace))
  })

  test('a refusal comes back, though no answer does: one boundary more than hops', () => {
    const trace = find('web-client')
    expect(drawnBoundaries(trace)).toHaveLength(trace.hops.length + 1)
  })

  test('a request that times out is drawn until its client gives up', () => {
    const rich = richSample()
    const lost = rich.traces.find((t) => t.outcome === 'timed out')!
    expect(journeyOf(lost).end).toBeGreaterThanOrEqual(lost.took)
  })
})

describe('packets', () => {
  test('nothing is drawn before the start, and no packet after the end', () => {
    for (const trace of small.traces.slice(0, 6)) {
      expect(packetsAt(scene, [trace], trace.startedAt - 0.01)).toEqual([])
      expect(packetsAt(scene, [trace], drawnEnd(trace))).toEqual([])
      expect(packetsAt(scene, [trace], trace.startedAt)).toHaveLength(1)
      expect(packetsAt(scene, [trace], drawnEnd(trace) - 0.01)).toHaveLength(1)
    }
  })

  test('an answered request starts at its client, reaches the pod, and ends at its client', () => {
    const trace = find('browser')
    const client = scene.byId.get('client/browser')!
    const home = { x: client.x + client.width, y: client.y + client.height / 2 }
    expect(near(at(trace, trace.startedAt)!, home)).toBe(true)
    expect(near(at(trace, drawnEnd(trace) - 0.01)!, home)).toBe(true)
    const socket = journeyOf(trace).hops.find((h) => h.to?.kind === 'pod')!
    const reached = at(trace, trace.startedAt + socket.end + 1)!
    const pod = scene.byId.get(socket.to!.key)!
    expect(near(reached, { x: pod.x + pod.width / 2, y: pod.y + pod.height / 2 }, pod.width)).toBe(true)
    expect(reached.shape).toBe('circle')
  })

  test('along its way a packet never goes back', () => {
    for (const trace of small.traces.slice(0, 6)) {
      for (const leg of traceRoute(scene, trace)!.legs) {
        if (!leg.path) continue
        const whole = lengthOf(leg.path)
        let last = -1
        for (let t = leg.start; t < leg.end; t += 10) {
          const packet = at(trace, trace.startedAt + t)!
          // Of all points of the way, the one beside the packet: its distance grows.
          let best = 0
          let bestGap = Infinity
          for (let d = Math.max(0, last - 1); d <= whole; d += 1) {
            const point = pointAt(leg.path, d)
            const gap = Math.hypot(point.x - packet.x, point.y - packet.y)
            if (gap < bestGap - 0.01) {
              bestGap = gap
              best = d
            }
          }
          expect(bestGap).toBeLessThan(14)
          expect(best).toBeGreaterThanOrEqual(last - 8)
          last = Math.max(last, best)
        }
      }
    }
  })

  test('where a selected request failed stays marked, from the moment at which it did', () => {
    const trace = find('web-client')
    const later = drawnEnd(trace) + 60_000
    const marks = (playhead: number, selected?: string) => frameAt(scene, small.traces, playhead, { selected }).failures
    expect(marks(later, trace.id)[0]).toMatchObject({ trace, mark: 'bar' })
    expect(marks(later).filter((f) => f.trace === trace)).toEqual([])
    expect(marks(trace.startedAt, trace.id).filter((f) => f.trace === trace)).toEqual([])
    const during = marks(drawnEnd(trace) - 1, trace.id)
    expect(during.filter((f) => f.trace === trace)).toHaveLength(1)
  })

  test('a refusal is a diamond, with a bar where it was refused, and it returns', () => {
    const trace = find('web-client')
    const end = at(trace, drawnEnd(trace) - 1)!
    expect(end).toMatchObject({ shape: 'diamond', tone: 'bad', phase: 'back' })
    const { failures } = frameAt(scene, [trace], drawnEnd(trace) - 1)
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({ mark: 'bar' })
    expect(scene.byId.get(failures[0]!.node)!.type).toBe('pod')
  })

  test('a lost request ends in dashes; its client waits, and nothing returns', () => {
    const rich = richSample()
    const picture = pictureOf(rich)
    const lost = rich.traces.find((t) => t.outcome === 'timed out')!
    const late = frameAt(picture, [lost], lost.startedAt + lost.took - 10)
    expect(late.packets[0]).toMatchObject({ shape: 'wait' })
    expect(late.failures[0]).toMatchObject({ mark: 'dashes', node: 'outside:203.0.113.20' })
    expect(traceRoute(picture, lost)!.legs.every((l) => l.phase !== 'back')).toBe(true)
  })

  test('a name that is not found never leaves its client', () => {
    const rich = richSample()
    const picture = pictureOf(rich)
    const typo = rich.traces.find((t) => t.outcome === 'name not found')!
    const route = traceRoute(picture, typo)!
    expect(route.nodes).toEqual(['client/typo'])
    expect(route.failure).toMatchObject({ mark: 'cross' })
  })

  test('two clients on one line keep to different sides of it', () => {
    const b = new SampleBuilder()
    const pods = b.deployment('web', ['ready'])
    const key = b.service('web', pods)
    const way = [
      { kind: 'service', key },
      { kind: 'pod', key: keyOf(pods[0]!) },
    ] as const
    const traces = ['one', 'two'].map((name) => b.request(b.client(name, 'pod', 'http://web/'), 0, way))
    const picture = pictureOf(b.build())
    const leg = traceRoute(picture, traces[0]!)!.legs.find((l) => l.path && l.start > 200)!
    const [first, second] = packetsAt(picture, traces, (leg.start + leg.end) / 2)
    expect(Math.hypot(first!.x - second!.x, first!.y - second!.y)).toBeGreaterThan(3)
  })

  test('a pod that is gone since is looked for at its workload', () => {
    const sample = smallSample()
    const trace = sample.traces.find((t) => t.client === 'client/shop')!
    const gone = trace.hops.find((h) => h.to.kind === 'pod')!.to.key
    const objects = new Map([...sample.objects].filter(([key]) => key !== gone))
    const picture = pictureOf({ ...sample, objects })
    expect(traceRoute(picture, trace)!.nodes.at(-1)).toBe('group:Deployment/default/front')
  })

  test('from a door the way leads through its Service, though the engine names no such place', () => {
    const b = new SampleBuilder()
    const pods = b.deployment('web', ['ready'])
    const key = b.service('web', pods, {
      spec: { type: 'NodePort' },
      ports: [{ name: '', port: 80, target: 80, nodePort: 30_080 }],
    })
    const visitor = b.client('visitor', 'internet', 'http://172.18.0.11:30080/')
    const trace = b.request(visitor, 0, [
      { kind: 'node-port', key },
      { kind: 'pod', key: keyOf(pods[0]!) },
    ])
    const route = traceRoute(pictureOf(b.build()), trace)!
    expect(route.nodes).toEqual([visitor, `node-port:${key}`, key, keyOf(pods[0]!)])
    expect(route.edges).toHaveLength(3)
  })

  test('the answer takes the way of the request, backwards', () => {
    const route = traceRoute(scene, find('browser'))!
    const forth = route.legs.filter((l) => l.phase === 'forth' && l.path)
    const back = route.legs.at(-1)!
    expect(back.phase).toBe('back')
    const there = forth.reduce((sum, leg) => sum + lengthOf(leg.path!), 0)
    expect(lengthOf(back.path!)).toBeCloseTo(there)
  })

  test('with reduced motion a packet stands at one place for each hop', () => {
    const trace = find('browser')
    for (const leg of traceRoute(scene, trace)!.legs) {
      const where = [0.1, 0.5, 0.9].map((t) => {
        const [packet] = packetsAt(scene, [trace], trace.startedAt + leg.start + (leg.end - leg.start) * t, {
          stepped: true,
        })
        return `${packet!.x} ${packet!.y} ${packet!.tail.length}`
      })
      expect(new Set(where).size).toBe(1)
    }
  })

  test('of thousands of requests those under way are found, and only those', () => {
    const large = largeSample()
    const picture = pictureOf(large)
    const now = 5600
    const expected = large.traces.filter((t) => t.startedAt <= now && now < drawnEnd(t)).length
    expect(packetsAt(picture, large.traces, now)).toHaveLength(expected)
    expect(expected).toBeGreaterThan(150)
  })

  test('in the node view a packet enters a node by its gate', () => {
    const sample = smallSample()
    const picture = pictureOf(sample, 'nodes')
    const trace = sample.traces.find((t) => t.client === 'client/shop')!
    const route = traceRoute(picture, trace)!
    const pod = picture.byId.get(route.nodes.at(-1)!)!
    const machine = picture.nodes.find((n) => n.type === 'machine' && pod.type === 'pod' && n.name === pod.node)!
    const path = route.legs.find((l) => l.path)!.path!
    const crossing = path.points.some((x, i) => i % 2 === 0 && x === machine.x)
    expect(crossing).toBe(true)
  })

  test('in the node view a packet goes to the node that rules on it, and crosses to another from there', () => {
    const { files } = scenarioById('node-port')!
    let mirror = EMPTY_MIRROR
    const run = new Run((message) => {
      if (message.type === 'update') mirror = applyUpdate(mirror, message.update)
    })
    run.handle({ id: 1, type: 'open', files })
    run.handle({ id: 2, type: 'advance', to: 8000 })
    const observed = observe(mirror.traces, new Set(mirror.clients.map((c) => c.key)))
    const picture = buildScene({ ...mirror, observed }, { mode: 'nodes' })
    const crossings = mirror.traces.flatMap((trace) => {
      const hop = trace.hops.find((h) => h.why.code === 'route.other-node')
      return hop ? [{ trace, hop }] : []
    })
    expect(crossings.length).toBeGreaterThan(0)
    for (const { trace, hop } of crossings) {
      const { nodes, edges, ways } = traceRoute(picture, trace)!
      const gates = nodes.filter((id) => picture.byId.get(id)?.type === 'machine')
      expect(gates).toEqual([`machine:${hop.from.key}`, `machine:${hop.to.key}`])
      expect(edges).toContain(`${trace.client}>machine:${hop.from.key}`)
      expect(ways.length).toBeGreaterThan(0)
    }
  })
})
