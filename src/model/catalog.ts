/** Kinds that a plain cluster (v1.36) serves. `simulated`: the engine acts on it; others are kept, listed greyed, and named as not simulated. */
export interface KindInfo {
  readonly kind: string
  readonly apiVersion: string
  readonly plural: string
  readonly singular: string
  readonly short: readonly string[]
  readonly namespaced: boolean
  readonly simulated: boolean
}

const k = (
  apiVersion: string,
  kind: string,
  plural: string,
  short: string,
  namespaced: boolean,
  simulated: boolean,
): KindInfo => ({
  apiVersion,
  kind,
  plural,
  singular: kind.toLowerCase(),
  short: short === '' ? [] : short.split(','),
  namespaced,
  simulated,
})

export const KINDS: readonly KindInfo[] = [
  k('v1', 'Namespace', 'namespaces', 'ns', false, true),
  k('v1', 'Node', 'nodes', 'no', false, true),
  k('v1', 'Pod', 'pods', 'po', true, true),
  k('v1', 'Service', 'services', 'svc', true, true),
  k('v1', 'Endpoints', 'endpoints', 'ep', true, true),
  k('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', '', true, true),
  k('apps/v1', 'Deployment', 'deployments', 'deploy', true, true),
  k('apps/v1', 'ReplicaSet', 'replicasets', 'rs', true, true),
  k('v1', 'ReplicationController', 'replicationcontrollers', 'rc', true, true),
  k('apps/v1', 'StatefulSet', 'statefulsets', 'sts', true, true),
  k('apps/v1', 'DaemonSet', 'daemonsets', 'ds', true, true),
  k('apps/v1', 'ControllerRevision', 'controllerrevisions', '', true, true),
  k('batch/v1', 'Job', 'jobs', '', true, true),
  k('batch/v1', 'CronJob', 'cronjobs', 'cj', true, true),
  k('v1', 'ConfigMap', 'configmaps', 'cm', true, true),
  k('v1', 'Secret', 'secrets', '', true, true),
  k('v1', 'Event', 'events', 'ev', true, false),
  k('v1', 'ServiceAccount', 'serviceaccounts', 'sa', true, false),
  k('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'pvc', true, false),
  k('v1', 'PersistentVolume', 'persistentvolumes', 'pv', false, false),
  k('v1', 'LimitRange', 'limitranges', 'limits', true, false),
  k('v1', 'ResourceQuota', 'resourcequotas', 'quota', true, false),
  k('v1', 'PodTemplate', 'podtemplates', '', true, false),
  k('networking.k8s.io/v1', 'Ingress', 'ingresses', 'ing', true, false),
  k('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', '', false, false),
  k('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', 'netpol', true, false),
  k('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'pdb', true, false),
  k('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa', true, false),
  k('autoscaling/v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa', true, false),
  k('rbac.authorization.k8s.io/v1', 'Role', 'roles', '', true, false),
  k('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', '', true, false),
  k('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', '', false, false),
  k('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', '', false, false),
  k('storage.k8s.io/v1', 'StorageClass', 'storageclasses', 'sc', false, false),
  k('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', 'pc', false, false),
  k('coordination.k8s.io/v1', 'Lease', 'leases', '', true, false),
  k('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', 'crd,crds', false, false),
]

const byVersion = new Map<string, Map<string, KindInfo>>()
for (const info of KINDS) {
  const byKind = byVersion.get(info.apiVersion) ?? new Map<string, KindInfo>()
  byVersion.set(info.apiVersion, byKind.set(info.kind, info))
}

/** The kind that an apiVersion and kind name exactly; undefined when this cluster does not serve it. */
export const kindInfo = (apiVersion: string, kind: string): KindInfo | undefined => byVersion.get(apiVersion)?.get(kind)

/** Our own two kinds. They are no API objects. */
export const OWN_API_VERSION = 'fairlead.dev/v1'
export const ANNOTATION = {
  listen: 'fairlead.dev/listen',
  ready: 'fairlead.dev/ready',
  latency: 'fairlead.dev/latency',
  errors: 'fairlead.dev/errors',
  crash: 'fairlead.dev/crash',
  exit: 'fairlead.dev/exit',
  sigterm: 'fairlead.dev/sigterm',
  phase: 'fairlead.dev/phase',
  terminating: 'fairlead.dev/terminating',
} as const

export interface NodeConfig {
  readonly name: string
  readonly zone: string
  /** Of the cluster's primary family. */
  readonly internalIP: string
  /** Its address of the other family, in a cluster that has two. */
  readonly secondaryIP?: string
}

/** `kind: Cluster`, with every default filled in. */
export interface ClusterConfig {
  readonly nodes: readonly NodeConfig[]
  /** One block, or one of each family with a comma between them; the first is of the primary family. So is serviceCIDR. */
  readonly podCIDR: string
  readonly serviceCIDR: string
  readonly nodePortRange: readonly [number, number]
  readonly proxyMode: 'iptables' | 'nftables'
  readonly loadBalancers: 'cloud' | 'none'
  readonly clusterDomain: string
  /** names of the world outside → address; a leading `*.` stands for every name below */
  readonly externalNames: Readonly<Record<string, string>>
  readonly undeclaredPorts: 'assume' | 'refuse'
  readonly seed: number
}

export const DEFAULT_CLUSTER: ClusterConfig = {
  nodes: [
    { name: 'node-1', zone: 'zone-a', internalIP: '172.18.0.11' },
    { name: 'node-2', zone: 'zone-b', internalIP: '172.18.0.12' },
    { name: 'node-3', zone: 'zone-b', internalIP: '172.18.0.13' },
  ],
  podCIDR: '10.244.0.0/16',
  serviceCIDR: '10.96.0.0/16',
  nodePortRange: [30000, 32767],
  proxyMode: 'iptables',
  loadBalancers: 'cloud',
  clusterDomain: 'cluster.local',
  externalNames: {
    'my.database.example.com': '203.0.113.20',
    'example.com': '203.0.113.21',
  },
  undeclaredPorts: 'assume',
  seed: 1,
}

/** The one host of the world outside that the internet's clients are. */
export const INTERNET_HOST = '198.51.100.10'
/** Its address in the other family, for clusters that have it. */
export const INTERNET_HOST_V6 = '2001:db8::10'
