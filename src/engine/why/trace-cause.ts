import {
  ANNOTATION,
  type Chain,
  type ChainLink,
  type Finding,
  familyOf,
  type Hop,
  type IPFamily,
  isPodReady,
  keyOf,
  LINKS,
  type LinkName,
  makeKey,
  nodeIP,
  type Pod,
  type Protocol,
  type ReasonCode,
  type Service,
  splitKey,
  type Trace,
} from '../../model/index.ts'
import { podsOf } from '../control/index.ts'
import { getByKey, type State } from '../core/index.ts'
import { type ClientSpec, everyTrace, podsAt } from '../network/index.ts'
import { errorRateOf, listeningOf } from '../workload/index.ts'
import { edits } from './closeness.ts'
import { finding, objectParam, serviceParams } from './finding.ts'
import { type Known, NOTHING_KNOWN } from './known.ts'
import { addressCause, slicesOf, writtenBy } from './manual-cause.ts'
import { clientDocument, nameCause, urlFix } from './name-cause.ts'
import { pendingCause } from './pending-cause.ts'
import { publishedCause } from './pod-cause.ts'
import { deafCause } from './port-cause.ts'
import { refusedAtNode } from './refused-cause.ts'
import { errorCause, type Look, type Looks, linksOf, serviceChain, serviceLooks } from './service-chain.ts'
import { sourceOfPod, surveyOf } from './survey.ts'
import { broadCause, caughtCause } from './too-broad.ts'

/** A trace with who sent it. */
interface Asked {
  readonly state: State
  readonly client: ClientSpec
  readonly trace: Trace
  readonly known: Known
}

const failedHop = (trace: Trace): Hop | undefined => trace.hops.find((h) => h.failed)

/** The Service that a request was meant for, as far as it came. */
function serviceOf({ state, trace }: Asked): Service | undefined {
  for (const hop of trace.hops) {
    for (const place of [hop.to, hop.from]) {
      if (['service', 'node-port', 'load-balancer', 'external-ip'].includes(place.kind)) {
        const service = getByKey<Service>(state, place.key)
        if (service) return service
      }
    }
    const { service, namespace } = hop.why.params
    if (typeof service === 'string' && typeof namespace === 'string') {
      const found = getByKey<Service>(state, makeKey('Service', namespace, service))
      if (found) return found
    }
  }
  return undefined
}

const protocolOf = (trace: Trace): Protocol => (trace.request.scheme === 'udp' ? 'UDP' : 'TCP')

/** Which of the Service's ports the request was for: said by a rule that named it, else by the number that was asked. */
function portIndexOf(service: Service, trace: Trace): number {
  const key = keyOf(service)
  for (const hop of trace.hops)
    for (const { object, path } of hop.why.sources)
      if (object === key && path[0] === 'spec' && path[1] === 'ports' && typeof path[2] === 'number') return path[2]
  const asked = (service.spec.ports ?? []).findIndex(
    (p) => p.port === trace.request.port && (p.protocol ?? 'TCP') === protocolOf(trace),
  )
  return asked < 0 && service.spec.ports?.length === 1 ? 0 : asked
}

/** The link of the chain at which a hop failed. */
const LINK_OF: Partial<Record<ReasonCode, LinkName>> = {
  'url.bad': 'name',
  'dns.nxdomain': 'name',
  'dns.no-address': 'name',
  'dns.cname': 'name',
  'dial.nobody': 'service',
  'dial.no-route': 'way',
  'proxy.port-not-on-service': 'port',
  'proxy.no-endpoints': 'selector',
  'proxy.no-local-endpoints': 'policy',
  'proxy.source-range': 'way',
  'proxy.hairpin': 'way',
  'route.gone': 'running',
  'pod.not-listening': 'target',
  'pod.loopback-only': 'target',
  'host.not-listening': 'port',
  'outside.silent': 'answer',
  'pod.error': 'answer',
  'pod.slow': 'answer',
}

