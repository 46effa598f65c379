import { describe, expect, it } from 'vitest'
import type { KObject } from '../../model/index.ts'
import { getByKey, list } from '../core/index.ts'
import { createFor, createObject, deleteObject, nowStamp, updateStatus } from './index.ts'
import { plain, pod, refused, Server, service, template, workload } from './testing/server.ts'

const server = () => new Server()
const named = (name: string, more: object = {}) => ({ ...plain('ConfigMap'), metadata: { name, ...more } })

describe('what every object has to be', () => {
  it('[API-6] names are lower-case DNS names; a namespace is one label', () => {
    const wrong = server().faults(named('My_Map'))
    expect(wrong).toHaveLength(1)
    expect(wrong[0]).toMatch(
      /^metadata\.name: Invalid value: "My_Map": a lowercase RFC 1123 subdomain must consist of /,
    )
    expect(server().faults(named('a'.repeat(254)))[0]).toContain('must be no more than 253 characters')
    expect(server().faults({ ...plain('Namespace'), metadata: { name: 'a.b' } })[0]).toContain('must not contain dots')
    expect(server().create(named('my.map-1')).metadata.name).toBe('my.map-1')
    expect(server().faults(named(''))).toEqual(['metadata.name: Required value: name or generateName is required'])
  })

  it('[API-6] keys of labels are names with an optional prefix, values at most 63 characters', () => {
    expect(server().faults(named('x', { labels: { 'a b': 'x' } }))[0]).toMatch(
      /^metadata\.labels: Invalid value: "a b": name part must consist of alphanumeric characters/,
    )
    expect(server().faults(named('x', { labels: { app: 'a'.repeat(64) } }))[0]).toContain(
      'must be no more than 63 bytes',
    )
    expect(server().create(named('x', { labels: { 'example.com/part-of': 'shop' } })).metadata.labels).toEqual({
      'example.com/part-of': 'shop',
    })
  })

  it('[API-7] generateName gets five drawn characters, the same in every run with the seed', () => {
    const make = (seed: number) => {
      const s = new Server({ seed })
      return [1, 2].map(() => s.create({ ...plain('ConfigMap'), metadata: { generateName: 'x-' } }).metadata.name)
    }
    const names = make(1)
    expect(names.every((n) => /^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(n))).toBe(true)
    expect(new Set(names).size).toBe(2)
    expect(make(1)).toEqual(names)
    expect(make(2)).not.toEqual(names)
  })

  it('[API-8] an object without a namespace goes into the one of the caller', () => {
    const s = server()
    s.create(plain('Namespace', {}, 'v1', 'shop'))
    expect(s.create(named('x'), { namespace: 'shop' }).metadata.namespace).toBe('shop')
    expect(s.create(named('x')).metadata.namespace).toBe('default')
    expect(s.create(named('y', { namespace: 'shop' })).metadata.namespace).toBe('shop')
  })

  it('[API-8] a namespace that there is not is NotFound; the page makes it', () => {
    const s = server()
    expect(s.refusal(named('x', { namespace: 'shop' }))).toBe('namespaces "shop" not found')
    expect(createObject(s.state, named('x', { namespace: 'shop' }), { makeNamespace: true }).ok).toBe(true)
    expect(getByKey(s.state, 'Namespace//shop')?.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'shop' })
  })

  it('[API-9] a name is taken once', () => {
    const s = server()
    s.create(service())
    const status = refused(createObject(s.state, service()))
    expect(status).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'services "web" already exists' })
  })

  it('[API-9] a refused Service keeps neither an address nor a port', () => {
    const s = server()
    s.create(service())
    s.refusal(service({ type: 'NodePort', clusterIP: '10.96.7.7', ports: [{ port: 80, nodePort: 30500 }] }))
    const other = s.create(
      service({ type: 'NodePort', clusterIP: '10.96.7.7', ports: [{ port: 80, nodePort: 30500 }] }, 'b'),
    )
    expect(other.spec.clusterIP).toBe('10.96.7.7')
  })

  it('[API-10] the server says uid, time and generation; a status that the client sends is dropped', () => {
    const s = server()
    const made = s.create({ ...workload('Deployment'), status: { replicas: 5 } })
    expect(made.metadata).toMatchObject({ generation: 1, name: 'web', namespace: 'default' })
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(made.metadata.creationTimestamp).toBe(nowStamp(s.state))
    expect(made.status).toEqual({})
    expect(s.create(named('x')).metadata).not.toHaveProperty('generation')
  })

  it('[API-11] a refusal lists everything that is wrong, each with the place in the document', () => {
    const value = service({
      type: 'Nodeport',
      sessionAffinity: 'None',
      ports: [{ port: 0 }, { port: 70000, name: 'x' }],
    })
    const status = refused(createObject(server().state, value))
    expect(status).toMatchObject({ code: 422, reason: 'Invalid', kind: 'Service', name: 'web' })
    expect(status.message).toMatch(/^Service "web" is invalid: \[.*\]$/)
    expect(status.causes?.map((c) => [c.field, c.path])).toEqual([
      ['spec.ports[0].name', ['spec', 'ports', 0, 'name']],
      ['spec.ports[0].port', ['spec', 'ports', 0, 'port']],
      ['spec.ports[0].targetPort', ['spec', 'ports', 0, 'targetPort']],
      ['spec.ports[1].port', ['spec', 'ports', 1, 'port']],
      ['spec.ports[1].targetPort', ['spec', 'ports', 1, 'targetPort']],
      ['spec.type', ['spec', 'type']],
    ])
  })
})

