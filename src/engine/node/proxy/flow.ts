import type { Packet } from '../../../model/index.ts'

/** The first packet of a connection at a node, and what is known of how it went. */
export interface Flow {
  readonly packet: Packet
  /** `output`: it was made on the node itself. */
  readonly hook: 'output' | 'prerouting'
  /** The node's address of the packet's family. */
  readonly nodeIP: string
  /** Who was drawn. Without it the first way that leads anywhere counts. */
  readonly endpoint?: { readonly ip: string; readonly port: number }
  /** It was no draw: the proxy remembered the client. */
  readonly remembered?: boolean
}

export interface Followed {
  readonly does: 'dnat' | 'reject' | 'drop' | 'pass'
  /** `ip:port`, for `dnat`. */
  readonly to?: string
  readonly masquerade: boolean
  /** Indices of the lines that had a say, in the order in which the packet met them. */
  readonly matched: readonly number[]
}
