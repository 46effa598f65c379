import { describe, expect, it } from 'vitest'
import type { ClusterConfig, Pod, Service, Trace } from '../model/index.ts'
import { Cluster } from './index.ts'

const RANGES = { podCIDR: '10.244.0.0/16,fd00:10:244::/56', serviceCIDR: '10.96.0.0/16,fd00:10:96::/112' }
const GLOBAL = { podCIDR: '10.244.0.0/16,2001:db8:244::/56', serviceCIDR: '10.96.0.0/16,2001:db8:96::/112' }

const pod = (name: string, nodeName: string, spec: object = {}, listen = '8080') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' }, annotations: { 'fairlead.dev/listen': listen } },
  spec: { nodeName, containers: [{ name: 'c', image: 'x' }], ...spec },
})
const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
})

class Lab {
  readonly cluster: Cluster

  constructor(config: Partial<ClusterConfig>, ...objects: object[]) {
    this.cluster = new Cluster({ undeclaredPorts: 'refuse', loadBalancers: 'none', ...config })
    const client = { ...pod('client', 'node-3', {}, ''), metadata: { name: 'client' } }
    for (const object of [client, ...objects]) {
      const made = this.cluster.create(object)
      if (!made.ok) throw new Error(made.status.message)
    }
    this.cluster.settle()
  }

  pod(name: string): Pod {
    return this.cluster.get<Pod>(`Pod/default/${name}`)!
  }

  service(name: string): Service {
    return this.cluster.get<Service>(`Service/default/${name}`)!
  }

  client(from: string) {
    if (from === 'internet') return { key: from, from: 'internet', namespace: 'default', address: '' } as const
    if (from.startsWith('node-'))
      return { key: from, from: 'node', namespace: 'default', node: from, address: '' } as const
    const { spec, status } = this.pod(from)
    const address = status?.podIP ?? ''
    const [node, key] = [spec.nodeName, `Pod/default/${from}`] as const
    return { key: from, from: 'pod', namespace: 'default', pod: key, node, address } as const
  }

  send(from: string, url: string, timeout = 2000): Trace {
    return this.cluster.send(this.client(from), { url, timeout })
  }

  dns(name: string, type: string): readonly string[] {
    return this.cluster.resolve(this.client('client'), name, type).answers
  }
}

const codes = (trace: Trace) => trace.hops.map((h) => h.why.code)
const WEB = [pod('web-1', 'node-1'), pod('web-2', 'node-2')]

