import { expect, test } from 'vitest'
import type { Endpoint, Pod, Service } from '../../model/index.ts'
import { restore, snapshot } from '../core/index.ts'
import { resetTraffic } from './connections.ts'
import { codes, NetLab } from './testing/lab.ts'

const THREE = ['10.244.1.2', '10.244.2.2', '10.244.3.2']
const KEEP = { url: 'http://web/', connection: 'keep-alive' } as const

function web(spec: Partial<Service['spec']> = {}, ips: readonly string[] = THREE): NetLab {
  const lab = new NetLab()
  lab.web(spec, ips)
  return lab
}

const without = (lab: NetLab, ip: string) => {
  lab.change('EndpointSlice/default/web-1', (s) => ({
    ...s,
    endpoints: (s['endpoints'] as Endpoint[]).filter((e) => e.addresses[0] !== ip),
  }))
  lab.rest()
}

test('[NET-8] a connection that is kept alive stays with its pod, also when the pod is no endpoint any more', () => {
  const lab = web()
  const first = lab.send('client', KEEP)
  for (let i = 0; i < 10; i++) expect(lab.send('client', KEEP).server).toEqual(first.server)
  without(lab, first.server!.ip)
  const later = lab.send('client', KEEP)
  expect(later).toMatchObject({ outcome: 'answered', server: { pod: first.server!.pod } })
  expect(codes(later).slice(0, 2)).toEqual(['connection.reused', 'proxy.conntrack'])
  expect(later.hops[0]!.why.params['requests']).toBe(11)
  expect(lab.send('client', 'http://web/').server!.pod).not.toBe(first.server!.pod)
})

test('[NET-8] when the pod is gone, or its container stopped, the client opens a new connection', () => {
  const lab = web()
  const first = lab.send('client', KEEP)
  lab.change<Pod>(first.server!.pod!, (p) => ({
    ...p,
    status: {
      ...p.status,
      containerStatuses: [{ name: 'app', ready: false, restartCount: 1, state: { waiting: {} } }],
    },
  }))
  expect(codes(lab.send('client', KEEP))[0]).toBe('dns.answer')
  const second = lab.send('client', KEEP)
  without(lab, second.server!.ip)
  lab.remove(second.server!.pod!)
  expect(codes(lab.send('client', KEEP))[0]).toBe('dns.answer')
})

test('[NET-8] another host, port or client is another connection', () => {
  const lab = web()
  lab.send('client', KEEP)
  expect(codes(lab.send('client', { ...KEEP, url: 'http://web.default/' }))[0]).toBe('dns.answer')
  expect(codes(lab.send('node/node-1', { ...KEEP, url: 'http://10.96.44.10/' }))[0]).toBe('dns.literal')
  resetTraffic(lab.state)
  expect(codes(lab.send('client', { ...KEEP, url: 'http://web.default/' }))[0]).toBe('dns.answer')
})

test('[SVC-13] sessionAffinity ClientIP keeps a client on its endpoint, node by node, until its time has passed since the last connection', () => {
  const lab = web({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } })
  const first = lab.send('client', 'http://web/').server!.ip
  for (let i = 0; i < 20; i++) {
    lab.state.now += 50_000
    const trace = lab.send('client', 'http://web/')
    expect(trace.server!.ip).toBe(first)
    expect(codes(trace)).toContain('proxy.affinity')
  }
  expect(lab.possible('client', 'http://web/').pods).toHaveLength(1)
  lab.state.now += 61_000
  expect(codes(lab.send('client', 'http://web/'))).toContain('proxy.pick')
})

test('[SVC-13] a client is remembered for one port of one Service', () => {
  const lab = new NetLab()
  lab.service('web', {
    sessionAffinity: 'ClientIP',
    ports: [
      { name: 'a', port: 80, targetPort: 8080 },
      { name: 'b', port: 81, targetPort: 8080 },
    ],
  })
  const endpoints = THREE.map((ip, i) => lab.endpoint(lab.pod(`web-${i + 1}`, ip, '8080')))
  lab.slice(
    'web',
    [
      { name: 'a', port: 8080 },
      { name: 'b', port: 8080 },
    ],
    endpoints,
  )
  lab.rest()
  lab.send('client', 'http://web/')
  expect(lab.possible('client', 'http://web/').pods).toHaveLength(1)
  expect(lab.possible('client', 'http://web:81/').pods).toHaveLength(3)
})

test('[SVC-13] an endpoint that left forgets its clients, and they are not its own when it comes back', () => {
  const lab = web({ sessionAffinity: 'ClientIP' })
  const first = lab.send('client', 'http://web/').server!
  const before = lab.state.objects.get('EndpointSlice')!.get('default')!.get('web-1')!
  without(lab, first.ip)
  lab.put(before)
  lab.rest()
  expect(lab.possible('client', 'http://web/').pods).toHaveLength(3)
})

test('[NET-10] a UDP flow stays where it went until it expires: 120 seconds after an answer, 30 without one', () => {
  const lab = new NetLab()
  lab.service('dns', { ports: [{ port: 53, protocol: 'UDP' }] })
  const [one, two] = [lab.pod('dns-1', '10.244.1.2', '53/UDP'), lab.pod('dns-2', '10.244.2.2', '53/UDP')]
  lab.slice('dns', [{ port: 53, protocol: 'UDP' }], [lab.endpoint(one), lab.endpoint(two)])
  lab.rest()
  const ask = () => lab.send('client', { url: 'udp://dns:53', connection: 'keep-alive' })
  const first = ask().server!.ip
  for (let i = 0; i < 10; i++) {
    lab.state.now += 119_000
    expect(ask().server!.ip).toBe(first)
  }
  lab.state.now += 121_000
  expect(codes(ask())).toContain('proxy.pick')
})

