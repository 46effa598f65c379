import {
  type DaemonSet as DaemonSetObject,
  isPodReady,
  type Node,
  type Pod,
  type PodSpec,
  type PodTemplate,
  type Toleration,
} from '../../model/index.ts'
import { type Change, type Component, getByKey, list, type Pending, type State } from '../core/index.ts'
import { matchesNodeSelection, untolerated } from '../node/index.ts'
import { claimPods, createPod, deletePod, isAvailable, nextAvailability, podFrom } from './pods.ts'
import {
  type ControllerRevision,
  daemonLabels,
  dropRevisions,
  listRevisions,
  presentRevision,
  REVISION_LABEL,
} from './revisions.ts'
import { canonical } from './template.ts'
import { enqueue } from './timing.ts'
import { event, writeStatus } from './writes.ts'

interface DaemonSet extends DaemonSetObject {
  readonly spec: DaemonSetObject['spec'] & {
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
    readonly updateStrategy?: {
      readonly type?: 'RollingUpdate' | 'OnDelete'
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string }
    }
  }
}

const SOURCE = 'daemonset-controller'
const GENERATION_LABEL = 'pod-template-generation'

/** k8s pkg/controller/daemon/util/daemonset_util.go AddOrUpdateDaemonPodTolerations (v1.36) */
function tolerationsOf(spec: PodSpec): readonly Toleration[] {
  const added: Toleration[] = [
    { effect: 'NoExecute', key: 'node.kubernetes.io/not-ready', operator: 'Exists' },
    { effect: 'NoExecute', key: 'node.kubernetes.io/unreachable', operator: 'Exists' },
    { effect: 'NoSchedule', key: 'node.kubernetes.io/disk-pressure', operator: 'Exists' },
    { effect: 'NoSchedule', key: 'node.kubernetes.io/memory-pressure', operator: 'Exists' },
    { effect: 'NoSchedule', key: 'node.kubernetes.io/pid-pressure', operator: 'Exists' },
    { effect: 'NoSchedule', key: 'node.kubernetes.io/unschedulable', operator: 'Exists' },
    ...(spec.hostNetwork
      ? [{ effect: 'NoSchedule', key: 'node.kubernetes.io/network-unavailable', operator: 'Exists' }]
      : []),
  ]
  const own = (spec.tolerations ?? []).filter((t) => !added.some((a) => a.key === t.key && a.effect === t.effect))
  return [...own, ...added]
}

/** Whether a node should get the set's pod, and whether one that is there may stay. k8s daemon_controller.go NodeShouldRunDaemonPod (v1.36) */
function fits(set: DaemonSet, node: Node): { readonly run: boolean; readonly stay: boolean } {
  const { spec } = set.spec.template
  if ((spec.nodeName && spec.nodeName !== node.metadata.name) || !matchesNodeSelection(spec, node))
    return { run: false, stay: false }
  const tolerations = tolerationsOf(spec)
  if (!untolerated(node.spec?.taints, tolerations, ['NoExecute', 'NoSchedule'])) return { run: true, stay: true }
  return { run: false, stay: !untolerated(node.spec?.taints, tolerations, ['NoExecute']) }
}

/** The node that a pod is on, or is meant for. k8s pkg/controller/daemon/util/daemonset_util.go GetTargetNodeName (v1.36) */
function nodeOf(pod: Pod): string {
  if (pod.spec.nodeName) return pod.spec.nodeName
  const affinity = pod.spec.affinity as Affinity | undefined
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  for (const term of terms)
    for (const field of term.matchFields ?? []) if (field.key === 'metadata.name') return field.values?.[0] ?? ''
  return ''
}

interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly {
        readonly matchFields?: readonly { readonly key: string; readonly values?: readonly string[] }[]
      }[]
    }
  }
}

/** The pod of one node: made for it alone, and bound to it by the scheduler. */
function templateFor(set: DaemonSet, hash: string, node: string): PodTemplate {
  const { template } = set.spec
  const labels = {
    ...template.metadata?.labels,
    [REVISION_LABEL]: hash,
    [GENERATION_LABEL]: String(templateGeneration(set)),
  }
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }]
  const affinity = template.spec.affinity as Affinity | undefined
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  const required = { nodeSelectorTerms: terms?.length ? terms.map((t) => ({ ...t, matchFields })) : [{ matchFields }] }
  const nodeAffinity = { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required }
  return {
    ...template,
    metadata: { ...template.metadata, labels },
    spec: { ...template.spec, tolerations: tolerationsOf(template.spec), affinity: { ...affinity, nodeAffinity } },
  }
}

