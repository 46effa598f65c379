import { keyOf, makeKey, type ObjectKey, type Pod, type Service, splitKey } from '../model/index.ts'
import { clientCard, doorCards, foldCard, machineCard, outsideCard, outsideNames, podCard, podWidth } from './cards.ts'
import { centreY } from './connect.ts'
import { SceneDraft } from './draft.ts'
import { entryOf } from './entries.ts'
import { type PodGroup, severalNamespaces, takeInventory } from './inventory.ts'
import { borderLabel, FOLD_ABOVE, GAP, MACHINE, POD } from './measure.ts'
import {
  type FoldNode,
  type MachineNode,
  type PodNode,
  type Point,
  placeId,
  type Scene,
  type SceneInput,
  type SceneView,
  type Unplaced,
} from './scene.ts'

interface Machine {
  readonly key: ObjectKey
  readonly pods: readonly { readonly pod: Pod; readonly group: PodGroup }[]
}

/** The id of a node's box; pods that no node has yet stand in one of their own. */
const machineId = (key: ObjectKey): string => `machine:${key}`
const WAITING = 'Node//'

/** The same pods in their nodes: clients and load balancers at the left, packets cross from node to node. */
export function layoutNodes(input: SceneInput, view: SceneView): Scene {
  const inventory = takeInventory(input)
  const draft = new SceneDraft('nodes')
  const machines = machinesOf(input, inventory.groups)
  const crowded = machines.some((m) => m.pods.length > FOLD_ABOVE)

  const entries = input.clients.map((client) => entryOf(client, input, inventory.services))
  const several = severalNamespaces(inventory, input.clients)
  const clients = entries.map((e) => ({ entry: e, card: clientCard(e.client, input, several) }))
  const internet = clients.filter((c) => c.entry.client.from === 'internet')
  const within = clients.filter((c) => c.entry.client.from !== 'internet')
  const doors = inventory.services.flatMap(({ key, object, view: service }) =>
    doorCards(key, object as Service, service, false).filter((d) => d.door === 'load-balancer'),
  )

  // Left of the border: the internet and the cloud's load balancers. Inside, first lane: clients that are no pod of the picture.
  const width = (cards: readonly { readonly width: number }[]) => Math.max(0, ...cards.map((c) => c.width))
  const lanes = [internet.map((c) => c.card), doors, within.map((c) => c.card)]
  let x = 0
  const titles = ['Internet', 'Load balancers', 'Who asks']
  for (const [index, cards] of lanes.entries()) {
    if (cards.length === 0) continue
    let y = 8
    const lane = width(cards)
    for (const card of cards) {
      draft.place({ ...card, width: lane }, x, y)
      y += card.height + GAP.entry
    }
    draft.lanes.push({ x, title: titles[index]! })
    x += lane + GAP.lane
  }

  const columns = machines.length <= 4 ? 1 : machines.length <= 12 ? 2 : 3
  const blocks = machines.map((machine) => machineBlock(machine, input, view, crowded))
  const boxWidth = Math.max(0, ...blocks.map((b) => b.card.width))
  const bottoms = Array<number>(columns).fill(0)
  draft.lanes.push({ x, title: 'Nodes' })
  for (const block of blocks) {
    const column = bottoms.indexOf(Math.min(...bottoms))
    const bx = x + column * (boxWidth + GAP.lane)
    const by = bottoms[column]!
    placeMachine(draft, { ...block, card: { ...block.card, width: boxWidth } }, bx, by)
    bottoms[column] = by + block.card.height + GAP.block
  }
  x += columns * (boxWidth + GAP.lane)

  const names = outsideNames(input, inventory.services)
  const outside = new Set(
    [...(input.observed?.values() ?? [])].flatMap((a) => a.outside).concat(handWritten(inventory.services)),
  )
  let y = 8
  for (const key of [...outside].sort()) {
    const card = names.has(key) ? outsideCard(names.get(key)!, key) : outsideCard('', key)
    if (draft.byId.has(card.id)) continue
    draft.place(card, x, y)
    draft.spotAt({ kind: 'outside', key }, card.id)
    draft.spotAt({ kind: 'outside', key: card.name }, card.id)
    y += card.height + GAP.row
  }
  if (y > 8) draft.lanes.push({ x, title: 'Outside' })

  for (const { entry, card } of clients) {
    draft.spotAt({ kind: 'client', key: card.id }, card.id)
    const { at, from } = entry.client
    if (from === 'pod' && at && !draft.spots.has(`pod:${at}`)) draft.spotAt({ kind: 'pod', key: at }, card.id)
    if (entry.service) draft.asks.set(card.id, entry.service)
  }
  for (const door of doors) if (door.service) draft.spotAt({ kind: 'load-balancer', key: door.service }, door.id)

  drawEdges(draft, input, machines, clients)
  for (const { key, view: service } of inventory.services) {
    const spots = (service?.members ?? []).map((m) => draft.spots.get(`pod:${m.key}`)?.node)
    draft.members.set(key, [...new Set(spots.filter((id) => id !== undefined))])
  }
  frame(draft, input)
  const empty = inventory.groups.length === 0 && inventory.services.length === 0 && input.clients.length === 0
  return draft.finish(
    draft.nodes.filter((n) => n.type === 'machine' || n.type === 'door' || n.type === 'client'),
    empty,
  )
}

