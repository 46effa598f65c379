import type { KObject } from '../../model/index.ts'
import { fieldOf, type GoType, kindType, LAST_APPLIED, semanticEqual } from '../api/index.ts'

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a value is, as far as merging goes: its type (of a list, that of its items), and what tells the items of a list apart. */
export interface Shape {
  readonly type: GoType | undefined
  readonly mergeKey: string | undefined
}

export const shapeOf = ({ apiVersion, kind }: Pick<KObject, 'apiVersion' | 'kind'>): Shape => ({
  type: kindType(apiVersion, kind),
  mergeKey: undefined,
})

export function shapeIn(shape: Shape, name: string): Shape {
  const { type, field } = fieldOf(shape.type, name)
  return { type, mergeKey: field?.mergeKey }
}

/** Entries of such a map are fields of their own; an empty one is as good as none. */
export const isOpenMap = ({ type }: Shape): boolean => type?.kind === 'map'

/** Annotations and finalizers that a server, a controller or kubectl keeps for itself. */
const OF_CONTROLLERS =
  /^(deployment\.kubernetes\.io\/|deprecated\.daemonset\.template\.generation$|endpoints\.kubernetes\.io\/|pv\.kubernetes\.io\/)/
const OF_SERVER =
  /^(foregroundDeletion|orphan|kubernetes|service\.kubernetes\.io\/load-balancer-cleanup|kubernetes\.io\/pvc?-protection|batch\.kubernetes\.io\/job-tracking)$/

/** What people write of an object: without status, and of its metadata labels, annotations and finalizers. */
export function written({ apiVersion: _, kind: __, status: ___, metadata, ...rest }: KObject): Fields {
  const { labels, annotations, finalizers } = metadata
  const said = Object.entries(annotations ?? {}).filter(([name]) => name !== LAST_APPLIED && !OF_CONTROLLERS.test(name))
  const asked = (finalizers ?? []).filter((name) => !OF_SERVER.test(name))
  return {
    metadata: {
      ...(labels && { labels }),
      ...(said.length > 0 && { annotations: Object.fromEntries(said) }),
      ...(asked.length > 0 && { finalizers: asked }),
    },
    ...withoutRestart(rest),
  }
}

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'

/** `kubectl rollout restart` says when, not what: nobody writes that into a manifest. kubectl pkg/polymorphichelpers/objectrestarter.go (v0.36) */
function withoutRestart(rest: Fields): Fields {
  const spec = rest['spec'] as Fields | undefined
  const template = spec?.['template'] as { metadata?: { annotations?: Fields } } | undefined
  if (template?.metadata?.annotations?.[RESTARTED_AT] === undefined) return rest
  const { [RESTARTED_AT]: _, ...annotations } = template.metadata.annotations
  return { ...rest, spec: { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } } }
}

export const isNothing = (value: unknown, shape: Shape): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isOpenMap(shape) && isFields(value) && Object.keys(value).length === 0)

export const isSame = (a: unknown, b: unknown, shape: Shape): boolean =>
  a === b || (isNothing(a, shape) && isNothing(b, shape)) || semanticEqual(a, b)

/** Names of fields of some maps, each once: in the order of the first, then what the next ones have beside it. */
export const namesIn = (...maps: readonly (Fields | undefined)[]): Set<string> =>
  new Set(maps.flatMap((map) => Object.keys(map ?? {})))

const asMap = (value: unknown, shape: Shape): Fields | undefined =>
  isFields(value) ? value : isNothing(value, shape) && isOpenMap(shape) ? {} : undefined

type Item = Fields
export type Items = readonly Item[]

export const isItems = (value: unknown): value is Items => Array.isArray(value) && value.every(isFields)

const hasKeys = (items: Items, key: string): boolean =>
  items.every((item) => item[key] !== undefined) && new Set(items.map((item) => item[key])).size === items.length

/**
 * How items of lists are found in each other: by their merge key where the type has one that tells them all apart, else by their place
 * in lists of one length. undefined: the lists can only be taken whole.
 */
export function finderIn(shape: Shape, ...lists: readonly Items[]): Finder | undefined {
  const { mergeKey } = shape
  if (mergeKey && lists.every((list) => hasKeys(list, mergeKey))) {
    return { find: (list, item) => list.find((other) => other[mergeKey] === item[mergeKey]), mergeKey }
  }
  if (lists.some((list) => list.length !== lists[0]!.length)) return undefined
  return {
    find: (list, item) => {
      const home = lists.find((candidate) => candidate.includes(item))
      return home && list[home.indexOf(item)]
    },
    mergeKey: undefined,
  }
}

