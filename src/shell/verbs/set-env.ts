import type { Container, KObject } from '../../model/index.ts'
import type { Context, Outcome, Verb } from '../command.ts'
import { type Failure, plain } from '../failure.ts'
import { select } from '../selection.ts'
import { dryRunOf, isFailure } from '../server.ts'
import { CONTAINERS, changePod, chosen, ENV_FLAGS, podPart, withContainers } from './set-pod.ts'

interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: object
}

/** k8s kubectl pkg/cmd/set/set_env.go (v1.36) */
export const env: Verb = {
  name: 'env',
  short: 'Update environment variables on a pod template',
  flags: [
    ...ENV_FLAGS,
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
    if (flags.on('all') && flags.text('selector') !== '') {
      return [plain('cannot set --all and --selector at the same time')]
    }
    const split = splitChanges(c.args)
    if (!split) return [plain(`all resources must be specified before environment changes: ${c.args.join(' ')}`)]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    if (split.resources.length === 0 && flags.all('filename').length === 0) {
      return [plain('one or more resources must be specified as <resource> <name> or <resource>/<name>')]
    }
    if (flags.on('list') && flags.text('output') !== '') {
      return [plain('--list and --output may not be specified together')]
    }
    if (flags.all('keys').length > 0 && flags.text('from') === '') {
      return [plain('when specifying --keys, a configmap or secret must be provided with --from')]
    }
    const parsed = parseChanges([...flags.all('env'), ...split.changes])
    if (typeof parsed === 'string') return [plain(parsed)]
    const imported = flags.text('from') === '' ? [] : importedFrom(c)
    if (!isVars(imported)) return imported
    const prefix = flags.text('prefix')
    const wanted = [...parsed.set, ...imported].map((v) => ({ ...v, name: prefix + v.name }))
    const selection = select(c, { args: split.resources, everything: flags.on('all') })
    if (selection.fatal || selection.failures.length > 0) return selection.failures
    const failures: Failure[] = []
    for (const info of selection.infos) {
      const pod = podPart(info)
      if (isFailure(pod)) {
        if (!flags.on('list')) failures.push(pod)
        continue
      }
      const containers = chosen(c, pod.spec)
      if (containers.length === 0) {
        c.warn(
          `${info.kind.kind}/${info.name} does not have any containers matching ${JSON.stringify(flags.text('containers'))}`,
        )
        continue
      }
      const clash = flags.on('overwrite') ? undefined : clashOf(containers, wanted)
      if (clash) {
        if (!flags.on('list')) failures.push(plain(`error: ${info.kind.plural}/${info.name} ${clash}\n`))
        continue
      }
      const next = new Map(containers.map((k) => [k, { ...k, env: envAfter(k, wanted, parsed.gone) }]))
      if (flags.on('list')) {
        for (const k of next.values()) {
          c.out(`# ${info.kind.kind} ${info.name}, container ${k.name}\n`)
          for (const v of k.env) c.out(envLine(v))
        }
        continue
      }
      for (const [k, { env: list }] of next) if (list.length === 0 && k.env === undefined) next.delete(k)
      const words = 'failed to patch env update to pod template: '
      failures.push(...changePod(c, info, pod, withContainers(pod.spec, next), { done: 'env updated', words, dryRun }))
    }
    return failures
  },
}

/** Resources come first. k8s kubectl pkg/cmd/set/env/env_parse.go SplitEnvironmentFromResources (v1.36) */
function splitChanges(
  words: readonly string[],
): { resources: readonly string[]; changes: readonly string[] } | undefined {
  const isChange = (word: string) => word.indexOf('=') > 0 || word.endsWith('-')
  const first = words.findIndex(isChange)
  if (first < 0) return { resources: words, changes: [] }
  const changes = words.slice(first)
  return changes.every(isChange) ? { resources: words.slice(0, first), changes } : undefined
}

/** k8s apimachinery/pkg/util/validation/validation.go IsEnvVarName (v1.36) */
function nameFault(name: string): string | undefined {
  const faults: string[] = []
  if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) {
    faults.push(
      "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')",
    )
  }
  if (name === '.') faults.push("must not be '.'")
  else if (name === '..') faults.push("must not be '..'")
  else if (name.startsWith('..')) faults.push("must not start with '..'")
  return faults.length > 0 ? faults.join(';') : undefined
}

