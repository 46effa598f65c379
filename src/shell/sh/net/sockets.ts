import type { Pod, Service } from '../../../model/index.ts'
import { addressesAt, podOf } from '../place.ts'
import { err, out, type Process } from '../shell-event.ts'
import { NETWORKED, type Tool, type ToolContext } from '../tool.ts'
import { misuse } from '../tools/lines.ts'
import { options } from '../tools/options.ts'
import { deviceNode } from './device-node.ts'

interface Socket {
  readonly protocol: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
  /** Who is at the other end of a connection; a socket without one listens. */
  readonly peer?: { readonly address: string; readonly port: number }
}

/** kube-proxy's own health check. k8s pkg/cluster/ports/ports.go ProxyHealthzPort (v1.36) */
const PROXY_HEALTH_PORT = 10256

/** `unknown`: nothing says where the pod listens. */
function listeningAt(c: ToolContext): { sockets: Socket[]; unknown: boolean } {
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
  const node = deviceNode(c)
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

/** Connections that stand: those that clients keep open. Each end sees the addresses that its own packets have. */
function connectedAt(c: ToolContext): Socket[] {
  const own = addressesAt(c.place, c.cluster)
  const found: Socket[] = []
  for (const { flow } of c.cluster.trackedFlows()) {
    const { original, translated } = flow
    if (original.protocol !== 'TCP') continue
    if (own.includes(original.src))
      found.push({
        protocol: 'tcp',
        address: original.src,
        port: original.srcPort,
        peer: { address: original.dst, port: original.dstPort },
      })
    if (own.includes(translated.dst))
      found.push({
        protocol: 'tcp',
        address: translated.dst,
        port: translated.dstPort,
        peer: { address: translated.src, port: translated.srcPort },
      })
  }
  return found
}

interface Shown {
  readonly sockets: readonly Socket[]
  readonly unknown: boolean
}

function shownSockets(
  c: ToolContext,
  which: { listen: boolean; connected: boolean; tcp: boolean; udp: boolean },
): Shown {
  const listening = which.listen ? listeningAt(c) : { sockets: [], unknown: false }
  const all = [...listening.sockets, ...(which.connected ? connectedAt(c) : [])]
  const wanted = all.filter((s) => (s.protocol === 'tcp' ? which.tcp : which.udp))
  wanted.sort(
    (a, b) =>
      Number(b.protocol === 'tcp') - Number(a.protocol === 'tcp') ||
      Number(a.peer !== undefined) - Number(b.peer !== undefined) ||
      a.port - b.port,
  )
  const keys = new Set<string>()
  const sockets = wanted.filter((s) => {
    const key = JSON.stringify(s)
    const isNew = !keys.has(key)
    keys.add(key)
    return isNew
  })
  return { sockets, unknown: listening.unknown }
}

function* notes(c: ToolContext, unknown: boolean, listen: boolean): Process {
  if (unknown) yield err('# nothing says where this pod listens: it is taken to listen on whatever is asked\n')
  if (c.place.type === 'node' && listen)
    yield err('# node ports have no socket: the rules catch them before (iptables-save | grep NODEPORTS)\n')
  return 0
}

const SS_USAGE = `Usage: ss [ OPTIONS ]
   -H, --no-header     Suppress header line
   -n, --numeric       don't resolve service names
   -a, --all           display all sockets
   -l, --listening     display listening sockets
   -p, --processes     show process using socket
   -4, --ipv4          display only IP version 4 sockets
   -t, --tcp           display only TCP sockets
   -u, --udp           display only UDP sockets
`

const isAny = (s: Socket) => s.address === '*'
const stateOf = (s: Socket) => (s.peer ? 'ESTAB' : s.protocol === 'udp' ? 'UNCONN' : 'LISTEN')

/** ss, as iproute2 has it. iproute2 misc/ss.c (6.15): columns are as wide as what stands in them */
function* ss(c: ToolContext): Process {
  const o = options(
    c.args,
    'tulnpaH46esorVh -tcp -udp -listening -numeric -all -processes -no-header -ipv4 -ipv6'.replaceAll(' -', ' '),
  )
  if (o.problem) {
    yield err(`ss: ${o.problem}\n${SS_USAGE}`)
    return 1
  }
  if (o.on.has('h')) {
    yield out(SS_USAGE)
    return 0
  }
  if (o.on.has('V')) {
    yield out('ss utility, iproute2-6.15.0\n')
    return 0
  }
  if (o.on.has('s')) return yield* misuse(c, 'the summary is not simulated: ss -ltn and ss -tn list sockets')
  const on = (letter: string, long: string) => o.on.has(letter) || o.on.has(long)
  const both = on('t', 'tcp') === on('u', 'udp')
  const listen = on('l', 'listening') || on('a', 'all')
  const { sockets, unknown } = shownSockets(c, {
    listen,
    connected: !on('l', 'listening') || on('a', 'all'),
    tcp: both || on('t', 'tcp'),
    udp: both || on('u', 'udp'),
  })
  const header = !on('H', 'no-header')
  const rows = sockets.map((s) => [
    s.protocol,
    stateOf(s),
    '0',
    s.peer || s.protocol === 'udp' ? '0' : '4096',
    s.address,
    String(s.port),
    s.peer?.address ?? (isAny(s) ? '*' : '0.0.0.0'),
    s.peer ? String(s.peer.port) : '*',
    '',
  ])
  const titles = ['Netid', 'State', 'Recv-Q', 'Send-Q', 'Local Address', 'Port', 'Peer Address', 'Port', 'Process']
  const least = header ? titles.map((t) => t.length) : [5, 5, 6, 6, 0, 0, 0, 0, 0]
  const width = least.map((w, i) => Math.max(w, ...rows.map((r) => r[i]!.length)))
  // the last column stands right behind the port, with a blank where ports are longer than their title
  const gap = width[7]! > 4 ? ' ' : ''
  const row = ([netid, state, recv, send, a, p, b, q, tail]: readonly string[]) => {
    const first = both ? `${netid!.padEnd(width[0]!)} ` : ''
    const ends = `${a!.padStart(width[4]!)}:${p!.padEnd(width[5]!)} ${b!.padStart(width[6]!)}:${q!.padEnd(width[7]!)}`
    return `${first}${state!.padEnd(width[1]!)} ${recv!.padEnd(width[2]!)} ${send!.padEnd(width[3]!)} ${ends}${gap}${tail!.padEnd(width[8]!)}\n`
  }
  yield out((header ? row(titles) : '') + rows.map(row).join(''))
  return yield* notes(c, unknown, listen)
}

/** netstat, as net-tools has it: -tuln. net-tools netstat.c (2.10) */
function* netstat(c: ToolContext): Process {
  const o = options(c.args, 'tulnpaWe46 -tcp -udp -listening -numeric -all -programs -wide'.replaceAll(' -', ' '))
  if (o.problem) return yield* misuse(c, `${o.problem} (routes: ip route)`)
  const on = (letter: string, long: string) => o.on.has(letter) || o.on.has(long)
  const both = on('t', 'tcp') === on('u', 'udp')
  const all = on('a', 'all')
  const listen = on('l', 'listening') || all
  const { sockets, unknown } = shownSockets(c, {
    listen,
    connected: !on('l', 'listening') || all,
    tcp: both || on('t', 'tcp'),
    udp: both || on('u', 'udp'),
  })
  const which = all ? 'servers and established' : listen ? 'only servers' : 'w/o servers'
  const row = (s: Socket) => {
    const at = (address: string, port: string) => `${address === '*' ? '0.0.0.0' : address}:${port}`.padEnd(23)
    const state = s.peer ? 'ESTABLISHED' : s.protocol === 'tcp' ? 'LISTEN' : ''
    const peer = s.peer ? at(s.peer.address, String(s.peer.port)) : at('*', '*')
    return `${s.protocol}        0      0 ${at(s.address, String(s.port))} ${peer} ${state.padEnd(11)}\n`
  }
  yield out(
    `Active Internet connections (${which})\nProto Recv-Q Send-Q Local Address           Foreign Address         State      \n${sockets.map(row).join('')}`,
  )
  return yield* notes(c, unknown, listen)
}

export const SOCKETS: readonly Tool[] = [
  {
    name: 'ss',
    summary: 'what listens, and what is connected: ss -ltn, ss -tn',
    at: NETWORKED,
    flags: ['-l', '-t', '-u', '-n', '-a'],
    run: ss,
  },
  {
    name: 'netstat',
    summary: 'the same, in the older form: netstat -tln',
    at: NETWORKED,
    flags: ['-tln'],
    run: netstat,
  },
]
