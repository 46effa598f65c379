import { fromTimestamp, type Ms, type Pod } from '../../model/index.ts'
import { formatLabels } from '../selectors.ts'
import { ageOf, humanDuration } from './age.ts'
import { containerCells, selectorCell } from './cells.ts'
import type { Loose, TableOf } from './table-of.ts'

export interface PodWords {
  readonly ready: number
  readonly total: number
  readonly status: string
  readonly restarts: number
  /** When a container ended last. */
  readonly lastRestart?: string
}

const isSidecar = (container: Loose) => container?.restartPolicy === 'Always'

/** What `kubectl get pods` says about a pod. k8s pkg/printers/internalversion/printers.go printPod (v1.36) */
export function podWords(pod: Pod): PodWords {
  const { spec, metadata } = pod
  const status = pod.status ?? {}
  const conditions = status.conditions ?? []
  const isTrue = (type: string) => conditions.some((c) => c.type === type && c.status === 'True')
  const initContainers = new Map((spec.initContainers ?? []).map((c) => [c.name, c]))
  const total = spec.containers.length + [...initContainers.values()].filter(isSidecar).length
  let reason: string = status.reason || status.phase || ''
  if (conditions.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) reason = 'SchedulingGated'
  let ready = 0
  let restarts = 0
  let sidecarRestarts = 0
  let last: string | undefined
  let lastSidecar: string | undefined
  const later = (a: string | undefined, b: string | undefined) =>
    b !== undefined && (a === undefined || a < b) ? b : a
  let initializing = false
  for (const [i, c] of (status.initContainerStatuses ?? []).entries()) {
    const ended = c.state?.terminated
    const before = c.lastState?.terminated?.finishedAt
    restarts += c.restartCount
    last = later(last, before)
    const sidecar = isSidecar(initContainers.get(c.name))
    if (sidecar) {
      sidecarRestarts += c.restartCount
      lastSidecar = later(lastSidecar, before)
    }
    if (ended?.exitCode === 0) continue
    if (sidecar && c.started) {
      if (c.ready) ready++
      continue
    }
    const waiting = c.state?.waiting?.reason
    if (ended) reason = ended.reason ? `Init:${ended.reason}` : `Init:ExitCode:${ended.exitCode}`
    else if (waiting && waiting !== 'PodInitializing') reason = `Init:${waiting}`
    else reason = `Init:${i}/${initContainers.size}`
    initializing = true
    break
  }
  if (!initializing || isTrue('Initialized')) {
    restarts = sidecarRestarts
    last = lastSidecar
    let running = false
    let errorReason = ''
    for (const c of [...(status.containerStatuses ?? [])].reverse()) {
      restarts += c.restartCount
      last = later(last, c.lastState?.terminated?.finishedAt)
      const ended = c.state?.terminated
      if (c.state?.waiting?.reason) reason = c.state.waiting.reason
      else if (ended) {
        reason = ended.reason || `ExitCode:${ended.exitCode}`
        if (ended.exitCode !== 0) errorReason = reason
      } else if (c.ready && c.state?.running) {
        running = true
        ready++
      }
    }
    if (reason === 'Completed') {
      if (running && isTrue('Ready')) reason = 'Running'
      else if (errorReason !== '') reason = errorReason
      else if (running) reason = 'NotReady'
    }
  }
  if (metadata.deletionTimestamp && status.reason === 'NodeLost') reason = 'Unknown'
  else if (metadata.deletionTimestamp && status.phase !== 'Failed' && status.phase !== 'Succeeded')
    reason = 'Terminating'
  return { ready, total, status: reason, restarts, ...(last !== undefined && { lastRestart: last }) }
}

function gatesCell(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const open = gates.filter((g) =>
    pod.status?.conditions?.some((c) => c.type === g.conditionType && c.status === 'True'),
  )
  return `${open.length}/${gates.length}`
}

const replicas = (columns: string[], numbers: (o: Loose) => number[]): TableOf => ({
  columns: ['Name', ...columns, 'Age', '+Containers', '+Images', '+Selector'],
  row: (o, now) => [
    o.metadata.name,
    ...numbers(o),
    ageOf(o.metadata.creationTimestamp, now),
    ...containerCells(o.spec.template?.spec?.containers),
    o.kind === 'ReplicationController' ? formatLabels(o.spec.selector) : selectorCell(o.spec.selector),
  ],
})

const replicaNumbers = (o: Loose) => [o.spec.replicas ?? 0, o.status?.replicas ?? 0, o.status?.readyReplicas ?? 0]

function jobStatus(job: Loose): string {
  const has = (type: string) =>
    (job.status?.conditions ?? []).some((c: Loose) => c.type === type && c.status === 'True')
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running'
}

function completions({ spec, status }: Loose): string {
  const done = status?.succeeded ?? 0
  if (spec.completions !== undefined && spec.completions !== null) return `${done}/${spec.completions}`
  return (spec.parallelism ?? 0) > 1 ? `${done}/1 of ${spec.parallelism}` : `${done}/1`
}

function jobDuration({ status }: Loose, now: Ms): string {
  if (!status?.startTime) return ''
  const end = status.completionTime ? fromTimestamp(status.completionTime) : now
  return humanDuration(end - fromTimestamp(status.startTime))
}

