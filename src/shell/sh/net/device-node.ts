import { podOf } from '../place.ts'
import type { ToolContext } from '../tool.ts'

/** The node whose devices are seen from here: processes in their node's network see those of the node. */
export function deviceNode(c: ToolContext): string | undefined {
  if (c.place.type === 'node') return c.place.node
  const pod = podOf(c.place, c.cluster)
  return pod?.spec.hostNetwork ? pod.spec.nodeName : undefined
}
