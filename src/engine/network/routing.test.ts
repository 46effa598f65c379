import { expect, test } from 'vitest'
import type { Pod } from '../../model/index.ts'
import { announceBalancer } from './balancer.ts'
import { codes, hopOf, NetLab, summary } from './testing/lab.ts'

const annotated = (annotations: Record<string, string>): Partial<Pod> => ({
  metadata: { name: '', annotations } as Pod['metadata'],
})

test('[NET-2] an address of the pods’ range that nobody has is silence, also when a table still leads there', () => {
  const lab = new NetLab()
  lab.web({}, ['10.244.2.2'])
  expect(lab.send('client', 'http://10.244.2.77/')).toMatchObject({ outcome: 'timed out', took: 2000 })
  lab.remove('Pod/default/web-1')
  const trace = lab.send('client', 'http://web/')
  expect(trace.hops.at(-1)!.why).toMatchObject({ code: 'route.gone', params: { pod: 'web-1' } })
})

test('[NET-3] from outside there is no way to cluster IPs and pods', () => {
  const lab = new NetLab()
  lab.web({}, ['10.244.2.2'])
  for (const [host, what] of [
    ['10.96.44.10', 'cluster-ip'],
    ['10.244.2.2:8080', 'pod'],
  ]) {
    const trace = lab.send('internet', `http://${host}/`)
    expect(trace.outcome).toBe('timed out')
    expect(trace.hops.at(-1)!.why).toMatchObject({ code: 'dial.no-route', params: { from: 'internet', what } })
  }
  expect(lab.send('client', 'http://[2001:db8::1]/').hops.at(-1)!.why.code).toBe('dial.no-route')
})

test('[NET-4] an address of a pod or node that exists, without a listener on the port, refuses', () => {
  const lab = new NetLab()
  lab.pod('web-1', '10.244.2.2', '8080, 53/UDP')
  const trace = lab.send('client', 'http://10.244.2.2:80/')
  expect(trace).toMatchObject({ outcome: 'refused' })
  expect(trace.hops.at(-1)).toMatchObject({
    failed: true,
    layer: 'socket',
    why: { code: 'pod.not-listening', params: { pod: 'web-1', port: 80, listens: ['8080', '53/UDP'] } },
  })
  expect(lab.send('client', 'udp://10.244.2.2:54').outcome).toBe('refused')
  expect(lab.send('client', 'http://172.18.0.12/').hops.at(-1)!.why.code).toBe('host.not-listening')
})

test('[NET-5] loopback and the own address stay with who asks; a server on 127.0.0.1 is reached by nobody else', () => {
  const lab = new NetLab()
  lab.pod('web-1', '10.244.2.2', '127.0.0.1:8080, 9090')
  expect(summary(lab.send('web-1', 'http://127.0.0.1:8080/'))).toBe('answered web-1 8080 127.0.0.1')
  expect(summary(lab.send('web-1', 'http://10.244.2.2:9090/'))).toBe('answered web-1 9090 10.244.2.2')
  expect(lab.send('client', 'http://10.244.2.2:8080/').hops.at(-1)!.why.code).toBe('pod.loopback-only')
  expect(lab.send('client', 'http://127.0.0.1:8080/').outcome).toBe('refused')
  expect(lab.send('internet', 'http://127.0.0.1/').outcome).toBe('refused')
})

test('[NET-6] pods see each other’s own addresses, on every node', () => {
  const lab = new NetLab()
  lab.pod('near', '10.244.1.2', '80')
  lab.pod('far', '10.244.3.2', '80')
  expect(summary(lab.send('client', 'http://10.244.1.2/'))).toBe('answered near 80 10.244.1.254')
  const trace = lab.send('client', 'http://10.244.3.2/')
  expect(summary(trace)).toBe('answered far 80 10.244.1.254')
  expect(hopOf(trace, 'route.other-node')!.why.params).toEqual({ from: 'node-1', to: 'node-3', address: '10.244.3.2' })
})

test('[NET-7] a pod that talks to anything but pods is seen under its node’s address', () => {
  const lab = new NetLab({ undeclaredPorts: 'assume' })
  lab.pod('host', '172.18.0.12', '8080')
  expect(summary(lab.send('client', 'http://172.18.0.12:8080/'))).toBe('answered host 8080 172.18.0.11')
  expect(summary(lab.send('client', 'http://example.com/'))).toBe('answered 203.0.113.21 80 172.18.0.11')
  // what stays on the node never passes the rule that would rewrite it
  lab.pod('here', '172.18.0.11', '8081')
  expect(summary(lab.send('client', 'http://172.18.0.11:8081/'))).toBe('answered here 8081 10.244.1.254')
})

