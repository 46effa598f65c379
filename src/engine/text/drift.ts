import {
  controllerOf,
  type Drift,
  type DriftField,
  type Fix,
  formatPath,
  type KObject,
  type ObjectKey,
  type Path,
} from '../../model/index.ts'
import { deepEqual } from '../api/index.ts'
import { getByKey, type State } from '../core/index.ts'
import { applied } from './applied.ts'
import { isRejected } from './apply.ts'
import { asStored } from './as-stored.ts'
import { type ByHand, byHand, sameParts } from './by-hand.ts'
import { withoutServerFields } from './leftovers.ts'
import {
  adopt,
  type Fields,
  finderIn,
  isFields,
  isItems,
  isOpenMap,
  namesIn,
  rebase,
  rewrite,
  type Shape,
  shapeIn,
  shapeOf,
  written,
} from './merge.ts'

type Step = Pick<Fix, 'path' | 'op' | 'value'>

/** What was found of an object, and what it was found from. */
interface Known {
  readonly note: ByHand
  readonly text: unknown
  /** It stands in the text, which the API server refuses: that is what is wrong. */
  readonly rejected: boolean
  readonly object: KObject | undefined
  readonly drift: Drift | undefined
}

const NONE: readonly Drift[] = []

/** Looks for objects that are other than the text says because of what people did by hand; remembers what it found until it changes. */
export class DriftFinder {
  #known = new Map<ObjectKey, Known>()

  /** By key. The same list as long as nothing is in it. */
  find(state: State): readonly Drift[] {
    const notes = byHand(state)
    if (notes.size === 0) {
      this.#known.clear()
      return NONE
    }
    const before = this.#known
    this.#known = new Map()
    for (const [key, note] of notes) {
      const text = applied(state).get(key)?.value
      const object = getByKey(state, key)
      const known = before.get(key)
      const rejected = text === undefined && isRejected(state, key)
      const same = known?.note === note && known.text === text && known.rejected === rejected
      const drift = rejected
        ? undefined
        : same && sameObject(known.object, object)
          ? known.drift
          : driftOf(state, key, note, text, object)
      this.#known.set(key, { note, text, rejected, object, drift })
    }
    const found = [...this.#known.values()].flatMap(({ drift }) => drift ?? [])
    return found.length === 0 ? NONE : found.sort((a, b) => (a.object < b.object ? -1 : 1))
  }
}

function sameObject(a: KObject | undefined, b: KObject | undefined): boolean {
  if (!a || !b) return a === b
  const [x, y] = [a.metadata, b.metadata]
  return sameParts(a, b) && x.deletionTimestamp === y.deletionTimestamp && x.ownerReferences === y.ownerReferences
}

function driftOf(
  state: State,
  key: ObjectKey,
  note: ByHand,
  text: unknown,
  object: KObject | undefined,
): Drift | undefined {
  const there = object && !object.metadata.deletionTimestamp ? object : undefined
  if (text === undefined) return there && madeByHand(state, key, note, there)
  if (!there) {
    if (!note.gone) return undefined
    const fix: Fix = { label: 'Take it out of the text', object: key, path: [], op: 'removeDocument' }
    return { object: key, how: 'deleted', fields: [], fix }
  }
  const shape = shapeOf(there)
  const said = withoutServerFields(text, state.config) as Fields
  const wanted = wantedOf(state, said, note, there, shape)
  const { steps, fields } = stepsTo(said, withoutDefaults(state, wanted, said, shape), shape, [])
  if (steps.length === 0) return undefined
  const [first, ...others] = steps.map((step): Omit<Fix, 'label'> => ({ ...step, object: key }))
  const fix: Fix = { label: labelOf(fields), ...first!, ...(others.length > 0 && { and: others }) }
  return { object: key, how: 'changed', fields, fix }
}

/** What the text has to say instead of what it says, defaults not yet left out. */
function wantedOf(state: State, text: Fields, note: ByHand, object: KObject, shape: Shape): Fields {
  const cluster = written(object)
  const requested = new Set(note.requested)
  const wanted = rewrite(text, note.expected, cluster, shape, requested) as Fields
  if (deepEqual(wanted, text)) return text
  // a default may hang on what changed: another port would be the target port too, where the cluster has kept the old one
  const [before, after] = [asStored(state.config, text), asStored(state.config, wanted)]
  if (!before || !after) return wanted
  const defaults = rebase(note.expected, meantOf(before), meantOf(after), shape)
  const expected = adopt(defaults, cluster, wanted, shape)
  return rewrite(wanted, expected, cluster, shape, requested) as Fields
}

/** Without the default that stays behind when an image changes, and that nobody means. */
function meantOf(object: KObject): unknown {
  const without = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(without)
    if (!isFields(value)) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => (name === 'imagePullPolicy' ? [] : [[name, without(inner)]])),
    )
  }
  return without(written(object))
}

