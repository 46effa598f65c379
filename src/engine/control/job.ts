import {
  type Condition,
  type Container,
  fromTimestamp,
  isPodReady,
  type Pod,
  timestamp,
  type Workload,
} from '../../model/index.ts'
import { type Change, type Component, getByKey, type Pending, type State, slot } from '../core/index.ts'
import { formatIndexes, parseIndexes } from './job-indexes.ts'
import { claimPods, createPod, deletePod, isActive, isTerminating, podFrom } from './pods.ts'
import { canonical } from './template.ts'
import { enqueue } from './timing.ts'
import { erase, event, writeStatus } from './writes.ts'

interface JobStatus {
  readonly active?: number
  readonly succeeded?: number
  readonly failed?: number
  readonly completedIndexes?: string
  readonly startTime?: string
  readonly completionTime?: string
  readonly conditions?: readonly Condition[]
  readonly [field: string]: unknown
}

interface Job extends Workload {
  readonly spec: Workload['spec'] & {
    readonly parallelism?: number
    readonly completions?: number
    readonly backoffLimit?: number
    readonly activeDeadlineSeconds?: number
    readonly ttlSecondsAfterFinished?: number
    readonly completionMode?: 'NonIndexed' | 'Indexed'
    readonly suspend?: boolean
    readonly podReplacementPolicy?: 'TerminatingOrFailed' | 'Failed'
  }
  readonly status?: JobStatus
}

const SOURCE = 'job-controller'
const INDEX = 'batch.kubernetes.io/job-completion-index'

/** Pods (by uid) whose end has been counted or is not to count, so that they count once, also when they are deleted later. */
const counted = slot<true>('job.counted')
/** By job: failures since the last success, and when the last was. k8s pkg/controller/job/backoff_utils.go (v1.36) */
const failures = slot<{ readonly uid: string; readonly count: number; readonly last: number }>('job.failures')

/** k8s pkg/controller/job/job_controller.go DefaultJobPodFailureBackOff, MaxJobPodFailureBackOff (v1.36) */
const BACK_OFF = 10_000
const MAX_BACK_OFF = 600_000

