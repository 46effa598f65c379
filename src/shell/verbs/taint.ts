import { labelKey, labelValue } from '../../engine/index.ts'
import type { Node, Taint } from '../../model/index.ts'
import { type Context, type Outcome, type Run, usage, type Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { findKind } from '../kinds.ts'
import { type Info, SELECTION_FLAGS, select, visitAll } from '../selection.ts'
import { type DryRun, dryRunOf, isFailure, patch, report, WRITE_FLAGS } from '../server.ts'

const EFFECTS: ReadonlySet<string> = new Set(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])

/** `key=value:effect`, and to remove one `key:effect` or `key`. k8s kubectl pkg/cmd/taint/utils.go parseTaint (v1.36) */
function parseTaint(text: string): Taint | string {
  const wrong = (faults: readonly string[] = []) =>
    `invalid taint spec: ${text}${faults.length > 0 ? `, ${faults.join('; ')}` : ''}`
  const [head = '', effect = '', ...more] = text.split(':')
  if (more.length > 0) return wrong()
  const hasEffect = text.includes(':')
  if (hasEffect && !EFFECTS.has(effect)) return `invalid taint effect: ${effect}, unsupported taint effect`
  // without an effect the whole of it is a key
  const [key = '', value = '', ...extra] = hasEffect ? head.split('=') : [text]
  if (extra.length > 0) return wrong()
  const faults = labelValue(value)
  if (faults.length > 0) return wrong(faults)
  const keyFaults = labelKey(key)
  if (keyFaults.length > 0) return wrong(keyFaults)
  return { key, ...(value !== '' && { value }), effect } as Taint
}

interface Specs {
  readonly add: readonly Taint[]
  readonly remove: readonly Taint[]
}

const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect

function parseTaints(specs: readonly string[]): Specs | string {
  const [add, remove]: [Taint[], Taint[]] = [[], []]
  for (const spec of specs) {
    const parsed = parseTaint(spec.endsWith('-') ? spec.slice(0, -1) : spec)
    if (typeof parsed === 'string') return parsed
    if (spec.endsWith('-')) remove.push(parsed)
    else if (!(parsed.effect as string)) return `invalid taint spec: ${spec}`
    else if (add.some((t) => same(t, parsed))) {
      const { key, value = '', effect } = parsed
      return `duplicated taints with the same key and effect: {${key} ${value} ${effect} <nil>}`
    } else add.push(parsed)
  }
  return { add, remove }
}

/** k8s kubectl pkg/cmd/taint/taint.go (v1.36) */
export const taint: Verb = {
  name: 'taint',
  flags: [
    ...WRITE_FLAGS,
    ...SELECTION_FLAGS.filter((f) => f.name === 'selector' || f.name === 'all'),
    { name: 'overwrite', type: 'bool' },
    { name: 'validate', type: 'string', default: 'strict', optional: 'strict' },
  ],
  run: (c): Run => {
    const isTaint = (word: string) => word.includes('=') || word.includes(':') || word.endsWith('-')
    const first = c.args.findIndex(isTaint)
    const resources = first < 0 ? c.args : c.args.slice(0, first)
    const specs = first < 0 ? [] : c.args.slice(first)
    const stray = specs.find((word) => !isTaint(word))
    if (stray !== undefined) return [plain(`all resources must be specified before taint changes: ${stray}`)]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    if (resources.length < 1) return [plain('one or more resources must be specified as <resource> <name>')]
    if (specs.length < 1) return [plain('at least one taint update is required')]
    const taints = parseTaints(specs)
    if (typeof taints === 'string') return [plain(usage(c, taints))]
    const selected = nodesMeant(c, resources, taints)
    if (isFailure(selected)) return [selected]
    const selection = select(c, selected)
    if (selection.fatal) return selection.failures
    return visitAll(selection, (info) => taintOne(c, info, taints, dryRun))
  },
}

/** What to select; names do not count beside `--all` or a selector. */
function nodesMeant(
  c: Context,
  [type = '', ...names]: readonly string[],
  { add, remove }: Specs,
): { readonly args: readonly string[]; readonly everything: boolean } | Failure {
  const kind = findKind(type)
  if (!kind) {
    // not an error of the command's own: nothing goes before it
    c.err(`the server doesn't have a resource type ${JSON.stringify(type)}\n`)
    return { type: 'said' }
  }
  if (kind.kind !== 'Node') {
    return plain(`invalid resource type ${type.toLowerCase()}, only node types are supported`)
  }
  const clashes = add.flatMap((t) => remove.filter((r) => r.key === t.key && (!r.effect || r.effect === t.effect)))
  if (clashes.length > 0) {
    const list = clashes.map((t) => `${t.key}=${t.effect}`).join(', ')
    return plain(`can not both modify and remove the following taint(s) in the same command: ${list}`)
  }
  const all = c.flags.on('all')
  const selector = c.flags.text('selector') !== ''
  if (all && selector) return plain("setting 'all' parameter with a non empty selector is prohibited")
  if (!all && !selector && names.length === 0) {
    return plain("at least one resource name must be specified since 'all' parameter is not set")
  }
  return all || selector ? { args: ['nodes'], everything: true } : { args: ['nodes', ...names], everything: false }
}

function taintOne(c: Context, info: Info, { add, remove }: Specs, dryRun: DryRun): Outcome {
  const node = info.object as Node
  const old = (node.spec?.taints ?? []) as readonly Taint[]
  const taken = add.filter((t) => old.some((o) => same(o, t)))
  if (taken.length > 0 && !c.flags.on('overwrite')) {
    const keys = taken.map((t) => t.key).join(',')
    return [plain(`node ${info.name} already has ${keys} taint(s) with same effect(s) and --overwrite is false`)]
  }
  let next = [...add, ...old.filter((o) => !add.some((t) => same(o, t)))]
  const isMore = next.length !== old.length
  let isLess = false
  const missing: Failure[] = []
  for (const gone of remove) {
    const left = next.filter((t) => t.key !== gone.key || (gone.effect && t.effect !== gone.effect))
    isLess = left.length !== next.length
    if (!isLess)
      missing.push(plain(`taint ${JSON.stringify(gone.key + (gone.effect ? `:${gone.effect}` : ''))} not found`))
    next = left
  }
  if (missing.length > 0) return missing
  const done = (isMore && isLess) || c.flags.on('overwrite') ? 'modified' : isMore ? 'tainted' : 'untainted'
  if (dryRun === 'client') return report(c, { ...node, spec: { ...node.spec, taints: next } } as Node, done)
  const result = patch(c, info, 'merge', { spec: { taints: next.length > 0 ? next : null } })
  return isFailure(result) ? [result] : report(c, result, done)
}
