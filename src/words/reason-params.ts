import type { ReasonCode } from '../model/index.ts'

/**
 * What a Reason's `params` hold, by code: the contract between those who write reasons (engine) and those who put them
 * into words (here). The engine may not import this file; it writes these names.
 *
 * - Objects are named by their short name (`service: 'web'`), the namespace stands beside it in `namespace`.
 * - Addresses are plain (`10.244.1.6`), ports are numbers, times are milliseconds (`…Ms`).
 * - `?` may be left out; a sentence gets along without any of them.
 * - `protocol` is written only when it is not TCP.
 */
export interface ReasonParams {
  /** problem: what curl says of it ("Port number was not a decimal number between 0 and 65535") */
  'url.bad': { url: string; problem?: string }

  /** The host is an address already. */
  'dns.literal': { host: string }
  /**
   * A name led to an address. host: as written; name: the full name that was found, without the last dot; address: the one
   * used; addresses: all of the answer; position: which of the names tried it was, from 1; names: how many the resolver
   * would have tried; what: what the name belongs to; service, namespace, pod: its owner.
   */
  'dns.answer': {
    host: string
    name: string
    address: string
    addresses?: readonly string[]
    position?: number
    names?: number
    what?: 'cluster-ip' | 'headless' | 'pod' | 'node' | 'other'
    service?: string
    namespace?: string
    pod?: string
  }
  /** An ExternalName: name is an alias of target; position and names as in dns.answer. */
  'dns.cname': {
    host?: string
    name: string
    target: string
    service?: string
    namespace?: string
    position?: number
    names?: number
  }
  /** tried: every name asked, in order; elsewhere: namespaces with a Service of that name; namespace: the client's own. */
  'dns.nxdomain': {
    host: string
    tried?: readonly string[]
    namespace?: string
    elsewhere?: readonly string[]
    service?: string
  }
  /** The name exists, but holds no address (a headless Service without ready pods, an alias that leads nowhere). */
  'dns.no-address': { host: string; name?: string; service?: string; namespace?: string }
  /** A name of the world outside. by: who asked it (the cluster's DNS forwards; nodes and the internet ask themselves). */
  'dns.outside': { host: string; name?: string; address: string; by?: 'cluster-dns' | 'node' | 'internet' }
  /** The name has addresses of both families. address: the one tried first, of `family`; other: the first of the other family. */
  'dns.families': { host: string; address: string; other: string; family: 'IPv4' | 'IPv6' }
  /** A kept-alive connection is used again. requests: how many went over it before. */
  'connection.reused': { address: string; port: number; pod?: string; requests?: number }

  /** address:port is a port of a Service's cluster IP. portName: '' when the port has none. */
  'dial.service': {
    address: string
    port: number
    protocol?: string
    service: string
    namespace?: string
    portName?: string
  }
  /** The address is a pod's own. service: the headless Service that gave it. */
  'dial.pod': { address: string; port: number; pod: string; namespace?: string; service?: string }
  /** port: the node port; servicePort: the Service's port behind it. */
  'dial.node-port': {
    address: string
    port: number
    node?: string
    service: string
    namespace?: string
    portName?: string
    servicePort?: number
  }
  'dial.load-balancer': { address: string; port: number; service: string; namespace?: string; portName?: string }
  'dial.external-ip': {
    address: string
    port: number
    service: string
    namespace?: string
    portName?: string
    node?: string
  }
  /** A node's own address, and no node port of that family. */
  /** service, family: the Service whose node port this is, and the family in which alone it is open. */
  'dial.node': {
    address: string
    port: number
    node?: string
    service?: string
    namespace?: string
    family?: 'IPv4' | 'IPv6'
  }
  'dial.outside': { address: string; port: number; host?: string }
  'dial.loopback': { address: string; port: number }
  'dial.port-forward': { address: string; port: number; pod: string; namespace?: string; remote: number }
  /** from: who has no way there ("internet", or an address); what: why the address is out of reach; family: who asks has no address of that family. */
  'dial.no-route': {
    address: string
    from?: string
    what?: 'cluster-ip' | 'pod' | 'other'
    service?: string
    pod?: string
    family?: 'IPv4' | 'IPv6'
  }
  /**
   * The client goes on with an address of the other family. before: the one it tried; because: how that went; "waits": the other family has
   * failed, and before may still answer.
   */
  'dial.other-family': {
    before: string
    address?: string
    because: 'refused' | 'silent' | 'waits'
    family?: 'IPv4' | 'IPv6'
  }
  /** Nobody has the address. what: where it belongs ("the pods' range", "the Services' range"), if anywhere. */
  'dial.nobody': { address: string; port?: number; what?: 'pods' | 'services' | 'nodes' | 'other' }