function labelOf(fields: readonly DriftField[]): string {
  if (fields.length > 1) return `Write ${fields.length} changes into the text`
  const { path, cluster } = fields[0]!
  if (cluster === undefined) return `Take ${formatPath(path)} out of the text`
  const name = formatPath(path.slice(path.findLastIndex((part) => typeof part === 'string')))
  const short = typeof cluster !== 'object' && String(cluster).length <= 40
  return short ? `Write ${name}: ${cluster} into the text` : `Write ${name} into the text`
}

/** An object that no text and no controller made. */
function madeByHand(state: State, key: ObjectKey, note: ByHand, object: KObject): Drift | undefined {
  if (controllerOf(object)) return undefined
  const given = note.given ?? (note.owned && object.kind === 'Pod' ? asWritten(state, object) : undefined)
  if (!given) return undefined
  const value = manifestOf(state, given, note, object)
  const label = `Write ${object.kind} ${object.metadata.name} into the text`
  return {
    object: key,
    how: 'created',
    fields: [],
    fix: { label, object: key, path: [], op: 'addDocument', value },
  }
}

/** Labels that controllers, the scheduler and the API server put on pods. */
const OF_PODS =
  /^(pod-template-hash|controller-revision-hash|pod-template-generation|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|batch\.kubernetes\.io\/.*|controller-uid|job-name|topology\.kubernetes\.io\/(zone|region))$/

/** A pod that a controller made of its template, as somebody would write it: without what admission and the scheduler put in. */
function asWritten({ config }: State, pod: KObject): Fields {
  const { metadata, spec } = withoutServerFields(pod, config) as KObject & { spec: Fields }
  const { labels = {}, annotations, name, namespace } = metadata
  const { nodeName: _, volumes, containers, initContainers, ...rest } = spec
  const isToken = (item: unknown) => isFields(item) && String(item.name).startsWith('kube-api-access-')
  const plain = (list: unknown) => (Array.isArray(list) ? list.filter((item) => !isToken(item)) : undefined)
  const withoutToken = (list: unknown) =>
    isItems(list) ? list.map((item) => ({ ...item, volumeMounts: plain(item.volumeMounts) })) : undefined
  const kept = Object.entries(labels).filter(([label]) => !OF_PODS.test(label))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: Object.fromEntries(kept), annotations },
    spec: {
      ...rest,
      initContainers: withoutToken(initContainers),
      containers: withoutToken(containers),
      volumes: plain(volumes),
    },
  }
}

/** The manifest of an object that was made by hand: what was asked for, with what was changed since, without what goes without saying. */
function manifestOf(state: State, given: Fields, note: ByHand, object: KObject): Fields {
  const { apiVersion, kind, metadata: its } = object
  const shape = shapeOf(object)
  const asked = withoutServerFields(given, state.config) as Fields
  const {
    metadata,
    status: _,
    ...rest
  } = rewrite(asked, note.expected, written(object), shape, new Set(note.requested)) as Fields
  const { labels, annotations, finalizers } = written({ ...object, metadata: metadata as KObject['metadata'] })
    .metadata as Fields
  const whole: Fields = tidy({
    ...rest,
    apiVersion,
    kind,
    metadata: { name: its.name, namespace: its.namespace, labels, annotations, finalizers },
  }) as Fields
  const named: Fields = { apiVersion, kind, metadata: { name: its.name } }
  const said =
    its.namespace === 'default' ? named : { ...named, metadata: { name: its.name, namespace: its.namespace } }
  const { apiVersion: version, kind: of, metadata: meta, ...body } = withoutDefaults(state, whole, said, shape)
  return { apiVersion: version, kind: of, metadata: meta, ...body }
}

/** Without what is null or undefined. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy)
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      inner === null || inner === undefined ? [] : [[name, tidy(inner)]],
    ),
  )
}

/** Without whatever the API server would fill in the same way, but for what `text` says already. */
function withoutDefaults(state: State, manifest: Fields, text: Fields, shape: Shape): Fields {
  if (deepEqual(manifest, text)) return manifest
  const stored = asStored(state.config, manifest)
  if (!stored) return manifest
  let best: unknown = manifest
  /** Takes a part out when nothing comes of it; else what is in it, part by part. */
  const shorten = (path: Path, said: unknown, here: Shape): void => {
    const value = at(best, path)
    if (said === undefined && path.length > 0) {
      const shorter = withoutAt(best, path)
      if (deepEqual(asStored(state.config, shorter), stored)) {
        best = shorter
        return
      }
    }
    if (isFields(value)) {
      const inner = isFields(said) ? said : undefined
      for (const name of Object.keys(value)) shorten([...path, name], inner?.[name], shapeIn(here, name))
    } else if (isItems(value)) {
      const items = isItems(said) ? said : []
      const finder = finderIn(here, items, value)
      const item: Shape = { type: here.type, mergeKey: undefined }
      for (const [i, one] of value.entries()) {
        const old = finder?.find(items, one)
        // an item stays: only what is in it can go without saying
        for (const name of Object.keys(one)) shorten([...path, i, name], old?.[name], shapeIn(item, name))
      }
    }
  }
  shorten([], text, shape)
  return best as Fields
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, part) => (here as Record<string | number, unknown> | undefined)?.[part], value)
}

