import { type KObject, keyOf, kindKey, type Labels, type ObjectKey, splitKey } from '../../model/index.ts'
import { copyQueue } from './queue.ts'
import { type Change, createState, type Shelf, type Snapshot, type State } from './state.ts'

/** Kinds whose labels are indexed: they are many, and are looked for by label. */
const INDEXED: ReadonlySet<string> = new Set(['Pod', 'EndpointSlice', 'ReplicaSet'])

export function get<T extends KObject = KObject>(
  state: State,
  kind: string,
  namespace: string,
  name: string,
): T | undefined {
  return state.objects.get(kind)?.get(namespace)?.get(name) as T | undefined
}

export function getByKey<T extends KObject = KObject>(state: State, key: ObjectKey): T | undefined {
  const { kind, namespace, name } = splitKey(key)
  return get<T>(state, kind, namespace, name)
}

/** All objects of a kind, or those of one namespace, in order of creation. */
export function list<T extends KObject = KObject>(state: State, kind: string, namespace?: string): T[] {
  const shelf = state.objects.get(kind)
  if (!shelf) return []
  if (namespace !== undefined) return [...((shelf.get(namespace)?.values() ?? []) as Iterable<T>)]
  const out: T[] = []
  for (const byName of shelf.values()) for (const object of byName.values()) out.push(object as T)
  return out
}

/** Objects of an indexed kind in a namespace that carry every pair of `labels`, in order of creation. Empty labels: all of them. */
export function listByLabels<T extends KObject = KObject>(
  state: State,
  kind: string,
  namespace: string,
  labels: Labels,
): T[] {
  const pairs = Object.entries(labels)
  if (pairs.length === 0 || !INDEXED.has(kind)) {
    return list<T>(state, kind, namespace).filter((o) => pairs.every(([k, v]) => o.metadata.labels?.[k] === v))
  }
  let smallest: Set<ObjectKey> | undefined
  for (const [k, v] of pairs) {
    const keys = state.labelIndex.get(indexId(kind, namespace, k, v))
    if (!keys) return []
    if (!smallest || keys.size < smallest.size) smallest = keys
  }
  const out: T[] = []
  for (const key of smallest!) {
    const object = getByKey<T>(state, key)
    if (object && pairs.every(([k, v]) => object.metadata.labels?.[k] === v)) out.push(object)
  }
  // the index keeps no order of its own (a restored one would have another): uids count up
  return out.sort((a, b) => ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1))
}

/**
 * Store an object as it is, in place of the one with its key. It gets the next resourceVersion, is frozen, and the change is told to the
 * watchers. The layers above decide what may be stored; this one decides nothing.
 */
export function put<T extends KObject>(state: State, object: T): T {
  const key = keyOf(object)
  const kind = kindKey(object.apiVersion, object.kind)
  const namespace = object.metadata.namespace ?? ''
  const stored = deepFreeze({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(++state.revision) },
  }) as T
  let shelf = state.objects.get(kind)
  if (!shelf) {
    shelf = new Map()
    state.objects.set(kind, shelf)
  }
  let byName = shelf.get(namespace)
  if (!byName) {
    byName = new Map()
    shelf.set(namespace, byName)
  }
  const before = byName.get(object.metadata.name)
  byName.set(object.metadata.name, stored)
  if (INDEXED.has(kind)) reindex(state, key, before, stored)
  note(state, before ? { key, kind, before, after: stored } : { key, kind, after: stored })
  return stored
}

/** Take an object out of the store. Returns what was there. */
export function remove(state: State, key: ObjectKey): KObject | undefined {
  const { kind, namespace, name } = splitKey(key)
  const byName = state.objects.get(kind)?.get(namespace)
  const before = byName?.get(name)
  if (!byName || !before) return undefined
  byName.delete(name)
  state.revision++
  if (INDEXED.has(kind)) reindex(state, key, before, undefined)
  note(state, { key, kind, before })
  return before
}

/** The uid of the next object, in the form of a UUID. */
export function nextUid(state: State): string {
  const n = (++state.uids).toString(16).padStart(12, '0')
  const seed = (state.config.seed >>> 0).toString(16).padStart(8, '0')
  return `${seed}-0000-4000-8000-${n}`
}

/** A state that goes on from a snapshot; the snapshot stays as it is and can be used again. */
export function restore(from: Snapshot): State {
  const state = createState(from.config)
  state.now = from.now
  state.revision = from.revision
  state.uids = from.uids
  state.seq = from.seq
  for (const [kind, shelf] of from.objects) {
    const copy: Shelf = new Map()
    for (const [ns, byName] of shelf) copy.set(ns, new Map(byName))
    state.objects.set(kind, copy)
    if (INDEXED.has(kind))
      for (const byName of copy.values()) for (const o of byName.values()) reindex(state, keyOf(o), undefined, o)
  }
  state.tasks = copyQueue(from.tasks)
  for (const [name, word] of from.streams) state.streams.set(name, word)
  for (const [name, map] of from.slots) state.slots.set(name, new Map(map))
  state.journal = [...from.journal]
  state.events = [...from.events]
  state.traces = [...from.traces]
  return state
}

function note(state: State, change: Change): void {
  state.journal.push(change)
}

const indexId = (kind: string, namespace: string, key: string, value: string) => `${kind}|${namespace}|${key}=${value}`

function reindex(state: State, key: ObjectKey, before: KObject | undefined, after: KObject | undefined): void {
  const old = before?.metadata.labels
  const now = after?.metadata.labels
  if (before && after && old === now) return
  const { kind, namespace } = splitKey(key)
  for (const [k, v] of Object.entries(old ?? {})) {
    if (after && now?.[k] === v) continue
    const id = indexId(kind, namespace, k, v)
    const keys = state.labelIndex.get(id)
    keys?.delete(key)
    if (keys?.size === 0) state.labelIndex.delete(id)
  }
  for (const [k, v] of Object.entries(now ?? {})) {
    if (before && old?.[k] === v) continue
    const id = indexId(kind, namespace, k, v)
    let keys = state.labelIndex.get(id)
    if (!keys) {
      keys = new Set()
      state.labelIndex.set(id, keys)
    }
    keys.add(key)
  }
}

/** Frozen all the way down; stops at what is frozen already, so that shared parts cost nothing. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}