/** Why a request failed (or was answered with an error); undefined when nothing is wrong with it. */
export function traceCause(state: State, client: ClientSpec, trace: Trace, known: Known): Finding | undefined {
  const asked: Asked = { state, client, trace, known }
  const hop = failedHop(trace)
  if (!hop) {
    const error = trace.hops.find((h) => h.why.code === 'pod.error')
    const pod = error && trace.server?.pod ? getByKey<Pod>(state, trace.server.pod) : undefined
    return pod ? errorAt(asked, pod) : undefined
  }
  return causeAt(asked, hop)
}

/** Pods of something else behind the Service answer with errors, and its own do not: they were caught by accident. */
function errorAt(asked: Asked, pod: Pod): Finding {
  const { state } = asked
  const service = serviceOf(asked)
  const caught = service && caughtCause(state, service, (p) => errorRateOf(p) < 1)
  return caught?.objects.includes(sourceOfPod(state, pod).key) ? caught : errorCause(state, service, pod)
}

function causeAt(asked: Asked, hop: Hop): Finding {
  const { state, client, trace, known } = asked
  const { code, params, rule } = hop.why
  const service = serviceOf(asked)
  const index = service ? portIndexOf(service, trace) : -1
  const document = clientDocument(state, client)
  const own = document ? [document] : []
  switch (code) {
    case 'url.bad':
      return finding('url.bad', {
        severity: 'error',
        objects: own,
        path: document ? ['spec', 'url'] : [],
        params: { url: trace.request.url, problem: params['problem'] },
        rule,
      })
    case 'dns.nxdomain':
    case 'dns.no-address':
    case 'dns.cname':
      return nameCause(state, client, trace.request, known)
    case 'proxy.no-endpoints': {
      const cause = service && index >= 0 ? serviceChain(state, service, index, known).cause : undefined
      return cause ?? unsynced(service, rule)
    }
    case 'proxy.no-local-endpoints':
      return localCause(asked, hop, service)
    case 'proxy.source-range':
      return finding('lb.source-range', {
        severity: 'error',
        objects: service ? [keyOf(service)] : [],
        path: ['spec', 'loadBalancerSourceRanges'],
        params: { ...(service && serviceParams(service)), client: params['client'], ranges: params['ranges'] },
        rule,
      })
    case 'proxy.port-not-on-service': {
      const written = writtenAddress(asked, service, hop)
      if (written) return written
      const alias = aliasPort(asked, hop)
      if (alias) return alias
      return service ? portNotOnService(asked, service) : nobodyThere(asked, rule)
    }
    case 'dial.no-route':
      return fromOutside(asked, service, hop)
    case 'host.not-listening':
      return (service && writtenPort(asked, service, hop)) ?? refusedAtNode(known, trace.request) ?? atNode(asked, hop)
    case 'proxy.hairpin':
      return finding('network.hairpin', {
        severity: 'error',
        objects: service ? [keyOf(service)] : [],
        params: { ...(service && serviceParams(service)), pod: params['pod'] },
        rule,
      })
    case 'pod.not-listening':
    case 'pod.loopback-only':
      return atPod(asked, hop, service, index)
    case 'route.gone':
      return finding('pod.gone', {
        severity: 'warning',
        objects: service ? [keyOf(service)] : [],
        params: { ...(service && serviceParams(service)), pod: params['pod'], address: params['address'] },
        rule,
      })
    case 'pod.slow': {
      const pod = hop.to.kind === 'pod' ? getByKey<Pod>(state, hop.to.key) : undefined
      const source = pod && sourceOfPod(state, pod)
      return finding('pod.slow', {
        severity: 'error',
        objects: [...(source ? [source.key] : []), ...(service ? [keyOf(service)] : [])],
        path: source ? [...source.prefix, 'metadata', 'annotations', ANNOTATION.latency] : [],
        params: { pod: params['pod'], latencyMs: params['latencyMs'], timeoutMs: trace.request.timeout },
        rule,
      })
    }
    case 'dial.nobody':
      if (service && (service.spec.ports ?? []).every((p) => p.port !== trace.request.port))
        return portNotOnService(asked, service)
      return writtenAddress(asked, service, hop) ?? nobodyThere(asked, rule)
    case 'outside.silent':
      if (client.from === 'internet' && !service) {
        const waiting = waitingBalancer(asked)
        if (waiting) return waiting
      }
      return writtenAddress(asked, service, hop) ?? silentOutside(asked, service, hop)
    default:
      return nobodyThere(asked, rule)
  }
}

