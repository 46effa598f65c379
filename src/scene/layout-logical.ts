import type { ClientView, ObjectKey, Place } from '../model/index.ts'
import {
  clientCard,
  doorCards,
  nodeDoorCard,
  outsideCard,
  outsideNames,
  resolveOutside,
  serviceCard,
  shelfCard,
} from './cards.ts'
import { SceneDraft } from './draft.ts'
import { type Entry, entryOf, isDoor, onlyName } from './entries.ts'
import { turnCard } from './flow.ts'
import type { Flow } from './geometry.ts'
import { type Inventory, severalNamespaces, takeInventory } from './inventory.ts'
import { foldsOf, type GroupBlock, groupBlock, middleOf, placeGroup } from './layout-groups.ts'
import { borderLabel, GAP } from './measure.ts'
import {
  type Box,
  type ClientNode,
  type DoorNode,
  type OutsideNode,
  placeId,
  type Scene,
  type SceneInput,
  type SceneNode,
  type SceneView,
  type ServiceNode,
  type Unplaced,
} from './scene.ts'

/** Lanes from left to right. Clients inside the cluster share theirs with the doors. */
type Lane = 'internet' | 'entry' | 'service' | 'pods' | 'outside'
const LANES: readonly Lane[] = ['internet', 'entry', 'service', 'pods', 'outside']

type Card = Unplaced<ClientNode | DoorNode | ServiceNode | OutsideNode>

/** `part`: lanes are common to a part. A picture that flows to the right is one; going down, each Service with its own is one. */
type Item =
  | { readonly part: number; readonly lane: Lane; readonly y: number; readonly card: Card }
  | { readonly part: number; readonly lane: 'pods'; readonly y: number; readonly block: GroupBlock }

interface Frame {
  readonly part: number
  readonly label: string
  readonly top: number
  readonly bottom: number
}

/**
 * Who asks → doors → Services → pods by workload → what lies outside. One block of rows for what hangs together. All of it is
 * said for a picture that flows to the right; see `Flow`.
 */
