import { FlaskConical } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Diagnostic, Fix } from '../../model/index.ts'
import type { FileChange } from '../../session/index.ts'
import { Button, useActions, useAnswer, useSession } from '../kit/index.ts'
import { lineDiff } from './line-diff.ts'
import { PutBack } from './put-back.tsx'
import './why.css'

/** Lines of a difference that are shown before it is folded. */
const LINES = 8

export const fixesOf = ({ fix, otherFixes = [] }: Diagnostic): readonly Fix[] =>
  fix ? [fix, ...otherFixes] : otherFixes

/** Everything that would mend it: each with the lines that it changes, one click to take it, and one to try it first. */
export function FixOffers({ of }: { readonly of: Diagnostic }): ReactNode {
  const { act } = useActions()
  const { recreate } = of
  const fixes = fixesOf(of)
  if (fixes.length === 0 && recreate === undefined) return null
  const differs = of.code === 'text.differs' ? of.object : undefined
  return (
    <ul className="fixes" aria-label="What would mend it">
      {fixes.map((fix, i) => (
        <li key={`${fix.label} ${fix.object} ${fix.path}`}>
          <FixOffer fix={fix} first={i === 0} />
        </li>
      ))}
      {recreate !== undefined && (
        <li>
          <Button
            title="As kubectl replace --force: deletes the object and makes it anew"
            onClick={() => void act({ type: 'recreate', object: recreate })}
          >
            Recreate
          </Button>
        </li>
      )}
      {differs !== undefined && <PutBack of={differs} />}
    </ul>
  )
}

/** Carries out a fix, with a way back. */
export function useTakeFix(): (fix: Fix) => Promise<boolean> {
  const { applyFix, notify, undo } = useActions()
  return async (fix) => {
    const done = await applyFix(fix)
    if (done) notify(`${fix.label}: done.`, undo)
    return done
  }
}

function FixOffer({ fix, first }: { readonly fix: Fix; readonly first: boolean }): ReactNode {
  const { setView } = useActions()
  const take = useTakeFix()
  const box = useRef<HTMLDivElement>(null)
  const seen = useSeen(box)
  return (
    <div className="fix" ref={box}>
      <p className="fix-ways">
        <Button kind={first ? 'primary' : undefined} onClick={() => void take(fix)}>
          {fix.label}
        </Button>
        <Button
          kind="bare"
          title="Try it on a copy, and compare"
          onClick={() => setView({ dialog: 'what-if', whatIf: { type: 'fix', fix } })}
        >
          <FlaskConical /> What if?
        </Button>
      </p>
      {seen && <FixPreview fix={fix} />}
    </div>
  )
}

/** Whether it has come into sight: of a long list nobody asks for what is not seen. */
function useSeen(box: React.RefObject<HTMLElement | null>): boolean {
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    const element = box.current
    if (!element || seen) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [box, seen])
  return seen
}

/** The lines that a fix would change, as the text is now. */
export function FixPreview({ fix }: { readonly fix: Fix }): ReactNode {
  const { previewFix } = useActions()
  const files = useSession((state) => state.document.files)
  const pending = useSession((state) => state.applying.pending)
  const sources = useSession((state) => state.mirror.sources)
  const changes = useAnswer(() => previewFix(fix), [JSON.stringify(fix), files, pending, sources])
  return changes && changes.length > 0 ? <Difference of={changes} /> : null
}

/** Changed lines, with their numbers and a sign: colour says nothing that these do not. */
export function Difference({ of }: { readonly of: readonly FileChange[] }): ReactNode {
  const [all, setAll] = useState(false)
  return (
    <div className="diff">
      {of.map(({ name, before, after }) => {
        const lines = lineDiff(before, after)
        const shown = all || lines.length <= LINES + 1 ? lines : lines.slice(0, LINES)
        return (
          <div key={name} className="diff-file">
            {of.length > 1 && <p className="diff-name">{name}</p>}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways */}
            <ol tabIndex={0} aria-label={`What changes in ${name}`}>
              {shown.map(({ sign, line, text }) => (
                <li key={`${sign}${line}`} data-sign={sign}>
                  <span className="diff-line">{line}</span>
                  <span aria-hidden="true">{sign === '-' ? '−' : '+'}</span>
                  <span className="kit-hidden">{sign === '-' ? 'out: ' : 'in: '}</span>
                  <code>{text}</code>
                </li>
              ))}
            </ol>
            {shown.length < lines.length && (
              <Button kind="bare" onClick={() => setAll(true)}>
                {lines.length - shown.length} more lines
              </Button>
            )}
          </div>
        )
      })}
    </div>
  )
}
