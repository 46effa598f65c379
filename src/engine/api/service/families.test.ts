import { describe, expect, it } from 'vitest'
import { Server, service } from '../testing/server.ts'

const FOUR_FIRST = { podCIDR: '10.244.0.0/16,fd00:10:244::/56', serviceCIDR: '10.96.0.0/16,fd00:10:96::/112' }
const SIX_FIRST = { podCIDR: 'fd00:10:244::/56,10.244.0.0/16', serviceCIDR: 'fd00:10:96::/112,10.96.0.0/16' }
const SIX = { podCIDR: 'fd00:10:244::/56', serviceCIDR: 'fd00:10:96::/112' }
const headless = (more: object) => service({ clusterIP: 'None', ...more })
const asking = (...clusterIPs: string[]) => ({ clusterIP: clusterIPs[0], clusterIPs })
const got = ({ spec }: { spec: { ipFamilyPolicy: string; ipFamilies: string[]; clusterIPs: string[] } }) => [
  spec.ipFamilyPolicy,
  spec.ipFamilies.join(),
  spec.clusterIPs.map((ip) => (ip === 'None' ? ip : ip.includes(':') ? '6' : '4')).join(),
]

describe('Service: two families', () => {
  it('[API-64] gets the primary family alone unless it says otherwise', () => {
    expect(got(new Server(FOUR_FIRST).create(service()))).toEqual(['SingleStack', 'IPv4', '4'])
    expect(got(new Server(SIX_FIRST).create(service()))).toEqual(['SingleStack', 'IPv6', '6'])
    expect(got(new Server(SIX).create(service()))).toEqual(['SingleStack', 'IPv6', '6'])
    expect(got(new Server(FOUR_FIRST).create(service({ ipFamilies: ['IPv6'] })))).toEqual(['SingleStack', 'IPv6', '6'])
  })

  it('[API-64] PreferDualStack and RequireDualStack add the other family, after the one that is asked for', () => {
    const s = new Server(FOUR_FIRST)
    for (const ipFamilyPolicy of ['PreferDualStack', 'RequireDualStack']) {
      expect(got(s.create(service({ ipFamilyPolicy }, `a-${ipFamilyPolicy.toLowerCase()}`)))).toEqual([
        ipFamilyPolicy,
        'IPv4,IPv6',
        '4,6',
      ])
      const six = service({ ipFamilyPolicy, ipFamilies: ['IPv6'] }, `b-${ipFamilyPolicy.toLowerCase()}`)
      expect(got(s.create(six))).toEqual([ipFamilyPolicy, 'IPv6,IPv4', '6,4'])
    }
    expect(got(new Server(SIX).create(service({ ipFamilyPolicy: 'PreferDualStack' })))).toEqual([
      'PreferDualStack',
      'IPv6',
      '6',
    ])
    expect(new Server(SIX).faults(service({ ipFamilies: ['IPv4'] }))).toEqual([
      'spec.ipFamilies[0]: Invalid value: "IPv4": not configured on this cluster',
    ])
  })

  it('[API-64] addresses that are asked for say the families', () => {
    const s = new Server(FOUR_FIRST)
    const both = service({ ipFamilyPolicy: 'RequireDualStack', ...asking('fd00:10:96::77', '10.96.0.77') }, 'both')
    expect(s.create(both).spec).toMatchObject({ clusterIP: 'fd00:10:96::77', ipFamilies: ['IPv6', 'IPv4'] })
    expect(s.faults(service({ clusterIP: 'fd00:10:96:0:0:0:0:77' }, 'again'))).toEqual([
      expect.stringContaining('provided IP is already allocated'),
    ])
    expect(s.faults(service({ clusterIP: 'fd00:10:97::1' }, 'beyond'))).toEqual([
      expect.stringContaining('the provided network does not match the current range'),
    ])
    expect(s.faults(service(asking('10.96.0.78', 'fd00:10:96::78'), 'single'))).toEqual([
      expect.stringContaining(
        "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
      ),
    ])
    // a refused Service has taken nothing
    expect(
      s.create(service({ ipFamilyPolicy: 'PreferDualStack', ...asking('10.96.0.78', 'fd00:10:96::78') }, 'now')),
    ).toBeDefined()
  })

  it('[API-64] a headless Service follows its policy, one without a selector has both families', () => {
    const s = new Server(FOUR_FIRST)
    expect(got(s.create(headless({})))).toEqual(['SingleStack', 'IPv4', 'None'])
    const prefers = headless({ ipFamilyPolicy: 'PreferDualStack' })
    expect(got(new Server(FOUR_FIRST).create(prefers))).toEqual(['PreferDualStack', 'IPv4,IPv6', 'None'])
    const anyone = headless({ selector: undefined })
    expect(got(new Server(SIX_FIRST).create(anyone))).toEqual(['RequireDualStack', 'IPv6,IPv4', 'None'])
  })

  it('[API-65] a changed policy adds the second address or gives it back, and never changes the first', () => {
    const s = new Server(FOUR_FIRST)
    const one = s.create(service())
    const two = s.edited(one, (d) => {
      d.spec.ipFamilyPolicy = 'PreferDualStack'
    })
    expect(got(two)).toEqual(['PreferDualStack', 'IPv4,IPv6', '4,6'])
    expect(two.spec.clusterIP).toBe(one.spec.clusterIP)
    const second: string = two.spec.clusterIPs[1]
    const again = s.edited(two, (d) => {
      d.spec.ipFamilyPolicy = 'SingleStack'
    })
    expect(again.spec).toMatchObject({ clusterIPs: [one.spec.clusterIP], ipFamilies: ['IPv4'] })
    // it is free again
    expect(s.create(service({ clusterIP: second }, 'other')).spec.clusterIPs).toEqual([second])
    expect(
      s.editFaults(again, (d) => {
        d.spec.ipFamilies = ['IPv6']
      }),
    ).not.toEqual([])
  })

  it('[API-65] the second family goes only with the policy SingleStack', () => {
    const s = new Server(FOUR_FIRST)
    const two = s.create(service({ ipFamilyPolicy: 'RequireDualStack' }))
    const faults = s.editFaults(two, (d) => {
      d.spec.clusterIPs = [two.spec.clusterIP]
      d.spec.ipFamilies = ['IPv4']
    })
    expect(faults).toEqual([
      expect.stringContaining("must be 'SingleStack' to release the secondary cluster IP"),
      expect.stringContaining("must be 'SingleStack' to release the secondary IP family"),
    ])
    // an update that leaves the fields out keeps them
    const kept = s.edited(two, (d) => {
      for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete d.spec[field]
    })
    expect(kept.spec.clusterIPs).toEqual(two.spec.clusterIPs)
  })

  it('[API-65] becoming an ExternalName gives both addresses back', () => {
    const s = new Server(FOUR_FIRST)
    const two = s.create(service({ ipFamilyPolicy: 'RequireDualStack' }))
    s.edited(two, (d) => {
      d.spec = { type: 'ExternalName', externalName: 'example.com', sessionAffinity: 'None' }
    })
    const { clusterIPs } = two.spec
    expect(
      s.create(service({ ipFamilyPolicy: 'RequireDualStack', ...asking(...clusterIPs) }, 'heir')).spec.clusterIPs,
    ).toEqual(clusterIPs)
  })
})
