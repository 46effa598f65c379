import { fromTimestamp, keyOf, type ObjectKey, type Pod } from '../model/index.ts'
import type { Flow } from './geometry.ts'

/** Column and row of a pod in its group. */
export interface Cell {
  readonly column: number
  readonly row: number
}

/**
 * How a group fills its grid. `columns`: one below the other, four at most, then the next column: lines lead straight to
 * few pods, and no pod moves when another comes. Large groups go row by row.
 */
export type Fill =
  | { readonly type: 'columns'; readonly tall: number }
  | { readonly type: 'rows'; readonly columns: number }

/** Rows of a column, and the most columns of such a grid; of one that lies on its side, for a narrow pane. */
const TALL = 4
const NARROW = 3

export function fillOf(pods: number, flow: Flow): Fill {
  if (flow === 'down') return { type: 'columns', tall: NARROW }
  return pods > 24 ? { type: 'rows', columns: 6 } : { type: 'columns', tall: TALL }
}

export function cellOf(slot: number, fill: Fill): Cell {
  if (fill.type === 'rows') return { column: slot % fill.columns, row: Math.floor(slot / fill.columns) }
  const { tall } = fill
  if (tall === TALL && slot >= TALL * TALL) return { column: slot % TALL, row: Math.floor(slot / TALL) }
  return { column: Math.floor(slot / tall), row: slot % tall }
}

/** How many slots the grid has that holds so many pods: whole columns, or whole rows. */
export function capacityOf(pods: number, fill: Fill): number {
  const side = fill.type === 'rows' ? fill.columns : fill.tall
  return Math.ceil(pods / side) * side
}

/**
 * A slot for each pod. A pod keeps the one it had (`before`) while the grid has room there, newcomers take the lowest
 * free ones: so a rollout replaces pods in place. Without a past: by creation, then name; ordinals by their number.
 */
export function assignSlots(
  pods: readonly Pod[],
  kind: string,
  before: ReadonlyMap<ObjectKey, number> | undefined,
  fill: Fill,
): ReadonlyMap<ObjectKey, number> {
  const capacity = pods.length === 0 ? 0 : capacityOf(pods.length, fill)
  const slots = new Map<ObjectKey, number>()
  const taken = new Set<number>()
  const sorted = sortPods(pods, kind)
  for (const pod of sorted) {
    const wanted = kind === 'StatefulSet' ? ordinalOf(pod) : before?.get(keyOf(pod))
    if (wanted === undefined || taken.has(wanted) || (kind === 'StatefulSet' ? wanted >= 24 : wanted >= capacity))
      continue
    slots.set(keyOf(pod), wanted)
    taken.add(wanted)
  }
  let next = 0
  for (const pod of sorted) {
    if (slots.has(keyOf(pod))) continue
    while (taken.has(next)) next++
    slots.set(keyOf(pod), next)
    taken.add(next)
  }
  return slots
}

const ordinalOf = (pod: Pod): number | undefined => {
  const match = /-(\d{1,6})$/.exec(pod.metadata.name)
  return match ? Number(match[1]) : undefined
}

export function sortPods(pods: readonly Pod[], kind: string): readonly Pod[] {
  const rank = (pod: Pod): number =>
    kind === 'StatefulSet' ? (ordinalOf(pod) ?? 0) : fromTimestamp(pod.metadata.creationTimestamp ?? '') || 0
  return [...pods].sort((a, b) => rank(a) - rank(b) || (keyOf(a) < keyOf(b) ? -1 : 1))
}
