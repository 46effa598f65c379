import { describe, expect, test } from 'vitest'
import type { EndpointSlice, Endpoints, KObject, Node, Pod, Service } from '../../../model/index.ts'
import { get, list, put, remove } from '../../core/index.ts'
import { Cluster } from '../../index.ts'
import { type Bench, bench, pod, service } from '../../testing/drive.ts'
import { garbageCollector } from '../garbage.ts'
import { endpointsControllers } from './index.ts'

const start = () => bench([endpointsControllers, garbageCollector])
const slices = (b: Bench) => list<EndpointSlice>(b.state, 'EndpointSlice')
const all = (b: Bench) => slices(b).flatMap((s) => s.endpoints ?? [])
const named = (b: Bench, name = 'web') => get<Endpoints>(b.state, 'Endpoints', 'default', name)
const selects = { selector: { app: 'web' } }
/** Write an object anew, as whoever may. */
const change = <T extends KObject>(b: Bench, object: T, to: object): T => {
  const stored = put<T>(b.state, { ...object, ...to } as T)
  b.rest()
  return stored
}
const moveNode = (b: Bench, name: string, zone: string) => {
  const node = get<Node>(b.state, 'Node', '', name)!
  const labels = { ...node.metadata.labels, 'topology.kubernetes.io/zone': zone }
  change(b, node, { metadata: { ...node.metadata, labels } })
}

describe('what wakes the controllers', () => {
  test('[EPS-22] an unready pod that ends stays listed until its Service is synced for another reason', () => {
    const b = start()
    const web = b.store(service('web', selects))
    const stored = b.store(pod('web-1', { ready: false }))
    change(b, stored, { status: { ...stored.status, phase: 'Failed' } })
    expect(all(b).length).toBe(1)
    expect(named(b)?.subsets?.length).toBe(1)
    change(b, web, { metadata: { ...web.metadata, annotations: { note: 'x' } } })
    expect(all(b)).toEqual([])
    expect(named(b)?.subsets).toBeUndefined()
  })

  test('[EPS-22] a ready pod that ends leaves at once, for it stops being ready', () => {
    const b = start()
    b.store(service('web', selects))
    const stored = b.store(pod('web-1'))
    change(b, stored, {
      status: { ...stored.status, phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False' }] },
    })
    expect(all(b)).toEqual([])
  })

  test('[EPS-23] a node that moves to another zone takes its endpoints along only when their Service is synced', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('web-1'))
    moveNode(b, 'node-1', 'zone-z')
    expect(all(b)[0]?.zone).toBe('zone-a')
    b.store(pod('web-2', { ip: '10.244.2.2', node: 'node-2' }))
    expect(all(b)[0]?.zone).toBe('zone-z')
  })

  test('[EPS-24] a pod on a node that does not exist is in no slice, with an event, until the node comes', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('web-1', { node: 'node-9' }))
    expect(all(b)).toEqual([])
    expect(named(b)?.subsets?.[0]?.addresses?.length).toBe(1)
    expect(b.state.events.filter((e) => e.reason === 'FailedToUpdateEndpointSlices').map((e) => e.message)).toEqual([
      'Error updating Endpoint Slices for Service default/web: skipping Pod web-1 for Service default/web: Node node-9 Not Found',
    ])
    put<Node>(b.state, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-9', uid: 'n9' } })
    b.rest()
    expect(all(b).map((e) => [e.nodeName, e.zone])).toEqual([['node-9', undefined]])
  })

  test('[EPS-24] publishNotReadyAddresses takes a pod whose node does not exist', () => {
    const b = start()
    b.store(service('web', { ...selects, publishNotReadyAddresses: true }))
    b.store(pod('web-1', { node: 'node-9' }))
    expect(all(b).map((e) => e.nodeName)).toEqual(['node-9'])
  })

  test('[EPS-25] what others do to its slices a controller puts right: emptied, deleted', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('web-1'))
    const slice = slices(b)[0]!
    change(b, slice, { endpoints: null, metadata: { ...slice.metadata, generation: 9 } })
    expect(all(b).length).toBe(1)
    remove(b.state, `EndpointSlice/default/${slice.metadata.name}`)
    b.rest()
    expect(all(b).length).toBe(1)
  })

  test('[EPS-25] Endpoints that somebody edits stay so until the Service or its pods change; deleted ones come back', () => {
    const b = start()
    const web = b.store(service('web', selects))
    b.store(pod('web-1'))
    const edited = change(b, named(b)!, { subsets: [{ addresses: [{ ip: '203.0.113.1' }] }] })
    expect(named(b)?.subsets?.[0]?.addresses?.[0]?.ip).toBe('203.0.113.1')
    expect(all(b)[0]?.addresses).toEqual(['10.244.1.2'])
    change(b, web, { metadata: { ...web.metadata, annotations: { note: 'x' } } })
    expect(named(b)?.subsets?.[0]?.addresses?.[0]?.ip).toBe('10.244.1.2')
    remove(b.state, `Endpoints/default/${edited.metadata.name}`)
    b.rest()
    expect(named(b)?.subsets?.[0]?.addresses?.[0]?.ip).toBe('10.244.1.2')
  })

  test('[EPS-25] a slice that is labelled away from its controller is missed, and nothing more is written', () => {
    const b = start()
    b.store(service('web', selects))
    b.store(pod('web-1'))
    const slice = slices(b)[0]!
    const labels = { ...slice.metadata.labels, 'endpointslice.kubernetes.io/managed-by': 'me' }
    change(b, slice, { metadata: { ...slice.metadata, labels, generation: 9 } })
    b.store(pod('web-2', { ip: '10.244.2.2', node: 'node-2' }))
    expect(all(b).map((e) => e.targetRef?.name)).toEqual(['web-1'])
    expect(named(b)?.subsets?.[0]?.addresses?.length).toBe(2)
  })
})

