import { controllerOf, type LabelSelector, type Node, type Pod, type Protocol } from '../../../model/index.ts'
import { type Change, type State, slot } from '../../core/index.ts'
import { type Amounts, podRequests, quantity } from '../../node/index.ts'

/** What the pods of a node ask for together. */
export interface Usage extends Amounts {
  readonly pods: number
  /** As `cpu` and `memory`, with a guess for containers that ask for nothing: for scores. */
  readonly guessedCpu: number
  readonly guessedMemory: number
}

const EMPTY: Usage = Object.freeze({ pods: 0, cpu: 0, memory: 0, guessedCpu: 0, guessedMemory: 0 })

/** By node. */
const usages = slot<Usage>('scheduler.usage')
/** `controller node` → how many pods of that controller are there. */
const spread = slot<number>('scheduler.spread')
/** `node protocol port` → how many pods hold that port of the node. */
const ports = slot<number>('scheduler.ports')
/** Pods on nodes that keep others away (required anti-affinity), by key. */
export const repelling = slot<true>('scheduler.repelling')

export const usageOf = (state: State, node: string): Usage => usages(state).get(node) ?? EMPTY
export const siblingsOn = (state: State, controller: string, node: string): number =>
  spread(state).get(`${controller} ${node}`) ?? 0
export const portTaken = (state: State, node: string, { protocol, port }: HostPort): boolean =>
  (ports(state).get(`${node} ${protocol} ${port}`) ?? 0) > 0

/** k8s pkg/scheduler/util/pod_resources.go DefaultMilliCPURequest, DefaultMemoryRequest (v1.36) */
const GUESS: Amounts = { cpu: 100, memory: 200 * 2 ** 20 }

export function amountsOf(pod: Pod): Amounts & { readonly guessedCpu: number; readonly guessedMemory: number } {
  const { cpu, memory } = podRequests(pod)
  const silent = pod.spec.containers.length
  return { cpu, memory, guessedCpu: cpu || silent * GUESS.cpu, guessedMemory: memory || silent * GUESS.memory }
}

export interface HostPort {
  readonly protocol: Protocol
  readonly port: number
}

/** The ports of its node that a pod wants. */
export function hostPortsOf(pod: Pod): HostPort[] {
  const containers = [
    ...pod.spec.containers,
    ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'),
  ]
  return containers.flatMap((c) =>
    (c.ports ?? []).flatMap((p) => (p.hostPort ? [{ protocol: p.protocol ?? 'TCP', port: p.hostPort }] : [])),
  )
}

/** Whether a pod takes room on its node: it is on one, and has not ended. */
const counts = (pod: Pod | undefined): pod is Pod =>
  pod?.spec.nodeName !== undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

export const requiredTerms = (pod: Pod, kind: 'podAffinity' | 'podAntiAffinity'): readonly PodAffinityTerm[] =>
  (pod.spec.affinity as Affinity | undefined)?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? []
export const preferredTerms = (pod: Pod, kind: 'podAffinity' | 'podAntiAffinity'): readonly WeightedTerm[] =>
  (pod.spec.affinity as Affinity | undefined)?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? []

export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector
  readonly namespaces?: readonly string[]
  readonly namespaceSelector?: LabelSelector
  readonly topologyKey: string
}
interface WeightedTerm {
  readonly weight: number
  readonly podAffinityTerm: PodAffinityTerm
}
interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[]
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedTerm[]
}
interface Affinity {
  readonly podAffinity?: PodAffinity
  readonly podAntiAffinity?: PodAffinity
}

/** Keep the sums up to date. True: room was freed, or a pod came or went that others may care about. */
export function track(state: State, { key, before, after }: Change): boolean {
  const old = before as Pod | undefined
  const now = after as Pod | undefined
  const was = counts(old)
  const is = counts(now)
  if (was && is && old.spec === now.spec) return old.metadata.labels !== now.metadata.labels
  if (was) add(state, key, old, -1)
  if (is) add(state, key, now, 1)
  return was || is
}

function add(state: State, key: string, pod: Pod, sign: 1 | -1): void {
  const node = pod.spec.nodeName!
  const before = usageOf(state, node)
  const more = amountsOf(pod)
  usages(state).set(node, {
    pods: before.pods + sign,
    cpu: before.cpu + sign * more.cpu,
    memory: before.memory + sign * more.memory,
    guessedCpu: before.guessedCpu + sign * more.guessedCpu,
    guessedMemory: before.guessedMemory + sign * more.guessedMemory,
  })
  const owner = controllerOf(pod)?.uid
  if (owner) bump(spread(state), `${owner} ${node}`, sign)
  for (const { protocol, port } of hostPortsOf(pod)) bump(ports(state), `${node} ${protocol} ${port}`, sign)
  if (requiredTerms(pod, 'podAntiAffinity').length === 0) return
  if (sign > 0) repelling(state).set(key, true)
  else repelling(state).delete(key)
}

function bump(map: Map<string, number>, id: string, by: number): void {
  const n = (map.get(id) ?? 0) + by
  if (n === 0) map.delete(id)
  else map.set(id, n)
}

/** What a node has to give. */
export interface Room extends Amounts {
  readonly pods: number
}

const rooms = new WeakMap<object, Room>()

export function roomOf(node: Node): Room {
  const allocatable = node.status?.allocatable
  if (!allocatable) return { cpu: 0, memory: 0, pods: 0 }
  let room = rooms.get(allocatable)
  if (!room) {
    room = {
      cpu: quantity(allocatable.cpu) * 1000,
      memory: quantity(allocatable.memory),
      pods: quantity(allocatable.pods ?? '110'),
    }
    rooms.set(allocatable, room)
  }
  return room
}
