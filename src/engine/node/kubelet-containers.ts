import type { Ms, ObjectKey, Pod } from '../../model/index.ts'
import { cancel, getByKey, type Pending, type State, schedule } from '../core/index.ts'
import { crashOf, exitOf, fixedPhase, sigtermOf } from '../workload/index.ts'
import { beginProbes, endProbes } from './kubelet-probes.ts'
import { podEvent, report } from './kubelet-report.ts'
import {
  type ContainerRun,
  containerKey,
  counts,
  type PodRun,
  runs,
  setContainer,
  specOf,
  splitContainerKey,
  TIMING,
} from './kubelet-run.ts'
import { restarts } from './kubelet-status.ts'
import { rememberServices } from './service-links.ts'

/** How a container ends, as the data of its task. */
export interface End {
  readonly exitCode: number
}

const find = (state: State, key: ObjectKey, name: string): ContainerRun | undefined =>
  runs(state)
    .get(key)
    ?.containers.find((c) => c.name === name)

/** The sandbox is up: the pod has its address, and its first containers start. */
export function onStart(state: State, task: Pending): void {
  const { key } = task
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  if (!pod || !run || run.stopping || run.sandbox || run.over) return
  runs(state).set(key, { ...run, sandbox: true })
  startNext(state, key, pod)
  settlePhase(state, key, pod)
  report(state, key)
}

/** A container before the next one has got far enough. */
export function onNext(state: State, task: Pending): void {
  const pod = getByKey<Pod>(state, task.key)
  const run = runs(state).get(task.key)
  if (!pod || !run || run.stopping || !run.sandbox) return
  startNext(state, task.key, pod)
  report(state, task.key)
}

/**
 * Start what may start: init containers one after the other, each after the one before has ended well (a sidecar: has started); then all
 * ordinary containers. k8s pkg/kubelet/kuberuntime/kuberuntime_manager.go computeInitContainerActions (v1.36)
 */
function startNext(state: State, key: ObjectKey, pod: Pod): void {
  for (const { name, role } of runs(state).get(key)?.containers ?? []) {
    if (role === 'main') continue
    const c = find(state, key, name)
    if (c && isFresh(c)) startContainer(state, key, pod, c)
    const now = find(state, key, name)
    const done = role === 'init' ? now?.state === 'terminated' && now.end?.exitCode === 0 : now?.started
    if (!done) return
  }
  for (const { name, role } of runs(state).get(key)?.containers ?? []) {
    const c = find(state, key, name)
    if (role === 'main' && c && isFresh(c)) startContainer(state, key, pod, c)
  }
}

const isFresh = (c: ContainerRun) => c.state === 'waiting' && !c.last

/** Start a container, for the first time or again. */
function startContainer(state: State, key: ObjectKey, pod: Pod, c: ContainerRun): void {
  const container = specOf(pod, c.name)
  const run = runs(state).get(key)
  if (!container || !run) return
  const image = container.image ?? ''
  podEvent(
    state,
    key,
    'Normal',
    'Pulled',
    `Container image "${image}" already present on machine and can be accessed by the pod`,
    c.name,
  )
  podEvent(state, key, 'Normal', 'Created', 'Container created', c.name)
  podEvent(state, key, 'Normal', 'Started', 'Container started', c.name)
  const again = c.last !== undefined || c.end !== undefined
  const fresh: ContainerRun = {
    name: c.name,
    role: c.role,
    state: 'running',
    image,
    reason: '',
    startedAt: state.now,
    last: c.end ?? c.last,
    restarts: again ? c.restarts + 1 : 0,
    started: true,
    backOff: c.backOff,
  }
  rememberServices(state, key, pod.metadata.namespace ?? '', c.name)
  setContainer(state, key, beginProbes(state, key, pod, run, fresh))
  planEnd(state, key, pod, c.name)
}

/** When a running container ends by itself: an init container soon, others as the annotations say. */
export function planEnd(state: State, key: ObjectKey, pod: Pod, name: string): void {
  const c = find(state, key, name)
  if (c?.state !== 'running' || c.killing) return
  const id = containerKey(key, name)
  if (c.role === 'init') endAt(state, id, c.startedAt + TIMING.init, 0, false)
  if (c.role !== 'main') return
  const isFirst = pod.spec.containers[0]?.name === name
  const endings = [exitOf(pod), isFirst ? crashOf(pod) : undefined].filter((e) => e !== undefined)
  const next = endings.sort((a, b) => a.after - b.after)[0]
  if (next) endAt(state, id, c.startedAt + Math.max(next.after, TIMING.exit), next.exitCode, next.after > 0)
  else cancel(state, 'kubelet.end', id)
}

function endAt(state: State, id: string, at: Ms, exitCode: number, waits: boolean): void {
  const data: End = { exitCode }
  schedule(state, { at, kind: 'kubelet.end', key: id, data, waits }, true)
}

/** Ask a container to stop: SIGTERM now, SIGKILL at `killAt`. */
export function stopContainer(state: State, key: ObjectKey, pod: Pod, name: string, after: Ms, killAt: Ms): void {
  const term = sigtermOf(pod)
  const takes =
    term.does === 'exit'
      ? TIMING.exit
      : term.does === 'drain'
        ? Math.max(term.for, TIMING.exit)
        : Number.POSITIVE_INFINITY
  const at = state.now + after + takes
  // somebody's "drain 5s", a hook that sleeps, or the grace period: a cluster is at rest while they run
  const waits = after > 0 || takes > TIMING.exit
  if (at > killAt) endAt(state, containerKey(key, name), killAt, 137, waits)
  else endAt(state, containerKey(key, name), at, 0, waits)
}

