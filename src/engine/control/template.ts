import type { PodTemplate } from '../../model/index.ts'
import { fnv1a, safeEncode } from '../core/index.ts'

export const HASH_LABEL = 'pod-template-hash'

/** JSON with sorted keys and without what is undefined: equal objects give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
}

/** Stored templates are frozen, so their text can be kept beside them. */
const texts = new WeakMap<object, string>()

function textOf(template: PodTemplate): string {
  const known = texts.get(template)
  if (known !== undefined) return known
  // $patch is how a ControllerRevision says that its template replaces the other
  const { metadata, $patch: ___, ...rest } = template as PodTemplate & { readonly $patch?: string }
  const { [HASH_LABEL]: _, ...labels } = metadata?.labels ?? {}
  const { creationTimestamp: __, ...meta } = metadata ?? {}
  const text = canonical({ ...rest, metadata: { ...meta, labels } })
  texts.set(template, text)
  return text
}

/** k8s pkg/controller/deployment/util EqualIgnoreHash (v1.36) */
export const sameTemplate = (a: PodTemplate, b: PodTemplate): boolean => a === b || textOf(a) === textOf(b)

/**
 * The value of pod-template-hash: stable, and in the alphabet of the real one, which hashes a print-out of Go's own structure.
 * k8s pkg/controller/controller_utils.go ComputeHash (v1.36)
 */
export function templateHash(template: PodTemplate, collisions = 0): string {
  const text = textOf(template)
  return safeEncode(String(fnv1a(collisions === 0 ? text : `${text}${collisions}`)))
}
