import { describe, expect, it } from 'vitest'
import { DEFAULT_CLUSTER, OWN_API_VERSION } from '../../model/index.ts'
import { decodeClient, decodeCluster } from './index.ts'

const client = (spec: object, name: unknown = 'ann') => ({
  apiVersion: OWN_API_VERSION,
  kind: 'Client',
  metadata: { name },
  spec,
})
const cluster = (spec: object) => ({ apiVersion: OWN_API_VERSION, kind: 'Cluster', spec })
const faults = (result: ReturnType<typeof decodeClient> | ReturnType<typeof decodeCluster>) =>
  result.ok ? [] : result.diagnostics.map((d) => d.message)

describe('Client', () => {
  it('[API-58] asks every second from the internet, with a new connection each time, for at most two', () => {
    expect(decodeClient(client({ url: 'http://web' }))).toEqual({
      ok: true,
      client: { name: 'ann', from: 'internet', url: 'http://web', every: 1000, connection: 'new', timeout: 2000 },
    })
    expect(decodeClient(client({ url: 'http://web', every: 'once', from: 'pod/shop/cart' }))).toMatchObject({
      client: { from: 'pod/shop/cart' },
    })
    const once = decodeClient(client({ url: 'http://web', every: 'once' }))
    expect(once.ok && 'every' in once.client).toBe(false)
  })

  it('[API-58] says what is wrong, and where', () => {
    const result = decodeClient(client({ every: 'soon', from: 'moon', conection: 'new', timeout: 5 }, 'Ann'))
    expect(result.ok || result.diagnostics.map((d) => d.path?.join('.')).sort()).toEqual([
      'metadata.name',
      'spec.conection',
      'spec.every',
      'spec.from',
      'spec.timeout',
      'spec.url',
    ])
    expect(faults(decodeClient(client({ url: 'x', connection: 'old' })))).toEqual([
      'Client "ann" is invalid: spec.connection: Unsupported value: "old": supported values: "new", "keep-alive"',
    ])
    for (const value of [null, 3, 'x', [], { apiVersion: 'v1', kind: 'Client' }])
      expect(decodeClient(value).ok).toBe(false)
  })
})

describe('Cluster', () => {
  it('[API-59] has a default for everything', () => {
    expect(decodeCluster(cluster({}))).toEqual({ ok: true, config: DEFAULT_CLUSTER })
    const five = decodeCluster(cluster({ nodes: 5, seed: 7, nodePortRange: '30000-30100', proxyMode: 'nftables' }))
    expect(five).toMatchObject({ config: { seed: 7, nodePortRange: [30000, 30100], proxyMode: 'nftables' } })
    expect(five.ok && five.config.nodes.map((n) => n.internalIP)).toEqual(
      [11, 12, 13, 14, 15].map((n) => `172.18.0.${n}`),
    )
  })

  it('[API-59] nodes may be named; no two alike', () => {
    const named = decodeCluster(cluster({ nodes: [{ name: 'a', zone: 'x' }, {}] }))
    expect(named.ok && named.config.nodes.map((n) => [n.name, n.zone])).toEqual([
      ['a', 'x'],
      ['node-2', 'zone-b'],
    ])
    expect(faults(decodeCluster(cluster({ nodes: [{ name: 'a' }, { name: 'a' }] })))).toEqual([
      'Cluster "" is invalid: spec.nodes[1].name: Duplicate value: "a"',
    ])
  })

  it('[API-59] ranges with a comma make two families, the first of them the primary one', () => {
    const two = decodeCluster(
      cluster({
        podCIDR: '10.244.0.0/16,fd00:10:244::/56',
        serviceCIDR: '10.96.0.0/16, fd00:10:96::/112',
        nodes: [{ name: 'a', internalIP: 'fd00:1::1' }, { internalIP: '10.0.0.2,fd00:1::2' }, {}],
      }),
    )
    expect(two.ok && two.config).toMatchObject({
      podCIDR: '10.244.0.0/16,fd00:10:244::/56',
      serviceCIDR: '10.96.0.0/16,fd00:10:96::/112',
      nodes: [
        { name: 'a', internalIP: '172.18.0.11', secondaryIP: 'fd00:1::1' },
        { internalIP: '10.0.0.2', secondaryIP: 'fd00:1::2' },
        { internalIP: '172.18.0.13', secondaryIP: 'fd00:172:18::13' },
      ],
    })
    const six = decodeCluster(cluster({ serviceCIDR: 'fd00:10:96::/112' }))
    expect(six.ok && six.config).toMatchObject({
      podCIDR: 'fd00:10:244::/56',
      nodes: [{ internalIP: 'fd00:172:18::11' }, { internalIP: 'fd00:172:18::12' }, {}],
    })
    for (const spec of [
      { podCIDR: '10.244.0.0/16,10.245.0.0/16' },
      { podCIDR: '10.244.0.0/16,fd00:10:244::/63' },
      { podCIDR: '10.244.0.0/16,fd00:10:244::/40' },
      { podCIDR: '10.244.0.0/16,fd00:10:244::1/56' },
      { serviceCIDR: '10.96.0.0/16,fd00::/32' },
      { podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16,fd00:10:96::/112' },
      { podCIDR: 'fd00:10:244::/56,10.244.0.0/16', serviceCIDR: '10.96.0.0/16,fd00:10:96::/112' },
      { podCIDR: '10.244.0.0/16,fd00:10::/56', serviceCIDR: '10.96.0.0/16,fd00:10::/112' },
      { podCIDR: '10.244.0.0/16,fd00::/56', nodes: [{ internalIP: 'fd00::9' }] },
      { nodes: [{ internalIP: 'fd00::9' }] },
      { externalNames: { 'db.example.com': '203.0.113.1,203.0.113.2' } },
    ])
      expect([spec, faults(decodeCluster(cluster(spec))).length]).toEqual([spec, 1])
  })

  it('[API-59] what cannot be is said', () => {
    for (const spec of [
      { nodes: 0 },
      { nodes: 'three' },
      { nodes: [] },
      { podCIDR: '10.244.0.0/30' },
      { podCIDR: 'x' },
      { seed: -1 },
      { nodePortRange: '9-1' },
      { proxyMode: 'ipvs' },
      { serviceCIDR: '10.244.0.0/16' },
      { externalNames: { 'db.example.com': 'x' } },
      { nodes: [{ internalIP: '10.96.0.5' }] },
      { nope: 1 },
    ])
      expect([spec, faults(decodeCluster(cluster(spec))).length]).toEqual([spec, 1])
  })
})