const handWritten = (services: ReturnType<typeof takeInventory>['services']): readonly string[] =>
  services.flatMap((s) =>
    (s.view?.members ?? []).filter((m) => m.key.startsWith('outside/')).map((m) => m.address ?? m.key.slice(8)),
  )

function machinesOf(input: SceneInput, groups: readonly PodGroup[]): readonly Machine[] {
  const byNode = new Map<string, { pod: Pod; group: PodGroup }[]>()
  for (const { name } of input.config.nodes) byNode.set(name, [])
  for (const key of [...input.objects.keys()].sort()) {
    const { kind, name } = splitKey(key)
    if (kind === 'Node' && !byNode.has(name)) byNode.set(name, [])
  }
  for (const group of groups) {
    for (const pod of group.pods) {
      const name = pod.spec.nodeName ?? ''
      const list = byNode.get(name)
      if (list) list.push({ pod, group })
      else byNode.set(name, [{ pod, group }])
    }
  }
  const waiting = byNode.get('')
  byNode.delete('')
  const machines = [...byNode].map(([name, pods]) => ({ key: makeKey('Node', '', name), pods: sorted(pods) }))
  return waiting ? [...machines, { key: WAITING, pods: sorted(waiting) }] : machines
}

const sorted = (pods: readonly { pod: Pod; group: PodGroup }[]) =>
  [...pods].sort((a, b) => (a.group.id + keyOf(a.pod) < b.group.id + keyOf(b.pod) ? -1 : 1))

interface MachineBlock {
  readonly card: Unplaced<MachineNode>
  readonly fold?: Unplaced<FoldNode>
  readonly cards: readonly Unplaced<PodNode>[]
  readonly columns: number
}

function machineBlock(machine: Machine, input: SceneInput, view: SceneView, crowded: boolean): MachineBlock {
  const id = machineId(machine.key)
  const pods = machine.pods.map((p) => p.pod)
  const base = machineCard(machine.key, input, pods)
  const foldable = pods.length > 8
  const folded = view.folds?.get(id) ?? (crowded && foldable)
  if (folded && foldable) {
    const fold = foldCard(id, pods)
    const width = Math.max(MACHINE.minWidth, fold.width + MACHINE.pad + MACHINE.trunk * 2)
    return {
      card: { ...base, foldable, folded: true, width, height: MACHINE.head + fold.height + MACHINE.pad },
      fold,
      cards: [],
      columns: 1,
    }
  }
  const cards = machine.pods.map(({ pod, group }) => podCard(pod, group, 'long'))
  const width = podWidth(cards)
  const columns = Math.max(1, Math.min(MACHINE.columns, cards.length))
  const rows = Math.ceil(cards.length / columns)
  const inner = columns * (width + POD.gap) - POD.gap
  return {
    card: {
      ...base,
      foldable,
      folded: false,
      width: Math.max(MACHINE.minWidth, inner + MACHINE.pad * 2 + MACHINE.trunk),
      height: MACHINE.head + Math.max(1, rows) * (POD.height + POD.gap) + MACHINE.pad - POD.gap,
    },
    cards: cards.map((card) => ({ ...card, width })),
    columns,
  }
}

