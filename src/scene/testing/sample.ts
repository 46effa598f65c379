import {
  type CauseCode,
  type ClientView,
  DEFAULT_CLUSTER,
  type Diagnostic,
  type Hop,
  type KObject,
  keyOf,
  type Layer,
  type MemberView,
  type Ms,
  makeKey,
  type ObjectKey,
  type Outcome,
  type Place,
  type Pod,
  type Reason,
  type ReasonCode,
  type Service,
  type ServiceView,
  type Trace,
  timestamp,
} from '../../model/index.ts'
import type { SceneInput } from '../index.ts'

/** Made-up pictures for tests and for looking at: what a cluster would say, put together by hand. */
export interface Sample extends SceneInput {
  readonly traces: readonly Trace[]
}

type Write<T> = { -readonly [K in keyof T]: T[K] }

export class SampleBuilder {
  readonly objects = new Map<ObjectKey, KObject>()
  readonly services = new Map<ObjectKey, ServiceView>()
  readonly clients: ClientView[] = []
  readonly notSimulated = new Set<ObjectKey>()
  readonly diagnostics: Diagnostic[] = []
  readonly order: ObjectKey[] = []
  readonly traces: Trace[] = []
  private ip = 2

  put(object: KObject): ObjectKey {
    const key = keyOf(object)
    this.objects.set(key, object)
    return key
  }

  namespaced(kind: string, name: string, namespace: string, more: object = {}, apiVersion = 'v1'): KObject {
    return { apiVersion, kind, metadata: { name, namespace, creationTimestamp: timestamp(0) }, ...more }
  }

