import { type Finding, keyOf, splitKey, type Trace } from '../../model/index.ts'
import { podsOf } from '../control/index.ts'
import type { State } from '../core/index.ts'
import { type ClientSpec, everyTrace } from '../network/index.ts'
import { type Asked, serviceOf } from './asked.ts'
import { finding, serviceParams } from './finding.ts'
import type { Known } from './known.ts'
import { mixedCause } from './too-broad.ts'

/** What surprises about several requests that were answered: always the same pod. SVC-13, NET-8, SVC-2. */
export function surpriseOf(
  state: State,
  client: ClientSpec,
  traces: readonly Trace[],
  known: Known,
): Finding | undefined {
  const answered = traces.filter((t) => t.outcome === 'answered' && t.server?.pod)
  if (answered.length === 0 || answered.length < traces.length) return undefined
  const pods = new Set(answered.map((t) => t.server!.pod!))
  const asked: Asked = { state, client, trace: answered[0]!, known }
  const service = serviceOf(asked)
  if (!service) return undefined
  const ready = podsOf(state, service).filter((p) =>
    p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
  )
  if (ready.length < 2) return undefined
  const mixed = mixedCause(state, service)
  if (mixed) return mixed
  if (answered.length < 2 || pods.size >= ready.length) return undefined
  const params = {
    ...serviceParams(service),
    requests: answered.length,
    pods: ready.length,
    answering: pods.size,
    pod: splitKey([...pods][0]!).name,
  }
  const key = keyOf(service)
  if (answered[0]!.request.connection === 'keep-alive')
    return finding('connection.kept', { severity: 'hint', objects: [key], params, rule: 'NET-8' })
  if (service.spec.sessionAffinity === 'ClientIP') {
    const path = ['spec', 'sessionAffinity']
    return finding('affinity.sticky', {
      severity: 'hint',
      objects: [key],
      path,
      params: { ...params, seconds: service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds },
      rule: 'SVC-13',
      fixes: [{ label: 'Set sessionAffinity to None', object: key, path, op: 'set', value: 'None' }],
    })
  }
  // policies and hints leave out pods on purpose
  const { url, connection, timeout } = answered[0]!.request
  const among = new Set(everyTrace(state, client, { url, connection, timeout }, 256).map((t) => t.server?.pod))
  if (among.size <= pods.size) return undefined
  const odds = (1 - 1 / among.size) ** answered.length
  return finding('spread.chance', {
    severity: 'hint',
    objects: [key],
    params: { ...params, pods: among.size, percent: Math.round(odds * 1000) / 10 },
    rule: 'SVC-2',
  })
}
