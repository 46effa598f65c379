import { editsFor } from '../src/manifest/index.ts'
import type { Fix, TextEdit } from '../src/model/index.ts'
import type { OnCluster } from './on-cluster.ts'

/** A fix for programs. The edits mean the files as they were read: UTF-16 offsets, `to` exclusive. */
export const fixJson = (
  { parsed, documents }: OnCluster,
  fix: Fix,
): { readonly label: string; readonly edits: readonly TextEdit[] } => ({
  label: fix.label,
  edits: editsFor(parsed, [fix], (key) => documents.get(key)),
})