  /** A Deployment with its ReplicaSet and pods; `states` says how its pods are. */
  deployment(name: string, states: readonly SamplePodState[], namespace = 'default', port = 8080): readonly Pod[] {
    const template = { metadata: { labels: { app: name } }, spec: { containers: [] } }
    const spec = { replicas: states.length, template }
    this.order.push(this.put(this.namespaced('Deployment', name, namespace, { spec }, 'apps/v1')))
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: name, controller: true }
    const set = this.namespaced('ReplicaSet', `${name}-7d9f8`, namespace, { spec }, 'apps/v1')
    this.put({ ...set, metadata: { ...set.metadata, ownerReferences: [owner] } })
    return states.map((state, index) =>
      this.pod(`${name}-7d9f8-${suffix(name, index)}`, state, namespace, {
        owner: { kind: 'ReplicaSet', name: `${name}-7d9f8`, apiVersion: 'apps/v1' },
        created: index * 1000,
        port,
        node: `node-${(index % 3) + 1}`,
      }),
    )
  }

  statefulSet(name: string, replicas: number, namespace = 'default'): readonly Pod[] {
    const template = { metadata: { labels: { app: name } }, spec: { containers: [] } }
    this.order.push(
      this.put(this.namespaced('StatefulSet', name, namespace, { spec: { replicas, template } }, 'apps/v1')),
    )
    return Array.from({ length: replicas }, (_, index) =>
      this.pod(`${name}-${index}`, 'ready', namespace, {
        owner: { kind: 'StatefulSet', name, apiVersion: 'apps/v1' },
        port: 5432,
        node: `node-${(index % 3) + 1}`,
      }),
    )
  }

  pod(
    name: string,
    state: SamplePodState,
    namespace = 'default',
    more: {
      owner?: { kind: string; name: string; apiVersion: string }
      created?: Ms
      port?: number
      node?: string
    } = {},
  ): Pod {
    const { owner, created = 0, port = 8080, node = 'node-1' } = more
    const running = state !== 'pending'
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace,
        creationTimestamp: timestamp(created),
        labels: { app: owner?.name ?? name },
        ...(owner && { ownerReferences: [{ ...owner, uid: owner.name, controller: true }] }),
        ...(state === 'terminating' && { deletionTimestamp: timestamp(30_000), deletionGracePeriodSeconds: 30 }),
      },
      spec: {
        ...(running && { nodeName: node }),
        containers: [{ name: 'app', image: 'nginx', ports: [{ containerPort: port }] }],
      },
      status: {
        phase: state === 'finished' ? 'Succeeded' : running ? 'Running' : 'Pending',
        ...(running && { podIP: `10.244.${node.slice(-1)}.${this.ip++}` }),
        conditions: [{ type: 'Ready', status: state === 'ready' || state === 'terminating' ? 'True' : 'False' }],
        ...(state === 'crash' && {
          containerStatuses: [
            { name: 'app', ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } },
          ],
        }),
      },
    }
    this.put(pod)
    return pod
  }

  service(
    name: string,
    pods: readonly Pod[],
    more: {
      namespace?: string
      spec?: Service['spec']
      ports?: readonly { name: string; port: number; target: number; nodePort?: number }[]
      balancer?: readonly string[]
      /** Code of a cause that keeps it from working. */
      trouble?: CauseCode
      note?: Reason
      outside?: readonly string[]
    } = {},
  ): ObjectKey {
    const { namespace = 'default', spec, ports = [{ name: 'http', port: 80, target: 8080 }] } = more
    const object = this.namespaced('Service', name, namespace, {
      spec: { type: 'ClusterIP', clusterIP: `10.96.44.${10 + this.services.size}`, selector: { app: name }, ...spec },
    })
    const key = this.put(object)
    this.order.push(key)
    const members: MemberView[] = pods.map((pod) => {
      const ready = pod.status?.conditions?.[0]?.status === 'True'
      const state = pod.metadata.deletionTimestamp ? 'terminating' : ready ? 'ready' : 'not-ready'
      const why = reason(ready ? 'endpoint.ready' : 'endpoint.not-ready')
      return { key: keyOf(pod), address: pod.status?.podIP, node: pod.spec.nodeName, state, why }
    })
    for (const address of more.outside ?? [])
      members.push({ key: `outside/${address}`, address, state: 'ready', why: reason('endpoint.manual') })
    const ready = members.filter((m) => m.state === 'ready').length
    this.services.set(key, {
      key,
      ports: ports.map((p) => ({ ...p, protocol: 'TCP', resolved: [p.target], ready, total: members.length })),
      members,
      balancer: more.balancer ?? [],
      ...(more.note && { note: more.note }),
    })
    if (more.trouble)
      this.diagnostics.push({ severity: 'error', code: more.trouble, message: `${name}: ${more.trouble}`, object: key })
    return key
  }

  client(name: string, from: ClientView['from'], url: string, more: Partial<Write<ClientView>> = {}): string {
    const key = `client/${name}`
    this.clients.push({
      key,
      name,
      from,
      address: from === 'internet' ? '198.51.100.10' : `10.244.1.${254 - this.clients.length}`,
      url,
      every: 1000,
      connection: 'new',
      timeout: 2000,
      madeUp: false,
      ...(from === 'pod' && { at: makeKey('Pod', 'default', name) }),
      ...more,
    })
    return key
  }

  /** A request over these places, told as the engine would tell it. */
  request(
    client: string,
    startedAt: Ms,
    way: readonly Place[],
    outcome: Outcome = 'answered',
    code: ReasonCode = 'pod.listening',
  ): Trace {
    const from: Place = { kind: 'client', key: client }
    const hops: Hop[] = []
    let at: Place = from
    let time = 0
    const hop = (layer: Layer, to: Place, why: ReasonCode, failed = false) => {
      hops.push({ at: time, took: 0.2, layer, from: at, to, why: reason(why), ...(failed && { failed }) })
      time += 0.2
      at = to
    }
    if (outcome === 'name not found') hop('name', { kind: 'dns', key: 'dns' }, 'dns.nxdomain', true)
    else {
      hops.push({
        at: 0,
        took: 0.2,
        layer: 'name',
        from,
        to: { kind: 'dns', key: 'dns' },
        why: reason('dns.answer'),
      })
      for (const [index, place] of way.entries()) {
        const last = index === way.length - 1
        const fails = last && outcome !== 'answered'
        const far = place.kind === 'pod' || place.kind === 'outside'
        if (far) hop('endpoint', at, 'proxy.pick')
        hop(far ? 'route' : 'dial', place, far ? 'route.other-node' : 'dial.service', fails && !far)
        if (far) hop('socket', place, fails ? code : 'pod.listening', fails)
        else if (fails) hops[hops.length - 1] = { ...hops.at(-1)!, why: reason(code) }
      }
      if (outcome === 'answered') hop('answer', from, 'answer.back')
    }
    const trace: Trace = {
      id: `${client}#${this.traces.length + 1}`,
      client,
      request: {
        url: 'http://web/',
        scheme: 'http',
        host: 'web',
        port: 80,
        path: '/',
        connection: 'new',
        timeout: 2000,
      },
      startedAt,
      took: outcome === 'timed out' ? 2000 : time,
      outcome,
      ...(outcome === 'answered' && { http: 200 }),
      hops,
    }
    this.traces.push(trace)
    return trace
  }

  build(): Sample {
    return {
      objects: this.objects,
      services: this.services,
      clients: this.clients,
      config: DEFAULT_CLUSTER,
      notSimulated: this.notSimulated,
      diagnostics: this.diagnostics,
      order: this.order,
      traces: [...this.traces].sort((a, b) => a.startedAt - b.startedAt),
    }
  }
}

