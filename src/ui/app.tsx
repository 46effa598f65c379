import './app.css'
import './panels/panels.css'
import { ChevronUp, X } from 'lucide-react'
import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from 'react-resizable-panels'
import type { Session } from '../session/index.ts'
import { Canvas } from './canvas/index.ts'
import { Editor } from './editor/index.ts'
import { useKeys } from './keys.ts'
import { IconButton, SessionProvider, useActions, usePhone, useSession } from './kit/index.ts'
import {
  ApplyBar,
  ClaimsDialog,
  Drawer,
  Header,
  HelpDialog,
  Inspector,
  Notice,
  Obstacle,
  RequestAnnouncer,
  ShareDialog,
  StoryBar,
  TimeBar,
  WhatIfDialog,
} from './panels/index.ts'
import { onPromptWanted } from './terminal/index.ts'

export function App({ session }: { readonly session: Session }): ReactNode {
  useKeys(session)
  return (
    <SessionProvider value={session}>
      <Page />
    </SessionProvider>
  )
}

function Page(): ReactNode {
  const phone = usePhone()
  const presenting = useSession((state) => state.view.presenting)
  const dialog = useSession((state) => state.view.dialog)
  return (
    <div className="app" data-presenting={presenting ? '' : undefined} data-phone={phone ? '' : undefined}>
      {!presenting && <Header />}
      <main className="body">{phone ? <PhoneBody /> : <Panels />}</main>
      <TimeBar />
      <Notice />
      <RequestAnnouncer />
      <Suspense>
        {dialog === 'share' && <ShareDialog />}
        {dialog === 'help' && <HelpDialog />}
        {dialog === 'claims' && <ClaimsDialog />}
        {dialog === 'what-if' && <WhatIfDialog />}
      </Suspense>
    </div>
  )
}

function Picture(): ReactNode {
  return (
    <section className="picture" aria-label="Picture of the cluster">
      <StoryBar />
      <div className="picture-canvas">
        <Canvas />
        <Obstacle />
      </div>
    </section>
  )
}

function TextPane(): ReactNode {
  return (
    <section className="text-pane" aria-label="Text">
      <Editor />
      <ApplyBar />
    </section>
  )
}

/** Sizes are kept in the browser; one that keeps nothing starts as on a first visit. */
const layoutStorage = {
  getItem(key: string): string | null {
    try {
      return localStorage.getItem(key)
    } catch {
      // forbidden: nothing is remembered
      return null
    }
  },
  setItem(key: string, value: string): void {
    try {
      localStorage.setItem(key, value)
    } catch {
      // forbidden or full: nothing is remembered
    }
  },
}

function Panels(): ReactNode {
  const { setView } = useActions()
  const presenting = useSession((state) => state.view.presenting)
  const editorOpen = useSession((state) => state.view.editorOpen) && !presenting
  const typing = useSession((state) => state.view.tab === 'terminal')
  // who types on a stage shows it, and may then look at the other tabs
  const [onStage, setOnStage] = useState(false)
  useEffect(() => setOnStage((before) => presenting && (before || typing)), [presenting, typing])
  const drawerOpen = useSession((state) => state.view.drawerOpen) && (!presenting || onStage)
  const inspectorOpen = useSession((state) => state.view.inspectorOpen)
  const rows = useDefaultLayout({ id: 'fairlead.rows', storage: layoutStorage, onlySaveAfterUserInteractions: true })
  const columns = useDefaultLayout({
    id: 'fairlead.columns',
    storage: layoutStorage,
    onlySaveAfterUserInteractions: true,
  })
  // presenting folds panels without a person's wish being changed by it
  const folded = (panel: 'editorOpen' | 'drawerOpen' | 'inspectorOpen') => (open: boolean) => {
    if (!presenting || (panel === 'drawerOpen' && onStage)) setView({ [panel]: open })
  }
  return (
    <Group className="panels" orientation="vertical" {...rows}>
      <Panel id="work" minSize={160}>
        <Group orientation="horizontal" {...columns}>
          <Fold id="editor" open={editorOpen} onFold={folded('editorOpen')} size="27%" min={220}>
            <TextPane />
          </Fold>
          <Separator className="bar-v" aria-label="Width of the editor" disabled={!editorOpen} />
          <Panel id="picture" minSize={280}>
            <Picture />
          </Panel>
          <Separator className="bar-v" aria-label="Width of the inspector" disabled={!inspectorOpen} />
          <Fold id="inspector" open={inspectorOpen} onFold={folded('inspectorOpen')} size="21.4%" min={225}>
            <Inspector />
          </Fold>
        </Group>
      </Panel>
      <Separator className="bar-h" aria-label="Height of the drawer" disabled={!drawerOpen} />
      <Fold
        id="drawer"
        open={drawerOpen}
        onFold={folded('drawerOpen')}
        size="22%"
        min={110}
        {...(typing && { roomier: '34%' })}
      >
        <Drawer onFold={() => setView({ drawerOpen: false })} />
      </Fold>
    </Group>
  )
}

