import { clone, deepEqual } from '../deep.ts'
import type { FieldType, GoType } from '../schema/schema.ts'
import { checkElements, goFormat, identity, inOrder, isMap, type Json, type JsonMap, PatchFault } from './list-order.ts'

export const DELETE_LIST = '$deleteFromPrimitiveList/'
export const SET_ORDER = '$setElementOrder/'
export const RETAIN_KEYS = '$retainKeys'
export const DIRECTIVE = '$patch'

/** Through pointers; undefined where the schema ends. */
const bare = (type: GoType | undefined): GoType | undefined => (type?.kind === 'pointer' ? bare(type.of) : type)

/** A field of a map, and for a list the type of its items. */
export function fieldOf(
  type: GoType | undefined,
  name: string,
): { readonly type: GoType | undefined; readonly field: FieldType | undefined } {
  const struct = bare(type)
  if (struct?.kind === 'struct') {
    const field = struct.fields.get(name)
    const inner = bare(field?.type)
    return { type: inner?.kind === 'list' ? inner.of : inner, field }
  }
  return { type: struct?.kind === 'map' ? struct.of : undefined, field: undefined }
}

export interface MergeOptions {
  /** Carry out the directives of lists; else they are kept, because the result is a patch itself. */
  readonly carryOut: boolean
  /** What is null and not there is forgotten; else it is kept, as a deletion. */
  readonly ignoreNulls: boolean
}

/**
 * Apply a strategic merge patch to an object: maps are merged, null deletes, lists are replaced unless their type names a merge key. The
 * patch is changed: what is left of it was not merged into a list.
 * k8s apimachinery/pkg/util/strategicpatch/patch.go StrategicMergeMapPatch (v1.36)
 */
export function mergeInto(
  target: unknown,
  patch: JsonMap,
  type: GoType | undefined,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string } {
  try {
    const original = clone(target)
    return {
      ok: true,
      value: mergeMap(isMap(original) ? original : {}, patch, type, { carryOut: true, ignoreNulls: true }),
    }
  } catch (thrown) {
    if (thrown instanceof PatchFault) return { ok: false, message: thrown.message }
    throw thrown
  }
}

// k8s apimachinery/pkg/util/strategicpatch/patch.go mergeMap (v1.36). Both maps are changed.
export function mergeMap(original: JsonMap, patch: JsonMap, type: GoType | undefined, options: MergeOptions): JsonMap {
  const directive = patch[DIRECTIVE]
  if (directive !== undefined) {
    delete patch[DIRECTIVE]
    if (directive === 'replace') return patch
    if (directive === 'delete') return {}
    throw new PatchFault(`unknown patch type: ${goFormat(directive)} in map: ${goFormat(patch)}`)
  }
  retainKeys(original, patch, options)
  setOrders(original, patch, type, options)
  for (const [key, value] of Object.entries(patch)) {
    let name = key
    const isDeleteList = key.startsWith(DELETE_LIST)
    if (isDeleteList) {
      if (!options.carryOut) {
        original[key] = value
        continue
      }
      name = key.slice(DELETE_LIST.length)
    }
    if (value === null) {
      delete original[name]
      if (options.ignoreNulls) continue
    }
    const before = original[name]
    if (before === undefined || kindOf(before) !== kindOf(value)) {
      if (isDeleteList) continue
      if (options.ignoreNulls) dropNulls(value)
      const kept = withoutDirectives(value)
      if (kept === undefined) delete original[name]
      else original[name] = kept
      continue
    }
    const { type: inner, field } = fieldOf(type, name)
    if (isMap(before)) original[name] = mergeMap(before, value as JsonMap, inner, options)
    else if (Array.isArray(before))
      original[name] = mergeListField(before, value as Json[], inner, field, isDeleteList, options)
    else original[name] = value
  }
  return original
}

const kindOf = (value: Json) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)

function mergeListField(
  before: Json[],
  patch: Json[],
  type: GoType | undefined,
  field: FieldType | undefined,
  isDeleteList: boolean,
  options: MergeOptions,
): Json[] {
  if (field?.mergeKey === undefined && !isDeleteList) return patch
  return mergeList(before, patch, type, field?.mergeKey ?? '', isDeleteList, options)
}

