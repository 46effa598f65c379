import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Packet } from '../../../model/index.ts'
import { everyDraw } from '../../network/draw.ts'
import { NetLab } from '../../network/testing/lab.ts'
import { judge } from '../../network/verdict.ts'
import type { Flow } from './flow.ts'
import { followRules, rulesOfService } from './follow-rules.ts'
import { rulesText } from './rules-text.ts'

const MODES = ['iptables', 'nftables'] as const
const NODES = ['node-1', 'node-2', 'node-3'] as const
const PODS = ['10.244.1.2', '10.244.2.2', '10.244.3.2', '172.18.0.12']
const policy = fc.constantFrom('Cluster' as const, 'Local' as const)
const service = fc.record({
  type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const),
  internalTrafficPolicy: policy,
  externalTrafficPolicy: policy,
  externalIPs: fc.subarray(['203.0.113.9']),
  loadBalancerSourceRanges: fc.subarray(['198.51.100.0/24', '10.244.1.0/24']),
  sessionAffinity: fc.constantFrom('None' as const, 'ClientIP' as const),
  endpoints: fc.subarray(PODS),
})
const packet = fc.record({
  protocol: fc.constant('TCP' as const),
  src: fc.constantFrom('10.244.1.2', '10.244.2.9', '172.18.0.11', '172.18.0.12', '198.51.100.10', '192.0.2.77'),
  srcPort: fc.constant(40000),
  dst: fc.constantFrom('10.96.44.10', '203.0.113.9', '192.0.2.10', '172.18.0.11', '10.96.99.9'),
  dstPort: fc.constantFrom(80, 30080, 81),
})

type Spec = typeof service extends fc.Arbitrary<infer T> ? T : never

