import { expect, test } from 'vitest'
import type { EndpointSlice } from '../../model/index.ts'
import { NetLab } from './testing/lab.ts'

const names = {
  'my.database.example.com': '203.0.113.20',
  'example.com': '203.0.113.21',
  '*.corp.example': '198.51.100.7',
  'six.example': '2001:db8::6',
}

function lab(): NetLab {
  const l = new NetLab({ externalNames: names })
  l.service('web', {
    clusterIP: '10.96.44.10',
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ],
  })
  l.service('cart', { clusterIP: '10.96.44.11', ports: [{ port: 80 }] }, 'shop')
  l.service('db', { clusterIP: 'None', selector: { app: 'db' }, ports: [{ name: 'pg', port: 5432 }] })
  const [one, two, three] = ['10.244.1.4', '10.244.2.2', '10.244.3.2'].map((ip, i) => l.pod(`db-${i}`, ip, '5432'))
  l.slice(
    'db',
    [{ name: 'pg', port: 5432 }],
    [
      l.endpoint(one!, { ready: true }, { hostname: 'primary' }),
      l.endpoint(two!),
      l.endpoint(three!, { ready: false }),
    ],
  )
  l.service('idle', { clusterIP: 'None', ports: [{ port: 80 }] })
  l.service('ext', { type: 'ExternalName', externalName: 'my.database.example.com' })
  l.rest()
  return l
}

test('[DNS-1] a Service is known by its name, in its namespace and beyond', () => {
  const l = lab()
  for (const name of [
    'web',
    'web.default',
    'web.default.svc',
    'web.default.svc.cluster.local',
    'web.default.svc.cluster.local.',
  ]) {
    expect(l.dns('client', name).answers).toEqual(['web.default.svc.cluster.local. A 10.96.44.10'])
  }
  expect(l.dns('client', 'cart.shop').answers).toEqual(['cart.shop.svc.cluster.local. A 10.96.44.11'])
})

test('[DNS-2] a name with fewer than five dots goes through the search path first, as it stands last', () => {
  const l = lab()
  expect(l.dns('client', 'cart')).toMatchObject({ rcode: 'NXDOMAIN', question: 'cart.' })
  expect(l.dns('client', 'web', 'A', false)).toMatchObject({ rcode: 'NXDOMAIN', question: 'web.' })
  const trace = l.send('client', 'http://cart/')
  expect(trace.hops[0]!.why.params['tried']).toEqual([
    'cart.default.svc.cluster.local',
    'cart.svc.cluster.local',
    'cart.cluster.local',
    'cart',
  ])
  expect(l.send('client', 'http://example.com/').hops[0]!.took).toBeGreaterThan(
    l.send('client', 'http://example.com./').hops[0]!.took,
  )
})

test('[DNS-3] a headless Service is the addresses of its ready pods', () => {
  expect(lab().dns('client', 'db').answers).toEqual([
    'db.default.svc.cluster.local. A 10.244.1.4',
    'db.default.svc.cluster.local. A 10.244.2.2',
  ])
})

test('[DNS-4] an ExternalName is an alias and nothing else, also one that leads nowhere', () => {
  const l = lab()
  expect(l.dns('client', 'ext').answers).toEqual([
    'ext.default.svc.cluster.local. CNAME my.database.example.com.',
    'my.database.example.com. A 203.0.113.20',
  ])
  expect(l.dns('client', 'ext', 'CNAME').answers).toHaveLength(1)
  l.service('store', { type: 'ExternalName', externalName: 'cart.shop.svc.cluster.local' })
  expect(l.dns('client', 'store').answers).toEqual([
    'cart.shop.svc.cluster.local. A 10.96.44.11',
    'store.default.svc.cluster.local. CNAME cart.shop.svc.cluster.local.',
  ])
  l.service('lost', { type: 'ExternalName', externalName: 'gone.shop.svc.cluster.local' })
  expect(l.dns('client', 'lost')).toMatchObject({ rcode: 'NOERROR', answers: [] })
  l.service('nowhere', { type: 'ExternalName', externalName: 'nowhere.example.com' })
  expect(l.dns('client', 'nowhere').answers).toEqual(['nowhere.default.svc.cluster.local. CNAME nowhere.example.com.'])
  l.service('circle', { type: 'ExternalName', externalName: 'circle.default.svc.cluster.local' })
  expect(l.dns('client', 'circle')).toMatchObject({ rcode: 'NOERROR', answers: [] })
  l.service('address', { type: 'ExternalName', externalName: '10.0.0.1' })
  expect(l.dns('client', 'address.default.svc.cluster.local').rcode).toBe('NXDOMAIN')
})

