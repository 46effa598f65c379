import type { EndpointSlice, Node, Service } from '../../../model/index.ts'
import {
  type Change,
  type Component,
  get,
  list,
  listByLabels,
  type Pending,
  type State,
  schedule,
  slot,
} from '../../core/index.ts'
import {
  clearStaleFlows,
  clusterIPsOf,
  type Frontend,
  forgetAffinity,
  frontendKey,
  frontendsOf,
  type PortEntry,
  type ServiceEntry,
  type ServicePortInfo,
  tableOf,
} from '../../network/index.ts'
import { categorize, type ProxyNode, sameOnEveryNode } from './categorize.ts'
import { SERVICE_NAME_LABEL, servicePorts } from './service-port.ts'

/** From a change in the API server to rules in the kernel: the watch, and a small iptables-restore or nft transaction. */
const REACTS_AFTER = 30
/** k8s pkg/proxy/apis/config/v1alpha1/defaults.go (v1.36): minSyncPeriod, from the end of one sync to the start of the next. */
const MIN_SYNC_PERIOD = 1000

const SYNC = 'proxy.sync'

/** What is known of a Service, for all nodes: made by the first node that needs it, dropped when it or one of its slices changes. */
interface Known {
  readonly ports: readonly ServicePortInfo[]
  /** The entry of every node, where nothing in it depends on the node. */
  readonly shared: readonly (PortEntry | undefined)[]
}

const known = slot<Known>('proxy.known')
const lastSync = slot<number>('proxy.last-sync')
/** Services that changed since the node's last sync. */
const pendingOf = (state: State, node: string): Map<string, true> => slot<true>(`proxy.pending/${node}`)(state)

function knownService(state: State, id: string): Known {
  let found = known(state).get(id)
  if (!found) {
    const slash = id.indexOf('/')
    const [namespace, name] = [id.slice(0, slash), id.slice(slash + 1)]
    const slices = listByLabels<EndpointSlice>(state, 'EndpointSlice', namespace, { [SERVICE_NAME_LABEL]: name })
    const ports = servicePorts(get<Service>(state, 'Service', namespace, name), slices)
    found = { ports, shared: ports.map((info) => (sameOnEveryNode(info) ? categorize(info, NO_NODE) : undefined)) }
    known(state).set(id, found)
  }
  return found
}

const NO_NODE: ProxyNode = { name: '', zone: '' }
const ZONE_LABEL = 'topology.kubernetes.io/zone'

function proxyNode(state: State, name: string): ProxyNode {
  const node = get<Node>(state, 'Node', '', name)
  const zone = node ? node.metadata.labels?.[ZONE_LABEL] : state.config.nodes.find((n) => n.name === name)?.zone
  return { name, zone: zone ?? '' }
}

/** Bring a node's table up to date with what changed since its last sync. */
function sync(state: State, node: string): void {
  const pending = pendingOf(state, node)
  const changed = [...pending.keys()].sort()
  pending.clear()
  lastSync(state).set(node, state.now)
  const table = tableOf(state, node)
  const where = proxyNode(state, node)
  let udp = false
  for (const id of changed) {
    const before = table.get(id)
    const { ports, shared } = knownService(state, id)
    const after =
      ports.length === 0 ? undefined : { ports: ports.map((info, i) => shared[i] ?? categorize(info, where)) }
    if (before) {
      unlist(state, node, id, before)
      forgetAffinity(state, node, before, after)
    }
    if (after) {
      table.set(id, Object.freeze(after))
      enlist(state, node, id, after)
    } else {
      table.delete(id)
    }
    udp ||= [before, after].some((entry) => entry?.ports.some((p) => p.info.protocol === 'UDP'))
  }
  // k8s pkg/proxy/conntrack/cleanup.go CleanStaleEntries (v1.36): after every sync in which a UDP port's endpoints changed
  if (udp) clearStaleFlows(state, node)
}

