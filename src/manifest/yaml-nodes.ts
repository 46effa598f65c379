import type { ScalarStyle } from './yaml-scalars.ts'

interface NodeBase {
  /** [from, to) in the document's text, anchors and tags included, trailing comments and line breaks not. */
  readonly from: number
  readonly to: number
  /** 0-based */
  readonly line: number
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar'
  readonly value: string
  readonly style: ScalarStyle
  /** As written out in full; '' without one. */
  readonly tag: string
  /** Plain, so that its text decides its type. */
  readonly implicit: boolean
}

export interface MapEntry {
  readonly key: YamlNode
  readonly value: YamlNode
}

export interface MapNode extends NodeBase {
  readonly kind: 'map'
  readonly flow: boolean
  readonly entries: readonly MapEntry[]
}

export interface SeqNode extends NodeBase {
  readonly kind: 'seq'
  readonly flow: boolean
  readonly items: readonly YamlNode[]
  /** Of a block: where each item's dash is. */
  readonly dashes: readonly number[]
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias'
  readonly name: string
  readonly target: YamlNode
}

/** A document as it stands in the text. */
export type YamlNode = ScalarNode | MapNode | SeqNode | AliasNode
