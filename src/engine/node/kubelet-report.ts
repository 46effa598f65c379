import type { ObjectKey, Pod, PodStatus } from '../../model/index.ts'
import { updateStatus } from '../api/index.ts'
import { getByKey, recordEvent, type State } from '../core/index.ts'
import { runs } from './kubelet-run.ts'
import { podStatus } from './kubelet-status.ts'

/** Write an event about a pod, as the kubelet. */
export function podEvent(
  state: State,
  key: ObjectKey,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent(state, 'kubelet', type, key, reason, message)
}

const same = (a: PodStatus | undefined, b: PodStatus): boolean => {
  if (!a || a.phase !== b.phase || a.podIP !== b.podIP) return false
  const part = (s: PodStatus) => [
    s.conditions,
    s.containerStatuses,
    s.initContainerStatuses,
    s.hostIP,
    s.reason,
    s.message,
    s.startTime,
  ]
  return JSON.stringify(part(a)) === JSON.stringify(part(b))
}

/** Bring the pod's stored status up to date with what runs on the node. Writes nothing when nothing changed. */
export function report(state: State, key: ObjectKey): void {
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  if (!pod || !run || pod.metadata.uid !== run.uid) return
  const status = podStatus(state, pod, run)
  if (!same(pod.status, status)) updateStatus(state, { ...pod, status })
}