export function layoutLogical(input: SceneInput, view: SceneView, before?: Scene): Scene {
  const flow = view.flow ?? 'right'
  const across = flow === 'down'
  const lay = <C extends Card>(card: C): C => turnCard(flow, card)
  const layClient = (client: ClientView) => lay(clientCard(client, input, several))
  const inventory = takeInventory(input)
  const several = severalNamespaces(inventory, input.clients)
  const entries = input.clients.map((client) => entryOf(client, input, inventory.services))
  const folded = foldsOf(inventory.groups, view)
  const blocks = new Map<string, GroupBlock>()
  for (const group of inventory.groups) blocks.set(group.id, groupBlock(group, folded(group), flow, before?.slots))

  const items: Item[] = []
  const names = outsideNames(input, inventory.services)
  const placed = new Set<string>()
  let part = 0
  let y = 0
  const put = (lane: Lane, y: number, card: Card) => items.push({ part, lane, y, card })
  /** Going down, the next thing has lanes of its own below those of the last. */
  const nextPart = () => {
    if (!across) return
    part++
    y = 0
  }
  const frames: Frame[] = []
  const nodePortUsed = new Set(entries.filter((e) => e.dials?.kind === 'node-port').map((e) => e.dials!.key))
  const draft = new SceneDraft('logical', flow)

  /**
   * The stack at a Service's left: its doors with who uses them, then who asks it directly. `place` puts it around a middle, not
   * above a top, and returns its bottom.
   */
  const stackOf = (list: readonly Entry[], doors: readonly Unplaced<DoorNode>[]) => {
    const stack: { readonly height: number; readonly put: (y: number) => void }[] = []
    const rest = new Set(list)
    for (const door of doors) {
      const users = list.filter((e) => e.client.from === 'internet' && e.dials && placeId(e.dials) === door.id)
      for (const user of users) rest.delete(user)
      const cards = users.map((e) => layClient(e.client))
      const asking = cards.reduce((sum, c) => sum + c.height + GAP.entry, -GAP.entry)
      const height = Math.max(door.height, asking)
      stack.push({
        height,
        put(at) {
          let y = at + height / 2 - Math.max(asking, 0) / 2
          for (const card of cards) {
            put('internet', y, card)
            y += card.height + GAP.entry
          }
          put('entry', at + height / 2 - door.height / 2, door)
        },
      })
    }
    for (const { client } of rest) {
      const card = layClient(client)
      const lane = client.from === 'internet' ? 'internet' : 'entry'
      stack.push({ height: card.height, put: (at) => put(lane, at, card) })
    }
    const height = stack.reduce((sum, each) => sum + each.height + GAP.entry, stack.length > 0 ? -GAP.entry : 0)
    const place = (middle: number, top: number): number => {
      let y = Math.max(top, middle - height / 2)
      for (const each of stack) {
        each.put(y)
        y += each.height + GAP.entry
      }
      return stack.length === 0 ? top : y - GAP.entry
    }
    return { height, place }
  }

  const seenServices = new Set<ObjectKey>()
  const frameFrom = (label: string, top: number): number => {
    const own = items.filter((i) => i.part === part && i.y >= top && (i.lane === 'service' || i.lane === 'pods'))
    const bottom = lowest(own) + GAP.area
    if (several && own.length > 0) frames.push({ part, label, top, bottom })
    return bottom
  }
  for (const namespace of inventory.namespaces) {
    const top = y
    if (several && !across) y += GAP.areaHead
    const services = inventory.services.filter((s) => (s.object.metadata.namespace ?? '') === namespace)
    for (const first of services) {
      if (seenServices.has(first.key)) continue
      nextPart()
      if (several && across) y = GAP.area
      let left = y
      let right = y
      for (const service of together(first.key, inventory)) {
        seenServices.add(service.key)
        const mark = items.length
        const card = lay(serviceCard(service.key, service.object, service.view, service.trouble))
        const groups = inventory.groups.filter((g) => !placed.has(g.id) && g.services.includes(service.key))
        const outside = outsideOf(service, input, names)
          .filter((o) => !placed.has(o.id))
          .map(lay)
        const asking = entries.filter((e) => e.service === service.key)
        const doors = doorCards(service.key, service.object, service.view, nodePortUsed.has(service.key)).map(lay)
        const stack = stackOf(asking, doors)
        const top = groups.length > 0 ? Math.max(left, right) : left
        const half = groups.length > 0 ? middleOf(blocks.get(groups[0]!.id)!, flow) : card.height / 2
        // the highest of the three begins at the top, and all have one middle
        const middle = top + Math.max(half, card.height / 2, stack.height / 2)
        const start = middle - half
        const cardTop = middle - card.height / 2
        put('service', cardTop, card)
        let groupsTop = start
        for (const group of groups) {
          const block = blocks.get(group.id)!
          items.push({ part, lane: 'pods', y: groupsTop, block })
          placed.add(group.id)
          groupsTop += block.card.height + GAP.row
          right = Math.max(right, groupsTop)
        }
        let outsideTop = cardTop + card.height / 2 - (outside[0]?.height ?? 0) / 2
        for (const target of outside) {
          placed.add(target.id)
          put('outside', outsideTop, target)
          outsideTop += target.height + GAP.row
        }
        const stackBottom = stack.place(middle, top)
        left = Math.max(cardTop + card.height, stackBottom, outsideTop - GAP.row) + GAP.row + 6
        // Read out in the order of a request's way.
        items.push(...items.splice(mark).sort((a, b) => LANES.indexOf(a.lane) - LANES.indexOf(b.lane)))
      }
      y = Math.max(left - GAP.row - 6, right - GAP.row) + GAP.block
      if (across) frameFrom(namespace, 0)
    }
    // What no Service selects stands below the others; lines to the outside keep their way free.
    const ours = items.filter((i) => i.y >= top)
    const podsBottom = lowest(ours.filter((i) => i.lane === 'pods'))
    let below = ours.some((i) => i.lane === 'outside') || podsBottom === 0 ? y : podsBottom + GAP.block
    for (const group of inventory.groups) {
      if (group.namespace !== namespace || placed.has(group.id)) continue
      const block = blocks.get(group.id)!
      placed.add(group.id)
      nextPart()
      if (across) below = several ? GAP.area : 0
      items.push({ part, lane: 'pods', y: below, block })
      if (across) frameFrom(namespace, 0)
      below += block.card.height + GAP.row
      y = Math.max(y, below - GAP.row + GAP.block)
    }
    if (several && !across) y = Math.max(y, frameFrom(namespace, top) + GAP.block - 10)
  }

  // Who asks nothing that the picture holds: below, each with what it dials outside the cluster.
  for (const entry of entries.filter((e) => !e.service || !seenServices.has(e.service))) {
    nextPart()
    const card = layClient(entry.client)
    put(entry.client.from === 'internet' ? 'internet' : 'entry', y, card)
    const key = entry.dials?.kind === 'outside' ? entry.dials.key : undefined
    if (key !== undefined) {
      const target = lay(outsideTarget(key, input, names))
      if (!placed.has(target.id)) put('outside', y, target)
      placed.add(target.id)
    }
    const { dials } = entry
    if (dials?.kind === 'node' && entry.client.from === 'internet' && !placed.has(`node:${dials.key}`)) {
      placed.add(`node:${dials.key}`)
      const address = input.config.nodes.find((n) => dials.key.endsWith(`/${n.name}`))?.internalIP ?? ''
      put('entry', y, lay(nodeDoorCard(dials.key, address)))
    }
    y += Math.max(card.height, 60) + GAP.entry
  }

  placeItems(draft, items, frames, inventory, flow)
  noteSpots(draft, inventory, names, input)
  drawEdges(draft, inventory, entries)
  if (across) {
    const shelf = shelfCard(input, Math.max(320, lowestNode(draft)))
    if (shelf) draft.place(turnCard(flow, shelf), rightOf(draft) + GAP.block, 0)
  } else {
    const shelf = shelfCard(input, Math.max(420, rightOf(draft) - leftOf(draft)))
    if (shelf) draft.place(shelf, leftOf(draft), lowestNode(draft) + GAP.block)
  }
  frameCluster(draft, input, flow)
  const empty = inventory.services.length === 0 && inventory.groups.length === 0 && input.clients.length === 0
  const obstacles: Box[] = draft.nodes.filter((n) => n.type !== 'pod' && n.type !== 'fold' && n.type !== 'shelf')
  return draft.finish(obstacles, empty)
}

