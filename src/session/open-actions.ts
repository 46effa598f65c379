import {
  FIRST_TERMINAL,
  isTypedLine,
  type LogEntry,
  type SessionDocument,
  type TextFile,
  textAt,
  WORKSTATION_PLACE,
} from '../model/index.ts'
import type { Scenario } from '../scenarios/index.ts'
import type { ActActions } from './act-actions.ts'
import { documentState, INITIAL_STATE } from './initial-state.ts'
import type { Core } from './session-core.ts'
import { decodeFragment, encodeFragment } from './share/codec.ts'
import { parseSessionDocument } from './share/parse-document.ts'
import { redactDocument } from './share/redact.ts'
import type { DocumentState, OpenTerminal } from './state.ts'
import { createSavedWork } from './storage.ts'
import type { TextActions } from './text-actions.ts'
import type { ViewActions } from './view-actions.ts'

/** Characters above which chat programs and mail may cut a link, and above which a file is offered instead. */
export const LONG_LINK = 2000
export const TOO_LONG_LINK = 8000
/** Characters of text above which the meter does not measure. */
const MEASURED = 200_000
const SAVE_AFTER = 800
const MEASURE_AFTER = 600

export interface LinkResult {
  readonly url: string
  readonly characters: number
  /** How many values were replaced because they look like secrets. */
  readonly redacted: number
}

export interface OpenActions {
  openScenario(id: string): void
  /** Fetches the gallery, once; the state says how that goes. */
  loadGallery(): Promise<void>
  /** Takes a step of the open example's story, from 0. */
  takeStep(index: number): Promise<void>
  /** Back to the moment before the last step of the story, as if it had not been taken. */
  stepBack(): void
  /** Dropped or chosen files: a saved session is opened, anything else goes into the editor. */
  openFiles(files: readonly TextFile[]): void
  /** Opens what the address holds, if it holds something. */
  openAddress(): void
  /** A link to the present text, or to this moment with all that was done. `secrets`: they may go into it. */
  createLink(options: { moment: boolean; secrets: boolean }): Promise<LinkResult>
  /** The session as a file: everything, this moment included. */
  saveAsFile(options: { secrets: boolean }): Promise<TextFile>
  /** Brings back the text of one's own that was put aside; what is there now is put aside in its place. */
  restoreText(): void
  /** The text is very large: read it nevertheless. */
  tryAnyway(): void
  /** A fresh worker with the present text, after a crash. */
  restart(): void
  /** Keeps the text now: the page may be going away. */
  saveNow(): void
}

export interface OpenParts {
  readonly actions: OpenActions
  start(): void
  stop(): void
}

/** What opening needs of the other groups. */
export interface OpenNeeds {
  readonly text: Pick<TextActions, 'replaceFiles' | 'undo'>
  readonly act: ActActions['act']
  readonly play: () => void
}

