import {
  controllerOf,
  type KObject,
  type LabelSelector,
  type Labels,
  makeKey,
  matchesMap,
  matchesSelector,
  type ObjectKey,
  type Pod,
} from '../../model/index.ts'
import { type Change, type Component, getByKey, type Pending, type State, schedule, slot } from '../core/index.ts'
import { podsMatching, release } from './pods.ts'
import { enqueue, TIMING } from './timing.ts'

/** Kinds whose controllers own pods → the kind of task that has one looked at. */
export const POD_OWNERS: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicaset.sync',
  ReplicationController: 'replicaset.sync',
  StatefulSet: 'statefulset.sync',
  DaemonSet: 'daemonset.sync',
  Job: 'job.sync',
}

/**
 * `namespace key=value` → owners whose selector asks for that pair (their first), so that a pod without a controller finds those that may
 * adopt it without looking at all of them. Owners without matchLabels stand under `namespace *`.
 */
const selecting = slot<readonly ObjectKey[]>('control.selecting')

function pairOf(owner: KObject): string {
  const labels = mapOf(owner)
  const first = Object.keys(labels).sort()[0]
  return `${owner.metadata.namespace} ${first === undefined ? '*' : `${first}=${labels[first]}`}`
}

/** The map part of an owner's selector; a ReplicationController's selector is a map itself. */
const mapOf = (owner: KObject): Labels => {
  const selector = (owner.spec as { readonly selector?: unknown } | undefined)?.selector
  return (
    (owner.kind === 'ReplicationController' ? (selector as Labels) : (selector as LabelSelector)?.matchLabels) ?? {}
  )
}

/** The selector of an owner of pods, in the form of the newer kinds. */
export const selectorOf = (owner: KObject): LabelSelector | undefined =>
  owner.kind === 'ReplicationController'
    ? { matchLabels: mapOf(owner) }
    : (owner.spec as { readonly selector?: LabelSelector } | undefined)?.selector

const sameMap = (a: Labels, b: Labels): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([k, v]) => b[k] === v)

function indexOwner(state: State, { key, before, after }: Change): void {
  const old = before && pairOf(before)
  const now = after && pairOf(after)
  if (old === now) return
  const index = selecting(state)
  if (old !== undefined) {
    const rest = (index.get(old) ?? []).filter((k) => k !== key)
    if (rest.length > 0) index.set(old, rest)
    else index.delete(old)
  }
  if (now !== undefined) index.set(now, [...(index.get(now) ?? []), key])
}

/** Owners that may adopt a pod with these labels. */
function suitors(state: State, namespace: string, labels: Labels | undefined): ObjectKey[] {
  const index = selecting(state)
  const pairs = Object.entries(labels ?? {}).map(([k, v]) => `${namespace} ${k}=${v}`)
  return [...pairs, `${namespace} *`].flatMap((pair) => index.get(pair) ?? [])
}

function onPod(state: State, { key, before, after }: Change): void {
  const old = before && controllerOf(before)
  const now = after && controllerOf(after)
  for (const ref of old?.uid === now?.uid ? [now] : [old, now]) {
    const task = ref && POD_OWNERS[ref.kind]
    if (task) enqueue(state, task, makeKey(ref.kind, (after ?? before)!.metadata.namespace ?? '', ref.name))
  }
  if (!after) return
  const relabelled = before?.metadata.labels !== after.metadata.labels
  if (now && before && relabelled && strays(state, after as Pod)) enqueue(state, 'control.release', key)
  if (!now && (relabelled || old)) {
    for (const owner of suitors(state, after.metadata.namespace ?? '', after.metadata.labels)) {
      const task = POD_OWNERS[owner.slice(0, owner.indexOf('/'))]
      if (task) enqueue(state, task, owner)
    }
  }
}

/** A change that a controller wrote itself and need not look at again. */
export function isStatusOnly({ before, after }: Change): boolean {
  if (!before || !after || before.spec !== after.spec) return false
  const [old, now] = [before.metadata, after.metadata]
  return (
    old.uid === now.uid &&
    old.labels === now.labels &&
    old.annotations === now.annotations &&
    old.deletionTimestamp === now.deletionTimestamp &&
    old.ownerReferences === now.ownerReferences
  )
}

function watch(state: State, change: Change): void {
  if (change.kind === 'Pod') onPod(state, change)
  const task = POD_OWNERS[change.kind]
  if (!task) return
  indexOwner(state, change)
  if (!change.after) return
  // a Job's or StatefulSet's own status decides what comes next
  if (change.kind === 'Job' || change.kind === 'StatefulSet' || !isStatusOnly(change)) enqueue(state, task, change.key)
  // only a ReplicationController's selector can change: pods that it no longer selects are let go
  if (change.before && change.kind === 'ReplicationController' && !sameMap(mapOf(change.before), mapOf(change.after))) {
    for (const pod of podsMatching(state, change.after.metadata.namespace ?? '', undefined)) {
      if (controllerOf(pod)?.uid === change.after.metadata.uid) {
        schedule(state, {
          at: state.now + TIMING.react,
          kind: 'control.release',
          key: makeKey('Pod', pod.metadata.namespace ?? '', pod.metadata.name),
        })
      }
    }
  }
}

/** Whether a pod has a controller that no longer selects it. */
function strays(state: State, pod: Pod): boolean {
  const ref = controllerOf(pod)
  if (!ref || !POD_OWNERS[ref.kind]) return false
  const owner = getByKey(state, makeKey(ref.kind, pod.metadata.namespace ?? '', ref.name))
  if (!owner || owner.metadata.uid !== ref.uid || owner.metadata.deletionTimestamp) return false
  return owner.kind === 'ReplicationController'
    ? !matchesMap(mapOf(owner), pod.metadata.labels)
    : !matchesSelector(selectorOf(owner), pod.metadata.labels)
}

/** A pod's labels changed: it leaves a controller that no longer selects it. */
function onRelease(state: State, task: Pending): void {
  const pod = getByKey<Pod>(state, task.key)
  if (pod && strays(state, pod)) release(state, controllerOf(pod)!.uid, pod)
}

/** Brings owners of pods and their pods together, and has the owners looked at when one of their pods changes. */
export const adoption: Component = { name: 'adoption', watch, handlers: { 'control.release': onRelease } }
