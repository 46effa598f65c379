import type { ObjectKey } from './objects.ts'

/** `wanted` is what was asked for, `found` what there is; `where` says what they are the key, value or name of. */
export interface NearMiss {
  readonly what: 'label-key' | 'label-value' | 'name' | 'port-name' | 'port-number' | 'namespace'
  readonly wanted: string
  readonly found: string
  /** Whose `found` it is: the pods, Service or workload that were probably meant; the nearest first. */
  readonly of: readonly ObjectKey[]
}