const templateGeneration = (set: DaemonSet): number =>
  Number(set.metadata.annotations?.['deprecated.daemonset.template.generation'] ?? 0) || (set.metadata.generation ?? 1)

const byNode = (pods: readonly Pod[]): Map<string, Pod[]> => {
  const out = new Map<string, Pod[]>()
  for (const pod of pods) {
    const there = out.get(nodeOf(pod))
    if (there) there.push(pod)
    else out.set(nodeOf(pod), [pod])
  }
  return out
}

const living = (pods: readonly Pod[]): Pod[] => pods.filter((p) => !p.metadata.deletionTimestamp)

/** k8s pkg/controller/daemon/daemon_controller.go syncDaemonSet (v1.36) */
function onSync(state: State, task: Pending): void {
  const set = getByKey<DaemonSet>(state, task.key)
  if (!set || set.metadata.deletionTimestamp) return
  const known = listRevisions(state, set)
  const present = presentRevision(state, set, known, daemonLabels)
  if (!present) return
  const hash = present.metadata.labels?.[REVISION_LABEL] ?? ''
  const nodes = list<Node>(state, 'Node')
  const pods = claimPods(state, set, set.spec.selector)
  const there = byNode(pods)
  const changed = manage(state, set, hash, nodes, there)
  if (!changed && set.spec.updateStrategy?.type !== 'OnDelete') roll(state, set, hash, nodes, there)
  store(state, task.key, set, hash, nodes)
  const live = new Set(pods.map((p) => p.metadata.labels?.[REVISION_LABEL]))
  const keeps = (r: ControllerRevision) =>
    r.metadata.name === present.metadata.name || live.has(r.metadata.labels?.[REVISION_LABEL])
  dropRevisions(state, set, listRevisions(state, set), keeps)
  const next = nextAvailability(state, pods, set.spec.minReadySeconds ?? 0)
  if (next !== undefined) enqueue(state, 'daemonset.sync', task.key, next - state.now)
}

/** One pod on each node that should have one. True: something was made or deleted. k8s daemon_controller.go manage, podsShouldBeOnNode (v1.36) */
function manage(
  state: State,
  set: DaemonSet,
  hash: string,
  nodes: readonly Node[],
  there: ReadonlyMap<string, readonly Pod[]>,
): boolean {
  let changed = false
  const erase = (pod: Pod) => {
    changed = true
    deletePod(state, SOURCE, set, pod)
  }
  const surge = surgeOf(set, 1) > 0
  for (const node of nodes) {
    const { run, stay } = fits(set, node)
    const pods = there.get(node.metadata.name)
    if (run && !pods) {
      changed = true
      createPod(state, SOURCE, set, podFrom(set, templateFor(set, hash, node.metadata.name)))
    } else if (pods && !stay) living(pods).forEach(erase)
    else if (pods) {
      const running: Pod[] = []
      for (const pod of living(pods)) {
        const { phase } = pod.status ?? {}
        const where = `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${node.metadata.name}`
        if (phase === 'Failed') {
          event(state, SOURCE, 'Warning', set, 'FailedDaemonPod', `Found failed ${where}, will try to kill it`)
          erase(pod)
        } else if (phase === 'Succeeded') {
          event(state, SOURCE, 'Normal', set, 'SucceededDaemonPod', `Found succeeded ${where}, will try to delete it`)
          erase(pod)
        } else running.push(pod)
      }
      if (!surge) running.slice(1).forEach(erase)
      else if (running.length > 1) endSurge(state, set, hash, running).forEach(erase)
    }
  }
  const names = new Set(nodes.map((n) => n.metadata.name))
  for (const [node, pods] of there)
    if (!names.has(node))
      living(pods)
        .filter((p) => !p.spec.nodeName)
        .forEach(erase)
  return changed
}

/** Of a node's pods with maxSurge: the oldest of each kind stays, the old one until the new one is available. */
function endSurge(state: State, set: DaemonSet, hash: string, running: readonly Pod[]): Pod[] {
  const fresh = running.filter((p) => isUpdated(p, hash))
  const old = running.filter((p) => !isUpdated(p, hash))
  const doomed = [...fresh.slice(1), ...old.slice(1)]
  if (fresh[0] && old[0] && (!isPodReady(old[0]) || isAvailable(state, fresh[0], set.spec.minReadySeconds ?? 0)))
    doomed.push(old[0])
  return doomed
}

const isUpdated = (pod: Pod, hash: string): boolean => pod.metadata.labels?.[REVISION_LABEL] === hash

const scaled = (value: number | string | undefined, whole: number): number =>
  typeof value === 'number' ? value : Math.ceil(((Number.parseInt(value ?? '0', 10) || 0) * whole) / 100)
