import type { KObject } from '../../model/index.ts'
import { kindInfo } from '../../model/index.ts'
import type { Context, Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { SELECTION_FLAGS, select, visitAll } from '../selection.ts'
import { create, dryRunOf, isFailure, RECORD, report, WRITE_FLAGS } from '../server.ts'
import { missingFlags } from './create/made.ts'

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

/** Writes the object; nothing is measured here, so nothing ever scales by it. k8s kubectl pkg/cmd/autoscale/autoscale.go (v1.36) */
export const autoscale: Verb = {
  name: 'autoscale',
  flags: [
    ...SELECTION_FLAGS.filter((f) => ['filename', 'recursive', 'kustomize'].includes(f.name)),
    ...WRITE_FLAGS,
    RECORD,
    { name: 'min', type: 'int', default: '-1' },
    { name: 'max', type: 'int', default: '-1' },
    {
      name: 'cpu-percent',
      type: 'int',
      default: '-1',
      deprecated:
        "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
    },
    { name: 'cpu', type: 'string' },
    { name: 'memory', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'save-config', type: 'bool' },
  ],
  run: (c) => {
    const { flags } = c
    const missing = missingFlags(c, 'max')
    if (missing) return [missing]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const [min, max] = [flags.int('min'), flags.int('max')]
    if (max < 1) return [plain(`--max=MAXPODS is required and must be at least 1, max: ${max}`)]
    if (max < min) {
      return [plain(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`)]
    }
    if (flags.int('cpu-percent') > 0 && flags.text('cpu') !== '') {
      return [plain('--cpu-percent and --cpu are mutually exclusive')]
    }
    const metrics = metricsOf(c)
    if (isFailure(metrics)) return [metrics]
    const selection = select(c)
    if (selection.fatal) return selection.failures
    if (selection.visits.length === 0) return [plain('no objects passed to autoscale')]
    return visitAll(selection, ({ kind, name }) => {
      if (!SCALABLE.has(kind.kind)) {
        const at = kind.apiVersion.includes('/') ? kind.apiVersion : `/${kind.apiVersion}`
        const words = `could not find scale subresource for ${at}, Resource=${kind.plural} in discovery information`
        return [plain(`cannot autoscale a ${kind.kind}: ${words}`)]
      }
      const made: KObject = {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: flags.text('name') || name, ...(c.explicitNamespace && { namespace: c.namespace }) },
        spec: {
          scaleTargetRef: { kind: kind.kind, name, apiVersion: kind.apiVersion },
          ...(min > 0 && { minReplicas: min }),
          maxReplicas: max,
          ...(metrics.length > 0 && { metrics }),
        },
      }
      if (dryRun === 'client') return report(c, made, 'created', dryRun, { typed: true })
      const result = create(c, kindInfo('autoscaling/v2', 'HorizontalPodAutoscaler')!, made)
      return isFailure(result) ? [again(c, result)] : report(c, result, 'autoscaled', dryRun, { typed: true })
    })
  },
}

/** kubectl tries the older version then, and what that says is what one reads. */
function again(c: Context, failure: Failure): Failure {
  const { flags } = c
  if (flags.text('cpu') === '') {
    return plain(
      'failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input',
    )
  }
  if (flags.text('memory') === '') return failure
  return plain(
    'failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: %!w(<nil>)',
  )
}

function metricsOf(c: Context): object[] | Failure {
  const percent = c.flags.int('cpu-percent')
  const metric = (name: string, target: object) => ({ type: 'Resource', resource: { name, target } })
  const metrics: object[] = percent > 0 ? [metric('cpu', { type: 'Utilization', averageUtilization: percent })] : []
  for (const [name, unit] of [
    ['cpu', 'm'],
    ['memory', 'Mi'],
  ] as const) {
    const text = c.flags.text(name).trim()
    if (text === '') continue
    if (text.endsWith('%')) {
      const value = text.slice(0, -1)
      if (!/^\+?\d+$/.test(value)) return plain(`invalid percentage value: ${value}`)
      metrics.push(metric(name, { type: 'Utilization', averageUtilization: Number(value) }))
    } else if (/^[+-]?(\d+\.?\d*|\.\d+)((?:[KMGTPE]i)|[numkMGTPE]|[eE][+-]?\d+|)$/.test(text)) {
      const averageValue = /^[\d.+-]+$/.test(text) ? `${Number(text)}${unit}` : text
      metrics.push(metric(name, { type: 'AverageValue', averageValue }))
    } else return plain(`invalid resource ${name} value: ${text}`)
  }
  return metrics
}
