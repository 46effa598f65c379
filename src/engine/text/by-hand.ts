import { controllerOf, type KObject, makeKey, type ObjectKey, splitKey } from '../../model/index.ts'
import { type Change, getByKey, type State, slot } from '../core/index.ts'
import { applied, inText } from './applied.ts'
import { asStored } from './as-stored.ts'
import { adopt, askedFor, type Fields, forget, isSame, rebase, shapeOf, written } from './merge.ts'

/** Who makes a change of the store: a person with a command, the text when it is applied, or the cluster itself (undefined). */
export type Author = 'hand' | 'text' | undefined

/** An object that somebody touched other than by the text. */
export interface ByHand {
  /** What it would be if nobody had: as it was before, with what the text and controllers changed since. */
  readonly expected: Fields
  /** A controller owned it before. */
  readonly owned: boolean
  /** It was asked to go. */
  readonly gone: boolean
  /** It was made by hand; `given` is what was asked for, once that is known. */
  readonly made: boolean
  readonly given?: Fields
  /** What the requests asked for of what the server gives out otherwise. */
  readonly requested: readonly string[]
}

/** By key. Nothing is in it, and nothing is looked at, as long as nobody does anything by hand. */
export const byHand = slot<ByHand>('page.by-hand')

/** It stands in the text, and was taken away by hand. */
export const isDeletedByHand = (state: State, key: ObjectKey): boolean =>
  (byHand(state).get(key)?.gone ?? false) && inText(state, key) && !getByKey(state, key)

const untouched = (object: KObject): ByHand => ({
  expected: written(object),
  owned: controllerOf(object) !== undefined,
  gone: false,
  made: false,
  requested: [],
})

const asksToGo = ({ before, after }: Change): boolean =>
  before !== undefined && (!after || (!before.metadata.deletionTimestamp && !!after.metadata.deletionTimestamp))

/** Note what a change was, by its author. */
export function noteChange(state: State, change: Change, author: Author): void {
  if (author === 'hand') noteHand(state, change)
  else if (byHand(state).size > 0) noteOther(state, change, author)
}

function noteHand(state: State, change: Change): void {
  const { key, before, after } = change
  const notes = byHand(state)
  const note = notes.get(key)
  if (asksToGo(change)) {
    // what is in a namespace goes with it, text or not
    if (inText(state, key) || before!.kind === 'Namespace')
      notes.set(key, { ...(note ?? untouched(before!)), gone: true })
    else if (!after) notes.delete(key)
    return
  }
  if (!after) {
    if (!inText(state, key)) notes.delete(key)
    return
  }
  if (!before) {
    if (after.kind !== 'Event') notes.set(key, { ...untouched(after), made: true })
    return
  }
  // what the cluster made itself (nodes, its own Services) is nobody's
  const next = note ?? (inText(state, key) || controllerOf(before) ? untouched(before) : undefined)
  if (!next) return
  const now = written(after)
  if (!next.made && !next.gone && isSame(next.expected, now, shapeOf(after))) notes.delete(key)
  else notes.set(key, next)
}

function noteOther(state: State, change: Change, author: Author): void {
  const { key, before, after } = change
  const notes = byHand(state)
  const note = notes.get(key)
  if (asksToGo(change)) {
    const namespace = makeKey('Namespace', '', splitKey(key).namespace)
    if (author === 'text') notes.delete(key)
    else if (inText(state, key) && (note?.gone || notes.get(namespace)?.gone))
      notes.set(key, { ...(note ?? untouched(before!)), gone: true })
    else if (!after) notes.delete(key)
    return
  }
  if (!note) return
  if (!before || !after) {
    if (!before || !inText(state, key)) notes.delete(key)
    return
  }
  if (before.metadata.resourceVersion !== after.metadata.resourceVersion && !sameParts(before, after)) {
    const expected = rebase(note.expected, written(before), written(after), shapeOf(after)) as Fields
    if (expected !== note.expected) notes.set(key, { ...note, expected })
  }
}

/** Whether two versions of an object differ in status alone: what did not change is shared. */
export function sameParts(a: KObject, b: KObject): boolean {
  for (const name in b) if (name !== 'status' && name !== 'metadata' && a[name] !== b[name]) return false
  for (const name in a) if (name !== 'status' && !(name in b)) return false
  const [x, y] = [a.metadata, b.metadata]
  return x.labels === y.labels && x.annotations === y.annotations && x.finalizers === y.finalizers
}

/** What a person's request that made or changed an object had asked for; after `noteChange` of its change. */
export function noteRequest(state: State, key: ObjectKey, request: unknown): void {
  const note = byHand(state).get(key)
  const object = getByKey(state, key)
  if (!note || !object) return
  const requested = [...new Set([...note.requested, ...askedFor(request)])]
  if (!note.made || note.given) {
    if (requested.length > note.requested.length) byHand(state).set(key, { ...note, requested })
    return
  }
  const given = request as Fields
  const entry = applied(state).get(key)
  if (!entry) {
    byHand(state).set(key, { ...note, given, requested })
    return
  }
  // made again by hand while it stands in the text: the text made anew is what was to be expected
  const expected = asIfMadeOf(state, entry.value, given, written(object), object)
  if (isSame(expected, written(object), shapeOf(object))) byHand(state).delete(key)
  else byHand(state).set(key, { ...note, made: false, expected, requested })
}

/** What an object that came of `given` would be, had it come of `text`. */
function asIfMadeOf(state: State, text: unknown, given: unknown, was: Fields, { kind, apiVersion }: KObject): Fields {
  const [should, did] = [asStored(state.config, text), asStored(state.config, given)]
  if (!should || !did) return was
  return rebase(written(should), written(did), was, shapeOf({ kind, apiVersion })) as Fields
}

/** `written` of a manifest, which may lack even its metadata. */
const writtenOf = (manifest: unknown): Fields => {
  const object = manifest as KObject
  return written({ ...object, metadata: object.metadata ?? { name: '' } })
}

/** A document was applied: what it says is the text's own now, whoever changed it before. */
export function noteApplied(state: State, object: KObject, key: ObjectKey, text: unknown): void {
  const notes = byHand(state)
  const note = notes.get(key)
  if (!note) return
  const shape = shapeOf(object)
  const cluster = written(object)
  const { given, ...rest } = note
  const said = writtenOf(text)
  const made = given && asStored(state.config, text)
  const before = given ? forget(note.expected, writtenOf(given), said, made ? written(made) : {}, shape) : note.expected
  const expected = adopt(before, cluster, said, shape) as Fields
  if (!note.gone && isSame(expected, cluster, shape)) notes.delete(key)
  else notes.set(key, { ...rest, made: false, expected })
}
