import { type Finding, keyOf, makeKey, type Protocol, type Service, type Trace } from '../../model/index.ts'
import { getByKey, type State } from '../core/index.ts'
import type { ClientSpec } from '../network/index.ts'
import { finding, serviceParams } from './finding.ts'
import type { Known } from './known.ts'
import { clientDocument } from './name-cause.ts'

/** A trace with who sent it. */
export interface Asked {
  readonly state: State
  readonly client: ClientSpec
  readonly trace: Trace
  readonly known: Known
}

/** The Service that a request was meant for, as far as it came. */
export function serviceOf({ state, trace }: Asked): Service | undefined {
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

export const protocolOf = (trace: Trace): Protocol => (trace.request.scheme === 'udp' ? 'UDP' : 'TCP')

/** Which of the Service's ports the request was for: said by a rule that named it, else by the number that was asked. */
export function portIndexOf(service: Service, trace: Trace): number {
  const key = keyOf(service)
  for (const hop of trace.hops)
    for (const { object, path } of hop.why.sources)
      if (object === key && path[0] === 'spec' && path[1] === 'ports' && typeof path[2] === 'number') return path[2]
  const asked = (service.spec.ports ?? []).findIndex(
    (p) => p.port === trace.request.port && (p.protocol ?? 'TCP') === protocolOf(trace),
  )
  return asked < 0 && service.spec.ports?.length === 1 ? 0 : asked
}

export function nobodyThere({ state, client, trace }: Asked, rule: string): Finding {
  const document = clientDocument(state, client)
  return finding('address.nobody', {
    severity: 'error',
    objects: document ? [document] : [],
    path: document ? ['spec', 'url'] : [],
    params: { address: trace.request.host, port: trace.request.port },
    rule,
  })
}

/** The node's table says that there are no endpoints, and the cluster that there are: kube-proxy has not heard of them yet. */
export const unsynced = (service: Service | undefined, rule: string): Finding =>
  finding('pod.not-ready', {
    severity: 'hint',
    objects: service ? [keyOf(service)] : [],
    params: { ...(service && serviceParams(service)), late: true },
    rule,
  })
