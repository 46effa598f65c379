import type { ObjectKey, Pod } from '../../model/index.ts'
import { replaceStatus } from '../api/index.ts'
import { getByKey, recordEvent, type State } from '../core/index.ts'
import { runs } from './kubelet-run.ts'
import { podStatus } from './kubelet-status.ts'

/** Write an event about a pod, or one of its containers, as the kubelet. k8s pkg/kubelet/container/ref.go fieldPath (v1.36) */
export function podEvent(
  state: State,
  key: ObjectKey,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: string,
): void {
  const isInit =
    container !== undefined && getByKey<Pod>(state, key)?.spec.initContainers?.some((c) => c.name === container)
  const fieldPath = container && `spec.${isInit ? 'initContainers' : 'containers'}{${container}}`
  recordEvent(state, 'kubelet', type, key, reason, message, fieldPath)
}

/** Bring the pod's stored status up to date with what runs on the node. Writes nothing when nothing changed. */
export function report(state: State, key: ObjectKey): void {
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  if (!pod || !run || pod.metadata.uid !== run.uid) return
  replaceStatus(state, key, pod, podStatus(state, pod, run))
}
