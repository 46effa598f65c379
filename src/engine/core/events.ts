import { type ClusterEvent, type KObject, type Ms, type ObjectKey, splitKey, timestamp } from '../../model/index.ts'
import { type State, slot } from './state.ts'

/** What the API server keeps of an event that was said once or many times. Plain data. */
interface KeptEvent {
  readonly event: ClusterEvent
  /** The object's, when the event was first said: a later object of the same name has its own events. */
  readonly uid: string | undefined
  readonly fieldPath: string | undefined
  readonly apiVersion: string
  readonly kind: string
  /** Where a kubelet that says it runs. */
  readonly host: string | undefined
  readonly first: Ms
  readonly last: Ms
  readonly count: number
  /** How many were kept before it: its name. */
  readonly number: number
}

/** kube-apiserver --event-ttl (v1.36): from the last time that it was said. */
const TTL: Ms = 60 * 60_000
/** As many as a recorder remembers; a cluster of thousands of pods keeps the latest. client-go tools/record/events_cache.go maxLruCacheEntries (v0.36) */
const MOST = 4096

/** Identity of the words → the event, in the order in which they were last said. */
const kept = slot<KeptEvent>('core.events')
const counter = slot<number>('core.events.count')

/** Write an event, as a component's event recorder does: what is said again is counted. Told in `state.events`, kept for an hour. */
export function recordEvent(
  state: State,
  source: string,
  type: ClusterEvent['type'],
  object: ObjectKey,
  reason: string,
  message: string,
  /** The part of the object that it is about: `spec.containers{app}`. */
  fieldPath?: string,
): void {
  const event: ClusterEvent = { at: state.now, type, reason, object, message, source }
  state.events.push(event)
  keep(state, event, fieldPath)
}

/** The same words of the same component about the same object are one event. client-go tools/record/events_cache.go eventObserve (v0.36) */
function keep(state: State, event: ClusterEvent, fieldPath: string | undefined): void {
  const all = kept(state)
  const about = state.byKey.get(event.object)
  const uid = about?.metadata.uid
  const { source, object, type, reason, message } = event
  const id = JSON.stringify([source, object, uid ?? '', fieldPath ?? '', type, reason, message])
  const before = all.get(id)
  // moved to the end: the first is always the one that was silent longest
  all.delete(id)
  const number = before?.number ?? (counter(state).get('') ?? 0) + 1
  if (!before) counter(state).set('', number)
  all.set(id, {
    event,
    uid,
    fieldPath,
    apiVersion: about?.apiVersion ?? before?.apiVersion ?? 'v1',
    kind: about?.kind ?? splitKey(event.object).kind,
    host: event.source === 'kubelet' ? (about?.spec as { nodeName?: string } | undefined)?.nodeName : undefined,
    first: before?.first ?? state.now,
    last: state.now,
    count: (before?.count ?? 0) + 1,
    number,
  })
  for (const [oldest, { last }] of all) {
    if (last >= state.now - TTL && all.size <= MOST) break
    all.delete(oldest)
  }
}

/** Event objects as the API server lists them, by namespace and name. */
export function eventObjects(state: State): KObject[] {
  const objects: KObject[] = []
  for (const entry of kept(state).values()) if (entry.last >= state.now - TTL) objects.push(eventObject(entry))
  const order = ({ metadata }: KObject) => `${metadata.namespace}/${metadata.name}`
  return objects.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** Components that speak the newer API (events.k8s.io): their events have a series instead of a count. */
const NEWER: ReadonlySet<string> = new Set(['default-scheduler'])

function eventObject({
  event,
  uid,
  fieldPath,
  apiVersion,
  kind,
  host,
  first,
  last,
  count,
  number,
}: KeptEvent): KObject {
  const { namespace, name } = splitKey(event.object)
  const hex = (n: number) => n.toString(16).padStart(16, '0')
  const micro = (at: Ms) => timestamp(at).replace('Z', `.${String(Math.trunc(at % 1000)).padStart(3, '0')}000Z`)
  const times = NEWER.has(event.source)
    ? {
        eventTime: micro(first),
        firstTimestamp: null,
        lastTimestamp: null,
        ...(count > 1 && { series: { count, lastObservedTime: micro(last) } }),
        source: {},
      }
    : {
        eventTime: null,
        firstTimestamp: timestamp(first),
        lastTimestamp: timestamp(last),
        count,
        source: { component: event.source, ...(host && { host }) },
      }
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      // the name is the object's and the moment in hexadecimal; a number keeps it apart
      name: `${name}.${hex(first * 1_000_000 + number)}`,
      namespace: namespace || 'default',
      uid: `e${hex(number).slice(9)}-0000-4000-8000-${hex(first).slice(4)}`,
      resourceVersion: String(number),
      creationTimestamp: timestamp(first),
    },
    involvedObject: {
      apiVersion,
      kind,
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(fieldPath && { fieldPath }),
    },
    reason: event.reason,
    message: event.message,
    type: event.type,
    reportingComponent: event.source,
    reportingInstance: NEWER.has(event.source) ? `${event.source}-control-plane` : (host ?? ''),
    ...times,
  }
}
