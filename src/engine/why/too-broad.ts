import { type Finding, type Fix, isPodReady, keyOf, type Pod, type Service } from '../../model/index.ts'
import { podsOf, selectorOf } from '../control/index.ts'
import type { State } from '../core/index.ts'
import { hasEnded } from '../network/index.ts'
import { imageName } from '../workload/index.ts'
import { CLOSE, closeness } from './closeness.ts'
import { finding, labelText, objectParam, serviceParams } from './finding.ts'
import { hearingOf } from './port-cause.ts'
import { type PodSource, sourceOfPod } from './survey.ts'

/** Pods of one workload among those that a Service selects. */
interface Group {
  readonly source: PodSource
  readonly pods: Pod[]
}

function groupsOf(state: State, service: Service): Group[] {
  const groups = new Map<string, Group>()
  for (const pod of podsOf(state, service)) {
    if (hasEnded(pod)) continue
    const source = sourceOfPod(state, pod)
    // pods that nobody controls are one group by their labels: people write several alike
    const id = source.prefix.length > 0 ? source.key : `Pod ${labelText(pod.metadata.labels ?? {})}`
    const group = groups.get(id)
    if (group) group.pods.push(pod)
    else groups.set(id, { source, pods: [pod] })
  }
  return [...groups.values()]
}

/**
 * The selector finds pods of one workload that answer and of another that do not: they were caught by accident. EPS-1. `index`: of
 * `spec.ports`.
 */
export function broadCause(state: State, service: Service, index: number): Finding | undefined {
  const port = service.spec.ports?.[index]
  const groups = groupsOf(state, service)
  if (!port || groups.length < 2) return undefined
  const headless = service.spec.clusterIP === 'None'
  const heard = groups.map((g) => ({
    ...g,
    hears: hearingOf(state, port, g.pods, headless).some(
      (h) => h && (h.state === 'listening' || h.state === 'assumed'),
    ),
    // pods that are not ready, or do not know a port's name, are no endpoints: nobody is sent to them
    asked: hearingOf(state, port, g.pods.filter(isPodReady), headless).some((h) => h !== undefined),
  }))
  const good = heard.filter((g) => g.hears)
  const bad = heard.find((g) => g.asked && !g.hears)
  if (good.length === 0 || !bad) return undefined
  return found(service, meant(service, good), bad.source, 'deaf', port.port)
}

/** The same for pods that are told apart by something else than where they listen (`good`: one of those that are meant). */
export function caughtCause(state: State, service: Service, good: (pod: Pod) => boolean): Finding | undefined {
  const groups = groupsOf(state, service)
  const well = groups.filter((g) => g.pods.every(good))
  const ill = groups.find((g) => !g.pods.some(good))
  return well.length > 0 && ill ? found(service, meant(service, well), ill.source, 'other') : undefined
}

/** Of several workloads behind a Service the one that it is for: the nearest by name. */
const meant = (service: Service, groups: readonly Group[]): PodSource =>
  [...groups].sort(
    (a, b) => closeness(b.source.name, service.metadata.name) - closeness(a.source.name, service.metadata.name),
  )[0]!.source

function found(
  service: Service,
  kept: PodSource,
  caught: PodSource,
  what: 'deaf' | 'other' | 'job',
  port?: number,
): Finding {
  const key = keyOf(service)
  const selector = selectorOf(service) ?? {}
  const more = Object.entries(kept.labels).find(
    ([k, v]) => selector[k] === undefined && caught.labels[k] !== v && k !== 'pod-template-hash',
  )
  const path = ['spec', 'selector']
  const fix: Fix | undefined = more && {
    label: `Select ${labelText({ ...selector, [more[0]]: more[1] })}`,
    object: key,
    path: [...path, more[0]],
    op: 'set',
    value: more[1],
  }
  return finding('selector.too-broad', {
    severity: what === 'deaf' ? 'error' : 'warning',
    objects: [key, caught.key, kept.key],
    path,
    params: {
      ...serviceParams(service),
      selector: labelText(selector),
      workload: objectParam(caught),
      kept: objectParam(kept),
      what,
      port,
    },
    rule: 'EPS-1',
    sources: [
      { object: caught.key, path: [...caught.prefix, 'metadata', 'labels'] },
      { object: kept.key, path: [...kept.prefix, 'metadata', 'labels'] },
    ],
    fixes: [fix],
  })
}

/** Labels by which people tell apart versions of one thing: such workloads stand behind one Service on purpose. */
const SIDE_BY_SIDE =
  /(^|[./-])(version|track|release|color|colour|slot|stage|deployment|variant|canary|shard|replica|zone|node)$/i
/** Labels that say what a thing is. */
const WHAT_IT_IS = /(^|\/)(component|tier|role|name|service|layer|kind|type)$/i

/** Two things behind one Service though both would answer: by accident, as far as labels and names say. Not for versions side by side. */
export function mixedCause(state: State, service: Service): Finding | undefined {
  const groups = groupsOf(state, service)
  if (groups.length < 2) return undefined
  const job = groups.find((g) => g.source.kind === 'Job' || g.source.kind === 'CronJob')
  const lasting = groups.filter((g) => g.source.kind !== 'Job' && g.source.kind !== 'CronJob')
  if (job && lasting.length > 0) return found(service, meant(service, lasting), job.source, 'job')
  const kept = meant(service, groups)
  for (const { source } of groups) {
    if (source === kept) continue
    const differing = Object.keys({ ...source.labels, ...kept.labels }).filter(
      (k) => source.labels[k] !== kept.labels[k],
    )
    if (differing.some((k) => SIDE_BY_SIDE.test(k))) continue
    const instance = differing.some((k) => /(^|\/)instance$/i.test(k))
    const nearer = closeness(kept.name, service.metadata.name) > closeness(source.name, service.metadata.name)
    if (instance && nearer) return found(service, kept, source, 'other')
    if (sameImage(source, kept)) continue
    const told = differing.some((k) => WHAT_IT_IS.test(k))
    const named =
      closeness(kept.name, service.metadata.name) >= CLOSE && closeness(source.name, service.metadata.name) < CLOSE
    if (told || named) return found(service, kept, source, 'other')
  }
  return undefined
}

const sameImage = (a: PodSource, b: PodSource): boolean => {
  const image = (s: PodSource) => imageName(s.spec.containers[0]?.image ?? '')
  return image(a) !== '' && image(a) === image(b)
}
