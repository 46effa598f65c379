import { familyOf, type IPFamily, inBlock, parseBlock } from '../../../model/index.ts'
import type { ProxyEndpoint } from '../../network/index.ts'
import { iptablesChains } from './chain-names.ts'
import type { PortPlan } from './port-plan.ts'

/** What a node's kube-proxy is told when it starts. */
export interface ProxyFlags {
  /** The family of addresses that its rules are about, and of those below. */
  readonly family: IPFamily
  readonly nodeIP: string
  readonly clusterCIDR: string
  readonly serviceCIDR: string
}

/** With more endpoints than this, comments that name them are left out. k8s proxier.go largeClusterEndpointsThreshold (v1.36). */
const LARGE_CLUSTER = 1000
const MARK = '0x4000/0x4000'

/** One address, as iptables-save and ip6tables-save print it. */
const host = (ip: string): string => `${ip}/${familyOf(ip) === 'IPv4' ? 32 : 128}`
const ALL_BITS = { IPv4: '255.255.255.255', IPv6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' } as const

const comment = (text: string): string => `-m comment --comment "${text}"`
/** iptables keeps a chance as a 31-bit number, and prints what it kept. */
const probability = (n: number): string => (Math.round(2 ** 31 * Number((1 / n).toFixed(10))) / 2 ** 31).toFixed(11)

/** Chains and rules of one table, in the form of iptables-save. */
class Table {
  readonly chains = new Set<string>()
  readonly rules = new Map<string, string[]>()

  constructor(chains: readonly string[]) {
    for (const chain of chains) this.chains.add(chain)
  }

  add(chain: string, rule: string): void {
    if (chain.startsWith('KUBE-')) this.chains.add(chain)
    const rules = this.rules.get(chain)
    if (rules) rules.push(rule)
    else this.rules.set(chain, [rule])
  }

  lines(builtIn: readonly string[]): string[] {
    const own = [...this.chains].sort()
    const rules = [...builtIn, ...own].flatMap((chain) =>
      (this.rules.get(chain) ?? []).map((rule) => `-A ${chain} ${rule}`),
    )
    return [...own.map((chain) => `:${chain} -`), ...rules]
  }
}

/** The KUBE lines of iptables-save, or of ip6tables-save, on a node. `plans` are of that family. k8s pkg/proxy/iptables/proxier.go syncProxyRules (v1.36). */
export function iptablesText(plans: readonly PortPlan[], flags: ProxyFlags): string[] {
  const filter = filterTable()
  const nat = natTable()
  const large = plans.reduce((sum, { entry }) => sum + entry.info.endpoints.length, 0) > LARGE_CLUSTER
  for (const plan of plans) {
    writeDoors(plan, nat, filter)
    writeChains(plan, nat, flags, large)
  }
  nat.add(
    'KUBE-SERVICES',
    `-d ${host(flags.nodeIP)} ${comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain')} -j KUBE-NODEPORTS`,
  )
  return [
    ':KUBE-PROXY-CANARY -',
    ...filter.lines(['INPUT', 'FORWARD', 'OUTPUT']),
    ...nat.lines(['PREROUTING', 'OUTPUT', 'POSTROUTING']),
  ]
}

function filterTable(): Table {
  const t = new Table([
    'KUBE-EXTERNAL-SERVICES',
    'KUBE-FIREWALL',
    'KUBE-FORWARD',
    'KUBE-NODEPORTS',
    'KUBE-PROXY-CANARY',
    'KUBE-PROXY-FIREWALL',
    'KUBE-SERVICES',
  ])
  const fresh = '-m conntrack --ctstate NEW'
  const firewall = `${fresh} ${comment('kubernetes load balancer firewall')} -j KUBE-PROXY-FIREWALL`
  const external = `${fresh} ${comment('kubernetes externally-visible service portals')} -j KUBE-EXTERNAL-SERVICES`
  const portals = `${fresh} ${comment('kubernetes service portals')} -j KUBE-SERVICES`
  t.add('INPUT', '-j KUBE-FIREWALL')
  t.add('INPUT', firewall)
  t.add('INPUT', `${comment('kubernetes health check service ports')} -j KUBE-NODEPORTS`)
  t.add('INPUT', external)
  t.add('FORWARD', firewall)
  t.add('FORWARD', `${comment('kubernetes forwarding rules')} -j KUBE-FORWARD`)
  t.add('FORWARD', portals)
  t.add('FORWARD', external)
  t.add('OUTPUT', '-j KUBE-FIREWALL')
  t.add('OUTPUT', firewall)
  t.add('OUTPUT', portals)
  t.add('KUBE-FORWARD', '-m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP')
  t.add('KUBE-FORWARD', `${comment('kubernetes forwarding rules')} -m mark --mark ${MARK} -j ACCEPT`)
  t.add(
    'KUBE-FORWARD',
    `${comment('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  )
  return t
}

function natTable(): Table {
  const t = new Table(['KUBE-MARK-MASQ', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-PROXY-CANARY', 'KUBE-SERVICES'])
  t.add('PREROUTING', `${comment('kubernetes service portals')} -j KUBE-SERVICES`)
  t.add('OUTPUT', `${comment('kubernetes service portals')} -j KUBE-SERVICES`)
  t.add('POSTROUTING', `${comment('kubernetes postrouting rules')} -j KUBE-POSTROUTING`)
  t.add('KUBE-POSTROUTING', `-m mark ! --mark ${MARK} -j RETURN`)
  t.add('KUBE-POSTROUTING', '-j MARK --set-xmark 0x4000/0x0')
  t.add('KUBE-POSTROUTING', `${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE --random-fully`)
  t.add('KUBE-MARK-MASQ', `-j MARK --set-xmark ${MARK}`)
  return t
}

const ICMP = { IPv4: 'icmp', IPv6: 'icmp6' } as const
const targetOf = (verdict: 'reject' | 'drop', family: IPFamily): string =>
  verdict === 'reject' ? `REJECT --reject-with ${ICMP[family]}-port-unreachable` : 'DROP'
const why = (verdict: 'reject' | 'drop'): string =>
  verdict === 'reject' ? 'has no endpoints' : 'has no local endpoints'

/** Rules that recognise a packet for a Service: at its addresses and node port. */
function writeDoors(plan: PortPlan, nat: Table, filter: Table): void {
  const { entry, internalVerdict, externalVerdict } = plan
  const { info, hasEndpoints } = entry
  const { name } = info
  const chains = iptablesChains(info)
  const protocol = info.protocol.toLowerCase()
  const door = (ip: string, text: string) =>
    `-d ${host(ip)} -p ${protocol} ${comment(text)} -m ${protocol} --dport ${info.port}`
  if (internalVerdict)
    filter.add(
      'KUBE-SERVICES',
      `${door(info.clusterIP, `${name} ${why(internalVerdict)}`)} -j ${targetOf(internalVerdict, info.family)}`,
    )
  else
    nat.add(
      'KUBE-SERVICES',
      `${door(info.clusterIP, `${name} cluster IP`)} -j ${info.internalLocal ? chains.local : chains.cluster}`,
    )

  const shut = (ip: string, verdict: 'reject' | 'drop') =>
    filter.add('KUBE-EXTERNAL-SERVICES', `${door(ip, `${name} ${why(verdict)}`)} -j ${targetOf(verdict, info.family)}`)
  for (const ip of info.externalIPs) {
    if (hasEndpoints) nat.add('KUBE-SERVICES', `${door(ip, `${name} external IP`)} -j ${chains.external}`)
    if (externalVerdict) shut(ip, externalVerdict)
  }
  const firewalled = hasEndpoints && plan.ranges
  for (const ip of info.balancerIPs) {
    if (hasEndpoints)
      nat.add(
        'KUBE-SERVICES',
        `${door(ip, `${name} loadbalancer IP`)} -j ${firewalled ? chains.firewall : chains.external}`,
      )
    if (firewalled)
      filter.add('KUBE-PROXY-FIREWALL', `${door(ip, `${name} traffic not accepted by ${chains.firewall}`)} -j DROP`)
    if (externalVerdict) shut(ip, externalVerdict)
  }
  if (info.nodePort !== 0) {
    const port = `-m ${protocol} --dport ${info.nodePort}`
    if (hasEndpoints) nat.add('KUBE-NODEPORTS', `-p ${protocol} ${comment(name)} ${port} -j ${chains.external}`)
    if (externalVerdict) {
      const text = comment(`${name} ${why(externalVerdict)}`)
      filter.add(
        'KUBE-EXTERNAL-SERVICES',
        `-p ${protocol} ${text} -m addrtype --dst-type LOCAL ${port} -j ${targetOf(externalVerdict, info.family)}`,
      )
    }
  }
  if (info.healthCheckNodePort !== 0) {
    filter.add(
      'KUBE-NODEPORTS',
      `-p tcp ${comment(`${name} health check node port`)} -m tcp --dport ${info.healthCheckNodePort} -j ACCEPT`,
    )
  }
}

const inRange = (range: string, ip: string): boolean => inBlock(parseBlock(range), ip)

/** The Service's own chains: internal, external, firewall, and one for each endpoint. */
function writeChains(plan: PortPlan, nat: Table, flags: ProxyFlags, large: boolean): void {
  const { entry } = plan
  const { info } = entry
  const { name } = info
  const chains = iptablesChains(info)
  const protocol = info.protocol.toLowerCase()
  if (plan.hasInternal) {
    const text = comment(`${name} cluster IP`)
    nat.add(
      info.internalLocal ? chains.local : chains.cluster,
      `! -s ${flags.clusterCIDR} -d ${host(info.clusterIP)} -p ${protocol} ${text} -m ${protocol} --dport ${info.port} -j KUBE-MARK-MASQ`,
    )
  }
  if (plan.usesExternal) {
    const says = (text: string) => comment(`${text} for ${name} external destinations`)
    if (!info.externalLocal) {
      nat.add(chains.external, `${says('masquerade traffic')} -j KUBE-MARK-MASQ`)
    } else {
      nat.add(chains.external, `-s ${flags.clusterCIDR} ${says('pod traffic')} -j ${chains.cluster}`)
      nat.add(chains.external, `${says('masquerade LOCAL traffic')} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`)
      nat.add(chains.external, `${says('route LOCAL traffic')} -m addrtype --src-type LOCAL -j ${chains.cluster}`)
    }
    if (plan.hasExternal) nat.add(chains.external, `-j ${info.externalLocal ? chains.local : chains.cluster}`)
  }
  if (entry.hasEndpoints && plan.ranges) {
    const text = comment(`${name} loadbalancer IP`)
    for (const range of info.sourceRanges) nat.add(chains.firewall, `-s ${range} ${text} -j ${chains.external}`)
    if (info.sourceRanges.some((r) => inRange(r, flags.nodeIP))) {
      for (const ip of info.balancerIPs) nat.add(chains.firewall, `-s ${host(ip)} ${text} -j ${chains.external}`)
    }
    nat.add(chains.firewall, comment(`other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL`))
  }
  if (plan.usesCluster) writeDraw(plan, nat, chains.cluster, entry.cluster, large)
  if (plan.usesLocal) writeDraw(plan, nat, chains.local, entry.local, large)
  const named = large ? '' : `${comment(name)} `
  for (const e of entry.reachable) {
    const chain = chains.endpoint(e.text)
    const recent =
      info.affinitySeconds > 0 ? `-m recent --set --name ${chain} --mask ${ALL_BITS[info.family]} --rsource ` : ''
    nat.add(chain, `-s ${host(e.ip)} ${named}-j KUBE-MARK-MASQ`)
    nat.add(chain, `-p ${protocol} ${named}${recent}-m ${protocol} -j DNAT --to-destination ${e.text}`)
  }
}

/** Who was here before goes to the same endpoint; everybody else draws. */
function writeDraw(
  { entry: { info } }: PortPlan,
  nat: Table,
  chain: string,
  endpoints: readonly ProxyEndpoint[],
  large: boolean,
): void {
  const chains = iptablesChains(info)
  const named = (e: ProxyEndpoint) => (large ? '' : `${comment(`${info.name} -> ${e.text}`)} `)
  if (info.affinitySeconds > 0) {
    for (const e of endpoints) {
      const own = chains.endpoint(e.text)
      const recent = `-m recent --rcheck --seconds ${info.affinitySeconds} --reap --name ${own} --mask ${ALL_BITS[info.family]} --rsource`
      nat.add(chain, `${named(e)}${recent} -j ${own}`)
    }
  }
  endpoints.forEach((e, i) => {
    const left = endpoints.length - i
    const chance = left > 1 ? `-m statistic --mode random --probability ${probability(left)} ` : ''
    nat.add(chain, `${named(e)}${chance}-j ${chains.endpoint(e.text)}`)
  })
}
