import { describe, expect, test } from 'vitest'
import { keyOf } from '../model/index.ts'
import { buildScene, observe, type Scene, type SceneInput, type SceneNode, type SceneView } from './index.ts'
import { largeSample, richSample, type Sample, SampleBuilder, smallSample } from './testing/sample.ts'

const seen = (sample: Sample): SceneInput => ({
  ...sample,
  observed: observe(sample.traces, new Set(sample.clients.map((c) => c.key))),
})

const SAMPLES = { small: smallSample, rich: richSample, large: largeSample }
const MODES = ['logical', 'nodes'] as const

const VIEWS = {
  logical: { mode: 'logical' },
  'logical, going down,': { mode: 'logical', flow: 'down' },
  nodes: { mode: 'nodes' },
} as const

const pairs = Object.entries(SAMPLES).flatMap(([name, make]) =>
  Object.entries(VIEWS).map(([words, view]) => [name, words, view, make] as const),
)

const holds = (outer: SceneNode, inner: SceneNode) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

const touch = (a: SceneNode, b: SceneNode) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

function overlaps(scene: Scene): string[] {
  const found: string[] = []
  const frames = new Set(['group', 'machine'])
  for (const [i, a] of scene.nodes.entries()) {
    for (const b of scene.nodes.slice(i + 1)) {
      if (!touch(a, b)) continue
      const [outer, inner] = frames.has(a.type) ? [a, b] : [b, a]
      if (frames.has(outer.type) && (inner.type === 'pod' || inner.type === 'fold') && holds(outer, inner)) continue
      found.push(`${a.id} and ${b.id}`)
    }
  }
  return found
}

describe.each(pairs)('the picture of the %s sample, %s view', (_, __, view, make) => {
  const sample = make()
  const input = seen(sample)
  const scene = buildScene(input, view)

  test('nothing overlaps', () => {
    expect(overlaps(scene)).toEqual([])
  })

  test('every pod and every client has its place', () => {
    for (const key of input.objects.keys()) {
      if (key.startsWith('Pod/')) expect(scene.spots.has(`pod:${key}`), key).toBe(true)
    }
    for (const client of input.clients) expect(scene.byId.has(client.key), client.key).toBe(true)
  })

  test('the same input gives the same picture', () => {
    expect(buildScene(seen(make()), view)).toEqual(scene)
  })

  test('everything lies inside the bounds', () => {
    const { x, y, width, height } = scene.bounds
    for (const box of [...scene.nodes, ...scene.areas]) {
      expect(box.x >= x && box.y >= y).toBe(true)
      expect(box.x + box.width <= x + width && box.y + box.height <= y + height).toBe(true)
    }
  })
})

