import { describe, expect, it, test } from 'vitest'
import type { Endpoint, Service } from '../../../model/index.ts'
import { takeTask } from '../../core/index.ts'
import { clusterIPsOf, entryOf as entryAt, frontendsOf, servicesOn } from '../../network/index.ts'
import { NetLab } from '../../network/testing/lab.ts'
import { iptablesChains, nftablesChains } from './chain-names.ts'
import { anonymousSet, nftDuration } from './nftables-text.ts'
import { rulesText } from './rules-text.ts'

const THREE = ['10.244.1.2', '10.244.2.2', '10.244.3.2']
const entryOf = (lab: NetLab, service: string, node = 'node-1') => entryAt(lab.state, node, service)
const addresses = (lab: NetLab, port = 0) => entryOf(lab, 'default/web')?.ports[port]?.cluster.map((e) => e.text)

test('[PRX-1] a node takes over a change at once, the next not before a second has passed, and all that came between together', () => {
  const lab = new NetLab()
  lab.state.now = 10_000
  lab.web({}, ['10.244.1.2'])
  expect(lab.state.now).toBe(10_030)
  const synced: number[] = []
  for (const ip of ['10.244.1.3', '10.244.1.4']) {
    lab.slice('web', [{ port: 8080 }], [{ addresses: [ip] }], 'default', `web-${ip}`)
    lab.pump()
  }
  expect(addresses(lab)).toEqual(['10.244.1.2:8080'])
  for (let task = takeTask(lab.state); task; task = takeTask(lab.state)) {
    lab.state.now = task.at
    synced.push(task.at)
  }
  expect(synced).toEqual([11_030, 11_030, 11_030])
})