function doorsOf({ info }: PortEntry): [string, Frontend['via']][] {
  return [
    [frontendKey(info.clusterIP, info.protocol, info.port), 'cluster-ip'],
    ...info.externalIPs.map((ip): [string, Frontend['via']] => [
      frontendKey(ip, info.protocol, info.port),
      'external-ip',
    ]),
    ...info.balancerIPs.map((ip): [string, Frontend['via']] => [frontendKey(ip, info.protocol, info.port), 'balancer']),
    ...(info.nodePort === 0
      ? []
      : [[frontendKey('', info.protocol, info.nodePort), 'node-port'] as [string, Frontend['via']]]),
  ]
}

function enlist(state: State, node: string, id: string, entry: ServiceEntry): void {
  const frontends = frontendsOf(state, node)
  const clusterIPs = clusterIPsOf(state, node)
  entry.ports.forEach((port, i) => {
    clusterIPs.set(port.info.clusterIP, (clusterIPs.get(port.info.clusterIP) ?? 0) + 1)
    for (const [key, via] of doorsOf(port)) {
      const refs = [...(frontends.get(key) ?? []), { via, service: id, port: i }]
      refs.sort((a, b) => (a.service === b.service ? a.port - b.port : a.service < b.service ? -1 : 1))
      frontends.set(key, Object.freeze(refs))
    }
  })
}

function unlist(state: State, node: string, id: string, entry: ServiceEntry): void {
  const frontends = frontendsOf(state, node)
  const clusterIPs = clusterIPsOf(state, node)
  for (const port of entry.ports) {
    const left = (clusterIPs.get(port.info.clusterIP) ?? 1) - 1
    if (left === 0) clusterIPs.delete(port.info.clusterIP)
    else clusterIPs.set(port.info.clusterIP, left)
    for (const [key] of doorsOf(port)) {
      const refs = (frontends.get(key) ?? []).filter((r) => r.service !== id)
      if (refs.length === 0) frontends.delete(key)
      else frontends.set(key, Object.freeze(refs))
    }
  }
}

/** The Service that a change is about, when kube-proxy has to do something for it. */
function serviceConcerned({ kind, before, after }: Change): string | undefined {
  const object = after ?? before
  if (!object) return undefined
  if (kind === 'Service') {
    if (before && after && seenByProxy(before as Service) === seenByProxy(after as Service)) return undefined
    return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
  }
  const name = object.metadata.labels?.[SERVICE_NAME_LABEL]
  return name ? `${object.metadata.namespace ?? ''}/${name}` : undefined
}

/** As text, the fields of a Service that reach the rules. */
const seenByProxy = (s: Service): string => JSON.stringify([s.spec, s.status?.loadBalancer?.ingress, s.metadata.labels])

function markChanged(state: State, node: string, id: string): void {
  pendingOf(state, node).set(id, true)
  const earliest = (lastSync(state).get(node) ?? Number.NEGATIVE_INFINITY) + MIN_SYNC_PERIOD
  schedule(state, { at: Math.max(state.now + REACTS_AFTER, earliest), kind: SYNC, key: node })
}

function watch(state: State, change: Change): void {
  if (change.kind === 'Service' || change.kind === 'EndpointSlice') {
    const ids = new Set([serviceConcerned(change)])
    // a slice may move from one Service to another
    if (change.kind === 'EndpointSlice' && change.before) ids.add(serviceConcerned({ ...change, after: undefined }))
    for (const id of ids) {
      if (id === undefined) continue
      known(state).delete(id)
      for (const { name } of state.config.nodes) markChanged(state, name, id)
    }
  } else if (
    change.kind === 'Node' &&
    change.before?.metadata.labels?.[ZONE_LABEL] !== change.after?.metadata.labels?.[ZONE_LABEL]
  ) {
    // k8s pkg/proxy/config (v1.36) OnTopologyChange: every rule of that node
    const name = change.after?.metadata.name ?? ''
    if (!state.config.nodes.some((n) => n.name === name)) return
    for (const s of list<Service>(state, 'Service'))
      markChanged(state, name, `${s.metadata.namespace ?? ''}/${s.metadata.name}`)
  }
}

/** kube-proxy on every node: it keeps each node's table, which the network routes by. */
export const kubeProxy: Component = {
  name: 'kube-proxy',
  handlers: { [SYNC]: (state: State, task: Pending) => sync(state, task.key) },
  watch,
}
