import { readJson } from './json-text.ts'
import { trimSpace } from './yaml-characters.ts'

/** A document of a file, not yet read: [from, to) of the file's text, the separators around it left out. */
export interface Chunk {
  readonly from: number
  readonly to: number
  readonly format: 'json' | 'yaml'
  /** Why it was not even split off: what kubectl says, and where. */
  readonly broken?: { readonly words: string; readonly from: number; readonly to: number }
  /** What the JSON decoder said before YAML was tried; if YAML fails too, this is what kubectl prints. */
  readonly jsonWords?: string
}

/**
 * Splits a file as kubectl does, by lines and before anything is parsed, so that one broken document does not spoil the next. A stream
 * that begins with `{` is JSON values one after the other until that fails; then, and otherwise, documents end at lines that begin with
 * `---`. Where kubectl gives up at the first error, this goes on behind it.
 * k8s apimachinery pkg/util/yaml/decoder.go YAMLOrJSONDecoder, YAMLReader (v1.36)
 */
export function splitDocuments(text: string): Chunk[] {
  const chunks: Chunk[] = []
  let pos = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let jsonWords: string | undefined
  if (looksLikeJson(text, pos)) {
    let count = 0
    for (;;) {
      const read = readJson(text, pos)
      if (read.ok) {
        chunks.push({ from: read.node.from, to: read.to, format: 'json' })
        pos = read.to
        count++
        continue
      }
      if (read.kind === 'end') return chunks
      const prefix =
        read.words === 'unexpected EOF' || count > 1 ? '' : `json: offset ${utf8Length(text.slice(0, read.at)) + 1}: `
      jsonWords = prefix + read.words
      // More than one value is an unmistakable stream of JSON: kubectl does not try YAML any more.
      const yamlFrom = count > 1 ? undefined : skipToLine(text, pos)
      if (yamlFrom !== undefined) pos = yamlFrom
      else {
        const end = nextSeparator(text, pos)
        const broken = { words: jsonWords, from: read.at, to: read.at + 1 }
        chunks.push({ from: pos, to: end, format: 'yaml', broken })
        pos = end
        jsonWords = undefined
      }
      break
    }
  }
  splitLines(text, pos, jsonWords, chunks)
  return chunks
}

/** Go's unicode.IsSpace, of what occurs in texts. */
const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13) || c === 0x85 || c === 0xa0

function looksLikeJson(text: string, from: number): boolean {
  // kubectl looks at the first 4096 bytes
  for (let i = from; i < text.length && i < 4096; i++) {
    const c = text.charCodeAt(i)
    if (!isSpace(c)) return c === 123
  }
  return false
}

/**
 * Blanks up to and with the first line break are eaten when JSON gives way to YAML. undefined: fewer than four bytes are left,
 * too few for kubectl to try. k8s apimachinery pkg/util/yaml/decoder.go consumeWhitespace (v1.36)
 */
function skipToLine(text: string, from: number): number | undefined {
  for (let i = from; utf8Length(text.slice(i, i + 4)) >= 4; i++) {
    const c = text.charCodeAt(i)
    if (c === 10) return i + 1
    if (!isSpace(c)) return i
  }
  return undefined
}

const isSeparator = (text: string, at: number): boolean => text.startsWith('---', at)

function nextSeparator(text: string, from: number): number {
  for (let line = from; line < text.length; ) {
    if (line > from && isSeparator(text, line)) return line
    const end = text.indexOf('\n', line)
    if (end < 0) return text.length
    line = end + 1
  }
  return text.length
}

function splitLines(text: string, from: number, jsonWords: string | undefined, chunks: Chunk[]): void {
  let start = from
  let firstWords = jsonWords
  const close = (to: number, broken?: Chunk['broken']) => {
    if (to > start)
      chunks.push({
        from: start,
        to,
        format: 'yaml',
        ...(broken && { broken }),
        ...(firstWords && { jsonWords: firstWords }),
      })
    firstWords = undefined
  }
  for (let line = from; line < text.length; ) {
    const newline = text.indexOf('\n', line)
    const end = newline < 0 ? text.length : newline + 1
    if (isSeparator(text, line)) {
      const rest = trimSpace(text.slice(line + 3, end))
      if (rest !== '' && !rest.startsWith('#')) {
        const words = firstWords ?? `invalid Yaml document separator: ${rest}`
        close(end, { words, from: line, to: line + text.slice(line, end).trimEnd().length })
        start = end
      } else if (line > start) {
        close(line)
        start = end
      }
      // At the beginning of a document the separator stays with it, as it does in kubectl: its lines are counted with it.
    }
    line = end
  }
  close(text.length)
}

function utf8Length(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    bytes += c < 0x80 ? 1 : c < 0x800 || (c >= 0xd800 && c <= 0xdfff) ? 2 : 3
  }
  return bytes
}

/** Above these the text is only read when the person asks for it. */
export const LARGE_CHARACTERS = 1_000_000
export const LARGE_DOCUMENTS = 3_000

/** How large a text is, counted without parsing it, when it is too large to be read unasked; else undefined. */
export function tooLarge(
  files: readonly { readonly text: string }[],
): { readonly characters: number; readonly documents: number } | undefined {
  let characters = 0
  let documents = 0
  for (const { text } of files) {
    characters += text.length
    if (text.trimStart() !== '') documents++
    for (let at = text.indexOf('\n---'); at >= 0; at = text.indexOf('\n---', at + 4)) documents++
  }
  return characters > LARGE_CHARACTERS || documents > LARGE_DOCUMENTS ? { characters, documents } : undefined
}
