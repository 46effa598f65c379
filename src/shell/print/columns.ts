import { groupOf, type KObject } from '../../model/index.ts'
import { ageOf } from './age.ts'
import { CLUSTER_TABLES } from './columns-cluster.ts'
import { NETWORK_TABLES } from './columns-network.ts'
import { WORKLOAD_TABLES } from './columns-workload.ts'
import type { TableOf } from './table-of.ts'

/** k8s pkg/printers/internalversion/printers.go, pkg/registry/…/tableconvertor (v1.36); kinds without a printer: name and age */
const TABLES: Readonly<Record<string, TableOf>> = { ...NETWORK_TABLES, ...WORKLOAD_TABLES, ...CLUSTER_TABLES }

const PLAIN: TableOf = {
  columns: ['Name', 'Age'],
  row: (o, now) => [o.metadata.name, ageOf(o.metadata.creationTimestamp, now)],
}

const OURS: ReadonlySet<string> = new Set(['', 'apps', 'batch', 'policy', 'autoscaling'])
const isOurs = (group: string) => OURS.has(group) || group.endsWith('.k8s.io')

export const tableOf = (o: Pick<KObject, 'apiVersion' | 'kind'>): TableOf =>
  (isOurs(groupOf(o.apiVersion)) ? TABLES[o.kind] : undefined) ?? PLAIN
