import type { Draft } from '../decode.ts'
import { semanticEqual } from '../deep.ts'
import {
  child,
  type FieldErrors,
  forbidden,
  index,
  invalid,
  invalids,
  notSupported,
  required,
  root,
  shown,
} from '../field.ts'
import { validateCIDR } from '../ip.ts'
import { metadata, validateMeta, validateMetaUpdate } from '../meta.ts'
import { labelKey, labelValue, nameIsLabel, nameIsSubdomain } from '../names.ts'
import { TAINT_EFFECTS } from '../pod/validate-placement.ts'
import { claimSpec } from '../workload/validate.ts'

const NAME_LABEL = 'kubernetes.io/metadata.name'

/** k8s pkg/apis/core/v1/defaults.go SetDefaults_Namespace; pkg/registry/core/namespace/strategy.go Canonicalize (v1.36) */
export function defaultNamespace(o: Draft): void {
  if (o.metadata.name) o.metadata.labels = { ...o.metadata.labels, [NAME_LABEL]: o.metadata.name }
}

/** k8s pkg/registry/core/namespace/strategy.go PrepareForCreate (v1.36) */
export function prepareNamespace(o: Draft): void {
  o.status = { phase: 'Active' }
  const before: string[] = o.spec.finalizers ?? []
  o.spec.finalizers = before.includes('kubernetes') ? before : [...before, 'kubernetes']
  defaultNamespace(o)
}

export const keepNamespace = (o: Draft, old: Draft): void => {
  o.spec.finalizers = old.spec?.finalizers
}

/** k8s pkg/apis/core/validation/validation.go ValidateNamespace (v1.36) */
export function validateNamespaceCreate(o: Draft): FieldErrors {
  const out = validateMeta(o.metadata, false, nameIsLabel)
  const at = child(root, 'spec', 'finalizers')
  for (const name of o.spec.finalizers ?? []) {
    out.push(...invalids(at, name, labelKey(name)))
    if (!name.includes('/') && !['kubernetes', 'orphan', 'foregroundDeletion'].includes(name)) {
      out.push(invalid(at, name, 'name is neither a standard finalizer name nor is it fully qualified'))
    }
  }
  return out
}

/** k8s pkg/apis/core/validation/validation.go ValidateNode (v1.36) */
export const validateNodeCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, false, nameIsSubdomain),
  ...taints(o),
  ...(o.spec.podCIDRs ?? []).flatMap((cidr: string, i: number) =>
    validateCIDR(index(child(root, 'spec', 'podCIDRs'), i), cidr),
  ),
]

/** k8s pkg/apis/core/v1/conversion.go Convert_v1_NodeSpec_To_core_NodeSpec (v1.36) */
export function defaultNode(o: Draft): void {
  if (!o.spec.podCIDRs?.length && o.spec.podCIDR) o.spec.podCIDRs = [o.spec.podCIDR]
  if (o.spec.podCIDRs?.length) o.spec.podCIDR = o.spec.podCIDRs[0]
}

export function validateNodeUpdate(o: Draft, old: Draft): FieldErrors {
  const out = [...validateNodeCreate(o), ...validateMetaUpdate(o.metadata, old.metadata)]
  const before: string[] = old.spec?.podCIDRs ?? []
  if (before.length > 0 && !semanticEqual(o.spec.podCIDRs, before)) {
    out.push(forbidden(child(root, 'spec', 'podCIDRs'), 'node updates may not change podCIDR except from "" to valid'))
  }
  if (old.spec?.providerID && o.spec.providerID !== old.spec.providerID) {
    out.push(
      forbidden(child(root, 'spec', 'providerID'), 'node updates may not change providerID except from "" to valid'),
    )
  }
  return out
}

/** The server says metadata.taints here. */
function taints(o: Draft): FieldErrors {
  const out: FieldErrors = []
  const list: Draft[] = o.spec?.taints ?? []
  for (const [i, taint] of list.entries()) {
    const place = index(child(metadata, 'taints'), i)
    const at = { text: place.text, path: ['spec', 'taints', i] }
    out.push(...invalids(child(at, 'key'), taint.key ?? '', labelKey(taint.key ?? '')))
    const wrong = labelValue(taint.value ?? '')
    if (wrong.length > 0) out.push(invalid(child(at, 'value'), taint.value, wrong.join(';')))
    if (!taint.effect) out.push(required(child(at, 'effect')))
    else if (!TAINT_EFFECTS.includes(taint.effect))
      out.push(notSupported(child(at, 'effect'), taint.effect, TAINT_EFFECTS))
    if (list.slice(0, i).some((t) => t.key === taint.key && t.effect === taint.effect)) {
      const internal = {
        Key: taint.key,
        Value: taint.value ?? '',
        Effect: taint.effect,
        TimeAdded: taint.timeAdded ?? null,
      }
      out.push({ field: at, body: `Duplicate value: ${shown(internal)}: taints must be unique by key and effect pair` })
    }
  }
  return out
}

/** k8s pkg/apis/core/v1/defaults.go SetDefaults_PersistentVolumeClaim (v1.36) */
export function defaultClaim(o: Draft): void {
  o.spec.volumeMode ??= 'Filesystem'
}
export const pendingClaim = (o: Draft): void => {
  o.status = { phase: 'Pending' }
}

/** k8s pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaim (v1.36) */
export const validateClaimCreate = (o: Draft): FieldErrors => [
  ...validateMeta(o.metadata, true, nameIsSubdomain),
  ...claimSpec(o.spec, root),
]

/** k8s pkg/apis/storage/v1/defaults.go SetDefaults_StorageClass (v1.36) */
export function defaultStorageClass(o: Draft): void {
  o.reclaimPolicy ??= 'Delete'
  o.volumeBindingMode ??= 'Immediate'
}

/** k8s pkg/apis/autoscaling/v1/defaults.go SetDefaults_HorizontalPodAutoscaler (v1.36) */
export function defaultAutoscaler(o: Draft): void {
  o.spec.minReplicas ??= 1
}

/** k8s pkg/apis/autoscaling/v2/defaults.go SetDefaults_HorizontalPodAutoscaler (v1.36), without the behaviour's policies */
export function defaultMetrics(o: Draft): void {
  defaultAutoscaler(o)
  if (o.spec.metrics?.length > 0) return
  const target = { type: 'Utilization', averageUtilization: 80 }
  o.spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }]
}

/** k8s pkg/apis/core/v1/defaults.go SetDefaults_PersistentVolume, SetDefaults_HostPathVolumeSource (v1.36) */
export function defaultVolume(o: Draft): void {
  o.spec.persistentVolumeReclaimPolicy ||= 'Retain'
  o.spec.volumeMode ??= 'Filesystem'
  if (o.spec.hostPath) o.spec.hostPath.type ??= ''
}

const isMap = (value: unknown): value is Draft => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The server's decoder does not look into these, so any field may be anything.
 * k8s apiextensions-apiserver pkg/apis/apiextensions/v1/defaults.go SetDefaults_CustomResourceDefinitionSpec (v0.36)
 */
export function defaultDefinition(o: Draft): void {
  if (!isMap(o.spec)) return
  const { names, conversion } = o.spec
  o.spec = { ...o.spec, conversion: conversion ?? { strategy: 'None' } }
  if (o.spec.preserveUnknownFields === false) delete o.spec.preserveUnknownFields
  if (!isMap(names) || typeof names.kind !== 'string' || names.kind === '') return
  o.spec.names = {
    ...names,
    singular: names.singular || names.kind.toLowerCase(),
    listKind: names.listKind || `${names.kind}List`,
  }
}
