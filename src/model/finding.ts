import type { Fix, Path, Severity } from './diagnostic.ts'
import type { NearMiss } from './near-miss.ts'
import type { ObjectKey } from './objects.ts'
import type { Reason, ReasonParam, SourceField } from './trace.ts'

/** What can be the cause of a request that fails, of a Service that cannot work, or of a surprise. A closed union: `words/` has sentences for each. */
export type CauseCode =
  // the selector finds nobody, or somebody else
  | 'selector.no-match'
  | 'selector.too-broad'
  | 'selector.other-namespace'
  // ports
  | 'port.not-listening'
  | 'port.loopback-only'
  | 'port.name-unknown'
  | 'port.not-on-service'
  | 'port.protocol'
  // names
  | 'service.not-found'
  | 'dns.no-such-name'
  | 'dns.not-cluster-dns'
  | 'dns.search-path'
  // pods
  | 'pod.not-ready'
  | 'pod.not-running'
  | 'pod.gone'
  | 'pod.none'
  | 'pod.error'
  | 'pod.slow'
  | 'pod.published-not-ready'
  // policies and doors
  | 'policy.no-local-endpoint'
  | 'lb.pending'
  | 'lb.source-range'
  | 'nodeport.wrong-port'
  | 'nodeport.other-family'
  | 'clusterip.from-outside'
  | 'pod.from-outside'
  // endpoints written by hand
  | 'endpoints.name-mismatch'
  | 'endpoints.port-name'
  | 'endpoints.bad-address'
  | 'endpoints.virtual-address'
  | 'endpoints.none'
  // kinds of Services that do less than expected
  | 'headless.no-mapping'
  | 'externalname.address'
  // nothing is wrong, but it surprises
  | 'affinity.sticky'
  | 'connection.kept'
  | 'spread.chance'
  | 'workload.scaled-to-zero'
  // the rest
  | 'address.nobody'
  | 'network.hairpin'
  | 'outside.silent'
  | 'url.bad'
  | 'api.refused'

/**
 * One thing that is wrong (or surprises), found by the engine from the rules that route requests. Words are made of it in `words/`; a fix is
 * offered only where it is certain enough.
 */
export interface Finding {
  readonly code: CauseCode
  readonly severity: Severity
  /** The first is the object to edit; the others take part (a pod that was probably meant, the node without endpoints). */
  readonly objects: readonly ObjectKey[]
  /** Where in `objects[0]`; empty: the object as a whole, or nothing of it. */
  readonly path: Path
  /** Numbers and names for the sentence; `words/finding-params.ts` says which, by code. */
  readonly params: Readonly<Record<string, ReasonParam>>
  /** An id of engine/SPEC.md. */
  readonly rule: string
  /** Fields that show it, beside `path`. */
  readonly sources: readonly SourceField[]
  /** Edits that mend it, the likeliest first. Each one alone is enough. */
  readonly fixes: readonly Fix[]
  /** A label or a name that nearly is another, letter by letter. */
  readonly nearMisses?: readonly NearMiss[]
}

/** The links of the way to an answer, in their order. */
export const LINKS = [
  'name',
  'service',
  'port',
  'selector',
  'running',
  'ready',
  'target',
  'policy',
  'way',
  'answer',
] as const
export type LinkName = (typeof LINKS)[number]

export interface ChainLink {
  readonly link: LinkName
  /**
   * `fail`: the first link that fails, and so the cause. `would-fail`: a later one that would fail too. `unknown`: cannot be looked at because of
   * what failed before. A link that this way does not have (a headless Service has no policy) is left out.
   */
  readonly state: 'pass' | 'fail' | 'would-fail' | 'unknown'
  /** What was looked at and found: for `pass` and `unknown` the sentence, for the others beside the finding's. */
  readonly evidence: Reason
  readonly finding?: Finding
}

/** The way of a request, or of everyone who asks a port of a Service, link by link. */
export interface Chain {
  readonly links: readonly ChainLink[]
  /** What failed first; undefined when everything passes. */
  readonly cause?: Finding
}

/** A port of a Service as everyone inside the cluster would ask it. */
export interface ServiceChain extends Chain {
  readonly service: ObjectKey
  readonly port: number
  readonly portName: string
  readonly protocol: string
}
