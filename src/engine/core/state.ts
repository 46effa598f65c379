import type { ClusterConfig, ClusterEvent, KObject, Ms, ObjectKey, Trace } from '../../model/index.ts'
import { copyQueue, emptyQueue, type Pending, type TaskQueue } from './queue.ts'

/** One change of the store, for those who watch it. `before` is missing for a new object, `after` for one that is gone. */
export interface Change {
  readonly key: ObjectKey
  readonly kind: string
  readonly before?: KObject
  readonly after?: KObject
}

/** The objects of one kind: namespace ('' for cluster-scoped) → name → object, in order of creation. */
export type Shelf = Map<string, Map<string, KObject>>

/**
 * Everything that a cluster is at one moment. A container of maps whose values are plain frozen data: values are replaced, never edited,
 * so a snapshot copies the maps and shares the values.
 */
export interface State {
  /** Virtual time in ms since the cluster was made. */
  now: Ms
  config: ClusterConfig
  /** Last resourceVersion given. */
  revision: number
  /** Last uid given. */
  uids: number
  readonly objects: Map<string, Shelf>
  tasks: TaskQueue
  /** Named random streams: name → state of its generator. */
  readonly streams: Map<string, number>
  /** What the layers above keep beside the objects: connection tracking, proxies' tables, addresses given out … */
  readonly slots: Map<string, Map<string, unknown>>
  /** Changes that no watcher has seen yet. */
  journal: Change[]
  /** Events and traces since they were last taken. */
  events: ClusterEvent[]
  traces: Trace[]
  /** Every object by its key. Derived; rebuilt by `restore`. */
  readonly byKey: Map<ObjectKey, KObject>
  /** Label index: `kind|namespace|key=value` → names of objects. Derived; rebuilt by `restore`. */
  readonly labelIndex: Map<string, Set<string>>
}

export function createState(config: ClusterConfig): State {
  return {
    now: 0,
    config,
    revision: 0,
    uids: 0,
    objects: new Map(),
    tasks: emptyQueue(),
    streams: new Map(),
    slots: new Map(),
    journal: [],
    events: [],
    traces: [],
    byKey: new Map(),
    labelIndex: new Map(),
  }
}

/**
 * A typed map of its own for a layer, under a name. Values must be plain data and are replaced, never edited (a snapshot shares them).
 *
 * @example const conntrack = slot<Connection>('network.conntrack'); conntrack(state).set(key, entry)
 */
export function slot<T>(name: string): (state: State) => Map<string, T> {
  return (state) => {
    let map = state.slots.get(name)
    if (!map) {
      map = new Map()
      state.slots.set(name, map)
    }
    return map as Map<string, T>
  }
}

/** A component of the cluster: what it does when its tasks are due, and which tasks a change of the store makes it schedule. */
export interface Component {
  readonly name: string
  /** By kind of task. */
  readonly handlers: Readonly<Record<string, (state: State, task: Pending) => void>>
  /** Called for each change, in order, after the task or command that made it. Only schedules tasks; does no work itself. */
  readonly watch?: (state: State, change: Change) => void
  /** Called once on an empty cluster, before anything else. */
  readonly boot?: (state: State) => void
}

/** A copy that later changes do not touch. Plain data: it survives structuredClone. */
export type Snapshot = Omit<State, 'byKey' | 'labelIndex'>

export function snapshot(state: State): Snapshot {
  return {
    now: state.now,
    config: state.config,
    revision: state.revision,
    uids: state.uids,
    objects: new Map(
      [...state.objects].map(([kind, shelf]) => [
        kind,
        new Map([...shelf].map(([ns, byName]) => [ns, new Map(byName)])),
      ]),
    ),
    tasks: copyQueue(state.tasks),
    streams: new Map(state.streams),
    slots: new Map([...state.slots].map(([name, map]) => [name, new Map(map)])),
    journal: [...state.journal],
    events: [...state.events],
    traces: [...state.traces],
  }
}
