import { serviceName } from './names.ts'
import { count, listOf, ordinal, type Phrase, say } from './phrase.ts'
import type { SentenceTable } from './sentence-table.ts'

/** ", second of 4 names to try"; nothing when the name was asked as it stands. */
function searched(p: { position?: number; names?: number }): string {
  if (p.position === undefined || p.names === undefined || p.names <= 1) return ''
  return `, ${ordinal(p.position)} of ${count(p.names, 'name')} to try`
}

const full = (host: string | undefined, name: string | undefined): Phrase[] =>
  !name || name === host ? say`*${host ?? 'The name'}*` : host ? say`*${host}* is <${name}>` : say`<${name}>`

/** Names, and what they lead to. */
export const NAME_SENTENCES: SentenceTable<'url' | 'dns' | 'connection'> = {
  'url.bad': (p) => {
    const url = p.url ? say`<${p.url}>` : say`This`
    return p.problem
      ? say`${url} is not a URL that can be asked: ${p.problem}`
      : say`${url} is not a URL that can be asked`
  },
  'dns.literal': (p) =>
    p.host ? say`<${p.host}> is an address already: no name to look up` : say`An address already: no name to look up`,
  'dns.answer': (p) => {
    const is = full(p.host, p.name)
    const address = p.address ?? p.addresses?.[0]
    const joined = p.name && p.host && p.name !== p.host ? searched(p) : ''
    if (p.what === 'headless' && address) {
      const many = p.addresses?.length ?? 0
      return many > 1
        ? say`${is}${joined}. A headless Service answers with its pods' addresses, ${many} here: ${address} is taken`
        : say`${is}${joined}. A headless Service answers with its pod's address: ${address}`
    }
    if (!address) return say`${is}${joined}: it has an address`
    return joined === '' && is.length === 1
      ? say`${is} is known as it stands: ${address}`
      : say`${is}${joined}: ${address}`
  },
  'dns.cname': (p) => {
    const target = p.target ? say`<${p.target}>` : say`another name`
    if (p.service)
      return say`${full(p.host, p.name)}${searched(p)}. ${serviceName(p)} is only an alias (CNAME) of ${target}`
    return say`${full(p.host, p.name)}: an alias (CNAME) of ${target}`
  },
  'dns.nxdomain': (p) => {
    const tried = p.tried?.length ? say` (NXDOMAIN for <${listOf(p.tried)}>)` : say` (NXDOMAIN)`
    const unknown = p.host ? say`No name server knows *${p.host}*${tried}` : say`No name server knows the name${tried}`
    const other = p.elsewhere?.[0]
    if (!other) return unknown
    const service = p.service ?? p.host?.split('.')[0] ?? 'it'
    return say`${unknown}. Service *${service}* lives in namespace *${listOf(p.elsewhere ?? [])}*: ask for <${service}.${other}>`
  },
  'dns.no-address': (p) => {
    const name = p.name ?? p.host
    const known = name
      ? say`The name <${name}> exists, but it has no address`
      : say`The name exists, but it has no address`
    return p.service ? say`${known}: ${serviceName(p)} has no pod to give` : known
  },
  'dns.families': (p) => {
    const name = p.host ? say`*${p.host}*` : say`The name`
    if (!p.address || !p.other) return say`${name} has addresses of both families`
    return say`${name} has addresses of both families. ${p.family ?? 'One'} comes first, <${p.address}> before <${p.other}>, as RFC 6724 ranks them`
  },
  'dns.outside': (p) => {
    const by = p.by === 'cluster-dns' ? "The cluster's DNS asks the world outside" : 'The world outside answers'
    if (!p.host && !p.name) return say`${by}`
    return p.address
      ? say`${by}: <${p.name ?? p.host ?? ''}> is ${p.address}`
      : say`${by} for <${p.name ?? p.host ?? ''}>`
  },
  'connection.reused': (p) => {
    const stays = p.pod ? say`it stays with *${p.pod}*` : say`it stays where it is`
    const before = p.requests ? `, after ${count(p.requests, 'request')}` : ''
    return say`The connection is still open${before}: no name is asked, no endpoint is drawn, ${stays}`
  },
}
