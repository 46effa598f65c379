import {
  familiesOf,
  familyOf,
  type IPFamily,
  ipAfter,
  ipNumber,
  ipOfNumber,
  type KObject,
  type Namespace,
  type NodeConfig,
  nodeIP,
  nodeIPs,
  nodePodRange,
  parseBlock,
  rangesOf,
  timestamp,
} from '../../model/index.ts'
import { nextUid, put, type State } from '../core/index.ts'
import { createObject } from './create.ts'
import { furnishNamespace } from './namespace-content.ts'

/**
 * The machine beside the nodes where the API server and the DNS server are: the first address of the nodes' network, in the primary family
 * unless another is named.
 */
export function controlPlaneAddress(state: State, family: IPFamily = familiesOf(state.config)[0]!): string {
  const first = state.config.nodes[0]
  const ip = first ? nodeIP(first, family) : ''
  const value = ipNumber(ip)
  if (value === undefined) return '172.18.0.1'
  const host = family === 'IPv4' ? 8n : 64n
  return ipOfNumber(family, ((value >> host) << host) + 1n)
}

/** The n-th address of the Services' primary range: 1 is the API server's, 10 the DNS server's. */
export function serviceAddress(state: State, n: number): string {
  const block = parseBlock(rangesOf(state.config.serviceCIDR)[0]!)
  return block ? ipAfter(ipOfNumber(block.family, block.first), n) : ''
}

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** k8s pkg/apis/scheduling/v1/helpers.go systemPriorityClasses (v1.36) */
const PRIORITIES = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
]

/**
 * What a cluster holds before anybody asks it for anything: namespaces, nodes, the Services `kubernetes` and `kube-dns` with where they
 * lead. The endpoints are written down, because no controller looks after them.
 */
export function bootCluster(state: State): void {
  for (const name of NAMESPACES) {
    createObject(state, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } satisfies Namespace)
  }
  state.config.nodes.forEach((node, i) => {
    bootNode(state, node, i)
  })
  const address = controlPlaneAddress(state)
  bootApiService(state)
  bootEndpoints(state, 'default', 'kubernetes', address, [{ name: 'https', port: 6443, protocol: 'TCP' }])
  createObject(state, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    },
    spec: {
      clusterIP: serviceAddress(state, 10),
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  })
  bootEndpoints(state, 'kube-system', 'kube-dns', address, [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ])
  for (const name of NAMESPACES) furnishNamespace(state, name)
  for (const { name, value, description } of PRIORITIES) {
    const apiVersion = 'scheduling.k8s.io/v1'
    createObject(state, { apiVersion, kind: 'PriorityClass', metadata: { name }, value, description })
  }
}

/** The Service of the API server, which comes back when it is deleted. k8s pkg/controlplane/controller/kubernetesservice/controller.go (v1.36) */
export function bootApiService(state: State): void {
  createObject(state, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: serviceAddress(state, 1),
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  })
}

// k8s pkg/controlplane/reconcilers/instancecount.go (v1.36): Endpoints that nobody mirrors, and a slice of the same name
function bootEndpoints(state: State, namespace: string, name: string, ip: string, ports: readonly object[]): void {
  createObject(state, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip }], ports }],
  })
  createObject(state, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: familyOf(ip),
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports,
  })
}

const READY_CONDITIONS = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const

/** A node as its kubelet registers it, with the n-th part of the pods' range. */
function bootNode(state: State, config: NodeConfig, i: number): void {
  const { name, zone } = config
  const podCIDRs = familiesOf(state.config).flatMap((family) => nodePodRange(state.config.podCIDR, family, i) ?? [])
  const now = timestamp(state.now)
  const resources = { cpu: '64', memory: '256Gi', pods: '250' }
  const node: KObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: nextUid(state),
      creationTimestamp: now,
      // k8s pkg/controller/ttl/ttl_controller.go (v1.36): kubelets of a small cluster need not cache
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': 'lab',
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: { podCIDR: podCIDRs[0], podCIDRs },
    status: {
      addresses: [
        ...nodeIPs(config).map((address) => ({ type: 'InternalIP', address })),
        { type: 'Hostname', address: name },
      ],
      allocatable: resources,
      capacity: resources,
      conditions: READY_CONDITIONS.map(([type, status, reason, message]) => ({
        type,
        status,
        reason,
        message,
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      })),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: '',
        kernelVersion: '',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.36.3',
        machineID: '',
        operatingSystem: 'linux',
        osImage: '',
        systemUUID: '',
      },
    },
  }
  put(state, node)
}
