import { ANNOTATION, keyOf, type Ms, type Packet } from '../../model/index.ts'
import { errorRateOf, latencyOf } from '../workload/index.ts'
import type { Open } from './sockets.ts'
import { clientPlace, type Ending, fail, hop, podSource, reason, type Walk } from './walk.ts'

/** The server has the request: how long it takes, what it says, and the way back. */
export function answer(walk: Walk, end: Open): Ending {
  const { request, client, draw, state } = walk
  const web = request.scheme === 'http' || request.scheme === 'https'
  const server = {
    ...(end.pod && { pod: keyOf(end.pod) }),
    ...(end.place.kind === 'outside' && { outside: end.place.key }),
    node: end.node,
    ip: end.packet.dst,
    port: end.packet.dstPort,
  }
  const reached = { server: withoutUndefined(server), seenAs: end.packet.src }
  const latency = end.pod ? latencyOf(end.pod) : 0
  const back = { from: end.place, to: clientPlace(client) }
  if (end.pod && walk.at + latency + end.way > request.timeout) {
    const why = reason(
      'pod.slow',
      'NET-13',
      { pod: end.pod.metadata.name, latencyMs: latency, timeoutMs: request.timeout },
      [podSource(state, end.pod, 'metadata', 'annotations', ANNOTATION.latency)],
    )
    fail(walk, { layer: 'socket', from: end.place, to: end.place, why }, Math.max(0, request.timeout - walk.at))
    return { outcome: 'timed out', error: silentText(request.scheme, request.timeout), ...reached }
  }
  if (end.pod && latency > 0) {
    const sources = [podSource(state, end.pod, 'metadata', 'annotations', ANNOTATION.latency)]
    exactly(walk, latency, () =>
      hop(walk, {
        layer: 'socket',
        from: end.place,
        to: end.place,
        why: reason('pod.slow', 'NET-13', { pod: end.pod!.metadata.name, latencyMs: latency }, sources),
      }),
    )
  }
  const rate = end.pod && web ? errorRateOf(end.pod) : 0
  const failing = draw.chance(rate)
  const http = web ? (failing ? 500 : (end.http ?? 200)) : undefined
  if (end.pod && failing) {
    const params = { pod: end.pod.metadata.name, status: 500, percent: Math.round(rate * 1000) / 10 }
    const sources = [podSource(state, end.pod, 'metadata', 'annotations', ANNOTATION.errors)]
    hop(walk, { layer: 'socket', from: end.place, to: end.place, why: reason('pod.error', 'NET-13', params, sources) })
  }
  const from = end.pod?.metadata.name
  const why = reason('answer.back', 'NET-9', {
    from,
    status: http,
    seenAs: end.packet.src,
    client: end.original.src,
    undone: undone(end),
  })
  hop(walk, {
    layer: 'answer',
    ...back,
    why,
    took: Math.max(0.05, end.way),
    ...(rewritten(end) && { packet: { before: reply(end.packet), after: reply(end.original) } }),
  })
  return { outcome: 'answered', http, ...reached }
}

/** A hop that takes exactly so long. */
function exactly(walk: Walk, took: Ms, write: () => void): void {
  write()
  const last = walk.hops.pop()!
  walk.hops.push({ ...last, took })
  walk.at += took
}

const rewritten = ({ original, packet }: Open): boolean =>
  original.dst !== packet.dst || original.dstPort !== packet.dstPort || original.src !== packet.src
const undone = (end: Open): string | undefined =>
  rewritten(end) ? `${end.packet.dst}:${end.packet.dstPort}` : undefined
const reply = (p: Packet): Packet => ({
  protocol: p.protocol,
  src: p.dst,
  srcPort: p.dstPort,
  dst: p.src,
  dstPort: p.srcPort,
})

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T

/** What is said when the server took the request and never answered. */
export const silentText = (scheme: string, timeout: Ms): string =>
  scheme === 'udp' || scheme === 'tcp'
    ? `No answer after ${Math.round(timeout)} milliseconds`
    : `Operation timed out after ${Math.round(timeout)} milliseconds with 0 bytes received`
