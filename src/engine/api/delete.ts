import { type KObject, keyOf, type ObjectKey, timestamp } from '../../model/index.ts'
import { get, getByKey, put, remove, type State } from '../core/index.ts'
import { infoOf } from './lookup.ts'
import { Allocation } from './service/allocate.ts'
import { releaseAll } from './service/allocations.ts'
import { type ApiResult, forbiddenStatus, notFoundStatus, ok, refuse } from './status.ts'

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  /** What becomes of the objects that this one owns. Default: Background. The garbage collector sees to it. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
}

/** Namespaces that can not be deleted. k8s apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go (v1.36) */
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])

/**
 * DELETE. A pod on a node is only asked to stop (`deletionTimestamp`, and the kubelet ends it); what has finalizers waits for them; a
 * Namespace becomes Terminating, and the namespace controller empties it.
 * k8s apiserver/pkg/registry/rest/delete.go BeforeDelete, pkg/registry/core/pod/strategy.go CheckGracefulDelete (v1.36)
 */
export function deleteObject(
  state: State,
  kind: string,
  namespace: string,
  name: string,
  options: DeleteOptions = {},
): ApiResult {
  const object = get(state, kind, namespace, name)
  if (!object) {
    const info = infoOf(kind)
    return refuse(notFoundStatus(info?.apiVersion ?? 'v1', info?.plural ?? `${kind.toLowerCase()}s`, name))
  }
  if (kind === 'Namespace') {
    if (IMMORTAL.has(name))
      return refuse(forbiddenStatus('v1', 'namespaces', name, 'this namespace may not be deleted'))
    return ok(terminateNamespace(state, object))
  }
  if (kind === 'Pod') {
    const grace = graceOf(object, options)
    const before = object.metadata.deletionGracePeriodSeconds
    if (grace > 0) {
      // a second request can only shorten what is left
      if (object.metadata.deletionTimestamp && before !== undefined && grace >= before) return ok(object)
      return ok(mark(state, withFinalizer(object, options), grace))
    }
  }
  const waiting = withFinalizer(object, options)
  if (waiting.metadata.finalizers && waiting.metadata.finalizers.length > 0) {
    return ok(object.metadata.deletionTimestamp && waiting === object ? object : mark(state, waiting, 0))
  }
  removeNow(state, keyOf(object))
  return ok(object)
}

/**
 * Take an object out of the store, whatever it waits for but finalizers: the kubelet has stopped the pod, the namespace is empty.
 */
export function removeNow(state: State, key: ObjectKey): void {
  const object = getByKey(state, key)
  if (!object) return
  const { finalizers, deletionTimestamp } = object.metadata
  if (finalizers && finalizers.length > 0) {
    if (!deletionTimestamp || object.metadata.deletionGracePeriodSeconds !== 0) mark(state, object, 0)
    return
  }
  if (object.kind === 'Service' && object.apiVersion === 'v1') {
    const allocation = new Allocation(state, '')
    releaseAll(object, allocation)
    allocation.commit()
  }
  remove(state, key)
}

function graceOf(pod: KObject, { gracePeriodSeconds }: DeleteOptions): number {
  const spec = pod['spec'] as { nodeName?: string; terminationGracePeriodSeconds?: number }
  const { phase } = (pod['status'] ?? {}) as { phase?: string }
  if (!spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0
  const seconds = gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30
  return seconds < 0 ? 1 : seconds
}

/** `deletionTimestamp` is when the grace period ends. */
function mark(state: State, object: KObject, grace: number): KObject {
  const { metadata } = object
  return put(state, {
    ...object,
    metadata: {
      ...metadata,
      ...(metadata.generation !== undefined && !metadata.deletionTimestamp
        ? { generation: metadata.generation + 1 }
        : {}),
      deletionTimestamp: timestamp(state.now + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  })
}

// k8s apiserver/pkg/registry/generic/registry/store.go deletionFinalizersForGarbageCollection (v1.36)
function withFinalizer(object: KObject, { propagation }: DeleteOptions): KObject {
  const finalizer =
    propagation === 'Foreground' ? 'foregroundDeletion' : propagation === 'Orphan' ? 'orphan' : undefined
  const before = object.metadata.finalizers ?? []
  if (!finalizer || before.includes(finalizer)) return object
  const other = finalizer === 'orphan' ? 'foregroundDeletion' : 'orphan'
  return { ...object, metadata: { ...object.metadata, finalizers: [...before.filter((f) => f !== other), finalizer] } }
}

// k8s pkg/registry/core/namespace/storage/storage.go Delete (v1.36)
function terminateNamespace(state: State, namespace: KObject): KObject {
  if (namespace.metadata.deletionTimestamp) return namespace
  const status = { ...(namespace['status'] as object), phase: 'Terminating' }
  return put(state, {
    ...namespace,
    metadata: { ...namespace.metadata, deletionTimestamp: timestamp(state.now) },
    status,
  })
}

/** The namespace controller has emptied a terminating namespace: it goes. */
export function finalizeNamespace(state: State, name: string): void {
  const namespace = get(state, 'Namespace', '', name)
  if (
    namespace?.metadata.deletionTimestamp &&
    !(namespace.metadata.finalizers && namespace.metadata.finalizers.length > 0)
  ) {
    remove(state, keyOf(namespace))
  }
}
