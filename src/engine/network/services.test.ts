import { describe, expect, it, test } from 'vitest'
import type { Service } from '../../model/index.ts'
import { announceBalancer } from './balancer.ts'
import { codes, hopOf, NetLab, summary } from './testing/lab.ts'

const POLICY = { internal: { internalTrafficPolicy: 'Local' }, external: { externalTrafficPolicy: 'Local' } } as const
const THREE = ['10.244.1.2', '10.244.2.2', '10.244.3.2']
const NODE_PORT = { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] } as const
const BALANCER = { ...NODE_PORT, type: 'LoadBalancer' } as const

function web(
  spec: Partial<Service['spec']> = {},
  ips: readonly string[] = THREE,
  mode: 'iptables' | 'nftables' = 'iptables',
): NetLab {
  const lab = new NetLab({ proxyMode: mode })
  lab.web(spec, ips)
  return lab
}

const pods = (lab: NetLab, from: string, url: string) => lab.possible(from, url).pods

test('[SVC-1] a port of the cluster IP leads to the targetPort of an endpoint, and the trace shows the address change', () => {
  const lab = web({}, ['10.244.2.2'])
  const trace = lab.send('client', 'http://web/')
  expect(summary(trace)).toBe('answered web-1 8080 10.244.1.254')
  expect(codes(trace)).toEqual([
    'dns.answer',
    'dial.service',
    'proxy.pick',
    'proxy.dnat',
    'route.other-node',
    'pod.listening',
    'answer.back',
  ])
  const dnat = hopOf(trace, 'proxy.dnat')!
  expect(dnat.packet).toMatchObject({
    before: { dst: '10.96.44.10', dstPort: 80 },
    after: { dst: '10.244.2.2', dstPort: 8080, src: '10.244.1.254' },
  })
  expect(dnat.why.sources).toEqual([{ object: 'Service/default/web', path: ['spec', 'ports', 0, 'targetPort'] }])
})

test('[SVC-2] every new connection draws among all endpoints alike', () => {
  const lab = web()
  const drawn = Array.from({ length: 300 }, () => lab.send('client', 'http://web/').server!.ip)
  for (const ip of THREE) expect(drawn.filter((d) => d === ip).length).toBeGreaterThan(70)
  expect(hopOf(lab.send('client', 'http://web/'), 'proxy.pick')!.why.params).toMatchObject({
    count: 3,
    service: 'web',
    node: 'node-1',
  })
  expect(lab.possible('client', 'http://web/')).toEqual({
    outcomes: ['answered'],
    pods: ['web-1', 'web-2', 'web-3'],
    podPorts: [8080],
    seenAs: ['10.244.1.254'],
    http: [200],
  })
})

describe('[SVC-3] without any usable endpoint every door refuses', () => {
  it.each(['iptables', 'nftables'] as const)('%s', (mode) => {
    const lab = web({ ...BALANCER, externalIPs: ['203.0.113.9'], ...POLICY.external }, THREE, mode)
    lab.change('EndpointSlice/default/web-1', (s) => ({ ...s, endpoints: [] }))
    lab.balancer('web', '192.0.2.10')
    for (const [from, url] of [
      ['client', 'http://web/'],
      ['client', 'http://203.0.113.9/'],
      ['client', 'http://192.0.2.10/'],
      ['internet', 'http://192.0.2.10/'],
      ['internet', 'http://172.18.0.12:30080/'],
      ['node/node-1', 'http://10.96.44.10/'],
      ['node/node-1', 'http://192.0.2.10/'],
      ['node/node-1', 'http://172.18.0.11:30080/'],
    ] as const) {
      const trace = lab.send(from, url)
      expect([url, from, trace.outcome, trace.hops.at(-1)!.why.code]).toEqual([
        url,
        from,
        'refused',
        'proxy.no-endpoints',
      ])
    }
    expect(lab.send('client', 'http://web/').error).toMatch(
      /^Failed to connect to web port 80 after \d+ ms: Couldn't connect to server$/,
    )
  })
})