const isFinished = (status: JobStatus | undefined): boolean =>
  status?.conditions?.some((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True') ?? false

/** k8s pkg/controller/job/job_controller.go syncJob (v1.36) */
function onSync(state: State, task: Pending): void {
  const job = getByKey<Job>(state, task.key)
  if (!job) {
    failures(state).delete(task.key)
    return
  }
  if (isFinished(job.status)) {
    expire(state, task.key, job)
    return
  }
  const pods = claimPods(state, job, job.spec.selector)
  const tally = count(state, task.key, job, pods)
  // a suspended Job has not begun; it begins anew when it goes on
  const startTime = job.spec.suspend ? undefined : (job.status?.startTime ?? timestamp(state.now))
  let verdict = verdictOf(state, job, pods, tally, startTime)
  if (verdict) for (const pod of pods.filter(isActive)) stop(state, job, pod)
  else if (!job.metadata.deletionTimestamp) manage(state, task.key, job, pods, tally)
  const now = claimPods(state, job, job.spec.selector)
  const active = now.filter(isActive)
  if (!verdict && isComplete(job, tally, active.length)) {
    verdict = {
      target: 'SuccessCriteriaMet',
      type: 'Complete',
      reason: 'CompletionsReached',
      message: 'Reached expected number of succeeded pods',
    }
  }
  store(state, job, now, active, tally, startTime, verdict)
  if (job.spec.activeDeadlineSeconds !== undefined && startTime && !verdict) {
    const left = fromTimestamp(startTime) + job.spec.activeDeadlineSeconds * 1000 - state.now
    enqueue(state, 'job.deadline', task.key, Math.max(left, 0), true)
  }
}

interface Tally {
  readonly succeeded: number
  readonly failed: number
  readonly indexes: ReadonlySet<number>
}

const indexOf = (pod: Pod): number | undefined => {
  const text = pod.metadata.annotations?.[INDEX]
  return text === undefined ? undefined : Number(text)
}

/** Count the pods that have ended since the last look. */
function count(state: State, key: string, job: Job, pods: readonly Pod[]): Tally {
  let succeeded = job.status?.succeeded ?? 0
  let failed = job.status?.failed ?? 0
  const indexes = new Set(parseIndexes(job.status?.completedIndexes ?? ''))
  const uid = job.metadata.uid ?? ''
  for (const pod of pods) {
    const { phase } = pod.status ?? {}
    const id = pod.metadata.uid ?? ''
    // a pod that somebody deletes has failed, whatever becomes of it. k8s job_controller.go isPodFailed (v1.36)
    const lost = isTerminating(pod) && (job.spec.podReplacementPolicy !== 'Failed' || phase === 'Pending')
    if ((phase !== 'Succeeded' && phase !== 'Failed' && !lost) || counted(state).has(id)) continue
    counted(state).set(id, true)
    if (phase === 'Succeeded') {
      succeeded++
      failures(state).delete(key)
      const index = indexOf(pod)
      if (index !== undefined) indexes.add(index)
    } else {
      failed++
      const before = failures(state).get(key)
      failures(state).set(key, { uid, count: (before?.uid === uid ? before.count : 0) + 1, last: state.now })
    }
  }
  return { succeeded: job.spec.completionMode === 'Indexed' ? indexes.size : succeeded, failed, indexes }
}

/** The Job's own doing: such a pod counts neither as failed nor as succeeded. k8s job_controller.go deleteJobPods (v1.36) */
function stop(state: State, job: Job, pod: Pod): void {
  counted(state).set(pod.metadata.uid ?? '', true)
  deletePod(state, SOURCE, job, pod)
}

interface Verdict {
  /** The condition that says what is coming, and the one that says that it is so. */
  readonly target: string
  readonly type: string
  readonly reason: string
  readonly message: string
}

function verdictOf(
  state: State,
  job: Job,
  pods: readonly Pod[],
  tally: Tally,
  startTime: string | undefined,
): Verdict | undefined {
  const told = job.status?.conditions?.find((c) => c.type === 'FailureTarget' && c.status === 'True')
  const failed = (reason: string, message: string): Verdict => ({
    target: 'FailureTarget',
    type: 'Failed',
    reason,
    message,
  })
  if (told) return failed(told.reason ?? '', told.message ?? '')
  const limit = job.spec.backoffLimit ?? 6
  const restarts = job.spec.template.spec.restartPolicy === 'OnFailure' ? restartsOf(pods) : 0
  if (tally.failed > limit || (restarts > 0 && restarts >= limit)) {
    return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  }
  const deadline = job.spec.activeDeadlineSeconds
  if (
    deadline !== undefined &&
    startTime &&
    !job.spec.suspend &&
    state.now - fromTimestamp(startTime) >= deadline * 1000
  ) {
    return failed('DeadlineExceeded', 'Job was active longer than specified deadline')
  }
  return undefined
}

const restartsOf = (pods: readonly Pod[]): number =>
  pods
    .filter((p) => p.status?.phase === 'Running' || p.status?.phase === 'Pending')
    .flatMap((p) => [...(p.status?.containerStatuses ?? []), ...(p.status?.initContainerStatuses ?? [])])
    .reduce((n, s) => n + s.restartCount, 0)

function isComplete(job: Job, { succeeded }: Tally, active: number): boolean {
  if (active > 0) return false
  return job.spec.completions === undefined ? succeeded > 0 : succeeded >= job.spec.completions
}

/** Start and stop pods. k8s job_controller.go manageJob (v1.36) */
function manage(state: State, key: string, job: Job, pods: readonly Pod[], tally: Tally): void {
  const active = pods.filter(isActive)
  const parallel = job.spec.parallelism ?? 1
  const { completions } = job.spec
  let wanted =
    completions === undefined
      ? tally.succeeded > 0
        ? active.length
        : parallel
      : Math.min(completions - tally.succeeded, parallel)
  if (job.spec.suspend) wanted = 0
  wanted = Math.max(wanted, 0)
  for (const pod of active.slice(wanted)) stop(state, job, pod)
  const missing = wanted - active.length
  if (missing <= 0) return
  const before = failures(state).get(key)
  if (before && before.uid === job.metadata.uid) {
    const until = before.last + Math.min(BACK_OFF * 2 ** (before.count - 1), MAX_BACK_OFF)
    if (until > state.now) {
      enqueue(state, 'job.retry', key, until - state.now, true)
      return
    }
  }
  const indexes = job.spec.completionMode === 'Indexed' ? freeIndexes(job, active, tally) : undefined
  for (let i = 0; i < missing; i++) {
    if (indexes && indexes[i] === undefined) return
    createPod(state, SOURCE, job, indexes ? indexedPod(job, indexes[i]!) : podFrom(job, job.spec.template))
  }
}

function freeIndexes(job: Job, active: readonly Pod[], tally: Tally): number[] {
  const busy = new Set([...tally.indexes, ...active.map(indexOf)])
  const out: number[] = []
  for (let i = 0; i < (job.spec.completions ?? 0); i++) if (!busy.has(i)) out.push(i)
  return out
}

/** k8s pkg/controller/job/indexed_job_utils.go (v1.36) */
function indexedPod(job: Job, index: number): Pod {
  const own = { [INDEX]: String(index) }
  const pod = podFrom(job, job.spec.template, { labels: own, annotations: own })
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${INDEX}']` } },
  }
  const withIndex = (c: Container): Container =>
    c.env?.some((e) => e.name === variable.name) ? c : { ...c, env: [...(c.env ?? []), variable] }
  const { initContainers } = pod.spec
  return {
    ...pod,
    metadata: { ...pod.metadata, generateName: `${job.metadata.name}-${index}-` },
    spec: {
      ...pod.spec,
      hostname: `${job.metadata.name}-${index}`,
      containers: pod.spec.containers.map(withIndex),
      ...(initContainers ? { initContainers: initContainers.map(withIndex) } : {}),
    },
  }
}

function store(
  state: State,
  job: Job,
  pods: readonly Pod[],
  active: readonly Pod[],
  tally: Tally,
  startTime: string | undefined,
  verdict: Verdict | undefined,
): void {
  const now = timestamp(state.now)
  const terminating = pods.filter(isTerminating).length
  let conditions = job.status?.conditions ?? []
  const add = (type: string, status: 'True' | 'False', reason: string, message: string) => {
    const before = conditions.find((c) => c.type === type)
    if (before?.status === status && before.reason === reason) return false
    const next = { lastProbeTime: now, lastTransitionTime: now, message, reason, status, type }
    conditions = before ? conditions.map((c) => (c === before ? next : c)) : [...conditions, next]
    return true
  }
  let completionTime: string | undefined
  if (verdict) {
    add(verdict.target, 'True', verdict.reason, verdict.message)
    if (terminating === 0) {
      add(verdict.type, 'True', verdict.reason, verdict.message)
      if (verdict.type === 'Complete') {
        completionTime = now
        event(state, SOURCE, 'Normal', job, 'Completed', 'Job completed')
      } else event(state, SOURCE, 'Warning', job, verdict.reason, verdict.message)
    }
  } else if (job.spec.suspend) {
    if (add('Suspended', 'True', 'JobSuspended', 'Job suspended'))
      event(state, SOURCE, 'Normal', job, 'Suspended', 'Job suspended')
  } else if (conditions.some((c) => c.type === 'Suspended' && c.status === 'True')) {
    add('Suspended', 'False', 'JobResumed', 'Job resumed')
    event(state, SOURCE, 'Normal', job, 'Resumed', 'Job resumed')
  }
  const status: JobStatus = {
    ...nonZero('active', active.length),
    ...(tally.indexes.size > 0 ? { completedIndexes: formatIndexes([...tally.indexes]) } : {}),
    ...(completionTime ? { completionTime } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
    ...nonZero('failed', tally.failed),
    ready: active.filter(isPodReady).length,
    ...(startTime ? { startTime } : {}),
    ...nonZero('succeeded', tally.succeeded),
    terminating,
    uncountedTerminatedPods: {},
  }
  if (canonical(status) !== canonical(job.status ?? {})) writeStatus(state, { ...job, status })
}

const nonZero = (field: string, n: number): Readonly<Record<string, number>> => (n === 0 ? {} : { [field]: n })

/** A finished job is deleted after its time to live. k8s pkg/controller/ttlafterfinished (v1.36) */
function expire(state: State, key: string, job: Job): void {
  const ttl = job.spec.ttlSecondsAfterFinished
  const end = job.status?.conditions?.find(
    (c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True',
  )?.lastTransitionTime
  if (ttl === undefined || end === undefined) return
  const left = fromTimestamp(end) + ttl * 1000 - state.now
  if (left > 0) enqueue(state, 'job.expire', key, left, true)
  else erase(state, job, { propagation: 'Foreground' })
}

/** What was counted of a pod that has gone is no longer needed. */
function watch(state: State, { kind, before, after }: Change): void {
  if (kind === 'Pod' && before && !after) counted(state).delete(before.metadata.uid ?? '')
}

const again = (state: State, task: Pending): void => enqueue(state, 'job.sync', task.key, 0)

export const jobs: Component = {
  name: 'job',
  watch,
  handlers: { 'job.sync': onSync, 'job.deadline': again, 'job.retry': again, 'job.expire': again },
}
