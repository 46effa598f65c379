import { formatFloat } from './go-numbers.ts'
import type { MapNode, ScalarNode, YamlNode } from './yaml-nodes.ts'
import { YamlProblem } from './yaml-problem.ts'
import { type Resolved, resolveScalar } from './yaml-resolve.ts'

export interface Decoded {
  /** Plain frozen data; the keys of maps in the order of their code units, as Go marshals them. */
  readonly value: unknown
  /** Keys that a later one of the same name replaced. */
  readonly duplicates: readonly { readonly name: string; readonly from: number; readonly to: number }[]
}

/**
 * A node's value as kubectl has it after sigs.k8s.io/yaml made JSON of it: keys become strings, a later key replaces an earlier one,
 * `<<` merges where it stands. Throws YamlProblem with go-yaml's words; what is not go-yaml's own (a key that JSON cannot have) says so
 * by `beyond`. go.yaml.in/yaml/v2 decode.go decoder, sigs.k8s.io/yaml yaml.go convertToJSONableObject (v1.6.0)
 */
export function decodeNode(root: YamlNode): Decoded {
  const decoder = new Decoder()
  return { value: decoder.decode(root), duplicates: decoder.duplicates }
}

/** A problem of the way from YAML to JSON, not of the YAML: its words have no "yaml: " before them. */
export class ConversionProblem extends YamlProblem {}

/** go.yaml.in/yaml/v2 decode.go allowedAliasRatio: how much of a document may come out of aliases. */
function allowedAliasRatio(decoded: number): number {
  if (decoded <= 400_000) return 0.99
  if (decoded >= 4_000_000) return 0.1
  return 0.99 - 0.89 * ((decoded - 400_000) / 3_600_000)
}

class Decoder {
  readonly duplicates: { name: string; from: number; to: number }[] = []
  private decoded = 0
  private aliased = 0
  private aliasDepth = 0

  private count(node: YamlNode): void {
    this.decoded++
    if (this.aliasDepth > 0) this.aliased++
    if (this.aliased > 100 && this.decoded > 1000 && this.aliased / this.decoded > allowedAliasRatio(this.decoded)) {
      throw new YamlProblem('document contains excessive aliasing', node.from, node.to)
    }
  }

  decode(node: YamlNode): unknown {
    this.count(node)
    switch (node.kind) {
      case 'alias': {
        this.aliasDepth++
        const value = this.decode(node.target)
        this.aliasDepth--
        return value
      }
      case 'scalar':
        return toJson(resolve(node), node)
      case 'seq':
        return Object.freeze(node.items.map((item) => this.decode(item)))
      case 'map': {
        const out = new Map<string, unknown>()
        this.fill(node, out)
        return freezeSorted(out)
      }
    }
  }

  private fill(node: MapNode, out: Map<string, unknown>): void {
    const own = new Set<string>()
    for (const { key, value } of node.entries) {
      if (key.kind === 'scalar' && key.value === '<<' && (key.implicit || key.tag === 'tag:yaml.org,2002:merge')) {
        this.merge(value, out)
        continue
      }
      const name = this.keyOf(key, value)
      if (own.has(name) && this.aliasDepth === 0) this.duplicates.push({ name, from: key.from, to: key.to })
      own.add(name)
      out.set(name, this.decode(value))
    }
  }

  private keyOf(key: YamlNode, value: YamlNode): string {
    this.count(key)
    const node = key.kind === 'alias' ? key.target : key
    if (node.kind !== 'scalar') {
      this.decode(node)
      throw new YamlProblem(`invalid map key: ${goSyntax(node)}`, key.from, key.to)
    }
    const resolved = resolve(node)
    switch (resolved.type) {
      case 'string':
        return resolved.value
      case 'bool':
        return String(resolved.value)
      case 'float':
        return formatFloat(resolved.value, 32)
      case 'int':
        if (resolved.value < 1n << 63n) return String(resolved.value)
        throw unsupportedKey('uint64', `0x${resolved.value.toString(16)}`, value, key)
      case 'null':
        throw unsupportedKey('%!s(<nil>)', '<nil>', value, key)
    }
  }

