import {
  type Condition,
  type Container,
  type ContainerStatus,
  type Ms,
  type Node,
  type Pod,
  type PodStatus,
  timestamp,
} from '../../model/index.ts'
import { deepFreeze, get, type State } from '../core/index.ts'
import { fixedPhase } from '../workload/index.ts'
import { type ContainerRun, type PodRun, specOf, type Terminated } from './kubelet-run.ts'

/** k8s pkg/kubelet/types/pod_status.go PodConditionByKubelet (v1.36) */
const OWN_CONDITIONS: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
])

/** Whether a container runs again after it ended. k8s pkg/api/v1/pod/util.go ContainerShouldRestart (v1.36) */
export function restarts(pod: Pod, container: Container | undefined, exitCode: number): boolean {
  const policy = container?.restartPolicy ?? pod.spec.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

const isInit = (c: ContainerRun) => c.role === 'init'
/** How a container last ended, while it does not run. */
const ended = (c: ContainerRun): Terminated | undefined =>
  c.state === 'terminated' ? c.end : c.state === 'waiting' ? c.last : undefined

/** k8s pkg/kubelet/kubelet_pods.go getPhase (v1.36) */
function phaseOf(pod: Pod, run: PodRun): NonNullable<PodStatus['phase']> {
  const again = (c: ContainerRun) => restarts(pod, specOf(pod, c.name), ended(c)?.exitCode ?? 0)
  if (run.containers.every((c) => c.role === 'main' && c.state === 'running')) return 'Running'
  const init = run.containers.filter(isInit)
  if (init.some((c) => (ended(c)?.exitCode ?? 0) !== 0 && !again(c) && pod.spec.restartPolicy === 'Never'))
    return 'Failed'
  const main = run.containers.filter((c) => c.role === 'main')
  const sidecars = run.containers.filter((c) => c.role === 'sidecar')
  const hasInitialized = main.some((c) => c.state !== 'waiting' || c.last)
  if (init.some((c) => c.state === 'running' || (c.state === 'waiting' && !c.last))) return 'Pending'
  if (init.some((c) => c.state !== 'running' && (ended(c)?.exitCode ?? 0) !== 0)) return 'Pending'
  if (!hasInitialized && sidecars.some((c) => !c.started)) return 'Pending'
  if (main.some((c) => c.state === 'waiting' && !c.last)) return 'Pending'
  if ([...main, ...sidecars].some((c) => c.state === 'running')) return 'Running'
  const stopped = main.filter((c) => ended(c))
  if (stopped.length === 0) return 'Pending'
  if (!run.over && stopped.some(again)) return 'Running'
  return stopped.every((c) => ended(c)!.exitCode === 0) ? 'Succeeded' : 'Failed'
}

/** Whether a container counts as ready. k8s pkg/kubelet/prober/prober_manager.go UpdatePodStatus (v1.36) */
export function isReady(c: ContainerRun): boolean {
  if (c.role === 'init') return c.state === 'terminated' && c.end?.exitCode === 0
  return c.state === 'running' && c.started && (c.readiness?.ok ?? true)
}

/** A Go slice of strings, as %s prints it. */
const slice = (names: readonly string[]) => `[${names.join(' ')}]`

interface Verdict {
  readonly status: 'True' | 'False'
  readonly reason?: string
  readonly message?: string
}
const YES: Verdict = { status: 'True' }
const NO: Verdict = { status: 'False' }

/** k8s pkg/kubelet/status/generate.go GenerateContainersReadyCondition (v1.36) */
function containersReady(run: PodRun, phase: string): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const unready = run.containers.filter((c) => !isInit(c) && !isReady(c)).map((c) => c.name)
  if (unready.length === 0) return YES
  return { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: ${slice(unready)}` }
}

/** k8s pkg/kubelet/status/generate.go GeneratePodReadyCondition (v1.36) */
function podReady(pod: Pod, containers: Verdict): Verdict {
  if (containers.status !== 'True') return containers
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = pod.status?.conditions?.find((c) => c.type === conditionType)
    if (!found) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    if (found.status === 'True') return []
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`]
  })
  return messages.length === 0
    ? YES
    : { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') }
}