/** A Service and those that share pods with it, in the picture's order. */
function together(first: ObjectKey, inventory: Inventory): Inventory['services'] {
  const found = new Set([first])
  for (let grew = true; grew; ) {
    grew = false
    for (const group of inventory.groups) {
      if (!group.services.some((key) => found.has(key))) continue
      for (const key of group.services) {
        if (found.has(key)) continue
        found.add(key)
        grew = true
      }
    }
  }
  return inventory.services.filter((s) => found.has(s.key))
}

const lowest = (items: readonly Item[]): number =>
  Math.max(0, ...items.map((i) => i.y + ('block' in i ? i.block.card.height : i.card.height)))

function outsideOf(
  service: Inventory['services'][number],
  input: SceneInput,
  names: ReadonlyMap<string, string>,
): readonly Unplaced<OutsideNode>[] {
  const alias = service.object.spec.type === 'ExternalName' ? service.object.spec.externalName : undefined
  if (alias) return [outsideCard(alias, resolveOutside(input, alias))]
  return (service.view?.members ?? [])
    .filter((m) => m.key.startsWith('outside/'))
    .map((m) => outsideTarget(m.address ?? m.key.slice('outside/'.length), input, names))
}

function outsideTarget(key: string, input: SceneInput, names: ReadonlyMap<string, string>): Unplaced<OutsideNode> {
  const name = names.get(key)
  if (name) return outsideCard(name, key)
  const address = resolveOutside(input, key)
  return address ? outsideCard(key, address) : outsideCard('', key)
}

function placeItems(
  draft: SceneDraft,
  items: readonly Item[],
  frames: readonly Frame[],
  inventory: Inventory,
  flow: Flow,
): void {
  const right = placeParts(draft, items, frames, flow)
  // going down, each part has lanes of its own: cards say what they are
  if (flow === 'right') nameLanes(draft, items, right, inventory)
}

/** Where each lane of the last part begins. */
function placeParts(
  draft: SceneDraft,
  items: readonly Item[],
  frames: readonly Frame[],
  flow: Flow,
): ReadonlyMap<Lane, number> {
  let left: Map<Lane, number> = new Map()
  let start = 0
  for (const part of [...new Set(items.map((item) => item.part))]) {
    const own = items.filter((item) => item.part === part)
    const framed = frames.filter((frame) => frame.part === part)
    const placed = placePart(draft, own, framed, start, flow)
    left = placed.left
    start = placed.right + GAP.part
  }
  return left
}