test('[NET-9] the answer comes back the way that the request went, with the addresses turned back', () => {
  const lab = new NetLab()
  lab.web({ type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }, ['10.244.2.2'])
  const back = hopOf(lab.send('internet', 'http://172.18.0.11:30080/'), 'answer.back')!
  expect(back.why.params).toMatchObject({ from: 'web-1', status: 200, seenAs: '172.18.0.11', client: '198.51.100.10' })
  expect(back.packet).toMatchObject({
    before: { src: '10.244.2.2', dst: '172.18.0.11' },
    after: { src: '172.18.0.11', srcPort: 30080, dst: '198.51.100.10' },
  })
  expect(back.to).toEqual({ kind: 'client', key: 'internet' })
})

test('[NET-11] a machine outside answers where somebody declared it, unless nothing is assumed', () => {
  const assume = new NetLab({ undeclaredPorts: 'assume' })
  expect(summary(assume.send('client', 'https://my.database.example.com/'))).toBe(
    'answered 203.0.113.20 443 172.18.0.11',
  )
  expect(assume.send('client', 'http://203.0.113.99/').outcome).toBe('timed out')
  assume.service('db', { ports: [{ port: 5432 }] })
  assume.slice('db', [{ port: 5432 }], [{ addresses: ['203.0.113.99'] }])
  assume.rest()
  const trace = assume.send('client', 'tcp://db:5432')
  expect(trace).toMatchObject({ outcome: 'answered', seenAs: '172.18.0.11', server: { outside: '203.0.113.99' } })
  expect(hopOf(trace, 'outside.answers')!.why.sources).toEqual([
    { object: 'EndpointSlice/default/db-1', path: ['endpoints', 0, 'addresses', 0] },
  ])
  expect(new NetLab().send('client', 'http://example.com/').outcome).toBe('timed out')
  expect(new NetLab().send('node/node-1', 'http://198.51.100.10/').outcome).toBe('refused')
})

test('[NET-12] a pod that says nothing about its ports is taken to listen, and the trace says so', () => {
  const lab = new NetLab({ undeclaredPorts: 'assume' })
  const pod = lab.pod('app', '10.244.2.2', '')
  lab.put<Pod>({ ...pod, metadata: { ...pod.metadata, annotations: {} } })
  const trace = lab.send('client', 'http://10.244.2.2:7777/')
  expect(trace.outcome).toBe('answered')
  expect(codes(trace)).toContain('pod.assumed-listening')
})

test('[NET-13] a pod answers late, or with HTTP 500, as its annotations say', () => {
  const lab = new NetLab()
  lab.pod('slow', '10.244.2.2', '80', annotated({ 'fairlead.dev/latency': '300ms' }))
  lab.pod('ill', '10.244.2.3', '80', annotated({ 'fairlead.dev/errors': '50%' }))
  const slow = lab.send('client', 'http://10.244.2.2/')
  expect(slow.outcome).toBe('answered')
  expect(slow.took).toBeGreaterThan(300)
  expect(slow.took).toBeLessThan(302)
  const late = lab.send('client', { url: 'http://10.244.2.2/', timeout: 200 })
  expect(late).toMatchObject({
    outcome: 'timed out',
    took: 200,
    error: 'Operation timed out after 200 milliseconds with 0 bytes received',
  })
  expect(late.hops.at(-1)).toMatchObject({
    failed: true,
    why: { code: 'pod.slow', params: { latencyMs: 300, timeoutMs: 200 } },
  })
  expect(lab.possible('client', 'http://10.244.2.3/').http).toEqual([200, 500])
  const statuses = Array.from({ length: 60 }, () => lab.send('client', 'http://10.244.2.3/').http)
  expect(new Set(statuses)).toEqual(new Set([200, 500]))
  expect(lab.send('client', 'tcp://10.244.2.3:80').http).toBeUndefined()
})

