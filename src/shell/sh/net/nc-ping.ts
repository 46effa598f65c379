import type { ClientSpec } from '../../../engine/index.ts'
import { familiesOf, familyOf, inRanges, isIP, type Pod, type Service } from '../../../model/index.ts'
import { readAll } from '../input.ts'
import { addressesAt } from '../place.ts'
import { err, out, type Process } from '../shell-event.ts'
import { ASKING, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { lastOf, options } from '../tools/options.ts'
import { pauseUntil } from '../tools/pause.ts'
import { httpAnswer } from './answers.ts'
import { lookUp } from './lookup.ts'
import { PORT_NAMES } from './port-names.ts'
import { asker, bracketed, dialled, send } from './send.ts'

const NC_USAGE = `usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
	  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
	  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
	  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
	  [destination] [port]
`

/** Numbers, ranges, and names of /etc/services; a text says what is wrong. netcat.c build_ports, strtoport */
function portsOf(words: string, protocol: 'tcp' | 'udp'): readonly number[] | string {
  const one = (text: string): number | string => {
    const named = Object.entries(PORT_NAMES).find(([, name]) => name === text)
    if (/^\d+$/.test(text)) {
      const n = Number(text)
      return n > 65_535 ? `port number too large: ${text}` : n < 1 ? `port number too small: ${text}` : n
    }
    if (!named) return `port number invalid: ${text}`
    return named[0].endsWith(protocol) ? Number.parseInt(named[0], 10) : `service "${text}" unknown`
  }
  const [, from, to] = /^(\d+)-(\d+)$/.exec(words) ?? []
  const [first, last] = [one(from ?? words), one(to ?? from ?? words)]
  if (typeof first === 'string') return first
  if (typeof last === 'string') return last
  const [low, high] = first <= last ? [first, last] : [last, first]
  if (high - low > 1000) return `${words}: at most a thousand ports at a time are simulated`
  return Array.from({ length: high - low + 1 }, (_, i) => low + i)
}

/** nc, as OpenBSD has it. netcat-openbsd 1.228 netcat.c */
function* nc(c: ToolContext): Process {
  const o = options(c.args, 'zvunw:46lkNhq:i:p:s:dtC')
  if (o.on.has('h')) {
    yield err(`OpenBSD netcat\n${NC_USAGE}`)
    return 0
  }
  if (o.on.has('l'))
    return yield* misuse(c, 'nothing can be made to listen from here: say so in the pod (fairlead.dev/listen)')
  const [host, words] = o.rest
  if (o.problem || host === undefined) {
    yield err(`${o.problem ? `nc: ${o.problem}\n` : ''}${NC_USAGE}`)
    return 1
  }
  if (words === undefined) return yield* misuse(c, 'missing port number')
  const protocol = o.on.has('u') ? 'udp' : 'tcp'
  const ports = portsOf(words, protocol)
  if (typeof ports === 'string') return yield* misuse(c, ports)
  const waits = lastOf(o, 'w')
  if (waits !== undefined && !/^\d+$/.test(waits)) return yield* misuse(c, `timeout invalid: ${waits}`)
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  const unknown = (port: number) => `getaddrinfo for host "${host}" port ${port}: Name does not resolve`
  if (o.on.has('n') && !isIP(host)) return yield* misuse(c, unknown(ports[0]!))
  const family = o.on.has('4') ? 'IPv4' : o.on.has('6') ? 'IPv6' : undefined
  const target = family === undefined ? host : lookUp(c, client, host)?.addresses.find((ip) => familyOf(ip) === family)
  if (target === undefined) return yield* misuse(c, unknown(ports[0]!))
  const timeout = Number(waits ?? 0) > 0 ? Number(waits) * 1000 : undefined
  if (!o.on.has('z') && !c.input.terminal && protocol === 'tcp') {
    const asked = /^[A-Z]+ (\/\S*) HTTP\/1/.exec(yield* readAll(c.input))
    if (asked) return yield* typedRequest(c, client, `http://${bracketed(target)}:${ports[0]}${asked[1]}`, timeout)
  }
  let status = 1
  for (const port of ports) {
    // a UDP probe waits a second for a refusal
    const limit = protocol === 'udp' ? { timeout: timeout ?? 1000 } : { timeout, connectTimeout: timeout }
    const trace = yield* send(c, client, { url: `${protocol}://${bracketed(target)}:${port}`, ...limit })
    if (trace.outcome === 'name not found' || trace.outcome === 'bad url') return yield* misuse(c, unknown(port))
    const address = dialled(trace).at(-1)?.address ?? host
    const shown = isIP(host) ? host : `${host} (${address})`
    const open = trace.outcome === 'answered' || (trace.outcome === 'timed out' && (trace.server || protocol === 'udp'))
    if (open) {
      status = 0
      const name = (o.on.has('n') ? undefined : PORT_NAMES[`${port}/${protocol}`]) ?? '*'
      if (o.on.has('v')) yield err(`Connection to ${shown} ${port} port [${protocol}/${name}] succeeded!\n`)
      continue
    }
    if (!o.on.has('v') || protocol === 'udp') continue
    const late = trace.outcome === 'timed out'
    const mine = late && timeout !== undefined && trace.took >= timeout - 1
    const why = mine
      ? 'timed out: Operation in progress'
      : `failed: ${late ? 'Operation timed out' : 'Connection refused'}`
    yield err(`nc: connect to ${shown} port ${port} (${protocol}) ${why}\n`)
  }
  if (status === 0 && !o.on.has('z'))
    yield err('# the connection is open; nc carries no data here: curl shows what is answered\n')
  return status
}

/** telnet, as busybox has it: whether a port opens. busybox networking/telnet.c (1.37) */
function* telnet(c: ToolContext): Process {
  const [host, words = '23'] = c.args.filter((a) => !a.startsWith('-'))
  if (host === undefined) return yield* misuse(c, 'use: telnet HOST [PORT]')
  const [port] = [portsOf(words, 'tcp')].flat()
  if (typeof port !== 'number') return yield* misuse(c, `bad port '${words}'`)
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more')
  const trace = yield* send(c, client, { url: `tcp://${bracketed(host)}:${port}` })
  if (trace.outcome === 'name not found' || trace.outcome === 'bad url')
    return yield* misuse(c, `bad address '${host}'`)
  const address = dialled(trace).at(-1)?.address ?? host
  if (trace.outcome === 'answered' || trace.server) {
    yield out(`Connected to ${host}\n`)
    yield err('# the connection is open; telnet carries no data here: curl shows what is answered\n')
    return 0
  }
  const why = trace.outcome === 'timed out' ? 'Operation timed out' : 'Connection refused'
  return yield* misuse(c, `can't connect to remote host (${address}): ${why}`)
}

/** A request that was written by hand: `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc web 80`. */
function* typedRequest(c: ToolContext, client: ClientSpec, url: string, timeout: number | undefined): Process {
  const trace = yield* send(c, client, { url, timeout, connectTimeout: timeout })
  if (trace.outcome !== 'answered') return 1
  const answer = httpAnswer(c, trace)
  const head = [`HTTP/1.1 ${answer.status} ${answer.reason}`, ...answer.headers.map((h) => h.join(': ')), '']
  yield out(head.map((line) => `${line}\n`).join('') + answer.body)
  return 0
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

const PING_USAGE = `
Usage
  ping [options] <destination>

Options:
  <destination>      DNS name or IP address
  -4                 use IPv4
  -6                 use IPv6
  -c <count>         stop after <count> replies
  -i <interval>      seconds between sending each packet
  -n                 no reverse DNS name resolution
  -q                 quiet output
  -s <size>          use <size> as number of data bytes to be sent
  -t <ttl>           define time to live
  -w <deadline>      reply wait <deadline> in seconds
  -W <timeout>       time to wait for response
`

const LARGEST = '9223372036854775807'

/** A number of a flag of ping; a text says what is wrong. iputils iputils_common.c strtol_or_err */
function pingNumber(text: string | undefined, otherwise: number, least: number, whole: boolean): number | string {
  if (text === undefined) return otherwise
  if (!(whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/).test(text)) return `invalid argument: '${text}'`
  const n = Number(text)
  return whole && n < least ? `invalid argument: '${text}': out of range: ${least} <= value <= ${LARGEST}` : n
}

/** ping, as iputils has it. iputils ping/ping.c, ping_common.c (20240905) */
function* ping(c: ToolContext): Process {
  const o = options(c.args, 'c:i:W:w:qn46s:t:I:vADOUV')
  if (o.on.has('V')) {
    yield out('ping from iputils 20240905\n')
    return 0
  }
  if (o.problem) {
    yield err(`ping: ${o.problem}\n${PING_USAGE}`)
    return 2
  }
  const [name] = o.rest
  if (name === undefined) return yield* misuse(c, 'usage error: Destination address required', 1)
  const numbers = {
    count: pingNumber(lastOf(o, 'c'), Number.POSITIVE_INFINITY, 1, true),
    size: pingNumber(lastOf(o, 's'), 56, 0, true),
    interval: pingNumber(lastOf(o, 'i'), 1, 0, false),
    linger: pingNumber(lastOf(o, 'W'), 10, 0, false),
    deadline: pingNumber(lastOf(o, 'w'), Number.POSITIVE_INFINITY, 0, true),
  }
  for (const said of Object.values(numbers)) if (typeof said === 'string') return yield* misuse(c, said, 1)
  const { count, size, interval, linger, deadline } = numbers as Readonly<Record<keyof typeof numbers, number>>
  const client = asker(c)
  if (!client) return yield* misuse(c, 'this place has no address any more', 2)
  const wanted = o.on.has('6') || c.name === 'ping6' ? 'IPv6' : o.on.has('4') ? 'IPv4' : undefined
  const found = lookUp(c, client, name)
  const address = found?.addresses.find((ip) => wanted === undefined || familyOf(ip) === wanted)
  if (!found || address === undefined) return yield* misuse(c, `${name}: Name does not resolve`, 2)
  if (!familiesOf(c.cluster.config).includes(familyOf(address)) && address !== '::1')
    return yield* misuse(c, 'connect: Network unreachable', 2)
  const until = c.cluster.now + deadline * 1000
  const version = familyOf(address) === 'IPv6'
  const title = isIP(name) ? name : found.name
  // who was named is shown by the name that belongs to the address
  const reverse =
    isIP(name) || o.on.has('n') ? undefined : c.cluster.resolve(client, address, 'PTR', false).records[0]?.data
  const from = reverse === undefined ? address : `${reverse.replace(/\.$/, '')} (${address})`
  yield out(`PING ${title} (${address}) ${size}${version ? ' data bytes' : `(${size + 28}) bytes of data.`}\n`)
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
          `${size + 8} bytes from ${from}: icmp_seq=${sent + 1} ttl=${64 - echo.hops} time=${time < 1 ? time.toFixed(3) : time < 10 ? time.toFixed(2) : time.toFixed(1)} ms\n`,
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
    const pause = lastOne
      ? echo.answers || echo.refusedBy !== undefined
        ? 1
        : Math.max(10, linger * 1000)
      : Math.max(10, interval * 1000)
    yield* pauseUntil(c, Math.min(until, at + pause))
    if (c.cluster.now <= before) break
  }
  const received = times.length
  const loss = sent === 0 ? 0 : ((sent - received) * 100) / sent
  const lost = Number.isInteger(loss) ? String(loss) : loss.toPrecision(6).replace(/0+$/, '')
  yield out(
    `\n--- ${title} ping statistics ---\n${sent} packets transmitted, ${received} received, ${errors > 0 ? `+${errors} errors, ` : ''}${lost}% packet loss, time ${Math.round(lastAt - first)}ms\n`,
  )
  if (received > 0) {
    const mean = times.reduce((a, b) => a + b, 0) / received
    const deviation = Math.sqrt(Math.max(0, times.reduce((a, b) => a + b * b, 0) / received - mean * mean))
    const shown = [Math.min(...times), mean, Math.max(...times), deviation].map((n) => n.toFixed(3))
    yield out(`rtt min/avg/max/mdev = ${shown.join('/')} ms\n`)
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
    name: 'telnet',
    summary: 'does a port open? telnet HOST PORT',
    at: ASKING,
    run: telnet,
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
