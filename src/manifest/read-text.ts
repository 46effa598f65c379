import type { Diagnostic, Path, SourceDoc, SourceRange, TextFile } from '../model/index.ts'
import { type Chunk, splitDocuments } from './documents.ts'
import { type LocalDocument, readDocument } from './parse-document.ts'
import { pointAt } from './yaml-locate.ts'
import type { YamlNode } from './yaml-nodes.ts'

/** Where a document stands, for those who change it. Offsets of nodes count from `from`. */
export interface Place {
  readonly file: TextFile
  readonly chunk: Chunk
  /** The document's root; undefined when it could not be read. */
  readonly root: YamlNode | undefined
  /** The object itself: the root, or a list's item. */
  readonly node: YamlNode | undefined
}

/** A text, read. */
export interface ParsedText {
  readonly files: readonly TextFile[]
  /** In the order of the files and of the text. Blank documents are left out. */
  readonly docs: readonly SourceDoc[]
  /** Where a field stands: its value, or its key when the value is long, or the nearest thing above it that is there. */
  locate(doc: SourceDoc, path: Path): SourceRange
  /** The document (or the item of a list) that an offset of a file lies in. */
  objectAt(file: string, offset: number): SourceDoc | undefined
  /** What kubectl prints behind "error: " for a document that it cannot read; `stream` is the file's name, or STDIN. */
  refusal(doc: SourceDoc, stream: string): string | undefined
  /** Where a document stands; undefined for one of another text. */
  place(doc: SourceDoc): Place | undefined
}

/** Documents that were read lately, by format and text: an edit reads only the document that it is in. */
const remembered = new Map<string, LocalDocument>()
const REMEMBERED_DOCUMENTS = 50_000
const REMEMBERED_CHARACTERS = 20_000_000
let rememberedCharacters = 0

function read(text: string, chunk: Chunk): LocalDocument {
  if (chunk.broken || chunk.jsonWords) return readDocument(text, chunk)
  const key = chunk.format + text
  let found = remembered.get(key)
  if (found) remembered.delete(key)
  else {
    found = readDocument(text, chunk)
    rememberedCharacters += key.length
  }
  remembered.set(key, found)
  while (
    remembered.size > REMEMBERED_DOCUMENTS ||
    (rememberedCharacters > REMEMBERED_CHARACTERS && remembered.size > 1)
  ) {
    const oldest = remembered.keys().next().value!
    remembered.delete(oldest)
    rememberedCharacters -= oldest.length
  }
  return found
}

/** 1-based lines and columns for offsets of one file. */
class Lines {
  private readonly file: string
  private readonly starts: number[] = [0]

  constructor({ name, text }: TextFile) {
    this.file = name
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }

  private lineOf(offset: number): number {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  range(from: number, to: number): SourceRange {
    const line = this.lineOf(from)
    const endLine = this.lineOf(to)
    return {
      file: this.file,
      from,
      to,
      line: line + 1,
      column: from - this.starts[line]! + 1,
      endLine: endLine + 1,
      endColumn: to - this.starts[endLine]! + 1,
    }
  }
}

interface Record_ {
  readonly doc: SourceDoc
  readonly place: Place
  readonly local: LocalDocument
  readonly lines: Lines
}

const idOf = (doc: Pick<SourceDoc, 'file' | 'index' | 'item'>): string =>
  `${doc.file}\n${doc.index}\n${doc.item ? doc.item.join('.') : ''}`

/**
 * Reads a text as kubectl would, but goes on after what kubectl would stop at. Never throws. Values are frozen, and stay the same
 * objects as long as the text of their document does.
 */
export function readText(files: readonly TextFile[]): ParsedText {
  const records: Record_[] = []
  for (const file of files) readFile(file, records)
  const docs = records.map((record) => record.doc)
  let byId: Map<string, Record_> | undefined
  const recordOf = (doc: SourceDoc): Record_ | undefined => {
    byId ??= new Map(records.map((record) => [idOf(record.doc), record]))
    return byId.get(idOf(doc))
  }
  return {
    files,
    docs,
    locate(doc, path) {
      const record = recordOf(doc)
      if (!record?.place.node) return doc.source
      const { from } = record.place.chunk
      const point = pointAt(record.place.node, path)
      return record.lines.range(from + point.from, from + point.to)
    },
    objectAt(file, offset) {
      let best: Record_ | undefined
      for (const record of records) {
        const { chunk } = record.place
        if (record.doc.file !== file || offset < chunk.from || offset > chunk.to) continue
        if (!record.doc.item) best = record
        else if (record.doc.source.from <= offset && offset <= record.doc.source.to) return record.doc
      }
      return best?.doc
    },
    refusal: (doc, stream) => recordOf(doc)?.local.refusal?.(stream),
    place: (doc) => recordOf(doc)?.place,
  }
}

function readFile(file: TextFile, records: Record_[]): void {
  const { text } = file
  const lines = new Lines(file)
  let index = 0
  for (const chunk of splitDocuments(text)) {
    const local = read(text.slice(chunk.from, chunk.to), chunk)
    if (local.objects.length === 0 && local.problems.length === 0) continue
    const problems: Diagnostic[] = local.problems.map(({ from, to, ...problem }) => ({
      ...problem,
      source: lines.range(chunk.from + from, chunk.from + to),
    }))
    local.objects.forEach((object, nth) => {
      const span = object.node ?? local.root ?? contentOf(text, chunk)
      const doc: SourceDoc = {
        file: file.name,
        index,
        ...(object.item && { item: object.item }),
        source: lines.range(chunk.from + span.from, chunk.from + span.to),
        value: object.value,
        problems: nth === 0 ? problems : [],
      }
      records.push({ doc, place: { file, chunk, root: local.root, node: object.node }, local, lines })
    })
    index++
  }
}

/** What a person sees of a document that could not be read: without separators, comments and blanks around it. */
function contentOf(text: string, chunk: Chunk): { from: number; to: number } {
  let from = chunk.from
  while (from < chunk.to) {
    const newline = text.indexOf('\n', from)
    const end = newline < 0 || newline >= chunk.to ? chunk.to : newline + 1
    const line = text.slice(from, end).trim()
    if (line !== '' && !line.startsWith('#') && !line.startsWith('---')) break
    from = end
  }
  if (from >= chunk.to) from = chunk.from
  from += text.slice(from, chunk.to).search(/\S|$/)
  const to = Math.max(from, chunk.from + text.slice(chunk.from, chunk.to).trimEnd().length)
  return { from: from - chunk.from, to: to - chunk.from }
}
