import { blockText, type IPFamily, inBlock, ipOfNumber, parseBlock } from '../../../model/index.ts'
import { isLocal, type ProxyEndpoint } from '../../network/index.ts'
import { nftablesChains } from './chain-names.ts'
import type { ProxyFlags } from './iptables-text.ts'
import type { PortPlan } from './port-plan.ts'

const MARK = 'meta mark set meta mark | 0x00004000'
/** How a table of a family calls an address, and a packet's header. */
const TYPE = { IPv4: 'ipv4_addr', IPv6: 'ipv6_addr' } as const
const HEADER = { IPv4: 'ip', IPv6: 'ip6' } as const

/** A set or map of the table, as `nft list` prints it. */
class Container {
  readonly elements = new Map<string, string>()

  constructor(
    readonly head: string,
    readonly type: string,
    readonly about: string,
  ) {}

  add(key: string, verdict?: string, comment?: string): void {
    // a key that is there already keeps its place and takes the new value
    this.elements.set(
      key,
      `${key}${comment ? ` comment "${comment}"` : ''}${verdict === undefined ? '' : ` : ${verdict}`}`,
    )
  }

  lines(perLine: number): string[] {
    const all = [...this.elements.keys()].sort().map((k) => this.elements.get(k)!)
    const rows: string[] = []
    for (let i = 0; i < all.length; i += perLine) rows.push(all.slice(i, i + perLine).join(', '))
    const body = rows.length === 0 ? [] : [`\t\telements = { ${rows.join(',\n\t\t\t     ')} }`]
    return [
      `\t${this.head} {`,
      `\t\ttype ${this.type}`,
      `\t\tcomment "${this.about}"`,
      ...body.join('\n').split('\n').filter(Boolean),
      '\t}',
      '',
    ]
  }
}

const chain = (name: string, rules: readonly string[]): string[] => [
  `\tchain ${name} {`,
  ...rules.map((r) => `\t\t${r}`),
  '\t}',
  '',
]

