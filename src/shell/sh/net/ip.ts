import {
  blockText,
  canonicalIP,
  familyOf,
  inRanges,
  ipAfter,
  isIP,
  nodePodRange,
  type Pod,
  parseBlock,
  rangesOf,
} from '../../../model/index.ts'
import { addressesAt } from '../place.ts'
import { err, out, type Process } from '../shell-event.ts'
import { NETWORKED, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { deviceNode } from './device-node.ts'

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

type Family = 'IPv4' | 'IPv6'
const FAMILIES: readonly Family[] = ['IPv4', 'IPv6']

const hasIPv6 = (c: ToolContext) => rangesOf(c.cluster.config.podCIDR).some((r) => familyOf(r) === 'IPv6')

function devicesOf(c: ToolContext): Device[] {
  const { cluster } = c
  const node = deviceNode(c)
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

const loopback = (c: ToolContext): Device => ({
  name: 'lo',
  mac: '00:00:00:00:00:00',
  addresses: [{ ip: '127.0.0.1', bits: 8 }, ...(hasIPv6(c) ? [{ ip: '::1', bits: 128 }] : [])],
})

const USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | link | neighbour | route | rule }
       OPTIONS := { -4 | -6 | -br[ief] | -o[neline] }
`

/** What can be listed, and how short its name may be. iproute2 ip/ip.c cmds: the first that begins so */
const OBJECTS: readonly (readonly [name: string, least: number])[] = [
  ['address', 1],
  ['link', 1],
  ['neighbour', 1],
  ['neighbor', 1],
  ['route', 1],
  ['rule', 2],
]

interface Asked {
  readonly family: Family | undefined
  readonly brief: boolean
  readonly oneLine: boolean
  readonly device: string | undefined
}

/** ip, as iproute2 has it: addr, link, route, neigh, rule. iproute2 ip/ipaddress.c, iproute.c (6.15) */
function* ip(c: ToolContext): Process {
  const flags: string[] = []
  const words = [...c.args]
  while (words[0]?.startsWith('-')) flags.push(words.shift()!)
  const on = (...names: string[]) => flags.some((f) => names.includes(f.replace(/^--/, '-')))
  if (on('-V', '-Version')) {
    yield out('ip utility, iproute2-6.15.0\n')
    return 0
  }
  const known =
    /^--?(4|6|br(ief)?|o(neline)?|c(olor)?(=\w+)?|d(etails)?|s(tatistics)?|h(uman-readable)?|N(umeric)?|r(esolve)?)$/
  const strange = flags.find((f) => !known.test(f))
  if (strange !== undefined) {
    yield err(`Option "${strange}" is unknown, try "ip -help".\n`)
    return 255
  }
  const [object, verb = 'show', ...more] = words
  if (object === undefined || object === 'help') {
    yield err(USAGE)
    return 255
  }
  const [what] = OBJECTS.find(([name, least]) => object.length >= least && name.startsWith(object)) ?? []
  if (what === undefined) {
    yield err(`Object "${object}" is unknown, try "ip help".\n`)
    return 1
  }
  const getting = what === 'route' && 'get'.startsWith(verb)
  const listing = ['show', 'list', 'lst'].some((name) => name.startsWith(verb))
  if (!getting && !listing) return yield* misuse(c, 'devices and routes cannot be changed here, only shown')
  const family: Family | undefined = on('-6') ? 'IPv6' : on('-4') ? 'IPv4' : undefined
  if (getting) return yield* routeTo(c, more)
  const device = what === 'address' || what === 'link' ? more.filter((w) => w !== 'dev' && w !== 'up')[0] : undefined
  const asked: Asked = { family, brief: on('-br', '-brief'), oneLine: on('-o', '-oneline'), device }
  const devices = [loopback(c), ...devicesOf(c)]
  if (device !== undefined && !devices.some((d) => d.name === device)) {
    yield err(`Device "${device}" does not exist.\n`)
    return 1
  }
  const texts: Readonly<Record<string, () => readonly string[]>> = {
    address: () => addressLines(c, asked),
    link: () => linkLines(c, asked),
    route: () => routes(c, family ?? 'IPv4').map((r) => r.text),
    rule: () => ['0:\tfrom all lookup local', '32766:\tfrom all lookup main', '32767:\tfrom all lookup default'],
    neighbour: () => neighbours(c),
    neighbor: () => neighbours(c),
  }
  yield out((texts[what]?.() ?? []).map((line) => `${line}\n`).join(''))
  return 0
}

const shownDevices = (c: ToolContext, { device }: Asked): [number, Device][] =>
  [loopback(c), ...devicesOf(c)]
    .map((d, i): [number, Device] => [i + 1, d])
    .filter(([, d]) => device === undefined || d.name === device)

const flagsOf = (isLoopback: boolean, mode: string): string =>
  isLoopback
    ? `<LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN ${mode}group default qlen 1000`
    : `<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP ${mode}group default qlen 1000`

const hardware = (d: Device): string =>
  d.name === 'lo'
    ? '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00'
    : `    link/ether ${d.mac} brd ff:ff:ff:ff:ff:ff${d.peer === undefined ? '' : ' link-netnsid 0'}`

const briefly = (d: Device, tail: string): string =>
  `${`${d.name}${d.peer ?? ''}`.padEnd(16)} ${(d.name === 'lo' ? 'UNKNOWN' : 'UP').padEnd(14)} ${tail}`

function linkLines(c: ToolContext, asked: Asked): string[] {
  return shownDevices(c, asked).flatMap(([i, d]) => {
    const isLoopback = d.name === 'lo'
    if (asked.brief)
      return [briefly(d, `${d.mac} ${isLoopback ? '<LOOPBACK,UP,LOWER_UP>' : '<BROADCAST,MULTICAST,UP,LOWER_UP>'} `)]
    const head = `${i}: ${d.name}${d.peer ?? ''}: ${flagsOf(isLoopback, 'mode DEFAULT ')}`
    return asked.oneLine ? [`${head}\\${hardware(d)}`] : [head, hardware(d)]
  })
}

const LIFE = '       valid_lft forever preferred_lft forever'

function addressLines(c: ToolContext, asked: Asked): string[] {
  return shownDevices(c, asked).flatMap(([i, d]) => {
    const isLoopback = d.name === 'lo'
    const shown = d.addresses.filter((a) => asked.family === undefined || familyOf(a.ip) === asked.family)
    if (asked.family !== undefined && shown.length === 0) return []
    if (asked.brief) return [briefly(d, shown.map((a) => `${a.ip}/${a.bits} `).join(''))]
    const inets = shown.map(({ ip: address, bits }) => {
      const v4 = familyOf(address) === 'IPv4'
      const block = v4 && !isLoopback ? parseBlock(`${address}/${bits}`) : undefined
      const broadcast = block ? ` brd ${ipAfter(blockText(block).split('/')[0]!, block.last - block.first)}` : ''
      return `${v4 ? 'inet' : 'inet6'} ${address}/${bits}${broadcast} scope ${isLoopback ? 'host' : 'global'} ${v4 ? d.name : ''}`
    })
    if (asked.oneLine) return inets.map((inet) => `${i}: ${d.name}    ${inet}\\${LIFE}`)
    const head = `${i}: ${d.name}${d.peer ?? ''}: ${flagsOf(isLoopback, '')}`
    // with -4 or -6 there is no hardware to show
    const link = asked.family === undefined ? [hardware(d)] : []
    return [head, ...link, ...inets.flatMap((inet) => [`    ${inet}`, LIFE])]
  })
}

interface Route {
  readonly text: string
  /** Where it leads: everything when there is no range. */
  readonly range?: string
  readonly via?: string
  readonly device: string
  readonly source?: string
}

function routes(c: ToolContext, family: Family): Route[] {
  const devices = devicesOf(c)
  const found: Route[] = []
  const primary = devices[0]?.addresses.find((a) => familyOf(a.ip) === family)
  if (!primary) return []
  const gateway = ipAfter(blockText(parseBlock(`${primary.ip}/${primary.bits}`)!).split('/')[0]!, 1)
  const main: Route = { text: `default via ${gateway} dev eth0 `, via: gateway, device: 'eth0', source: primary.ip }
  for (const { name, addresses } of devices)
    for (const { ip: source, bits } of addresses) {
      if (familyOf(source) !== family) continue
      const range = blockText(parseBlock(`${source}/${bits}`)!)
      const text = `${range} dev ${name} proto kernel scope link src ${source} `
      found.push({ text, range, device: name, source })
    }
  const node = deviceNode(c)
  if (node === undefined) return [main, ...found]
  for (const [i, other] of c.cluster.config.nodes.entries()) {
    const range = nodePodRange(c.cluster.config.podCIDR, family, i)
    const via = [other.internalIP, other.secondaryIP ?? ''].find((a) => a !== '' && familyOf(a) === family)
    if (other.name === node || range === undefined || via === undefined) continue
    found.push({ text: `${range} via ${via} dev eth0 `, range, via, device: 'eth0', source: primary.ip })
  }
  return [main, ...found.sort((a, b) => (a.text < b.text ? -1 : 1))]
}

/** `ip route get ADDRESS`: the way that a packet takes. The rules of kube-proxy are no part of it: they come before or after. */
function* routeTo(c: ToolContext, words: readonly string[]): Process {
  const target = words.filter((w) => w !== 'to')[0]
  if (target === undefined) {
    yield err('need at least a destination address\n')
    return 1
  }
  const to = canonicalIP(target)
  if (!isIP(target) || to === undefined) {
    yield err(`Error: any valid prefix is expected rather than "${target}".\n`)
    return 1
  }
  const family = familyOf(to)
  const own = [loopback(c), ...devicesOf(c)].flatMap((d) => d.addresses.map((a) => a.ip))
  if (own.includes(to) || to.startsWith('127.')) {
    const source = to.startsWith('127.') ? '127.0.0.1' : to
    yield out(`local ${to} dev lo src ${source} uid 0 \n    cache <local> \n`)
    return 0
  }
  const all = routes(c, family)
  const bits = (r: Route) => Number(r.range?.split('/')[1] ?? 0)
  const [best] = all.filter((r) => r.range === undefined || inRanges(r.range, to)).sort((a, b) => bits(b) - bits(a))
  if (!best) {
    yield err('RTNETLINK answers: Network is unreachable\n')
    return 2
  }
  const via = best.via === undefined ? '' : ` via ${best.via}`
  yield out(`${to}${via} dev ${best.device} src ${best.source ?? ''} uid 0 \n    cache \n`)
  return 0
}

/** Machines that were spoken to lately: the gateway, and on a node its pods. */
function neighbours(c: ToolContext): string[] {
  const node = deviceNode(c)
  const gateways = FAMILIES.flatMap((f) => routes(c, f).flatMap((r) => (r.range === undefined && r.via ? [r.via] : [])))
  const near = gateways.map(
    (gateway) => `${gateway} dev eth0 lladdr ${mac(gateway, node === undefined ? '0a:58' : '02:42')} REACHABLE `,
  )
  if (node === undefined) return near
  const pods = c.cluster
    .list<Pod>('Pod')
    .filter((p) => p.spec.nodeName === node && !p.spec.hostNetwork && p.status?.phase === 'Running')
    .flatMap((p) => (p.status?.podIP === undefined ? [] : [p.status.podIP]))
  return [...near, ...pods.sort().map((address) => `${address} dev cni0 lladdr ${mac(address, '0a:58')} REACHABLE `)]
}

export const IP: Tool = {
  name: 'ip',
  summary: 'addresses and routes: ip addr, ip route, ip route get ADDRESS',
  at: NETWORKED,
  flags: ['-4', '-6', '-br', '-o'],
  run: ip,
}
