import type { KObject } from '../../model/index.ts'
import type { Context, Outcome, Verb } from '../command.ts'
import { describeObject } from '../describe/describers.ts'
import { isNotFound, plain } from '../failure.ts'
import { findKind, storeKind } from '../kinds.ts'
import { SELECTION_FLAGS, select, warnOfDeprecation } from '../selection.ts'

/** k8s kubectl pkg/cmd/describe/describe.go (v1.36) */
export const describe: Verb = {
  name: 'describe',
  flags: [
    ...SELECTION_FLAGS.filter((f) => f.name !== 'all' && f.name !== 'field-selector'),
    { name: 'show-events', type: 'bool', default: 'true' },
    { name: 'chunk-size', type: 'int', default: '500' },
  ],
  run: (c) => {
    if (c.args.length === 0 && c.flags.all('filename').length === 0) {
      const words =
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.'
      return [plain(words)]
    }
    const selection = select(c, { everything: true })
    if (selection.fatal) return selection.failures
    const { infos, failures } = selection
    const many = infos.length > 1 || failures.length > 0
    const withEvents = c.flags.has('show-events') ? c.flags.on('show-events') : !many
    if (failures.length > 0 && failures.every(isNotFound) && c.args.length === 2) {
      return describeBeginning(c, failures, withEvents)
    }
    print(
      c,
      infos.map((i) => i.object!),
      withEvents,
    )
    if (infos.length === 0 && failures.length === 0) {
      c.err(c.flags.on('all-namespaces') ? 'No resources found\n' : `No resources found in ${c.namespace} namespace.\n`)
    }
    return failures
  },
}

function print(c: Context, objects: readonly KObject[], withEvents: boolean): void {
  objects.forEach((object, i) => {
    warnOfDeprecation(c, object)
    c.out(`${i > 0 ? '\n\n' : ''}${describeObject(c, object, withEvents)}`)
  })
}

/** A name that is not there describes everything whose name begins so. */
function describeBeginning(c: Context, failures: Outcome, withEvents: boolean): Outcome {
  const kind = findKind(c.args[0]!)
  if (!kind) return failures
  const namespace = kind.namespaced ? c.namespace : undefined
  const found = c.cluster
    .list<KObject>(storeKind(kind), namespace)
    .filter((o) => o.metadata.name.startsWith(c.args[1]!))
  if (found.length === 0) return failures
  found.forEach((object) => {
    c.out(`${describeObject(c, object, withEvents)}\n`)
  })
  return []
}
