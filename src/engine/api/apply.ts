import { type KObject, keyOf, OWN_API_VERSION } from '../../model/index.ts'
import { get, nextUid, put, type State } from '../core/index.ts'
import { createObject, type WriteOptions } from './create.ts'
import { clone, deepEqual } from './deep.ts'
import { goJson } from './field.ts'
import { kindOf } from './lookup.ts'
import { threeWayPatch } from './patch/three-way.ts'
import { patchLocally, sorted, strategic } from './patch.ts'
import { identify } from './read.ts'
import { kindType } from './schema/schema.ts'
import { type ApiStatus, badRequest, noMatch, refuse } from './status.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

export interface ApplyOptions extends WriteOptions {
  /** What to do with kinds that this cluster does not serve: refuse them, as kubectl does, or keep them as they are. */
  readonly unknownKinds?: 'refuse' | 'keep'
  /** Only what the client makes of it: nothing is defaulted, validated or stored (`--dry-run=client`). */
  readonly local?: boolean
}

export type Applied =
  | {
      readonly ok: true
      readonly object: KObject
      readonly warnings: readonly string[]
      readonly action: 'created' | 'configured' | 'unchanged'
      /** The namespace that was made for it. */
      readonly madeNamespace?: string
    }
  | {
      readonly ok: false
      readonly status: ApiStatus
      readonly warnings?: readonly string[]
      /** The patch that the server refused, as JSON: kubectl shows it with errors that are not about fields. */
      readonly patch?: string
      /** What no patch could be made of, as JSON: what was applied last, what is applied now, what the cluster holds. */
      readonly unpatchable?: { readonly original: string; readonly modified: string; readonly current: string }
    }

/**
 * Client-side `kubectl apply`: a three-way merge of what was applied last, what is applied now, and what the cluster holds.
 * k8s kubectl/pkg/cmd/apply/apply.go, patcher.go (v1.36)
 */
export function applyObject(state: State, value: unknown, options: ApplyOptions = {}): Applied {
  const which = identify(value)
  if (!which.ok) {
    return which.status.reason === 'NoMatch' && options.unknownKinds === 'keep'
      ? keepAsIs(state, value as KObject, options)
      : refuse(which.status)
  }
  const { info } = which
  const given = value as KObject
  const metadata: KObject['metadata'] = given.metadata ?? { name: '' }
  if (typeof metadata !== 'object' || !metadata.name) {
    if (typeof metadata === 'object' && metadata?.generateName) {
      return refuse(badRequest(`from ${metadata.generateName}: cannot use generate name with apply`))
    }
    if (metadata.name === undefined || metadata.name === '') return refuse(badRequest('resource name may not be empty'))
  }
  const namespace = info.namespaced ? (metadata.namespace ?? options.namespace ?? 'default') : ''
  const current = typeof metadata.name === 'string' ? get(state, kindOf(info), namespace, metadata.name) : undefined
  const modified = annotated(info.namespaced ? { ...given, metadata: { ...metadata, namespace } } : given)

  if (!current) {
    const before = get(state, 'Namespace', '', namespace)
    // what is null is left out, as it would be in a patch: kubectl/pkg/cmd/apply/apply.go pruneNullsFromMap (v1.36)
    const pruned = withoutNulls(modified)
    if (options.local) return { ok: true, object: pruned as KObject, warnings: [], action: 'created' }
    const result = createObject(state, asNew(pruned), options)
    if (!result.ok) return result
    return info.namespaced && !before
      ? { ...result, action: 'created', madeNamespace: namespace }
      : { ...result, action: 'created' }
  }
  const warnings: string[] = []
  const last = current.metadata.annotations?.[LAST_APPLIED]
  if (last === undefined) {
    warnings.push(
      `resource ${info.plural}/${current.metadata.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    )
  }
  const made = threeWayPatch(parsed(last), modified, current, kindType(info.apiVersion, info.kind))
  if (!made.ok) {
    const text = (value: unknown) => `${goJson(sorted(value))}\n`
    const unpatchable = { original: last ?? '', modified: text(modified), current: text(current) }
    return { ...refuse(badRequest(made.message)), warnings, unpatchable }
  }
  if (Object.keys(made.patch).length === 0) return { ok: true, object: current, warnings, action: 'unchanged' }
  if (options.local) {
    const merged = patchLocally(current, 'strategic', made.patch)
    return merged.ok
      ? { ok: true, object: merged.value, warnings, action: 'configured' }
      : { ...refuse(badRequest(merged.message)), warnings }
  }
  const result = strategic(state, current, made.patch, options)
  if (!result.ok) {
    return { ...result, warnings: [...warnings, ...(result.warnings ?? [])], patch: goJson(sorted(made.patch)) }
  }
  return { ok: true, object: result.object, warnings: [...warnings, ...result.warnings], action: 'configured' }
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return {}
  try {
    return JSON.parse(text)
  } catch {
    // somebody wrote the annotation by hand: there is nothing to compare with
    return {}
  }
}

/** k8s kubectl/pkg/util/apply.go GetModifiedConfiguration (v1.36): with itself, sorted and without that annotation, as an annotation. */
function annotated(value: KObject): KObject {
  const annotations: Record<string, string> = {}
  // the client reads null as the empty text: apimachinery unstructured NestedNullCoercingStringMap (v0.36)
  for (const [name, text] of Object.entries(value.metadata.annotations ?? {})) annotations[name] = text ?? ''
  delete annotations[LAST_APPLIED]
  const text = `${goJson(sorted({ ...value, metadata: { ...value.metadata, annotations } }))}\n`
  return { ...value, metadata: { ...value.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } }
}

/** A client leaves the version out of what it creates, so that what `kubectl get` printed can be made again. cli-runtime pkg/resource/helper.go Create (v0.36) */
function asNew(value: unknown): unknown {
  const { metadata, ...rest } = value as KObject
  if (!metadata || !('resourceVersion' in metadata)) return value
  const { resourceVersion: _, ...others } = metadata
  return { ...rest, metadata: others }
}

/** The same value when nothing in it is null. */
function withoutNulls(value: unknown): unknown {
  if (!holdsNull(value)) return value
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(value)) if (part !== null) out[name] = withoutNulls(part)
  return out
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null
  if (Array.isArray(value)) return value.some(holdsNull)
  for (const name in value) if (holdsNull((value as Record<string, unknown>)[name])) return true
  return false
}

/** A custom resource: kept as it stands, for the page to show. */
function keepAsIs(state: State, value: KObject, options: ApplyOptions): Applied {
  const { metadata } = value
  if (
    typeof metadata !== 'object' ||
    metadata === null ||
    typeof metadata.name !== 'string' ||
    value.apiVersion === OWN_API_VERSION
  ) {
    return refuse(noMatch(value.apiVersion, value.kind, ''))
  }
  const namespace =
    typeof metadata.namespace === 'string' && metadata.namespace !== ''
      ? metadata.namespace
      : (options.namespace ?? 'default')
  const draft = clone({ ...value, metadata: { ...metadata, namespace } }) as KObject
  const key = keyOf(draft)
  const current = get(state, key.slice(0, key.indexOf('/')), namespace, metadata.name)
  const uid = current?.metadata.uid ?? nextUid(state)
  const next = { ...draft, metadata: { ...draft.metadata, uid } } as KObject
  if (
    current &&
    deepEqual({ ...next, metadata: { ...next.metadata, resourceVersion: current.metadata.resourceVersion } }, current)
  ) {
    return { ok: true, object: current, warnings: [], action: 'unchanged' }
  }
  return { ok: true, object: put(state, next), warnings: [], action: current ? 'configured' : 'created' }
}
