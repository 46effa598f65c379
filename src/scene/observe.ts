import { type ObjectKey, splitKey, type Trace } from '../model/index.ts'
import type { Asked, Observed } from './scene.ts'

/**
 * What the newest request of each client says about its way: who was dialled, whose name was asked, what lies outside.
 * The picture's lines come from here, since only the engine decides where a request goes. Keeps `before` (the same
 * identity) when nothing changed, so that a picture is not laid out again for every request.
 */
export function observe(traces: readonly Trace[], clients: ReadonlySet<string>, before?: Observed): Observed {
  const found = new Map<string, Asked>()
  for (let i = traces.length - 1; i >= 0 && found.size < clients.size; i--) {
    const trace = traces[i]!
    if (clients.has(trace.client) && !found.has(trace.client)) found.set(trace.client, askedBy(trace))
  }
  const sorted = new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
  return before && sameObserved(before, sorted) ? before : sorted
}

function askedBy(trace: Trace): Asked {
  const dial = trace.hops.find((hop) => hop.layer === 'dial')
  const nodes: ObjectKey[] = []
  const outside: string[] = []
  let named: ObjectKey | undefined
  for (const hop of trace.hops) {
    if (hop.layer === 'name')
      named = hop.why.sources.find((s) => splitKey(s.object).kind === 'Service')?.object ?? named
    for (const place of [hop.from, hop.to]) {
      if (place.kind === 'node' && !nodes.includes(place.key)) nodes.push(place.key)
      if (place.kind === 'outside' && !outside.includes(place.key)) outside.push(place.key)
    }
  }
  return { ...(dial && { dialled: dial.to }), ...(named && { named }), nodes: nodes.slice(0, 1), outside }
}

function sameObserved(a: Observed, b: Observed): boolean {
  if (a.size !== b.size) return false
  for (const [client, asked] of b) {
    const old = a.get(client)
    if (
      !old ||
      old.dialled?.kind !== asked.dialled?.kind ||
      old.dialled?.key !== asked.dialled?.key ||
      old.named !== asked.named ||
      old.nodes.join() !== asked.nodes.join() ||
      old.outside.join() !== asked.outside.join()
    )
      return false
  }
  return true
}
