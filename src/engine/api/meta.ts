import type { LabelSelector, Labels, OwnerReference } from '../../model/index.ts'
import type { Draft } from './decode.ts'
import {
  child,
  type Field,
  type FieldErrors,
  forbidden,
  goQuote,
  index,
  invalid,
  invalids,
  required,
  root,
  tooLong,
} from './field.ts'
import { byteLength, labelKey, labelValue, type NameCheck, nameIsLabel, pathSegment } from './names.ts'

export const metadata = child(root, 'metadata')

/** An empty field where the message stands for a whole map, but the editor should find the entry. */
const entry = (field: Field, name: string): Field => ({ text: field.text, path: [...field.path, name] })

const sortedKeys = (map: object) => Object.keys(map).sort()

// k8s apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabels (v1.36): in the order of a Go map there, sorted here
export function validateLabels(labels: Labels | undefined, field: Field): FieldErrors {
  const out: FieldErrors = []
  for (const name of sortedKeys(labels ?? {})) {
    const value = labels![name]!
    const [wrongKey, wrongValue] = [labelKey(name), labelValue(value)]
    if (wrongKey.length + wrongValue.length === 0) continue
    out.push(...invalids(entry(field, name), name, wrongKey), ...invalids(entry(field, name), value, wrongValue))
  }
  return out
}

const MOST_BYTES = 256 * 1024

const bytesOf = (annotations: Labels): number =>
  Object.entries(annotations).reduce((n, [name, value]) => n + byteLength(name) + byteLength(value), 0)

// k8s apimachinery/pkg/api/validation/objectmeta.go ValidateAnnotations (v1.36)
export function validateAnnotations(annotations: Labels | undefined, field: Field): FieldErrors {
  const out: FieldErrors = []
  let size = 0
  for (const name of sortedKeys(annotations ?? {})) {
    const wrong = labelKey(name.toLowerCase())
    if (wrong.length > 0) out.push(...invalids(entry(field, name), name, wrong))
    size += name.length + annotations![name]!.length
  }
  // a character takes up to three bytes: short texts, which nearly all are, need not be counted
  if (size > MOST_BYTES / 3 && bytesOf(annotations!) > MOST_BYTES) out.push(tooLong(field, MOST_BYTES))
  return out
}