test('[SVC-4] when no endpoint is ready, those that terminate and still serve are used; under Local, those of the node', () => {
  const ending = { ready: false, serving: true, terminating: true }
  const dead = { ready: false, serving: false, terminating: true }
  const lab = new NetLab()
  lab.web({ ...NODE_PORT, ...POLICY.external }, THREE, 'web', [ending, dead, ending])
  expect(pods(lab, 'client', 'http://web/')).toEqual(['web-1', 'web-3'])
  expect(hopOf(lab.send('client', 'http://web/'), 'proxy.pick')!.why.params['narrowed']).toBe('terminating')
  expect(pods(lab, 'internet', 'http://172.18.0.13:30080/')).toEqual(['web-3'])
  expect(lab.send('internet', 'http://172.18.0.12:30080/').outcome).toBe('timed out')
  lab.change('EndpointSlice/default/web-1', (s) => ({
    ...s,
    endpoints: (s['endpoints'] as object[]).map((e, i) => (i === 1 ? { ...e, conditions: { ready: true } } : e)),
  }))
  lab.rest()
  expect(pods(lab, 'client', 'http://web/')).toEqual(['web-2'])
  expect(pods(lab, 'internet', 'http://172.18.0.13:30080/')).toEqual(['web-3'])
})

describe('[SVC-5] internalTrafficPolicy Local: the own node, or silence', () => {
  it.each(['iptables', 'nftables'] as const)('%s', (mode) => {
    const lab = web(POLICY.internal, ['10.244.1.2', '10.244.2.2'], mode)
    expect(pods(lab, 'client', 'http://web/')).toEqual(['web-1'])
    expect(pods(lab, 'node/node-2', 'http://10.96.44.10/')).toEqual(['web-2'])
    const lost = lab.send('node/node-3', 'http://10.96.44.10/')
    expect(lost).toMatchObject({
      outcome: 'timed out',
      took: 2000,
      error: 'Connection timed out after 2000 milliseconds',
    })
    expect(lost.hops.at(-1)!.why).toMatchObject({
      code: 'proxy.no-local-endpoints',
      params: { policy: 'internal', elsewhere: 2, node: 'node-3' },
    })
  })
  it('leaves the node port to all endpoints', () => {
    expect(pods(web({ ...NODE_PORT, ...POLICY.internal }), 'internet', 'http://172.18.0.11:30080/')).toHaveLength(3)
  })
})

test("[SVC-6] a node port is open on every node's own address, also on nodes without a pod, and nowhere else", () => {
  const lab = web(NODE_PORT, ['10.244.2.2'])
  for (const n of [11, 12, 13]) expect(lab.send('internet', `http://172.18.0.${n}:30080/`).outcome).toBe('answered')
  expect(lab.send('node/node-1', 'http://127.0.0.1:30080/').outcome).toBe('refused')
  expect(lab.send('client', 'http://10.96.44.10:30080/').outcome).toBe('timed out')
  expect(lab.send('internet', 'http://172.18.0.11:80/').hops.at(-1)!.why.code).toBe('host.not-listening')
})

test('[SVC-7] under externalTrafficPolicy Cluster the pod sees the node that was dialled', () => {
  const lab = web({ ...NODE_PORT }, ['10.244.2.2'])
  expect(summary(lab.send('internet', 'http://172.18.0.11:30080/'))).toBe('answered web-1 8080 172.18.0.11')
  expect(summary(lab.send('client', 'http://172.18.0.13:30080/'))).toBe('answered web-1 8080 172.18.0.13')
  expect(summary(lab.send('client', 'http://172.18.0.11:30080/'))).toBe('answered web-1 8080 172.18.0.11')
  expect(hopOf(lab.send('internet', 'http://172.18.0.11:30080/'), 'proxy.masquerade')!.why.params['cause']).toBe(
    'external-cluster-policy',
  )
})

describe('[SVC-8] externalTrafficPolicy Local keeps the client’s address and the node’s own endpoints, and drops without any', () => {
  it.each(['iptables', 'nftables'] as const)('%s', (mode) => {
    const lab = web({ ...NODE_PORT, ...POLICY.external }, ['10.244.1.2', '10.244.2.2'], mode)
    expect(summary(lab.send('internet', 'http://172.18.0.12:30080/'))).toBe('answered web-2 8080 198.51.100.10')
    expect(lab.send('internet', 'http://172.18.0.13:30080/')).toMatchObject({ outcome: 'timed out' })
    // from another node, a pod is outside too: it leaves its node under the node's address
    expect(summary(lab.send('client', 'http://172.18.0.12:30080/'))).toBe('answered web-2 8080 172.18.0.11')
    expect(lab.send('client', 'http://172.18.0.13:30080/').outcome).toBe('timed out')
  })
})

