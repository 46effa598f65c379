import type { KObject } from '../../../model/index.ts'
import { compactJson } from '../../print/json.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The object with what it was written as in an annotation, as `apply` compares with later. */
export function withLastApplied(value: KObject): KObject {
  const { [LAST_APPLIED]: _, ...annotations } = value.metadata.annotations ?? {}
  const bare = { ...value, metadata: { ...value.metadata, annotations } }
  return {
    ...bare,
    metadata: { ...bare.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${compactJson(bare)}\n` } },
  }
}
