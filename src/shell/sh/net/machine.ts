import {
  blockText,
  familyOf,
  ipAfter,
  type Node,
  nodePodRange,
  type Pod,
  parseBlock,
  rangesOf,
  type Service,
} from '../../../model/index.ts'
import { addressesAt, clientAt, hostName, podOf } from '../place.ts'
import { err, out, type Process } from '../shell-event.ts'
import { NETWORKED, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { options } from '../tools/options.ts'

/** ip, ss, hostname, env, ps: what the machine says of itself. */

/** Processes in their node's network see the node's devices. */
function machineNode(c: ToolContext): string | undefined {
  if (c.place.type === 'node') return c.place.node
  const pod = podOf(c.place, c.cluster)
  return pod?.spec.hostNetwork ? pod.spec.nodeName : undefined
}

const hex = (n: number): string => n.toString(16).padStart(2, '0')
/** CNI plugins make a hardware address of the IPv4 address. containernetworking/plugins pkg/utils/hwaddr */
const mac = (ip: string, prefix: string): string =>
  ip.includes('.')
    ? `${prefix}:${ip
        .split('.')
        .map((n) => hex(Number(n)))
        .join(':')}`
    : `${prefix}:00:00:00:02`

interface Device {
  readonly name: string
  readonly peer?: string
  readonly addresses: readonly { readonly ip: string; readonly bits: number }[]
  readonly mac: string
}

function devicesOf(c: ToolContext): Device[] {
  const { cluster } = c
  const node = machineNode(c)
  if (node !== undefined) {
    const index = cluster.config.nodes.findIndex((n) => n.name === node)
    const config = cluster.config.nodes[index]
    if (!config) return []
    const own = [config.internalIP, ...(config.secondaryIP === undefined ? [] : [config.secondaryIP])]
    const bridge = rangesOf(cluster.config.podCIDR).flatMap((range) => {
      const block = parseBlock(nodePodRange(cluster.config.podCIDR, familyOf(range), index) ?? '')
      return block ? [{ ip: ipAfter(blockText(block).split('/')[0]!, 1), bits: block.bits }] : []
    })
    return [
      {
        name: 'eth0',
        addresses: own.map((ip) => ({ ip, bits: familyOf(ip) === 'IPv4' ? 16 : 64 })),
        mac: mac(config.internalIP, '02:42'),
      },
      { name: 'cni0', addresses: bridge, mac: mac(bridge[0]?.ip ?? '', '0a:58') },
    ]
  }
  const own = addressesAt(c.place, cluster)
  const inPods = c.place.type !== 'outside'
  return [
    {
      name: 'eth0',
      ...(inPods && { peer: '@if7' }),
      addresses: own.map((ip) => ({ ip, bits: familyOf(ip) === 'IPv4' ? 24 : 64 })),
      mac: mac(own[0] ?? '', inPods ? '0a:58' : '02:42'),
    },
  ]
}

const hasIPv6 = (c: ToolContext) => rangesOf(c.cluster.config.podCIDR).some((r) => familyOf(r) === 'IPv6')

/** ip, as iproute2 has it: addr, route. iproute2 ip/ipaddress.c, iproute.c (6.15) */
function* ip(c: ToolContext): Process {
  const words = c.args.filter((a) => !a.startsWith('-'))
  const flags = c.args.filter((a) => a.startsWith('-'))
  const [object = '', verb = 'show'] = words
  const family = flags.includes('-6') ? 'IPv6' : flags.includes('-4') ? 'IPv4' : undefined
  const is = (name: string, least: number) => object.length >= least && name.startsWith(object)
  if (object !== '' && !'show'.startsWith(verb) && !'list'.startsWith(verb) && verb !== 'get')
    return yield* misuse(c, 'devices and routes cannot be changed here')
  if (is('address', 1)) {
    yield out(addressText(c, family, flags.includes('-br') || flags.includes('-brief')))
    return 0
  }
  if (is('link', 1)) {
    for (const [i, device] of devicesOf(c).entries())
      yield out(
        `${i + 2}: ${device.name}${device.peer ?? ''}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n    link/ether ${device.mac} brd ff:ff:ff:ff:ff:ff\n`,
      )
    return 0
  }
  if (is('route', 1)) {
    if (verb === 'get') return yield* misuse(c, 'ip route get is not there; ip route is')
    yield out(
      routes(c, family ?? 'IPv4')
        .map((line) => `${line}\n`)
        .join(''),
    )
    return 0
  }
  return yield* misuse(c, 'ip addr and ip route are there', 255)
}

function addressText(c: ToolContext, family: string | undefined, brief: boolean): string {
  const lines: string[] = []
  const loopback: Device = {
    name: 'lo',
    mac: '00:00:00:00:00:00',
    addresses: [{ ip: '127.0.0.1', bits: 8 }, ...(hasIPv6(c) ? [{ ip: '::1', bits: 128 }] : [])],
  }
  for (const [i, device] of [loopback, ...devicesOf(c)].entries()) {
    const isLoopback = device.name === 'lo'
    const shown = device.addresses.filter((a) => family === undefined || familyOf(a.ip) === family)
    if (brief) {
      lines.push(
        `${`${device.name}${device.peer ?? ''}`.padEnd(16)} ${(isLoopback ? 'UNKNOWN' : 'UP').padEnd(14)} ${shown.map((a) => `${a.ip}/${a.bits} `).join('')}`,
      )
      continue
    }
    lines.push(
      isLoopback
        ? '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000'
        : `${i + 1}: ${device.name}${device.peer ?? ''}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000`,
      isLoopback
        ? '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00'
        : `    link/ether ${device.mac} brd ff:ff:ff:ff:ff:ff${device.peer === undefined ? '' : ' link-netnsid 0'}`,
    )
    for (const { ip: address, bits } of shown) {
      const v4 = familyOf(address) === 'IPv4'
      const scope = isLoopback ? 'scope host' : 'scope global'
      const block = v4 && !isLoopback ? parseBlock(`${address}/${bits}`) : undefined
      const broadcast = block ? ` brd ${ipAfter(blockText(block).split('/')[0]!, block.last - block.first)}` : ''
      lines.push(
        `    ${v4 ? 'inet' : 'inet6'} ${address}/${bits}${broadcast} ${scope} ${v4 ? device.name : ''}`,
        '       valid_lft forever preferred_lft forever',
      )
    }
  }
  return lines.map((line) => `${line}\n`).join('')
}

function routes(c: ToolContext, family: 'IPv4' | 'IPv6'): string[] {
  const devices = devicesOf(c)
  const lines: string[] = []
  const primary = devices[0]?.addresses.find((a) => familyOf(a.ip) === family)
  if (primary) {
    const block = parseBlock(`${primary.ip}/${primary.bits}`)!
    lines.push(`default via ${ipAfter(blockText(block).split('/')[0]!, 1)} dev eth0 `)
  }
  for (const { name, addresses } of devices)
    for (const { ip: address, bits } of addresses) {
      if (familyOf(address) !== family) continue
      lines.push(`${blockText(parseBlock(`${address}/${bits}`)!)} dev ${name} proto kernel scope link src ${address} `)
    }
  const node = machineNode(c)
  if (node === undefined) return lines
  for (const [i, other] of c.cluster.config.nodes.entries()) {
    const range = nodePodRange(c.cluster.config.podCIDR, family, i)
    const via = [other.internalIP, other.secondaryIP ?? ''].find((a) => a !== '' && familyOf(a) === family)
    if (other.name !== node && range !== undefined && via !== undefined) lines.push(`${range} via ${via} dev eth0 `)
  }
  const [first, ...rest] = lines
  return [first!, ...rest.sort()]
}

interface Socket {
  readonly protocol: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
}

/** kube-proxy's own health check. k8s pkg/cluster/ports/ports.go ProxyHealthzPort (v1.36) */
const PROXY_HEALTH_PORT = 10256

function socketsOf(c: ToolContext): { sockets: Socket[]; unknown: boolean } {
  const sockets: Socket[] = []
  let unknown = false
  const ofPod = (pod: Pod) => {
    const listening = c.cluster.listening(pod)
    if (listening.unknown) unknown = true
    for (const l of listening.listeners)
      if (l.protocol !== 'SCTP')
        sockets.push({
          protocol: l.protocol === 'UDP' ? 'udp' : 'tcp',
          address: l.address === 'loopback' ? '127.0.0.1' : '0.0.0.0',
          port: l.port,
        })
  }
  const node = machineNode(c)
  const pod = podOf(c.place, c.cluster)
  if (node === undefined && pod) ofPod(pod)
  if (node === undefined) return { sockets, unknown }
  for (const other of c.cluster.list<Pod>('Pod'))
    if (other.spec.hostNetwork && other.spec.nodeName === node) ofPod(other)
  sockets.push({ protocol: 'tcp', address: '*', port: PROXY_HEALTH_PORT })
  for (const { spec } of c.cluster.list<Service>('Service'))
    if (spec.healthCheckNodePort) sockets.push({ protocol: 'tcp', address: '*', port: spec.healthCheckNodePort })
  return { sockets, unknown: false }
}

/** ss, as iproute2 has it. iproute2 misc/ss.c (6.15) */
function* ss(c: ToolContext): Process {
  const o = options(c.args, 'tulnpaH46es -tcp -udp -listening -numeric -all -processes'.replaceAll(' -', ' '))
  if (o.problem) return yield* misuse(c, o.problem)
  const both = (o.on.has('t') || o.on.has('tcp')) === (o.on.has('u') || o.on.has('udp'))
  const { sockets, unknown } = socketsOf(c)
  const wanted = sockets.filter((s) => both || (o.on.has('u') || o.on.has('udp')) === (s.protocol === 'udp'))
  wanted.sort((a, b) => (a.protocol === b.protocol ? a.port - b.port : a.protocol < b.protocol ? 1 : -1))
  const shown = wanted.filter(
    (s, i) => wanted.findIndex((x) => x.protocol === s.protocol && x.port === s.port && x.address === s.address) === i,
  )
  const w1 = Math.max('Local Address'.length, ...shown.map((s) => s.address.length))
  const w2 = Math.max('Port'.length, ...shown.map((s) => String(s.port).length))
  const row = (
    netid: string,
    state: string,
    recv: string,
    send: string,
    a: string,
    p: string,
    b: string,
    q: string,
    tail: string,
  ) =>
    `${both ? `${netid.padEnd(5)} ` : ''}${state.padEnd(6)} ${recv.padEnd(6)} ${send.padEnd(6)} ${a.padStart(w1)}:${p.padEnd(w2)} ${b.padStart(12)}:${q.padEnd(4)}${tail.padEnd(7)}\n`
  if (!o.on.has('H'))
    yield out(row('Netid', 'State', 'Recv-Q', 'Send-Q', 'Local Address', 'Port', 'Peer Address', 'Port', 'Process'))
  for (const s of shown) {
    const udp = s.protocol === 'udp'
    yield out(
      row(
        s.protocol,
        udp ? 'UNCONN' : 'LISTEN',
        '0',
        udp ? '0' : '4096',
        s.address,
        String(s.port),
        s.address === '*' ? '*' : '0.0.0.0',
        '*',
        '',
      ),
    )
  }
  if (unknown) yield err('# nothing says where this pod listens: it is taken to listen on whatever is asked\n')
  if (c.place.type === 'node')
    yield err('# node ports have no socket: the rules catch them before (iptables-save | grep NODEPORTS)\n')
  return 0
}

function* hostname(c: ToolContext): Process {
  const o = options(c.args, 'iIfsd')
  if (o.problem) return yield* misuse(c, o.problem)
  const addresses = addressesAt(c.place, c.cluster)
  if (o.on.has('i') || o.on.has('I')) yield out(`${addresses.join(' ')}\n`)
  else yield out(`${hostName(c.place, c.cluster)}\n`)
  return 0
}

function* env(c: ToolContext): Process {
  const variables = c.scope.environment()
  if (c.args.length > 0 && c.name === 'printenv') {
    const found = variables.filter(([name]) => c.args.includes(name))
    for (const [, value] of found) yield out(`${value}\n`)
    return found.length === c.args.length ? 0 : 1
  }
  for (const [name, value] of variables) yield out(`${name}=${value}\n`)
  return 0
}

function* ps(c: ToolContext): Process {
  yield out('PID   USER     TIME  COMMAND\n')
  yield err('# nothing runs here: containers are simulated by what they answer (kubectl get pods, ss -ltn)\n')
  return c.args.length > 99 ? 1 : 0
}

function* uname(c: ToolContext): Process {
  const node = machineNode(c) ?? clientAt(c.place, c.cluster)?.node
  const object = node === undefined ? undefined : c.cluster.get<Node>(`Node//${node}`)
  const info = (object?.status as { nodeInfo?: { kernelVersion?: string } } | undefined)?.nodeInfo
  const kernel = info?.kernelVersion ?? '6.12.0'
  const all = c.args.includes('-a')
  yield out(
    all
      ? `Linux ${hostName(c.place, c.cluster)} ${kernel} simulated Linux\n`
      : c.args.includes('-r')
        ? `${kernel}\n`
        : c.args.includes('-n')
          ? `${hostName(c.place, c.cluster)}\n`
          : 'Linux\n',
  )
  return 0
}

export const MACHINE: readonly Tool[] = [
  { name: 'ip', summary: 'addresses and routes: ip addr, ip route', at: NETWORKED, run: ip },
  {
    name: 'ss',
    aliases: ['netstat'],
    summary: 'what listens: ss -ltn',
    at: NETWORKED,
    flags: ['-l', '-t', '-u', '-n'],
    run: ss,
  },
  {
    name: 'hostname',
    summary: 'the name of this machine; -i: its address',
    at: NETWORKED,
    flags: ['-i'],
    run: hostname,
  },
  { name: 'uname', summary: 'the system', at: NETWORKED, run: uname },
  { name: 'ps', aliases: ['top'], summary: 'processes: none', at: NETWORKED, run: ps },
  { name: 'env', aliases: ['printenv'], summary: 'variables, in a pod those of its Services', run: env },
]