  private merge(node: YamlNode, out: Map<string, unknown>): void {
    if (node.kind === 'seq') {
      this.mergeable(node, node.items)
      // Backwards: the earlier ones have precedence.
      for (const item of [...node.items].reverse()) this.mergeOne(item, out)
    } else {
      this.mergeable(node, [node])
      this.mergeOne(node, out)
    }
  }

  private mergeable(at: YamlNode, nodes: readonly YamlNode[]): void {
    for (const node of nodes) {
      const target = node.kind === 'alias' ? node.target : node
      if (target.kind !== 'map')
        throw new YamlProblem('map merge requires map or sequence of maps as the value', at.from, at.to)
    }
  }

  private mergeOne(node: YamlNode, out: Map<string, unknown>): void {
    this.count(node)
    if (node.kind === 'alias') {
      this.aliasDepth++
      this.count(node.target)
      if (node.target.kind === 'map') this.fill(node.target, out)
      this.aliasDepth--
    } else if (node.kind === 'map') this.fill(node, out)
  }
}

const resolve = (node: ScalarNode): Resolved => resolveScalar(node.value, node.tag, node.implicit, node.from, node.to)

function toJson(resolved: Resolved, node: ScalarNode): unknown {
  switch (resolved.type) {
    case 'null':
      return null
    case 'int':
      return Number(resolved.value)
    case 'float':
      if (Number.isFinite(resolved.value)) return resolved.value
      throw new ConversionProblem(`json: unsupported value: ${formatInfinity(resolved.value)}`, node.from, node.to)
    default:
      return resolved.value
  }
}

const formatInfinity = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf')

function unsupportedKey(type: string, key: string, value: YamlNode, node: YamlNode): ConversionProblem {
  const shown = goSyntax(value)
  const words = `unsupported map key of type: ${type}, key: ${key}, value: ${shown === NIL ? '<nil>' : shown}`
  return new ConversionProblem(words, node.from, node.to)
}

const NIL = 'interface {}(nil)'

/** Go's `%#v` of what go-yaml makes of a node. */
function goSyntax(node: YamlNode): string {
  switch (node.kind) {
    case 'alias':
      return goSyntax(node.target)
    case 'seq':
      return `[]interface {}{${node.items.map(goSyntax).join(', ')}}`
    case 'map': {
      const pairs = node.entries.map(({ key, value }) => `${goSyntax(key)}:${goSyntax(value)}`).sort()
      return `map[interface {}]interface {}{${pairs.join(', ')}}`
    }
    case 'scalar': {
      const resolved = resolve(node)
      if (resolved.type === 'null') return NIL
      if (resolved.type === 'float') return formatFloat(resolved.value, 64)
      return resolved.type === 'string' ? JSON.stringify(resolved.value) : String(resolved.value)
    }
  }
}

/** An object of these entries: keys sorted, nothing inherited that a manifest could name. */
export function freezeSorted(entries: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = {}
  for (const key of [...entries.keys()].sort()) {
    if (key === '__proto__')
      Object.defineProperty(out, key, { value: entries.get(key), enumerable: true, configurable: true, writable: true })
    else out[key] = entries.get(key)
  }
  return Object.freeze(out)
}

/** The name that a key has in JSON; undefined for one that JSON cannot have. */
export function keyName(key: YamlNode): string | undefined {
  const node = key.kind === 'alias' ? key.target : key
  if (node.kind !== 'scalar') return undefined
  if (node.tag === '' && !node.implicit) return node.value
  try {
    const resolved = resolve(node)
    if (resolved.type === 'float') return formatFloat(resolved.value, 32)
    return resolved.type === 'null' ? undefined : String(resolved.value)
  } catch (problem) {
    if (problem instanceof YamlProblem) return undefined
    throw problem
  }
}
