import { type ReactNode, useEffect, useRef } from 'react'
import type { Completion } from './use-completion.ts'

export const CANDIDATES_ID = 'term-candidates'
export const candidateId = (index: number): string => `term-candidate-${index}`

/** What a word can become, in columns below the prompt. */
export function Candidates({ completion }: { readonly completion: Completion }): ReactNode {
  const list = useRef<HTMLDivElement>(null)
  const { offer } = completion
  const chosen = offer?.chosen ?? -1
  useEffect(() => {
    if (chosen >= 0) list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  if (!offer) return null
  const widest = Math.max(...offer.candidates.map((candidate) => candidate.length))
  return (
    <div className="term-candidates">
      <div
        id={CANDIDATES_ID}
        role="listbox"
        aria-label="Completions"
        ref={list}
        style={{ columnWidth: `${widest + 2}ch` }}
      >
        {offer.candidates.map((candidate, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the prompt's
          // biome-ignore lint/a11y/useFocusableInteractive: the prompt has the focus
          <div
            key={candidate}
            id={candidateId(i)}
            role="option"
            aria-selected={i === offer.chosen}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => completion.take(i)}
          >
            {candidate}
          </div>
        ))}
      </div>
    </div>
  )
}