const surgeOf = (set: DaemonSet, whole: number): number =>
  set.spec.updateStrategy?.type === 'OnDelete' ? 0 : scaled(set.spec.updateStrategy?.rollingUpdate?.maxSurge, whole)

/** Replace outdated pods within the limits. k8s pkg/controller/daemon/update.go rollingUpdate (v1.36) */
function roll(
  state: State,
  set: DaemonSet,
  hash: string,
  nodes: readonly Node[],
  there: ReadonlyMap<string, readonly Pod[]>,
): void {
  const wanted = nodes.filter((n) => fits(set, n).run).map((n) => n.metadata.name)
  const maxSurge = surgeOf(set, wanted.length)
  let maxUnavailable = scaled(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted.length)
  if (wanted.length > 0 && maxSurge === 0 && maxUnavailable === 0) maxUnavailable = 1
  const ok = (pod: Pod) => isAvailable(state, pod, set.spec.minReadySeconds ?? 0)
  const names = [...new Set([...wanted, ...there.keys()])].sort()
  const at = names.map((name) => {
    const pods = living(there.get(name) ?? [])
    return { name, fresh: pods.filter((p) => isUpdated(p, hash)), old: pods.filter((p) => !isUpdated(p, hash)) }
  })
  if (maxSurge > 0) {
    let surging = 0
    const now: string[] = []
    const later: string[] = []
    for (const { name, fresh, old } of at) {
      if (old.length === 0) continue
      if (fresh.length > 0) {
        if (!ok(fresh[0]!)) surging++
        else for (const pod of old) deletePod(state, SOURCE, set, pod)
      } else if (wanted.includes(name)) (ok(old[0]!) ? later : now).push(name)
    }
    for (const name of [...now, ...later.slice(0, Math.max(0, maxSurge - surging))]) {
      createPod(state, SOURCE, set, podFrom(set, templateFor(set, hash, name)))
    }
    return
  }
  let unavailable = 0
  const broken: Pod[] = []
  const candidates: Pod[] = []
  for (const { fresh, old } of at) {
    if (old.length === 1 && fresh.length === 0) {
      if (ok(old[0]!)) candidates.push(old[0]!)
      else {
        broken.push(old[0]!)
        unavailable++
      }
    } else if (!(fresh.length === 1 && old.length === 0 && ok(fresh[0]!))) unavailable++
  }
  for (const pod of [...broken, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))])
    deletePod(state, SOURCE, set, pod)
}

/** k8s daemon_controller.go updateDaemonSetStatus (v1.36) */
function store(state: State, key: string, set: DaemonSet, hash: string, nodes: readonly Node[]): void {
  const now = getByKey<DaemonSet>(state, key)
  if (!now || now.metadata.uid !== set.metadata.uid) return
  const there = byNode(claimPods(state, now, now.spec.selector))
  let desired = 0
  let current = 0
  let misscheduled = 0
  let ready = 0
  let available = 0
  let updated = 0
  for (const node of nodes) {
    const pod = there.get(node.metadata.name)?.[0]
    if (!fits(now, node).run) {
      if (pod) misscheduled++
      continue
    }
    desired++
    if (!pod) continue
    current++
    if (isPodReady(pod)) ready++
    if (isAvailable(state, pod, now.spec.minReadySeconds ?? 0)) available++
    if (isUpdated(pod, hash)) updated++
  }
  const status = {
    currentNumberScheduled: current,
    desiredNumberScheduled: desired,
    ...count('numberAvailable', available),
    numberMisscheduled: misscheduled,
    numberReady: ready,
    ...count('numberUnavailable', desired - available),
    observedGeneration: now.metadata.generation ?? 1,
    ...count('updatedNumberScheduled', updated),
  }
  if (canonical(status) !== canonical(now.status ?? {})) writeStatus(state, { ...now, status })
}

const count = (field: string, n: number): Readonly<Record<string, number>> => (n === 0 ? {} : { [field]: n })

/** Nodes that come, go or change what they let in concern every DaemonSet. */
function watch(state: State, { kind, before, after }: Change): void {
  if (kind !== 'Node') return
  const old = before as Node | undefined
  const now = after as Node | undefined
  if (old && now && old.metadata.labels === now.metadata.labels && old.spec === now.spec) return
  for (const set of list(state, 'DaemonSet'))
    enqueue(state, 'daemonset.sync', `DaemonSet/${set.metadata.namespace}/${set.metadata.name}`)
}

export const daemonSets: Component = { name: 'daemonset', watch, handlers: { 'daemonset.sync': onSync } }
