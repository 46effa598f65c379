import { familiesOf, type IPFamily, nodeIP, rangeOf } from '../../../model/index.ts'
import type { State } from '../../core/index.ts'
import { entryOf, servicesOn } from '../../network/index.ts'
import { iptablesText } from './iptables-text.ts'
import { nftablesText } from './nftables-text.ts'
import { plansOf } from './port-plan.ts'

/**
 * What kube-proxy wrote on a node, line by line, from the table that the network routes by: the KUBE lines of `iptables-save` (filter, then
 * nat), or `nft list table ip kube-proxy`. A cluster with two families has both, the primary one first; `family` picks one of them (then
 * `ip6tables-save`, or `table ip6`, stand for IPv6). Empty for a node, or a family, that the cluster does not have.
 */
export function rulesText(state: State, node: string, mode: 'iptables' | 'nftables', family?: IPFamily): string[] {
  const families = familiesOf(state.config).filter((f) => family === undefined || f === family)
  if (families.length === 1) return ofFamily(state, node, mode, families[0]!)
  return families.flatMap((f, i) => {
    const lines = ofFamily(state, node, mode, f)
    if (lines.length === 0) return []
    // nft names the family of a table itself
    const head = mode === 'nftables' ? [] : [`# ${f === 'IPv4' ? 'iptables-save' : 'ip6tables-save'}`]
    return [...(i > 0 ? [''] : []), ...head, ...lines]
  })
}

function ofFamily(state: State, node: string, mode: 'iptables' | 'nftables', family: IPFamily): string[] {
  const { nodes, podCIDR, serviceCIDR } = state.config
  const config = nodes.find((n) => n.name === node)
  if (config === undefined) return []
  const flags = {
    family,
    nodeIP: nodeIP(config, family),
    clusterCIDR: rangeOf(podCIDR, family) ?? '',
    serviceCIDR: rangeOf(serviceCIDR, family) ?? '',
  }
  const ports = (id: string) => entryOf(state, node, id)?.ports.filter((p) => p.info.family === family) ?? []
  const plans = plansOf(servicesOn(state, node), ports)
  return mode === 'nftables' ? nftablesText(plans, node, flags).join('\n').split('\n') : iptablesText(plans, flags)
}
