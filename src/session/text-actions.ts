import {
  applyChange,
  type Diagnostic,
  diffFiles,
  type Fix,
  lastFirst,
  type Ms,
  type SourceField,
  type SourceRange,
  type TextFile,
  textAt,
} from '../model/index.ts'
import { clientFixes } from './client-fixes.ts'
import type { Core, OpenOptions } from './session-core.ts'
import type { DocumentState } from './state.ts'
import type { ViewActions } from './view-actions.ts'

/** ms after the last key until the cluster gets the text. */
export const APPLY_AFTER = 400

export interface TextActions {
  /** The whole text of a file, as the editor has it now. Reaches the cluster 400 ms after the last call. */
  setText(file: string, text: string): void
  /** A new file, made the active one. Returns its name, which differs from the wish when that is taken. */
  addFile(name?: string, text?: string): string
  /** False when the name is empty or taken. */
  renameFile(from: string, to: string): boolean
  /** With a way back in the notice. The last file is emptied, not removed. */
  removeFile(name: string): void
  setActiveFile(name: string): void
  /** Dropped or opened files: same names are replaced, others are added. `whole`: nothing else stays. */
  replaceFiles(files: readonly TextFile[], options?: { whole?: boolean }): void
  /** What a diagnostic or a fix offers, as an edit of the text. Resolves to false when there was nothing to change. */
  applyFix(what: Diagnostic | Fix): Promise<boolean>
  applyFixes(fixes: readonly Fix[]): Promise<boolean>
  /** Clients made up for the person become documents of their text. */
  writeClientsIntoText(): Promise<boolean>
  /** Applies what is pending now (manual mode, or before something that needs the cluster to know the text). */
  applyNow(): void
  setApplyMode(mode: 'auto' | 'manual'): void
  undo(): void
  redo(): void
  /** Makes the editor show this stretch. */
  reveal(range: SourceRange): void
  /** Makes the editor show what a reason came from; says so when no line of the text does. */
  revealField(field: SourceField): Promise<void>
  /** Where these fields stand in the text; null for what no document says. */
  locate(fields: readonly SourceField[]): Promise<readonly (SourceRange | null)[]>
}

