import type { ClientSpec } from '../../../engine/index.ts'
import { canonicalIP, familiesOf, isIP } from '../../../model/index.ts'
import type { ToolContext } from '../tool.ts'

export interface Looked {
  /** The name that was found, without its last dot. */
  readonly name: string
  readonly addresses: readonly string[]
}

/** A name as getaddrinfo finds it: an address, the hosts file, then the name servers along the search path. undefined: there is none. */
export function lookUp(c: ToolContext, client: ClientSpec, name: string): Looked | undefined {
  if (isIP(name)) return { name, addresses: [canonicalIP(name) ?? name] }
  const plain = name.replace(/\.$/, '').toLowerCase()
  const listed = c.cluster.resolver(client).hosts.filter((h) => h.names.some((n) => n.toLowerCase() === plain))
  if (listed.length > 0) return { name: listed[0]!.names[0]!, addresses: listed.map((h) => h.ip) }
  const addresses: string[] = []
  let found = name
  for (const type of familiesOf(c.cluster.config).includes('IPv6') ? ['A', 'AAAA'] : ['A']) {
    const answer = c.cluster.resolve(client, name, type)
    const records = answer.records.filter((r) => r.type === type)
    if (records.length > 0) found = records[0]!.name.replace(/\.$/, '')
    addresses.push(...records.map((r) => r.data))
  }
  return addresses.length > 0 ? { name: found, addresses } : undefined
}
