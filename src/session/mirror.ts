import { type ClusterEvent, DEFAULT_CLUSTER, keyOf, type Trace, type Update } from '../model/index.ts'
import type { Mirror } from './state.ts'

export const KEPT_TRACES = 2000
export const KEPT_EVENTS = 1000

export const EMPTY_MIRROR: Mirror = {
  objects: new Map(),
  services: new Map(),
  clients: [],
  config: DEFAULT_CLUSTER,
  traces: [],
  events: [],
  diagnostics: [],
  sources: new Map(),
  notSimulated: new Set(),
  now: 0,
}

/** The mirror after an update. What the update does not mention keeps its identity, so that selectors stay quiet. */
export function applyUpdate(before: Mirror, update: Update): Mirror {
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
    events: appendEvents(base.events, update.events),
    diagnostics: update.diagnostics ?? base.diagnostics,
    sources: update.sources ? new Map(update.sources.map(({ object, source }) => [object, source])) : base.sources,
    notSimulated: update.notSimulated ? new Set(update.notSimulated) : base.notSimulated,
    now: update.now,
  }
}

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

function appendEvents(before: readonly ClusterEvent[], more: readonly ClusterEvent[]): readonly ClusterEvent[] {
  if (more.length === 0) return before
  const all = [...before, ...more]
  return all.length > KEPT_EVENTS ? all.slice(-KEPT_EVENTS) : all
}