test('[NET-15] with several addresses the client tries the next when one does not connect', () => {
  const lab = new NetLab()
  lab.web({ clusterIP: 'None' }, ['10.244.1.2', '10.244.2.2'])
  lab.change<Pod>('Pod/default/web-1', (p) => ({
    ...p,
    metadata: { ...p.metadata, annotations: { 'fairlead.dev/listen': '' } },
  }))
  expect(lab.possible('client', 'http://web:8080/')).toMatchObject({ outcomes: ['answered'], pods: ['web-2'] })
  // a silent address takes half of the time that is left
  lab.remove('Pod/default/web-1')
  const traces = Array.from({ length: 20 }, () => lab.send('client', 'http://web:8080/'))
  expect(new Set(traces.map((t) => t.outcome))).toEqual(new Set(['answered']))
  expect(Math.max(...traces.map((t) => t.took))).toBeGreaterThan(999)
})

test('[NET-16] a hostPort opens nothing', () => {
  const lab = new NetLab()
  const ports = [{ containerPort: 80, hostPort: 8888 }]
  lab.pod('web', '10.244.1.2', '80', { spec: { nodeName: 'node-1', containers: [{ name: 'app', ports }] } })
  expect(lab.send('internet', 'http://172.18.0.11:8888/').outcome).toBe('refused')
})

test('[NET-17] a pod in its node’s network listens at the node’s address, and asks as the node', () => {
  const lab = new NetLab()
  lab.web({}, ['172.18.0.12'])
  expect(summary(lab.send('internet', 'http://172.18.0.12:8080/'))).toBe('answered web-1 8080 198.51.100.10')
  expect(summary(lab.send('client', 'http://web/'))).toBe('answered web-1 8080 172.18.0.11')
  lab.pod('api', '10.244.3.2', '80')
  expect(lab.send('web-1', 'http://10.244.3.2/').seenAs).toBe('172.18.0.12')
  lab.pod('local', '172.18.0.13', '127.0.0.1:9000')
  expect(lab.send('node/node-3', 'http://127.0.0.1:9000/').server?.pod).toBe('Pod/default/local')
  expect(lab.send('client', 'http://172.18.0.13:9000/').outcome).toBe('refused')
})

test('[NET-1] a URL that cannot be read is a trace too', () => {
  const trace = new NetLab().send('client', 'http://web:99999/')
  expect(trace).toMatchObject({
    outcome: 'bad url',
    error: 'URL rejected: Port number was not a decimal number between 0 and 65535',
    request: { scheme: '' },
  })
  expect(codes(trace)).toEqual(['url.bad'])
})

test('[NET-9] the same seed gives the same traces, and another client changes none of them', () => {
  const run = (others: boolean) => {
    const lab = new NetLab()
    lab.web({}, ['10.244.1.2', '10.244.2.2', '10.244.3.2'])
    return Array.from({ length: 12 }, () => {
      if (others) lab.send('node/node-1', 'http://10.96.44.10/')
      return lab.send('client', 'http://web/')
    })
  }
  expect(run(true)).toEqual(run(false))
})

test('[NET-9] hops follow each other without gaps, and add up', () => {
  const lab = new NetLab()
  lab.web({}, ['10.244.1.2', '10.244.2.2'])
  for (const url of ['http://web/', 'http://web:81/', 'http://nobody/', 'udp://web:80']) {
    const trace = lab.send('client', url)
    let end = 0
    for (const hop of trace.hops) {
      expect(Math.abs(hop.at - end)).toBeLessThan(0.011)
      end = hop.at + hop.took
    }
    expect(trace.took).toBeCloseTo(end, 1)
    expect(trace.hops.filter((h) => h.failed)).toHaveLength(trace.outcome === 'answered' ? 0 : 1)
  }
})

test('[NET-18] a packet that comes back to its own node is dropped as forged: nobody answers, where another node is refused', () => {
  const lab = new NetLab()
  lab.service('web', { type: 'LoadBalancer', ports: [{ port: 80, targetPort: 8080 }] })
  lab.balancer('web', '192.0.2.10')
  announceBalancer(lab.state, '192.0.2.10', ['node-1'])
  const own = lab.send('node/node-1', 'http://192.0.2.10/')
  expect(own).toMatchObject({ outcome: 'timed out' })
  expect(own.hops.at(-1)!.why).toMatchObject({
    code: 'route.martian',
    params: { address: '172.18.0.11', node: 'node-1' },
  })
  expect(lab.send('node/node-2', 'http://192.0.2.10/').outcome).toBe('refused')
  expect(lab.send('internet', 'http://192.0.2.10/').outcome).toBe('refused')
})
