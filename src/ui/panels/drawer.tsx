import { ChevronDown } from 'lucide-react'
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { runningTerminals } from '../../model/index.ts'
import type { DrawerTab } from '../../session/index.ts'
import { IconButton, isGood, useActions, useSession } from '../kit/index.ts'
import { focusPrompt, TerminalPanel, TerminalTools } from '../terminal/index.ts'
import { EventsPanel } from './events-panel.tsx'
import { ProblemsPanel, useProblems } from './problems-panel.tsx'
import { EVERY_REQUEST, RequestsPanel, RequestTools, useFinished } from './requests-panel.tsx'

const TABS: readonly DrawerTab[] = ['requests', 'terminal', 'problems', 'rules', 'events']

const RulesPanel = lazy(() => import('./rules-panel.tsx'))

/** Requests, Terminal, Problems, Rules, Events. */
export function Drawer({ onFold }: { readonly onFold: () => void }): ReactNode {
  const { setTab } = useActions()
  const tab = useSession((state) => state.view.tab)
  const [filter, setFilter] = useState(EVERY_REQUEST)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]!
    setTab(next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <section className="drawer" aria-label="Drawer">
      <div className="drawer-head">
        <div className="drawer-tabs" role="tablist" aria-label="Drawer" onKeyDown={onKeyDown}>
          <Tab name="requests" selected={tab === 'requests'}>
            Requests <RequestCount />
          </Tab>
          <Tab name="terminal" selected={tab === 'terminal'} title="Ctrl `">
            Terminal {tab !== 'terminal' && <Runs />}
          </Tab>
          <Tab name="problems" selected={tab === 'problems'}>
            Problems <ProblemCount />
          </Tab>
          <Tab name="rules" selected={tab === 'rules'}>
            Rules
          </Tab>
          <Tab name="events" selected={tab === 'events'}>
            Events
          </Tab>
        </div>
        {tab === 'requests' && <RequestTools filter={filter} onChange={setFilter} />}
        {tab === 'terminal' && (
          <Suspense>
            <TerminalTools />
          </Suspense>
        )}
        <Tally />
        <IconButton label="Fold the drawer" icon={<ChevronDown />} onClick={onFold} />
      </div>
      <div className="drawer-body" role="tabpanel" id="drawer-panel" aria-labelledby={`tab-${tab}`}>
        {tab === 'requests' && <RequestsPanel filter={filter} />}
        {tab === 'terminal' && (
          <Suspense>
            <TerminalPanel />
          </Suspense>
        )}
        {tab === 'problems' && <ProblemsPanel />}
        {tab === 'rules' && (
          <Suspense>
            <RulesPanel />
          </Suspense>
        )}
        {tab === 'events' && <EventsPanel />}
      </div>
    </section>
  )
}

interface TabProps {
  readonly name: DrawerTab
  readonly selected: boolean
  readonly title?: string
  readonly children: ReactNode
}

function Tab({ name, selected, title, children }: TabProps): ReactNode {
  const { setTab } = useActions()
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${name}`}
      title={title}
      aria-selected={selected}
      aria-controls={selected ? 'drawer-panel' : undefined}
      tabIndex={selected ? 0 : -1}
      onClick={(event) => {
        setTab(name)
        // a mouse goes to where it will type; the keyboard stays among the tabs
        if (name === 'terminal' && event.detail > 0 && isMouse(event.nativeEvent)) focusPrompt()
      }}
    >
      {children}
    </button>
  )
}

const isMouse = (event: Event): boolean => event instanceof PointerEvent && event.pointerType === 'mouse'

/** A command goes on in a terminal that is not in sight. */
function Runs(): ReactNode {
  const entries = useSession((state) => state.mirror.terminal)
  const runs = useMemo(() => runningTerminals(entries).size > 0, [entries])
  return runs && <span className="drawer-runs" role="img" aria-label="runs" />
}

function RequestCount(): ReactNode {
  return <span className="drawer-count">{useFinished().length.toLocaleString('en')}</span>
}

function ProblemCount(): ReactNode {
  const problems = useProblems()
  if (problems.length === 0) return null
  return (
    <span className="drawer-count" data-severity={problems[0]!.severity}>
      {problems.length}
    </span>
  )
}

function Tally(): ReactNode {
  const finished = useFinished()
  const good = useMemo(() => finished.filter(isGood).length, [finished])
  return (
    <p className="drawer-tally">
      <span className="kit-outcome" data-ok="">
        answered {good.toLocaleString('en')}
      </span>
      <span className="kit-outcome">failed {(finished.length - good).toLocaleString('en')}</span>
    </p>
  )
}
