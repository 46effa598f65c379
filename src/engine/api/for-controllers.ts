import { controllerOf, type KObject, keyOf, kindInfo, type ObjectKey, type Pod, timestamp } from '../../model/index.ts'
import { get, getByKey, put, replace, type State } from '../core/index.ts'
import { finishCreate, storePod } from './create.ts'
import type { Draft } from './decode.ts'
import { clone, deepEqual } from './deep.ts'
import { rulesOf } from './kinds.ts'

import { topologyLabels } from './pod/admission.ts'
import { type ApiResult, badRequest, forbiddenStatus, ok, refuse } from './status.ts'
import { storeOrFinish } from './update.ts'

/**
 * Make an object as a controller does: defaulted and admitted, but what was validated in the owner (a pod of a validated template) is not
 * validated again. With an owner that the object does not name, its controller reference is added.
 */
export function createFor<T extends KObject>(state: State, owner: KObject | undefined, object: T): ApiResult<T> {
  const info = kindInfo(object.apiVersion, object.kind)
  if (!info) return refuse(badRequest(`no matches for kind "${object.kind}" in version "${object.apiVersion}"`))
  const { namespace } = object.metadata
  if (info.namespaced) {
    const home = get(state, 'Namespace', '', namespace ?? '')
    if (home?.metadata.deletionTimestamp) {
      const why = `unable to create new content in namespace ${namespace} because it is being terminated`
      return refuse(forbiddenStatus(info.apiVersion, info.plural, object.metadata.name ?? '', why))
    }
  }
  const metadata =
    owner && !controllerOf(object)
      ? { ...object.metadata, ownerReferences: [referenceTo(owner)] }
      : { ...object.metadata }
  if (object.kind === 'Pod') return storePod(state, { ...object, metadata }) as ApiResult<T>
  if (object.kind === 'EndpointSlice' || object.kind === 'ControllerRevision' || object.kind === 'Endpoints') {
    return storeAsIs(state, info, { ...object, metadata }) as ApiResult<T>
  }
  const draft: Draft = { ...clone(object), metadata: clone(metadata) }
  rulesOf(info.apiVersion, info.kind).defaults?.(draft)
  return finishCreate(state, info, draft, [], false) as ApiResult<T>
}

const referenceTo = (owner: KObject) => ({
  apiVersion: owner.apiVersion,
  blockOwnerDeletion: true,
  controller: true,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
})

/** Kinds that only controllers make in numbers, which say every field themselves. */
function storeAsIs(state: State, info: NonNullable<ReturnType<typeof kindInfo>>, object: KObject): ApiResult {
  const draft = { ...object, metadata: { ...object.metadata } } as Draft
  return finishCreate(state, info, draft, [], false, undefined, true)
}

/** Give an object that was just read a status; nothing is written when it is the one that it has. */
export function replaceStatus<T extends KObject>(state: State, key: ObjectKey, stored: T, status: T['status']): T {
  return deepEqual(stored['status'], status) ? stored : replace(state, key, stored, { ...stored, status })
}

/** Store a changed status (and nothing else that counts as a new generation). */
export function updateStatus<T extends KObject>(state: State, object: T): T {
  const stored = getByKey<T>(state, keyOf(object))
  if (!stored || stored.metadata.uid !== object.metadata.uid) return object
  if (deepEqual(stored['status'], object['status'])) return stored
  return put(state, { ...stored, status: object['status'] } as T)
}

/** Store a changed spec or metadata as a controller does: validated no further, its generation counted. */
export function updateSpec<T extends KObject>(state: State, object: T): T {
  const stored = getByKey<T>(state, keyOf(object))
  if (!stored) return object
  const status = stored['status']
  const rules = rulesOf(object.apiVersion, object.kind)
  const changed = rules.generation?.(object, stored) ?? false
  const generation = changed ? (stored.metadata.generation ?? 0) + 1 : stored.metadata.generation
  const next = {
    ...object,
    metadata: {
      ...object.metadata,
      ...(generation === undefined ? {} : { generation }),
      resourceVersion: stored.metadata.resourceVersion,
    },
    ...(status === undefined ? {} : { status }),
  } as T
  if (deepEqual(next, stored)) return stored
  return storeOrFinish(state, next) as T
}

/**
 * POST pods/binding: the scheduler's decision. The pod gets its node's topology labels.
 * k8s pkg/registry/core/pod/storage/storage.go assignPod (v1.36)
 */
export function bindPod(state: State, pod: Pod, node: string): ApiResult<Pod> {
  const stored = getByKey<Pod>(state, keyOf(pod))
  if (!stored) return refuse(badRequest(`pods "${pod.metadata.name}" not found`))
  if (stored.spec.nodeName) {
    return refuse(
      badRequest(`pod ${stored.metadata.name} is already assigned to node ${JSON.stringify(stored.spec.nodeName)}`),
    )
  }
  const conditions = [...(stored.status?.conditions ?? []).filter((c) => c.type !== 'PodScheduled')]
  conditions.push({
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(state.now),
  })
  const labels = topologyLabels(state, node)
  return ok(
    put<Pod>(state, {
      ...stored,
      metadata: {
        ...stored.metadata,
        ...(Object.keys(labels).length > 0 ? { labels: { ...stored.metadata.labels, ...labels } } : {}),
      },
      spec: { ...stored.spec, nodeName: node },
      status: { ...stored.status, conditions },
    }),
  )
}
