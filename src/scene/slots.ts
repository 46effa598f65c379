import { fromTimestamp, keyOf, type ObjectKey, type Pod } from '../model/index.ts'

/** Column and row of a pod in its group. */
export interface Cell {
  readonly column: number
  readonly row: number
}

/**
 * How a group fills its grid. `square` grows around what is there (slot 4 opens the third column), so that no pod moves
 * when another comes; the others go row by row.
 */
export type Fill = { readonly type: 'square' } | { readonly type: 'rows'; readonly columns: number }

const SQUARE_SIDE = 4

/** Groups with an order (a StatefulSet's ordinals) read from left to right; large ones are wide. */
export function fillOf(kind: string, pods: number): Fill {
  if (pods > 24) return { type: 'rows', columns: 6 }
  return kind === 'StatefulSet' ? { type: 'rows', columns: 3 } : { type: 'square' }
}

export function cellOf(slot: number, fill: Fill): Cell {
  if (fill.type === 'rows') return { column: slot % fill.columns, row: Math.floor(slot / fill.columns) }
  if (slot >= SQUARE_SIDE * SQUARE_SIDE) return { column: slot % SQUARE_SIDE, row: Math.floor(slot / SQUARE_SIDE) }
  const side = Math.floor(Math.sqrt(slot))
  const along = slot - side * side
  return along < side ? { column: side, row: along } : { column: along - side, row: side }
}

/** How many slots the grid has that holds so many pods. */
export function capacityOf(pods: number, fill: Fill): number {
  if (fill.type === 'rows') return Math.ceil(pods / fill.columns) * fill.columns
  if (pods > SQUARE_SIDE * SQUARE_SIDE) return Math.ceil(pods / SQUARE_SIDE) * SQUARE_SIDE
  const side = Math.floor(Math.sqrt(pods - 1))
  return pods - 1 - side * side < side ? side * side + side : (side + 1) * (side + 1)
}

/**
 * A slot for each pod. A pod keeps the one it had (`before`) while the grid has room there, newcomers take the lowest
 * free ones: so a rollout replaces pods in place. Without a past: by creation, then name; ordinals by their number.
 */
export function assignSlots(
  pods: readonly Pod[],
  kind: string,
  before: ReadonlyMap<ObjectKey, number> | undefined,
): ReadonlyMap<ObjectKey, number> {
  const fill = fillOf(kind, pods.length)
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
