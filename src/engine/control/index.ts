import type { Component } from '../core/index.ts'
import { adoption } from './adoption.ts'
import { daemonSets } from './daemonset.ts'
import { deployments } from './deployment.ts'
import { disruption } from './disruption.ts'
import { endpointsControllers } from './endpoints/index.ts'
import { garbageCollector } from './garbage.ts'
import { jobs } from './job.ts'
import { cloudBalancers } from './load-balancer.ts'
import { namespaces } from './namespace.ts'
import { nodeLifecycle } from './node-lifecycle.ts'
import { replicaSets } from './replicaset.ts'
import { scheduler } from './scheduler/index.ts'
import { statefulSets } from './statefulset.ts'

export { evictPod } from './disruption.ts'
export { findPort, LABEL_SERVICE, podsOf, selectorOf } from './endpoints/index.ts'
export { servicesTouched, serviceViewOf } from './views.ts'

/** The controllers of kube-controller-manager, the scheduler and the cloud, in the order in which they see a change. */
export const controllers: readonly Component[] = [
  scheduler,
  // a ReplicaSet's pods are under way before its Deployment looks at it again
  adoption,
  deployments,
  replicaSets,
  statefulSets,
  daemonSets,
  jobs,
  endpointsControllers,
  disruption,
  cloudBalancers,
  nodeLifecycle,
  garbageCollector,
  namespaces,
]
