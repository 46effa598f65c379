import { type KObject, keyOf, splitKey } from '../../model/index.ts'
import { type Change, type Component, getByKey, type Pending, type State, slot } from '../core/index.ts'
import { enqueue } from './timing.ts'
import { erase, write } from './writes.ts'

/** Owners that have gone, by uid, with where they lived, until their dependents have been seen to. */
const gone = slot<{ readonly namespace: string; readonly kind: string }>('garbage.gone')

/** Kinds whose objects never own others, so that deleting many of them costs no search. */
const CHILDLESS: ReadonlySet<string> = new Set([
  'Pod',
  'EndpointSlice',
  'Endpoints',
  'ControllerRevision',
  'ConfigMap',
  'Secret',
  'Event',
])

function watch(state: State, { key, before, after }: Change): void {
  if (after) {
    if (
      after.metadata.deletionTimestamp &&
      after.metadata.finalizers?.some((f) => f === 'foregroundDeletion' || f === 'orphan')
    ) {
      enqueue(state, 'garbage.owner', key)
    }
    return
  }
  if (!before) return
  const { namespace, kind } = splitKey(key)
  if (!CHILDLESS.has(kind)) {
    gone(state).set(before.metadata.uid ?? '', { namespace, kind })
    enqueue(state, 'garbage.collect', '')
  }
  // an owner that waits for its dependents may be waiting for this one
  for (const ref of before.metadata.ownerReferences ?? []) {
    const owner = getByKey(state, `${ref.kind}/${namespace}/${ref.name}`)
    if (owner?.metadata.finalizers?.includes('foregroundDeletion')) enqueue(state, 'garbage.owner', keyOf(owner))
  }
}

/** Everything that lives in some namespaces, or in all of them. */
function* objectsIn(state: State, namespaces: ReadonlySet<string>): Generator<KObject> {
  for (const shelf of state.objects.values()) {
    for (const [namespace, byName] of shelf) {
      if (namespaces.has('') || namespaces.has(namespace)) yield* [...byName.values()]
    }
  }
}

/**
 * Dependents whose owners have all gone are deleted; others lose the reference. k8s pkg/controller/garbagecollector/garbagecollector.go
 * attemptToDeleteItem (v1.36)
 */
function onCollect(state: State): void {
  const owners = new Map(gone(state))
  gone(state).clear()
  const namespaces = new Set([...owners.values()].map((o) => o.namespace))
  for (const object of objectsIn(state, namespaces)) {
    const refs = object.metadata.ownerReferences
    if (!refs?.some((r) => owners.has(r.uid))) continue
    const stored = getByKey(state, keyOf(object))
    if (!stored || stored.metadata.deletionTimestamp) continue
    const rest = refs.filter((r) => !owners.has(r.uid) && isThere(state, object, r))
    if (rest.length === 0) erase(state, stored)
    else write(state, { ...stored, metadata: { ...stored.metadata, ownerReferences: rest } })
  }
}

const isThere = (
  state: State,
  object: KObject,
  ref: { readonly kind: string; readonly name: string; readonly uid: string },
): boolean =>
  [object.metadata.namespace ?? '', ''].some(
    (ns) => getByKey(state, `${ref.kind}/${ns}/${ref.name}`)?.metadata.uid === ref.uid,
  )

const dependentsOf = (state: State, owner: KObject): KObject[] => {
  const uid = owner.metadata.uid ?? ''
  return [...objectsIn(state, new Set([owner.metadata.namespace ?? '']))].filter((o) =>
    o.metadata.ownerReferences?.some((r) => r.uid === uid),
  )
}

/** An owner that is being deleted with its dependents (foreground), or leaves them behind (orphan). k8s garbagecollector.go (v1.36) */
function onOwner(state: State, task: Pending): void {
  const owner = getByKey(state, task.key)
  const finalizers = owner?.metadata.finalizers
  if (!owner?.metadata.deletionTimestamp || !finalizers) return
  const dependents = dependentsOf(state, owner)
  if (finalizers.includes('orphan')) {
    for (const object of dependents) {
      const refs = object.metadata.ownerReferences!.filter((r) => r.uid !== owner.metadata.uid)
      write(state, { ...object, metadata: { ...object.metadata, ownerReferences: refs.length > 0 ? refs : undefined } })
    }
    finish(state, owner, 'orphan')
  } else if (finalizers.includes('foregroundDeletion')) {
    for (const object of dependents) if (!object.metadata.deletionTimestamp) erase(state, object, foreground(object))
    const blocking = dependentsOf(state, owner).filter((o) =>
      o.metadata.ownerReferences!.some((r) => r.uid === owner.metadata.uid && r.blockOwnerDeletion),
    )
    if (blocking.length === 0) finish(state, owner, 'foregroundDeletion')
  }
}

const foreground = (object: KObject) => (CHILDLESS.has(object.kind) ? {} : { propagation: 'Foreground' as const })

function finish(state: State, owner: KObject, finalizer: string): void {
  const left = owner.metadata.finalizers!.filter((f) => f !== finalizer)
  write(state, { ...owner, metadata: { ...owner.metadata, finalizers: left.length > 0 ? left : undefined } })
}

export const garbageCollector: Component = {
  name: 'garbage-collector',
  watch,
  handlers: { 'garbage.collect': onCollect, 'garbage.owner': onOwner },
}
