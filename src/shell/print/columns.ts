import { groupOf, type KObject, type Ms } from '../../model/index.ts'
import { ageOf } from './age.ts'
import { CLUSTER_TABLES } from './columns-cluster.ts'
import { NETWORK_TABLES } from './columns-network.ts'
import { WORKLOAD_TABLES } from './columns-workload.ts'

/** How a kind is listed: its columns, those of `-o wide` last or marked, and a row of cells for each. */
export interface TableOf {
  /** A leading `+` marks a column that only `-o wide` shows. */
  readonly columns: readonly string[]
  /** Cells for all columns. `now` is the cluster's age. */
  readonly row: (o: Loose, now: Ms, wide: boolean) => readonly (string | number | boolean)[]
}

/** An object as a printer reads it: whatever is there. */
// biome-ignore lint/suspicious/noExplicitAny: printers read fields that the model does not type, of objects that the API server checked
export type Loose = any

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
