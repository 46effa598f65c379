import type { CauseCode } from '../model/index.ts'

/** A cause in two or three words, for a badge. Exhaustive: a code without a word does not compile. */
const WORDS: { readonly [C in CauseCode]: string } = {
  'selector.no-match': 'selects no pod',
  'selector.too-broad': 'selects others too',
  'selector.other-namespace': 'pods are elsewhere',
  'port.not-listening': 'nobody listens',
  'port.loopback-only': 'only on 127.0.0.1',
  'port.name-unknown': 'no port of that name',
  'port.not-on-service': 'no such port',
  'port.protocol': 'other protocol',
  'service.not-found': 'no such Service',
  'dns.no-such-name': 'no such name',
  'dns.not-cluster-dns': 'another DNS',
  'dns.search-path': 'name too short',
  'pod.not-ready': 'no pod ready',
  'pod.not-running': 'no pod runs',
  'pod.gone': 'the pod is gone',
  'pod.none': 'no pods',
  'pod.error': 'answers with errors',
  'pod.slow': 'too slow',
  'pod.published-not-ready': 'published not ready',
  'policy.no-local-endpoint': 'no endpoint on this node',
  'lb.pending': 'balancer pending',
  'lb.source-range': 'not in the source ranges',
  'nodeport.wrong-port': 'another node port',
  'nodeport.other-family': 'another address family',
  'clusterip.from-outside': 'inside only',
  'pod.from-outside': 'inside only',
  'endpoints.name-mismatch': 'endpoints of another name',
  'endpoints.port-name': 'port names differ',
  'endpoints.bad-address': 'address of nobody',
  'endpoints.virtual-address': 'address of a Service',
  'endpoints.none': 'no endpoints',
  'headless.no-mapping': 'ports are not mapped',
  'externalname.address': 'an address, no name',
  'affinity.sticky': 'stays with one pod',
  'connection.kept': 'connection kept',
  'spread.chance': 'chance',
  'workload.scaled-to-zero': 'scaled to 0',
  'address.nobody': 'nobody there',
  'network.hairpin': 'asks itself',
  'outside.silent': 'no answer from outside',
  'url.bad': 'no URL',
  'api.refused': 'refused',
}

/** What is wrong with a request or its client, and not with the Service that it speaks of. */
const OF_WHO_ASKS: ReadonlySet<string> = new Set<CauseCode>([
  'port.not-on-service',
  'service.not-found',
  'dns.no-such-name',
  'dns.not-cluster-dns',
  'dns.search-path',
  'pod.gone',
  'policy.no-local-endpoint',
  'lb.source-range',
  'nodeport.wrong-port',
  'nodeport.other-family',
  'clusterip.from-outside',
  'pod.from-outside',
  'affinity.sticky',
  'connection.kept',
  'spread.chance',
  'address.nobody',
  'network.hairpin',
  'outside.silent',
  'url.bad',
  'api.refused',
])

/** "nobody listens": a cause in two or three words; undefined for a code that is no cause (a syntax error, advice). */
export const causeWord = (code: string): string | undefined => WORDS[code as CauseCode]

/** Whether a cause keeps a Service from working whoever asks it: one that only a certain client meets does not. */
export const isOfTheService = (code: string): boolean => code in WORDS && !OF_WHO_ASKS.has(code)
