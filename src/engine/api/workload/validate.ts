import { matchesMap, matchesSelector } from '../../../model/index.ts'
import type { Draft } from '../decode.ts'
import { semanticEqual } from '../deep.ts'
import {
  child,
  type Field,
  type FieldErrors,
  forbidden,
  index,
  invalid,
  invalids,
  key,
  notSupported,
  required,
  root,
} from '../field.ts'
import { validateLabelSelector, validateMeta, validateMetaUpdate } from '../meta.ts'
import { dns1123Label, labelKey, labelValue, nameIsLabel, nameIsSubdomain, percent } from '../names.ts'
import { validateTemplate } from '../pod/validate.ts'
import { nonNegative } from '../pod/validate-probe.ts'
import { compareQuantities } from '../quantity.ts'

const spec = child(root, 'spec')
const template = child(spec, 'template')
const NO_MATCH = '`selector` does not match template `labels`'

/** Whether LabelSelectorAsSelector makes something of it. k8s apimachinery/pkg/apis/meta/v1/helpers.go (v1.36) */
export function isSelector(selector: Draft): boolean {
  const pairs = Object.entries<string>(selector?.matchLabels ?? {})
  if (pairs.some(([name, value]) => labelKey(name).length + labelValue(value).length > 0)) return false
  return (selector?.matchExpressions ?? []).every((e: Draft) => {
    const values: string[] = e.values ?? []
    const known = ['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(e.operator)
    const counts = e.operator === 'In' || e.operator === 'NotIn' ? values.length > 0 : values.length === 0
    return known && counts && labelKey(e.key ?? '').length === 0 && values.every((v) => labelValue(v).length === 0)
  })
}

const isEmptySelector = (selector: Draft) =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0) === 0

/** The selector of an apps kind: there, sound, not empty. `what` as the message names the kind. */
function validateSelector(o: Draft, what: string): FieldErrors {
  const at = child(spec, 'selector')
  const { selector } = o.spec
  if (!selector) return [required(at)]
  return [
    ...validateLabelSelector(selector, at),
    ...(isEmptySelector(selector) ? [invalid(at, selector, `empty selector is invalid for ${what}`)] : []),
  ]
}

const labelsField = child(template, 'metadata', 'labels')
const templateLabels = (o: Draft) => o.spec.template.metadata.labels

