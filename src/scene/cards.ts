import {
  type ClientView,
  familyOf,
  hostPort,
  keyOf,
  type Node,
  type ObjectKey,
  type Pod,
  type Service,
  type ServiceView,
  splitKey,
} from '../model/index.ts'
import { problemWord } from '../words/index.ts'
import type { Inventory, PodGroup } from './inventory.ts'
import { CLIENT, clamp, DOOR, FOLD, OUTSIDE, POD, SERVICE, SHELF, textWidth } from './measure.ts'
import { countStates, podDetail, podState, shortPodName } from './pod-state.ts'
import type {
  ClientNode,
  DoorNode,
  FoldNode,
  MachineNode,
  OutsideNode,
  PodNode,
  SceneInput,
  ServiceNode,
  ServiceType,
  ShelfNode,
  Trouble,
  Unplaced,
} from './scene.ts'

/** Before a title, with its gap. */
const ICON = 18

/** A cluster IP that gives no address: DNS answers with the pods. */
const isHeadless = (service: Service): boolean => service.spec.clusterIP === 'None'

/** `10.96.0.1`, or `10.96.0.1 + IPv6` when it has an address of the other family too. */
const clusterIPText = ({ spec: { clusterIP = '', clusterIPs } }: Service): string =>
  clusterIPs?.[1] === undefined ? clusterIP : `${clusterIP} + ${familyOf(clusterIPs[1])}`

export function serviceCard(
  key: ObjectKey,
  service: Service,
  view: ServiceView | undefined,
  trouble: Trouble | undefined,
): Unplaced<ServiceNode> {
  const { name, namespace } = splitKey(key)
  const type = service.spec.type ?? 'ClusterIP'
  const serviceType: ServiceType = type === 'ClusterIP' && isHeadless(service) ? 'Headless' : type
  const address = type === 'ExternalName' ? (service.spec.externalName ?? '') : clusterIPText(service)
  const all = type === 'ExternalName' ? [] : (view?.ports ?? [])
  const ports = all.slice(0, all.length > SERVICE.maxPorts ? SERVICE.maxPorts - 1 : SERVICE.maxPorts)
  const more = all.length - ports.length
  const word = trouble ? `◆ ${trouble.word}` : view?.note && problemWord(view.note)
  const widths = [
    textWidth(name, 'title') + 24,
    textWidth(serviceType, 'small') + textWidth(address, 'small') + 48,
    ...ports.map((p) => textWidth(`${portWords(p)} ${p.ready}/${p.total}`, 'small') + 36),
    word ? textWidth(word, 'small') + 24 : 0,
  ]
  const state =
    trouble?.severity === 'error'
      ? 'broken'
      : type === 'ExternalName'
        ? 'alias'
        : view?.members.every((m) => m.state !== 'ready')
          ? 'empty'
          : 'ok'
  const height =
    SERVICE.head + (ports.length + (more > 0 ? 1 : 0)) * SERVICE.row + (word ? SERVICE.word : 0) + SERVICE.pad
  return {
    id: key,
    type: 'service',
    target: { type: 'object', key },
    key,
    name,
    namespace,
    serviceType,
    address,
    ports,
    more,
    ...(trouble && { trouble }),
    ...(view?.note && { note: view.note }),
    state,
    width: clamp(Math.max(...widths), SERVICE.minWidth, SERVICE.maxWidth),
    height,
  }
}

/** "http 80 → 8080", the number once when both are the same. */
export function portWords(port: ServiceView['ports'][number]): string {
  const target = port.resolved.length > 0 ? port.resolved.join(', ') : String(port.target)
  const named = typeof port.target === 'string' && port.resolved.length > 0 ? `${port.target} ${target}` : target
  const protocol = port.protocol === 'TCP' ? '' : `/${port.protocol}`
  return `${port.name ? `${port.name} ` : ''}${port.port}${protocol} → ${named}`
}

