import type { Container, KObject, PodSpec } from '../../model/index.ts'
import type { Context, Outcome, Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { groupHelp } from '../help.ts'
import { type Info, SELECTION_FLAGS, select } from '../selection.ts'
import { dryRunOf, isFailure, patch, report, WRITE_FLAGS } from '../server.ts'
import { onCopy } from '../trial.ts'
import { prefixed } from './create/made.ts'
import { parsePairs } from './expose.ts'
import { splitPairs } from './label.ts'
import { asBefore } from './patch.ts'

const FLAGS = [...SELECTION_FLAGS, ...WRITE_FLAGS, { name: 'local', type: 'bool' } as const]

/** Where the pod of a kind stands. */
const POD_AT: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
}
const TEMPLATED = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job']

/** k8s kubectl pkg/cmd/set/set_image.go (v1.36) */
const image: Verb = {
  name: 'image',
  short: 'Update the image of a pod template',
  flags: FLAGS,
  run: (c) => {
    const split = splitPairs(c.args, 'image')
    if (typeof split === 'string') return [plain(split)]
    const wrong = split.pairs.filter((p) => p.indexOf('=') < 1)
    if (wrong.length > 0) return [plain(`invalid image format: ${wrong.join(', ')}`)]
    const images = new Map(split.pairs.map((p) => [p.slice(0, p.indexOf('=')), p.slice(p.indexOf('=') + 1)]))
    const selection = select(c, { args: split.resources, all: c.flags.on('all') })
    if (selection.fatal || selection.failures.length > 0) return selection.failures
    if (images.size === 0) return [plain('at least one image update is required')]
    if (images.size > 1 && images.has('*')) {
      return [
        plain('all containers are already specified by *, but saw more than one container_name=container_image pairs'),
      ]
    }
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const failures: Failure[] = []
    for (const info of selection.infos) {
      const at =
        POD_AT[info.kind.kind] ?? (TEMPLATED.includes(info.kind.kind) ? ['spec', 'template', 'spec'] : undefined)
      if (!at) {
        failures.push(
          plain(
            `error: ${info.kind.plural}/${info.name} the object is not a pod or does not have a pod template: *v1.${info.kind.kind}\n`,
          ),
        )
        continue
      }
      const spec = at.reduce<unknown>((o, key) => (o as Record<string, unknown>)?.[key], info.object) as PodSpec
      const changed: Record<string, object[]> = {}
      const missing = new Set(images.keys())
      for (const list of ['initContainers', 'containers'] as const) {
        for (const container of (spec[list] ?? []) as readonly Container[]) {
          const name = images.has(container.name) ? container.name : '*'
          const wanted = images.get(name)
          if (wanted === undefined) continue
          missing.delete(name)
          if (wanted !== container.image) {
            changed[list] = [...(changed[list] ?? []), { name: container.name, image: wanted }]
          }
        }
      }
      for (const name of missing) failures.push(plain(`error: unable to find container named ${JSON.stringify(name)}`))
      if (Object.keys(changed).length === 0) continue
      failures.push(
        ...change(c, info, nest(at, changed), 'image updated', 'failed to patch image update to pod template', dryRun),
      )
    }
    return failures
  },
}

const nest = (path: readonly string[], value: object): object =>
  path.reduceRight<object>((inner, key) => ({ [key]: inner }), value)

function change(
  c: Context,
  info: Parameters<typeof patch>[1] & { readonly object?: KObject },
  value: object,
  done: string,
  words: string,
  dryRun: 'none' | 'client',
): Outcome {
  if (dryRun === 'client') {
    const tried = patch(onCopy(c), info, 'strategic', value)
    const shown = isFailure(tried) ? info.object! : asBefore(tried, info.object!)
    return report(c, shown, done, dryRun, { typed: true })
  }
  const result = patch(c, info, 'strategic', value)
  return isFailure(result)
    ? [words === '' ? result : prefixed(words, result)]
    : report(c, result, done, dryRun, { typed: true })
}

