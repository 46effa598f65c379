import { useState } from 'react'
import type { LineCompletion } from '../../model/index.ts'
import { useActions } from '../kit/index.ts'
import { commonPrefix, takeCandidate } from './take-candidate.ts'
import type { Typing } from './use-typing.ts'

/** What Tab offers, open below the prompt. */
export interface Offer extends LineCompletion {
  /** The line as it was typed. */
  readonly text: string
  /** The candidate that stands in the line; -1: none yet. */
  readonly chosen: number
}

export interface Completion {
  readonly offer: Offer | null
  ask(): void
  /** The next candidate, or the one before (`by` -1). */
  move(by: number): void
  take(candidate: number): void
  /** `back`: the line becomes again what was typed. */
  close(back?: boolean): void
}

/** Tab: one candidate is put in; of several what they have in common, and when that adds nothing they are listed. */
export function useCompletion(terminal: string, typing: Typing): Completion {
  const session = useActions()
  const [offer, setOffer] = useState<Offer | null>(null)
  const choose = (from: Offer, chosen: number) => {
    setOffer({ ...from, chosen })
    typing.put(takeCandidate(from.text, from, from.candidates[chosen]!, false))
  }
  return {
    offer,
    ask() {
      const { text, caret } = typing.current()
      void session.completeLine(terminal, text, caret).then((found) => {
        const now = typing.current()
        // typing went on: the answer is to another question
        if (!found || now.text !== text || now.caret !== caret) return
        const { candidates } = found
        if (candidates.length === 0) return
        if (candidates.length === 1) {
          typing.put(takeCandidate(text, found, candidates[0]!))
          return
        }
        const prefix = commonPrefix(candidates)
        if (prefix.length > found.to - found.from) typing.put(takeCandidate(text, found, prefix, false))
        else setOffer({ ...found, text, chosen: -1 })
      })
    },
    move(by) {
      if (!offer) return
      const count = offer.candidates.length
      choose(offer, offer.chosen < 0 && by < 0 ? count - 1 : (offer.chosen + by + count) % count)
    },
    take(candidate) {
      if (!offer) return
      typing.put(takeCandidate(offer.text, offer, offer.candidates[candidate]!))
      setOffer(null)
    },
    close(back = false) {
      if (!offer) return
      if (back) typing.put({ text: offer.text, caret: offer.to })
      setOffer(null)
    },
  }
}
