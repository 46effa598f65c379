import { type KObject, keyOf, type Labels, type ObjectKey, type OwnerReference } from '../../model/index.ts'
import { createFor, type DeleteOptions, deleteObject, updateSpec, updateStatus } from '../api/index.ts'
import { getByKey, put, recordEvent, type State } from '../core/index.ts'

/** k8s apimachinery/pkg/apis/meta/v1/controller_ref.go NewControllerRef (v1.36) */
export const controllerRef = (owner: KObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  blockOwnerDeletion: true,
  controller: true,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
})

/** The object as it is stored now; undefined when it has gone, or another one has its name. */
export function fresh<T extends KObject>(state: State, object: T): T | undefined {
  const stored = getByKey<T>(state, keyOf(object))
  return stored?.metadata.uid === object.metadata.uid ? stored : undefined
}

/** Store a changed status. */
export function writeStatus<T extends KObject>(state: State, object: T): T {
  return updateStatus(state, object) as T
}

/** Store a changed spec or metadata. */
export function write<T extends KObject>(state: State, object: T): T {
  return updateSpec(state, object) as T
}

/**
 * Add annotations the way a status is written: no new generation. k8s pkg/registry/apps/deployment/strategy.go deploymentStatusStrategy
 * (v1.36): a status update carries annotations.
 */
export function annotate<T extends KObject>(state: State, object: T, annotations: Labels): T {
  const stored = fresh(state, object) ?? object
  const metadata = { ...stored.metadata, annotations: { ...stored.metadata.annotations, ...annotations } }
  return put(state, { ...stored, metadata })
}

/** Make an object as the controller of `owner`; what it is refused for is a value. */
export function create<T extends KObject>(
  state: State,
  owner: KObject,
  object: T,
): { readonly made: T } | { readonly error: string } {
  const result = createFor(state, owner, object)
  return result.ok ? { made: result.object as T } : { error: result.status.message }
}

export function erase(state: State, object: KObject, options: DeleteOptions = {}): void {
  deleteObject(state, object.kind, object.metadata.namespace ?? '', object.metadata.name, options)
}

export function event(
  state: State,
  source: string,
  type: 'Normal' | 'Warning',
  object: KObject | ObjectKey,
  reason: string,
  message: string,
): void {
  recordEvent(state, source, type, typeof object === 'string' ? object : keyOf(object), reason, message)
}
