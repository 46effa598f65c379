import type { Cluster } from '../../engine/index.ts'
import type { Pod } from '../../model/index.ts'
import { clientAt, hostName, type Place, podOf } from './place.ts'

/** Where the ServiceAccount admission mounts its token. k8s plugin/pkg/admission/serviceaccount/admission.go DefaultAPITokenMountPath (v1.36) */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
const ACCOUNT_FILES: readonly string[] = ['ca.crt', 'namespace', 'token'].map((name) => `${ACCOUNT}/${name}`)

const ALL: readonly string[] = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf']

/** Files that are there without anybody having written them; none of them can be written. */
export const systemFiles = (place: Place, cluster: Cluster): readonly string[] =>
  place.type === 'workstation' ? [] : mountsAccount(place, cluster) ? [...ALL, ...ACCOUNT_FILES] : ALL

/** The server fills `automountServiceAccountToken` of the account and of the pod in as a volume that is mounted there. */
function mountsAccount(place: Place, cluster: Cluster): boolean {
  const pod = podOf(place, cluster)
  const container = place.type === 'pod' ? pod?.spec.containers.find((c) => c.name === place.container) : undefined
  const mounts = (container?.['volumeMounts'] ?? []) as readonly { mountPath?: string }[]
  return mounts.some((mount) => mount.mountPath === ACCOUNT)
}

/** A file that the kubelet, or the node's system, writes; undefined: there is none of this name. */
export function systemFile(place: Place, cluster: Cluster, name: string): string | undefined {
  if (place.type === 'workstation') return undefined
  switch (name) {
    case '/etc/hostname':
      return `${hostName(place, cluster)}\n`
    case '/etc/hosts':
      return hosts(place, cluster)
    case '/etc/resolv.conf':
      return resolvConf(place, cluster)
    default:
      return mountsAccount(place, cluster) ? accountFile(podOf(place, cluster)!, name) : undefined
  }
}

/** Credentials are not simulated: what stands there says so, and the API server takes it for nobody's. */
function accountFile({ metadata, spec }: Pod, name: string): string | undefined {
  switch (name) {
    case `${ACCOUNT}/namespace`:
      return metadata.namespace ?? ''
    case `${ACCOUNT}/token`:
      return `simulated-token-of-${(spec['serviceAccountName'] as string | undefined) ?? 'default'}`
    case `${ACCOUNT}/ca.crt`:
      return '-----BEGIN CERTIFICATE-----\nsimulated\n-----END CERTIFICATE-----\n'
    default:
      return undefined
  }
}

/**
 * As the container runtime writes what the kubelet says: search, nameservers, options.
 * containerd internal/cri/server/sandbox_run_linux.go parseDNSOptions (2.1); k8s pkg/kubelet/network/dns/dns.go (v1.36)
 */
function resolvConf(place: Place, cluster: Cluster): string {
  const client = clientAt(place, cluster)
  if (!client) return ''
  const { search, server, asks, ndots } = cluster.resolver(client)
  const config = (podOf(place, cluster)?.spec.dnsConfig ?? {}) as {
    nameservers?: readonly string[]
    options?: readonly { name?: string; value?: string }[]
  }
  const servers = asks === 'nobody' ? [] : [server || '192.0.2.53', ...(config.nameservers ?? [])]
  const options = (config.options ?? [])
    .filter((o) => o.name && o.name !== 'ndots')
    .map((o) => (o.value === undefined ? o.name : `${o.name}:${o.value}`))
  if (ndots !== 1) options.unshift(`ndots:${ndots}`)
  return [
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...[...new Set(servers)].slice(0, 3).map((s) => `nameserver ${s}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

const LOCAL = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n'
const PREFIXES = 'fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n'

/** k8s pkg/kubelet/kubelet_pods.go managedHostsFileContent, nodeHostsFileContent (v1.36) */
function hosts(place: Place, cluster: Cluster): string {
  const pod = podOf(place, cluster)
  if (!pod) return place.type === 'client' ? `# Kubernetes-managed hosts file.\n${LOCAL}${PREFIXES}` : LOCAL
  const aliases = aliasesOf(pod)
  if (pod.spec.hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${LOCAL}${aliases}`
  const own = cluster
    .resolver(clientAt(place, cluster)!)
    .hosts.filter((h) => pod.status?.podIPs?.some((i) => i.ip === h.ip) && !h.names.includes('localhost'))
    .filter((h, i, all) => all.findIndex((x) => x.ip === h.ip) === i)
  return `# Kubernetes-managed hosts file.\n${LOCAL}${PREFIXES}${own.map((h) => `${h.ip}\t${h.names.join('\t')}\n`).join('')}${aliases}`
}

function aliasesOf(pod: Pod): string {
  const aliases = (pod.spec['hostAliases'] ?? []) as readonly { ip?: string; hostnames?: readonly string[] }[]
  if (aliases.length === 0) return ''
  return `\n# Entries added by HostAliases.\n${aliases.map((a) => `${a.ip ?? ''}\t${(a.hostnames ?? []).join('\t')}\n`).join('')}`
}
