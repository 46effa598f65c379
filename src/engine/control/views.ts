import {
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  familyOf,
  isPodReady,
  keyOf,
  type MemberView,
  makeKey,
  matchesMap,
  type ObjectKey,
  type Path,
  type Pod,
  type Reason,
  type ReasonCode,
  type ReasonParam,
  type Service,
  type ServicePort,
  type ServicePortView,
  type ServiceView,
  type SourceField,
  splitKey,
  type Workload,
} from '../../model/index.ts'
import { type Change, get, getByKey, list, listByLabels, type State } from '../core/index.ts'
import { listeners, socketFor } from '../workload/index.ts'
import { findPort, LABEL_SERVICE, podsOf, selectorOf, servicesForLabels } from './endpoints/index.ts'

type Params = Record<string, ReasonParam | undefined>

const reason = (code: ReasonCode, rule: string, params: Params, ...sources: SourceField[]): Reason => ({
  code,
  rule,
  params: Object.fromEntries(Object.entries(params).filter(([, v]) => v !== undefined)) as Record<string, ReasonParam>,
  sources,
})
const field = (object: ObjectKey, ...path: Path): SourceField => ({ object, path })

/** The Services whose view a change of the store may alter. */
export function servicesTouched(state: State, change: Change): ObjectKey[] {
  if (change.kind === 'Service') return [change.key]
  const { namespace } = splitKey(change.key)
  if (change.kind === 'EndpointSlice') {
    const names = [change.before, change.after].map((o) => o?.metadata.labels?.[LABEL_SERVICE])
    return [...new Set(names)].filter((n) => n !== undefined).map((n) => makeKey('Service', namespace, n))
  }
  if (change.kind === 'Pod') {
    const keys = new Set<ObjectKey>()
    for (const labels of new Set([change.before?.metadata.labels, change.after?.metadata.labels])) {
      for (const service of servicesForLabels(state, namespace, labels)) keys.add(keyOf(service))
    }
    return [...keys]
  }
  if (change.kind === 'Deployment' || change.kind === 'StatefulSet' || change.kind === 'ReplicaSet') {
    const keys = new Set<ObjectKey>()
    for (const workload of [change.before, change.after] as (Workload | undefined)[]) {
      for (const service of servicesForLabels(state, namespace, workload?.spec?.template?.metadata?.labels))
        keys.add(keyOf(service))
    }
    return [...keys]
  }
  return []
}

/** What is to be said about a Service: its ports, who is behind them and why, and what is wrong. undefined when there is none. */
export function serviceViewOf(state: State, key: ObjectKey): ServiceView | undefined {
  const service = getByKey<Service>(state, key)
  if (!service) return undefined
  const { namespace = 'default', name } = service.metadata
  const slices = listByLabels<EndpointSlice>(state, 'EndpointSlice', namespace, { [LABEL_SERVICE]: name })
  const alias = service.spec.type === 'ExternalName'
  const pods = alias ? [] : podsOf(state, service)
  const members: MemberView[] = pods.map((pod) => memberOf(service, key, pod))
  const seen = new Set(members.map((m) => m.key))
  for (const slice of alias ? [] : slices) {
    for (const endpoint of slice.endpoints ?? []) {
      const member = manualMember(state, slice, endpoint)
      if (!seen.has(member.key)) members.push(member)
      seen.add(member.key)
    }
  }
  members.sort((a, b) => (a.key < b.key ? -1 : 1))
  // the slices of the other family list the same pods again
  const counted = slices.filter((s) => s.addressType === service.spec.ipFamilies?.[0])
  const ports = alias
    ? []
    : (service.spec.ports ?? []).map((port) => portView(service, port, counted.length > 0 ? counted : slices))
  const balancer = (service.status?.loadBalancer?.ingress ?? []).flatMap((i) =>
    (i.ip ?? i.hostname) ? [(i.ip ?? i.hostname)!] : [],
  )
  return { key, ports, members, balancer, ...verdict(state, service, key, pods, members) }
}

