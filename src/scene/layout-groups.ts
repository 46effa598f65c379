import { keyOf, type ObjectKey, type Pod } from '../model/index.ts'
import { foldCard, podCard, podWidth } from './cards.ts'
import type { SceneDraft } from './draft.ts'
import { turnCard } from './flow.ts'
import type { Flow } from './geometry.ts'
import type { Inventory, PodGroup } from './inventory.ts'
import { CROWDED, clamp, FOLD_ABOVE, GROUP, POD, textWidth } from './measure.ts'
import { countStates, podState } from './pod-state.ts'
import type { FoldNode, GroupNode, PodNode, SceneView, Unplaced } from './scene.ts'
import { assignSlots, cellOf, type Fill, fillOf, sortPods } from './slots.ts'

/** A group with its pods, each at its place from the group's corner, as the layout sees them (see `Flow`). */
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
  /** Rows of its grid, by the pods that are wanted. */
  readonly rows: number
}

/** Which groups fold: by a person's word, else by size, sooner in a crowd. */
export function foldsOf(groups: Inventory['groups'], view: SceneView): (group: PodGroup) => boolean {
  const total = groups.reduce((sum, group) => sum + group.pods.length, 0)
  const above = total > CROWDED.pods ? CROWDED.foldAbove : FOLD_ABOVE
  return (group) => view.folds?.get(group.id) ?? group.pods.length > above
}

const FOLDABLE_FROM = CROWDED.foldAbove + 1

export function groupBlock(
  group: PodGroup,
  folded: boolean,
  flow: Flow,
  before?: ReadonlyMap<ObjectKey, number>,
): GroupBlock {
  const fill = fillOf(group.pods.length, flow)
  const slots = assignSlots(group.pods, group.kind, before, fill)
  const title = group.kind === 'Pod' ? 'Pods' : `${group.kind} ${group.name}`
  const counts = countStates(group.pods.map(podState))
  const headWidth =
    textWidth(title, 'title') +
    textWidth('◆ 00 / 00', 'small') +
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
    ...(group.trouble && { trouble: group.trouble }),
    foldable: group.pods.length >= FOLDABLE_FROM,
    folded,
  }
  /** From the size that it has on the screen. */
  const size = (width: number, height: number) => ({
    width: Math.min(Math.max(width, headWidth, GROUP.minWidth), Math.max(width, 420)),
    height,
  })
  if (group.pods.length === 0) {
    const card = turnCard(flow, { ...base, folded: false, ...size(0, GROUP.head + 34) })
    return { group, card, pods: [], slots, rows: 1 }
  }
  if (folded) {
    const inSlots = [...group.pods].sort((a, b) => slots.get(keyOf(a))! - slots.get(keyOf(b))!)
    const fold = foldCard(group.id, inSlots)
    const card = { ...base, ...size(fold.width + GROUP.pad * 2, GROUP.head + fold.height + GROUP.pad) }
    return {
      group,
      card: turnCard(flow, card),
      pods: [],
      fold: turnCard(flow, { ...fold, width: card.width - GROUP.pad * 2 }),
      slots,
      rows: 1,
    }
  }
  const cards = sortPods(group.pods, group.kind).map((pod: Pod) => podCard(pod, group, 'short'))
  const cells = cards.map((card) => cellOf(slots.get(card.key)!, fill))
  const columns = Math.max(...cells.map(({ column }) => column)) + 1
  const rows = Math.max(...cells.map(({ row }) => row)) + 1
  const narrow = podWidth(cards)
  // one column of the screen takes the whole width of its group
  const alone = flow === 'right' ? columns === 1 : rows === 1
  const width = alone ? Math.max(narrow, size(0, 0).width - GROUP.pad * 2) : narrow
  const cell = turnCard(flow, { width, height: POD.height })
  const { left, top } = insideOf(flow)
  const pods = cards.map((card, i) => {
    const { column, row } = cells[i]!
    const x = left + column * (cell.width + POD.gap)
    const y = top + row * (cell.height + POD.gap)
    return { card: { ...card, ...cell }, x, y, column }
  })
  // Reading order is the order on the screen.
  pods.sort((a, b) => (flow === 'right' ? a.y - b.y || a.x - b.x : a.x - b.x || a.y - b.y))
  const [across, down] = flow === 'right' ? [columns, rows] : [rows, columns]
  const whole = size(
    across * (width + POD.gap) - POD.gap + GROUP.pad * 2,
    GROUP.head + down * (POD.height + POD.gap) - POD.gap + GROUP.pad,
  )
  return { group, card: turnCard(flow, { ...base, ...whole }), pods, slots, rows: rowsWanted(group, fill) }
}

/** Where a group's pods begin: below its title, which stands at the bottom where requests come from above. */
const insideOf = (flow: Flow): { readonly left: number; readonly top: number } => ({
  left: GROUP.pad,
  top: flow === 'right' ? GROUP.head : GROUP.pad,
})

/** By the pods that are wanted: a rollout, which has more for a while, moves no Service. */
function rowsWanted(group: PodGroup, fill: Fill): number {
  const wanted = group.wanted ?? group.pods.length
  return fill.type === 'columns' ? clamp(wanted, 1, fill.tall) : Math.ceil(wanted / fill.columns)
}

/** Where the middle of what stands for the group lies below its top. */
export function middleOf({ card, fold, pods, rows }: GroupBlock, flow: Flow): number {
  if (fold || pods.length === 0 || flow === 'down') return card.height / 2
  return GROUP.head + (rows * (POD.height + POD.gap) - POD.gap) / 2
}

/** Puts a group on the picture and notes where packets arrive in it. */
export function placeGroup(draft: SceneDraft, block: GroupBlock, x: number, y: number, flow: Flow): void {
  draft.place(block.card, x, y)
  const { left, top } = insideOf(flow)
  for (const [key, slot] of block.slots) draft.slots.set(key, slot)
  if (block.fold) {
    const { fold } = block
    const fx = x + left
    const fy = y + top
    draft.place(fold, fx, fy)
    for (const dot of fold.dots) {
      const [dx, dy] = flow === 'right' ? [dot.x, dot.y] : [dot.y, dot.x]
      const inner = [{ x: fx, y: fy + fold.height / 2 }]
      const point = { x: fx + dx, y: fy + dy }
      draft.spot({ kind: 'pod', key: dot.key }, { node: fold.id, point, inner, within: block.card.id })
    }
  }
  for (const pod of block.pods) {
    const px = x + pod.x
    const py = y + pod.y
    draft.place(pod.card, px, py)
    const spot = { node: pod.card.id, within: block.card.id }
    if (pod.column === 0) {
      const point = { x: px, y: py + pod.card.height / 2 }
      draft.spot({ kind: 'pod', key: pod.card.key }, { ...spot, point, inner: [] })
    } else {
      // Over the heads of the pods before it, in the gap between the rows, and in from above.
      const lane = py - POD.gap / 2
      const inner = [
        { x: x + left - 4, y: lane },
        { x: px + 14, y: lane },
      ]
      draft.spot({ kind: 'pod', key: pod.card.key }, { ...spot, point: { x: px + 14, y: py }, inner })
    }
  }
}
