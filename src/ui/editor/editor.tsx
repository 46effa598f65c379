import './editor.css'
import type { ReactNode } from 'react'
import { DropTarget } from './drop-target.tsx'
import { FileTabs } from './file-tabs.tsx'
import { Source } from './source.tsx'

/** The text: its files as tabs, the editor itself, and the whole page as a place to drop files on. */
export function Editor(): ReactNode {
  return (
    <div className="editor">
      <FileTabs />
      <Source />
      <DropTarget />
    </div>
  )
}