function build({ endpoints, type, ...spec }: Spec, proxyMode: (typeof MODES)[number]): NetLab {
  const lab = new NetLab({ proxyMode })
  const nodePort = type === 'ClusterIP' ? {} : { nodePort: 30080 }
  lab.service('a', { ...spec, type, clusterIP: '10.96.44.10', ports: [{ port: 80, targetPort: 8080, ...nodePort }] })
  lab.service('a-2', { type: 'ClusterIP', clusterIP: '10.96.44.11', ports: [{ port: 80, targetPort: 8080 }] })
  lab.slice(
    'a',
    [{ port: 8080 }],
    endpoints.map((ip) => ({
      addresses: [ip],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: ip.startsWith('10.') ? `node-${ip.split('.')[2]}` : 'node-2',
    })),
  )
  if (type === 'LoadBalancer') lab.balancer('a', '192.0.2.10')
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

describe.each(MODES)('[PRX-7] the lines of %s that a request met', (mode) => {
  test('lead where the engine led it, with a masquerade where it wrote one', () => {
    fc.assert(
      fc.property(service, fc.array(packet, { minLength: 15, maxLength: 15 }), (spec, packets) => {
        const lab = build(spec, mode)
        for (const node of NODES) {
          const nodeIP = lab.state.config.nodes.find((n) => n.name === node)!.internalIP
          const lines = rulesText(lab.state, node, mode)
          for (const p of packets) {
            const hook = p.src === nodeIP ? 'output' : 'prerouting'
            everyDraw((draw) => {
              const verdict = judge(lab.state, node, hook, p, draw)
              const flow: Flow = {
                packet: p,
                hook,
                nodeIP,
                ...(verdict.does === 'dnat' && { endpoint: { ip: verdict.endpoint.ip, port: verdict.endpoint.port } }),
              }
              const { does, to, masquerade, matched } = followRules(lines, mode, flow)
              const wanted =
                verdict.does === 'dnat'
                  ? ['dnat', verdict.endpoint.text, verdict.masquerade !== undefined]
                  : [WORDS[verdict.does], undefined, false]
              expect([node, p, does, to, masquerade]).toEqual([node, p, ...wanted])
              expect(new Set(matched).size).toBe(matched.length)
              if (does !== 'pass') expect(matched.length).toBeGreaterThan(0)
            })
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test('go from the hook over the chain of the Service to that of the endpoint, and on to the masquerade', () => {
    const lab = build(
      {
        type: 'NodePort',
        internalTrafficPolicy: 'Cluster',
        externalTrafficPolicy: 'Cluster',
        externalIPs: [],
        loadBalancerSourceRanges: [],
        sessionAffinity: 'ClientIP',
        endpoints: PODS.slice(0, 3),
      },
      mode,
    )
    const lines = rulesText(lab.state, 'node-1', mode)
    const p: Packet = { protocol: 'TCP', src: '198.51.100.10', srcPort: 1, dst: '172.18.0.11', dstPort: 30080 }
    const met = (remembered: boolean) =>
      followRules(lines, mode, {
        packet: p,
        hook: 'prerouting',
        nodeIP: '172.18.0.11',
        endpoint: { ip: '10.244.2.2', port: 8080 },
        remembered,
      }).matched.map((i) => lines[i]!.trim().replace(/-[A-Z2-7]{16}/g, ''))
    const wanted =
      mode === 'iptables'
        ? [
            /^-A PREROUTING .* -j KUBE-SERVICES$/,
            /^-A KUBE-SERVICES -d 172\.18\.0\.11\/32 .* -j KUBE-NODEPORTS$/,
            /^-A KUBE-NODEPORTS .*--dport 30080 -j KUBE-EXT$/,
            /^-A KUBE-EXT .* -j KUBE-MARK-MASQ$/,
            /^-A KUBE-MARK-MASQ -j MARK/,
            /^-A KUBE-EXT -j KUBE-SVC$/,
            /^-A KUBE-SVC .*10\.244\.2\.2:8080".*statistic.* -j KUBE-SEP$/,
            /^-A KUBE-SEP .*--to-destination 10\.244\.2\.2:8080$/,
            /^-A POSTROUTING .* -j KUBE-POSTROUTING$/,
            /^-A KUBE-POSTROUTING -j MARK/,
            /^-A KUBE-POSTROUTING .*MASQUERADE/,
          ]
        : [
            /^jump services$/,
            /^ip daddr @nodeport-ips .*@service-nodeports$/,
            /^elements = \{ 172\.18\.0\.11 \}$/,
            /^elements = \{ tcp \. 30080 : goto external/,
            /^meta mark set meta mark \|/,
            /^goto service/,
            /^numgen random mod 3 vmap/,
            /^update @affinity/,
            /^meta l4proto tcp dnat to 10\.244\.2\.2:8080$/,
            /^jump masquerading$/,
            /^meta mark & .*masquerade fully-random$/,
          ]
    const path = met(false)
    for (const pattern of wanted) expect(path).toContainEqual(expect.stringMatching(pattern))
    expect(path).toHaveLength(wanted.length)
    // who is remembered does not meet the rule of chance
    const again = met(true).join('\n')
    expect(again).toMatch(mode === 'iptables' ? /--rcheck/ : /saddr @affinity/)
    expect(again).not.toMatch(/statistic|numgen/)
  })

  test('are told from those of other Services, also of one whose name begins the same', () => {
    const lab = build(
      {
        type: 'ClusterIP',
        internalTrafficPolicy: 'Cluster',
        externalTrafficPolicy: 'Cluster',
        externalIPs: [],
        loadBalancerSourceRanges: [],
        sessionAffinity: 'None',
        endpoints: PODS,
      },
      mode,
    )
    const lines = rulesText(lab.state, 'node-1', mode)
    const own = (name: string) => rulesOfService(lines, mode, 'default', name).map((i) => lines[i]!)
    expect(own('a').join('\n')).toContain('10.96.44.10')
    expect(own('a').join('\n')).not.toContain('10.96.44.11')
    expect(own('a-2').join('\n')).not.toMatch(/10\.96\.44\.10|KUBE-SEP|dnat/)
    expect(own('a').length).toBeGreaterThan(mode === 'iptables' ? 15 : 3)
    expect(own('none')).toEqual([])
  })
})
