import type { LabelSelector, Labels } from './labels.ts'
import type { Protocol } from './net.ts'

/**
 * Objects as the API server stores them: plain, frozen data. Only fields that some part of the engine reads are typed;
 * everything else a manifest says is kept as it is.
 */
export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export interface Meta {
  readonly name: string
  readonly generateName?: string
  readonly namespace?: string
  readonly labels?: Labels
  readonly annotations?: Labels
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
  readonly [field: string]: unknown
}

export interface KObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Meta
  readonly [field: string]: unknown
}

/**
 * An object's identity as text: `Kind/namespace/name`, the namespace empty for cluster-scoped kinds; for kinds that are
 * not this cluster's own, `Kind.group/namespace/name`, so that a Knative Service never is a Service.
 */
export type ObjectKey = string

export const CORE_GROUPS: ReadonlySet<string> = new Set([
  '',
  'apps',
  'batch',
  'discovery.k8s.io',
  'networking.k8s.io',
  'policy',
  'autoscaling',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'fairlead.dev',
])

export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''

/** The first part of a key: the kind, with its group when it is not one of the cluster's own. */
export function kindKey(apiVersion: string, kind: string): string {
  if (!apiVersion.includes('/')) return kind
  const group = groupOf(apiVersion)
  return CORE_GROUPS.has(group) ? kind : `${kind}.${group}`
}

export const keyOf = (o: KObject): ObjectKey =>
  `${kindKey(o.apiVersion, o.kind)}/${o.metadata.namespace ?? ''}/${o.metadata.name}`
export const makeKey = (kind: string, namespace: string, name: string): ObjectKey => `${kind}/${namespace}/${name}`

export function splitKey(key: ObjectKey): { kind: string; namespace: string; name: string } {
  const first = key.indexOf('/')
  const second = key.indexOf('/', first + 1)
  return { kind: key.slice(0, first), namespace: key.slice(first + 1, second), name: key.slice(second + 1) }
}

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
  readonly lastUpdateTime?: string
  readonly [field: string]: unknown
}

export interface ContainerPort {
  readonly name?: string
  readonly containerPort: number
  readonly hostPort?: number
  readonly protocol?: Protocol
}

export interface Probe {
  readonly httpGet?: {
    readonly path?: string
    readonly port: number | string
    readonly host?: string
    readonly scheme?: string
  }
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string }
  readonly grpc?: { readonly port: number; readonly service?: string }
  readonly exec?: { readonly command?: readonly string[] }
  readonly initialDelaySeconds?: number
  readonly periodSeconds?: number
  readonly timeoutSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[]
  readonly ports?: readonly ContainerPort[]
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly startupProbe?: Probe
  readonly restartPolicy?: string
  readonly lifecycle?: unknown
  readonly [field: string]: unknown
}

export interface PodSpec {
  readonly nodeName?: string
  readonly hostname?: string
  readonly subdomain?: string
  readonly hostNetwork?: boolean
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never'
  readonly terminationGracePeriodSeconds?: number
  readonly nodeSelector?: Labels
  readonly tolerations?: readonly Toleration[]
  readonly affinity?: unknown
  readonly dnsPolicy?: string
  readonly dnsConfig?: unknown
  readonly readinessGates?: readonly { readonly conditionType: string }[]
  readonly schedulingGates?: readonly { readonly name: string }[]
  readonly [field: string]: unknown
}

export interface Toleration {
  readonly key?: string
  readonly operator?: 'Exists' | 'Equal' | string
  readonly value?: string
  readonly effect?: string
  readonly tolerationSeconds?: number
}

export interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly started?: boolean
  readonly restartCount: number
  readonly image?: string
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string }
    readonly running?: { readonly startedAt?: string }
    readonly terminated?: {
      readonly exitCode: number
      readonly reason?: string
      readonly startedAt?: string
      readonly finishedAt?: string
    }
  }
  readonly lastState?: ContainerStatus['state']
  readonly [field: string]: unknown
}

export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  readonly conditions?: readonly Condition[]
  readonly podIP?: string
  readonly podIPs?: readonly { readonly ip: string }[]
  readonly hostIP?: string
  readonly startTime?: string
  readonly reason?: string
  readonly message?: string
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly initContainerStatuses?: readonly ContainerStatus[]
  readonly [field: string]: unknown
}

