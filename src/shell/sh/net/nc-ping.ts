import type { ClientSpec } from '../../../engine/index.ts'
import { familiesOf, familyOf, inRanges, isIP, type Pod, type Service } from '../../../model/index.ts'
import { addressesAt } from '../place.ts'
import { err, out, type Process } from '../shell-event.ts'
import { ASKING, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { lastOf, options } from '../tools/options.ts'
import { pauseUntil } from '../tools/pause.ts'
import { lookUp } from './lookup.ts'
import { asker, bracketed, dialled, send } from './send.ts'

/** /etc/services, as far as people meet it. */
const PORT_NAMES: Readonly<Record<string, string>> = {
  '22/tcp': 'ssh',
  '25/tcp': 'smtp',
  '53/tcp': 'domain',
  '53/udp': 'domain',
  '80/tcp': 'http',
  '443/tcp': 'https',
  '443/udp': 'https',
  '3306/tcp': 'mysql',
  '5432/tcp': 'postgresql',
  '6379/tcp': 'redis',
  '8080/tcp': 'http-alt',
  '27017/tcp': 'mongodb',
}

/** nc, as OpenBSD has it. netcat-openbsd 1.228 netcat.c */
function* nc(c: ToolContext): Process {
  const o = options(c.args, 'zvunw:46lkN')
  if (o.problem) return yield* misuse(c, o.problem)
  if (o.on.has('l'))
    return yield* misuse(c, 'nothing can be made to listen from here: say so in the pod (fairlead.dev/listen)')
  const [host, ports] = o.rest
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(ports ?? '') ?? []
  if (host === undefined || first === undefined)
    return yield* misuse(c, 'use: nc -zv [-u] [-w SECONDS] HOST PORT[-PORT]')
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  const seconds = Number(lastOf(o, 'w') ?? 0)
  const timeout = seconds > 0 ? seconds * 1000 : undefined
  const protocol = o.on.has('u') ? 'udp' : 'tcp'
  const to = Math.min(Number(last ?? first), Number(first) + 100)
  let status = 0
  for (let port = Number(first); port <= to; port++) {
    // a UDP probe waits a second for a refusal
    const limit = protocol === 'udp' ? { timeout: timeout ?? 1000 } : { timeout, connectTimeout: timeout }
    const trace = yield* send(c, client, { url: `${protocol}://${bracketed(host)}:${port}`, ...limit })
    if (trace.outcome === 'name not found' || trace.outcome === 'bad url')
      return yield* misuse(c, `getaddrinfo for host "${host}" port ${port}: Name does not resolve`)
    const address = dialled(trace).at(-1)?.address ?? host
    const shown = isIP(host) ? host : `${host} (${address})`
    const open = trace.outcome === 'answered' || (trace.outcome === 'timed out' && (trace.server || protocol === 'udp'))
    if (open) {
      const name = PORT_NAMES[`${port}/${protocol}`] ?? '*'
      if (o.on.has('v')) yield err(`Connection to ${shown} ${port} port [${protocol}/${name}] succeeded!\n`)
      continue
    }
    status = 1
    if (!o.on.has('v') || protocol === 'udp') continue
    const late = trace.outcome === 'timed out'
    const mine = late && timeout !== undefined && trace.took >= timeout - 1
    const why = mine
      ? 'timed out: Operation in progress'
      : `failed: ${late ? 'Operation timed out' : 'Connection refused'}`
    yield err(`nc: connect to ${shown} port ${port} (${protocol}) ${why}\n`)
  }
  if (status === 0 && !o.on.has('z') && o.on.size === 0)
    yield err('# the connection is open; nc carries no data here: curl shows what is answered\n')
  return status
}

/** Who has an address, for packets that no port is asked of. */
interface Echo {
  readonly answers: boolean
  /** Hops on the way. */
  readonly hops: number
  readonly way: number
  /** Somebody sends it back as unreachable. */
  readonly refusedBy?: string
  /** Why nobody answers. */
  readonly why?: string
}

const SILENT = { answers: false, hops: 0, way: 0 } as const

/**
 * ICMP: nothing of kube-proxy rewrites it. Pods and nodes answer at their own addresses; a cluster IP is nobody's: in iptables mode the
 * packet leaves the node and is lost, in nftables mode the node rejects it (chain cluster-ips-check).
 * k8s pkg/proxy/nftables/proxier.go (v1.36); docs reference/networking/virtual-ips
 */
function echoOf(c: ToolContext, client: ClientSpec, address: string): Echo {
  const { cluster } = c
  const own = addressesAt(c.place, cluster)
  if (own.includes(address) || address.startsWith('127.') || address === '::1')
    return { answers: true, hops: 0, way: 0.04 }
  const services = cluster.list<Service>('Service')
  const ofCluster = services.find((s) => (s.spec.clusterIPs ?? [s.spec.clusterIP]).includes(address))
  const from = client.from
  const node = cluster.config.nodes.find((n) => n.internalIP === address || n.secondaryIP === address)
  if (node)
    return {
      answers: true,
      hops: client.node === node.name ? 0 : 1,
      way: from === 'internet' ? 16 : client.node === node.name ? 0.05 : 0.4,
    }
  if (ofCluster || inRanges(cluster.config.serviceCIDR, address)) {
    const name = ofCluster
      ? `the cluster IP of Service ${ofCluster.metadata.namespace}/${ofCluster.metadata.name}`
      : 'in the range of the cluster IPs'
    const why = `${address} is ${name}: no machine has it. Only TCP and UDP to the Service's ports are rewritten; try nc -zv or curl.`
    if (from === 'internet') return { ...SILENT, why: `${why} And from outside no way leads there.` }
    if (ofCluster && cluster.config.proxyMode === 'nftables' && client.node !== undefined)
      return { ...SILENT, refusedBy: gatewayOf(c, client, address), why }
    return { ...SILENT, why }
  }
  const pod = cluster
    .list<Pod>('Pod')
    .find((p) => (p.status?.podIPs ?? []).some((i) => i.ip === address) && p.status?.phase === 'Running')
  if (pod) {
    if (from === 'internet')
      return { ...SILENT, why: `${address} is the address of a pod: from outside no way leads there.` }
    const same = pod.spec.nodeName === client.node
    return { answers: true, hops: same ? (from === 'node' ? 0 : 1) : from === 'node' ? 1 : 2, way: same ? 0.08 : 0.5 }
  }
  const balancer = services.find((s) => s.status?.loadBalancer?.ingress?.some((i) => i.ip === address))
  if (balancer)
    return {
      ...SILENT,
      why: `${address} is the address of a load balancer: it takes the ports of Service ${balancer.metadata.namespace}/${balancer.metadata.name}, and no ping.`,
    }
  if (inRanges(cluster.config.podCIDR, address))
    return { ...SILENT, why: `${address} is an address for pods, and no pod has it.` }
  const declared = Object.values(cluster.config.externalNames).some((ips) =>
    ips.split(',').some((ip) => ip.trim() === address),
  )
  return declared ? { answers: true, hops: 8, way: 16 } : SILENT
}

/** The address under which the node speaks to who is on it. */
function gatewayOf(c: ToolContext, client: ClientSpec, to: string): string {
  const node = c.cluster.config.nodes.find((n) => n.name === client.node)
  if (client.from !== 'pod') return node?.internalIP ?? client.address
  return familyOf(to) === 'IPv4' ? client.address.replace(/\.\d+$/, '.1') : client.address.replace(/[^:]*$/, '1')
}

/** ping, as iputils has it. iputils ping/ping.c, ping_common.c (20240905) */
function* ping(c: ToolContext): Process {
  const o = options(c.args, 'c:i:W:w:qn46s:t:I:')
  if (o.problem) return yield* misuse(c, o.problem, 2)
  const [name] = o.rest
  if (name === undefined) return yield* misuse(c, 'usage error: Destination address required', 1)
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more', 2)
  const wanted = o.on.has('6') || c.name === 'ping6' ? 'IPv6' : o.on.has('4') ? 'IPv4' : undefined
  const found = lookUp(c, client, name)
  const address = found?.addresses.find((ip) => wanted === undefined || familyOf(ip) === wanted)
  if (address === undefined) return yield* misuse(c, `${name}: Name does not resolve`, 2)
  if (!familiesOf(c.cluster.config).includes(familyOf(address)) && address !== '::1')
    return yield* misuse(c, 'connect: Network unreachable', 2)
  const count = Number(lastOf(o, 'c') ?? Number.POSITIVE_INFINITY)
  const every = Math.max(0.01, Number(lastOf(o, 'i') ?? 1)) * 1000
  const linger = Math.max(0.01, Number(lastOf(o, 'W') ?? 10)) * 1000
  const until = lastOf(o, 'w') === undefined ? Number.POSITIVE_INFINITY : c.cluster.now + Number(lastOf(o, 'w')) * 1000
  if (!(count >= 1)) return yield* misuse(c, `invalid argument: '${lastOf(o, 'c')}'`, 1)
  const version = familyOf(address) === 'IPv6'
  yield out(`PING ${name} (${address}) 56${version ? ' data bytes' : '(84) bytes of data.'}\n`)
  const first = c.cluster.now
  const times: number[] = []
  let [sent, said, errors, lastAt] = [0, false, 0, first]
  for (; sent < count && c.cluster.now < until; sent++) {
    const echo = echoOf(c, client, address)
    const at = c.cluster.now
    lastAt = at
    if (echo.answers) {
      const time = echo.way * (0.9 + ((sent * 7) % 5) / 20)
      times.push(time)
      if (!o.on.has('q'))
        yield out(
          `64 bytes from ${address}: icmp_seq=${sent + 1} ttl=${64 - echo.hops} time=${time < 1 ? time.toFixed(3) : time < 10 ? time.toFixed(2) : time.toFixed(1)} ms\n`,
        )
    } else if (echo.refusedBy !== undefined) {
      errors++
      if (!o.on.has('q')) yield out(`From ${echo.refusedBy} icmp_seq=${sent + 1} Destination Port Unreachable\n`)
    }
    if (!echo.answers && echo.why !== undefined && !said) {
      said = true
      yield err(`# ${echo.why}\n`)
    }
    const lastOne = sent + 1 >= count
    const before = c.cluster.now
    yield* pauseUntil(
      c,
      Math.min(until, at + (lastOne ? (echo.answers || echo.refusedBy !== undefined ? 1 : linger) : every)),
    )
    if (c.cluster.now <= before) break
  }
  const received = times.length
  const loss = sent === 0 ? 0 : ((sent - received) * 100) / sent
  const lost = Number.isInteger(loss) ? String(loss) : loss.toPrecision(6).replace(/0+$/, '')
  yield out(
    `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} received, ${errors > 0 ? `+${errors} errors, ` : ''}${lost}% packet loss, time ${Math.round(lastAt - first)}ms\n`,
  )
  if (received > 0) {
    const mean = times.reduce((a, b) => a + b, 0) / received
    const deviation = Math.sqrt(Math.max(0, times.reduce((a, b) => a + b * b, 0) / received - mean * mean))
    const numbers = [Math.min(...times), mean, Math.max(...times), deviation].map((n) => n.toFixed(3))
    yield out(`rtt min/avg/max/mdev = ${numbers.join('/')} ms\n`)
  } else yield out('\n')
  return received > 0 ? 0 : 1
}

export const NC_PING: readonly Tool[] = [
  {
    name: 'nc',
    aliases: ['netcat'],
    summary: 'is a port open? nc -zv [-u] [-w SECONDS] HOST PORT',
    at: ASKING,
    flags: ['-z', '-v', '-u', '-w'],
    run: nc,
  },
  {
    name: 'ping',
    aliases: ['ping6'],
    summary: 'does an address answer ICMP? ping -c 3 ADDRESS',
    at: ASKING,
    flags: ['-c', '-i', '-W'],
    run: ping,
  },
]
