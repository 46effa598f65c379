import { Container, Copy, Ellipsis, Globe, History, Laptop, Plus, Server, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useMemo } from 'react'
import { runningTerminals, splitKey, WORKSTATION_PLACE } from '../../model/index.ts'
import { ScriptButton } from '../commands/index.ts'
import { moveInTabs, Popover, useActions, useSession } from '../kit/index.ts'
import { shortName } from '../why/index.ts'
import { focusPrompt } from './focus-wish.ts'
import { memoryOf } from './memory.ts'
import { podsWithShell, titlesOf } from './places.ts'
import { countBy, textOf, transcriptOf } from './transcript.ts'

/** The terminals that are open, one more, and what can be done with their text. */
export function TerminalTools(): ReactNode {
  const open = useSession((state) => state.terminals.open)
  const active = useSession((state) => state.terminals.active)
  const entries = useSession((state) => state.mirror.terminal)
  const titles = useMemo(() => titlesOf(open), [open])
  const running = useMemo(() => runningTerminals(entries), [entries])
  return (
    <div className="drawer-tools term-tools">
      <div className="term-tabs" role="tablist" aria-label="Terminals">
        {open.map(({ id }) => (
          <TerminalTab
            key={id}
            id={id}
            title={titles.get(id)!}
            active={id === active}
            closes={id !== open[0]!.id}
            runs={running.has(id)}
          />
        ))}
      </div>
      <Popover
        button={<Plus />}
        buttonProps={{ kind: 'bare', 'data-icon': '', 'aria-label': 'Open a shell', title: 'Open a shell' }}
      >
        {(close) => <Places onChoose={close} />}
      </Popover>
      <Popover
        button={<Ellipsis />}
        buttonProps={{ kind: 'bare', 'data-icon': '', 'aria-label': 'Terminal menu', title: 'Terminal menu' }}
      >
        {(close) => <Menu onChoose={close} />}
      </Popover>
    </div>
  )
}

interface TerminalTabProps {
  readonly id: string
  readonly title: string
  readonly active: boolean
  readonly closes: boolean
  readonly runs: boolean
}

function TerminalTab({ id, title, active, closes, runs }: TerminalTabProps): ReactNode {
  const { showTerminal, closeTerminal } = useActions()
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.key === 'Delete' && closes) {
      closeTerminal(id)
      requestAnimationFrame(() => document.getElementById(ACTIVE_TAB)?.focus())
    } else if (!moveInTabs(event)) return
    event.preventDefault()
  }
  return (
    <div className="term-tab" role="presentation" data-active={active ? '' : undefined}>
      <button
        type="button"
        role="tab"
        id={active ? ACTIVE_TAB : undefined}
        aria-selected={active}
        aria-controls={active ? 'term-panel' : undefined}
        aria-keyshortcuts={closes ? 'Delete' : undefined}
        title={closes ? `${title} — Delete closes` : title}
        tabIndex={active ? 0 : -1}
        onClick={(event) => {
          showTerminal(id)
          if (event.detail > 0) focusPrompt()
        }}
        onAuxClick={(event) => {
          if (event.button === 1) closeTerminal(id)
        }}
        onKeyDown={onKeyDown}
      >
        {title}
        {runs && <span className="drawer-runs" role="img" aria-label="runs" />}
      </button>
      {closes && (
        // for the mouse; the keyboard has Delete
        <button
          type="button"
          className="term-tab-close"
          tabIndex={-1}
          aria-hidden="true"
          title={`Close ${title}`}
          onClick={() => closeTerminal(id)}
        >
          <X />
        </button>
      )}
    </div>
  )
}

/** The shown terminal's tab: it names what is below. */
export const ACTIVE_TAB = 'term-tab'

/** So many pods are listed; `kubectl exec` reaches all of them. */
const MOST_PODS = 60

function Places({ onChoose }: { readonly onChoose: () => void }): ReactNode {
  const { openTerminal } = useActions()
  const objects = useSession((state) => state.mirror.objects)
  const nodes = useSession((state) => state.mirror.config.nodes)
  const pods = useMemo(() => podsWithShell(objects), [objects])
  const at = (place: string, icon: ReactNode, label: string) => (
    <button
      key={place}
      type="button"
      onClick={() => {
        onChoose()
        void openTerminal(place).then(focusPrompt)
      }}
    >
      {icon} {label}
    </button>
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form
    <div className="kit-menu term-places" role="group" aria-label="Open a shell">
      <p className="term-places-title">Shell of the lab: kubectl</p>
      {at(WORKSTATION_PLACE, <Laptop />, 'lab')}
      <p className="term-places-title">Shell in a pod</p>
      {pods.length === 0 && <p className="term-places-none">No pod runs.</p>}
      {pods.slice(0, MOST_PODS).map((key) => {
        const { namespace, name } = splitKey(key)
        return at(key, <Container />, shortName(namespace, name))
      })}
      {pods.length > MOST_PODS && (
        <p className="term-places-none">
          and {pods.length - MOST_PODS} more: <code>kubectl exec -it POD -- sh</code>
        </p>
      )}
      <p className="term-places-title">Shell on a node</p>
      {nodes.map(({ name }) => at(`Node//${name}`, <Server />, name))}
      <p className="term-places-title">Shell outside of the cluster</p>
      {at('outside', <Globe />, 'outside')}
    </div>
  )
}

function Menu({ onChoose }: { readonly onChoose: () => void }): ReactNode {
  const session = useActions()
  const lines = useSession((state) => state.terminals.history.length)
  return (
    <div className="kit-menu">
      <button
        type="button"
        onClick={() => {
          onChoose()
          void navigator.clipboard.writeText(shownText(session)).then(
            () => session.notify('The terminal’s text is copied.'),
            () => session.notify('The browser did not let it be copied.'),
          )
        }}
      >
        <Copy /> Copy all as text
      </button>
      <ScriptButton onChoose={onChoose} />
      <hr />
      <button
        type="button"
        disabled={lines === 0}
        onClick={() => {
          onChoose()
          session.forgetLines()
          session.notify('No line that was typed is remembered.')
        }}
      >
        <History /> Forget the history
      </button>
    </div>
  )
}

/** What the terminal shows at the moment that is shown. */
function shownText(session: ReturnType<typeof useActions>): string {
  const { terminals, mirror } = session.store.getState()
  const terminal = terminals.open.find(({ id }) => id === terminals.active)!
  const all = mirror.terminal.slice(0, countBy(mirror.terminal, session.playhead.get()))
  const entries = all.filter((entry) => entry.terminal === terminal.id)
  const { cleared } = memoryOf(session, terminal.id)
  return textOf(transcriptOf(entries, terminal, cleared <= entries.length ? cleared : 0).blocks)
}