test('[NET-10] kube-proxy takes away UDP flows that lead to no serving endpoint; without any endpoint they go on into nothing', () => {
  const lab = new NetLab()
  lab.service('dns', { ports: [{ port: 53, protocol: 'UDP' }] })
  const [one, two] = [lab.pod('dns-1', '10.244.1.2', '53/UDP'), lab.pod('dns-2', '10.244.2.2', '53/UDP')]
  const slice = (...pods: Pod[]) => {
    lab.slice(
      'dns',
      [{ port: 53, protocol: 'UDP' }],
      pods.map((p) => lab.endpoint(p)),
    )
    lab.rest()
  }
  const ask = () => lab.send('client', { url: 'udp://dns:53', connection: 'keep-alive' })
  slice(one)
  expect(ask().server!.ip).toBe('10.244.1.2')
  slice()
  lab.remove('Pod/default/dns-1')
  const lost = ask()
  expect(lost).toMatchObject({ outcome: 'timed out' })
  expect(lost.hops.at(-1)!.why).toMatchObject({ code: 'route.gone', params: { pod: 'dns-1' } })
  slice(two)
  expect(ask().server!.ip).toBe('10.244.2.2')
})

test('[NET-8] connections, flows and affinity are state: a snapshot goes on with them', () => {
  const lab = web({ sessionAffinity: 'ClientIP' })
  lab.send('client', KEEP)
  const copy = new NetLab()
  Object.assign(copy, { state: restore(structuredClone(snapshot(lab.state))) })
  expect(copy.send('client', KEEP)).toEqual(lab.send('client', KEEP))
  expect(copy.send('client', 'http://web/')).toEqual(lab.send('client', 'http://web/'))
})

test('[SVC-13] a shorter timeoutSeconds holds at once in iptables mode; nftables keeps each client as long as it was told to then', () => {
  for (const [proxyMode, remembered] of [
    ['iptables', 3],
    ['nftables', 1],
  ] as const) {
    const lab = new NetLab({ proxyMode })
    const affinity = (timeoutSeconds: number): Partial<Service['spec']> => ({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds } },
    })
    lab.web(affinity(600), THREE)
    lab.send('client', 'http://web/')
    lab.change<Service>('Service/default/web', (s) => ({ ...s, spec: { ...s.spec, ...affinity(10) } }))
    lab.rest()
    lab.state.now += 60_000
    expect(lab.possible('client', 'http://web/').pods).toHaveLength(remembered)
    lab.state.now += 600_000
    expect(lab.possible('client', 'http://web/').pods).toHaveLength(3)
  }
})

test('[SVC-13] by whichever door a client comes to a port, it is remembered; another address of it is another client', () => {
  for (const proxyMode of ['iptables', 'nftables'] as const) {
    const lab = new NetLab({ proxyMode })
    lab.web(
      {
        type: 'NodePort',
        externalIPs: ['203.0.113.9'],
        sessionAffinity: 'ClientIP',
        ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }],
      },
      THREE,
    )
    const first = lab.send('client', 'http://web/').server!.ip
    for (const url of ['http://203.0.113.9/', 'http://172.18.0.11:30080/']) {
      expect(lab.send('client', url).server!.ip).toBe(first)
      expect(lab.possible('client', url).pods).toHaveLength(1)
    }
    // node-2 sees the client as node-1, which it has not met
    expect(lab.possible('client', 'http://172.18.0.12:30080/').pods).toHaveLength(3)
  }
})

test('[NET-10] only a change of endpoints makes kube-proxy look for stale UDP flows, not one of the Service alone', () => {
  const lab = new NetLab()
  const ports = [{ port: 53, protocol: 'UDP' as const }]
  lab.service('dns', { ports })
  const pod = lab.pod('dns-1', '10.244.1.2', '53/UDP')
  const slice = (ready: boolean) => {
    lab.slice('dns', ports, [lab.endpoint(pod, { ready, serving: true })])
    lab.rest()
  }
  slice(true)
  const ask = () => lab.send('client', { url: 'udp://203.0.113.9:53', connection: 'keep-alive' }).outcome
  expect(ask()).toBe('timed out')
  lab.change<Service>('Service/default/dns', (s) => ({ ...s, spec: { ...s.spec, externalIPs: ['203.0.113.9'] } }))
  lab.rest()
  expect(lab.send('client', 'udp://203.0.113.9:53').outcome).toBe('answered')
  expect(ask()).toBe('timed out')
  slice(false)
  slice(true)
  expect(ask()).toBe('answered')
})

test('[NET-10] a flow to a node port is looked at by the number of the port, whatever address it was sent to', () => {
  const lab = new NetLab()
  const ports = [{ port: 53, protocol: 'UDP' as const, nodePort: 30053 }]
  lab.service('dns', { type: 'NodePort', ports })
  const [one, two] = [lab.pod('dns-1', '10.244.1.2', '53/UDP'), lab.pod('dns-2', '10.244.2.2', '53/UDP')]
  const slice = (pod: Pod) => {
    lab.slice('dns', [{ port: 53, protocol: 'UDP' }], [lab.endpoint(pod)])
    lab.rest()
  }
  const ask = () => lab.send('client', { url: 'udp://172.18.0.11:30053', connection: 'keep-alive' }).server?.pod
  slice(one)
  expect(ask()).toBe('Pod/default/dns-1')
  slice(two)
  expect(ask()).toBe('Pod/default/dns-2')
})