describe('what controllers make', () => {
  it('[API-12] an owner that the object does not name becomes its controller', () => {
    const s = server()
    const set = s.create(workload('ReplicaSet'))
    const made = createFor(s.state, set, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'web-', namespace: 'default', labels: { app: 'web' } },
      spec: set.spec.template.spec,
    } as unknown as KObject)
    expect(made.ok && made.object.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: set.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ])
    expect(made.ok && made.object.metadata.name).toMatch(/^web-.{5}$/)
  })

  it('[API-12] a pod of a template is stored as a pod that somebody wrote', () => {
    const s = server()
    const set = s.create(
      workload('ReplicaSet', {
        template: template({ containers: [{ name: 'app', image: 'nginx:1.29', resources: { limits: { cpu: 1 } } }] }),
      }),
    )
    const made = createFor(s.state, set, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'default', labels: { app: 'web' } },
      spec: set.spec.template.spec,
    } as never)
    const written = s.create(
      pod({ containers: [{ name: 'app', image: 'nginx:1.29', resources: { limits: { cpu: 1 } } }] }, 'b'),
    )
    const bare = (o: object) => JSON.parse(JSON.stringify(o).replace(/kube-api-access-.{5}/g, 'token'))
    if (!made.ok) throw new Error(made.status.message)
    expect(bare(made.object['spec'] as object)).toEqual(bare(written.spec))
    expect(made.object['status']).toEqual(written.status)
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen))
    expect(frozen(made.object)).toBe(true)
  })

  it('[API-12] a taken name, and a namespace that ends, are refused', () => {
    const s = server()
    s.create(pod())
    const again = createFor(s.state, undefined, { ...pod(), metadata: { name: 'web', namespace: 'default' } } as never)
    expect(refused(again).reason).toBe('AlreadyExists')
    s.create(plain('Namespace', {}, 'v1', 'shop'))
    deleteObject(s.state, 'Namespace', '', 'shop')
    const late = createFor(s.state, undefined, { ...pod(), metadata: { name: 'x', namespace: 'shop' } } as never)
    expect(refused(late).message).toContain('because it is being terminated')
  })

  it('[API-13] a status is stored without a new generation, and only when it says something new', () => {
    const s = server()
    const made = s.create(workload('Deployment'))
    const next = updateStatus(s.state, { ...made, status: { replicas: 1 } })
    expect(next.metadata.generation).toBe(1)
    expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion))
    expect(updateStatus(s.state, { ...next, status: { replicas: 1 } })).toBe(next)
    const gone = updateStatus(s.state, { ...made, metadata: { ...made.metadata, name: 'never' } })
    expect(list(s.state, 'Deployment')).toHaveLength(1)
    expect(gone.metadata.name).toBe('never')
  })
})
