import { kindInfo, kindKey, makeKey, type ObjectKey, OWN_API_VERSION, type SourceDoc } from '../model/index.ts'

/**
 * The key of the object that a document gives, from its apiVersion, kind and metadata; the namespace is "default" where the kind has
 * one, or may have one, and the document names none. undefined when it does not say enough.
 */
export function keyOfDoc(doc: Pick<SourceDoc, 'value'>): ObjectKey | undefined {
  if (typeof doc.value !== 'object' || doc.value === null) return undefined
  const { apiVersion, kind, metadata } = doc.value as { apiVersion?: unknown; kind?: unknown; metadata?: unknown }
  const { name, namespace } = (metadata ?? {}) as { name?: unknown; namespace?: unknown }
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string' || name === '')
    return undefined
  const namespaced = apiVersion !== OWN_API_VERSION && (kindInfo(apiVersion, kind)?.namespaced ?? true)
  const place = typeof namespace === 'string' && namespace !== '' ? namespace : 'default'
  return makeKey(kindKey(apiVersion, kind), namespaced ? place : '', name)
}