// k8s apimachinery/pkg/util/strategicpatch/patch.go mergeSlice (v1.36)
function mergeList(
  before: Json[],
  patch: Json[],
  type: GoType | undefined,
  key: string,
  isDeleteList: boolean,
  options: MergeOptions,
): Json[] {
  if (before.length === 0 && patch.length === 0) return before
  checkElements(before, patch)
  const maps = [...before, ...patch].some(isMap)
  if (!maps) {
    if (options.carryOut && isDeleteList) return before.filter((item) => !patch.some((gone) => deepEqual(gone, item)))
    const both = [...before, ...patch]
    const merged = both.filter((item, i) => both.findIndex((other) => deepEqual(other, item)) === i)
    return inOrder(merged, patch, before, '')
  }
  if (key === '') throw new PatchFault('cannot merge lists without merge key for slice')
  let rest = before
  let replace = false
  const plain: Json[] = []
  for (const item of patch) {
    const directive = isMap(item) ? item[DIRECTIVE] : undefined
    if (directive === undefined) plain.push(item)
    else if (directive === 'delete') {
      const id = identity(item, key)
      rest = rest.filter((other) => !(isMap(other) && deepEqual(other[key], id)))
    } else if (directive === 'replace') replace = true
    else if (directive === 'merge') throw new PatchFault('merging lists cannot yet be specified in the patch')
    else throw new PatchFault(`unknown patch type: ${goFormat(directive)} in map: ${goFormat(item)}`)
  }
  const [base, additions] = replace ? [plain, []] : [rest, plain]
  const merged = [...base]
  for (const item of additions) {
    const id = identity(item, key)
    const at = merged.findIndex((other) => isMap(other) && deepEqual(other[key], id))
    if (at >= 0) merged[at] = mergeMap(merged[at] as JsonMap, item as JsonMap, type, options)
    else merged.push(item)
  }
  return inOrder(merged, additions, base, key)
}

// k8s apimachinery/pkg/util/strategicpatch/patch.go applyRetainKeysDirective (v1.36)
function retainKeys(original: JsonMap, patch: JsonMap, options: MergeOptions): void {
  const keys = patch[RETAIN_KEYS]
  if (keys === undefined) return
  delete patch[RETAIN_KEYS]
  if (!options.carryOut) {
    original[RETAIN_KEYS] ??= keys
    return
  }
  if (!Array.isArray(keys)) throw new PatchFault('invalid patch format of $retainKeys')
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || name.startsWith(DELETE_LIST) || name.startsWith(SET_ORDER)) continue
    if (!keys.includes(name)) throw new PatchFault('invalid patch format of $retainKeys')
  }
  for (const name of Object.keys(original)) if (!keys.includes(name)) delete original[name]
}

// k8s apimachinery/pkg/util/strategicpatch/patch.go mergePatchIntoOriginal (v1.36)
function setOrders(original: JsonMap, patch: JsonMap, type: GoType | undefined, options: MergeOptions): void {
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(SET_ORDER)) continue
    if (!options.carryOut) original[key] ??= order
    delete patch[key]
    if (!Array.isArray(order)) throw new PatchFault('invalid patch format of $setElementOrder list')
    const name = key.slice(SET_ORDER.length)
    const before = original[name] as Json[] | undefined
    const list = patch[name] as Json[] | undefined
    const { type: inner, field } = fieldOf(type, name)
    const mergeKey = field?.mergeKey ?? ''
    if (!Array.isArray(before) && !Array.isArray(list)) continue
    checkOrder(list ?? [], order, mergeKey)
    const merged = !Array.isArray(list)
      ? before!
      : !Array.isArray(before)
        ? (withoutDirectives(list) as Json[])
        : mergeListField(before, list, inner, field, false, options)
    original[name] = inOrder(merged, order, before ?? [], mergeKey)
    delete patch[name]
  }
}

// k8s apimachinery/pkg/util/strategicpatch/patch.go validatePatchWithSetOrderList (v1.36)
function checkOrder(list: readonly Json[], order: readonly Json[], mergeKey: string): void {
  const items = list.filter((item) => !(isMap(item) && item[DIRECTIVE] !== undefined))
  if (order.length === 0 || items.length === 0) return
  let at = 0
  for (const item of order)
    if (at < items.length && deepEqual(identity(items[at], mergeKey), identity(item, mergeKey))) at++
  if (at < items.length) {
    throw new PatchFault(
      `The order in patch list:\n${goFormat(list)}\n doesn't match $setElementOrder list:\n${goFormat(order)}\n`,
    )
  }
}

function dropNulls(value: Json): void {
  if (Array.isArray(value)) for (const item of value) dropNulls(item)
  else if (isMap(value)) {
    for (const [name, part] of Object.entries(value)) {
      if (part === null) delete value[name]
      else dropNulls(part)
    }
  }
}

/** undefined for what is nothing but a directive. */
function withoutDirectives(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined)
  if (!isMap(value)) return value
  if (value[DIRECTIVE] !== undefined) return undefined
  for (const [name, part] of Object.entries(value)) {
    const kept = withoutDirectives(part)
    if (kept === undefined) delete value[name]
    else value[name] = kept
  }
  return value
}
