import { describe, expect, it } from 'vitest'
import type { Hop, Outcome, Packet, ReasonCode, Trace } from '../model/index.ts'
import { outcomeTitle, outcomeWord, shortOutcome, wayInShort } from './outcome.ts'

const packet = (dst: string, dstPort: number): Packet => ({
  protocol: 'TCP',
  src: '10.244.1.2',
  srcPort: 40000,
  dst,
  dstPort,
})
const hop = (
  layer: Hop['layer'],
  code: ReasonCode,
  more: Partial<Hop> = {},
  params: Hop['why']['params'] = {},
): Hop => ({
  at: 0,
  took: 0.1,
  layer,
  from: { kind: 'client', key: 'client/c' },
  to: { kind: 'dns', key: 'dns' },
  why: { code, params, rule: 'X-1', sources: [] },
  ...more,
})
const trace = (outcome: Outcome, hops: readonly Hop[], more: Partial<Trace> = {}): Trace => ({
  id: 't1',
  client: 'client/c',
  request: { url: 'http://web/', scheme: 'http', host: 'web', port: 80, path: '/', connection: 'new', timeout: 2000 },
  startedAt: 0,
  took: 1,
  outcome,
  hops,
  ...more,
})

const refused = trace('refused', [
  hop('dial', 'dial.service', {}, { address: '10.96.44.10', port: 80 }),
  hop('dnat', 'proxy.dnat', { packet: { before: packet('10.96.44.10', 80), after: packet('10.244.1.6', 8081) } }),
  hop('socket', 'pod.not-listening', { failed: true }),
])

describe('the outcome in words', () => {
  it('is the status where there is one, else what curl would say', () => {
    expect(outcomeWord(trace('answered', [], { http: 200 }))).toBe('200')
    expect(outcomeWord(trace('answered', []))).toBe('answered')
    expect(outcomeWord(trace('timed out', []))).toBe('timed out')
  })

  it('adds the cause of a failure', () => {
    expect(shortOutcome(refused)).toBe('refused: not listening')
    expect(shortOutcome(trace('name not found', [hop('name', 'dns.nxdomain', { failed: true })]))).toBe(
      'name not found',
    )
  })

  it('asks the question that the inspector answers', () => {
    expect(outcomeTitle(refused)).toBe('Why was it refused?')
    expect(outcomeTitle(trace('answered', [], { http: 500 }))).toBe('Why was it answered with 500?')
  })
})

describe('the way in short', () => {
  it('is the address dialled and the one it came to', () => {
    expect(wayInShort(refused)).toBe('10.96.44.10:80 → 10.244.1.6:8081')
  })

  it('is one address where nothing was rewritten, and empty where nothing was dialled', () => {
    const direct = [hop('dial', 'dial.pod', {}, { address: '10.244.1.6', port: 80 })]
    expect(wayInShort(trace('answered', direct, { server: { ip: '10.244.1.6', port: 80 } }))).toBe('10.244.1.6:80')
    expect(wayInShort(trace('name not found', [hop('name', 'dns.nxdomain', { failed: true })]))).toBe('')
  })

  it('does not follow the answer back', () => {
    const back = hop('answer', 'answer.back', {
      packet: { before: packet('10.244.1.2', 40000), after: packet('10.244.1.2', 40000) },
    })
    expect(wayInShort(trace('answered', [...refused.hops.slice(0, 2), back]))).toBe('10.96.44.10:80 → 10.244.1.6:8081')
  })
})