test('[SVC-9] under Local, clients on the node that rules are let to all endpoints', () => {
  const lab = web({ ...BALANCER, ...POLICY.external }, ['10.244.2.2', '10.244.3.2'])
  lab.balancer('web', '192.0.2.10')
  const trace = lab.send('client', 'http://192.0.2.10/')
  expect(trace).toMatchObject({ outcome: 'answered', seenAs: '10.244.1.254' })
  expect(hopOf(trace, 'proxy.external-to-cluster')!.why.rule).toBe('SVC-9')
  expect(pods(lab, 'client', 'http://172.18.0.11:30080/')).toEqual(['web-1', 'web-2'])
  expect(lab.send('node/node-1', 'http://172.18.0.11:30080/')).toMatchObject({
    outcome: 'answered',
    seenAs: '172.18.0.11',
  })
})

test("[SVC-10] nodes answer for a balancer's address themselves, unless its ipMode is Proxy", () => {
  const lab = web(BALANCER, ['10.244.2.2'])
  lab.balancer('web', '192.0.2.10')
  const trace = lab.send('client', 'http://192.0.2.10/')
  expect(summary(trace)).toBe('answered web-1 8080 172.18.0.11')
  expect(codes(trace)).not.toContain('balancer.node')
  lab.balancer('web', '192.0.2.10', 'Proxy')
  expect(lab.send('client', 'http://192.0.2.10/')).toMatchObject({ outcome: 'timed out' })
})

describe('[SVC-11] loadBalancerSourceRanges shut others out of the balancer’s address, and of nothing else', () => {
  it.each(['iptables', 'nftables'] as const)('%s', (mode) => {
    const lab = web({ ...BALANCER, loadBalancerSourceRanges: ['203.0.113.0/24', '10.244.1.0/24'] }, THREE, mode)
    lab.balancer('web', '192.0.2.10')
    expect(lab.send('internet', 'http://192.0.2.10/')).toMatchObject({
      outcome: 'timed out',
      hops: expect.arrayContaining([
        expect.objectContaining({ failed: true, why: expect.objectContaining({ code: 'proxy.source-range' }) }),
      ]),
    })
    expect(lab.send('node/node-1', 'http://192.0.2.10/').outcome).toBe('timed out')
    expect(lab.send('client', 'http://192.0.2.10/').outcome).toBe('answered')
    expect(lab.send('internet', 'http://172.18.0.11:30080/').outcome).toBe('answered')
  })
  it('and 0.0.0.0/0 is nobody', () => {
    const lab = web({ ...BALANCER, loadBalancerSourceRanges: ['203.0.113.0/24', '0.0.0.0/0'] })
    lab.balancer('web', '192.0.2.10')
    expect(lab.send('internet', 'http://192.0.2.10/').outcome).toBe('answered')
  })
  it('without endpoints iptables refuses, nftables drops', () => {
    for (const [mode, outcome] of [
      ['iptables', 'refused'],
      ['nftables', 'timed out'],
    ] as const) {
      const lab = web({ ...BALANCER, loadBalancerSourceRanges: ['203.0.113.0/24'] }, [], mode)
      lab.balancer('web', '192.0.2.10')
      expect(lab.send('internet', 'http://192.0.2.10/').outcome).toBe(outcome)
    }
  })
})

test('[SVC-12] an external IP works where a packet for it reaches a node, on the port of the Service', () => {
  const lab = web({ externalIPs: ['203.0.113.9', '172.18.0.13'] }, ['10.244.2.2'])
  expect(summary(lab.send('client', 'http://203.0.113.9/'))).toBe('answered web-1 8080 172.18.0.11')
  expect(summary(lab.send('internet', 'http://172.18.0.13/'))).toBe('answered web-1 8080 172.18.0.13')
  // nobody outside has a way to an address that no machine has
  expect(lab.send('internet', 'http://203.0.113.9/').outcome).toBe('timed out')
})

test('[SVC-14] hints of every ready endpoint keep traffic in the zone or on the node, else they are not heeded', () => {
  const lab = new NetLab()
  const hinted = (kind: 'forZones' | 'forNodes', names: readonly (string | undefined)[]) => {
    lab.service('web', { trafficDistribution: 'PreferClose', ports: [{ port: 80, targetPort: 8080 }] })
    const endpoints = THREE.map((ip, i) =>
      lab.endpoint(
        lab.pod(`web-${i + 1}`, ip, '8080'),
        { ready: true },
        names[i] ? { hints: { [kind]: [{ name: names[i] }] } } : {},
      ),
    )
    lab.slice('web', [{ port: 8080 }], endpoints)
    lab.rest()
    return [pods(lab, 'client', 'http://web/'), pods(lab, 'node/node-2', 'http://10.96.44.10/')]
  }
  expect(hinted('forZones', ['zone-a', 'zone-b', 'zone-b'])).toEqual([['web-1'], ['web-2', 'web-3']])
  expect(hopOf(lab.send('client', 'http://web/'), 'proxy.pick')!.why.params).toMatchObject({
    narrowed: 'same-zone',
    total: 3,
    count: 1,
  })
  expect(hinted('forZones', ['zone-a', 'zone-b', undefined])).toEqual([
    ['web-1', 'web-2', 'web-3'],
    ['web-1', 'web-2', 'web-3'],
  ])
  expect(hinted('forZones', ['zone-c', 'zone-b', 'zone-b'])[0]).toHaveLength(3)
  expect(hinted('forNodes', ['node-1', 'node-1', 'node-3'])).toEqual([
    ['web-1', 'web-2'],
    ['web-1', 'web-2', 'web-3'],
  ])
})