/** k8s kubectl pkg/cmd/set/set_selector.go (v1.36): a Service's selector becomes exactly this */
const selector: Verb = {
  name: 'selector',
  short: 'Set the selector on a resource',
  flags: [...FLAGS, { name: 'resource-version', type: 'string' }],
  run: (c) => {
    const text = c.args.length > 1 || c.args[0]?.includes('=') ? c.args.at(-1)! : ''
    const slashed = c.args[0]?.includes('/') === true
    const names = text.includes('=') || c.args.length > (slashed ? 1 : 2) ? c.args.slice(0, -1) : c.args
    if (names.length === c.args.length && (slashed || c.args.length === 0 || c.args.length > 2)) {
      return [plain('one selector is required')]
    }
    if (names.length === c.args.length) return [plain('resource(s) were provided, but no name was specified')]
    if (!text.includes('=')) return [plain(`match expression [{${text} Exists []}] not supported on this object`)]
    const wanted = parsePairs(text)
    if (typeof wanted === 'string') return [plain(wanted)]
    const selection = select(c, { args: names, all: c.flags.on('all') })
    if (selection.fatal) return selection.failures
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const failures: Failure[] = [...selection.failures]
    for (const info of selection.infos) {
      if (info.kind.kind !== 'Service') {
        failures.push(plain('setting a selector is only supported for Services'))
        continue
      }
      const before = (info.object!.spec as { selector?: Record<string, string> }).selector ?? {}
      const gone = Object.fromEntries(Object.keys(before).map((key) => [key, null]))
      const value = { spec: { selector: { ...gone, ...wanted } } }
      failures.push(...change(c, info, value, 'selector updated', '', dryRun))
    }
    return failures
  },
}

type Spec = Readonly<Record<string, unknown>>

/** The pod's part of an object; undefined where there is none. */
function podAt(info: Info): { readonly at: readonly string[]; readonly spec: PodSpec } | undefined {
  const { kind } = info.kind
  const at = POD_AT[kind] ?? (TEMPLATED.includes(kind) ? ['spec', 'template', 'spec'] : undefined)
  const spec = at?.reduce<unknown>((o, key) => (o as Spec | undefined)?.[key], info.object)
  return at && { at, spec: (spec ?? {}) as PodSpec }
}

const podless = (info: Info) =>
  plain(
    `error: ${info.kind.plural}/${info.name} the object is not a pod or does not have a pod template: *v1.${info.kind.kind}\n`,
  )

/** Containers that `-c` means. */
function chosen(c: Context, spec: PodSpec): readonly Container[] {
  const wanted = c.flags.text('containers')
  const list = (spec.containers ?? []) as readonly Container[]
  if (wanted === '' || wanted === '*') return list
  const form = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
  return list.filter((k) => form.test(k.name))
}

const CONTAINERS = { name: 'containers', short: 'c', type: 'string', default: '*' } as const
type EnvVar = { readonly name: string; readonly value?: string; readonly valueFrom?: object }

