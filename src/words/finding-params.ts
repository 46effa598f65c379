import type { CauseCode } from '../model/index.ts'

/** `service` and `namespace` name the Service; `workload` is "Deployment web", as are `kept` and `object`. */
interface OfService {
  service?: string
  namespace?: string
}

/**
 * What a Finding's `params` hold, by code: the contract between the engine, which writes these names, and the sentences here. As with
 * reasons, anything may be missing, and a sentence gets along without.
 */
export interface FindingParams {
  /**
   * selector: "app=web,tier=front"; workload: whose pods were probably meant; has: their labels; pods: how many workloads and pods the
   * namespace has; where `workload`: the labels stand on the workload and not on its template, missing: those.
   */
  'selector.no-match': OfService & {
    selector: string
    workload?: string
    has?: string
    pods?: number
    where?: 'workload'
    missing?: string
  }
  /** what: `deaf` do not listen on port, `other` are another thing, `job` are a Job's */
  'selector.too-broad': OfService & {
    selector: string
    workload: string
    kept: string
    what: 'deaf' | 'other' | 'job'
    port?: number
  }
  'selector.other-namespace': OfService & { selector: string; elsewhere: readonly string[]; workload: string }

  /**
   * port: the number asked of the pods; servicePort: the Service's; targetPort: as written; listens: where they do listen; meant: the one that
   * was probably meant; swapped: port and targetPort; direct: no Service was asked
   */
  'port.not-listening': OfService & {
    port: number
    servicePort?: number
    targetPort?: number | string
    protocol?: string
    workload: string
    pod: string
    pods: number
    listens: readonly string[]
    meant?: number
    /** where the pods listen is known from their containerPorts only */
    declared?: boolean
    swapped?: boolean
    direct?: boolean
    /** The target port's name, which the container gives to a port where nobody listens. */
    portName?: string
    /** endpoints written by hand lead to address */
    object?: string
    address?: string
  }
  'port.loopback-only': OfService & {
    port: number
    workload: string
    pod: string
    pods: number
    container?: string
    direct?: boolean
  }
  /** portName: the name that targetPort says; names, numbers: what the containers declare; near: the name probably meant, meant: its number */
  'port.name-unknown': OfService & {
    portName: string
    port: number
    workload: string
    names: readonly string[]
    numbers: readonly string[]
    near?: string
    meant?: number
    protocol?: string
  }
  /** confused: the asked number is this port's targetPort or nodePort */
  'port.not-on-service': OfService & {
    port: number
    protocol?: string
    ports: readonly string[]
    meant?: number
    confused?: 'targetPort' | 'nodePort'
    /** The Service is an alias: the one that it stands for. */
    behind?: string
  }
  /** protocol: what was wanted; other: what there is; where: who has the other */
  'port.protocol': OfService & {
    port: number
    portName?: string
    protocol: string
    other: string
    where: 'named' | 'socket' | 'service' | 'node-port' | 'endpoints'
    workload?: string
  }

  /** what `governing`: a StatefulSet's serviceName, `deleted`: it stands in the text, and a command deleted it; near: a name that is there; elsewhere: namespaces with that very name */
  'service.not-found': OfService & {
    host?: string
    from?: string
    near?: string
    elsewhere?: readonly string[]
    workload?: string
    what?: 'governing' | 'deleted'
  }
  'dns.no-such-name': OfService & {
    host: string
    from?: string
    what:
      | 'outside'
      | 'pod'
      | 'pod-of-set'
      | 'pod-not-headless'
      | 'pod-unnamed'
      | 'alias-inside'
      | 'alias-outside'
      | 'alias-short'
      | 'alias-loop'
      | 'form'
    pod?: string
    near?: string
    workload?: string
    found?: string
    target?: string
    right?: string
  }
  /** policy: the pod's dnsPolicy; right: the one that would do */
  'dns.not-cluster-dns': OfService & {
    host: string
    from: string
    pod?: string
    policy?: string
    hostNetwork?: boolean
    right?: string
    nodePort?: number
    type?: string
  }
  /** right: the name that works from there; elsewhere: namespaces with such a Service */
  'dns.search-path': OfService & { host: string; from?: string; elsewhere: readonly string[]; right: string }

