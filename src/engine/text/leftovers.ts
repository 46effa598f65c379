import {
  type ClusterConfig,
  canBeCustom,
  type Diagnostic,
  inRanges,
  isIP,
  isServed,
  type KObject,
  kindInfo,
  kindKey,
  makeKey,
  type ObjectKey,
  OWN_API_VERSION,
  type Path,
  removedVersion,
  servedVersion,
} from '../../model/index.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields of metadata that only a server writes: whoever sends them to a cluster that does not have the object is refused. */
const SERVER_METADATA = [
  'resourceVersion',
  'uid',
  'creationTimestamp',
  'generation',
  'selfLink',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]

/** What `kubectl get -o yaml` prints: an object that a server has given a name of its own. */
export function isDump(value: unknown): boolean {
  if (!isFields(value) || !isFields(value.metadata)) return false
  const { uid, resourceVersion } = value.metadata
  return (typeof uid === 'string' && uid !== '') || (typeof resourceVersion === 'string' && resourceVersion !== '')
}

/**
 * The object as its author wrote it, without what the server that printed it had added: metadata, status, and a Service's addresses
 * where they lie outside this cluster's range. The same value when no server printed it.
 */
export function withoutServerFields(value: unknown, { serviceCIDR }: Pick<ClusterConfig, 'serviceCIDR'>): unknown {
  if (!isDump(value)) return value
  const { status: _, ...rest } = value as KObject
  const metadata: Record<string, unknown> = { ...rest.metadata }
  for (const field of SERVER_METADATA) delete metadata[field]
  if (rest.kind !== 'Service' || !isFields(rest.spec)) return { ...rest, metadata }
  const { clusterIP, clusterIPs, ...spec } = rest.spec
  const foreign = [clusterIP, ...(Array.isArray(clusterIPs) ? clusterIPs : [])].some(
    (ip: unknown) => typeof ip === 'string' && isIP(ip) && !inRanges(serviceCIDR, ip),
  )
  return foreign ? { ...rest, metadata, spec } : { ...rest, metadata }
}

/**
 * A printed object whose controller stands in the text too (a ReplicaSet's pod, a Service's slice): the controller makes its own, and the
 * garbage collector of another cluster deletes this one, because the owner with that uid is not there.
 * k8s pkg/controller/garbagecollector/garbagecollector.go attemptToDeleteItem (v1.36)
 */
export function ofAnOwner(value: unknown, inText: { has(key: ObjectKey): boolean }): boolean {
  if (!isDump(value)) return false
  const { namespace = 'default', ownerReferences } = (value as KObject).metadata
  if (!Array.isArray(ownerReferences)) return false
  return ownerReferences.some((owner: unknown) => {
    if (!isFields(owner) || owner.controller !== true) return false
    const { apiVersion, kind, name } = owner
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') return false
    const namespaced = kindInfo(apiVersion, kind)?.namespaced ?? true
    return inText.has(makeKey(kindKey(apiVersion, kind), namespaced ? namespace : '', name))
  })
}

/** One word for all that a cluster printed into a file. */
export function dumpHint(documents: number, leftOut: number): Diagnostic {
  const whose = documents === 1 ? '' : ` of ${documents} objects`
  const owned =
    leftOut === 0
      ? ''
      : `; ${leftOut === 1 ? 'an object that its owner makes anew is' : `${leftOut} objects that their owners make anew are`} left out`
  const message = `this is what a cluster printed: status and metadata${whose} that only a server writes are passed over${owned}`
  return { severity: 'hint', code: 'text.dump', message, path: ['metadata'], rule: 'TEXT-10' }
}

/** A document that says of no object what it is: it is no manifest, whatever else it is. One word, where the API server has two. */
export function saysNoKind(value: unknown): Diagnostic | undefined {
  if (!isFields(value) || (value.apiVersion ?? value.kind ?? undefined) !== undefined) return undefined
  return {
    severity: 'error',
    code: 'api.refused',
    message: 'apiVersion not set, kind not set: this is no manifest, every object says both',
    path: [],
    rule: 'TEXT-14',
  }
}

/** Of a kind that nobody here looks into, without a name: a question (TokenReview), or the configuration of a program. */
export function nameless(value: unknown): Diagnostic | undefined {
  if (!isFields(value)) return undefined
  const { apiVersion, kind, metadata } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || kindInfo(apiVersion, kind)) return undefined
  if (isFields(metadata) && metadata.name !== undefined) return undefined
  const message = `${kind} (${apiVersion}) is passed over: it has no metadata.name, so that no cluster could keep it`
  return { severity: 'hint', code: 'kind.nameless', message, path: ['kind'], rule: 'TEXT-14' }
}

/** A kind that no cluster of this version serves and no CustomResourceDefinition could add: a removed version, a wrong group, a typo. */
export function unserved(value: unknown, object: ObjectKey | undefined): Diagnostic | undefined {
  if (!isFields(value)) return undefined
  const { apiVersion, kind } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') return undefined
  if (apiVersion === OWN_API_VERSION || isServed(apiVersion, kind) || canBeCustom(apiVersion)) return undefined
  const words = `no matches for kind "${kind}" in version "${apiVersion}"`
  const removed = removedVersion(apiVersion, kind)
  const now = removed ? removed.now : servedVersion(kind)
  // the API server says the rest: a kind in small letters it half knows
  if (!removed && now === undefined && servedVersion(kind[0]!.toUpperCase() + kind.slice(1)) === apiVersion)
    return undefined
  const why = removed
    ? `: Kubernetes ${removed.in} removed it${now ? `, ${now} took its place` : ' and put nothing in its place'}`
    : now
      ? `: ${kind} is served in ${now}`
      : ''
  return {
    severity: 'error',
    code: removed ? 'api.removed-version' : 'api.unknown-kind',
    message: words + why,
    rule: 'TEXT-12',
    path: now ? ['apiVersion'] : ['kind'],
    ...(object !== undefined && { object }),
    ...(now !== undefined &&
      object !== undefined && {
        fix: { label: `Change apiVersion to ${now}`, object, path: ['apiVersion'], op: 'set', value: now },
      }),
  }
}

/** What Helm, Kustomize, envsubst and readers fill in: `{{ .Values.x }}`, `$(NAME)`, `${NAME}`, `<your-name>`. */
const PLACEHOLDER = /\{\{.*?\}\}|\$\([A-Za-z_][\w.-]*\)|\$\{[A-Za-z_][\w.:-]*\}|<[A-Za-z][\w .-]*>/

/**
 * A refusal of a value that nobody has filled in yet, said as such; undefined for any other refusal.
 * The API server's words about the characters of a placeholder would lead nowhere.
 */
export function templateIn(value: unknown, diagnostic: Diagnostic): Diagnostic | undefined {
  const { path } = diagnostic
  if (!path) return undefined
  const text = at(value, path)
  const found = typeof text === 'string' ? PLACEHOLDER.exec(text)?.[0] : undefined
  if (found === undefined) return undefined
  const who = found.startsWith('{{')
    ? 'Helm fills in. Paste what "helm template" prints'
    : 'somebody fills in before a cluster sees it'
  return { ...diagnostic, code: 'text.template', message: `${found} stands for a value that ${who}`, rule: 'TEXT-13' }
}

function at(value: unknown, path: Path): unknown {
  let here = value
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Record<string | number, unknown>)[part]
  }
  return here
}
