import {
  isServed,
  type KObject,
  keyOf,
  kindInfo,
  kindKey,
  makeKey,
  type ObjectKey,
  type OwnerReference,
  splitKey,
} from '../../model/index.ts'
import { type Change, type Component, getByKey, type Pending, type State, slot } from '../core/index.ts'
import { enqueue } from './timing.ts'
import { erase, write } from './writes.ts'

/** How many objects name an owner, by its uid: an owner that nobody names costs no search when it goes. */
const named = slot<number>('garbage.named')
/** Owners that have gone, by uid, with their namespaces, until their dependents have been seen to. */
const gone = slot<string>('garbage.gone')

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

const has = (object: KObject, finalizer: string): boolean => object.metadata.finalizers?.includes(finalizer) ?? false
const isEnding = (object: KObject): boolean => object.metadata.deletionTimestamp !== undefined
/** Whether it stays until what it owns has gone. */
const awaitsDependents = (object: KObject): boolean => isEnding(object) && has(object, FOREGROUND)

/** k8s pkg/controller/garbagecollector/graph_builder.go processGraphChanges (v1.36) */
function watch(state: State, { key, before, after }: Change): void {
  const old = before?.metadata.ownerReferences
  const now = after?.metadata.ownerReferences
  if (old !== now) onReferences(state, key, old ?? [], now ?? [], before ?? after!)
  if (after) {
    if (!isEnding(after)) return
    const starts = (finalizer: string) =>
      has(after, finalizer) && !(before && isEnding(before) && has(before, finalizer))
    if (starts(ORPHAN)) enqueue(state, 'garbage.orphan', key)
    else if (starts(FOREGROUND)) enqueue(state, 'garbage.owner', key)
  } else if (before) {
    const uid = before.metadata.uid ?? ''
    if (named(state).has(uid)) {
      gone(state).set(uid, splitKey(key).namespace)
      enqueue(state, 'garbage.collect', '')
    }
    for (const ref of old ?? []) wakeOwner(state, before, ref)
  }
}

function onReferences(
  state: State,
  key: ObjectKey,
  old: readonly OwnerReference[],
  now: readonly OwnerReference[],
  object: KObject,
): void {
  for (const { uid } of old) {
    const left = (named(state).get(uid) ?? 0) - 1
    if (left > 0) named(state).set(uid, left)
    else named(state).delete(uid)
  }
  let missing = false
  for (const ref of now) {
    named(state).set(ref.uid, (named(state).get(ref.uid) ?? 0) + 1)
    missing ||= !old.some((o) => o.uid === ref.uid) && !ownerOf(state, object, ref)
  }
  if (missing) enqueue(state, 'garbage.item', key)
  // an owner that waited for this one need not wait any longer
  for (const ref of old) {
    const next = now.find((n) => n.uid === ref.uid)
    if (ref.blockOwnerDeletion && !next?.blockOwnerDeletion) wakeOwner(state, object, ref)
  }
}

/** An owner that waits for its dependents looks whether this was the last. */
function wakeOwner(state: State, object: KObject, ref: OwnerReference): void {
  const owner = ownerOf(state, object, ref)
  if (owner && awaitsDependents(owner)) enqueue(state, 'garbage.item', keyOf(owner))
}

/** Where the owner would be that a reference names: beside the object, or in no namespace. */
function ownerKey(object: KObject, ref: OwnerReference): ObjectKey {
  const namespaced = kindInfo(ref.apiVersion, ref.kind)?.namespaced ?? true
  const namespace = namespaced ? (object.metadata.namespace ?? '') : ''
  return makeKey(kindKey(ref.apiVersion, ref.kind), namespace, ref.name)
}

/** The owner that a reference names, by kind, name and uid; undefined when there is none. */
function ownerOf(state: State, object: KObject, ref: OwnerReference): KObject | undefined {
  const owner = getByKey(state, ownerKey(object, ref))
  return owner?.metadata.uid === ref.uid ? owner : undefined
}

/** Everything that lives in some namespaces, or in all of them when one of the owners lived in none. */
function* objectsIn(state: State, namespaces: ReadonlySet<string>): Generator<KObject> {
  for (const shelf of state.objects.values()) {
    for (const [namespace, byName] of shelf) {
      if (namespaces.has('') || namespaces.has(namespace)) yield* [...byName.values()]
    }
  }
}

const dependentsOf = (state: State, owner: KObject): KObject[] => {
  const uid = owner.metadata.uid ?? ''
  if (!named(state).has(uid)) return []
  return [...objectsIn(state, new Set([owner.metadata.namespace ?? '']))].filter((o) =>
    o.metadata.ownerReferences?.some((r) => r.uid === uid),
  )
}

/** Owners have gone: what they owned is looked at. */
function onCollect(state: State): void {
  const owners = new Map(gone(state))
  gone(state).clear()
  for (const object of objectsIn(state, new Set(owners.values()))) {
    if (object.metadata.ownerReferences?.some((r) => owners.has(r.uid))) collect(state, keyOf(object))
  }
}

