import { DEFAULT_CLUSTER, type KObject, type Node, type Pod, type Service } from '../../model/index.ts'
import { atRest, type Component, createState, nextUid, put, type State, takeTask } from '../core/index.ts'

/** A state and some components, without the rest of the cluster: for tests of one layer. */
export interface Bench {
  readonly state: State
  /** Store an object as the API server would have, then let the components come to rest. */
  store<T extends KObject>(object: T): T
  rest(): void
}

export function bench(components: readonly Component[]): Bench {
  const state = createState(DEFAULT_CLUSTER)
  const pump = () => {
    while (state.journal.length > 0) {
      const changes = state.journal
      state.journal = []
      for (const change of changes) for (const c of components) c.watch?.(state, change)
    }
  }
  const rest = () => {
    pump()
    for (let n = 0; n < 10_000 && !atRest(state); n++) {
      const task = takeTask(state)
      if (!task) break
      state.now = Math.max(state.now, task.at)
      const handle = components.map((c) => c.handlers[task.kind]).find((h) => h)
      handle?.(state, task)
      pump()
    }
  }
  const store = <T extends KObject>(object: T): T => {
    const stored = put<T>(state, { ...object, metadata: { uid: nextUid(state), ...object.metadata } })
    rest()
    return stored
  }
  for (const { name, zone, internalIP } of DEFAULT_CLUSTER.nodes) {
    put<Node>(state, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        uid: nextUid(state),
        labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone },
      },
      status: {
        addresses: [{ type: 'InternalIP', address: internalIP }],
        allocatable: { cpu: '64' },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    })
  }
  rest()
  return { state, store, rest }
}

/** A stored Service with what the API server defaults. */
export const service = (
  name: string,
  spec: Partial<Service['spec']>,
  metadata: Partial<KObject['metadata']> = {},
): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default', ...metadata },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.96.1.1',
    clusterIPs: ['10.96.1.1'],
    ipFamilies: ['IPv4'],
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    ...spec,
  },
})

/** A running pod with its kubelet's status. */
export const pod = (
  name: string,
  options: {
    readonly labels?: Record<string, string>
    readonly ip?: string
    readonly node?: string
    readonly ready?: boolean
    readonly phase?: NonNullable<Pod['status']>['phase']
    readonly spec?: Partial<Pod['spec']>
    readonly metadata?: Partial<KObject['metadata']>
  } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: options.labels ?? { app: 'web' }, ...options.metadata },
  spec: { nodeName: options.node ?? 'node-1', containers: [{ name: 'c', image: 'nginx' }], ...options.spec },
  status: {
    phase: options.phase ?? 'Running',
    ...(options.ip === '' ? {} : { podIP: options.ip ?? '10.244.1.2', podIPs: [{ ip: options.ip ?? '10.244.1.2' }] }),
    conditions: [{ type: 'Ready', status: (options.ready ?? true) ? 'True' : 'False' }],
  },
})