/** Restart policy and deadline that a template of a workload that runs for ever may have. */
function validateLongRunning(pod: Draft, at: Field, what: string): FieldErrors {
  return [
    ...(pod.restartPolicy === 'Always'
      ? []
      : [notSupported(child(at, 'spec', 'restartPolicy'), pod.restartPolicy, ['Always'])]),
    ...(pod.activeDeadlineSeconds === undefined
      ? []
      : [forbidden(child(at, 'spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${what} is not Supported`)]),
  ]
}

// k8s pkg/apis/apps/validation/validation.go ValidatePodTemplateSpecForReplicaSet (v1.36)
function templateOfReplicas(o: Draft): FieldErrors {
  const at = child(spec, 'selector')
  if (!isSelector(o.spec.selector)) return [invalid(at, o.spec.selector, 'invalid label selector')]
  const { selector } = o.spec
  const matches = selector ? isEmptySelector(selector) || matchesSelector(selector, templateLabels(o)) : false
  return [
    ...(matches ? [] : [invalid(labelsField, templateLabels(o) ?? null, NO_MATCH)]),
    ...validateTemplate(o.spec.template, template),
    ...validateLongRunning(o.spec.template.spec, template, 'ReplicaSet'),
  ]
}

const immutable = (o: Draft, old: Draft, name: string): FieldErrors =>
  semanticEqual(o.spec[name], old.spec[name])
    ? []
    : [invalid(child(spec, name), o.spec[name] ?? null, 'field is immutable')]

const counts = (o: Draft, ...names: readonly string[]): FieldErrors =>
  names.flatMap((name) => nonNegative(o.spec[name], child(spec, name)))

/** k8s pkg/apis/apps/validation/validation.go ValidateDeployment (v1.36) */
export const validateDeploymentCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...deployment(o),
]

export const validateDeploymentUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...deployment(o),
  ...immutable(o, old, 'selector'),
]

function deployment(o: Draft): FieldErrors {
  const out = [
    ...counts(o, 'replicas'),
    ...validateSelector(o, 'deployment'),
    ...templateOfReplicas(o),
    ...deploymentStrategy(o.spec.strategy),
  ]
  out.push(...counts(o, 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'))
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = o.spec
  if (deadline !== undefined && deadline <= minReadySeconds) {
    out.push(invalid(child(spec, 'progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds'))
  }
  return out
}

function deploymentStrategy(strategy: Draft): FieldErrors {
  const at = child(spec, 'strategy')
  const rolling = child(at, 'rollingUpdate')
  if (strategy.type === 'Recreate') {
    return strategy.rollingUpdate ? [forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'")] : []
  }
  if (strategy.type !== 'RollingUpdate') {
    // the server prints its own internal struct
    const update = strategy.rollingUpdate
    const shown = {
      Type: strategy.type,
      RollingUpdate: update ? { MaxUnavailable: update.maxUnavailable ?? 0, MaxSurge: update.maxSurge ?? 0 } : null,
    }
    return [notSupported(at, shown, ['Recreate', 'RollingUpdate'])]
  }
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate
  const out = [
    ...intOrPercent(maxUnavailable, child(rolling, 'maxUnavailable')),
    ...intOrPercent(maxSurge, child(rolling, 'maxSurge')),
  ]
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    out.push(invalid(child(rolling, 'maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  }
  return [...out, ...atMost100(maxUnavailable, child(rolling, 'maxUnavailable'))]
}

// k8s pkg/apis/apps/validation/validation.go ValidatePositiveIntOrPercent, IsNotMoreThan100Percent (v1.36)
function intOrPercent(value: number | string, at: Field): FieldErrors {
  return typeof value === 'string' ? invalids(at, value, percent(value)) : nonNegative(value, at)
}
const percentOf = (value: number | string) =>
  typeof value === 'string' && percent(value).length === 0 ? Number(value.slice(0, -1)) : undefined
const amount = (value: number | string) => percentOf(value) ?? (Number(value) || 0)
const atMost100 = (value: number | string, at: Field): FieldErrors =>
  (percentOf(value) ?? 0) > 100 ? [invalid(at, value, 'must not be greater than 100%')] : []

/** k8s pkg/apis/apps/validation/validation.go ValidateReplicaSet (v1.36) */
export const validateReplicaSetCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...replicaSet(o),
]
export const validateReplicaSetUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...replicaSet(o),
  ...immutable(o, old, 'selector'),
]
const replicaSet = (o: Draft): FieldErrors => [
  ...counts(o, 'replicas', 'minReadySeconds'),
  ...validateSelector(o, 'deployment'),
  ...templateOfReplicas(o),
]

/** k8s pkg/apis/core/validation/validation.go ValidateReplicationController (v1.36) */
export const validateControllerCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...replicationController(o),
]
export const validateControllerUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...replicationController(o),
]
function replicationController(o: Draft): FieldErrors {
  const selector = o.spec.selector ?? {}
  const isEmpty = Object.keys(selector).length === 0
  const out = counts(o, 'minReadySeconds')
  if (isEmpty) out.push(required(child(spec, 'selector')))
  out.push(...counts(o, 'replicas'))
  if (!o.spec.template) return [...out, required(template)]
  if (!isEmpty && !matchesMap(selector, templateLabels(o)))
    out.push(invalid(labelsField, templateLabels(o) ?? null, NO_MATCH))
  return [
    ...out,
    ...validateTemplate(o.spec.template, template),
    ...validateLongRunning(o.spec.template.spec, template, 'ReplicationController'),
  ]
}

/** k8s pkg/apis/apps/validation/validation.go ValidateDaemonSet (v1.36) */
export const validateDaemonSetCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...daemonSet(o),
]
export const validateDaemonSetUpdate = (o: Draft, old: Draft): FieldErrors => [
  ...validateMetaUpdate(o.metadata, old.metadata),
  ...immutable(o, old, 'selector'),
  ...daemonSet(o),
]
function daemonSet(o: Draft): FieldErrors {
  const { selector, updateStrategy: strategy } = o.spec
  const out: FieldErrors = validateLabelSelector(selector, child(spec, 'selector'))
  if (isSelector(selector) && !matchesSelector(selector, templateLabels(o))) {
    out.push(invalid(labelsField, templateLabels(o) ?? null, NO_MATCH))
  }
  if (selector && isEmptySelector(selector))
    out.push(invalid(child(spec, 'selector'), selector, 'empty selector is invalid for daemonset'))
  out.push(
    ...validateTemplate(o.spec.template, template),
    ...validateLongRunning(o.spec.template.spec, template, 'DaemonSet'),
    ...counts(o, 'minReadySeconds'),
    ...daemonSetStrategy(strategy),
    ...counts(o, 'revisionHistoryLimit'),
  )
  return out
}

function daemonSetStrategy(strategy: Draft): FieldErrors {
  const at = child(spec, 'updateStrategy')
  if (strategy.type === 'OnDelete') return []
  if (strategy.type !== 'RollingUpdate') {
    const given = strategy.rollingUpdate
    const internal = given ? { MaxUnavailable: given.maxUnavailable ?? 0, MaxSurge: given.maxSurge ?? 0 } : null
    const shown = { Type: strategy.type, RollingUpdate: internal }
    return [notSupported(at, shown, ['RollingUpdate', 'OnDelete'])]
  }
  const rolling = child(at, 'rollingUpdate')
  const unavailable = child(rolling, 'maxUnavailable')
  const surge = child(rolling, 'maxSurge')
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate
  const out = [
    ...intOrPercent(maxUnavailable, unavailable),
    ...intOrPercent(maxSurge, surge),
    ...atMost100(maxUnavailable, unavailable),
    ...atMost100(maxSurge, surge),
  ]
  const [a, b] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0]
  if (a && b) out.push(invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  if (!a && !b) out.push(required(unavailable, 'cannot be 0 when maxSurge is 0'))
  return out
}

/** k8s pkg/apis/apps/validation/validation.go ValidateStatefulSet (v1.36) */
export const validateStatefulSetCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, nameIsLabel),
  ...statefulSet(o, true),
]

const MUTABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
]

export function validateStatefulSetUpdate(o: Draft, old: Draft): FieldErrors {
  const out = [...validateMetaUpdate(o.metadata, old.metadata), ...statefulSet(o, false)]
  const changed = Object.keys({ ...o.spec, ...old.spec }).find(
    (name) => !MUTABLE.includes(name) && !semanticEqual(o.spec[name], old.spec[name]),
  )
  if (changed !== undefined) {
    const why =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    out.push(forbidden({ text: 'spec', path: ['spec', changed] }, why))
  }
  return out
}

function statefulSet(o: Draft, isNew: boolean): FieldErrors {
  const s = o.spec
  const out: FieldErrors = []
  if (s.podManagementPolicy !== 'OrderedReady' && s.podManagementPolicy !== 'Parallel') {
    out.push(invalid(child(spec, 'podManagementPolicy'), s.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"))
  }
  out.push(...statefulSetStrategy(s.updateStrategy))
  const policies = ['Retain', 'Delete']
  for (const name of ['whenDeleted', 'whenScaled']) {
    const value = s.persistentVolumeClaimRetentionPolicy?.[name]
    if (!policies.includes(value))
      out.push(notSupported(child(spec, 'persistentVolumeClaimRetentionPolicy', name), value, policies))
  }
  if (isNew)
    for (const [i, claim] of (s.volumeClaimTemplates ?? []).entries())
      out.push(...claimSpec(claim.spec, index(child(spec, 'volumeClaimTemplates'), i)))
  out.push(
    ...counts(o, 'replicas', 'minReadySeconds'),
    ...nonNegative(s.ordinals?.start, child(spec, 'ordinals.start')),
  )
  if (isNew && s.serviceName)
    out.push(...invalids(child(spec, 'serviceName'), s.serviceName, dns1123Label(s.serviceName)))
  out.push(...validateSelector(o, 'statefulset'))
  if (!isSelector(s.selector)) out.push(invalid(child(spec, 'selector'), s.selector, ''))
  else {
    const matches = s.selector ? isEmptySelector(s.selector) || matchesSelector(s.selector, templateLabels(o)) : false
    if (!matches) out.push(invalid(labelsField, templateLabels(o) ?? null, NO_MATCH))
    out.push(...validateTemplate(withClaims(s), template))
  }
  return [...out, ...validateLongRunning(s.template.spec, template, 'StatefulSet')]
}

/** The controller writes the host name, and the volumes of the claims, into the pods. */
function withClaims(s: Draft): Draft {
  const pod = s.template.spec
  const claims: Draft[] = (s.volumeClaimTemplates ?? []).map((claim: Draft) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: claim.metadata.name },
  }))
  const others = (pod.volumes ?? []).filter((v: Draft) => !claims.some((c) => c.name === v.name))
  return {
    ...s.template,
    spec: {
      ...pod,
      subdomain: undefined,
      hostname: undefined,
      volumes: claims.length > 0 ? [...claims, ...others] : pod.volumes,
    },
  }
}