  /**
   * The node draws an endpoint. endpoint: pod's name, or address; address, port: where it leads; count: how many could be
   * drawn; others: their names; node: who draws; narrowed: why not all are in the draw.
   */
  'proxy.pick': {
    node?: string
    service?: string
    namespace?: string
    endpoint: string
    address?: string
    port?: number
    count: number
    others?: readonly string[]
    narrowed?: 'internal-local' | 'external-local' | 'same-zone' | 'same-node' | 'terminating'
    /** how many endpoints the Service has altogether, when narrowed */
    total?: number
    zone?: string
  }
  /** seconds: the affinity's timeout */
  'proxy.affinity': {
    node?: string
    service?: string
    namespace?: string
    client: string
    endpoint: string
    seconds?: number
  }
  'proxy.no-endpoints': { node?: string; service: string; namespace?: string; port?: number; portName?: string }
  /** policy: which of the two; elsewhere: how many ready endpoints other nodes have. */
  'proxy.no-local-endpoints': {
    node: string
    service: string
    namespace?: string
    policy: 'internal' | 'external'
    elsewhere?: number
  }
  'proxy.source-range': { client: string; ranges: readonly string[]; service?: string; namespace?: string }
  /** ports: the Service's ports, written "80" or "80 (http)", with "/UDP" when not TCP. */
  'proxy.port-not-on-service': {
    address: string
    port: number
    protocol?: string
    service: string
    namespace?: string
    ports?: readonly string[]
  }
  /** A pod or node dials the balancer's (or an external) address: the node takes the short way to the Service. */
  'proxy.external-to-cluster': { address: string; service?: string; namespace?: string; node?: string }
  /** before, after: "10.96.44.10:80"; portName, targetPort as the Service says them; named: targetPort is a name. */
  'proxy.dnat': {
    before: string
    after: string
    portName?: string
    targetPort?: string | number
    service?: string
    namespace?: string
  }
  /** before, after: the source address; cause: why. */
  'proxy.masquerade': {
    before: string
    after: string
    node?: string
    cause?: 'external-cluster-policy' | 'hairpin' | 'not-from-pod-range' | 'node-to-pod' | 'other'
  }
  /** The pod reaches itself through the Service. */
  'proxy.hairpin': { pod: string; service?: string }
  /** An open connection keeps its endpoint, whatever became of it. */
  'proxy.conntrack': { before?: string; after: string; pod?: string; node?: string }
  /** nodes: those that the balancer could have taken. */
  'balancer.node': {
    address: string
    node: string
    nodes?: readonly string[]
    policy?: 'Cluster' | 'Local'
    count?: number
  }

  'route.same-node': { node: string; address?: string }
  'route.other-node': { from: string; to: string; address?: string }
  'route.outside': { address: string; node?: string }
  'route.masquerade-outside': { before: string; after: string; node?: string }
  'route.gone': { address: string; port?: number; pod?: string }
  /** address: the packet's source, which is the node's own. */
  'route.martian': { address: string; node: string; family?: 'IPv4' | 'IPv6' }

