import { deepEqual } from '../deep.ts'
import { goJson } from '../field.ts'

export type Json = unknown
export type JsonMap = Record<string, Json>

export const isMap = (value: Json): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A patch that cannot be made or applied; becomes a value where a patch ends. */
export class PatchFault {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

/** A value as Go's fmt prints it. */
export function goFormat(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'string') return value
  if (!isMap(value)) return goJson(value)
  return `map[${Object.keys(value)
    .sort()
    .map((name) => `${name}:${goFormat(value[name])}`)
    .join(' ')}]`
}

/** The value of an item's merge key ('' for scalars, which are their own). */
export function identity(item: Json, mergeKey: string): Json {
  if (mergeKey === '') return item
  if (!isMap(item) || item[mergeKey] === undefined) {
    throw new PatchFault(`map: ${goFormat(item)} does not contain declared merge key: ${mergeKey}`)
  }
  return item[mergeKey]
}

const indexIn = (list: readonly Json[], item: Json, mergeKey: string): number => {
  const id = isMap(item) ? item[mergeKey] : item
  return list.findIndex((other) => deepEqual(isMap(other) ? other[mergeKey] : other, id))
}

/** Insertion sort, with a `less` that need not be an order: what Go's sort does to short lists. */
export function insertionSort<T>(list: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const out = [...list]
  for (let i = 1; i < out.length; i++) {
    for (let j = i; j > 0 && less(out[j]!, out[j - 1]!); j--) {
      const swap = out[j]!
      out[j] = out[j - 1]!
      out[j - 1] = swap
    }
  }
  return out
}

const isDeletion = (item: Json) => isMap(item) && item['$patch'] === 'delete'

// k8s apimachinery/pkg/util/strategicpatch/patch.go normalizeSliceOrder (v1.36)
export function sortLike(list: readonly Json[], order: readonly Json[], mergeKey: string): Json[] {
  if (mergeKey !== '') for (const item of [...list, ...order]) identity(item, mergeKey)
  const kept = list.filter((item) => !isDeletion(item))
  const sorted = insertionSort(kept, (a, b) => {
    const [i, j] = [indexIn(order, a, mergeKey), indexIn(order, b, mergeKey)]
    return i >= 0 && j >= 0 ? i < j : true
  })
  return [...sorted, ...list.filter(isDeletion)]
}

/** As Go's reflect tells values that were read from JSON apart. */
export function goKind(value: Json): string {
  if (value === null) return 'nil'
  if (Array.isArray(value)) return 'slice'
  return typeof value === 'number' ? (Number.isInteger(value) ? 'int64' : 'float64') : typeof value
}

/** Items of a list that is merged are all alike, and no lists. k8s apimachinery/pkg/util/strategicpatch/patch.go sliceElementType (v1.36) */
export function checkElements(before: readonly Json[], now: readonly Json[]): void {
  const all = [...before, ...now]
  if (Array.isArray(all[0])) throw new PatchFault('lists of lists are not supported')
  if (all.some((item) => goKind(item) !== goKind(all[0])))
    throw new PatchFault(`list element types are not identical: ${goFormat([before, now])}`)
}

/**
 * Items that `order` names, in its order; the server's other items stay where they stood among them.
 * k8s apimachinery/pkg/util/strategicpatch/patch.go normalizeElementOrder, mergeSortedSlice (v1.36)
 */
export function inOrder(
  merged: readonly Json[],
  order: readonly Json[],
  server: readonly Json[],
  mergeKey: string,
): Json[] {
  const named = (item: Json) => indexIn(order, item, mergeKey) >= 0
  if (mergeKey !== '') for (const item of merged) identity(item, mergeKey)
  const left = sortLike(
    merged.filter((item) => !named(item)),
    server,
    mergeKey,
  )
  const right = sortLike(merged.filter(named), order, mergeKey)
  const out: Json[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i >= left.length) out.push(right[j++])
    else if (j >= right.length) out.push(left[i++])
    else {
      const [l, r] = [indexIn(server, left[i], mergeKey), indexIn(server, right[j], mergeKey)]
      out.push(l >= 0 && r >= 0 && l < r ? left[i++] : right[j++])
    }
  }
  return out
}
