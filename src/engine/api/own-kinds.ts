import {
  type ClusterConfig,
  DEFAULT_CLUSTER,
  type Diagnostic,
  formatIPv4,
  formatPath,
  inCidr,
  type Ms,
  makeKey,
  type NodeConfig,
  OWN_API_VERSION,
  type Path,
  parseCidr,
  parseDuration,
  parseIPv4,
} from '../../model/index.ts'
import { goQuote, shown } from './field.ts'
import { dns1123Subdomain } from './names.ts'

/** What a `kind: Client` document says, with its defaults. */
export interface ClientFields {
  readonly name: string
  /** internet | node/NAME | pod/NAME | pod/NAMESPACE/NAME */
  readonly from: string
  readonly url: string
  /** ms; undefined: once */
  readonly every?: Ms
  readonly connection: 'new' | 'keep-alive'
  readonly timeout: Ms
}

type Problems = readonly Diagnostic[]
type Fields = Readonly<Record<string, unknown>>

/** Collects what is wrong with one of our own documents, in the style of the API server. */
class Reader {
  readonly problems: Diagnostic[] = []
  readonly #kind: string
  readonly #name: string

  constructor(kind: string, name: string) {
    this.#kind = kind
    this.#name = name
  }

  say(path: Path, body: string): void {
    const message = `${this.#kind} "${this.#name}" is invalid: ${formatPath(path)}: ${body}`
    this.problems.push({
      severity: 'error',
      code: 'api.refused',
      message,
      object: makeKey(this.#kind, '', this.#name),
      path,
    })
  }

  /** The map at a path; everything that it does not know is said. */
  map(value: unknown, path: Path, known: readonly string[]): Fields {
    if (value === undefined || value === null) return {}
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.say(path, `Invalid value: ${shown(value)}: must be a map`)
      return {}
    }
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue
      const close = known.find((k) => k.toLowerCase() === name.toLowerCase())
      this.say(
        [...path, name],
        close ? `unknown field (did you mean ${close}?)` : `unknown field; known are ${known.join(', ')}`,
      )
    }
    return value as Fields
  }

  text(value: unknown, path: Path, fallback: string): string {
    if (value === undefined || value === null) return fallback
    if (typeof value === 'string') return value
    this.say(path, `Invalid value: ${shown(value)}: must be a string`)
    return fallback
  }

  oneOf<T extends string>(value: unknown, path: Path, allowed: readonly T[], fallback: T): T {
    const text = this.text(value, path, fallback)
    const found = allowed.find((a) => a === text)
    if (found === undefined)
      this.say(path, `Unsupported value: ${shown(text)}: supported values: ${allowed.map(goQuote).join(', ')}`)
    return found ?? fallback
  }

  duration(value: unknown, path: Path, fallback: Ms): Ms {
    if (value === undefined || value === null) return fallback
    const ms = typeof value === 'string' ? parseDuration(value) : undefined
    if (ms !== undefined && ms > 0 && ms <= 3_600_000) return ms
    this.say(path, `Invalid value: ${shown(value)}: must be a time like "500ms", "2s" or "1m", at most an hour`)
    return fallback
  }
}

const nameOf = (value: unknown): string => {
  const name = (value as { metadata?: { name?: unknown } } | null)?.metadata?.name
  return typeof name === 'string' ? name : ''
}

function metadata(reader: Reader, value: unknown, needed: boolean): void {
  const meta = reader.map(value, ['metadata'], ['name', 'namespace', 'labels', 'annotations'])
  const { name } = meta
  if (name === undefined || name === '') {
    if (needed) reader.say(['metadata', 'name'], 'Required value')
  } else if (typeof name !== 'string')
    reader.say(['metadata', 'name'], `Invalid value: ${shown(name)}: must be a string`)
  else
    for (const why of dns1123Subdomain(name))
      reader.say(['metadata', 'name'], `Invalid value: ${goQuote(name)}: ${why}`)
}

/**
 * Read a `kind: Client` document (fairlead.dev/v1). The URL itself is read when it is asked, by curl's rules: a wrong one is an answer.
 */
