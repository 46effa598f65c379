import {
  type EndpointSlice,
  type Endpoints,
  isPodReady,
  makeKey,
  type ObjectKey,
  type Pod,
  type Service,
} from '../../../model/index.ts'
import { type Change, type Component, list, type State, schedule } from '../../core/index.ts'
import { syncEndpoints } from './endpoints.ts'
import { topologyModeAuto } from './hints.ts'
import { indexSelector, selectorOf, servicesForLabels } from './membership.ts'
import { MIRRORING_CONTROLLER, syncMirror } from './mirroring.ts'
import { LABEL_MANAGED_BY, LABEL_SERVICE, SLICE_CONTROLLER, syncSlices } from './slices.ts'

export { findPort, podsOf, selectorOf, servicesForLabels, shouldBeInEndpoints } from './membership.ts'
export { LABEL_MANAGED_BY, LABEL_SERVICE } from './slices.ts'

/** From a change's watch event to the controller's write; it batches nothing by default (endpointUpdatesBatchPeriod 0). */
const REACTION = 20

/** k8s endpointslice/util/controller_utils.go podEndpointsChanged (v0.36): what of a pod concerns its endpoints. */
function podConcerns(before: Pod | undefined, after: Pod | undefined): boolean {
  if (!before || !after) return true
  return (
    before.metadata.labels !== after.metadata.labels ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    isPodReady(before) !== isPodReady(after) ||
    before.status?.podIP !== after.status?.podIP ||
    before.status?.phase !== after.status?.phase ||
    before.spec.nodeName !== after.spec.nodeName
  )
}

/** The Services whose endpoints a pod's change may touch. */
export function servicesOfPodChange(state: State, before: Pod | undefined, after: Pod | undefined): ObjectKey[] {
  const namespace = (after ?? before)!.metadata.namespace ?? 'default'
  const keys = new Set<ObjectKey>()
  for (const labels of new Set([before?.metadata.labels, after?.metadata.labels])) {
    for (const service of servicesForLabels(state, namespace, labels))
      keys.add(makeKey('Service', namespace, service.metadata.name))
  }
  return [...keys]
}

function wake(state: State, serviceKey: ObjectKey): void {
  schedule(state, { at: state.now + REACTION, kind: 'endpoints.sync', key: serviceKey })
  schedule(state, { at: state.now + REACTION, kind: 'endpointslices.sync', key: serviceKey })
}

const mirror = (state: State, namespace: string, name: string) =>
  schedule(state, {
    at: state.now + REACTION,
    kind: 'endpointslicemirroring.sync',
    key: makeKey('Endpoints', namespace, name),
  })

function watch(state: State, change: Change): void {
  switch (change.kind) {
    case 'Pod': {
      const [before, after] = [change.before as Pod | undefined, change.after as Pod | undefined]
      if (!podConcerns(before, after)) return
      for (const key of servicesOfPodChange(state, before, after)) wake(state, key)
      return
    }
    case 'Service': {
      const [before, after] = [change.before as Service | undefined, change.after as Service | undefined]
      indexSelector(state, before, after)
      const { namespace = 'default', name } = (after ?? before)!.metadata
      if (!before || !after || before.spec !== after.spec || before.metadata !== after.metadata) wake(state, change.key)
      const hadSelector = selectorOf(before) !== undefined
      const hasSelector = selectorOf(after) !== undefined
      if (!before || !after ? !(hasSelector || hadSelector) : hadSelector !== hasSelector)
        mirror(state, namespace, name)
      return
    }
    case 'Endpoints': {
      const object = (change.after ?? change.before) as Endpoints
      const { namespace = 'default', name } = object.metadata
      mirror(state, namespace, name)
      // whoever else wrote to it: the endpoints controller makes it right again only when its Service or pods change
      if (!change.after) wake(state, makeKey('Service', namespace, name))
      return
    }
    case 'EndpointSlice': {
      for (const slice of [change.before, change.after] as (EndpointSlice | undefined)[]) {
        const by = slice?.metadata.labels?.[LABEL_MANAGED_BY]
        const name = slice?.metadata.labels?.[LABEL_SERVICE]
        const namespace = slice?.metadata.namespace ?? 'default'
        if (!name) continue
        if (by === SLICE_CONTROLLER)
          schedule(state, {
            at: state.now + REACTION,
            kind: 'endpointslices.sync',
            key: makeKey('Service', namespace, name),
          })
        if (by === MIRRORING_CONTROLLER) mirror(state, namespace, name)
      }
      return
    }
    case 'Node': {
      const zone = (o: Change['before']) => o?.metadata.labels?.['topology.kubernetes.io/zone']
      const came = (change.before === undefined) !== (change.after === undefined)
      if (!came && zone(change.before) === zone(change.after)) return
      for (const service of list<Service>(state, 'Service')) {
        if (topologyModeAuto(service) || came || selectorOf(service))
          wake(state, makeKey('Service', service.metadata.namespace ?? 'default', service.metadata.name))
      }
      return
    }
  }
}

/** The endpoints, endpointslice and endpointslicemirroring controllers. */
export const endpointsControllers: Component = {
  name: 'endpoints',
  handlers: {
    'endpoints.sync': (state, task) => syncEndpoints(state, task.key),
    'endpointslices.sync': (state, task) => syncSlices(state, task.key),
    'endpointslicemirroring.sync': (state, task) => syncMirror(state, task.key),
  },
  watch,
}
