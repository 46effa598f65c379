import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_CLUSTER } from './catalog.ts'
import {
  blockText,
  familiesOf,
  inBlock,
  inRanges,
  ipAfter,
  ipNumber,
  ipOfNumber,
  nodePodRange,
  parseBlock,
  withNodeAddresses,
} from './families.ts'

const PODS = '10.244.0.0/16,fd00:10:244::/56'

describe('address families', () => {
  it('every address is a number, and every number an address', () => {
    fc.assert(fc.property(fc.bigInt(0n, (1n << 128n) - 1n), (n) => ipNumber(ipOfNumber('IPv6', n)) === n))
    fc.assert(fc.property(fc.nat(2 ** 32 - 1), (n) => ipNumber(ipOfNumber('IPv4', BigInt(n))) === BigInt(n)))
    expect(ipAfter('fd00::ffff', 1)).toBe('fd00::1:0')
    expect(ipNumber('10.0.0.256')).toBeUndefined()
  })

  it('a block holds the addresses of its own family alone', () => {
    const block = parseBlock('fd00:10:244::7/56')!
    expect(blockText(block)).toBe('fd00:10:244::/56')
    expect(inBlock(block, 'fd00:10:244:ff::1')).toBe(true)
    expect(inBlock(block, 'fd00:10:244:100::1')).toBe(false)
    expect(inBlock(parseBlock('0.0.0.0/0'), '::1')).toBe(false)
    expect(inBlock(undefined, '::1')).toBe(false)
    for (const text of ['fd00::/129', '10.0.0.0/33', '10.0.0.0', 'x/8', '10.0.0.0/8/8', '10.0.0.0/-1', ''])
      expect([text, parseBlock(text)]).toEqual([text, undefined])
  })

  it('the order of the ranges is the order of the families', () => {
    expect(familiesOf(DEFAULT_CLUSTER)).toEqual(['IPv4'])
    expect(familiesOf({ serviceCIDR: 'fd00:10:96::/112, 10.96.0.0/16' })).toEqual(['IPv6', 'IPv4'])
    expect(inRanges(PODS, 'fd00:10:244:2::9')).toBe(true)
    expect([0, 1].map((n) => nodePodRange(PODS, 'IPv6', n))).toEqual(['fd00:10:244:1::/64', 'fd00:10:244:2::/64'])
    expect(nodePodRange('10.244.0.0/16', 'IPv6', 0)).toBeUndefined()
  })

  it('nodes get the addresses that they lack, and keep those that they have', () => {
    expect(withNodeAddresses(DEFAULT_CLUSTER)).toBe(DEFAULT_CLUSTER)
    const nodes = [{ name: 'a', zone: '', internalIP: '10.0.0.1' }]
    const six = withNodeAddresses({ ...DEFAULT_CLUSTER, nodes, podCIDR: PODS, serviceCIDR: 'fd00::/112,10.96.0.0/16' })
    expect(six.nodes).toEqual([{ name: 'a', zone: '', internalIP: 'fd00:172:18::11', secondaryIP: '10.0.0.1' }])
  })
})