/** The node's table says that there are no endpoints, and the cluster that there are: kube-proxy has not heard of them yet. */
const unsynced = (service: Service | undefined, rule: string): Finding =>
  finding('pod.not-ready', {
    severity: 'hint',
    objects: service ? [keyOf(service)] : [],
    params: { ...(service && serviceParams(service)), late: true },
    rule,
  })

function localCause({ state, client, trace }: Asked, hop: Hop, service: Service | undefined): Finding {
  const internal = hop.why.params['policy'] === 'internal'
  const path = ['spec', internal ? 'internalTrafficPolicy' : 'externalTrafficPolicy']
  const node = String(hop.why.params['node'] ?? '')
  const pods = service ? podsOf(state, service) : []
  const nodes = [...new Set(pods.flatMap((p) => (p.spec.nodeName ? [p.spec.nodeName] : [])))].sort()
  const key = service && keyOf(service)
  const fromHere = client.from !== 'internet' && client.node === node
  return finding('policy.no-local-endpoint', {
    severity: 'error',
    objects: [...(key ? [key] : []), ...(node ? [makeKey('Node', '', node)] : [])],
    path,
    params: {
      ...(service && serviceParams(service)),
      policy: internal ? 'internalTrafficPolicy' : 'externalTrafficPolicy',
      node,
      nodes,
      fromHere,
      url: trace.request.url,
    },
    rule: hop.why.rule,
    fixes: [key ? { label: `Set ${path[1]} to Cluster`, object: key, path, op: 'set', value: 'Cluster' } : undefined],
  })
}

/** The Service is there; the port that was asked is none of its own. */
function portNotOnService({ state, client, trace }: Asked, service: Service): Finding {
  const key = keyOf(service)
  const asked = trace.request.port
  const protocol = protocolOf(trace)
  const ports = service.spec.ports ?? []
  const crossed = ports.findIndex((p) => p.port === asked && (p.protocol ?? 'TCP') !== protocol)
  const document = clientDocument(state, client)
  if (crossed >= 0) {
    const path = ['spec', 'ports', crossed, 'protocol']
    const other = ports[crossed]!.protocol ?? 'TCP'
    return finding('port.protocol', {
      severity: 'error',
      objects: [key, ...(document ? [document] : [])],
      path,
      params: { ...serviceParams(service), port: asked, protocol, other, where: 'service' },
      rule: 'SVC-22',
      fixes: [{ label: `Make port ${asked} ${protocol}`, object: key, path, op: 'set', value: protocol }],
    })
  }
  const byTarget = ports.findIndex((p) => p.targetPort === asked)
  const byNode = ports.findIndex((p) => p.nodePort === asked)
  const near = ports.findIndex((p) => edits(String(p.port), String(asked)) === 1)
  const meant = byTarget >= 0 ? byTarget : byNode >= 0 ? byNode : near >= 0 ? near : ports.length === 1 ? 0 : -1
  const confused = byTarget >= 0 ? 'targetPort' : byNode >= 0 ? 'nodePort' : undefined
  const right = meant >= 0 ? ports[meant]!.port : undefined
  const path = meant >= 0 ? ['spec', 'ports', meant, 'port'] : ['spec', 'ports']
  return finding('port.not-on-service', {
    severity: 'error',
    objects: [key, ...(document ? [document] : [])],
    path,
    params: {
      ...serviceParams(service),
      port: asked,
      protocol: protocol === 'TCP' ? undefined : protocol,
      ports: ports.map((p) => `${p.port}${p.name ? ` (${p.name})` : ''}`),
      meant: right,
      confused,
    },
    rule: 'SVC-15',
    sources: document ? [{ object: document, path: ['spec', 'url'] }] : [],
    fixes: [
      right === undefined ? undefined : urlFix(state, client, trace.request, { port: right }),
      // another port of the Service may be what its other clients ask: only the one that was mistaken for it is moved
      byTarget >= 0 && !document
        ? { label: `Change port ${right} to ${asked}`, object: key, path, op: 'set', value: asked }
        : undefined,
    ],
    nearMisses:
      right === undefined ? [] : [{ what: 'port-number', wanted: String(asked), found: String(right), of: [key] }],
  })
}

