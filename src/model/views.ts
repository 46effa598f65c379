import type { Protocol } from './net.ts'
import type { ObjectKey } from './objects.ts'
import type { Ms } from './time.ts'
import type { Reason } from './trace.ts'

/** What the engine says about a Service, so that nobody downstream works it out again. */
export interface ServiceView {
  readonly key: ObjectKey
  readonly ports: readonly ServicePortView[]
  /** Everything its selector finds, and everything hand-written slices list, in order of name. */
  readonly members: readonly MemberView[]
  /** Addresses of its load balancer; empty while pending. */
  readonly balancer: readonly string[]
  /** Set when a request through it cannot be answered, with the first cause; not set for what is meant (an alias is no problem). */
  readonly problem?: Reason
  /** A word about it that is no problem (an alias, scaled to zero, no selector). */
  readonly note?: Reason
}

export interface ServicePortView {
  readonly name: string
  readonly protocol: Protocol
  readonly port: number
  readonly nodePort?: number
  /** targetPort as the Service says it */
  readonly target: number | string
  /** what it comes to: different numbers when pods give one name to different ports */
  readonly resolved: readonly number[]
  readonly ready: number
  readonly total: number
}

export interface MemberView {
  /** Pod key, or (hand-written addresses) `outside/ADDRESS`. */
  readonly key: string
  readonly address?: string
  readonly node?: string
  readonly state: 'ready' | 'not-ready' | 'terminating' | 'excluded'
  readonly why: Reason
}

/** Who asks: a `kind: Client` of the text, or one made up. */
export interface ClientView {
  /** `client/NAME` */
  readonly key: string
  readonly name: string
  readonly from: 'internet' | 'node' | 'pod'
  /** node name, or pod key */
  readonly at?: string
  readonly address: string
  readonly url: string
  /** ms between two requests; undefined: once */
  readonly every?: Ms
  readonly connection: 'new' | 'keep-alive'
  readonly timeout: Ms
  readonly madeUp: boolean
  /** The key of the `kind: Client` document, for one that was written. */
  readonly document?: ObjectKey
  /** The Service it was made up for. */
  readonly target?: ObjectKey
  /** It asks from a terminal: when somebody types there. */
  readonly terminal?: boolean
}

/** An event as `kubectl get events` lists it. */
export interface ClusterEvent {
  readonly at: Ms
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly object: ObjectKey
  readonly message: string
  /** the component that says it: deployment-controller, kubelet, default-scheduler … */
  readonly source: string
}
