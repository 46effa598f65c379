import { type Hop, type Packet, splitKey, type Trace } from '../../../model/index.ts'

/** A packet's header at a step of its way, and what the step wrote into it. */
export interface PacketStep {
  readonly what: string
  /** Who or what does it: a client, a node, a pod. */
  readonly where: string
  readonly before?: Packet
  readonly after: Packet
}

/** How the kernel of the node remembers the connection: what the client sent, and what it expects to come back. */
export interface TrackedConnection {
  readonly original: Packet
  readonly reply: Packet
}

const WHAT: Partial<Record<Hop['layer'], string>> = {
  connection: 'kept connection',
  dnat: 'destination rewritten',
  masquerade: 'source rewritten',
  socket: 'at the socket',
  answer: 'answer, rewritten back',
}

/** What became of the packet's addresses on its way; [] when it never was one (no such name), or nobody wrote them down. */
export function packetSteps(trace: Trace): readonly PacketStep[] {
  const first = trace.hops.find((hop) => hop.packet)
  if (!first) return []
  const steps: PacketStep[] = []
  let node = ''
  let at = first.packet!.before
  if (first.layer !== 'answer') steps.push({ what: 'sent by the client', where: nameOf(trace.client), after: at })
  for (const hop of trace.hops) {
    const what = WHAT[hop.layer]
    if (typeof hop.why.params['node'] === 'string') node = hop.why.params['node']
    if (hop.packet && what) {
      const changed = sides(hop.packet.before) !== sides(hop.packet.after)
      at = hop.packet.after
      steps.push({
        what,
        where: hop.layer === 'answer' ? nameOf(hop.to.key) : node,
        ...(changed && { before: hop.packet.before }),
        after: at,
      })
    } else if (hop.layer === 'socket' && what) steps.push({ what, where: nameOf(hop.to.key), after: at })
  }
  return steps
}

const sides = ({ src, srcPort, dst, dstPort }: Packet): string => `${src} ${srcPort} ${dst} ${dstPort}`

/** `client/shop` → "shop", `Pod/default/web-1` → "web-1"; an address stays what it is. */
const nameOf = (key: string): string =>
  key.startsWith('client/') ? key.slice('client/'.length) : splitKey(key).name || key

/**
 * The entry of connection tracking that the rewriting made: `reply` is what comes back, seen before it is turned round. undefined when nothing
 * was rewritten: the entry then only mirrors the packet.
 */
export function trackedConnection(trace: Trace): TrackedConnection | undefined {
  const forth = trace.hops.filter((hop) => hop.packet && hop.layer !== 'answer')
  const original = forth[0]?.packet?.before
  const last = forth.at(-1)?.packet?.after
  if (!original || !last) return undefined
  const { protocol, src, srcPort, dst, dstPort } = last
  return { original, reply: { protocol, src: dst, srcPort: dstPort, dst: src, dstPort: srcPort } }
}
