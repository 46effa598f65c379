import type { TextFile } from '../../model/index.ts'

/** Chosen files as text; a byte order mark stays, `manifest` knows it. */
export const readFiles = (files: Iterable<File>): Promise<TextFile[]> =>
  Promise.all([...files].map(async (file) => ({ name: file.name, text: await file.text() })))

/** Hands a text to the browser as a file. */
export function download({ name, text }: TextFile): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // the download holds on to what it needs by then
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
