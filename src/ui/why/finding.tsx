import type { ReactNode } from 'react'
import { type Diagnostic, formatPath, type SourceField } from '../../model/index.ts'
import type { Phrase } from '../../words/index.ts'
import { Phrases, useActions } from '../kit/index.ts'
import { FieldLinks, useLocations } from './field-links.tsx'
import { FixOffers } from './fix-offer.tsx'
import { NearMisses } from './near-misses.tsx'
import { ObjectLink } from './object-link.tsx'
import { objectName } from './object-name.ts'
import { RuleLink } from './rule-link.tsx'
import './why.css'

interface FindingProps {
  readonly of: Diagnostic
  /** The sentence with its styles, where it is known. */
  readonly words?: readonly Phrase[]
  /** Fields that show it, beside its own line: for a reader who sees the objects that take part already. */
  readonly sources?: readonly SourceField[]
}

/** What is wrong in one sentence; its line, its rule, what nearly fits, and what would mend it. */
export function FindingBody({ of, words, sources }: FindingProps): ReactNode {
  const { nearMisses, path = [] } = of
  return (
    <>
      <p className="finding-words">{words ? <Phrases of={words} /> : of.message}</p>
      <div className="finding-where">
        <Line of={of} />
        {sources ? <Sources of={sources} /> : <TakingPart of={of} />}
        {!sources && path.length > 0 && <code>{formatPath(path)}</code>}
        {of.rule !== undefined && <RuleLink id={of.rule} />}
      </div>
      {nearMisses && nearMisses.length > 0 && <NearMisses of={nearMisses} />}
      <FixOffers of={of} />
    </>
  )
}

interface FindingCardProps {
  readonly of: Diagnostic
  readonly onWhy?: () => void
}

/** The same where its line is in sight already. */
export function FindingCard({ of, onWhy }: FindingCardProps): ReactNode {
  const { nearMisses } = of
  return (
    <>
      <p className="finding-words">{of.message}</p>
      {nearMisses && nearMisses.length > 0 && <NearMisses of={nearMisses} />}
      <FixOffers of={of} />
      <p className="finding-where">
        {onWhy && (
          <button type="button" className="kit-link" onClick={onWhy}>
            Why?
          </button>
        )}
        {of.rule !== undefined && <RuleLink id={of.rule} />}
      </p>
    </>
  )
}

/** The line that made it so; of what no line says, the object. */
function Line({ of: { source, object, path } }: { readonly of: Diagnostic }): ReactNode {
  const { reveal, revealField } = useActions()
  if (source)
    return (
      <button type="button" className="kit-link" onClick={() => reveal(source)}>
        {source.file}:{source.line}
      </button>
    )
  if (object === undefined) return null
  // of no field: it is about the object
  if (path === undefined) return <ObjectLink of={object} />
  return (
    <button type="button" className="kit-link" onClick={() => void revealField({ object, path })}>
      {objectName(object)}
    </button>
  )
}

/** The objects: the one to edit, and those that are named with it. */
function TakingPart({ of: { source, object, others = [] } }: { readonly of: Diagnostic }): ReactNode {
  const all = source && object !== undefined ? [object, ...others] : others
  return all.slice(0, 4).map((key) => <ObjectLink key={key} of={key} />)
}

function Sources({ of }: { readonly of: readonly SourceField[] }): ReactNode {
  const where = useLocations(of)
  return <FieldLinks fields={of} where={where} />
}
