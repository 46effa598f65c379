import {
  ANNOTATION,
  type Container,
  type ContainerStatus,
  type Finding,
  type Fix,
  keyOf,
  type ObjectKey,
  type Path,
  type Pod,
  type Probe,
  type Service,
} from '../../model/index.ts'
import type { State } from '../core/index.ts'
import { hasEnded } from '../network/index.ts'
import { latencyOf, listeningOf, probeOutcome, readySaid } from '../workload/index.ts'
import { finding, objectParam, serviceParams } from './finding.ts'
import { type PodSource, sourceOfPod } from './survey.ts'

/** All of its containers run, or have not been heard to do otherwise. */
export function isRunning(pod: Pod): boolean {
  if (pod.status?.phase !== 'Running') return false
  return !(pod.status.containerStatuses ?? []).some((c) => c.state?.waiting || c.state?.terminated)
}

const isCreating = ({ reason }: { readonly reason?: string }): boolean =>
  reason === 'ContainerCreating' || reason === 'PodInitializing'

/** A pod that has a node and whose containers are being started: nothing to mend, only to wait for. */
const isStarting = (pod: Pod): boolean =>
  pod.status?.phase === 'Pending' &&
  pod.spec.nodeName !== undefined &&
  !(pod.status.containerStatuses ?? []).some((c) => c.state?.waiting && !isCreating(c.state.waiting)) &&
  pod.metadata.annotations?.[ANNOTATION.phase] === undefined

/** The worst off: one that will not come by itself before one that is starting. */
function worst(pods: readonly Pod[]): Pod {
  const rank = (pod: Pod) => (hasEnded(pod) ? 2 : isStarting(pod) ? 1 : 0)
  return [...pods].sort((a, b) => rank(a) - rank(b))[0]!
}

/** Why none of the pods that a Service selects runs. `pods` is not empty. */
export function notRunningCause(state: State, service: Service, pods: readonly Pod[]): Finding {
  const pod = worst(pods)
  const source = sourceOfPod(state, pod)
  const { path, params, fixes } = standstill(state, pod, source)
  const passing = isStarting(pod)
  const finished = hasEnded(pod) && (source.kind === 'Job' || source.kind === 'CronJob')
  return finding('pod.not-running', {
    severity: passing ? 'hint' : finished ? 'warning' : 'error',
    objects: [source.key, keyOf(service), keyOf(pod)].filter((key, i, all) => all.indexOf(key) === i),
    path,
    params: {
      ...serviceParams(service),
      workload: objectParam(source),
      pod: pod.metadata.name,
      pods: pods.length,
      ...params,
      phase: pod.status?.phase ?? 'Pending',
      starting: passing || undefined,
    },
    rule: 'EPS-3',
    fixes,
  })
}

interface Standstill {
  readonly path: Path
  readonly params: Record<string, string | number | undefined>
  readonly fixes?: readonly Fix[]
}

function standstill(state: State, pod: Pod, source: PodSource): Standstill {
  const spec = [...source.prefix, 'spec']
  const scheduled = pod.status?.conditions?.find((c) => c.type === 'PodScheduled')
  if (!pod.spec.nodeName && scheduled?.status === 'False') {
    const blamed = ['nodeSelector', 'affinity', 'topologySpreadConstraints'].find((f) => pod.spec[f] !== undefined)
    const short = /Insufficient ([\w./-]+)/.exec(scheduled.message ?? '')?.[1]
    const asking = pod.spec.containers.findIndex(
      (c) =>
        short !== undefined &&
        (c['resources'] as { requests?: Record<string, unknown> } | undefined)?.requests?.[short] !== undefined,
    )
    const path =
      asking >= 0 ? [...spec, 'containers', asking, 'resources', 'requests', short!] : blamed ? [...spec, blamed] : spec
    return { path, params: { message: scheduled.message, what: 'unschedulable' } }
  }
  const statuses: readonly ContainerStatus[] = pod.status?.containerStatuses ?? []
  const stopped = statuses.find((c) => (c.state?.waiting && !isCreating(c.state.waiting)) || c.state?.terminated)
  const index = pod.spec.containers.findIndex((c) => c.name === stopped?.name)
  if (hasEnded(pod))
    return { path: [], params: { what: 'finished', reason: pod.status?.reason, message: pod.status?.message } }
  const killed = index >= 0 ? deadlyProbe(state, pod, pod.spec.containers[index]!) : undefined
  if (stopped && killed) {
    const { type, probe, message } = killed
    const asked = probePort(probe)
    return {
      path: [...spec, 'containers', index, type, ...(asked?.path ?? [])],
      params: {
        container: stopped.name,
        probe: type,
        asks: probeText(probe),
        message,
        restarts: stopped.restartCount,
        what: 'probe',
      },
    }
  }
  if (stopped && index >= 0) {
    const { waiting, terminated } = stopped.state ?? {}
    const code = terminated?.exitCode ?? stopped.lastState?.terminated?.exitCode
    return {
      path: [...spec, 'containers', index],
      params: {
        container: stopped.name,
        reason: waiting?.reason ?? terminated?.reason,
        message: waiting?.message,
        exitCode: code,
        restarts: stopped.restartCount,
        what: 'stopped',
      },
    }
  }
  return { path: [], params: { message: pod.status?.message, what: 'pending' } }
}

