import { type KObject, kindInfo, type Path } from '../../model/index.ts'
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
  if (type !== 'json') {
    if (patch === null) return refuse(badRequest('Invalid JSON Patch'))
    if (!isMap(patch)) return refuse(badRequest(`error decoding patch: ${noMap(patch)}`))
    return storePatched(state, old, mergePatch(old, patch), options)
  }
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

/**
 * What becomes of an object by a patch that a client tries by itself: nothing is defaulted, validated or dropped.
 * k8s kubectl pkg/cmd/patch/patch.go getPatchedJSON (v1.36)
 */
export function patchLocally(
  object: KObject,
  type: PatchType,
  patch: unknown,
): { readonly ok: true; readonly value: KObject } | { readonly ok: false; readonly message: string } {
  if (type === 'json') {
    const result = jsonPatch(object, patch)
    if (result.ok) return { ok: true, value: result.value as KObject }
    const wrong = `json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type jsonpatch.Patch`
    return { ok: false, message: result.malformed ? wrong : result.message }
  }
  if (!isMap(patch)) return { ok: false, message: 'Invalid JSON Patch' }
  const schema = type === 'strategic' ? kindType(object.apiVersion, object.kind) : undefined
  if (!schema) return { ok: true, value: mergePatch(object, patch) as KObject }
  const merged = mergeInto(object, clone(patch), schema)
  return merged.ok ? { ok: true, value: merged.value as KObject } : { ok: false, message: merged.message }
}

const noMap = (patch: unknown) =>
  `json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch} into Go value of type map[string]interface {}`

// k8s apiserver/pkg/endpoints/handlers/patch.go applyPatchToObject (v1.36)
export function strategic(state: State, old: KObject, patch: unknown, options: WriteOptions): ApiResult {
  const type = kindType(old.apiVersion, old.kind)
  if ((!isMap(patch) && patch !== null) || !type) return refuse(badRequest(noMap(patch)))
  // merging takes the patch apart, and what is left of it is what the refusal shows
  const rest = clone(patch ?? {})
  const merged = mergeInto(old, rest, type)
  if (!merged.ok) return refuse({ code: 500, reason: 'Unknown', message: merged.message })
  const { error, unknown } = conversionFaults(type, merged.value)
  const shown = goQuote(goFormat(rest))
  if (error) return refuse(patchRefused(shown, error.message, [error]))
  if (unknown.length > 0 && (options.fieldValidation ?? 'Strict') === 'Strict') {
    const inOrder = [...unknown].sort((a, b) => (a.message < b.message ? -1 : 1))
    return refuse(patchRefused(shown, `strict decoding error: ${inOrder.map((u) => u.message).join(', ')}`, inOrder))
  }
  // what it is for is said by the URL: the object's own kind and version count for nothing
  return storeRead(state, old, { ...(merged.value as KObject), apiVersion: old.apiVersion, kind: old.kind }, options)
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
function storePatched(state: State, old: KObject, patched: unknown, options: WriteOptions): ApiResult {
  // without kind or version it is decoded as what the URL is for
  const value = isMap(patched)
    ? { ...patched, apiVersion: patched.apiVersion || old.apiVersion, kind: patched.kind || old.kind }
    : patched
  const say = (detail: string, path: Path) =>
    refuse(patchRefused(goQuote(goJson(sorted(value))), detail, [{ message: detail, path }]))
  const { kind } = value as KObject
  if (kind !== old.kind && kindInfo(old.apiVersion, kind))
    return say(`converting (v1.${kind}) to (core.${old.kind}): unknown conversion`, ['kind'])
  const read = readObject(value, options.fieldValidation)
  if (!read.ok && read.status.reason === 'NoMatch') {
    const { apiVersion } = value as KObject
    const what = `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)}`
    return say(`${what} in scheme "pkg/runtime/scheme.go:111"`, ['apiVersion'])
  }
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
  if (name === '') {
    const words = `the name of the object (${old.metadata.name} based on URL) was undeterminable: name must be provided`
    return refuse(badRequest(words))
  }
  if (name !== old.metadata.name) {
    return refuse(
      badRequest(`the name of the object (${name}) does not match the name on the URL (${old.metadata.name})`),
    )
  }
  if (info.namespaced && namespace !== old.metadata.namespace) {
    return refuse(badRequest('the namespace of the provided object does not match the namespace sent on the request'))
  }
  return storeUpdate(state, info, draft, old, read.warnings, false)
}

/** With keys in order, as Go's encoder writes maps. What is in order already is given back as it is: the manifest reader's values are. */
export function sorted(value: unknown): unknown {
  if (isSorted(value)) return value
  if (Array.isArray(value)) return value.map(sorted)
  if (!isMap(value)) return value
  const out: Record<string, unknown> = {}
  for (const name of Object.keys(value).sort()) out[name] = sorted(value[name])
  return out
}

function isSorted(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isSorted)
  if (!isMap(value)) return true
  let before = ''
  for (const name in value) {
    if (name < before || !isSorted(value[name])) return false
    before = name
  }
  return true
}
