import { goQuote } from '../engine/index.ts'
import { groupOf, type KindInfo, type KObject, type Labels, makeKey } from '../model/index.ts'
import type { Context } from './command.ts'
import { readDocuments } from './documents.ts'
import { type Failure, plain, refused } from './failure.ts'
import type { FlagSpec } from './flags.ts'
import { expandCategories, findKind, resourceName, storeKind } from './kinds.ts'
import { type ParsedSelector, parseFieldSelector, parseLabelSelector } from './selectors.ts'

/** One thing that a command is about. */
export interface Info {
  readonly kind: KindInfo
  readonly namespace: string
  readonly name: string
  /** As the server has it; undefined when the verb did not ask (`delete`), or the text was not looked up. */
  readonly object?: KObject
  /** Where it was read: STDIN, or a file. */
  readonly source?: string
}

export interface Selection {
  readonly infos: readonly Info[]
  /** One name was asked for: the answer is the object, not a list. */
  readonly single: boolean
  readonly failures: readonly Failure[]
  /** The command itself is wrong: nothing was looked up. */
  readonly fatal: boolean
  /** What was found and what was not, in the order of asking. */
  readonly visits: readonly (Info | Failure)[]
  /** The kinds that were asked for and answered: a list without objects is an answer too. */
  readonly kinds?: readonly KindInfo[]
}

export interface SelectOptions {
  /** Arguments, when they are not the context's (verbs whose last arguments are pairs). */
  readonly args?: readonly string[]
  /** A type without a name means all of it (`get pods`). */
  readonly everything?: boolean
  /** `--all`, as a flag */
  readonly all?: boolean
  /** `--selector` says something else here (`expose`). */
  readonly noSelector?: boolean
  /** Names are not looked up; the verb finds out (`delete`). */
  readonly lazy?: boolean
}

export const SELECTION_FLAGS: readonly FlagSpec[] = [
  { name: 'selector', short: 'l', type: 'string' },
  { name: 'field-selector', type: 'string' },
  { name: 'all-namespaces', short: 'A', type: 'bool' },
  { name: 'filename', short: 'f', type: 'list' },
  { name: 'recursive', short: 'R', type: 'bool' },
  { name: 'kustomize', short: 'k', type: 'string' },
  { name: 'all', type: 'bool' },
]

const fatal = (...messages: string[]): Selection => ({
  infos: [],
  single: false,
  failures: messages.map(plain),
  fatal: true,
  visits: messages.map(plain),
})

const isInfo = (visit: Info | Failure): visit is Info => 'kind' in visit

/** What the looking up came to. */
export const selected = (visits: readonly (Info | Failure)[], single: boolean): Selection => ({
  infos: visits.filter(isInfo),
  single,
  failures: visits.filter((v): v is Failure => !isInfo(v)),
  fatal: false,
  visits,
})

/** Act on what was found, one after the other; what was not found fails in its place. k8s cli-runtime pkg/resource/visitor.go ContinueOnErrorVisitor (v1.36) */
export const visitAll = ({ visits }: Selection, act: (info: Info) => readonly Failure[]): readonly Failure[] =>
  visits.flatMap((visit) => (isInfo(visit) ? act(visit) : [visit]))