/** The liveness or startup probe for which the kubelet restarts a container that would run. */
function deadlyProbe(
  state: State,
  pod: Pod,
  container: Container,
): { type: 'livenessProbe' | 'startupProbe'; probe: Probe; message: string } | undefined {
  const at = { age: Number.MAX_SAFE_INTEGER, address: pod.status?.podIP ?? '', runs: () => true }
  for (const [type, name] of [
    ['startupProbe', 'Startup'],
    ['livenessProbe', 'Liveness'],
  ] as const) {
    const probe = container[type]
    if (!probe) continue
    const found = probeOutcome(state, pod, container, probe, name, at)
    if (!found.ok) return { type, probe, message: found.message }
  }
  return undefined
}

/** A readiness probe that fails, and what it found. */
export interface FailingProbe {
  readonly container: Container
  readonly index: number
  readonly probe: Probe
  /** The kubelet's words after "Readiness probe ". */
  readonly message: string
  /** It was told to fail, by annotation: nothing in its own fields is wrong. */
  readonly told: boolean
}

/** The readiness (or, before it, startup) probe that keeps a running pod from being ready. */
export function failingProbe(state: State, pod: Pod): FailingProbe | undefined {
  const at = {
    age: Number.MAX_SAFE_INTEGER,
    address: pod.status?.podIP ?? '',
    runs: (name: string) => pod.status?.containerStatuses?.find((c) => c.name === name)?.state?.running !== undefined,
  }
  for (const [index, container] of pod.spec.containers.entries()) {
    for (const [type, probe] of [
      ['Startup', container.startupProbe],
      ['Readiness', container.readinessProbe],
    ] as const) {
      if (!probe) continue
      const found = probeOutcome(state, pod, container, probe, type, at)
      if (!found.ok)
        return {
          container,
          index,
          probe,
          message: found.message,
          told: type === 'Readiness' && readySaid(pod) !== undefined,
        }
    }
  }
  return undefined
}

/** The number that a probe asks, and where it stands below the probe. */
function probePort(probe: Probe): { port: number | string; path: Path } | undefined {
  if (probe.httpGet) return { port: probe.httpGet.port, path: ['httpGet', 'port'] }
  if (probe.tcpSocket) return { port: probe.tcpSocket.port, path: ['tcpSocket', 'port'] }
  if (probe.grpc) return { port: probe.grpc.port, path: ['grpc', 'port'] }
  return undefined
}

