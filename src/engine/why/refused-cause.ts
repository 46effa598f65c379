import {
  type Finding,
  keyOf,
  type ObjectKey,
  type Service,
  type ServicePort,
  type TraceRequest,
} from '../../model/index.ts'
import { LABEL_SERVICE } from '../control/index.ts'
import { finding, objectParam } from './finding.ts'
import type { Known, Refusal } from './known.ts'

/** What is missing is in the text, and the API server refused it. TEXT-1. */
function refused(refusal: Refusal, others: readonly ObjectKey[] = []): Finding {
  const { object, value, message, path } = refusal
  return finding('api.refused', {
    severity: 'error',
    objects: [object, ...others],
    path,
    params: { object: objectParam({ kind: value.kind, name: value.metadata.name }), message },
    rule: 'TEXT-1',
  })
}

const inNamespace = (r: Refusal, namespace: string) => (r.value.metadata.namespace ?? 'default') === namespace

/** A refused Service of the name that was asked for. Names that no Service may have are asked for as they were written. */
export function refusedService(
  known: Known,
  names: readonly { service: string; namespace: string }[],
  host: string,
): Finding | undefined {
  const plain = host.toLowerCase().replace(/\.$/, '')
  const found = known.refusals().find((r) => {
    if (r.value.kind !== 'Service') return false
    const name = r.value.metadata.name.toLowerCase()
    const whole = `${name}.${(r.value.metadata.namespace ?? 'default').toLowerCase()}`
    return (
      names.some((n) => n.service === name && inNamespace(r, n.namespace)) ||
      plain === name ||
      plain === whole ||
      plain.startsWith(`${whole}.svc`)
    )
  })
  return found && refused(found)
}

/** A refused Service that would have had the port that was asked at a node. */
export function refusedAtNode(known: Known, request: TraceRequest): Finding | undefined {
  const found = known.refusals().find((r) => {
    const ports = (r.value as { spec?: { ports?: unknown } }).spec?.ports
    return (
      r.value.kind === 'Service' &&
      Array.isArray(ports) &&
      (ports as Partial<ServicePort>[]).some((p) => p?.nodePort === request.port || p?.port === request.port)
    )
  })
  return found && refused(found)
}

const WORKLOADS = new Set([
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
])

/** Nobody has the labels, and a refused workload would have had them: or it is the only one, and so badly written that it says none. */
export function refusedPods(
  known: Known,
  service: Service,
  selector: Readonly<Record<string, string>>,
): Finding | undefined {
  const there = known
    .refusals()
    .filter((r) => WORKLOADS.has(r.value.kind) && inNamespace(r, service.metadata.namespace ?? 'default'))
  const has = (r: Refusal) => {
    const { spec, metadata } = r.value as {
      spec?: { template?: { metadata?: { labels?: unknown } } }
      metadata: { labels?: unknown }
    }
    const labels = (r.value.kind === 'Pod' ? metadata.labels : spec?.template?.metadata?.labels) as
      | Record<string, unknown>
      | undefined
    return Object.entries(selector).every(([key, value]) => labels?.[key] === value)
  }
  const found = there.find(has) ?? there.find((r) => r.value.metadata.name === service.metadata.name)
  return found && refused(found, [keyOf(service)])
}

/** Endpoints of the Service were written, and refused: for an address that none may be, or for anything else. */
export function refusedEndpoints(known: Known, service: Service): Finding | undefined {
  const { name, namespace = 'default' } = service.metadata
  const found = known.refusals().find((r) => {
    if (!inNamespace(r, namespace)) return false
    if (r.value.kind === 'Endpoints') return r.value.metadata.name === name
    return r.value.kind === 'EndpointSlice' && r.value.metadata.labels?.[LABEL_SERVICE] === name
  })
  if (!found) return undefined
  if (!/\.(ip|addresses)\b|addresses\[\d+\]/.test(found.message)) return refused(found, [keyOf(service)])
  return finding('endpoints.bad-address', {
    severity: 'error',
    objects: [found.object, keyOf(service)],
    path: found.path,
    params: {
      service: name,
      namespace,
      object: objectParam({ kind: found.value.kind, name: found.value.metadata.name }),
      message: found.message,
    },
    rule: 'API-40',
  })
}
