import { Check, Copy } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { IconButton, useActions } from '../kit/index.ts'

/** ms that the button says that it did. */
const SAID = 1500

interface CopyButtonProps {
  readonly text: string
  /** What is copied, for its name. */
  readonly label: string
  readonly tabIndex?: number
}

/** Puts a text onto the clipboard, and says so. */
export function CopyButton({ text, label, tabIndex }: CopyButtonProps): ReactNode {
  const { notify } = useActions()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <IconButton
      label={copied ? 'Copied' : label}
      icon={copied ? <Check /> : <Copy />}
      tabIndex={tabIndex}
      onClick={(event) => {
        event.stopPropagation()
        void copyText(text).then((done) => {
          if (done) setCopied(true)
          else notify('The browser forbids copying here: select the text, and copy it with the keyboard.')
        })
      }}
    />
  )
}

/** False: the browser forbids it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
