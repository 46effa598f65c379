import { type ApiStatus, Cluster, decodeCluster } from '../src/engine/index.ts'
import { type ParsedText, readText } from '../src/manifest/index.ts'
import {
  type ClusterConfig,
  controllerOf,
  DEFAULT_CLUSTER,
  type Diagnostic,
  isServed,
  type KObject,
  keyOf,
  kindInfo,
  makeKey,
  type ObjectKey,
  OWN_API_VERSION,
  type Path,
  type SourceDoc,
  type SourceField,
  type SourceRange,
  type TextFile,
} from '../src/model/index.ts'

export interface Opened {
  /** At rest. */
  readonly cluster: Cluster
  /** What was wrong with the texts, in their order, with places. */
  readonly diagnostics: readonly Diagnostic[]
  readonly parsed: ParsedText
  /** The document that gives an object. */
  readonly documents: ReadonlyMap<ObjectKey, SourceDoc>
  /** Where a field stands in the texts: in its object's document, or in the template that the object was made from. */
  readonly locate: (field: SourceField) => SourceRange | undefined
}

export interface HowToOpen {
  /** A file of its own with the `kind: Cluster`; it goes before one in the texts. */
  readonly clusterFile?: TextFile
  readonly seed?: number
  /** Refuse what kubectl refuses: namespaces that are not there, kinds that the cluster does not serve. */
  readonly strict?: boolean
  /** ms to let pass once the cluster is at rest */
  readonly advance?: number
}

type Said = readonly [SourceDoc, Diagnostic]

const isOwn = (kind: string) => (doc: SourceDoc) => {
  const value = doc.value as { apiVersion?: unknown; kind?: unknown } | undefined
  return value?.apiVersion === OWN_API_VERSION && value?.kind === kind
}
const isCluster = isOwn('Cluster')

/** The cluster that the texts describe. Never throws, whatever the texts are. */
export function openCluster(files: readonly TextFile[], how: HowToOpen = {}): Opened {
  const parsed = readText(files)
  const { config, said, elsewhere } = configOf(parsed, how)
  const cluster = new Cluster(config)
  const documents = new Map<ObjectKey, SourceDoc>()
  for (const doc of parsed.docs) {
    const refusal = how.strict ? parsed.refusal(doc, doc.file) : undefined
    for (const problem of doc.problems)
      said.push([
        doc,
        refusal !== undefined && problem.severity === 'error' ? { ...problem, message: refusal } : problem,
      ])
  }
  said.push(...(how.strict ? applyStrictly : applyKindly)(cluster, parsed, documents))
  cluster.settle()
  if (how.advance) {
    cluster.advance(cluster.now + how.advance)
    cluster.settle()
  }
  const diagnostics = said.map(([doc, d]) => (d.source ? d : { ...d, source: parsed.locate(doc, d.path ?? []) }))
  return {
    cluster,
    diagnostics: [...elsewhere, ...diagnostics.sort(inTextOrder(files))],
    parsed,
    documents,
    locate: (field) => locate(cluster, parsed, documents, field),
  }
}

/** `kind: Cluster` of a file; undefined when the text has none. */
export const holdsCluster = (file: TextFile): boolean => readText([file]).docs.some(isCluster)

function configOf(parsed: ParsedText, how: HowToOpen) {
  const said: Said[] = []
  const elsewhere: Diagnostic[] = []
  let config: ClusterConfig | undefined
  if (how.clusterFile) {
    const own = readText([how.clusterFile])
    for (const doc of own.docs.filter(isCluster)) {
      const decoded = decodeCluster(doc.value)
      if (decoded.ok) config ??= decoded.config
      else elsewhere.push(...decoded.diagnostics.map((d) => ({ ...d, source: own.locate(doc, d.path ?? []) })))
    }
  }
  parsed.docs.filter(isCluster).forEach((doc, nth) => {
    const decoded = decodeCluster(doc.value)
    if (!decoded.ok) said.push(...decoded.diagnostics.map((d): Said => [doc, d]))
    else config ??= decoded.config
    if (nth === 0) return
    const message = 'a text has at most one Cluster: the first one counts'
    said.push([doc, { severity: 'error', code: 'cluster.twice', message, path: ['kind'] }])
  })
  return {
    config: { ...DEFAULT_CLUSTER, ...config, ...(how.seed !== undefined && { seed: how.seed }) },
    said,
    elsewhere,
  }
}

