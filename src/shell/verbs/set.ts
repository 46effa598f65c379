import type { Container, KObject, PodSpec } from '../../model/index.ts'
import { type Context, type Outcome, usage, type Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { SELECTION_FLAGS, select } from '../selection.ts'
import { dryRunOf, isFailure, patch, report, WRITE_FLAGS } from '../server.ts'
import { prefixed } from './create-verbs.ts'
import { parsePairs } from './expose.ts'
import { splitPairs } from './label.ts'

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
            `error: ${info.kind.plural}/${info.name} the object is not a pod or does not have a pod template: ${info.kind.kind}\n`,
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
  if (dryRun === 'client') return report(c, info.object!, done, dryRun)
  const result = patch(c, info, 'strategic', value)
  return isFailure(result) ? [words === '' ? result : prefixed(words, result)] : report(c, result, done)
}

/** k8s kubectl pkg/cmd/set/set_selector.go (v1.36): a Service's selector becomes exactly this */
const selector: Verb = {
  name: 'selector',
  flags: [...FLAGS, { name: 'resource-version', type: 'string' }],
  run: (c) => {
    const text = c.args.at(-1)
    if (c.args.length < 2 || text === undefined || !text.includes('=')) return [plain('one selector is required')]
    const wanted = parsePairs(text)
    if (typeof wanted === 'string') return [plain(wanted)]
    const selection = select(c, { args: c.args.slice(0, -1), all: c.flags.on('all') })
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

export const set: Verb = {
  name: 'set',
  flags: FLAGS,
  verbs: [image, selector],
  run: (c) => [plain(usage(c, 'kubectl set image and kubectl set selector work here'))],
}
