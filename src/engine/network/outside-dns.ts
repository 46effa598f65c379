import { isIPv6, parseIPv4, rangesOf } from '../../model/index.ts'
import type { State } from '../core/index.ts'
import { type DnsReply, fqdn, NODATA, NXDOMAIN, withoutDot } from './dns-record.ts'

/**
 * What the name servers of the world outside say: the cluster's `externalNames`, where "*.example.com" stands for every name below
 * example.com. Everything else does not exist. `name` with its last dot.
 */
export function outsideDns(state: State, name: string, type: string): DnsReply {
  const addresses = outsideAddress(state, name)
  if (addresses === undefined) return NXDOMAIN
  const wanted = rangesOf(addresses).find(
    (ip) => (type === 'A' && parseIPv4(ip) !== undefined) || (type === 'AAAA' && isIPv6(ip)),
  )
  return wanted === undefined ? NODATA : { rcode: 'NOERROR', records: [{ name: fqdn(name), type, data: wanted }] }
}

function outsideAddress(state: State, name: string): string | undefined {
  const names = state.config.externalNames
  const asked = withoutDot(name).toLowerCase()
  if (Object.hasOwn(names, asked)) return names[asked]
  for (let dot = asked.indexOf('.'); dot >= 0; dot = asked.indexOf('.', dot + 1)) {
    const wild = `*${asked.slice(dot)}`
    if (Object.hasOwn(names, wild)) return names[wild]
  }
  return undefined
}