export function clientCard(client: ClientView, _input: SceneInput, severalNamespaces: boolean): Unplaced<ClientNode> {
  const at = client.at ? splitKey(client.at) : undefined
  const where =
    client.from === 'internet'
      ? client.address
      : client.from === 'node'
        ? `node ${client.at ?? ''}`.trim()
        : `pod ${client.address}`
  const namespace = client.from === 'pod' && severalNamespaces ? at?.namespace : undefined
  const lines = (client.madeUp || client.terminal ? 1 : 0) + (namespace ? 1 : 0)
  const widths = [
    textWidth(client.name, 'title') + ICON,
    textWidth(where, 'small'),
    namespace ? textWidth(`in ${namespace}`, 'small') : 0,
    client.madeUp ? textWidth('made up for you', 'small') : 0,
  ]
  return {
    id: client.key,
    type: 'client',
    target: { type: 'client', key: client.key },
    client,
    where,
    ...(namespace && { namespace }),
    width: clamp(Math.max(...widths) + 24, CLIENT.minWidth, CLIENT.maxWidth),
    height: CLIENT.height + lines * CLIENT.line,
  }
}

const doorSize = (lines: readonly string[]): { width: number; height: number } => ({
  width: clamp(Math.max(...lines.map((l) => textWidth(l, 'small'))) + 24, DOOR.minWidth, DOOR.maxWidth),
  height: DOOR.head + lines.length * DOOR.line + DOOR.pad,
})

/** The ways into a Service from outside, as its spec and status have them. */
export function doorCards(
  key: ObjectKey,
  service: Service,
  view: ServiceView | undefined,
  nodePortUsed: boolean,
): readonly Unplaced<DoorNode>[] {
  const doors: Unplaced<DoorNode>[] = []
  const ports = view?.ports ?? []
  const add = (door: DoorNode['door'], lines: readonly string[], pending = false) =>
    doors.push({
      id: `${door}:${key}`,
      type: 'door',
      target: { type: 'object', key },
      door,
      service: key,
      lines,
      pending,
      ...doorSize(lines),
    })
  const few = (lines: readonly string[]) =>
    lines.length > 3 ? [...lines.slice(0, 2), `and ${lines.length - 2} more`] : lines
  if (service.spec.type === 'LoadBalancer') {
    const addresses = view?.balancer ?? []
    const lines = addresses.flatMap((ip) => ports.map((p) => hostPort(ip, p.port)))
    add('load-balancer', addresses.length === 0 ? ['<pending>'] : few(lines), addresses.length === 0)
  }
  const nodePorts = ports.filter((p) => p.nodePort !== undefined)
  if (nodePorts.length > 0 && (service.spec.type === 'NodePort' || nodePortUsed))
    add('node-port', few(nodePorts.map((p) => `any node :${p.nodePort}`)))
  const external = service.spec.externalIPs ?? []
  if (external.length > 0) add('external-ip', few(external.flatMap((ip) => ports.map((p) => hostPort(ip, p.port)))))
  return doors
}

/** A node whose own address is dialled, at a port that no Service opens. */
export function nodeDoorCard(key: ObjectKey, address: string): Unplaced<DoorNode> {
  const lines = [splitKey(key).name, address].filter((l) => l !== '')
  return {
    id: `node:${key}`,
    type: 'door',
    target: { type: 'object', key },
    door: 'node',
    lines,
    pending: false,
    ...doorSize(lines),
  }
}

/** Something beyond the border; `name` is what the cluster calls it, when it has a name. */
export function outsideCard(name: string, address: string): Unplaced<OutsideNode> {
  const line = name && name !== address ? address || 'no such name' : 'outside the cluster'
  const widest = Math.max(textWidth(name || address, 'title') + ICON, textWidth(line, 'small'))
  return {
    id: `outside:${address || name}`,
    type: 'outside',
    name: name || address,
    address,
    width: clamp(widest + 24, OUTSIDE.minWidth, OUTSIDE.maxWidth),
    height: OUTSIDE.height,
  }
}

/** `naming`: short within its workload's group, longer among strangers on a node. */
export function podCard(pod: Pod, group: PodGroup, naming: 'short' | 'long'): Unplaced<PodNode> {
  const state = podState(pod)
  const short =
    naming === 'short' ? shortPodName(pod, group.kind === 'Pod' ? undefined : group.name) : longPodName(pod, group)
  const key = keyOf(pod)
  return {
    id: key,
    type: 'pod',
    target: { type: 'object', key },
    key,
    name: pod.metadata.name,
    short,
    namespace: pod.metadata.namespace ?? '',
    group: group.id,
    state,
    ip: pod.status?.podIP ?? '',
    detail: podDetail(pod, state),
    ...(state === 'terminating' && { until: pod.metadata.deletionTimestamp }),
    node: pod.spec.nodeName ?? '',
    width: 0,
    height: POD.height,
  }
}