export function decodeClient(
  value: unknown,
): { readonly ok: true; readonly client: ClientFields } | { readonly ok: false; readonly diagnostics: Problems } {
  const reader = new Reader('Client', nameOf(value))
  const top = reader.map(value, [], ['apiVersion', 'kind', 'metadata', 'spec'])
  if (top['apiVersion'] !== OWN_API_VERSION)
    reader.say(['apiVersion'], `Unsupported value: ${shown(top['apiVersion'])}: supported values: "${OWN_API_VERSION}"`)
  metadata(reader, top['metadata'], true)
  const spec = reader.map(top['spec'], ['spec'], ['from', 'url', 'every', 'connection', 'timeout'])
  const from = reader.text(spec['from'], ['spec', 'from'], 'internet')
  if (!/^(internet|node\/[^/]+|pod\/[^/]+(\/[^/]+)?)$/.test(from)) {
    reader.say(
      ['spec', 'from'],
      `Invalid value: ${goQuote(from)}: must be internet, node/NAME, pod/NAME or pod/NAMESPACE/NAME`,
    )
  } else if (from !== 'internet') {
    for (const name of from.split('/').slice(1)) {
      for (const why of dns1123Subdomain(name)) reader.say(['spec', 'from'], `Invalid value: ${goQuote(from)}: ${why}`)
    }
  }
  const url = reader.text(spec['url'], ['spec', 'url'], '')
  if (url === '' && (spec['url'] === undefined || spec['url'] === null || spec['url'] === ''))
    reader.say(['spec', 'url'], 'Required value')
  const once = spec['every'] === 'once'
  const every = once ? undefined : reader.duration(spec['every'], ['spec', 'every'], 1000)
  const connection = reader.oneOf(spec['connection'], ['spec', 'connection'], ['new', 'keep-alive'], 'new')
  const timeout = reader.duration(spec['timeout'], ['spec', 'timeout'], 2000)
  if (reader.problems.length > 0) return { ok: false, diagnostics: reader.problems }
  return {
    ok: true,
    client: { name: nameOf(value), from, url, ...(every === undefined ? {} : { every }), connection, timeout },
  }
}

const MAX_NODES = 200

/** Read a `kind: Cluster` document (fairlead.dev/v1): every field has a default. */
export function decodeCluster(
  value: unknown,
): { readonly ok: true; readonly config: ClusterConfig } | { readonly ok: false; readonly diagnostics: Problems } {
  const reader = new Reader('Cluster', nameOf(value))
  const top = reader.map(value, [], ['apiVersion', 'kind', 'metadata', 'spec'])
  if (top['apiVersion'] !== OWN_API_VERSION)
    reader.say(['apiVersion'], `Unsupported value: ${shown(top['apiVersion'])}: supported values: "${OWN_API_VERSION}"`)
  metadata(reader, top['metadata'], false)
  const spec = reader.map(top['spec'], ['spec'], Object.keys(DEFAULT_CLUSTER))
  const config: ClusterConfig = {
    nodes: nodes(reader, spec['nodes']),
    podCIDR: cidr(reader, spec, 'podCIDR', 8, 22),
    serviceCIDR: cidr(reader, spec, 'serviceCIDR', 8, 27),
    nodePortRange: portRange(reader, spec['nodePortRange']),
    proxyMode: reader.oneOf(
      spec['proxyMode'],
      ['spec', 'proxyMode'],
      ['iptables', 'nftables'],
      DEFAULT_CLUSTER.proxyMode,
    ),
    loadBalancers: reader.oneOf(
      spec['loadBalancers'],
      ['spec', 'loadBalancers'],
      ['cloud', 'none'],
      DEFAULT_CLUSTER.loadBalancers,
    ),
    clusterDomain: domain(reader, spec['clusterDomain']),
    externalNames: externalNames(reader, spec['externalNames']),
    undeclaredPorts: reader.oneOf(
      spec['undeclaredPorts'],
      ['spec', 'undeclaredPorts'],
      ['assume', 'refuse'],
      DEFAULT_CLUSTER.undeclaredPorts,
    ),
    seed: seed(reader, spec['seed']),
  }
  overlaps(reader, config)
  return reader.problems.length > 0 ? { ok: false, diagnostics: reader.problems } : { ok: true, config }
}

function nodes(reader: Reader, value: unknown): readonly NodeConfig[] {
  const path = ['spec', 'nodes']
  if (value === undefined || value === null) return DEFAULT_CLUSTER.nodes
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 1 && value <= MAX_NODES)
      return Array.from({ length: value }, (_, i) => defaultNode(i))
    reader.say(path, `Invalid value: ${value}: must be between 1 and ${MAX_NODES}, inclusive`)
    return DEFAULT_CLUSTER.nodes
  }
  if (!Array.isArray(value)) {
    reader.say(path, `Invalid value: ${shown(value)}: must be a number or a list of nodes`)
    return DEFAULT_CLUSTER.nodes
  }
  if (value.length === 0 || value.length > MAX_NODES) {
    reader.say(path, `Invalid value: ${value.length} nodes: must be between 1 and ${MAX_NODES}, inclusive`)
    return DEFAULT_CLUSTER.nodes
  }
  const out = value.map((item, i) => oneNode(reader, item, [...path, i], i))
  for (const field of ['name', 'internalIP'] as const) {
    out.forEach((node, i) => {
      const first = out.findIndex((other) => other[field] === node[field])
      if (first < i) reader.say([...path, i, field], `Duplicate value: ${goQuote(node[field])}`)
    })
  }
  return out
}

function oneNode(reader: Reader, value: unknown, path: Path, i: number): NodeConfig {
  const preset = defaultNode(i)
  const fields = reader.map(value, path, ['name', 'zone', 'internalIP'])
  const name = reader.text(fields['name'], [...path, 'name'], preset.name)
  for (const why of dns1123Subdomain(name)) reader.say([...path, 'name'], `Invalid value: ${goQuote(name)}: ${why}`)
  const internalIP = reader.text(fields['internalIP'], [...path, 'internalIP'], preset.internalIP)
  if (parseIPv4(internalIP) === undefined)
    reader.say([...path, 'internalIP'], `Invalid value: ${goQuote(internalIP)}: must be an IPv4 address`)
  return { name, zone: reader.text(fields['zone'], [...path, 'zone'], preset.zone), internalIP }
}

