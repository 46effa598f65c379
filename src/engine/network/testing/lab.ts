import {
  type ClusterConfig,
  DEFAULT_CLUSTER,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  type Hop,
  INTERNET_HOST,
  type KObject,
  type Node,
  type ObjectKey,
  type Pod,
  type ReasonCode,
  type Service,
  type Trace,
} from '../../../model/index.ts'
import {
  atRest,
  type Component,
  createState,
  get,
  getByKey,
  nextUid,
  put,
  remove,
  type State,
  takeTask,
} from '../../core/index.ts'
import { kubeProxy } from '../../node/proxy/index.ts'
import {
  type ClientSpec,
  type DnsAnswer,
  type Possible,
  possible,
  type RequestSpec,
  resolve,
  sendRequest,
} from '../index.ts'

const COMPONENTS: readonly Component[] = [kubeProxy]

/** A cluster of Services, slices and pods that were put there by hand, with kube-proxy on every node: for tests of the network. */
export class NetLab {
  readonly state: State

  constructor(config: Partial<ClusterConfig> = {}) {
    this.state = createState({ ...DEFAULT_CLUSTER, undeclaredPorts: 'refuse', ...config })
    for (const name of ['default', 'shop', 'kube-system'])
      this.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    for (const { name, zone, internalIP } of this.state.config.nodes) {
      const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone }
      const status = {
        addresses: [{ type: 'InternalIP', address: internalIP }],
        conditions: [{ type: 'Ready', status: 'True' }],
      } as const
      this.put<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status })
    }
    this.service(
      'kube-dns',
      { clusterIP: '10.96.0.10', ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] },
      'kube-system',
    )
    this.rest()
  }

  put<T extends KObject>(object: T): T {
    return put<T>(this.state, { ...object, metadata: { uid: nextUid(this.state), ...object.metadata } })
  }

  remove(key: ObjectKey): void {
    remove(this.state, key)
    this.rest()
  }

  /** Let the watchers see what changed, without letting time pass. */
  pump(): void {
    while (this.state.journal.length > 0) {
      const changes = this.state.journal
      this.state.journal = []
      for (const change of changes) for (const c of COMPONENTS) c.watch?.(this.state, change)
    }
  }

  rest(): void {
    this.pump()
    while (!atRest(this.state)) this.step()
  }

  step(): void {
    const task = takeTask(this.state)!
    this.state.now = Math.max(this.state.now, task.at)
    for (const c of COMPONENTS) c.handlers[task.kind]?.(this.state, task)
    this.pump()
  }

  service(name: string, spec: Partial<Service['spec']>, namespace = 'default', more: Partial<Service> = {}): Service {
    const { metadata, ...rest } = more
    const clusterIP = spec.clusterIP ?? '10.96.44.10'
    const ports = spec.ports?.map((p) => ({ protocol: 'TCP' as const, targetPort: p.port, ...p }))
    const addressed = spec.type === 'ExternalName' ? {} : { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'] }
    const stored: Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, ...metadata },
      spec: { type: 'ClusterIP', ...addressed, ...spec, ...(ports && { ports }) },
      ...rest,
    }
    return this.put(stored)
  }

  slice(
    service: string,
    ports: readonly EndpointPort[],
    endpoints: readonly Endpoint[],
    namespace = 'default',
    name = `${service}-1`,
  ): void {
    const labels = { 'kubernetes.io/service-name': service }
    const named = ports.map((p) => ({ name: '', protocol: 'TCP' as const, ...p }))
    this.put<EndpointSlice>({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace, labels },
      addressType: 'IPv4',
      ports: named,
      endpoints,
    })
  }

  /** A running pod; it listens where `listen` says. The address says its node: 10.244.N.x, or the node's own. */
  pod(name: string, ip: string, listen: string, more: Partial<Pod> = {}, namespace = 'default'): Pod {
    const host = this.state.config.nodes.find((n) => n.internalIP === ip)
    const nodeName = host?.name ?? `node-${ip.split('.')[2]}`
    const { metadata, spec, status, ...rest } = more
    return this.put<Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...metadata,
        name,
        namespace,
        annotations: { 'fairlead.dev/listen': listen, ...metadata?.annotations },
      },
      spec: { nodeName, containers: [{ name: 'app' }], ...(host && { hostNetwork: true }), ...spec },
      status: {
        phase: 'Running',
        podIP: ip,
        podIPs: [{ ip }],
        conditions: [{ type: 'Ready', status: 'True' }],
        ...status,
      },
      ...rest,
    })
  }

  /** A Service on port 80 with one pod on port 8080 for each address, called NAME-1, NAME-2 … */
  web(
    spec: Partial<Service['spec']>,
    ips: readonly string[],
    name = 'web',
    conditions: readonly Endpoint['conditions'][] = [],
  ): void {
    this.service(name, { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec })
    const endpoints = ips.map((ip, i): Endpoint => {
      const pod = this.pod(`${name}-${i + 1}`, ip, '8080')
      return this.endpoint(pod, conditions[i])
    })
    this.slice(
      name,
      [{ port: 8080, protocol: spec.ports?.[0]?.protocol ?? 'TCP', name: spec.ports?.[0]?.name ?? '' }],
      endpoints,
    )
    this.rest()
  }

  endpoint(pod: Pod, conditions: Endpoint['conditions'] = { ready: true }, more: Partial<Endpoint> = {}): Endpoint {
    return {
      addresses: [pod.status!.podIP!],
      conditions,
      nodeName: pod.spec.nodeName,
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace: pod.metadata.namespace },
      ...more,
    }
  }

  /** Change a stored object as a controller would. */
  change<T extends KObject>(key: ObjectKey, edit: (object: T) => T): void {
    put(this.state, edit(getByKey<T>(this.state, key)!))
  }

  balancer(name: string, ip: string, ipMode: 'VIP' | 'Proxy' = 'VIP'): void {
    this.change<Service>(`Service/default/${name}`, (s) => ({
      ...s,
      status: { loadBalancer: { ingress: [{ ip, ipMode }] } },
    }))
    this.rest()
  }

  /** `internet`, `node/NAME`, or a pod's name. */
  client(from: string): ClientSpec {
    if (from === 'internet') return { key: from, from, namespace: 'default', address: INTERNET_HOST }
    if (from.startsWith('node/')) {
      const node = this.state.config.nodes.find((n) => n.name === from.slice(5))!
      return { key: from, from: 'node', namespace: 'default', node: node.name, address: node.internalIP }
    }
    const pod = get<Pod>(this.state, 'Pod', 'default', from)
    if (pod)
      return {
        key: from,
        from: 'pod',
        namespace: 'default',
        pod: `Pod/default/${from}`,
        node: pod.spec.nodeName,
        address: pod.status!.podIP!,
      }
    // a made-up client pod on node-1
    return { key: from, from: 'pod', namespace: 'default', node: 'node-1', address: '10.244.1.254' }
  }

  send(from: string, request: string | RequestSpec): Trace {
    return sendRequest(this.state, this.client(from), typeof request === 'string' ? { url: request } : request)
  }

  possible(from: string, url: string): Possible {
    return possible(this.state, this.client(from), { url })
  }

  dns(from: string, name: string, type?: string, search?: boolean): DnsAnswer {
    return resolve(this.state, this.client(from), name, type, search)
  }
}

export const codes = (trace: Trace): ReasonCode[] => trace.hops.map((h) => h.why.code)
export const hopOf = (trace: Trace, code: ReasonCode): Hop | undefined => trace.hops.find((h) => h.why.code === code)
/** Outcome, who answered, on which port, as whom it saw the client: in one line. */
export const summary = (trace: Trace): string =>
  [
    trace.outcome,
    trace.server?.pod?.split('/')[2] ?? trace.server?.outside ?? trace.server?.node,
    trace.server?.port,
    trace.seenAs,
  ]
    .filter((x) => x !== undefined)
    .join(' ')
