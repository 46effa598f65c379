import { FileTerminal } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Session } from '../../session/index.ts'
import { useActions } from '../kit/index.ts'
import { copyText } from './copy-button.tsx'

/** An entry of a menu: everything that was done, as a script for a real cluster, onto the clipboard. */
export function ScriptButton({ onChoose }: { readonly onChoose?: () => void }): ReactNode {
  const session = useActions()
  const copy = async () => {
    onChoose?.()
    const done = await copyText(await scriptOf(session))
    session.notify(
      done
        ? 'A script that does the same on a real cluster (kind) is copied.'
        : 'The browser did not let the script be copied.',
    )
  }
  return (
    <button type="button" onClick={() => void copy()}>
      <FileTerminal /> Copy as a script
    </button>
  )
}

async function scriptOf({ store, playhead }: Session): Promise<string> {
  const { document, mirror } = store.getState()
  // seldom wanted, and no part of the first picture
  const { writeScript } = await import('./write-script.ts')
  return writeScript({
    config: mirror.config,
    files: document.baseFiles,
    log: document.log,
    entries: mirror.terminal,
    objects: mirror.objects,
    clients: mirror.clients,
    until: playhead.get(),
  })
}