interface FoldProps {
  readonly id: string
  readonly open: boolean
  readonly onFold: (open: boolean) => void
  /** Of the group, at first. */
  readonly size: string
  /** px */
  readonly min: number
  /** Its size when what it shows wants more room; one that somebody gave it stays. */
  readonly roomier?: string
  readonly children: ReactNode
}

/** A panel that folds away: what is in it stays alive (an editor keeps its undo), and out of everybody's way. */
function Fold({ id, open, onFold, size, min, roomier, children }: FoldProps): ReactNode {
  const panel = usePanelRef()
  useEffect(() => {
    const handle = panel.current
    if (!handle) return
    if (open && handle.isCollapsed()) {
      handle.expand()
      // folded from the start, it has no size to come back to
      if (handle.getSize().inPixels < min) handle.resize(size)
    } else if (!open && !handle.isCollapsed()) handle.collapse()
  }, [panel, open, min, size])
  useEffect(() => {
    const handle = panel.current
    if (!handle || !open || roomier === undefined) return
    if (Math.abs(handle.getSize().asPercentage - Number.parseFloat(size)) < 1) handle.resize(roomier)
  }, [panel, open, size, roomier])
  return (
    <Panel
      id={id}
      panelRef={panel}
      collapsible
      collapsedSize={0}
      defaultSize={size}
      minSize={min}
      groupResizeBehavior="preserve-pixel-size"
      onResize={(now, _, before) => {
        if (before === undefined) return
        if (now.inPixels === 0 && before.inPixels > 0 && open) onFold(false)
        else if (now.inPixels > 0 && before.inPixels === 0 && !open) onFold(true)
      }}
    >
      <div className="fold" inert={!open}>
        {children}
      </div>
    </Panel>
  )
}

function PhoneBody(): ReactNode {
  const { setView } = useActions()
  const { phonePane, selection, presenting } = useSession((state) => state.view)
  const [drawerOpen, setDrawerOpen] = useState(false)
  const offer = useSession((state) => state.terminals.offer)
  const terminal = useSession((state) => state.terminals.active)
  const asked = useRef(terminal)
  useEffect(() => {
    // a shell was opened, or a command offered, elsewhere in the page
    if (offer || asked.current !== terminal) setDrawerOpen(true)
    asked.current = terminal
  }, [offer, terminal])
  useEffect(() => onPromptWanted(() => setDrawerOpen(true)), [])
  const pane = presenting ? 'canvas' : phonePane
  return (
    <div className="phone">
      {!presenting && (
        <div className="phone-tabs" role="tablist" aria-label="Editor or picture">
          {(['editor', 'canvas'] as const).map((each) => (
            <button
              key={each}
              type="button"
              role="tab"
              id={`phone-${each}`}
              aria-selected={pane === each}
              aria-controls="phone-pane"
              onClick={() => setView({ phonePane: each })}
            >
              {each === 'editor' ? 'Editor' : 'Picture'}
            </button>
          ))}
        </div>
      )}
      <div
        className="phone-pane"
        id="phone-pane"
        {...(!presenting && { role: 'tabpanel', 'aria-labelledby': `phone-${pane}` })}
      >
        {pane === 'editor' ? <TextPane /> : <Picture />}
        {selection && pane === 'canvas' && (
          <div className="phone-sheet">
            <span className="phone-sheet-close">
              <IconButton label="Close" icon={<X />} onClick={() => setView({ selection: null })} />
            </span>
            <Inspector />
          </div>
        )}
      </div>
      {!presenting &&
        (drawerOpen ? (
          <div className="phone-drawer">
            <Drawer onFold={() => setDrawerOpen(false)} />
          </div>
        ) : (
          <button type="button" className="phone-open-drawer" onClick={() => setDrawerOpen(true)}>
            Requests, terminal, problems, rules, events <ChevronUp aria-hidden="true" />
          </button>
        ))}
    </div>
  )
}