export interface Finder {
  readonly find: (list: Items, item: Item) => Item | undefined
  readonly mergeKey: string | undefined
}

/** `expected`, changed as something else was changed from `before` to `after`. */
export function rebase(expected: unknown, before: unknown, after: unknown, shape: Shape): unknown {
  if (isSame(before, after, shape)) return expected
  if (isSame(expected, before, shape)) return after
  const parts = [expected, before, after].map((value) => value ?? {})
  if (parts.every(isFields)) {
    const [e, b, a] = parts as [Fields, Fields, Fields]
    const out: Record<string, unknown> = { ...e }
    for (const name of namesIn(b, a)) {
      const value = rebase(e[name], b[name], a[name], shapeIn(shape, name))
      if (value === undefined) delete out[name]
      else out[name] = value
    }
    return Object.keys(out).length === 0 && (!expected || !after) ? undefined : out
  }
  if (!isItems(expected) || !isItems(before) || !isItems(after)) return after
  const finder = finderIn(shape, expected, before, after)
  if (!finder) return after
  const { find } = finder
  const item: Shape = { type: shape.type, mergeKey: undefined }
  const out: Item[] = []
  for (const one of after) {
    const [was, should] = [find(before, one), find(expected, one)]
    if (!was || !should) {
      // what was added, and what somebody's own item was changed to
      if (!was || !isSame(was, one, item)) out.push(one)
    } else out.push(rebase(should, was, one, item) as Item)
  }
  for (const one of expected) if (!find(before, one) && !find(after, one)) out.push(one)
  return out
}

/** `expected` once a text was applied: what the text says is as the cluster has it, and what neither has is gone. */
export function adopt(expected: unknown, cluster: unknown, text: unknown, shape: Shape): unknown {
  if (text === undefined) return cluster === undefined ? undefined : expected
  if (isFields(text) && isFields(cluster)) {
    const e = isFields(expected) ? expected : {}
    const out: Record<string, unknown> = {}
    for (const name of namesIn(e, cluster)) {
      const value = adopt(e[name], cluster[name], text[name], shapeIn(shape, name))
      if (value !== undefined) out[name] = value
    }
    return out
  }
  if (!isItems(text) || !isItems(cluster) || !isItems(expected)) return cluster
  const finder = finderIn(shape, cluster, text, expected)
  if (!finder) return cluster
  const item: Shape = { type: shape.type, mergeKey: undefined }
  return cluster.flatMap((one) => {
    const said = finder.find(text, one)
    const should = finder.find(expected, one)
    return said ? [adopt(should, one, said, item) as Item] : should ? [should] : []
  })
}

/** `expected` once a text took the place of what an object was made of: what only that had said is as in `made`, which the text alone gives. */
export function forget(expected: unknown, given: unknown, text: unknown, made: unknown, shape: Shape): unknown {
  if (given === undefined || given === null) return expected
  if (isFields(given) && isFields(expected) && (text === undefined || isFields(text))) {
    const [t, m] = [text ?? {}, isFields(made) ? made : {}]
    const out: Record<string, unknown> = { ...expected }
    for (const name of Object.keys(given)) {
      const value = forget(expected[name], given[name], t[name], m[name], shapeIn(shape, name))
      if (value === undefined) delete out[name]
      else out[name] = value
    }
    return Object.keys(out).length === 0 && text === undefined ? undefined : out
  }
  if (text === undefined) return made
  if (!isItems(given) || !isItems(text) || !isItems(expected) || !isItems(made)) return expected
  const finder = finderIn(shape, expected, given, text, made)
  if (!finder) return expected
  const { find } = finder
  const item: Shape = { type: shape.type, mergeKey: undefined }
  return expected.flatMap((one) => {
    const asked = find(given, one)
    const said = find(text, one)
    if (!asked) return [one]
    return said ? [forget(one, asked, said, find(made, one), item) as Item] : []
  })
}

/** Fields that the API server gives out when nobody asks for a value. */
const GIVEN_OUT: ReadonlySet<string> = new Set(['clusterIP', 'clusterIPs', 'nodePort', 'healthCheckNodePort'])

