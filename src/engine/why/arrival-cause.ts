import { type Finding, type Hop, isPodReady, keyOf, makeKey, type Pod, type Service } from '../../model/index.ts'
import { podsOf } from '../control/index.ts'
import { getByKey, type State } from '../core/index.ts'
import { listeningOf } from '../workload/index.ts'
import { type Asked, nobodyThere, protocolOf } from './asked.ts'
import { edits } from './closeness.ts'
import { nodePortAt } from './door-cause.ts'
import { finding, objectParam, serviceParams } from './finding.ts'
import { addressCause, slicesOf, writtenBy } from './manual-cause.ts'
import { clientDocument, urlFix } from './name-cause.ts'
import { publishedCause } from './pod-cause.ts'
import { deafCause } from './port-cause.ts'
import { serviceChain } from './service-chain.ts'
import { sourceOfPod } from './survey.ts'
import { broadCause } from './too-broad.ts'

/** The Service is there; the port that was asked is none of its own. */
export function portNotOnService({ state, client, trace }: Asked, service: Service): Finding {
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

/** The packet came to a pod, and nobody took it. */
export function atPod(asked: Asked, hop: Hop, service: Service | undefined, index: number): Finding {
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

const listenerAt = (state: State, pod: Pod, port: number) =>
  listeningOf(pod, state.config.undeclaredPorts).listeners.find((l) => l.port === port)

/** An address that somebody wrote into endpoints and that leads nowhere. */
export function writtenAddress({ state, trace }: Asked, service: Service | undefined, hop: Hop): Finding | undefined {
  if (!service || service.spec.selector) return undefined
  const address = trace.hops.findLast((h) => h.packet)?.packet?.after.dst ?? String(hop.why.params['address'] ?? '')
  const slice = slicesOf(state, service).find((s) => s.endpoints?.some((e) => e.addresses.includes(address)))
  return slice && addressCause(state, service, slice, address)
}

/** Written endpoints lead to a machine that does not listen on the port that stands there. EPS-9. */
export function writtenPort({ state, trace }: Asked, service: Service, hop: Hop): Finding | undefined {
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
export function aliasPort({ state, client, trace }: Asked, hop: Hop): Finding | undefined {
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

export function silentOutside({ state, client, trace }: Asked, service: Service | undefined, hop: Hop): Finding {
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
