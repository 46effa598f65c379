import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, IconButton, useActions, useSession } from '../kit/index.ts'
import { download } from './read-files.ts'

/** The message that goes away by itself, with its way back. */
export function Notice(): ReactNode {
  const { dismissNotice } = useActions()
  const notice = useSession((state) => state.notice)
  return (
    <div className="notice-place" role="status">
      {notice && (
        <div className="notice">
          <p>{notice.text}</p>
          {notice.undo && (
            <Button
              onClick={() => {
                const { undo } = notice
                dismissNotice()
                undo?.()
              }}
            >
              Undo
            </Button>
          )}
          <IconButton label="Dismiss" icon={<X />} onClick={dismissNotice} />
        </div>
      )}
    </div>
  )
}

/** What stands in the way of a picture: a text that is very large, or a fault of ours. */
export function Obstacle(): ReactNode {
  const { tryAnyway, restart } = useActions()
  const status = useSession((state) => state.status)
  const files = useSession((state) => state.document.files)
  if (status.phase === 'too-large')
    return (
      <div className="obstacle" role="alert">
        <h2>This is a very large text</h2>
        <p>
          {status.message}. Reading it may take a while, so it has not been applied. Nothing of it is lost, and you can
          go on editing.
        </p>
        <Button kind="primary" onClick={tryAnyway}>
          Try it anyway
        </Button>
      </div>
    )
  if (status.phase === 'crashed')
    return (
      <div className="obstacle" role="alert">
        <h2>The simulation stopped</h2>
        <p>This is a fault of Fairlead, not of your text. The text is safe, in the editor and in this browser.</p>
        <div className="obstacle-ways">
          <Button kind="primary" onClick={restart}>
            Start it again
          </Button>
          {files.map((file) => (
            <Button key={file.name} onClick={() => download(file)}>
              Download {file.name}
            </Button>
          ))}
        </div>
        <details>
          <summary>What to put into a report</summary>
          <pre>{status.message}</pre>
        </details>
      </div>
    )
  return null
}

/** Edits that wait for a press, with what they would change. */
export function ApplyBar(): ReactNode {
  const { applyNow } = useActions()
  const { mode, pending, preview } = useSession((state) => state.applying)
  if (mode === 'auto') return null
  const errors = preview?.diagnostics.filter((d) => d.severity === 'error').length ?? 0
  const parts = preview
    ? [
        [preview.created.length, 'created'] as const,
        [preview.changed.length, 'changed'] as const,
        [preview.deleted.length, 'deleted'] as const,
      ].flatMap(([n, word]) => (n > 0 ? [`${n} ${word}`] : []))
    : []
  return (
    <div className="apply" role="status">
      <p>
        {!pending
          ? 'The cluster has this text.'
          : preview
            ? `Applying would mean: ${parts.join(', ') || 'no change'}${errors > 0 ? `, ${errors} refused` : ''}.`
            : 'Not applied yet.'}
      </p>
      <Button kind="primary" disabled={!pending} onClick={applyNow}>
        Apply
      </Button>
    </div>
  )
}