describe('slices', () => {
  test('[EPS-26] a Service of two families has slices of both; Endpoints lists the first family', () => {
    const b = start()
    b.store(service('web', { ...selects, ipFamilies: ['IPv6', 'IPv4'] }))
    const made = pod('web-1')
    const podIPs = [{ ip: '10.244.1.2' }, { ip: 'FD00:0::2' }]
    b.store({ ...made, status: { ...made.status, podIPs } })
    expect(slices(b).map((s) => [s.addressType, s.endpoints?.[0]?.addresses])).toEqual([
      ['IPv6', ['fd00::2']],
      ['IPv4', ['10.244.1.2']],
    ])
    expect(named(b)?.subsets?.[0]?.addresses?.map((a) => a.ip)).toEqual(['fd00::2'])
  })

  test('[EPS-26] a family that the Service gives up takes its slices with it', () => {
    const b = start()
    const web = b.store(service('web', { ...selects, ipFamilies: ['IPv4', 'IPv6'] }))
    b.store(pod('web-1'))
    expect(slices(b).map((s) => [s.addressType, s.endpoints?.length])).toEqual([
      ['IPv4', 1],
      ['IPv6', undefined],
    ])
    change(b, web, { spec: { ...web.spec, ipFamilies: ['IPv4'] } })
    expect(slices(b).map((s) => s.addressType)).toEqual(['IPv4'])
  })

  test('[EPS-14] a label of the Service is written into its slices; becoming headless alone is no reason to write', () => {
    const b = start()
    const web = b.store(service('web', selects))
    b.store(pod('web-1'))
    const headless = change(b, web, { spec: { ...web.spec, clusterIP: 'None' } })
    expect(slices(b)[0]?.metadata.labels).not.toHaveProperty('service.kubernetes.io/headless')
    change(b, headless, { metadata: { ...headless.metadata, labels: { team: 'x' } } })
    expect(slices(b)[0]?.metadata.labels).toMatchObject({ team: 'x', 'service.kubernetes.io/headless': '' })
  })

  test('[EPS-10] slices that change for another reason are filled before one that could stay as it is', () => {
    const b = start()
    const many = (from: number, to: number) => {
      for (let i = from; i < to; i++) put(b.state, pod(`p-${i}`, { ip: `10.244.${i >> 8}.${i & 255}` }))
      b.rest()
    }
    many(0, 150)
    b.store(service('web', selects))
    const [first, second] = slices(b).map((s) => s.metadata.name)
    const sizes = () => new Map(slices(b).map((s) => [s.metadata.name, s.endpoints?.length]))
    remove(b.state, 'Pod/default/p-3')
    b.rest()
    expect([sizes().get(first!), sizes().get(second!)]).toEqual([99, 50])
    // 60 fit nowhere whole: a new slice
    many(200, 260)
    expect([...sizes().values()]).toEqual([99, 50, 60])
    // 30 fit into both: the fuller of them
    many(300, 330)
    expect([...sizes().values()]).toEqual([99, 50, 90])
    // one goes from the first, three come: they go where something changes anyway
    remove(b.state, 'Pod/default/p-4')
    many(400, 402)
    expect([...sizes().values()]).toEqual([100, 50, 90])
  })

  test('[EPS-10] a slice that would go is renewed, under its name, for one that would come', () => {
    const b = start()
    const web = b.store(service('web', selects))
    b.store(pod('web-1'))
    const name = slices(b)[0]?.metadata.name
    change(b, web, { spec: { ...web.spec, ports: [{ port: 80, protocol: 'TCP', targetPort: 9090 }] } })
    expect(slices(b).map((s) => [s.metadata.name, s.ports?.[0]?.port])).toEqual([[name, 9090]])
  })

  test('[EPS-27] the name of a slice has room for its suffix, however long the Service is called', () => {
    const b = start()
    b.store(service('s'.repeat(63), selects))
    expect(slices(b)[0]?.metadata.name).toMatch(/^s{58}[a-z0-9]{5}$/)
    expect(slices(b)[0]?.metadata.generateName).toBe(`${'s'.repeat(63)}-`)
  })

  test('[EPS-12] an endpoint that stops being ready loses its hint', () => {
    const b = start()
    b.store(service('web', { ...selects, trafficDistribution: 'PreferSameZone' }))
    const stored = b.store(pod('web-1'))
    expect(all(b)[0]?.hints).toEqual({ forZones: [{ name: 'zone-a' }] })
    change(b, stored, { status: { ...stored.status, conditions: [{ type: 'Ready', status: 'False' }] } })
    expect(all(b)[0]?.hints).toBeUndefined()
  })
})

