import { keyOfDoc, readText } from '../../manifest/index.ts'
import { OWN_API_VERSION, type TextFile } from '../../model/index.ts'
import type { ScriptDocument } from '../../words/index.ts'

/** The documents of a text, as a script tells them: one for each piece that kubectl reads by itself. */
export function scriptDocuments(files: readonly TextFile[]): readonly ScriptDocument[] {
  const parsed = readText(files)
  const pieces = new Map<string, { -readonly [K in keyof ScriptDocument]: ScriptDocument[K] }>()
  for (const doc of parsed.docs) {
    const place = parsed.place(doc)
    if (!place) continue
    const { file, chunk, root } = place
    const id = `${file.name}\n${chunk.from}`
    const piece = pieces.get(id) ?? {
      file: file.name,
      text: file.text.slice(chunk.from, chunk.to),
      objects: [],
      own: false,
      broken: false,
    }
    const key = keyOfDoc(doc)
    const { apiVersion } = (doc.value ?? {}) as { apiVersion?: unknown }
    pieces.set(id, {
      ...piece,
      objects: key === undefined ? piece.objects : [...piece.objects, key],
      own: piece.own || apiVersion === OWN_API_VERSION,
      broken: piece.broken || root === undefined,
    })
  }
  return [...pieces.values()]
}
