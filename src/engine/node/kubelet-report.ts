import type { ObjectKey, Pod } from '../../model/index.ts'
import { replaceStatus } from '../api/index.ts'
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

/** Bring the pod's stored status up to date with what runs on the node. Writes nothing when nothing changed. */
export function report(state: State, key: ObjectKey): void {
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  if (!pod || !run || pod.metadata.uid !== run.uid) return
  replaceStatus(state, key, pod, podStatus(state, pod, run))
}
