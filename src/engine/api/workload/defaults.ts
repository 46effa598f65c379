import type { Draft } from '../decode.ts'
import { defaultPodSpec } from '../pod/defaults.ts'

const template = (o: Draft) => defaultPodSpec(o.spec.template.spec)

/** k8s pkg/apis/apps/v1/defaults.go SetDefaults_Deployment (v1.36) */
export function defaultDeployment(o: Draft): void {
  template(o)
  const { spec } = o
  spec.replicas ??= 1
  const { strategy } = spec
  strategy.type ||= 'RollingUpdate'
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {}
    strategy.rollingUpdate.maxUnavailable ??= '25%'
    strategy.rollingUpdate.maxSurge ??= '25%'
  }
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
}

/** k8s pkg/apis/apps/v1/defaults.go SetDefaults_ReplicaSet (v1.36) */
export function defaultReplicaSet(o: Draft): void {
  template(o)
  o.spec.replicas ??= 1
}

/** k8s pkg/apis/core/v1/defaults.go SetDefaults_ReplicationController (v1.36) */
export function defaultReplicationController(o: Draft): void {
  if (o.spec.template) {
    template(o)
    const { labels } = o.spec.template.metadata
    if (labels) {
      if (Object.keys(o.spec.selector ?? {}).length === 0) o.spec.selector = { ...labels }
      if (Object.keys(o.metadata.labels ?? {}).length === 0) o.metadata.labels = { ...labels }
    }
  }
  o.spec.replicas ??= 1
}

/** k8s pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet (v1.36) */
export function defaultStatefulSet(o: Draft): void {
  template(o)
  const { spec } = o
  spec.podManagementPolicy ||= 'OrderedReady'
  const { updateStrategy } = spec
  if (!updateStrategy.type) {
    updateStrategy.type = 'RollingUpdate'
    updateStrategy.rollingUpdate ??= {}
  }
  if (updateStrategy.rollingUpdate) {
    if (updateStrategy.type === 'RollingUpdate') updateStrategy.rollingUpdate.partition ??= 0
    // behind MaxUnavailableStatefulSet, which is off: what a manifest says is dropped
    delete updateStrategy.rollingUpdate.maxUnavailable
  }
  spec.persistentVolumeClaimRetentionPolicy ??= {}
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain'
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain'
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  for (const claim of spec.volumeClaimTemplates ?? []) {
    // pkg/apis/apps/v1/conversion.go Convert_apps_StatefulSetSpec_To_v1_StatefulSetSpec
    claim.apiVersion = 'v1'
    claim.kind = 'PersistentVolumeClaim'
    claim.spec.volumeMode ??= 'Filesystem'
    claim.status.phase ||= 'Pending'
  }
}

/** k8s pkg/apis/apps/v1/defaults.go SetDefaults_DaemonSet (v1.36) */
export function defaultDaemonSet(o: Draft): void {
  template(o)
  const { updateStrategy } = o.spec
  updateStrategy.type ||= 'RollingUpdate'
  if (updateStrategy.type === 'RollingUpdate') {
    updateStrategy.rollingUpdate ??= {}
    updateStrategy.rollingUpdate.maxUnavailable ??= 1
    updateStrategy.rollingUpdate.maxSurge ??= 0
  }
  o.spec.revisionHistoryLimit ??= 10
}

function defaultJobSpec(spec: Draft): void {
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1
    spec.parallelism = 1
  }
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex !== undefined ? 2_147_483_647 : 6
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  spec.manualSelector ??= false
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True'
  }
}

/** k8s pkg/apis/batch/v1/defaults.go SetDefaults_Job (v1.36) */
export function defaultJob(o: Draft): void {
  template(o)
  defaultJobSpec(o.spec)
  // one map for both: the labels that are generated later are the Job's too
  const { labels } = o.spec.template.metadata
  if (labels && Object.keys(o.metadata.labels ?? {}).length === 0) o.metadata.labels = labels
}

/** k8s pkg/apis/batch/v1/defaults.go SetDefaults_CronJob (v1.36): the job template gets the pod's defaults, not the Job's. */
export function defaultCronJob(o: Draft): void {
  const { spec } = o
  defaultPodSpec(spec.jobTemplate.spec.template.spec)
  spec.concurrencyPolicy ||= 'Allow'
  spec.suspend ??= false
  spec.successfulJobsHistoryLimit ??= 3
  spec.failedJobsHistoryLimit ??= 1
}