/** node-1 in zone-a, node-2 and node-3 in zone-b, then zone-a again; addresses go up from 172.18.0.11. */
function defaultNode(i: number): NodeConfig {
  const base = parseIPv4('172.18.0.11')!
  return { name: `node-${i + 1}`, zone: i % 3 === 0 ? 'zone-a' : 'zone-b', internalIP: formatIPv4(base + i) }
}

function cidr(
  reader: Reader,
  spec: Fields,
  name: 'podCIDR' | 'serviceCIDR',
  widest: number,
  narrowest: number,
): string {
  const text = reader.text(spec[name], ['spec', name], DEFAULT_CLUSTER[name])
  const block = parseCidr(text)
  if (!block || formatIPv4(block.base) !== text.split('/')[0]) {
    reader.say(
      ['spec', name],
      `Invalid value: ${goQuote(text)}: must be an IPv4 block, (e.g. ${DEFAULT_CLUSTER[name]})`,
    )
    return DEFAULT_CLUSTER[name]
  }
  if (block.bits < widest || block.bits > narrowest) {
    reader.say(
      ['spec', name],
      `Invalid value: ${goQuote(text)}: the prefix must be between /${widest} and /${narrowest}, inclusive`,
    )
    return DEFAULT_CLUSTER[name]
  }
  return text
}

function portRange(reader: Reader, value: unknown): readonly [number, number] {
  if (value === undefined || value === null) return DEFAULT_CLUSTER.nodePortRange
  const match = typeof value === 'string' ? /^(\d{1,5})-(\d{1,5})$/.exec(value.trim()) : null
  const [low, high] = [Number(match?.[1]), Number(match?.[2])]
  if (match && low >= 1 && low <= high && high <= 65535) return [low, high]
  reader.say(['spec', 'nodePortRange'], `Invalid value: ${shown(value)}: must be a range of ports, (e.g. 30000-32767)`)
  return DEFAULT_CLUSTER.nodePortRange
}

function domain(reader: Reader, value: unknown): string {
  const text = reader.text(value, ['spec', 'clusterDomain'], DEFAULT_CLUSTER.clusterDomain)
  for (const why of dns1123Subdomain(text))
    reader.say(['spec', 'clusterDomain'], `Invalid value: ${goQuote(text)}: ${why}`)
  return text
}

function externalNames(reader: Reader, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return DEFAULT_CLUSTER.externalNames
  const path = ['spec', 'externalNames']
  if (typeof value !== 'object' || Array.isArray(value)) {
    reader.say(path, `Invalid value: ${shown(value)}: must be a map of names to addresses`)
    return DEFAULT_CLUSTER.externalNames
  }
  const out: Record<string, string> = {}
  for (const [name, address] of Object.entries(value)) {
    for (const why of dns1123Subdomain(name.replace(/^\*\./, '')))
      reader.say([...path, name], `Invalid value: ${goQuote(name)}: ${why}`)
    const ip = reader.text(address, [...path, name], '')
    if (parseIPv4(ip) === undefined)
      reader.say([...path, name], `Invalid value: ${shown(address)}: must be an IPv4 address`)
    out[name] = ip
  }
  return out
}

function seed(reader: Reader, value: unknown): number {
  if (value === undefined || value === null) return DEFAULT_CLUSTER.seed
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value
  reader.say(
    ['spec', 'seed'],
    `Invalid value: ${shown(value)}: must be a whole number between 0 and 4294967295, inclusive`,
  )
  return DEFAULT_CLUSTER.seed
}

/** Blocks that share addresses make routes that mean two things. */
function overlaps(reader: Reader, config: ClusterConfig): void {
  const pods = parseCidr(config.podCIDR)!
  const services = parseCidr(config.serviceCIDR)!
  if (inCidr(pods, formatIPv4(services.base)) || inCidr(services, formatIPv4(pods.base))) {
    reader.say(
      ['spec', 'serviceCIDR'],
      `Invalid value: ${goQuote(config.serviceCIDR)}: must not overlap with podCIDR ${config.podCIDR}`,
    )
  }
  const room = 2 ** (24 - pods.bits) - 1
  if (config.nodes.length > room) {
    reader.say(
      ['spec', 'podCIDR'],
      `Invalid value: ${goQuote(config.podCIDR)}: has room for ${room} nodes of 256 addresses each, not for ${config.nodes.length}`,
    )
  }
  config.nodes.forEach((node, i) => {
    for (const [name, block] of [
      ['podCIDR', pods],
      ['serviceCIDR', services],
    ] as const) {
      if (!inCidr(block, node.internalIP)) continue
      reader.say(
        ['spec', 'nodes', i, 'internalIP'],
        `Invalid value: ${goQuote(node.internalIP)}: must not lie in ${name} ${config[name]}`,
      )
    }
  })
}