/** Addresses that have a meaning within the cluster only. NET-3. */
function fromOutside({ state, client, trace }: Asked, service: Service | undefined, hop: Hop): Finding {
  const document = clientDocument(state, client)
  const address = String(hop.why.params['address'] ?? trace.request.host)
  if (service) {
    const waiting = service.spec.type === 'LoadBalancer' && !service.status?.loadBalancer?.ingress?.length
    if (waiting) return pendingCause(service, 'error')
    const key = keyOf(service)
    const port = (service.spec.ports ?? []).find((p) => p.nodePort !== undefined)
    return finding('clusterip.from-outside', {
      severity: 'error',
      objects: [key, ...(document ? [document] : [])],
      path: ['spec', 'type'],
      params: {
        ...serviceParams(service),
        address,
        type: service.spec.type ?? 'ClusterIP',
        nodePort: port?.nodePort,
        from: client.from,
      },
      rule: 'NET-3',
      fixes: [
        service.spec.type === 'ClusterIP' && service.spec.clusterIP !== 'None'
          ? { label: 'Make it a NodePort Service', object: key, path: ['spec', 'type'], op: 'set', value: 'NodePort' }
          : undefined,
      ],
    })
  }
  const pod = podsAt(state, address)[0]
  if (!pod) return nobodyThere({ state, client, trace, known: NOTHING_KNOWN }, 'NET-3')
  const over = surveyOf(state).services.find(
    (s) => s.metadata.namespace === pod.metadata.namespace && podsOf(state, s).includes(pod),
  )
  return finding('pod.from-outside', {
    severity: 'error',
    objects: [keyOf(pod), ...(over ? [keyOf(over)] : [])],
    params: { pod: pod.metadata.name, address, service: over?.metadata.name, namespace: over?.metadata.namespace },
    rule: 'NET-3',
  })
}

