/** One record of an answer. Names end with a dot. */
export interface DnsRecord {
  readonly name: string
  readonly type: string
  readonly data: string
}

export interface DnsReply {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL'
  readonly records: readonly DnsRecord[]
}

export const NXDOMAIN: DnsReply = { rcode: 'NXDOMAIN', records: [] }
export const NODATA: DnsReply = { rcode: 'NOERROR', records: [] }

export const recordText = (r: DnsRecord): string => `${r.name} ${r.type} ${r.data}`

/** With its last dot. */
export const fqdn = (name: string): string => (name.endsWith('.') ? name : `${name}.`)
/** Without its last dot. */
export const withoutDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name)

/** A name that can be asked: labels of 1 to 63 characters, 253 in all (RFC 1035, 2.3.4). */
export function isAskable(name: string): boolean {
  const labels = withoutDot(name).split('.')
  return withoutDot(name).length <= 253 && labels.every((l) => l.length > 0 && l.length <= 63)
}

/** Whether `name` is `zone` or below it; both with or without their last dot, in any case. */
export function isBelow(name: string, zone: string): boolean {
  const [n, z] = [withoutDot(name).toLowerCase(), withoutDot(zone).toLowerCase()]
  return n === z || n.endsWith(`.${z}`)
}