const MISSING = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`

/** What the arguments, selectors and files of a command mean. k8s cli-runtime pkg/resource/builder.go (v1.36) */
export function select(c: Context, options: SelectOptions = {}): Selection {
  const args = options.args ?? c.args
  const files = c.flags.all('filename')
  const typed = parseArgs(args)
  if (typed.error !== undefined) return fatal(typed.error)
  let labels = options.noSelector ? undefined : c.flags.maybe('selector')
  const fields = c.flags.maybe('field-selector') || undefined
  if (options.everything && typed.types.length > 0 && typed.names.length === 0 && labels === undefined) labels = ''
  if (options.all) labels = ''
  if (files.length > 0) return fromFiles(c, files, typed, options)
  if (labels !== undefined && (labels !== '' || typed.tuples.length + typed.names.length === 0 || options.all)) {
    return bySelector(c, typed, labels, fields)
  }
  if (fields !== undefined) return bySelector(c, typed, '', fields)
  if (typed.tuples.length > 0) return byTuple(c, typed, options)
  if (typed.names.length > 0) return byName(c, typed, options)
  if (typed.types.length > 0) {
    for (const type of typed.types) if (!findKind(type)) return fatal(noSuchType(type))
    return fatal('resource(s) were provided, but no name was specified')
  }
  return fatal(MISSING)
}

interface Typed {
  readonly types: readonly string[]
  readonly names: readonly string[]
  readonly tuples: readonly { readonly type: string; readonly name: string }[]
  readonly error?: string
}

const unique = (text: string) => [...new Set(text.split(','))]

function parseArgs(words: readonly string[]): Typed {
  const [first, ...names] = words
  let args = words
  if (first !== undefined && !first.includes('/') && names.length > 0 && unique(first).length > 1) {
    args = unique(first).flatMap((type) => names.map((name) => `${type}/${name}`))
  }
  const slashes = args.filter((a) => a.includes('/')).length
  if (slashes > 0 && slashes < args.length) {
    const error =
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
    return { types: [], names: [], tuples: [], error }
  }
  if (slashes > 0) {
    const tuples: { type: string; name: string }[] = []
    for (const arg of args) {
      const parts = arg.split('/')
      const [type = '', name = ''] = parts
      if (parts.length !== 2) {
        const error = 'arguments in resource/name form may not have more than one slash'
        return { types: [], names: [], tuples: [], error }
      }
      if (type === '' || name === '' || unique(type).length !== 1) {
        const error = 'arguments in resource/name form must have a single resource and name'
        return { types: [], names: [], tuples: [], error }
      }
      tuples.push({ type, name })
    }
    return { types: [], names: [], tuples }
  }
  if (first === undefined) return { types: [], names: [], tuples: [] }
  return { types: unique(expandCategories(first)), names, tuples: [] }
}

/** The group and version behind the name are not part of the words. */
const noSuchType = (type: string) => `the server doesn't have a resource type ${JSON.stringify(type.split('.')[0]!)}`

const resourceOf = (kind: KindInfo) => {
  const version = kind.apiVersion.slice(kind.apiVersion.indexOf('/') + 1)
  return `${groupOf(kind.apiVersion)}/${version}, Resource=${kind.plural}`
}

function kindsOf(types: readonly string[]): KindInfo[] | string {
  const kinds: KindInfo[] = []
  for (const type of types) {
    const kind = findKind(type)
    if (!kind) return noSuchType(type)
    if (!kinds.includes(kind)) kinds.push(kind)
  }
  return kinds
}

function bySelector(c: Context, typed: Typed, labelText: string, fieldText: string | undefined): Selection {
  if (typed.names.length > 0) return fatal('name cannot be provided when a selector is specified')
  if (typed.tuples.length > 0)
    return fatal('selectors and the all flag cannot be used when passing resource/name arguments')
  if (typed.types.length === 0) return fatal('at least one resource must be specified to use a selector')
  const kinds = kindsOf(typed.types)
  if (typeof kinds === 'string') return fatal(kinds)
  const labels = parseLabelSelector(labelText)
  const visits: (Info | Failure)[] = []
  const answered: KindInfo[] = []
  for (const kind of kinds) {
    warnOfDeprecation(c, kind)
    const fields: ParsedSelector<KObject> = fieldText
      ? parseFieldSelector(fieldText, kind.kind, kind.apiVersion)
      : { ok: true, matches: () => true }
    const bad = !labels.ok ? labels.error : !fields.ok ? fields.error : undefined
    if (!labels.ok || !fields.ok) {
      const message = `Unable to find ${JSON.stringify(resourceOf(kind))} that match label selector ${JSON.stringify(labelText)}, field selector ${JSON.stringify(fieldText ?? '')}: ${bad}`
      visits.push(refused({ code: 400, reason: 'BadRequest', message }))
      continue
    }
    answered.push(kind)
    const namespace = kind.namespaced && !c.flags.on('all-namespaces') ? c.namespace : undefined
    for (const object of c.cluster.list<KObject>(storeKind(kind), namespace)) {
      if (kind.apiVersion !== object.apiVersion && groupOf(kind.apiVersion) !== groupOf(object.apiVersion)) continue
      if (labels.matches(object.metadata.labels as Labels | undefined) && fields.matches(object)) {
        visits.push({ kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name, object })
      }
    }
  }
  return { ...selected(visits, false), kinds: answered }
}