/** Somebody asks a node at a port that no Service has there. SVC-6. */
function atNode(asked: Asked, hop: Hop): Finding {
  const { state, client, trace } = asked
  const { port } = trace.request
  const document = clientDocument(state, client)
  const protocol = protocolOf(trace)
  const node = hop.to.kind === 'node' ? splitKey(hop.to.key).name : String(hop.why.params['node'] ?? '')
  if (hop.to.kind === 'client') {
    return finding('address.nobody', {
      severity: 'error',
      objects: document ? [document] : [],
      path: document ? ['spec', 'url'] : [],
      params: { address: trace.request.host, port, what: 'self' },
      rule: 'NET-5',
    })
  }
  const doors = surveyOf(state).services.flatMap((service) =>
    (service.spec.ports ?? []).map((p, index) => ({ service, index, p })),
  )
  const open = doors.filter((d) => d.p.nodePort !== undefined)
  const wrong = (door: (typeof doors)[number], confused: string | undefined): Finding => {
    const key = keyOf(door.service)
    return finding('nodeport.wrong-port', {
      severity: 'error',
      objects: [key, ...(document ? [document] : []), makeKey('Node', '', node)],
      path: ['spec', 'ports', door.index, 'nodePort'],
      params: {
        ...serviceParams(door.service),
        port,
        node,
        nodePort: door.p.nodePort,
        confused,
        servicePort: door.p.port,
      },
      rule: 'SVC-6',
      fixes: [urlFix(state, client, trace.request, { port: door.p.nodePort! })],
      nearMisses: [{ what: 'port-number', wanted: String(port), found: String(door.p.nodePort), of: [key] }],
    })
  }
  const crossed = open.find((d) => d.p.nodePort === port && (d.p.protocol ?? 'TCP') !== protocol)
  if (crossed) {
    const path = ['spec', 'ports', crossed.index, 'protocol']
    return finding('port.protocol', {
      severity: 'error',
      objects: [keyOf(crossed.service)],
      path,
      params: {
        ...serviceParams(crossed.service),
        port,
        protocol,
        other: crossed.p.protocol ?? 'TCP',
        where: 'node-port',
      },
      rule: 'SVC-22',
      fixes: [{ label: `Make it ${protocol}`, object: keyOf(crossed.service), path, op: 'set', value: protocol }],
    })
  }
  // it is its port, and the node's rules do not say so yet
  const own = open.find((d) => d.p.nodePort === port)
  const asks = familyOf(String(hop.why.params['address'] ?? trace.request.host))
  const has = own?.service.spec.ipFamilies?.find((family) => family !== asks)
  if (own && has && own.service.spec.ipFamilies?.length === 1) return otherFamily(asked, own.service, node, asks)
  if (own) return unsynced(own.service, 'PRX-1')
  const byPort = open.find((d) => d.p.port === port)
  if (byPort) return wrong(byPort, 'port')
  const byTarget = open.find((d) => d.p.targetPort === port)
  if (byTarget) return wrong(byTarget, 'targetPort')
  const near = open.find((d) => edits(String(d.p.nodePort), String(port)) <= 2)
  if (near) return wrong(near, undefined)
  const closed = doors.find((d) => d.p.nodePort === undefined && (d.p.port === port || d.p.targetPort === port))
  if (closed && closed.service.spec.type !== 'ExternalName') return doorless(asked, closed.service, node)
  if (open.length === 1) return wrong(open[0]!, undefined)
  // a port of the node port range that nobody has: the Service has no node port, or there is only one Service to be meant
  const services = surveyOf(state).services.filter((s) => s.spec.type !== 'ExternalName')
  if (open.length === 0 && services.length === 1) return doorless(asked, services[0]!, node)
  return nobodyThere(asked, 'NET-4')
}

/** A node port is asked at the node's address of the family that its Service does not have. */
function otherFamily({ state, client, trace }: Asked, service: Service, node: string, asks: IPFamily): Finding {
  const key = keyOf(service)
  const has: IPFamily = asks === 'IPv4' ? 'IPv6' : 'IPv4'
  const config = state.config.nodes.find((n) => n.name === node)
  const host = config && nodeIP(config, has)
  const path = ['spec', 'ipFamilyPolicy']
  return finding('nodeport.other-family', {
    severity: 'error',
    objects: [key, makeKey('Node', '', node)],
    path,
    params: { ...serviceParams(service), port: trace.request.port, node, asked: asks, has },
    rule: 'PRX-9',
    fixes: [
      { label: 'Give it both families', object: key, path, op: 'set', value: 'PreferDualStack' },
      host ? urlFix(state, client, trace.request, { host }) : undefined,
    ],
  })
}

/** A Service that opens nothing on nodes is asked there. */
function doorless({ state, client, trace }: Asked, service: Service, node: string): Finding {
  const key = keyOf(service)
  const document = clientDocument(state, client)
  const path = ['spec', 'type']
  return finding('clusterip.from-outside', {
    severity: 'error',
    objects: [key, ...(document ? [document] : [])],
    path,
    params: {
      ...serviceParams(service),
      address: trace.request.host,
      port: trace.request.port,
      node,
      type: service.spec.type ?? 'ClusterIP',
      from: client.from,
      what: 'node',
    },
    rule: 'SVC-6',
    fixes: [
      service.spec.type === 'ClusterIP' && service.spec.clusterIP !== 'None'
        ? { label: 'Make it a NodePort Service', object: key, path, op: 'set', value: 'NodePort' }
        : undefined,
    ],
  })
}

