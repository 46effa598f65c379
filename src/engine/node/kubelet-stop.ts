import type { ObjectKey, Pod } from '../../model/index.ts'
import { removeNow } from '../api/index.ts'
import { cancel, getByKey, type Pending, type State, schedule } from '../core/index.ts'
import { preStopOf } from '../workload/index.ts'
import { freeAddress } from './kubelet-address.ts'
import { stopContainer } from './kubelet-containers.ts'
import { endProbes } from './kubelet-probes.ts'
import { podEvent, report } from './kubelet-report.ts'
import { containerKey, counts, type PodRun, runs, specOf, TIMING } from './kubelet-run.ts'
import { forgetServices } from './service-links.ts'

/**
 * A pod was asked to stop. Its ordinary containers run their preStop hooks, then get SIGTERM, and SIGKILL when the grace period ends; sidecars
 * follow; readiness is looked at until the end. k8s pkg/kubelet/kubelet.go SyncTerminatingPod, kuberuntime_container.go killContainer (v1.36)
 */
export function beginStop(state: State, key: ObjectKey, pod: Pod, run: PodRun): void {
  const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
  const killAt = state.now + grace * 1000
  runs(state).set(key, { ...run, stopping: { since: state.now, killAt } })
  cancel(state, 'kubelet.start', key)
  cancel(state, 'kubelet.next', key)
  for (const c of run.containers) {
    cancel(state, 'kubelet.restart', containerKey(key, c.name))
    cancel(state, 'kubelet.kill', containerKey(key, c.name))
    endProbes(state, key, c.name, ['Startup', 'Liveness'])
    if (c.state !== 'running') continue
    podEvent(state, key, 'Normal', 'Killing', `Stopping container ${c.name}`, c.name)
    const container = specOf(pod, c.name)
    if (c.role !== 'sidecar') stopContainer(state, key, pod, c.name, container ? preStopOf(container) : 0, killAt)
  }
  schedule(state, { at: state.now, kind: 'kubelet.stopped', key })
}

/** A container of a stopping pod has gone: sidecars go after the others, the pod after its last container. */
export function onStopped(state: State, task: Pending): void {
  const { key } = task
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  if (!pod || !run?.stopping) return
  const running = run.containers.filter((c) => c.state === 'running')
  if (running.some((c) => c.role !== 'sidecar')) return
  if (running.length > 0) {
    for (const c of running) {
      const container = specOf(pod, c.name)
      stopContainer(state, key, pod, c.name, container ? preStopOf(container) : 0, run.stopping.killAt)
    }
    return
  }
  runs(state).set(key, { ...run, sandbox: false, over: true })
  if (!run.over) counts(state).set(run.node, (counts(state).get(run.node) ?? 1) - 1)
  report(state, key)
  // nothing ran: there is nothing to unmount
  const took = run.containers.some((c) => c.end || c.last) ? TIMING.cleanup : TIMING.exit
  schedule(state, { at: state.now + took, kind: 'kubelet.remove', key })
}

/** The node has cleaned up: the object goes. */
export function onRemove(state: State, task: Pending): void {
  const pod = getByKey<Pod>(state, task.key)
  const run = runs(state).get(task.key)
  if (!pod || !run?.stopping || pod.metadata.uid !== run.uid) return
  forget(state, task.key, run)
  removeNow(state, task.key)
}

/** A pod is no longer on its node: its address is free again. */
export function forget(state: State, key: ObjectKey, run: PodRun): void {
  for (const ip of [run.address, run.secondAddress]) if (ip) freeAddress(state, run.node, ip, key)
  if (!run.over && !run.rejected) counts(state).set(run.node, (counts(state).get(run.node) ?? 1) - 1)
  runs(state).delete(key)
  forgetServices(state, key, run.containers)
  for (const kind of ['start', 'next', 'stopped', 'remove']) cancel(state, `kubelet.${kind}`, key)
  for (const c of run.containers) {
    endProbes(state, key, c.name)
    for (const kind of ['end', 'restart', 'kill']) cancel(state, `kubelet.${kind}`, containerKey(key, c.name))
  }
}
