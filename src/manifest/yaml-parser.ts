import type { MapEntry, ScalarNode, YamlNode } from './yaml-nodes.ts'
import { type Mark, parserProblem, YamlProblem } from './yaml-problem.ts'
import { Scanner, type Token, type TokenType } from './yaml-scanner.ts'

/** Deeper nesting is refused, so that nothing later runs out of stack. Kubernetes' own objects need about 20. */
export const MAX_DEPTH = 1000

/**
 * The first document of a text, as libyaml's grammar reads it (go.yaml.in/yaml/v2 parserc.go, v2.4.3), with go-yaml's nodes on top
 * (decode.go parser). Like go-yaml it looks no further than the token behind the document: `restAt` is where that is, when it is not
 * the end. Throws YamlProblem.
 */
export function parseDocument(text: string): { root: YamlNode | undefined; restAt: number | undefined } {
  return new Parser(text).document()
}

const DOCUMENT_STARTERS = new Set<TokenType>(['version', 'tag-directive', 'document-start', 'stream-end'])
const AFTER_EMPTY_DOCUMENT = new Set<TokenType>([...DOCUMENT_STARTERS, 'document-end'])
const AFTER_EMPTY_IN_MAP = new Set<TokenType>(['key', 'value', 'block-end'])
const AFTER_EMPTY_IN_SEQ = new Set<TokenType>(['block-entry', 'block-end'])
const AFTER_EMPTY_IN_INDENTLESS = new Set<TokenType>(['block-entry', 'key', 'value', 'block-end'])
const AFTER_EMPTY_KEY_IN_FLOW_SEQ = new Set<TokenType>(['value', 'flow-entry', 'flow-sequence-end'])
const AFTER_EMPTY_KEY_IN_FLOW_MAP = new Set<TokenType>(['value', 'flow-entry', 'flow-mapping-end'])

interface Holder {
  node: YamlNode | undefined
}

class Parser {
  private readonly scanner: Scanner
  /** Anchors by name; a node that is still being read has no node yet: an alias to it contains itself. */
  private readonly anchors = new Map<string, Holder>()
  private readonly tagPrefixes = new Map<string, string>()
  private depth = 0

  constructor(text: string) {
    this.scanner = new Scanner(text)
  }

  document(): { root: YamlNode | undefined; restAt: number | undefined } {
    const first = this.scanner.peek()
    if (first.type === 'stream-end') return { root: undefined, restAt: undefined }
    this.directives()
    let root: YamlNode
    if (DOCUMENT_STARTERS.has(first.type)) {
      const token = this.scanner.peek()
      if (token.type !== 'document-start') throw parserProblem('did not find expected <document start>', token)
      this.scanner.next()
      const content = this.scanner.peek()
      root = AFTER_EMPTY_DOCUMENT.has(content.type) ? empty(content) : this.node(true, false)
    } else root = this.node(true, false)
    let rest = this.scanner.peek()
    if (rest.type === 'document-end') {
      this.scanner.next()
      try {
        rest = this.scanner.peek()
      } catch (problem) {
        // What follows is never read by kubectl, so it cannot be wrong.
        if (!(problem instanceof YamlProblem)) throw problem
        return { root, restAt: problem.from }
      }
    }
    return { root, restAt: rest.type === 'stream-end' ? undefined : rest.at }
  }

  private directives(): void {
    let version = false
    for (;;) {
      const token = this.scanner.peek()
      if (token.type === 'version') {
        if (version) throw parserProblem('found duplicate %YAML directive', token)
        if (token.value !== '1.1') throw parserProblem('found incompatible YAML document', token)
        version = true
      } else if (token.type === 'tag-directive') {
        if (this.tagPrefixes.has(token.value)) throw parserProblem('found duplicate %TAG directive', token)
        this.tagPrefixes.set(token.value, token.suffix)
      } else break
      this.scanner.next()
    }
    if (!this.tagPrefixes.has('!')) this.tagPrefixes.set('!', '!')
    if (!this.tagPrefixes.has('!!')) this.tagPrefixes.set('!!', 'tag:yaml.org,2002:')
  }

