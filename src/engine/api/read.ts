import { KINDS, type KindInfo, type KObject, kindInfo, type Path } from '../../model/index.ts'
import { type DecodeProblem, type Draft, decode, encode } from './decode.ts'
import { clone } from './deep.ts'
import { goQuote } from './field.ts'
import { rulesOf } from './kinds.ts'
import { ENDPOINTS_WARNING } from './plain/endpoints.ts'
import { kindType } from './schema/schema.ts'
import { type ApiCause, type ApiStatus, badRequest, noMatch, notSet } from './status.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export type Read =
  | { readonly ok: true; readonly info: KindInfo; readonly draft: Draft; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: ApiStatus; readonly warnings: readonly string[] }

/** Which kind a value claims to be, or what a client says before it sends it anywhere. */
export function identify(
  value: unknown,
): { readonly ok: true; readonly info: KindInfo } | { readonly ok: false; readonly status: ApiStatus } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, status: badRequest("invalid object doesn't have additional properties") }
  }
  const { apiVersion, kind, metadata } = value as Record<string, unknown>
  const faults = (['apiVersion', 'kind'] as const).flatMap((field) => {
    const said = field === 'kind' ? kind : apiVersion
    if (said === undefined || said === null || said === '') return [{ field, why: `${field} not set` }]
    return typeof said === 'string' ? [] : [{ field, why: `${field} isn't string type` }]
  })
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || faults.length > 0)
    return { ok: false, status: notSet(faults) }
  if (apiVersion.split('/').length > 2)
    return {
      ok: false,
      status: notSet([{ field: 'apiVersion', why: `unexpected GroupVersion string: ${apiVersion}` }]),
    }
  const info = kindInfo(apiVersion, kind)
  if (info) return { ok: true, info }
  const almost = KINDS.find((k) => k.apiVersion === apiVersion && k.kind.toLowerCase() === kind)
  if (almost) {
    // a client finds the resource under the kind in small letters too, the server does not know it
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
    const why = `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`
    const message = `${kind} in version ${goQuote(version)} cannot be handled as a ${almost.kind}: ${why}`
    return { ok: false, status: badRequest(message, [{ field: 'kind', message: why, path: ['kind'] }]) }
  }
  const name = (metadata as { name?: unknown } | undefined)?.name
  return { ok: false, status: noMatch(apiVersion, kind, typeof name === 'string' ? name : '') }
}

/** Decode a value as its kind says, and fill in the defaults. The draft is the caller's to change. */
export function readObject(value: unknown, fieldValidation: FieldValidation = 'Strict'): Read {
  const which = identify(value)
  if (!which.ok) return { ...which, warnings: [] }
  const { info } = which
  const type = kindType(info.apiVersion, info.kind)
  if (!type) {
    const draft = clone(value) as Draft
    draft.metadata = { ...draft.metadata }
    rulesOf(info.apiVersion, info.kind).defaults?.(draft)
    return { ok: true, info, draft, warnings: [] }
  }
  const warnings = info.kind === 'Endpoints' ? [ENDPOINTS_WARNING] : []
  const { value: draft, error, unknown } = decode(type, value)
  const version = info.apiVersion.slice(info.apiVersion.indexOf('/') + 1)
  const prefix = `${info.kind} in version "${version}" cannot be handled as a ${info.kind}: `
  if (error) return { ok: false, status: badRequest(prefix + error.message, [cause(error)]), warnings }
  if (unknown.length > 0 && fieldValidation === 'Strict') {
    const all = unknown.map((u) => u.message).join(', ')
    return { ok: false, status: badRequest(`${prefix}strict decoding error: ${all}`, unknown.map(cause)), warnings }
  }
  rulesOf(info.apiVersion, info.kind).defaults?.(draft)
  if (fieldValidation === 'Warn') warnings.push(...unknown.map((u) => u.message))
  return { ok: true, info, draft, warnings }
}

/** The object as it would be stored: zero values left out or filled in as its type says. */
export function settle(info: KindInfo, draft: Draft): Draft {
  const type = kindType(info.apiVersion, info.kind)
  const object = type ? encode(type, draft) : draft
  // k8s pkg/registry/core/service/storage/storage.go defaultOnReadService: an alias has no such policy
  if (info.kind === 'Service') {
    const { spec } = object
    if (spec.type === 'ExternalName') delete spec.internalTrafficPolicy
    if (spec.clusterIP && !spec.clusterIPs) spec.clusterIPs = [spec.clusterIP]
  }
  return object
}

function cause({ message, path }: DecodeProblem): ApiCause {
  return { field: fieldText(path), message, path }
}

function fieldText(path: Path): string {
  let out = ''
  for (const part of path) out += typeof part === 'number' ? `[${part}]` : out === '' ? part : `.${part}`
  return out
}

/**
 * An object as Go writes the struct of its kind: fields in the order of the type, what the type's tags say filled in (`status: {}`).
 * Kinds without a struct here stay as they are.
 */
export function asGoStruct(value: KObject): KObject {
  const type = kindType(value.apiVersion, value.kind)
  return type ? (encode(type, value as Draft) as KObject) : value
}
