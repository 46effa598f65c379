import { type KObject, type Labels, timestamp } from '../../model/index.ts'
import { get, list, type State } from '../core/index.ts'
import { infoOf } from './lookup.ts'
import { type ApiResult, notFoundStatus, ok, refuse } from './status.ts'

export { type Applied, type ApplyOptions, applyObject, LAST_APPLIED } from './apply.ts'
export { bootApiService, bootCluster, controlPlaneAddress, serviceAddress } from './boot.ts'
export { createObject, type WriteOptions } from './create.ts'
export { clone, deepEqual, semanticEqual } from './deep.ts'
export { type DeleteOptions, deleteObject, finalizeNamespace, removeNow } from './delete.ts'
export { goQuote } from './field.ts'
export { bindPod, createFor, replaceStatus, updateSpec, updateStatus } from './for-controllers.ts'
export { sloppyIP } from './ip.ts'
export { labelKey, labelValue, pathSegment } from './names.ts'
export { furnishNamespace, isNamespaceContent } from './namespace-content.ts'
export { type ClientFields, decodeClient, decodeCluster } from './own-kinds.ts'
export { fieldOf } from './patch/strategic.ts'
export { type PatchType, patchLocally, patchObject } from './patch.ts'
export { takeAccountsForThere } from './pod/admission.ts'
export { imageTag } from './pod/defaults.ts'
export { canonicalQuantity, compareQuantities, milliValue } from './quantity.ts'
export { asGoStruct, type FieldValidation, identify } from './read.ts'
export { fieldsOfKind, fieldsOfType, type GoType, kindType, type SchemaField } from './schema/schema.ts'
export type { ApiCause, ApiResult, ApiStatus, Reason } from './status.ts'
export { notFoundStatus } from './status.ts'
export { updateObject } from './update.ts'

/** One object, by the first part of its key (`Service`), its namespace and name; NotFound in the server's words. */
export function getObject<T extends KObject = KObject>(
  state: State,
  kind: string,
  namespace: string,
  name: string,
): ApiResult<T> {
  const object = get<T>(state, kind, namespace, name)
  if (object) return ok(object)
  const info = infoOf(kind)
  return refuse(notFoundStatus(info?.apiVersion ?? 'v1', info?.plural ?? `${kind.toLowerCase()}s`, name))
}

/** The objects of a kind as a list request gives them: by namespace, then by name. */
export function listObjects<T extends KObject = KObject>(
  state: State,
  kind: string,
  namespace?: string,
  labels?: Labels,
): T[] {
  const pairs = Object.entries(labels ?? {})
  return list<T>(state, kind, namespace)
    .filter((o) => pairs.every(([name, value]) => o.metadata.labels?.[name] === value))
    .sort((a, b) => {
      const [x, y] = [a.metadata.namespace ?? '', b.metadata.namespace ?? '']
      return x < y ? -1 : x > y ? 1 : a.metadata.name < b.metadata.name ? -1 : 1
    })
}

/** The time of day in the cluster, as stamps say it. */
export const nowStamp = (state: State): string => timestamp(state.now)
