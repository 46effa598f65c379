import type { ClusterConfig, KObject } from '../../model/index.ts'
import * as api from '../api/index.ts'
import { createState, restore, type Snapshot, snapshot } from '../core/index.ts'
import { withoutServerFields } from './leftovers.ts'

const empty = new WeakMap<ClusterConfig, Snapshot>()

function emptyCluster(config: ClusterConfig): Snapshot {
  const known = empty.get(config)
  if (known) return known
  const state = createState(config)
  api.bootCluster(state)
  const made = snapshot(state)
  empty.set(config, made)
  return made
}

/**
 * What the API server of a cluster that holds nothing else would make of a manifest: with defaults, and with what it gives out (addresses,
 * ports, names), always the same. undefined: it would refuse it.
 */
export function asStored(config: ClusterConfig, manifest: unknown): KObject | undefined {
  const state = restore(emptyCluster(config))
  const result = api.createObject(state, withoutServerFields(manifest, config), {
    makeNamespace: true,
    fieldValidation: 'Ignore',
  })
  return result.ok ? result.object : undefined
}
