import { toYaml } from '../../manifest/index.ts'
import { type KObject, makeKey } from '../../model/index.ts'
import { usage, type Verb } from '../command.ts'
import { readDocuments } from '../documents.ts'
import { type Failure, plain } from '../failure.ts'
import { storeKind } from '../kinds.ts'
import { SELECTION_FLAGS, select } from '../selection.ts'
import { DRY_RUN, dryRunOf, isFailure, PRINT_FLAGS, patch, report } from '../server.ts'
import { LAST_APPLIED, withLastApplied } from './create/last-applied.ts'
import { FILE_FLAGS } from './create.ts'

/** k8s kubectl pkg/cmd/apply/apply_view_last_applied.go (v1.36) */
export const viewLastApplied: Verb = {
  name: 'view-last-applied',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  flags: [
    ...SELECTION_FLAGS.filter((f) => f.name !== 'field-selector' && f.name !== 'all-namespaces'),
    { name: 'output', short: 'o', type: 'string', default: 'yaml' },
  ],
  run: (c) => {
    const format = c.flags.text('output')
    if (format !== 'yaml' && format !== 'json') {
      return [plain(usage(c, `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`))]
    }
    const selection = select(c, { everything: true, all: c.flags.on('all') })
    if (selection.failures.length > 0) return selection.failures
    for (const { object } of selection.infos) {
      const text = object!.metadata.annotations?.[LAST_APPLIED]
      if (text === undefined) continue
      const value = JSON.parse(text) as KObject
      c.out(format === 'yaml' ? toYaml(value) : `${JSON.stringify(value, undefined, 2)}\n`)
    }
    return []
  },
}

/** k8s kubectl pkg/cmd/apply/apply_set_last_applied.go (v1.36) */
export const setLastApplied: Verb = {
  name: 'set-last-applied',
  short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  flags: [
    ...FILE_FLAGS.filter((f) => f.name === 'filename'),
    ...PRINT_FLAGS,
    DRY_RUN,
    { name: 'create-annotation', type: 'bool' },
  ],
  run: (c) => {
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const files = c.flags.all('filename')
    if (files.length === 0) return select(c).failures
    const failures: Failure[] = []
    for (const document of readDocuments(c, files)) {
      if ('failure' in document) {
        failures.push(document.failure)
        continue
      }
      const { kind, namespace, name, value } = document
      const before = c.cluster.get<KObject>(makeKey(storeKind(kind), namespace, name))
      const has = before?.metadata.annotations?.[LAST_APPLIED] !== undefined
      if (!has && !c.flags.on('create-annotation')) {
        failures.push(
          plain(
            `no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
          ),
        )
        continue
      }
      const annotations = { [LAST_APPLIED]: withLastApplied(value).metadata.annotations![LAST_APPLIED] }
      if (dryRun === 'client') {
        failures.push(...report(c, before!, 'configured', dryRun))
        continue
      }
      const result = patch(c, document, 'merge', { metadata: { annotations } })
      failures.push(...(isFailure(result) ? [result] : report(c, result, 'configured')))
    }
    return failures
  },
}
