import {
  applyChange,
  diffText,
  type Fix,
  lastFirst,
  type ObjectKey,
  OWN_API_VERSION,
  type Path,
  type SourceDoc,
  type TextEdit,
  type TextFile,
} from '../model/index.ts'
import { blockValue, documentText, flowKey, flowValue, jsonText } from './edit-values.ts'
import { keyOfDoc } from './key-of-doc.ts'
import { type ParsedText, type Place, readText } from './read-text.ts'
import { type Found, follow } from './yaml-locate.ts'
import type { AliasNode, MapNode, SeqNode, YamlNode } from './yaml-nodes.ts'
import { decodeNode } from './yaml-value.ts'

/**
 * The edits that fixes come to, as small as they can be: comments and layout of everything else stay. All offsets mean the text that was
 * parsed; edits do not overlap. A fix whose object stands nowhere in the text gives none. `docOf` says which document an object comes from;
 * without it, what the documents themselves say does.
 */
export function editsFor(
  parsed: ParsedText,
  fixes: readonly Fix[],
  docOf?: (object: ObjectKey) => SourceDoc | undefined,
): TextEdit[] {
  const steps = fixes.flatMap(({ and = [], ...first }): Step[] => [first, ...and])
  if (steps.length === 1) return editsOf(parsed, steps[0]!, docOf)
  // One fix may change what the next one leans on (a parent that both need), so each is made in the text that the ones before it left.
  let files: readonly TextFile[] = parsed.files
  for (const [i, step] of steps.entries()) {
    const present = i === 0 ? parsed : readText(files)
    files = applyChange(files, { edits: editsOf(present, step, i === 0 ? docOf : undefined) }) ?? files
  }
  return parsed.files.flatMap((file, i) => diffText(file.name, file.text, files[i]!.text) ?? [])
}

type Step = Omit<Fix, 'label' | 'and'>

function editsOf(parsed: ParsedText, fix: Step, docOf?: (object: ObjectKey) => SourceDoc | undefined): TextEdit[] {
  if (fix.op === 'addDocument') return addDocument(parsed, fix.value)
  // The last document of a name is the one that counts.
  const doc = docOf?.(fix.object) ?? parsed.docs.findLast((candidate) => keyOfDoc(candidate) === fix.object)
  const place = doc && parsed.place(doc)
  if (!doc || !place?.root || !place.node) return []
  const change = new DocumentChange(place)
  if (fix.op === 'removeDocument') {
    return doc.item ? change.removeItem(doc.item) : [removeWhole(place)]
  }
  const edit = fix.op === 'remove' ? change.remove(fix.path) : change.set(fix.path, fix.value)
  return edit ? [...lastFirst([edit, ...change.copiesForAliases()])] : []
}

/** Changes of one document. Offsets inside are the document's own until the edit is made. */
class DocumentChange {
  private readonly place: Place
  private readonly text: string
  private readonly root: YamlNode
  private readonly breakText: string
  /** The node that an edit changed or took out. */
  private touched: YamlNode | undefined

  constructor(place: Place) {
    this.place = place
    this.text = place.file.text.slice(place.chunk.from, place.chunk.to)
    this.root = place.node!
    this.breakText = lineBreakOf(place.file.text)
  }

  /** Columns that the document moves a list in from the key before it; 0 where it has none. */
  private get listIndent(): number {
    return listIndentOf(this.root, this.text) ?? listIndentOf(this.place.root!, this.text) ?? 0
  }

  private block(value: unknown, column: number, how: 'behind' | 'inline'): string {
    return blockValue(value, column, how, this.listIndent)
  }

  /** Places that lean on what was just changed keep what they had: each gets a copy of its own. */
  copiesForAliases(): TextEdit[] {
    const { touched } = this
    if (!touched) return []
    const isIn = (inner: YamlNode, outer: YamlNode) => outer.from <= inner.from && inner.to <= outer.to
    return aliasesIn(this.place.root!)
      .filter(({ node }) => !isIn(node, touched))
      .filter(({ node: { target } }) => isIn(touched, target) || isIn(target, touched))
      .map((found) => this.replace(found, decodeNode(found.node).value))
  }

  private edit(from: number, to: number, insert: string): TextEdit {
    const shift = this.place.chunk.from
    return {
      file: this.place.file.name,
      from: shift + from,
      to: shift + to,
      insert: insert.replaceAll('\n', this.breakText),
    }
  }

  private get json(): boolean {
    return this.place.chunk.format === 'json'
  }

  private columnOf(at: number): number {
    return columnIn(this.text, at)
  }

  private flow(value: unknown): string {
    return this.json ? jsonText(value) : flowValue(value)
  }

