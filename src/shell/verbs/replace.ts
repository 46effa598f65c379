import { makeKey } from '../../model/index.ts'
import type { Verb } from '../command.ts'
import { readDocuments } from '../documents.ts'
import { type Failure, isNotFound, plain, withSource } from '../failure.ts'
import { storeKind } from '../kinds.ts'
import {
  create,
  dryRunOf,
  isFailure,
  nameFault,
  RECORD,
  report,
  update,
  VALIDATE_FLAGS,
  validationOf,
  WRITE_FLAGS,
} from '../server.ts'
import { withLastApplied } from './create/last-applied.ts'
import { FILE_FLAGS } from './create.ts'
import { deleteInfo, waitUntilGone } from './delete.ts'

/** k8s kubectl pkg/cmd/replace/replace.go (v1.36); with --force: delete, then create */
export const replace: Verb = {
  name: 'replace',
  flags: [
    ...FILE_FLAGS.filter((f) => f.name !== 'selector'),
    ...WRITE_FLAGS,
    RECORD,
    ...VALIDATE_FLAGS,
    { name: 'force', type: 'bool' },
    { name: 'cascade', type: 'string', default: 'background', optional: 'background' },
    { name: 'grace-period', type: 'int', default: '-1' },
    { name: 'timeout', type: 'duration' },
    { name: 'wait', type: 'bool' },
    { name: 'subresource', type: 'string' },
  ],
  run: function* (c) {
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const files = c.flags.all('filename')
    const force = c.flags.on('force')
    if (c.flags.int('grace-period') >= 0 && !force) return [plain('--grace-period must have --force specified')]
    if (c.flags.has('timeout') && !force) return [plain('--timeout must have --force specified')]
    if (files.length === 0) return [plain('must specify one of -f and -k')]
    const validation = validationOf(c)
    if (isFailure(validation)) return [validation]
    const documents = [...readDocuments(c, files)]
    const failures: Failure[] = []
    if (force) {
      const gone: string[] = []
      for (const document of documents) {
        if ('failure' in document) continue
        const refusal = deleteInfo(c, document, {
          ...(c.flags.int('grace-period') >= 0 && { gracePeriodSeconds: c.flags.int('grace-period') }),
          force: true,
        })
        if (!refusal) gone.push(makeKey(storeKind(document.kind), document.namespace, document.name))
        else if (!isNotFound(refusal)) return [refusal]
      }
      yield* waitUntilGone(c, gone)
    }
    let count = 0
    for (const document of documents) {
      if ('failure' in document) {
        failures.push(document.failure)
        continue
      }
      const value = c.flags.on('save-config') ? withLastApplied(document.value) : document.value
      const unasked = force ? undefined : nameFault(document.name)
      if (unasked !== undefined) {
        failures.push(withSource('replacing', document.source, plain(unasked)))
        continue
      }
      const act = force ? create : update
      const result = dryRun === 'client' ? value : act(c, document.kind, value, validation)
      if (isFailure(result)) failures.push(force ? result : withSource('replacing', document.source, result))
      else {
        count++
        failures.push(...report(c, result, 'replaced', dryRun))
      }
    }
    return failures.length > 0 || count > 0 || !force ? failures : [plain('no objects passed to replace')]
  },
}
