import { clone, deepEqual } from '../deep.ts'

type Json = unknown
export type Patched = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string }

interface Operation {
  readonly op?: unknown
  readonly path?: unknown
  readonly from?: unknown
  readonly value?: Json
}

/** RFC 6902. The messages are those of gopkg.in/evanphx/json-patch.v4, which the API server uses. */
export function jsonPatch(target: Json, patch: Json): Patched {
  if (!Array.isArray(patch))
    return { ok: false, message: 'json: cannot unmarshal object into Go value of type jsonpatch.Patch' }
  let value = clone(target)
  for (const step of patch as Operation[]) {
    const result = apply(value, step)
    if (!result.ok) return result
    value = result.value
  }
  return { ok: true, value }
}

const fail = (message: string): Patched => ({ ok: false, message })
const keysOf = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((k) => k.replaceAll('~1', '/').replaceAll('~0', '~'))

function apply(doc: Json, { op, path, from, value }: Operation): Patched {
  if (typeof path !== 'string') return fail('missing path')
  switch (op) {
    case 'add':
      return add(doc, path, clone(value))
    case 'remove':
      return take(doc, path, 'remove')
    case 'replace': {
      if (find(doc, path) === undefined)
        return fail(`replace operation does not apply: doc is missing key: ${path}: missing value`)
      return set(doc, path, clone(value))
    }
    case 'test':
      return deepEqual(find(doc, path) ?? null, value ?? null)
        ? { ok: true, value: doc }
        : fail(`testing value ${path} failed: test failed`)
    case 'move':
    case 'copy': {
      if (typeof from !== 'string') return fail('missing from')
      const moved = find(doc, from)
      if (moved === undefined)
        return fail(`${op} operation does not apply: doc is missing from path: ${from}: missing value`)
      const rest = op === 'move' ? take(doc, from, op) : ({ ok: true, value: doc } as const)
      return rest.ok ? add(rest.value, path, clone(moved)) : rest
    }
    default:
      return fail(`Unexpected kind: ${String(op)}`)
  }
}

function find(doc: Json, path: string): Json {
  let at = doc
  for (const key of keysOf(path)) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, Json>)[key]
  }
  return at
}

function parentOf(doc: Json, path: string): { parent: Json; key: string } {
  const keys = keysOf(path)
  const key = keys.pop() ?? ''
  return {
    parent:
      keys.length === 0
        ? doc
        : find(doc, `/${keys.map((k) => k.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`),
    key,
  }
}

function add(doc: Json, path: string, value: Json): Patched {
  if (path === '') return { ok: true, value }
  const { parent, key } = parentOf(doc, path)
  if (Array.isArray(parent)) {
    const at = key === '-' ? parent.length : Number(key)
    if (!Number.isInteger(at) || at < 0 || at > parent.length)
      return fail(`add operation does not apply: doc is missing path: ${path}: missing value`)
    parent.splice(at, 0, value)
  } else if (typeof parent === 'object' && parent !== null) {
    ;(parent as Record<string, Json>)[key] = value
  } else return fail(`add operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)
  return { ok: true, value: doc }
}

function set(doc: Json, path: string, value: Json): Patched {
  if (path === '') return { ok: true, value }
  const { parent, key } = parentOf(doc, path)
  if (Array.isArray(parent)) parent[Number(key)] = value
  else (parent as Record<string, Json>)[key] = value
  return { ok: true, value: doc }
}

function take(doc: Json, path: string, op: string): Patched {
  const { parent, key } = parentOf(doc, path)
  if (typeof parent !== 'object' || parent === null || find(doc, path) === undefined) {
    return fail(`${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)
  }
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete (parent as Record<string, Json>)[key]
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