export type SamplePodState = 'ready' | 'not-ready' | 'terminating' | 'pending' | 'crash' | 'finished'

export const reason = (code: ReasonCode): Reason => ({ code, params: {}, rule: 'SVC-1', sources: [] })

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** Five letters as Kubernetes would draw them, the same each time. */
function suffix(name: string, index: number): string {
  let seed = index * 7919 + name.length * 104_729 + name.charCodeAt(0) * 31
  let text = ''
  for (let i = 0; i < 5; i++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    text += LETTERS[Math.floor(seed / 65_536) % LETTERS.length]
  }
  return text
}

/** Two Services, a load balancer, eight pods in several states, requests that are answered, refused, lost. */
export function smallSample(): Sample {
  const b = new SampleBuilder()
  const front = b.deployment('front', ['ready', 'ready', 'ready', 'not-ready'])
  const web = b.deployment('web', ['ready', 'ready', 'ready', 'terminating'])
  const frontKey = b.service('front', front, {
    spec: { type: 'LoadBalancer' },
    balancer: ['192.0.2.1'],
    ports: [{ name: 'http', port: 80, target: 8080, nodePort: 30_080 }],
  })
  const webKey = b.service('web', web, {
    trouble: 'port.not-listening',
    ports: [{ name: 'http', port: 80, target: 8081 }],
  })
  b.order.splice(0, b.order.length, frontKey, webKey, 'Deployment/default/front', 'Deployment/default/web')
  b.put(b.namespaced('Ingress', 'shop', 'default', {}, 'networking.k8s.io/v1'))
  b.notSimulated.add('Ingress/default/shop')
  const internet = b.client('browser', 'internet', 'http://192.0.2.1/')
  const shop = b.client('shop', 'pod', 'http://front/')
  const client = b.client('web-client', 'pod', 'http://web/', { madeUp: true, target: webKey })
  const service = (key: ObjectKey): Place => ({ kind: 'service', key })
  const pod = (p: Pod): Place => ({ kind: 'pod', key: keyOf(p) })
  for (let i = 0; i < 20; i++) {
    const start = i * 1000
    b.request(internet, start + 50, [{ kind: 'load-balancer', key: frontKey }, service(frontKey), pod(front[i % 3]!)])
    b.request(shop, start + 400, [service(frontKey), pod(front[(i + 1) % 3]!)])
    b.request(client, start + 700, [service(webKey), pod(web[i % 3]!)], 'refused', 'pod.not-listening')
  }
  return b.build()
}

