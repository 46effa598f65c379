import type { Container, Ms, ObjectKey, Pod, Probe } from '../../model/index.ts'
import { cancel, getByKey, type Pending, type State, schedule } from '../core/index.ts'
import { type ProbeOutcome, type ProbeType, probeOutcome } from '../workload/index.ts'
import { podEvent, report } from './kubelet-report.ts'
import {
  type ContainerRun,
  containerKey,
  type PodRun,
  type ProbeRun,
  runs,
  runsNow,
  setContainer,
  specOf,
} from './kubelet-run.ts'

const TYPES: readonly ProbeType[] = ['Startup', 'Liveness', 'Readiness']
const FIELD = { Startup: 'startup', Liveness: 'liveness', Readiness: 'readiness' } as const

const SPEC_FIELD = { Startup: 'startupProbe', Liveness: 'livenessProbe', Readiness: 'readinessProbe' } as const

const probeOf = (container: Container, type: ProbeType): Probe | undefined => container[SPEC_FIELD[type]]
const hasProbes = (container: Container): boolean => TYPES.some((type) => probeOf(container, type) !== undefined)

const taskKey = (key: ObjectKey, container: string, type: ProbeType) => `${containerKey(key, container)}|${type}`

const periodOf = (probe: Probe): Ms => (probe.periodSeconds ?? 10) * 1000

/**
 * When a probe is next due after `after`: the worker ticks every period from the container's start, and skips the ticks within
 * initialDelaySeconds. k8s pkg/kubelet/prober/worker.go (v1.36)
 */
function nextTick(c: ContainerRun, probe: Probe, after: Ms, notBefore: Ms = 0): Ms {
  const period = periodOf(probe)
  const first = Math.ceil(Math.max((probe.initialDelaySeconds ?? 0) * 1000, notBefore) / period)
  return c.startedAt + period * Math.max(first, Math.floor((after - c.startedAt) / period) + 1)
}

const look = (
  state: State,
  pod: Pod,
  run: PodRun,
  c: ContainerRun,
  container: Container,
  probe: Probe,
  type: ProbeType,
) =>
  probeOutcome(state, pod, container, probe, type, {
    age: state.now - c.startedAt,
    address: run.address,
    runs: (name) => name === c.name || runsNow(run, name),
  })

/** Which probes of a running container are looked at: until it has started only the startup probe; once asked to stop only readiness. */
function isActive(run: PodRun, c: ContainerRun, type: ProbeType): boolean {
  if (run.stopping || c.killing) return type === 'Readiness' && c.started
  return (type === 'Startup') !== c.started
}

/** Whether probing must go on: what it finds differs from what it stands at. */
const open = (standing: ProbeRun, outcome: ProbeOutcome, type: ProbeType) =>
  type === 'Startup' || outcome.ok !== standing.ok

function plan(
  state: State,
  key: ObjectKey,
  c: ContainerRun,
  probe: Probe,
  type: ProbeType,
  outcome: ProbeOutcome,
): void {
  const until = outcome.passesAfter
  schedule(
    state,
    {
      at: nextTick(c, probe, state.now, until ?? 0),
      kind: 'kubelet.probe',
      key: taskKey(key, c.name, type),
      waits: until !== undefined,
    },
    true,
  )
}

/** A container that has just started, with its probes at their beginning; those that are due at once are done. */
export function beginProbes(state: State, key: ObjectKey, pod: Pod, run: PodRun, fresh: ContainerRun): ContainerRun {
  const container = specOf(pod, fresh.name)
  if (!container || !hasProbes(container)) return fresh
  let c: ContainerRun = {
    ...fresh,
    started: !container.startupProbe,
    startup: container.startupProbe && { ok: false, run: 0 },
    liveness: container.livenessProbe && { ok: true, run: 0 },
    readiness: container.readinessProbe && { ok: false, run: 0 },
  }
  for (const type of TYPES) c = first(state, key, pod, run, c, container, type)
  return c
}

/** The first probe: at once, or at the first tick after its initial delay. */
function first(
  state: State,
  key: ObjectKey,
  pod: Pod,
  run: PodRun,
  c: ContainerRun,
  container: Container,
  type: ProbeType,
): ContainerRun {
  const probe = probeOf(container, type)
  if (!probe || !isActive(run, c, type)) return c
  if (state.now - c.startedAt >= (probe.initialDelaySeconds ?? 0) * 1000)
    return attempt(state, key, pod, run, c, container, probe, type)
  const outcome = look(state, pod, run, c, container, probe, type)
  schedule(
    state,
    {
      at: nextTick(c, probe, state.now, outcome.passesAfter ?? 0),
      kind: 'kubelet.probe',
      key: taskKey(key, c.name, type),
    },
    true,
  )
  return c
}

