export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/** An IPv4 address as an unsigned 32-bit number; undefined when the text is none. Leading zeros are refused, as Go's netip does. */
export function parseIPv4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let value = 0
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    value = value * 256 + Number(part)
  }
  return value
}

export function formatIPv4(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.')
}

/** The 8 groups of an IPv6 address (also with an embedded IPv4 tail); undefined when the text is none. */
export function parseIPv6(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return undefined
  let body = text
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(body)
  if (tail) {
    const v4 = parseIPv4(tail[2]!)
    if (v4 === undefined) return undefined
    body = `${tail[1]}${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`
  }
  const halves = body.split('::')
  if (halves.length > 2) return undefined
  const groups = (half: string) => (half === '' ? [] : half.split(':'))
  const head = groups(halves[0]!)
  const rest = halves.length === 2 ? groups(halves[1]!) : []
  const missing = 8 - head.length - rest.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const all = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...rest]
  if (!all.every((g) => /^[0-9a-fA-F]{1,4}$/.test(g))) return undefined
  return all.map((g) => Number.parseInt(g, 16))
}

/** RFC 5952: lower case, no leading zeros, the longest run of zeros left out. `groups`: 8 of them. */
export function formatIPv6(groups: readonly number[]): string {
  let best = { at: -1, length: 1 }
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && groups[i + n] === 0) n++
    if (n > best.length) best = { at: i, length: n }
  }
  const hex = groups.map((g) => g.toString(16))
  if (best.at < 0) return hex.join(':')
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`
}

/** An address in its usual form; undefined when the text is none. */
export function canonicalIP(text: string): string | undefined {
  if (parseIPv4(text) !== undefined) return text
  const groups = parseIPv6(text)
  return groups && formatIPv6(groups)
}

export const isIP = (text: string): boolean => parseIPv4(text) !== undefined || parseIPv6(text) !== undefined
export const isIPv6 = (text: string): boolean => parseIPv6(text) !== undefined

export interface Cidr {
  readonly base: number
  readonly bits: number
}

/** An IPv4 block; undefined when the text is none. The base is masked. */
export function parseCidr(text: string): Cidr | undefined {
  const [ip, bits, ...more] = text.split('/')
  const base = parseIPv4(ip ?? '')
  if (base === undefined || more.length > 0 || !/^\d{1,2}$/.test(bits ?? '') || Number(bits) > 32) return undefined
  const size = 2 ** (32 - Number(bits))
  return { base: Math.floor(base / size) * size, bits: Number(bits) }
}

/** ip:port, with brackets around IPv6. */
export const hostPort = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)
