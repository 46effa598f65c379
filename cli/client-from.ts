import type { Cluster } from '../src/engine/index.ts'
import {
  type ClientView,
  familiesOf,
  INTERNET_HOST,
  INTERNET_HOST_V6,
  ipOfNumber,
  makeKey,
  nodePodRange,
  type Pod,
  parseBlock,
} from '../src/model/index.ts'

export type Client = Parameters<Cluster['send']>[0]

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/

/** Whether `--from` says something that can be understood; else what is wrong with it. */
export function problemOfFrom(from: string): string | undefined {
  const [kind, ...names] = from.split('/')
  const most = { internet: 0, node: 1, pod: 2 }[kind!]
  if (
    most !== undefined &&
    names.length >= Math.min(most, 1) &&
    names.length <= most &&
    names.every((n) => NAME.test(n))
  )
    return undefined
  return `--from ${from}: must be pod/NAME, pod/NAMESPACE/NAME, node/NAME or internet`
}

/**
 * Who asks, for a `from` that `problemOfFrom` has nothing against. A pod that does not exist is made, as the page does: no API object, no
 * labels, an address from the top of a node's range. A text says why nobody can ask from there.
 */
export function clientFrom(cluster: Cluster, from: string): Client | string {
  const key = `client/${from}`
  const [kind, ...names] = from.split('/') as [string, ...string[]]
  const [family] = familiesOf(cluster.config)
  if (kind === 'internet') {
    const address = family === 'IPv6' ? INTERNET_HOST_V6 : INTERNET_HOST
    return { key, from: 'internet', namespace: 'default', address }
  }
  if (kind === 'node') {
    const node = cluster.config.nodes.find((n) => n.name === names[0])
    if (!node) return `there is no node ${names[0]}; nodes are ${cluster.config.nodes.map((n) => n.name).join(', ')}`
    return { key, from: 'node', namespace: 'default', node: node.name, address: node.internalIP }
  }
  const [namespace, name] = names.length === 2 ? [names[0]!, names[1]!] : ['default', names[0]!]
  const podKey = makeKey('Pod', namespace, name)
  const pod = cluster.get<Pod>(podKey)
  if (!pod) return { key, from: 'pod', namespace, ...placeFor(cluster, podKey) }
  const { podIP, phase } = pod.status ?? {}
  const who = `pod ${namespace}/${name}`
  if (phase === 'Succeeded' || phase === 'Failed') return `${who} has ended (${phase}): it asks nothing`
  if (!podIP) return `${who} has no address (${phase ?? 'Pending'}): it asks nothing`
  return { key, from: 'pod', namespace, pod: podKey, node: pod.spec.nodeName, address: podIP }
}

/** The place of a `kind: Client` that is the same pod, else the next that nobody has: node by node in turn, .254 downwards. */
function placeFor(cluster: Cluster, podKey: string): { node: string; address: string } {
  const { nodes, podCIDR } = cluster.config
  const family = familiesOf(cluster.config)[0]!
  const written: readonly ClientView[] = cluster.drain().clients ?? []
  const same = written.find((c) => c.at === podKey)?.address
  const taken = new Set([
    ...written.map((c) => c.address),
    ...cluster.list<Pod>('Pod').map((p) => p.status?.podIP ?? ''),
  ])
  for (let i = 0; ; i++) {
    const nth = i % nodes.length
    const range = parseBlock(nodePodRange(podCIDR, family, nth)!)!
    const address = ipOfNumber(family, range.first + BigInt(254 - Math.floor(i / nodes.length)))
    if (same === undefined ? !taken.has(address) : same === address) return { node: nodes[nth]!.name, address }
  }
}