test('[DNS-5] what nobody has does not exist', () => {
  const l = lab()
  for (const name of [
    'nobody',
    'web.nowhere.svc.cluster.local',
    'db-1.db.default.svc.cluster.local',
    'a.b.c.web.default.svc.cluster.local',
    '_grpc._tcp.web.default.svc.cluster.local',
  ]) {
    expect(l.dns('client', name, 'A', false).rcode).toBe('NXDOMAIN')
  }
  for (const name of ['cluster.local', 'svc.cluster.local', 'default.svc.cluster.local']) {
    expect(l.dns('client', name)).toMatchObject({ rcode: 'NOERROR', answers: [] })
  }
})

test('[DNS-6] a headless Service without ready pods has no name at all', () => {
  const l = lab()
  expect(l.dns('client', 'idle')).toMatchObject({ rcode: 'NXDOMAIN', question: 'idle.' })
  const trace = l.send('client', 'http://idle/')
  expect(trace).toMatchObject({ outcome: 'name not found', error: 'Could not resolve host: idle' })
  expect(trace.hops[0]!.why).toMatchObject({
    code: 'dns.no-address',
    params: { service: 'idle', namespace: 'default' },
  })
})

test('[DNS-7] a pod with a hostname has a name of its own below its Service, the others have their address', () => {
  const l = lab()
  expect(l.dns('client', 'primary.db').answers).toEqual(['primary.db.default.svc.cluster.local. A 10.244.1.4'])
  expect(l.dns('client', '10-244-2-2.db').answers).toEqual(['10-244-2-2.db.default.svc.cluster.local. A 10.244.2.2'])
})

test('[DNS-7] a pod of a headless Service that is not ready has no name, whatever the others have', () => {
  const trace = lab().send('client', 'tcp://db-2.db:5432')
  expect(trace.outcome).toBe('name not found')
  expect(trace.hops.at(-1)!.why).toMatchObject({ code: 'dns.nxdomain', sources: [{ object: 'Service/default/db' }] })
})

test('[DNS-8] SRV gives the ports, by name and protocol or all of them, and shares the weight', () => {
  const l = lab()
  expect(l.dns('client', 'web', 'SRV').answers).toEqual([
    'web.default.svc.cluster.local. SRV 0 50 443 web.default.svc.cluster.local.',
    'web.default.svc.cluster.local. SRV 0 50 80 web.default.svc.cluster.local.',
  ])
  expect(l.dns('client', '_http._tcp.web.default.svc.cluster.local', 'srv').answers).toEqual([
    '_http._tcp.web.default.svc.cluster.local. SRV 0 100 80 web.default.svc.cluster.local.',
  ])
  expect(l.dns('client', '_http._udp.web.default.svc.cluster.local', 'SRV').rcode).toBe('NXDOMAIN')
  expect(l.dns('client', '_pg._tcp.db', 'SRV').answers).toEqual([
    '_pg._tcp.db.default.svc.cluster.local. SRV 0 50 5432 10-244-2-2.db.default.svc.cluster.local.',
    '_pg._tcp.db.default.svc.cluster.local. SRV 0 50 5432 primary.db.default.svc.cluster.local.',
  ])
})

test('[DNS-9] addresses of Services and of endpoints have names, those of other pods have none', () => {
  const l = lab()
  expect(l.dns('client', '10.96.44.10', 'PTR').answers).toEqual([
    '10.44.96.10.in-addr.arpa. PTR web.default.svc.cluster.local.',
  ])
  expect(l.dns('client', '10.244.2.2', 'PTR').answers).toEqual([
    '2.2.244.10.in-addr.arpa. PTR 10-244-2-2.db.default.svc.cluster.local.',
  ])
  expect(l.dns('client', '10.244.1.99', 'PTR')).toMatchObject({
    rcode: 'NXDOMAIN',
    question: '99.1.244.10.in-addr.arpa.',
  })
  expect(l.dns('client', '2001:db8::1', 'PTR').question).toBe(
    '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.',
  )
})

test('[DNS-9] an IPv6 address has its name back however it is written, and what the reverse zones do not know is asked outside', () => {
  const l = lab()
  l.put<EndpointSlice>({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'six', namespace: 'default', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv6',
    ports: [{ name: 'pg', port: 5432, protocol: 'TCP' }],
    endpoints: [{ addresses: ['2001:db8::9'] }],
  })
  const name = '9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.'
  expect(l.dns('client', '2001:db8:0:0:0:0:0:9', 'PTR').answers).toEqual([
    `${name} PTR 2001-db8--9.db.default.svc.cluster.local.`,
  ])
  // only whole groups are looked at
  expect(l.dns('client', `x.${name}`, 'PTR', false).answers).toHaveLength(1)
  for (const zone of ['in-addr.arpa', 'svc.ip6.arpa'])
    expect(l.dns('client', zone, 'A', false)).toMatchObject({ rcode: 'NOERROR', answers: [] })
  expect(l.dns('client', '10.44.96.10.in-addr.arpa', 'A', false).rcode).toBe('NXDOMAIN')
})

