import { type Draft, encode } from '../decode.ts'
import { semanticEqual } from '../deep.ts'
import { kindType } from '../schema/schema.ts'

const ANNOTATION = 'deprecated.daemonset.template.generation'

/**
 * A DaemonSet counts the changes of its template in an annotation.
 * k8s pkg/registry/apps/daemonset/strategy.go PrepareForUpdate; pkg/apis/apps/v1/conversion.go (v1.36)
 */
export function countTemplate(set: Draft, old?: Draft): void {
  const before = Number(old?.metadata?.annotations?.[ANNOTATION] ?? 0)
  const isNew = !old?.spec
  const said = Number(set.metadata.annotations?.[ANNOTATION] ?? 0)
  const count = isNew
    ? said >= 1
      ? said
      : 1
    : semanticEqual(asStored(set).spec.template, old.spec.template)
      ? before
      : before + 1
  set.metadata.annotations = { ...set.metadata.annotations, [ANNOTATION]: String(count) }
}

/** An empty map counts as none. */
function asStored(set: Draft): Draft {
  const type = kindType('apps/v1', 'DaemonSet')
  return type ? encode(type, set) : set
}
