import {
  type KObject,
  type LabelSelector,
  type Labels,
  matchesSelector,
  timestamp,
  type Workload,
} from '../../model/index.ts'
import type { Context, Outcome, Pause, Run, Verb } from '../command.ts'
import { describeTemplate } from '../describe/pod-template.ts'
import { type Failure, plain } from '../failure.ts'
import { durationMs, type FlagSpec } from '../flags.ts'
import { groupHelp } from '../help.ts'
import { qualified, resourceName } from '../kinds.ts'
import { alignTabs } from '../print/table.ts'
import { type Info, SELECTION_FLAGS, select, visitAll } from '../selection.ts'
import { DRY_RUN, dryRunOf, isFailure, PRINT_FLAGS, patch, report } from '../server.ts'
import { LAST_APPLIED } from './create/last-applied.ts'
import { prefixed } from './create/made.ts'

const WHICH: readonly FlagSpec[] = SELECTION_FLAGS.filter((f) =>
  ['selector', 'filename', 'recursive', 'kustomize'].includes(f.name),
)
const MANAGER: FlagSpec = { name: 'field-manager', type: 'string' }

const ROLLED: ReadonlySet<string> = new Set(['Deployment', 'DaemonSet', 'StatefulSet'])
export const REVISION = 'deployment.kubernetes.io/revision'
const CHANGE_CAUSE = 'kubernetes.io/change-cause'

/** A verb of `rollout` that acts on each object in turn. */
function verb(name: string, flags: readonly FlagSpec[], act: (c: Context, info: Info) => Outcome): Verb {
  return {
    name,
    flags: [...WHICH, ...PRINT_FLAGS, ...flags],
    run: (c) => {
      const dryRun = flags.includes(DRY_RUN) ? dryRunOf(c) : 'none'
      if (isFailure(dryRun)) return [dryRun]
      if (c.args.length === 0 && c.flags.all('filename').length === 0) return [plain('required resource not specified')]
      const selection = select(c, { everything: true })
      if (selection.fatal) return selection.failures
      if (selection.infos.length === 0 && selection.failures.length === 0) {
        c.err(`No resources found in ${c.namespace} namespace.\n`)
        return []
      }
      return visitAll(selection, (info) => act(c, info))
    },
  }
}

type Loose = Workload & { readonly status?: Readonly<Record<string, unknown>> }
const specOf = (info: Info) => (info.object as Loose).spec