  /** source: how it is known that the pod listens: the annotation, its image, its containerPorts; detail: "nginx listens on 80". */
  'pod.listening': {
    pod: string
    port: number
    protocol?: string
    source?: 'annotation' | 'image' | 'container-port'
    image?: string
    detail?: string
    status?: number
  }
  'pod.assumed-listening': { pod: string; port: number; protocol?: string; image?: string }
  /** listens: where it does listen ("8080", "53/UDP", "127.0.0.1:9090"); empty: nowhere. */
  'pod.not-listening': {
    pod: string
    port: number
    protocol?: string
    listens?: readonly string[]
    source?: 'annotation' | 'image' | 'container-port'
    image?: string
    detail?: string
    /** Its container is not running (waiting, crashed), so nothing can listen. */
    notRunning?: boolean
  }
  'pod.loopback-only': { pod: string; port: number; protocol?: string }
  /** percent: the annotation's */
  'pod.error': { pod: string; status?: number; percent?: number }
  'pod.slow': { pod: string; latencyMs: number; timeoutMs?: number }
  /** what: who listens there ("the kubelet", "hostNetwork pod x") */
  'host.listening': { address: string; port: number; node?: string; what?: string; pod?: string }
  'host.not-listening': { address: string; port: number; node?: string }
  'outside.answers': { address: string; port: number; host?: string; status?: number }
  'outside.silent': { address: string; port: number; host?: string }

  /** seenAs: the client's address as the server saw it; client: its true one. */
  'answer.back': { from?: string; status?: number; seenAs?: string; client?: string; undone?: string }

  /** pod: name; address: its own. */
  'endpoint.ready': { pod: string; address?: string; port?: number }
  /** message: of the pod's Ready condition, or what its probe found */
  'endpoint.not-ready': { pod: string; message?: string }
  'endpoint.published-not-ready': { pod: string }
  'endpoint.terminating': { pod: string }
  'endpoint.terminating-not-serving': { pod: string }
  'endpoint.no-address': { pod: string; phase?: string }
  'endpoint.finished': { pod: string; phase?: string }
  /** portName: the targetPort's name; names: port names that the pod has */
  'endpoint.port-name-missing': { pod: string; portName: string; names?: readonly string[] }
  /** object: "Endpoints db" or "EndpointSlice db-1" */
  'endpoint.manual': { address: string; object?: string; ready?: boolean }

  /** selector: "app=web,tier=front"; near: what pods of the namespace have instead ("app=web-v2") */
  'service.no-pods': { service?: string; namespace?: string; selector: string; near?: readonly string[] }
  'service.none-ready': { service?: string; namespace?: string; pods: number }
  'service.no-selector': { service?: string; namespace?: string }
  /** port: the number asked of the pods; targetPort: as written; listens: where the pods listen instead */
  'service.nobody-listens': {
    service?: string
    namespace?: string
    port: number
    targetPort?: string | number
    pods?: number
    listens?: readonly string[]
  }
  'service.pending-balancer': { service?: string; namespace?: string }
  'service.scaled-to-zero': { service?: string; namespace?: string; workload?: string }
  'service.alias': { service?: string; namespace?: string; target: string }

  /** name: the full one; address: what it leads to */
  'link.name': { service?: string; namespace?: string; name: string; address?: string }
  'link.service': { service: string; namespace?: string; type: string }
  'link.port': {
    service?: string
    namespace?: string
    port: number
    portName?: string
    protocol?: string
    target: string
  }
  /** pods: how many the selector finds; endpoints: how many are written by hand, for a Service without one */
  'link.selector': {
    service?: string
    namespace?: string
    selector?: string
    pods?: number
    names?: readonly string[]
    endpoints?: number
  }
  'link.running': { running: number; of: number; names?: readonly string[] }
  /** published: pods count that are not ready */
  'link.ready': { ready: number; of: number; names?: readonly string[]; published?: boolean }
  /** port: at the pods; target: as written, or what an alias is for; pods: how many listen there; how: it is known; note: as a part of a sentence */
  'link.target': {
    service?: string
    namespace?: string
    port?: number
    target: string
    pods?: number
    of?: number
    how?: string
    note?: string
  }
  /** failing: how many of them answer nothing but errors. */
  'link.answer': { pods: number; failing?: number }
  /** link: the one that cannot be looked at */
  'link.unknown': { link: string }
}

/** Fails to compile when a code of the union has no entry above, or an entry no code. */
type Missing = Exclude<ReasonCode, keyof ReasonParams> | Exclude<keyof ReasonParams, ReasonCode>
export const everyCodeHasParams: [Missing] extends [never] ? true : Missing = true

/** The params of one code as they arrive: nothing is certain to be there. */
export type ParamsOf<C extends ReasonCode> = Partial<ReasonParams[C]>