function validateOwners(owners: readonly OwnerReference[] | undefined, field: Field): FieldErrors {
  const out: FieldErrors = []
  let controller = ''
  for (const ref of owners ?? []) {
    if (!ref.apiVersion || ref.apiVersion.split('/').length > 2)
      out.push(invalid(child(field, 'apiVersion'), ref.apiVersion ?? '', 'version must not be empty'))
    for (const name of ['kind', 'name', 'uid'] as const) {
      if (!ref[name]) out.push(invalid(child(field, name), ref[name] ?? '', 'must not be empty'))
    }
    if (!ref.controller) continue
    const it = `${ref.kind}/${ref.name}`
    if (controller === '') controller = it
    else {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${it}`
      out.push(invalid(field, owners, why))
    }
  }
  return out
}

function validateFinalizers(finalizers: readonly string[] | undefined, field: Field): FieldErrors {
  const out: FieldErrors = []
  for (const name of finalizers ?? []) out.push(...invalids(field, name, labelKey(name)))
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    out.push(invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  }
  return out
}

/** k8s pkg/apis/core/validation/validation.go ValidateObjectMeta (v1.36) */
export const validateMeta = (meta: Draft, namespaced: boolean, nameCheck: NameCheck): FieldErrors => [
  ...validateAnyMeta(meta, namespaced, nameCheck),
  ...standardFinalizers(meta.finalizers, child(metadata, 'finalizers')),
]

/** What holds for the metadata of every kind: a name is a segment of a path. */
export const validateCommonMeta = (meta: Draft, namespaced: boolean): FieldErrors =>
  validateAnyMeta(meta, namespaced, pathSegment)

// k8s apimachinery/pkg/api/validation/objectmeta.go ValidateObjectMetaAccessor (v1.36)
function validateAnyMeta(meta: Draft, namespaced: boolean, nameCheck: NameCheck): FieldErrors {
  const out: FieldErrors = []
  if (meta.generateName)
    out.push(...invalids(child(metadata, 'generateName'), meta.generateName, nameCheck(meta.generateName, true)))
  if (!meta.name) out.push(required(child(metadata, 'name'), 'name or generateName is required'))
  else out.push(...invalids(child(metadata, 'name'), meta.name, nameCheck(meta.name, false)))
  const namespace = child(metadata, 'namespace')
  if (namespaced) {
    if (!meta.namespace) out.push(required(namespace))
    else out.push(...invalids(namespace, meta.namespace, nameIsLabel(meta.namespace, false)))
  } else if (meta.namespace) {
    out.push(forbidden(namespace, 'not allowed on this type'))
  }
  if (meta.generation < 0)
    out.push(invalid(child(metadata, 'generation'), meta.generation, 'must be greater than or equal to 0'))
  out.push(
    ...validateLabels(meta.labels, child(metadata, 'labels')),
    ...validateAnnotations(meta.annotations, child(metadata, 'annotations')),
    ...validateOwners(meta.ownerReferences, child(metadata, 'ownerReferences')),
    ...validateFinalizers(meta.finalizers, child(metadata, 'finalizers')),
  )
  return out
}

// k8s pkg/apis/core/validation/validation.go validateKubeFinalizerName (v1.36)
function standardFinalizers(finalizers: readonly string[] | undefined, field: Field): FieldErrors {
  const standard = ['kubernetes', 'orphan', 'foregroundDeletion']
  const why = 'name is neither a standard finalizer name nor is it fully qualified'
  return (finalizers ?? []).flatMap((name, i) =>
    name.includes('/') || standard.includes(name) ? [] : [invalid(index(field, i), name, why)],
  )
}

// k8s apimachinery/pkg/api/validation/objectmeta.go ValidateObjectMetaAccessorUpdate (v1.36)
export function validateMetaUpdate(meta: Draft, old: Draft): FieldErrors {
  const out: FieldErrors = []
  if (old.deletionTimestamp) {
    const extra = (meta.finalizers ?? []).filter((name: string) => !(old.finalizers ?? []).includes(name)).sort()
    if (extra.length > 0) {
      const list = `[]string{${extra.map(goQuote).join(', ')}}`
      out.push(
        forbidden(
          child(metadata, 'finalizers'),
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      )
    }
  }
  for (const name of ['name', 'namespace', 'uid'] as const) {
    if ((meta[name] ?? '') !== (old[name] ?? ''))
      out.push(invalid(child(metadata, name), meta[name] ?? '', 'field is immutable'))
  }
  out.push(
    ...validateLabels(meta.labels, child(metadata, 'labels')),
    ...validateAnnotations(meta.annotations, child(metadata, 'annotations')),
    ...validateOwners(meta.ownerReferences, child(metadata, 'ownerReferences')),
    ...standardFinalizers(meta.finalizers, child(metadata, 'finalizers')),
  )
  return out
}

// k8s apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabelSelector (v1.36)
export function validateLabelSelector(selector: LabelSelector | undefined, field: Field): FieldErrors {
  if (!selector) return []
  const out = validateLabels(selector.matchLabels, child(field, 'matchLabels'))
  for (const [i, expression] of (selector.matchExpressions ?? []).entries()) {
    const at = index(child(field, 'matchExpressions'), i)
    const values = expression.values ?? []
    switch (expression.operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0)
          out.push(required(child(at, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"))
        break
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) {
          out.push(forbidden(child(at, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
        }
        break
      default:
        out.push(invalid(child(at, 'operator'), expression.operator ?? '', 'not a valid selector operator'))
    }
    out.push(...invalids(child(at, 'key'), expression.key, labelKey(expression.key)))
    for (const [j, value] of values.entries())
      out.push(...invalids(index(child(at, 'values'), j), value, labelValue(value)))
  }
  return out
}
