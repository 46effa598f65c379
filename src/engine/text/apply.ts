import {
  ANNOTATION,
  type Diagnostic,
  isServed,
  type KObject,
  keyOf,
  kindInfo,
  kindKey,
  type Labels,
  type Meta,
  makeKey,
  type ObjectKey,
  OWN_API_VERSION,
  type Path,
  type SourceDoc,
  splitKey,
} from '../../model/index.ts'
import { applyObject, decodeClient, deleteObject, takeAccountsForThere } from '../api/index.ts'
import { type Component, getByKey, type State, scheduleNow, slot } from '../core/index.ts'
import { setWrittenClients, type WrittenClient } from '../network/index.ts'
import { behaviourProblems, listenProblems } from '../workload/index.ts'
import { applied } from './applied.ts'
import { noteApplied } from './by-hand.ts'
import { notForClusters } from './foreign.ts'
import {
  dumpHint,
  isDump,
  nameless,
  ofAnOwner,
  saysNoKind,
  templateIn,
  unserved,
  withoutServerFields,
} from './leftovers.ts'

/** A diagnostic about a document; `doc` is its place in the list that was given. */
export interface DocDiagnostic {
  readonly doc: number
  readonly diagnostic: Diagnostic
}

export interface AppliedText {
  readonly diagnostics: readonly DocDiagnostic[]
  /** By document: the object that it gives, also while the document is refused. */
  readonly objects: readonly (ObjectKey | undefined)[]
}

/** Documents that no object came of, by file and value: they are not tried again until they change. */
const rejected = slot<{
  readonly value: unknown
  readonly diagnostics: readonly Diagnostic[]
  readonly revision: number
}>('page.rejected')

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** What the text last asked for and the API server refused to change an object to. */
export const refusedValue = (state: State, key: ObjectKey): unknown =>
  withoutServerFields(applied(state).get(key)?.refused?.value, state.config)

/** A document of the text that the API server refuses, while no object has come of it. */
export interface Refused {
  readonly object: ObjectKey
  readonly value: KObject
  readonly message: string
  readonly path: Path
}

/** Documents that gave no object, with the server's first words on each; those that say no kind and name are left out. */
export function refusals(state: State): Refused[] {
  const out: Refused[] = []
  for (const { value, diagnostics } of rejected(state).values()) {
    const first = diagnostics.find((d) => d.severity === 'error')
    const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } }
    if (!first || typeof kind !== 'string' || typeof metadata?.name !== 'string') continue
    const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : 'default'
    const object = makeKey(kind, namespace, metadata.name)
    if (!getByKey(state, object))
      out.push({ object, value: value as KObject, message: first.message, path: first.path ?? [] })
  }
  return out
}

/** Whether a document of the text asks for an object and has not been taken. */
export const isRejected = (state: State, key: ObjectKey): boolean =>
  [...rejected(state).values()].some(({ value }) => keyOfValue(value) === key)

/** Objects that are on their way out and stand in the text again: they are applied once more when they are gone. */
const awaiting = slot<unknown>('page.awaiting')

/** kubectl's warning about objects that were not made by apply: here they were made for the page, or by the cluster itself. */
const NOT_BY_APPLY = /missing the kubectl\.kubernetes\.io\/last-applied-configuration annotation/

/** The part of the page's apply that happens later: an object that was taken out of the text and put back while it was still ending. */
export const laterApply: Component = {
  name: 'page-apply',
  handlers: {
    'page.apply-again': (state, task) => {
      const value = awaiting(state).get(task.key)
      awaiting(state).delete(task.key)
      if (value !== undefined)
        applyObject(state, withoutServerFields(value, state.config), { makeNamespace: true, unknownKinds: 'keep' })
    },
  },
  watch(state, change) {
    if (!change.after && awaiting(state).has(change.key)) scheduleNow(state, 'page.apply-again', change.key)
  },
}