function placePart(
  draft: SceneDraft,
  items: readonly Item[],
  frames: readonly Frame[],
  start: number,
  flow: Flow,
): { readonly left: Map<Lane, number>; readonly right: number } {
  const width = new Map<Lane, number>()
  for (const item of items) {
    const own = 'block' in item ? item.block.card.width : item.card.width
    width.set(item.lane, Math.max(width.get(item.lane) ?? 0, own))
  }
  const left = new Map<Lane, number>()
  const ahead = flow === 'right' ? GAP.area : GAP.areaHead
  let x = start
  for (const lane of LANES) {
    // a frame begins before its Services
    if (lane === 'service' && flow === 'down' && frames.length > 0) x += x === start ? ahead : 12
    // the border's words stand before what lies outside
    if (lane === 'outside' && flow === 'down') x += 22
    left.set(lane, x)
    if (width.has(lane)) x += width.get(lane)! + GAP.lane + (frames.length > 0 && lane !== 'internet' ? 8 : 0)
  }
  for (const item of items) {
    if ('block' in item) placeGroup(draft, item.block, left.get('pods')!, item.y, flow)
    // cards of a lane are equally wide; equally high they would be empty
    else if (flow === 'right') draft.place({ ...item.card, width: width.get(item.lane)! }, left.get(item.lane)!, item.y)
    else draft.place(item.card, left.get(item.lane)!, item.y)
  }
  const frameLeft = left.get('service')! - ahead
  const frameRight = width.has('pods')
    ? left.get('pods')! + width.get('pods')!
    : left.get('service')! + (width.get('service') ?? 0)
  for (const frame of frames) {
    draft.areas.push({
      id: `namespace:${frame.label}${frame.part > 0 ? `:${frame.part}` : ''}`,
      kind: 'namespace',
      label: frame.label,
      x: frameLeft,
      y: frame.top,
      width: frameRight + GAP.area - frameLeft,
      height: frame.bottom - frame.top,
    })
  }
  return { left, right: x - GAP.lane + (frames.length > 0 ? GAP.area : 0) }
}

function nameLanes(
  draft: SceneDraft,
  items: readonly Item[],
  left: ReadonlyMap<Lane, number>,
  inventory: Inventory,
): void {
  const taken = new Set(items.map((item) => item.lane))
  const entryKinds = new Set(items.flatMap((i) => (i.lane === 'entry' && 'card' in i ? [i.card.type] : [])))
  const title = (lane: Lane, text: string) => {
    if (taken.has(lane)) draft.lanes.push({ x: left.get(lane)!, title: text })
  }
  title('internet', entryKinds.has('client') ? 'Internet' : 'Who asks')
  title('entry', entryKinds.size > 1 ? 'Doors · clients' : entryKinds.has('door') ? 'Doors' : 'Who asks')
  title('service', 'Services')
  title('pods', inventory.groups.length > 0 ? 'Pods' : '')
  title('outside', 'Outside')
}

/** Where packets stand: every place that a trace may name and that this view shows. */
function noteSpots(
  draft: SceneDraft,
  inventory: Inventory,
  names: ReadonlyMap<string, string>,
  input: SceneInput,
): void {
  for (const node of draft.nodes) {
    if (node.type === 'client') {
      draft.spotAt({ kind: 'client', key: node.id }, node.id)
      const { at, from } = node.client
      if (from === 'pod' && at && inventory.clientPods.has(at)) draft.spotAt({ kind: 'pod', key: at }, node.id)
    } else if (node.type === 'service') draft.spotAt({ kind: 'service', key: node.key }, node.id)
    else if (node.type === 'door') {
      const key = node.target?.type === 'object' ? node.target.key : ''
      draft.spotAt({ kind: node.door, key }, node.id)
    } else if (node.type === 'outside') {
      draft.spotAt({ kind: 'outside', key: node.name }, node.id)
      if (node.address) draft.spotAt({ kind: 'outside', key: node.address }, node.id)
    }
  }
  for (const [address, name] of names) {
    const spot = draft.spots.get(placeId({ kind: 'outside', key: address }))
    if (spot) draft.spot({ kind: 'outside', key: name }, spot)
  }
  for (const name of Object.keys(input.config.externalNames)) {
    const spot = draft.spots.get(placeId({ kind: 'outside', key: input.config.externalNames[name]! }))
    if (spot && !draft.spots.has(`outside:${name}`)) draft.spot({ kind: 'outside', key: name }, spot)
  }
}

