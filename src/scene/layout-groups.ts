import { keyOf, type ObjectKey, type Pod } from '../model/index.ts'
import { foldCard, podCard, podWidth } from './cards.ts'
import type { SceneDraft } from './draft.ts'
import type { Inventory, PodGroup } from './inventory.ts'
import { CROWDED, clamp, FOLD_ABOVE, GROUP, POD, textWidth } from './measure.ts'
import { countStates, podState } from './pod-state.ts'
import type { FoldNode, GroupNode, PodNode, SceneView, Unplaced } from './scene.ts'
import { assignSlots, cellOf, type Fill, fillOf, sortPods, TALL } from './slots.ts'

/** A group with its pods, each at its place from the group's corner. */
export interface GroupBlock {
  readonly group: PodGroup
  readonly card: Unplaced<GroupNode>
  readonly pods: readonly {
    readonly card: Unplaced<PodNode>
    readonly x: number
    readonly y: number
    readonly column: number
  }[]
  readonly fold?: Unplaced<FoldNode>
  readonly slots: ReadonlyMap<ObjectKey, number>
}

/** Which groups fold: by a person's word, else by size, sooner in a crowd. */
export function foldsOf(groups: Inventory['groups'], view: SceneView): (group: PodGroup) => boolean {
  const total = groups.reduce((sum, group) => sum + group.pods.length, 0)
  const above = total > CROWDED.pods ? CROWDED.foldAbove : FOLD_ABOVE
  return (group) => view.folds?.get(group.id) ?? group.pods.length > above
}

const FOLDABLE_FROM = CROWDED.foldAbove + 1

export function groupBlock(group: PodGroup, folded: boolean, before?: ReadonlyMap<ObjectKey, number>): GroupBlock {
  const slots = assignSlots(group.pods, group.kind, before)
  const title = group.kind === 'Pod' ? 'Pods' : `${group.kind} ${group.name}`
  const counts = countStates(group.pods.map(podState))
  const headWidth =
    textWidth(title, 'title') +
    textWidth('00 / 00', 'small') +
    GROUP.pad * 2 +
    (group.pods.length >= FOLDABLE_FROM ? 34 : 8)
  const base = {
    id: group.id,
    type: 'group' as const,
    ...(group.key && { target: { type: 'object' as const, key: group.key }, key: group.key }),
    kind: group.kind,
    name: group.name,
    namespace: group.namespace,
    counts,
    total: group.pods.length,
    ...(group.wanted !== undefined && { wanted: group.wanted }),
    foldable: group.pods.length >= FOLDABLE_FROM,
    folded,
  }
  const size = (width: number, height: number) => ({
    width: Math.min(Math.max(width, headWidth, GROUP.minWidth), Math.max(width, 420)),
    height,
  })
  if (group.pods.length === 0) {
    return { group, card: { ...base, folded: false, ...size(0, GROUP.head + 34) }, pods: [], slots }
  }
  if (folded) {
    const inSlots = [...group.pods].sort((a, b) => slots.get(keyOf(a))! - slots.get(keyOf(b))!)
    const fold = foldCard(group.id, inSlots)
    const card = { ...base, ...size(fold.width + GROUP.pad * 2, GROUP.head + fold.height + GROUP.pad) }
    return {
      group,
      card,
      pods: [],
      fold: { ...fold, width: card.width - GROUP.pad * 2 },
      slots,
    }
  }
  const fill = fillOf(group.pods.length)
  const cards = sortPods(group.pods, group.kind).map((pod: Pod) => podCard(pod, group, 'short'))
  const columns = columnsOf(slots, fill)
  const narrow = podWidth(cards)
  // one column takes the whole width of its group
  const width = columns === 1 ? Math.max(narrow, size(0, 0).width - GROUP.pad * 2) : narrow
  let right = 0
  let bottom = 0
  const pods = cards.map((card) => {
    const cell = cellOf(slots.get(card.key)!, fill)
    const x = GROUP.pad + cell.column * (width + POD.gap)
    const y = GROUP.head + cell.row * (POD.height + POD.gap)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + POD.height)
    return { card: { ...card, width }, x, y, column: cell.column }
  })
  // Reading order is the order on the screen.
  pods.sort((a, b) => a.y - b.y || a.x - b.x)
  return { group, card: { ...base, ...size(right + GROUP.pad, bottom + GROUP.pad) }, pods, slots }
}

/** Columns that the pods take. */
const columnsOf = (slots: ReadonlyMap<ObjectKey, number>, fill: Fill): number =>
  Math.max(0, ...[...slots.values()].map((slot) => cellOf(slot, fill).column)) + 1

/**
 * Where the middle of what stands for the group lies below its top, by the pods that are wanted: a rollout, which has more
 * for a while, moves no Service.
 */
export function middleOf({ group, card, fold, pods }: GroupBlock): number {
  if (fold || pods.length === 0) return card.height / 2
  const rows = clamp(group.wanted ?? group.pods.length, 1, TALL)
  return GROUP.head + (rows * (POD.height + POD.gap) - POD.gap) / 2
}

/** Puts a group on the picture and notes where packets arrive in it. */
export function placeGroup(draft: SceneDraft, block: GroupBlock, x: number, y: number): void {
  draft.place(block.card, x, y)
  for (const [key, slot] of block.slots) draft.slots.set(key, slot)
  if (block.fold) {
    const { fold } = block
    const fx = x + GROUP.pad
    const fy = y + GROUP.head
    draft.place(fold, fx, fy)
    for (const dot of fold.dots) {
      const point = { x: fx + dot.x, y: fy + dot.y }
      draft.spot(
        { kind: 'pod', key: dot.key },
        { node: fold.id, point, inner: [{ x: fx, y: fy + fold.height / 2 }], within: block.card.id },
      )
    }
  }
  for (const pod of block.pods) {
    const px = x + pod.x
    const py = y + pod.y
    draft.place(pod.card, px, py)
    const spot = { node: pod.card.id, within: block.card.id }
    if (pod.column === 0) {
      draft.spot({ kind: 'pod', key: pod.card.key }, { ...spot, point: { x: px, y: py + POD.height / 2 }, inner: [] })
    } else {
      // Over the heads of the pods before it, in the gap between the rows, and in from above.
      const lane = py - POD.gap / 2
      const inner = [
        { x: x + GROUP.pad - 4, y: lane },
        { x: px + 14, y: lane },
      ]
      draft.spot({ kind: 'pod', key: pod.card.key }, { ...spot, point: { x: px + 14, y: py }, inner })
    }
  }
}
