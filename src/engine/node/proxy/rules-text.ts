import type { State } from '../../core/index.ts'
import { entryOf, servicesOn } from '../../network/index.ts'
import { iptablesText } from './iptables-text.ts'
import { nftablesText } from './nftables-text.ts'
import { plansOf } from './port-plan.ts'

/**
 * What kube-proxy wrote on a node, line by line, from the table that the network routes by: the KUBE lines of `iptables-save` (filter, then
 * nat), or `nft list table ip kube-proxy`. Empty for a node that the cluster does not have.
 */
export function rulesText(state: State, node: string, mode: 'iptables' | 'nftables'): string[] {
  const { nodes, podCIDR, serviceCIDR } = state.config
  const nodeIP = nodes.find((n) => n.name === node)?.internalIP
  if (nodeIP === undefined) return []
  const plans = plansOf(servicesOn(state, node), (id) => entryOf(state, node, id)?.ports ?? [])
  const flags = { nodeIP, clusterCIDR: podCIDR, serviceCIDR }
  return mode === 'nftables' ? nftablesText(plans, node, flags).join('\n').split('\n') : iptablesText(plans, flags)
}
