import { canonicalIP, familiesOf, familyOf, isIP, makeKey, type ObjectKey, type Service } from '../../model/index.ts'
import { get, list, type State } from '../core/index.ts'
import { podsAt } from './addresses.ts'
import { type DnsRecord, isBelow, withoutDot } from './dns-record.ts'
import { addressesOfClient, inPreferredOrder, sourceFor } from './families.ts'
import { type Found, type Resolver, resolverOf, search } from './resolver.ts'
import { clientPlace, type Ending, fail, hop, reason, source, TOOK, type Walk } from './walk.ts'

/** Where a host leads. */
export interface Destination {
  /** In the order in which the client tries them. */
  readonly addresses: readonly string[]
  /** The headless Service that gave them. */
  readonly headless?: ObjectKey
  /** The name is one of the world outside. */
  readonly outsideName?: string
}

const DNS = { kind: 'dns', key: 'dns' } as const

/** Look the request's host up as the client's resolver does; writes down the hops. */
export function lookUp(walk: Walk): Destination | Ending {
  const { state, client, request } = walk
  const { host } = request
  const own = addressesOfClient(state, client)
  if (isIP(host)) {
    const address = canonicalIP(host) ?? host
    return sourceFor(own, address) === undefined ? noRoute(walk, address) : { addresses: [address] }
  }
  const resolver = resolverOf(state, client)
  const listed = resolver.hosts.filter((h) => h.names.some((n) => n.toLowerCase() === withoutDot(host).toLowerCase()))
  if (listed.length > 0) {
    const addresses = inPreferredOrder(
      listed.map((h) => h.ip),
      own,
    )
    const [address] = addresses
    if (address === undefined) return noRoute(walk, listed[0]!.ip)
    const why = reason('dns.answer', 'DNS-12', { host, name: host, address, what: 'other' })
    hop(walk, { layer: 'name', from: clientPlace(client), to: clientPlace(client), why })
    return { addresses }
  }
  // curl asks for both families, unless the machine has no IPv6
  const types = familiesOf(state.config).includes('IPv6') ? ['A', 'AAAA'] : ['A']
  const found = search(state, resolver, host, types)
  // records that are shuffled begin with any of them; the others follow round
  const turned = types.flatMap((type) => {
    const all = found.reply.records.filter((r) => r.type === type).map((r) => r.data)
    const first = walk.draw.one(all.length)
    return [...all.slice(first), ...all.slice(0, first)]
  })
  if (turned.length === 0) return notFound(walk, resolver, found)
  const addresses = inPreferredOrder(turned, own)
  if (addresses.length === 0) return noRoute(walk, turned[0]!)
  const destination = answered(walk, resolver, found, addresses)
  orderHop(walk, addresses)
  return destination
}

/** A name with addresses of both families: which comes first. */
function orderHop(walk: Walk, addresses: readonly string[]): void {
  const [address] = addresses
  const other = addresses.find((ip) => familyOf(ip) !== familyOf(address!))
  if (other === undefined) return
  const from = clientPlace(walk.client)
  const params = { host: walk.request.host, address: address!, other, family: familyOf(address!) }
  hop(walk, { layer: 'name', from, to: from, why: reason('dns.families', 'DNS-18', params) })
}

/** The client has no address of that family. */
function noRoute(walk: Walk, address: string): Ending {
  const { client, request } = walk
  const why = reason('dial.no-route', 'NET-3', { address, what: 'other', family: familyOf(address) })
  fail(walk, { layer: 'dial', from: clientPlace(client), to: { kind: 'outside', key: address }, why, took: 0.1 })
  return {
    outcome: 'refused',
    error: `Failed to connect to ${request.host} port ${request.port} after 0 ms: Couldn't connect to server`,
  }
}

/** The Service that a name of the cluster belongs to. */
export function serviceOfName(state: State, name: string): Service | undefined {
  const zone = `.svc.${state.config.clusterDomain}`.toLowerCase()
  const plain = withoutDot(name).toLowerCase()
  if (!plain.endsWith(zone)) return undefined
  const labels = plain.slice(0, -zone.length).split('.')
  return get<Service>(state, 'Service', labels.at(-1) ?? '', labels.at(-2) ?? '')
}

const named = (service: Service | undefined) => ({
  service: service?.metadata.name,
  namespace: service?.metadata.namespace,
})
const keyOfService = (s: Service): ObjectKey => makeKey('Service', s.metadata.namespace ?? '', s.metadata.name)