describe('a cluster with two families', () => {
  it('[KUB-29] pods and nodes have an address of each, the primary one first', () => {
    const lab = new Lab(RANGES, ...WEB, pod('host', 'node-1', { hostNetwork: true }))
    expect(lab.pod('web-2').status).toMatchObject({
      podIP: '10.244.2.2',
      podIPs: [{ ip: '10.244.2.2' }, { ip: 'fd00:10:244:2::2' }],
      hostIP: '172.18.0.12',
      hostIPs: [{ ip: '172.18.0.12' }, { ip: 'fd00:172:18::12' }],
    })
    expect(lab.pod('host').status?.podIPs).toEqual([{ ip: '172.18.0.11' }, { ip: 'fd00:172:18::11' }])
    expect(lab.cluster.get('Node//node-2')).toMatchObject({
      spec: { podCIDR: '10.244.2.0/24', podCIDRs: ['10.244.2.0/24', 'fd00:10:244:2::/64'] },
      status: {
        addresses: [
          { type: 'InternalIP', address: '172.18.0.12' },
          { type: 'InternalIP', address: 'fd00:172:18::12' },
          { type: 'Hostname', address: 'node-2' },
        ],
      },
    })
    lab.cluster.delete('Pod', 'default', 'web-2', { gracePeriodSeconds: 0 })
    lab.cluster.settle()
    lab.cluster.create(pod('web-3', 'node-2'))
    lab.cluster.settle()
    expect(lab.pod('web-3').status?.podIPs).toEqual([{ ip: '10.244.2.2' }, { ip: 'fd00:10:244:2::2' }])
  })

  it('[KUB-29] with one IPv6 range there is nothing but IPv6', () => {
    const lab = new Lab({ podCIDR: 'fd00:10:244::/56', serviceCIDR: 'fd00:10:96::/112' }, ...WEB, service('web'))
    expect(lab.pod('web-1').status?.podIPs).toEqual([{ ip: 'fd00:10:244:1::2' }])
    expect(lab.cluster.get('Service/kube-system/kube-dns')).toMatchObject({ spec: { clusterIP: 'fd00:10:96::a' } })
    expect(lab.send('client', 'http://web/')).toMatchObject({ outcome: 'answered', seenAs: 'fd00:10:244:3::2' })
    expect(lab.send('client', 'http://localhost/').outcome).toBe('refused')
    expect(codes(lab.send('client', 'http://10.96.0.1/')).at(-1)).toBe('dial.no-route')
    expect(codes(lab.send('client', 'http://example.com/')).at(-1)).toBe('dial.no-route')
  })

  it('[DNS-18] A and AAAA are the addresses of the families that a Service has', () => {
    const lab = new Lab(
      RANGES,
      ...WEB,
      service('one'),
      service('six', { ipFamilies: ['IPv6'] }),
      service('both', { ipFamilyPolicy: 'PreferDualStack' }),
      service('bare', { clusterIP: 'None', ipFamilyPolicy: 'RequireDualStack' }),
    )
    const counts = (name: string) => ['A', 'AAAA'].map((type) => lab.dns(name, type).length)
    expect(['one', 'six', 'both', 'bare'].map(counts)).toEqual([
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 2],
    ])
    expect(lab.dns('fd00-10-244-1--2.bare', 'AAAA')).toEqual([
      'fd00-10-244-1--2.bare.default.svc.cluster.local. AAAA fd00:10:244:1::2',
    ])
  })

  it('[DNS-18] a client ranks what it gets: IPv4 before addresses of a private network, after those of the world', () => {
    const both = service('both', { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] })
    const local = new Lab(RANGES, ...WEB, both).send('client', 'http://both/')
    expect(local).toMatchObject({ outcome: 'answered', seenAs: '10.244.3.2' })
    expect(local.hops[1]?.why).toMatchObject({ code: 'dns.families', params: { family: 'IPv4' } })
    const world = new Lab(GLOBAL, ...WEB, both).send('client', 'http://both/')
    expect(world).toMatchObject({ outcome: 'answered', seenAs: '2001:db8:244:3::2' })
    // a Service of one family leaves nothing to rank
    expect(codes(new Lab(RANGES, ...WEB, service('one')).send('client', 'http://one/'))).not.toContain('dns.families')
  })

  it('[NET-15] the other family comes when the first refuses, or after 200 ms of silence', () => {
    const gone = { ...service('gone'), spec: { type: 'ExternalName', externalName: 'half.example' } }
    const names = (v6: string) => ({ externalNames: { 'half.example': `203.0.113.9,${v6}` } })
    // outside nobody answers, so nothing comes from the first
    const silent = new Lab({ ...GLOBAL, ...names('2001:db8:244:1::2') }, pod('web-1', 'node-1'), gone)
    const trace = silent.send('client', 'http://gone:8080/')
    expect(trace).toMatchObject({ outcome: 'answered', server: { pod: 'Pod/default/web-1' } })
    const swapped = new Lab({ ...GLOBAL, externalNames: { 'half.example': '10.244.1.2,2001:db8:77::1' } }, ...WEB, gone)
    const late = swapped.send('client', 'http://gone:8080/')
    expect(late).toMatchObject({ outcome: 'answered', seenAs: '10.244.3.2' })
    expect(late.hops.find((h) => h.why.code === 'dial.other-family')).toMatchObject({
      why: { params: { before: '2001:db8:77::1', address: '10.244.1.2', because: 'silent' } },
    })
    expect(late.took).toBeGreaterThanOrEqual(200)
    expect(late.took).toBeLessThan(300)
    const refusing = new Lab({ ...GLOBAL, ...names('2001:db8:244:3::2') }, gone)
    const both = refusing.send('client', 'http://gone:8080/')
    expect(both.hops.find((h) => h.why.code === 'dial.other-family')?.why.params).toMatchObject({ because: 'refused' })
    expect(both.outcome).toBe('timed out')
  })

  it('[NET-15] when the other family refuses, the client waits for the one that has not answered', () => {
    const config = { ...GLOBAL, externalNames: { 'half.example': '10.244.1.2,2001:db8:77::1' } }
    const lab = new Lab(config, pod('web-1', 'node-1', {}, ''))
    const trace = lab.send('client', 'http://half.example:8080/')
    expect(trace).toMatchObject({ outcome: 'timed out', took: 2000 })
    expect(trace.hops.at(-1)?.why.params).toMatchObject({ because: 'waits', before: '2001:db8:77::1' })
  })

  it('[PRX-9] each family is proxied for itself: what a Service does not have in one is nobody there', () => {
    const lab = new Lab(RANGES, ...WEB, service('one'), service('both', { ipFamilyPolicy: 'PreferDualStack' }))
    const [, six] = lab.service('both').spec.clusterIPs ?? []
    const trace = lab.send('client', `http://[${six}]/`)
    expect(trace).toMatchObject({ outcome: 'answered', seenAs: 'fd00:10:244:3::2' })
    expect(trace.server?.ip).toMatch(/^fd00:10:244:[12]::2$/)
    expect(lab.service('one').spec.clusterIPs).toHaveLength(1)
    expect(lab.send('client', 'http://[fd00:10:96::99]/').outcome).toBe('timed out')
  })

  it('[PRX-9] a node port is open at the address of each family that its Service has, and masquerades within it', () => {
    const ports = [{ port: 80, targetPort: 8080, nodePort: 30080 }]
    const both = service('both', { type: 'NodePort', ports, ipFamilyPolicy: 'PreferDualStack' })
    const lab = new Lab(RANGES, pod('web-1', 'node-1'), both)
    expect(lab.send('internet', 'http://[fd00:172:18::12]:30080/')).toMatchObject({
      outcome: 'answered',
      seenAs: 'fd00:172:18::12',
    })
    expect(lab.send('internet', 'http://172.18.0.12:30080/').seenAs).toBe('172.18.0.12')
    expect(lab.send('node-2', 'http://[fd00:172:18::12]:30080/').outcome).toBe('answered')
    const one = new Lab(RANGES, pod('web-1', 'node-1'), service('one', { type: 'NodePort', ports }))
    expect(one.send('internet', 'http://172.18.0.12:30080/').outcome).toBe('answered')
    expect(one.send('internet', 'http://[fd00:172:18::12]:30080/').outcome).toBe('refused')
  })

  it('[PRX-9] a client is remembered, and kept to local endpoints, in each family for itself', () => {
    const ports = [{ port: 80, targetPort: 8080, nodePort: 30080 }]
    const sticky = service('sticky', { sessionAffinity: 'ClientIP', ipFamilyPolicy: 'RequireDualStack' })
    const lab = new Lab(RANGES, ...WEB, sticky)
    for (const ip of lab.service('sticky').spec.clusterIPs ?? []) {
      const url = ip.includes(':') ? `http://[${ip}]/` : `http://${ip}/`
      expect(new Set(Array.from({ length: 12 }, () => lab.send('client', url).server?.pod)).size).toBe(1)
    }
    const local = { type: 'NodePort', ports, externalTrafficPolicy: 'Local', ipFamilyPolicy: 'RequireDualStack' }
    const there = new Lab(RANGES, pod('web-1', 'node-1'), service('local', local))
    expect(there.send('internet', 'http://[fd00:172:18::11]:30080/')).toMatchObject({ seenAs: '2001:db8::10' })
    expect(there.send('internet', 'http://[fd00:172:18::12]:30080/').outcome).toBe('timed out')
    const checks = { ...local, type: 'LoadBalancer', healthCheckNodePort: 30990 }
    const checked = new Lab(RANGES, pod('web-1', 'node-1'), service('checked', checks))
    expect(checked.send('internet', 'http://[fd00:172:18::11]:30990/').http).toBe(200)
    expect(checked.send('internet', 'http://[fd00:172:18::12]:30990/').http).toBe(503)
  })

  it("[NET-7] what leaves the pods' range leaves under the node's address of that family", () => {
    const lab = new Lab(RANGES)
    const trace = lab.send('client', 'http://[2001:db8:77::1]/')
    expect(trace.hops.find((h) => h.why.code === 'route.masquerade-outside')?.why.params).toMatchObject({
      before: 'fd00:10:244:3::2',
      after: 'fd00:172:18::13',
    })
    expect(lab.send('internet', 'http://[fd00:10:244:3::2]/').hops.at(-1)?.why.code).toBe('dial.no-route')
  })

  it('[NET-18] in IPv6 a packet that comes back to its own node is judged there again, and refused', () => {
    const spec = { type: 'LoadBalancer', ipFamilies: ['IPv6'], selector: { app: 'nobody' } }
    const lab = new Lab(RANGES, service('idle', spec))
    lab.cluster.announce('Service/default/idle', '2001:db8:192::9', ['node-1'])
    lab.cluster.settle()
    for (const from of ['node-1', 'node-2', 'internet'])
      expect([from, lab.send(from, 'http://[2001:db8:192::9]/').outcome]).toEqual([from, 'refused'])
  })

  it('[LB-4] a cloud gives an address of each family that the Service has', () => {
    const lab = new Lab(
      { ...RANGES, loadBalancers: 'cloud' },
      ...WEB,
      service('both', { type: 'LoadBalancer', ipFamilyPolicy: 'RequireDualStack' }),
      service('one', { type: 'LoadBalancer' }),
    )
    const ips = (name: string) => lab.service(name).status?.loadBalancer?.ingress?.map((i) => i.ip)
    expect(ips('both')).toEqual(['192.0.2.1', '2001:db8:192::1'])
    expect(ips('one')).toEqual(['192.0.2.2'])
    expect(lab.send('internet', 'http://[2001:db8:192::1]/').outcome).toBe('answered')
    const single = { spec: { ipFamilyPolicy: 'SingleStack' } }
    lab.cluster.patch('Service', 'default', 'both', 'merge', single)
    lab.cluster.settle()
    expect(ips('both')).toEqual(['192.0.2.1'])
  })

  it("[PRX-10] the rules of both families are printed, each in its own tool's words", () => {
    const six = service('six', { ipFamilies: ['IPv6'], sessionAffinity: 'ClientIP', clusterIP: 'fd00:10:96::66' })
    const idle = service('idle', { ipFamilies: ['IPv6'], selector: { app: 'nobody' }, clusterIP: 'fd00:10:96::67' })
    const lines = new Lab(RANGES, pod('web-1', 'node-1'), six, idle).cluster.rules('node-1')
    const [from, to] = [lines.indexOf('# iptables-save'), lines.indexOf('# ip6tables-save')]
    expect([from, to > 0]).toEqual([0, true])
    const v6 = lines.slice(to).join('\n')
    expect(lines.slice(0, to).join('\n')).not.toContain('default/six')
    expect(v6).toContain('-d fd00:10:96::66/128 -p tcp')
    expect(v6).toContain('! -s fd00:10:244::/56 -d fd00:10:96::66/128')
    expect(v6).toContain('--to-destination [fd00:10:244:1::2]:8080')
    expect(v6).toContain('--mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
    expect(v6).toContain('has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp6-port-unreachable')
    expect(v6).toContain('-d fd00:172:18::11/128')
    const nft = new Lab({ ...RANGES, proxyMode: 'nftables' }, pod('web-1', 'node-1'), six).cluster.rules('node-1')
    const table = nft.slice(nft.indexOf('table ip6 kube-proxy {')).join('\n')
    expect(nft[0]).toBe('table ip kube-proxy {')
    expect(table).toContain('type ipv6_addr . inet_proto . inet_service : verdict')
    expect(table).toContain('ip6 daddr @cluster-ips ip6 saddr != fd00:10:244::/56')
    expect(table).toContain('dnat to [fd00:10:244:1::2]:8080')
    expect(table).not.toContain('ipv4_addr')
  })
})