function applyKindly(cluster: Cluster, { docs }: ParsedText, documents: Map<ObjectKey, SourceDoc>): Said[] {
  const applied = cluster.applyText(docs)
  applied.objects.forEach((key, i) => {
    if (key !== undefined) documents.set(key, docs[i]!)
  })
  return applied.diagnostics.map(({ doc, diagnostic }) => [docs[doc]!, diagnostic])
}

/** As `kubectl apply -f`: each document in its turn, nothing is made up, and the words are the server's. */
function applyStrictly(cluster: Cluster, { docs }: ParsedText, documents: Map<ObjectKey, SourceDoc>): Said[] {
  const out: Said[] = []
  for (const doc of docs) {
    if (doc.value === undefined || doc.value === null || isCluster(doc) || isOwn('Client')(doc)) continue
    const { apiVersion, kind } = doc.value as { apiVersion?: unknown; kind?: unknown }
    const words = [String(apiVersion), String(kind)] as const
    // a real cluster takes these, and nothing here looks at them
    if (isServed(...words) && !kindInfo(...words)) continue
    const result = cluster.apply(doc.value, { fieldValidation: 'Strict' })
    for (const message of result.warnings ?? []) out.push([doc, { severity: 'hint', code: 'api.warning', message }])
    if (result.ok) {
      documents.set(keyOf(result.object), doc)
      continue
    }
    const { causes = [] } = result.status
    const path = causes[0]?.path
    out.push([
      doc,
      { severity: 'error', code: 'api.refused', message: kubectls(result.status, doc), ...(path && { path }) },
    ])
  }
  return out
}

/** What kubectl itself finds is said with its words around it; the rest are the API server's. */
function kubectls({ reason, message, kind, name = '' }: ApiStatus, { file, value }: SourceDoc): string {
  if (reason === 'NotSet')
    return `error validating "${file}": ${message}; if you choose to ignore these errors, turn validation off with --validate=false`
  if (reason !== 'NoMatch') return message
  const { namespace } = ((value as { metadata?: unknown }).metadata ?? {}) as { namespace?: unknown }
  const where = typeof namespace === 'string' ? namespace : ''
  return `resource mapping not found for name: "${name}" namespace: "${where}" from "${file}": no matches for kind "${kind}" in version "${(value as { apiVersion?: unknown }).apiVersion}"\nensure CRDs are installed first`
}

function locate(
  cluster: Cluster,
  parsed: ParsedText,
  documents: ReadonlyMap<ObjectKey, SourceDoc>,
  { object, path }: SourceField,
): SourceRange | undefined {
  let key: ObjectKey = object
  let prefix: Path = []
  for (let depth = 0; depth < 4; depth++) {
    const doc = documents.get(key)
    if (doc) return parsed.locate(doc, [...prefix, ...path])
    const stored: KObject | undefined = cluster.get(key)
    const owner = stored && controllerOf(stored)
    if (!stored || !owner) return undefined
    if (stored.kind === 'Pod') prefix = ['spec', 'template']
    key = makeKey(owner.kind, stored.metadata.namespace ?? '', owner.name)
  }
  return undefined
}

function inTextOrder(files: readonly TextFile[]) {
  const order = new Map(files.map((f, i) => [f.name, i]))
  const at = (d: Diagnostic) => [order.get(d.source?.file ?? '') ?? -1, d.source?.from ?? 0] as const
  return (a: Diagnostic, b: Diagnostic) => {
    const [x, y] = [at(a), at(b)]
    return x[0] - y[0] || x[1] - y[1]
  }
}
