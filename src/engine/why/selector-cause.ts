import {
  type Finding,
  type Fix,
  keyOf,
  type Labels,
  matchesMap,
  type NearMiss,
  type ObjectKey,
  type Service,
  type Workload,
} from '../../model/index.ts'
import type { State } from '../core/index.ts'
import { CLOSE, closeness } from './closeness.ts'
import { finding, labelText, objectParam, serviceParams } from './finding.ts'
import { type PodSource, type Survey, sourcesFor, surveyOf, tellingLabels } from './survey.ts'

/** A slip this small is believed before the same labels in another namespace. */
const SURE = 0.75

/** Why a selector finds no pod, with the pods that were probably meant. EPS-1; nearness: WHY-2. */
export function selectorCause(state: State, service: Service, selector: Labels): Finding {
  const survey = surveyOf(state)
  const namespace = service.metadata.namespace ?? ''
  const asleep = sourcesFor(survey, namespace, selector)[0]
  if (asleep) return withoutPods(service, asleep)
  const onWorkload = (survey.sourcesIn.get(namespace) ?? []).find(
    (s) => s.prefix.length > 0 && matchesMap(selector, s.ownLabels),
  )
  if (onWorkload) return onlyOnWorkload(service, selector, onWorkload)
  const near = candidates(survey, service, selector)[0]
  const elsewhere = [...survey.kindsIn].flatMap(([other, sources]) =>
    other === namespace ? [] : sources.filter((s) => matchesMap(selector, s.labels)),
  )
  if (elsewhere.length > 0 && (near?.score ?? 0) < SURE) return inOtherNamespace(survey, service, selector, elsewhere)
  return noMatch(survey, service, selector, near)
}

/** The template has the labels, and there are no pods of it. */
function withoutPods(service: Service, source: PodSource): Finding {
  const key = keyOf(service)
  const common = { ...serviceParams(service), workload: objectParam(source), kind: source.kind }
  const replicas = (source.object as Workload).spec?.replicas
  if (replicas === 0) {
    return finding('workload.scaled-to-zero', {
      severity: 'hint',
      objects: [source.key, key],
      path: ['spec', 'replicas'],
      params: common,
      rule: 'EPS-19',
      fixes: [
        { label: `Scale ${source.name} to 1`, object: source.key, path: ['spec', 'replicas'], op: 'set', value: 1 },
      ],
    })
  }
  const conditions = (source.object['status'] as { conditions?: { type: string; status: string; message?: string }[] })
    ?.conditions
  const failure = conditions?.find((c) => c.type === 'ReplicaFailure' && c.status === 'True')?.message
  return finding('pod.none', {
    severity: source.kind === 'CronJob' || source.kind === 'Job' ? 'hint' : 'warning',
    objects: [source.key, key],
    params: { ...common, message: failure },
    rule: 'EPS-1',
  })
}

/** `metadata.labels` of a workload says what the Service looks for; its template does not, and pods get the template's. */
function onlyOnWorkload(service: Service, selector: Labels, source: PodSource): Finding {
  const missing = Object.entries(selector).filter(([key, value]) => source.labels[key] !== value)
  const path = [...source.prefix, 'metadata', 'labels']
  const [first, ...rest] = missing.map(([key, value]) => ({
    object: source.key,
    path: [...path, key],
    op: 'set' as const,
    value,
  }))
  // what the workload selects by must stay as it is
  const own = ((source.object as Workload).spec?.selector as { matchLabels?: Labels } | undefined)?.matchLabels
  const clashes = missing.some(([key]) => own?.[key] !== undefined)
  const words = labelText(Object.fromEntries(missing))
  return finding('selector.no-match', {
    severity: 'error',
    objects: [source.key, keyOf(service)],
    path,
    params: {
      ...serviceParams(service),
      selector: labelText(selector),
      workload: objectParam(source),
      missing: words,
      where: 'workload',
    },
    rule: 'EPS-1',
    sources: [
      { object: keyOf(service), path: ['spec', 'selector'] },
      { object: source.key, path: ['metadata', 'labels'] },
    ],
    fixes: [
      clashes || !first
        ? undefined
        : { label: `Give the pods of ${source.name} the label ${words}`, ...first, and: rest },
      selectAs(service, selector, source),
    ],
  })
}

interface Candidate {
  readonly source: PodSource
  readonly score: number
  readonly misses: readonly NearMiss[]
}

/** Label keys that say the same thing in different customs. */
const KIN: readonly (readonly string[])[] = [
  [
    'app',
    'name',
    'run',
    'k8s-app',
    'service',
    'app.kubernetes.io/name',
    'app.kubernetes.io/instance',
    'io.kompose.service',
    'component',
    'app.kubernetes.io/component',
  ],
  ['tier', 'role', 'component', 'app.kubernetes.io/component'],
  ['env', 'environment', 'stage'],
  ['version', 'app.kubernetes.io/version', 'release'],
]

const areKin = (a: string, b: string): boolean => KIN.some((family) => family.includes(a) && family.includes(b))

/** The sources of the namespace that were probably meant, the likeliest first. */
function candidates(survey: Survey, service: Service, selector: Labels): Candidate[] {
  const out: Candidate[] = []
  for (const source of survey.kindsIn.get(service.metadata.namespace ?? '') ?? []) {
    const misses: NearMiss[] = []
    let sum = 0
    for (const [key, value] of Object.entries(selector)) sum += likeness(key, value, source, misses)
    const pairs = Object.keys(selector).length
    const alike = closeness(source.name, service.metadata.name)
    const score = (pairs === 0 ? 0 : sum / pairs) + (alike >= CLOSE ? 0.2 * alike : 0)
    if (score >= 0.3) out.push({ source, score, misses })
  }
  return out.sort((a, b) => b.score - a.score)
}

