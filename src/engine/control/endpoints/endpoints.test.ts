import { describe, expect, test } from 'vitest'
import type { EndpointSlice, Endpoints } from '../../../model/index.ts'
import { get, list, put, remove } from '../../core/index.ts'
import { type Bench, bench, pod, service } from '../../testing/drive.ts'
import { garbageCollector } from '../garbage.ts'
import { servicesTouched, serviceViewOf } from '../views.ts'
import { endpointsControllers } from './index.ts'

const start = () => bench([endpointsControllers, garbageCollector])
const slices = (b: Bench) => list<EndpointSlice>(b.state, 'EndpointSlice')
const all = (b: Bench) => slices(b).flatMap((s) => s.endpoints ?? [])
const named = (b: Bench, name = 'web') => get<Endpoints>(b.state, 'Endpoints', 'default', name)
const selects = { selector: { app: 'web' } }

describe('endpoints of a Service', () => {
  test('[EPS-1] pods of its namespace that carry every label of the selector, and no others', () => {
    const b = start()
    b.store(service('web', { selector: { app: 'web', tier: 'front' } }))
    b.store(pod('both', { labels: { app: 'web', tier: 'front', extra: 'x' } }))
    b.store(pod('one', { labels: { app: 'web' }, ip: '10.244.1.3' }))
    b.store(
      pod('elsewhere', { labels: { app: 'web', tier: 'front' }, ip: '10.244.1.4', metadata: { namespace: 'shop' } }),
    )
    expect(all(b).map((e) => e.targetRef?.name)).toEqual(['both'])
  })

  test('[EPS-1] a pod that is relabelled leaves, and comes back', () => {
    const b = start()
    b.store(service('web', selects))
    const stored = b.store(pod('web-1'))
    put(b.state, { ...stored, metadata: { ...stored.metadata, labels: { app: 'quarantine' } } })
    b.rest()
    expect(all(b)).toEqual([])
    put(b.state, stored)
    b.rest()
    expect(all(b).length).toBe(1)
  })

  test('[EPS-2] a Ready pod is ready, serving and not terminating, with its node and zone', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('web-1', { node: 'node-2' }))
    expect(all(b)[0]).toMatchObject({
      addresses: ['10.244.1.2'],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: 'node-2',
      zone: 'zone-b',
    })
    expect(named(b)?.subsets?.[0]?.addresses?.[0]?.ip).toBe('10.244.1.2')
  })

  test('[EPS-3] a pod without an address, and one that has ended, is none', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('pending', { ip: '', phase: 'Pending' }))
    b.store(pod('done', { phase: 'Succeeded' }))
    b.store(pod('failed', { phase: 'Failed', ip: '10.244.1.3' }))
    expect(all(b)).toEqual([])
    expect(serviceViewOf(b.state, 'Service/default/web')?.members.map((m) => m.why.code)).toEqual([
      'endpoint.finished',
      'endpoint.finished',
      'endpoint.no-address',
    ])
  })

  test('[EPS-4] a pod that is not Ready is listed as such', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('web-1', { ready: false }))
    expect(all(b)[0]?.conditions).toEqual({ ready: false, serving: false, terminating: false })
    expect(named(b)?.subsets?.[0]?.notReadyAddresses?.[0]?.ip).toBe('10.244.1.2')
    expect(serviceViewOf(b.state, 'Service/default/web')?.problem?.code).toBe('service.none-ready')
  })

  test('[EPS-5] a named port is each pod its own, sidecars included; a pod without it has no such port', () => {
    const b = start()
    b.store(service('web', { ...selects, ports: [{ port: 80, protocol: 'TCP', targetPort: 'http' }] }))
    const containers = (containerPort: number) => ({
      containers: [{ name: 'c', ports: [{ name: 'http', containerPort, protocol: 'TCP' as const }] }],
    })
    b.store(pod('a', { spec: containers(8080) }))
    b.store(pod('b', { spec: containers(9090), ip: '10.244.1.3' }))
    b.store(pod('none', { ip: '10.244.1.4' }))
    const sidecar = {
      name: 's',
      restartPolicy: 'Always',
      ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' as const }],
    }
    b.store(pod('side', { spec: { initContainers: [sidecar] }, ip: '10.244.1.5' }))
    const ports = slices(b).map((s) => [s.ports?.[0]?.port, (s.endpoints ?? []).map((e) => e.targetRef?.name).sort()])
    expect(ports).toEqual(
      expect.arrayContaining([
        [8080, ['a', 'side']],
        [9090, ['b']],
        [undefined, ['none']],
      ]),
    )
    const view = serviceViewOf(b.state, 'Service/default/web')
    expect(view?.ports[0]?.resolved).toEqual([8080, 9090])
    expect(view?.members.find((m) => m.key.endsWith('/none'))?.why.code).toBe('endpoint.port-name-missing')
  })

  test('[EPS-6] publishNotReadyAddresses makes every pod ready', () => {
    const b = start()
    b.store(service('web', { ...selects, publishNotReadyAddresses: true }))
    b.store(pod('web-1', { ready: false }))
    b.store(pod('web-2', { ip: '10.244.1.3', metadata: { deletionTimestamp: '2026-01-01T09:00:00Z' } }))
    expect(all(b).map((e) => e.conditions?.ready)).toEqual([true, true])
    expect(named(b)?.subsets?.[0]?.addresses?.length).toBe(2)
  })

  test('[EPS-7] a terminating pod serves in the slices and is gone from Endpoints', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('web-1', { metadata: { deletionTimestamp: '2026-01-01T09:00:00Z' } }))
    expect(all(b)[0]?.conditions).toEqual({ ready: false, serving: true, terminating: true })
    expect(named(b)?.subsets).toBeUndefined()
  })

  test('[EPS-8] without selector nobody makes endpoints', () => {
    const b = start()
    b.store(service('db', {}))
    b.store(pod('web-1'))
    expect(slices(b)).toEqual([])
    expect(named(b, 'db')).toBeUndefined()
  })

  test('[EPS-9] hand-written Endpoints are mirrored, and the mirror follows', () => {
    const b = start()
    b.store(service('db', { ports: [{ port: 5432, protocol: 'TCP', targetPort: 5432 }] }))
    const written = b.store<Endpoints>({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'db', namespace: 'default' },
      subsets: [
        {
          addresses: [{ ip: '203.0.113.20' }],
          notReadyAddresses: [{ ip: '203.0.113.21' }],
          ports: [{ port: 5432, protocol: 'TCP' }],
        },
      ],
    })
    expect(all(b).map((e) => [e.addresses[0], e.conditions?.ready])).toEqual([
      ['203.0.113.20', true],
      ['203.0.113.21', false],
    ])
    expect(slices(b)[0]?.metadata.labels).toMatchObject({ 'kubernetes.io/service-name': 'db' })
    put(b.state, {
      ...written,
      subsets: [{ addresses: [{ ip: '203.0.113.22' }], ports: [{ port: 5432, protocol: 'TCP' }] }],
    })
    b.rest()
    expect(all(b).map((e) => e.addresses[0])).toEqual(['203.0.113.22'])
    remove(b.state, 'Endpoints/default/db')
    b.rest()
    expect(slices(b)).toEqual([])
  })

  test('[EPS-10] 250 pods stand in three slices of at most 100, and one change writes one slice', () => {
    const b = start()
    for (let i = 0; i < 250; i++) put(b.state, { ...pod(`p-${i}`, { ip: `10.244.1.${i}` }) })
    b.store(service('web', selects))
    expect(slices(b).map((s) => s.endpoints?.length)).toEqual([100, 100, 50])
    const before = slices(b).map((s) => s.metadata.resourceVersion)
    remove(b.state, 'Pod/default/p-7')
    b.rest()
    const after = slices(b)
    expect(after.map((s) => s.endpoints?.length)).toEqual([99, 100, 50])
    expect(after.filter((s, i) => s.metadata.resourceVersion !== before[i]).length).toBe(1)
  })

  test('[EPS-11] "no endpoints" is one empty slice', () => {
    const b = start()
    b.store(service('web', selects))
    expect(slices(b).map((s) => [s.endpoints, s.ports])).toEqual([[null, null]])
    const name = slices(b)[0]?.metadata.name
    b.store(pod('web-1'))
    expect(slices(b).map((s) => [s.metadata.name, s.endpoints?.length])).toEqual([[name, 1]])
  })

  test('[EPS-12] trafficDistribution hints the own zone, and node', () => {
    const b = start()
    const stored = b.store(service('web', { ...selects, trafficDistribution: 'PreferClose' }))
    b.store(pod('web-1'))
    b.store(pod('web-2', { ip: '10.244.2.2', node: 'node-2', ready: false }))
    expect(all(b).map((e) => e.hints)).toEqual([{ forZones: [{ name: 'zone-a' }] }, undefined])
    put(b.state, { ...stored, spec: { ...stored.spec, trafficDistribution: 'PreferSameNode' } })
    b.rest()
    expect(all(b)[0]?.hints).toEqual({ forZones: [{ name: 'zone-a' }], forNodes: [{ name: 'node-1' }] })
    put(b.state, { ...stored, spec: { ...stored.spec, trafficDistribution: undefined } })
    b.rest()
    expect(all(b)[0]?.hints).toBeUndefined()
  })

  test('[EPS-13] topology mode Auto shares out by CPU where there are enough endpoints, and says so where not', () => {
    const b = start()
    const annotations = { 'service.kubernetes.io/topology-mode': 'Auto' }
    b.store(service('web', selects, { annotations }))
    b.store(pod('web-1'))
    expect(all(b)[0]?.hints).toBeUndefined()
    expect(
      b.state.events.some(
        (e) => e.reason === 'TopologyAwareHintsDisabled' && /Insufficient number of endpoints/.test(e.message),
      ),
    ).toBe(true)
    for (const i of [2, 3]) b.store(pod(`web-${i}`, { ip: `10.244.${i}.2`, node: `node-${i}` }))
    expect(
      all(b)
        .map((e) => e.hints?.forZones?.[0]?.name)
        .sort(),
    ).toEqual(['zone-a', 'zone-b', 'zone-b'])
  })

  test('[EPS-14] slices carry the labels of their Service', () => {
    const b = start()
    b.store(service('web', { ...selects, clusterIP: 'None' }, { labels: { team: 'x' } }))
    expect(slices(b)[0]?.metadata.labels).toEqual({
      team: 'x',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'web',
      'service.kubernetes.io/headless': '',
    })
  })

  test('[EPS-15] hostname and subdomain give an endpoint its name', () => {
    const b = start()
    b.store(service('db', { selector: { app: 'db' }, clusterIP: 'None' }))
    b.store(pod('db-1', { labels: { app: 'db' }, spec: { hostname: 'primary', subdomain: 'db' } }))
    b.store(pod('db-2', { labels: { app: 'db' }, ip: '10.244.1.3', spec: { hostname: 'x', subdomain: 'other' } }))
    expect(all(b).map((e) => e.hostname)).toEqual(['primary', undefined])
  })

  test('[EPS-16] a deleted Service takes its slices and Endpoints with it', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('web-1'))
    remove(b.state, 'Service/default/web')
    b.rest()
    expect([slices(b), named(b)]).toEqual([[], undefined])
  })

  test('[EPS-17] Endpoints holds 1,000 addresses at most, ready ones first, and says so', () => {
    const b = start()
    for (let i = 0; i < 1010; i++) put(b.state, pod(`p-${i}`, { ip: `10.${i >> 8}.1.${i & 255}`, ready: i >= 20 }))
    b.store(service('web', selects))
    const subset = named(b)?.subsets?.[0]
    expect([subset?.addresses?.length, subset?.notReadyAddresses?.length]).toEqual([990, 10])
    expect(named(b)?.metadata.annotations).toMatchObject({ 'endpoints.kubernetes.io/over-capacity': 'truncated' })
  })
})