/** k8s kubectl pkg/cmd/set/set_env.go (v1.36) */
const env: Verb = {
  name: 'env',
  short: 'Update environment variables on a pod template',
  flags: [
    ...FLAGS,
    CONTAINERS,
    { name: 'env', short: 'e', type: 'array' },
    { name: 'from', type: 'string' },
    { name: 'prefix', type: 'string' },
    { name: 'keys', type: 'list' },
    { name: 'list', type: 'bool' },
    { name: 'resolve', type: 'bool' },
    { name: 'overwrite', type: 'bool', default: 'true' },
  ],
  run: (c) => {
    const { flags } = c
    const isChange = (word: string) => /^[^=/]+=/.test(word) || (word.endsWith('-') && word !== '-')
    const changes = [...c.args.filter(isChange), ...flags.all('env')]
    const resources = c.args.filter((word) => !isChange(word))
    if (resources.length === 0 && flags.all('filename').length === 0) {
      return [plain('one or more resources must be specified as <resource> <name> or <resource>/<name>')]
    }
    if (flags.on('list') && flags.text('output') !== '') {
      return [plain('--list and --output may not be specified together')]
    }
    if (flags.has('from')) {
      return [plain('--from is not simulated here; write KEY=VALUE, or put envFrom into the object')]
    }
    const gone = changes.filter((word) => !word.includes('=')).map((word) => word.slice(0, -1))
    const wanted = new Map<string, string>()
    for (const word of changes.filter((w) => w.includes('='))) {
      wanted.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1))
    }
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const selection = select(c, { args: resources, all: flags.on('all') })
    if (selection.fatal || selection.failures.length > 0) return selection.failures
    const failures: Failure[] = []
    for (const info of selection.infos) {
      const pod = podAt(info)
      if (!pod) {
        failures.push(podless(info))
        continue
      }
      const containers = chosen(c, pod.spec)
      if (flags.on('list')) {
        for (const k of containers) {
          c.out(`# ${info.kind.kind} ${info.name}, container ${k.name}\n`)
          for (const v of (k.env ?? []) as readonly EnvVar[]) c.out(envLine(v))
        }
        continue
      }
      const next = containers.map((k) => ({ name: k.name, env: envAfter(k, wanted, gone) }))
      const before = containers.map((k) => ({ name: k.name, env: k.env ?? [] }))
      if (JSON.stringify(next) === JSON.stringify(before)) continue
      const value = nest(pod.at, { containers: containers.map((k, i) => ({ ...k, env: next[i]!.env })) })
      failures.push(...changeWhole(c, info, value, 'env updated', 'failed to patch env update to pod template', dryRun))
    }
    return failures
  },
}

function envLine({ name, value = '', valueFrom }: EnvVar): string {
  const from = valueFrom as Record<
    string,
    { readonly name?: string; readonly key?: string; readonly fieldPath?: string }
  >
  if (!valueFrom) return `${name}=${value}\n`
  if (from.configMapKeyRef)
    return `# ${name} from configmap ${from.configMapKeyRef.name}, key ${from.configMapKeyRef.key}\n`
  if (from.secretKeyRef) return `# ${name} from secret ${from.secretKeyRef.name}, key ${from.secretKeyRef.key}\n`
  return `# ${name} from field path ${from.fieldRef?.fieldPath ?? ''}\n`
}

function envAfter(k: Container, wanted: ReadonlyMap<string, string>, gone: readonly string[]): EnvVar[] {
  const kept = ((k.env ?? []) as readonly EnvVar[]).filter((v) => !gone.includes(v.name))
  const changed = kept.map((v) => (wanted.has(v.name) ? { name: v.name, value: wanted.get(v.name)! } : v))
  const fresh = [...wanted]
    .filter(([name]) => !kept.some((v) => v.name === name))
    .map(([name, value]) => ({ name, value }))
  return [...changed, ...fresh]
}

/** A merge patch: lists of containers become exactly these, with the containers that were not chosen beside them. */
function changeWhole(
  c: Context,
  info: Info,
  value: object,
  done: string,
  words: string,
  dryRun: 'none' | 'client',
): Outcome {
  const pod = podAt(info)!
  const changed = pod.at.reduce<unknown>((o, key) => (o as Spec)[key], value) as {
    readonly containers: readonly Container[]
  }
  const containers = (pod.spec.containers as readonly Container[]).map(
    (k) => changed.containers.find((n) => n.name === k.name) ?? k,
  )
  const whole = nest(pod.at, { containers })
  if (dryRun === 'client') {
    const tried = patch(onCopy(c), info, 'merge', whole)
    return report(c, isFailure(tried) ? info.object! : asBefore(tried, info.object!), done, dryRun, { typed: true })
  }
  const result = patch(c, info, 'merge', whole)
  return isFailure(result) ? [prefixed(words, result)] : report(c, result, done, dryRun, { typed: true })
}

