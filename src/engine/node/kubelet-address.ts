import { formatIPv4, type Node, type ObjectKey, parseCidr } from '../../model/index.ts'
import { get, type State } from '../core/index.ts'
import { addresses, lowest, nodeNumber } from './kubelet-run.ts'

/** The range that a node hands out: its podCIDR, or block N of the cluster's. */
function rangeOf(state: State, node: string): { readonly base: number; readonly size: number } | undefined {
  const own = parseCidr(get<Node>(state, 'Node', '', node)?.spec?.podCIDR ?? '')
  if (own) return { base: own.base, size: 2 ** (32 - own.bits) }
  const all = parseCidr(state.config.podCIDR)
  const number = nodeNumber(state, node)
  return all && number !== undefined ? { base: all.base + number * 256, size: 256 } : undefined
}

/**
 * Give the pod the lowest free address of its node's range, from .2 up (.0 names the range, .1 is the bridge). undefined when the range
 * is used up.
 */
export function takeAddress(state: State, node: string, key: ObjectKey): string | undefined {
  const range = rangeOf(state, node)
  if (!range) return undefined
  const taken = addresses(state)
  for (let n = lowest(state).get(node) ?? 2; n < range.size - 1; n++) {
    const ip = formatIPv4(range.base + n)
    if (taken.has(ip)) continue
    taken.set(ip, key)
    lowest(state).set(node, n + 1)
    return ip
  }
  return undefined
}

/** Take a pod's address back. */
export function freeAddress(state: State, node: string, ip: string, key: ObjectKey): void {
  if (addresses(state).get(ip) !== key) return
  addresses(state).delete(ip)
  const range = rangeOf(state, node)
  const parts = parseCidr(`${ip}/32`)
  if (!range || !parts) return
  const n = parts.base - range.base
  if (n < (lowest(state).get(node) ?? 2)) lowest(state).set(node, n)
}
