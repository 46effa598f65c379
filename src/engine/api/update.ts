import { type KindInfo, type KObject, keyOf } from '../../model/index.ts'
import { get, put, type State } from '../core/index.ts'
import { admitNamespace, finishCreate, type WriteOptions } from './create.ts'
import type { Draft } from './decode.ts'
import { deepEqual } from './deep.ts'
import { removeNow } from './delete.ts'
import { child, invalid } from './field.ts'
import { checkUpdate, rulesOf } from './kinds.ts'
import { kindOf } from './lookup.ts'
import { metadata as metadataField } from './meta.ts'
import { readmitPodSpec } from './pod/admission.ts'
import { readObject, settle } from './read.ts'
import { Allocation } from './service/allocate.ts'
import { allocateUpdate } from './service/allocations.ts'
import { type ApiResult, conflict, invalidStatus, notFoundStatus, ok, refuse } from './status.ts'

/** Where etcd has the objects of a kind, if not under its own name. k8s pkg/kubeapiserver/default_storage_factory_builder.go SpecialDefaultResourcePrefixes (v1.36) */
const REGISTRY: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  services: 'services/specs',
  nodes: 'minions',
  ingresses: 'ingress',
}

/** PUT, as `kubectl replace`: what the object does not say is defaulted anew, what was allocated is kept. */
export function updateObject(state: State, value: unknown, options: WriteOptions = {}): ApiResult {
  const read = readObject(value, options.fieldValidation)
  if (!read.ok) return refuse(read.status, read.warnings)
  const { info, draft } = read
  if (info.namespaced) draft.metadata.namespace ||= options.namespace ?? 'default'
  else delete draft.metadata.namespace
  const old = get(state, kindOf(info), draft.metadata.namespace ?? '', draft.metadata.name ?? '')
  if (!old) {
    // a PUT makes these (AllowCreateOnUpdate)
    if (info.kind === 'Service' || info.kind === 'Endpoints') {
      const denied = admitNamespace(state, info, draft, options.makeNamespace ?? false)
      return denied ?? finishCreate(state, info, draft, read.warnings, true)
    }
    return refuse(notFoundStatus(info.apiVersion, info.plural, draft.metadata.name ?? ''))
  }
  return storeUpdate(state, info, draft, old, read.warnings)
}

/**
 * The part of an update that follows decoding and defaulting.
 * @param isPut a uid in it is that of the object that is meant, as in a PUT; in a patch it is a field like others
 * k8s apiserver/pkg/registry/generic/registry/store.go Update, registry/rest/update.go BeforeUpdate (v1.36)
 */
export function storeUpdate(
  state: State,
  info: KindInfo,
  draft: Draft,
  old: KObject,
  given: readonly string[] = [],
  isPut = true,
): ApiResult {
  const rules = rulesOf(info.apiVersion, info.kind)
  const { metadata } = draft
  const before = old.metadata
  if (metadata.resourceVersion && metadata.resourceVersion !== before.resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again'
    return refuse(conflict(info.apiVersion, info.plural, before.name, why), given)
  }
  const { uid } = metadata
  if (isPut && uid && uid !== before.uid) {
    const precondition = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.uid}`
    const key = `/registry/${REGISTRY[info.plural] ?? info.plural}/${before.namespace ? `${before.namespace}/` : ''}${before.name}`
    const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${precondition}`
    return refuse(conflict(info.apiVersion, info.plural, before.name, why), given)
  }
  keepSystemFields(metadata, before)
  if (uid) metadata.uid = uid
  if (info.kind === 'Pod' && old['spec']) draft.spec = readmitPodSpec(draft.spec, old['spec'] as Draft)

  const isService = info.kind === 'Service'
  const allocation = new Allocation(state, `${before.namespace}/${before.name}`)
  if (isService) {
    const status = allocateUpdate(draft, old, allocation)
    if (status) return refuse(status, given)
  }
  if (old['status'] === undefined) delete draft.status
  else draft.status = old['status']
  rules.prepareUpdate?.(draft, old)
  if (rules.generation?.(settle(info, draft), old)) metadata.generation = (before.generation ?? 0) + 1
  const errors = checkUpdate(
    rules,
    isService ? draft : withEmptyLabels(settle(info, draft), draft),
    old,
    info.namespaced,
  )
  if (errors.length > 0) return refuse(invalidStatus(info.apiVersion, info.kind, metadata.name ?? '', errors), given)
  const warnings = rules.warnings ? [...given, ...rules.warnings(draft, old)] : given

  const object = settle(info, draft) as KObject
  if (deepEqual({ ...object, metadata: { ...object.metadata, resourceVersion: before.resourceVersion } }, old))
    return ok(old, warnings)
  if (isService) allocation.commit()
  return ok(storeOrFinish(state, object), warnings)
}

/** Labels of a template that are there and empty: an encoder leaves them out, and a message about them shows them. */
function withEmptyLabels(settled: Draft, draft: Draft): Draft {
  const labels = draft.spec?.template?.metadata?.labels
  if (!labels || Object.keys(labels).length > 0 || !settled.spec?.template) return settled
  const { spec } = settled
  const metadata = { ...spec.template.metadata, labels: {} }
  return { ...settled, spec: { ...spec, template: { ...spec.template, metadata } } }
}

/** Store a changed object; one that was asked to go and has nothing left to wait for goes. */
export function storeOrFinish(state: State, object: KObject): KObject {
  const { deletionTimestamp, finalizers } = object.metadata
  const stored = put(state, object)
  const waits = object.kind === 'Pod' || object.kind === 'Namespace'
  if (deletionTimestamp && !(finalizers && finalizers.length > 0) && !waits) removeNow(state, keyOf(object))
  return stored
}

function keepSystemFields(metadata: Draft, before: KObject['metadata']): void {
  for (const field of [
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
  ] as const) {
    if (before[field] === undefined) delete metadata[field]
    else metadata[field] = before[field]
  }
  for (const field of ['resourceVersion', 'selfLink', 'managedFields']) delete metadata[field]
}

/** An update must be of the object that it names. */
export const renamed = (info: KindInfo, name: string) =>
  invalidStatus(info.apiVersion, info.kind, name, [invalid(child(metadataField, 'name'), name, 'field is immutable')])
