import { type KObject, makeKey, type ObjectKey } from '../../model/index.ts'
import type { Context, Pause, Verb } from '../command.ts'
import { type Failure, isNotFound, plain, withSource } from '../failure.ts'
import { durationMs } from '../flags.ts'
import { qualified, storeKind } from '../kinds.ts'
import { type Info, notFound, SELECTION_FLAGS, select } from '../selection.ts'
import { dryRunOf, dryRunWords, heard, isFailure, quotedName } from '../server.ts'

const CASCADES: Readonly<Record<string, 'Background' | 'Foreground' | 'Orphan'>> = {
  background: 'Background',
  true: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
  false: 'Orphan',
}

/** k8s kubectl pkg/cmd/delete/delete.go (v1.36) */
export const deleteVerb: Verb = {
  name: 'delete',
  flags: [
    ...SELECTION_FLAGS,
    { name: 'output', short: 'o', type: 'string' },
    { name: 'ignore-not-found', type: 'bool' },
    { name: 'cascade', type: 'string', default: 'background', optional: 'background' },
    { name: 'grace-period', type: 'int', default: '-1' },
    { name: 'now', type: 'bool' },
    { name: 'force', type: 'bool' },
    { name: 'wait', type: 'bool', default: 'true' },
    { name: 'timeout', type: 'duration', default: '0' },
    { name: 'dry-run', type: 'string', default: 'none', optional: 'unchanged' },
    { name: 'interactive', short: 'i', type: 'bool' },
  ],
  run: function* (c) {
    const { flags } = c
    const force = flags.on('force')
    let grace = flags.int('grace-period')
    if (flags.on('now')) {
      if (grace !== -1) return [plain('--now and --grace-period cannot be specified together')]
      grace = 1
    }
    if (grace === 0 && !force) grace = 1
    if (force && grace < 0) grace = 0
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const propagation = CASCADES[flags.text('cascade')]
    if (!propagation) {
      const message = `invalid cascade value (${flags.text('cascade')}). Must be "background", "foreground", or "orphan"`
      return [plain(message)]
    }
    const all = flags.on('all')
    const selecting = all || flags.has('selector') || flags.has('field-selector')
    if (all && selecting && (flags.text('selector') !== '' || flags.text('field-selector') !== '')) {
      return [plain("setting 'all' parameter but found a non empty selector. ")]
    }
    const selection = select(c, { lazy: true, all })
    if (selection.fatal) return selection.failures
    const format = flags.text('output')
    if (format !== '' && format !== 'name')
      return [plain(`unexpected -o output mode: ${format}. We only support '-o name'`)]

    if (force && grace === 0) {
      c.warn(
        'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
      )
    }
    if (grace > 0 && force) return [plain('--force and --grace-period greater than 0 cannot be specified together')]
    const ignore = flags.has('ignore-not-found') ? flags.on('ignore-not-found') : selecting
    const failures: Failure[] = [...selection.failures]
    const gone: ObjectKey[] = []
    let found = 0
    let warned = false
    for (const info of selection.infos) {
      if (c.explicitNamespace && !info.kind.namespaced && !warned && !flags.on('all-namespaces')) {
        c.warn('deleting cluster-scoped resources, not scoped to the provided namespace')
        warned = true
      }
      const options = {
        propagation,
        force,
        dryRun: dryRun === 'client',
        ...(grace >= 0 && { gracePeriodSeconds: grace }),
      }
      const refusal = deleteInfo(c, info, options)
      found++
      if (refusal && ignore && isNotFound(refusal)) continue
      if (refusal) failures.push(refusal)
      else gone.push(makeKey(storeKind(info.kind), info.namespace, info.name))
    }
    if (failures.length > 0) return failures
    if (found === 0) {
      c.out('No resources found\n')
      return []
    }
    if (!flags.on('wait') || dryRunWords(c, dryRun) !== '') return []
    const patience = durationMs(flags.text('timeout')) ?? 0
    yield* waitUntilGone(c, gone, patience > 0 ? c.cluster.now + patience : undefined)
    return []
  },
}

interface HowToDelete {
  readonly gracePeriodSeconds?: number
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
  readonly force?: boolean
  readonly dryRun?: boolean
}

/** Ask the server to delete one thing, and say so. */
export function deleteInfo(c: Context, info: Info, how: HowToDelete): Failure | undefined {
  const { kind, namespace, name } = info
  if (name === '') return withSource('deleting', info.source, plain('resource name may not be empty'))
  const key = makeKey(storeKind(kind), namespace, name)
  if (!how.dryRun) {
    const { gracePeriodSeconds, propagation } = how
    const result = c.cluster.delete(storeKind(kind), namespace, name, { gracePeriodSeconds, propagation })
    const answer = heard(c, kind, result)
    if (isFailure(answer))
      return withSource('deleting', info.source, isNotFound(answer) ? notFound(kind, name) : answer)
  } else if (!c.cluster.get<KObject>(key)) return notFound(kind, name)
  if (c.flags.text('output') === 'name') c.out(`${qualified(kind.singular, kind.apiVersion)}/${name}\n`)
  else {
    const verb = how.gracePeriodSeconds === 0 ? 'force deleted' : 'deleted'
    const from = kind.namespaced ? ` from ${namespace} namespace` : ''
    c.out(`${quotedName(kind, name)} ${verb}${from}${dryRunWords(c, how.dryRun ? 'client' : 'none')}\n`)
  }
  return undefined
}

/** Until none of the objects is there any more, or the moment comes. */
export function* waitUntilGone(c: Context, keys: readonly ObjectKey[], until?: number): Generator<Pause, void> {
  const uids = new Map(keys.map((key) => [key, c.cluster.get<KObject>(key)?.metadata.uid]))
  const there = () =>
    keys.some((key) => uids.get(key) !== undefined && c.cluster.get<KObject>(key)?.metadata.uid === uids.get(key))
  while (there() && (until === undefined || c.cluster.now < until)) yield { until }
}