  set(path: Path, value: unknown): TextEdit | undefined {
    const found = follow(this.root, path)
    this.touched = found.node
    const leans = found.shared || (found.node.kind === 'alias' && found.depth < path.length)
    if (leans && found.depth > 0) return this.setShared(path, value)
    if (found.depth === path.length) return this.replace(found, value)
    const { node } = found
    const [part, ...rest] = path.slice(found.depth)
    const wrapped = wrap(rest, value)
    if (node.kind === 'map' && node.entries.length > 0) return this.insertEntry(node, String(part), wrapped)
    if (node.kind === 'seq' && node.items.length > 0 && typeof part === 'number') return this.insertItem(node, wrapped)
    return this.replace(found, wrap([part!], wrapped))
  }

  /**
   * What an alias or a merge brings is somebody else's text too. So the place that leans on it gets its own copy, changed: the deepest
   * node before the alias is replaced, or the key is written beside the `<<`.
   */
  private setShared(path: Path, value: unknown): TextEdit | undefined {
    let depth = 0
    for (let k = 1; k <= path.length; k++) {
      const step = follow(this.root, path.slice(0, k))
      if (step.depth < k || step.shared) break
      depth = k
    }
    const base = follow(this.root, path.slice(0, depth))
    this.touched = base.node
    const part = path[depth]!
    const next = follow(this.root, path.slice(0, depth + 1))
    const rest = path.slice(depth + 1)
    const old = next.depth === depth + 1 ? decodeNode(next.node).value : undefined
    if (base.node.kind === 'alias') {
      return this.replace(base, changed(decodeNode(base.node).value, path.slice(depth), value))
    }
    if (base.node.kind === 'map') return this.insertEntry(base.node, String(part), changed(old, rest, value))
    return undefined
  }

  private replace({ node, parent, entry, index }: Found, value: unknown): TextEdit {
    const inFlow =
      this.json || (parent !== undefined && parent.kind !== 'scalar' && parent.kind !== 'alias' && parent.flow)
    if (inFlow) {
      // `{key}` has no colon yet
      const bare = entry !== undefined && !this.text.slice(entry.key.to, node.from).includes(':')
      return this.edit(node.from, node.to, (bare ? ': ' : this.space(node.from)) + this.flow(value))
    }
    if (!parent) return this.edit(node.from, node.to, this.block(value, -2, 'inline'))
    const followed = this.text.slice(node.to, endOfLine(this.text, node.to)).trim() !== ''
    const oneLine = followed && (isBig(value) || (typeof value === 'string' && value.includes('\n')))
    if (parent.kind === 'seq') {
      const column = this.columnOf(parent.dashes[index!]!)
      const text = oneLine ? this.flow(value) : this.block(value, column, 'inline')
      return this.edit(node.from, node.to, this.space(node.from) + text)
    }
    const key = entry!.key
    const below = (node.kind === 'map' || node.kind === 'seq') && !node.flow
    if (oneLine && !below) return this.edit(node.from, node.to, this.space(node.from) + this.flow(value))
    const text = this.block(value, this.columnOf(key.from), 'behind')
    // a value that stays where the old one was leaves the blanks before it alone
    if (!below && !isBig(value)) return this.edit(node.from, node.to, this.space(node.from) + text.slice(1))
    return this.edit(this.text.indexOf(':', key.to) + 1, node.to, text)
  }

  /** A value may not touch the colon or dash before it. */
  private space(at: number): string {
    return /[:,-]/.test(this.text[at - 1] ?? '') ? ' ' : ''
  }

  private insertEntry(map: MapNode, name: string, value: unknown): TextEdit {
    const first = map.entries[0]!
    const last = map.entries[map.entries.length - 1]!
    const end = Math.max(last.value.to, last.key.to)
    if (map.flow) {
      const key = this.json ? JSON.stringify(name) : flowKey(name)
      const gap = this.gapBefore(last.key.from)
      return this.edit(end, end, `,${gap}${key}: ${this.flow(value)}`)
    }
    const column = this.columnOf(first.key.from)
    const at = endOfLine(this.text, end)
    return this.edit(at, at, `\n${' '.repeat(column)}${flowKey(name)}:${this.block(value, column, 'behind')}`)
  }

  private insertItem(list: SeqNode, value: unknown): TextEdit {
    const last = list.items[list.items.length - 1]!
    if (list.flow) {
      const gap = this.gapBefore(last.from)
      return this.edit(last.to, last.to, `,${gap}${this.flow(value)}`)
    }
    const column = this.columnOf(list.dashes[0]!)
    const at = endOfLine(this.text, last.to)
    return this.edit(at, at, `\n${' '.repeat(column)}- ${this.block(value, column, 'inline')}`)
  }

  private lineStart(at: number): number {
    return this.text.lastIndexOf('\n', at - 1) + 1
  }