/** The text no longer holds a refusal for this object: it was recreated as the text says. */
export function noteRecreated(state: State, key: ObjectKey): void {
  const entry = applied(state).get(key)
  if (entry?.refused) applied(state).set(key, { file: entry.file, value: entry.refused.value, hints: [] })
}

/** The account that a document's pods run as, NAMESPACE/NAME: the page takes it for there, as it does images, volumes and claims. */
function accountOf(value: unknown): string | undefined {
  const inside = (object: unknown, name: string): unknown =>
    typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined
  const spec = inside(value, 'spec')
  const job = inside(inside(spec, 'jobTemplate'), 'spec')
  const pod = inside(value, 'kind') === 'Pod' ? spec : inside(inside(job ?? spec, 'template'), 'spec')
  const name = inside(pod, 'serviceAccountName') || inside(pod, 'serviceAccount')
  if (typeof name !== 'string') return undefined
  const namespace = inside(inside(value, 'metadata'), 'namespace')
  return `${typeof namespace === 'string' && namespace !== '' ? namespace : 'default'}/${name}`
}

/**
 * The page's `kubectl apply` of a whole text (DESIGN, "Applying"): document by document; one that cannot be read or is refused keeps the
 * object that it last gave; objects whose documents left the text are pruned, but nothing of a file while a document in it is unreadable.
 */
