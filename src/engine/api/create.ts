import { type KindInfo, type KObject, type Pod, timestamp } from '../../model/index.ts'
import { get, nextUid, put, randomSuffix, type State } from '../core/index.ts'
import type { Draft } from './decode.ts'
import { clone } from './deep.ts'
import { ALIKE_POD_RULES, checkCreate, rulesOf } from './kinds.ts'
import { kindOf } from './lookup.ts'
import {
  accountFault,
  admitPodSpec,
  initialPodStatus,
  priorityFault,
  tokenName,
  topologyLabels,
} from './pod/admission.ts'
import { rememberTaken, type TakenSpec, takenBefore, withToken } from './pod/alike.ts'
import { defaultHostPorts, defaultPodOnly } from './pod/defaults.ts'
import { type FieldValidation, readObject, settle } from './read.ts'
import { Allocation } from './service/allocate.ts'
import { allocateCreate } from './service/allocations.ts'
import {
  type ApiResult,
  alreadyExists,
  badRequest,
  forbiddenStatus,
  invalidStatus,
  notFoundStatus,
  ok,
  refuse,
} from './status.ts'

export interface WriteOptions {
  /** The namespace of objects that name none. Default: `default`. */
  readonly namespace?: string
  /** What becomes of fields that the kind does not have. Default: Strict, as kubectl asks for. */
  readonly fieldValidation?: FieldValidation
  /** Make the namespace when there is none, as the page does; without it the object is refused, as a cluster does. */
  readonly makeNamespace?: boolean
}

/**
 * POST: decode, default, admit, allocate, validate, store. The refusal has the API server's words.
 * k8s apiserver/pkg/registry/generic/registry/store.go Create (v1.36)
 */
export function createObject(state: State, value: unknown, options: WriteOptions = {}): ApiResult {
  const given = value as Draft
  const alike = given?.kind === 'Pod' && given.apiVersion === 'v1' ? takenBefore(given.spec) : undefined
  const read = readObject(alike ? { ...given, spec: undefined } : value, options.fieldValidation)
  if (!read.ok) return refuse(read.status, read.warnings)
  const { info, draft } = read
  const { metadata } = draft
  if (info.namespaced) metadata.namespace ||= options.namespace ?? 'default'
  else delete metadata.namespace
  if (metadata.resourceVersion) return refuse(badRequest('resourceVersion should not be set on objects to be created'))

  const denied = admitNamespace(state, info, draft, options.makeNamespace ?? false)
  if (denied) return denied
  if (info.kind === 'Pod') {
    const fault = accountFault(state, metadata.namespace, given.spec) ?? priorityFault(draft.spec)
    if (fault !== undefined) return refusePod(metadata, fault)
    if (alike) draft.spec = alike.token === undefined ? alike.stored : withToken(alike, tokenName(state))
    else if (draft.spec.containers) draft.spec = admitPodSpec(state, draft.spec)
    const topology = topologyLabels(state, draft.spec.nodeName)
    if (Object.keys(topology).length > 0) metadata.labels = { ...metadata.labels, ...topology }
  }
  const result = finishCreate(state, info, draft, read.warnings, true, alike)
  const strict = (options.fieldValidation ?? 'Strict') === 'Strict'
  if (info.kind === 'Pod' && !alike && strict && result.ok && result.warnings.length === 0) {
    const { spec, status } = result.object as Pod
    rememberTaken(given.spec, spec, status!.qosClass as TakenSpec['qosClass'])
  }
  return result
}

/**
 * The part of a create that follows admission.
 * @param validate false for what a controller made of what was validated before
 * @param alike its spec is this one's, as it will be stored
 * @param asIs every field is as it will be stored
 */
