import { expect, test } from 'vitest'
import type { Hop, Packet, Trace } from '../../../model/index.ts'
import { packetSteps, trackedConnection } from './packet-steps.ts'

const sent: Packet = { protocol: 'TCP', src: '198.51.100.10', srcPort: 60331, dst: '172.18.0.11', dstPort: 32499 }
const translated = { ...sent, dst: '10.244.1.2', dstPort: 8080 }
const masqueraded = { ...translated, src: '172.18.0.11' }
const node = { kind: 'node', key: 'Node//node-1' } as const
const pod = { kind: 'pod', key: 'Pod/default/web-1' } as const
const hop = (layer: Hop['layer'], packet?: Hop['packet']): Hop => ({
  at: 0,
  took: 0,
  layer,
  from: node,
  to: layer === 'socket' ? pod : node,
  why: { code: 'proxy.dnat', params: {}, rule: 'SVC-1', sources: [] },
  ...(packet && { packet }),
})
const trace = (...hops: Hop[]) => ({ client: 'client/internet', hops }) as unknown as Trace

const WAY = trace(
  hop('name'),
  hop('dial'),
  hop('dnat', { before: sent, after: translated }),
  hop('masquerade', { before: translated, after: masqueraded }),
  hop('route'),
  hop('socket'),
  hop('answer', { before: { ...sent, src: '10.244.1.2' }, after: { ...sent, src: '172.18.0.11' } }),
)

test('a packet is followed from the client to the socket, with what was rewritten on the way, and back', () => {
  expect(packetSteps(WAY).map(({ what, before, after }) => [what, before?.dst, after.src, after.dst])).toEqual([
    ['sent by the client', undefined, '198.51.100.10', '172.18.0.11'],
    ['destination rewritten', '172.18.0.11', '198.51.100.10', '10.244.1.2'],
    ['source rewritten', '10.244.1.2', '172.18.0.11', '10.244.1.2'],
    ['at the socket', undefined, '172.18.0.11', '10.244.1.2'],
    ['answer, rewritten back', '172.18.0.11', '172.18.0.11', '172.18.0.11'],
  ])
})

test('the tracked connection expects the answer from who was drawn, to the address that was written last', () => {
  expect(trackedConnection(WAY)).toEqual({
    original: sent,
    reply: { protocol: 'TCP', src: '10.244.1.2', srcPort: 8080, dst: '172.18.0.11', dstPort: 60331 },
  })
})

test('a request that never became a packet has no view of one', () => {
  expect(packetSteps(trace(hop('name')))).toEqual([])
  expect(trackedConnection(trace(hop('name')))).toBeUndefined()
})
