import { describe, expect, test } from 'vitest'
import { type Drift, formatPath, type KObject, type SourceDoc } from '../../model/index.ts'
import { Cluster } from '../index.ts'

const docs = (...values: unknown[]): SourceDoc[] =>
  values.map((value, index) => ({
    file: 'app.yaml',
    index,
    source: { file: 'app.yaml', from: 0, to: 0, line: 1, column: 1, endLine: 1, endColumn: 1 },
    value,
    problems: [],
  }))

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
}
const deployment = (spec: object = { replicas: 2 }) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    ...spec,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'example/app:1', ports: [{ containerPort: 8080 }] }] },
    },
  },
})
const pod = (name: string, namespace?: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(namespace && { namespace }), labels: { app: name } },
  spec: { containers: [{ name: 'app', image: 'example/app:1' }] },
})

/** A person at a cluster that a text was applied to. */
class Person {
  readonly cluster = new Cluster()
  constructor(...values: unknown[]) {
    this.text(...values)
  }
  text(...values: unknown[]): void {
    this.cluster.applyText(docs(...values))
    this.cluster.settle()
  }
  do(act: (cluster: Cluster) => unknown): void {
    this.cluster.byHand(() => act(this.cluster))
    this.cluster.settle()
  }
  patch(key: string, patch: unknown, type: 'strategic' | 'json' | 'merge' = 'strategic'): void {
    const [kind, namespace, name] = key.split('/') as [string, string, string]
    this.do((cluster) => expect(cluster.patch(kind, namespace, name, type, patch)).toMatchObject({ ok: true }))
  }
  /** "changed Deployment/default/web spec.replicas: 2 → 5" */
  get said(): string[] {
    return this.cluster.drift().flatMap(({ object, how, fields }) => {
      const values = fields.map(
        ({ path, text, cluster }) => ` ${formatPath(path)}: ${JSON.stringify(text)} → ${JSON.stringify(cluster)}`,
      )
      return [`${how} ${object}${values.join(',')}`]
    })
  }
  manifest(key: string): unknown {
    return this.cluster.drift().find((drift: Drift) => drift.object === key)?.fix?.value
  }
}

const WEB = 'Deployment/default/web'
const SERVICE = 'Service/default/web'
const scaled = (replicas: number | null) => ({ spec: { replicas } })

describe('changed by hand', () => {
  test('[DRIFT-1] what the text says otherwise, and what it does not say', () => {
    const person = new Person(service, deployment())
    expect(person.cluster.drift()).toEqual([])
    person.patch(WEB, scaled(5))
    person.patch(SERVICE, { metadata: { labels: { tier: 'front' } } })
    expect(person.said).toEqual([
      `changed ${WEB} spec.replicas: 2 → 5`,
      `changed ${SERVICE} metadata.labels.tier: undefined → "front"`,
    ])
  })

  test('[DRIFT-1] the smallest field says it; of a list that changed its length the list', () => {
    const person = new Person(service, deployment())
    person.patch(WEB, {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'app', image: 'example/app:2' },
              { name: 'side', image: 's' },
            ],
          },
        },
      },
    })
    person.patch(SERVICE, [{ op: 'replace', path: '/spec/ports/0/targetPort', value: 'http' }], 'json')
    const [first, second] = person.cluster.drift()
    expect(first!.fields.map((field) => formatPath(field.path))).toEqual([
      'spec.template.spec.containers[0].image',
      'spec.template.spec.containers',
    ])
    // the item alone is written, so that the others keep their comments
    expect([first!.fix, ...(first!.fix!.and ?? [])].map((step) => [formatPath(step!.path), step!.value])).toEqual([
      ['spec.template.spec.containers[0].image', 'example/app:2'],
      ['spec.template.spec.containers[1]', { name: 'side', image: 's' }],
    ])
    expect(second!.fields).toEqual([{ path: ['spec', 'ports', 0, 'targetPort'], text: 8080, cluster: 'http' }])
  })

  test('[DRIFT-1] what the API server fills in or gives out because of a change is no change', () => {
    const person = new Person(service, deployment())
    person.patch(SERVICE, { spec: { type: 'NodePort' } })
    expect(person.said).toEqual([`changed ${SERVICE} spec.type: undefined → "NodePort"`])
  })

  test('[DRIFT-1] a node port that was asked for is one', () => {
    const person = new Person(service, deployment())
    person.patch(SERVICE, { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] } })
    expect(person.said).toEqual([
      `changed ${SERVICE} spec.ports[0].nodePort: undefined → 30080, spec.type: undefined → "NodePort"`,
    ])
  })

  test('[DRIFT-1] a default that would be another in the new text is written', () => {
    const plain = { ...service, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }
    const person = new Person(plain, deployment())
    person.patch(SERVICE, [{ op: 'replace', path: '/spec/ports/0/port', value: 81 }], 'json')
    expect(person.said).toEqual([
      `changed ${SERVICE} spec.ports[0].port: 80 → 81, spec.ports[0].targetPort: undefined → 80`,
    ])
  })

  test('[DRIFT-1] what status and controllers make of a change is no difference', () => {
    const person = new Person(service, deployment())
    const restart = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' } } }
    person.patch(WEB, { spec: { template: restart } })
    // when a workload was restarted is nothing that a manifest says
    expect(person.said).toEqual([])
  })
})

