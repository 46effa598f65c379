import {
  familyOf,
  type IPFamily,
  inBlock,
  inRanges,
  type Node,
  nodeIP,
  nodePodRange,
  type Pod,
  parseBlock,
  type Service,
} from '../../model/index.ts'
import { get, list, type State } from '../core/index.ts'

/** Who has which address. Worked out from the objects when something changed; nothing of it is state. */
interface AddressBook {
  readonly revision: number
  readonly pods: ReadonlyMap<string, readonly Pod[]>
  /** Services with a load balancer that was given this address. */
  readonly balancers: ReadonlyMap<string, readonly Service[]>
  readonly clusterIPs: ReadonlyMap<string, Service>
}

const books = new WeakMap<State, AddressBook>()

function bookOf(state: State): AddressBook {
  const known = books.get(state)
  if (known?.revision === state.revision) return known
  const pods = new Map<string, Pod[]>()
  for (const pod of list<Pod>(state, 'Pod')) {
    for (const ip of podIPsOf(pod)) {
      const there = pods.get(ip)
      if (there) there.push(pod)
      else pods.set(ip, [pod])
    }
  }
  const balancers = new Map<string, Service[]>()
  const clusterIPs = new Map<string, Service>()
  for (const service of list<Service>(state, 'Service')) {
    const { clusterIP, clusterIPs: all } = service.spec
    for (const ip of all?.length ? all : [clusterIP]) if (ip && ip !== 'None') clusterIPs.set(ip, service)
    for (const { ip } of service.status?.loadBalancer?.ingress ?? [])
      if (ip) balancers.set(ip, [...(balancers.get(ip) ?? []), service])
  }
  const book = { revision: state.revision, pods, balancers, clusterIPs }
  books.set(state, book)
  return book
}

/** The addresses of a pod, its primary one first; none before it has one. */
export const podIPsOf = ({ status }: Pod): readonly string[] =>
  status?.podIPs?.map((p) => p.ip) ?? (status?.podIP ? [status.podIP] : [])

const NOBODY: readonly never[] = []

/** Pods with this address: one, but for pods in their node's network, and an ended pod whose address was given on. Running ones first. */
export function podsAt(state: State, ip: string): readonly Pod[] {
  const found = bookOf(state).pods.get(ip) ?? NOBODY
  return found.length < 2 ? found : [...found].sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)))
}

export const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

export const balancersAt = (state: State, ip: string): readonly Service[] => bookOf(state).balancers.get(ip) ?? NOBODY
export const clusterIPOwner = (state: State, ip: string): Service | undefined => bookOf(state).clusterIPs.get(ip)

export const nodeAt = (state: State, ip: string): string | undefined =>
  state.config.nodes.find((n) => n.internalIP === ip || n.secondaryIP === ip)?.name

/** A node's address of a family; '' when it has none. */
export function nodeAddress(state: State, node: string, family: IPFamily): string {
  const config = state.config.nodes.find((n) => n.name === node)
  return config ? nodeIP(config, family) : ''
}

export const inPodRange = (state: State, ip: string): boolean => inRanges(state.config.podCIDR, ip)
export const inServiceRange = (state: State, ip: string): boolean => inRanges(state.config.serviceCIDR, ip)

const LOOPBACK = parseBlock('127.0.0.0/8')
export const isLoopbackAddress = (ip: string): boolean => inBlock(LOOPBACK, ip) || ip === '::1'

/** The node that hands out an address of the pods' range: node N has the N-th part of it. */
export function nodeOfPodAddress(state: State, ip: string): string | undefined {
  const { podCIDR, nodes } = state.config
  return nodes.find((_, i) => inBlock(parseBlock(nodePodRange(podCIDR, familyOf(ip), i) ?? ''), ip))?.name
}

/** A node that a load balancer would send to. k8s cloud-provider controllers/service/controller.go (v1.36): ready, and not excluded. */
export function takesBalancerTraffic(state: State, name: string): boolean {
  const node = get<Node>(state, 'Node', '', name)
  if (!node) return true
  if (node.metadata.labels?.['node.kubernetes.io/exclude-from-external-load-balancers'] !== undefined) return false
  const ready = node.status?.conditions?.find((c) => c.type === 'Ready')
  return ready === undefined || ready.status === 'True'
}
