import { type EndpointSlice, familiesOf, type KObject, type Node, type Service } from '../../../model/index.ts'
import {
  type Change,
  type Component,
  get,
  list,
  listByLabels,
  type Pending,
  pendingTask,
  type State,
  schedule,
  slot,
} from '../../core/index.ts'
import {
  anyAddress,
  clearStaleFlows,
  EMPTY_TABLE,
  entryOf,
  type Frontend,
  forgetAffinity,
  frontendKey,
  type KnownService,
  ownEntries,
  type ProxyTable,
  proxies,
  remembersAnyone,
  type ServiceEntry,
  type ServicePortInfo,
} from '../../network/index.ts'
import { categorize, type ProxyNode, sameOnEveryNode } from './categorize.ts'
import { SERVICE_NAME_LABEL, servicePorts } from './service-port.ts'

/** From a change in the API server to rules in the kernel: the watch, and a small iptables-restore or nft transaction. */
const REACTS_AFTER = 30
/** k8s pkg/proxy/apis/config/v1alpha1/defaults.go (v1.36): minSyncPeriod, from the end of one sync to the start of the next. */
const MIN_SYNC_PERIOD = 1000

const SYNC = 'proxy.sync'

/** The newest table, under ''. A node takes it over when it syncs, so nodes that sync at one moment share it. */
const newest = slot<ProxyTable>('proxy.newest')
/** Services that changed since the newest table was made, and whether their endpoints did. */
const changedSince = slot<'service' | 'endpoints'>('proxy.changed')
/** What made a table differ from the one before it, by serial; kept until every node has taken it over. */
const steps = slot<Step>('proxy.steps')
/** Nodes whose zone changed since their last sync: k8s pkg/proxy/config (v1.36) OnTopologyChange concerns every rule of that node. */
const rezoned = slot<true>('proxy.rezoned')
/** Under '': every node has a sync before it, so a further change wakes nobody. */
const allAwake = slot<true>('proxy.awake')

interface Step {
  readonly serial: number
  readonly services: readonly string[]
  /** Those among them of which a node has an entry of its own, before or after. */
  readonly own: readonly string[]
  /** A slice of a Service with endpoints for UDP changed. k8s pkg/proxy/endpointschangetracker.go ConntrackCleanupRequired (v1.36) */
  readonly udp: boolean
}

function knownService(state: State, id: string): KnownService {
  const slash = id.indexOf('/')
  const [namespace, name] = [id.slice(0, slash), id.slice(slash + 1)]
  const slices = listByLabels<EndpointSlice>(state, 'EndpointSlice', namespace, { [SERVICE_NAME_LABEL]: name })
  const ports = servicePorts(get<Service>(state, 'Service', namespace, name), slices, familiesOf(state.config))
  return ports.every(sameOnEveryNode) ? { ports, shared: entryFor(ports, NO_NODE) } : { ports }
}

const NO_NODE: ProxyNode = { name: '', zone: '' }

function entryFor(ports: readonly ServicePortInfo[], node: ProxyNode): ServiceEntry {
  return Object.freeze({ ports: ports.map((info) => categorize(info, node)) })
}

const ZONE_LABEL = 'topology.kubernetes.io/zone'

function proxyNode(state: State, name: string): ProxyNode {
  const node = get<Node>(state, 'Node', '', name)
  const zone = node ? node.metadata.labels?.[ZONE_LABEL] : state.config.nodes.find((n) => n.name === name)?.zone
  return { name, zone: zone ?? '' }
}

/** The table of this moment: the newest one, or one more that takes over what changed since. */
function tableOfNow(state: State): ProxyTable {
  const before = newest(state).get('') ?? EMPTY_TABLE
  const changed = changedSince(state)
  if (changed.size === 0) return before
  const serial = before.serial + 1
  const services = new Map(before.services)
  const frontends = new Map(before.frontends)
  const clusterIPs = new Map(before.clusterIPs)
  const step = { serial, services: [...changed.keys()].sort(), own: [] as string[], udp: false }
  const resliced = new Set(step.services.filter((id) => changed.get(id) === 'endpoints'))
  changed.clear()
  for (const id of step.services) {
    const old = services.get(id)
    if (old) for (const info of old.ports) unlist(frontends, clusterIPs, id, info)
    const known = knownService(state, id)
    if (known.ports.length > 0) services.set(id, known)
    else services.delete(id)
    known.ports.forEach((info, port) => {
      enlist(frontends, clusterIPs, { id, info, port })
    })
    if ((old && !old.shared) || !known.shared) step.own.push(id)
    step.udp ||= resliced.has(id) && [old, known].some(sendsUdp)
  }
  const table: ProxyTable = Object.freeze({ serial, services, frontends, clusterIPs })
  newest(state).set('', table)
  steps(state).set(String(serial), Object.freeze(step))
  return table
}

const sendsUdp = (known: KnownService | undefined): boolean =>
  known?.ports.some((info) => info.protocol === 'UDP' && info.endpoints.length > 0) ?? false

/** Bring a node's table up to date with what changed since its last sync. */
function sync(state: State, node: string): void {
  const run = proxies(state).get(node)
  const table = tableOfNow(state)
  const since = stepsBetween(state, run?.table.serial ?? 0, table.serial)
  const whole = rezoned(state).delete(node)
  // what the node remembers of its clients is about the entries that it had
  const remembered = remembersAnyone(state)
    ? [...new Set(since.flatMap((s) => s.services))].sort().map((id) => ({ id, entry: entryOf(state, node, id) }))
    : []
  proxies(state).set(node, Object.freeze({ table, at: state.now }))
  allAwake(state).clear()
  const own = whole ? [...table.services.keys()] : since.flatMap((s) => s.own)
  if (own.length > 0) makeOwn(state, node, own, table)
  for (const { id, entry } of remembered) if (entry) forgetAffinity(state, node, entry, entryOf(state, node, id))
  if (since.some((s) => s.udp)) clearStaleFlows(state, node)
  forgetSteps(state)
}