describe('deleted by hand', () => {
  test('[DRIFT-2] what stands in the text and is gone, at once', () => {
    const person = new Person(service, pod('client'))
    person.do((cluster) => {
      cluster.delete('Service', 'default', 'web')
      cluster.delete('Pod', 'default', 'client')
    })
    expect(person.said).toEqual(['deleted Pod/default/client', `deleted ${SERVICE}`])
    expect(person.cluster.drift()[0]!.fix).toMatchObject({ op: 'removeDocument', object: 'Pod/default/client' })
  })

  test('[DRIFT-2] what went with its namespace', () => {
    const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
    const person = new Person(shop, pod('client', 'shop'))
    person.do((cluster) => cluster.delete('Namespace', '', 'shop'))
    expect(person.cluster.get('Namespace//shop')).toBeUndefined()
    expect(person.said).toEqual(['deleted Namespace//shop', 'deleted Pod/shop/client'])
  })

  test('[DRIFT-2] a pod that its own cluster ended was not', () => {
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once' },
      spec: {
        ttlSecondsAfterFinished: 1,
        template: {
          metadata: { annotations: { 'fairlead.dev/exit': '0' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] },
        },
      },
    }
    const person = new Person(job, deployment())
    person.patch(WEB, scaled(1))
    person.cluster.advance(120_000)
    expect(person.said).toEqual([`changed ${WEB} spec.replicas: 2 → 1`])
  })
})

describe('made by hand', () => {
  test('[DRIFT-3] objects without a controller; not what controllers make of them', () => {
    const person = new Person(service)
    person.do((cluster) => cluster.create(deployment()))
    person.do((cluster) => cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }))
    person.patch('Node//node-1', { spec: { unschedulable: true } })
    expect(person.said).toEqual([`created ${WEB}`, 'created Namespace//shop'])
  })

  test('[DRIFT-3] a pod that lost its controller', () => {
    const person = new Person(service, deployment())
    const first = person.cluster.list<KObject>('Pod')[0]!
    person.patch(`Pod/default/${first.metadata.name}`, { metadata: { labels: { app: 'debug' } } })
    expect(person.said).toEqual([`created Pod/default/${first.metadata.name}`])
    expect(person.manifest(`Pod/default/${first.metadata.name}`)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: first.metadata.name, labels: { app: 'debug' } },
      spec: { containers: [{ name: 'app', image: 'example/app:1', ports: [{ containerPort: 8080 }] }] },
    })
  })

  test('[DRIFT-5] the manifest is what was asked for, with what was changed since, without defaults', () => {
    const person = new Person(deployment())
    person.do((cluster) =>
      cluster.create({
        ...service,
        metadata: { name: 'web', creationTimestamp: null },
        spec: {
          ...service.spec,
          type: 'NodePort',
          ports: [{ port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30080 }],
        },
        status: { loadBalancer: {} },
      }),
    )
    person.patch(SERVICE, { metadata: { labels: { tier: 'front' } }, spec: { sessionAffinity: 'None' } })
    expect(person.manifest(SERVICE)).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', labels: { tier: 'front' } },
      spec: { selector: { app: 'web' }, type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] },
    })
  })
})

