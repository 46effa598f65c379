import {
  controllerOf,
  fromTimestamp,
  isPodReady,
  type KObject,
  keyOf,
  type LabelSelector,
  type Labels,
  type Ms,
  matchesSelector,
  type Pod,
  type PodTemplate,
} from '../../model/index.ts'
import { get, listByLabels, type State } from '../core/index.ts'
import { controllerRef, create, erase, event, write } from './writes.ts'

/** k8s pkg/controller/controller_utils.go IsPodActive (v1.36) */
export const isActive = (pod: Pod): boolean =>
  pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed' && !pod.metadata.deletionTimestamp

/** k8s pkg/controller/controller_utils.go IsPodTerminating (v1.36) */
export const isTerminating = (pod: Pod): boolean =>
  pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed' && pod.metadata.deletionTimestamp !== undefined

const readySince = (pod: Pod): Ms =>
  fromTimestamp(pod.status?.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime ?? '')

/** When a ready pod will have been ready for `minReadySeconds`; undefined when it is not ready. k8s pkg/api/v1/pod/util.go IsPodAvailable (v1.36) */
export function availableAt(pod: Pod, minReadySeconds: number): Ms | undefined {
  if (!isPodReady(pod)) return undefined
  return minReadySeconds === 0 ? 0 : (readySince(pod) || 0) + minReadySeconds * 1000
}

export function isAvailable(state: State, pod: Pod, minReadySeconds: number): boolean {
  const at = availableAt(pod, minReadySeconds)
  return at !== undefined && at <= state.now
}

/** When the next of the pods becomes available that is ready and not yet available: that long until a controller has to look again. */
export function nextAvailability(state: State, pods: readonly Pod[], minReadySeconds: number): Ms | undefined {
  if (minReadySeconds === 0) return undefined
  const later = pods
    .map((p) => availableAt(p, minReadySeconds))
    .filter((at) => at !== undefined && at > state.now) as Ms[]
  return later.length === 0 ? undefined : Math.min(...later)
}

/** Pods that a selector matches, oldest first. */
export function podsMatching(state: State, namespace: string, selector: LabelSelector | undefined): Pod[] {
  const found = listByLabels<Pod>(state, 'Pod', namespace, selector?.matchLabels ?? {})
  return selector?.matchExpressions ? found.filter((p) => matchesSelector(selector, p.metadata.labels)) : found
}

/**
 * The pods that a controller owns. Pods without a controller that its selector matches are adopted on the way. (Pods that it owns and no
 * longer matches are released as their labels change, see adoption.ts.) What `isMember` refuses is none of its own.
 * k8s pkg/controller/controller_ref_manager.go ClaimPods (v1.36)
 */
export function claimPods(
  state: State,
  owner: KObject,
  selector: LabelSelector | undefined,
  isMember: (pod: Pod) => boolean = () => true,
): Pod[] {
  const out: Pod[] = []
  for (const pod of podsMatching(state, owner.metadata.namespace ?? '', selector)) {
    if (!isMember(pod)) continue
    const ref = controllerOf(pod)
    if (ref?.uid === owner.metadata.uid) out.push(pod)
    else if (!ref && !owner.metadata.deletionTimestamp && isActive(pod)) out.push(adopt(state, owner, pod))
  }
  return out
}

/** `object` with this controller. k8s pkg/controller/controller_ref_manager.go AdoptPod (v1.36) */
export const adopt = <T extends KObject>(state: State, owner: KObject, object: T): T =>
  write(state, {
    ...object,
    metadata: {
      ...object.metadata,
      ownerReferences: [...(object.metadata.ownerReferences ?? []), controllerRef(owner)],
    },
  })

/** No longer this controller's pod. */
export const release = (state: State, ownerUid: string, pod: Pod): Pod => {
  const refs = (pod.metadata.ownerReferences ?? []).filter((r) => r.uid !== ownerUid)
  return write(state, { ...pod, metadata: { ...pod.metadata, ownerReferences: refs.length > 0 ? refs : undefined } })
}

export interface PodIdentity {
  readonly name?: string
  readonly labels?: Labels
  readonly annotations?: Labels
  readonly finalizers?: readonly string[]
}

