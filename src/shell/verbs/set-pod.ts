import type { Container, KObject, PodSpec } from '../../model/index.ts'
import type { Context, Outcome } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import type { FlagSpec } from '../flags.ts'
import { type Info, SELECTION_FLAGS } from '../selection.ts'
import { causePatch, type DryRun, isFailure, patch, RECORD, report, WRITE_FLAGS, withCause } from '../server.ts'
import { joined } from './create/made.ts'

const named =
  (...names: readonly string[]) =>
  (f: FlagSpec) =>
    names.includes(f.name)

/** Flags of `set env`; the others record as well. */
export const ENV_FLAGS: readonly FlagSpec[] = [
  ...SELECTION_FLAGS.filter(named('selector', 'filename', 'recursive', 'kustomize', 'all')),
  ...WRITE_FLAGS,
  { name: 'local', type: 'bool' },
]
export const SET_FLAGS: readonly FlagSpec[] = [...ENV_FLAGS, RECORD]
/** Those that find things by their names only. */
export const NAMED_FLAGS: readonly FlagSpec[] = SET_FLAGS.filter((f) => f.name !== 'selector')
export const CONTAINERS = { name: 'containers', short: 'c', type: 'string', default: '*' } as const

/** Where the pod of a kind stands. */
const POD_AT: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
}
const TEMPLATED = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job']

type Fields = Readonly<Record<string, unknown>>

/** The pod's part of an object, and the way to it. */
export interface PodPart {
  readonly at: readonly string[]
  readonly spec: PodSpec
}

/** k8s kubectl pkg/polymorphichelpers/updatepodspec.go (v1.36); a failure where an object has no pod */
export function podPart(info: Info): PodPart | Failure {
  const { kind, plural } = info.kind
  const at = POD_AT[kind] ?? (TEMPLATED.includes(kind) ? ['spec', 'template', 'spec'] : undefined)
  if (!at) {
    const words = `the object is not a pod or does not have a pod template: *v1.${kind}`
    return plain(`error: ${plural}/${info.name} ${words}\n`)
  }
  const spec = at.reduce<unknown>((o, key) => (o as Fields | undefined)?.[key], info.object)
  return { at, spec: (spec ?? {}) as PodSpec }
}

/** The containers that `-c` means, those of init behind the others. k8s kubectl pkg/cmd/set/helper.go selectContainers (v1.36) */
export function chosen(c: Context, spec: PodSpec): readonly Container[] {
  const wanted = c.flags.text('containers')
  const form = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].filter((k) => form.test(k.name))
}

/** The pod with these of its containers changed. */
export function withContainers(spec: PodSpec, next: ReadonlyMap<Container, Container>): PodSpec {
  const change = (list: readonly Container[]) => list.map((k) => next.get(k) ?? k)
  return {
    ...spec,
    containers: change(spec.containers ?? []),
    ...(spec.initContainers && { initContainers: change(spec.initContainers) }),
  }
}

const nest = (path: readonly string[], value: unknown): Fields =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Fields

function placed(object: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  return key === undefined
    ? value
    : { ...(object as Fields), [key]: placed((object as Fields | undefined)?.[key], rest, value) }
}

/**
 * Write what became of a pod, and say so; nothing when nothing became of it, unless `always`. On the client alone the object is what the verb made of it,
 * whatever a server would say.
 *
 * @param words what goes before the server's words when it refuses
 */
export function changePod(
  c: Context,
  info: Info,
  { at, spec }: PodPart,
  next: PodSpec,
  {
    done,
    words,
    dryRun,
    always = false,
  }: { readonly done: string; readonly words: string; readonly dryRun: DryRun; readonly always?: boolean },
): Outcome {
  const changed: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(next)) {
    if (JSON.stringify(value) !== JSON.stringify((spec as Fields)[key])) changed[key] = value
  }
  // with --record, saying so is a change too
  const object = withCause(c, info.object!)
  const same = JSON.stringify(object) === JSON.stringify(info.object)
  if (Object.keys(changed).length === 0 && same && !always) return []
  if (dryRun === 'client') return report(c, placed(object, at, next) as KObject, done, dryRun, { typed: true })
  const result = patch(c, info, 'merge', { ...nest(at, changed), ...causePatch(c) })
  return isFailure(result) ? [joined(words, result)] : report(c, result, done, dryRun, { typed: true })
}
