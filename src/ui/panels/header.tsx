import {
  CircleQuestionMark,
  Ellipsis,
  FilePlus,
  FolderOpen,
  Moon,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Pointer,
  Presentation,
  Redo2,
  RotateCcw,
  Share2,
  Sun,
  SunMoon,
  Undo2,
} from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { LONG_LINK } from '../../session/index.ts'
import { count } from '../../words/index.ts'
import { Button, IconButton, Popover, useActions, usePhone, useSession } from '../kit/index.ts'
import { ExamplePicker } from './example-picker.tsx'
import { readFiles } from './read-files.ts'

export function Header(): ReactNode {
  const { setView } = useActions()
  const phone = usePhone()
  const nodes = useSession((state) => state.mirror.config.nodes.length)
  return (
    <header className="head">
      <h1 className="head-logo">
        fair<span>lead</span>
      </h1>
      <ExamplePicker />
      <p className="head-simulated" title="Everything on this page is computed in your browser">
        simulated cluster · {count(nodes, 'node')}
        <span className="head-plainly"> · nothing here runs containers</span>
      </p>
      <span className="head-space" />
      <LinkMeter />
      {!phone && <PanelSwitches />}
      <ThemeSwitch />
      {!phone && (
        <IconButton
          label="Help and keys"
          keys="?"
          icon={<CircleQuestionMark />}
          onClick={() => setView({ dialog: 'help' })}
        />
      )}
      <MoreMenu />
      {!phone && (
        <Button onClick={() => setView({ presenting: true })}>
          <Presentation />
          Present
        </Button>
      )}
      <Button kind="primary" aria-label="Share" onClick={() => setView({ dialog: 'share' })}>
        <Share2 />
        <span className="head-share">Share</span>
      </Button>
    </header>
  )
}

function LinkMeter(): ReactNode {
  const { setView } = useActions()
  const { characters, tooLong } = useSession((state) => state.link)
  if (characters === null && !tooLong) return null
  const long = tooLong || (characters ?? 0) > LONG_LINK
  return (
    <button
      type="button"
      className="head-meter"
      data-long={long ? '' : undefined}
      title={
        tooLong
          ? 'Too much for a link: share it as a file'
          : long
            ? 'Some chat programs and mail cut links of more than 2,000 characters'
            : 'Length of a link that holds all of this'
      }
      onClick={() => setView({ dialog: 'share' })}
    >
      {characters === null ? 'too long for a link' : `link ${characters.toLocaleString('en')} characters`}
    </button>
  )
}

function PanelSwitches(): ReactNode {
  const { setView } = useActions()
  const { editorOpen, drawerOpen, inspectorOpen } = useSession((state) => state.view)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <span className="head-panels" role="group" aria-label="Panels">
      <IconButton
        label="Editor"
        icon={<PanelLeft />}
        aria-pressed={editorOpen}
        onClick={() => setView({ editorOpen: !editorOpen })}
      />
      <IconButton
        label="Drawer"
        icon={<PanelBottom />}
        aria-pressed={drawerOpen}
        onClick={() => setView({ drawerOpen: !drawerOpen })}
      />
      <IconButton
        label="Inspector"
        icon={<PanelRight />}
        aria-pressed={inspectorOpen}
        onClick={() => setView({ inspectorOpen: !inspectorOpen })}
      />
    </span>
  )
}

const THEMES = {
  system: { next: 'light', label: 'Theme: as the system says', icon: <SunMoon /> },
  light: { next: 'dark', label: 'Theme: light', icon: <Sun /> },
  dark: { next: 'system', label: 'Theme: dark', icon: <Moon /> },
} as const

function ThemeSwitch(): ReactNode {
  const { setTheme } = useActions()
  const theme = useSession((state) => state.view.theme)
  const { next, label, icon } = THEMES[theme]
  return <IconButton label={label} icon={icon} onClick={() => setTheme(next)} />
}

function MoreMenu(): ReactNode {
  const session = useActions()
  const phone = usePhone()
  const restorable = useSession((state) => state.restorable)
  const manual = useSession((state) => state.applying.mode === 'manual')
  const madeUp = useSession((state) => state.mirror.clients.some((client) => client.madeUp))
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Popover
        align="end"
        button={<Ellipsis />}
        buttonProps={{ kind: 'bare', 'data-icon': '', 'aria-label': 'More', title: 'More' }}
      >
        {(close) => {
          const then = (run: () => void) => () => {
            close()
            run()
          }
          return (
            <div className="kit-menu">
              <button type="button" onClick={then(session.undo)}>
                <Undo2 /> Undo
              </button>
              <button type="button" onClick={then(session.redo)}>
                <Redo2 /> Redo
              </button>
              <hr />
              <button type="button" onClick={then(() => input.current?.click())}>
                <FolderOpen /> Open files…
              </button>
              <button type="button" disabled={!restorable} onClick={then(session.restoreText)}>
                <RotateCcw /> Restore my text
              </button>
              <button type="button" disabled={!madeUp} onClick={then(() => void session.writeClientsIntoText())}>
                <FilePlus /> Write made-up clients into the text
              </button>
              <button type="button" onClick={then(() => session.setApplyMode(manual ? 'auto' : 'manual'))}>
                <Pointer /> {manual ? 'Apply edits as I type' : 'Apply edits by hand'}
              </button>
              {phone && (
                <>
                  <hr />
                  <button type="button" onClick={then(() => session.setView({ presenting: true }))}>
                    <Presentation /> Present
                  </button>
                  <button type="button" onClick={then(() => session.setView({ dialog: 'help' }))}>
                    <CircleQuestionMark /> Help and keys
                  </button>
                </>
              )}
            </div>
          )
        }}
      </Popover>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Open files"
        accept=".yaml,.yml,.json,.txt,text/*,application/json"
        onChange={async (event) => {
          const field = event.currentTarget
          if (field.files) session.openFiles(await readFiles(field.files))
          field.value = ''
        }}
      />
    </>
  )
}
