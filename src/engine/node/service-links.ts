import type { ObjectKey, Service } from '../../model/index.ts'
import { type Change, list, type State, slot } from '../core/index.ts'
import { containerKey } from './kubelet-run.ts'

/** Namespace → its Services with a cluster IP as they are now; dropped when one of them changes. */
const known = slot<readonly Service[]>('kubelet.services')
/** Container → the Services that the kubelet knew when it was last started. */
const links = slot<readonly Service[]>('kubelet.links')

const NOBODY: readonly Service[] = []

function servicesNow(state: State, namespace: string): readonly Service[] {
  let services = known(state).get(namespace)
  if (!services) {
    const all = list<Service>(state, 'Service', namespace)
    // k8s pkg/apis/core/v1/helper IsServiceIPSet (v1.36)
    services = Object.freeze(all.filter(({ spec }) => spec.clusterIP && spec.clusterIP !== 'None'))
    known(state).set(namespace, services)
  }
  return services
}

/** A container starts: its environment is made of the Services of its namespace as they are now. */
export function rememberServices(state: State, key: ObjectKey, namespace: string, container: string): void {
  links(state).set(containerKey(key, container), servicesNow(state, namespace))
}

export function forgetServices(state: State, key: ObjectKey, containers: readonly { readonly name: string }[]): void {
  for (const { name } of containers) links(state).delete(containerKey(key, name))
}

export function watchServices(state: State, { kind, before, after }: Change): void {
  if (kind === 'Service') known(state).delete((after ?? before)?.metadata.namespace ?? '')
}

/**
 * The Services of its namespace that a container found when it was last started: later ones, and later changes, are not in its environment.
 * k8s pkg/kubelet/kubelet_pods.go getServiceEnvVarMap (v1.36).
 */
export const servicesAtStart = (state: State, key: ObjectKey, container: string): readonly Service[] =>
  links(state).get(containerKey(key, container)) ?? NOBODY
