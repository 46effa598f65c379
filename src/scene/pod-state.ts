import { isPodReady, type Pod } from '../model/index.ts'
import type { PodCounts, PodState } from './scene.ts'

/** A waiting container that kubelet tries again and again: kubectl shows these reasons as the pod's status. */
const TROUBLE = /BackOff$|^Err|^Invalid|^CreateContainer|Error$/

/**
 * The one state that the picture shows for a pod, the most pressing first.
 * k8s pkg/printers/internalversion/printers.go printPod (v1.36) is how kubectl boils a pod down to a word.
 */
export function podState(pod: Pod): PodState {
  const { status, metadata } = pod
  if (metadata.deletionTimestamp) return 'terminating'
  if (status?.phase === 'Succeeded') return 'finished'
  if (status?.phase === 'Failed') return 'failed'
  if (troubleOf(pod)) return 'crash'
  if (isPodReady(pod)) return 'ready'
  return status?.phase === 'Running' ? 'not-ready' : 'pending'
}

function troubleOf(pod: Pod): string | undefined {
  for (const container of [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]) {
    const waiting = container.state?.waiting?.reason
    if (waiting && TROUBLE.test(waiting)) return waiting
    const ended = container.state?.terminated
    if (ended && ended.exitCode !== 0) return ended.reason ?? 'Error'
  }
  return undefined
}

/** One short line below its address: the port it declares when all is well, else what keeps it. At most about 16 characters. */
export function podDetail(pod: Pod, state: PodState): string {
  if (state === 'terminating') return 'terminating'
  if (state === 'crash') return troubleOf(pod)!
  if (state === 'finished') return 'Completed'
  if (state === 'failed') return pod.status?.reason ?? 'Failed'
  if (state === 'not-ready') return 'not ready'
  if (state === 'pending') return pod.spec.nodeName ? waitingWord(pod) : 'not scheduled'
  const ports = pod.spec.containers.flatMap((c) => c.ports ?? []).map((p) => `:${p.containerPort}`)
  const shown = [...new Set(ports)]
  return shown.length > 2 ? `${shown.slice(0, 2).join(' ')} …` : shown.join(' ')
}

function waitingWord(pod: Pod): string {
  const reason = pod.status?.containerStatuses?.find((c) => c.state?.waiting?.reason)?.state?.waiting?.reason
  return reason === 'ContainerCreating' || !reason ? 'starting' : reason
}

export const POD_STATES: readonly PodState[] = [
  'ready',
  'not-ready',
  'pending',
  'crash',
  'failed',
  'terminating',
  'finished',
]

/** How many pods are in each state. */
export function countStates(states: Iterable<PodState>): PodCounts {
  const counts = { ready: 0, 'not-ready': 0, terminating: 0, pending: 0, crash: 0, finished: 0, failed: 0 }
  for (const state of states) counts[state]++
  return counts
}

/** What tells a pod from the others of its workload: the part after the workload's name, `-x7k2p`. Ordinals keep the whole name. */
export function shortPodName(pod: Pod, workload: string | undefined): string {
  const name = pod.metadata.name
  if (!workload || !name.startsWith(`${workload}-`) || /-\d+$/.test(name)) return name
  return name.slice(name.lastIndexOf('-'))
}