function memberOf(service: Service, key: ObjectKey, pod: Pod): MemberView {
  const podKey = keyOf(pod)
  const selector = field(key, 'spec', 'selector')
  const family = service.spec.ipFamilies?.[0]
  const ips = pod.status?.podIPs?.map((p) => p.ip) ?? (pod.status?.podIP ? [pod.status.podIP] : [])
  const address = family === undefined ? ips[0] : ips.find((ip) => familyOf(ip) === family)
  const base = { key: podKey, address, node: pod.spec.nodeName }
  const is = (
    state: MemberView['state'],
    code: ReasonCode,
    rule: string,
    params: Params,
    ...sources: SourceField[]
  ): MemberView => ({
    ...base,
    state,
    why: reason(code, rule, { pod: pod.metadata.name, ...params }, selector, ...sources),
  })
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed') return is('excluded', 'endpoint.finished', 'EPS-3', { phase })
  if (address === undefined) return is('excluded', 'endpoint.no-address', 'EPS-3', { phase: phase ?? 'Pending' })
  const target = (service.spec.ports ?? []).find(
    (p) => typeof p.targetPort === 'string' && findPort(pod, p) === undefined,
  )
  if (target && (service.spec.ports ?? []).every((p) => findPort(pod, p) === undefined)) {
    const names = pod.spec.containers.flatMap((c) => c.ports ?? []).flatMap((p) => (p.name ? [p.name] : []))
    const at = (service.spec.ports ?? []).indexOf(target)
    return is(
      'excluded',
      'endpoint.port-name-missing',
      'EPS-5',
      { portName: String(target.targetPort), names },
      field(key, 'spec', 'ports', at, 'targetPort'),
      field(podKey, 'spec', 'containers'),
    )
  }
  const ready = isPodReady(pod)
  const publish = service.spec.publishNotReadyAddresses === true
  if (pod.metadata.deletionTimestamp) {
    if (publish)
      return is('ready', 'endpoint.published-not-ready', 'EPS-6', {}, field(key, 'spec', 'publishNotReadyAddresses'))
    return is(
      'terminating',
      ready ? 'endpoint.terminating' : 'endpoint.terminating-not-serving',
      'EPS-7',
      {},
      field(podKey, 'metadata', 'deletionTimestamp'),
    )
  }
  if (ready) return is('ready', 'endpoint.ready', 'EPS-2', { address }, field(podKey, 'metadata', 'labels'))
  if (publish)
    return is('ready', 'endpoint.published-not-ready', 'EPS-6', {}, field(key, 'spec', 'publishNotReadyAddresses'))
  const condition = pod.status?.conditions?.find((c) => c.type === 'Ready')
  return is(
    'not-ready',
    'endpoint.not-ready',
    'EPS-4',
    { message: condition?.message },
    field(podKey, 'spec', 'containers', 0, 'readinessProbe'),
  )
}

function manualMember(state: State, slice: EndpointSlice, endpoint: Endpoint): MemberView {
  const address = endpoint.addresses[0] ?? ''
  const target = endpoint.targetRef
  const pod =
    target?.kind === 'Pod' && target.name
      ? get<Pod>(state, 'Pod', target.namespace ?? slice.metadata.namespace ?? 'default', target.name)
      : undefined
  const owner = slice.metadata.ownerReferences?.find((o) => o.kind === 'Endpoints')
  const source = owner ? makeKey('Endpoints', slice.metadata.namespace ?? 'default', owner.name) : keyOf(slice)
  const ready = endpoint.conditions?.ready !== false
  return {
    key: pod ? keyOf(pod) : `outside/${address}`,
    address,
    node: endpoint.nodeName,
    state: ready ? 'ready' : endpoint.conditions?.terminating ? 'terminating' : 'not-ready',
    why: reason(
      'endpoint.manual',
      'EPS-9',
      { address, object: owner ? `Endpoints ${owner.name}` : `EndpointSlice ${slice.metadata.name}`, ready },
      field(source, owner ? 'subsets' : 'endpoints'),
    ),
  }
}

function portView(service: Service, port: ServicePort, slices: readonly EndpointSlice[]): ServicePortView {
  const resolved = new Set<number>()
  const ready = new Set<string>()
  const total = new Set<string>()
  for (const slice of slices) {
    const match = (slice.ports ?? []).find(
      (p: EndpointPort) => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    )
    if (!match?.port) continue
    for (const endpoint of slice.endpoints ?? []) {
      resolved.add(match.port)
      const address = endpoint.addresses[0] ?? ''
      total.add(address)
      if (endpoint.conditions?.ready !== false) ready.add(address)
    }
  }
  return {
    name: port.name ?? '',
    protocol: port.protocol ?? 'TCP',
    port: port.port,
    ...(port.nodePort ? { nodePort: port.nodePort } : {}),
    target: port.targetPort ?? (service.spec.ports ? port.port : 0),
    resolved: [...resolved].sort((a, b) => a - b),
    ready: ready.size,
    total: total.size,
  }
}

