import { controllerOf, makeKey, type Node, type ObjectKey, type Pod, type Taint } from '../../model/index.ts'
import { type Context, type Outcome, type Pause, type Run, usage, type Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { durationMs, type FlagSpec } from '../flags.ts'
import { findKind } from '../kinds.ts'
import { type Info, SELECTION_FLAGS, select, visitAll } from '../selection.ts'
import { parseLabelSelector } from '../selectors.ts'
import { type DryRun, dryRunOf, heard, isFailure, patch, report, WRITE_FLAGS } from '../server.ts'
import { waitUntilGone } from './delete.ts'

const NODE_FLAGS: readonly FlagSpec[] = [...WRITE_FLAGS, { name: 'selector', short: 'l', type: 'string' }]

/** The nodes of the arguments. */
function nodesOf(c: Context, verb: string): readonly Info[] | Failure[] {
  const bySelector = c.flags.text('selector') !== ''
  if (c.args.length === 0 && !bySelector) return [plain(usage(c, `USAGE: ${verb} NODE [flags]`))]
  if (c.args.length > 0 && bySelector) return [plain('error: cannot specify both a node name and a --selector option')]
  const args = bySelector ? ['nodes'] : c.args.map((name) => (name.includes('/') ? name : `nodes/${name}`))
  const selection = select(c, { args })
  if (selection.failures.length > 0) return [...selection.failures]
  return selection.infos
}

const areFailures = (list: readonly Info[] | readonly Failure[]): list is Failure[] =>
  list.length > 0 && 'type' in list[0]!

/** Mark nodes, and say so. k8s kubectl pkg/cmd/drain/drain.go RunCordonOrUncordon (v1.36) */
function mark(c: Context, infos: readonly Info[], wanted: boolean, dryRun: DryRun): Failure[] {
  return infos.flatMap((info) => {
    if (info.kind.kind !== 'Node') return report(c, info.object!, 'skipped')
    const done = wanted ? 'cordoned' : 'uncordoned'
    if (Boolean((info.object as Node).spec?.unschedulable) === wanted)
      return report(c, info.object!, `already ${done}`, dryRun)
    if (dryRun === 'client') return report(c, info.object!, done, dryRun)
    const result = patch(c, info, 'strategic', { spec: { unschedulable: wanted || null } })
    if (!isFailure(result)) return report(c, result, done)
    const why = result.type === 'status' ? result.status.message : result.type === 'plain' ? result.message : ''
    c.err(`error: unable to ${wanted ? '' : 'un'}cordon node ${JSON.stringify(info.name)}: ${why}\n`)
    return []
  })
}

const cordonVerb = (name: 'cordon' | 'uncordon'): Verb => ({
  name,
  flags: NODE_FLAGS,
  run: (c) => {
    const nodes = nodesOf(c, name)
    if (areFailures(nodes)) return nodes
    const dryRun = dryRunOf(c)
    return isFailure(dryRun) ? [dryRun] : mark(c, nodes, name === 'cordon', dryRun)
  },
})
export const cordon = cordonVerb('cordon')
export const uncordon = cordonVerb('uncordon')

const MIRROR = 'kubernetes.io/config.mirror'

/** What stands in the way of a drain, and which flag takes it out. k8s kubectl pkg/drain/filters.go (v1.36) */
function judge(c: Context, pod: Pod): { readonly goes: boolean; readonly warning?: string; readonly error?: string } {
  const { flags } = c
  const phase = pod.status?.phase
  const ended = phase === 'Succeeded' || phase === 'Failed'
  if (pod.metadata.annotations?.[MIRROR] !== undefined) return { goes: false }
  const owner = controllerOf(pod)
  let warning: string | undefined
  if (owner?.kind === 'DaemonSet' && !ended) {
    const there = c.cluster.get(makeKey('DaemonSet', pod.metadata.namespace ?? '', owner.name))
    if (there && !flags.on('ignore-daemonsets')) {
      return { goes: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' }
    }
    if (there) return { goes: false, warning: 'ignoring DaemonSet-managed Pods' }
    if (!flags.on('force')) return { goes: false, error: `daemonsets.apps ${JSON.stringify(owner.name)} not found` }
    warning = `daemonsets.apps ${JSON.stringify(owner.name)} not found`
  }
  const volumes = (pod.spec.volumes ?? []) as readonly { readonly emptyDir?: object }[]
  if (!ended && volumes.some((v) => v.emptyDir)) {
    if (!flags.on('delete-emptydir-data')) {
      return { goes: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' }
    }
    warning = 'deleting Pods with local storage'
  }
  if (!ended && !owner) {
    if (!flags.on('force')) {
      return {
        goes: false,
        error: 'Pods that declare no controller (use --force to override)',
      }
    }
    warning = 'deleting Pods that declare no controller'
  }
  return { goes: true, ...(warning && { warning }) }
}

const grouped = (entries: readonly (readonly [string, Pod])[]): Map<string, string[]> => {
  const out = new Map<string, string[]>()
  for (const [words, { metadata }] of entries) {
    out.set(words, [...(out.get(words) ?? []), `${metadata.namespace}/${metadata.name}`])
  }
  return out
}

/** k8s kubectl pkg/cmd/drain/drain.go, pkg/drain (v1.36). Budgets are not acted on: an eviction always goes through. */
export const drain: Verb = {
  name: 'drain',
  flags: [
    ...NODE_FLAGS,
    { name: 'force', type: 'bool' },
    { name: 'ignore-daemonsets', type: 'bool' },
    { name: 'delete-emptydir-data', type: 'bool' },
    { name: 'delete-local-data', type: 'bool' },
    { name: 'grace-period', type: 'int', default: '-1' },
    { name: 'timeout', type: 'duration', default: '0s' },
    { name: 'pod-selector', type: 'string' },
    { name: 'disable-eviction', type: 'bool' },
    { name: 'skip-wait-for-delete-timeout', type: 'int', default: '0' },
    { name: 'chunk-size', type: 'int', default: '500' },
  ],
  run: drainNodes,
}

function* drainNodes(c: Context): Generator<Pause, Outcome> {
  const dryRun = dryRunOf(c)
  if (isFailure(dryRun)) return [dryRun]
  const pods = parseLabelSelector(c.flags.text('pod-selector'))
  if (!pods.ok) return [plain(pods.error)]
  const nodes = nodesOf(c, 'drain')
  if (areFailures(nodes)) return nodes
  const failures: Failure[] = mark(c, nodes, true, dryRun)
  const remaining: string[] = []
  for (const info of nodes) {
    const here = c.cluster
      .list<Pod>('Pod')
      .filter((p) => p.spec.nodeName === info.name && pods.matches(p.metadata.labels))
    const judged = here.map((pod) => ({ pod, ...judge(c, pod) }))
    const errors = grouped(judged.flatMap((j) => (j.error ? [[j.error, j.pod] as const] : [])))
    if (errors.size > 0) {
      const list = [...errors].map(([why, names]) => `cannot delete ${why}: ${names.join(', ')}`)
      const words = list.length === 1 ? list[0]! : `[${list.join(', ')}]`
      c.err(`error: unable to drain node ${JSON.stringify(info.name)} due to error: ${words}, continuing command...\n`)
      remaining.push(info.name)
      failures.push(...list.map(plain))
      continue
    }
    const warnings = grouped(judged.flatMap((j) => (j.warning ? [[j.warning, j.pod] as const] : [])))
    if (warnings.size > 0) c.warn([...warnings].map(([why, names]) => `${why}: ${names.join(', ')}`).join('; '))
    yield* evict(
      c,
      judged.filter((j) => j.goes).map((j) => j.pod),
      dryRun,
    )
    failures.push(...report(c, c.cluster.get(makeKey('Node', '', info.name)) ?? info.object!, 'drained', dryRun))
  }
  if (remaining.length > 0) {
    c.err(`There are pending nodes to be drained:\n${remaining.map((name) => ` ${name}\n`).join('')}`)
  }
  return failures
}

function* evict(c: Context, pods: readonly Pod[], dryRun: DryRun): Generator<Pause, void> {
  const verb = c.flags.on('disable-eviction') ? 'deleting' : 'evicting'
  const gone: ObjectKey[] = []
  for (const { metadata } of pods) {
    const namespace = metadata.namespace ?? ''
    const suffix = dryRun === 'client' ? ' (dry run)' : c.flags.text('dry-run') === 'server' ? ' (server dry run)' : ''
    if (dryRun === 'client') c.out(`${verb} pod ${namespace}/${metadata.name}${suffix}\n`)
    else {
      c.out(`${verb} pod ${namespace}/${metadata.name}${suffix}\n`)
      const grace = c.flags.int('grace-period')
      const result = c.cluster.delete('Pod', namespace, metadata.name, grace >= 0 ? { gracePeriodSeconds: grace } : {})
      if (!isFailure(heard(c, { kind: 'Pod', apiVersion: 'v1' }, result)))
        gone.push(makeKey('Pod', namespace, metadata.name))
    }
  }
  if (dryRun === 'client' || c.flags.text('dry-run') === 'server') return
  const patience = durationMs(c.flags.text('timeout')) ?? 0
  // each is said when it is gone
  const uids = new Map(gone.map((key) => [key, c.cluster.get(key)?.metadata.uid]))
  const until = patience > 0 ? c.cluster.now + patience : undefined
  const waiting = new Set(gone)
  while (waiting.size > 0) {
    for (const key of waiting) {
      if (c.cluster.get(key)?.metadata.uid === uids.get(key) && uids.get(key) !== undefined) continue
      c.out(`pod/${key.slice(key.lastIndexOf('/') + 1)} evicted\n`)
      waiting.delete(key)
    }
    if (waiting.size === 0 || (until !== undefined && c.cluster.now >= until)) return
    yield* waitUntilGone(c, [[...waiting][0]!], until)
  }
}

const EFFECTS: ReadonlySet<string> = new Set(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])

/** `key=value:effect`. k8s kubectl pkg/cmd/taint/utils.go parseTaint (v1.36) */
function parseTaint(text: string): Taint | string {
  const [head = '', effect = '', ...more] = text.split(':')
  // without an effect the whole of it is a key
  const [key = '', value = '', ...extra] = text.includes(':') ? head.split('=') : [text]
  if (more.length > 0 || extra.length > 0) return `invalid taint spec: ${text}`
  if (text.includes(':') && !EFFECTS.has(effect)) return `invalid taint effect: ${effect}, unsupported taint effect`
  if (!/^([a-z0-9.-]+\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(key)) {
    return `invalid taint spec: ${text}, name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`
  }
  return { key, ...(value !== '' && { value }), effect } as Taint
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
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    if (resources.length < 1) return [plain('one or more resources must be specified as <resource> <name>')]
    if (specs.length < 1) return [plain('at least one taint update is required')]
    const [add, remove]: [Taint[], Taint[]] = [[], []]
    for (const spec of specs) {
      const parsed = parseTaint(spec.endsWith('-') ? spec.slice(0, -1) : spec)
      if (typeof parsed === 'string') return [plain(usage(c, parsed))]
      if (spec.endsWith('-')) remove.push(parsed)
      else if (parsed.effect as string) add.push(parsed)
      else return [plain(usage(c, `invalid taint spec: ${spec}`))]
    }
    const [type = ''] = resources[0]!.split('/')
    if (findKind(type)?.kind !== 'Node') {
      return [plain(`invalid resource type ${type}, only node types are supported`)]
    }
    const selection = select(c, { args: resources, all: c.flags.on('all') })
    if (selection.fatal) return selection.failures
    return visitAll(selection, (info) => taintOne(c, info, add, remove, dryRun))
  },
}

function taintOne(c: Context, info: Info, add: Taint[], remove: Taint[], dryRun: DryRun): Outcome {
  const node = info.object as Node
  const old = (node.spec?.taints ?? []) as readonly Taint[]
  const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect
  const taken = add.filter((t) => old.some((o) => same(o, t)))
  if (taken.length > 0 && !c.flags.on('overwrite')) {
    const words = taken.map((t) => `node ${info.name} already has ${t.key} taint(s) with same effect(s)`)
    return [plain(`${words.join('; ')} and --overwrite is false`)]
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
  const done =
    (isMore && isLess) || c.flags.on('overwrite') ? 'modified' : isMore && add.length > 0 ? 'tainted' : 'untainted'
  if (dryRun === 'client') return report(c, node, done)
  const result = patch(c, info, 'merge', { spec: { taints: next.length > 0 ? next : null } })
  return isFailure(result) ? [result] : report(c, result, done)
}