function makeOwn(state: State, node: string, services: readonly string[], table: ProxyTable): void {
  const entries = ownEntries(state, node)
  const where = proxyNode(state, node)
  for (const id of services) {
    const known = table.services.get(id)
    if (known && !known.shared) entries.set(id, entryFor(known.ports, where))
    else entries.delete(id)
  }
}

function stepsBetween(state: State, after: number, upTo: number): Step[] {
  const out: Step[] = []
  for (let serial = after + 1; serial <= upTo; serial++) out.push(steps(state).get(String(serial))!)
  return out
}

/** Steps that every node has taken are needed no more. */
function forgetSteps(state: State): void {
  if (steps(state).size === 0) return
  let least = Number.POSITIVE_INFINITY
  for (const { name } of state.config.nodes) least = Math.min(least, proxies(state).get(name)?.table.serial ?? 0)
  for (const [key, { serial }] of steps(state)) if (serial <= least) steps(state).delete(key)
}

function doorsOf(info: ServicePortInfo): [string, Frontend['via']][] {
  const doors: [string, Frontend['via']][] = [[frontendKey(info.clusterIP, info.protocol, info.port), 'cluster-ip']]
  for (const ip of info.externalIPs) doors.push([frontendKey(ip, info.protocol, info.port), 'external-ip'])
  for (const ip of info.balancerIPs) doors.push([frontendKey(ip, info.protocol, info.port), 'balancer'])
  if (info.nodePort !== 0) doors.push([frontendKey(anyAddress(info.family), info.protocol, info.nodePort), 'node-port'])
  return doors
}

function enlist(
  frontends: Map<string, readonly Frontend[]>,
  clusterIPs: Map<string, number>,
  { id, info, port }: { readonly id: string; readonly info: ServicePortInfo; readonly port: number },
): void {
  clusterIPs.set(info.clusterIP, (clusterIPs.get(info.clusterIP) ?? 0) + 1)
  for (const [key, via] of doorsOf(info)) {
    const refs = [...(frontends.get(key) ?? []), { via, service: id, port }]
    refs.sort((a, b) => (a.service === b.service ? a.port - b.port : a.service < b.service ? -1 : 1))
    frontends.set(key, Object.freeze(refs))
  }
}

function unlist(
  frontends: Map<string, readonly Frontend[]>,
  clusterIPs: Map<string, number>,
  id: string,
  info: ServicePortInfo,
): void {
  const left = (clusterIPs.get(info.clusterIP) ?? 1) - 1
  if (left === 0) clusterIPs.delete(info.clusterIP)
  else clusterIPs.set(info.clusterIP, left)
  for (const [key] of doorsOf(info)) {
    const refs = (frontends.get(key) ?? []).filter((r) => r.service !== id)
    if (refs.length === 0) frontends.delete(key)
    else frontends.set(key, Object.freeze(refs))
  }
}

/** The Service that an object is about, when kube-proxy has to do something for it. */
function serviceConcerned(kind: string, object: KObject | undefined): string | undefined {
  const name = kind === 'Service' ? object?.metadata.name : object?.metadata.labels?.[SERVICE_NAME_LABEL]
  return name ? `${object!.metadata.namespace ?? ''}/${name}` : undefined
}

/** Whether a Service changed in what reaches the rules. */
function concernsRules(before: Service | undefined, after: Service | undefined): boolean {
  if (!before || !after) return true
  const seen = (s: Service) => [s.spec, s.status?.loadBalancer?.ingress, s.metadata.labels]
  const [old, now] = [seen(before), seen(after)]
  return now.some((part, i) => part !== old[i] && JSON.stringify(part) !== JSON.stringify(old[i]))
}

function wake(state: State, node: string): void {
  if (pendingTask(state, SYNC, node)) return
  const earliest = (proxies(state).get(node)?.at ?? Number.NEGATIVE_INFINITY) + MIN_SYNC_PERIOD
  schedule(state, { at: Math.max(state.now + REACTS_AFTER, earliest), kind: SYNC, key: node })
}

function markChanged(state: State, id: string, what: 'service' | 'endpoints'): void {
  if (changedSince(state).get(id) !== 'endpoints') changedSince(state).set(id, what)
  if (allAwake(state).size > 0) return
  for (const { name } of state.config.nodes) wake(state, name)
  allAwake(state).set('', true)
}

function watch(state: State, { kind, before, after }: Change): void {
  if (kind === 'Service') {
    if (concernsRules(before as Service | undefined, after as Service | undefined))
      markChanged(state, serviceConcerned(kind, after ?? before)!, 'service')
  } else if (kind === 'EndpointSlice') {
    // a slice may move from one Service to another
    const [old, now] = [serviceConcerned(kind, before), serviceConcerned(kind, after)]
    if (now !== undefined) markChanged(state, now, 'endpoints')
    if (old !== undefined && old !== now) markChanged(state, old, 'endpoints')
  } else if (kind === 'Node' && before?.metadata.labels?.[ZONE_LABEL] !== after?.metadata.labels?.[ZONE_LABEL]) {
    const name = after?.metadata.name ?? ''
    if (!state.config.nodes.some((n) => n.name === name) || list(state, 'Service').length === 0) return
    rezoned(state).set(name, true)
    wake(state, name)
  }
}

/** kube-proxy on every node: it keeps each node's table, which the network routes by. */
export const kubeProxy: Component = {
  name: 'kube-proxy',
  handlers: { [SYNC]: (state: State, task: Pending) => sync(state, task.key) },
  watch,
}