describe('topology mode Auto', () => {
  const annotations = { 'service.kubernetes.io/topology-mode': 'Auto' }
  const zones = (b: Bench) => all(b).map((e) => e.hints?.forZones?.[0]?.name)
  const onThreeNodes = (b: Bench): Service => {
    const web = b.store(service('web', selects, { annotations }))
    for (const i of [1, 2, 3]) b.store(pod(`web-${i}`, { ip: `10.244.${i}.2`, node: `node-${i}` }))
    return web
  }

  test('[EPS-28] hints that still give every zone its least are left as they are', () => {
    const b = start()
    onThreeNodes(b)
    expect(zones(b).sort()).toEqual(['zone-a', 'zone-b', 'zone-b'])
    const before = slices(b)[0]?.metadata.resourceVersion
    const node = get<Node>(b.state, 'Node', '', 'node-3')!
    put<Node>(b.state, { ...node, metadata: { ...node.metadata, name: 'node-4', uid: 'n4' } })
    b.rest()
    expect(slices(b)[0]?.metadata.resourceVersion).toBe(before)
  })

  test('[EPS-28] a node that leaves a zone without its share wakes the Services that lean on it', () => {
    const b = start()
    onThreeNodes(b)
    moveNode(b, 'node-3', 'zone-c')
    expect(zones(b).sort()).toEqual(['zone-a', 'zone-b', 'zone-c'])
  })

  test('[EPS-28] a Service that no longer asks for it loses the hints, with an event', () => {
    const b = start()
    const web = onThreeNodes(b)
    change(b, web, { metadata: { ...web.metadata, annotations: {} } })
    expect(zones(b)).toEqual([undefined, undefined, undefined])
    expect(b.state.events.at(-1)?.message).toBe('Topology Aware Hints has been disabled, addressType: IPv4')
  })
})

