import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Endpoint, Packet, Service } from '../../../model/index.ts'
import { everyDraw } from '../../network/draw.ts'
import { NetLab } from '../../network/testing/lab.ts'
import { type Hook, judge } from '../../network/verdict.ts'
import type { Flow } from './flow.ts'
import { everyWay } from './follow-rules.ts'
import { rulesText } from './rules-text.ts'

const NODES = ['node-1', 'node-2', 'node-3'] as const
const PODS = ['10.244.1.2', '10.244.1.3', '10.244.2.2', '10.244.3.2', '172.18.0.12'] as const
const ADDRESSES = { a: '10.96.44.10', b: '10.96.44.11' } as const

const policy = fc.constantFrom('Cluster' as const, 'Local' as const)
const endpoint = fc.record({
  ip: fc.constantFrom(...PODS),
  state: fc.constantFrom('ready', 'not-ready', 'terminating', 'gone'),
  zone: fc.option(fc.constantFrom('zone-a', 'zone-b'), { nil: undefined }),
  placed: fc.boolean(),
})
const service = fc.record({
  type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const),
  internalTrafficPolicy: policy,
  externalTrafficPolicy: policy,
  protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
  externalIPs: fc.subarray(['203.0.113.9', '172.18.0.13']),
  affinity: fc.boolean(),
  ranges: fc.subarray(['198.51.100.0/24', '198.51.101.0/24', '10.244.1.0/24', '10.244.2.0/24', '172.18.0.11/32']),
  balancer: fc.boolean(),
  endpoints: fc.array(endpoint, { maxLength: 4 }),
})
const packet = fc.record({
  protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
  src: fc.constantFrom(
    '10.244.1.2',
    '10.244.1.3',
    '10.244.2.9',
    '172.18.0.11',
    '172.18.0.12',
    '198.51.100.10',
    '192.0.2.10',
  ),
  srcPort: fc.constant(40000),
  dst: fc.constantFrom(
    '10.96.44.10',
    '10.96.44.11',
    '203.0.113.9',
    '192.0.2.10',
    '172.18.0.11',
    '172.18.0.12',
    '172.18.0.13',
    '10.96.99.9',
  ),
  dstPort: fc.constantFrom(80, 30080, 30081, 81),
})

const STATES: Record<string, Endpoint['conditions']> = {
  ready: { ready: true, serving: true, terminating: false },
  'not-ready': { ready: false, serving: false, terminating: false },
  terminating: { ready: false, serving: true, terminating: true },
  gone: { ready: false, serving: false, terminating: true },
}

type Spec = typeof service extends fc.Arbitrary<infer T> ? T : never

function build(specs: readonly Spec[], proxyMode: 'iptables' | 'nftables'): NetLab {
  const lab = new NetLab({ proxyMode })
  specs.forEach((s, i) => {
    const name = i === 0 ? 'a' : 'b'
    const nodePort = s.type === 'ClusterIP' ? {} : { nodePort: 30080 + i }
    const spec: Partial<Service['spec']> = {
      type: s.type,
      clusterIP: ADDRESSES[name],
      internalTrafficPolicy: s.internalTrafficPolicy,
      externalTrafficPolicy: s.externalTrafficPolicy,
      // each on its own addresses: which of two Services on one address wins is chance in a real cluster
      externalIPs: i === 0 ? s.externalIPs : [],
      loadBalancerSourceRanges: s.ranges,
      ...(s.affinity && { sessionAffinity: 'ClientIP' as const }),
      ports: [{ port: 80, protocol: s.protocol, targetPort: 8080, ...nodePort }],
    }
    lab.service(name, spec)
    const seen = new Set<string>()
    const endpoints = s.endpoints.flatMap(({ ip, state, zone, placed }): Endpoint[] => {
      if (seen.has(ip)) return []
      seen.add(ip)
      const nodeName = ip.startsWith('10.') ? `node-${ip.split('.')[2]}` : 'node-2'
      return [
        {
          addresses: [ip],
          conditions: STATES[state],
          ...(placed && { nodeName }),
          ...(zone && { hints: { forZones: [{ name: zone }] } }),
        },
      ]
    })
    lab.slice(name, [{ port: 8080, protocol: s.protocol }], endpoints)
    if (s.type === 'LoadBalancer' && s.balancer && i === 0) lab.balancer(name, '192.0.2.10')
  })
  lab.rest()
  return lab
}

const WORDS = {
  pass: 'pass',
  reject: 'reject',
  drop: 'drop',
  'reject-port': 'reject',
  'drop-unallocated': 'drop',
} as const

/** The engine's answer, in the words of the reader of rules. */
function engine(lab: NetLab, node: string, hook: Hook, p: Packet): string[] {
  const found = new Set<string>()
  everyDraw((draw) => {
    const verdict = judge(lab.state, node, hook, p, draw)
    if (verdict.does === 'dnat') found.add(`${verdict.endpoint.text}${verdict.masquerade ? ' masq' : ''}`)
    else found.add(WORDS[verdict.does])
  })
  return [...found].sort()
}

/** Every way in which the first packet of a connection can go by the printed rules, in the engine's words. */
function printed(lines: readonly string[], mode: 'iptables' | 'nftables', flow: Flow): string[] {
  const ways = [...everyWay(lines, mode, flow)].map((w) =>
    w.does === 'dnat' ? `${w.to}${w.masquerade ? ' masq' : ''}` : w.does,
  )
  return [...new Set(ways)].sort()
}

test.each(['iptables', 'nftables'] as const)(
  '[PRX-7] what is printed is what routes: following the rules of %s leads where the engine leads',
  (mode) => {
    fc.assert(
      fc.property(
        fc.array(service, { minLength: 1, maxLength: 2 }),
        fc.array(packet, { minLength: 30, maxLength: 30 }),
        (specs, packets) => {
          const lab = build(specs, mode)
          for (const node of NODES) {
            const nodeIP = lab.state.config.nodes.find((n) => n.name === node)!.internalIP
            const lines = rulesText(lab.state, node, mode)
            for (const p of packets) {
              const hook: Hook = p.src === nodeIP ? 'output' : 'prerouting'
              expect([node, hook, p, engine(lab, node, hook, p)]).toEqual([
                node,
                hook,
                p,
                printed(lines, mode, { packet: p, hook, nodeIP }),
              ])
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  },
)
