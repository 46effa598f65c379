import { ANNOTATION, type Finding, type Hop, keyOf, type Pod, type Trace } from '../../model/index.ts'
import { getByKey, type State } from '../core/index.ts'
import type { ClientSpec } from '../network/index.ts'
import { errorRateOf } from '../workload/index.ts'
import { aliasPort, atPod, portNotOnService, silentOutside, writtenAddress, writtenPort } from './arrival-cause.ts'
import { type Asked, nobodyThere, portIndexOf, serviceOf, unsynced } from './asked.ts'
import { atNode, fromOutside, localCause, waitingBalancer } from './door-cause.ts'
import { finding, serviceParams } from './finding.ts'
import type { Known } from './known.ts'
import { clientDocument, nameCause } from './name-cause.ts'
import { refusedAtNode } from './refused-cause.ts'
import { errorCause, serviceChain } from './service-chain.ts'
import { sourceOfPod } from './survey.ts'
import { caughtCause } from './too-broad.ts'

export const failedHop = (trace: Trace): Hop | undefined => trace.hops.find((h) => h.failed)

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
