import type { KObject } from '../../model/index.ts'
import { makeKey } from '../../model/index.ts'
import type { Context, Verb } from '../command.ts'
import { type ReadDocument, selectDocuments } from '../documents.ts'
import { type Failure, plain, withSource } from '../failure.ts'
import { storeKind } from '../kinds.ts'
import { parseLabelSelector } from '../selectors.ts'
import {
  create,
  type DryRun,
  dryRunOf,
  heard,
  isFailure,
  nameFault,
  RECORD,
  report,
  VALIDATE_FLAGS,
  validationOf,
  WRITE_FLAGS,
} from '../server.ts'
import { FILE_FLAGS } from './create.ts'
import { setLastApplied, viewLastApplied } from './last-applied.ts'

/** Client-side apply. k8s kubectl pkg/cmd/apply/apply.go (v1.36): the whole text is read first, then every object that could be read is applied */
export const apply: Verb = {
  name: 'apply',
  flags: [
    ...FILE_FLAGS,
    ...WRITE_FLAGS,
    RECORD,
    ...VALIDATE_FLAGS,
    { name: 'overwrite', type: 'bool', default: 'true' },
    { name: 'force', type: 'bool' },
    { name: 'wait', type: 'bool' },
    { name: 'timeout', type: 'duration' },
    { name: 'grace-period', type: 'int' },
    { name: 'server-side', type: 'bool' },
    { name: 'force-conflicts', type: 'bool' },
    { name: 'prune', type: 'bool' },
    { name: 'all', type: 'bool' },
    { name: 'prune-allowlist', type: 'array' },
    { name: 'openapi-patch', type: 'bool', default: 'true' },
  ],
  verbs: [setLastApplied, viewLastApplied],
  run: (c) => {
    const files = c.flags.all('filename')
    if (c.args.length > 0)
      return [plain(`Unexpected args: [${c.args.join(' ')}]\nSee 'kubectl apply -h' for help and examples`)]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    if (files.length === 0) return [plain('must specify one of -f and -k')]
    if (c.flags.on('prune')) {
      return [
        plain('--prune is not simulated here; use `kubectl delete -f FILE`, or `kubectl delete KIND -l SELECTOR`'),
      ]
    }
    if (c.flags.on('server-side')) {
      return [
        plain(
          '--server-side is not simulated here: fields have no managers; apply without it does the same to the object',
        ),
      ]
    }
    const validation = validationOf(c)
    if (isFailure(validation)) return [validation]
    const selector = parseLabelSelector(c.flags.text('selector'))
    if (!selector.ok)
      return [plain(`the provided selector "${c.flags.text('selector')}" is not valid: ${selector.error}`)]
    const { documents, unread } = selectDocuments(c, files, selector.matches)
    if (documents.length === 0 && unread.length === 0) return [plain('no objects passed to apply')]
    const refusals = documents.flatMap((document) => applyOne(c, document, dryRun, validation))
    return refusals.length > 0 && unread.length > 1 ? [asOne(unread), ...refusals] : [...unread, ...refusals]
  },
}

/** What could not be read is one error among those of the objects. k8s apimachinery/pkg/util/errors Aggregate */
function asOne(failures: readonly Failure[]): Failure {
  const words = failures.map((f) => (f.type === 'plain' ? f.message : f.type === 'status' ? f.status.message : ''))
  return plain(`[${[...new Set(words)].join(', ')}]`)
}

function applyOne(
  c: Context,
  document: ReadDocument,
  dryRun: DryRun,
  fieldValidation: 'Strict' | 'Warn' | 'Ignore',
): readonly Failure[] {
  const { kind, namespace, name, source, value } = document
  if (name === '' && value.metadata.generateName) {
    return [plain(`from ${value.metadata.generateName}: cannot use generate name with apply`)]
  }
  const unasked = nameFault(name)
  if (unasked !== undefined) {
    const words = `error when retrieving current configuration of:\n${infoText(document)}\nfrom server for: "${source}": ${unasked}`
    return [plain(words)]
  }
  const before = c.cluster.get<KObject>(makeKey(storeKind(kind), namespace, name))
  if (value.kind !== kind.kind || value.apiVersion === '') {
    if (dryRun === 'client') return report(c, value, 'created', dryRun)
    const refusal = create(c, kind, value)
    return isFailure(refusal) ? [withSource('creating', source, refusal)] : report(c, refusal, 'created')
  }
  const result = c.cluster.apply(value, { namespace, fieldValidation, local: dryRun === 'client' })
  const object = heard(c, kind, result)
  if (isFailure(object)) {
    if (!before) return [withSource('creating', source, object)]
    if (!result.ok && result.unpatchable) return [unpatchable(c, document, result.status.message, result.unpatchable)]
    const patching = withSource('patching', source, object)
    return [withSource(`applying patch:\n${patchText(result)}\nto:\n${infoText(document)}\nfor:`, source, patching)]
  }
  if (before?.metadata.deletionTimestamp) {
    c.err(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`)
  }
  return report(c, object, result.ok ? result.action : 'configured', dryRun)
}

/** k8s kubectl pkg/cmd/apply/patcher.go patchSimple (v1.36); what the cluster holds has no managedFields here */
function unpatchable(
  c: Context,
  document: ReadDocument,
  why: string,
  texts: { readonly original: string; readonly modified: string; readonly current: string },
): Failure {
  for (const spec of ['openapi v3', 'openapi']) c.err(`warning: error calculating patch from ${spec} spec: ${why}\n`)
  const { original, modified, current } = texts
  const words = `creating patch with:\noriginal:\n${original}\nmodified:\n${modified}\ncurrent:\n${current}\nfor: ${why}`
  const patching = withSource('patching', document.source, plain(words))
  return withSource(`applying patch:\n\nto:\n${infoText(document)}\nfor:`, document.source, patching)
}

const patchText = (result: object): string => ('patch' in result ? String(result.patch) : '')

/** k8s cli-runtime pkg/resource/visitor.go Info.String (v1.36) */
function infoText({ kind, namespace, name }: ReadDocument): string {
  const slash = kind.apiVersion.includes('/') ? kind.apiVersion : `/${kind.apiVersion}`
  return `Resource: "${slash}, Resource=${kind.plural}", GroupVersionKind: "${slash}, Kind=${kind.kind}"\nName: "${name}", Namespace: "${namespace}"`
}