/** The packet came to a pod, and nobody took it. */
function atPod(asked: Asked, hop: Hop, service: Service | undefined, index: number): Finding {
  const { state, trace } = asked
  const pod = hop.to.kind === 'pod' ? getByKey<Pod>(state, hop.to.key) : undefined
  if (!pod) return nobodyThere(asked, hop.why.rule)
  const port = Number(hop.why.params['port'])
  if (hop.why.params['notRunning'] === true && service && index >= 0) {
    const chain = serviceChain(state, service, index, asked.known)
    if (chain.cause) return chain.cause
  }
  if (service && !isPodReady(pod)) {
    const published = publishedCause(state, service, pod)
    if (published) return { ...published, severity: 'error' }
  }
  if (service && index >= 0 && service.spec.selector) {
    const broad = broadCause(state, service, index)
    if (broad?.objects.includes(sourceOfPod(state, pod).key)) return broad
    const heard = {
      pod,
      port,
      state: hop.why.code === 'pod.loopback-only' ? ('loopback-only' as const) : ('not-listening' as const),
    }
    return deafCause(
      state,
      service,
      index,
      { ...heard, listener: listenerAt(state, pod, port) },
      podsOf(state, service).length,
    )
  }
  const door = service ? undefined : nodePortAt(asked, pod, port)
  if (door) return door
  const source = sourceOfPod(state, pod)
  const listens = listeningOf(pod, state.config.undeclaredPorts).listeners
  const at = pod.spec.containers.findIndex((c) => c.name === (listenerAt(state, pod, port) ?? listens[0])?.container)
  const written =
    service &&
    slicesOf(state, service).find((s) =>
      s.endpoints?.some((e) => e.addresses.some((ip) => pod.status?.podIPs?.some((p) => p.ip === ip))),
    )
  const loopback = hop.why.code === 'pod.loopback-only'
  return finding(loopback ? 'port.loopback-only' : 'port.not-listening', {
    severity: 'error',
    objects: [...(written && !loopback ? [keyOf(written)] : []), source.key, ...(service ? [keyOf(service)] : [])],
    path: written && !loopback ? ['ports'] : [...source.prefix, 'spec', 'containers', Math.max(0, at)],
    params: {
      ...(service && serviceParams(service)),
      port,
      pod: pod.metadata.name,
      workload: objectParam(source),
      pods: 1,
      listens: listens.map(
        (l) =>
          `${l.address === 'loopback' ? '127.0.0.1:' : ''}${l.port}${l.protocol === 'TCP' ? '' : `/${l.protocol}`}`,
      ),
      direct: true,
      protocol: protocolOf(trace) === 'TCP' ? undefined : protocolOf(trace),
    },
    rule: hop.why.rule,
  })
}

/** A pod's own address is asked at the node port of a Service that selects it: that is open on nodes. */
function nodePortAt({ state, client, trace }: Asked, pod: Pod, port: number): Finding | undefined {
  for (const service of surveyOf(state).services) {
    const index = (service.spec.ports ?? []).findIndex((p) => p.nodePort === port)
    if (index < 0 || !podsOf(state, service).includes(pod)) continue
    const node = state.config.nodes.find((n) => n.name === pod.spec.nodeName)
    return finding('nodeport.wrong-port', {
      severity: 'error',
      objects: [keyOf(service), keyOf(pod)],
      path: ['spec', 'ports', index, 'nodePort'],
      params: {
        ...serviceParams(service),
        port,
        nodePort: port,
        node: node?.name,
        confused: 'pod',
        pod: pod.metadata.name,
      },
      rule: 'SVC-6',
      fixes: [node && urlFix(state, client, trace.request, { host: node.internalIP })],
    })
  }
  return undefined
}

const listenerAt = (state: State, pod: Pod, port: number) =>
  listeningOf(pod, state.config.undeclaredPorts).listeners.find((l) => l.port === port)

/** An address that somebody wrote into endpoints and that leads nowhere. */
function writtenAddress({ state, trace }: Asked, service: Service | undefined, hop: Hop): Finding | undefined {
  if (!service || service.spec.selector) return undefined
  const address = trace.hops.findLast((h) => h.packet)?.packet?.after.dst ?? String(hop.why.params['address'] ?? '')
  const slice = slicesOf(state, service).find((s) => s.endpoints?.some((e) => e.addresses.includes(address)))
  return slice && addressCause(state, service, slice, address)
}

