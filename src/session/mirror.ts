import { DEFAULT_CLUSTER, keyOf, type Trace, type Update } from '../model/index.ts'
import { sameData } from './same-data.ts'
import type { Mirror } from './state.ts'

export const KEPT_TRACES = 2000
export const KEPT_EVENTS = 1000
export const KEPT_ENTRIES = 5000

export const EMPTY_MIRROR: Mirror = {
  objects: new Map(),
  services: new Map(),
  clients: [],
  config: DEFAULT_CLUSTER,
  traces: [],
  events: [],
  terminal: [],
  drift: [],
  diagnostics: [],
  sources: new Map(),
  notSimulated: new Set(),
  now: 0,
}

/**
 * The mirror after an update. What the update does not mention keeps its identity, so that selectors stay quiet; of a whole
 * mirror (`reset`), what is as it was before does.
 */
export function applyUpdate(before: Mirror, update: Update): Mirror {
  const after = fold(before, update)
  return update.reset ? keepIdentities(before, after) : after
}

function fold(before: Mirror, update: Update): Mirror {
  const base = update.reset ? EMPTY_MIRROR : before
  let { objects, services } = base
  if (update.put.length > 0 || update.drop.length > 0) {
    const next = new Map(objects)
    for (const key of update.drop) next.delete(key)
    for (const object of update.put) next.set(keyOf(object), object)
    objects = next
  }
  if (update.services.length > 0 || update.drop.some((key) => services.has(key))) {
    const next = new Map(services)
    for (const key of update.drop) next.delete(key)
    for (const view of update.services) next.set(view.key, view)
    services = next
  }
  return {
    objects,
    services,
    clients: update.clients ?? base.clients,
    config: update.config ?? base.config,
    traces: appendTraces(base.traces, update.traces),
    events: appendNewest(base.events, update.events, KEPT_EVENTS),
    terminal: appendNewest(base.terminal, update.terminal, KEPT_ENTRIES),
    drift: update.drift ?? base.drift,
    diagnostics: update.diagnostics ?? base.diagnostics,
    sources: update.sources ? new Map(update.sources.map(({ object, source }) => [object, source])) : base.sources,
    notSimulated: update.notSimulated ? new Set(update.notSimulated) : base.notSimulated,
    now: update.now,
  }
}

/**
 * A step back, or an edit at the playhead, brings everything anew, and most of it is as it was. An equal resourceVersion is
 * not enough to know: a run that goes another way after a moment gives the same numbers again.
 */
function keepIdentities(before: Mirror, after: Mirror): Mirror {
  const keep = <T>(old: T, now: T): T => (sameData(old, now) ? old : now)
  const traces = new Map(before.traces.map((trace) => [trace.id, trace]))
  return {
    objects: keepEntries(before.objects, after.objects),
    services: keepEntries(before.services, after.services),
    clients: keep(before.clients, after.clients),
    config: keep(before.config, after.config),
    traces: after.traces.map((trace) => keep(traces.get(trace.id) ?? trace, trace)),
    events: keep(before.events, after.events),
    terminal: keep(before.terminal, after.terminal),
    drift: keep(before.drift, after.drift),
    diagnostics: keep(before.diagnostics, after.diagnostics),
    sources: keepEntries(before.sources, after.sources),
    notSimulated: keepSet(before.notSimulated, after.notSimulated),
    now: after.now,
  }
}

/** The map before when nothing changed, the order of its keys included; else the new one with the old values where they are the same. */
function keepEntries<K, V>(before: ReadonlyMap<K, V>, after: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  const kept = new Map<K, V>()
  let changed = before.size !== after.size
  const order = before.keys()
  for (const [key, value] of after) {
    const old = before.get(key)
    const same = old !== undefined && sameData(old, value)
    kept.set(key, same ? old : value)
    if (!same || order.next().value !== key) changed = true
  }
  return changed ? kept : before
}

const keepSet = <T>(before: ReadonlySet<T>, after: ReadonlySet<T>): ReadonlySet<T> =>
  before.size === after.size && [...after].every((value) => before.has(value)) ? before : after

function appendTraces(before: readonly Trace[], more: readonly Trace[]): readonly Trace[] {
  if (more.length === 0) return before
  const all = [...before, ...more]
  const first = more[0]!
  const last = before.at(-1)
  const sorted =
    (!last || last.startedAt <= first.startedAt) &&
    more.every((t, i) => i === 0 || more[i - 1]!.startedAt <= t.startedAt)
  if (!sorted) all.sort((a, b) => a.startedAt - b.startedAt)
  return all.length > KEPT_TRACES ? all.slice(-KEPT_TRACES) : all
}

function appendNewest<T>(before: readonly T[], more: readonly T[], kept: number): readonly T[] {
  if (more.length === 0) return before
  const all = [...before, ...more]
  return all.length > kept ? all.slice(-kept) : all
}
