import {
  familyOf,
  hostPort,
  isIP,
  type Ms,
  type ObjectKey,
  type Outcome,
  type Packet,
  type Place,
  type Pod,
  type Trace,
  type TraceRequest,
} from '../../model/index.ts'
import { getByKey, type State } from '../core/index.ts'
import { socketFor } from '../workload/index.ts'
import { answer } from './answer.ts'
import { type Attempt, Attempts } from './attempts.ts'
import { type ClientSpec, DEFAULT_TIMEOUT, type RequestSpec } from './client-spec.ts'
import { dropConnection, type Flow, keepConnection, keepFlow, keptConnection, udpFlow } from './connections.ts'
import { type Draw, drawFor, everyDraw } from './draw.ts'
import { addressesOfClient, sourceFor } from './families.ts'
import { lookUp } from './names.ts'
import type { Open } from './sockets.ts'
import { travel } from './travel.ts'
import { parseUrl } from './url.ts'
import {
  clientPlace,
  type Ending,
  fail,
  hop,
  nodePlace,
  outsidePlace,
  podPlace,
  reason,
  source,
  TOOK,
  type Walk,
} from './walk.ts'

/**
 * One request from a client, answered now: the names it looks up, the rules it meets, the pod that it finds, and the way back. What it
 * leaves behind (an open connection, a remembered endpoint) is in the state afterwards.
 */
export function sendRequest(state: State, client: ClientSpec, request: RequestSpec): Trace {
  const walk = run(state, client, request, drawFor(state, client.key))
  for (const effect of walk.effects) effect(state)
  return walk.trace
}

/** Everything that chance could have chosen for a request like this: each list without doubles, sorted. */
export interface Possible {
  readonly outcomes: readonly Outcome[]
  /** names of pods that could answer */
  readonly pods: readonly string[]
  readonly podPorts: readonly number[]
  readonly seenAs: readonly string[]
  readonly http: readonly number[]
}

/** A request in every way in which its draws could fall, `most` at most. Changes nothing. */
export function everyTrace(state: State, client: ClientSpec, request: RequestSpec, most: number): Trace[] {
  const traces: Trace[] = []
  everyDraw((draw) => {
    if (traces.length < most) traces.push(run(state, client, request, draw).trace)
  }, most)
  return traces
}

/** What could happen, by following every way in which the draws could fall. Changes nothing. */
export function possible(state: State, client: ClientSpec, request: RequestSpec): Possible {
  const outcomes = new Set<Outcome>()
  const pods = new Set<string>()
  const podPorts = new Set<number>()
  const seenAs = new Set<string>()
  const http = new Set<number>()
  everyDraw((draw) => {
    const { trace } = run(state, client, request, draw)
    outcomes.add(trace.outcome)
    if (trace.outcome !== 'answered') return
    if (trace.server?.pod) {
      pods.add(trace.server.pod.slice(trace.server.pod.lastIndexOf('/') + 1))
      podPorts.add(trace.server.port)
      if (trace.seenAs) seenAs.add(trace.seenAs)
    }
    if (trace.http !== undefined) http.add(trace.http)
  })
  const numbers = (set: Set<number>) => [...set].sort((a, b) => a - b)
  return {
    outcomes: [...outcomes].sort(),
    pods: [...pods].sort(),
    podPorts: numbers(podPorts),
    seenAs: [...seenAs].sort(),
    http: numbers(http),
  }
}

function run(state: State, client: ClientSpec, spec: RequestSpec, draw: Draw): Walk & { trace: Trace } {
  const parsed = parseUrl(spec.url)
  const request: TraceRequest = {
    url: spec.url,
    ...(parsed.ok ? parsed.url : { scheme: '', host: '', port: 0, path: '' }),
    connection: spec.connection ?? 'new',
    timeout: spec.timeout ?? DEFAULT_TIMEOUT,
  }
  const walk: Walk = { state, client, request, draw, hops: [], effects: [], at: 0 }
  const ending = parsed.ok
    ? ask(walk, Math.min(request.timeout, spec.connectTimeout ?? request.timeout))
    : badUrl(walk, parsed.problem, parsed.error)
  const { outcome, http, error, server, seenAs } = ending
  const trace: Trace = {
    id: `${client.key}@${state.now}`,
    client: client.key,
    request,
    startedAt: state.now,
    took: Math.round(walk.at * 100) / 100,
    outcome,
    ...(http !== undefined && { http }),
    ...(error !== undefined && { error }),
    ...(server && { server }),
    ...(seenAs !== undefined && { seenAs }),
    hops: walk.hops,
  }
  return Object.assign(walk, { trace })
}

function badUrl(walk: Walk, problem: string, error: string): Ending {
  const from = clientPlace(walk.client)
  fail(walk, { layer: 'name', from, to: from, why: reason('url.bad', 'NET-1', { url: walk.request.url, problem }) })
  return { outcome: 'bad url', error }
}

