import { ChevronDown, ChevronUp, Play, RotateCcw } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { openScenarioOf } from '../../session/index.ts'
import { Button, IconButton, useActions, useSession } from '../kit/index.ts'

/** An example's story: what one sees, and its steps as buttons in their order. */
export function StoryBar(): ReactNode {
  const scenario = useSession(openScenarioOf)
  const step = useSession((state) => state.view.storyStep)
  const presenting = useSession((state) => state.view.presenting)
  const [folded, setFolded] = useState(false)
  const [whole, setWhole] = useState(false)
  const { takeStep, openScenario, setView } = useActions()
  if (!scenario) return null
  const { steps } = scenario
  // presented, it is what the page is about: the header with its heading is away
  const Title = presenting ? 'h1' : 'h2'
  if (step < 0)
    return (
      <section className="story" data-changed="" aria-label={`Story: ${scenario.title}`}>
        <p className="story-words">
          This began as the example <strong>{scenario.title}</strong>, and has been changed since.
        </p>
        <Button kind="bare" onClick={() => openScenario(scenario.id)}>
          <RotateCcw />
          Open it afresh
        </Button>
      </section>
    )
  const said = step > 0 ? steps[step - 1]?.say : undefined
  const next = steps[step]
  const open = presenting || !folded
  return (
    <section className="story" aria-label={`Story: ${scenario.title}`}>
      <div className="story-head">
        <Title>{scenario.title}</Title>
        {!presenting && (
          <IconButton
            label={folded ? 'Unfold the story' : 'Fold the story'}
            aria-expanded={open}
            icon={folded ? <ChevronDown /> : <ChevronUp />}
            onClick={() => setFolded(!folded)}
          />
        )}
        {presenting && (
          <Button onClick={() => setView({ presenting: false })}>
            End <kbd>Esc</kbd>
          </Button>
        )}
      </div>
      {open && (
        <>
          <p className="story-words" data-whole={whole ? '' : undefined} aria-live="polite">
            {said ?? scenario.story}
          </p>
          {said === undefined && (
            <button type="button" className="kit-link story-more" onClick={() => setWhole(!whole)}>
              {whole ? 'less' : 'more'}
            </button>
          )}
          {steps.length > 0 && (
            <div className="story-steps">
              <ol aria-label="Steps">
                {steps.map((each, i) => (
                  <li key={each.label}>
                    <Button
                      className="story-step"
                      kind={i === step ? 'primary' : undefined}
                      data-done={i < step ? '' : undefined}
                      disabled={i !== step}
                      aria-current={i === step ? 'step' : undefined}
                      onClick={() => void takeStep(i)}
                    >
                      {i === step ? (
                        <Play aria-hidden="true" />
                      ) : (
                        <span aria-hidden="true">{i < step ? '✓' : i + 1}</span>
                      )}
                      {each.label}
                    </Button>
                  </li>
                ))}
              </ol>
              {step > 0 && (
                <Button kind="bare" onClick={() => openScenario(scenario.id)}>
                  <RotateCcw />
                  {next ? 'From the start' : 'Once more'}
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </section>
  )
}