/** k8s pkg/kubelet/status/generate.go GeneratePodInitializedCondition (v1.36) */
function initialized(run: PodRun, phase: string): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' }
  if (run.containers.some((c) => c.role === 'main' && (c.state !== 'waiting' || c.last))) return YES
  const incomplete = run.containers.filter((c) => (isInit(c) ? !isReady(c) : c.role === 'sidecar' && !c.started))
  if (incomplete.length === 0) return YES
  const message = `containers with incomplete status: ${slice(incomplete.map((c) => c.name))}`
  return { status: 'False', reason: 'ContainersNotInitialized', message }
}

/** The last condition of each type that was made. Many pods say the same of themselves in one moment, and then share it. */
const lastMade = new Map<string, Condition>()
let lastList: readonly Condition[] = []

/** What a pod already says of itself, or what another has just said, is not made anew. */
function condition(
  type: string,
  { status, reason, message }: Verdict,
  before: Condition | undefined,
  at: Ms,
): Condition {
  const same = before?.status === status
  const since = (same && before.lastTransitionTime) || timestamp(at)
  if (same && before.reason === reason && before.message === message && before.lastTransitionTime) return before
  const last = lastMade.get(type)
  if (
    last?.lastTransitionTime === since &&
    last.status === status &&
    last.reason === reason &&
    last.message === message
  )
    return last
  const made: Condition = Object.freeze({
    type,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    lastProbeTime: null,
    lastTransitionTime: since,
  })
  lastMade.set(type, made)
  return made
}

function conditionsOf(state: State, pod: Pod, run: PodRun, phase: string): readonly Condition[] {
  const old = pod.status?.conditions ?? []
  const containers = containersReady(run, phase)
  const own = (type: string, verdict: Verdict) => {
    const before = old.find((c) => c.type === type)
    return condition(type, verdict, before, state.now)
  }
  const out: Condition[] = old.filter((c) => !OWN_CONDITIONS.has(c.type))
  out.push(
    own('PodReadyToStartContainers', run.sandbox ? YES : NO),
    own('Initialized', initialized(run, phase)),
    own('Ready', podReady(pod, containers)),
    own('ContainersReady', containers),
    own('PodScheduled', YES),
  )
  if (out.length !== lastList.length || out.some((c, i) => c !== lastList[i])) lastList = Object.freeze(out)
  return lastList
}

const terminatedState = (t: Terminated, id: string) => ({
  terminated: {
    containerID: id,
    exitCode: t.exitCode,
    finishedAt: timestamp(t.finishedAt),
    reason: t.reason,
    startedAt: timestamp(t.startedAt),
  },
})

const NOTHING = Object.freeze({})

interface WaitingState {
  readonly waiting: { readonly message?: string; readonly reason: string }
}
interface RunningState {
  readonly running: { readonly startedAt: string }
}
/** The state that the last container that was started has; others of the same moment share it. */
let running: RunningState = Object.freeze({ running: Object.freeze({ startedAt: '' }) })

/** The same for the last one that was said to wait without more words. */
let waiting: WaitingState = Object.freeze({ waiting: Object.freeze({ reason: '' }) })

function waitingState({ reason, message }: ContainerRun): WaitingState {
  if (message !== undefined) return { waiting: { message, reason } }
  if (waiting.waiting.reason !== reason) waiting = Object.freeze({ waiting: Object.freeze({ reason }) })
  return waiting
}

function runningState(startedAt: string): RunningState {
  if (running.running.startedAt !== startedAt) running = Object.freeze({ running: Object.freeze({ startedAt }) })
  return running
}