  private startsLine(at: number): boolean {
    return this.text.slice(this.lineStart(at), at).trim() === ''
  }

  /** What separates entries of braces: their own lines, or a blank. */
  private gapBefore(at: number): string {
    return this.startsLine(at) ? `\n${this.text.slice(this.lineStart(at), at)}` : ' '
  }

  remove(path: Path): TextEdit | undefined {
    const found = follow(this.root, path)
    if (found.depth < path.length || path.length === 0) return undefined
    this.touched = found.node
    if (found.shared) {
      const parent = path.slice(0, -1)
      const rest = withoutKey(decodeNode(follow(this.root, parent).node).value, path[path.length - 1]!)
      return this.set(parent, rest)
    }
    const { parent } = found
    if (parent?.kind === 'map') {
      const nth = parent.entries.indexOf(found.entry!)
      const spans = parent.entries.map(({ key, value }) => ({ from: key.from, to: Math.max(value.to, key.to) }))
      return this.removeSpan(parent, spans, nth, path)
    }
    if (parent?.kind === 'seq') {
      const spans = parent.items.map((item, i) => ({
        from: parent.dashes[i] ?? item.from,
        to: Math.max(item.to, (parent.dashes[i] ?? 0) + 1),
      }))
      return this.removeSpan(parent, spans, found.index!, path)
    }
    return undefined
  }

  /** An item of a list that is a document: the list's own path to it, from the document's root. */
  removeItem(item: Path): TextEdit[] {
    const whole = new DocumentChange({ ...this.place, node: this.place.root })
    const edit = whole.remove(item)
    return edit ? [...lastFirst([edit, ...whole.copiesForAliases()])] : []
  }

  private removeSpan(
    parent: MapNode | SeqNode,
    spans: readonly { readonly from: number; readonly to: number }[],
    nth: number,
    path: Path,
  ): TextEdit | undefined {
    const own = spans[nth]!
    const next = spans[nth + 1]
    const previous = spans[nth - 1]
    if (spans.length === 1) {
      // a block cannot be empty
      return this.replace(follow(this.root, path.slice(0, -1)), parent.kind === 'map' ? {} : [])
    }
    if (parent.flow) return next ? this.edit(own.from, next.from, '') : this.edit(previous!.to, own.to, '')
    const from = this.lineStart(own.from)
    if (this.text.slice(from, own.from).trim() !== '') {
      // it shares its line with a dash: the next one moves up
      return next ? this.edit(own.from, next.from, '') : this.edit(previous!.to, own.to, '')
    }
    const end = endOfLine(this.text, own.to)
    if (end < this.text.length) return this.edit(from, end + this.breakLength(end), '')
    return this.edit(Math.max(0, from - this.breakBefore(from)), end, '')
  }

  private breakLength(at: number): number {
    return this.text.startsWith('\r\n', at) ? 2 : 1
  }

  private breakBefore(at: number): number {
    return this.text.slice(0, at).endsWith('\r\n') ? 2 : at > 0 ? 1 : 0
  }
}

/** How far the first list in block style stands in from its key; undefined where there is none. */
function listIndentOf(node: YamlNode, text: string): number | undefined {
  if (node.kind === 'seq') return firstFound(node.items, (item) => listIndentOf(item, text))
  if (node.kind !== 'map') return undefined
  return firstFound(node.entries, ({ key, value }) => {
    const dash = value.kind === 'seq' ? value.dashes[0] : undefined
    return dash === undefined ? listIndentOf(value, text) : columnIn(text, dash) - columnIn(text, key.from)
  })
}

const columnIn = (text: string, at: number): number => at - (text.lastIndexOf('\n', at - 1) + 1)

function firstFound<T, R>(list: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const found = of(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** Aliases of a document, with where they stand. */
function aliasesIn(node: YamlNode): (Found & { readonly node: AliasNode })[] {
  const below = (found: Omit<Found, 'depth' | 'shared'>) =>
    found.node.kind === 'alias' ? [{ ...found, node: found.node, depth: 0, shared: false }] : aliasesIn(found.node)
  if (node.kind === 'map')
    return node.entries.flatMap((entry) => [
      ...aliasesIn(entry.key),
      ...below({ node: entry.value, parent: node, entry }),
    ])
  return node.kind === 'seq' ? node.items.flatMap((item, index) => below({ node: item, parent: node, index })) : []
}

/** Where the line of an offset ends, before its line break. */
function endOfLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at)
  const end = newline < 0 ? text.length : newline
  return end > at && text[end - 1] === '\r' ? end - 1 : end
}

const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

const isBig = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0)

/** A value below parents that are not there yet. */
function wrap(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }), value)
}

