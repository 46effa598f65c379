import {
  type Finding,
  familyOf,
  type Hop,
  type IPFamily,
  keyOf,
  makeKey,
  nodeIP,
  type Pod,
  type Service,
  splitKey,
} from '../../model/index.ts'
import { podsOf } from '../control/index.ts'
import { podsAt } from '../network/index.ts'
import { type Asked, nobodyThere, protocolOf, unsynced } from './asked.ts'
import { edits } from './closeness.ts'
import { finding, serviceParams } from './finding.ts'
import { NOTHING_KNOWN } from './known.ts'
import { clientDocument, urlFix } from './name-cause.ts'
import { pendingCause } from './pending-cause.ts'
import { surveyOf } from './survey.ts'

export function localCause({ state, client, trace }: Asked, hop: Hop, service: Service | undefined): Finding {
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

/** Addresses that have a meaning within the cluster only. NET-3. */
export function fromOutside({ state, client, trace }: Asked, service: Service | undefined, hop: Hop): Finding {
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
export function atNode(asked: Asked, hop: Hop): Finding {
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

/** A pod's own address is asked at the node port of a Service that selects it: that is open on nodes. */
export function nodePortAt({ state, client, trace }: Asked, pod: Pod, port: number): Finding | undefined {
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

/** Somebody outside asks an address that nobody has, while a Service waits for a balancer's. LB-1. */
export function waitingBalancer({ state, trace }: Asked): Finding | undefined {
  const waiting = surveyOf(state).services.filter(
    (s) =>
      s.spec.type === 'LoadBalancer' &&
      !s.status?.loadBalancer?.ingress?.length &&
      s.spec.ports?.some((p) => p.port === trace.request.port),
  )
  return waiting.length === 1 ? pendingCause(waiting[0]!, 'error') : undefined
}