describe('the logical view', () => {
  test('lanes run from who asks over doors and Services to pods', () => {
    const scene = buildScene(seen(smallSample()), { mode: 'logical' })
    const x = (id: string) => scene.byId.get(id)!.x
    expect(x('client/browser')).toBeLessThan(x('load-balancer:Service/default/front'))
    expect(x('load-balancer:Service/default/front')).toBeLessThan(x('Service/default/front'))
    expect(x('Service/default/front')).toBeLessThan(x('group:Deployment/default/front'))
  })

  test('only who asks from the internet, and what lies outside, stands outside of the border', () => {
    const scene = buildScene(seen(richSample()), { mode: 'logical' })
    const border = scene.areas.find((a) => a.kind === 'cluster')!
    for (const node of scene.nodes) {
      const inside = node.x >= border.x && node.x + node.width <= border.x + border.width
      const outside = node.type === 'outside' || (node.type === 'client' && node.client.from === 'internet')
      expect(inside, node.id).toBe(!outside)
    }
  })

  test('lines lead to the pods that the engine calls ready, and to no others', () => {
    const sample = smallSample()
    const scene = buildScene(seen(sample), { mode: 'logical' })
    for (const view of sample.services.values()) {
      for (const member of view.members)
        expect(scene.edgeBetween.has(`${view.key}>${member.key}`)).toBe(member.state === 'ready')
    }
  })

  test('a workload that two Services select stands there once, with lines from both', () => {
    const scene = buildScene(seen(richSample()), { mode: 'logical' })
    const groups = scene.nodes.filter((n) => n.type === 'group' && n.name === 'checkout-service-with-a-long-name')
    expect(groups).toHaveLength(1)
    const from = new Set(scene.edges.filter((e) => e.target.includes('checkout-service')).map((e) => e.source))
    expect(from).toEqual(new Set(['Service/shop/checkout', 'Service/shop/checkout-internal']))
  })

  test('namespaces have frames when there are several, and none when there is one', () => {
    const names = (sample: Sample) =>
      buildScene(seen(sample), { mode: 'logical' })
        .areas.filter((a) => a.kind === 'namespace')
        .map((a) => a.label)
    expect(names(richSample())).toEqual(['shop', 'data'])
    expect(names(smallSample())).toEqual([])
  })

  test('an alias leads out of the cluster, and its client asks only its name', () => {
    const scene = buildScene(seen(richSample()), { mode: 'logical' })
    expect(scene.edgeBetween.get('Service/data/billing>outside:203.0.113.20')?.role).toBe('name')
    expect(scene.edgeBetween.get('client/pay>outside:203.0.113.20')?.role ?? 'none').not.toBe('asks')
  })

  test('what nothing simulates is kept, greyed, on the shelf', () => {
    const shelf = buildScene(seen(smallSample()), { mode: 'logical' }).byId.get('shelf')
    expect(shelf?.type === 'shelf' && shelf.items.map((i) => `${i.kind} ${i.name}`)).toEqual(['Ingress shop'])
  })

  test('the cluster’s own Service is not shown unless somebody asks it', () => {
    const b = new SampleBuilder()
    b.service('kubernetes', [])
    b.order.length = 0
    expect(buildScene(b.build(), { mode: 'logical' }).empty).toBe(true)
  })

  test('an empty cluster is an empty picture', () => {
    for (const mode of MODES) expect(buildScene(new SampleBuilder().build(), { mode }).empty).toBe(true)
  })

  test('a load balancer without an address is a door that waits', () => {
    const b = new SampleBuilder()
    b.service('web', [], { spec: { type: 'LoadBalancer' }, trouble: 'lb.pending' })
    const door = buildScene(b.build(), { mode: 'logical' }).byId.get('load-balancer:Service/default/web')
    expect(door).toMatchObject({ pending: true, lines: ['<pending>'] })
  })
})

describe('a narrow pane', () => {
  const down = { mode: 'logical', flow: 'down' } as const

  test('requests go from top to bottom: who asks, doors, Services, pods', () => {
    const scene = buildScene(seen(smallSample()), down)
    const y = (id: string) => scene.byId.get(id)!.y
    expect(y('client/browser')).toBeLessThan(y('load-balancer:Service/default/front'))
    expect(y('load-balancer:Service/default/front')).toBeLessThan(y('Service/default/front'))
    expect(y('Service/default/front')).toBeLessThan(y('group:Deployment/default/front'))
    for (const edge of scene.edges) expect(edge.path.points.at(-1)!, edge.id).toBeGreaterThan(edge.path.points[1]!)
  })

  test('Services stand one below the other, each with its pods, so that a phone shows them whole', () => {
    const b = new SampleBuilder()
    for (const name of ['one', 'two', 'three']) b.service(name, b.deployment(name, ['ready', 'ready', 'ready']))
    const scene = buildScene(b.build(), down)
    expect(scene.bounds.width).toBeLessThan(450)
    const tops = ['one', 'two', 'three'].map((name) => scene.byId.get(`Service/default/${name}`)!.y)
    expect(tops).toEqual([...tops].sort((a, b) => a - b))
    expect(tops[1]).toBeGreaterThan(scene.byId.get('group:Deployment/default/one')!.y)
  })

  test('cards have the size that they have in a wide one', () => {
    const size = (view: SceneView) => {
      const { width, height } = buildScene(seen(smallSample()), view).byId.get('load-balancer:Service/default/front')!
      return height < width
    }
    expect([size(down), size({ mode: 'logical' })]).toEqual([true, true])
  })
})