/** `3h`, `1m30s`, `2d`: as nft prints a time-out. */
export function nftDuration(seconds: number): string {
  const units: [string, number][] = [
    ['d', 86400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ]
  let left = seconds
  let out = ''
  for (const [unit, size] of units) {
    if (left >= size) out += `${Math.floor(left / size)}${unit}`
    left %= size
  }
  return out === '' ? '0s' : out
}

/** `nft list table ip kube-proxy`, or `ip6`, on a node. `plans` are of that family. k8s pkg/proxy/nftables/proxier.go setupNFTables, syncProxyRules (v1.36). */
export function nftablesText(plans: readonly PortPlan[], node: string, flags: ProxyFlags): string[] {
  const address = TYPE[flags.family]
  const serviceKey = `${address} . inet_proto . inet_service`
  const sets = {
    hairpin: new Container('set hairpin-connections', `${address} . ${serviceKey}`, 'service hairpin connections'),
    clusterIPs: new Container('set cluster-ips', address, 'Active ClusterIPs'),
    nodePortIPs: new Container('set nodeport-ips', address, 'IPs that accept NodePort traffic'),
    noServices: new Container(
      'map no-endpoint-services',
      `${serviceKey} : verdict`,
      'vmap to drop or reject packets to services with no endpoints',
    ),
    noNodePorts: new Container(
      'map no-endpoint-nodeports',
      'inet_proto . inet_service : verdict',
      'vmap to drop or reject packets to service nodeports with no endpoints',
    ),
    firewall: new Container(
      'map firewall-ips',
      `${serviceKey} : verdict`,
      'destinations that are subject to LoadBalancerSourceRanges',
    ),
    serviceIPs: new Container(
      'map service-ips',
      `${serviceKey} : verdict`,
      'ClusterIP, ExternalIP and LoadBalancer IP traffic',
    ),
    nodePorts: new Container('map service-nodeports', 'inet_proto . inet_service : verdict', 'NodePort traffic'),
  }
  sets.nodePortIPs.add(flags.nodeIP)
  for (const plan of plans) writeElements(plan, node, sets)
  return [
    `table ${HEADER[flags.family]} kube-proxy {`,
    '\tcomment "rules for kube-proxy"',
    ...Object.values(sets).flatMap((s) => s.lines(s.type === TYPE.IPv4 ? 2 : 1)),
    ...plans.flatMap(affinitySets),
    ...baseChains(flags),
    ...plans.flatMap((plan) => serviceChains(plan, flags)),
  ]
    .slice(0, -1)
    .concat('}')
}

type Containers = Readonly<
  Record<'hairpin' | 'clusterIPs' | 'noServices' | 'noNodePorts' | 'firewall' | 'serviceIPs' | 'nodePorts', Container>
>

const VERDICT = { reject: 'goto reject-chain', drop: 'drop' } as const

function writeElements(plan: PortPlan, node: string, sets: Containers): void {
  const { entry, internalVerdict, externalVerdict } = plan
  const { info, hasEndpoints } = entry
  const chains = nftablesChains(info)
  const protocol = info.protocol.toLowerCase()
  const key = (ip: string) => `${ip} . ${protocol} . ${info.port}`
  for (const e of entry.reachable) if (isLocal(e, node)) sets.hairpin.add(`${e.ip} . ${e.ip} . ${protocol} . ${e.port}`)
  sets.clusterIPs.add(info.clusterIP)
  if (internalVerdict) sets.noServices.add(key(info.clusterIP), VERDICT[internalVerdict], info.name)
  else sets.serviceIPs.add(key(info.clusterIP), `goto ${info.internalLocal ? chains.local : chains.cluster}`)
  for (const ip of [...info.externalIPs, ...info.balancerIPs]) {
    if (hasEndpoints) sets.serviceIPs.add(key(ip), `goto ${chains.external}`)
    if (externalVerdict) sets.noServices.add(key(ip), VERDICT[externalVerdict], info.name)
  }
  if (plan.ranges) for (const ip of info.balancerIPs) sets.firewall.add(key(ip), `goto ${chains.firewall}`)
  if (info.nodePort !== 0) {
    const port = `${protocol} . ${info.nodePort}`
    if (hasEndpoints) sets.nodePorts.add(port, `goto ${chains.external}`)
    if (externalVerdict) sets.noNodePorts.add(port, VERDICT[externalVerdict], info.name)
  }
}

function affinitySets({ entry }: PortPlan): string[] {
  if (entry.info.affinitySeconds === 0) return []
  const { affinity } = nftablesChains(entry.info)
  const timeout = nftDuration(entry.info.affinitySeconds)
  return entry.reachable.flatMap((e) => [
    `\tset ${affinity(e)} {`,
    `\t\ttype ${TYPE[entry.info.family]}`,
    '\t\tsize 65535',
    '\t\tflags dynamic,timeout',
    `\t\ttimeout ${timeout}`,
    '\t}',
    '',
  ])
}

function baseChains({ family, clusterCIDR, serviceCIDR }: ProxyFlags): string[] {
  const ip = HEADER[family]
  const base = (name: string, type: string, hook: string, priority: string, rules: readonly string[]) =>
    chain(name, [`type ${type} hook ${hook} priority ${priority}; policy accept;`, ...rules])
  const fresh = (target: string) => `ct state new jump ${target}`
  return [
    ...base('filter-prerouting-pre-dnat', 'filter', 'prerouting', 'dstnat - 10', [fresh('firewall-check')]),
    ...base('filter-output-pre-dnat', 'filter', 'output', '-110', [fresh('firewall-check')]),
    ...base('filter-input', 'filter', 'input', 'filter', [
      fresh('nodeport-endpoints-check'),
      fresh('service-endpoints-check'),
    ]),
    ...base('filter-forward', 'filter', 'forward', 'filter', [
      fresh('service-endpoints-check'),
      fresh('cluster-ips-check'),
    ]),
    ...base('filter-output', 'filter', 'output', 'filter', [
      fresh('service-endpoints-check'),
      fresh('cluster-ips-check'),
    ]),
    ...base('nat-prerouting', 'nat', 'prerouting', 'dstnat', ['jump services']),
    ...base('nat-output', 'nat', 'output', '-100', ['jump services']),
    ...base('nat-postrouting', 'nat', 'postrouting', 'srcnat', ['jump masquerading']),
    ...chain('nodeport-endpoints-check', [
      `${ip} daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports`,
    ]),
    ...chain('service-endpoints-check', [`${ip} daddr . meta l4proto . th dport vmap @no-endpoint-services`]),
    ...chain('firewall-check', [`${ip} daddr . meta l4proto . th dport vmap @firewall-ips`]),
    ...chain('services', [
      `${ip} daddr @cluster-ips ${ip} saddr != ${clusterCIDR} ${MARK} comment "masquerade clusterIP traffic from outside cluster"`,
      `${ip} daddr . meta l4proto . th dport vmap @service-ips`,
      `${ip} daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports`,
    ]),
    ...chain('masquerading', [
      'meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade fully-random',
      `ct status dnat ${ip} saddr . ${ip} daddr . meta l4proto . th dport @hairpin-connections masquerade fully-random`,
    ]),
    ...chain('cluster-ips-check', [
      `${ip} daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"`,
      `${ip} daddr ${serviceCIDR} drop comment "Drop traffic to unallocated ClusterIPs"`,
    ]),
    ...chain('reject-chain', ['comment "helper for @no-endpoint-services / @no-endpoint-nodeports"', 'reject']),
  ]
}

const inRange = (range: string, ip: string): boolean => inBlock(parseBlock(range), ip)

/**
 * Blocks of addresses as nft lists them in a rule: one alone stands as it is; of several, those that overlap or touch become one, in order,
 * and what is no block any more is written from its first to its last address. nftables src/intervals.c set_automerge (1.0.6).
 */
export function anonymousSet(blocks: readonly string[]): string {
  if (blocks.length === 1) return blocks[0]!.replace(/\/(32|128)$/, (bits) => (isHost(blocks[0]!) ? '' : bits))
  const spans = blocks
    .flatMap((block) => parseBlock(block) ?? [])
    .map(({ family, first, last }) => ({ family, first, last }))
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
  const merged: Span[] = []
  for (const span of spans) {
    const before = merged.at(-1)
    if (before && span.first <= before.last + 1n) before.last = span.last > before.last ? span.last : before.last
    else merged.push({ ...span })
  }
  return `{ ${merged.map(spanText).join(', ')} }`
}

interface Span {
  readonly family: IPFamily
  readonly first: bigint
  last: bigint
}

function isHost(block: string): boolean {
  const parsed = parseBlock(block)
  return parsed !== undefined && parsed.first === parsed.last
}

function spanText({ family, first, last }: Span): string {
  const all = family === 'IPv4' ? 32 : 128
  let size = 1n
  for (let bits = all; bits >= 0; bits--, size <<= 1n) {
    if (last - first + 1n !== size || first % size !== 0n) continue
    return bits === all ? ipOfNumber(family, first) : blockText({ family, first, last, bits })
  }
  return `${ipOfNumber(family, first)}-${ipOfNumber(family, last)}`
}

function serviceChains(plan: PortPlan, flags: ProxyFlags): string[] {
  const { entry } = plan
  const { info } = entry
  const chains = nftablesChains(info)
  const out: string[] = []
  if (plan.usesCluster) out.push(...chain(chains.cluster, drawRules(plan, entry.cluster)))
  if (plan.usesLocal) out.push(...chain(chains.local, drawRules(plan, entry.local)))
  if (plan.usesExternal) out.push(...chain(chains.external, externalRules(plan, flags)))
  if (plan.ranges) {
    const fromHere = info.sourceRanges.some((r) => inRange(r, flags.nodeIP))
    const sources = [
      ...info.sourceRanges,
      ...(fromHere ? info.balancerIPs.map((ip) => `${ip}/${info.family === 'IPv4' ? 32 : 128}`) : []),
    ]
    out.push(...chain(chains.firewall, [`${HEADER[info.family]} saddr != ${anonymousSet(sources)} drop`]))
  }
  if (info.affinitySeconds > 0) {
    for (const e of entry.reachable) {
      out.push(
        ...chain(chains.endpoint(e), [
          `update @${chains.affinity(e)} { ${HEADER[info.family]} saddr }`,
          `meta l4proto ${info.protocol.toLowerCase()} dnat to ${e.text}`,
        ]),
      )
    }
  }
  return out
}

function externalRules(plan: PortPlan, { clusterCIDR }: ProxyFlags): string[] {
  const { info } = plan.entry
  const chains = nftablesChains(info)
  const rules = info.externalLocal
    ? [
        `${HEADER[info.family]} saddr ${clusterCIDR} goto ${chains.cluster} comment "short-circuit pod traffic"`,
        `fib saddr type local ${MARK} comment "masquerade local traffic"`,
        `fib saddr type local goto ${chains.cluster} comment "short-circuit local traffic"`,
      ]
    : [`${MARK} comment "masquerade"`]
  return plan.hasExternal ? [...rules, `goto ${info.externalLocal ? chains.local : chains.cluster}`] : rules
}

/** Without affinity the draw rewrites the destination itself; with it, each endpoint has a chain that remembers the client. */
function drawRules({ entry: { info } }: PortPlan, endpoints: readonly ProxyEndpoint[]): string[] {
  const chains = nftablesChains(info)
  const draw = `numgen random mod ${endpoints.length}`
  if (info.affinitySeconds === 0) {
    const map = endpoints.map((e, i) => `${i} : ${e.ip} . ${e.port}`).join(', ')
    return [`meta l4proto ${info.protocol.toLowerCase()} dnat ${HEADER[info.family]} to ${draw} map { ${map} }`]
  }
  const remembered = endpoints.map(
    (e) => `${HEADER[info.family]} saddr @${chains.affinity(e)} goto ${chains.endpoint(e)}`,
  )
  const map = endpoints.map((e, i) => `${i} : goto ${chains.endpoint(e)}`).join(', ')
  return [...remembered, `${draw} vmap { ${map} }`]
}