export function textActions(core: Core, view: ViewActions): TextActions {
  const { store, deps, engine, timeline, playhead, history } = core
  /** The text that the worker was last given. */
  let applied: readonly TextFile[] = store.getState().document.files
  /** How many edits of the log the text shown has in it. */
  let cursor = 0
  let timer: number | null = null
  /** The person has said that a very large text shall be read. */
  let forced = false
  let lastMoment: Ms = 0

  const files = () => store.getState().document.files
  const setDocument = (change: Partial<DocumentState>) =>
    store.setState((state) => ({ document: { ...state.document, ...change } }))
  const setApplying = (pending: boolean) =>
    store.setState((state) =>
      state.applying.pending === pending && (pending || state.applying.preview === null)
        ? state
        : { applying: { ...state.applying, pending, preview: pending ? state.applying.preview : null } },
    )
  const present = (opened = false) => ({ document: store.getState().document, at: playhead.get(), opened })
  const keepActive = (next: readonly TextFile[], wish: string) =>
    next.some((file) => file.name === wish) ? wish : next[0]!.name
  const pushToEditor = (before: readonly TextFile[], after: readonly TextFile[]) => {
    const names = new Set(before.map((file) => file.name))
    const edits = (diffFiles(before, after)?.edits ?? []).filter((edit) => names.has(edit.file))
    if (edits.length > 0) core.edits.emit({ edits })
  }
  const cancelTimer = () => {
    if (timer !== null) deps.clock.clearTimeout(timer)
    timer = null
  }

  const flush = () => {
    cancelTimer()
    const { document, status } = store.getState()
    if (status.phase === 'crashed') return
    const change = diffFiles(applied, document.files)
    setApplying(false)
    if (!change) return
    if (status.phase === 'too-large') {
      openDocument({ ...document, baseFiles: document.files, log: [] })
      return
    }
    const at = core.moment()
    const log = [...document.log.filter((entry) => entry.at <= at), { at, type: 'edit' as const, ...change }]
    applied = document.files
    cursor = log.filter((entry) => entry.type === 'edit').length
    store.setState((state) => ({
      document: { ...state.document, log },
      playback: { ...state.playback, furthest: at },
    }))
    const id = engine.send({
      type: 'edit',
      files: document.files,
      edits: change.edits,
      at,
      ...(forced && { force: true }),
    })
    timeline.awaitChange(id, at)
  }

  const preview = async () => {
    const asked = files()
    const answer = await engine.ask({ type: 'preview', files: asked })
    if (answer?.type !== 'preview' || files() !== asked) return
    store.setState((state) => ({ applying: { ...state.applying, preview: answer } }))
  }

  const schedule = () => {
    setApplying(true)
    cancelTimer()
    const manual = store.getState().applying.mode === 'manual'
    timer = deps.clock.setTimeout(() => {
      timer = null
      if (manual) void preview()
      else flush()
    }, APPLY_AFTER)
  }

  /** Every change of the text but the editor's own typing. */
  const change = (next: readonly TextFile[], options: { active?: string; now?: boolean } = {}) => {
    const before = files()
    if (!diffFiles(before, next)) return false
    history.push(present())
    setDocument({ files: next, activeFile: keepActive(next, options.active ?? store.getState().document.activeFile) })
    pushToEditor(before, next)
    if (options.now && store.getState().applying.mode === 'auto') {
      setApplying(true)
      flush()
    } else schedule()
    return true
  }

  const openDocument = (document: DocumentState, options: OpenOptions = {}) => {
    cancelTimer()
    const before = files()
    const at = options.at ?? 0
    const shown = textAt(document.baseFiles, document.log, at) ?? document.files
    applied = shown
    cursor = document.log.filter((entry) => entry.type === 'edit' && entry.at <= at).length
    forced = options.force ?? false
    lastMoment = at
    store.setState((state) => ({
      document: { ...document, files: shown, activeFile: keepActive(shown, document.activeFile) },
      applying: { ...state.applying, pending: false, preview: null },
      playback: { ...state.playback, furthest: document.log.at(-1)?.at ?? 0 },
      status: { phase: 'starting' },
    }))
    if (options.pushEdits !== false) pushToEditor(before, shown)
    const { baseFiles, log, seed } = document
    const id = engine.send({
      type: 'open',
      files: baseFiles,
      ...(seed !== undefined && { seed }),
      ...(log.length > 0 && { log }),
      ...((log.length > 0 || at > 0) && { at }),
      ...(forced && { force: true }),
    })
    timeline.awaitChange(id, at)
  }

  const followPlayhead = (at: Ms) => {
    const { document, playback, applying } = store.getState()
    if (at < lastMoment && lastMoment > playback.furthest)
      store.setState({ playback: { ...playback, furthest: lastMoment } })
    lastMoment = at
    if (applying.pending || document.log.length === 0) return
    let passed = 0
    for (const entry of document.log) if (entry.type === 'edit' && entry.at <= at) passed++
    if (passed === cursor) return
    cursor = passed
    const next = textAt(document.baseFiles, document.log, at)
    if (!next) return
    applied = next
    setDocument({ files: next, activeFile: keepActive(next, document.activeFile) })
    pushToEditor(document.files, next)
  }

  core.flush = flush
  core.openDocument = openDocument
  core.changeFiles = (next) => change(next, { now: true })
  core.followPlayhead = followPlayhead
  core.beginAgain = () => {
    cursor = 0
    lastMoment = 0
    playhead.set(0)
    store.setState((state) => ({
      document: { ...state.document, baseFiles: applied, log: [] },
      playback: { ...state.playback, furthest: 0 },
    }))
  }

  const applyFixes = async (fixes: readonly Fix[]): Promise<boolean> => {
    if (fixes.length === 0) return false
    // the answer speaks of the text it was asked about: typing meanwhile makes it worthless
    for (let attempt = 0; attempt < 3; attempt++) {
      flush()
      const asked = files()
      const answer = await engine.ask({ type: 'edits', fixes })
      if (answer?.type !== 'edits') return false
      if (files() !== asked) continue
      const next = applyChange(asked, { edits: lastFirst(answer.edits) })
      if (!next || !change(next, { active: answer.edits[0]?.file, now: true })) break
      return true
    }
    view.notify('There was nothing to change in the text.')
    return false
  }

  const freeName = (wish: string, taken: readonly TextFile[]) => {
    const dot = wish.lastIndexOf('.')
    const [stem, extension] = dot > 0 ? [wish.slice(0, dot), wish.slice(dot)] : [wish, '']
    let name = wish
    for (let n = 2; taken.some((file) => file.name === name); n++) name = `${stem}-${n}${extension}`
    return name
  }

  const travel = (direction: 'undo' | 'redo') => {
    const step = history[direction](present())
    if (!step) return
    if (step.opened) {
      openDocument(step.document, { at: step.at })
      return
    }
    const before = files()
    setDocument({ files: step.document.files, activeFile: keepActive(step.document.files, step.document.activeFile) })
    pushToEditor(before, step.document.files)
    if (store.getState().applying.mode === 'auto') flush()
    else schedule()
  }

  const reveal = (range: SourceRange) => {
    if (!files().some((file) => file.name === range.file)) return
    setDocument({ activeFile: range.file })
    view.setView({ editorOpen: true, phonePane: 'editor', presenting: false })
    core.reveals.emit(range)
  }
  const locate = async (fields: readonly SourceField[]) => {
    if (fields.length === 0) return []
    const answer = await engine.ask({ type: 'locate', fields })
    return answer?.type === 'locate' ? answer.ranges : fields.map(() => null)
  }

  const actions: TextActions = {
    setText(file, text) {
      const { document } = store.getState()
      const old = document.files.find((f) => f.name === file)
      if (!old || old.text === text) return
      history.push(present(), { file, at: deps.clock.now() })
      setDocument({ files: document.files.map((f) => (f === old ? { name: file, text } : f)) })
      schedule()
    },
    addFile(wish = 'file.yaml', text = '') {
      const name = freeName(wish, files())
      change([...files(), { name, text }], { active: name, now: text !== '' })
      return name
    },
    renameFile(from, to) {
      const name = to.trim()
      const { document } = store.getState()
      if (name === from) return true
      if (name === '' || name.length > 200 || document.files.some((f) => f.name === name)) return false
      if (!document.files.some((f) => f.name === from)) return false
      const active = document.activeFile === from ? name : document.activeFile
      change(
        document.files.map((f) => (f.name === from ? { name, text: f.text } : f)),
        { active },
      )
      return true
    },
    removeFile(name) {
      const left = files().filter((file) => file.name !== name)
      if (left.length === files().length) return
      const index = files().findIndex((file) => file.name === name)
      const active = store.getState().document.activeFile
      const next = left.length > 0 ? left : [{ name, text: '' }]
      if (!change(next, { active: active === name ? next[Math.max(0, index - 1)]!.name : active, now: true })) return
      view.notify(`${name} is closed.`, actions.undo)
    },
    setActiveFile(name) {
      if (files().some((file) => file.name === name)) setDocument({ activeFile: name })
    },
    replaceFiles(incoming, { whole = false } = {}) {
      if (incoming.length === 0) return
      const byName = new Map(incoming.map((file) => [file.name, file]))
      const kept = whole ? [] : files().map((file) => byName.get(file.name) ?? file)
      // an untouched empty file makes room for what is dropped on it
      const base = kept.length === 1 && kept[0]!.text.trim() === '' && !byName.has(kept[0]!.name) ? [] : kept
      const names = new Set(base.map((file) => file.name))
      const next = [...base, ...[...byName.values()].filter((file) => !names.has(file.name))]
      if (!change(next, { active: incoming[0]!.name, now: true })) return
      const what = incoming.length === 1 ? incoming[0]!.name : `${incoming.length} files`
      view.notify(`${what} ${incoming.length === 1 ? 'is' : 'are'} in the editor now.`, actions.undo)
    },
    applyFixes,
    async applyFix(what) {
      if ('label' in what) return applyFixes([what])
      return what.fix ? applyFixes([what.fix]) : false
    },
    writeClientsIntoText: () => applyFixes(clientFixes(store.getState().mirror.clients)),
    applyNow: flush,
    setApplyMode(mode) {
      store.setState((state) => ({ applying: { ...state.applying, mode } }))
      if (mode === 'auto') flush()
    },
    undo: () => travel('undo'),
    redo: () => travel('redo'),
    reveal,
    locate,
    async revealField(field) {
      const [range] = await locate([field])
      const whole = range ?? store.getState().mirror.sources.get(field.object)
      if (whole) reveal(whole)
      else view.notify('No line of the text says this: the cluster made it itself.')
    },
  }
  return actions
}