/** Written endpoints lead to a machine that does not listen on the port that stands there. EPS-9. */
function writtenPort({ state, trace }: Asked, service: Service, hop: Hop): Finding | undefined {
  if (service.spec.selector) return undefined
  const packet = trace.hops.findLast((h) => h.packet && h.layer === 'dnat')?.packet?.after
  const slice =
    packet && slicesOf(state, service).find((s) => s.endpoints?.some((e) => e.addresses.includes(packet.dst)))
  if (!packet || !slice) return undefined
  const source = writtenBy(state, slice)
  const nth = Math.max(
    0,
    (slice.ports ?? []).findIndex((p) => p.port === packet.dstPort),
  )
  return finding('port.not-listening', {
    severity: 'error',
    objects: [source.object, keyOf(service)],
    path: [...source.portPath(nth), 'port'],
    params: {
      ...serviceParams(service),
      port: packet.dstPort,
      object: `${source.kind} ${source.name}`,
      address: packet.dst,
      pods: 0,
      listens: [],
    },
    rule: hop.why.rule,
  })
}

/** An alias is asked at a port that the Service behind it does not have: the alias's own ports mean nothing. SVC-20. */
function aliasPort({ state, client, trace }: Asked, hop: Hop): Finding | undefined {
  const cname = trace.hops.find((h) => h.why.code === 'dns.cname')
  const { service: name, namespace } = cname?.why.params ?? {}
  const alias = cname && getByKey<Service>(state, makeKey('Service', String(namespace), String(name)))
  const behind = getByKey<Service>(
    state,
    makeKey('Service', String(hop.why.params['namespace'] ?? ''), String(hop.why.params['service'] ?? '')),
  )
  if (alias?.spec.type !== 'ExternalName') return undefined
  const ports = behind?.spec.ports ?? []
  const at = (alias.spec.ports ?? []).findIndex((p) => p.port === trace.request.port)
  const document = clientDocument(state, client)
  return finding('port.not-on-service', {
    severity: 'error',
    objects: [keyOf(alias), ...(behind ? [keyOf(behind)] : []), ...(document ? [document] : [])],
    path: at >= 0 ? ['spec', 'ports', at, 'port'] : ['spec', 'externalName'],
    params: {
      ...serviceParams(alias),
      port: trace.request.port,
      ports: ports.map((p) => `${p.port}${p.name ? ` (${p.name})` : ''}`),
      meant: ports.length === 1 ? ports[0]!.port : undefined,
      behind: behind && `Service ${behind.metadata.name}`,
    },
    rule: 'SVC-20',
    fixes: [ports.length === 1 ? urlFix(state, client, trace.request, { port: ports[0]!.port }) : undefined],
  })
}

/** Somebody outside asks an address that nobody has, while a Service waits for a balancer's. LB-1. */
function waitingBalancer({ state, trace }: Asked): Finding | undefined {
  const waiting = surveyOf(state).services.filter(
    (s) =>
      s.spec.type === 'LoadBalancer' &&
      !s.status?.loadBalancer?.ingress?.length &&
      s.spec.ports?.some((p) => p.port === trace.request.port),
  )
  return waiting.length === 1 ? pendingCause(waiting[0]!, 'error') : undefined
}

function silentOutside({ state, client, trace }: Asked, service: Service | undefined, hop: Hop): Finding {
  const document = clientDocument(state, client)
  return finding('outside.silent', {
    severity: 'error',
    objects: [...(service ? [keyOf(service)] : []), ...(document ? [document] : [])],
    path: service?.spec.type === 'ExternalName' ? ['spec', 'externalName'] : [],
    params: {
      ...(service && serviceParams(service)),
      address: hop.why.params['address'],
      port: hop.why.params['port'],
      host: trace.request.host,
    },
    rule: hop.why.rule,
  })
}

function nobodyThere({ state, client, trace }: Asked, rule: string): Finding {
  const document = clientDocument(state, client)
  return finding('address.nobody', {
    severity: 'error',
    objects: document ? [document] : [],
    path: document ? ['spec', 'url'] : [],
    params: { address: trace.request.host, port: trace.request.port },
    rule,
  })
}

