import { selectorCell } from '../print/cells.ts'
import type { Loose } from '../print/table-of.ts'
import { formatLabels } from '../selectors.ts'
import { longTime, type Writer } from './writer.ts'

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
}

function writeScopes(w: Writer, spec: Loose, level: number, bullet: string): void {
  const scopes: string[] = [...(spec?.scopes ?? [])].sort()
  if (scopes.length === 0) return
  w.field('Scopes', scopes.join(', '), level)
  for (const scope of scopes) if (SCOPES[scope]) w.line(level, `${bullet}${SCOPES[scope]}`)
}

function writeAmounts(w: Writer, status: Loose, level: number): void {
  for (const resource of Object.keys(status?.hard ?? {}).sort()) {
    w.line(level, `${resource}\t${status.used?.[resource] ?? '0'}\t${status.hard[resource]}`)
  }
}

/** k8s kubectl pkg/describe/describe.go describeQuota (v1.36) */
export function describeResourceQuota(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace)
  writeScopes(w, o.spec, 0, ' * ')
  w.line(0, 'Resource\tUsed\tHard').line(0, '--------\t----\t----')
  writeAmounts(w, o.status, 0)
}

/** The quotas of a namespace. k8s kubectl pkg/describe/describe.go DescribeResourceQuotas (v1.36) */
export function writeQuotas(w: Writer, quotas: readonly Loose[]): void {
  if (quotas.length === 0) {
    w.line(0, 'No resource quota.')
    return
  }
  w.line(0, 'Resource Quotas')
  for (const o of quotas) {
    w.field('Name', o.metadata.name, 1)
    writeScopes(w, o.spec, 1, '* ')
    w.line(1, 'Resource\tUsed\tHard').line(1, '--------\t---\t---')
    writeAmounts(w, o.status, 1)
  }
}

const LIMITS = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio'
const UNDER = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------'

/** k8s kubectl pkg/describe/describe.go describeLimitRange (v1.36) */
export function describeLimitRange(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name).field('Namespace', o.metadata.namespace)
  w.line(0, LIMITS).line(0, UNDER)
  writeLimits(w, o, '')
}

/** The limits of a namespace. k8s kubectl pkg/describe/describe.go DescribeLimitRanges (v1.36) */
export function writeLimitRanges(w: Writer, ranges: readonly Loose[]): void {
  if (ranges.length === 0) {
    w.line(0, 'No LimitRange resource.')
    return
  }
  w.line(0, 'Resource Limits').line(0, ` ${LIMITS}`).line(0, ` ${UNDER}`)
  for (const range of ranges) writeLimits(w, range, ' ')
}

/** Go visits the resources in no order; here it is that of their names. */
function writeLimits(w: Writer, { spec }: Loose, space: string): void {
  for (const item of spec?.limits ?? []) {
    const lists = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio]
    const resources = [...new Set(lists.flatMap((list) => Object.keys(list ?? {})))].sort()
    for (const resource of resources) {
      w.line(0, `${space}${item.type}\t${resource}\t${lists.map((list) => list?.[resource] ?? '-').join('\t')}`)
    }
  }
}

/** k8s kubectl pkg/describe/describe.go describePodDisruptionBudgetV1 (v1.36) */
export function describeDisruptionBudget(w: Writer, o: Loose): void {
  const { metadata, spec = {}, status = {} } = o
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  if (spec.minAvailable !== undefined) w.field('Min available', spec.minAvailable)
  else if (spec.maxUnavailable !== undefined) w.field('Max unavailable', spec.maxUnavailable)
  w.field('Selector', spec.selector ? selectorCell(spec.selector) : '<unset>').line(0, 'Status:')
  for (const [title, field] of [
    ['Allowed disruptions', 'disruptionsAllowed'],
    ['Current', 'currentHealthy'],
    ['Desired', 'desiredHealthy'],
    ['Total', 'expectedPods'],
  ]) {
    w.field(title!, status[field!] ?? 0, 2)
  }
}

/** k8s kubectl pkg/describe/describe.go describePriorityClass (v1.36) */
export function describePriorityClass(w: Writer, o: Loose): void {
  w.field('Name', o.metadata.name)
    .field('Value', o.value)
    .field('GlobalDefault', o.globalDefault ?? false)
  w.field('PreemptionPolicy', o.preemptionPolicy ?? 'PreemptLowerPriority').field('Description', o.description ?? '')
  w.field('Annotations', formatLabels(o.metadata.annotations))
}

