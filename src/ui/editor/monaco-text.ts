import { diffText, type Fix, type SourceRange } from '../../model/index.ts'
import type { Session } from '../../session/index.ts'
import { type Mark, marksOf, newSchemaMarks } from './markers.ts'
import * as monaco from './monaco.ts'
import { problemCards } from './problem-cards.tsx'
import { followTheme } from './theme.ts'
import { SCHEMA_LIMIT, setUpYaml } from './yaml-language.ts'

export interface MonacoText {
  dispose(): void
}

/** How the text was when Monaco took over. */
export interface Handover {
  /** 1-based lines and columns of the active file: offsets would depend on its line ends */
  readonly selection: { readonly start: monaco.IPosition; readonly end: monaco.IPosition; readonly backward: boolean }
  /** px */
  readonly scroll: { readonly top: number; readonly left: number }
  readonly focused: boolean
}

const schemaMarkers = new WeakMap<monaco.editor.ITextModel, readonly monaco.editor.IMarkerData[]>()
let schemaMarkersChanged: (model: monaco.editor.ITextModel) => void = () => {}
let prepared: Promise<void> | undefined

/** Fetches what Monaco needs; the function that comes back puts an editor into an element at once, so that no key falls between. */
export async function prepareMonaco(): Promise<(host: HTMLElement, session: Session, from: Handover) => MonacoText> {
  prepared ??= setUpYaml((model, markers) => {
    schemaMarkers.set(model, markers)
    schemaMarkersChanged(model)
  })
  try {
    await prepared
  } catch (error) {
    prepared = undefined
    throw error
  }
  return mount
}

const SEVERITY = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  hint: monaco.MarkerSeverity.Info,
}

function mount(host: HTMLElement, session: Session, from: Handover): MonacoText {
  const disposables: { dispose(): void }[] = []
  const models = new Map<string, monaco.editor.ITextModel>()
  const views = new Map<string, monaco.editor.ICodeEditorViewState>()
  /** The session's text that each model shows; Monaco may hold it with other line ends. */
  const known = new Map<monaco.editor.ITextModel, string>()
  let fromSession = false
  let shown = ''

  disposables.push(followTheme())
  const editor = monaco.editor.create(host, {
    model: null,
    automaticLayout: true,
    minimap: { enabled: false },
    tabSize: 2,
    insertSpaces: true,
    detectIndentation: false,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    fontSize: 13,
    lineHeight: 20,
    lineNumbersMinChars: 4,
    lineDecorationsWidth: 16,
    glyphMargin: false,
    padding: { top: 8, bottom: 8 },
    scrollBeyondLastLine: false,
    renderFinalNewline: 'on',
    renderLineHighlight: 'line',
    fixedOverflowWidgets: true,
    overviewRulerLanes: 2,
    guides: { indentation: false },
    unusualLineTerminators: 'off',
    quickSuggestions: { other: true, comments: false, strings: true },
    suggest: { showWords: false },
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
    dropIntoEditor: { enabled: false },
    ariaLabel: 'Text',
  })

  const modelFor = (name: string, text: string): monaco.editor.ITextModel => {
    const language = text.length > SCHEMA_LIMIT ? 'plaintext' : 'yaml'
    const uri = monaco.Uri.from({ scheme: 'file', path: `/${name}` })
    const model = monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, language, uri)
    models.set(name, model)
    known.set(model, text)
    model.onDidChangeContent(() => {
      if (fromSession) return
      const value = model.getValue(undefined, true)
      known.set(model, value)
      const file = nameOf(model)
      if (file !== undefined) session.setText(file, value)
    })
    return model
  }
  const nameOf = (model: monaco.editor.ITextModel) => [...models].find(([, each]) => each === model)?.[0]

  /** The models become what the session's files are: a change from outside is one edit, so the caret stays where it can. */
  const followFiles = () => {
    const { files, activeFile } = session.store.getState().document
    fromSession = true
    for (const { name, text } of files) {
      const model = models.get(name)
      if (!model) modelFor(name, text)
      else if (known.get(model) !== text) {
        const edit = diffText(name, model.getValue(undefined, true), text)
        known.set(model, text)
        if (!edit) continue
        const range = monaco.Range.fromPositions(model.getPositionAt(edit.from), model.getPositionAt(edit.to))
        model.pushEditOperations(null, [{ range, text: edit.insert }], () => null)
        model.pushStackElement()
        if (model === editor.getModel()) {
          const end = model.getPositionAt(edit.from + edit.insert.length)
          editor.setPosition(end)
          editor.revealPositionInCenterIfOutsideViewport(end)
        }
      }
    }
    for (const [name, model] of [...models]) {
      if (files.some((file) => file.name === name)) continue
      models.delete(name)
      views.delete(name)
      if (editor.getModel() === model) editor.setModel(null)
      model.dispose()
    }
    fromSession = false
    if (shown !== activeFile || !editor.getModel()) {
      if (shown !== '' && models.has(shown)) views.set(shown, editor.saveViewState()!)
      shown = activeFile
      editor.setModel(models.get(activeFile) ?? null)
      editor.updateOptions({ ariaLabel: `Text of ${activeFile}` })
      const view = views.get(activeFile)
      if (view) editor.restoreViewState(view)
    }
  }

  const cards = problemCards(editor, session)
  const followDiagnostics = () => {
    const { diagnostics } = session.store.getState().mirror
    for (const [name, model] of models) {
      const marks = marksOf(diagnostics, name)
      monaco.editor.setModelMarkers(
        model,
        'cluster',
        marks.map(({ mark }) => ({ ...mark, severity: SEVERITY[mark.severity], message: withRule(mark) })),
      )
      followSchema(
        model,
        marks.map(({ mark }) => mark),
      )
      if (model === editor.getModel()) cards.show(marks.map(({ diagnostic }) => diagnostic))
    }
  }
  const followSchema = (model: monaco.editor.ITextModel, marks: readonly Mark[]) => {
    const raw = schemaMarkers.get(model) ?? []
    const fresh = raw.length === 0 ? [] : newSchemaMarks(raw, marks, model.getLinesContent())
    monaco.editor.setModelMarkers(
      model,
      'schema',
      fresh.map((marker) => ({ ...marker, source: '', severity: monaco.MarkerSeverity.Error })),
    )
  }
  schemaMarkersChanged = (model) => {
    const name = nameOf(model)
    if (name === undefined) return
    const marks = marksOf(session.store.getState().mirror.diagnostics, name)
    followSchema(
      model,
      marks.map(({ mark }) => mark),
    )
  }

  const reveal = (range: SourceRange) => {
    followFiles()
    const selection = new monaco.Range(range.line, range.column, range.endLine, range.endColumn)
    editor.setSelection(selection)
    editor.revealRangeInCenter(selection)
    editor.focus()
  }

  followFiles()
  followDiagnostics()
  disposables.push(
    editor,
    cards,
    quickFixes(session, nameOf),
    ...undoKeys(editor, session),
    {
      dispose: session.store.subscribe((state, before) => {
        const moved =
          state.document.files !== before.document.files || state.document.activeFile !== before.document.activeFile
        if (moved) followFiles()
        if (moved || state.mirror.diagnostics !== before.mirror.diagnostics) followDiagnostics()
      }),
    },
    { dispose: session.onReveal(reveal) },
  )

  const { start, end, backward } = from.selection
  const [anchor, caret] = backward ? [end, start] : [start, end]
  editor.setSelection(new monaco.Selection(anchor.lineNumber, anchor.column, caret.lineNumber, caret.column))
  editor.setScrollPosition({ scrollTop: from.scroll.top, scrollLeft: from.scroll.left })
  if (from.focused) editor.focus()

  return {
    dispose() {
      schemaMarkersChanged = () => {}
      for (const each of disposables) each.dispose()
      for (const each of models.values()) each.dispose()
    },
  }
}

