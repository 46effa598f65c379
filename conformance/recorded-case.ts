/** A file of recorded answers, as conformance/recorded/README.md describes it. */
export interface RecordedCase {
  readonly area: string
  readonly name: string
  readonly about?: string
  /** Given to `kubectl create -f -` before the first step. */
  readonly manifests?: string
  readonly namespace?: string
  readonly proxyMode?: 'iptables' | 'nftables'
  /** Pods that name no node: where the scheduler put them is chance. */
  readonly unpinned?: boolean
  /** Only the number of endpoints is compared. */
  readonly count?: boolean
  readonly steps: readonly Step[]
}

/** One of the verbs, with what belongs to it, and the answer. */
export interface Step {
  readonly kubectl?: string | readonly string[]
  readonly stdin?: string
  readonly get?: { readonly kind: string; readonly name?: string; readonly selector?: string }
  readonly endpoints?: string
  readonly connect?: { readonly from: string; readonly to: string; readonly times?: number }
  readonly affinity?: { readonly from: readonly string[]; readonly to: string; readonly times?: number }
  readonly dns?: { readonly from: string; readonly name: string; readonly type?: string; readonly search?: boolean }
  readonly rules?: { readonly node: string }
  readonly loadBalancer?: {
    readonly service: string
    readonly address: string
    readonly nodes?: readonly string[]
    readonly ipMode?: string
  }
  readonly counts?: string
  readonly rollout?: { readonly deployment: string; readonly image: string }
  readonly stuckRollout?: { readonly deployment: string; readonly image: string }
  readonly relabelOne?: { readonly selector: string; readonly label: string }
  readonly podCount?: string
  readonly names?: string
  readonly wait?: number
  readonly namespace?: string
  readonly expect?: unknown
}

export type Verb = Exclude<keyof Step, 'stdin' | 'namespace' | 'expect'>

const VERBS: readonly Verb[] = [
  'kubectl',
  'get',
  'endpoints',
  'connect',
  'affinity',
  'dns',
  'rules',
  'loadBalancer',
  'counts',
  'rollout',
  'stuckRollout',
  'relabelOne',
  'podCount',
  'names',
  'wait',
]

/** The verb of a step; undefined for one that this runner does not know. */
export const verbOf = (step: Step): Verb | undefined => VERBS.find((verb) => step[verb] !== undefined)

/** A parsed file as a case; undefined when it is none. Unknown steps are kept: they fail when they are played. */
export function asCase(value: unknown): RecordedCase | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { name, area, steps } = value as Partial<RecordedCase>
  if (typeof name !== 'string' || typeof area !== 'string' || !Array.isArray(steps)) return undefined
  return value as RecordedCase
}

export const proxyModeOf = (kase: RecordedCase): 'iptables' | 'nftables' => kase.proxyMode ?? 'iptables'
