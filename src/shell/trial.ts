import { Cluster } from '../engine/index.ts'
import type { KObject } from '../model/index.ts'
import type { Context } from './command.ts'

/** A cluster to try something on: what becomes of it there changes nothing here. */
export function copyOf(cluster: Cluster): Cluster {
  const copy = new Cluster(cluster.config)
  copy.restore(cluster.snapshot())
  return copy
}

/** The command as it would go on a copy of its cluster. */
export const onCopy = (c: Context): Context => ({ ...c, cluster: copyOf(c.cluster) })

/** Tried on a copy, an object was not written: its counters stay. */
export function asBefore(tried: KObject, before: KObject): KObject {
  const { resourceVersion, generation } = before.metadata
  return {
    ...tried,
    metadata: { ...tried.metadata, resourceVersion, ...(generation !== undefined && { generation }) },
  } as KObject
}
