import {
  familiesOf,
  familyOf,
  INTERNET_HOST,
  INTERNET_HOST_V6,
  type IPFamily,
  inBlock,
  ipNumber,
  ipOfNumber,
  nodeIPs,
  nodePodRange,
  type Pod,
  parseBlock,
} from '../../model/index.ts'
import { getByKey, type State } from '../core/index.ts'
import { isLoopbackAddress, podIPsOf } from './addresses.ts'
import type { ClientSpec } from './client-spec.ts'

/** The address at the same place of the same node's pod range in another family; undefined when there is none. */
export function twinOf(state: State, ip: string, family: IPFamily): string | undefined {
  const { podCIDR, nodes } = state.config
  for (const i of nodes.keys()) {
    const mine = parseBlock(nodePodRange(podCIDR, familyOf(ip), i) ?? '')
    if (!mine || !inBlock(mine, ip)) continue
    const other = parseBlock(nodePodRange(podCIDR, family, i) ?? '')
    return other && ipOfNumber(family, other.first + (ipNumber(ip)! - mine.first))
  }
  return undefined
}

/** The addresses that a client sends from: one of each family that it has, the cluster's primary one first. */
export function addressesOfClient(state: State, client: ClientSpec): readonly string[] {
  const families = familiesOf(state.config)
  if (families.length === 1 && families[0] === 'IPv4') return [client.address]
  if (client.from === 'internet') return families.map((f) => (f === 'IPv4' ? INTERNET_HOST : INTERNET_HOST_V6))
  if (client.from === 'node') {
    const node = state.config.nodes.find((n) => n.name === client.node)
    return node ? nodeIPs(node) : [client.address]
  }
  const pod = client.pod === undefined ? undefined : getByKey<Pod>(state, client.pod)
  if (pod) return podIPsOf(pod)
  return families.flatMap((f) =>
    familyOf(client.address) === f ? client.address : (twinOf(state, client.address, f) ?? []),
  )
}

/** The address that a client sends from to another; undefined when it has none of that family. */
export function sourceFor(own: readonly string[], dst: string): string | undefined {
  const family = familyOf(dst)
  const mine = own.find((ip) => familyOf(ip) === family)
  return mine ?? (isLoopbackAddress(dst) ? dst : undefined)
}

/** RFC 6724, 2.1: blocks, their precedence and their label; the longest block that fits counts. */
const POLICY = [
  ['::1/128', 50, 0],
  ['::/96', 1, 3],
  ['2001::/32', 5, 5],
  ['2002::/16', 30, 2],
  ['3ffe::/16', 1, 12],
  ['fec0::/10', 1, 11],
  ['fc00::/7', 3, 13],
].map(([block, precedence, label]) => ({
  block: parseBlock(block as string)!,
  precedence: precedence as number,
  label: label as number,
}))

const policyOf = (ip: string): { readonly precedence: number; readonly label: number } =>
  familyOf(ip) === 'IPv4'
    ? { precedence: 35, label: 4 }
    : (POLICY.find((p) => inBlock(p.block, ip)) ?? { precedence: 40, label: 1 })

/**
 * Addresses in the order in which a client tries them: those whose label its own address shares, then by precedence; else as they come.
 * RFC 6724, 6: rules 1, 5, 6 and 10. (Rule 9 would undo the name server's shuffling.)
 */
export function inPreferredOrder(addresses: readonly string[], own: readonly string[]): string[] {
  const rank = (ip: string): [number, number] => {
    const { precedence, label } = policyOf(ip)
    const source = isLoopbackAddress(ip) ? ip : sourceFor(own, ip)
    return [source !== undefined && policyOf(source).label === label ? 0 : 1, -precedence]
  }
  return addresses
    .filter((ip) => sourceFor(own, ip) !== undefined)
    .map((ip) => ({ ip, rank: rank(ip) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1])
    .map(({ ip }) => ip)
}
