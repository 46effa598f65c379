import type { Cluster } from '../../engine/index.ts'
import type { ClusterEvent, Trace } from '../../model/index.ts'

/** What a shell runs on. */
export interface ShellHost {
  readonly cluster: Cluster
  /** Names of the files that the person has (the editor's, or those of the command line). */
  readonly files?: () => readonly string[]
  readonly readFile?: (name: string) => string | undefined
  /** What components said lately, for `kubectl describe` and `kubectl events`. */
  readonly events?: () => readonly ClusterEvent[]
  /** Requests that were sent by others than this shell, for `kubectl logs` and `conntrack`. */
  readonly traces?: () => readonly Trace[]
}
