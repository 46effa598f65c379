import { OK, writeJson, wrong } from './command.ts'
import { onCluster } from './on-cluster.ts'

/** kube-proxy's own writing on a node. */
export const rules = onCluster({
  name: 'rules',
  summary: "kube-proxy's rules of a node, as iptables-save or nft lists them",
  usage: 'FILES… [--node NODE]',
  flags: [{ name: 'node', type: 'string' }],
  help: { '--node NODE': 'the node whose rules are printed (default: the first)' },
  notes: 'A kind: Cluster with proxyMode: nftables prints the nftables of that node. With --json: a list of lines.',
  examples: ['rules app.yaml --node node-1', 'rules app.yaml --cluster nftables.yaml --node node-2'],
  run: ({ cluster, flags, io }) => {
    const nodes = cluster.config.nodes.map((n) => n.name)
    const node = flags.maybe('node') ?? nodes[0]!
    if (!nodes.includes(node)) return wrong(io, `there is no node ${node}; nodes are ${nodes.join(', ')}`)
    const lines = cluster.rules(node)
    if (flags.on('json')) writeJson(io, lines)
    else io.out(lines.map((line) => `${line}\n`).join(''))
    return OK
  },
})
