import { clone, deepEqual } from '../deep.ts'

type Json = unknown
export type Patched =
  | { readonly ok: true; readonly value: Json }
  /** `malformed`: it is no patch at all. */
  | { readonly ok: false; readonly message: string; readonly malformed?: true }

interface Operation {
  readonly op?: unknown
  readonly path?: unknown
  readonly from?: unknown
  readonly value?: Json
}

/**
 * RFC 6902, as the API server's library reads it: a `replace` of a field that is not there sets it, an index may count from the end.
 * gopkg.in/evanphx/json-patch.v4 patch.go (v4.13); apiserver/pkg/endpoints/handlers/patch.go applyJSPatch (v1.36)
 */
export function jsonPatch(target: Json, patch: Json): Patched {
  const wrong = malformed(patch)
  if (wrong !== undefined)
    return { ok: false, message: `error decoding patch: json: cannot unmarshal ${wrong}`, malformed: true }
  let value = clone(target)
  for (const step of (patch ?? []) as Operation[]) {
    const result = apply(value, step ?? {})
    if (!result.ok) return result
    value = result.value
  }
  return { ok: true, value }
}

const jsonKind = (value: Json) => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value)

/** What Go's decoder says of a patch that is none. */
function malformed(patch: Json): string | undefined {
  if (patch === null) return undefined
  if (!Array.isArray(patch)) return `${jsonKind(patch)} into Go value of type []handlers.jsonPatchOp`
  for (const step of patch) {
    if (step === null) continue
    if (typeof step !== 'object' || Array.isArray(step))
      return `${jsonKind(step)} into Go value of type handlers.jsonPatchOp`
    for (const name of ['op', 'path', 'from'] as const) {
      const text = (step as Operation)[name] ?? ''
      if (typeof text !== 'string') return `${jsonKind(text)} into Go struct field jsonPatchOp.${name} of type string`
    }
  }
  return undefined
}

const fail = (message: string): Patched => ({ ok: false, message })
const keysOf = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((k) => k.replaceAll('~1', '/').replaceAll('~0', '~'))

type Container = Json[] | Record<string, Json>

function apply(doc: Json, { op, path, from, value = null }: Operation): Patched {
  if (typeof path !== 'string') return fail(`${String(op)} operation failed to decode path: missing value`)
  switch (op) {
    case 'add':
      return add(doc, path, clone(value))
    case 'remove':
      return remove(doc, path)
    case 'replace': {
      if (path === '') return { ok: true, value: clone(value) }
      const place = find(doc, path)
      if (!place || isBeyond(place))
        return fail(`replace operation does not apply: doc is missing key: ${path}: missing value`)
      if (Array.isArray(place.holder)) place.holder[indexOf(place.holder, place.key)!] = clone(value)
      else place.holder[place.key] = clone(value)
      return { ok: true, value: doc }
    }
    case 'test': {
      const place = find(doc, path)
      if (path !== '' && (!place || isBeyond(place)))
        return fail(`test operation does not apply: is missing path: ${path}: missing value`)
      return deepEqual((place ? read(place) : doc) ?? null, value)
        ? { ok: true, value: doc }
        : fail(`testing value ${path} failed: test failed`)
    }
    case 'move':
    case 'copy': {
      if (typeof from !== 'string') return fail(`${op} operation failed to decode from: missing value`)
      const place = find(doc, from)
      if (!place || isBeyond(place) || (op === 'move' && read(place) === undefined))
        return fail(`${op} operation does not apply: doc is missing from path: ${from}: missing value`)
      const moved = clone(read(place) ?? null)
      const rest = op === 'move' ? remove(doc, from) : ({ ok: true, value: doc } as const)
      return rest.ok ? add(rest.value, path, moved) : rest
    }
    default:
      return fail(`Unexpected kind: ${String(op)}`)
  }
}

interface Place {
  readonly holder: Container
  readonly key: string
}

/** The map or list that a path leads into, and the last step. */
function find(doc: Json, path: string): Place | undefined {
  const keys = keysOf(path)
  const key = keys.pop()
  if (key === undefined) return undefined
  let at = doc
  for (const step of keys) at = read({ holder: at as Container, key: step })
  return typeof at === 'object' && at !== null ? { holder: at as Container, key } : undefined
}

/** From the end when negative; undefined outside of the list. */
function indexOf(list: readonly Json[], key: string): number | undefined {
  if (!/^[+-]?\d+$/.test(key)) return undefined
  const at = Number(key) < 0 ? Number(key) + list.length : Number(key)
  return at >= 0 && at < list.length ? at : undefined
}

function read({ holder, key }: Place): Json {
  if (typeof holder !== 'object' || holder === null) return undefined
  if (!Array.isArray(holder)) return Object.hasOwn(holder, key) ? holder[key] : undefined
  const at = indexOf(holder, key)
  return at === undefined ? undefined : holder[at]
}

/** A map has a place for every key, a list only for its own. */
const isBeyond = ({ holder, key }: Place) => Array.isArray(holder) && indexOf(holder, key) === undefined

function add(doc: Json, path: string, value: Json): Patched {
  const place = find(doc, path)
  const missing = () =>
    fail(`add operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)
  if (!place) return missing()
  const { holder, key } = place
  if (Array.isArray(holder)) {
    const at = key === '-' ? holder.length : /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN
    // the list that an index counts from the end of has the new item
    const from = at < 0 ? at + holder.length + 1 : at
    if (!(from >= 0 && from <= holder.length)) return missing()
    holder.splice(from, 0, value)
  } else holder[key] = value
  return { ok: true, value: doc }
}

function remove(doc: Json, path: string): Patched {
  const place = find(doc, path)
  if (!place || read(place) === undefined)
    return fail(`remove operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)
  const { holder, key } = place
  if (Array.isArray(holder)) holder.splice(indexOf(holder, key)!, 1)
  else delete holder[key]
  return { ok: true, value: doc }
}

/** RFC 7386. */
export function mergePatch(target: Json, patch: Json): Json {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return clone(patch)
  const base = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {}
  const out: Record<string, Json> = { ...(base as Record<string, Json>) }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key]
    else out[key] = mergePatch(out[key], value)
  }
  return out
}
