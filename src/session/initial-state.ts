import { FIRST_PROMPT, FIRST_TERMINAL, type SessionDocument, type TextFile, WORKSTATION_PLACE } from '../model/index.ts'
import { EMPTY_MIRROR } from './mirror.ts'
import type { DocumentState, SessionState, View } from './state.ts'

export const INITIAL_VIEW: View = {
  mode: 'logical',
  selection: null,
  tab: 'requests',
  theme: 'system',
  presenting: false,
  editorOpen: true,
  drawerOpen: true,
  inspectorOpen: true,
  phonePane: 'canvas',
  dialog: null,
  rule: null,
  whatIf: null,
  rulesNode: null,
  storyStep: 0,
}

const EMPTY_FILE: TextFile = { name: 'app.yaml', text: '' }

export const EMPTY_DOCUMENT: DocumentState = {
  files: [EMPTY_FILE],
  activeFile: EMPTY_FILE.name,
  baseFiles: [EMPTY_FILE],
  log: [],
  seed: undefined,
  scenario: undefined,
}

export const INITIAL_STATE: SessionState = {
  scenarios: [],
  gallery: 'away',
  document: EMPTY_DOCUMENT,
  mirror: EMPTY_MIRROR,
  playback: { playing: false, speed: 1, furthest: 0 },
  view: INITIAL_VIEW,
  applying: { mode: 'auto', pending: false, preview: null },
  link: { characters: null, tooLong: false },
  terminals: {
    open: [{ id: FIRST_TERMINAL, place: WORKSTATION_PLACE, prompt: FIRST_PROMPT }],
    active: FIRST_TERMINAL,
    history: [],
    offer: null,
  },
  restorable: false,
  status: { phase: 'starting' },
  notice: null,
}

/** A saved or shared document as state; `files` is the text that the log leads to at the document's moment. */
export function documentState(document: SessionDocument, files: readonly TextFile[]): DocumentState {
  const shown = files.length > 0 ? files : [EMPTY_FILE]
  return {
    files: shown,
    activeFile: shown[0]!.name,
    baseFiles: document.files.length > 0 ? document.files : shown,
    log: document.log,
    seed: document.seed,
    scenario: document.scenario,
  }
}
