import {
  controllerOf,
  type KObject,
  keyOf,
  type Labels,
  matchesMap,
  type ObjectKey,
  type Path,
  type Pod,
  type PodSpec,
  type PodTemplate,
  type Service,
  type Workload,
} from '../../model/index.ts'
import { get, list, type State } from '../core/index.ts'

/** What a person edits to change pods: a workload with its template, or a pod that nobody controls. */
export interface PodSource {
  readonly object: KObject
  readonly key: ObjectKey
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** Labels that its pods get. */
  readonly labels: Labels
  /** Labels of the workload itself, which its pods do not get. */
  readonly ownLabels: Labels
  readonly spec: PodSpec
  /** Where the pods' metadata and spec stand in the object. */
  readonly prefix: Path
}

/** Everything of a cluster that a diagnosis compares with, worked out once for each revision of the state. */
export interface Survey {
  readonly revision: number
  readonly sources: readonly PodSource[]
  /** By namespace. */
  readonly sourcesIn: ReadonlyMap<string, readonly PodSource[]>
  readonly byKey: ReadonlyMap<ObjectKey, PodSource>
  /** By namespace, with one for all pods that nobody controls and that have the same labels: what a selector tells apart. */
  readonly kindsIn: ReadonlyMap<string, readonly PodSource[]>
  /** Without the cluster's own two. */
  readonly services: readonly Service[]
}

const surveys = new WeakMap<State, Survey>()

export function surveyOf(state: State): Survey {
  const known = surveys.get(state)
  if (known?.revision === state.revision) return known
  const sources: PodSource[] = []
  for (const kind of [
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'ReplicaSet',
    'ReplicationController',
    'Job',
    'CronJob',
  ])
    for (const object of list<Workload>(state, kind)) if (!controllerOf(object)) sources.push(...ofWorkload(object))
  for (const pod of list<Pod>(state, 'Pod'))
    if (!ownerOf(state, pod))
      sources.push({ ...named(pod), labels: pod.metadata.labels ?? {}, spec: pod.spec, prefix: [] })
  const sourcesIn = new Map<string, PodSource[]>()
  const kindsIn = new Map<string, PodSource[]>()
  const seen = new Set<string>()
  const add = (map: Map<string, PodSource[]>, source: PodSource) => {
    const there = map.get(source.namespace)
    if (there) there.push(source)
    else map.set(source.namespace, [source])
  }
  for (const source of sources) {
    add(sourcesIn, source)
    const alike = source.prefix.length > 0 ? source.key : `${source.namespace} ${JSON.stringify(source.labels)}`
    if (!seen.has(alike)) add(kindsIn, source)
    seen.add(alike)
  }
  const byKey = new Map(sources.map((source) => [source.key, source]))
  const services = list<Service>(state, 'Service').filter((s) => !isClustersOwn(s))
  const survey = { revision: state.revision, sources, sourcesIn, kindsIn, byKey, services }
  surveys.set(state, survey)
  return survey
}

/** `kubernetes` and the DNS server: they lead to a machine that is not simulated. */
export const isClustersOwn = (s: Service): boolean =>
  (s.metadata.namespace === 'default' && s.metadata.name === 'kubernetes') ||
  (s.metadata.namespace === 'kube-system' && s.metadata.name === 'kube-dns')

const named = (object: KObject) => ({
  object,
  key: keyOf(object),
  kind: object.kind,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
  ownLabels: object.metadata.labels ?? {},
})

function ofWorkload(object: Workload): PodSource[] {
  const job = object.kind === 'CronJob'
  const spec = (job ? (object.spec as { jobTemplate?: { spec?: unknown } }).jobTemplate?.spec : object.spec) as
    | { template?: PodTemplate }
    | undefined
  const template = spec?.template
  if (!template?.spec) return []
  const prefix = job ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template']
  return [{ ...named(object), labels: template.metadata?.labels ?? {}, spec: template.spec, prefix }]
}

function ownerOf(state: State, object: KObject): KObject | undefined {
  const owner = controllerOf(object)
  return owner && get(state, owner.kind, object.metadata.namespace ?? '', owner.name)
}

/** What a person edits to change this pod. */
export function sourceOfPod(state: State, pod: Pod): PodSource {
  const survey = surveyOf(state)
  let top: KObject = pod
  for (let depth = 0; depth < 4; depth++) {
    const owner = ownerOf(state, top)
    if (!owner) break
    top = owner
  }
  return (
    survey.byKey.get(keyOf(top)) ?? { ...named(pod), labels: pod.metadata.labels ?? {}, spec: pod.spec, prefix: [] }
  )
}

/** The sources whose pods a selector would find. */
export const sourcesFor = (survey: Survey, namespace: string, selector: Labels): PodSource[] =>
  (survey.sourcesIn.get(namespace) ?? []).filter((s) => matchesMap(selector, s.labels))

/** Labels that say what a thing is, rather than of which version, by whom, or for which tool. */
const TELLING =
  /^(app|name|run|k8s-app|component|tier|role|service|app\.kubernetes\.io\/(name|instance|component)|io\.kompose\.service)$/

/** The labels of pods that a selector would best be made of: all of them when none is telling. */
export function tellingLabels(labels: Labels): Labels {
  const telling = Object.entries(labels).filter(([key]) => TELLING.test(key))
  return telling.length > 0 ? Object.fromEntries(telling) : labels
}