/** `patience`: ms in which a connection has to be open. */
function ask(walk: Walk, patience: Ms): Ending {
  const { request, client } = walk
  const reused = request.connection === 'keep-alive' && request.scheme !== 'udp' ? overKept(walk) : undefined
  if (reused) return reused
  if (isIP(request.host)) literalHop(walk)
  const found = lookUp(walk)
  if ('outcome' in found) return found
  let refused = false
  const own = addressesOfClient(walk.state, client)
  const attempts = new Attempts(found.addresses, patience, request.scheme !== 'udp')
  for (let next = attempts.next(walk.at); next; next = attempts.next(walk.at)) {
    const { dst, until, instead } = next
    if (instead) otherFamilyHop(walk, dst, instead)
    const packet: Packet = {
      protocol: request.scheme === 'udp' ? 'UDP' : 'TCP',
      src: sourceFor(own, dst) ?? client.address,
      srcPort: 32768 + Math.floor(walk.draw.noise() * 28232),
      dst,
      dstPort: request.port,
    }
    const known = packet.protocol === 'UDP' && request.connection === 'keep-alive' ? overFlow(walk, packet) : undefined
    if (known) return known
    const arrival = travel(walk, packet, until, found)
    if (arrival.ended === 'open') {
      const ending = answer(walk, arrival)
      remember(walk, arrival, ending)
      return ending
    }
    if (packet.protocol === 'UDP' && arrival.ended === 'silent') rememberUnanswered(walk, packet)
    refused = arrival.ended === 'refused'
    attempts.failed(dst, arrival.ended)
  }
  walk.effects.push((after) => dropConnection(after, client.key))
  if (refused && attempts.open !== undefined) {
    stillWaitingHop(walk, attempts.open, patience)
    refused = false
  }
  return refused
    ? { outcome: 'refused', error: refusedText(request, walk.at) }
    : { outcome: 'timed out', error: silentConnect(request, patience) }
}

/** The client goes on with the name's addresses of the other family. */
function otherFamilyHop(walk: Walk, address: string, { of, because }: NonNullable<Attempt['instead']>): void {
  const from = clientPlace(walk.client)
  const why = reason('dial.other-family', 'NET-15', { before: of, address, because, family: familyOf(address) })
  hop(walk, { layer: 'name', from, to: from, why })
}

/** The other family refused; the first one has not answered yet, and the client waits for it. */
function stillWaitingHop(walk: Walk, address: string, patience: Ms): void {
  const from = clientPlace(walk.client)
  const why = reason('dial.other-family', 'NET-15', { before: address, because: 'waits', family: familyOf(address) })
  fail(walk, { layer: 'name', from, to: from, why }, Math.max(0, patience - walk.at))
}

function literalHop(walk: Walk): void {
  const from = clientPlace(walk.client)
  hop(walk, { layer: 'name', from, to: from, why: reason('dns.literal', 'NET-1', { host: walk.request.host }) })
}

const isWeb = (r: TraceRequest): boolean => r.scheme === 'http' || r.scheme === 'https'

const refusedText = (r: TraceRequest, took: Ms): string =>
  isWeb(r) || r.scheme === 'tcp'
    ? `Failed to connect to ${r.host} port ${r.port} after ${Math.round(took)} ms: Couldn't connect to server`
    : 'Port unreachable'

const silentConnect = (r: TraceRequest, patience: Ms): string =>
  r.scheme === 'udp'
    ? `No answer after ${Math.round(patience)} milliseconds`
    : `Connection timed out after ${Math.round(patience)} milliseconds`

// --- connections that are kept ------------------------------------------------------------------------------------------------

const targetOf = (r: TraceRequest): string => `${r.scheme}://${r.host}:${r.port}`

function remember(walk: Walk, end: Open, ending: Ending): void {
  const { client, request, effects } = walk
  if (request.connection !== 'keep-alive') return
  const flow: Flow = {
    original: end.original,
    translated: end.packet,
    node: end.ruledBy,
    end: { pod: ending.server?.pod, uid: end.pod?.metadata.uid, node: end.node },
    service: end.service,
  }
  if (request.scheme === 'udp') {
    effects.push((state) =>
      keepFlow(state, client.key, { ...flow, last: state.now, replied: ending.outcome === 'answered' }),
    )
    return
  }
  const target = targetOf(request)
  effects.push((state) =>
    keepConnection(state, client.key, { target, address: client.address, opened: flow, requests: 1 }),
  )
}

/** A flow that nobody answered is remembered too: for half a minute its packets go nowhere. */
function rememberUnanswered({ client, request, effects }: Walk, packet: Packet): void {
  if (request.connection !== 'keep-alive') return
  effects.push((state) =>
    keepFlow(state, client.key, {
      original: packet,
      translated: packet,
      node: client.node,
      end: {},
      last: state.now,
      replied: false,
    }),
  )
}

