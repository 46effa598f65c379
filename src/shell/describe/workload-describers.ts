import {
  controllerOf,
  fromTimestamp,
  type KObject,
  type Labels,
  matchesSelector,
  type Pod,
  type Workload,
} from '../../model/index.ts'
import type { Context } from '../command.ts'
import { ageOf, humanDuration } from '../print/age.ts'
import { selectorCell } from '../print/cells.ts'
import type { Loose } from '../print/table-of.ts'
import { formatLabels } from '../selectors.ts'
import { writeContainers, writeSpread, writeTemplate, writeTolerations, writeVolumes } from './pod-template.ts'
import { longTime, type Writer } from './writer.ts'

const writeController = (w: Writer, o: KObject) => {
  const owner = controllerOf(o)
  if (owner) w.field('Controlled By', `${owner.kind}/${owner.name}`)
}

/** k8s component-helpers / pkg/apis/core/v1/helper/qos GetPodQOS (v1.36), from what the containers ask for */
function qosClass(pod: Loose): string {
  if (pod.status?.qosClass) return pod.status.qosClass
  const containers: Loose[] = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  const amounts = containers.flatMap((c) => [
    ...Object.values(c.resources?.requests ?? {}),
    ...Object.values(c.resources?.limits ?? {}),
  ])
  if (amounts.length === 0) return 'BestEffort'
  const full = containers.every((c) =>
    ['cpu', 'memory'].every((r) => {
      const limit = c.resources?.limits?.[r]
      return limit !== undefined && (c.resources?.requests?.[r] ?? limit) === limit
    }),
  )
  return full ? 'Guaranteed' : 'Burstable'
}

/** What a fieldRef shows: the two fields that any client can convert. k8s kubectl pkg/describe/describe.go EnvValueRetriever (v1.36) */
const metadataField = (metadata: Loose, path: string): string =>
  path === 'metadata.name' || path === 'metadata.namespace' ? (metadata[path.slice('metadata.'.length)] ?? '') : ''

export function describePod(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec, status = {} } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  if (spec.priority !== undefined) w.field('Priority', spec.priority)
  if (spec.priorityClassName) w.field('Priority Class Name', spec.priorityClassName)
  if (spec.runtimeClassName) w.field('Runtime Class Name', spec.runtimeClassName)
  if (spec.serviceAccountName) w.field('Service Account', spec.serviceAccountName)
  w.field('Node', spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>')
  if (status.startTime) w.field('Start Time', longTime(status.startTime))
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  if (metadata.deletionTimestamp && status.phase !== 'Failed' && status.phase !== 'Succeeded') {
    w.field('Status', `Terminating (lasts ${ageOf(metadata.deletionTimestamp, c.cluster.age)})`)
    w.field('Termination Grace Period', `${metadata.deletionGracePeriodSeconds ?? 0}s`)
  } else w.field('Status', status.phase ?? '')
  if (status.reason) w.field('Reason', status.reason)
  if (status.message) w.field('Message', status.message)
  const seccomp = spec.securityContext?.seccompProfile
  if (seccomp) w.field('SeccompProfile', seccomp.type)
  w.field('IP', status.podIP ?? '')
  const ips: Loose[] = status.podIPs ?? []
  if (ips.length === 0) w.field('IPs', '<none>')
  else {
    w.line(0, 'IPs:')
    for (const { ip } of ips) w.field('IP', ip, 1)
  }
  writeController(w, o)
  if (status.nominatedNodeName) w.field('NominatedNodeName', status.nominatedNodeName)
  const values = (path: string): string => metadataField(metadata, path)
  if ((spec.initContainers ?? []).length > 0) {
    writeContainers(w, 'Init Containers', spec.initContainers, status.initContainerStatuses ?? [], '', values)
  }
  writeContainers(w, 'Containers', spec.containers, status.containerStatuses ?? [], '', values)
  const conditions: Loose[] = status.conditions ?? []
  if ((spec.readinessGates ?? []).length > 0) {
    w.line(0, 'Readiness Gates:').line(1, 'Type\tStatus')
    for (const { conditionType } of spec.readinessGates) {
      w.line(1, `${conditionType} \t${conditions.find((k) => k.type === conditionType)?.status ?? '<none>'} `)
    }
  }
  if (conditions.length > 0) {
    w.line(0, 'Conditions:').line(1, 'Type\tStatus')
    for (const k of conditions) w.line(1, `${k.type} \t${k.status} `)
  }
  writeVolumes(w, spec.volumes ?? [], '')
  w.field('QoS Class', qosClass(o)).labels('Node-Selectors', spec.nodeSelector)
  writeTolerations(w, 'Tolerations', spec.tolerations ?? [])
  writeSpread(w, spec.topologySpreadConstraints ?? [], '')
}

