import { Cluster, decodeCluster } from '../src/engine/index.ts'
import { type ParsedText, readText } from '../src/manifest/index.ts'
import {
  type ClusterConfig,
  DEFAULT_CLUSTER,
  type Diagnostic,
  OWN_API_VERSION,
  type SourceDoc,
  type TextFile,
} from '../src/model/index.ts'

export interface Opened {
  /** At rest. */
  readonly cluster: Cluster
  /** What was wrong with the texts, in their order, with places. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface HowToOpen {
  /** A file of its own with the `kind: Cluster`. */
  readonly clusterFile?: TextFile
  readonly seed?: number
  /** Refuse what kubectl refuses: namespaces that are not there, kinds that the cluster does not serve. */
  readonly strict?: boolean
  /** ms to let pass once the cluster is at rest */
  readonly advance?: number
}

const isOwn = (kind: string) => (doc: SourceDoc) => {
  const value = doc.value as { apiVersion?: unknown; kind?: unknown } | undefined
  return value?.apiVersion === OWN_API_VERSION && value?.kind === kind
}
const isCluster = isOwn('Cluster')

/** The cluster that the texts describe. */
export function openCluster(files: readonly TextFile[], how: HowToOpen = {}): Opened {
  const parsed = readText(how.clusterFile ? [how.clusterFile, ...files] : files)
  const diagnostics: Diagnostic[] = []
  const place = (doc: SourceDoc, d: Diagnostic): Diagnostic =>
    d.source ? d : { ...d, source: parsed.locate(doc, d.path ?? []) }
  let config: ClusterConfig | undefined
  for (const doc of parsed.docs.filter(isCluster)) {
    const decoded = decodeCluster(doc.value)
    if (!decoded.ok) diagnostics.push(...decoded.diagnostics.map((d) => place(doc, d)))
    else config ??= decoded.config
  }
  const cluster = new Cluster({ ...DEFAULT_CLUSTER, ...config, ...(how.seed !== undefined && { seed: how.seed }) })
  for (const doc of parsed.docs) diagnostics.push(...doc.problems.map((d) => place(doc, d)))
  diagnostics.push(
    ...(how.strict ? applyStrictly(cluster, parsed) : applyKindly(cluster, parsed)).map(([doc, d]) => place(doc, d)),
  )
  cluster.settle()
  if (how.advance) {
    cluster.advance(cluster.now + how.advance)
    cluster.settle()
  }
  return { cluster, diagnostics: diagnostics.sort(inTextOrder(files)) }
}

function applyKindly(cluster: Cluster, { docs }: ParsedText): [SourceDoc, Diagnostic][] {
  return cluster.applyText(docs).diagnostics.map(({ doc, diagnostic }) => [docs[doc]!, diagnostic])
}

function applyStrictly(cluster: Cluster, { docs }: ParsedText): [SourceDoc, Diagnostic][] {
  const out: [SourceDoc, Diagnostic][] = []
  for (const doc of docs) {
    if (doc.value === undefined || doc.value === null || isCluster(doc) || isOwn('Client')(doc)) continue
    const result = cluster.apply(doc.value, { fieldValidation: 'Strict' })
    if (result.ok) {
      for (const message of result.warnings) out.push([doc, { severity: 'hint', code: 'api.warning', message }])
      continue
    }
    const { message, causes = [] } = result.status
    const path = causes[0]?.path
    out.push([doc, { severity: 'error', code: 'api.refused', message, ...(path && { path }) }])
  }
  return out
}

function inTextOrder(files: readonly TextFile[]) {
  const order = new Map(files.map((f, i) => [f.name, i]))
  const at = (d: Diagnostic) => [order.get(d.source?.file ?? '') ?? -1, d.source?.from ?? 0] as const
  return (a: Diagnostic, b: Diagnostic) => {
    const [x, y] = [at(a), at(b)]
    return x[0] - y[0] || x[1] - y[1]
  }
}
