import type { Container, Node, ObjectKey, Pod } from '../../model/index.ts'
import { fnv1a, get, type State, schedule } from '../core/index.ts'
import { fixedPhase } from '../workload/index.ts'
import { takeAddresses } from './kubelet-address.ts'
import { podEvent, report } from './kubelet-report.ts'
import { type ContainerRun, counts, type PodRun, runs, TIMING } from './kubelet-run.ts'
import { matchesNodeSelection, untolerated } from './node-fit.ts'
import { quantity } from './resources.ts'

const capacities = new WeakMap<Node, number>()

/** How many pods a node takes. */
function podsOf(node: Node): number {
  let most = capacities.get(node)
  if (most === undefined) {
    most = quantity(node.status?.allocatable?.pods ?? '110')
    capacities.set(node, most)
  }
  return most
}

/** Why a node turns a pod away; undefined: it does not. k8s pkg/kubelet/lifecycle/predicate.go (v1.36) */
function rejection(
  state: State,
  pod: Pod,
  node: Node,
): { readonly reason: string; readonly message: string } | undefined {
  const used = counts(state).get(node.metadata.name) ?? 0
  const capacity = podsOf(node)
  if (used >= capacity) {
    return {
      reason: 'OutOfpods',
      message: `Node didn't have enough resource: pods, requested: 1, used: ${used}, capacity: ${capacity}`,
    }
  }
  if (!matchesNodeSelection(pod.spec, node)) {
    return {
      reason: 'NodeAffinity',
      message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    }
  }
  if (untolerated(node.spec?.taints, pod.spec.tolerations, ['NoExecute'])) {
    return {
      reason: 'TaintToleration',
      message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
    }
  }
  return undefined
}

function waiting(container: Container, role: ContainerRun['role'], reason: string): ContainerRun {
  return {
    name: container.name,
    role,
    state: 'waiting',
    image: container.image ?? '',
    reason,
    startedAt: 0,
    restarts: 0,
    started: false,
  }
}

/** A pod has come to its node: it is turned away, or gets an address and starts. */
export function admit(state: State, key: ObjectKey, pod: Pod): void {
  const name = pod.spec.nodeName!
  const node = get<Node>(state, 'Node', '', name)
  if (!node) return
  const init = pod.spec.initContainers ?? []
  const reason = init.length > 0 ? 'PodInitializing' : 'ContainerCreating'
  const run: PodRun = {
    uid: pod.metadata.uid ?? '',
    node: name,
    address: '',
    startTime: state.now,
    sandbox: false,
    containers: [
      ...init.map((c) => waiting(c, c.restartPolicy === 'Always' ? 'sidecar' : 'init', reason)),
      ...pod.spec.containers.map((c) => waiting(c, 'main', reason)),
    ],
  }
  const rejected = rejection(state, pod, node)
  if (rejected) {
    podEvent(state, key, 'Warning', rejected.reason, rejected.message)
    runs(state).set(key, {
      ...run,
      rejected: { reason: rejected.reason, message: `Pod was rejected: ${rejected.message}` },
    })
    report(state, key)
    return
  }
  counts(state).set(name, (counts(state).get(name) ?? 0) + 1)
  const stays = fixedPhase(pod) === 'Pending'
  const own = stays ? [] : pod.spec.hostNetwork ? hostAddresses(node) : takeAddresses(state, name, key)
  const [address = '', secondAddress] = own ?? []
  runs(state).set(key, { ...run, address, ...(secondAddress !== undefined && { secondAddress }) })
  report(state, key)
  if (stays) return
  if (own === undefined) {
    const uid = pod.metadata.uid
    const sandbox = `${pod.metadata.name}_${pod.metadata.namespace}_${uid}_0`
    // the words of the host-local plugin of CNI
    const why = `failed to setup network for sandbox "${sandbox}": plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set`
    podEvent(
      state,
      key,
      'Warning',
      'FailedCreatePodSandBox',
      `Failed to create pod sandbox: rpc error: code = Unknown desc = ${why}`,
    )
    return
  }
  schedule(state, { at: state.now + TIMING.start + (fnv1a(name) % 5) * TIMING.spread, kind: 'kubelet.start', key })
}

const hostAddresses = (node: Node): readonly string[] =>
  (node.status?.addresses ?? []).filter((a) => a.type === 'InternalIP').map((a) => a.address)
