import {
  blockText,
  type ClusterConfig,
  DEFAULT_CLUSTER,
  type Diagnostic,
  defaultNodeIP,
  familiesOf,
  familyOf,
  formatPath,
  type IPFamily,
  inRanges,
  ipNumber,
  isIP,
  type Ms,
  makeKey,
  type NodeConfig,
  nodeIPs,
  OWN_API_VERSION,
  type Path,
  parseBlock,
  parseDuration,
  rangesOf,
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
  const { podCIDR, serviceCIDR } = ranges(reader, spec)
  const config: ClusterConfig = {
    nodes: nodes(reader, spec['nodes'], familiesOf({ serviceCIDR })),
    podCIDR,
    serviceCIDR,
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

function nodes(reader: Reader, value: unknown, families: readonly IPFamily[]): readonly NodeConfig[] {
  const path = ['spec', 'nodes']
  const presets = (n: number) => Array.from({ length: n }, (_, i) => defaultNode(i, families))
  const usual = presets(DEFAULT_CLUSTER.nodes.length)
  if (value === undefined || value === null) return usual
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 1 && value <= MAX_NODES) return presets(value)
    reader.say(path, `Invalid value: ${value}: must be between 1 and ${MAX_NODES}, inclusive`)
    return usual
  }
  if (!Array.isArray(value)) {
    reader.say(path, `Invalid value: ${shown(value)}: must be a number or a list of nodes`)
    return usual
  }
  if (value.length === 0 || value.length > MAX_NODES) {
    reader.say(path, `Invalid value: ${value.length} nodes: must be between 1 and ${MAX_NODES}, inclusive`)
    return usual
  }
  const out = value.map((item, i) => oneNode(reader, item, [...path, i], defaultNode(i, families), families))
  for (const [field, of] of [
    ['name', (n: NodeConfig) => [n.name]],
    ['internalIP', nodeIPs],
  ] as const) {
    out.forEach((node, i) => {
      const twice = of(node).find((text) => out.slice(0, i).some((other) => of(other).includes(text)))
      if (twice !== undefined) reader.say([...path, i, field], `Duplicate value: ${goQuote(twice)}`)
    })
  }
  return out
}

/** `internalIP` is one address, or one of each family with a comma between them, as the kubelet's --node-ip takes it. */
function oneNode(
  reader: Reader,
  value: unknown,
  path: Path,
  preset: NodeConfig,
  families: readonly IPFamily[],
): NodeConfig {
  const fields = reader.map(value, path, ['name', 'zone', 'internalIP'])
  const name = reader.text(fields['name'], [...path, 'name'], preset.name)
  for (const why of dns1123Subdomain(name)) reader.say([...path, 'name'], `Invalid value: ${goQuote(name)}: ${why}`)
  const text = reader.text(fields['internalIP'], [...path, 'internalIP'], preset.internalIP)
  const given = rangesOf(text)
  const fits = (ip: string, i: number) =>
    isIP(ip) && families.includes(familyOf(ip)) && given.findIndex((o) => familyOf(o) === familyOf(ip)) === i
  if (!given.every(fits)) {
    const one = families.map((f) => `an ${f} address`)
    const what = one.length === 1 ? one[0] : `${one.join(', ')}, or one of each with a comma between them`
    reader.say([...path, 'internalIP'], `Invalid value: ${goQuote(text)}: must be ${what}`)
    return preset
  }
  const [internalIP = '', secondaryIP] = families.map(
    (f) => given.find((ip) => familyOf(ip) === f) ?? nodeIPs(preset).find((ip) => familyOf(ip) === f),
  )
  const zone = reader.text(fields['zone'], [...path, 'zone'], preset.zone)
  return { name, zone, internalIP, ...(secondaryIP !== undefined && { secondaryIP }) }
}

/** node-1 in zone-a, node-2 and node-3 in zone-b, then zone-a again; addresses go up from 172.18.0.11 and fd00:172:18::11. */
function defaultNode(i: number, families: readonly IPFamily[]): NodeConfig {
  const [internalIP = '', secondaryIP] = families.map((f) => defaultNodeIP(f, i))
  const place = { name: `node-${i + 1}`, zone: i % 3 === 0 ? 'zone-a' : 'zone-b' }
  return { ...place, internalIP, ...(secondaryIP !== undefined && { secondaryIP }) }
}