describe('mirrors of Endpoints', () => {
  const written = (b: Bench, subsets: Endpoints['subsets'], metadata: Partial<KObject['metadata']> = {}) => {
    b.store(service('db', {}))
    return b.store<Endpoints>({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'db', namespace: 'default', ...metadata },
      subsets,
    })
  }
  const port = (name: string, number: number) => ({ name, port: number, protocol: 'TCP' as const })

  test('[EPS-29] labels and annotations come along, but for what kubectl and the endpoints controller left there', () => {
    const b = start()
    written(b, [{ addresses: [{ ip: '203.0.113.1' }], ports: [port('sql', 5432)] }], {
      labels: { team: 'x' },
      annotations: {
        note: 'y',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'endpoints.kubernetes.io/last-change-trigger-time': '2020-01-01T00:00:00Z',
      },
    })
    expect(slices(b)[0]?.metadata.annotations).toEqual({ note: 'y' })
    expect(slices(b)[0]?.metadata.labels).toEqual({
      team: 'x',
      'kubernetes.io/service-name': 'db',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    })
    expect(slices(b)[0]?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Endpoints', name: 'db' })
  })

  test('[EPS-29] skip-mirror and the annotation of leader election keep Endpoints from being mirrored', () => {
    const b = start()
    const stored = written(b, [{ addresses: [{ ip: '203.0.113.1' }] }])
    expect(slices(b).length).toBe(1)
    const skip = change(b, stored, {
      metadata: { ...stored.metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    })
    expect(slices(b)).toEqual([])
    const leads = { 'control-plane.alpha.kubernetes.io/leader': '{}' }
    change(b, skip, { metadata: { ...stored.metadata, labels: {}, annotations: leads } })
    expect(slices(b)).toEqual([])
  })

  test('[EPS-29] what a Service that loses its selector had as Endpoints is mirrored beside its slices, which stay', () => {
    const b = start()
    const web = b.store(service('web', selects))
    b.store(pod('web-1'))
    const { selector: _, ...spec } = web.spec
    change(b, web, { spec })
    const by = slices(b).map((s) => s.metadata.labels?.['endpointslice.kubernetes.io/managed-by'])
    expect(by).toEqual(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'])
  })

  test('[EPS-29] a subset of more than 1,000 addresses is cut, with an event', () => {
    const b = start()
    const addresses = Array.from({ length: 1010 }, (_, i) => ({ ip: `203.0.${i >> 8}.${i & 255}` }))
    written(b, [{ addresses, ports: [port('sql', 5432)] }])
    expect(slices(b).map((s) => s.endpoints?.length)).toEqual([1000])
    expect(b.state.events.at(-1)).toMatchObject({
      reason: 'TooManyAddressesToMirror',
      message:
        'A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 10 addresses were skipped',
    })
  })

  test('[EPS-29] one port of several subsets is one slice; a port with an appProtocol does not part its subset', () => {
    const b = start()
    const shared = { ...port('http', 80), appProtocol: 'http' }
    written(b, [
      { addresses: [{ ip: '203.0.113.1' }], ports: [shared, port('a', 81)] },
      { addresses: [{ ip: '203.0.113.2' }], ports: [shared, port('b', 82)] },
    ])
    const names = slices(b).map((s) => (s.ports ?? []).map((p) => p.name).sort())
    expect(names.sort()).toEqual([
      ['a', 'http'],
      ['b', 'http'],
    ])
  })

  test('[EPS-29] an address whose ports share a name gets no slice: the API server refuses it', () => {
    const b = start()
    const addresses = [{ ip: '203.0.113.1' }]
    written(b, [
      { addresses, ports: [port('sql', 5432)] },
      { addresses, ports: [port('sql', 5433)] },
      { addresses: [{ ip: '203.0.113.2' }], ports: [port('sql', 5434)] },
    ])
    expect(all(b).map((e) => e.addresses[0])).toEqual(['203.0.113.2'])
  })
})

test('[EPS-17] which addresses are cut is their order as text', () => {
  const b = start()
  for (let i = 0; i < 1005; i++) put(b.state, pod(`p-${i}`, { ip: `10.${i >> 8}.1.${i & 255}` }))
  b.store(service('web', selects))
  const ips = new Set(named(b)?.subsets?.[0]?.addresses?.map((a) => a.ip))
  expect(ips.size).toBe(1000)
  expect([ips.has('10.0.1.1'), ips.has('10.3.1.94'), ips.has('10.3.1.95')]).toEqual([true, true, false])
})

test('[EPS-17] Endpoints whose truncation leaves a subset empty are refused, and stay as they were', () => {
  const b = start()
  const named = (name: string) => ({
    containers: [{ name: 'c', ports: [{ name, containerPort: 8080, protocol: 'TCP' as const }] }],
  })
  const http = { name: 'http', port: 80, protocol: 'TCP' as const, targetPort: 'http' }
  const admin = { name: 'admin', port: 81, protocol: 'TCP' as const, targetPort: 'admin' }
  for (let i = 0; i < 1001; i++)
    put<Pod>(b.state, pod(`p-${i}`, { ip: `10.${i >> 8}.1.${i & 255}`, spec: named('http') }))
  put<Pod>(b.state, pod('other', { ip: '10.99.1.1', ready: false, spec: named('admin') }))
  b.store(service('web', { ...selects, ports: [http, admin] }))
  expect(get(b.state, 'Endpoints', 'default', 'web')).toBeUndefined()
  const events = b.state.events.filter((e) => e.reason === 'FailedToCreateEndpoint')
  expect(events[0]?.message).toMatch(
    /^Failed to create endpoint for service default\/web: Endpoints "web" is invalid: subsets\[\d\]: Required value: must specify `addresses` or `notReadyAddresses`$/,
  )
})

test('[EPS-3] a hostNetwork pod that is to have ended is no endpoint, as one with an address of its own is none', () => {
  const cluster = new Cluster()
  cluster.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  for (const hostNetwork of [true, false]) {
    const name = hostNetwork ? 'host' : 'own'
    const annotations = { 'fairlead.dev/phase': 'Failed' }
    const spec = { nodeName: 'node-1', hostNetwork, containers: [{ name: 'c', image: 'example/app:1' }] }
    const metadata = { name, namespace: 'default', labels: { app: 'web' }, annotations }
    expect(cluster.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec }).ok).toBe(true)
  }
  cluster.settle()
  expect(cluster.list<Pod>('Pod', 'default').map((p) => p.status?.phase)).toEqual(['Failed', 'Failed'])
  const mine = cluster.list<EndpointSlice>('EndpointSlice', 'default').filter((s) => s.metadata.name.startsWith('web-'))
  expect(mine.map((s) => s.endpoints)).toEqual([null])
})