/** A copy of a value with another one at a path. */
function changed(old: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path
  if (part === undefined) return value
  if (Array.isArray(old) && typeof part === 'number') {
    const copy = [...(old as unknown[])]
    copy[Math.min(part, copy.length)] = changed(copy[part], rest, value)
    return copy
  }
  if (typeof old === 'object' && old !== null && !Array.isArray(old)) {
    const fields = old as Readonly<Record<string, unknown>>
    return { ...fields, [part]: changed(fields[part], rest, value) }
  }
  return wrap(path, value)
}

function withoutKey(value: unknown, part: string | number): unknown {
  if (Array.isArray(value)) return value.filter((_, i) => i !== part)
  return Object.fromEntries(Object.entries((value ?? {}) as object).filter(([key]) => key !== String(part)))
}

/** A document goes with one of the separators beside it. */
function removeWhole({ file, chunk }: Place): TextEdit {
  const { text } = file
  let { from, to } = chunk
  const separator = /^---[^\n]*(\n|$)/
  const after = separator.exec(text.slice(to, to + 1000))
  if (after) to += after[0].length
  else {
    const before = text.lastIndexOf('\n---', from - 1)
    if (
      before >= 0 &&
      text
        .slice(before + 1, from)
        .trim()
        .startsWith('---') &&
      !text
        .slice(before + 1, from)
        .trim()
        .includes('\n')
    ) {
      from = before + 1
    }
  }
  return { file: file.name, from, to, insert: '' }
}

/**
 * A new document: at the end of the last file that holds one of its kind, or any object of a cluster. What others lean on goes before them, so that kubectl, which goes from top to bottom, makes it
 * first: a Namespace at the beginning of the file that uses it, the Cluster at the beginning of all.
 */
function addDocument(parsed: ParsedText, value: unknown): TextEdit[] {
  const { kind, apiVersion, metadata } = (value ?? {}) as {
    kind?: unknown
    apiVersion?: unknown
    metadata?: { name?: unknown }
  }
  const namespace = kind === 'Namespace' && apiVersion === 'v1'
  const first = namespace || (kind === 'Cluster' && apiVersion === OWN_API_VERSION)
  const user = namespace ? parsed.docs.find((doc) => namespaceOf(doc) === metadata?.name)?.file : undefined
  const file = first
    ? (parsed.files.find(({ name }) => name === user) ?? parsed.files[0])
    : (parsed.files.find(({ name }) => name === fileOfKin(parsed, kind)) ?? parsed.files[parsed.files.length - 1])
  if (!file) return []
  const { text } = file
  const eol = lineBreakOf(text)
  const chunks = parsed.docs.filter((doc) => doc.file === file.name).map((doc) => parsed.place(doc)!.chunk)
  const json = chunks.length > 0 && chunks.every((chunk) => chunk.format === 'json')
  const indent = firstFound(parsed.docs, (doc) => (doc.file === file.name ? listIndentOfDoc(parsed, doc) : undefined))
  const body = (json ? `${jsonText(value, true)}\n` : documentText(value, indent)).replaceAll('\n', eol)
  if (text.trim() === '') return [{ file: file.name, from: 0, to: text.length, insert: body }]
  if (first) {
    const at = text.charCodeAt(0) === 0xfeff ? 1 : 0
    const separated = json || /^---[ \t]*(#[^\n]*)?\r?\n/.test(text.slice(at))
    return [{ file: file.name, from: at, to: at, insert: separated ? body : `${body}---${eol}` }]
  }
  const ended = /(^|\n)---[ \t]*(#[^\n]*)?(\r?\n)?$/.test(text.trimEnd())
  const gap = text.endsWith('\n') ? '' : eol
  return [
    { file: file.name, from: text.length, to: text.length, insert: gap + (json || ended ? '' : `---${eol}`) + body },
  ]
}

function listIndentOfDoc(parsed: ParsedText, doc: SourceDoc): number | undefined {
  const place = parsed.place(doc)
  return place?.root ? listIndentOf(place.root, place.file.text.slice(place.chunk.from, place.chunk.to)) : undefined
}

/** The last file with an object of a kind; failing that, with any object that is not the page's own. */
function fileOfKin({ docs }: ParsedText, kind: unknown): string | undefined {
  const said = (doc: SourceDoc) => (doc.value ?? {}) as { kind?: unknown; apiVersion?: unknown }
  const kin = docs.findLast((doc) => said(doc).kind === kind && kind !== undefined)
  return (kin ?? docs.findLast((doc) => said(doc).kind !== undefined && said(doc).apiVersion !== OWN_API_VERSION))?.file
}

function namespaceOf(doc: SourceDoc): unknown {
  const metadata = (doc.value as { metadata?: { namespace?: unknown } | null } | undefined)?.metadata
  return metadata?.namespace
}