/** How well one pair of the selector fits a source's labels, 0 to 1; what it misses is noted. */
function likeness(key: string, value: string, source: PodSource, misses: NearMiss[]): number {
  const { labels } = source
  const of = [source.key]
  const there = labels[key]
  if (there === value) return 1
  if (there !== undefined) {
    misses.push({ what: 'label-value', wanted: value, found: there, of })
    const near = closeness(value, there)
    return near >= CLOSE ? 0.3 + 0.65 * near : 0.2
  }
  // the same value under another key, or a key that is nearly the same
  let best: { key: string; near: number } | undefined
  for (const [other, otherValue] of Object.entries(labels)) {
    const sameKey = areKin(key, other) ? 0.9 : closeness(key, other)
    const sameValue = otherValue === value ? 1 : closeness(value, otherValue)
    const near =
      sameValue === 1 ? 0.7 + 0.25 * sameKey : sameKey >= CLOSE && sameValue >= CLOSE ? 0.7 * sameKey * sameValue : 0
    if (near > (best?.near ?? 0)) best = { key: other, near }
  }
  if (!best) {
    misses.push({ what: 'label-key', wanted: key, found: '', of })
    return 0
  }
  misses.push({ what: 'label-key', wanted: key, found: best.key, of })
  if (labels[best.key] !== value) misses.push({ what: 'label-value', wanted: value, found: labels[best.key]!, of })
  return best.near
}

/** A selector that finds the pods of a source, changed as little as can be. */
function selectAs(service: Service, selector: Labels, source: PodSource): Fix | undefined {
  if (Object.keys(source.labels).length === 0) return undefined
  const object = keyOf(service)
  const path = ['spec', 'selector']
  const steps: Omit<Fix, 'label' | 'and'>[] = []
  const result: Record<string, string> = {}
  for (const [key, value] of Object.entries(selector)) {
    const there = source.labels[key]
    if (there !== undefined) {
      result[key] = there
      if (there !== value) steps.push({ object, path: [...path, key], op: 'set', value: there })
      continue
    }
    const misses: NearMiss[] = []
    likeness(key, value, source, misses)
    const other = misses.find((m) => m.what === 'label-key')?.found
    steps.push({ object, path: [...path, key], op: 'remove' })
    if (!other) continue
    result[other] = source.labels[other]!
    steps.push({ object, path: [...path, other], op: 'set', value: source.labels[other] })
  }
  const label = `Select ${labelText(Object.keys(result).length > 0 ? result : tellingLabels(source.labels))}`
  // an empty selector would select nobody, and a map that loses its last key is written whole
  if (Object.keys(result).length === 0) return { label, object, path, op: 'set', value: tellingLabels(source.labels) }
  const sets = steps.filter((s) => s.op === 'set')
  const [first, ...rest] = [...sets, ...steps.filter((s) => s.op !== 'set')]
  return first && { label, ...first, ...(rest.length > 0 ? { and: rest } : {}) }
}

function inOtherNamespace(
  survey: Survey,
  service: Service,
  selector: Labels,
  elsewhere: readonly PodSource[],
): Finding {
  const key = keyOf(service)
  const namespaces = [...new Set(elsewhere.map((s) => s.namespace))].sort()
  const target = namespaces[0]!
  const taken = survey.services.some(
    (s) => s.metadata.namespace === target && s.metadata.name === service.metadata.name,
  )
  return finding('selector.other-namespace', {
    severity: 'error',
    objects: [key, ...elsewhere.map((s) => s.key).slice(0, 3)],
    path: ['metadata', 'namespace'],
    params: {
      ...serviceParams(service),
      selector: labelText(selector),
      elsewhere: namespaces,
      workload: objectParam(elsewhere[0]!),
    },
    rule: 'EPS-1',
    sources: [{ object: key, path: ['spec', 'selector'] }],
    fixes: [
      taken || namespaces.length > 1
        ? undefined
        : {
            label: `Move Service ${service.metadata.name} to namespace ${target}`,
            object: key,
            path: ['metadata', 'namespace'],
            op: 'set',
            value: target,
          },
    ],
    nearMisses: [
      { what: 'namespace', wanted: service.metadata.namespace ?? '', found: target, of: elsewhere.map((s) => s.key) },
    ],
  })
}

function noMatch(survey: Survey, service: Service, selector: Labels, near: Candidate | undefined): Finding {
  const key = keyOf(service)
  const here = survey.sourcesIn.get(service.metadata.namespace ?? '') ?? []
  const meant = near && (near.score >= 0.5 || here.length === 1) ? near : undefined
  const objects: ObjectKey[] = [key, ...(meant ? [meant.source.key] : [])]
  return finding('selector.no-match', {
    // a text that holds no pods at all may be half of what is applied
    severity: here.length > 0 ? 'error' : 'warning',
    objects,
    path: ['spec', 'selector'],
    params: {
      ...serviceParams(service),
      selector: labelText(selector),
      workload: meant && objectParam(meant.source),
      has: meant && labelText(meant.source.labels),
      pods: here.length,
    },
    rule: 'EPS-1',
    sources: meant ? [{ object: meant.source.key, path: [...meant.source.prefix, 'metadata', 'labels'] }] : [],
    fixes: [
      meant && (meant.score >= 0.6 || meant.source.name === service.metadata.name)
        ? selectAs(service, selector, meant.source)
        : undefined,
    ],
    nearMisses: meant?.misses,
  })
}
