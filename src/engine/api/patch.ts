import type { KObject } from '../../model/index.ts'
import { get, type State } from '../core/index.ts'
import { conversionFaults } from './convert.ts'
import type { WriteOptions } from './create.ts'
import type { DecodeProblem } from './decode.ts'
import { clone } from './deep.ts'
import { goJson, goQuote } from './field.ts'
import { infoFor, infoOf } from './lookup.ts'
import { jsonPatch, mergePatch } from './patch/json-patch.ts'
import { goFormat, isMap } from './patch/list-order.ts'
import { mergeInto } from './patch/strategic.ts'
import { readObject } from './read.ts'
import { kindType } from './schema/schema.ts'
import { type ApiResult, type ApiStatus, badRequest, notFoundStatus, refuse } from './status.ts'
import { storeUpdate } from './update.ts'

export type PatchType = 'json' | 'merge' | 'strategic'

/**
 * PATCH an object, named by the first part of its key (`Service`), its namespace and name.
 * k8s apiserver/pkg/endpoints/handlers/patch.go (v1.36)
 */
export function patchObject(
  state: State,
  kind: string,
  namespace: string,
  name: string,
  type: PatchType,
  patch: unknown,
  options: WriteOptions = {},
): ApiResult {
  const old = get(state, kind, namespace, name)
  if (!old) {
    const info = infoOf(kind)
    return refuse(notFoundStatus(info?.apiVersion ?? 'v1', info?.plural ?? `${kind.toLowerCase()}s`, name))
  }
  if (type === 'strategic' && kindType(old.apiVersion, old.kind)) return strategic(state, old, patch, options)
  if (type !== 'json') return storePatched(state, old, mergePatch(old, patch), options)
  const result = jsonPatch(old, patch)
  if (result.ok) return storePatched(state, old, result.value, options)
  // the reason stays with the server: the answer is a status code with words of its own
  const words = 'the server rejected our request due to an error in our request'
  return refuse(
    result.malformed
      ? badRequest(result.message)
      : { code: 422, reason: 'Invalid', message: words, kind: '', name: '' },
  )
}

// k8s apiserver/pkg/endpoints/handlers/patch.go applyPatchToObject (v1.36)
export function strategic(state: State, old: KObject, patch: unknown, options: WriteOptions): ApiResult {
  const type = kindType(old.apiVersion, old.kind)
  if (!isMap(patch) || !type)
    return refuse(badRequest('json: cannot unmarshal array into Go value of type map[string]interface {}'))
  // merging takes the patch apart, and what is left of it is what the refusal shows
  const rest = clone(patch)
  const merged = mergeInto(old, rest, type)
  if (!merged.ok) return refuse({ code: 500, reason: 'Unknown', message: merged.message })
  const { error, unknown } = conversionFaults(type, merged.value)
  const shown = goQuote(goFormat(rest))
  if (error) return refuse(patchRefused(shown, error.message, [error]))
  if (unknown.length > 0 && (options.fieldValidation ?? 'Strict') === 'Strict') {
    const inOrder = [...unknown].sort((a, b) => (a.message < b.message ? -1 : 1))
    return refuse(patchRefused(shown, `strict decoding error: ${inOrder.map((u) => u.message).join(', ')}`, inOrder))
  }
  return storeRead(state, old, merged.value, options)
}

/** The server says it of an object without kind and name, and the field is the patch itself; `plain` says what is wrong with the field. */
function patchRefused(shown: string, detail: string, faults: readonly DecodeProblem[]): ApiStatus {
  const message = `Invalid value: ${shown}: ${detail}`
  return {
    code: 422,
    reason: 'Invalid',
    message: ` "" is invalid: patch: ${message}`,
    kind: '',
    name: '',
    causes: faults.map((f) => ({ field: 'patch', message, path: f.path, plain: f.message })),
  }
}

// k8s apiserver/pkg/endpoints/handlers/patch.go applyPatchToCurrentObject of a jsonPatcher (v1.36)
function storePatched(state: State, old: KObject, value: unknown, options: WriteOptions): ApiResult {
  const read = readObject(value, options.fieldValidation)
  if (read.ok || read.status.reason !== 'BadRequest') return storeRead(state, old, value, options)
  const detail = read.status.message.replace(/^.*? in version ".*?" cannot be handled as a \w+: /, '')
  const faults = (read.status.causes ?? []).map(({ message, path }) => ({ message, path }))
  return refuse(
    patchRefused(goQuote(goJson(sorted(value))), detail, faults.length > 0 ? faults : [{ message: detail, path: [] }]),
  )
}

function storeRead(state: State, old: KObject, value: unknown, options: WriteOptions): ApiResult {
  const info = infoFor(old)
  const read = readObject(
    value,
    options.fieldValidation === 'Strict' ? 'Ignore' : (options.fieldValidation ?? 'Ignore'),
  )
  if (!read.ok) return refuse(read.status, read.warnings)
  const { draft } = read
  const { name = '', namespace = '' } = draft.metadata
  if (name !== old.metadata.name) {
    return refuse(
      badRequest(`the name of the object (${name}) does not match the name on the URL (${old.metadata.name})`),
    )
  }
  if (info.namespaced && namespace !== old.metadata.namespace) {
    return refuse(badRequest('the namespace of the provided object does not match the namespace sent on the request'))
  }
  return storeUpdate(state, info, draft, old, read.warnings)
}

/** With keys in order, as Go's encoder writes maps. What is in order already is given back as it is: the manifest reader's values are. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted)
    return items.every((item, i) => item === value[i]) ? value : items
  }
  if (!isMap(value)) return value
  const names = Object.keys(value)
  const parts = names.map((name) => sorted(value[name]))
  if (names.every((name, i) => parts[i] === value[name] && (i === 0 || names[i - 1]! < name))) return value
  const out: Record<string, unknown> = {}
  for (const at of names.map((_, i) => i).sort((a, b) => (names[a]! < names[b]! ? -1 : 1))) out[names[at]!] = parts[at]
  return out
}
