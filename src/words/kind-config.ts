import { type ClusterConfig, DEFAULT_CLUSTER, familiesOf } from '../model/index.ts'

/** The configuration with which kind makes a cluster like the simulated one. kind site/content/docs/user/configuration.md (v0.30) */
export function kindConfig(name: string, config: ClusterConfig): string {
  const families = familiesOf(config)
  const family = families.length > 1 ? 'dual' : families[0] === 'IPv6' ? 'ipv6' : 'ipv4'
  const lines = [
    'kind: Cluster',
    'apiVersion: kind.x-k8s.io/v1alpha4',
    `name: ${name}`,
    'networking:',
    `  ipFamily: ${family}`,
    `  kubeProxyMode: ${config.proxyMode}`,
    `  podSubnet: "${config.podCIDR}"`,
    `  serviceSubnet: "${config.serviceCIDR}"`,
  ]
  if (config.clusterDomain !== DEFAULT_CLUSTER.clusterDomain)
    lines.push(
      ...['kubeadmConfigPatches:', '- |', '  kind: ClusterConfiguration', '  networking:'],
      `    dnsDomain: ${JSON.stringify(config.clusterDomain)}`,
    )
  lines.push('nodes:', '- role: control-plane')
  for (const { zone } of config.nodes) {
    lines.push('- role: worker')
    if (zone !== '') lines.push('  labels:', `    topology.kubernetes.io/zone: ${JSON.stringify(zone)}`)
  }
  return `${lines.join('\n')}\n`
}