/** One probe and what comes of it. k8s pkg/kubelet/prober/worker.go doProbe (v1.36) */
function attempt(
  state: State,
  key: ObjectKey,
  pod: Pod,
  run: PodRun,
  c: ContainerRun,
  container: Container,
  probe: Probe,
  type: ProbeType,
): ContainerRun {
  const standing = c[FIELD[type]] ?? { ok: false, run: 0 }
  const outcome = look(state, pod, run, c, container, probe, type)
  if (!outcome.ok) podEvent(state, key, 'Warning', 'Unhealthy', `${type} probe ${outcome.message}`, c.name)
  const times = standing.last === outcome.ok ? standing.run + 1 : 1
  const enough = times >= (outcome.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3))
  const next: ContainerRun = {
    ...c,
    [FIELD[type]]: { ok: enough ? outcome.ok : standing.ok, last: outcome.ok, run: times },
  }
  if (enough && !outcome.ok && type !== 'Readiness') {
    // the container is killed, and started again by its restart policy
    const reason = type === 'Liveness' ? 'failed liveness probe' : 'failed startup probe'
    schedule(state, {
      at: state.now,
      kind: 'kubelet.kill',
      key: containerKey(key, c.name),
      data: `Container ${c.name} ${reason}`,
    })
    return next
  }
  if (enough && outcome.ok && type === 'Startup') {
    let started: ContainerRun = { ...next, started: true }
    for (const other of ['Liveness', 'Readiness'] as const)
      started = first(state, key, pod, run, started, container, other)
    return started
  }
  if (open(next[FIELD[type]]!, outcome, type) || outcome.passesAfter !== undefined)
    plan(state, key, c, probe, type, outcome)
  return next
}

/** A probe is due. */
export function onProbe(state: State, task: Pending): void {
  const [key = '', name = '', type] = task.key.split('|') as [ObjectKey, string, ProbeType]
  const pod = getByKey<Pod>(state, key)
  const run = runs(state).get(key)
  const c = run?.containers.find((r) => r.name === name)
  const container = pod && specOf(pod, name)
  const probe = container && probeOf(container, type)
  if (!pod || !run || !c || !probe || c.state !== 'running' || !isActive(run, c, type)) return
  const before = c.started
  const next = attempt(state, key, pod, run, c, container, probe, type)
  setContainer(state, key, next)
  if (!before && next.started && next.role === 'sidecar') schedule(state, { at: state.now, kind: 'kubelet.next', key })
  report(state, key)
}

/** What a pod's probes find may have changed: have those looked at that would now find otherwise, at their next tick. */
export function wakeProbes(state: State, key: ObjectKey, pod: Pod): void {
  const run = runs(state).get(key)
  if (!run) return
  for (const c of run.containers) {
    const container = specOf(pod, c.name)
    if (c.state !== 'running' || !container || !hasProbes(container)) continue
    for (const type of TYPES) {
      const probe = probeOf(container, type)
      if (!probe || !isActive(run, c, type)) continue
      const standing = c[FIELD[type]] ?? { ok: false, run: 0 }
      const outcome = look(state, pod, run, c, container, probe, type)
      if (open(standing, outcome, type) || outcome.passesAfter !== undefined) plan(state, key, c, probe, type, outcome)
      else {
        cancel(state, 'kubelet.probe', taskKey(key, c.name, type))
        if (standing.run > 0)
          setContainer(state, key, { ...currentOf(state, key, c), [FIELD[type]]: { ok: standing.ok, run: 0 } })
      }
    }
  }
}

const currentOf = (state: State, key: ObjectKey, c: ContainerRun): ContainerRun =>
  runs(state)
    .get(key)
    ?.containers.find((r) => r.name === c.name) ?? c

/** A container's probes end with it. */
export function endProbes(state: State, key: ObjectKey, name: string, types: readonly ProbeType[] = TYPES): void {
  for (const type of types) cancel(state, 'kubelet.probe', taskKey(key, name, type))
}