/** The chain of a request: what its hops found, and behind the link where it failed what would have come. */
export function traceChain(state: State, client: ClientSpec, trace: Trace, known: Known): Chain {
  const asked: Asked = { state, client, trace, known }
  const cause = traceCause(state, client, trace, known)
  const service = serviceOf(asked)
  const index = service ? portIndexOf(service, trace) : -1
  const base: Looks = service ? serviceLooks(state, service, Math.max(0, index), known) : {}
  const looks: Looks = { ...base, ...ofHops(trace) }
  if (cause) {
    const hop = failedHop(trace) ?? trace.hops.find((h) => h.why.code === 'pod.error')!
    const inChain = linksOf(base).find(
      (l) => l.finding?.code === cause.code && l.finding.objects[0] === cause.objects[0],
    )
    const link = inChain?.link ?? LINK_OF[hop.why.code] ?? 'way'
    looks[link] = { evidence: hop.why, finding: cause }
    // what lies before was passed, whatever is true of it now
    for (const before of LINKS.slice(0, LINKS.indexOf(link))) {
      const look = looks[before]
      if (look?.finding) looks[before] = { evidence: look.evidence }
    }
    for (const after of LINKS.slice(LINKS.indexOf(link) + 1)) if (!base[after] && looks[after]) delete looks[after]
  }
  const links: ChainLink[] = linksOf(looks)
  return { links, ...(cause ? { cause } : {}) }
}

/** What hops that went well show of links. */
function ofHops(trace: Trace): Looks {
  const looks: Record<string, Look> = {}
  for (const hop of trace.hops) {
    if (hop.failed) break
    const link = HOP_LINK[hop.layer]
    if (link) looks[link] = { evidence: hop.why }
  }
  return looks
}

const HOP_LINK: Partial<Record<Hop['layer'], LinkName>> = {
  connection: 'name',
  name: 'name',
  dial: 'service',
  endpoint: 'policy',
  route: 'way',
  socket: 'target',
  answer: 'answer',
}

/** What surprises about several requests that were answered: always the same pod. SVC-13, NET-8, SVC-2. */
export function surpriseOf(
  state: State,
  client: ClientSpec,
  traces: readonly Trace[],
  known: Known,
): Finding | undefined {
  const answered = traces.filter((t) => t.outcome === 'answered' && t.server?.pod)
  if (answered.length < 2 || answered.length < traces.length) return undefined
  const pods = new Set(answered.map((t) => t.server!.pod!))
  const asked: Asked = { state, client, trace: answered[0]!, known }
  const service = serviceOf(asked)
  if (!service) return undefined
  const ready = podsOf(state, service).filter((p) =>
    p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
  )
  if (ready.length < 2) return undefined
  const params = {
    ...serviceParams(service),
    requests: answered.length,
    pods: ready.length,
    answering: pods.size,
    pod: splitKey([...pods][0]!).name,
  }
  const key = keyOf(service)
  if (answered[0]!.request.connection === 'keep-alive')
    return finding('connection.kept', { severity: 'hint', objects: [key], params, rule: 'NET-8' })
  if (service.spec.sessionAffinity === 'ClientIP') {
    const path = ['spec', 'sessionAffinity']
    return finding('affinity.sticky', {
      severity: 'hint',
      objects: [key],
      path,
      params: { ...params, seconds: service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds },
      rule: 'SVC-13',
      fixes: [{ label: 'Set sessionAffinity to None', object: key, path, op: 'set', value: 'None' }],
    })
  }
  // policies and hints leave out pods on purpose
  const { url, connection, timeout } = answered[0]!.request
  const among = new Set(everyTrace(state, client, { url, connection, timeout }, 256).map((t) => t.server?.pod))
  if (among.size <= pods.size) return undefined
  const odds = (1 - 1 / among.size) ** answered.length
  return finding('spread.chance', {
    severity: 'hint',
    objects: [key],
    params: { ...params, pods: among.size, percent: Math.round(odds * 1000) / 10 },
    rule: 'SVC-2',
  })
}
