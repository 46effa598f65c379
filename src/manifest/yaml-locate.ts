import type { Path } from '../model/index.ts'
import type { MapEntry, MapNode, YamlNode } from './yaml-nodes.ts'
import { keyName } from './yaml-value.ts'

/** Where a path leads in a document. */
export interface Found {
  /** The node at the path, or the deepest one on the way to it. */
  readonly node: YamlNode
  /** How many parts of the path were found; all: the node is what the path names. */
  readonly depth: number
  /** The entry of a map that led to the node. */
  readonly entry?: MapEntry
  /** The node that holds it, and (in a sequence) its place. */
  readonly parent?: YamlNode
  readonly index?: number
  /** The way led through an alias or a merge: the text there also says something about other places. */
  readonly shared: boolean
}

const target = (node: YamlNode): YamlNode => (node.kind === 'alias' ? target(node.target) : node)

/** The last entry of that name counts, as for kubectl; failing that, one that `<<` brings. */
export function findEntry(map: MapNode, name: string): { entry: MapEntry; merged: boolean } | undefined {
  for (let i = map.entries.length - 1; i >= 0; i--) {
    const entry = map.entries[i]!
    if (keyName(entry.key) === name) return { entry, merged: false }
  }
  for (const { key, value } of map.entries) {
    if (key.kind !== 'scalar' || key.value !== '<<' || !key.implicit) continue
    for (const source of value.kind === 'seq' ? value.items : [value]) {
      const merged = target(source)
      const found = merged.kind === 'map' ? findEntry(merged, name) : undefined
      if (found) return { entry: found.entry, merged: true }
    }
  }
  return undefined
}

/** Follows a path from a node as far as it goes. Numbers lead into sequences, everything else into maps. */
export function follow(root: YamlNode, path: Path): Found {
  let found: Found = { node: root, depth: 0, shared: root.kind === 'alias' }
  for (const part of path) {
    const node = target(found.node)
    const shared = found.shared || found.node.kind === 'alias'
    if (node.kind === 'map') {
      const next = findEntry(node, String(part))
      if (!next) break
      const { entry, merged } = next
      found = { node: entry.value, depth: found.depth + 1, entry, parent: node, shared: shared || merged }
    } else if (node.kind === 'seq' && typeof part === 'number' && node.items[part]) {
      found = { node: node.items[part], depth: found.depth + 1, parent: node, index: part, shared }
    } else break
  }
  return found
}

/**
 * What to point at for a path: a scalar or a one-line value itself, the key of anything longer or of nothing, and for what is not
 * there the key of the nearest that is. Offsets in the document's text.
 */
export function pointAt(root: YamlNode, path: Path): { from: number; to: number } {
  const found = follow(root, path)
  const { node, entry } = found
  const complete = found.depth === path.length
  const short =
    node.kind === 'scalar' ? node.style !== 'literal' && node.style !== 'folded' : node.kind === 'alias' || node.flow
  if (complete && short && node.to > node.from) return { from: node.from, to: node.to }
  if (entry) return { from: entry.key.from, to: entry.key.to }
  return firstOf(node)
}

/** The beginning of a block: its first key, or its first item's. */
function firstOf(node: YamlNode): { from: number; to: number } {
  const inner = target(node)
  if (inner.kind === 'map' && !inner.flow && inner.entries[0]) {
    const kind = inner.entries.find(({ key }) => keyName(key) === 'kind')
    const { key, value } = kind ?? inner.entries[0]
    return {
      from: key.from,
      to: value.kind === 'scalar' && value.line === key.line ? Math.max(value.to, key.to) : key.to,
    }
  }
  if (inner.kind === 'seq' && !inner.flow && inner.items[0]) return firstOf(inner.items[0])
  return { from: node.from, to: node.to }
}