export function applyText(state: State, docs: readonly SourceDoc[]): AppliedText {
  const diagnostics: DocDiagnostic[] = []
  const objects: (ObjectKey | undefined)[] = []
  const clients: WrittenClient[] = []
  const seen = new Map<ObjectKey, number>()
  const kept = applied(state)
  const tried = rejected(state)
  const stillRejected = new Set<string>()
  const namespaces = new Set<string>()
  const last = new Map<ObjectKey, number>()
  /** By file: what `kubectl get -o yaml` printed; said once. */
  const dumps = new Map<string, { first: number; documents: number; leftOut: number }>()
  const keys = docs.map((doc) => keyOfValue(doc.value))
  docs.forEach((doc, at) => {
    if (isDump(doc.value)) {
      const dump = dumps.get(doc.file)
      if (dump) dump.documents++
      else dumps.set(doc.file, { first: at, documents: 1, leftOut: 0 })
    }
    const key = keys[at]
    if (key === undefined) return
    last.set(key, at)
    const { kind, name } = splitKey(key)
    if (kind === 'Namespace') namespaces.add(name)
  })
  takeAccountsForThere(state, new Set(docs.flatMap((doc) => accountOf(doc.value) ?? [])))
  /** Without the hint that a namespace was made, once its document is there. */
  const current = (hints: readonly Diagnostic[]) =>
    hints.filter((h) => h.code !== 'namespace.made' || !namespaces.has(splitKey(h.fix?.object ?? '//').name))

  docs.forEach((doc, at) => {
    const say = (list: readonly Diagnostic[]) => {
      for (const diagnostic of list) diagnostics.push({ doc: at, diagnostic })
    }
    if (doc.value === undefined || doc.value === null) return
    const own = ownKind(doc.value)
    if (own === 'Cluster') return // the worker reads it before the cluster is made
    if (own === 'Client') {
      const decoded = decodeClient(doc.value)
      if (!decoded.ok) say(decoded.diagnostics)
      else {
        const document = makeKey('Client', '', decoded.client.name)
        objects[at] = document
        clients.push({ ...decoded.client, document })
      }
      return
    }
    const key = keys[at]
    const foreign = notForClusters(doc.file, doc.value)
    if (foreign) {
      say([foreign])
      return
    }
    const dump = dumps.get(doc.file)
    if (dump && ofAnOwner(doc.value, last)) {
      dump.leftOut++
      return
    }
    const nowhere = unserved(doc.value, key) ?? saysNoKind(doc.value) ?? nameless(doc.value)
    if (nowhere) {
      // the object that this document gave before it was spoiled stays, as with every refusal
      if (key !== undefined && kept.has(key)) seen.set(key, at)
      objects[at] = key
      say([nowhere])
      return
    }
    objects[at] = key
    if (key !== undefined) {
      if (last.get(key) !== at) {
        // kubectl would apply both in turn, on every apply; in the end the later one has won
        say([
          {
            severity: 'warning',
            code: 'text.twice',
            message: `${words(key)} stands in the text again further down: the later document wins`,
            object: key,
            rule: 'TEXT-8',
          },
        ])
        return
      }
      seen.set(key, at)
      const entry = kept.get(key)
      // also when somebody deleted the object since: the same text does not bring it back
      if (entry && same(entry.value, doc.value)) {
        kept.set(key, { file: doc.file, value: entry.value, hints: entry.hints })
        say(current(entry.hints))
        return
      }
      if (entry?.refused && same(entry.refused.value, doc.value)) {
        kept.set(key, { ...entry, file: doc.file })
        say(entry.refused.diagnostics)
        return
      }
    }
    const id = `${doc.file} ${key ?? JSON.stringify(doc.value)}`
    const before = tried.get(id)
    if (before && before.revision === state.revision && same(before.value, doc.value)) {
      stillRejected.add(id)
      say(before.diagnostics)
      return
    }
    const result = applyObject(state, withoutServerFields(doc.value, state.config), {
      makeNamespace: true,
      unknownKinds: 'keep',
      fieldValidation: 'Strict',
    })
    if (result.ok) {
      const stored = keyOf(result.object)
      objects[at] = stored
      seen.set(stored, at)
      const hints: Diagnostic[] = result.warnings
        .filter((message) => !NOT_BY_APPLY.test(message))
        .map((message) => ({ severity: 'hint', code: 'api.warning', message, object: stored }))
      hints.push(...annotationHints(result.object))
      if (result.madeNamespace) {
        const name = result.madeNamespace
        hints.push({
          severity: 'hint',
          code: 'namespace.made',
          message: `namespace "${name}" is not in the text: it was made for you (kubectl would refuse: namespaces "${name}" not found)`,
          object: stored,
          path: ['metadata', 'namespace'],
          rule: 'TEXT-4',
          fix: {
            label: `Add Namespace ${name}`,
            object: makeKey('Namespace', '', name),
            path: [],
            op: 'addDocument',
            value: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
          },
        })
      }
      const unknown = notServed(result.object)
      if (unknown) hints.push(unknown)
      kept.set(stored, { file: doc.file, value: doc.value, hints })
      noteApplied(state, result.object, stored, withoutServerFields(doc.value, state.config))
      say(current(hints))
      if (result.object.metadata.deletionTimestamp) awaiting(state).set(stored, doc.value)
      return
    }
    const exists = key !== undefined && getByKey(state, key) !== undefined
    const problems = refusal(result.status, key, exists).map((d) => templateIn(doc.value, d) ?? d)
    say(problems)
    const entry = key === undefined ? undefined : kept.get(key)
    if (key !== undefined && entry)
      kept.set(key, { ...entry, file: doc.file, refused: { value: doc.value, diagnostics: problems } })
    else {
      stillRejected.add(id)
      tried.set(id, { value: doc.value, diagnostics: problems, revision: state.revision })
    }
  })

  for (const { first, documents, leftOut } of dumps.values())
    diagnostics.push({ doc: first, diagnostic: dumpHint(documents, leftOut) })
  for (const id of [...tried.keys()]) if (!stillRejected.has(id)) tried.delete(id)
  setWrittenClients(state, clients)
  prune(state, docs, seen)
  return { diagnostics, objects }
}

function prune(state: State, docs: readonly SourceDoc[], seen: ReadonlyMap<ObjectKey, number>): void {
  const unreadable = new Set(docs.filter((d) => d.value === undefined).map((d) => d.file))
  const kept = applied(state)
  for (const [key, entry] of [...kept]) {
    if (seen.has(key) || unreadable.has(entry.file)) continue
    kept.delete(key)
    awaiting(state).delete(key)
    const { kind, namespace, name } = splitKey(key)
    if (getByKey(state, key)) deleteObject(state, kind, namespace, name, {})
  }
}

