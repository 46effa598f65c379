import type { ClusterConfig, NodeConfig } from './catalog.ts'
import { formatIPv4, formatIPv6, parseIPv4, parseIPv6 } from './net.ts'

/** As `spec.ipFamilies` says it. */
export type IPFamily = 'IPv4' | 'IPv6'

export const familyOf = (ip: string): IPFamily => (ip.includes(':') ? 'IPv6' : 'IPv4')

const BITS = { IPv4: 32, IPv6: 128 } as const

/** An address as a number; undefined when the text is none. */
export function ipNumber(ip: string): bigint | undefined {
  const v4 = parseIPv4(ip)
  if (v4 !== undefined) return BigInt(v4)
  return parseIPv6(ip)?.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n)
}

/** The address of a number, in its usual form. */
export function ipOfNumber(family: IPFamily, value: bigint): string {
  if (family === 'IPv4') return formatIPv4(Number(value))
  return formatIPv6(Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(16 * (7 - i))) & 0xffffn)))
}

/** The address that comes n after another. */
export const ipAfter = (ip: string, n: number | bigint): string =>
  ipOfNumber(familyOf(ip), (ipNumber(ip) ?? 0n) + BigInt(n))

/** A block of addresses of either family. */
export interface Block {
  readonly family: IPFamily
  readonly first: bigint
  readonly last: bigint
  readonly bits: number
}

/** `10.0.0.0/8` or `fd00::/64`; undefined when the text is none. The host's bits are dropped. */
export function parseBlock(text: string): Block | undefined {
  const [ip = '', length = '', ...more] = text.split('/')
  const value = ipNumber(ip)
  const family = familyOf(ip)
  const bits = Number(length)
  if (value === undefined || more.length > 0 || !/^\d{1,3}$/.test(length) || bits > BITS[family]) return undefined
  const host = BigInt(BITS[family] - bits)
  const first = (value >> host) << host
  return { family, first, last: first + (1n << host) - 1n, bits }
}

/** A block as Go prints it. */
export const blockText = ({ family, first, bits }: Block): string => `${ipOfNumber(family, first)}/${bits}`

/** Whether an address lies in a block; blocks of the other family hold none. */
export function inBlock(block: Block | undefined, ip: string): boolean {
  if (!block || familyOf(ip) !== block.family) return false
  const value = ipNumber(ip)
  return value !== undefined && value >= block.first && value <= block.last
}

/** `10.244.0.0/16,fd00:10:244::/56`, as kubeadm writes the ranges of a cluster with two families. */
export const rangesOf = (text: string): string[] => text.split(',').map((r) => r.trim())

/** The part of such a text that is of one family; undefined when there is none. */
export const rangeOf = (text: string, family: IPFamily): string | undefined =>
  rangesOf(text).find((r) => familyOf(r) === family)

/** Asked for every packet, of the same few texts. */
const parsed = new Map<string, readonly Block[]>()

function blocksOf(text: string): readonly Block[] {
  let blocks = parsed.get(text)
  if (!blocks) {
    if (parsed.size > 100) parsed.clear()
    blocks = rangesOf(text).flatMap((r) => parseBlock(r) ?? [])
    parsed.set(text, blocks)
  }
  return blocks
}

/** Whether an address lies in one of the ranges of such a text. */
export const inRanges = (text: string, ip: string): boolean => blocksOf(text).some((b) => inBlock(b, ip))

/** Every pod asks for them anew; a configuration does not change. */
const families = new WeakMap<object, readonly IPFamily[]>()

/** The cluster's families, the primary one first: the order of its ranges. */
export function familiesOf(config: Pick<ClusterConfig, 'serviceCIDR'>): readonly IPFamily[] {
  let known = families.get(config)
  if (!known) {
    known = Object.freeze(rangesOf(config.serviceCIDR).map(familyOf))
    families.set(config, known)
  }
  return known
}

/** The address that the n-th node (from 0) has unless it is given one: its digits are those of the other family's. */
export const defaultNodeIP = (family: IPFamily, n: number): string =>
  family === 'IPv4' ? ipAfter('172.18.0.11', n) : `fd00:172:18::${n + 11}`

/** A node's addresses, the primary one first. */
export const nodeIPs = ({ internalIP, secondaryIP }: NodeConfig): readonly string[] =>
  secondaryIP === undefined ? [internalIP] : [internalIP, secondaryIP]

/** A node's address of a family; '' when it has none. */
export const nodeIP = (node: NodeConfig, family: IPFamily): string =>
  nodeIPs(node).find((ip) => familyOf(ip) === family) ?? ''

/** The range of the pods that the n-th node (from 0) hands out: /24, or /64 in IPv6 (kube-controller-manager's default mask sizes). */
export function nodePodRange(podCIDR: string, family: IPFamily, n: number): string | undefined {
  const block = parseBlock(rangeOf(podCIDR, family) ?? '')
  if (!block) return undefined
  const host = family === 'IPv4' ? 8n : 64n
  return `${ipOfNumber(family, block.first + (BigInt(n + 1) << host))}/${family === 'IPv4' ? 24 : 64}`
}

/** A configuration whose nodes have an address of each of the cluster's families. */
export function withNodeAddresses(config: ClusterConfig): ClusterConfig {
  const families = familiesOf(config)
  const complete = config.nodes.every(
    (n) => families.every((f) => nodeIP(n, f) !== '') && familyOf(n.internalIP) === families[0],
  )
  if (complete) return config
  const nodes = config.nodes.map((node, i): NodeConfig => {
    const [internalIP = '', secondaryIP] = families.map((f) => nodeIP(node, f) || defaultNodeIP(f, i))
    const { secondaryIP: _, ...rest } = node
    return { ...rest, internalIP, ...(secondaryIP !== undefined && { secondaryIP }) }
  })
  return { ...config, nodes }
}
