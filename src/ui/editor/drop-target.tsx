import { type ReactNode, useEffect, useState } from 'react'
import { useActions } from '../kit/index.ts'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Files may be dropped anywhere on the page. Folders and what is no text are left out, and said. */
export function DropTarget(): ReactNode {
  const { replaceFiles, notify } = useActions()
  const [over, setOver] = useState(false)
  useEffect(() => {
    let depth = 0
    const show = (more: number) => {
      depth = Math.max(0, depth + more)
      setOver(depth > 0)
    }
    const onEnter = (event: DragEvent) => {
      if (hasFiles(event)) show(1)
    }
    const onLeave = (event: DragEvent) => {
      if (hasFiles(event)) show(-1)
    }
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      event.dataTransfer!.dropEffect = 'copy'
    }
    const onDrop = async (event: DragEvent) => {
      if (!hasFiles(event)) return
      // before an editor takes it as text
      event.preventDefault()
      event.stopPropagation()
      depth = 0
      setOver(false)
      const { read, left } = await readDropped([...event.dataTransfer!.files])
      if (read.length > 0) replaceFiles(read)
      if (left.length > 0) notify(`Not read, as it is no text: ${left.join(', ')}`)
    }
    const options = { capture: true }
    window.addEventListener('dragenter', onEnter, options)
    window.addEventListener('dragleave', onLeave, options)
    window.addEventListener('dragover', onOver, options)
    window.addEventListener('drop', onDrop, options)
    return () => {
      window.removeEventListener('dragenter', onEnter, options)
      window.removeEventListener('dragleave', onLeave, options)
      window.removeEventListener('dragover', onOver, options)
      window.removeEventListener('drop', onDrop, options)
    }
  }, [replaceFiles, notify])
  return over ? (
    <div className="editor-drop">
      <p>Drop manifests to open them</p>
    </div>
  ) : null
}

/** What of dropped files is text. A NUL is in no text file. */
async function readDropped(
  files: readonly File[],
): Promise<{ read: { name: string; text: string }[]; left: string[] }> {
  const read: { name: string; text: string }[] = []
  const left: string[] = []
  for (const file of files) {
    try {
      const text = await file.text()
      if (text.slice(0, 10_000).includes('\0')) left.push(file.name)
      else read.push({ name: file.name, text })
    } catch {
      // a folder, or a file that went away
      left.push(file.name)
    }
  }
  return { read, left }
}
