import { type ApiResult, asGoStruct, goQuote, pathSegment } from '../engine/index.ts'
import { type KindInfo, type KObject, kindInfo, kindKey, makeKey, timestamp } from '../model/index.ts'
import type { Context } from './command.ts'
import { type Failure, plain, refused } from './failure.ts'
import type { FlagSpec } from './flags.ts'
import { objectName, qualified, storeKind } from './kinds.ts'
import { formatOf, OBJECT_FORMATS, type Printer, printerFor } from './print/output.ts'
import { type Info, warnOfDeprecation } from './selection.ts'

/** Flags of the verbs that say what became of an object. */
export const PRINT_FLAGS: readonly FlagSpec[] = [
  { name: 'output', short: 'o', type: 'string' },
  { name: 'template', type: 'string' },
  { name: 'allow-missing-template-keys', type: 'bool', default: 'true' },
  { name: 'show-managed-fields', type: 'bool' },
]

export const DRY_RUN: FlagSpec = { name: 'dry-run', type: 'string', default: 'none', optional: 'unchanged' }

/** Flags of the verbs that write. */
export const WRITE_FLAGS: readonly FlagSpec[] = [...PRINT_FLAGS, DRY_RUN, { name: 'field-manager', type: 'string' }]

/** k8s cli-runtime pkg/genericclioptions/record_flags.go (v1.36) */
export const RECORD: FlagSpec = {
  name: 'record',
  type: 'bool',
  deprecated: '--record will be removed in the future',
}

const CHANGE_CAUSE = 'kubernetes.io/change-cause'

/** The command as `--record` keeps it. k8s cli-runtime pkg/genericclioptions/record_flags.go parseCommandArguments (v1.36) */
function changeCause(c: Context): string {
  const flags = c.flags.written.map(([name, value]) => ` --${name}=${value}`)
  return [c.path, ...c.args].join(' ') + flags.join('')
}

/** With `--record`, what makes the object say which command changed it. */
export function causePatch(c: Context): {
  readonly metadata?: { readonly annotations: Readonly<Record<string, string>> }
} {
  return c.flags.on('record') ? { metadata: { annotations: { [CHANGE_CAUSE]: changeCause(c) } } } : {}
}

/** What was written says so in a second request, if the first did not already. */
function recorded(c: Context, object: KObject | Failure): KObject | Failure {
  if (isFailure(object) || !c.flags.on('record')) return object
  const { name, namespace = '' } = object.metadata
  const result = c.cluster.patch(kindKey(object.apiVersion, object.kind), namespace, name, 'merge', causePatch(c))
  return result.ok ? result.object : object
}

export const VALIDATE_FLAGS: readonly FlagSpec[] = [
  { name: 'validate', type: 'string', default: 'strict', optional: 'strict' },
  { name: 'save-config', type: 'bool' },
]

export type DryRun = 'none' | 'client'