/** The other end of a flow, when it is still there. */
function endOf(state: State, { end, translated }: Flow): { pod?: Pod; place: Place } | undefined {
  if (end.pod === undefined) return { place: end.node ? nodePlace(end.node) : outsidePlace(translated.dst) }
  const pod = getByKey<Pod>(state, end.pod)
  if (!pod || pod.metadata.uid !== end.uid) return undefined
  const socket = socketFor(state, pod, translated.protocol, translated.dstPort, 'self')
  return socket.state === 'not-listening' ? undefined : { pod, place: podPlace(end.pod) }
}

/** Over the connection that is open. Undefined when there is none, or the other end has closed it: then a new one is opened. */
function overKept(walk: Walk): Ending | undefined {
  const { state, client, request } = walk
  const kept = keptConnection(state, client.key)
  if (!kept || kept.target !== targetOf(request) || kept.address !== client.address) return undefined
  const end = endOf(state, kept.opened)
  if (!end) return undefined
  const { original } = kept.opened
  const pod = end.pod?.metadata.name
  const from = clientPlace(client)
  const why = reason('connection.reused', 'NET-8', {
    address: original.dst,
    port: original.dstPort,
    pod,
    requests: kept.requests,
  })
  hop(walk, { layer: 'connection', from, to: from, why })
  walk.effects.push((s) => keepConnection(s, client.key, { ...kept, requests: kept.requests + 1 }))
  return along(walk, kept.opened, end)
}

/** The way of a connection that the kernel knows: no rule is asked again. */
function along(walk: Walk, flow: Flow, end: { pod?: Pod; place: Place }): Ending {
  const { client } = walk
  const { original, translated, service } = flow
  if (flow.node !== undefined) {
    const after = hostPort(translated.dst, translated.dstPort)
    const place: Place = service ? { kind: 'service', key: service } : nodePlace(flow.node)
    hop(walk, {
      layer: 'dial',
      from: clientPlace(client),
      to: place,
      took: TOOK.sameNode / 2,
      why: reason(
        'proxy.conntrack',
        'NET-8',
        { before: hostPort(original.dst, original.dstPort), after, pod: end.pod?.metadata.name, node: flow.node },
        service ? [source(service, 'spec', 'ports')] : [],
      ),
      packet: { before: original, after: translated },
    })
  }
  const away = flow.end.node !== undefined && flow.end.node !== client.node
  const way =
    end.place.kind === 'outside' || client.from === 'internet' ? TOOK.outside : away ? TOOK.otherNode : TOOK.sameNode
  if (flow.end.node !== undefined) {
    const why = away
      ? reason('route.other-node', 'NET-6', {
          from: flow.node ?? client.node ?? '',
          to: flow.end.node,
          address: translated.dst,
        })
      : reason('route.same-node', 'NET-6', { node: flow.end.node, address: translated.dst })
    hop(walk, {
      layer: 'route',
      from: nodePlace(flow.node ?? flow.end.node),
      to: nodePlace(flow.end.node),
      why,
      took: way,
    })
  }
  if (end.pod) {
    const params = { pod: end.pod.metadata.name, port: translated.dstPort }
    hop(walk, {
      layer: 'socket',
      from: nodePlace(flow.end.node ?? ''),
      to: end.place,
      why: reason('pod.listening', 'NET-8', params),
      took: TOOK.socket,
    })
  }
  return answer(walk, {
    ended: 'open',
    original,
    packet: translated,
    ruledBy: flow.node,
    service,
    pod: end.pod,
    node: flow.end.node,
    place: end.place,
    way,
  })
}

/** Over the UDP flow that conntrack knows: also to a pod that is gone, until the flow expires or kube-proxy takes it away. */
function overFlow(walk: Walk, packet: Packet): Ending | undefined {
  const { state, client, request } = walk
  const flow = udpFlow(state, client.key, packet)
  if (!flow || flow.original.src !== packet.src) return undefined
  const end = endOf(state, flow)
  const lost = flow.end.pod !== undefined ? end === undefined : flow.end.node === undefined && !flow.replied
  if (!lost && end) {
    walk.effects.push((s) => keepFlow(s, client.key, { ...flow, last: s.now, replied: true }))
    return along(walk, flow, end)
  }
  const gone: ObjectKey | undefined = flow.end.pod
  const place: Place = gone ? podPlace(gone) : outsidePlace(flow.translated.dst)
  const name = gone?.slice(gone.lastIndexOf('/') + 1)
  const after = hostPort(flow.translated.dst, flow.translated.dstPort)
  hop(walk, {
    layer: 'dial',
    from: clientPlace(client),
    to: flow.service ? { kind: 'service', key: flow.service } : place,
    why: reason('proxy.conntrack', 'NET-10', {
      before: hostPort(packet.dst, packet.dstPort),
      after,
      pod: name,
      node: flow.node,
    }),
  })
  const why = reason('route.gone', 'NET-10', { address: flow.translated.dst, port: flow.translated.dstPort, pod: name })
  fail(walk, { layer: 'socket', from: clientPlace(client), to: place, why }, Math.max(0, request.timeout - walk.at))
  walk.effects.push((s) => keepFlow(s, client.key, { ...flow, last: s.now }))
  return { outcome: 'timed out', error: silentConnect(request, request.timeout) }
}
