import type { Command } from './command.ts'

/** kube-proxy's own writing on a node. */
export const rules: Command = {
  name: 'rules',
  summary: "kube-proxy's rules of a node, as iptables-save or nft lists them",
  usage: 'FILES… --node NODE',
  flags: [{ name: 'node', type: 'string' }],
  help: { '--node NODE': 'the node whose rules are printed (default: the first)' },
  run: ({ cluster, flags, out, err }) => {
    const node = flags.text('node') || cluster.config.nodes[0]!.name
    if (!cluster.config.nodes.some((n) => n.name === node)) {
      err(`there is no node ${node}; nodes are ${cluster.config.nodes.map((n) => n.name).join(', ')}\n`)
      return 2
    }
    const lines = cluster.rules(node)
    out(flags.on('json') ? `${JSON.stringify(lines, undefined, 2)}\n` : `${lines.join('\n')}\n`)
    return 0
  },
}
