import { hostPort, type Packet, type Reason, type ReasonCode, type Trace } from '../model/index.ts'

/** The cause in two or three words, where a failure or a problem has one to add to its outcome. */
const SHORT: Partial<Record<ReasonCode, string>> = {
  'dns.no-address': 'no address',
  'dial.no-route': 'no way there',
  'dial.nobody': 'nobody there',
  'dial.node': 'no such node port',
  'proxy.no-endpoints': 'no endpoints',
  'proxy.no-local-endpoints': 'no endpoint on this node',
  'proxy.source-range': 'not in the source ranges',
  'proxy.port-not-on-service': 'no such port',
  'route.gone': 'the pod is gone',
  'route.martian': 'back at its own node',
  'pod.not-listening': 'not listening',
  'pod.loopback-only': 'only on 127.0.0.1',
  'pod.error': 'error',
  'pod.slow': 'too slow',
  'host.not-listening': 'not listening',
  'outside.silent': 'no answer from outside',
  'endpoint.port-name-missing': 'no port of that name',
  'service.no-pods': 'selects no pod',
  'service.none-ready': 'no pod ready',
  'service.no-selector': 'no selector',
  'service.nobody-listens': 'nobody listens',
  'service.pending-balancer': 'balancer pending',
  'service.scaled-to-zero': 'scaled to 0',
  'service.alias': 'alias',
}

/** "200", "answered", "refused", "timed out", "name not found", "reset", "bad url". */
export const outcomeWord = (trace: Trace): string =>
  trace.outcome === 'answered' && trace.http !== undefined ? String(trace.http) : trace.outcome

/** The question that the inspector answers: "Why was it refused?" */
export function outcomeTitle(trace: Trace): string {
  switch (trace.outcome) {
    case 'answered':
      return trace.http !== undefined && trace.http >= 400
        ? `Why was it answered with ${trace.http}?`
        : 'Why was it answered?'
    case 'refused':
      return 'Why was it refused?'
    case 'timed out':
      return 'Why did it time out?'
    case 'name not found':
      return 'Why was the name not found?'
    case 'reset':
      return 'Why was the connection reset?'
    case 'bad url':
      return 'Why is this not a URL?'
  }
}

/** The hop at which it failed; undefined for an answered request. */
const failure = (trace: Trace): Reason | undefined => trace.hops.find((hop) => hop.failed)?.why

/** The outcome with its cause, beside the place where it failed: "refused: not listening". */
export function shortOutcome(trace: Trace): string {
  if (trace.outcome === 'answered') return outcomeWord(trace)
  const code = failure(trace)?.code
  const cause = code && SHORT[code]
  return cause ? `${trace.outcome}: ${cause}` : trace.outcome
}

const target = (packet: Packet) => hostPort(packet.dst, packet.dstPort)

/** The way in as addresses: what was dialled, and where it came to: "10.96.44.10:80 → 10.244.1.6:8081". '' when nothing was dialled. */
export function wayInShort(trace: Trace): string {
  const way: string[] = []
  const add = (address: string) => {
    if (way.at(-1) !== address) way.push(address)
  }
  for (const { layer, packet, why } of trace.hops) {
    if (layer === 'answer') break
    if (packet) {
      add(target(packet.before))
      add(target(packet.after))
    } else if (
      layer === 'dial' &&
      typeof why.params['address'] === 'string' &&
      typeof why.params['port'] === 'number'
    ) {
      add(hostPort(why.params['address'], why.params['port']))
    }
  }
  if (trace.server) add(hostPort(trace.server.ip, trace.server.port))
  return way.length > 1 ? `${way[0]} → ${way.at(-1)}` : (way[0] ?? '')
}

/** A Service's problem or note as its badge says it: "nobody listens", "no pod ready". */
export const problemWord = (reason: Reason): string => SHORT[reason.code] ?? 'problem'
