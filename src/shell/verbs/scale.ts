import type { KObject } from '../../model/index.ts'
import type { Verb } from '../command.ts'
import { type Failure, plain, refused } from '../failure.ts'
import { SELECTION_FLAGS, select } from '../selection.ts'
import { DRY_RUN, dryRunOf, isFailure, PRINT_FLAGS, patch, RECORD, report } from '../server.ts'

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

/** k8s kubectl pkg/cmd/scale/scale.go, pkg/scale/scale.go (v1.36) */
export const scale: Verb = {
  name: 'scale',
  flags: [
    ...SELECTION_FLAGS.filter((f) => !['field-selector', 'all-namespaces'].includes(f.name)),
    ...PRINT_FLAGS,
    DRY_RUN,
    RECORD,
    { name: 'replicas', type: 'int' },
    { name: 'current-replicas', type: 'int', default: '-1' },
    { name: 'resource-version', type: 'string' },
    { name: 'timeout', type: 'duration' },
  ],
  run: (c) => {
    const { flags } = c
    if (!flags.has('replicas')) return [plain('required flag(s) "replicas" not set')]
    const replicas = flags.int('replicas')
    if (replicas < 0) {
      return [plain('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')]
    }
    const current = flags.int('current-replicas')
    if (current < -1) return [plain('The --current-replicas must specify an integer of -1 or greater')]
    const dryRun = dryRunOf(c)
    if (isFailure(dryRun)) return [dryRun]
    const selection = select(c, { everything: flags.on('all') })
    if (selection.fatal) return selection.failures
    const version = flags.text('resource-version')
    if (version !== '' && selection.infos.length > 1) {
      return [plain('cannot use --resource-version with multiple resources')]
    }
    if (selection.infos.length === 0 && selection.failures.length === 0) return [plain('no objects passed to scale')]
    const failures: Failure[] = []
    for (const info of selection.infos) {
      const object = info.object!
      const spec = object.spec as { replicas?: number } | undefined
      if (dryRun === 'client') {
        failures.push(...report(c, { ...object, spec: { ...spec, replicas } } as KObject, 'scaled', dryRun))
        continue
      }
      if (!SCALABLE.has(info.kind.kind)) {
        const message = 'the server could not find the requested resource'
        return [refused({ code: 404, reason: 'NotFound', message })]
      }
      if (current !== -1 && spec?.replicas !== current) {
        return [plain(`Expected replicas to be ${current}, was ${spec?.replicas ?? 0}`)]
      }
      if (version !== '' && object.metadata.resourceVersion !== version) {
        return [plain(`Expected resource version to be ${version}, was ${object.metadata.resourceVersion}`)]
      }
      const result = patch(c, info, 'merge', { spec: { replicas } })
      if (isFailure(result)) return [result]
      failures.push(...report(c, result, 'scaled'))
    }
    return [...failures, ...selection.failures]
  },
}
