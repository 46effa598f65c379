import { POD_STATES, type PodCounts, type PodState, portWords, type SceneNode } from '../../scene/index.ts'
import { plainText, sentence } from '../../words/index.ts'

export const STATE_WORDS: Readonly<Record<PodState, string>> = {
  ready: 'ready',
  'not-ready': 'not ready',
  terminating: 'terminating',
  pending: 'pending',
  crash: 'failing',
  finished: 'finished',
  failed: 'failed',
}

export const DOOR_WORDS = {
  'load-balancer': 'Load balancer',
  'node-port': 'Node port',
  'external-ip': 'External IP',
  node: 'Node',
} as const

/** "12 pods, 11 ready": what a tile and a screen reader say. */
export function countWords(counts: PodCounts, total: number): string {
  if (total === 0) return 'no pods'
  const parts = POD_STATES.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${STATE_WORDS[state]}`)
  return [`${total} ${total === 1 ? 'pod' : 'pods'}`, ...parts].join(', ')
}

/** The name of a node of the picture for a screen reader: kind, name, state. */
export function nodeLabel(node: SceneNode): string {
  const list = (...parts: readonly (string | undefined | false)[]) => parts.filter(Boolean).join(', ')
  switch (node.type) {
    case 'client':
      return list(
        `${node.client.terminal ? 'Terminal at' : 'Client'} ${node.client.name}`,
        node.client.from === 'internet' ? 'on the internet' : node.where,
        node.namespace && `namespace ${node.namespace}`,
        `${node.client.terminal ? 'asked' : 'asks'} ${node.client.url}`,
        node.client.madeUp && 'made up for you',
      )
    case 'door':
      return list(
        DOOR_WORDS[node.door],
        node.pending ? 'address pending' : node.lines.join(', '),
        serviceOf(node.service),
      )
    case 'service':
      return list(
        `Service ${node.name}`,
        `${node.serviceType} ${node.address}`.trim(),
        ...node.ports.map((p) => `port ${portWords(p).replace('→', 'to')}, ${p.ready} of ${p.total} ready`),
        node.trouble && `${node.trouble.severity === 'error' ? 'problem' : 'warning'}: ${node.trouble.word}`,
        node.note && plainText(sentence(node.note)),
      )
    case 'group':
      return list(
        node.key ? `${node.kind} ${node.name}` : 'Pods without a workload',
        countWords(node.counts, node.total),
        node.trouble && `${node.trouble.severity === 'error' ? 'problem' : 'warning'}: ${node.trouble.word}`,
      )
    case 'pod':
      return list(
        `Pod ${node.name}`,
        STATE_WORDS[node.state],
        node.detail !== STATE_WORDS[node.state] && !node.detail.startsWith(':') && node.detail,
        node.ip,
        node.node && `on ${node.node}`,
      )
    case 'fold':
      return `Show each of the ${countWords(node.counts, node.dots.length)}`
    case 'outside':
      return list(`Outside the cluster: ${node.name}`, node.address !== node.name && node.address)
    case 'machine':
      return list(
        node.name ? `Node ${node.name}` : 'Not on a node yet',
        node.zone,
        node.address,
        !node.ready && 'not ready',
        !node.schedulable && 'cordoned',
        countWords(node.counts, node.total),
      )
    case 'shelf':
      return 'Not simulated'
  }
}

const serviceOf = (key: string | undefined): string | undefined => key && `of Service ${key.split('/').pop()}`

/** A reason such as CrashLoopBackOff, at a capital in the middle, so that it fits where an address would stand. */
export function inTwoLines(reason: string): readonly [string, string] {
  const cut = [...reason.matchAll(/[a-z](?=[A-Z])/g)].map((m) => m.index + 1)
  if (reason.length <= 13 || cut.length === 0) return ['', reason]
  const middle = cut.reduce((best, at) =>
    Math.abs(at - reason.length / 2) <= Math.abs(best - reason.length / 2) ? at : best,
  )
  return [reason.slice(0, middle), reason.slice(middle)]
}
