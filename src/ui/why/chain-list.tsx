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
  const first = links.find(({ state, finding }) => state === 'fail' && finding !== undefined)?.finding
  return (
    <>
      {first && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
        <div className="chain-cause" data-severity={first.severity} role="group" aria-label="The cause">
          <FindingBody
            of={cause ?? diagnosticOf(first, where)}
            words={findingSentence(first)}
            sources={first.sources}
          />
        </div>
      )}
      <ol className="chain" aria-label={label}>
        {links.map((link) => (
          <li key={link.link} data-state={link.state}>
            <h4>
              {LINK_TITLES[link.link]}
              <span className={link.state === 'pass' ? 'kit-hidden' : 'chain-state'}>
                {link.state === 'pass' ? `: ${LINK_STATES.pass}` : LINK_STATES[link.state]}
              </span>
            </h4>
            <p className="chain-words">
              <Phrases of={wordsOf(link)} /> <RuleLink id={link.finding?.rule ?? link.evidence.rule} />
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}

/** What was found there. What would fail too is said in whole: nowhere else is. */
const wordsOf = ({ state, finding, evidence }: ChainLink) =>
  state === 'would-fail' && finding ? findingSentence(finding) : sentence(evidence)

const fieldsOf = (finding: ChainLink['finding']) =>
  finding ? finding.objects.map((object, i) => ({ object, path: i === 0 ? finding.path : [] })) : []
