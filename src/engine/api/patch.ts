import type { KObject } from '../../model/index.ts'
import { get, type State } from '../core/index.ts'
import type { WriteOptions } from './create.ts'
import type { Draft } from './decode.ts'
import { child, goJson, invalid, root } from './field.ts'
import { infoFor, infoOf } from './lookup.ts'
import { jsonPatch, mergePatch } from './patch/json-patch.ts'
import { strategicPatch } from './patch/strategic.ts'
import { readObject } from './read.ts'
import { kindType } from './schema/schema.ts'
import { type ApiResult, badRequest, invalidStatus, notFoundStatus, ok, refuse } from './status.ts'
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
  const patched = patchedValue(old, type, patch)
  if (!patched.ok) return refuse(patched.status)
  return storePatched(state, old, patched.value, patch, options)
}

function patchedValue(
  old: KObject,
  type: PatchType,
  patch: unknown,
): { ok: true; value: Draft } | { ok: false; status: ReturnType<typeof badRequest> } {
  const go = kindType(old.apiVersion, old.kind)
  if (type === 'strategic' && go) return { ok: true, value: strategicPatch(old, patch, go) }
  if (type === 'merge' || type === 'strategic') return { ok: true, value: mergePatch(old, patch) }
  const result = jsonPatch(old, patch)
  if (result.ok) return result
  return {
    ok: false,
    status: {
      code: 422,
      reason: 'Invalid',
      message: `the server rejected our request due to an error in our request: ${result.message}`,
      causes: [],
    },
  }
}

/** Decode what a patch made of an object, and store it. */
export function storePatched(
  state: State,
  old: KObject,
  value: Draft,
  patch: unknown,
  options: WriteOptions,
): ApiResult {
  const info = infoFor(old)
  const read = readObject(value, options.fieldValidation)
  if (!read.ok) {
    const prefix = `${info.kind} in version "${info.apiVersion.slice(info.apiVersion.indexOf('/') + 1)}" cannot be handled as a ${info.kind}: `
    const detail = read.status.message.startsWith(prefix)
      ? read.status.message.slice(prefix.length)
      : read.status.message
    if (!read.status.message.startsWith(prefix)) return refuse(read.status, read.warnings)
    const shown = goMap(patch)
    // the server says it of an object without kind and name, and the field is the patch itself
    const status = invalidStatus('v1', '', '', [invalid(child(root, 'patch'), shown, detail)])
    const causes = (read.status.causes ?? []).map((c) => ({
      field: 'patch',
      message: status.causes![0]!.message,
      path: c.path,
    }))
    return refuse({
      ...status,
      kind: info.kind,
      name: old.metadata.name,
      message: status.message.replace(/^ ""/, `${info.kind} "${old.metadata.name}"`),
      causes: causes.length > 0 ? causes : status.causes!,
    })
  }
  const { draft } = read
  if (
    draft.metadata.name !== old.metadata.name ||
    (draft.metadata.namespace ?? '') !== (old.metadata.namespace ?? '')
  ) {
    return refuse(
      badRequest(
        `the name of the object (${draft.metadata.name}) does not match the name on the URL (${old.metadata.name})`,
      ),
    )
  }
  const result = storeUpdate(state, info, draft, old, read.warnings)
  return result.ok ? ok(result.object, result.warnings) : result
}

/** A map as Go's fmt prints it. */
function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`
  if (typeof value !== 'object' || value === null)
    return value === null ? '<nil>' : typeof value === 'string' ? value : goJson(value)
  return `map[${Object.keys(value)
    .sort()
    .map((k) => `${k}:${goMap((value as Record<string, unknown>)[k])}`)
    .join(' ')}]`
}