/** k8s kubectl pkg/cmd/rollout/rollout_restart.go, pkg/polymorphichelpers/objectrestarter.go (v1.36) */
const restart = verb('restart', [MANAGER], (c, info) => {
  const named = `error: ${resourceName(info.kind)} ${JSON.stringify(info.name)}`
  if (!ROLLED.has(info.kind.kind)) return [plain(`${named} restarting is not supported`)]
  if (specOf(info).paused) return [plain(`${named} can't restart paused deployment (run rollout resume first)`)]
  const at = timestamp(c.cluster.age)
  const before = specOf(info).template.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt']
  if (before === at) {
    return [
      plain(
        `failed to create patch for ${info.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
      ),
    ]
  }
  const metadata = { annotations: { 'kubectl.kubernetes.io/restartedAt': at } }
  return patched(c, info, { spec: { template: { metadata } } }, 'restarted')
})

function patched(c: Context, info: Info, value: object, done: string): Outcome {
  const result = patch(c, info, 'strategic', value)
  return isFailure(result) ? [prefixed('failed to patch', result)] : report(c, result, done)
}

/** k8s kubectl pkg/cmd/rollout/rollout_pause.go, rollout_resume.go (v1.36) */
const pausing = (name: 'pause' | 'resume', done: string) =>
  verb(name, [MANAGER], (c, info) => {
    if (info.kind.kind !== 'Deployment') {
      const what = name === 'pause' ? 'pausing' : 'resuming'
      return [plain(`error: ${resourceName(info.kind)} ${JSON.stringify(info.name)} ${what} is not supported`)]
    }
    const isPaused = Boolean(specOf(info).paused)
    if (isPaused === (name === 'pause')) {
      return [
        plain(
          `error: ${resourceName(info.kind)} ${JSON.stringify(info.name)} is ${isPaused ? 'already paused' : 'not paused'}`,
        ),
      ]
    }
    return patched(c, info, { spec: { paused: name === 'pause' } }, done)
  })

/** Kinds that have pods, but no revisions. */
const VISITED: ReadonlySet<string> = new Set(['Job', 'Pod', 'ReplicaSet', 'ReplicationController', 'CronJob'])

/** k8s kubectl pkg/apps/kind_visitor.go Accept (v1.36) */
function notRolled({ kind: { kind, apiVersion } }: Info, wanted: string, tool: string): Failure {
  const name = JSON.stringify(qualified(kind, apiVersion))
  if (VISITED.has(kind)) return plain(`no ${tool} has been implemented for ${name}`)
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  return plain(`error retrieving ${wanted} for ${name}, no visitor method exists for {${group} ${kind}}`)
}

interface Revision {
  readonly number: number
  readonly object: KObject
  readonly template: Workload['spec']['template']
}

/** What is kept of earlier templates: ReplicaSets of a Deployment, ControllerRevisions of the others; oldest first. */
function revisionsOf(c: Context, info: Info): Revision[] {
  const owner = info.object as Loose
  const selector = owner.spec.selector as LabelSelector | undefined
  const mine = (o: KObject) =>
    o.metadata.ownerReferences?.some((r) => r.controller && r.uid === owner.metadata.uid) &&
    matchesSelector(selector, o.metadata.labels as Labels | undefined)
  if (info.kind.kind === 'Deployment') {
    const sets = c.cluster.list<Workload>('ReplicaSet', info.namespace).filter(mine)
    return sets
      .map((set) => ({
        number: Number(set.metadata.annotations?.[REVISION] ?? 0),
        object: set,
        template: set.spec.template,
      }))
      .sort((a, b) => a.number - b.number)
  }
  const kept = c.cluster.list<KObject>('ControllerRevision', info.namespace).filter(mine)
  return kept
    .map((object) => {
      const data = object.data as { spec?: { template?: Workload['spec']['template'] } } | undefined
      // what is kept is a patch: $patch says that it replaces
      const { $patch: _, ...template } = (data?.spec?.template ??
        owner.spec.template) as Workload['spec']['template'] & {
        readonly $patch?: string
      }
      return { number: Number(object.revision ?? 0), object, template: template as Workload['spec']['template'] }
    })
    .sort((a, b) => a.number - b.number)
}

/** A Deployment's revisions carry why they came to be in their template. k8s kubectl pkg/polymorphichelpers/history.go ViewHistory (v1.36) */
function withCause({ object, template }: Revision, { kind }: Info): Workload['spec']['template'] {
  const cause = object.metadata.annotations?.[CHANGE_CAUSE]
  if (kind.kind !== 'Deployment' || !cause) return template
  const { metadata } = template
  return { ...template, metadata: { ...metadata, annotations: { ...metadata?.annotations, [CHANGE_CAUSE]: cause } } }
}

/** A Deployment's revision is a ReplicaSet; of the others it is the object itself as it was then. */
function wholeAt({ object, template }: Revision, { kind, object: owner }: Info): KObject {
  if (kind.kind === 'Deployment') return object
  return { ...owner!, spec: { ...(owner as Loose).spec, template } } as KObject
}

/** k8s kubectl pkg/cmd/rollout/rollout_history.go, pkg/polymorphichelpers/history.go (v1.36) */
const history = verb('history', [{ name: 'revision', type: 'int', default: '0' }], (c, info) => {
  const revision = c.flags.int('revision')
  if (revision < 0) return [plain(`revision must be a positive integer: ${revision}`)]
  if (!ROLLED.has(info.kind.kind)) return [notRolled(info, 'history', 'history viewer')]
  const revisions = revisionsOf(c, info)
  if (c.flags.text('output') !== '') {
    if (revision > 0 && !revisions.some((r) => r.number === revision)) {
      return [plain('unable to find the specified revision')]
    }
    return revisions
      .filter((r) => revision === 0 || r.number === revision)
      .flatMap((r) => report(c, wholeAt(r, info), '', 'none', { typed: true }))
  }
  const title = `${qualified(info.kind.singular, info.kind.apiVersion)}/${info.name}`
  if (revision > 0) {
    const found = revisions.find((r) => r.number === revision)
    if (!found) return [plain('unable to find the specified revision')]
    c.out(`${title} with revision #${revision}\n${describeTemplate(withCause(found, info))}\n`)
    return []
  }
  const rows = revisions.map((r) => `${r.number}\t${r.object.metadata.annotations?.[CHANGE_CAUSE] || '<none>'}\n`)
  const table = alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`, { minWidth: 0, padding: 2 })
  c.out(`${title} \n${revisions.length === 0 ? 'No rollout history found.' : table}\n`)
  return []
})

/** What a rollback leaves as it is. k8s kubectl pkg/polymorphichelpers/rollback.go annotationsToSkip (v1.36) */
const KEPT = [
  LAST_APPLIED,
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]

function withoutHash(template: Workload['spec']['template']): Workload['spec']['template'] {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** k8s kubectl pkg/cmd/rollout/rollout_undo.go, pkg/polymorphichelpers/rollback.go (v1.36) */
const undo = verb('undo', [{ name: 'to-revision', type: 'int', default: '0' }, DRY_RUN], (c, info) => {
  if (info.object!.metadata.annotations?.[LAST_APPLIED] !== undefined) {
    const words = `was previously managed with 'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.`
    c.err(`Warning: resource ${info.kind.plural}/${info.name} ${words}\n`)
  }
  if (!ROLLED.has(info.kind.kind)) return [notRolled(info, 'rollbacker', 'rollbacker')]
  const wanted = c.flags.int('to-revision')
  const revisions = revisionsOf(c, info)
  const found = wanted === 0 ? revisions.at(-2) : revisions.find((r) => r.number === wanted)
  if (!found) {
    if (wanted !== 0) return [plain(`unable to find specified revision ${wanted} in history`)]
    return [
      plain(
        info.kind.kind === 'Deployment'
          ? `no rollout history found for deployment ${JSON.stringify(info.name)}`
          : 'no last revision to roll back to',
      ),
    ]
  }
  const object = info.object as Loose
  const dryRun = c.flags.text('dry-run') === 'client' ? 'client' : 'none'
  if (dryRun === 'client') return report(c, object, describeTemplate(found.template), dryRun)
  if (object.spec.paused) {
    return [
      plain("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"),
    ]
  }
  const template = withoutHash(found.template)
  if (JSON.stringify(template) === JSON.stringify(withoutHash(object.spec.template))) {
    return report(c, object, `skipped rollback (current template already matches revision ${wanted})`)
  }
  const annotations = {
    ...pick(object.metadata.annotations ?? {}, (key) => KEPT.includes(key)),
    ...pick(found.object.metadata.annotations ?? {}, (key) => !KEPT.includes(key)),
  }
  const result = patch(c, info, 'json', [
    { op: 'replace', path: '/spec/template', value: template },
    ...(info.kind.kind === 'Deployment' ? [{ op: 'replace', path: '/metadata/annotations', value: annotations }] : []),
  ])
  if (isFailure(result)) return [prefixed(`failed restoring revision ${wanted}`, result)]
  return report(c, result, 'rolled back')
})

const pick = (labels: Labels, keep: (key: string) => boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => keep(key)))