/** Values that a request asks for of those that a server gives out otherwise: `nodePort=30080`. */
export function askedFor(request: unknown): string[] {
  if (Array.isArray(request)) return request.flatMap(askedFor)
  if (!isFields(request)) return []
  const { op, path, value } = request
  const patched = typeof op === 'string' && typeof path === 'string' ? path.slice(path.lastIndexOf('/') + 1) : ''
  return [
    ...(GIVEN_OUT.has(patched) ? [asked(patched, value)] : []),
    ...Object.entries(request).flatMap(([name, inner]) =>
      GIVEN_OUT.has(name) ? [asked(name, inner)] : askedFor(inner),
    ),
  ]
}

const asked = (name: string, value: unknown): string => `${name}=${JSON.stringify(value)}`

/**
 * What a text has to say for the cluster's object to come of it: the text's own value, but where somebody's change made the object other
 * than was `expected`. undefined: the text does not say it.
 */
export function rewrite(
  text: unknown,
  expected: unknown,
  cluster: unknown,
  shape: Shape,
  requested: ReadonlySet<string>,
): unknown {
  if (isSame(expected, cluster, shape)) return text
  const [e, c] = [asMap(expected, shape), asMap(cluster, shape)]
  if (e && c) return rewriteMap(text, e, c, shape, requested)
  if (Array.isArray(expected) && Array.isArray(cluster)) return rewriteList(text, expected, cluster, shape, requested)
  if (isNothing(cluster, shape)) return undefined
  return isItems(cluster) ? cluster.map((one) => withoutGivenOut(one, requested)) : cluster
}

function rewriteMap(
  text: unknown,
  expected: Fields,
  cluster: Fields,
  shape: Shape,
  requested: ReadonlySet<string>,
): Fields | undefined {
  const said = isFields(text) ? text : {}
  const out: Record<string, unknown> = { ...said }
  for (const name of namesIn(cluster, expected)) {
    const value = cluster[name]
    if (GIVEN_OUT.has(name) && said[name] === undefined && !requested.has(asked(name, value))) continue
    const next = rewrite(said[name], expected[name], value, shapeIn(shape, name), requested)
    if (next === undefined) delete out[name]
    else out[name] = next
  }
  if (Object.keys(out).length > 0) return out
  // a text that gives up a whole map takes away what others put there
  return isFields(text) && !(isOpenMap(shape) && Object.keys(cluster).length === 0) ? out : undefined
}

function rewriteList(
  text: unknown,
  expected: readonly unknown[],
  cluster: readonly unknown[],
  shape: Shape,
  requested: ReadonlySet<string>,
): unknown {
  const said = isItems(text) ? text : []
  if (!isItems(expected) || !isItems(cluster)) return cluster
  const finder = finderIn(shape, cluster, expected, ...(said.length > 0 ? [said] : []))
  if (!finder) return cluster
  const { find, mergeKey } = finder
  const item: Shape = { type: shape.type, mergeKey: undefined }
  /** The same item under another key: a port that got another number. */
  const renamed = (one: Item, from: Items, to: Items): Item | undefined => {
    const other = to[from.indexOf(one)]
    return mergeKey && from.length === to.length && other && !find(from, other) && !find(to, one) ? other : undefined
  }
  const done = new Set<Item>()
  const out: { readonly item: Item; readonly at: number }[] = []
  for (const one of said) {
    const should = find(expected, one)
    const is = find(cluster, one) ?? (should && renamed(should, expected, cluster))
    if (is) {
      done.add(is)
      const next = should ? (rewriteMap(one, should, is, item, requested) ?? {}) : one
      out.push({ item: next, at: cluster.indexOf(is) })
    } else if (!should) out.push({ item: one, at: cluster.length })
  }
  let added = false
  for (const [at, one] of cluster.entries()) {
    if (done.has(one)) continue
    const should = find(expected, one) ?? renamed(one, cluster, expected)
    const more = should ? rewriteMap(undefined, should, one, item, requested) : withoutGivenOut(one, requested)
    if (!more) continue
    added = true
    out.push({ item: should && mergeKey ? { [mergeKey]: one[mergeKey], ...more } : more, at })
  }
  if (out.length === 0) return undefined
  // the cluster's order is that of its list, and a list in another order would be another list
  if (added) out.sort((a, b) => a.at - b.at)
  return out.map(({ item: one }) => one)
}

/** An item that nobody wrote yet, without what the API server gave out for it. */
function withoutGivenOut(item: Item, requested: ReadonlySet<string>): Item {
  return Object.fromEntries(
    Object.entries(item).filter(([name, value]) => !GIVEN_OUT.has(name) || requested.has(asked(name, value))),
  )
}
