import {
  controllerOf,
  type Hop,
  type KObject,
  keyOf,
  type Layer,
  type Ms,
  makeKey,
  type ObjectKey,
  type Packet,
  type Path,
  type Place,
  type Pod,
  type Reason,
  type ReasonCode,
  type ReasonParam,
  type SourceField,
  type TraceRequest,
} from '../../model/index.ts'
import { get, type State } from '../core/index.ts'
import type { ClientSpec } from './client-spec.ts'
import type { Draw } from './draw.ts'

/**
 * One request on its way. It only reads the state: what it would change (connections, affinity) is kept in `effects`, so that the same
 * walk tells what happens and what could happen.
 */
export interface Walk {
  readonly state: State
  readonly client: ClientSpec
  readonly request: TraceRequest
  readonly draw: Draw
  readonly hops: Hop[]
  readonly effects: ((state: State) => void)[]
  /** ms since the request began. */
  at: Ms
}

/** How a request ended. */
export interface Ending {
  readonly outcome: 'answered' | 'refused' | 'timed out' | 'name not found' | 'bad url'
  readonly http?: number
  readonly error?: string
  readonly server?: {
    readonly pod?: ObjectKey
    readonly outside?: string
    readonly node?: string
    readonly ip: string
    readonly port: number
  }
  readonly seenAs?: string
}

/** Params that are undefined are left out. */
export function reason(
  code: ReasonCode,
  rule: string,
  params: Readonly<Record<string, ReasonParam | undefined>> = {},
  sources: readonly SourceField[] = [],
): Reason {
  const said: Record<string, ReasonParam> = {}
  for (const [name, value] of Object.entries(params)) if (value !== undefined) said[name] = value
  return { code, params: said, rule, sources }
}

export interface Step {
  readonly layer: Layer
  readonly from: Place
  readonly to: Place
  readonly why: Reason
  /** ms it takes; some noise is added. */
  readonly took?: Ms
  readonly packet?: { readonly before: Packet; readonly after: Packet }
  readonly failed?: boolean
}

const hundredths = (ms: Ms): Ms => Math.round(ms * 100) / 100

/** Write down a hop; the clock of the walk moves on. */
export function hop(walk: Walk, step: Step): void {
  const took = step.took ? hundredths(step.took * (0.85 + 0.3 * walk.draw.noise())) : 0
  const { layer, from, to, packet, why, failed } = step
  walk.hops.push({
    at: hundredths(walk.at),
    took,
    layer,
    from,
    to,
    ...(packet && { packet }),
    why,
    ...(failed && { failed }),
  })
  walk.at += took
}

/** The hop at which it fails, after all the time that is left when nothing comes back. */
export function fail(walk: Walk, step: Omit<Step, 'failed'>, waits?: Ms): void {
  const { took, ...rest } = step
  const silent = waits === undefined ? took : undefined
  hop(walk, { ...rest, took: silent, failed: true })
  if (waits === undefined) return
  const last = walk.hops.pop()!
  walk.hops.push({ ...last, took: hundredths(waits) })
  walk.at += waits
}

export const clientPlace = (client: ClientSpec): Place => ({ kind: 'client', key: client.key })
export const nodePlace = (node: string): Place => ({ kind: 'node', key: makeKey('Node', '', node) })
export const podPlace = (pod: ObjectKey): Place => ({ kind: 'pod', key: pod })
export const outsidePlace = (address: string): Place => ({ kind: 'outside', key: address })

export const source = (object: ObjectKey, ...path: Path): SourceField => ({ object, path })

/** A field of a pod: as the text has it, which for a pod that a workload made is the workload's template. */
export function podSource(state: State, pod: Pod, ...path: Path): SourceField {
  let object: KObject = pod
  let inTemplate = false
  for (let depth = 0; depth < 3; depth++) {
    const owner = controllerOf(object)
    const next = owner && get(state, owner.kind, pod.metadata.namespace ?? '', owner.name)
    if (!next) break
    object = next
    inTemplate = true
  }
  return source(keyOf(object), ...(inTemplate ? ['spec', 'template'] : []), ...path)
}

/** Latencies in ms, one way. */
export const TOOK = {
  clusterDns: 0.4,
  outsideDns: 9,
  rules: 0.03,
  sameNode: 0.08,
  otherNode: 0.25,
  outside: 8,
  balancer: 1,
  socket: 0.12,
} as const