export const WORKLOAD_TABLES: Readonly<Record<string, TableOf>> = {
  Pod: {
    columns: ['Name', 'Ready', 'Status', 'Restarts', 'Age', '+IP', '+Node', '+Nominated Node', '+Readiness Gates'],
    row: (o, now) => {
      const { ready, total, status, restarts, lastRestart } = podWords(o)
      const since = restarts > 0 && lastRestart !== undefined ? ` (${ageOf(lastRestart, now)} ago)` : ''
      return [
        o.metadata.name,
        `${ready}/${total}`,
        status,
        `${restarts}${since}`,
        ageOf(o.metadata.creationTimestamp, now),
        o.status?.podIPs?.[0]?.ip || '<none>',
        o.spec.nodeName || '<none>',
        o.status?.nominatedNodeName || '<none>',
        gatesCell(o),
      ]
    },
  },
  ReplicaSet: replicas(['Desired', 'Current', 'Ready'], replicaNumbers),
  ReplicationController: replicas(['Desired', 'Current', 'Ready'], replicaNumbers),
  Scale: {
    columns: ['Name', 'Desired', 'Available', 'Age'],
    row: (o, now) => [o.metadata.name, o.spec.replicas, o.status.replicas, ageOf(o.metadata.creationTimestamp, now)],
  },
  Deployment: {
    columns: ['Name', 'Ready', 'Up-to-date', 'Available', 'Age', '+Containers', '+Images', '+Selector'],
    row: (o, now) => [
      o.metadata.name,
      `${o.status?.readyReplicas ?? 0}/${o.spec.replicas ?? 0}`,
      o.status?.updatedReplicas ?? 0,
      o.status?.availableReplicas ?? 0,
      ageOf(o.metadata.creationTimestamp, now),
      ...containerCells(o.spec.template?.spec?.containers),
      selectorCell(o.spec.selector, ''),
    ],
  },
  StatefulSet: {
    columns: ['Name', 'Ready', 'Age', '+Containers', '+Images'],
    row: (o, now) => [
      o.metadata.name,
      `${o.status?.readyReplicas ?? 0}/${o.spec.replicas ?? 0}`,
      ageOf(o.metadata.creationTimestamp, now),
      ...containerCells(o.spec.template?.spec?.containers),
    ],
  },
  DaemonSet: {
    columns: [
      'Name',
      'Desired',
      'Current',
      'Ready',
      'Up-to-date',
      'Available',
      'Node Selector',
      'Age',
      '+Containers',
      '+Images',
      '+Selector',
    ],
    row: (o, now) => [
      o.metadata.name,
      o.status?.desiredNumberScheduled ?? 0,
      o.status?.currentNumberScheduled ?? 0,
      o.status?.numberReady ?? 0,
      o.status?.updatedNumberScheduled ?? 0,
      o.status?.numberAvailable ?? 0,
      formatLabels(o.spec.template?.spec?.nodeSelector),
      ageOf(o.metadata.creationTimestamp, now),
      ...containerCells(o.spec.template?.spec?.containers),
      selectorCell(o.spec.selector),
    ],
  },
  Job: {
    columns: ['Name', 'Status', 'Completions', 'Duration', 'Age', '+Containers', '+Images', '+Selector'],
    row: (o, now) => [
      o.metadata.name,
      jobStatus(o),
      completions(o),
      jobDuration(o, now),
      ageOf(o.metadata.creationTimestamp, now),
      ...containerCells(o.spec.template?.spec?.containers),
      selectorCell(o.spec.selector),
    ],
  },
  CronJob: {
    columns: [
      'Name',
      'Schedule',
      'Timezone',
      'Suspend',
      'Active',
      'Last Schedule',
      'Age',
      '+Containers',
      '+Images',
      '+Selector',
    ],
    row: (o, now) => [
      o.metadata.name,
      o.spec.schedule,
      o.spec.timeZone ?? '<none>',
      o.spec.suspend === undefined ? '<unset>' : o.spec.suspend ? 'True' : 'False',
      (o.status?.active ?? []).length,
      o.status?.lastScheduleTime ? ageOf(o.status.lastScheduleTime, now) : '<none>',
      ageOf(o.metadata.creationTimestamp, now),
      ...containerCells(o.spec.jobTemplate?.spec?.template?.spec?.containers),
      selectorCell(o.spec.jobTemplate?.spec?.selector),
    ],
  },
  PodTemplate: {
    columns: ['Name', 'Containers', 'Images', 'Pod Labels'],
    row: (o) => [
      o.metadata.name,
      ...containerCells(o.template?.spec?.containers),
      formatLabels(o.template?.metadata?.labels),
    ],
  },
  ControllerRevision: {
    columns: ['Name', 'Controller', 'Revision', 'Age'],
    row: (o, now) => {
      const owner = (o.metadata.ownerReferences ?? []).find((r: Loose) => r.controller)
      const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : ''
      return [
        o.metadata.name,
        owner ? `${owner.kind.toLowerCase()}${group}/${owner.name}` : '<none>',
        o.revision ?? 0,
        ageOf(o.metadata.creationTimestamp, now),
      ]
    },
  },
}
