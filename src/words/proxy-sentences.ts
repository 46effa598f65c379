import { nodeName, podName, serviceName } from './names.ts'
import { formatSeconds } from './numbers.ts'
import { count, listOf, type Phrase, say } from './phrase.ts'
import type { ReasonParams } from './reason-params.ts'
import type { SentenceTable } from './sentence-table.ts'

type Narrowed = NonNullable<ReasonParams['proxy.pick']['narrowed']>

const NARROWED: Readonly<Record<Narrowed, string>> = {
  'internal-local': "internalTrafficPolicy Local: only this node's endpoints count",
  'external-local': "externalTrafficPolicy Local: only this node's endpoints count",
  'same-zone': 'trafficDistribution: endpoints of the same zone come first',
  'same-node': 'trafficDistribution: endpoints on the same node come first',
  terminating: 'none is ready: those that terminate but still serve are used',
}

const MASQUERADE: Readonly<Record<NonNullable<ReasonParams['proxy.masquerade']['cause']>, string>> = {
  'external-cluster-policy': ': with externalTrafficPolicy Cluster the answer must come back through this node',
  hairpin: ': a pod cannot answer itself under its own address',
  'not-from-pod-range': ': the client is no pod, so the answer must come back through this node',
  'node-to-pod': ": a node talks to other nodes' pods under its own address",
  other: '',
}

const rewrite = (p: { before?: string; after?: string }): Phrase[] =>
  p.before && p.after ? say` <${p.before} → ${p.after}>` : p.after ? say` to <${p.after}>` : []

/** What the node's proxy, and the balancer before it, decide. */
export const PROXY_SENTENCES: SentenceTable<'proxy' | 'balancer'> = {
  'proxy.pick': (p) => {
    const who = nodeName(p.node)
    const whom = p.endpoint ? say`*${p.endpoint}*` : say`an endpoint`
    const why = p.narrowed ? say`. ${NARROWED[p.narrowed]}` : []
    const among = p.narrowed && p.total && p.count ? say` (${p.count} of ${p.total} could be drawn)` : []
    if (!p.count) return say`${who} draws ${whom}${why}`
    if (p.count === 1) return say`${who} has only ${whom} to send it to${among}${why}`
    return say`${who} draws 1 of ${p.count}: ${whom} (chance 1/${p.count})${why}`
  },
  'proxy.affinity': (p) => {
    const client = p.client ? say`<${p.client}>` : say`this client`
    const whom = p.endpoint ? say`*${p.endpoint}*` : say`the same endpoint`
    const span = p.seconds ? `, until ${formatSeconds(p.seconds)} pass without a request` : ''
    return say`${nodeName(p.node)} remembers ${client}: sessionAffinity ClientIP sends it to ${whom} again${span}`
  },
  'proxy.no-endpoints': (p) => {
    const port = p.portName ? say` for port *${p.portName}*` : []
    return say`${serviceName(p)} has no ready endpoint${port}: ${nodeName(p.node)} refuses the connection`
  },
  'proxy.no-local-endpoints': (p) => {
    const policy = p.policy === 'internal' ? 'internalTrafficPolicy' : 'externalTrafficPolicy'
    const others = p.elsewhere ? `, though other nodes have ${p.elsewhere}` : ''
    return say`${nodeName(p.node)} has no ready endpoint of its own${others}, and ${policy} *Local* allows no other: the packet is dropped`
  },
  'proxy.source-range': (p) => {
    const client = p.client ? say`<${p.client}>` : say`The client`
    const ranges = p.ranges?.length ? say` <${listOf(p.ranges)}>` : []
    return say`${client} is in none of the loadBalancerSourceRanges${ranges}: the packet is dropped`
  },
  'proxy.port-not-on-service': (p) => {
    const port =
      p.port === undefined
        ? say`such port`
        : say`port *${p.port}*${p.protocol && p.protocol !== 'TCP' ? `/${p.protocol}` : ''}`
    const has = p.ports?.length ? say`: it has ${listOf(p.ports)}` : []
    return say`${serviceName(p)} has no ${port}${has}`
  },
  'proxy.external-to-cluster': (p) =>
    say`Asked from within the cluster: ${nodeName(p.node)} takes the short way to ${serviceName(p)} and leaves the balancer out`,
  'proxy.dnat': (p) => {
    const target = p.targetPort === undefined || p.targetPort === '' ? [] : say`, targetPort *${p.targetPort}*`
    return say`The destination is rewritten (DNAT)${rewrite(p)}${target}`
  },
  'proxy.masquerade': (p) => say`The source is rewritten (masquerade)${rewrite(p)}${MASQUERADE[p.cause ?? 'other']}`,
  'proxy.hairpin': (p) => say`${podName(p.pod)} drew itself: the packet turns round on its own node (hairpin)`,
  'proxy.conntrack': (p) => {
    const whom = p.pod ? say`*${p.pod}*` : p.after ? say`<${p.after}>` : say`its endpoint`
    return say`The connection is known (conntrack): it stays with ${whom}, whatever the Service's endpoints are now`
  },
  'balancer.node': (p) => {
    const of = p.nodes?.length ?? p.count ?? 0
    const among =
      p.policy === 'Local'
        ? `, ${of > 1 ? `one of ${of} nodes` : 'the one node'} with a ready pod (externalTrafficPolicy Local)`
        : of > 1
          ? `, one of ${count(of, 'node')}`
          : ''
    return say`The load balancer hands it to ${nodeName(p.node)}${among}`
  },
}
