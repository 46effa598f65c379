import type { Pod } from '../model/index.ts'

/** Why nobody can have a shell in a pod now; undefined: one can. */
export function noShellIn(pod: Pod): string | undefined {
  const { name } = pod.metadata
  const { phase, podIP, containerStatuses = [] } = pod.status ?? {}
  if (phase === 'Succeeded' || phase === 'Failed') return `No shell in ${name}: its containers have ended (${phase}).`
  if (!pod.spec.nodeName) return `No shell in ${name}: it has no node yet, so nothing of it runs.`
  const said = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']
  const container = pod.spec.containers.find((c) => c.name === said) ?? pod.spec.containers[0]
  const state = containerStatuses.find((status) => status.name === container?.name)?.state
  if (state?.waiting) return `No shell in ${name}: its container waits${because(state.waiting.reason)}.`
  if (state?.terminated) return `No shell in ${name}: its container has ended${because(state.terminated.reason)}.`
  return podIP === undefined ? `No shell in ${name}: its container has not started.` : undefined
}

const because = (reason: string | undefined): string => (reason ? ` (${reason})` : '')
