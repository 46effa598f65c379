import type { ReactNode } from 'react'
import type { NearMiss } from '../../model/index.ts'
import { nearMissWord } from '../../words/index.ts'
import { lettersOf, type Piece } from './letters.ts'
import { ObjectLink } from './object-link.tsx'
import './why.css'

/** Whose it is: so many are named. */
const NAMED = 3

/** Words that nearly are the same, one above the other, with the letters that differ underlined. */
export function NearMisses({ of }: { readonly of: readonly NearMiss[] }): ReactNode {
  return (
    <ul className="near" aria-label="Near misses">
      {of.map((miss) => {
        const { wanted, found } = lettersOf(miss.wanted, miss.found)
        return (
          <li key={`${miss.what} ${miss.wanted} ${miss.found}`}>
            <dl>
              <div>
                <dt>{nearMissWord(miss)}</dt>
                <dd>
                  <Letters of={wanted} />
                </dd>
              </div>
              <div>
                <dt>there is</dt>
                <dd>
                  <Letters of={found} />
                  {miss.of.length > 0 && (
                    <span className="near-of">
                      {miss.of.slice(0, NAMED).map((key) => (
                        <ObjectLink key={key} of={key} />
                      ))}
                      {miss.of.length > NAMED && <span>and {miss.of.length - NAMED} more</span>}
                    </span>
                  )}
                </dd>
              </div>
            </dl>
          </li>
        )
      })}
    </ul>
  )
}

function Letters({ of }: { readonly of: readonly Piece[] }): ReactNode {
  return (
    <code>
      {of.map(({ text, same }, i) => {
        const key = `${i}`
        return same ? <span key={key}>{text}</span> : <mark key={key}>{text}</mark>
      })}
    </code>
  )
}
