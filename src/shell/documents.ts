import { readText } from '../manifest/index.ts'
import { KINDS, type KindInfo, type KObject, kindInfo, type Labels } from '../model/index.ts'
import type { Context } from './command.ts'
import { type Failure, plain } from './failure.ts'
import { metadataFault } from './metadata-check.ts'

/** An object that a file or stdin holds, as kubectl sends it: its namespace filled in. */
export interface ReadDocument {
  readonly kind: KindInfo
  readonly namespace: string
  readonly name: string
  /** STDIN, or the file as it was named. */
  readonly source: string
  readonly value: KObject
}

export type DocumentOrFailure = ReadDocument | { readonly failure: Failure }

/**
 * The objects of `-f` in their order, each with what stopped it. What cannot be read ends its file, what cannot be recognised does not;
 * a verb that acts while it reads has acted on what stands before.
 * k8s cli-runtime pkg/resource/visitor.go StreamVisitor, FlattenListVisitor; mapper.go infoForData (v1.36)
 */
export function* readDocuments(c: Context, files: readonly string[]): Generator<DocumentOrFailure> {
  for (const file of files) {
    const text = file === '-' ? (c.stdin ?? '') : c.readFile(file)
    if (text === undefined) {
      yield { failure: plain(`the path "${file}" does not exist`) }
      continue
    }
    yield* readStream(c, file === '-' ? 'STDIN' : file, text)
  }
}

/** What the reader says of a document that is a scalar or a list; who validates says it in other words. */
const NO_OBJECT = 'into Go value of type unstructured.detector'

function* readStream(c: Context, source: string, text: string): Generator<DocumentOrFailure> {
  const parsed = readText([{ name: source, text }])
  const unset = (value: unknown) => (isValidated(c) ? unsetFields(value) : undefined)
  for (const doc of parsed.docs) {
    const refusal = parsed.refusal(doc, source)
    if (refusal !== undefined) {
      if (refusal.endsWith(NO_OBJECT) && isValidated(c)) {
        yield { failure: notValid(source, 'invalid object to validate') }
        return
      }
      yield { failure: plain(refusal) }
      return
    }
    if (doc.value === undefined || doc.value === null) continue
    const faults = doc.item ? undefined : unset(doc.value)
    if (faults !== undefined) {
      yield { failure: notValid(source, faults) }
      return
    }
    const fault = undecodable(doc.value)
    yield fault === undefined
      ? recognise(c, source, doc.value as KObject)
      : { failure: plain(`unable to decode "${source}": ${fault}`) }
  }
}

/** Verbs that write whole objects look at them first, unless they are told not to. k8s kubectl pkg/cmd/util/factory_client_access.go Validator (v1.36) */
const isValidated = (c: Context): boolean => !['', 'false', 'ignore'].includes(c.flags.text('validate'))

function notValid(source: string, faults: string): Failure {
  const hint = 'if you choose to ignore these errors, turn validation off with --validate=false'
  return plain(`error validating "${source}": error validating data: ${faults}; ${hint}`)
}

/** k8s kubectl pkg/validation/validation.go getObjectKind (v1.36) */
function unsetFields(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'invalid object to validate'
  const { apiVersion, kind } = value as Record<string, unknown>
  const problems: string[] = []
  if (apiVersion === undefined || apiVersion === null) problems.push('apiVersion not set')
  else if (typeof apiVersion !== 'string') problems.push("apiVersion isn't string type")
  else if (apiVersion.split('/').length > 2) problems.push(`unexpected GroupVersion string: ${apiVersion}`)
  if (kind === undefined || kind === null) problems.push('kind not set')
  else if (typeof kind !== 'string') problems.push("kind isn't string type")
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems[0]
}

function undecodable(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'json: cannot unmarshal array into Go value of type map[string]interface {}'
  }
  const object = value as Record<string, unknown>
  const version = object.apiVersion
  const isVersion = typeof version !== 'string' || version.split('/').length <= 2
  if (typeof object.kind !== 'string' || object.kind === '' || !isVersion) {
    return `Object 'Kind' is missing in '${JSON.stringify(sortedKeys(object))}'`
  }
  return metadataFault(object)
}

/** Go's encoding/json writes the keys of a map in sorted order. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sortedKeys(v)]),
  )
}

function recognise(c: Context, source: string, value: KObject): DocumentOrFailure {
  const { apiVersion = '', kind } = value
  const metadata = (value.metadata ?? {}) as KObject['metadata']
  const { name = '', namespace = '' } = metadata
  // the client finds kinds also in lower case, and the server then refuses them
  const version = apiVersion === '' ? 'v1' : apiVersion
  const info = kindInfo(version, kind) ?? KINDS.find((k) => k.apiVersion === version && k.singular === kind)
  if (!info) {
    const message = `resource mapping not found for name: "${name}" namespace: "${namespace}" from "${source}": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`
    return { failure: plain(message) }
  }
  const found = { kind: info, name, source }
  if (!info.namespaced) {
    const { namespace: _, ...rest } = metadata
    return { ...found, namespace: '', value: { ...value, metadata: rest as KObject['metadata'] } }
  }
  if (namespace !== '') {
    if (c.explicitNamespace && namespace !== c.namespace) {
      const message = `the namespace from the provided object "${namespace}" does not match the namespace "${c.namespace}". You must pass '--namespace=${namespace}' to perform this operation.`
      return { failure: plain(message) }
    }
    return { ...found, namespace, value }
  }
  return { ...found, namespace: c.namespace, value: { ...value, metadata: { ...metadata, namespace: c.namespace } } }
}

/** Documents of files whose labels a selector takes, and what could not be read. */
export function selectDocuments(
  c: Context,
  files: readonly string[],
  matches: (labels: Labels | undefined) => boolean,
): { readonly documents: readonly ReadDocument[]; readonly unread: readonly Failure[] } {
  const unread: Failure[] = []
  const documents: ReadDocument[] = []
  for (const document of readDocuments(c, files)) {
    if ('failure' in document) unread.push(document.failure)
    else if (matches(document.value.metadata?.labels)) documents.push(document)
  }
  return { documents, unread }
}
