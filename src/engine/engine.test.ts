import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type KObject, keyOf, type SourceDoc, type Trace } from '../model/index.ts'
import { Cluster } from './index.ts'

const service = (name: string, spec: Record<string, unknown> = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
})
const deployment = (name: string, replicas: number, extra: Record<string, unknown> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: { 'fairlead.dev/listen': '8080', ...extra } },
      spec: {
        containers: [{ name: 'app', image: 'example/app:1', readinessProbe: { httpGet: { path: '/', port: 8080 } } }],
      },
    },
  },
})

const docs = (...values: unknown[]): SourceDoc[] =>
  values.map((value, index) => ({
    file: 'app.yaml',
    index,
    source: { file: 'app.yaml', from: 0, to: 0, line: 1, column: 1, endLine: 1, endColumn: 1 },
    value,
    problems: [],
  }))

function opened(...values: unknown[]): Cluster {
  const cluster = new Cluster({}, { madeUpClients: true })
  cluster.applyText(docs(...values))
  cluster.settle()
  cluster.startClock()
  return cluster
}

const WORLD = [
  service('web'),
  deployment('web', 3),
  service('api', { type: 'NodePort' }),
  deployment('api', 2, { 'fairlead.dev/latency': '30ms' }),
]

/** Everything that can be seen of a cluster, as text. */
const look = (cluster: Cluster) =>
  JSON.stringify([cluster.now, cluster.snapshot().state.streams, [...everything(cluster)].sort()])
function* everything(cluster: Cluster): Iterable<string> {
  for (const [kind, shelf] of cluster.snapshot().state.objects)
    for (const byName of shelf.values()) for (const o of byName.values()) yield `${kind} ${JSON.stringify(o)}`
}

type Step =
  | { readonly wait: number }
  | { readonly do: 'scale' | 'delete' | 'unready' | 'image' | 'drain' | 'cordon'; readonly n: number }
const step = fc.oneof(
  fc.record({ wait: fc.integer({ min: 0, max: 4000 }) }),
  fc.record({
    do: fc.constantFrom(
      'scale' as const,
      'delete' as const,
      'unready' as const,
      'image' as const,
      'drain' as const,
      'cordon' as const,
    ),
    n: fc.nat(9),
  }),
)

function perform(cluster: Cluster, s: Step): void {
  if ('wait' in s) {
    cluster.advance(cluster.now + s.wait)
    return
  }
  const pods = cluster.list('Pod', 'default')
  const pod = pods[s.n % Math.max(1, pods.length)]
  if (s.do === 'scale') cluster.act({ type: 'scale', object: 'Deployment/default/web', replicas: s.n % 6 })
  if (s.do === 'image')
    cluster.act({ type: 'set-image', object: 'Deployment/default/web', container: 'app', image: `example/app:${s.n}` })
  if (s.do === 'drain') cluster.act({ type: 'drain', node: `node-${1 + (s.n % 3)}` })
  if (s.do === 'cordon') cluster.act({ type: 'cordon', node: `node-${1 + (s.n % 3)}`, on: s.n % 2 === 0 })
  if (pod && s.do === 'delete') cluster.act({ type: 'delete', object: keyOf(pod) })
  if (pod && s.do === 'unready') cluster.act({ type: 'set-ready', pod: keyOf(pod), ready: s.n % 2 === 0 })
}