function placeMachine(draft: SceneDraft, block: MachineBlock, x: number, y: number): void {
  const { card, fold, cards, columns } = block
  draft.place(card, x, y)
  const gate: Point = { x, y: y + MACHINE.head / 2 }
  draft.spot({ kind: 'node', key: card.key }, { node: card.id, point: gate, inner: [] })
  // Behind the gate a packet goes down the trunk, along the gap between rows, and in from above.
  const trunk = x + MACHINE.trunk
  const left = x + MACHINE.pad + MACHINE.trunk
  const top = y + MACHINE.head
  if (fold) {
    draft.place(fold, left, top)
    for (const dot of fold.dots) {
      const point = { x: left + dot.x, y: top + dot.y }
      const inner = [gate, { x: trunk, y: gate.y }, { x: trunk, y: top + fold.height / 2 }]
      draft.spot({ kind: 'pod', key: dot.key }, { node: fold.id, point, inner, within: card.id })
    }
  }
  for (const [index, pod] of cards.entries()) {
    const px = left + (index % columns) * (pod.width + POD.gap)
    const py = top + Math.floor(index / columns) * (POD.height + POD.gap)
    draft.place(pod, px, py)
    const lane = py - POD.gap / 2
    const inner =
      index % columns === 0
        ? [gate, { x: trunk, y: gate.y }, { x: trunk, y: py + POD.height / 2 }]
        : [gate, { x: trunk, y: gate.y }, { x: trunk, y: lane }, { x: px + 14, y: lane }]
    const point = index % columns === 0 ? { x: px, y: py + POD.height / 2 } : { x: px + 14, y: py }
    draft.spot({ kind: 'pod', key: pod.key }, { node: pod.id, point, inner, within: card.id })
  }
}

/** Lines lead to gates only: which pod it becomes is decided behind them. */
function drawEdges(
  draft: SceneDraft,
  input: SceneInput,
  machines: readonly Machine[],
  clients: readonly { readonly entry: ReturnType<typeof entryOf>; readonly card: { readonly id: string } }[],
): void {
  for (const { entry, card } of clients) {
    const { client, dials } = entry
    const door = dials?.kind === 'load-balancer' ? draft.spots.get(placeId(dials)) : undefined
    const pod = client.at ? (input.objects.get(client.at) as Pod | undefined) : undefined
    const own = client.from === 'node' ? client.at?.replace(/^Node\/\//, '') : pod?.spec?.nodeName
    const gate = own ? makeKey('Node', '', own) : input.observed?.get(card.id)?.nodes[0]
    draft.edge(card.id, door ?? (gate ? draft.spots.get(`node:${gate}`) : undefined), 'asks')
  }
  for (const node of draft.nodes) {
    if (node.type !== 'door' || node.pending) continue
    for (const machine of machines) {
      const box = draft.byId.get(machineId(machine.key))
      if (box?.type === 'machine' && box.ready && machine.key !== WAITING)
        draft.edge(node.id, draft.spots.get(`node:${machine.key}`), 'door')
    }
  }
}

function frame(draft: SceneDraft, input: SceneInput): void {
  const boxes = draft.nodes.filter(
    (n) => n.type !== 'outside' && n.type !== 'door' && !(n.type === 'client' && n.client.from === 'internet'),
  )
  if (boxes.length === 0) return
  const pad = 22
  const x = Math.min(...boxes.map((b) => b.x)) - pad
  const top = Math.min(...boxes.map((b) => b.y)) - pad
  const right = Math.max(...boxes.map((b) => b.x + b.width)) + pad
  const bottom = Math.max(...boxes.map((b) => centreY(b) + b.height / 2)) + pad + 18
  draft.areas.push({
    id: 'cluster',
    kind: 'cluster',
    label: borderLabel(`cluster · pods ${input.config.podCIDR} · kube-proxy: ${input.config.proxyMode}`, right - x),
    x,
    y: top,
    width: right - x,
    height: bottom - top,
  })
}
