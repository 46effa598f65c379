import { Cluster } from '../engine/index.ts'
import type { Context } from './command.ts'

/** A cluster to try something on: what becomes of it there changes nothing here. */
export function copyOf(cluster: Cluster): Cluster {
  const copy = new Cluster(cluster.config)
  copy.restore(cluster.snapshot())
  return copy
}

/** The command as it would go on a copy of its cluster. */
export const onCopy = (c: Context): Context => ({ ...c, cluster: copyOf(c.cluster) })