test('[SVC-15] a port that the Service does not have is silence in iptables mode, a refusal in nftables mode', () => {
  const [iptables, nftables] = [web({}), web({}, THREE, 'nftables')]
  for (const from of ['client', 'node/node-1']) {
    expect(iptables.send(from, 'http://10.96.44.10:81/')).toMatchObject({ outcome: 'timed out', took: 2000 })
    expect(nftables.send(from, 'http://10.96.44.10:81/')).toMatchObject({ outcome: 'refused' })
  }
  expect(iptables.send('client', 'http://web:81/').hops.at(-1)!.why).toMatchObject({
    code: 'proxy.port-not-on-service',
    params: { service: 'web', ports: ['80'] },
  })
})

test('[SVC-16] an address of the Services’ range that no Service has is silence', () => {
  for (const mode of ['iptables', 'nftables'] as const) {
    const trace = web({}, THREE, mode).send('client', 'http://10.96.77.77/')
    expect(trace.outcome).toBe('timed out')
    expect(trace.hops.at(-1)!.why).toMatchObject({ code: 'dial.nobody', params: { what: 'services' } })
  }
})

test('[SVC-17] who is no pod reaches a cluster IP under its node’s address', () => {
  const lab = web({}, ['10.244.2.2'])
  expect(lab.send('node/node-1', 'http://10.96.44.10/').seenAs).toBe('172.18.0.11')
  expect(lab.send('client', 'http://10.96.44.10/').seenAs).toBe('10.244.1.254')
})

test('[SVC-18] a pod that draws itself is seen under its node’s address', () => {
  for (const mode of ['iptables', 'nftables'] as const) {
    const lab = web({}, ['10.244.2.2'], mode)
    const trace = lab.send('web-1', 'http://web/')
    expect(summary(trace)).toBe('answered web-1 8080 172.18.0.12')
    expect(codes(trace)).toContain('proxy.hairpin')
  }
})

test('[SVC-18] nftables turns only endpoints round whose slice says that they are on the node', () => {
  const nodeless = (mode: 'iptables' | 'nftables') => {
    const lab = new NetLab({ proxyMode: mode })
    lab.service('web', { ports: [{ port: 80, targetPort: 8080 }] })
    lab.pod('web-1', '10.244.2.2', '8080')
    lab.slice('web', [{ port: 8080 }], [{ addresses: ['10.244.2.2'] }])
    lab.rest()
    return lab.send('web-1', 'http://web/').outcome
  }
  expect([nodeless('iptables'), nodeless('nftables')]).toEqual(['answered', 'timed out'])
})

test('[SVC-19] a headless Service is no proxy: its ports are not translated', () => {
  const lab = new NetLab()
  lab.web({ clusterIP: 'None' }, ['10.244.1.2', '10.244.2.2'])
  expect(lab.send('client', 'http://web/').outcome).toBe('refused')
  const trace = lab.send('client', 'http://web:8080/')
  expect(trace.outcome).toBe('answered')
  expect(codes(trace).slice(0, 2)).toEqual(['dns.answer', 'dial.pod'])
})

test('[SVC-20] an ExternalName is reached by what it is an alias of, on the port that was asked', () => {
  const lab = web({}, ['10.244.2.2'])
  lab.service('store', {
    type: 'ExternalName',
    externalName: 'web.default.svc.cluster.local',
    ports: [{ port: 8080, targetPort: 80 }],
  })
  expect(lab.send('client', 'http://store/').outcome).toBe('answered')
  expect(lab.send('client', 'http://store:8080/').outcome).toBe('timed out')
})