/** The widest and the narrowest block, by family. An IPv6 pod range is parted among the nodes as /64, at most 65,536 of them. */
const BITS = {
  podCIDR: { IPv4: [8, 22], IPv6: [48, 62], example: { IPv4: '10.244.0.0/16', IPv6: 'fd00:10:244::/56' } },
  serviceCIDR: { IPv4: [8, 27], IPv6: [64, 123], example: { IPv4: '10.96.0.0/16', IPv6: 'fd00:10:96::/112' } },
} as const

type RangeField = keyof typeof BITS

/** Both ranges: of one family, or of two in the same order; what one of them does not say follows the other. */
function ranges(reader: Reader, spec: Fields): Readonly<Record<RangeField, string>> {
  const told = (name: RangeField) => spec[name] !== undefined && spec[name] !== null
  const read = (name: RangeField) => rangeField(reader, spec, name)
  const usual = (name: RangeField, as: string) =>
    familiesOf({ serviceCIDR: as })
      .map((f) => BITS[name].example[f])
      .join(',')
  const pods = read('podCIDR')
  const services = read('serviceCIDR')
  if (!told('podCIDR')) return { podCIDR: usual('podCIDR', services), serviceCIDR: services }
  if (!told('serviceCIDR')) return { podCIDR: pods, serviceCIDR: usual('serviceCIDR', pods) }
  const families = (text: string) => familiesOf({ serviceCIDR: text }).join(', ')
  if (families(pods) === families(services)) return { podCIDR: pods, serviceCIDR: services }
  reader.say(
    ['spec', 'serviceCIDR'],
    `Invalid value: ${goQuote(services)}: must be of the families of podCIDR, in their order: ${families(pods)}`,
  )
  return DEFAULT_CLUSTER
}

function rangeField(reader: Reader, spec: Fields, name: RangeField): string {
  const text = reader.text(spec[name], ['spec', name], DEFAULT_CLUSTER[name])
  const blocks = rangesOf(text).map(parseBlock)
  const refuse = (why: string) => {
    reader.say(['spec', name], `Invalid value: ${goQuote(text)}: ${why}`)
    return DEFAULT_CLUSTER[name]
  }
  const known = blocks.filter((b) => b !== undefined)
  const proper =
    known.length === blocks.length && known.every((b, i) => ipNumber(rangesOf(text)[i]!.split('/')[0]!) === b.first)
  if (!proper || blocks.length > 2 || known[0]?.family === known[1]?.family) {
    const { IPv4, IPv6 } = BITS[name].example
    return refuse(`must be a block, (e.g. ${IPv4}), or one of each family, (e.g. ${IPv4},${IPv6})`)
  }
  for (const { family, bits } of known) {
    const [widest, narrowest] = BITS[name][family]
    if (bits < widest || bits > narrowest)
      return refuse(
        `the prefix must be between /${widest} and /${narrowest}, inclusive${family === 'IPv6' ? ', in IPv6' : ''}`,
      )
  }
  return known.map(blockText).join(',')
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
    const both = rangesOf(ip)
    if (!both.every(isIP) || both.length > 2 || (both.length === 2 && familyOf(both[0]!) === familyOf(both[1]!)))
      reader.say(
        [...path, name],
        `Invalid value: ${shown(address)}: must be an IP address, or one of each family with a comma between them`,
      )
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
  const blocks = (text: string) => rangesOf(text).flatMap((r) => parseBlock(r) ?? [])
  const services = blocks(config.serviceCIDR)
  for (const pods of blocks(config.podCIDR)) {
    if (services.some((s) => s.family === pods.family && s.first <= pods.last && pods.first <= s.last)) {
      reader.say(
        ['spec', 'serviceCIDR'],
        `Invalid value: ${goQuote(config.serviceCIDR)}: must not overlap with podCIDR ${config.podCIDR}`,
      )
    }
    const room = 2 ** ((pods.family === 'IPv4' ? 24 : 64) - pods.bits) - 1
    if (config.nodes.length > room) {
      const each = pods.family === 'IPv4' ? '256 addresses' : 'a /64'
      reader.say(
        ['spec', 'podCIDR'],
        `Invalid value: ${goQuote(config.podCIDR)}: has room for ${room} nodes of ${each} each, not for ${config.nodes.length}`,
      )
    }
  }
  config.nodes.forEach((node, i) => {
    for (const name of ['podCIDR', 'serviceCIDR'] as const) {
      const ip = nodeIPs(node).find((one) => inRanges(config[name], one))
      if (ip === undefined) continue
      reader.say(
        ['spec', 'nodes', i, 'internalIP'],
        `Invalid value: ${goQuote(ip)}: must not lie in ${name} ${config[name]}`,
      )
    }
  })
}