test('[EPS-21] the annotation names the change that a sync follows, and goes when there is none', () => {
  const b = start()
  const at = (second: number) => `2026-01-01T09:00:0${second}Z`
  const trigger = () => slices(b)[0]?.metadata.annotations?.['endpoints.kubernetes.io/last-change-trigger-time']
  b.store(service('web', selects, { creationTimestamp: at(1) }))
  expect(trigger()).toBe(at(1))
  const made = pod('web-1')
  const conditions = [{ type: 'Ready', status: 'True' as const, lastTransitionTime: at(5) }]
  const stored = b.store({ ...made, status: { ...made.status, conditions } })
  expect(trigger()).toBe(at(5))
  put(b.state, { ...stored, metadata: { ...stored.metadata, labels: {} } })
  b.rest()
  expect(trigger()).toBeUndefined()
})

describe('what is said of a Service', () => {
  test('[EPS-18] an ExternalName is an alias, no problem', () => {
    const b = start()
    b.store(
      service('db', {
        type: 'ExternalName',
        externalName: 'db.example.com',
        clusterIP: undefined,
        selector: { app: 'web' },
      }),
    )
    b.store(pod('web-1'))
    expect(slices(b)).toEqual([])
    expect(serviceViewOf(b.state, 'Service/default/db')).toMatchObject({ note: { code: 'service.alias' }, members: [] })
  })

  test('[EPS-19] scaled to zero is said as such; a selector without pods is a problem', () => {
    const b = start()
    b.store(service('web', selects))
    expect(serviceViewOf(b.state, 'Service/default/web')?.problem?.code).toBe('service.no-pods')
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } }
    const deployment = b.store({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 0, template },
    })
    const view = serviceViewOf(b.state, 'Service/default/web')
    expect([view?.problem, view?.note?.code]).toEqual([undefined, 'service.scaled-to-zero'])
    expect(servicesTouched(b.state, { key: 'Deployment/default/web', kind: 'Deployment', after: deployment })).toEqual([
      'Service/default/web',
    ])
  })
})
