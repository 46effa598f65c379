import {
  type EndpointSlice,
  type Endpoints,
  isPodReady,
  makeKey,
  type Node,
  type ObjectKey,
  type Pod,
  type Service,
} from '../../../model/index.ts'
import { deepEqual } from '../../api/index.ts'
import { type Change, type Component, type State, schedule } from '../../core/index.ts'
import { syncEndpoints } from './endpoints.ts'
import { indexSelector, selectorOf, servicesForLabels } from './membership.ts'
import { shouldMirror, syncMirror } from './mirroring.ts'
import { LABEL_MANAGED_BY, LABEL_SERVICE, MIRRORING_CONTROLLER, SLICE_CONTROLLER } from './slice-labels.ts'
import { syncSlices, waitingForNode } from './slices.ts'
import { isNodeReady, noteNodes, overloadedServices } from './topology.ts'
import { isForeignChange, isForeignDeletion, isTracked } from './tracker.ts'

export { findPort, podsOf, selectorOf, servicesForLabels, shouldBeInEndpoints } from './membership.ts'
export { LABEL_MANAGED_BY, LABEL_SERVICE } from './slice-labels.ts'

/** From a change's watch event to the controller's write; it batches nothing by default (endpointUpdatesBatchPeriod 0). */
const REACTION = 20

/** For slices that others changed (k8s pkg/controller/endpointslice endpointSliceChangeMinSyncDelay, v1.36). */
const FOREIGN_SLICE_DELAY = 1000

/**
 * What of a pod's change concerns its endpoints: the pod itself, or which Services find it. Neither its phase nor its node is looked at:
 * an unready pod that ends stays listed until something else wakes the controllers.
 * k8s.io/endpointslice util/controller_utils.go podEndpointsChanged (v0.36).
 */
function podEndpointsChanged(before: Pod, after: Pod): { pod: boolean; labels: boolean } {
  const ips = (pod: Pod) => (pod.status?.podIPs ?? []).map((p) => p.ip).join()
  return {
    labels:
      !deepEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {}) ||
      before.spec.hostname !== after.spec.hostname ||
      before.spec.subdomain !== after.spec.subdomain,
    pod:
      // Kubernetes compares pointers, so every change of a terminating pod counts
      before.metadata.deletionTimestamp !== undefined ||
      after.metadata.deletionTimestamp !== undefined ||
      isPodReady(before) !== isPodReady(after) ||
      ips(before) !== ips(after),
  }
}

/** The Services whose endpoints a pod's change may touch (k8s.io/endpointslice util GetServicesToUpdate, v0.36). */
function servicesOfPodChange(state: State, before: Pod | undefined, after: Pod | undefined): Set<ObjectKey> {
  const found = (pod: Pod | undefined) => {
    const { namespace = 'default', labels } = pod?.metadata ?? { labels: undefined }
    return new Set(
      servicesForLabels(state, namespace, labels).map((s) => makeKey('Service', namespace, s.metadata.name)),
    )
  }
  if (!before || !after) return found(before ?? after)
  const changed = podEndpointsChanged(before, after)
  if (!changed.labels) return changed.pod ? found(after) : new Set()
  const [old, now] = [found(before), found(after)]
  if (changed.pod) return new Set([...old, ...now])
  return new Set([...[...old].filter((k) => !now.has(k)), ...[...now].filter((k) => !old.has(k))])
}

const syncSoon = (state: State, kind: string, key: string, delay = REACTION) =>
  schedule(state, { at: state.now + delay, kind, key })

function wake(state: State, serviceKey: ObjectKey): void {
  syncSoon(state, 'endpoints.sync', serviceKey)
  syncSoon(state, 'endpointslices.sync', serviceKey)
}

const mirror = (state: State, namespace: string, name: string) =>
  syncSoon(state, 'endpointslicemirroring.sync', makeKey('Endpoints', namespace, name))

