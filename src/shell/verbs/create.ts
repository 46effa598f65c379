import { usage, type Verb } from '../command.ts'
import { readDocuments } from '../documents.ts'
import { type Failure, plain, withSource } from '../failure.ts'
import type { FlagSpec } from '../flags.ts'
import { parseLabelSelector } from '../selectors.ts'
import { create, dryRunOf, isFailure, RECORD, report, VALIDATE_FLAGS, validationOf, WRITE_FLAGS } from '../server.ts'
import { withLastApplied } from './create/last-applied.ts'
import { CREATE_VERBS } from './create/verbs.ts'

export const FILE_FLAGS: readonly FlagSpec[] = [
  { name: 'filename', short: 'f', type: 'list' },
  { name: 'recursive', short: 'R', type: 'bool' },
  { name: 'kustomize', short: 'k', type: 'string' },
  { name: 'selector', short: 'l', type: 'string' },
]

/** k8s kubectl pkg/cmd/create/create.go (v1.36): objects are made while the text is read */
export const createVerb: Verb = {
  name: 'create',
  flags: [
    ...FILE_FLAGS,
    ...WRITE_FLAGS,
    RECORD,
    ...VALIDATE_FLAGS,
    { name: 'edit', type: 'bool' },
    { name: 'raw', type: 'string' },
  ],
  verbs: CREATE_VERBS,
  run: (c) => {
    const files = c.flags.all('filename')
    if (c.args.length > 0) return [plain(usage(c, `Unexpected args: [${c.args.join(' ')}]`))]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const validation = validationOf(c)
    if (isFailure(validation)) return [validation]
    if (files.length === 0) return [plain('must specify one of -f and -k')]
    const selector = parseLabelSelector(c.flags.text('selector'))
    if (!selector.ok)
      return [plain(`the provided selector "${c.flags.text('selector')}" is not valid: ${selector.error}`)]
    const failures: Failure[] = []
    let count = 0
    for (const document of readDocuments(c, files)) {
      if ('failure' in document) {
        failures.push(document.failure)
        continue
      }
      if (!selector.matches(document.value.metadata?.labels)) continue
      const value = c.flags.on('save-config') ? withLastApplied(document.value) : document.value
      const made = dryRun === 'client' ? value : create(c, document.kind, value, validation)
      if (isFailure(made)) failures.push(withSource('creating', document.source, made))
      else {
        count++
        failures.push(...report(c, made, 'created', dryRun))
      }
    }
    return failures.length > 0 || count > 0 ? failures : [plain('no objects passed to create')]
  },
}
