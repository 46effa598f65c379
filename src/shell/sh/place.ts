import type { ClientSpec, Cluster } from '../../engine/index.ts'
import { familiesOf, INTERNET_HOST, INTERNET_HOST_V6, type ObjectKey, type Pod, splitKey } from '../../model/index.ts'

/** Where a shell is. */
export type Place =
  /** A person's own machine: kubectl reaches the API server; everything else is as from any machine outside the cluster. */
  | { readonly type: 'workstation' }
  | { readonly type: 'pod'; readonly pod: ObjectKey; readonly uid: string; readonly container: string }
  | { readonly type: 'node'; readonly node: string }
  /** The one host of the world outside. */
  | { readonly type: 'outside' }
  /** A client of the text, or one made up, that is no object: `client/NAME`. */
  | { readonly type: 'client'; readonly client: string }

export const WORKSTATION: Place = { type: 'workstation' }

export const hostName = (place: Place, cluster: Cluster): string => {
  switch (place.type) {
    case 'workstation':
      return 'workstation'
    case 'outside':
      return 'outside'
    case 'node':
      return place.node
    case 'client':
      return place.client.slice(place.client.indexOf('/') + 1)
    case 'pod':
      return podHostName(cluster.get<Pod>(place.pod), place.pod)
  }
}

/** k8s pkg/kubelet/kubelet_pods.go GeneratePodHostNameAndDomain, truncatePodHostnameIfNeeded (v1.36) */
function podHostName(pod: Pod | undefined, key: ObjectKey): string {
  if (!pod) return splitKey(key).name
  if (pod.spec.hostNetwork) return pod.spec.nodeName ?? ''
  const name = (pod.spec['hostnameOverride'] as string | undefined) ?? (pod.spec.hostname || pod.metadata.name)
  return name.length > 63 ? name.slice(0, 63).replace(/[-.]+$/, '') : name
}

export const podOf = (place: Place, cluster: Cluster): Pod | undefined =>
  place.type === 'pod' ? cluster.get<Pod>(place.pod) : undefined

/** Who asks from here; undefined: nobody can now. */
export function clientAt(place: Place, cluster: Cluster): ClientSpec | undefined {
  switch (place.type) {
    case 'client':
      return cluster.clientSpec(place.client)
    // a person's own machine lies where every other machine outside lies
    case 'workstation':
    case 'outside': {
      const address = familiesOf(cluster.config)[0] === 'IPv6' ? INTERNET_HOST_V6 : INTERNET_HOST
      return { key: 'shell/outside', from: 'internet', namespace: 'default', address }
    }
    case 'node': {
      const node = cluster.config.nodes.find((n) => n.name === place.node)
      if (!node) return undefined
      return {
        key: `shell/${place.node}`,
        from: 'node',
        namespace: 'default',
        node: node.name,
        address: node.internalIP,
      }
    }
    case 'pod': {
      const pod = cluster.get<Pod>(place.pod)
      if (!pod?.status?.podIP) return undefined
      const { namespace } = splitKey(place.pod)
      const key = `shell/${place.pod}`
      return { key, from: 'pod', namespace, pod: place.pod, node: pod.spec.nodeName, address: pod.status.podIP }
    }
  }
}

/** The addresses that this place has, the primary one first. */
export function addressesAt(place: Place, cluster: Cluster): readonly string[] {
  if (place.type === 'node') {
    const node = cluster.config.nodes.find((n) => n.name === place.node)
    return node ? [node.internalIP, ...(node.secondaryIP === undefined ? [] : [node.secondaryIP])] : []
  }
  if (place.type === 'outside' || place.type === 'workstation')
    return familiesOf(cluster.config).map((f) => (f === 'IPv4' ? INTERNET_HOST : INTERNET_HOST_V6))
  const pod = podOf(place, cluster)
  if (pod) return pod.status?.podIPs?.map((p) => p.ip) ?? (pod.status?.podIP ? [pod.status.podIP] : [])
  const client = clientAt(place, cluster)
  return client ? [client.address] : []
}
