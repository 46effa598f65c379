import type { ContainerStatus, Pod } from './objects.ts'

/** Names the container that kubectl means when nobody names one. k8s kubectl pkg/cmd/util/podcmd/podcmd.go (v1.36) */
export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

/** The container that is meant when none is named: that of the annotation when it is there, else the first; empty: there is none. */
export function defaultContainerOf({ metadata, spec }: Pod): string {
  const said = metadata.annotations?.[DEFAULT_CONTAINER]
  return (spec.containers.find((container) => container.name === said) ?? spec.containers[0])?.name ?? ''
}

export type NotRunning =
  | { readonly why: 'completed'; readonly phase: 'Succeeded' | 'Failed' }
  | { readonly why: 'no-node' }
  /** `state`: what its status says, when it has one. */
  | { readonly why: 'container'; readonly state?: ContainerStatus['state'] }

/** Why no command can run in a container of a pod now; undefined: one can. */
export function whyNotRunning({ spec, status }: Pod, container: string): NotRunning | undefined {
  const { phase, podIP, containerStatuses = [], initContainerStatuses = [] } = status ?? {}
  if (phase === 'Succeeded' || phase === 'Failed') return { why: 'completed', phase }
  if (!spec.nodeName) return { why: 'no-node' }
  const state = [...containerStatuses, ...initContainerStatuses].find((s) => s.name === container)?.state
  const runs = podIP !== undefined && (state === undefined || state.running !== undefined)
  return runs ? undefined : { why: 'container', ...(state && { state }) }
}
