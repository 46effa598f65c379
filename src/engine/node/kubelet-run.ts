import type { Container, Ms, NodeConfig, ObjectKey, Pod } from '../../model/index.ts'
import { type State, slot } from '../core/index.ts'

/**
 * How long the kubelet takes, in ms. The API server's watch is quick; sandbox, network and process take the better part of a second on an
 * ordinary node with the image present, and are seen when PLEG relists, once a second (k8s pkg/kubelet/kubelet.go genericPlegRelistPeriod, v1.36).
 */
export const TIMING = {
  /** a change in the API reaches the node */
  notice: 10,
  /** sandbox, address and first processes, after the notice */
  start: 1300,
  /** nodes differ: each takes up to four of these more */
  spread: 60,
  /** an init container's run */
  init: 500,
  /** an ended container is seen and dealt with */
  relist: 1000,
  /** SIGTERM → a process that obeys has gone */
  exit: 50,
  /** containers gone → volumes unmounted, the object removed */
  cleanup: 500,
  /** CrashLoopBackOff: k8s pkg/kubelet/kubelet.go backOffPeriod and MaxContainerBackOff (v1.36) */
  backOff: 10_000,
  maxBackOff: 300_000,
} as const

export interface Terminated {
  readonly exitCode: number
  readonly reason: string
  readonly startedAt: Ms
  readonly finishedAt: Ms
}

/** A probe's standing: what it last came to, and how often in a row it now says otherwise. */
export interface ProbeRun {
  readonly ok: boolean
  readonly last?: boolean
  readonly run: number
}

/** One container on its node, as the container runtime knows it. */
export interface ContainerRun {
  readonly name: string
  readonly role: 'init' | 'sidecar' | 'main'
  readonly state: 'waiting' | 'running' | 'terminated'
  /** The image it runs with (a changed one restarts it). */
  readonly image: string
  /** Waiting: why (ContainerCreating, PodInitializing, CrashLoopBackOff). */
  readonly reason: string
  readonly message?: string
  readonly startedAt: Ms
  /** Terminated. */
  readonly end?: Terminated
  /** How it ended the time before. */
  readonly last?: Terminated
  readonly restarts: number
  /** Its startup probe has passed, or it has none. */
  readonly started: boolean
  readonly readiness?: ProbeRun
  readonly liveness?: ProbeRun
  readonly startup?: ProbeRun
  /** Crash back-off: the present delay, and when it was last made longer. */
  readonly backOff?: { readonly delay: Ms; readonly since: Ms }
  /** Asked to stop; it is started again after. */
  readonly killing?: boolean
}

/** A pod on its node. */
export interface PodRun {
  readonly uid: string
  readonly node: string
  /** Its address; hostNetwork pods have their node's. Empty: none (a pod that stays Pending, or is turned away). */
  readonly address: string
  /** Its address of the other family, in a cluster that has two. */
  readonly secondAddress?: string
  readonly startTime: Ms
  /** The sandbox is up: the address is real. */
  readonly sandbox: boolean
  readonly containers: readonly ContainerRun[]
  /** Turned away by the kubelet. */
  readonly rejected?: { readonly reason: string; readonly message: string }
  /** Asked to stop; past `killAt` by force. */
  readonly stopping?: { readonly since: Ms; readonly killAt: Ms }
  /** Ended for good: its containers will not run again. */
  readonly over?: boolean
}

export const runs = slot<PodRun>('kubelet.pods')
/** Addresses given out → pod. */
export const addresses = slot<ObjectKey>('kubelet.addresses')
/** Node, with " IPv6" after it for that range → the lowest address that may be free, as its place in the range. */
export const lowest = slot<number>('kubelet.lowest')
/** Node → how many pods it runs, for its limit. */
export const counts = slot<number>('kubelet.counts')

const nodes = new WeakMap<readonly NodeConfig[], ReadonlyMap<string, number>>()

/** The number of a node that has a kubelet, from 1; undefined for one that the cluster does not have. */
export function nodeNumber(state: State, name: string): number | undefined {
  const { nodes: configured } = state.config
  let byName = nodes.get(configured)
  if (!byName) {
    byName = new Map(configured.map((node, i) => [node.name, i + 1]))
    nodes.set(configured, byName)
  }
  return byName.get(name)
}

export const specOf = (pod: Pod, name: string): Container | undefined =>
  pod.spec.containers.find((c) => c.name === name) ?? pod.spec.initContainers?.find((c) => c.name === name)

/** The key of a task about one container. */
export const containerKey = (key: ObjectKey, container: string): string => `${key}|${container}`
export const splitContainerKey = (taskKey: string): readonly [key: ObjectKey, container: string] => {
  const at = taskKey.lastIndexOf('|')
  return [taskKey.slice(0, at), taskKey.slice(at + 1)]
}

/** Replace one container of a run. */
export function setContainer(state: State, key: ObjectKey, changed: ContainerRun): PodRun | undefined {
  const run = runs(state).get(key)
  if (!run) return undefined
  const next = { ...run, containers: run.containers.map((c) => (c.name === changed.name ? changed : c)) }
  runs(state).set(key, next)
  return next
}

export const runsNow = (run: PodRun, container: string): boolean =>
  run.containers.some((c) => c.name === container && c.state === 'running')
