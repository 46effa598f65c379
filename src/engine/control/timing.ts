import type { ObjectKey } from '../../model/index.ts'
import { type State, schedule } from '../core/index.ts'

/**
 * How long controllers take to react, in ms. Informers and work queues of kube-controller-manager add single milliseconds each way on an
 * ordinary cluster; the other numbers are flags or constants of Kubernetes.
 */
export const TIMING = {
  /** a change is seen by an informer and its key taken from the work queue */
  react: 10,
  /** the scheduler binds a pod that fits */
  schedule: 5,
  /** k8s pkg/controlplane/instance.go DefaultEndpointReconcilerInterval (v1.36): the API server looks after its own Service */
  apiService: 10_000,
  /** a cloud makes a load balancer */
  balancerMade: 4000,
  /** a cloud takes one down */
  balancerGone: 1000,
  /** k8s pkg/controller/podgc/gc_controller.go gcCheckPeriod and quarantineTime (v1.36): pods of nodes that do not exist */
  orphanedPod: 60_000,
} as const

/** Have a controller look at an object soon. */
export function enqueue(state: State, kind: string, key: ObjectKey, after: number = TIMING.react, waits = false): void {
  schedule(state, { at: state.now + after, kind, key, waits })
}
