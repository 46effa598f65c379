import {
  familiesOf,
  familyOf,
  type IPFamily,
  ipNumber,
  ipOfNumber,
  type Node,
  nodePodRange,
  type ObjectKey,
  parseBlock,
} from '../../model/index.ts'
import { get, type State } from '../core/index.ts'
import { addresses, lowest, nodeNumber } from './kubelet-run.ts'

interface Range {
  readonly first: bigint
  readonly size: bigint
}
/** The ranges that a node's podCIDRs name. */
const ranges = new WeakMap<Node, Map<IPFamily, Range | undefined>>()

function ownRange(node: Node | undefined, family: IPFamily): Range | undefined {
  if (!node) return undefined
  let known = ranges.get(node)
  if (!known) {
    known = new Map()
    ranges.set(node, known)
  }
  if (!known.has(family)) {
    const { podCIDR, podCIDRs } = node.spec ?? {}
    known.set(family, rangeOfBlock((podCIDRs ?? [podCIDR ?? '']).map(parseBlock).find((b) => b?.family === family)))
  }
  return known.get(family)
}

const rangeOfBlock = (block: ReturnType<typeof parseBlock>): Range | undefined =>
  block && { first: block.first, size: block.last - block.first + 1n }

/** A range that a node hands out: one of its podCIDRs, or block N of the cluster's. */
function rangeOf(state: State, node: string, family: IPFamily): Range | undefined {
  const own = ownRange(get<Node>(state, 'Node', '', node), family)
  if (own) return own
  const number = nodeNumber(state, node)
  const all = number === undefined ? undefined : nodePodRange(state.config.podCIDR, family, number - 1)
  return all === undefined ? undefined : rangeOfBlock(parseBlock(all))
}

const lowestKey = (node: string, family: IPFamily): string => (family === 'IPv4' ? node : `${node} ${family}`)

/**
 * Give the pod the lowest free address of each of its node's ranges, from .2 up (.0 names the range, .1 is the bridge): one of each family,
 * the primary one first. undefined when a range is used up.
 */
export function takeAddresses(state: State, node: string, key: ObjectKey): readonly string[] | undefined {
  const out: string[] = []
  for (const family of familiesOf(state.config)) {
    const ip = takeAddress(state, node, family, key)
    if (ip === undefined) {
      for (const given of out) freeAddress(state, node, given, key)
      return undefined
    }
    out.push(ip)
  }
  return out
}

function takeAddress(state: State, node: string, family: IPFamily, key: ObjectKey): string | undefined {
  const range = rangeOf(state, node, family)
  if (!range) return undefined
  const taken = addresses(state)
  const at = lowestKey(node, family)
  const last = range.size < 65_536n ? Number(range.size) - 1 : 65_536
  for (let n = lowest(state).get(at) ?? 2; n < last; n++) {
    const ip = ipOfNumber(family, range.first + BigInt(n))
    if (taken.has(ip)) continue
    taken.set(ip, key)
    lowest(state).set(at, n + 1)
    return ip
  }
  return undefined
}

/** Take an address of a pod back. */
export function freeAddress(state: State, node: string, ip: string, key: ObjectKey): void {
  if (addresses(state).get(ip) !== key) return
  addresses(state).delete(ip)
  const family = familyOf(ip)
  const range = rangeOf(state, node, family)
  const value = ipNumber(ip)
  if (!range || value === undefined) return
  const n = Number(value - range.first)
  const at = lowestKey(node, family)
  if (n < (lowest(state).get(at) ?? 2)) lowest(state).set(at, n)
}