type Verdict = Pick<ServiceView, 'problem' | 'note'>

/** The first thing that keeps the whole Service from answering, or a word on why it is as it is meant to be. */
function verdict(
  state: State,
  service: Service,
  key: ObjectKey,
  pods: readonly Pod[],
  members: readonly MemberView[],
): Verdict {
  const { namespace, name } = service.metadata
  const base = { service: name, namespace }
  const { spec } = service
  if (spec.type === 'ExternalName') {
    return {
      note: reason(
        'service.alias',
        'EPS-18',
        { ...base, target: spec.externalName ?? '' },
        field(key, 'spec', 'externalName'),
      ),
    }
  }
  const selector = selectorOf(service)
  if (!selector) {
    if (members.some((m) => m.state === 'ready'))
      return { note: reason('service.no-selector', 'EPS-8', base, field(key, 'spec')) }
    return { problem: reason('service.no-selector', 'EPS-8', base, field(key, 'spec')) }
  }
  if (pods.length === 0) {
    const asleep = [
      ...list<Workload>(state, 'Deployment', namespace),
      ...list<Workload>(state, 'StatefulSet', namespace),
    ].find((w) => w.spec.replicas === 0 && matchesMap(selector, w.spec.template?.metadata?.labels))
    if (asleep) {
      return {
        note: reason(
          'service.scaled-to-zero',
          'EPS-19',
          { ...base, workload: `${asleep.kind} ${asleep.metadata.name}` },
          field(keyOf(asleep), 'spec', 'replicas'),
        ),
      }
    }
    const words = (labels: Readonly<Record<string, string>>) =>
      Object.entries(labels)
        .map(([k, v]) => `${k}=${v}`)
        .sort()
        .join(',')
    return {
      problem: reason(
        'service.no-pods',
        'EPS-1',
        { ...base, selector: words(selector) },
        field(key, 'spec', 'selector'),
      ),
    }
  }
  if (!members.some((m) => m.state === 'ready')) {
    const nameless = members.find((m) => m.why.code === 'endpoint.port-name-missing')
    if (nameless && members.every((m) => m.state === 'excluded')) return { problem: nameless.why }
    return {
      problem: reason('service.none-ready', 'EPS-4', { ...base, pods: pods.length }, field(key, 'spec', 'selector')),
    }
  }
  const unheard = nobodyListens(state, service, key, pods)
  if (unheard) return { problem: unheard }
  if (spec.type === 'LoadBalancer' && !service.status?.loadBalancer?.ingress?.length) {
    return { note: reason('service.pending-balancer', 'LB-1', base, field(key, 'spec', 'type')) }
  }
  return {}
}

/** A port at which no ready pod listens. */
function nobodyListens(state: State, service: Service, key: ObjectKey, pods: readonly Pod[]): Reason | undefined {
  const ready = pods.filter((p) => isPodReady(p) && !p.metadata.deletionTimestamp)
  if (ready.length === 0) return undefined
  for (const [at, port] of (service.spec.ports ?? []).entries()) {
    const numbers = ready.map((pod) => findPort(pod, port))
    if (numbers.some((n) => n === undefined)) continue
    const deaf = ready.every(
      (pod, i) => socketFor(state, pod, port.protocol ?? 'TCP', numbers[i]!).state === 'not-listening',
    )
    if (!deaf) continue
    const pod = ready[0]!
    const listens = [
      ...new Set(
        ready.flatMap((p) =>
          listeners(state, p)
            .filter((l) => l.protocol === (port.protocol ?? 'TCP'))
            .map((l) => String(l.port)),
        ),
      ),
    ]
    return reason(
      'service.nobody-listens',
      'POD-2',
      {
        service: service.metadata.name,
        namespace: service.metadata.namespace,
        port: numbers[0],
        targetPort: port.targetPort ?? port.port,
        pods: ready.length,
        listens,
      },
      field(key, 'spec', 'ports', at, 'targetPort'),
      field(keyOf(pod), 'spec', 'containers', 0, 'ports'),
    )
  }
  return undefined
}