/** What `--dry-run` says. k8s kubectl pkg/cmd/util/helpers.go GetDryRunStrategy (v1.36) */
export function dryRunOf(c: Context): DryRun | Failure {
  const value = c.flags.text('dry-run')
  const deprecated = (line: number, words: string, means: DryRun): DryRun => {
    const [, month, day, time] = /-(\d\d)-(\d\d)T([\d:]+)Z$/.exec(timestamp(c.cluster.age)) ?? []
    c.err(
      `W${month}${day} ${time}.000000       1 helpers.go:${line}] ${words} and can be replaced with --dry-run=${means}.\n`,
    )
    return means
  }
  const boolean = `--dry-run=${value} is deprecated (boolean value)`
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return deprecated(733, boolean, 'client')
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return deprecated(736, boolean, 'none')
  if (value === 'unchanged') return deprecated(719, '--dry-run is deprecated', 'client')
  if (value === 'client' || value === 'none') return value
  // the whole command then runs on a copy of the cluster (kubectl.ts)
  if (value === 'server') return 'none'
  return plain(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`)
}

/** What `--validate` says: the server's fieldValidation. */
export function validationOf(c: Context): 'Strict' | 'Warn' | 'Ignore' | Failure {
  const value = c.flags.text('validate')
  if (value === '' || value === 'strict' || value === 'true') return 'Strict'
  if (value === 'warn') return 'Warn'
  if (value === 'ignore' || value === 'false') return 'Ignore'
  return plain(`invalid - validate option "${value}"; must be one of: strict (or true), warn, ignore (or false)`)
}

/** Warnings first, as they come with the answer. */
export function heard<T>(c: Context, kind: Pick<KindInfo, 'kind' | 'apiVersion'>, result: ApiResult<T>): T | Failure {
  warnOfDeprecation(c, kind)
  for (const warning of result.warnings ?? []) c.warn(warning)
  return result.ok ? result.object : refused(result.status)
}

export const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' && value !== null && 'type' in value && !('apiVersion' in value)

/** Why a client asks nobody for an object of this name. client-go rest/request.go Name, IsValidPathSegmentName (v0.36) */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'resource name may not be empty'
  const faults = pathSegment(name, false)
  return faults.length > 0 ? `invalid resource name ${goQuote(name)}: [${faults.join(' ')}]` : undefined
}

/** On a server's dry run nothing is stored, and so the answer has the version of what is: none, or `before`. */
function tried(c: Context, object: KObject | Failure, before?: string): KObject | Failure {
  if (isFailure(object) || c.flags.text('dry-run') !== 'server') return object
  const { resourceVersion: _, ...metadata } = object.metadata
  return { ...object, metadata: { ...metadata, ...(before !== undefined && { resourceVersion: before }) } } as KObject
}

/** POST. `info` is the resource that it is sent to, which a kind in another case also finds. */
export function create(
  c: Context,
  info: KindInfo,
  value: KObject,
  fieldValidation: 'Strict' | 'Warn' | 'Ignore' = 'Strict',
): KObject | Failure {
  if (!kindInfo(value.apiVersion, value.kind)) return unregistered(info, value)
  // the client leaves the version out: cli-runtime pkg/resource/helper.go Create (v0.36)
  const { resourceVersion: _, ...metadata } = value.metadata ?? {}
  const fresh = value.metadata ? ({ ...value, metadata } as KObject) : value
  return tried(c, recorded(c, heard(c, info, c.cluster.create(fresh, { namespace: c.namespace, fieldValidation }))))
}

export function update(
  c: Context,
  info: KindInfo,
  value: KObject,
  fieldValidation: 'Strict' | 'Warn' | 'Ignore' = 'Strict',
): KObject | Failure {
  if (!kindInfo(value.apiVersion, value.kind)) return unregistered(info, value)
  const { name, namespace = info.namespaced ? c.namespace : '' } = value.metadata
  const before = c.cluster.get<KObject>(makeKey(storeKind(info), namespace, name))
  const answer = c.cluster.update(value, { namespace: c.namespace, fieldValidation })
  return tried(c, recorded(c, heard(c, info, answer)), before?.metadata.resourceVersion)
}

/** With `--record`, the object as it says which command changed it. */
export function withCause(c: Context, object: KObject): KObject {
  const cause = causePatch(c).metadata?.annotations
  if (!cause) return object
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...cause } } }
}

/** PATCH. The client asks for no validation of fields, and the server's own is to warn. k8s apiserver/pkg/endpoints/handlers/patch.go (v1.36) */
export function patch(
  c: Context,
  { kind, namespace, name }: Pick<Info, 'kind' | 'namespace' | 'name'>,
  type: 'json' | 'merge' | 'strategic',
  value: unknown,
): KObject | Failure {
  const before = c.cluster.get<KObject>(makeKey(storeKind(kind), namespace, name))
  const answer = c.cluster.patch(storeKind(kind), namespace, name, type, value, { fieldValidation: 'Warn' })
  return tried(c, recorded(c, heard(c, kind, answer)), before?.metadata.resourceVersion)
}

/** The server's decoder does not find what the client's mapper did. */
function unregistered(info: KindInfo, { apiVersion = '', kind }: KObject): Failure {
  // the mapper takes an empty version for the preferred one, and the path that the client then asks is nobody's
  if (apiVersion === '')
    return refused({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' })
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
  const message = `${kind} in version "${version}" cannot be handled as a ${info.kind}: no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`
  return refused({ code: 400, reason: 'BadRequest', message })
}

/** One for each command: it knows what it printed before. */
const printers = new WeakMap<Context, Printer | string>()

export const dryRunWords = (c: Context, dryRun: DryRun): string =>
  c.flags.text('dry-run') === 'server' ? ' (server dry run)' : dryRun === 'client' ? ' (dry run)' : ''

/**
 * Say what was done to an object, or print it as `-o` asks. `typed`: the verb holds a Go struct, whose JSON has the order and the empty
 * fields of its type; the others hold a map, whose keys are sorted. `bare`: it says nothing of a dry run.
 */
export function report(
  c: Context,
  object: KObject,
  operation: string,
  dryRun: DryRun = 'none',
  { typed = false, bare = false } = {},
): readonly Failure[] {
  const format = formatOf(c.flags)
  if (format === '') {
    const trial = bare ? '' : dryRunWords(c, dryRun)
    c.out(`${objectName(object, object.metadata.name)} ${operation}${trial}\n`)
    return []
  }
  let printer = printers.get(c)
  if (!printer) {
    printer = printerFor(format, {
      formats: OBJECT_FORMATS,
      template: c.flags.text('template'),
      allowMissing: c.flags.on('allow-missing-template-keys'),
      typed,
    })
    printers.set(c, printer)
  }
  if (typeof printer === 'string') return [plain(printer)]
  const printed = printer(typed ? asGoStruct(object) : object)
  if (!printed.ok) {
    c.out(printed.said ?? '')
    return [plain(printed.error)]
  }
  c.out(printed.text)
  return []
}

/** `deployment.apps "web"`, as `delete` names things. */
export const quotedName = (kind: KindInfo, name: string): string =>
  `${qualified(kind.singular, kind.apiVersion)} "${name}"`