const longPodName = (pod: Pod, group: PodGroup): string => {
  const short = shortPodName(pod, group.kind === 'Pod' ? undefined : group.name)
  return short === pod.metadata.name ? short : `${group.name}${short}`
}

/** One width for all pods of a grid, so that columns stay columns. */
export function podWidth(pods: readonly Unplaced<PodNode>[]): number {
  const widest = Math.max(0, ...pods.flatMap((p) => [textWidth(p.short, 'pod'), textWidth(p.ip, 'pod')]))
  return clamp(widest + 18, POD.minWidth, POD.maxWidth)
}

/** `pods` in the order of their slots. Sizes and dots from the tile's own corner. */
export function foldCard(id: string, pods: readonly Pod[]): Unplaced<FoldNode> {
  const pitch = pods.length <= 40 ? 18 : pods.length <= 90 ? 14 : 11
  const columns = Math.floor(FOLD.width / pitch)
  const rows = Math.max(1, Math.ceil(pods.length / columns))
  const dots = pods.map((pod, index) => ({
    key: keyOf(pod),
    state: podState(pod),
    x: FOLD.pad + (index % columns) * pitch + pitch / 2,
    y: FOLD.pad + Math.floor(index / columns) * pitch + pitch / 2,
  }))
  return {
    id: `fold:${id}`,
    type: 'fold',
    group: id,
    counts: countStates(dots.map((d) => d.state)),
    dots,
    pitch,
    width: FOLD.width + FOLD.pad * 2,
    height: rows * pitch + FOLD.pad + FOLD.foot,
  }
}

export function machineCard(
  key: ObjectKey,
  input: SceneInput,
  pods: readonly Pod[],
): Omit<Unplaced<MachineNode>, 'width' | 'height' | 'foldable' | 'folded'> {
  const { name } = splitKey(key)
  const node = input.objects.get(key) as Node | undefined
  const config = input.config.nodes.find((n) => n.name === name)
  return {
    id: `machine:${key}`,
    type: 'machine',
    target: { type: 'object', key },
    key,
    name,
    zone: node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? config?.zone ?? '',
    address: node?.status?.addresses?.find((a) => a.type === 'InternalIP')?.address ?? config?.internalIP ?? '',
    ready: node?.status?.conditions
      ? node.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True')
      : true,
    schedulable: node?.spec?.unschedulable !== true,
    counts: countStates(pods.map(podState)),
    total: pods.length,
  }
}

/** Objects that nothing simulates, as chips that flow in a box of the given width. */
export function shelfCard(input: SceneInput, width: number): Unplaced<ShelfNode> | undefined {
  const all = [...input.notSimulated]
    .filter((key) => !/^kube-(system|public|node-lease)$/.test(splitKey(key).namespace))
    .sort()
    .map((key) => ({ key, kind: splitKey(key).kind.split('.')[0]!, name: splitKey(key).name }))
  if (all.length === 0) return undefined
  const items = all.slice(0, SHELF.max)
  let rows = 1
  let x = 0
  for (const item of items) {
    const chip = textWidth(`${item.kind} ${item.name}`, 'small') + 24
    if (x > 0 && x + chip > width - SHELF.pad * 2) {
      rows++
      x = 0
    }
    x += chip + SHELF.gap
  }
  if (all.length > items.length) rows++
  return {
    id: 'shelf',
    type: 'shelf',
    items,
    more: all.length - items.length,
    width,
    height: SHELF.head + rows * SHELF.row + SHELF.pad,
  }
}

/** The name by which hand-written or aliased places outside are known: address → first name. */
export function outsideNames(input: SceneInput, services: Inventory['services']): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const name of Object.keys(input.config.externalNames).sort()) {
    const address = input.config.externalNames[name]!
    if (!names.has(address) && !name.startsWith('*')) names.set(address, name)
  }
  for (const { object } of services) {
    const alias = object.spec.type === 'ExternalName' ? object.spec.externalName : undefined
    if (alias) {
      const address = resolveOutside(input, alias)
      if (address) names.set(address, alias)
    }
  }
  return names
}

/** The address that the world outside gives a name; "" when it has none. */
export function resolveOutside(input: SceneInput, name: string): string {
  const plain = name.replace(/\.$/, '')
  const exact = input.config.externalNames[plain]
  if (exact) return exact
  for (let dot = plain.indexOf('.'); dot > 0; dot = plain.indexOf('.', dot + 1)) {
    const wild = input.config.externalNames[`*${plain.slice(dot)}`]
    if (wild) return wild
  }
  return ''
}
