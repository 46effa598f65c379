import type { Pod, Protocol } from '../../model/index.ts'
import type { State } from '../core/index.ts'
import { type Listener, listeningOf } from './listeners.ts'

/** What a packet for a port of a pod finds there. */
export interface Socket {
  readonly state: 'listening' | 'loopback-only' | 'assumed' | 'not-listening'
  /** The socket, when there is one (also one that only the pod itself reaches, or whose container does not run). */
  readonly listener?: Listener
  /** The container that would listen there and does not run now. */
  readonly stopped?: string
  /** Where the pod listens instead, on this protocol. */
  readonly others: readonly number[]
}

/** Whether a container of the pod runs; a pod whose status says nothing about its containers is taken to run. */
export function containerRuns(pod: Pod, container: string): boolean {
  const { phase } = pod.status ?? {}
  if (phase === 'Succeeded' || phase === 'Failed') return false
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  const status = statuses.find((s) => s.name === container)
  return status?.state === undefined ? phase !== 'Pending' : status.state.running !== undefined
}

/**
 * What listens on a port of a pod now. `from: 'self'` asks from inside the pod, where loopback is reached too. `runs` says which containers
 * run, for who knows better than the stored status (the kubelet).
 */
export function socketFor(
  state: State,
  pod: Pod,
  protocol: Protocol,
  port: number,
  from: 'network' | 'self' = 'network',
  runs: (container: string) => boolean = (container) => containerRuns(pod, container),
): Socket {
  const { listeners, unknown } = listeningOf(pod, state.config.undeclaredPorts)
  const same = listeners.filter((l) => l.protocol === protocol)
  const running = same.filter((l) => runs(l.container))
  const others = [...new Set(running.filter((l) => l.address === 'all' && l.port !== port).map((l) => l.port))].sort(
    (a, b) => a - b,
  )
  const here = (list: readonly Listener[]) => {
    const found = list.filter((l) => l.port === port)
    return found.find((l) => l.address === 'all') ?? found[0]
  }
  const listener = here(running)
  if (listener) {
    const reached = listener.address === 'all' || from === 'self'
    return { state: reached ? 'listening' : 'loopback-only', listener, others }
  }
  const down = here(same)
  if (down) return { state: 'not-listening', listener: down, stopped: down.container, others }
  const first = pod.spec.containers[0]?.name ?? ''
  if (unknown) return runs(first) ? { state: 'assumed', others } : { state: 'not-listening', stopped: first, others }
  return { state: 'not-listening', others }
}
