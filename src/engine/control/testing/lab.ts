import type { ClusterConfig, ClusterEvent, KObject, Node, Pod, Workload } from '../../../model/index.ts'
import { Cluster } from '../../index.ts'

type Value = Record<string, unknown>

/** A cluster for tests: what is created must be taken, and is brought to rest. */
export class Lab {
  readonly cluster: Cluster
  readonly events: ClusterEvent[] = []

  constructor(config: Partial<ClusterConfig> = {}) {
    this.cluster = new Cluster({ loadBalancers: 'none', ...config })
  }

  /** Create and come to rest. */
  add(...values: Value[]): this {
    for (const value of values) {
      const result = this.cluster.create(value)
      if (!result.ok) throw new Error(result.status.message)
    }
    return this.rest()
  }

  rest(): this {
    if (!this.cluster.settle()) throw new Error('the cluster never comes to rest')
    this.events.push(...this.cluster.drain().events)
    return this
  }

  /** Let time pass, in seconds. */
  wait(seconds: number): this {
    this.cluster.advance(this.cluster.now + seconds * 1000)
    this.events.push(...this.cluster.drain().events)
    return this
  }

  patch(kind: string, name: string, patch: Value, namespace = 'default'): this {
    const result = this.cluster.patch(kind, namespace, name, 'strategic', patch)
    if (!result.ok) throw new Error(result.status.message)
    return this
  }

  annotate(kind: string, name: string, annotations: Record<string, string | null>): this {
    return this.patch(kind, name, { metadata: { annotations } })
  }

  scale(kind: string, name: string, replicas: number): this {
    return this.patch(kind, name, { spec: { replicas } })
  }

  delete(kind: string, name: string, options: Parameters<Cluster['delete']>[3] = {}, namespace = 'default'): this {
    const result = this.cluster.delete(kind, namespace, name, options)
    if (!result.ok) throw new Error(result.status.message)
    return this
  }

  get<T extends KObject = Workload>(kind: string, name: string, namespace = 'default'): T {
    const object = this.cluster.get<T>(`${kind}/${namespace}/${name}`)
    if (!object) throw new Error(`no ${kind} ${name}`)
    return object
  }

  pod(name: string): Pod {
    return this.get<Pod>('Pod', name)
  }

  node(name: string): Node {
    return this.get<Node>('Node', name, '')
  }

  /** Pods that were not asked to stop, by name. */
  pods(label?: string): Pod[] {
    const [key, value] = label?.split('=') ?? []
    return this.cluster
      .list<Pod>('Pod', 'default')
      .filter((p) => !p.metadata.deletionTimestamp && (!key || p.metadata.labels?.[key] === value))
  }

  names(label?: string): string[] {
    return this.pods(label).map((p) => p.metadata.name)
  }

  status(kind: string, name: string): Record<string, unknown> {
    return (this.get(kind, name).status ?? {}) as Record<string, unknown>
  }

  /** "Reason: message" of the events about an object since the beginning. */
  said(object: string, reason?: string): string[] {
    return this.events
      .filter((e) => e.object === object && (!reason || e.reason === reason))
      .map((e) => `${e.reason}: ${e.message}`)
  }

  condition(pod: string, type: string): string {
    const c = this.pod(pod).status?.conditions?.find((x) => x.type === type)
    return c ? [c.status, c.reason].filter(Boolean).join(' ') : 'none'
  }
}

export const pod = (name: string, spec: Value = {}, annotations: Value = {}, labels: Value = {}): Value => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels, annotations },
  spec: { containers: [{ name: 'app', image: 'example/app' }], ...spec },
})

/** A workload whose pods carry `app=NAME`. */
export const workload = (
  kind: string,
  name: string,
  spec: Value = {},
  podSpec: Value = {},
  annotations: Value = {},
): Value => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : kind === 'ReplicationController' ? 'v1' : 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    ...(kind === 'Job'
      ? {}
      : { selector: kind === 'ReplicationController' ? { app: name } : { matchLabels: { app: name } } }),
    template: {
      metadata: { labels: { app: name }, annotations },
      spec: {
        containers: [{ name: 'app', image: 'example/app:1' }],
        ...(kind === 'Job' ? { restartPolicy: 'Never' } : {}),
        ...podSpec,
      },
    },
    ...spec,
  },
})

/** A container with a readiness probe, so that `fairlead.dev/ready` is heard. */
export const probed = (image = 'example/app:1'): Value => ({
  containers: [{ name: 'app', image, readinessProbe: { httpGet: { path: '/', port: 8080 } } }],
})