  /** what: what keeps it; starting: only to be waited for */
  'pod.not-running': OfService & {
    workload: string
    pod: string
    pods: number
    phase?: string
    what?: 'unschedulable' | 'finished' | 'stopped' | 'probe' | 'pending'
    /** for `probe`: the one that fails, and what it asks */
    probe?: string
    asks?: string
    container?: string
    reason?: string
    message?: string
    exitCode?: number
    restarts?: number
    starting?: boolean
  }
  /** asks: what the probe asks ("GET :8081/healthz"); told: by annotation; late: it is ready, and kube-proxy has not heard yet */
  'pod.not-ready': OfService & {
    workload: string
    pod: string
    pods: number
    container?: string
    probe?: string
    asks?: string
    message?: string
    listens?: readonly string[]
    declared?: boolean
    otherContainers?: number
    told?: boolean
    gate?: string
    leaving?: boolean
    latencyMs?: number
    timeoutMs?: number
    late?: boolean
  }
  'pod.gone': OfService & { pod?: string; address?: string }
  'pod.none': OfService & { workload: string; kind: string; message?: string }
  'pod.error': { pod: string; workload: string; share: number }
  'pod.slow': { pod: string; latencyMs: number; timeoutMs: number }
  'pod.published-not-ready': OfService & { pod: string; workload: string }

  /** nodes: those that have pods of the Service; fromHere: the client is on the node itself */
  'policy.no-local-endpoint': OfService & {
    policy: string
    node: string
    nodes: readonly string[]
    fromHere?: boolean
    url?: string
  }
  'lb.pending': OfService & { class?: string; nodePort?: number }
  'lb.source-range': OfService & { client: string; ranges: readonly string[] }
  'nodeport.wrong-port': OfService & {
    port: number
    node: string
    nodePort: number
    servicePort?: number
    confused?: 'port' | 'targetPort' | 'pod'
    pod?: string
  }
  /** asked: the family of the node's address; has: the only one that the Service has */
  'nodeport.other-family': OfService & { port: number; node: string; asked: 'IPv4' | 'IPv6'; has: 'IPv4' | 'IPv6' }
  /** what `node`: a node was asked at a port that the Service does not open there */
  'clusterip.from-outside': OfService & {
    address: string
    type: string
    from: string
    nodePort?: number
    port?: number
    node?: string
    what?: 'node'
  }
  'pod.from-outside': OfService & { pod: string; address: string }

  /** object: "Endpoints db"; found: its name, or what its label says; what: which of the two */
  'endpoints.name-mismatch': OfService & {
    object: string
    found: string
    what: 'name' | 'label' | 'namespace'
    label?: string
  }
  'endpoints.port-name': OfService & { object: string; port: number; portName: string; found: string }
  /** message: the API server's, when it refused the address */
  'endpoints.bad-address': OfService & { object: string; address?: string; message?: string }
  /** owner: the Service that has the address */
  'endpoints.virtual-address': OfService & { object: string; address: string; owner?: string }
  'endpoints.none': OfService & { workload?: string; has?: string }

  /** mapped: the number of the targetPort */
  'headless.no-mapping': OfService & {
    port: number
    servicePort?: number
    targetPort: number | string
    mapped?: number
  }
  'externalname.address': OfService & { target: string }

  'affinity.sticky': OfService & { requests: number; pods: number; answering: number; pod: string; seconds?: number }
  'connection.kept': OfService & { requests: number; pods: number; answering: number; pod: string }
  /** percent: the odds that one given pod gets none of that many requests */
  'spread.chance': OfService & { requests: number; pods: number; answering: number; percent: number }
  'workload.scaled-to-zero': OfService & { workload: string; kind?: string }

  /** what `self`: loopback, or its own address */
  'address.nobody': { address: string; port: number; what?: 'self' }
  'network.hairpin': OfService & { pod: string }
  'outside.silent': OfService & { address: string; port: number; host?: string }
  'url.bad': { url: string; problem: string }
  /** object: "Service web"; message: the API server's */
  'api.refused': { object: string; message: string }
}

/** Fails to compile when a code of the union has no entry above, or an entry no code. */
type Missing = Exclude<CauseCode, keyof FindingParams> | Exclude<keyof FindingParams, CauseCode>
export const everyCauseHasParams: [Missing] extends [never] ? true : Missing = true

export type FindingParamsOf<C extends CauseCode> = Partial<FindingParams[C]>