interface Progress {
  readonly text: string
  readonly done: boolean
  readonly failure?: Failure
}

/** k8s kubectl pkg/polymorphichelpers/rollout_status.go (v1.36) */
function progressOf(object: Loose, revision: number): Progress {
  const { name, generation = 0 } = object.metadata
  const spec = object.spec
  const status = object.status ?? {}
  const number = (field: string) => Number(status[field] ?? 0)
  const replicas = spec.replicas ?? 1
  const failed = (message: string): Progress => ({ text: '', done: true, failure: plain(message) })
  const waiting = (text: string): Progress => ({ text: `${text}...\n`, done: false })
  const rolling = (what: string, text: string) => waiting(`Waiting for ${what} "${name}" rollout to finish: ${text}`)
  const strategy = (spec.updateStrategy as { type?: string; rollingUpdate?: { partition?: number } } | undefined) ?? {}
  const observed = generation <= number('observedGeneration')
  switch (object.kind) {
    case 'Deployment': {
      const current = Number(object.metadata.annotations?.[REVISION] ?? 0)
      if (revision > 0 && revision !== current) {
        return failed(`desired revision (${revision}) is different from the running revision (${current})`)
      }
      if (!observed) return waiting('Waiting for deployment spec update to be observed')
      const conditions = (status.conditions ?? []) as readonly { type: string; reason?: string }[]
      if (conditions.some((k) => k.type === 'Progressing' && k.reason === 'ProgressDeadlineExceeded')) {
        return failed(`deployment "${name}" exceeded its progress deadline`)
      }
      const [updated, all, available] = [number('updatedReplicas'), number('replicas'), number('availableReplicas')]
      if (updated < replicas)
        return rolling('deployment', `${updated} out of ${replicas} new replicas have been updated`)
      if (all > updated) return rolling('deployment', `${all - updated} old replicas are pending termination`)
      if (available < updated) return rolling('deployment', `${available} of ${updated} updated replicas are available`)
      return { text: `deployment "${name}" successfully rolled out\n`, done: true }
    }
    case 'DaemonSet': {
      if (strategy.type !== 'RollingUpdate')
        return failed('rollout status is only available for RollingUpdate strategy type')
      if (!observed) return waiting('Waiting for daemon set spec update to be observed')
      const [updated, desired] = [number('updatedNumberScheduled'), number('desiredNumberScheduled')]
      if (updated < desired) return rolling('daemon set', `${updated} out of ${desired} new pods have been updated`)
      const available = number('numberAvailable')
      if (available < desired) return rolling('daemon set', `${available} of ${desired} updated pods are available`)
      return { text: `daemon set "${name}" successfully rolled out\n`, done: true }
    }
    default: {
      if (strategy.type !== 'RollingUpdate')
        return failed('rollout status is only available for RollingUpdate strategy type')
      if (number('observedGeneration') === 0 || !observed) {
        return waiting('Waiting for statefulset spec update to be observed')
      }
      const ready = number('readyReplicas')
      if (ready < replicas) return waiting(`Waiting for ${replicas - ready} pods to be ready`)
      const updated = number('updatedReplicas')
      if (strategy.rollingUpdate) {
        const rest = replicas - (strategy.rollingUpdate.partition ?? 0)
        if (updated < rest) {
          return waiting(
            `Waiting for partitioned roll out to finish: ${updated} out of ${rest} new pods have been updated`,
          )
        }
        return { text: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true }
      }
      const [current, update] = [String(status.currentRevision ?? ''), String(status.updateRevision ?? '')]
      if (current !== update) {
        return waiting(`waiting for statefulset rolling update to complete ${updated} pods at revision ${update}`)
      }
      const text = `statefulset rolling update complete ${number('currentReplicas')} pods at revision ${current}...\n`
      return { text, done: true }
    }
  }
}

