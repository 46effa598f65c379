import { Check, Copy, Download } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { isTypedLine } from '../../model/index.ts'
import { type LinkResult, LONG_LINK, TOO_LONG_LINK } from '../../session/index.ts'
import { count, formatClock } from '../../words/index.ts'
import { Button, Dialog, useActions, usePlayhead, useSession } from '../kit/index.ts'
import { download } from './read-files.ts'

/** A link with everything in it, or a file. */
export function ShareDialog(): ReactNode {
  const session = useActions()
  const playhead = usePlayhead()
  const logged = useSession((state) => state.document.log.length > 0)
  const files = useSession((state) => state.document.files)
  const typed = useSession((state) => state.document.log.some(isTypedLine))
  // what was typed is in no text: who shares it means it
  const [moment, setMoment] = useState(typed)
  const [secrets, setSecrets] = useState(false)
  const [link, setLink] = useState<LinkResult | null>(null)
  const [copied, setCopied] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const [at] = useState(() => playhead.get())

  useEffect(() => {
    let wanted = true
    setCopied(false)
    void session.createLink({ moment, secrets }).then((result) => {
      if (wanted) setLink(result)
    })
    return () => {
      wanted = false
    }
  }, [session, moment, secrets])

  const copy = async () => {
    if (!link) return
    try {
      await navigator.clipboard.writeText(link.url)
      setCopied(true)
    } catch {
      // the browser forbids it: the person copies what is selected
      field.current?.select()
    }
  }
  const tooLong = link !== null && link.characters > TOO_LONG_LINK
  return (
    <Dialog title="Share" onClose={() => session.setView({ dialog: null })} className="share">
      <fieldset className="share-kinds">
        <legend className="kit-hidden">What the link holds</legend>
        <label>
          <input type="radio" name="moment" checked={!moment} onChange={() => setMoment(false)} />
          <span>
            <strong>The text</strong>
            <small>Opens at 0:00.0 and plays{typed ? ', without what was typed' : ''}.</small>
          </span>
        </label>
        <label>
          <input type="radio" name="moment" checked={moment} onChange={() => setMoment(true)} />
          <span>
            <strong>This moment, {formatClock(at)}</strong>
            <small>
              {typed
                ? 'The same run, with all that was typed and done in it.'
                : logged
                  ? 'The same run, with all that was done in it.'
                  : 'The same run, at the same moment.'}
            </small>
          </span>
        </label>
      </fieldset>
      <label className="share-link">
        <span className="kit-hidden">Link</span>
        <textarea ref={field} readOnly rows={3} value={link?.url ?? ''} onFocus={(event) => event.target.select()} />
      </label>
      <div className="share-row">
        <Meter characters={link?.characters ?? 0} />
        <Button kind="primary" onClick={() => void copy()} disabled={!link}>
          {copied ? <Check /> : <Copy />}
          {copied ? 'Copied' : 'Copy link'}
        </Button>
      </div>
      <p className="share-note" role="status">
        {link && advice(link, tooLong, moment)}
      </p>
      {link && (link.redacted > 0 || secrets) && (
        <label className="share-secrets">
          <input type="checkbox" checked={secrets} onChange={(event) => setSecrets(event.target.checked)} />
          <span>
            {secrets
              ? 'Secrets are in the link: everybody who has it can read them.'
              : `${count(link.redacted, 'value')} that ${link.redacted === 1 ? 'looks' : 'look'} like a secret ${link.redacted === 1 ? 'is' : 'are'} replaced by a placeholder. Put ${link.redacted === 1 ? 'it' : 'them'} into the link.`}
          </span>
        </label>
      )}
      <div className="share-files">
        <Button
          kind={tooLong ? 'primary' : undefined}
          onClick={async () => download(await session.saveAsFile({ secrets }))}
        >
          <Download />
          Download session
        </Button>
        {files.map((file) => (
          <Button key={file.name} onClick={() => download(file)}>
            <Download />
            {file.name}
          </Button>
        ))}
      </div>
      <p className="share-note">
        Nothing is uploaded: a link holds the text itself. Open a session file with “Open files…”, or drop it on the
        page.
      </p>
    </Dialog>
  )
}

function advice(link: LinkResult, tooLong: boolean, moment: boolean): string {
  if (tooLong)
    return moment
      ? 'Too long for a link that works everywhere. Share the text alone, or the session as a file.'
      : 'Too long for a link that works everywhere. Share the session as a file.'
  if (link.characters > LONG_LINK) return 'Some chat programs and mail cut links of more than 2,000 characters.'
  return 'Short enough for chat and mail.'
}

function Meter({ characters }: { readonly characters: number }): ReactNode {
  const level = characters > TOO_LONG_LINK ? 'bad' : characters > LONG_LINK ? 'wait' : 'ok'
  return (
    <span className="share-meter" data-level={level}>
      <meter
        aria-label="Length of the link"
        min={0}
        max={TOO_LONG_LINK}
        value={Math.min(characters, TOO_LONG_LINK)}
        className="kit-hidden"
      />
      <span className="share-track" aria-hidden="true">
        <i style={{ width: `${Math.min(100, (characters / TOO_LONG_LINK) * 100)}%` }} />
      </span>
      {characters.toLocaleString('en')} characters
    </span>
  )
}
