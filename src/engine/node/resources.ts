import type { Container, Pod } from '../../model/index.ts'

const SUFFIX: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
}

/** A resource quantity ("250m", "64Mi", "1e3", 2) as a number; 0 for text that is none: the API server has refused that before. */
export function quantity(value: unknown): number {
  if (typeof value === 'number') return value
  const match = /^([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(value ?? ''))
  const factor = match ? SUFFIX[match[2]!] : undefined
  return match && factor !== undefined ? Number(match[1]) * factor : 0
}

export interface Amounts {
  /** millicores */
  readonly cpu: number
  /** bytes */
  readonly memory: number
}

const NOTHING: Amounts = Object.freeze({ cpu: 0, memory: 0 })

function requestsOf(container: Container): Amounts {
  const requests = (container.resources as { readonly requests?: Record<string, unknown> } | undefined)?.requests
  if (!requests) return NOTHING
  return { cpu: Math.ceil(quantity(requests.cpu) * 1000), memory: quantity(requests.memory) }
}

/**
 * What a pod asks of its node. k8s component-helpers/resource/helpers.go PodRequests (v1.36): the containers' sum with the sidecars, or the
 * largest init container (beside the sidecars before it) when that is more.
 */
export function podRequests(pod: Pod): Amounts {
  let cpu = 0
  let memory = 0
  for (const container of pod.spec.containers) {
    const r = requestsOf(container)
    cpu += r.cpu
    memory += r.memory
  }
  let sidecarCpu = 0
  let sidecarMemory = 0
  let initCpu = 0
  let initMemory = 0
  for (const container of pod.spec.initContainers ?? []) {
    const r = requestsOf(container)
    if (container.restartPolicy === 'Always') {
      sidecarCpu += r.cpu
      sidecarMemory += r.memory
    }
    const own = container.restartPolicy === 'Always' ? NOTHING : r
    initCpu = Math.max(initCpu, sidecarCpu + own.cpu)
    initMemory = Math.max(initMemory, sidecarMemory + own.memory)
  }
  return { cpu: Math.max(cpu + sidecarCpu, initCpu), memory: Math.max(memory + sidecarMemory, initMemory) }
}