function statefulSetStrategy(strategy: Draft): FieldErrors {
  const at = child(spec, 'updateStrategy')
  const rolling = child(at, 'rollingUpdate')
  if (strategy.type === 'OnDelete') {
    return strategy.rollingUpdate
      ? [invalid(rolling, strategy.rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")]
      : []
  }
  if (strategy.type !== 'RollingUpdate') {
    const given = strategy.rollingUpdate
    const internal = given ? { Partition: given.partition ?? 0, MaxUnavailable: given.maxUnavailable ?? null } : null
    const shown = { Type: strategy.type, RollingUpdate: internal }
    return [invalid(at, shown, "must be 'RollingUpdate' or 'OnDelete'")]
  }
  const update = strategy.rollingUpdate
  if (!update) return []
  const out = nonNegative(update.partition, child(rolling, 'partition'))
  if (update.maxUnavailable !== undefined) {
    const place = child(rolling, 'maxUnavailable')
    out.push(...intOrPercent(update.maxUnavailable, place))
    if (amount(update.maxUnavailable) === 0) out.push(invalid(place, update.maxUnavailable, 'cannot be 0'))
    out.push(...atMost100(update.maxUnavailable, place))
  }
  return out
}

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

// k8s pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimSpec (v1.36)
export function claimSpec(claim: Draft, parent: Field): FieldErrors {
  const at = child(parent, 'spec')
  const out: FieldErrors = []
  const modes: string[] = claim.accessModes ?? []
  if (modes.length === 0) out.push(required(child(at, 'accessModes'), 'at least 1 access mode is required'))
  out.push(...validateLabelSelector(claim.selector, child(at, 'selector')))
  for (const mode of modes)
    if (!ACCESS_MODES.includes(mode)) out.push(notSupported(child(at, 'accessModes'), mode, ACCESS_MODES))
  if (modes.includes('ReadWriteOncePod') && modes.some((m) => m !== 'ReadWriteOncePod' && ACCESS_MODES.includes(m))) {
    out.push(forbidden(child(at, 'accessModes'), 'may not use ReadWriteOncePod with other access modes'))
  }
  const storage = claim.resources?.requests?.storage
  const where = key(child(at, 'resources'), 'storage')
  if (storage === undefined) out.push(required(where))
  else if (compareQuantities(storage, '0') <= 0) out.push(invalid(where, storage, 'must be greater than zero'))
  if (claim.storageClassName) {
    out.push(
      ...invalids(
        child(at, 'storageClassName'),
        claim.storageClassName,
        nameIsSubdomain(claim.storageClassName, false),
      ),
    )
  }
  const volumeModes = ['Block', 'Filesystem']
  if (claim.volumeMode !== undefined && !volumeModes.includes(claim.volumeMode)) {
    out.push(notSupported(child(at, 'volumeMode'), claim.volumeMode, volumeModes))
  }
  return out
}