export function finishCreate(
  state: State,
  info: KindInfo,
  draft: Draft,
  given: readonly string[],
  validate: boolean,
  alike: TakenSpec | undefined = undefined,
  asIs = false,
): ApiResult {
  const rules = alike ? ALIKE_POD_RULES : rulesOf(info.apiVersion, info.kind)
  const { metadata } = draft
  fillSystemFields(state, metadata)
  if (rules.status !== 'keep') delete draft.status
  if (rules.generation) metadata.generation = 1

  const isService = info.kind === 'Service'
  const allocation = new Allocation(state, `${metadata.namespace}/${metadata.name ?? ''}`)
  if (isService) {
    const status = allocateCreate(draft, allocation)
    if (status) return refuse(status, given)
  }
  if (info.kind === 'Pod') draft.status = initialPodStatus(state, draft.spec, alike?.qosClass)
  rules.prepareCreate?.(draft, state)
  const warnings = rules.warnings ? [...given, ...rules.warnings(draft, undefined)] : given
  if (validate) {
    const errors = checkCreate(rules, draft, info.namespaced)
    // a warning is only given for an object that passed, but for those that are about the kind itself
    if (errors.length > 0) return refuse(invalidStatus(info.apiVersion, info.kind, metadata.name ?? '', errors), given)
  }
  const object = (asIs ? draft : alike ? settleAround(info, draft) : settle(info, draft)) as KObject
  if (get(state, kindOf(info), metadata.namespace ?? '', metadata.name)) {
    return refuse(alreadyExists(info.apiVersion, info.plural, metadata.name), warnings)
  }
  if (isService) allocation.commit()
  return ok(put(state, object), warnings)
}

/** `settle` for a pod whose spec is as it will be stored. */
function settleAround(info: KindInfo, draft: Draft): Draft {
  const object = settle(info, { ...draft, spec: undefined })
  object.spec = draft.spec
  return object
}

/**
 * Store a pod that a controller made of a template: the template has its defaults already, so only what is a pod's own is added. Thousands
 * come at once: what they share stays shared.
 */
export function storePod(state: State, pod: KObject): ApiResult {
  const given = pod['spec'] as Draft
  const metadata: Draft = { ...pod.metadata }
  fillSystemFields(state, metadata)
  metadata.generation = 1
  const fault = accountFault(state, metadata.namespace, given)
  if (fault !== undefined) return refusePod(pod.metadata, fault)
  if (get(state, 'Pod', metadata.namespace, metadata.name)) return refuse(alreadyExists('v1', 'pods', metadata.name))
  let spec = given.enableServiceLinks === undefined ? { ...given, enableServiceLinks: true } : given
  if (given.hostNetwork || given.containers.some((c: Draft) => c.resources?.limits)) {
    spec = clone(spec)
    defaultPodOnly(spec)
    defaultHostPorts(spec)
  }
  spec = admitPodSpec(state, spec)
  const topology = topologyLabels(state, spec.nodeName)
  if (Object.keys(topology).length > 0) metadata.labels = { ...metadata.labels, ...topology }
  return ok(put(state, { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: initialPodStatus(state, spec) }))
}

const refusePod = ({ name, generateName }: Draft, why: string): ApiResult =>
  refuse(forbiddenStatus('v1', 'pods', name || generateName || '', why))

/** k8s apiserver/pkg/registry/rest/meta.go FillObjectMetaSystemFields; apiserver/pkg/storage/names/generate.go (v1.36) */
function fillSystemFields(state: State, metadata: Draft): void {
  metadata.uid = nextUid(state)
  metadata.creationTimestamp = timestamp(state.now)
  for (const field of [
    'selfLink',
    'managedFields',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'resourceVersion',
  ]) {
    delete metadata[field]
  }
  if (!metadata.name && metadata.generateName) {
    metadata.name = `${metadata.generateName.slice(0, 58)}${randomSuffix(state, 'api.names', 5)}`
  }
}

// k8s apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go (v1.36)
export function admitNamespace(state: State, info: KindInfo, draft: Draft, make: boolean) {
  if (!info.namespaced) return undefined
  const name: string = draft.metadata.namespace
  const namespace = get(state, 'Namespace', '', name)
  if (!namespace) {
    if (!make) return refuse(notFoundStatus('v1', 'namespaces', name))
    const made = createObject(state, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    return made.ok ? undefined : made
  }
  if (!namespace.metadata.deletionTimestamp) return undefined
  const why = `unable to create new content in namespace ${name} because it is being terminated`
  return refuse(forbiddenStatus(info.apiVersion, info.plural, draft.metadata.name ?? '', why))
}