/** `cpu=1,memory=2Gi`. k8s kubectl pkg/generate/versioned/run.go populateResourceListV1 (v1.36) */
function amounts(text: string): Record<string, string> | string {
  const out: Record<string, string> = {}
  for (const statement of text === '' ? [] : text.split(',')) {
    const parts = statement.split('=')
    if (parts.length !== 2) return `Invalid argument syntax ${statement}, expected <resource>=<value>`
    out[parts[0]!] = parts[1]!
  }
  return out
}

/** k8s kubectl pkg/cmd/set/set_resources.go (v1.36) */
const resources: Verb = {
  name: 'resources',
  short: 'Update resource requests/limits on objects with pod templates',
  flags: [...FLAGS, CONTAINERS, { name: 'limits', type: 'string' }, { name: 'requests', type: 'string' }],
  run: (c) => {
    const { flags } = c
    if (flags.text('limits') === '' && flags.text('requests') === '') {
      return [plain('you must specify an update to requests or limits (in the form of --requests/--limits)')]
    }
    const [limits, requests] = [amounts(flags.text('limits')), amounts(flags.text('requests'))]
    if (typeof limits === 'string') return [plain(limits)]
    if (typeof requests === 'string') return [plain(requests)]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const selection = select(c, { all: flags.on('all') })
    if (selection.fatal || selection.failures.length > 0) return selection.failures
    const failures: Failure[] = []
    for (const info of selection.infos) {
      const pod = podAt(info)
      const containers = pod ? chosen(c, pod.spec) : []
      if (!pod || containers.length === 0) {
        failures.push(pod ? plain(`error: unable to find container named ${flags.text('containers')}`) : podless(info))
        continue
      }
      const add = (k: Container, what: 'limits' | 'requests', more: Record<string, string>) => {
        const all = { ...(k.resources as Record<string, object> | undefined)?.[what], ...more }
        return Object.keys(all).length > 0 && { [what]: all }
      }
      const next = containers.map((k) => ({
        ...k,
        resources: { ...(k.resources as object), ...add(k, 'limits', limits), ...add(k, 'requests', requests) },
      }))
      const words = 'failed to patch resources update to pod template'
      const value = nest(pod.at, { containers: next })
      failures.push(...changeWhole(c, info, value, 'resource requirements updated', words, dryRun))
    }
    return failures
  },
}

/** k8s kubectl pkg/cmd/set/set_serviceaccount.go (v1.36) */
const serviceAccount: Verb = {
  name: 'serviceaccount',
  aliases: ['sa'],
  short: 'Update the service account of a resource',
  flags: FLAGS,
  run: (c) => {
    const name = c.args.at(-1)
    if (name === undefined) return [plain('serviceaccount is required')]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const selection = select(c, { args: c.args.slice(0, -1), all: c.flags.on('all') })
    if (selection.fatal || selection.failures.length > 0) return selection.failures
    return selection.infos.flatMap((info) => {
      const pod = podAt(info)
      if (!pod) return [podless(info)]
      const value = nest(pod.at, { serviceAccountName: name })
      return change(c, info, value, 'serviceaccount updated', 'failed to patch ServiceAccountName', dryRun)
    })
  },
}

/** Nobody is refused anything here, so nobody needs to be let in. */
const subject: Verb = {
  name: 'subject',
  short: 'Update the user, group, or service account in a role binding or cluster role binding',
  flags: FLAGS,
  run: () => [
    plain('"kubectl set subject" is not simulated: access control is not modelled, every request is allowed'),
  ],
}

export const set: Verb = {
  name: 'set',
  about: `Configure application resources.

 These commands help you make changes to existing application resources.`,
  usage: 'SUBCOMMAND [options]',
  flags: FLAGS,
  verbs: [env, image, resources, selector, serviceAccount, subject],
  run: (c) => groupHelp(c, set),
}