function byTuple(c: Context, typed: Typed, options: SelectOptions): Selection {
  const wanted: { kind: KindInfo; name: string }[] = []
  for (const { type, name } of typed.tuples) {
    const kind = findKind(type)
    if (!kind) return fatal(noSuchType(type))
    wanted.push({ kind, name })
  }
  return lookUp(c, wanted, options)
}

function byName(c: Context, typed: Typed, options: SelectOptions): Selection {
  if (typed.types.length > 1) return fatal('you must specify only one resource')
  const kinds = kindsOf(typed.types)
  if (typeof kinds === 'string') return fatal(kinds)
  return lookUp(
    c,
    typed.names.map((name) => ({ kind: kinds[0]!, name })),
    options,
  )
}

function lookUp(c: Context, wanted: readonly { kind: KindInfo; name: string }[], options: SelectOptions): Selection {
  if (c.flags.on('all-namespaces') && wanted.some((w) => w.kind.namespaced)) {
    return fatal('a resource cannot be retrieved by name across all namespaces')
  }
  const visits: (Info | Failure)[] = []
  for (const { kind, name } of wanted) {
    const namespace = kind.namespaced ? c.namespace : ''
    if (options.lazy) {
      visits.push({ kind, namespace, name })
      continue
    }
    const found = getInfo(c, kind, namespace, name)
    visits.push(found.object ? found : absent(c, kind, namespace, name))
  }
  return selected(visits, wanted.length === 1)
}

/** Ask the server for one object. */
export function getInfo(c: Context, kind: KindInfo, namespace: string, name: string): Info {
  warnOfDeprecation(c, kind)
  const object = c.cluster.get<KObject>(makeKey(storeKind(kind), namespace, name))
  return { kind, namespace, name, ...(object && { object }) }
}

/** The client asks whether the namespace is there when the object is not. k8s cli-runtime pkg/resource/visitor.go Info.Get (v1.36) */
export const absent = (c: Context, kind: KindInfo, namespace: string, name: string): Failure =>
  kind.namespaced && !c.cluster.get(makeKey('Namespace', '', namespace))
    ? notFound(findKind('namespaces')!, namespace)
    : notFound(kind, name)

export const notFound = (kind: KindInfo, name: string): Failure =>
  refused({
    code: 404,
    reason: 'NotFound',
    message: `${resourceName(kind)} ${goQuote(name)} not found`,
    kind: kind.plural,
    name,
    group: groupOf(kind.apiVersion),
  })

/** The server says so in every answer about them. k8s pkg/apis/core/v1: APILifecycleDeprecated of Endpoints (v1.33) */
export function warnOfDeprecation(c: Pick<Context, 'warn'>, kind: Pick<KindInfo, 'kind' | 'apiVersion'>): void {
  if (kind.kind === 'Endpoints' && kind.apiVersion === 'v1') {
    c.warn('v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice')
  }
}

function fromFiles(c: Context, files: readonly string[], typed: Typed, options: SelectOptions): Selection {
  const missing = files.find((file) => file !== '-' && c.readFile(file) === undefined)
  if (missing !== undefined) return fatal(`the path "${missing}" does not exist`)
  if (typed.types.length > 0 && typed.names.length === 0) {
    return fatal('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well')
  }
  if (typed.names.length > 0) return fatal('name cannot be provided when a path is specified')
  if (typed.tuples.length > 0) return fatal('resource/name arguments cannot be provided when a path is specified')
  const visits: (Info | Failure)[] = []
  for (const document of readDocuments(c, files)) {
    if ('failure' in document) {
      visits.push(document.failure)
      continue
    }
    const { kind, namespace, name, source, value } = document
    if (options.lazy) {
      visits.push({ kind, namespace, name, source, object: value })
      continue
    }
    if (name === '') {
      visits.push(plain('resource name may not be empty'))
      continue
    }
    const found = getInfo(c, kind, namespace, name)
    visits.push(found.object ? { ...found, source } : absent(c, kind, namespace, name))
  }
  const found = visits.filter(isInfo).length
  return selected(visits, files.length === 1 && found === 1)
}
