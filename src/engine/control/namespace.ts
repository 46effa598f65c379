import { type KObject, keyOf } from '../../model/index.ts'
import { finalizeNamespace } from '../api/index.ts'
import { type Change, type Component, get, getByKey, type Pending, type State } from '../core/index.ts'
import { enqueue } from './timing.ts'
import { erase } from './writes.ts'

/** A namespace that was asked to go, and everything that leaves it meanwhile. */
function watch(state: State, { kind, key, before, after }: Change): void {
  if (kind === 'Namespace') {
    if (after?.metadata.deletionTimestamp && !before?.metadata.deletionTimestamp) enqueue(state, 'namespace.empty', key)
    return
  }
  if (after || !before?.metadata.namespace) return
  const home = get(state, 'Namespace', '', before.metadata.namespace)
  if (home?.metadata.deletionTimestamp) enqueue(state, 'namespace.empty', keyOf(home))
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

export const namespaces: Component = { name: 'namespace', watch, handlers: { 'namespace.empty': onEmpty } }