/** Why none of the running pods that a Service selects is ready. `pods` is not empty. */
export function notReadyCause(state: State, service: Service, pods: readonly Pod[]): Finding {
  const pod = pods.find((p) => failingProbe(state, p)) ?? pods[0]!
  const source = sourceOfPod(state, pod)
  const failing = failingProbe(state, pod)
  const base = {
    ...serviceParams(service),
    workload: objectParam(source),
    pod: pod.metadata.name,
    pods: pods.length,
  }
  const objects: ObjectKey[] = [...new Set([source.key, keyOf(service), keyOf(pod)])]
  const ready = pod.status?.conditions?.find((c) => c.type === 'Ready')
  if (!failing) {
    const gate = pod.spec.readinessGates?.find(
      (g) => !pod.status?.conditions?.some((c) => c.type === g.conditionType && c.status === 'True'),
    )
    const leaving = pod.metadata.deletionTimestamp !== undefined
    return finding('pod.not-ready', {
      // a probe that passes now makes the pod ready in a moment
      severity: gate ? 'error' : 'hint',
      objects,
      path: gate ? [...source.prefix, 'spec', 'readinessGates'] : [],
      params: { ...base, message: ready?.message, gate: gate?.conditionType, leaving: leaving || undefined },
      rule: 'EPS-4',
    })
  }
  const { probe, container, index, told } = failing
  const kind = probe === container.startupProbe ? 'startupProbe' : 'readinessProbe'
  const probePath = [...source.prefix, 'spec', 'containers', index, kind]
  const asked = probePort(probe)
  const listening = listeningOf(pod, state.config.undeclaredPorts).listeners.filter((l) => l.protocol === 'TCP')
  const numbers = [...new Set(listening.filter((l) => l.address === 'all').map((l) => l.port))]
  // a probe that waits too briefly asks the right port
  const slow =
    !told &&
    /deadline exceeded|Client\.Timeout/.test(failing.message) &&
    latencyOf(pod) > 1000 * (probe.timeoutSeconds ?? 1)
  const wrongPort = !told && !slow && asked !== undefined
  const others = pod.spec.containers.length - 1
  return finding('pod.not-ready', {
    severity: 'error',
    objects,
    path: slow ? [...probePath, 'timeoutSeconds'] : wrongPort ? [...probePath, ...asked.path] : probePath,
    params: {
      ...base,
      container: container.name,
      probe: kind,
      asks: asked && probeText(probe),
      message: failing.message,
      listens: numbers.map(String),
      declared: listening.length > 0 && listening.every((l) => l.how === 'declared') ? true : undefined,
      otherContainers: others > 0 ? others : undefined,
      told: told || undefined,
      latencyMs: slow ? latencyOf(pod) : undefined,
      timeoutMs: slow ? 1000 * (probe.timeoutSeconds ?? 1) : undefined,
    },
    rule: 'EPS-4',
    sources: told
      ? [{ object: source.key, path: [...source.prefix, 'metadata', 'annotations', ANNOTATION.ready] }]
      : [],
    fixes: [
      slow
        ? {
            label: `Let the probe wait ${Math.ceil(latencyOf(pod) / 1000) + 1} s`,
            object: source.key,
            path: [...probePath, 'timeoutSeconds'],
            op: 'set',
            value: Math.ceil(latencyOf(pod) / 1000) + 1,
          }
        : undefined,
      wrongPort && numbers.length === 1
        ? {
            label: `Let the probe ask port ${numbers[0]}`,
            object: source.key,
            path: [...probePath, ...asked.path],
            op: 'set',
            value: numbers[0],
          }
        : undefined,
    ],
  })
}

/** `GET :8081/healthz`, `TCP :8080`. */
function probeText(probe: Probe): string {
  if (probe.httpGet) return `GET :${probe.httpGet.port}${probe.httpGet.path ?? '/'}`
  if (probe.tcpSocket) return `TCP :${probe.tcpSocket.port}`
  if (probe.grpc) return `gRPC :${probe.grpc.port}`
  return probe.exec?.command?.join(' ') ?? ''
}

/** A pod that is not ready gets requests, because its Service publishes such pods: for headless Services that is what it is for. EPS-6. */
export function publishedCause(state: State, service: Service, pod: Pod): Finding | undefined {
  if (!service.spec.publishNotReadyAddresses || service.spec.clusterIP === 'None') return undefined
  const key = keyOf(service)
  const path = ['spec', 'publishNotReadyAddresses']
  const source = sourceOfPod(state, pod)
  return finding('pod.published-not-ready', {
    severity: 'warning',
    objects: [key, source.key],
    path,
    params: { ...serviceParams(service), pod: pod.metadata.name, workload: objectParam(source) },
    rule: 'EPS-6',
    sources: [{ object: source.key, path: [...source.prefix, 'metadata', 'annotations', ANNOTATION.ready] }],
    fixes: [{ label: 'Take publishNotReadyAddresses out', object: key, path, op: 'remove' }],
  })
}
