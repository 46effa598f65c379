import './commands.css'
import { SquareTerminal } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ShellPlace } from '../../model/index.ts'
import { IconButton, withKeys } from '../kit/index.ts'
import { CopyButton } from './copy-button.tsx'
import { useOffer } from './use-offer.ts'

interface CommandLineProps {
  readonly line: string
  /** What is copied when it is more than the line. */
  readonly copied?: string
  /** As it is typed here, when that is another line or another place than the workstation. */
  readonly here?: { readonly place: ShellPlace; readonly line: string }
  /** It was offered to a terminal. */
  readonly onOffer?: () => void
  readonly children?: ReactNode
}

/** A command with its two ways on: onto the clipboard, and into a terminal of the page. */
export function CommandLine({ line, copied, here, onOffer, children }: CommandLineProps): ReactNode {
  const offer = useOffer()
  return (
    <div className="command">
      <code className="command-line">
        <Words of={line} />
      </code>
      <span className="command-buttons">
        <CopyButton text={copied ?? line} label="Copy" />
        <IconButton
          label="Into the terminal"
          icon={<SquareTerminal />}
          onClick={() => {
            onOffer?.()
            offer(here?.line ?? line, here?.place)
          }}
        />
      </span>
      {children}
    </div>
  )
}

/** A line that is broken between its words, not at the hyphens of an option. */
function Words({ of }: { readonly of: string }): ReactNode {
  return withKeys(of.split(/(?<= )/), (word) => word).map(({ key, item: word }) => (
    <span key={key} className="command-word">
      {word}
    </span>
  ))
}