/** Pods of a controller by phase. */
function podsStatus(c: Context, o: Workload): string {
  const counts: Record<string, number> = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0 }
  for (const pod of c.cluster.list<Pod>('Pod', o.metadata.namespace)) {
    const phase = pod.status?.phase
    if (controllerOf(pod)?.uid === o.metadata.uid && phase && phase in counts) counts[phase]!++
  }
  return `${counts.Running} Running / ${counts.Pending} Waiting / ${counts.Succeeded} Succeeded / ${counts.Failed} Failed`
}

function writeConditions(w: Writer, conditions: readonly Loose[] | undefined): void {
  if (!conditions || conditions.length === 0) return
  w.line(0, 'Conditions:').line(1, 'Type\tStatus\tReason').line(1, '----\t------\t------')
  for (const k of conditions) w.line(1, `${k.type} \t${k.status}\t${k.reason ?? ''}`)
}

export function describeReplicationController(w: Writer, o: Loose, c: Context): void {
  w.field('Name', o.metadata.name)
    .field('Namespace', o.metadata.namespace)
    .field('Selector', formatLabels(o.spec.selector))
  describeReplicas(w, o, c)
}

export function describeReplicaSet(w: Writer, o: Loose, c: Context): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace)
  w.field('Selector', selectorCell(o.spec.selector))
  describeReplicas(w, o, c)
}

function describeReplicas(w: Writer, o: Loose, c: Context): void {
  w.labels('Labels', o.metadata.labels).annotations('Annotations', o.metadata.annotations)
  if (o.kind === 'ReplicaSet') writeController(w, o)
  w.field('Replicas', `${o.status?.replicas ?? 0} current / ${o.spec.replicas ?? 0} desired`)
  w.field('Pods Status', podsStatus(c, o))
  writeTemplate(w, o.spec.template)
  writeConditions(w, o.status?.conditions)
}

/** k8s kubectl pkg/util/deployment/deployment.go replicaSetsByCreationTimestamp (v1.36) */
function bornBefore({ metadata: a }: Workload, { metadata: b }: Workload): boolean {
  const [x, y] = [a.creationTimestamp ?? '', b.creationTimestamp ?? '']
  return x === y ? a.name < b.name : x < y
}

/** A template as text, without what tells ReplicaSets apart. k8s kubectl pkg/util/deployment/deployment.go equalIgnoreHash (v1.36) */
function withoutHash({ metadata, ...template }: Workload['spec']['template']): string {
  const { 'pod-template-hash': _, ...labels } = metadata?.labels ?? {}
  return JSON.stringify({ ...template, metadata: { ...metadata, labels } })
}

export function describeDeployment(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec, status = {} } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  w.field('CreationTimestamp', longTime(metadata.creationTimestamp))
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('Selector', selectorCell(spec.selector, ''))
  const count = (field: string) => status[field] ?? 0
  w.field(
    'Replicas',
    `${spec.replicas ?? 0} desired | ${count('updatedReplicas')} updated | ${count('replicas')} total | ${count('availableReplicas')} available | ${count('unavailableReplicas')} unavailable`,
  )
  w.field('StrategyType', spec.strategy?.type).field('MinReadySeconds', spec.minReadySeconds ?? 0)
  const rolling = spec.strategy?.rollingUpdate
  if (rolling)
    w.field('RollingUpdateStrategy', `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`)
  writeTemplate(w, spec.template)
  writeConditions(w, status.conditions)
  const sets = c.cluster
    .list<Workload>('ReplicaSet', metadata.namespace)
    .filter((s) => controllerOf(s)?.uid === metadata.uid && matchesSelector(spec.selector, s.metadata.labels as Labels))
    .sort((a, b) => (bornBefore(a, b) ? -1 : 1))
  const template = withoutHash(spec.template)
  const newest = sets.find((s) => withoutHash(s.spec.template) === template)
  const isNew = (s: Workload) => s === newest
  const names = (list: Workload[]) =>
    list
      .map((s) => `${s.metadata.name} (${s.status?.replicas ?? 0}/${s.spec.replicas ?? 0} replicas created)`)
      .join(', ') || '<none>'
  if (sets.length > 0) {
    w.field('OldReplicaSets', names(sets.filter((s) => !isNew(s)))).field('NewReplicaSet', names(sets.filter(isNew)))
  }
}

