import { ChevronDown, Search } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { openScenarioOf, type Scenario, searchScenarios } from '../../session/index.ts'
import { Popover, useActions, useSession } from '../kit/index.ts'

/** The examples, by group, with search. */
export function ExamplePicker(): ReactNode {
  const id = useSession((state) => state.document.scenario)
  const title = useSession((state) => openScenarioOf(state)?.title) ?? 'Examples'
  const { loadGallery } = useActions()
  const fetchMore = () => void loadGallery()
  return (
    <Popover
      button={
        <>
          <span className="head-example">{title}</span>
          <ChevronDown />
        </>
      }
      buttonProps={{
        'aria-label': `Examples: ${title}`,
        className: 'head-picker',
        onClick: fetchMore,
        onPointerEnter: fetchMore,
      }}
    >
      {(close) => <Choices present={id} onDone={close} />}
    </Popover>
  )
}

function Choices({
  present,
  onDone,
}: {
  readonly present: string | undefined
  readonly onDone: () => void
}): ReactNode {
  const { openScenario, loadGallery } = useActions()
  const scenarios = useSession((state) => state.scenarios)
  const gallery = useSession((state) => state.gallery)
  const [search, setSearch] = useState('')
  const [cursor, setCursor] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const found = searchScenarios(search, scenarios)
  const groups = new Map<string, Scenario[]>()
  for (const scenario of found) groups.set(scenario.group, [...(groups.get(scenario.group) ?? []), scenario])
  const ordered = [...groups.values()].flat()
  const at = Math.min(cursor, ordered.length - 1)

  const choose = (scenario: Scenario | undefined) => {
    if (!scenario) return
    onDone()
    openScenario(scenario.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (event.key === 'Enter') {
      event.preventDefault()
      choose(ordered[at])
    } else if (step !== 0 && ordered.length > 0) {
      event.preventDefault()
      const to = (at + step + ordered.length) % ordered.length
      setCursor(to)
      list.current?.querySelector(`#example-${ordered[to]!.id}`)?.scrollIntoView({ block: 'nearest' })
    }
  }

  return (
    <div className="examples">
      <div className="examples-search">
        <Search aria-hidden="true" />
        <input
          // biome-ignore lint/a11y/noAutofocus: it was opened to be searched
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="examples-list"
          aria-activedescendant={ordered[at] ? `example-${ordered[at].id}` : undefined}
          aria-label="Search the examples"
          placeholder="Search the examples"
          autoComplete="off"
          spellCheck={false}
          value={search}
          onChange={(event) => {
            setSearch(event.target.value)
            setCursor(0)
            list.current?.scrollTo({ top: 0 })
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="examples-list" id="examples-list" role="listbox" aria-label="Examples" ref={list} tabIndex={-1}>
        {[...groups].map(([group, scenarios]) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options
          <div key={group} role="group" aria-label={group}>
            <p className="examples-group" aria-hidden="true">
              {group}
            </p>
            {scenarios.map((scenario) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the search field's
              <div
                key={scenario.id}
                id={`example-${scenario.id}`}
                role="option"
                tabIndex={-1}
                aria-selected={ordered[at] === scenario}
                className="examples-option"
                data-present={scenario.id === present ? '' : undefined}
                onClick={() => choose(scenario)}
              >
                <strong>{scenario.title}</strong>
                <span>{scenario.summary}</span>
              </div>
            ))}
          </div>
        ))}
        {gallery === 'failed' && (
          <p className="examples-more">
            What goes wrong could not be fetched.{' '}
            <button type="button" className="kit-link" onClick={() => void loadGallery()}>
              Try again
            </button>
          </p>
        )}
        {gallery === 'coming' && <p className="examples-more">More are coming …</p>}
        {ordered.length === 0 && gallery === 'here' && <p className="kit-empty">No example has these words.</p>}
      </div>
    </div>
  )
}
