import type { Cluster } from '../../engine/index.ts'
import type { Trace } from '../../model/index.ts'
import type { ApiDocs } from '../explain/api-docs.ts'
import type { Forwards } from '../forwards.ts'

/** What a shell runs on. */
export interface ShellHost {
  readonly cluster: Cluster
  /** Names of the files that the person has (the editor's, or those of the command line). */
  readonly files?: () => readonly string[]
  readonly readFile?: (name: string) => string | undefined
  /** Requests that were sent so far, those of this shell among them or not, for `kubectl logs` and `conntrack`; with `startedAt` as `Cluster.now` counts. */
  readonly traces?: () => readonly Trace[]
  /** Ports of the workstation that lead into pods; those of this shell alone when it is not shared. */
  readonly forwards?: Forwards
  /** What `kubectl explain` shows (`loadApiDocs`); it may come later. */
  readonly apiDocs?: ApiDocs | undefined
}
