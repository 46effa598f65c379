import type { LogEntry, TextEdit, TextFile } from './session-document.ts'
import type { Ms } from './time.ts'

export interface FilesChange {
  /** At most one edit a file, so that offsets mean the text before the change. */
  readonly edits: readonly TextEdit[]
  /** The names in their order after the change, when files came, went or moved. */
  readonly files?: readonly string[]
}

/** The difference of two texts as one replacement; null when they are the same. Surrogate pairs are not cut in two. */
export function diffText(file: string, before: string, after: string): TextEdit | null {
  if (before === after) return null
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start--
  let end = 0
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end))
    end++
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end--
  return { file, from: start, to: before.length - end, insert: after.slice(start, after.length - end) }
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff
const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff

/** What leads from one set of files to another; null when nothing changed. */
export function diffFiles(before: readonly TextFile[], after: readonly TextFile[]): FilesChange | null {
  const old = new Map(before.map((file) => [file.name, file.text]))
  const edits: TextEdit[] = []
  for (const { name, text } of after) {
    const edit = diffText(name, old.get(name) ?? '', text)
    if (edit) edits.push(edit)
  }
  const sameNames = before.length === after.length && before.every((file, i) => file.name === after[i]!.name)
  if (edits.length === 0 && sameNames) return null
  return sameNames ? { edits } : { edits, files: after.map((file) => file.name) }
}

/**
 * The files after a change. Edits are made one after the other, each into the text that the ones before it left; undefined
 * when an edit lies outside its text (a link can say anything).
 */
export function applyChange(files: readonly TextFile[], change: FilesChange): readonly TextFile[] | undefined {
  const texts = new Map(files.map((file) => [file.name, file.text]))
  for (const { file, from, to, insert } of change.edits) {
    const text = texts.get(file) ?? ''
    if (!(from >= 0 && from <= to && to <= text.length)) return undefined
    texts.set(file, text.slice(0, from) + insert + text.slice(to))
  }
  const names = change.files ?? [...texts.keys()]
  return names.map((name) => {
    const text = texts.get(name) ?? ''
    const same = files.find((file) => file.name === name)
    return same && same.text === text ? same : { name, text }
  })
}

/** Edits of one moment that all mean the text before any of them (as `manifest` gives them), in an order that keeps them true. */
export const lastFirst = (edits: readonly TextEdit[]): readonly TextEdit[] =>
  [...edits].sort((a, b) => (a.file === b.file ? b.from - a.from || b.to - a.to : a.file < b.file ? -1 : 1))

/** The text at a moment of a run; undefined when the log does not fit the text. */
export function textAt(base: readonly TextFile[], log: readonly LogEntry[], at: Ms): readonly TextFile[] | undefined {
  let files: readonly TextFile[] | undefined = base
  for (const entry of log) {
    if (entry.at > at || !files) break
    if (entry.type === 'edit') files = applyChange(files, entry)
  }
  return files
}