/** k8s kubectl pkg/cmd/set/env/env_parse.go parseIntoEnvVar (v1.36) */
function parseChanges(words: readonly string[]): { set: readonly EnvVar[]; gone: readonly string[] } | string {
  const set: EnvVar[] = []
  const gone: string[] = []
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals >= 0) {
      const name = word.slice(0, equals)
      const fault = nameFault(name)
      if (fault !== undefined) return `${JSON.stringify(name)} is not a valid key name: ${fault}`
      set.push({ name, value: word.slice(equals + 1) })
    } else if (word.endsWith('-')) gone.push(word.slice(0, -1))
    else return `unknown environment variable: ${word}`
  }
  if (gone.some((name) => set.some((v) => v.name === name))) {
    return 'can not both modify and remove the same environment variable in the same command'
  }
  return { set, gone }
}

const isVars = (value: readonly EnvVar[] | Outcome): value is readonly EnvVar[] => value.every((v) => 'name' in v)

/** A variable for each key of the ConfigMap or Secret that `--from` names. */
function importedFrom(c: Context): readonly EnvVar[] | Outcome {
  const selection = select(c, { args: [c.flags.text('from')], everything: c.flags.on('all') })
  if (selection.fatal || selection.failures.length > 0) return selection.failures
  const keys = c.flags.all('keys')
  const out: EnvVar[] = []
  for (const { kind, name, object } of selection.infos) {
    const source = { ConfigMap: 'configMapKeyRef', Secret: 'secretKeyRef' }[kind.kind]
    if (!source) return [plain('unsupported resource specified in --from')]
    const data = (object as KObject & { readonly data?: object }).data ?? {}
    for (const key of Object.keys(data).sort()) {
      if (keys.length > 0 && !keys.includes(key)) continue
      const variable = key.replace(/[^A-Za-z0-9_]/g, '_').toUpperCase()
      if (variable !== key) c.warn(`key ${key} transferred to ${variable}`)
      out.push({ name: variable, valueFrom: { [source]: { name, key } } })
    }
  }
  return out
}

const envOf = (k: Container) => (k.env ?? []) as readonly EnvVar[]

function clashOf(containers: readonly Container[], wanted: readonly EnvVar[]): string | undefined {
  for (const k of containers) {
    for (const { name, value = '' } of wanted) {
      const current = envOf(k).find((v) => v.name === name)
      if (current && (current.value ?? '') !== value) {
        return `'${name}' already has a value (${current.value ?? ''}), and --overwrite is false`
      }
    }
  }
  return undefined
}

function envLine({ name, value = '', valueFrom }: EnvVar): string {
  if (!valueFrom) return `${name}=${value}\n`
  const {
    configMapKeyRef: map,
    secretKeyRef: secret,
    fieldRef,
    resourceFieldRef: resource,
  } = valueFrom as Record<string, Readonly<Record<string, string>> | undefined>
  const from = map
    ? `configmap ${map.name}, key ${map.key}`
    : secret
      ? `secret ${secret.name}, key ${secret.key}`
      : fieldRef
        ? `field path ${fieldRef.fieldPath}`
        : resource?.containerName
          ? `resource field ${resource.containerName}/${resource.resource}`
          : `resource field ${resource?.resource}`
  return `# ${name} from ${from}\n`
}

/** k8s kubectl pkg/cmd/set/helper.go updateEnv (v1.36) */
function envAfter(k: Container, wanted: readonly EnvVar[], gone: readonly string[]): EnvVar[] {
  const newer = new Map<string, EnvVar>()
  for (const v of wanted) if (!gone.includes(v.name) && !newer.has(v.name)) newer.set(v.name, v)
  const kept = envOf(k).filter((v) => !gone.includes(v.name))
  const changed = kept.map((v) => newer.get(v.name) ?? v)
  return [...changed, ...[...newer.values()].filter((v) => !kept.some((o) => o.name === v.name))]
}
