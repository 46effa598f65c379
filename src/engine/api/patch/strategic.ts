import { clone, deepEqual } from '../deep.ts'
import type { FieldType, GoType } from '../schema/schema.ts'

type Json = unknown
type Map_ = Readonly<Record<string, Json>>

const isMap = (value: Json): value is Map_ => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Through pointers; undefined where the schema ends. */
const bare = (type: GoType | undefined): GoType | undefined => (type?.kind === 'pointer' ? bare(type.of) : type)

function fieldOf(type: GoType | undefined, name: string): { type: GoType | undefined; field: FieldType | undefined } {
  const struct = bare(type)
  if (struct?.kind === 'struct') {
    const field = struct.fields.get(name)
    return { type: field?.type, field }
  }
  return { type: struct?.kind === 'map' ? struct.of : undefined, field: undefined }
}

const itemType = (type: GoType | undefined): GoType | undefined => {
  const list = bare(type)
  return list?.kind === 'list' ? list.of : undefined
}

/**
 * A strategic merge patch: maps are merged, null deletes, lists are replaced unless their type names a merge key; with `$patch: delete`,
 * `$patch: replace`, `$deleteFromPrimitiveList`, `$setElementOrder` and `$retainKeys`.
 * k8s apimachinery/pkg/util/strategicpatch/patch.go (v1.36)
 */
export function strategicPatch(target: Json, patch: Json, type: GoType | undefined): Json {
  if (!isMap(patch)) return clone(patch)
  if (patch['$patch'] === 'delete') return {}
  if (patch['$patch'] === 'replace') {
    const { $patch: _, ...rest } = patch
    return clone(rest)
  }
  const out: Record<string, Json> = isMap(target) ? { ...target } : {}
  const retain = patch['$retainKeys']
  if (Array.isArray(retain)) for (const name of Object.keys(out)) if (!retain.includes(name)) delete out[name]
  for (const [name, value] of Object.entries(patch)) {
    if (name === '$retainKeys' || name === '$patch' || name.startsWith('$setElementOrder/')) continue
    if (name.startsWith('$deleteFromPrimitiveList/')) {
      const list = name.slice('$deleteFromPrimitiveList/'.length)
      if (Array.isArray(out[list]))
        out[list] = (out[list] as Json[]).filter((item) => !(value as Json[]).includes(item))
      continue
    }
    const { type: inner, field } = fieldOf(type, name)
    if (value === null) delete out[name]
    else if (Array.isArray(value) && field?.mergeKey !== undefined) {
      out[name] = mergeList(out[name], value, field.mergeKey, itemType(inner), patch[`$setElementOrder/${name}`])
    } else if (isMap(value)) out[name] = strategicPatch(out[name], value, inner)
    else out[name] = clone(value)
  }
  return out
}

function mergeList(target: Json, patch: readonly Json[], key: string, type: GoType | undefined, order: Json): Json[] {
  const before: Json[] = Array.isArray(target) ? target : []
  if (key === '') {
    return [...before, ...patch.filter((item) => !before.includes(item))]
  }
  if (patch.some((item) => isMap(item) && item['$patch'] === 'replace')) {
    return patch.filter((item) => !(isMap(item) && item['$patch'] === 'replace')).map(clone)
  }
  let out = [...before]
  for (const item of patch) {
    if (!isMap(item)) continue
    const at = out.findIndex((old) => isMap(old) && deepEqual(old[key], item[key]))
    if (item['$patch'] === 'delete') {
      out = out.filter((old) => !(isMap(old) && deepEqual(old[key], item[key])))
    } else if (at >= 0) out[at] = strategicPatch(out[at], item, type)
    else out.push(strategicPatch(undefined, item, type))
  }
  if (!Array.isArray(order)) return out
  return inOrder(
    out,
    order.map((item) => (isMap(item) ? item[key] : item)),
    (item) => (isMap(item) ? item[key] : item),
  )
}

/** Listed items in the listed order; the others keep their place after what they stood behind. */
function inOrder(items: readonly Json[], order: readonly Json[], id: (item: Json) => Json): Json[] {
  const rank = (item: Json) => order.findIndex((o) => deepEqual(o, id(item)))
  const listed = items.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b))
  const out: Json[] = [...listed]
  items.forEach((item, i) => {
    if (rank(item) >= 0) return
    const behind = items
      .slice(0, i)
      .reverse()
      .find((other) => out.includes(other))
    out.splice(behind === undefined ? 0 : out.indexOf(behind) + 1, 0, item)
  })
  return out
}

/**
 * The three-way merge of `kubectl apply`: what was applied before and is no longer in the text goes, what the text says is set, what
 * others wrote stays. k8s apimachinery/pkg/util/strategicpatch/patch.go CreateThreeWayMergePatch (v1.36), without the patch in between.
 */
export function threeWayMerge(original: Json, modified: Json, current: Json, type: GoType | undefined): Json {
  if (modified === null) return undefined
  if (!isMap(modified)) return clone(modified)
  const before: Map_ = isMap(original) ? original : {}
  const out: Record<string, Json> = isMap(current) ? { ...current } : {}
  for (const name of Object.keys(before)) if (modified[name] === undefined) delete out[name]
  for (const [name, value] of Object.entries(modified)) {
    const { type: inner, field } = fieldOf(type, name)
    if (value === null || value === undefined) {
      delete out[name]
    } else if (Array.isArray(value) && field?.mergeKey !== undefined) {
      out[name] = mergeLists(before[name], value, out[name], field.mergeKey, itemType(inner))
    } else if (isMap(value) && field?.retainKeys) {
      // a union: what the text does not name belongs to another member
      const merged = threeWayMerge(before[name], value, out[name], inner) as Record<string, Json>
      for (const key of Object.keys(merged)) if (value[key] === undefined) delete merged[key]
      out[name] = merged
    } else if (isMap(value)) out[name] = threeWayMerge(before[name], value, out[name], inner)
    else out[name] = clone(value)
  }
  return out
}

function mergeLists(
  original: Json,
  modified: readonly Json[],
  current: Json,
  key: string,
  type: GoType | undefined,
): Json[] {
  const old: Json[] = Array.isArray(original) ? original : []
  const now: Json[] = Array.isArray(current) ? current : []
  if (key === '') {
    const kept = now.filter((item) => modified.includes(item) || !old.includes(item))
    return [...kept, ...modified.filter((item) => !kept.includes(item))]
  }
  const id = (item: Json) => (isMap(item) ? item[key] : undefined)
  const used = new Set<Json>()
  const pick = (list: readonly Json[], like: Json, n: number) => list.filter((item) => deepEqual(id(item), id(like)))[n]
  const counts = new Map<string, number>()
  const merged = modified.map((item) => {
    const name = JSON.stringify(id(item) ?? null)
    const n = counts.get(name) ?? 0
    counts.set(name, n + 1)
    const present = pick(now, item, n)
    if (present !== undefined) used.add(present)
    return { item: threeWayMerge(pick(old, item, n), item, present, type), present }
  })
  const others = now.filter((item) => !used.has(item) && !old.some((o) => deepEqual(id(o), id(item))))
  if (others.length === 0) return merged.map((m) => m.item)
  const out = merged.map((m) => m.item)
  for (const item of others) {
    const before = now.slice(0, now.indexOf(item)).reverse()
    const behind = before
      .map((b) => merged.find((m) => m.present === b)?.item ?? (out.includes(b) ? b : undefined))
      .find((b) => b !== undefined)
    out.splice(behind === undefined ? 0 : out.indexOf(behind) + 1, 0, item)
  }
  return out
}
