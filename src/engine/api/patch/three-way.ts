import { clone, deepEqual } from '../deep.ts'
import type { GoType } from '../schema/schema.ts'
import {
  checkElements,
  goFormat,
  identity,
  insertionSort,
  isMap,
  type Json,
  type JsonMap,
  PatchFault,
  sortLike,
} from './list-order.ts'
import { DELETE_LIST, DIRECTIVE, fieldOf, mergeMap, RETAIN_KEYS, SET_ORDER } from './strategic.ts'

interface DiffOptions {
  readonly ignoreDeletions?: boolean
  readonly ignoreChanges?: boolean
  readonly retainKeys?: boolean
}

/**
 * The patch of `kubectl apply`: what changes from the current object to the modified one without deletions, and what was in the original
 * and is not in the modified one. Empty when nothing is to be changed.
 * k8s apimachinery/pkg/util/strategicpatch/patch.go CreateThreeWayMergePatch (v1.36)
 */
export function threeWayPatch(
  original: Json,
  modified: Json,
  current: Json,
  type: GoType | undefined,
): { readonly ok: true; readonly patch: JsonMap } | { readonly ok: false; readonly message: string } {
  const map = (value: Json): JsonMap => (isMap(value) ? value : {})
  try {
    const delta = diffMaps(map(current), map(modified), type, { ignoreDeletions: true })
    const deletions = diffMaps(map(original), map(modified), type, { ignoreChanges: true })
    return { ok: true, patch: mergeMap(clone(deletions), clone(delta), type, { carryOut: false, ignoreNulls: false }) }
  } catch (thrown) {
    if (thrown instanceof PatchFault) return { ok: false, message: thrown.message }
    throw thrown
  }
}

const kindOf = (value: Json) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)

// k8s apimachinery/pkg/util/strategicpatch/patch.go diffMaps (v1.36)
function diffMaps(original: JsonMap, modified: JsonMap, type: GoType | undefined, options: DiffOptions): JsonMap {
  const patch: JsonMap = {}
  for (const name of Object.keys(modified).sort()) {
    const now = modified[name]
    const before = original[name]
    if (before === undefined || kindOf(before) !== kindOf(now)) {
      if (!options.ignoreChanges && now !== undefined) patch[name] = now
    } else if (isMap(before)) {
      const { type: inner, field } = fieldOf(type, name)
      const inside = diffMaps(before, now as JsonMap, inner, { ...options, retainKeys: field?.retainKeys ?? false })
      if (Object.keys(inside).length > 0) patch[name] = inside
    } else if (Array.isArray(before)) diffListField(name, before, now as Json[], patch, type, options)
    else if (!options.ignoreChanges && before !== now) patch[name] = now
  }
  if (!options.ignoreDeletions)
    for (const name of Object.keys(original)) if (modified[name] === undefined) patch[name] = null
  if (options.retainKeys) {
    const keys = Object.keys(modified).filter((name) => modified[name] !== null && modified[name] !== undefined)
    const more = Object.keys(original).some((name) => original[name] !== null && modified[name] === undefined)
    if (keys.length > 0 && (Object.keys(patch).length > 0 || more)) patch[RETAIN_KEYS] = keys.sort()
  }
  return patch
}

// k8s apimachinery/pkg/util/strategicpatch/patch.go handleSliceDiff, diffLists (v1.36)
function diffListField(
  name: string,
  before: Json[],
  now: Json[],
  patch: JsonMap,
  type: GoType | undefined,
  options: DiffOptions,
): void {
  const { type: inner, field } = fieldOf(type, name)
  if (field?.mergeKey === undefined) {
    if (!options.ignoreChanges && !deepEqual(before, now)) patch[name] = now
    return
  }
  if (before.length === 0) {
    if (now.length > 0 && !options.ignoreChanges) patch[name] = now
    return
  }
  checkElements(before, now)
  const inside: DiffOptions = { ...options, retainKeys: field.retainKeys }
  const { add, remove, order } = isMap(before[0])
    ? diffMapLists(before, now, inner, field.mergeKey, inside)
    : diffScalarLists(before, now, options)
  if (add.length > 0) patch[name] = add
  if (remove.length > 0) patch[`${DELETE_LIST}${name}`] = remove
  if (order.length > 0) patch[`${SET_ORDER}${name}`] = order
}

interface ListDiff {
  readonly add: Json[]
  readonly remove: Json[]
  readonly order: Json[]
}

/** As Go compares what it prints; of equals the later comes first. */
const byText = (list: readonly Json[], text: (item: Json) => string) =>
  insertionSort(list, (a, b) => text(a) <= text(b))

function diffMapLists(
  before: Json[],
  now: Json[],
  type: GoType | undefined,
  key: string,
  options: DiffOptions,
): ListDiff {
  const text = (item: Json) => goFormat(isMap(item) ? item[key] : item)
  const [left, right] = [byText(before, text), byText(now, text)]
  const changes: Json[] = []
  const deletions: Json[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    const a = i < left.length ? goFormat(identity(left[i], key)) : undefined
    const b = j < right.length ? goFormat(identity(right[j], key)) : undefined
    if (a !== undefined && a === b) {
      const inside = diffMaps(left[i] as JsonMap, right[j] as JsonMap, type, options)
      if (Object.keys(inside).length > 0) changes.push({ ...inside, [key]: (right[j] as JsonMap)[key] })
      i++
      j++
    } else if (a === undefined || (b !== undefined && a > b)) {
      if (!options.ignoreChanges) changes.push(right[j])
      j++
    } else {
      if (!options.ignoreDeletions) deletions.push({ [key]: (left[i] as JsonMap)[key], [DIRECTIVE]: 'delete' })
      i++
    }
  }
  const add = [...sortLike(changes, now, key), ...deletions]
  const sameOrder =
    before.length === now.length && now.every((item, n) => deepEqual(identity(before[n], key), identity(item, key)))
  const wanted =
    (!options.ignoreChanges && (add.length > 0 || !sameOrder)) || (!options.ignoreDeletions && add.length > 0)
  return { add, remove: [], order: wanted ? now.map((item) => ({ [key]: (item as JsonMap)[key] })) : [] }
}

function diffScalarLists(before: Json[], now: Json[], options: DiffOptions): ListDiff {
  const [left, right] = [byText(before, goFormat), byText(now, goFormat)]
  const add: Json[] = []
  const remove: Json[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    const a = i < left.length ? goFormat(left[i]) : undefined
    const b = j < right.length ? goFormat(right[j]) : undefined
    if (a === b) {
      i++
      j++
    } else if (b === undefined || (a !== undefined && a < b)) {
      if (!options.ignoreDeletions && !remove.includes(left[i])) remove.push(left[i])
      i++
    } else {
      if (!options.ignoreChanges) add.push(right[j])
      j++
    }
  }
  const wanted = (!options.ignoreDeletions && remove.length > 0) || (!options.ignoreChanges && !deepEqual(before, now))
  return { add: sortLike(add, now, ''), remove, order: wanted ? now : [] }
}
