import { labelValue } from '../../engine/index.ts'
import type { KObject, Labels } from '../../model/index.ts'
import type { Context, Outcome, Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { type Info, SELECTION_FLAGS, select, visitAll } from '../selection.ts'
import { dryRunOf, isFailure, patch, RECORD, report, WRITE_FLAGS } from '../server.ts'

const FLAGS = [
  ...SELECTION_FLAGS,
  ...WRITE_FLAGS,
  RECORD,
  { name: 'overwrite', type: 'bool' },
  { name: 'list', type: 'bool' },
  { name: 'local', type: 'bool' },
  { name: 'resource-version', type: 'string' },
] as const

/** k8s kubectl pkg/cmd/label/label.go (v1.36) */
export const label: Verb = { name: 'label', flags: FLAGS, run: (c) => run(c, LABELS) }

/** k8s kubectl pkg/cmd/annotate/annotate.go (v1.36) */
export const annotate: Verb = { name: 'annotate', flags: FLAGS, run: (c) => run(c, ANNOTATIONS) }

interface Pairs {
  readonly set: ReadonlyMap<string, string>
  readonly remove: readonly string[]
}

/** What the two verbs differ in. */
interface Flavour {
  readonly word: 'label' | 'annotation'
  readonly field: 'labels' | 'annotations'
  readonly parse: (words: readonly string[]) => Pairs | string
  readonly overwrites: (current: Labels, pairs: Pairs) => Failure[]
  readonly done: (added: boolean, removed: boolean) => string
}

const LABELS: Flavour = {
  word: 'label',
  field: 'labels',
  parse: parseLabels,
  overwrites: (current, { set }) =>
    clashes(current, set).map((key) =>
      plain(`'${key}' already has a value (${current[key]}), and --overwrite is false`),
    ),
  done: (added, removed) => (added && removed ? 'modified' : added ? 'labeled' : removed ? 'unlabeled' : 'not labeled'),
}

const ANNOTATIONS: Flavour = {
  word: 'annotation',
  field: 'annotations',
  parse: parseAnnotations,
  overwrites: (current, { set }) => {
    const keys = clashes(current, set).filter((key) => key !== 'kubernetes.io/change-cause')
    if (keys.length === 0) return []
    const list = keys.map((key) => `'${key}' already has a value (${current[key]})`).join('; ')
    return [plain(`--overwrite is false but found the following declared annotation(s): ${list}`)]
  },
  done: () => 'annotated',
}

const clashes = (current: Labels, set: ReadonlyMap<string, string>) =>
  [...set].filter(([key, value]) => current[key] !== undefined && current[key] !== value).map(([key]) => key)

function run(c: Context, flavour: Flavour): Outcome {
  const dryRun = dryRunOf(c)
  if (isFailure(dryRun)) return [dryRun]
  const split = splitPairs(c.args, flavour.word)
  if (typeof split === 'string') return [plain(split)]
  const pairs = flavour.parse(split.pairs)
  if (typeof pairs === 'string') return [plain(pairs)]
  const { flags } = c
  // annotate looks for it too, and does not find it
  if (flavour === LABELS && flags.on('list') && flags.text('output') !== '')
    return [plain('--list and --output may not be specified together')]
  const all = flags.on('all')
  if (all && flags.text('selector') !== '') return [plain('cannot set --all and --selector at the same time')]
  if (all && flags.text('field-selector') !== '')
    return [plain('cannot set --all and --field-selector at the same time')]
  if (split.resources.length === 0 && flags.all('filename').length === 0) {
    return [plain('one or more resources must be specified as <resource> <name> or <resource>/<name>')]
  }
  if (pairs.set.size === 0 && pairs.remove.length === 0 && !flags.on('list')) {
    return [plain(`at least one ${flavour.word} update is required`)]
  }
  const selection = select(c, { args: split.resources, everything: all })
  if (selection.fatal) return selection.failures
  if (!selection.single && flags.text('resource-version') !== '') {
    return [plain('--resource-version may only be used with a single resource')]
  }
  return visitAll(selection, (info) => change(c, info, flavour, pairs, dryRun === 'client', selection.single))
}

function change(
  c: Context,
  info: Info,
  flavour: Flavour,
  pairs: Pairs,
  dry: boolean,
  single: boolean,
): readonly Failure[] {
  const object = info.object!
  const current = (object.metadata[flavour.field] ?? {}) as Labels
  const listing = c.flags.on('list')
  const missing = pairs.remove.filter((key) => current[key] === undefined)
  if (!dry && !listing && flavour === LABELS)
    for (const key of missing) c.out(`label ${JSON.stringify(key)} not found.\n`)
  if (!c.flags.on('overwrite')) {
    const refusals = flavour.overwrites(current, pairs)
    if (refusals.length > 0) return refusals
  }
  // what would come of it is listed, and nothing is written
  if (listing) return list(c, info, flavour, merged(current, pairs), single)
  const added = [...pairs.set].some(([key, value]) => current[key] !== value)
  const removed = missing.length < pairs.remove.length
  const values = { ...Object.fromEntries(pairs.set), ...Object.fromEntries(pairs.remove.map((key) => [key, null])) }
  if (dry) {
    const metadata = { ...object.metadata, [flavour.field]: merged(current, pairs) }
    return report(c, { ...object, metadata } as KObject, flavour.done(added, removed), 'client')
  }
  if (flavour === LABELS && !added && !removed) return report(c, object, flavour.done(false, false))
  const version = c.flags.text('resource-version')
  const metadata = { [flavour.field]: values, ...(version !== '' && { resourceVersion: version }) }
  const result = patch(c, info, 'merge', { metadata })
  return isFailure(result) ? [result] : report(c, result, flavour.done(added, removed))
}

function merged(current: Labels, { set, remove }: Pairs): Labels {
  const out = { ...current, ...Object.fromEntries(set) }
  for (const key of remove) delete out[key]
  return out
}

function list(c: Context, { name, kind }: Info, { field }: Flavour, values: Labels, single: boolean): Outcome {
  const group = kind.apiVersion.includes('/') ? kind.apiVersion.split('/')[0] : ''
  if (!single) c.out(`Listing ${field} for ${kind.kind}.${group}/${name}:\n`)
  for (const [key, value] of Object.entries(values)) c.out(`${single ? '' : ' '}${key}=${value}\n`)
  return []
}

/** k8s kubectl pkg/cmd/util/helpers.go GetResourcesAndPairs (v1.36) */
export function splitPairs(
  words: readonly string[],
  what: string,
): { resources: readonly string[]; pairs: readonly string[] } | string {
  const isPair = (w: string) => (w.includes('=') && !w.startsWith('=')) || (w.endsWith('-') && w !== '-')
  const first = words.findIndex(isPair)
  if (first < 0) return { resources: words, pairs: [] }
  const stray = words.slice(first).find((w) => !isPair(w))
  if (stray !== undefined) return `all resources must be specified before ${what} changes: ${stray}`
  return { resources: words.slice(0, first), pairs: words.slice(first) }
}

function parseLabels(words: readonly string[]): Pairs | string {
  const set = new Map<string, string>()
  const remove: string[] = []
  for (const word of words) {
    if (word.includes('=')) {
      const parts = word.split('=')
      if (parts.length !== 2) return `invalid label spec: ${word}`
      const faults = labelValue(parts[1]!)
      if (faults.length > 0) return `invalid label value: ${JSON.stringify(word)}: ${faults.join(';')}`
      set.set(parts[0]!, parts[1]!)
    } else if (word.endsWith('-')) remove.push(word.slice(0, -1))
    else return `unknown label spec: ${word}`
  }
  if (remove.some((key) => set.has(key))) return 'can not both modify and remove a label in the same command'
  return { set, remove }
}

function parseAnnotations(words: readonly string[]): Pairs | string {
  const set = new Map<string, string>()
  const remove: string[] = []
  const invalid: string[] = []
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals > 0) set.set(word.slice(0, equals), word.slice(equals + 1))
    else if (word.endsWith('-') && word !== '-') remove.push(word.slice(0, -1))
    else invalid.push(word)
  }
  if (invalid.length > 0) return `invalid annotation format: ${invalid.join(', ')}`
  const both = remove.filter((key) => set.has(key))
  if (both.length > 0) {
    return `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`
  }
  return { set, remove }
}