/** A container is killed because of a probe or a changed image, and started again. */
export function onKill(state: State, task: Pending): void {
  const [key, name] = splitContainerKey(task.key)
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  const c = find(state, key, name)
  if (!pod || !run || run.stopping || !c || c.state !== 'running' || c.killing) return
  const policy = specOf(pod, name)?.restartPolicy ?? pod.spec.restartPolicy ?? 'Always'
  const again = String(task.data).endsWith('definition changed') || policy !== 'Never'
  const words = again ? `${task.data}, will be restarted` : String(task.data)
  podEvent(state, key, 'Normal', 'Killing', words, name)
  setContainer(state, key, { ...c, killing: again })
  stopContainer(state, key, pod, name, 0, state.now + (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000)
}

/** A container's process has ended. */
export function onEnd(state: State, task: Pending): void {
  const [key, name] = splitContainerKey(task.key)
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  const c = find(state, key, name)
  if (!pod || !run || !c || c.state !== 'running') return
  const { exitCode } = task.data as End
  const end = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: c.startedAt,
    finishedAt: state.now,
  }
  endProbes(state, key, name)
  setContainer(state, key, { ...c, state: 'terminated', end, started: false, killing: undefined })
  if (run.stopping) schedule(state, { at: state.now, kind: 'kubelet.stopped', key })
  else if (c.killing || restarts(pod, specOf(pod, name), exitCode)) {
    // an init container that ended well is done, whatever its restart policy
    const done = c.role === 'init' && exitCode === 0
    schedule(state, {
      at: state.now + TIMING.relist,
      kind: done ? 'kubelet.next' : 'kubelet.restart',
      key: done ? key : task.key,
    })
  } else if (c.role === 'init' && exitCode === 0)
    schedule(state, { at: state.now + TIMING.relist, kind: 'kubelet.next', key })
  else settlePhase(state, key, pod)
  report(state, key)
}

/** An ended container is to run again: now, or after its back-off. k8s kuberuntime_manager.go doBackOff, client-go flowcontrol/backoff.go (v1.36) */
export function onRestart(state: State, task: Pending): void {
  const [key, name] = splitContainerKey(task.key)
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  const c = find(state, key, name)
  if (!pod || !run || run.stopping || run.over || !c || c.state === 'running') return
  const finishedAt = (c.end ?? c.last)?.finishedAt ?? state.now
  const expired = c.backOff && finishedAt - c.backOff.since > 2 * TIMING.maxBackOff
  if (c.backOff && !expired && state.now - finishedAt < c.backOff.delay) {
    const where = `${name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
    podEvent(state, key, 'Warning', 'BackOff', `Back-off restarting failed container ${where}`, name)
    const message = `back-off ${seconds(c.backOff.delay)} restarting failed container=${name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
    setContainer(state, key, {
      ...c,
      state: 'waiting',
      reason: 'CrashLoopBackOff',
      message,
      last: c.end ?? c.last,
      end: undefined,
    })
    schedule(state, { at: finishedAt + c.backOff.delay, kind: 'kubelet.restart', key: task.key, waits: true })
  } else {
    const delay = c.backOff && !expired ? Math.min(c.backOff.delay * 2, TIMING.maxBackOff) : TIMING.backOff
    startContainer(state, key, pod, { ...c, backOff: { delay, since: state.now } })
  }
  report(state, key)
}

/** 10s, 1m20s, 5m0s: Go's time.Duration in words. */
function seconds(ms: Ms): string {
  const s = Math.round(ms / 1000)
  return s < 60 ? `${s}s` : `${Math.floor(s / 60)}m${s % 60}s`
}

/** A pod whose containers have all ended for good is over: its sandbox goes, its address stays until it is deleted. */
export function settlePhase(state: State, key: ObjectKey, pod: Pod): void {
  const run = runs(state).get(key)
  if (!run || run.over) return
  const fixed = fixedPhase(pod)
  const failedInit = run.containers.some(
    (c) =>
      c.role === 'init' &&
      c.state === 'terminated' &&
      c.end!.exitCode !== 0 &&
      !restarts(pod, specOf(pod, c.name), c.end!.exitCode),
  )
  const main = run.containers.filter((c) => c.role === 'main')
  const allEnded = main.every(
    (c) => c.state === 'terminated' && !c.killing && !restarts(pod, specOf(pod, c.name), c.end!.exitCode),
  )
  if (fixed === 'Succeeded' || fixed === 'Failed') finish(state, key, run, fixed === 'Failed' ? 1 : 0)
  else if (failedInit || allEnded) finish(state, key, run, 0)
}

function finish(state: State, key: ObjectKey, run: PodRun, exitCode: number): void {
  const containers = run.containers.map((c): ContainerRun => {
    endProbes(state, key, c.name)
    cancel(state, 'kubelet.end', containerKey(key, c.name))
    cancel(state, 'kubelet.restart', containerKey(key, c.name))
    if (c.state === 'terminated' || (c.state === 'waiting' && c.role !== 'main')) return c
    const startedAt = c.state === 'running' ? c.startedAt : state.now
    const end = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt, finishedAt: state.now }
    return { ...c, state: 'terminated', started: false, killing: undefined, end }
  })
  runs(state).set(key, { ...run, containers, sandbox: false, over: true })
  counts(state).set(run.node, (counts(state).get(run.node) ?? 1) - 1)
}
