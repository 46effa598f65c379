import type { Path } from './diagnostic.ts'
import type { Protocol } from './net.ts'
import type { ObjectKey } from './objects.ts'
import type { Ms } from './time.ts'

export type Outcome = 'answered' | 'refused' | 'timed out' | 'name not found' | 'reset' | 'bad url'

/** Why a step went the way it did. A closed union: `words/` has a sentence for each, and a test that none is missing. */
export type ReasonCode =
  // names
  | 'url.bad'
  | 'dns.literal'
  | 'dns.answer'
  | 'dns.cname'
  | 'dns.nxdomain'
  | 'dns.no-address'
  | 'dns.outside'
  | 'dns.families'
  | 'connection.reused'
  // the address dialled
  | 'dial.service'
  | 'dial.pod'
  | 'dial.node-port'
  | 'dial.load-balancer'
  | 'dial.external-ip'
  | 'dial.node'
  | 'dial.outside'
  | 'dial.loopback'
  | 'dial.port-forward'
  | 'dial.no-route'
  | 'dial.other-family'
  | 'dial.nobody'
  // the node's proxy
  | 'proxy.pick'
  | 'proxy.affinity'
  | 'proxy.no-endpoints'
  | 'proxy.no-local-endpoints'
  | 'proxy.source-range'
  | 'proxy.port-not-on-service'
  | 'proxy.external-to-cluster'
  | 'proxy.dnat'
  | 'proxy.masquerade'
  | 'proxy.hairpin'
  | 'proxy.conntrack'
  | 'balancer.node'
  // the way
  | 'route.same-node'
  | 'route.other-node'
  | 'route.outside'
  | 'route.masquerade-outside'
  | 'route.gone'
  | 'route.martian'
  // the pod's socket
  | 'pod.listening'
  | 'pod.assumed-listening'
  | 'pod.not-listening'
  | 'pod.loopback-only'
  | 'pod.error'
  | 'pod.slow'
  | 'host.listening'
  | 'host.not-listening'
  | 'outside.answers'
  | 'outside.silent'
  // the way back
  | 'answer.back'
  // why a pod is, or is not, an endpoint of a Service
  | 'endpoint.ready'
  | 'endpoint.not-ready'
  | 'endpoint.published-not-ready'
  | 'endpoint.terminating'
  | 'endpoint.terminating-not-serving'
  | 'endpoint.no-address'
  | 'endpoint.finished'
  | 'endpoint.port-name-missing'
  | 'endpoint.manual'
  // what is wrong with a Service as a whole
  | 'service.no-pods'
  | 'service.none-ready'
  | 'service.no-selector'
  | 'service.nobody-listens'
  | 'service.pending-balancer'
  | 'service.scaled-to-zero'
  | 'service.alias'
  // what was looked at, link by link
  | 'link.name'
  | 'link.service'
  | 'link.port'
  | 'link.selector'
  | 'link.running'
  | 'link.ready'
  | 'link.target'
  | 'link.answer'
  | 'link.unknown'

export type ReasonParam = string | number | boolean | readonly string[]

export interface SourceField {
  readonly object: ObjectKey
  readonly path: Path
}

export interface Reason {
  readonly code: ReasonCode
  readonly params: Readonly<Record<string, ReasonParam>>
  /** An id of engine/SPEC.md, e.g. `SVC-7`. */
  readonly rule: string
  /** The objects, and the fields of them, that made it so. */
  readonly sources: readonly SourceField[]
}

/** What a packet's header says. */
export interface Packet {
  readonly protocol: Protocol
  readonly src: string
  readonly srcPort: number
  readonly dst: string
  readonly dstPort: number
}

/** A place of the picture; `key` is an object's key, or for places that are no objects the text named here. */
export type Place =
  | { readonly kind: 'client'; readonly key: string } // ClientView.key
  | { readonly kind: 'dns'; readonly key: 'dns' }
  | { readonly kind: 'node'; readonly key: ObjectKey }
  | { readonly kind: 'service'; readonly key: ObjectKey }
  | { readonly kind: 'node-port'; readonly key: ObjectKey } // the Service's
  | { readonly kind: 'load-balancer'; readonly key: ObjectKey } // the Service's
  | { readonly kind: 'external-ip'; readonly key: ObjectKey } // the Service's
  | { readonly kind: 'pod'; readonly key: ObjectKey }
  | { readonly kind: 'outside'; readonly key: string } // an address or name beyond the cluster's border

/** In the order in which they occur; a trace leaves out what does not happen. */
export type Layer =
  | 'connection'
  | 'name'
  | 'dial'
  | 'node'
  | 'endpoint'
  | 'dnat'
  | 'masquerade'
  | 'route'
  | 'socket'
  | 'answer'

export interface Hop {
  /** ms after the trace's start */
  readonly at: Ms
  readonly took: Ms
  readonly layer: Layer
  readonly from: Place
  readonly to: Place
  readonly packet?: { readonly before: Packet; readonly after: Packet }
  readonly why: Reason
  /** The hop at which it failed. */
  readonly failed?: boolean
}

export interface TraceRequest {
  /** As written. */
  readonly url: string
  readonly scheme: 'http' | 'https' | 'tcp' | 'udp' | ''
  readonly host: string
  readonly port: number
  readonly path: string
  readonly connection: 'new' | 'keep-alive'
  readonly timeout: Ms
}

export interface Trace {
  readonly id: string
  /** ClientView.key of who asked */
  readonly client: string
  readonly request: TraceRequest
  readonly startedAt: Ms
  readonly took: Ms
  readonly outcome: Outcome
  /** HTTP status, when answered over HTTP. */
  readonly http?: number
  /** What curl would print, without "curl: (N) ". */
  readonly error?: string
  /** Who answered, or (refused by a socket, reset) who was reached. */
  readonly server?: {
    readonly pod?: ObjectKey
    readonly outside?: string
    readonly node?: string
    readonly ip: string
    readonly port: number
  }
  /** The client's address as the server saw it. */
  readonly seenAs?: string
  readonly hops: readonly Hop[]
}