/** k8s kubectl pkg/describe/describe.go describeHorizontalPodAutoscalerV2 (v1.36); it also asks for v2 where v1 was written */
export function describeAutoscaler(w: Writer, o: Loose): void {
  const { metadata, spec = {}, status = {} } = o
  const target = spec.scaleTargetRef ?? {}
  w.field('Name', metadata.name).field('Namespace', metadata.namespace)
  w.labels('Labels', metadata.labels).annotations('Annotations', metadata.annotations)
  w.field('CreationTimestamp', longTime(metadata.creationTimestamp)).field('Reference', `${target.kind}/${target.name}`)
  w.line(0, 'Metrics:\t( current / target )')
  metricsOf(spec).forEach((metric, i) => {
    w.line(1, metricText(metric, (status.currentMetrics ?? [])[i] ?? {}))
  })
  w.field('Min replicas', spec.minReplicas ?? '<unset>').field('Max replicas', spec.maxReplicas)
  if (spec.behavior) {
    w.line(0, 'Behavior:')
    writeScaling(w, 'Scale Up', spec.behavior.scaleUp)
    writeScaling(w, 'Scale Down', spec.behavior.scaleDown)
  }
  w.field(`${target.kind} pods`, `${status.currentReplicas ?? 0} current / ${status.desiredReplicas ?? 0} desired`)
  if ((status.conditions ?? []).length === 0) return
  w.line(0, 'Conditions:').line(1, 'Type\tStatus\tReason\tMessage').line(1, '----\t------\t------\t-------')
  for (const k of status.conditions) w.line(1, `${k.type}\t${k.status}\t${k.reason ?? ''}\t${k.message ?? ''}`)
}

/** What v1 says is a metric of v2, and the server's own default is one. k8s pkg/apis/autoscaling/v2/defaults.go (v1.36) */
export function metricsOf(spec: Loose): readonly Loose[] {
  if ((spec.metrics ?? []).length > 0) return spec.metrics
  const averageUtilization = spec.targetCPUUtilizationPercentage ?? 80
  return [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }]
}

const UNKNOWN = '<unknown>'

function metricText(metric: Loose, now: Loose): string {
  switch (metric.type) {
    case 'External': {
      const { target, metric: what } = metric.external
      const of = target.averageValue === undefined ? 'target value' : 'target average value'
      const field = target.averageValue === undefined ? 'value' : 'averageValue'
      const current = now.external?.current?.[field] ?? UNKNOWN
      return `${JSON.stringify(what.name)} (${of}):\t${current} / ${target[field]}`
    }
    case 'Pods': {
      const current = now.pods?.current?.averageValue ?? UNKNOWN
      return `${JSON.stringify(metric.pods.metric.name)} on pods:\t${current} / ${metric.pods.target.averageValue}`
    }
    case 'Object': {
      const { target, describedObject, metric: what } = metric.object
      const [of, field] =
        target.type === 'AverageValue' ? ['target average value', 'averageValue'] : ['target value', 'value']
      const current = now.object?.current?.[field!] ?? UNKNOWN
      return `"${what.name}" on ${describedObject.kind}/${describedObject.name} (${of}):\t${current} / ${target[field!]}`
    }
    case 'Resource':
      return `resource ${metric.resource.name} on pods${usageText(metric.resource.target, now.resource)}`
    case 'ContainerResource': {
      const { name, container, target } = metric.containerResource
      return `resource ${name} of container "${container}" on pods${usageText(target, now.containerResource)}`
    }
    default:
      return `<unknown metric type ${JSON.stringify(metric.type)}>`
  }
}

function usageText(target: Loose, now: Loose): string {
  if (target.averageValue !== undefined) {
    return `:\t${now?.current?.averageValue ?? UNKNOWN} / ${target.averageValue}`
  }
  const { averageUtilization, averageValue } = now?.current ?? {}
  const current = averageUtilization === undefined ? UNKNOWN : `${averageUtilization}% (${averageValue})`
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`
  return `  (as a percentage of request):\t${current} / ${wanted}`
}

function writeScaling(w: Writer, direction: string, rules: Loose): void {
  if (!rules) return
  w.line(1, `${direction}:`)
  if (rules.stabilizationWindowSeconds !== undefined) {
    w.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`)
  }
  if ((rules.policies ?? []).length === 0) return
  w.line(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}`).line(2, 'Policies:')
  for (const p of rules.policies) w.line(3, `- Type: ${p.type}\tValue: ${p.value}\tPeriod: ${p.periodSeconds} seconds`)
}