  private node(block: boolean, indentless: boolean): YamlNode {
    let token = this.scanner.peek()
    if (token.type === 'alias') {
      this.scanner.next()
      const holder = this.anchors.get(token.value)
      if (!holder) throw new YamlProblem(`unknown anchor '${token.value}' referenced`, token.at, token.to)
      if (!holder.node) throw new YamlProblem(`anchor '${token.value}' value contains itself`, token.at, token.to)
      return { kind: 'alias', name: token.value, target: holder.node, from: token.at, to: token.to, line: token.line }
    }
    const start: Mark & { to: number } = { at: token.at, line: token.line, to: token.to }
    let end = token.at
    let anchor: string | undefined
    let tagToken: Token | undefined
    for (let k = 0; k < 2; k++) {
      if (token.type === 'anchor' && anchor === undefined) anchor = token.value
      else if (token.type === 'tag' && !tagToken) tagToken = token
      else break
      end = token.to
      this.scanner.next()
      token = this.scanner.peek()
    }
    const tag = tagToken ? this.resolveTag(tagToken) : ''
    const holder: Holder = { node: undefined }
    if (anchor !== undefined) this.anchors.set(anchor, holder)
    const node = this.content(token, block, indentless, start, end, tag, anchor !== undefined || tag !== '')
    holder.node = node
    return node
  }

  private resolveTag(token: Token): string {
    if (token.value === '') return token.suffix
    const prefix = this.tagPrefixes.get(token.value)
    if (prefix === undefined || prefix + token.suffix === '') throw parserProblem('found undefined tag handle', token)
    return prefix + token.suffix
  }

  private content(
    token: Token,
    block: boolean,
    indentless: boolean,
    start: Mark,
    end: number,
    tag: string,
    hasProperties: boolean,
  ): YamlNode {
    const base = { from: start.at, line: start.line }
    switch (token.type) {
      case 'block-entry':
        if (!indentless) break
        return this.deeper(token, () => this.indentlessSequence(base))
      case 'scalar':
        this.scanner.next()
        return {
          kind: 'scalar',
          ...base,
          to: token.to,
          value: token.value,
          style: token.style,
          tag,
          implicit: (tag === '' && token.style === 'plain') || tag === '!',
        }
      case 'flow-sequence-start':
        return this.deeper(token, () => this.flowSequence(base))
      case 'flow-mapping-start':
        return this.deeper(token, () => this.flowMapping(base))
      case 'block-sequence-start':
        if (!block) break
        return this.deeper(token, () => this.blockSequence(base))
      case 'block-mapping-start':
        if (!block) break
        return this.deeper(token, () => this.blockMapping(base))
    }
    if (hasProperties) return { ...empty(token), ...base, to: end, tag, implicit: tag === '' }
    throw parserProblem('did not find expected node content', token, start)
  }

  private deeper<T>(token: Token, read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new YamlProblem(`exceeded max depth of ${MAX_DEPTH}`, token.at, token.at + 1)
    const node = read()
    this.depth--
    return node
  }

  private blockSequence(base: { from: number; line: number }): YamlNode {
    const start = this.scanner.next()
    const items: YamlNode[] = []
    const dashes: number[] = []
    let to = start.to
    for (;;) {
      const token = this.scanner.peek()
      if (token.type === 'block-end') break
      if (token.type !== 'block-entry') throw parserProblem("did not find expected '-' indicator", token, start)
      to = this.item(items, dashes, AFTER_EMPTY_IN_SEQ)
    }
    this.scanner.next()
    return { kind: 'seq', flow: false, items, dashes, ...base, to }
  }

  private indentlessSequence(base: { from: number; line: number }): YamlNode {
    const items: YamlNode[] = []
    const dashes: number[] = []
    let to = base.from
    while (this.scanner.peek().type === 'block-entry') to = this.item(items, dashes, AFTER_EMPTY_IN_INDENTLESS)
    return { kind: 'seq', flow: false, items, dashes, ...base, to }
  }

  private item(items: YamlNode[], dashes: number[], afterEmpty: ReadonlySet<TokenType>): number {
    const dash = this.scanner.next()
    const node = afterEmpty.has(this.scanner.peek().type) ? emptyAfter(dash) : this.node(true, false)
    items.push(node)
    dashes.push(dash.at)
    return Math.max(node.to, dash.to)
  }

