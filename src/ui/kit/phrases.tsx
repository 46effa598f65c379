import type { ReactNode } from 'react'
import type { Phrase } from '../../words/index.ts'

/** A sentence of `words/`, with its names strong and its manifest text as code. */
export function Phrases({ of }: { readonly of: readonly Phrase[] }): ReactNode {
  return of.map((phrase, i) => {
    const key = `${i}`
    if (phrase.style === 'strong') return <strong key={key}>{phrase.text}</strong>
    if (phrase.style === 'code') return <code key={key}>{phrase.text}</code>
    return <span key={key}>{phrase.text}</span>
  })
}