function ownKind(value: unknown): string | undefined {
  const doc = value as Partial<KObject>
  return typeof value === 'object' && doc.apiVersion === OWN_API_VERSION ? doc.kind : undefined
}

/** The key that a document's object would have; undefined when it does not say enough. */
export function keyOfValue(value: unknown): ObjectKey | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { apiVersion, kind, metadata } = value as {
    apiVersion?: unknown
    kind?: unknown
    metadata?: { name?: unknown; namespace?: unknown }
  }
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string') return undefined
  const info = kindInfo(apiVersion, kind)
  const namespace = typeof metadata.namespace === 'string' && metadata.namespace !== '' ? metadata.namespace : 'default'
  return makeKey(kindKey(apiVersion, kind), info && !info.namespaced ? '' : namespace, metadata.name)
}

const words = (key: ObjectKey): string => {
  const { kind, namespace, name } = splitKey(key)
  return namespace === '' || namespace === 'default' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}

/** A kind that this cluster does not serve (a custom resource): kept, one quiet hint. One it serves and nobody simulates: one quieter. */
function notServed(object: KObject): Diagnostic | undefined {
  const info = kindInfo(object.apiVersion, object.kind)
  const base = { severity: 'hint' as const, object: keyOf(object), path: ['kind'], rule: 'TEXT-7' }
  if (!isServed(object.apiVersion, object.kind)) {
    return {
      ...base,
      code: 'kind.unknown',
      message: `${object.kind} (${object.apiVersion}) is kept but not simulated: a cluster needs its CustomResourceDefinition`,
    }
  }
  if (!info?.simulated)
    return { ...base, code: 'kind.not-simulated', message: `${object.kind} is kept but not simulated` }
  return undefined
}

/** What the pods of an object say about themselves and nobody understands. */
function annotationHints(object: KObject): Diagnostic[] {
  const { spec } = object as { spec?: { template?: { metadata?: Partial<Meta> } } }
  const places: [Path, Labels | undefined][] = [
    [['metadata', 'annotations'], object.kind === 'Pod' ? object.metadata.annotations : undefined],
    [['spec', 'template', 'metadata', 'annotations'], spec?.template?.metadata?.annotations],
  ]
  return places.flatMap(([path, annotations]) => {
    const hint = (annotation: string, message: string): Diagnostic => ({
      severity: 'warning',
      code: 'annotation.unreadable',
      message,
      object: keyOf(object),
      path: [...path, annotation],
      rule: annotation === ANNOTATION.listen ? 'POD-1' : 'POD-5',
    })
    return [
      ...behaviourProblems(annotations).map((p) => hint(p.annotation, p.message)),
      ...listenProblems(annotations).map((message) => hint(ANNOTATION.listen, message)),
    ]
  })
}

/** Words of the API server for a field that an update may not change (k8s pkg/apis/core/validation, apimachinery ValidateImmutableField). */
const IMMUTABLE =
  /immutable|may not change|may not be changed|may not be (un)?set|cannot be changed|updates to .* are forbidden|must not be changed/i

interface Status {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly causes?: readonly {
    readonly field: string
    readonly message: string
    readonly plain?: string
    readonly path: Path
  }[]
}

/** One diagnostic for each field that the API server refuses; its whole message where it names none. */
function refusal(status: Status, object: ObjectKey | undefined, exists: boolean): Diagnostic[] {
  const code = status.reason === 'NotFound' ? 'api.unknown-kind' : 'api.refused'
  const say = (message: string, path?: Path): Diagnostic => ({
    severity: 'error',
    code,
    message,
    object,
    ...(path ? { path } : {}),
    ...(exists && IMMUTABLE.test(message) ? { recreate: object } : {}),
  })
  if (!status.causes?.length) return [say(status.message)]
  return status.causes.map(({ field, message, plain, path }) => {
    // a refused patch is printed whole by the server; the plain words name the field
    const words = plain ?? message
    return say(field && plain === undefined && !words.startsWith(field) ? `${field}: ${words}` : words, path)
  })
}
