import { type KObject, keyOf, makeKey, type Workload } from '../../model/index.ts'
import { bootApiService, finalizeNamespace, furnishNamespace, isNamespaceContent } from '../api/index.ts'
import { type Change, type Component, get, getByKey, list, type Pending, type State } from '../core/index.ts'
import { enqueue, TIMING } from './timing.ts'
import { erase } from './writes.ts'

/** Namespaces that come and go, and everything that leaves them. */
function watch(state: State, { kind, key, before, after }: Change): void {
  if (kind === 'Namespace') {
    if (!before) enqueue(state, 'namespace.furnish', key)
    if (after?.metadata.deletionTimestamp && !before?.metadata.deletionTimestamp) enqueue(state, 'namespace.empty', key)
    return
  }
  if (kind === 'ServiceAccount' && after && !before) onAccount(state, after)
  if (key === API_SERVICE && !after) enqueue(state, 'namespace.api-service', key, TIMING.apiService)
  if (after || !before?.metadata.namespace) return
  const home = get(state, 'Namespace', '', before.metadata.namespace)
  if (home?.metadata.deletionTimestamp) enqueue(state, 'namespace.empty', keyOf(home))
  else if (home && isNamespaceContent(before)) enqueue(state, 'namespace.furnish', keyOf(home))
}

const API_SERVICE = makeKey('Service', 'default', 'kubernetes')

/** What makes pods, and the task in which it does. */
const MAKERS: Readonly<Record<string, string>> = {
  DaemonSet: 'daemonset.sync',
  Job: 'job.sync',
  ReplicaSet: 'replicaset.sync',
  ReplicationController: 'replicaset.sync',
  StatefulSet: 'statefulset.sync',
}

/** Those who were refused pods for want of it try again: in a cluster they do so all the time, ever more rarely. */
function onAccount(state: State, { metadata: { name, namespace = '' } }: KObject): void {
  if (name === 'default') return
  for (const [kind, task] of Object.entries(MAKERS)) {
    for (const object of list<Workload>(state, kind, namespace)) {
      const account = object.spec.template.spec as { readonly serviceAccountName?: string }
      if (account.serviceAccountName === name) enqueue(state, task, keyOf(object))
    }
  }
}

/** It gets what every namespace has, and gets it back. */
function onFurnish(state: State, task: Pending): void {
  const namespace = getByKey(state, task.key)
  if (namespace && !namespace.metadata.deletionTimestamp) furnishNamespace(state, namespace.metadata.name)
}

/** Delete what is in it; it goes when nothing is left. k8s pkg/controller/namespace/deletion/namespaced_resources_deleter.go Delete (v1.36) */
function onEmpty(state: State, task: Pending): void {
  const namespace = getByKey(state, task.key)
  if (!namespace?.metadata.deletionTimestamp) return
  const { name } = namespace.metadata
  const content: KObject[] = []
  for (const kind of [...state.objects.keys()].sort())
    content.push(...(state.objects.get(kind)?.get(name)?.values() ?? []))
  for (const object of content) if (!object.metadata.deletionTimestamp) erase(state, object)
  const left = content.some((object) => getByKey(state, keyOf(object)))
  if (!left) finalizeNamespace(state, name)
}

export const namespaces: Component = {
  name: 'namespace',
  watch,
  handlers: { 'namespace.empty': onEmpty, 'namespace.furnish': onFurnish, 'namespace.api-service': bootApiService },
}