function withoutAt(value: unknown, path: Path): unknown {
  const [part, ...rest] = path
  if (Array.isArray(value)) return value.map((item, i) => (i === part ? withoutAt(item, rest) : item))
  const { [part!]: inner, ...others } = value as Record<string, unknown>
  return rest.length === 0
    ? others
    : Object.fromEntries(
        Object.entries(value as Fields).map(([name, old]) => [name, name === part ? withoutAt(inner, rest) : old]),
      )
}

interface Steps {
  readonly steps: readonly Step[]
  readonly fields: readonly DriftField[]
}

/** The edits that lead from one value of the text to another, and the fields that they are about. */
function stepsTo(text: unknown, wanted: unknown, shape: Shape, path: Path): Steps {
  if (deepEqual(text, wanted)) return { steps: [], fields: [] }
  if (wanted === undefined) {
    const entries = isFields(text) && isOpenMap(shape) ? Object.entries(text) : []
    const fields = entries.map(([name, value]) => ({ path: [...path, name], text: value }))
    return { steps: [{ path, op: 'remove' }], fields: fields.length > 0 ? fields : [{ path, text }] }
  }
  if (isFields(text) && isFields(wanted)) {
    const parts = [...namesIn(text, wanted)].map((name) =>
      stepsTo(text[name], wanted[name], shapeIn(shape, name), [...path, name]),
    )
    return joined(parts)
  }
  if (text === undefined && isFields(wanted) && isOpenMap(shape)) {
    const parts = Object.keys(wanted).map((name) =>
      stepsTo(undefined, wanted[name], shapeIn(shape, name), [...path, name]),
    )
    return joined(parts)
  }
  if (isItems(text) && isItems(wanted)) {
    const steps = stepsOfList(text, wanted, shape, path)
    if (steps) return steps
  } else if (Array.isArray(text) && Array.isArray(wanted) && text.length === wanted.length) {
    return joined(
      text.map((item, i) => stepsTo(item, wanted[i], { type: shape.type, mergeKey: undefined }, [...path, i])),
    )
  }
  return whole(text, wanted, path)
}

const joined = (parts: readonly Steps[]): Steps => ({
  steps: parts.flatMap((part) => part.steps),
  fields: parts.flatMap((part) => part.fields),
})

const whole = (text: unknown, wanted: unknown, path: Path): Steps => ({
  steps: [{ path, op: 'set', value: wanted }],
  fields: [{ path, ...(text !== undefined && { text }), cluster: wanted }],
})

/** Item by item, so that the others keep their comments; undefined when items changed places. */
function stepsOfList(text: readonly Fields[], wanted: readonly Fields[], shape: Shape, path: Path): Steps | undefined {
  const finder = finderIn(shape, text, wanted)
  if (!finder) return undefined
  const item: Shape = { type: shape.type, mergeKey: undefined }
  if (text.length === wanted.length) {
    const sameOrder = text.every((one, i) => (finder.find(wanted, one) ?? wanted[i]) === wanted[i])
    return sameOrder ? joined(text.map((one, i) => stepsTo(one, wanted[i], item, [...path, i]))) : undefined
  }
  const kept = text.filter((one) => finder.find(wanted, one))
  const before = wanted.slice(0, kept.length)
  if (kept.length === 0 || kept.some((one, i) => finder.find(wanted, one) !== before[i])) return undefined
  const inner = joined(kept.map((one, i) => stepsTo(one, before[i], item, [...path, text.indexOf(one)])))
  const added = wanted.slice(kept.length)
  const adding = added.map((value, i): Step => ({ path: [...path, text.length + i], op: 'set', value }))
  const taking = text.flatMap((one, i): Step[] => (kept.includes(one) ? [] : [{ path: [...path, i], op: 'remove' }]))
  return {
    steps: [...inner.steps, ...adding, ...taking.reverse()],
    fields: [...inner.fields, { path, text, cluster: wanted }],
  }
}