test('[PRX-2] a port takes the endpoints of every slice of its Service whose port has its name and protocol', () => {
  const lab = new NetLab()
  lab.service('web', {
    ports: [
      { name: 'http', port: 80 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  })
  lab.slice(
    'web',
    [
      { name: 'http', port: 8080 },
      { name: 'dns', port: 5353, protocol: 'UDP' },
      { name: 'other', port: 1 },
    ],
    [{ addresses: ['10.244.2.2'] }],
  )
  lab.slice(
    'web',
    [
      { name: 'http', port: 9090 },
      { name: 'dns', port: 1, protocol: 'TCP' },
    ],
    [{ addresses: ['10.244.1.2', '10.244.1.3'] }, { addresses: [] }],
    'default',
    'web-2',
  )
  lab.slice('web', [{ name: 'http', port: 80 }], [{ addresses: ['10.244.3.3'] }], 'shop', 'web-3')
  lab.rest()
  expect(addresses(lab, 0)).toEqual(['10.244.1.2:9090', '10.244.2.2:8080'])
  expect(addresses(lab, 1)).toEqual(['10.244.2.2:5353'])
})

test('[PRX-2] of two endpoints with one address the one that does not terminate counts', () => {
  const lab = new NetLab()
  lab.service('web', { ports: [{ port: 80 }] })
  const old: Endpoint = { addresses: ['10.244.1.2'], conditions: { ready: false, serving: true, terminating: true } }
  lab.slice('web', [{ port: 80 }], [{ addresses: ['10.244.1.2'], conditions: { ready: true } }, old])
  lab.rest()
  expect(entryOf(lab, 'default/web')!.ports[0]!.info.endpoints).toMatchObject([{ ready: true, terminating: false }])
})

test('[PRX-3] headless Services, aliases, and what is left to another proxy are not in the table', () => {
  const lab = new NetLab()
  lab.service('headless', { clusterIP: 'None', ports: [{ port: 80 }] })
  lab.service('alias', { type: 'ExternalName', externalName: 'example.com', ports: [{ port: 80 }] })
  lab.service('theirs', { ports: [{ port: 80 }] }, 'default', {
    metadata: { name: 'theirs', labels: { 'service.kubernetes.io/service-proxy-name': 'x' } },
  })
  lab.service('six', { clusterIP: 'fd00::1', clusterIPs: ['fd00::1'], ipFamilies: ['IPv6'], ports: [{ port: 80 }] })
  lab.rest()
  expect([...servicesOn(lab.state, 'node-1')]).toEqual(['kube-system/kube-dns'])
})

test('[PRX-8] only the entry of what changed is made anew, and nodes share what does not depend on them', () => {
  const lab = new NetLab()
  lab.web({}, THREE, 'web')
  lab.web({ clusterIP: '10.96.44.11' }, [], 'api')
  const before = entryOf(lab, 'default/web')
  expect(entryOf(lab, 'default/web', 'node-2')!.ports[0]).toBe(before!.ports[0])
  lab.change<Service>('Service/default/api', (s) => ({
    ...s,
    spec: { ...s.spec, ports: [{ port: 81, protocol: 'TCP' }] },
  }))
  lab.rest()
  expect(entryOf(lab, 'default/web')).toBe(before)
  expect(frontendsOf(lab.state, 'node-1').has('10.96.44.11|TCP|80')).toBe(false)
  expect(frontendsOf(lab.state, 'node-1').get('10.96.44.11|TCP|81')).toEqual([
    { via: 'cluster-ip', service: 'default/api', port: 0 },
  ])
  lab.remove('Service/default/api')
  expect(clusterIPsOf(lab.state, 'node-3').has('10.96.44.11')).toBe(false)
})

test('[PRX-8] a change of a Service that no rule would show starts no sync', () => {
  const lab = new NetLab()
  lab.web({}, THREE)
  lab.change('Service/default/web', (s) => ({ ...s, metadata: { ...s.metadata, annotations: { note: 'x' } } }))
  lab.pump()
  expect(takeTask(lab.state)).toBeUndefined()
})

test('[PRX-8] a node that moves to another zone uses that zone’s endpoints', () => {
  const lab = new NetLab()
  lab.service('web', { ports: [{ port: 80 }] })
  const hinted = THREE.map(
    (ip, i): Endpoint => ({ addresses: [ip], hints: { forZones: [{ name: i === 0 ? 'zone-a' : 'zone-b' }] } }),
  )
  lab.slice('web', [{ port: 80 }], hinted)
  lab.rest()
  expect(addresses(lab)).toEqual(['10.244.1.2:80'])
  lab.change('Node//node-1', (n) => ({
    ...n,
    metadata: { ...n.metadata, labels: { 'topology.kubernetes.io/zone': 'zone-b' } },
  }))
  lab.rest()
  expect(addresses(lab)).toEqual(['10.244.2.2:80', '10.244.3.2:80'])
})

test('[PRX-8] a slice that moves from one Service to another leaves nothing behind', () => {
  const lab = new NetLab()
  lab.web({}, ['10.244.1.2'])
  lab.service('api', { clusterIP: '10.96.44.11', ports: [{ port: 80 }] })
  lab.change('EndpointSlice/default/web-1', (s) => ({
    ...s,
    metadata: { ...s.metadata, labels: { 'kubernetes.io/service-name': 'api' } },
  }))
  lab.rest()
  expect(addresses(lab)).toEqual([])
  expect(entryOf(lab, 'default/api')!.ports[0]!.cluster).toHaveLength(1)
})

const lineWith = (lines: readonly string[], text: string) => lines.filter((l) => l.includes(text))

describe('rules as text', () => {
  it("[PRX-4] chains have kube-proxy's names", () => {
    const lab = new NetLab()
    lab.web({}, ['10.244.1.2'])
    const { info, cluster } = entryOf(lab, 'default/web')!.ports[0]!
    // as a real kube-proxy 1.36.3 named them
    expect(iptablesChains(info).cluster).toBe('KUBE-SVC-LOLE4ISW44XBNF3G')
    expect(iptablesChains(info).endpoint('10.244.1.2:8080')).toBe('KUBE-SEP-PXJ2U7QYT2QW5545')
    expect(nftablesChains(info).external).toBe('external-PFISGYVC-default/web/tcp/')
    expect(nftablesChains(info).affinity(cluster[0]!)).toBe('affinity-X665QFQS-default/web/tcp/__10.244.1.2/8080')
    const long = nftablesChains({ ...info, serviceName: 'x'.repeat(300) }).cluster
    expect(long).toHaveLength('service-'.length + 240)
    expect(long.endsWith('...')).toBe(true)
  })

  it('[PRX-5] each of n endpoints has its chance, the last what is left', () => {
    const lab = new NetLab()
    lab.web({}, THREE)
    const chances = lineWith(rulesText(lab.state, 'node-1', 'iptables'), 'default/web ->').map(
      (l) => /--probability (\S+)/.exec(l)?.[1],
    )
    expect(chances).toEqual(['0.33333333349', '0.50000000000', undefined])
  })

  it('[PRX-5] a door without endpoints is refused by the filter, one without local endpoints dropped', () => {
    const lab = new NetLab()
    lab.web({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], externalIPs: ['203.0.113.9'] }, [])
    const lines = rulesText(lab.state, 'node-1', 'iptables').filter((l) => l.includes('default/web'))
    expect(lines).toEqual([
      '-A KUBE-EXTERNAL-SERVICES -d 203.0.113.9/32 -p tcp -m comment --comment "default/web has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
      '-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/web has no endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30080 -j REJECT --reject-with icmp-port-unreachable',
      '-A KUBE-SERVICES -d 10.96.44.10/32 -p tcp -m comment --comment "default/web has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
    ])
  })

  it('[PRX-5] with more than a thousand endpoints the comments that name them are left out', () => {
    const lab = new NetLab()
    lab.service('web', { ports: [{ port: 80 }] })
    const many = Array.from(
      { length: 1001 },
      (_, i): Endpoint => ({ addresses: [`10.244.${Math.floor(i / 200)}.${i % 200}`] }),
    )
    lab.slice('web', [{ port: 80 }], many)
    lab.rest()
    const lines = rulesText(lab.state, 'node-1', 'iptables')
    expect(lineWith(lines, 'default/web ->')).toEqual([])
    expect(lineWith(lines, 'default/web cluster IP')).toHaveLength(2)
    const { info } = entryOf(lab, 'default/web')!.ports[0]!
    expect(lines).toContain(`-A ${iptablesChains(info).endpoint('10.244.0.7:80')} -s 10.244.0.7/32 -j KUBE-MARK-MASQ`)
  })

  it('[PRX-5] a balancer’s ranges let the node ask itself when they hold its address', () => {
    const lab = new NetLab()
    lab.web({ type: 'LoadBalancer', loadBalancerSourceRanges: ['172.18.0.11/32'] }, ['10.244.1.2'])
    lab.balancer('web', '192.0.2.10')
    const firewall = (node: string) =>
      lineWith(rulesText(lab.state, node, 'iptables'), 'default/web loadbalancer IP" -j').map((l) => l.split(' ')[3])
    expect(firewall('node-1')).toEqual(['172.18.0.11/32', '192.0.2.10/32'])
    expect(firewall('node-2')).toEqual(['172.18.0.11/32'])
    expect(lineWith(rulesText(lab.state, 'node-1', 'nftables'), 'drop').map((l) => l.trim())).toContain(
      'ip saddr != { 172.18.0.11, 192.0.2.10 } drop',
    )
  })

  it('[PRX-6] nftables holds what has no endpoints in maps, with the port’s name', () => {
    const lab = new NetLab()
    lab.web({ type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }, [])
    const text = rulesText(lab.state, 'node-1', 'nftables').join('\n')
    expect(text).toContain('10.96.44.10 . tcp . 80 comment "default/web:http" : goto reject-chain }')
    expect(text).toContain('elements = { tcp . 30080 comment "default/web:http" : goto reject-chain }')
    expect(
      text.startsWith('table ip kube-proxy {\n\tcomment "rules for kube-proxy"\n\tset hairpin-connections {'),
    ).toBe(true)
    expect(text.endsWith('\n\t}\n}')).toBe(true)
  })

  it('[PRX-6] time-outs are written as nft writes them', () => {
    expect([1, 90, 10800, 86400, 90061].map(nftDuration)).toEqual(['1s', '1m30s', '3h', '1d', '1d1h1m1s'])
  })

  it('[PRX-7] a node that the cluster does not have has no rules', () => {
    expect(rulesText(new NetLab().state, 'node-9', 'iptables')).toEqual([])
  })
})

test('[PRX-6] nft makes one of the source ranges that overlap or touch, and writes what is no block from end to end', () => {
  for (const [blocks, listed] of [
    [['198.51.100.10/32'], '198.51.100.10'],
    [['198.51.100.0/24'], '198.51.100.0/24'],
    [['198.51.100.0/24', '198.51.100.77/32'], '{ 198.51.100.0/24 }'],
    [['10.0.1.0/24', '10.0.0.0/24'], '{ 10.0.0.0/23 }'],
    [['10.0.1.0/24', '10.0.2.0/24'], '{ 10.0.1.0-10.0.2.255 }'],
    [['10.0.0.1/32', '10.0.0.2/32', '192.0.2.1/32'], '{ 10.0.0.1-10.0.0.2, 192.0.2.1 }'],
    [['192.168.0.0/16', '10.0.0.0/8'], '{ 10.0.0.0/8, 192.168.0.0/16 }'],
    [['128.0.0.0/1', '0.0.0.0/1'], '{ 0.0.0.0/0 }'],
  ] as const)
    expect(anonymousSet(blocks)).toBe(listed)
})