  private blockMapping(base: { from: number; line: number }): YamlNode {
    const start = this.scanner.next()
    const entries: MapEntry[] = []
    let to = start.to
    for (;;) {
      let token = this.scanner.peek()
      if (token.type === 'block-end') break
      if (token.type !== 'key') throw parserProblem('did not find expected key', token, start)
      const mark = this.scanner.next()
      token = this.scanner.peek()
      const key = AFTER_EMPTY_IN_MAP.has(token.type) ? emptyAfter(mark) : this.node(true, true)
      token = this.scanner.peek()
      let value: YamlNode
      if (token.type === 'value') {
        const colon = this.scanner.next()
        value = AFTER_EMPTY_IN_MAP.has(this.scanner.peek().type) ? emptyAfter(colon) : this.node(true, true)
        to = Math.max(value.to, colon.to)
      } else {
        value = { ...empty(token), from: key.to, to: key.to, line: key.line }
        to = key.to
      }
      entries.push({ key, value })
    }
    this.scanner.next()
    return { kind: 'map', flow: false, entries, ...base, to }
  }

  private flowSequence(base: { from: number; line: number }): YamlNode {
    const start = this.scanner.next()
    const items: YamlNode[] = []
    for (let first = true; ; first = false) {
      let token = this.scanner.peek()
      if (token.type === 'flow-sequence-end') break
      if (!first) {
        if (token.type !== 'flow-entry') throw parserProblem("did not find expected ',' or ']'", token, start)
        this.scanner.next()
        token = this.scanner.peek()
      }
      if (token.type === 'flow-sequence-end') break
      items.push(token.type === 'key' ? this.pair() : this.node(false, false))
    }
    return { kind: 'seq', flow: true, items, dashes: [], ...base, to: this.scanner.next().to }
  }

  /** `[a: b]`: a mapping of one pair, without braces. */
  private pair(): YamlNode {
    const mark = this.scanner.next()
    // libyaml takes the token behind an empty key away, whatever it is
    const empties = AFTER_EMPTY_KEY_IN_FLOW_SEQ.has(this.scanner.peek().type)
    const key = empties ? emptyAfter(this.scanner.next()) : this.node(false, false)
    let value: YamlNode = { ...empty(this.scanner.peek()), from: key.to, to: key.to }
    if (this.scanner.peek().type === 'value') {
      const colon = this.scanner.next()
      const { type } = this.scanner.peek()
      value = type === 'flow-entry' || type === 'flow-sequence-end' ? emptyAfter(colon) : this.node(false, false)
    }
    return { kind: 'map', flow: true, entries: [{ key, value }], from: key.from, to: value.to, line: mark.line }
  }

  private flowMapping(base: { from: number; line: number }): YamlNode {
    const start = this.scanner.next()
    const entries: MapEntry[] = []
    for (let first = true; ; first = false) {
      let token = this.scanner.peek()
      if (token.type === 'flow-mapping-end') break
      if (!first) {
        if (token.type !== 'flow-entry') throw parserProblem("did not find expected ',' or '}'", token, start)
        this.scanner.next()
        token = this.scanner.peek()
      }
      if (token.type === 'flow-mapping-end') break
      let key: YamlNode
      let value: YamlNode | undefined
      if (token.type === 'key') {
        const mark = this.scanner.next()
        key = AFTER_EMPTY_KEY_IN_FLOW_MAP.has(this.scanner.peek().type) ? emptyAfter(mark) : this.node(false, false)
        if (this.scanner.peek().type === 'value') {
          const colon = this.scanner.next()
          const { type } = this.scanner.peek()
          value = type === 'flow-entry' || type === 'flow-mapping-end' ? emptyAfter(colon) : this.node(false, false)
        }
      } else {
        key = this.node(false, false)
        this.scanner.peek()
      }
      entries.push({ key, value: value ?? { ...empty(this.scanner.peek()), from: key.to, to: key.to } })
    }
    return { kind: 'map', flow: true, entries, ...base, to: this.scanner.next().to }
  }
}

const empty = (token: Token): ScalarNode => ({
  kind: 'scalar',
  from: token.at,
  to: token.at,
  line: token.line,
  value: '',
  style: 'plain',
  tag: '',
  implicit: true,
})

const emptyAfter = (token: Token): ScalarNode => ({ ...empty(token), from: token.to, to: token.to })
