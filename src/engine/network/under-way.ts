import type { Ms, ObjectKey, Packet } from '../../model/index.ts'
import type { Arrival } from './sockets.ts'
import type { ProxyEndpoint } from './table.ts'
import { fail, type Step, TOOK, type Walk } from './walk.ts'

/** A packet under way: where it is, what it says, and who rewrote it. */
export interface Travel {
  readonly walk: Walk
  /** When the client gives up this address, in ms of the walk. */
  readonly until: Ms
  readonly original: Packet
  packet: Packet
  /** The node that rewrote the destination. */
  ruledBy?: string
  service?: ObjectKey
  endpoint?: ProxyEndpoint
  /** ms that the way took in one direction */
  way: Ms
  /** Nodes that it came through: a packet that turns in circles is lost. */
  passed: number
  outsideName?: string
}

export function refuse(t: Travel, step: Omit<Step, 'failed' | 'took'>): void {
  fail(t.walk, { ...step, took: TOOK.rules + t.way })
}

/** Nothing comes back: the client waits until it gives up. */
export function lost(t: Travel, step: Omit<Step, 'failed' | 'took'>): Arrival {
  fail(t.walk, step, Math.max(0, t.until - t.walk.at))
  return { ended: 'silent' }
}