/** An owner begins to wait for its dependents: they are looked at, then it. */
function onOwner(state: State, task: Pending): void {
  const owner = getByKey(state, task.key)
  if (!owner) return
  for (const object of dependentsOf(state, owner)) collect(state, keyOf(object))
  collect(state, task.key)
}

const onItem = (state: State, task: Pending): void => collect(state, task.key)

/**
 * An object none of whose owners is there is deleted; one with other owners loses the references to those that are not, and to those that
 * wait for it. An owner that is not there by kind, name and uid has never been there, or has gone; one of a kind that no API has leaves the
 * object alone. k8s pkg/controller/garbagecollector/garbagecollector.go attemptToDeleteItem (v1.36)
 */
function collect(state: State, key: ObjectKey): void {
  const object = getByKey(state, key)
  if (!object) return
  if (isEnding(object)) {
    if (has(object, FOREGROUND)) finishForeground(state, object)
    return
  }
  const refs = object.metadata.ownerReferences ?? []
  if (refs.length === 0) return
  const waiting: OwnerReference[] = []
  const solid: OwnerReference[] = []
  for (const ref of refs) {
    const owner = ownerOf(state, object, ref)
    if (!owner) {
      if (!canBeLookedUp(state, object, ref)) return
    } else if (awaitsDependents(owner)) waiting.push(ref)
    else solid.push(ref)
  }
  if (solid.length > 0) {
    if (solid.length < refs.length)
      write(state, { ...object, metadata: { ...object.metadata, ownerReferences: solid } })
    return
  }
  const dependents = waiting.length > 0 ? dependentsOf(state, object) : []
  if (dependents.length > 0) {
    erase(state, dependents.some(awaitsDependents) ? unblock(state, object) : object, { propagation: 'Foreground' })
    return
  }
  erase(
    state,
    object,
    has(object, ORPHAN) ? { propagation: 'Orphan' } : has(object, FOREGROUND) ? { propagation: 'Foreground' } : {},
  )
}

/** Whether the API could say that such an owner is not there: its kind is served, and an object without namespace has no owner in one. */
function canBeLookedUp(state: State, object: KObject, ref: OwnerReference): boolean {
  if (!isServed(ref.apiVersion, ref.kind) && !state.objects.has(kindKey(ref.apiVersion, ref.kind))) return false
  return object.metadata.namespace !== undefined || kindInfo(ref.apiVersion, ref.kind)?.namespaced === false
}

/** In a ring of owners nobody may wait. k8s garbagecollector.go unblockOwnerReferencesStrategicMergePatch (v1.36) */
function unblock(state: State, object: KObject): KObject {
  const ownerReferences = object.metadata.ownerReferences?.map((r) =>
    r.blockOwnerDeletion ? { ...r, blockOwnerDeletion: false } : r,
  )
  return write(state, { ...object, metadata: { ...object.metadata, ownerReferences } })
}

/** It goes when nothing is left that blocks it. k8s garbagecollector.go processDeletingDependentsItem (v1.36) */
function finishForeground(state: State, owner: KObject): void {
  const blocking = dependentsOf(state, owner).filter((o) =>
    o.metadata.ownerReferences?.some((r) => r.uid === owner.metadata.uid && r.blockOwnerDeletion),
  )
  if (blocking.length === 0) dropFinalizer(state, owner, FOREGROUND)
  for (const object of blocking) if (!awaitsDependents(object)) enqueue(state, 'garbage.item', keyOf(object))
}

/** An owner leaves behind what it owned. k8s garbagecollector.go attemptToOrphanWorker (v1.36) */
function onOrphan(state: State, task: Pending): void {
  const owner = getByKey(state, task.key)
  if (!owner || !isEnding(owner) || !has(owner, ORPHAN)) return
  for (const object of dependentsOf(state, owner)) {
    const refs = object.metadata.ownerReferences!.filter((r) => r.uid !== owner.metadata.uid)
    write(state, { ...object, metadata: { ...object.metadata, ownerReferences: refs.length > 0 ? refs : undefined } })
  }
  dropFinalizer(state, owner, ORPHAN)
}

function dropFinalizer(state: State, object: KObject, finalizer: string): void {
  const stored = getByKey(state, keyOf(object))
  if (!stored) return
  const left = stored.metadata.finalizers?.filter((f) => f !== finalizer) ?? []
  write(state, { ...stored, metadata: { ...stored.metadata, finalizers: left.length > 0 ? left : undefined } })
}

export const garbageCollector: Component = {
  name: 'garbage-collector',
  watch,
  handlers: {
    'garbage.collect': onCollect,
    'garbage.item': onItem,
    'garbage.orphan': onOrphan,
    'garbage.owner': onOwner,
  },
}
