import { controllerOf, keyOf, makeKey, type Node, type Pod } from '../../model/index.ts'
import { type Context, type Outcome, type Pause, usage, type Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { durationMs, type FlagSpec } from '../flags.ts'
import { type Info, select } from '../selection.ts'
import { parseLabelSelector } from '../selectors.ts'
import { DRY_RUN, type DryRun, dryRunOf, isFailure, patch, report } from '../server.ts'

const NODE_FLAGS: readonly FlagSpec[] = [DRY_RUN, { name: 'selector', short: 'l', type: 'string' }]

const noNode = (c: Context, verb: string): Failure => plain(usage(c, `USAGE: ${verb} NODE [flags]`))

/** The nodes of the arguments. */
function nodesOf(c: Context, verb: string): readonly Info[] | Failure[] {
  const bySelector = c.flags.text('selector') !== ''
  if (c.args.length === 0 && !bySelector) return [noNode(c, verb)]
  if (c.args.length > 0 && bySelector) {
    return [plain(usage(c, 'error: cannot specify both a node name and a --selector option'))]
  }
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

/** k8s kubectl pkg/cmd/drain/drain.go, pkg/drain (v1.36) */
export const drain: Verb = {
  name: 'drain',
  flags: [
    ...NODE_FLAGS,
    { name: 'force', type: 'bool' },
    { name: 'ignore-daemonsets', type: 'bool' },
    { name: 'delete-emptydir-data', type: 'bool' },
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
  if (c.args.length === 0 && c.flags.text('selector') === '') return [noNode(c, 'drain')]
  const dryRun = dryRunOf(c)
  if (isFailure(dryRun)) return [dryRun]
  const pods = parseLabelSelector(c.flags.text('pod-selector'))
  if (!pods.ok) return [plain(pods.error)]
  const nodes = nodesOf(c, 'drain')
  if (areFailures(nodes)) return nodes
  const failures: Failure[] = mark(c, nodes, true, dryRun)
  const remaining: string[] = []
  const refusals: string[] = []
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
      refusals.push(...list)
      continue
    }
    const warnings = grouped(judged.flatMap((j) => (j.warning ? [[j.warning, j.pod] as const] : [])))
    if (warnings.size > 0) c.warn([...warnings].map(([why, names]) => `${why}: ${names.join(', ')}`).join('; '))
    const leaving = judged.filter((j) => j.goes).map((j) => j.pod)
    const faults = yield* evict(c, leaving, dryRun)
    if (faults.length > 0) {
      const words = faults.length === 1 ? faults[0]! : `[${faults.join(', ')}]`
      c.err(`error: unable to drain node ${JSON.stringify(info.name)} due to error: ${words}, continuing command...\n`)
      remaining.push(info.name)
      refusals.push(...faults)
      continue
    }
    failures.push(...report(c, c.cluster.get(makeKey('Node', '', info.name)) ?? info.object!, 'drained', dryRun))
  }
  if (remaining.length > 0) {
    c.err(`There are pending nodes to be drained:\n${remaining.map((name) => ` ${name}\n`).join('')}`)
  }
  if (refusals.length === 0) return failures
  // as one error among several is said, even where there is one
  c.err(refusals.map((words) => `${words}\n`).join(''))
  return [...failures, { type: 'said' }]
}

/** How long a pod that its budget holds back is left alone before it is asked to go again. */
const AGAIN = 5000

/**
 * Evict pods, and say when each is gone; those that a budget holds back are tried again.
 * k8s kubectl pkg/drain/drain.go evictPods, deletePods (v1.36)
 */
function* evict(c: Context, pods: readonly Pod[], dryRun: DryRun): Generator<Pause, string[]> {
  const deletes = c.flags.on('disable-eviction')
  const server = c.flags.text('dry-run') === 'server'
  const suffix = dryRun === 'client' ? ' (dry run)' : server ? ' (server dry run)' : ''
  const grace = c.flags.int('grace-period')
  const options = grace >= 0 ? { gracePeriodSeconds: grace } : {}
  const patience = durationMs(c.flags.text('timeout')) ?? 0
  const until = patience > 0 ? c.cluster.now + patience : undefined
  const waiting = new Map(pods.map((pod) => [keyOf(pod), { pod, asked: false, again: 0 }]))
  const faults: string[] = []
  const ask = (entry: { readonly pod: Pod; asked: boolean; again: number }) => {
    const { name, namespace = '' } = entry.pod.metadata
    c.out(`${deletes ? 'deleting' : 'evicting'} pod ${namespace}/${name}${suffix}\n`)
    if (dryRun === 'client') return
    const result = deletes
      ? c.cluster.delete('Pod', namespace, name, options)
      : c.cluster.evict(namespace, name, options)
    entry.asked = result.ok || result.status.reason === 'NotFound'
    if (entry.asked) return
    const words = result.ok ? '' : result.status.message
    const which = `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`
    if (!result.ok && result.status.reason === 'TooManyRequests') {
      c.err(`${which} (will retry after 5s): ${words}\n`)
      entry.again = c.cluster.now + AGAIN
    } else {
      faults.push(`${which}: ${words}`)
      waiting.delete(makeKey('Pod', namespace, name))
    }
  }
  for (const entry of waiting.values()) ask(entry)
  if (dryRun === 'client' || server) return faults
  for (;;) {
    for (const [key, entry] of waiting) {
      if (!entry.asked && entry.again <= c.cluster.now) ask(entry)
      if (!entry.asked || c.cluster.get(key)?.metadata.uid === entry.pod.metadata.uid) continue
      c.out(`pod/${entry.pod.metadata.name} evicted\n`)
      waiting.delete(key)
    }
    if (waiting.size === 0) return faults
    if (until !== undefined && c.cluster.now >= until) {
      return [...faults, `global timeout reached: ${c.flags.text('timeout')}`]
    }
    const next = [...waiting.values()].flatMap((e) => (e.asked ? [] : e.again))
    yield { until: Math.min(until ?? Number.POSITIVE_INFINITY, ...next, c.cluster.now + AGAIN) }
  }
}
