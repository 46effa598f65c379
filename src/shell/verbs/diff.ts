import { toYaml } from '../../manifest/index.ts'
import { groupOf, type KObject, makeKey, timestamp } from '../../model/index.ts'
import type { Verb } from '../command.ts'
import { selectDocuments } from '../documents.ts'
import { type Failure, plain, refused } from '../failure.ts'
import { storeKind } from '../kinds.ts'
import { unifiedDiff } from '../line-diff.ts'
import { parseLabelSelector } from '../selectors.ts'
import { asBefore, copyOf } from '../trial.ts'
import { FILE_FLAGS } from './create.ts'

/**
 * What `apply` would change: each object as it is and as it would be, tried on a copy of the cluster. Exit 1 when something differs.
 * k8s kubectl pkg/cmd/diff/diff.go (v1.36)
 */
export const diff: Verb = {
  name: 'diff',
  flags: [
    ...FILE_FLAGS,
    { name: 'server-side', type: 'bool' },
    { name: 'force-conflicts', type: 'bool' },
    { name: 'field-manager', type: 'string' },
    { name: 'show-managed-fields', type: 'bool' },
    { name: 'show-secrets', type: 'bool' },
    { name: 'prune', type: 'bool' },
    { name: 'prune-allowlist', type: 'array' },
    { name: 'concurrency', type: 'int', default: '1' },
  ],
  run: (c) => {
    const files = c.flags.all('filename')
    if (files.length === 0) return [plain('must specify one of -f and -k'), TROUBLE]
    const selector = parseLabelSelector(c.flags.text('selector'))
    if (!selector.ok) return [plain(selector.error), TROUBLE]
    const { documents, unread } = selectDocuments(c, files, selector.matches)
    if (unread.length > 0) return [...unread, TROUBLE]
    const failures: Failure[] = []
    const trial = copyOf(c.cluster)
    let differs = false
    for (const { kind, namespace, name, value } of documents) {
      const before = c.cluster.get<KObject>(makeKey(storeKind(kind), namespace, name))
      const result = trial.apply(value, { namespace, fieldValidation: 'Strict' })
      if (!result.ok) {
        failures.push(refused(result.status))
        continue
      }
      const after = asBefore(
        result.object,
        before ??
          ({ ...result.object, metadata: { ...result.object.metadata, resourceVersion: undefined } } as KObject),
      )
      const words = unifiedDiff(before ? shown(c, before) : '', shown(c, after))
      if (words === '') continue
      differs = true
      const version = kind.apiVersion.slice(kind.apiVersion.indexOf('/') + 1)
      const group = groupOf(kind.apiVersion)
      const file = [...(group ? [group] : []), version, kind.kind, ...(namespace ? [namespace] : []), name].join('.')
      const [live, merged] = [`/tmp/LIVE-1/${file}`, `/tmp/MERGED-1/${file}`]
      const at = timestamp(c.cluster.age).replace('T', ' ').replace('Z', '.000000000 +0000')
      c.out(`diff -u -N ${live} ${merged}\n--- ${live}\t${at}\n+++ ${merged}\t${at}\n${words}`)
    }
    if (failures.length > 0) return [...failures, TROUBLE]
    return differs ? [{ type: 'exit', code: 1 }] : []
  },
}

/** An error ends as one of the program that compares. k8s kubectl pkg/cmd/util/helpers.go CheckDiffErr (v1.36) */
const TROUBLE: Failure = { type: 'exit', code: 2 }

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** A Secret's values are stars, which differ where the values do. */
function shown(c: { readonly flags: { on(name: string): boolean } }, object: KObject): string {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {}
  const { annotations: __, ...metadata } = object.metadata
  const bare = {
    ...object,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
  } as KObject
  if (object.kind !== 'Secret' || c.flags.on('show-secrets')) return toYaml(bare)
  const stars = Object.fromEntries(
    Object.entries((object.data ?? {}) as Record<string, string>).map(([key, text]) => [key, `*** (${text.length})`]),
  )
  return toYaml({ ...bare, data: stars } as KObject)
}