export function describeStatefulSet(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec, status = {} } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  w.field('CreationTimestamp', longTime(metadata.creationTimestamp)).field('Selector', selectorCell(spec.selector, ''))
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('Replicas', `${spec.replicas ?? 0} desired | ${status.replicas ?? 0} total`)
  w.field('Update Strategy', spec.updateStrategy?.type)
  const rolling = spec.updateStrategy?.rollingUpdate
  if (rolling?.partition !== undefined) {
    w.field('Partition', rolling.partition, 1)
    if (rolling.maxUnavailable !== undefined) w.field('MaxUnavailable', String(rolling.maxUnavailable), 1)
  }
  w.field('Pods Status', podsStatus(c, o))
  writeTemplate(w, spec.template)
  const claims: Loose[] = spec.volumeClaimTemplates ?? []
  if (claims.length === 0) w.field('Volume Claims', '<none>')
  else {
    w.line(0, 'Volume Claims:')
    for (const claim of claims) {
      w.field('Name', claim.metadata?.name, 1).field('StorageClass', claim.spec?.storageClassName ?? '', 1)
      w.labels('  Labels', claim.metadata?.labels).labels('  Annotations', claim.metadata?.annotations)
      w.field('Capacity', claim.spec?.resources?.requests?.storage ?? '<default>', 1)
      w.field('Access Modes', `[${(claim.spec?.accessModes ?? []).join(' ')}]`, 1)
    }
  }
}

export function describeDaemonSet(w: Writer, o: Loose, c: Context): void {
  const { metadata, spec, status = {} } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  w.field('Selector', selectorCell(spec.selector, ''))
  w.field('Node-Selector', formatLabels(spec.template?.spec?.nodeSelector))
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.line(0, `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled ?? 0}`)
  w.line(0, `Current Number of Nodes Scheduled: ${status.currentNumberScheduled ?? 0}`)
  w.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status.updatedNumberScheduled ?? 0}`)
  w.line(0, `Number of Nodes Scheduled with Available Pods: ${status.numberAvailable ?? 0}`)
  w.line(0, `Number of Nodes Misscheduled: ${status.numberMisscheduled ?? 0}`)
  w.field('Pods Status', podsStatus(c, o))
  writeTemplate(w, spec.template)
}

export function describeJob(w: Writer, o: Loose): void {
  const { metadata, spec, status = {} } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  w.field('Selector', selectorCell(spec.selector, ''))
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  writeController(w, o)
  if (spec.parallelism !== undefined) w.field('Parallelism', spec.parallelism)
  w.field('Completions', spec.completions ?? '<unset>')
  if (spec.completionMode) w.field('Completion Mode', spec.completionMode)
  if (spec.suspend !== undefined) w.field('Suspend', spec.suspend)
  if (spec.backoffLimit !== undefined) w.field('Backoff Limit', spec.backoffLimit)
  if (spec.ttlSecondsAfterFinished !== undefined) w.field('TTL Seconds After Finished', spec.ttlSecondsAfterFinished)
  if (status.startTime) w.field('Start Time', longTime(status.startTime))
  if (status.completionTime) w.field('Completed At', longTime(status.completionTime))
  if (status.startTime && status.completionTime) {
    w.field('Duration', humanDuration(fromTimestamp(status.completionTime) - fromTimestamp(status.startTime)))
  }
  if (spec.activeDeadlineSeconds !== undefined) w.field('Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`)
  const ready = status.ready === undefined ? '' : ` (${status.ready} Ready)`
  w.field(
    'Pods Statuses',
    `${status.active ?? 0} Active${ready} / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed`,
  )
  if (spec.completionMode === 'Indexed') w.field('Completed Indexes', status.completedIndexes || '<none>')
  writeTemplate(w, spec.template)
}

/** k8s kubectl pkg/describe/describe.go describeCronJob, describeJobTemplate (v1.36) */
export function describeCronJob(w: Writer, o: Loose): void {
  const { metadata, spec, status = {} } = o
  const seconds = (n: number | undefined) => (n === undefined ? '<unset>' : `${n}s`)
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('Schedule', spec.schedule).field('Concurrency Policy', spec.concurrencyPolicy ?? '')
  w.field('Suspend', spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False')
  w.field('Time Zone', spec.timeZone ?? '<unset>')
  w.field('Successful Job History Limit', spec.successfulJobsHistoryLimit ?? '<unset>')
  w.field('Failed Job History Limit', spec.failedJobsHistoryLimit ?? '<unset>')
  w.field('Starting Deadline Seconds', seconds(spec.startingDeadlineSeconds))
  const job = spec.jobTemplate?.spec ?? {}
  w.field('Selector', job.selector ? selectorCell(job.selector, '') : '<unset>')
  w.field('Parallelism', job.parallelism ?? '<unset>').field('Completions', job.completions ?? '<unset>')
  if (job.activeDeadlineSeconds !== undefined) w.field('Active Deadline Seconds', seconds(job.activeDeadlineSeconds))
  writeTemplate(w, job.template)
  w.field('Last Schedule Time', status.lastScheduleTime ? longTime(status.lastScheduleTime) : '<unset>')
  w.field('Active Jobs', (status.active ?? []).map((j: Loose) => j.name).join(', ') || '<none>')
}
