import { hostPort } from '../../../model/index.ts'
import type { Flow, Followed } from './flow.ts'
import { waysOfIptables } from './follow-iptables.ts'
import { waysOfNftables } from './follow-nftables.ts'

/**
 * Which lines of kube-proxy's rules (as `rulesText` prints them) decide about a packet: chain by chain from the kernel's hook to the verdict,
 * and from the rewritten destination to the masquerade. It reads nothing but the text: the chains of the Service and of the endpoint are
 * found as the kernel finds them. Lines that merely were looked at are left out.
 */
export function followRules(lines: readonly string[], mode: 'iptables' | 'nftables', flow: Flow): Followed {
  const wanted = flow.endpoint && hostPort(flow.endpoint.ip, flow.endpoint.port)
  let pass: Followed = { does: 'pass', masquerade: false, matched: [] }
  for (const way of everyWay(lines, mode, flow)) {
    if (way.does === 'pass') pass = way
    else if (way.does !== 'dnat' || wanted === undefined || way.to === wanted) return way
  }
  return pass
}

/** All that the rules may do with a packet, whatever chance and memory say. */
export function* everyWay(lines: readonly string[], mode: 'iptables' | 'nftables', flow: Flow): Generator<Followed> {
  const [from, to] = sectionOf(lines, flow.packet.dst.includes(':'))
  for (const way of (mode === 'nftables' ? waysOfNftables : waysOfIptables)(lines.slice(from, to), flow))
    yield { ...way, matched: [...new Set(way.matched)].map((index) => index + from) }
}

/** From where to where the rules of a family stand: a cluster of two families has one section after the other. */
function sectionOf(lines: readonly string[], six: boolean): readonly [number, number] {
  const heads = lines.flatMap((line, index) =>
    /^# ip6?tables-save$|^table ip6? kube-proxy/.test(line) ? [{ index, six: line.includes('ip6') }] : [],
  )
  if (heads.length === 0) return [0, lines.length]
  const at = heads.findIndex((head) => head.six === six)
  return at < 0 ? [0, 0] : [heads[at]!.index, heads[at + 1]?.index ?? lines.length]
}

/**
 * The lines of kube-proxy's rules that are of a Service: those that name it, and those of the chains that they belong to or lead to (chains
 * are named after what they are for, so a chain has one Service).
 */
export function rulesOfService(
  lines: readonly string[],
  mode: 'iptables' | 'nftables',
  namespace: string,
  name: string,
): number[] {
  return mode === 'nftables' ? inTable(lines, `${namespace}/${name}/`) : inChains(lines, `${namespace}/${name}`)
}

const OWN_CHAIN = /KUBE-(?:SVC|SVL|EXT|FW|SEP)-[A-Z2-7]{16}/g

function inChains(lines: readonly string[], name: string): number[] {
  // `default/web`, `default/web:http`, `default/web -> …`, `masquerade traffic for default/web …`; not `default/web-2`
  const comment = new RegExp(`--comment "(?:[^"]* )?${literal(name)}[": ]`)
  const named = lines.map((line) => comment.test(line))
  const chains = new Set(lines.flatMap((line, i) => (named[i] ? (line.match(OWN_CHAIN) ?? []) : [])))
  return lines.flatMap((line, i) => (named[i] || line.match(OWN_CHAIN)?.some((c) => chains.has(c)) ? [i] : []))
}

function inTable(lines: readonly string[], path: string): number[] {
  // names of chains and sets: `service-PFISGYVC-default/web/tcp/http`
  const own = new RegExp(`(?:service|local|external|firewall|endpoint|affinity)-[A-Z2-7]{8}-${literal(path)}`)
  const found: number[] = []
  let within = false
  lines.forEach((line, i) => {
    if (/^\t(?:chain|set|map) /.test(line)) within = own.test(line)
    if (within || own.test(line)) found.push(i)
    if (line === '\t}') within = false
  })
  return found
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
