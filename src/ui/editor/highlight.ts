/** A stretch of a line and what it is; the class that CSS colours it by. */
export interface Stretch {
  readonly text: string
  readonly kind: 'key' | 'string' | 'number' | 'comment' | 'separator' | 'plain'
}

const BLOCK_HEADER = /(?:^|[\s:-])[|>][-+0-9]{0,2}\s*(?:#.*)?$/
const indentOf = (line: string): number => line.length - line.trimStart().length

/** Whether a line belongs to a block scalar whose header stands at indentation `block`; -1 is none. */
export const isInBlock = (line: string, block: number): boolean =>
  block >= 0 && (line.trim() === '' || indentOf(line) > block)

/** The indentation of a line that ends in a block scalar's header; -1 for any other. */
export const blockIndent = (line: string): number =>
  !line.trimStart().startsWith('#') && BLOCK_HEADER.test(line) ? indentOf(line) : -1

/** For each line, whether it lies in a block scalar (`|`, `>`), whose text is no YAML. */
export function blockLines(lines: readonly string[]): readonly boolean[] {
  let block = -1
  return lines.map((line) => {
    const inside = isInBlock(line, block)
    if (!inside) block = blockIndent(line)
    return inside
  })
}

const TOKEN =
  /(?<comment>(?:^|(?<=\s))#.*)|(?<key>(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[\w./$~<][^\s:#,[\]{}"']*(?: [\w./][^\s:#,[\]{}"']*)*)(?=\s*:(?:\s|$)))|(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)|(?<number>(?<=[\s,[{]|^)-?(?:0[xo][\da-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?=[\s,\]}]|$))/gu

/** A line in the colours of the editor that takes over later: close enough that nothing jumps. */
export function highlightLine(line: string, inBlock: boolean): readonly Stretch[] {
  if (inBlock) return [{ text: line, kind: 'string' }]
  if (/^(---|\.\.\.)/.test(line)) return [{ text: line, kind: 'separator' }]
  // a line without end is painted plainly
  if (line.length > 2000) return [{ text: line, kind: 'plain' }]
  const out: Stretch[] = []
  let at = 0
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > at) out.push({ text: line.slice(at, match.index), kind: 'plain' })
    const { comment, key, string } = match.groups!
    const kind =
      comment !== undefined ? 'comment' : key !== undefined ? 'key' : string !== undefined ? 'string' : 'number'
    out.push({ text: match[0], kind })
    at = match.index + match[0].length
  }
  if (at < line.length) out.push({ text: line.slice(at), kind: 'plain' })
  return out
}
