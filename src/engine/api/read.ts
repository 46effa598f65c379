import { type KindInfo, kindInfo, type Path } from '../../model/index.ts'
import { type DecodeProblem, type Draft, decode, encode } from './decode.ts'
import { clone } from './deep.ts'
import { rulesOf } from './kinds.ts'
import { kindType } from './schema/schema.ts'
import { type ApiCause, type ApiStatus, badRequest, noMatch, notSet } from './status.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export type Read =
  | { readonly ok: true; readonly info: KindInfo; readonly draft: Draft; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: ApiStatus }

const refused = (status: ApiStatus): Read => ({ ok: false, status })

/** Which kind a value claims to be, or what a client says before it sends it anywhere. */
export function identify(
  value: unknown,
): { readonly ok: true; readonly info: KindInfo } | { readonly ok: false; readonly status: ApiStatus } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, status: badRequest("invalid object doesn't have additional properties") }
  }
  const { apiVersion, kind, metadata } = value as Record<string, unknown>
  if (typeof apiVersion !== 'string' || apiVersion === '') return { ok: false, status: notSet('apiVersion') }
  if (typeof kind !== 'string' || kind === '') return { ok: false, status: notSet('kind') }
  const info = kindInfo(apiVersion, kind)
  if (info) return { ok: true, info }
  const name = (metadata as { name?: unknown } | undefined)?.name
  return { ok: false, status: noMatch(apiVersion, kind, typeof name === 'string' ? name : '') }
}

/** Decode a value as its kind says, and fill in the defaults. The draft is the caller's to change. */
export function readObject(value: unknown, fieldValidation: FieldValidation = 'Strict'): Read {
  const which = identify(value)
  if (!which.ok) return which
  const { info } = which
  const type = kindType(info.apiVersion, info.kind)
  if (!type) {
    const draft = clone(value) as Draft
    draft.metadata = { ...draft.metadata }
    return { ok: true, info, draft, warnings: [] }
  }
  const { value: draft, error, unknown } = decode(type, value)
  const version = info.apiVersion.slice(info.apiVersion.indexOf('/') + 1)
  const prefix = `${info.kind} in version "${version}" cannot be handled as a ${info.kind}: `
  if (error) return refused(badRequest(prefix + error.message, [cause(error)]))
  if (unknown.length > 0 && fieldValidation === 'Strict') {
    return refused(
      badRequest(`${prefix}strict decoding error: ${unknown.map((u) => u.message).join(', ')}`, unknown.map(cause)),
    )
  }
  rulesOf(info.apiVersion, info.kind).defaults?.(draft)
  return { ok: true, info, draft, warnings: fieldValidation === 'Warn' ? unknown.map((u) => u.message) : [] }
}

/** The object as it would be stored: zero values left out or filled in as its type says. */
export function settle(info: KindInfo, draft: Draft): Draft {
  const type = kindType(info.apiVersion, info.kind)
  return type ? encode(type, draft) : draft
}

function cause({ message, path }: DecodeProblem): ApiCause {
  return { field: fieldText(path), message, path }
}

function fieldText(path: Path): string {
  let out = ''
  for (const part of path) out += typeof part === 'number' ? `[${part}]` : out === '' ? part : `.${part}`
  return out
}