/** Every kind of node, in two namespaces, with long names. */
export function richSample(): Sample {
  const b = new SampleBuilder()
  const shop = b.deployment(
    'checkout-service-with-a-long-name',
    ['ready', 'ready', 'crash', 'pending', 'ready'],
    'shop',
  )
  const db = b.statefulSet('postgres', 3, 'data')
  const both = b.service('checkout', shop, {
    namespace: 'shop',
    spec: { type: 'NodePort' },
    ports: [
      { name: 'http', port: 80, target: 8080, nodePort: 30_080 },
      { name: 'metrics', port: 9090, target: 9090, nodePort: 30_090 },
    ],
  })
  b.service('checkout-internal', shop, { namespace: 'shop' })
  const head = b.service('postgres', db, {
    namespace: 'data',
    spec: { clusterIP: 'None', selector: { app: 'postgres' } },
    ports: [{ name: 'pg', port: 5432, target: 5432 }],
  })
  const legacy = b.service('legacy', [], { namespace: 'data', outside: ['203.0.113.20'], spec: {} })
  const alias = b.service('billing', [], {
    namespace: 'data',
    spec: { type: 'ExternalName', externalName: 'my.database.example.com', clusterIP: undefined },
    note: reason('service.alias'),
  })
  b.service('nobody', [], { namespace: 'shop', trouble: 'selector.no-match' })
  b.deployment('worker', [], 'shop')
  b.pod('lonely', 'ready', 'shop')
  b.put(b.namespaced('HorizontalPodAutoscaler', 'checkout', 'shop', {}, 'autoscaling/v2'))
  b.put(b.namespaced('Ingress', 'checkout', 'shop', {}, 'networking.k8s.io/v1'))
  b.notSimulated.add('HorizontalPodAutoscaler/shop/checkout').add('Ingress/shop/checkout')
  const user = b.client('user', 'internet', 'http://172.18.0.11:30080/')
  const node = b.client('probe', 'node', 'http://10.96.44.10/', { at: 'node-2' })
  const app = b.client('app', 'pod', 'tcp://postgres:5432', { at: 'Pod/data/app' })
  const pay = b.client('pay', 'pod', 'http://billing/', { at: 'Pod/data/pay' })
  const old = b.client('old', 'pod', 'http://legacy/', { at: 'Pod/data/old', madeUp: true })
  const typo = b.client('typo', 'pod', 'http://chekout.shop/', { at: 'Pod/shop/typo' })
  for (let i = 0; i < 12; i++) {
    const start = i * 1000
    b.request(user, start, [
      { kind: 'node-port', key: both },
      { kind: 'service', key: both },
      { kind: 'pod', key: keyOf(shop[i % 2]!) },
    ])
    b.request(node, start + 100, [
      { kind: 'service', key: both },
      { kind: 'pod', key: keyOf(shop[4]!) },
    ])
    b.request(app, start + 200, [{ kind: 'pod', key: keyOf(db[i % 3]!) }])
    b.request(pay, start + 300, [{ kind: 'outside', key: '203.0.113.20' }])
    b.request(
      old,
      start + 400,
      [
        { kind: 'service', key: legacy },
        { kind: 'outside', key: '203.0.113.20' },
      ],
      'timed out',
      'outside.silent',
    )
    b.request(typo, start + 500, [], 'name not found')
  }
  void head
  void alias
  return b.build()
}

/** 12 Services with 25 pods each, 200 requests under way at second 5. */
export function largeSample(): Sample {
  const b = new SampleBuilder()
  for (let s = 0; s < 12; s++) {
    const states = Array.from(
      { length: 25 },
      (_, i): SamplePodState => (i === 7 && s % 3 === 0 ? 'not-ready' : i === 11 && s % 4 === 1 ? 'crash' : 'ready'),
    )
    const pods = b.deployment(`service-${s}`, states)
    const key = b.service(`service-${s}`, pods)
    const client = b.client(`client-${s}`, 'pod', `http://service-${s}/`)
    for (let i = 0; i < 170; i++) {
      const start = i * 60 + s * 5
      b.request(client, start, [
        { kind: 'service', key },
        { kind: 'pod', key: keyOf(pods[(i * 7) % 25]!) },
      ])
    }
  }
  return b.build()
}
