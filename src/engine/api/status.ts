import { groupOf, type KObject, type Path } from '../../model/index.ts'
import { type FieldErrors, goQuote } from './field.ts'

/** What an API server answers when it refuses. `message` is in its words; `causes` say which fields, each with its path. */
export interface ApiStatus {
  readonly code: number
  readonly reason: Reason
  readonly message: string
  readonly kind?: string
  readonly name?: string
  readonly group?: string
  readonly causes?: readonly ApiCause[]
}

export interface ApiCause {
  /** As the server names the field; '' when the refusal is about no field. */
  readonly field: string
  readonly message: string
  readonly path: Path
  /** What is wrong with the field itself, where `message` shows a whole patch. */
  readonly plain?: string
}

/** metav1.StatusReason; NoMatch (no such kind) and NotSet (no apiVersion or kind) are kubectl's own findings. */
export type Reason =
  | 'BadRequest'
  | 'Invalid'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Forbidden'
  | 'TooManyRequests'
  | 'InternalError'
  | 'MethodNotAllowed'
  | 'Unknown'
  | 'NoMatch'
  | 'NotSet'

export type ApiResult<T = KObject> =
  | { readonly ok: true; readonly object: T; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: ApiStatus; readonly warnings?: readonly string[] }

export const ok = <T>(object: T, warnings: readonly string[] = []): ApiResult<T> => ({ ok: true, object, warnings })
export const refuse = (
  status: ApiStatus,
  warnings?: readonly string[],
): { ok: false; status: ApiStatus; warnings?: readonly string[] } =>
  warnings && warnings.length > 0 ? { ok: false, status, warnings } : { ok: false, status }

/** `Deployment.apps`, `Service`: schema.GroupKind.String */
const groupKind = (apiVersion: string, kind: string) =>
  groupOf(apiVersion) === '' ? kind : `${kind}.${groupOf(apiVersion)}`
/** `deployments.apps`, `services`: schema.GroupResource.String */
export const groupResource = (apiVersion: string, plural: string) =>
  groupOf(apiVersion) === '' ? plural : `${plural}.${groupOf(apiVersion)}`

/** k8s apimachinery/pkg/api/errors/errors.go NewInvalid (v1.36). An error that was found twice is said once, as clients do. */
export function invalidStatus(apiVersion: string, kind: string, name: string, errors: FieldErrors): ApiStatus {
  const unique = new Map(errors.map((error) => [`${error.field.text}: ${error.body}`, error]))
  const texts = [...unique.keys()]
  const causes = [...unique.values()].map(({ field, body }) => ({ field: field.text, message: body, path: field.path }))
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return {
    code: 422,
    reason: 'Invalid',
    message: `${groupKind(apiVersion, kind)} ${goQuote(name)} is invalid: ${all}`,
    kind,
    name,
    group: groupOf(apiVersion),
    causes,
  }
}

export function badRequest(message: string, causes: readonly ApiCause[] = []): ApiStatus {
  return { code: 400, reason: 'BadRequest', message, ...(causes.length > 0 ? { causes } : {}) }
}

export function notFoundStatus(apiVersion: string, plural: string, name: string): ApiStatus {
  return {
    code: 404,
    reason: 'NotFound',
    message: `${groupResource(apiVersion, plural)} ${goQuote(name)} not found`,
    kind: plural,
    name,
    group: groupOf(apiVersion),
  }
}

export function alreadyExists(apiVersion: string, plural: string, name: string): ApiStatus {
  return {
    code: 409,
    reason: 'AlreadyExists',
    message: `${groupResource(apiVersion, plural)} ${goQuote(name)} already exists`,
    kind: plural,
    name,
    group: groupOf(apiVersion),
  }
}

export function forbiddenStatus(apiVersion: string, plural: string, name: string, why: string): ApiStatus {
  return {
    code: 403,
    reason: 'Forbidden',
    message: `${groupResource(apiVersion, plural)} ${goQuote(name)} is forbidden: ${why}`,
    kind: plural,
    name,
    group: groupOf(apiVersion),
  }
}

export function conflict(apiVersion: string, plural: string, name: string, why: string): ApiStatus {
  return {
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${groupResource(apiVersion, plural)} ${goQuote(name)}: ${why}`,
    kind: plural,
    name,
    group: groupOf(apiVersion),
  }
}

/** An error that is no status of its own; kubectl then says no reason. */
export function unknownError(message: string): ApiStatus {
  return { code: 500, reason: 'Unknown', message }
}

export function internalError(message: string): ApiStatus {
  return { code: 500, reason: 'InternalError', message: `Internal error occurred: ${message}` }
}

/** What the RESTMapper of a client says of a kind that the server does not have. */
export function noMatch(apiVersion: string, kind: string, name: string): ApiStatus {
  return {
    code: 404,
    reason: 'NoMatch',
    message: `no matches for kind "${kind}" in version "${apiVersion}"`,
    kind,
    name,
    group: groupOf(apiVersion),
    causes: [{ field: 'kind', message: `no matches for kind "${kind}" in version "${apiVersion}"`, path: ['kind'] }],
  }
}

/** What kubectl's validation says of an object without apiVersion or kind. k8s kubectl pkg/validation/validation.go (v1.36) */
export function notSet(faults: readonly { readonly field: 'apiVersion' | 'kind'; readonly why: string }[]): ApiStatus {
  const words = faults.map((f) => f.why)
  return {
    code: 400,
    reason: 'NotSet',
    message: `error validating data: ${words.length === 1 ? words[0] : `[${words.join(', ')}]`}`,
    causes: faults.map(({ field, why }) => ({ field, message: why, path: [field] })),
  }
}