export interface Pod extends KObject {
  readonly kind: 'Pod'
  readonly spec: PodSpec
  readonly status?: PodStatus
}

export interface ServicePort {
  readonly name?: string
  readonly protocol?: Protocol
  readonly appProtocol?: string
  readonly port: number
  readonly targetPort?: number | string
  readonly nodePort?: number
}

export interface ServiceSpec {
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  readonly selector?: Labels
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly ipFamilies?: readonly string[]
  readonly ipFamilyPolicy?: string
  readonly ports?: readonly ServicePort[]
  readonly externalName?: string
  readonly externalIPs?: readonly string[]
  readonly externalTrafficPolicy?: 'Cluster' | 'Local'
  readonly internalTrafficPolicy?: 'Cluster' | 'Local'
  readonly sessionAffinity?: 'None' | 'ClientIP'
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
  readonly publishNotReadyAddresses?: boolean
  readonly trafficDistribution?: string
  readonly healthCheckNodePort?: number
  readonly loadBalancerIP?: string
  readonly loadBalancerClass?: string
  readonly loadBalancerSourceRanges?: readonly string[]
  readonly allocateLoadBalancerNodePorts?: boolean
  readonly [field: string]: unknown
}

export interface Service extends KObject {
  readonly kind: 'Service'
  readonly spec: ServiceSpec
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly {
        readonly ip?: string
        readonly hostname?: string
        readonly ipMode?: 'VIP' | 'Proxy'
      }[]
    }
    readonly conditions?: readonly Condition[]
  }
}

export interface EndpointPort {
  readonly name?: string
  readonly port?: number
  readonly protocol?: Protocol
  readonly appProtocol?: string
}

export interface ObjectReference {
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly [field: string]: unknown
}

export interface Endpoint {
  readonly addresses: readonly string[]
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean }
  readonly hostname?: string
  readonly targetRef?: ObjectReference
  readonly nodeName?: string
  readonly zone?: string
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[]
    readonly forNodes?: readonly { readonly name: string }[]
  }
}

export interface EndpointSlice extends KObject {
  readonly kind: 'EndpointSlice'
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly endpoints: readonly Endpoint[] | null
  readonly ports?: readonly EndpointPort[] | null
}

export interface EndpointAddress {
  readonly ip: string
  readonly hostname?: string
  readonly nodeName?: string
  readonly targetRef?: ObjectReference
}

export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[]
  readonly notReadyAddresses?: readonly EndpointAddress[]
  readonly ports?: readonly EndpointPort[]
}

export interface Endpoints extends KObject {
  readonly kind: 'Endpoints'
  readonly subsets?: readonly EndpointSubset[]
}

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
  readonly timeAdded?: string
}

export interface Node extends KObject {
  readonly kind: 'Node'
  readonly spec?: {
    readonly podCIDR?: string
    readonly podCIDRs?: readonly string[]
    readonly taints?: readonly Taint[]
    readonly unschedulable?: boolean
    readonly [field: string]: unknown
  }
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
    readonly conditions?: readonly Condition[]
    readonly capacity?: Readonly<Record<string, string>>
    readonly allocatable?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
}

export interface Namespace extends KObject {
  readonly kind: 'Namespace'
}

export interface PodTemplate {
  readonly metadata?: Partial<Meta>
  readonly spec: PodSpec
}

/** What Deployment, ReplicaSet, ReplicationController (selector a map), StatefulSet, DaemonSet and Job share. */
export interface Workload extends KObject {
  readonly spec: {
    readonly replicas?: number
    readonly selector?: LabelSelector
    readonly template: PodTemplate
    readonly [field: string]: unknown
  }
  readonly status?: { readonly [field: string]: unknown }
}

export interface Deployment extends Workload {
  readonly kind: 'Deployment'
}
export interface ReplicaSet extends Workload {
  readonly kind: 'ReplicaSet'
}
export interface StatefulSet extends Workload {
  readonly kind: 'StatefulSet'
}
export interface DaemonSet extends Workload {
  readonly kind: 'DaemonSet'
}

/** k8s pkg/api/v1/pod/util.go IsPodReady (v1.36). */
export const isPodReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false

/** The controller among an object's owners. */
export const controllerOf = (o: KObject): OwnerReference | undefined =>
  o.metadata.ownerReferences?.find((r) => r.controller)