describe('a run', () => {
  test('[CORE-1] the same steps give the same run', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const run = () => {
          const cluster = opened(...WORLD)
          const traces: Trace[] = []
          for (const s of steps) {
            perform(cluster, s)
            traces.push(...cluster.drain().traces)
          }
          return look(cluster) + JSON.stringify(traces)
        }
        expect(run()).toBe(run())
      }),
      { numRuns: 8 },
    )
  })

  test('[CORE-2] advancing in small steps or in one is the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 8 }),
        fc.array(step, { maxLength: 4 }),
        (cuts, before) => {
          const total = cuts.reduce((a, b) => a + b, 0)
          const small = opened(...WORLD)
          const large = opened(...WORLD)
          for (const s of before) {
            perform(small, s)
            perform(large, s)
          }
          for (const cut of cuts) small.advance(small.now + cut)
          large.advance(large.now + total)
          expect(look(small)).toBe(look(large))
          expect(JSON.stringify(small.drain().traces)).toBe(JSON.stringify(large.drain().traces))
        },
      ),
      { numRuns: 8 },
    )
  })

  test('[CORE-3] going on from a snapshot is going on, also when the snapshot was copied as plain data', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), fc.array(step, { minLength: 1, maxLength: 4 }), (before, after) => {
        const a = opened(...WORLD)
        for (const s of before) perform(a, s)
        const saved = structuredClone(a.snapshot())
        const mark = a.snapshot()
        for (const s of after) perform(a, s)
        for (const from of [saved, mark]) {
          const b = new Cluster({}, { madeUpClients: true })
          b.restore(from)
          for (const s of after) perform(b, s)
          expect(look(b)).toBe(look(a))
        }
      }),
      { numRuns: 6 },
    )
  })

  test('[CORE-4] the differences that are told add up to the whole', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const cluster = opened(...WORLD)
        const mirror = new Map<string, KObject>()
        const take = () => {
          const { put, drop } = cluster.drain()
          for (const key of drop) mirror.delete(key)
          for (const object of put) mirror.set(keyOf(object), object)
        }
        take()
        for (const s of steps) {
          perform(cluster, s)
          take()
        }
        const whole = [...everything(cluster)].map((line) => line.slice(line.indexOf(' ') + 1)).sort()
        expect([...mirror.values()].map((o) => JSON.stringify(o)).sort()).toEqual(whole)
      }),
      { numRuns: 8 },
    )
  })

  test('[CORE-5] stored objects never change: they are frozen all the way down', () => {
    const cluster = opened(...WORLD)
    cluster.advance(5000)
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen))
    for (const object of cluster.drain().put) expect(frozen(object), keyOf(object)).toBe(true)
  })
})

describe('the text', () => {
  const pods = (c: Cluster) => c.list('Pod', 'default').filter((p) => !p.metadata.deletionTimestamp)

  test('[TEXT-1] a document that is refused keeps the object that it last gave, and says why', () => {
    const c = opened(service('web'), deployment('web', 2))
    const { diagnostics } = c.applyText(docs(service('web', { ports: [{ port: 0 }] }), deployment('web', 2)))
    // targetPort is the port unless it is said: both are refused
    expect(diagnostics.map((d) => d.diagnostic.code)).toEqual(['api.refused', 'api.refused'])
    expect(diagnostics[0]?.diagnostic.message).toMatch(
      /spec\.ports\[0\]\.port: Invalid value: 0: must be between 1 and 65535, inclusive/,
    )
    expect(
      (c.get('Service/default/web') as KObject & { spec: { ports: { port: number }[] } }).spec.ports[0]?.port,
    ).toBe(80)
  })

  test('[TEXT-2] an object whose document left the text is pruned, with what it owns', () => {
    const c = opened(service('web'), deployment('web', 2))
    expect(pods(c).length).toBe(2)
    c.applyText(docs(service('web')))
    c.settle()
    expect([c.get('Deployment/default/web'), pods(c).length]).toEqual([undefined, 0])
  })

  test('[TEXT-3] nothing of a file is pruned while a document in it is unreadable', () => {
    const c = opened(service('web'), deployment('web', 2))
    c.applyText([...docs(service('web')), { ...docs(undefined)[0]!, index: 1 }])
    c.settle()
    expect(c.get('Deployment/default/web')).toBeDefined()
  })

  test('[TEXT-4] a namespace that the text does not hold is made, with a hint and a fix', () => {
    const c = new Cluster()
    const lost = { ...service('web'), metadata: { name: 'web', namespace: 'shop' } }
    const { diagnostics } = c.applyText(docs(lost))
    expect(diagnostics.map((d) => [d.diagnostic.severity, d.diagnostic.code, d.diagnostic.fix?.op])).toEqual([
      ['hint', 'namespace.made', 'addDocument'],
    ])
    expect(c.get('Service/shop/web')).toBeDefined()
  })

  test('[TEXT-4] the hint that a namespace was made goes when its document comes', () => {
    const c = new Cluster()
    const lost = { ...service('web'), metadata: { name: 'web', namespace: 'shop' } }
    c.applyText(docs(lost))
    const { diagnostics } = c.applyText(docs({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, lost))
    expect(diagnostics).toEqual([])
  })

  test('[TEXT-8] of two documents of one object the later one wins, and applying again changes nothing', () => {
    const c = new Cluster()
    const twice = docs(service('web'), service('web', { ports: [{ port: 81 }] }))
    const first = c.applyText(twice)
    expect(first.diagnostics.map((d) => [d.doc, d.diagnostic.code])).toEqual([[0, 'text.twice']])
    const before = c.get('Service/default/web')
    expect((before as KObject & { spec: { ports: { port: number }[] } }).spec.ports.map((p) => p.port)).toEqual([81])
    c.applyText(twice)
    expect(c.get('Service/default/web')).toBe(before)
  })

  test('[TEXT-9] a pod taken out of the text and put back while it is ending is made again', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    }
    const c = opened(service('web'), pod)
    const uid = c.get('Pod/default/p')?.metadata.uid
    c.applyText(docs(service('web')))
    expect(c.get('Pod/default/p')?.metadata.deletionTimestamp).toBeDefined()
    c.applyText(docs(service('web'), pod))
    c.advance(c.now + 60_000)
    const again = c.get('Pod/default/p')
    expect([again?.metadata.deletionTimestamp, again?.metadata.uid === uid]).toEqual([undefined, false])
    expect(again).toBeDefined()
  })

  test('[POD-5] an annotation of ours that cannot be read says so on its line', () => {
    const c = new Cluster()
    const { diagnostics } = c.applyText(docs(deployment('web', 1, { 'fairlead.dev/latency': 'slow' })))
    expect(diagnostics.map((d) => [d.diagnostic.code, d.diagnostic.path?.at(-1)])).toEqual([
      ['annotation.unreadable', 'fairlead.dev/latency'],
    ])
  })

  test('[TEXT-5] running pods are kept when their text does not change them', () => {
    const c = opened(service('web'), deployment('web', 2))
    const before = pods(c).map((p) => p.metadata.uid)
    c.applyText(docs(service('web', { ports: [{ port: 81, targetPort: 8080 }] }), deployment('web', 2)))
    c.settle()
    expect(pods(c).map((p) => p.metadata.uid)).toEqual(before)
  })

  test('[TEXT-6] a refused change of an immutable field can be had by recreating', () => {
    const c = opened(service('web', { clusterIP: '10.96.7.7' }))
    const { diagnostics } = c.applyText(docs(service('web', { clusterIP: '10.96.7.8' })))
    expect(diagnostics[0]?.diagnostic.recreate).toBe('Service/default/web')
    const other = c.applyText(docs(service('web', { clusterIP: '10.96.7.7', type: 'Nonsense' })))
    expect(other.diagnostics.map((d) => d.diagnostic.recreate)).toEqual([undefined])
    c.applyText(docs(service('web', { clusterIP: '10.96.7.8' })))
    expect(c.act({ type: 'recreate', object: 'Service/default/web' })).toBeUndefined()
    expect((c.get('Service/default/web') as KObject & { spec: { clusterIP: string } }).spec.clusterIP).toBe('10.96.7.8')
  })

  test('[TEXT-7] a custom resource costs one quiet line, also when it is called Service', () => {
    const c = opened(service('web'))
    const knative = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { template: {} },
    }
    const { diagnostics } = c.applyText(docs(service('web'), knative))
    expect(diagnostics.map((d) => [d.diagnostic.severity, d.diagnostic.code])).toEqual([['hint', 'kind.unknown']])
    expect(c.get('Service/default/web')?.apiVersion).toBe('v1')
  })
})

