import {
  type Chain,
  type ChainLink,
  type Hop,
  LINKS,
  type LinkName,
  type ReasonCode,
  type Trace,
} from '../../model/index.ts'
import type { State } from '../core/index.ts'
import type { ClientSpec } from '../network/index.ts'
import { type Asked, portIndexOf, serviceOf } from './asked.ts'
import type { Known } from './known.ts'
import { type Look, type Looks, linksOf, serviceLooks } from './service-chain.ts'
import { failedHop, traceCause } from './trace-cause.ts'

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
    const link = isPastServices(hop) ? 'way' : HOP_LINK[hop.layer]
    if (link) looks[link] = { evidence: hop.why }
  }
  return looks
}

/** A connection to a pod's own address, or through kubectl: there is no Service to be there. */
const isPastServices = ({ why: { code, params } }: Hop): boolean =>
  code === 'dial.port-forward' || code === 'dial.loopback' || (code === 'dial.pod' && params['service'] === undefined)

const HOP_LINK: Partial<Record<Hop['layer'], LinkName>> = {
  connection: 'name',
  name: 'name',
  dial: 'service',
  endpoint: 'policy',
  route: 'way',
  socket: 'target',
  answer: 'answer',
}
