import {
  controllerOf,
  type DaemonSet as DaemonSetObject,
  isPodReady,
  keyOf,
  type Ms,
  type Node,
  type Pod,
  type PodSpec,
  type PodTemplate,
  type Toleration,
} from '../../model/index.ts'
import { type Change, type Component, getByKey, list, type Pending, type State, slot } from '../core/index.ts'
import { matchesNodeSelection, untolerated } from '../node/index.ts'
import { claimPods, createPod, deletePod, isAvailable, nextAvailability, podFrom, podsMatching } from './pods.ts'
import { type ControllerRevision, daemonLabels, listRevisions, presentRevision, REVISION_LABEL } from './revisions.ts'
import { canonical } from './template.ts'
import { enqueue } from './timing.ts'
import { erase, event, writeStatus } from './writes.ts'

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

/** A set's pods by node, the oldest first; those that have ended and are only kept by a finalizer no longer count. */
const byNode = (pods: readonly Pod[]): Map<string, Pod[]> => {
  const out = new Map<string, Pod[]>()
  for (const pod of pods) {
    const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
    if (ended && pod.metadata.deletionTimestamp) continue
    const node = nodeOf(pod)
    if (node === '') continue
    const there = out.get(node)
    if (!there) out.set(node, [pod])
    else there.push(pod)
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
  cleanUp(state, set, present, known, pods)
  const next = nextAvailability(state, pods, set.spec.minReadySeconds ?? 0)
  if (next !== undefined) enqueue(state, 'daemonset.sync', task.key, next - state.now)
}

/**
 * Of more earlier revisions than the limit those go that no pod has, lowest number first.
 * k8s pkg/controller/daemon/update.go cleanupHistory (v1.36)
 */
function cleanUp(
  state: State,
  set: DaemonSet,
  present: ControllerRevision,
  known: readonly ControllerRevision[],
  pods: readonly Pod[],
): void {
  const earlier = known.filter((r) => r.metadata.name !== present.metadata.name)
  const extra = earlier.length - (set.spec.revisionHistoryLimit ?? 10)
  if (extra <= 0) return
  const live = new Set(pods.map((p) => p.metadata.labels?.[REVISION_LABEL]))
  const dead = earlier.filter((r) => !live.has(r.metadata.labels?.[REVISION_LABEL]))
  for (const revision of dead.slice(0, extra)) erase(state, revision)
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
  const stop = (pod: Pod) => {
    changed = true
    deletePod(state, SOURCE, set, pod)
  }
  const make = (node: string) => {
    changed = true
    createPod(state, SOURCE, set, podFrom(set, templateFor(set, hash, node)))
  }
  const surge = surgeOf(set, 1) > 0
  for (const node of nodes) {
    const { run, stay } = fits(set, node)
    const pods = there.get(node.metadata.name)
    if (run && !pods) make(node.metadata.name)
    else if (pods && !stay) living(pods).forEach(stop)
    else if (stay) {
      const running: Pod[] = []
      for (const pod of living(pods ?? [])) {
        const { phase } = pod.status ?? {}
        const where = `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${node.metadata.name}`
        if (phase === 'Failed') {
          if (backsOff(state, set, node.metadata.name)) continue
          event(state, SOURCE, 'Warning', set, 'FailedDaemonPod', `Found failed ${where}, will try to kill it`)
          stop(pod)
        } else if (phase === 'Succeeded') {
          event(state, SOURCE, 'Normal', set, 'SucceededDaemonPod', `Found succeeded ${where}, will try to delete it`)
          stop(pod)
        } else running.push(pod)
      }
      if (!surge) running.slice(1).forEach(stop)
      else if (running.length > 1) endSurge(state, set, hash, running).forEach(stop)
      // pods that are stopping do not keep the next one from its node
      else if (running.length === 0 && run) make(node.metadata.name)
    }
  }
  const names = new Set(nodes.map((n) => n.metadata.name))
  for (const [node, pods] of there)
    if (!names.has(node))
      living(pods)
        .filter((p) => !p.spec.nodeName)
        .forEach(stop)
  return changed
}

/** k8s cmd/kube-controller-manager/app/apps.go newDaemonSetController (v1.36) */
const BACK_OFF = 1000
const MAX_BACK_OFF = 15 * 60_000

/** By set, generation and node: how long a failed pod stays, and since when. */
const failed = slot<{ readonly since: Ms; readonly delay: Ms }>('daemonset.failed')

/**
 * A pod that fails again and again on a node is deleted after 1 s, which doubles up to 15 min, since the one before. True: not yet.
 * k8s daemon_controller.go podsShouldBeOnNode, client-go/util/flowcontrol/backoff.go (v1.36)
 */
function backsOff(state: State, set: DaemonSet, node: string): boolean {
  const seen = (set.status as { readonly observedGeneration?: number } | undefined)?.observedGeneration ?? 0
  const key = `${set.metadata.uid}/${seen}/${node}`
  const before = failed(state).get(key)
  const expired = before === undefined || state.now - before.since > 2 * MAX_BACK_OFF
  if (!expired && state.now - before.since < before.delay) {
    enqueue(state, 'daemonset.retry', keyOf(set), before.since + before.delay - state.now, true)
    return true
  }
  const delay = expired ? BACK_OFF : Math.min(before.delay * 2, MAX_BACK_OFF)
  failed(state).set(key, { since: state.now, delay })
  return false
}

/** Of a node's pods with maxSurge: the oldest of each kind stays, the old one until the new one is available. */
function endSurge(state: State, set: DaemonSet, hash: string, running: readonly Pod[]): Pod[] {
  const fresh = running.filter((p) => p.metadata.labels?.[REVISION_LABEL] === hash)
  const old = running.filter((p) => p.metadata.labels?.[REVISION_LABEL] !== hash)
  const doomed = [...fresh.slice(1), ...old.slice(1)]
  if (fresh[0] && old[0] && (!isPodReady(old[0]) || isAvailable(state, fresh[0], set.spec.minReadySeconds ?? 0)))
    doomed.push(old[0])
  return doomed
}

/** By the hash of its revision, or by the number of its template. k8s daemon/util/daemonset_util.go IsPodUpdated (v1.36) */
const isUpdated = (set: DaemonSet, pod: Pod, hash: string): boolean =>
  pod.metadata.labels?.[REVISION_LABEL] === hash ||
  pod.metadata.labels?.[GENERATION_LABEL] === String(templateGeneration(set))

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
    return {
      name,
      fresh: pods.filter((p) => isUpdated(set, p, hash)),
      old: pods.filter((p) => !isUpdated(set, p, hash)),
    }
  })
  if (maxSurge > 0) {
    surgeOn(state, set, hash, maxSurge, wanted, at, ok)
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

/** A node's living pods: updated ones and others. */
interface Place {
  readonly name: string
  readonly fresh: readonly Pod[]
  readonly old: readonly Pod[]
}

/**
 * New pods beside old ones: at once where the old one is not available, elsewhere at most `maxSurge`; an old one goes when its new one is
 * available, and on a node that should have none when enough others are. k8s pkg/controller/daemon/update.go rollingUpdate (v1.36)
 */
function surgeOn(
  state: State,
  set: DaemonSet,
  hash: string,
  maxSurge: number,
  wanted: readonly string[],
  places: readonly Place[],
  ok: (pod: Pod) => boolean,
): void {
  let surging = 0
  let available = 0
  const now: string[] = []
  const later: string[] = []
  const doomed: Pod[] = []
  const misplaced: Pod[] = []
  for (const { name, fresh, old } of places) {
    if (fresh.length > 1 || old.length > 1) {
      surging++
      continue
    }
    const [next] = fresh
    const [last] = old
    const first = last ?? next
    if (first && ok(first)) available++
    if (!last) continue
    if (next) {
      if (ok(next)) doomed.push(last)
      else surging++
    } else if (!wanted.includes(name)) (ok(last) ? misplaced : doomed).push(last)
    else (ok(last) ? later : now).push(name)
  }
  doomed.push(...misplaced.slice(0, Math.max(0, available - wanted.length)))
  for (const pod of doomed) deletePod(state, SOURCE, set, pod)
  for (const name of [...now, ...later.slice(0, Math.max(0, maxSurge - surging))])
    createPod(state, SOURCE, set, podFrom(set, templateFor(set, hash, name)))
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
    if (isUpdated(now, pod, hash)) updated++
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

/**
 * A node that comes or changes its labels or taints concerns the sets that have to make a pod there or to stop one, and those that have a
 * pod there and count misplaced ones. Others count the node anew when they are next looked at.
 * k8s daemon_controller.go updateNode, syncNodeUpdate (v1.36)
 */
function watch(state: State, { kind, before, after }: Change): void {
  if (kind !== 'Node' || !after) return
  const old = before as Node | undefined
  const now = after as Node
  const same = old && canonical(old.metadata.labels ?? {}) === canonical(now.metadata.labels ?? {})
  if (same && canonical(old.spec?.taints ?? []) === canonical(now.spec?.taints ?? [])) return
  enqueue(state, 'daemonset.node', keyOf(now))
}

function onNode(state: State, task: Pending): void {
  const node = getByKey<Node>(state, task.key)
  if (!node) return
  for (const set of list<DaemonSet>(state, 'DaemonSet')) {
    const { run, stay } = fits(set, node)
    const here = podsMatching(state, set.metadata.namespace ?? '', set.spec.selector).some(
      (p) => p.spec.nodeName === node.metadata.name && controllerOf(p)?.uid === set.metadata.uid,
    )
    const misplaced = (set.status as { readonly numberMisscheduled?: number } | undefined)?.numberMisscheduled ?? 0
    if (here ? !stay || misplaced > 0 : run) enqueue(state, 'daemonset.sync', keyOf(set))
  }
}

const again = (state: State, task: Pending): void => enqueue(state, 'daemonset.sync', task.key, 0)

export const daemonSets: Component = {
  name: 'daemonset',
  watch,
  handlers: { 'daemonset.sync': onSync, 'daemonset.node': onNode, 'daemonset.retry': again },
}