test('[DNS-17] the zone names the Services that lead to its server; every name may be asked for its start of authority', () => {
  const l = lab()
  l.put<EndpointSlice>({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kube-dns-1', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    addressType: 'IPv4',
    ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
    endpoints: [{ addresses: ['172.18.0.1'] }],
  })
  const asked = (name: string, type: string) => l.dns('client', name, type, false)
  expect(asked('cluster.local', 'NS').answers).toEqual(['cluster.local. NS kube-dns.kube-system.svc.cluster.local.'])
  expect(asked('ns.dns.cluster.local', 'A').answers).toEqual(['ns.dns.cluster.local. A 10.96.0.10'])
  expect(asked('ns.dns.cluster.local', 'SRV')).toMatchObject({ rcode: 'NOERROR', answers: [] })
  expect(asked('ns.dns.cluster.local', 'PTR').rcode).toBe('NXDOMAIN')
  expect(asked('NS.DNS.CLUSTER.LOCAL', 'A').rcode).toBe('NXDOMAIN')
  expect(asked('cluster.local', 'SOA').answers[0]).toMatch(
    /^cluster\.local\. SOA ns\.dns\.cluster\.local\. hostmaster\.cluster\.local\. \d+ 7200 1800 86400 5$/,
  )
  expect(asked('nobody.default.svc.cluster.local', 'SOA')).toMatchObject({ rcode: 'NOERROR', answers: [] })
})

test("[DNS-10] other names are the world outside's; nodes and the internet ask only there", () => {
  const l = lab()
  expect(l.dns('client', 'example.com').answers).toEqual(['example.com. A 203.0.113.21'])
  expect(l.dns('client', 'www.a.corp.example').answers).toEqual(['www.a.corp.example. A 198.51.100.7'])
  expect(l.dns('client', 'corp.example').rcode).toBe('NXDOMAIN')
  expect(l.dns('client', 'six.example', 'AAAA').answers).toEqual(['six.example. AAAA 2001:db8::6'])
  for (const who of ['node/node-1', 'internet']) {
    expect(l.dns(who, 'web.default.svc.cluster.local').rcode).toBe('NXDOMAIN')
    expect(l.dns(who, 'example.com').rcode).toBe('NOERROR')
  }
})

test('[DNS-11] an address with dashes below NAMESPACE.pod is that address, whether there is such a pod or not', () => {
  const l = lab()
  expect(l.dns('client', '10-244-1-77.default.pod.cluster.local').answers).toEqual([
    '10-244-1-77.default.pod.cluster.local. A 10.244.1.77',
  ])
  expect(l.dns('client', '10-244-1-300.default.pod.cluster.local').rcode).toBe('NXDOMAIN')
  expect(l.dns('client', '10-244-1-77.nowhere.pod.cluster.local').rcode).toBe('NXDOMAIN')
})

test('[DNS-12] a pod knows itself, and its hostAliases, from its own hosts file, which dig does not read', () => {
  const l = lab()
  l.pod('web-1', '10.244.1.9', '8080', {
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'app' }],
      hostAliases: [{ ip: '10.244.2.2', hostnames: ['old-db'] }],
    },
  })
  expect(l.send('web-1', 'http://web-1:8080/')).toMatchObject({ outcome: 'answered', seenAs: '10.244.1.9' })
  expect(l.send('web-1', 'http://localhost:8080/')).toMatchObject({ outcome: 'answered', seenAs: '127.0.0.1' })
  expect(l.send('web-1', 'tcp://old-db:5432').server?.pod).toBe('Pod/default/db-1')
  expect(l.dns('web-1', 'old-db').rcode).toBe('NXDOMAIN')
  expect(l.send('client', 'http://web-1:8080/').outcome).toBe('name not found')
})