function containerStatus(pod: Pod, c: ContainerRun): ContainerStatus {
  const id = (restart: number) => `fairlead://${pod.metadata.uid}/${c.name}/${restart}`
  const image = specOf(pod, c.name)?.image ?? c.image
  const lastState = c.last ? terminatedState(c.last, id(c.restarts - (c.state === 'waiting' ? 0 : 1))) : NOTHING
  const { name, restarts: restartCount } = c
  const ready = isReady(c)
  if (c.state === 'waiting') {
    const state = waitingState(c)
    const common = { image, imageID: '', lastState, name, ready, restartCount, started: false, state }
    return c.last ? { containerID: id(c.restarts), ...common } : common
  }
  const containerID = id(c.restarts)
  const common = { containerID, image, imageID: '', lastState, name, ready, restartCount }
  if (c.state === 'running') return { ...common, started: c.started, state: runningState(timestamp(c.startedAt)) }
  return { ...common, started: false, state: c.end ? terminatedState(c.end, containerID) : NOTHING }
}

interface HostAddress {
  readonly hostIP?: string
  readonly hostIPs?: readonly { readonly ip: string }[]
}
const hostAddresses = new WeakMap<Node, HostAddress>()

function hostAddressOf(node: Node | undefined): HostAddress {
  if (!node) return NOTHING
  let known = hostAddresses.get(node)
  if (!known) {
    const internal = (node.status?.addresses ?? []).filter((a) => a.type === 'InternalIP')
    const hostIPs = internal.map((a) => ({ ip: a.address }))
    known = deepFreeze(hostIPs[0] ? { hostIP: hostIPs[0].ip, hostIPs } : {})
    hostAddresses.set(node, known)
  }
  return known
}

const byName = (a: ContainerStatus, b: ContainerStatus) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

type Draft = { -readonly [K in keyof PodStatus]: PodStatus[K] }

/** The status that the kubelet writes for a pod. k8s pkg/kubelet/kubelet_pods.go generateAPIPodStatus (v1.36) */
export function podStatus(state: State, pod: Pod, run: PodRun): PodStatus {
  const { qosClass } = pod.status ?? {}
  if (run.rejected) {
    return {
      ...(qosClass === undefined ? NOTHING : { qosClass }),
      phase: 'Failed',
      reason: run.rejected.reason,
      message: run.rejected.message,
      startTime: timestamp(run.startTime),
    }
  }
  const terminal = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded' ? pod.status.phase : undefined
  // a pod that is to have ended has to start for it: controllers see it before it is over
  const fixed = fixedPhase(pod)
  const phase = terminal ?? (fixed === 'Pending' || run.over ? fixed : undefined) ?? phaseOf(pod, run)
  const statuses: ContainerStatus[] = []
  const initial: ContainerStatus[] = []
  for (const c of run.containers) (c.role === 'main' ? statuses : initial).push(containerStatus(pod, c))
  // the API server's own sandbox address comes with the sandbox and stays when it ends; a hostNetwork pod has its node's from the start,
  // unless it is only to have ended: then no controller sees it with an address before it is over
  const own = [run.address, run.secondAddress].flatMap((ip) => (ip ? [{ ip }] : []))
  const before = pod.status?.podIPs ?? (pod.status?.podIP ? [{ ip: pod.status.podIP }] : [])
  const early = pod.spec.hostNetwork && fixed === undefined
  const podIPs = run.sandbox || run.over || early ? own : before
  // field by field: every pod has this written twice before it is ready, and spreads in the middle of an object are slow
  const out: Draft = {
    conditions: conditionsOf(state, pod, run, phase),
    containerStatuses: statuses.length > 1 ? statuses.sort(byName) : statuses,
  }
  const { hostIP, hostIPs } = hostAddressOf(get<Node>(state, 'Node', '', run.node))
  if (hostIP !== undefined) {
    out.hostIP = hostIP
    out.hostIPs = hostIPs
  }
  if (initial.length > 0) out.initContainerStatuses = initial
  out.phase = phase
  if (podIPs[0]) {
    out.podIP = podIPs[0].ip
    out.podIPs = podIPs
  }
  if (qosClass !== undefined) out.qosClass = qosClass
  if (phase === pod.status?.phase) {
    if (pod.status.reason) out.reason = pod.status.reason
    if (pod.status.message) out.message = pod.status.message
  }
  out.startTime = timestamp(run.startTime)
  return out
}
