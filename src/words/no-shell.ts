import { defaultContainerOf, type Pod, whyNotRunning } from '../model/index.ts'

/** Why nobody can have a shell in a pod now; undefined: one can. */
export function noShellIn(pod: Pod): string | undefined {
  const not = whyNotRunning(pod, defaultContainerOf(pod))
  if (!not) return undefined
  const head = `No shell in ${pod.metadata.name}:`
  if (not.why === 'completed') return `${head} its containers have ended (${not.phase}).`
  if (not.why === 'no-node') return `${head} it has no node yet, so nothing of it runs.`
  if (not.state?.waiting) return `${head} its container waits${because(not.state.waiting.reason)}.`
  if (not.state?.terminated) return `${head} its container has ended${because(not.state.terminated.reason)}.`
  return `${head} its container has not started.`
}

const because = (reason: string | undefined): string => (reason ? ` (${reason})` : '')
