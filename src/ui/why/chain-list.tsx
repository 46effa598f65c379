import { type ReactNode, useMemo } from 'react'
import type { Chain, ChainLink, Diagnostic } from '../../model/index.ts'
import { diagnosticOf, findingSentence, LINK_STATES, LINK_TITLES, sentence } from '../../words/index.ts'
import { Phrases } from '../kit/index.ts'
import { useLocations } from './field-links.tsx'
import { FindingBody } from './finding.tsx'
import { RuleLink } from './rule-link.tsx'
import './why.css'

export interface ChainListProps {
  readonly of: Chain
  /** Of what: "port 80 of web". */
  readonly label: string
  /** The cause as the list of problems has it, with its line. */
  readonly cause?: Diagnostic
}

/** The way to an answer, link by link: what was looked at, what was found, and where it first fails. */
export default function ChainList({ of: { links }, label, cause }: ChainListProps): ReactNode {
  const fields = useMemo(() => links.flatMap(({ finding }) => fieldsOf(finding)), [links])
  const where = useLocations(fields)
  return (
    <ol className="chain" aria-label={label}>
      {links.map((link) => (
        <li key={link.link} data-state={link.state}>
          <h4>
            {LINK_TITLES[link.link]}
            <span className={link.state === 'pass' ? 'kit-hidden' : 'chain-state'}>
              {link.state === 'pass' ? `: ${LINK_STATES.pass}` : LINK_STATES[link.state]}
            </span>
          </h4>
          <Evidence of={link} cause={cause} where={where} />
        </li>
      ))}
    </ol>
  )
}

interface EvidenceProps {
  readonly of: ChainLink
  readonly cause: Diagnostic | undefined
  readonly where: ReturnType<typeof useLocations>
}

function Evidence({ of: { state, evidence, finding }, cause, where }: EvidenceProps): ReactNode {
  if (state === 'fail' && finding) {
    const known = cause ?? diagnosticOf(finding, where)
    return (
      <div className="chain-cause" data-severity={finding.severity}>
        <FindingBody of={known} words={findingSentence(finding)} sources={finding.sources} />
      </div>
    )
  }
  if (state === 'would-fail' && finding)
    return (
      <p className="chain-words">
        <Phrases of={findingSentence(finding)} /> <RuleLink id={finding.rule} />
      </p>
    )
  return (
    <p className="chain-words">
      <Phrases of={sentence(evidence)} /> <RuleLink id={evidence.rule} />
    </p>
  )
}

const fieldsOf = (finding: ChainLink['finding']) =>
  finding ? finding.objects.map((object, i) => ({ object, path: i === 0 ? finding.path : [] })) : []