function answered(walk: Walk, resolver: Resolver, found: Found, addresses: readonly string[]): Destination {
  const { state, client, request } = walk
  const aliases = found.reply.records.filter((r) => r.type === 'CNAME')
  const position = found.tried.length
  let where = { host: request.host, position, names: found.names }
  let name = found.question
  for (const alias of aliases) {
    aliasHop(walk, alias, where, TOOK.clusterDns * (alias === aliases[0] ? position : 0))
    name = alias.data
    where = { host: withoutDot(name), position: 1, names: 1 }
  }
  const service = serviceOfName(state, name)
  const from = clientPlace(client)
  const params = {
    host: where.host,
    name: withoutDot(name),
    address: addresses[0]!,
    addresses: [...addresses],
    position: where.position,
    names: where.names,
  }
  const outsideName =
    resolver.asks === 'outside' || !withoutDot(name).toLowerCase().endsWith(state.config.clusterDomain.toLowerCase())
  if (outsideName) {
    const by = resolver.asks === 'cluster' ? 'cluster-dns' : client.from === 'internet' ? 'internet' : 'node'
    const why = reason('dns.outside', 'DNS-10', {
      host: request.host,
      name: withoutDot(name),
      address: addresses[0]!,
      by,
    })
    hop(walk, { layer: 'name', from, to: DNS, why, took: TOOK.outsideDns + TOOK.clusterDns * (position - 1) })
    return { addresses, outsideName: withoutDot(name) }
  }
  const headless = service?.spec.clusterIP === 'None'
  const pod = addresses.length === 1 && (headless || !service) ? podsAt(state, addresses[0]!)[0] : undefined
  const what = headless ? (isPodName(name, service) ? 'pod' : 'headless') : service ? 'cluster-ip' : 'pod'
  const sources = service
    ? [source(keyOfService(service), ...(headless ? ['spec', 'clusterIP'] : ['metadata', 'name']))]
    : []
  const why = reason(
    'dns.answer',
    headless ? 'DNS-3' : 'DNS-1',
    { ...params, what, ...named(service), pod: pod?.metadata.name },
    sources,
  )
  hop(walk, { layer: 'name', from, to: DNS, why, took: aliases.length > 0 ? 0 : TOOK.clusterDns * position })
  return { addresses, headless: headless && service ? keyOfService(service) : undefined }
}

/** `web-0.web.default.svc…`: more labels than the Service's own name has. */
const isPodName = (name: string, service: Service | undefined): boolean =>
  !name.toLowerCase().startsWith(`${service?.metadata.name}.${service?.metadata.namespace}.svc.`)

const isHeadless = (state: State, name: string): boolean => serviceOfName(state, name)?.spec.clusterIP === 'None'

function aliasHop(
  walk: Walk,
  alias: DnsRecord,
  where: { host: string; position: number; names: number },
  took: number,
): void {
  const service = serviceOfName(walk.state, alias.name)
  const why = reason(
    'dns.cname',
    'DNS-4',
    { ...where, name: withoutDot(alias.name), target: withoutDot(alias.data), ...named(service) },
    service ? [source(keyOfService(service), 'spec', 'externalName')] : [],
  )
  hop(walk, { layer: 'name', from: clientPlace(walk.client), to: DNS, why, took })
}

function notFound(walk: Walk, resolver: Resolver, found: Found): Ending {
  const { state, client, request } = walk
  const ending: Ending = { outcome: 'name not found', error: `Could not resolve host: ${request.host}` }
  const step = {
    layer: 'name',
    from: clientPlace(client),
    to: DNS,
    took: TOOK.clusterDns * Math.max(1, found.tried.length),
  } as const
  if (found.reply.rcode === 'NOERROR') {
    const alias = found.reply.records.findLast((r) => r.type === 'CNAME')
    const service = serviceOfName(state, found.question)
    if (service?.spec.type === 'ExternalName') {
      const target = alias?.data ?? service.spec.externalName ?? ''
      aliasHop(
        walk,
        { name: found.question, type: 'CNAME', data: target },
        { host: request.host, position: found.tried.length, names: found.names },
        step.took,
      )
      const inside = isBelow(target, state.config.clusterDomain)
      const why = reason('dns.nxdomain', 'DNS-4', { host: withoutDot(target), tried: [withoutDot(target)] }, [
        source(keyOfService(service), 'spec', 'externalName'),
      ])
      fail(walk, { ...step, took: inside ? TOOK.clusterDns : TOOK.outsideDns, why })
      return ending
    }
    const why = reason('dns.no-address', 'DNS-6', {
      host: request.host,
      name: withoutDot(found.question),
      ...named(service),
    })
    fail(walk, { ...step, why })
    return ending
  }
  const first = request.host.split('.')[0]!.toLowerCase()
  // a pod's own name that is not there is another matter: the Service may have other pods
  const headless = resolver.asks === 'cluster' ? found.tried.filter((n) => isHeadless(state, n)) : []
  const whole = headless.find((n) => !isPodName(n, serviceOfName(state, n)))
  const emptyHeadless = whole === undefined ? undefined : serviceOfName(state, whole)
  if (emptyHeadless) {
    const sources = [source(keyOfService(emptyHeadless), 'spec', 'selector')]
    fail(walk, {
      ...step,
      why: reason('dns.no-address', 'DNS-6', { host: request.host, ...named(emptyHeadless) }, sources),
    })
    return ending
  }
  const elsewhere =
    client.from === 'pod'
      ? list<Service>(state, 'Service')
          .filter((s) => s.metadata.name === first && s.metadata.namespace !== client.namespace)
          .map((s) => s.metadata.namespace ?? '')
      : []
  const why = reason(
    'dns.nxdomain',
    'DNS-5',
    {
      host: request.host,
      tried: found.tried.map(withoutDot),
      namespace: client.from === 'pod' ? client.namespace : undefined,
      elsewhere: elsewhere.length > 0 ? elsewhere.sort() : undefined,
      service: elsewhere.length > 0 ? first : undefined,
    },
    headless.map((n) => source(keyOfService(serviceOfName(state, n)!), 'metadata', 'name')),
  )
  fail(walk, { ...step, why })
  return ending
}
