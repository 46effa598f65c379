import { type Container, hostPort, type Ms, type Pod, type Probe } from '../../model/index.ts'
import type { State } from '../core/index.ts'
import { latencyOf, readySaid } from './behaviour.ts'
import { isLoopback } from './command-line.ts'
import { socketFor } from './socket.ts'

export type ProbeType = 'Readiness' | 'Liveness' | 'Startup'

/** What the kubelet knows when it probes, ahead of the pod's stored status. */
export interface Probed {
  /** ms since the container started */
  readonly age: Ms
  /** the pod's address */
  readonly address: string
  readonly runs: (container: string) => boolean
}

export interface ProbeOutcome {
  readonly ok: boolean
  /** What the kubelet's event says after "Readiness probe ": `failed: …` or `errored …`; empty when it passes. */
  readonly message: string
  /** ms after the container's start from which it passes, when it fails only until then. */
  readonly passesAfter?: Ms
}

const PASSES: ProbeOutcome = { ok: true, message: '' }
const fails = (output: string, passesAfter?: Ms): ProbeOutcome => ({
  ok: false,
  message: `failed: ${output}`,
  passesAfter,
})

/**
 * What one probe of a running container finds. `fairlead.dev/ready` is what readiness probes find; else http, tcp and grpc probes pass where
 * the pod listens on that port, and exec probes pass.
 */
export function probeOutcome(
  state: State,
  pod: Pod,
  container: Container,
  probe: Probe,
  type: ProbeType,
  at: Probed,
): ProbeOutcome {
  const target = targetOf(pod, container, probe, at.address)
  const said = type === 'Readiness' ? readySaid(pod) : undefined
  if (said?.says === true || (said?.says === 'after' && at.age >= said.after)) return PASSES
  if (said) return fails(toldNotReady(probe, target), said.says === 'after' ? said.after : undefined)
  if (!target) return PASSES
  if (target.port === undefined) {
    const name = String(probe.httpGet?.port ?? probe.tcpSocket?.port)
    // k8s pkg/probe/util.go ResolveContainerPort (v1.36): after the names of the container's ports it tries a number
    return {
      ok: false,
      message: `errored and resulted in unknown state: strconv.Atoi: parsing "${name}": invalid syntax`,
    }
  }
  const from = isLoopback(target.host) ? 'self' : 'network'
  const socket = target.here ? socketFor(state, pod, 'TCP', target.port, from, at.runs) : undefined
  if (socket?.state !== 'listening' && socket?.state !== 'assumed') return fails(refused(probe, target))
  // a connection alone is taken by the kernel, however slow the program is
  const slow = !probe.tcpSocket && latencyOf(pod) > (probe.timeoutSeconds ?? 1) * 1000
  return slow ? fails(timedOut(probe, target)) : PASSES
}

interface Target {
  readonly host: string
  readonly port: number | undefined
  /** Whether that host is the pod. */
  readonly here: boolean
}

function targetOf(pod: Pod, container: Container, probe: Probe, address: string): Target | undefined {
  const action = probe.httpGet ?? probe.tcpSocket ?? probe.grpc
  if (!action) return undefined
  const asked = probe.httpGet?.host ?? probe.tcpSocket?.host ?? ''
  // the kubelet dials from its node: a loopback host is the node's, which only a pod in the node's network shares
  const here = asked === '' || asked === address || (pod.spec.hostNetwork === true && isLoopback(asked))
  return { host: asked === '' ? address : asked, port: portOf(action.port, container), here }
}

/** k8s pkg/probe/util.go ResolveContainerPort (v1.36) */
function portOf(port: number | string, container: Container): number | undefined {
  if (typeof port === 'number') return port
  const named = container.ports?.find((p) => p.name === port)?.containerPort
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined)
}

/** The words of a failed dial: Go's net, as k8s pkg/probe/{http,tcp,grpc} hand them on (v1.36). */
function refused(probe: Probe, target: Target): string {
  const address = hostPort(target.host, target.port ?? 0)
  if (probe.grpc)
    return `timeout: failed to connect service "${address}" within ${probe.timeoutSeconds ?? 1}s: context deadline exceeded`
  const dial = `dial tcp ${address}: connect: connection refused`
  if (!probe.httpGet) return dial
  return `${getting(probe.httpGet, target)}: ${dial}`
}

/** How Go's net/http begins to say what went wrong. */
const getting = ({ scheme, path }: NonNullable<Probe['httpGet']>, { host, port }: Target): string =>
  `Get "${(scheme ?? 'HTTP').toLowerCase()}://${hostPort(host, port ?? 0)}${path ?? '/'}"`

/** The words of an answer that did not come within timeoutSeconds: k8s pkg/probe/http/http.go, pkg/probe/grpc/grpc.go (v1.36). */
function timedOut(probe: Probe, target: Target): string {
  if (!probe.httpGet) return `timeout: health rpc did not complete within ${probe.timeoutSeconds ?? 1}s`
  return `${getting(probe.httpGet, target)}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
}

/** What a probe says that fails because the pod was told not to be ready. */
function toldNotReady(probe: Probe, target: Target | undefined): string {
  if (probe.httpGet) return 'HTTP probe failed with statuscode: 503'
  if (probe.grpc) return 'service unhealthy (responded with "NOT_SERVING")'
  return target ? refused(probe, target) : 'command exited with code 1'
}