test('[DNS-13] dnsPolicy and dnsConfig say whom a pod asks, and along which path', () => {
  const l = lab()
  const pod = (name: string, ip: string, spec: object) =>
    l.pod(name, ip, '', { spec: { nodeName: 'node-1', containers: [], ...spec } })
  pod('outside', '10.244.1.20', { dnsPolicy: 'Default' })
  expect(l.dns('outside', 'web.default.svc.cluster.local').rcode).toBe('NXDOMAIN')
  pod('host', '172.18.0.11', { hostNetwork: true, dnsPolicy: 'ClusterFirst' })
  expect(l.dns('host', 'web').rcode).toBe('NXDOMAIN')
  pod('host-cluster', '172.18.0.12', { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' })
  expect(l.dns('host-cluster', 'web').rcode).toBe('NOERROR')
  pod('own', '10.244.1.21', {
    dnsPolicy: 'None',
    dnsConfig: {
      nameservers: ['10.96.0.10'],
      searches: ['shop.svc.cluster.local'],
      options: [{ name: 'ndots', value: '2' }],
    },
  })
  expect(l.dns('own', 'cart').answers).toEqual(['cart.shop.svc.cluster.local. A 10.96.44.11'])
  pod('more', '10.244.1.22', { dnsConfig: { searches: ['shop.svc.cluster.local'] } })
  expect(l.dns('more', 'cart').rcode).toBe('NOERROR')
  expect(l.dns('more', 'web').rcode).toBe('NOERROR')
  pod('nobody', '10.244.1.23', { dnsPolicy: 'None' })
  expect(l.dns('nobody', 'example.com').rcode).toBe('NXDOMAIN')
})

test('[DNS-13] an option counts as a resolver reads it, and the root is a domain to search', () => {
  const l = lab()
  const first = (name: string, dnsConfig: object) => {
    l.pod(name, '10.244.1.30', '', { spec: { nodeName: 'node-1', containers: [], dnsConfig } })
    return l.send(name, 'http://cart.nowhere/').hops[0]!.why.params['tried'] as string[]
  }
  const ndots = (...values: (string | undefined)[]) => ({ options: values.map((value) => ({ name: 'ndots', value })) })
  expect(first('last-counts', ndots('9', '1'))[0]).toBe('cart.nowhere')
  expect(first('no-value', ndots(undefined))[0]).toBe('cart.nowhere')
  expect(first('no-number', ndots('many'))[0]).toBe('cart.nowhere')
  expect(first('many', ndots('99'))[0]).toBe('cart.nowhere.default.svc.cluster.local')
  expect(first('root', { searches: ['.'] }).at(-2)).toBe('cart.nowhere')
  const long = { searches: Array.from({ length: 32 }, (_, i) => `zone-${i}.example`) }
  expect(first('too-many', long)).toHaveLength(33)
})

test('[DNS-12] a pod is known to itself by the name it was given', () => {
  const l = lab()
  const own = (name: string, spec: object) =>
    l.pod(name, '10.244.1.31', '8080', { spec: { nodeName: 'node-1', containers: [], ...spec } })
  own('given', { hostname: 'short', subdomain: 'db' })
  expect(l.send('given', 'http://short:8080/').outcome).toBe('answered')
  expect(l.send('given', 'http://short.db.default.svc.cluster.local:8080/').outcome).toBe('answered')
  expect(l.send('given', 'http://given:8080/').outcome).toBe('name not found')
  own('overridden', { hostname: 'short', subdomain: 'db', hostnameOverride: 'other.example' })
  expect(l.send('overridden', 'http://other.example:8080/').outcome).toBe('answered')
  expect(l.send('overridden', 'http://short:8080/').outcome).toBe('name not found')
  const cut = `${'a'.repeat(62)}-tail`
  own(cut, {})
  expect(l.send(cut, `http://${'a'.repeat(62)}:8080/`).outcome).toBe('answered')
})

test('[DNS-14] names are the same in any case, and the answer keeps the case of the question', () => {
  expect(lab().dns('client', 'WEB.Default.svc.cluster.local').answers).toEqual([
    'WEB.Default.svc.cluster.local. A 10.96.44.10',
  ])
})

test('[DNS-15] a name that exists has no error for types that it has no record of', () => {
  const l = lab()
  for (const type of ['AAAA', 'CNAME', 'MX', 'TYPE65'])
    expect(l.dns('client', 'web', type)).toMatchObject({ rcode: 'NOERROR', answers: [] })
  expect(l.dns('client', 'ext', 'SRV')).toMatchObject({ rcode: 'NOERROR', answers: [] })
  expect(l.dns('client', 'dns-version.cluster.local', 'TXT').answers).toEqual([
    'dns-version.cluster.local. TXT "1.1.0"',
  ])
})

test('[DNS-16] the addresses of an answer come in any order, so that a client uses each of them', () => {
  const l = lab()
  const used = new Set(Array.from({ length: 40 }, () => l.send('client', 'tcp://db:5432').server?.ip))
  expect([...used].sort()).toEqual(['10.244.1.4', '10.244.2.2'])
})

test('[DNS-2] names that no one can ask are not found, and hurt nobody', () => {
  const l = lab()
  for (const name of ['', '.', 'a..b', 'x'.repeat(64), `${'long.'.repeat(60)}end`, '…', '-'])
    expect(l.dns('client', name).rcode).toBe('NXDOMAIN')
})
