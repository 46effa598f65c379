import type { ObjectKey, Pod } from '../../model/index.ts'
import { removeNow } from '../api/index.ts'
import { type Change, type Component, getByKey, type Pending, type State, schedule } from '../core/index.ts'
import { fixedPhase, holdsWhenTerminating } from '../workload/index.ts'
import { admit } from './kubelet-admit.ts'
import { onEnd, onKill, onNext, onRestart, onStart, planEnd, settlePhase } from './kubelet-containers.ts'
import { onProbe, wakeProbes } from './kubelet-probes.ts'
import { report } from './kubelet-report.ts'
import { containerKey, nodeNumber, runs, specOf, TIMING } from './kubelet-run.ts'
import { beginStop, forget, onRemove, onStopped } from './kubelet-stop.ts'
import { watchServices } from './service-links.ts'

/** What the kubelet has to look at again: not what it wrote itself. */
function concerns({ before, after }: Change): boolean {
  const old = before as Pod | undefined
  const pod = after as Pod | undefined
  if (!pod) return old?.spec.nodeName !== undefined
  if (!pod.spec.nodeName) return false
  if (!old) return true
  return (
    old.spec !== pod.spec ||
    old.metadata.annotations !== pod.metadata.annotations ||
    old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    old.metadata.uid !== pod.metadata.uid ||
    (pod.spec.readinessGates !== undefined && old.status?.conditions !== pod.status?.conditions)
  )
}

function watch(state: State, change: Change): void {
  watchServices(state, change)
  if (change.kind !== 'Pod' || !concerns(change)) return
  const node = ((change.after ?? change.before) as Pod).spec.nodeName!
  if (nodeNumber(state, node) === undefined) return
  schedule(state, { at: state.now + TIMING.notice, kind: 'kubelet.sync', key: change.key })
}

/** Look at a pod anew: it came, changed, was asked to stop, or has gone. */
function onSync(state: State, task: Pending): void {
  const { key } = task
  const pod = getByKey<Pod>(state, key)
  const old = runs(state).get(key)
  if (old && old.uid !== pod?.metadata.uid) forget(state, key, old)
  if (!pod?.spec.nodeName || nodeNumber(state, pod.spec.nodeName) === undefined) return
  const run = runs(state).get(key)
  const asked = pod.metadata.deletionTimestamp !== undefined
  if (!run) {
    if (asked) removeNow(state, key)
    else if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') admit(state, key, pod)
    return
  }
  if (asked && !run.stopping && !holdsWhenTerminating(pod)) beginStop(state, key, pod, run)
  else if (!run.rejected && !run.stopping) adjust(state, key, pod)
  wakeProbes(state, key, pod)
  report(state, key)
}

/** A running pod's annotations or images changed. */
function adjust(state: State, key: ObjectKey, pod: Pod): void {
  const run = runs(state).get(key)
  if (!run || run.over) return
  if (run.address === '' && fixedPhase(pod) === undefined) {
    // it was held at Pending, and is let go
    forget(state, key, run)
    admit(state, key, pod)
    return
  }
  if (run.sandbox) settlePhase(state, key, pod)
  for (const c of runs(state).get(key)?.containers ?? []) {
    if (c.state !== 'running') continue
    const image = specOf(pod, c.name)?.image ?? ''
    if (image !== c.image && !c.killing) {
      const data = `Container ${c.name} definition changed`
      schedule(state, { at: state.now, kind: 'kubelet.kill', key: containerKey(key, c.name), data })
    } else if (c.role === 'main') planEnd(state, key, pod, c.name)
  }
}

/** The kubelets of all nodes: pods get addresses, start, are probed, and stop. */
export const kubelet: Component = {
  name: 'kubelet',
  watch,
  handlers: {
    'kubelet.sync': onSync,
    'kubelet.start': onStart,
    'kubelet.next': onNext,
    'kubelet.end': onEnd,
    'kubelet.restart': onRestart,
    'kubelet.kill': onKill,
    'kubelet.probe': onProbe,
    'kubelet.stopped': onStopped,
    'kubelet.remove': onRemove,
  },
}