describe('who asks', () => {
  test('[CLI-1] every Service is asked by somebody who was made up, and they are answered', () => {
    const c = opened(...WORLD)
    c.advance(3000)
    const { clients, traces } = c.drain()
    expect(clients?.map((x) => [x.name, x.from, x.url, x.madeUp])).toEqual([
      ['web-client', 'pod', 'http://web/', true],
      ['api-client', 'pod', 'http://api/', true],
      ['api-visitor', 'internet', expect.stringMatching(/^http:\/\/172\.18\.0\.11:3\d{4}\/$/), true],
    ])
    expect([...new Set(traces.map((t) => t.outcome))]).toEqual(['answered'])
    expect(traces.length).toBeGreaterThanOrEqual(8)
  })

  test('[CLI-2] a written client is the only one, asks from where it says, and as often', () => {
    const client = {
      apiVersion: 'fairlead.dev/v1',
      kind: 'Client',
      metadata: { name: 'shop' },
      spec: { from: 'node/node-2', url: 'http://10.96.7.7/', every: '500ms' },
    }
    const c = opened(service('web', { clusterIP: '10.96.7.7' }), deployment('web', 1), client)
    c.advance(2100)
    const { clients, traces } = c.drain()
    expect(clients?.map((x) => [x.key, x.from, x.at, x.address])).toEqual([
      ['client/shop', 'node', 'node-2', '172.18.0.12'],
    ])
    expect(traces.map((t) => t.outcome)).toEqual(['answered', 'answered', 'answered', 'answered'])
  })
})