const withRule = ({ message, rule }: Mark): string => (rule === undefined ? message : `${message} (${rule})`)

/**
 * One history for everything: what a person typed, what a fix, an example or a closed file changed. It is the session's, which also knows of
 * files and of the cluster, so Monaco's own is not used.
 */
function undoKeys(editor: monaco.editor.IStandaloneCodeEditor, session: Session): { dispose(): void }[] {
  const { CtrlCmd, Shift } = monaco.KeyMod
  const { KeyY, KeyZ } = monaco.KeyCode
  const keybindingContext = 'editorTextFocus'
  return [
    editor.addAction({
      id: 'fairlead.undo',
      label: 'Undo',
      keybindings: [CtrlCmd | KeyZ],
      keybindingContext,
      run: () => session.undo(),
    }),
    editor.addAction({
      id: 'fairlead.redo',
      label: 'Redo',
      keybindings: [CtrlCmd | Shift | KeyZ, CtrlCmd | KeyY],
      keybindingContext,
      run: () => session.redo(),
    }),
  ]
}

/** Carries out a fix; the notice says what, and has the way back. */
async function takeFix(session: Session, fix: Fix): Promise<void> {
  if (await session.applyFix(fix)) session.notify(`${fix.label}: done.`, session.undo)
}

/** The lamp at a line: what diagnostics offer to mend. */
function quickFixes(
  session: Session,
  nameOf: (model: monaco.editor.ITextModel) => string | undefined,
): { dispose(): void } {
  const command = monaco.editor.registerCommand('fairlead.fix', (_: unknown, run: () => void) => run())
  const provider = monaco.languages.registerCodeActionProvider('yaml', {
    provideCodeActions(model, range) {
      const name = nameOf(model)
      const found = name === undefined ? [] : marksOf(session.store.getState().mirror.diagnostics, name)
      const actions = found
        .filter(
          ({ mark }) => mark.startLineNumber <= range.endLineNumber && mark.endLineNumber >= range.startLineNumber,
        )
        .flatMap(({ mark, diagnostic }) => {
          const offer = (title: string, isPreferred: boolean, run: () => void): monaco.languages.CodeAction => ({
            title,
            kind: 'quickfix',
            isPreferred,
            diagnostics: [{ ...mark, severity: SEVERITY[mark.severity], message: withRule(mark) }],
            command: { id: 'fairlead.fix', title, arguments: [run] },
          })
          const { fix, otherFixes = [], recreate } = diagnostic
          return [
            ...(fix ? [fix, ...otherFixes] : otherFixes).map((each, i) =>
              offer(each.label, i === 0, () => void takeFix(session, each)),
            ),
            ...(recreate !== undefined
              ? [
                  offer(
                    'Recreate it, as kubectl replace --force',
                    false,
                    () => void session.act({ type: 'recreate', object: recreate }),
                  ),
                ]
              : []),
          ]
        })
      return { actions, dispose: () => {} }
    },
  })
  return {
    dispose() {
      command.dispose()
      provider.dispose()
    },
  }
}