test("[DRIFT-3] what a refused document of the text asks for is the text's own matter", () => {
  const refused = { ...service, spec: { ...service.spec, type: 'Nonsense' } }
  const person = new Person(refused)
  person.do((cluster) => cluster.create(service))
  expect(person.said).toEqual([])
  person.text()
  expect(person.said).toEqual([`created ${SERVICE}`])
})

test('[DRIFT-5] what the scheduler and controllers add does not hide what was done by hand before', () => {
  const person = new Person(service)
  person.cluster.byHand(() => {
    person.cluster.create(pod('client'))
    person.cluster.patch('Pod', 'default', 'client', 'merge', { metadata: { labels: null } })
  })
  person.cluster.settle()
  expect(person.cluster.get<KObject>('Pod/default/client')!.metadata.labels).toHaveProperty(
    'topology.kubernetes.io/zone',
  )
  const manifest = person.manifest('Pod/default/client')
  expect(manifest).not.toHaveProperty('metadata.labels')
  person.text(service, manifest)
  expect(person.said).toEqual([])
})

describe('no difference any more', () => {
  test('[DRIFT-4] undone by hand', () => {
    const person = new Person(service, deployment({}))
    person.patch(WEB, scaled(5))
    expect(person.said).toHaveLength(1)
    person.patch(WEB, scaled(1))
    person.do((cluster) => cluster.delete('Service', 'default', 'web'))
    person.do((cluster) => cluster.apply(service))
    person.do((cluster) => cluster.create(pod('client')))
    person.do((cluster) => cluster.delete('Pod', 'default', 'client', { gracePeriodSeconds: 0 }))
    expect(person.said).toEqual([])
  })

  test('[DRIFT-4] the text says the same, and stays the one who said it', () => {
    const person = new Person(service, deployment())
    person.patch(WEB, scaled(5))
    person.text(service, deployment({ replicas: 5 }))
    expect(person.said).toEqual([])
    person.text(service, deployment({}))
    expect(person.cluster.get(WEB)).toMatchObject(scaled(1))
    expect(person.said).toEqual([])
  })

  test('[DRIFT-4] another change of the text sets it back, as kubectl apply does; what the text never said stays', () => {
    const person = new Person(service, deployment())
    person.patch(WEB, { metadata: { labels: { tier: 'front' } }, ...scaled(5) })
    person.text(service, deployment({ replicas: 2, minReadySeconds: 1 }))
    expect(person.cluster.get(WEB)).toMatchObject(scaled(2))
    expect(person.said).toEqual([`changed ${WEB} metadata.labels.tier: undefined → "front"`])
  })

  test('[DRIFT-4] the same text, applied again with another document, brings nothing back', () => {
    const person = new Person(service, deployment())
    person.patch(WEB, scaled(5))
    person.text(service, deployment(), pod('client'))
    expect(person.said).toEqual([`changed ${WEB} spec.replicas: 2 → 5`])
  })

  test('[DRIFT-4] a document that came for what was made by hand, and one that left for what was deleted', () => {
    const person = new Person(service, deployment())
    person.do((cluster) => cluster.create(pod('client')))
    person.do((cluster) => cluster.delete('Service', 'default', 'web'))
    person.text(deployment(), pod('client'))
    expect(person.said).toEqual([])
  })

  test('[DRIFT-4] differences go back and forth with the moment', () => {
    const person = new Person(service, deployment())
    const before = person.cluster.snapshot()
    person.patch(WEB, scaled(5))
    const after = person.cluster.snapshot()
    const said = person.cluster.drift()
    person.cluster.restore(before)
    expect(person.cluster.drift()).toEqual([])
    person.cluster.restore(after)
    expect(person.cluster.drift()).toEqual(said)
  })
})