describe('folding', () => {
  const deployment = (pods: number) => {
    const b = new SampleBuilder()
    b.service('web', b.deployment('web', Array(pods).fill('ready')))
    return b.build()
  }
  const id = 'group:Deployment/default/web'

  test('more than 24 pods become a tile with a dot for each; 24 do not', () => {
    const small = buildScene(deployment(24), { mode: 'logical' })
    expect(small.nodes.filter((n) => n.type === 'pod')).toHaveLength(24)
    const large = buildScene(deployment(25), { mode: 'logical' })
    expect(large.nodes.filter((n) => n.type === 'pod')).toHaveLength(0)
    const tile = large.byId.get(`fold:${id}`)
    expect(tile?.type === 'fold' && tile.dots).toHaveLength(25)
    expect(large.edges.filter((e) => e.source === 'Service/default/web')).toHaveLength(1)
  })

  test('a person’s word overrules the size', () => {
    const open = buildScene(deployment(25), { mode: 'logical', folds: new Map([[id, false]]) })
    expect(open.nodes.filter((n) => n.type === 'pod')).toHaveLength(25)
    expect(overlaps(open)).toEqual([])
    const shut = buildScene(deployment(10), { mode: 'logical', folds: new Map([[id, true]]) })
    expect(shut.byId.has(`fold:${id}`)).toBe(true)
  })

  test('300 pods in groups of ten fold as well: a crowd is not legible', () => {
    const b = new SampleBuilder()
    for (let i = 0; i < 30; i++) b.service(`s${i}`, b.deployment(`s${i}`, Array(10).fill('ready')))
    const scene = buildScene(b.build(), { mode: 'logical' })
    expect(scene.nodes.filter((n) => n.type === 'pod')).toHaveLength(0)
    expect(scene.nodes.length).toBeLessThan(100)
  })
})

describe('small changes', () => {
  const at = (scene: Scene, key: string) => {
    const node = scene.byId.get(key)!
    const group = scene.byId.get('group:Deployment/default/web')!
    return [node.x - group.x, node.y - group.y]
  }

  test('a new pod moves no other', () => {
    const b = new SampleBuilder()
    const pods = b.deployment('web', ['ready', 'ready', 'ready', 'ready'])
    b.service('web', pods)
    const before = buildScene(b.build(), { mode: 'logical' })
    b.pod('web-7d9f8-zzzzz', 'pending', 'default', {
      owner: { kind: 'ReplicaSet', name: 'web-7d9f8', apiVersion: 'apps/v1' },
      created: 9000,
    })
    const after = buildScene(b.build(), { mode: 'logical' }, before)
    for (const pod of pods) expect(at(after, keyOf(pod))).toEqual(at(before, keyOf(pod)))
  })

  test('a rollout replaces pods in place: who stays keeps its slot', () => {
    const b = new SampleBuilder()
    const pods = b.deployment('web', ['ready', 'ready', 'ready', 'ready'])
    const before = buildScene(b.build(), { mode: 'logical' })
    b.objects.delete(keyOf(pods[0]!))
    const fresh = b.pod('web-7d9f8-zzzzz', 'ready', 'default', {
      owner: { kind: 'ReplicaSet', name: 'web-7d9f8', apiVersion: 'apps/v1' },
      created: 9000,
    })
    const after = buildScene(b.build(), { mode: 'logical' }, before)
    for (const pod of pods.slice(1)) expect(at(after, keyOf(pod))).toEqual(at(before, keyOf(pod)))
    expect(at(after, keyOf(fresh))).toEqual(at(before, keyOf(pods[0]!)))
  })

  test('a Service added at the end of the text moves none of those before it', () => {
    const b = new SampleBuilder()
    b.service('one', b.deployment('one', ['ready', 'ready']))
    b.service('two', b.deployment('two', ['ready']))
    const before = buildScene(b.build(), { mode: 'logical' })
    b.service('three', b.deployment('three', ['ready']))
    const after = buildScene(b.build(), { mode: 'logical' }, before)
    for (const key of ['Service/default/one', 'Service/default/two'])
      expect(after.byId.get(key)!.y).toBe(before.byId.get(key)!.y)
  })
})