/** k8s pkg/controller/controller_utils.go getPodsPrefix (v1.36): a name that is too long for a dash goes without */
const prefix = (name: string) => (name.length < 253 ? `${name}-` : name)

/** A pod as the template says, owned by `owner`. k8s pkg/controller/controller_utils.go GetPodFromTemplate (v1.36) */
export function podFrom(owner: KObject, template: PodTemplate, identity: PodIdentity = {}): Pod {
  const labels = { ...template.metadata?.labels, ...identity.labels }
  const annotations = { ...template.metadata?.annotations, ...identity.annotations }
  const finalizers = [
    ...((template.metadata?.finalizers as readonly string[] | undefined) ?? []),
    ...(identity.finalizers ?? []),
  ]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: prefix(owner.metadata.name),
      name: identity.name ?? '',
      namespace: owner.metadata.namespace,
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ...(finalizers.length > 0 ? { finalizers } : {}),
      ownerReferences: [controllerRef(owner)],
    },
    spec: template.spec,
  }
}

/** Make a pod and say so. Returns what went wrong, if anything. k8s pkg/controller/controller_utils.go RealPodControl (v1.36) */
export function createPod(
  state: State,
  source: string,
  owner: KObject,
  pod: Pod,
): { readonly made?: Pod; readonly error?: string } {
  const result = create(state, owner, pod)
  if ('error' in result) {
    // in a namespace that is going nothing can be made, and nobody complains
    if (get(state, 'Namespace', '', owner.metadata.namespace ?? '')?.metadata.deletionTimestamp) return {}
    event(state, source, 'Warning', owner, 'FailedCreate', `Error creating: ${result.error}`)
    return result
  }
  event(state, source, 'Normal', owner, 'SuccessfulCreate', `Created pod: ${result.made.metadata.name}`)
  return result
}

export function deletePod(state: State, source: string, owner: KObject, pod: Pod): void {
  erase(state, pod)
  event(state, source, 'Normal', owner, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
}

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }
const COST = 'controller.kubernetes.io/pod-deletion-cost'

const restartsOf = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map((s) => s.restartCount))

/** k8s pkg/controller/controller_utils.go logarithmicRankDiff (v1.36): ages compare by their power of two, in nanoseconds */
function ageRank(now: Ms, since: Ms): number {
  const age = (now - since) * 1e6
  return age > 0 ? Math.floor(Math.log2(age)) : -1
}

/**
 * The order in which a ReplicaSet gives up pods: unassigned, pending, not ready, cheap to delete, doubled up on a node, ready for a short
 * time, restarted often, young. k8s pkg/controller/controller_utils.go ActivePodsWithRanks (v1.36)
 */
export function deletionOrder(state: State, pods: readonly Pod[], related: readonly Pod[]): Pod[] {
  const onNode = new Map<string, number>()
  for (const pod of related) {
    if (isActive(pod)) onNode.set(pod.spec.nodeName ?? '', (onNode.get(pod.spec.nodeName ?? '') ?? 0) + 1)
  }
  const facts = pods.map((pod) => ({
    pod,
    key: keyOf(pod),
    rank: [
      pod.spec.nodeName ? 1 : 0,
      PHASES[pod.status?.phase ?? 'Pending'] ?? 0,
      isPodReady(pod) ? 1 : 0,
      Number(pod.metadata.annotations?.[COST] ?? 0) || 0,
      -(onNode.get(pod.spec.nodeName ?? '') ?? 0),
      isPodReady(pod) ? ageRank(state.now, readySince(pod)) : 0,
      -restartsOf(pod),
      ageRank(state.now, fromTimestamp(pod.metadata.creationTimestamp ?? '')),
    ],
  }))
  facts.sort((a, b) => {
    for (let i = 0; i < a.rank.length; i++) if (a.rank[i] !== b.rank[i]) return a.rank[i]! - b.rank[i]!
    // alike: the real one goes by their random uids; ours count up, and the youngest goes
    return (a.pod.metadata.uid ?? a.key) > (b.pod.metadata.uid ?? b.key) ? -1 : 1
  })
  return facts.map((f) => f.pod)
}
