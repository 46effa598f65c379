import { Plus, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { IconButton, moveInTabs, useActions, useSession } from '../kit/index.ts'

/** The files: arrow keys go from one to the next, F2 or a double click renames, Delete closes. */
export function FileTabs(): ReactNode {
  const { addFile } = useActions()
  const files = useSession((state) => state.document.files)
  const active = useSession((state) => state.document.activeFile)
  const [renaming, setRenaming] = useState<string | null>(null)
  return (
    <div className="editor-tabs">
      <div className="editor-tab-list" role="tablist" aria-label="Files">
        {files.map((file) => (
          <FileTab
            key={file.name}
            name={file.name}
            active={file.name === active}
            renaming={file.name === renaming}
            onRename={setRenaming}
          />
        ))}
      </div>
      <IconButton
        label="New file"
        icon={<Plus />}
        onClick={() => {
          setRenaming(addFile())
        }}
      />
    </div>
  )
}

interface FileTabProps {
  readonly name: string
  readonly active: boolean
  readonly renaming: boolean
  readonly onRename: (name: string | null) => void
}

function FileTab({ name, active, renaming, onRename }: FileTabProps): ReactNode {
  const { setActiveFile, removeFile, renameFile, notify } = useActions()
  const tab = useRef<HTMLButtonElement>(null)
  const backToTab = () => requestAnimationFrame(() => document.getElementById(tabId())?.focus())
  if (renaming) {
    const finish = (wish: string, refocus: boolean) => {
      const done = wish.trim() === '' || renameFile(name, wish)
      if (!done) notify(`There is a file ${wish.trim()} already.`)
      onRename(null)
      if (refocus) backToTab()
    }
    return (
      <input
        className="editor-rename"
        aria-label={`New name of ${name}`}
        defaultValue={name}
        size={Math.max(8, name.length + 1)}
        spellCheck={false}
        ref={(input) => {
          if (!input || document.activeElement === input) return
          input.focus()
          const dot = name.lastIndexOf('.')
          input.setSelectionRange(0, dot > 0 ? dot : name.length)
        }}
        onBlur={(event) => finish(event.currentTarget.value, false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish(event.currentTarget.value, true)
          else if (event.key === 'Escape') {
            event.stopPropagation()
            onRename(null)
            backToTab()
          }
        }}
      />
    )
  }
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.key === 'F2') onRename(name)
    else if (event.key === 'Delete') {
      removeFile(name)
      backToTab()
    } else if (!moveInTabs(event)) return
    event.preventDefault()
  }
  return (
    <div className="editor-tab" role="presentation" data-active={active ? '' : undefined}>
      <button
        ref={tab}
        type="button"
        role="tab"
        id={active ? tabId() : undefined}
        aria-selected={active}
        aria-controls="editor-source"
        aria-keyshortcuts="F2 Delete"
        title={`${name} — F2 or a double click renames, Delete closes`}
        tabIndex={active ? 0 : -1}
        onClick={() => setActiveFile(name)}
        onDoubleClick={() => onRename(name)}
        onAuxClick={(event) => {
          if (event.button === 1) removeFile(name)
        }}
        onKeyDown={onKeyDown}
      >
        {name}
      </button>
      {/* for the mouse; the keyboard has Delete */}
      <button
        type="button"
        className="editor-tab-close"
        tabIndex={-1}
        aria-hidden="true"
        title={`Close ${name}`}
        onClick={() => removeFile(name)}
      >
        <X />
      </button>
    </div>
  )
}

/** The active tab's id: it names the text below it. */
const tabId = () => 'editor-tab'
