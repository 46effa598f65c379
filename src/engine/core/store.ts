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

export const getByKey = <T extends KObject = KObject>(state: State, key: ObjectKey): T | undefined =>
  state.byKey.get(key) as T | undefined

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
  let smallest: Set<string> | undefined
  for (const [k, v] of pairs) {
    const names = state.labelIndex.get(indexId(kind, namespace, k, v))
    if (!names) return []
    if (!smallest || names.size < smallest.size) smallest = names
  }
  const byName = state.objects.get(kind)?.get(namespace)
  const out: T[] = []
  let inOrder = true
  for (const name of smallest!) {
    const object = byName?.get(name) as T | undefined
    if (!object || (pairs.length > 1 && !pairs.every(([k, v]) => object.metadata.labels?.[k] === v))) continue
    inOrder &&= out.length === 0 || older(out.at(-1)!, object)
    out.push(object)
  }
  // the index keeps no order of its own (a restored one would have another)
  return inOrder ? out : out.sort((a, b) => (older(a, b) ? -1 : 1))
}

/** uids count up */
const older = (a: KObject, b: KObject): boolean => (a.metadata.uid ?? '') < (b.metadata.uid ?? '')

/**
 * Store an object as it is, in place of the one with its key. It gets the next resourceVersion, is frozen, and the change is told to the
 * watchers. The layers above decide what may be stored; this one decides nothing.
 */
export function put<T extends KObject>(state: State, object: T): T {
  const key = keyOf(object)
  const before = getByKey(state, key)
  return store(state, key, kindKey(object.apiVersion, object.kind), before, object)
}

/** `put` for who has just read what stands under the key. */
export const replace = <T extends KObject>(state: State, key: ObjectKey, before: T, object: T): T =>
  store(state, key, key.slice(0, key.indexOf('/')), before, object)

function store<T extends KObject>(
  state: State,
  key: ObjectKey,
  kind: string,
  before: KObject | undefined,
  object: T,
): T {
  const stored = deepFreeze({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(++state.revision) },
  }) as T
  const namespace = object.metadata.namespace ?? ''
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
  byName.set(object.metadata.name, stored)
  state.byKey.set(key, stored)
  if (INDEXED.has(kind)) reindex(state, kind, before, stored)
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
  state.byKey.delete(key)
  state.revision++
  if (INDEXED.has(kind)) reindex(state, kind, before, undefined)
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
  for (const [kind, shelf] of from.objects) {
    const copy: Shelf = new Map()
    state.objects.set(kind, copy)
    for (const [ns, byName] of shelf) {
      copy.set(ns, new Map(byName))
      for (const object of byName.values()) {
        state.byKey.set(keyOf(object), object)
        if (INDEXED.has(kind)) reindex(state, kind, undefined, object)
      }
    }
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

function reindex(state: State, kind: string, before: KObject | undefined, after: KObject | undefined): void {
  const old = before?.metadata.labels
  const now = after?.metadata.labels
  if (before && after && old === now) return
  const { namespace = '', name } = (after ?? before)!.metadata
  for (const k in old) {
    const v = old[k]!
    if (after && now?.[k] === v) continue
    const id = indexId(kind, namespace, k, v)
    const names = state.labelIndex.get(id)
    names?.delete(name)
    if (names?.size === 0) state.labelIndex.delete(id)
  }
  for (const k in now) {
    const v = now[k]!
    if (before && old?.[k] === v) continue
    const id = indexId(kind, namespace, k, v)
    let names = state.labelIndex.get(id)
    if (!names) {
      names = new Set()
      state.labelIndex.set(id, names)
    }
    names.add(name)
  }
}

/** Frozen all the way down; stops at what is frozen already, so that shared parts cost nothing. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) deepFreeze(value[i])
  else for (const name in value) deepFreeze(value[name])
  return value
}