test('[SVC-21] the health check node port says whether the node has ready endpoints', () => {
  const lab = web({ ...BALANCER, ...POLICY.external, healthCheckNodePort: 30900 }, ['10.244.1.2'])
  expect(lab.send('internet', 'http://172.18.0.11:30900/')).toMatchObject({ outcome: 'answered', http: 200 })
  expect(lab.send('internet', 'http://172.18.0.12:30900/')).toMatchObject({ outcome: 'answered', http: 503 })
  expect(lab.send('internet', 'http://172.18.0.12:30901/').outcome).toBe('refused')
})

test('[SVC-22] the same number on another protocol is another port', () => {
  const lab = new NetLab()
  lab.service('dns', {
    ports: [
      { name: 'udp', port: 53, targetPort: 5353, protocol: 'UDP' },
      { name: 'tcp', port: 53, targetPort: 5353 },
    ],
  })
  const endpoint = lab.endpoint(lab.pod('dns-1', '10.244.2.2', '5353/UDP'))
  lab.slice(
    'dns',
    [
      { name: 'udp', port: 5353, protocol: 'UDP' },
      { name: 'tcp', port: 5353 },
    ],
    [endpoint],
  )
  lab.rest()
  expect(summary(lab.send('client', 'udp://dns:53'))).toBe('answered dns-1 5353 10.244.1.254')
  expect(lab.send('client', 'tcp://dns:53').hops.at(-1)!.why).toMatchObject({
    code: 'pod.not-listening',
    params: { listens: ['5353/UDP'] },
  })
})

test('[NET-14] a cloud’s balancer sends to every ready node, under Local to those with a ready endpoint', () => {
  const nodesOf = (lab: NetLab) =>
    hopOf(lab.send('internet', 'http://192.0.2.10/'), 'balancer.node')!.why.params['nodes']
  const cluster = web(BALANCER, ['10.244.1.2'])
  cluster.balancer('web', '192.0.2.10')
  expect(nodesOf(cluster)).toEqual(['node-1', 'node-2', 'node-3'])
  cluster.change('Node//node-2', (n) => ({ ...n, status: { conditions: [{ type: 'Ready', status: 'False' }] } }))
  expect(nodesOf(cluster)).toEqual(['node-1', 'node-3'])
  const local = web({ ...BALANCER, ...POLICY.external }, ['10.244.2.2'])
  local.balancer('web', '192.0.2.10')
  expect(nodesOf(local)).toEqual(['node-2'])
  expect(summary(local.send('internet', 'http://192.0.2.10/'))).toBe('answered web-1 8080 198.51.100.10')
})

test('[NET-14] an address that was announced at some nodes arrives there, whatever their health checks would say', () => {
  const lab = web({ ...BALANCER, ...POLICY.external }, ['10.244.1.2'])
  lab.balancer('web', '192.0.2.10')
  announceBalancer(lab.state, '192.0.2.10', ['node-2'])
  expect(lab.send('internet', 'http://192.0.2.10/').outcome).toBe('timed out')
  expect(lab.send('internet', 'http://192.0.2.10:8080/').hops.at(-1)!.why.code).toBe('proxy.port-not-on-service')
})

test('[SVC-15] the filter sees what the rules have rewritten: an endpoint that is a cluster IP is refused in nftables mode, silence in iptables', () => {
  for (const [proxyMode, outcome] of [
    ['iptables', 'timed out'],
    ['nftables', 'refused'],
  ] as const) {
    const lab = new NetLab({ proxyMode })
    lab.service('web', { ports: [{ port: 80, targetPort: 8080 }] })
    lab.slice('web', [{ port: 8080 }], [{ addresses: ['10.96.44.10'], conditions: { ready: true } }])
    lab.rest()
    for (const from of ['client', 'node/node-1'])
      expect([proxyMode, from, lab.send(from, 'http://10.96.44.10/').outcome]).toEqual([proxyMode, from, outcome])
  }
})

test('[SVC-3] an endpoint that is the address of a Service without endpoints is refused where the rules rewrote it', () => {
  for (const proxyMode of ['iptables', 'nftables'] as const) {
    const lab = new NetLab({ proxyMode })
    lab.service('empty', { clusterIP: '10.96.44.11', ports: [{ port: 8080 }] })
    lab.service('web', { ports: [{ port: 80, targetPort: 8080 }] })
    lab.slice('web', [{ port: 8080 }], [{ addresses: ['10.96.44.11'], conditions: { ready: true } }])
    lab.rest()
    const trace = lab.send('client', 'http://10.96.44.10/')
    expect(trace.outcome).toBe('refused')
    expect(trace.hops.at(-1)!.why).toMatchObject({ code: 'proxy.no-endpoints', params: { service: 'empty' } })
  }
})
