import { Cluster } from '../src/engine/index.ts'
import { type ClusterConfig, DEFAULT_CLUSTER, type ObjectKey } from '../src/model/index.ts'
import { apiDocs } from '../src/shell/explain/index.ts'
import { type KubectlResult, runKubectl } from '../src/shell/index.ts'
import { proxyModeOf, type RecordedCase } from './recorded-case.ts'

/** The cluster that the answers were recorded in (recorded/README.md, "The lab"). */
const LAB: Partial<ClusterConfig> = {
  ...DEFAULT_CLUSTER,
  loadBalancers: 'none',
  undeclaredPorts: 'refuse',
  externalNames: {
    'my.database.example.com': '203.0.113.20',
    'example.com': '203.0.113.21',
    'foo.bar.com': '203.0.113.22',
    'www.telenet.example': '203.0.113.80',
    '*.corp.example': '198.51.100.7',
  },
}

const HEAD_START = 4000

export interface Lab {
  readonly cluster: Cluster
  /** Run a command as the recorder did, in the case's namespace or the step's, and leave the cluster to come to rest. */
  kubectl(args: readonly string[], options?: { stdin?: string; namespace?: string }): KubectlResult
  /** The cloud answers: a balancer's address, written into the Service's status and announced at these nodes. */
  announce(service: ObjectKey, address: string, nodes: readonly string[], ipMode?: string): void
}

/** An empty lab, or one that holds the manifests of a case, at rest. */
export function openLab(kase: RecordedCase): Lab {
  const cluster = new Cluster({ ...LAB, proxyMode: proxyModeOf(kase) })
  for (const node of cluster.config.nodes) {
    const patch = { metadata: { labels: { 'topology.kubernetes.io/region': 'lab' } } }
    const result = cluster.patch('Node', '', node.name, 'strategic', patch)
    if (!result.ok) throw new Error(result.status.message)
  }
  // the lab had come up some seconds before a case began: what it has of its own is older
  cluster.advance(cluster.now + HEAD_START)
  cluster.settle()
  const lab: Lab = {
    cluster,
    kubectl(args, { stdin, namespace } = {}) {
      const result = runKubectl(cluster, args, {
        stdin,
        namespace: namespace ?? kase.namespace ?? 'default',
        wait: true,
        apiDocs,
      })
      cluster.settle()
      return result
    },
    announce(service, address, nodes, ipMode) {
      cluster.announce(service, address, nodes, ipMode === 'Proxy' ? 'Proxy' : 'VIP')
      cluster.settle()
    },
  }
  if (kase.manifests) {
    const { stderr, exit } = lab.kubectl(['create', '-f', '-'], { stdin: kase.manifests })
    if (exit !== 0) throw new Error(`the manifests were refused: ${stderr.trim()}`)
  }
  return lab
}