export function openActions(core: Core, view: ViewActions, { text, act, play }: OpenNeeds): OpenParts {
  const { deps, store, history, playhead } = core
  const saved = createSavedWork(deps.storage)
  const scenarioOf = (id: string | undefined): Scenario | undefined =>
    store.getState().scenarios.find((s) => s.id === id)
  /** The document as it was opened: nothing is kept or taken out of the address before it differs. */
  let opened: DocumentState = store.getState().document
  let opening = false
  let saveTimer: number | null = null
  let measureTimer: number | null = null
  let saidFull = false
  /** Where each step of the story was taken: the moment, and how long the log was. */
  let moments: { readonly at: number; readonly logged: number }[] = []
  let unsubscribe = () => {}

  const loadGallery = async () => {
    const { gallery } = store.getState()
    if (gallery === 'coming' || gallery === 'here') return
    store.setState({ gallery: 'coming' })
    try {
      const more = await deps.loadGallery()
      store.setState({ gallery: 'here', scenarios: [...deps.scenarios, ...more] })
    } catch {
      // offline, or an older page than the server's: the picker says so
      store.setState({ gallery: 'failed' })
    }
  }

  const sameFiles = (a: readonly TextFile[], b: readonly TextFile[]) =>
    a.length === b.length && a.every((file, i) => file.name === b[i]!.name && file.text === b[i]!.text)
  /** Somebody's own: another text than the example's, or commands that were typed. */
  const isOwn = ({ files, scenario, log }: Pick<SessionDocument, 'files' | 'scenario' | 'log'>) =>
    log.some(isTypedLine) ||
    (files.some((file) => file.text.trim() !== '') && !sameFiles(files, scenarioOf(scenario)?.files ?? []))

  /** The newest text, also while an earlier moment is shown. */
  const newestFiles = () => {
    const { document, applying } = store.getState()
    if (applying.pending) return document.files
    return textAt(document.baseFiles, document.log, Number.POSITIVE_INFINITY) ?? document.files
  }
  const plainDocument = (files: readonly TextFile[]): SessionDocument => {
    const { document, view: shown } = store.getState()
    return {
      version: 1,
      files,
      log: [],
      ...(document.seed !== undefined && { seed: document.seed }),
      ...(document.scenario !== undefined && { scenario: document.scenario }),
      ...(shown.mode === 'nodes' && { view: { mode: 'nodes' } }),
    }
  }
  const momentDocument = (): SessionDocument => {
    const { document, view: shown } = store.getState()
    // a moment later rather than one before what was done just now
    const at = Math.ceil(playhead.get())
    return {
      ...plainDocument(document.baseFiles),
      log: document.log.filter((entry) => entry.at <= at),
      at,
      view: {
        ...(shown.mode === 'nodes' && { mode: 'nodes' as const }),
        ...(shown.selection?.type === 'object' && { selected: shown.selection.key }),
        // who shares what was typed wants it read
        ...(shown.tab === 'terminal' && { tab: 'terminal' }),
      },
    }
  }

  /** With the whole log, when commands were typed: what they made is nowhere else. Null: there are none, or they are too many to keep. */
  const typedDocument = (): SessionDocument | null => {
    const { document, applying } = store.getState()
    const { log, baseFiles } = document
    if (!log.some(isTypedLine) || applying.pending) return null
    const kept: SessionDocument = { ...plainDocument(baseFiles), log, at: Math.ceil(log.at(-1)?.at ?? 0) }
    return parseSessionDocument(kept).ok ? kept : null
  }

  const modified = () => {
    const { document, applying } = store.getState()
    return applying.pending || document.log !== opened.log || document.baseFiles !== opened.baseFiles
  }
  const putAside = (files: readonly TextFile[]) => {
    const before = saved.load('text')
    if (!before || !isOwn(before) || (sameFiles(before.files, files) && !before.log.some(isTypedLine))) return
    if (saved.save('aside', before)) store.setState({ restorable: true })
  }
  /** The saved text is of another lineage than the one shown, until the first save. */
  let foreign = false
  const save = () => {
    const files = newestFiles()
    if (foreign) putAside(files)
    foreign = false
    const kept = saved.save('text', typedDocument() ?? plainDocument(files)) || saved.save('text', plainDocument(files))
    if (!kept && !saidFull) {
      saidFull = true
      view.notify('This text is too large to be kept in the browser. Download it before you leave.')
    }
  }
  const cancel = (timer: number | null) => {
    if (timer !== null) deps.clock.clearTimeout(timer)
    return null
  }
  const saveNow = () => {
    saveTimer = cancel(saveTimer)
    if (modified()) save()
  }
  const measure = () => {
    measureTimer = null
    const { files } = store.getState().document
    const tooLong = files.reduce((sum, file) => sum + file.text.length, 0) > MEASURED
    const characters = tooLong ? null : deps.location.base().length + encodeFragment(plainDocument(files)).length
    store.setState({ link: { characters, tooLong: tooLong || (characters ?? 0) > TOO_LONG_LINK } })
  }
  const scheduleMeasure = () => {
    measureTimer = cancel(measureTimer)
    measureTimer = deps.clock.setTimeout(measure, MEASURE_AFTER)
  }

  const begin = (document: DocumentState, options: { at?: number; remember: boolean; force?: boolean }) => {
    if (options.remember) history.push({ document: store.getState().document, at: playhead.get(), opened: true })
    opening = true
    core.openDocument(document, { at: options.at, force: options.force })
    opening = false
    opened = store.getState().document
    moments = []
    store.setState(({ terminals }) => ({
      terminals: { ...terminals, open: terminalsOf(document.log), active: FIRST_TERMINAL, offer: null },
    }))
    view.setView({ selection: null, storyStep: 0 })
  }
  const stepShown = (files: readonly TextFile[], scenario: string | undefined) =>
    sameFiles(files, scenarioOf(scenario)?.files ?? []) ? 0 : -1
  /** A document may have begun as one of the gallery's, which is not here before somebody asks for it. */
  const fetchStory = async (document: SessionDocument, files: readonly TextFile[]) => {
    if (document.scenario === undefined || scenarioOf(document.scenario)) return
    const { view: shown } = store.getState()
    await loadGallery()
    const now = store.getState()
    if (now.document.scenario === document.scenario && now.view.storyStep === shown.storyStep)
      view.setView({ storyStep: stepShown(files, document.scenario) })
  }
  const beginShared = (document: SessionDocument, remember: boolean) => {
    const at = document.at ?? 0
    const files = textAt(document.files, document.log, at) ?? document.files
    begin(documentState(document, files), { at, remember })
    view.setView({
      storyStep: stepShown(files, document.scenario),
      mode: document.view?.mode ?? 'logical',
      selection: document.view?.selected ? { type: 'object', key: document.view.selected } : null,
      ...(document.view?.tab === 'terminal' && { tab: 'terminal', drawerOpen: true }),
    })
    void fetchStory(document, files)
  }
  const ownNow = () => isOwn({ ...store.getState().document, files: newestFiles() })

  const openFragment = (fragment: string, first: boolean): boolean => {
    const decoded = decodeFragment(fragment)
    if (!decoded.ok) {
      view.notify(`This link cannot be opened: ${decoded.problem}`, undefined, { stays: true })
      return false
    }
    const before = first ? saved.load('text') : null
    const hadOwn = first ? before !== null && isOwn(before) : ownNow()
    if (!first && modified()) save()
    foreign = true
    beginShared(decoded.document, !first)
    if (!hadOwn) return true
    if (first) {
      view.notify('Opened from a link. Your own text is kept.', () => {
        const own = saved.load('text')
        if (own) beginShared(own, true)
        deps.location.replaceHash('')
      })
    } else view.notify('Opened from a link. Your own text is kept.', text.undo)
    return true
  }

  const actions: OpenActions = {
    openScenario(id) {
      const scenario = scenarioOf(id)
      if (!scenario) return
      const hadOwn = ownNow()
      if (modified()) save()
      const document = documentState({ version: 1, files: scenario.files, log: [], scenario: id }, scenario.files)
      begin(document, { remember: true })
      view.setView({ dialog: null })
      deps.location.replaceHash('')
      foreign = true
      save()
      if (hadOwn) view.notify(`“${scenario.title}” is open. Your text is kept.`, text.undo)
    },
    loadGallery,
    async takeStep(index) {
      const scenario = scenarioOf(store.getState().document.scenario)
      const step = scenario?.steps[index]
      if (!step) return
      core.flush()
      const { log } = store.getState().document
      moments[index] = { at: playhead.get(), logged: log.filter((entry) => entry.at <= playhead.get()).length }
      if (step.do.type === 'act') await act(step.do.action)
      else {
        const { file, find, replace } = step.do
        const { files } = store.getState().document
        const there = files.find((f) => f.name === file)
        if (!there?.text.includes(find)) {
          view.notify('The text is no longer as this step expects it. Open the example again to take it.')
          return
        }
        // a function, since `$` in a replacement would mean something
        const next = there.text.replace(find, () => replace)
        core.changeFiles(files.map((f) => (f === there ? { name: file, text: next } : f)))
      }
      view.setView({ storyStep: index + 1 })
    },
    stepBack() {
      const index = store.getState().view.storyStep - 1
      const moment = moments[index]
      if (index < 0 || !moment) return
      const { document } = store.getState()
      history.push({ document, at: playhead.get(), opened: true })
      core.openDocument({ ...document, log: document.log.slice(0, moment.logged) }, { at: moment.at })
      view.setView({ storyStep: index })
    },
    openFiles(files) {
      const session = files.find((file) => file.name.endsWith('.fairlead.json'))
      if (!session) {
        text.replaceFiles(files)
        return
      }
      const parsed = parseSessionDocument(parseJson(session.text))
      if (!parsed.ok) {
        view.notify(`${session.name} cannot be opened: ${parsed.problem}.`, undefined, { stays: true })
        return
      }
      const hadOwn = ownNow()
      if (modified()) save()
      foreign = true
      beginShared(parsed.document, true)
      deps.location.replaceHash('')
      if (hadOwn) view.notify(`${session.name} is open. Your text is kept.`, text.undo)
    },
    openAddress() {
      const hash = deps.location.hash()
      if (hash.length > 1) openFragment(hash, false)
    },
    async createLink({ moment, secrets }) {
      core.flush()
      const document = moment ? momentDocument() : plainDocument(store.getState().document.files)
      const clean = secrets ? { document, replaced: 0 } : await redactDocument(document)
      const url = deps.location.base() + encodeFragment(clean.document)
      return { url, characters: url.length, redacted: clean.replaced }
    },
    async saveAsFile({ secrets }) {
      core.flush()
      const document = momentDocument()
      const clean = secrets ? document : (await redactDocument(document)).document
      const name = store.getState().document.scenario ?? 'session'
      return { name: `${name}.fairlead.json`, text: `${JSON.stringify(clean, null, 2)}\n` }
    },
    restoreText() {
      const aside = saved.load('aside')
      if (!aside) {
        store.setState({ restorable: false })
        return
      }
      if (modified()) save()
      beginShared(aside, true)
      deps.location.replaceHash('')
      // the two change places
      const other = saved.load('text')
      saved.save('text', aside)
      foreign = false
      const worth = other && isOwn(other) && !sameFiles(other.files, aside.files)
      if (worth) saved.save('aside', other)
      else saved.forget('aside')
      store.setState({ restorable: Boolean(worth) })
      view.notify('Your text is back.', text.undo)
    },
    tryAnyway() {
      const { document } = store.getState()
      begin({ ...document, baseFiles: document.files, log: [] }, { remember: false, force: true })
    },
    restart() {
      core.engine.restart()
      const { document } = store.getState()
      begin({ ...document, baseFiles: document.files, log: [] }, { remember: false })
      play()
    },
    saveNow,
  }

  return {
    actions,
    start() {
      view.setView(saved.loadView())
      store.setState({ restorable: saved.load('aside') !== null })
      unsubscribe = store.subscribe((state, before) => {
        if (state.view !== before.view) saved.saveView(state.view)
        if (state.document.files !== before.document.files) scheduleMeasure()
        if (state.document === before.document && state.applying.pending === before.applying.pending) return
        if (opening || !modified()) return
        if (deps.location.hash() !== '') deps.location.replaceHash('')
        saveTimer = cancel(saveTimer)
        saveTimer = deps.clock.setTimeout(saveNow, SAVE_AFTER)
      })
      const hash = deps.location.hash()
      const fromLink = hash.length > 1 && openFragment(hash, true)
      if (!fromLink) {
        const own = saved.load('text')
        const first = deps.scenarios[0]
        if (own) beginShared(own, false)
        else if (first)
          begin(documentState({ version: 1, files: first.files, log: [], scenario: first.id }, first.files), {
            remember: false,
          })
        else core.openDocument(store.getState().document)
      }
      scheduleMeasure()
      play()
    },
    stop() {
      unsubscribe()
      saveTimer = cancel(saveTimer)
      measureTimer = cancel(measureTimer)
    },
  }
}

/** The first terminal, and those in which something was typed. */
function terminalsOf(log: readonly LogEntry[]): readonly OpenTerminal[] {
  const places = new Map<string, string>()
  for (const entry of log)
    if (isTypedLine(entry) && !places.has(entry.action.terminal))
      places.set(entry.action.terminal, entry.action.place ?? WORKSTATION_PLACE)
  places.delete(FIRST_TERMINAL)
  return [...INITIAL_STATE.terminals.open, ...[...places].map(([id, place]) => ({ id, place, prompt: '' }))]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // not JSON: refused by the caller, as malformed
    return undefined
  }
}