function drawEdges(draft: SceneDraft, inventory: Inventory, entries: readonly Entry[]): void {
  const spotOf = (place: Place | undefined) => (place ? draft.spots.get(placeId(place)) : undefined)
  for (const entry of entries) {
    const { service, dials } = entry
    if (service) draft.asks.set(entry.client.key, service)
    const byName = entry.byName && service ? spotOf({ kind: 'service', key: service }) : undefined
    if (byName) draft.edge(entry.client.key, byName, 'name')
    else if (dials)
      draft.edge(entry.client.key, spotOf(dials), isDoor(dials) || dials.kind === 'service' ? 'asks' : 'name')
    else if (service) draft.edge(entry.client.key, spotOf({ kind: 'service', key: service }), 'asks')
  }
  for (const node of draft.nodes) {
    if (node.type !== 'door' || !node.service) continue
    draft.edge(node.id, spotOf({ kind: 'service', key: node.service }), 'door')
  }
  for (const { key, object, view, trouble } of inventory.services) {
    const broken = trouble?.severity === 'error'
    const tone = broken ? 'bad' : 'ok'
    const role = onlyName(object) ? 'name' : 'endpoint'
    const members: string[] = []
    for (const member of view?.members ?? []) {
      const place: Place = member.key.startsWith('outside/')
        ? { kind: 'outside', key: member.address ?? member.key.slice('outside/'.length) }
        : { kind: 'pod', key: member.key }
      const spot = spotOf(place)
      if (!spot) continue
      members.push(spot.node)
      if (member.state === 'ready') draft.edge(key, spot, role, tone)
    }
    const alias = object.spec.type === 'ExternalName' ? object.spec.externalName : undefined
    const target = alias ? spotOf({ kind: 'outside', key: alias }) : undefined
    if (target) {
      members.push(target.node)
      draft.edge(key, target, 'name', broken ? 'bad' : 'idle')
    }
    draft.members.set(key, [...new Set(members)])
  }
}

const isBeyond = (n: SceneNode): boolean =>
  n.type === 'outside' || (n.type === 'client' && n.client.from === 'internet')

const inside = (draft: SceneDraft): readonly Box[] => [...draft.nodes.filter((n) => !isBeyond(n)), ...draft.areas]

const leftOf = (draft: SceneDraft): number => Math.min(...[...inside(draft), { x: Infinity }].map((b) => b.x))
const lowestNode = (draft: SceneDraft): number =>
  Math.max(0, ...[...draft.nodes, ...draft.areas].map((b) => b.y + b.height))
const rightOf = (draft: SceneDraft): number => Math.max(...inside(draft).map((b) => b.x + b.width), 0)

/**
 * The border of the cluster: who asks from the internet, and what lies beyond, stand outside of it. Going down, those may stand
 * between two Services: then there is no border, rather than a wrong one.
 */
function frameCluster(draft: SceneDraft, input: SceneInput, flow: Flow): void {
  const boxes = inside(draft)
  if (boxes.length === 0) return
  const pad = 22
  const x = Math.min(...boxes.map((b) => b.x)) - pad
  const y = Math.min(...boxes.map((b) => b.y)) - pad
  const words = 18
  const right = Math.max(...boxes.map((b) => b.x + b.width)) + pad + (flow === 'down' ? words : 0)
  const bottom = Math.max(...boxes.map((b) => b.y + b.height)) + pad + (flow === 'right' ? words : 0)
  const within = (n: Box) => n.x + n.width > x && n.x < right && n.y + n.height > y && n.y < bottom
  if (draft.nodes.some((n) => isBeyond(n) && within(n))) return
  const wide = flow === 'right' ? right - x : bottom - y
  draft.areas.unshift({
    id: 'cluster',
    kind: 'cluster',
    // a way out at the bottom crosses the words there
    label: borderLabel(
      `cluster · Services ${input.config.serviceCIDR} · pods ${input.config.podCIDR}`,
      flow === 'down' && draft.nodes.some((n) => n.type === 'outside') ? 0 : wide,
    ),
    x,
    y,
    width: right - x,
    height: bottom - y,
  })
}