/** k8s kubectl pkg/cmd/rollout/rollout_status.go (v1.36): says each new word, until it is done */
const status: Verb = {
  name: 'status',
  flags: [
    ...WHICH,
    { name: 'watch', short: 'w', type: 'bool', default: 'true' },
    { name: 'revision', type: 'int', default: '0' },
    { name: 'timeout', type: 'duration', default: '0s' },
  ],
  run: statusOf,
}

function* statusOf(c: Context): Generator<Pause, Outcome> {
  if (c.args.length === 0 && c.flags.all('filename').length === 0) return [plain('required resource not specified')]
  const revision = c.flags.int('revision')
  if (revision < 0) return [plain(`revision must be a positive integer: ${revision}`)]
  const selection = select(c, { everything: true })
  if (selection.fatal) return selection.failures
  if (selection.visits.length === 0) c.err(`No resources found in ${c.namespace} namespace.\n`)
  const failures: Failure[] = [...selection.failures]
  const patience = durationMs(c.flags.text('timeout')) ?? 0
  for (const { kind, namespace, name } of selection.infos) {
    if (!ROLLED.has(kind.kind)) {
      failures.push(plain(`no status viewer has been implemented for ${qualified(kind.kind, kind.apiVersion)}`))
      continue
    }
    const until = patience > 0 ? c.cluster.now + patience : undefined
    let said = ''
    for (;;) {
      const object = c.cluster.get<Loose>(`${kind.kind}/${namespace}/${name}`)
      if (!object) {
        failures.push(plain('object has been deleted'))
        break
      }
      const { text, done, failure } = progressOf(object, revision)
      if (text !== said) c.out(text)
      said = text
      if (failure) failures.push(failure)
      if (done || !c.flags.on('watch')) break
      if (until !== undefined && c.cluster.now >= until) {
        failures.push(plain('timed out waiting for the condition'))
        break
      }
      yield { until }
    }
  }
  return failures
}

export const rollout: Verb = {
  name: 'rollout',
  about: `Manage the rollout of one or many resources.

 Valid resource types include:

  *  deployments
  *  daemonsets
  *  statefulsets

Examples:
  # Rollback to the previous deployment
  kubectl rollout undo deployment/abc
${'  '}
  # Check the rollout status of a daemonset
  kubectl rollout status daemonset/foo
${'  '}
  # Restart a deployment
  kubectl rollout restart deployment/abc
${'  '}
  # Restart deployments with the 'app=nginx' label
  kubectl rollout restart deployment --selector=app=nginx`,
  usage: 'SUBCOMMAND [options]',
  flags: WHICH,
  verbs: [
    { ...history, short: 'View rollout history' },
    { ...pausing('pause', 'paused'), short: 'Mark the provided resource as paused' },
    { ...restart, short: 'Restart a resource' },
    { ...pausing('resume', 'resumed'), short: 'Resume a paused resource' },
    { ...status, short: 'Show the status of the rollout' },
    { ...undo, short: 'Undo a previous rollout' },
  ],
  run: (c): Run => groupHelp(c, rollout, c.out),
}