function watchSlice(state: State, before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
  const by = (slice: EndpointSlice | undefined) => slice?.metadata.labels?.[LABEL_MANAGED_BY]
  const service = (slice: EndpointSlice | undefined) => slice?.metadata.labels?.[LABEL_SERVICE]
  const wakeFor = (controller: string, slice: EndpointSlice) => {
    const [name, namespace] = [service(slice), slice.metadata.namespace ?? 'default']
    if (!name) return
    if (controller === MIRRORING_CONTROLLER) mirror(state, namespace, name)
    else syncSoon(state, 'endpointslices.sync', makeKey('Service', namespace, name), FOREIGN_SLICE_DELAY)
  }
  for (const controller of [SLICE_CONTROLLER, MIRRORING_CONTROLLER]) {
    if (!after) {
      const mine = before && by(before) === controller && isTracked(state, controller, before)
      if (mine && isForeignDeletion(state, controller, before)) wakeFor(controller, before)
    } else if (before && service(before) !== service(after)) {
      wakeFor(controller, after)
      wakeFor(controller, before)
    } else if (
      (before && (by(before) === controller) !== (by(after) === controller)) ||
      (by(after) === controller && isForeignChange(state, controller, after))
    ) {
      wakeFor(controller, after)
    }
  }
}

function watch(state: State, change: Change): void {
  switch (change.kind) {
    case 'Pod': {
      const [before, after] = [change.before as Pod | undefined, change.after as Pod | undefined]
      for (const key of servicesOfPodChange(state, before, after)) wake(state, key)
      return
    }
    case 'Service': {
      const [before, after] = [change.before as Service | undefined, change.after as Service | undefined]
      indexSelector(state, before, after)
      wake(state, change.key)
      const { namespace = 'default', name } = (after ?? before)!.metadata
      const [hadSelector, hasSelector] = [selectorOf(before) !== undefined, selectorOf(after) !== undefined]
      if (!before || !after ? !(hasSelector || hadSelector) : hadSelector !== hasSelector)
        mirror(state, namespace, name)
      return
    }
    case 'Endpoints': {
      const [before, after] = [change.before as Endpoints | undefined, change.after as Endpoints | undefined]
      const { namespace = 'default', name } = (after ?? before)!.metadata
      if (shouldMirror(before) || shouldMirror(after)) mirror(state, namespace, name)
      // whoever else writes to it: the endpoints controller makes it right again only when its Service or pods change
      if (!after) syncSoon(state, 'endpoints.sync', makeKey('Service', namespace, name))
      return
    }
    case 'EndpointSlice':
      watchSlice(state, change.before as EndpointSlice | undefined, change.after as EndpointSlice | undefined)
      return
    case 'Node': {
      const [before, after] = [change.before as Node | undefined, change.after as Node | undefined]
      // the zone of endpoints that are there already stays what it was until their Service is synced for another reason
      const zone = (node: Node) => node.metadata.labels?.['topology.kubernetes.io/zone']
      if (!before || !after || zone(before) !== zone(after) || isNodeReady(before) !== isNodeReady(after))
        syncSoon(state, 'endpointslices.nodes', '')
      if (!before) for (const key of waitingForNode(state).keys()) syncSoon(state, 'endpointslices.sync', key)
      return
    }
  }
}

/** k8s pkg/controller/endpointslice checkNodeTopologyDistribution (v1.36). */
function syncNodes(state: State): void {
  noteNodes(state)
  for (const service of overloadedServices(state)) syncSoon(state, 'endpointslices.sync', `Service/${service}`, 0)
}

/** The endpoints, endpointslice and endpointslicemirroring controllers. */
export const endpointsControllers: Component = {
  name: 'endpoints',
  handlers: {
    'endpoints.sync': (state, task) => syncEndpoints(state, task.key),
    'endpointslices.sync': (state, task) => syncSlices(state, task.key),
    'endpointslices.nodes': (state) => syncNodes(state),
    'endpointslicemirroring.sync': (state, task) => syncMirror(state, task.key),
  },
  watch,
}
