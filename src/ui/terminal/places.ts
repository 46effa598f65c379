import {
  type KObject,
  type ObjectKey,
  type Pod,
  type ShellPlace,
  splitKey,
  WORKSTATION_PLACE,
} from '../../model/index.ts'
import type { Mirror, OpenTerminal } from '../../session/index.ts'
import { shortName } from '../why/index.ts'

type Known = Pick<Mirror, 'objects' | 'services' | 'config'>

/** What a terminal is called: after the place that its shell begins at. */
export function titleOf(place: ShellPlace): string {
  if (place === WORKSTATION_PLACE) return 'lab'
  if (!place.includes('/')) return place
  if (place.startsWith('client/')) return place.slice('client/'.length)
  const { namespace, name } = splitKey(place)
  return shortName(namespace, name)
}

/** Titles of terminals, by id; those that are alike are numbered. */
export function titlesOf(open: readonly OpenTerminal[]): ReadonlyMap<string, string> {
  const used = new Map<string, number>()
  const titles = new Map<string, string>()
  for (const { id, place } of open) {
    const title = titleOf(place)
    const nth = (used.get(title) ?? 0) + 1
    used.set(title, nth)
    titles.set(id, nth === 1 ? title : `${title} ${nth}`)
  }
  return titles
}

/** Pods in which a shell can be opened, by name. */
export function podsWithShell(objects: ReadonlyMap<ObjectKey, KObject>): readonly ObjectKey[] {
  const pods: ObjectKey[] = []
  for (const [key, object] of objects) if (object.kind === 'Pod' && isRunning(object as Pod)) pods.push(key)
  return pods.sort()
}

const isRunning = (pod: Pod): boolean => pod.status?.phase === 'Running' && !pod.metadata.deletionTimestamp

/** A Service that answers by its name, to try things on: one of the namespace with a port and an address. */
function exampleUrl({ objects, services }: Pick<Mirror, 'objects' | 'services'>, from: string): string | undefined {
  let found: string | undefined
  for (const { key, ports } of services.values()) {
    const { namespace, name } = splitKey(key)
    if (name === 'kubernetes' || objects.get(key)?.spec === undefined) continue
    const port = ports[0]
    if (port?.protocol !== 'TCP') continue
    const host = namespace === from ? name : `${name}.${namespace}`
    const url = urlOf(host, port.port)
    if (namespace === from) return url
    found ??= url
  }
  return found
}

/** The pod that one would ask from: one that runs for that, else any. */
function examplePod(pods: readonly ObjectKey[]): ObjectKey | undefined {
  const plain = pods.filter((key) => splitKey(key).namespace === 'default')
  const asks = (key: ObjectKey) => /client|debug|tool|shell|curl|netshoot|busybox/.test(splitKey(key).name)
  return plain.find(asks) ?? plain[0] ?? pods.find(asks) ?? pods[0]
}

/** A way in from outside: a load balancer's address, or a node's port. */
function urlFromOutside({ services, config }: Pick<Mirror, 'services' | 'config'>): string | undefined {
  const node = config.nodes[0]?.internalIP
  for (const { ports, balancer } of services.values()) {
    const port = ports.find(({ protocol }) => protocol === 'TCP')
    if (!port) continue
    if (balancer[0] !== undefined) return urlOf(balancer[0], port.port)
    if (port.nodePort !== undefined && node !== undefined) return urlOf(node, port.nodePort)
  }
  return undefined
}

const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}${port === 80 ? '' : `:${port}`}`

/** Lines worth trying in a terminal in which nothing was typed yet, made from what the cluster holds. */
export function suggestedLines(mirror: Known, place: ShellPlace): readonly string[] {
  if (place === WORKSTATION_PLACE) return fromTheLab(mirror)
  if (place.startsWith('Node/')) {
    const rules =
      mirror.config.proxyMode === 'nftables' ? 'nft list table ip kube-proxy' : 'iptables -t nat -L KUBE-SERVICES'
    return ['ip route', rules, 'conntrack -L']
  }
  if (place === 'outside') {
    const url = urlFromOutside(mirror)
    return url === undefined ? ['help'] : [`curl -sv ${url}`, 'help']
  }
  const url = exampleUrl(mirror, place.startsWith('Pod/') ? splitKey(place).namespace : 'default')
  if (url === undefined) return ['cat /etc/resolv.conf', 'env', 'help']
  const host = url.replace(/^http:\/\//, '').replace(/:\d+$/, '')
  return [`curl -sv ${url}`, `nslookup ${host}`, 'cat /etc/resolv.conf']
}

function fromTheLab(mirror: Known): readonly string[] {
  const lines = ['kubectl get pods,svc,endpointslices']
  const pod = examplePod(podsWithShell(mirror.objects))
  if (pod === undefined) return [...lines, 'kubectl run client --image=nicolaka/netshoot', 'help']
  const { namespace, name } = splitKey(pod)
  const of = namespace === 'default' ? name : `${name} -n ${namespace}`
  lines.push(`kubectl exec -it ${of} -- sh`)
  const url = exampleUrl(mirror, namespace)
  if (url !== undefined) lines.push(`kubectl exec ${of} -- curl -s ${url}`)
  return lines
}
