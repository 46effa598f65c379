import {
  type Action,
  applyChange,
  type LogEntry,
  type SessionDocument,
  type TextEdit,
  type TextFile,
} from '../../model/index.ts'

/** What a document from a link, a file or the browser's storage may hold at most. */
export const LIMITS = {
  files: 50,
  name: 200,
  characters: 4_000_000,
  log: 5000,
  edits: 200,
  word: 1000,
  args: 200,
  /** characters that replaying a log may touch, all edits together */
  replay: 100_000_000,
  /** virtual ms: a day */
  moment: 86_400_000,
} as const

export type Parsed =
  | { readonly ok: true; readonly document: SessionDocument }
  | { readonly ok: false; readonly problem: string }

type Unknown = Record<string, unknown>

class Refused extends Error {}

function refuse(what: string): never {
  throw new Refused(what)
}

/** A value of unknown origin as a session document: every field is checked and copied, nothing is cast. */
export function parseSessionDocument(value: unknown): Parsed {
  try {
    return { ok: true, document: document(record(value, 'document')) }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.message }
    throw error
  }
}

function document(value: Unknown): SessionDocument {
  if (value.version !== 1) refuse('it was made by another version of Fairlead')
  const files = list(value.files, LIMITS.files, 'files').map(file)
  if (new Set(files.map((f) => f.name)).size !== files.length) refuse('two files have one name')
  if (files.reduce((sum, f) => sum + f.text.length, 0) > LIMITS.characters) refuse('its text is too long')
  const log = list(value.log ?? [], LIMITS.log, 'log').map(logEntry)
  if (log.some((entry, i) => i > 0 && entry.at < log[i - 1]!.at)) refuse('its log is out of order')
  checkLog(files, log)
  return {
    version: 1,
    files,
    log,
    ...(value.seed !== undefined && { seed: integer(value.seed, 'seed') }),
    ...(value.at !== undefined && { at: moment(value.at) }),
    ...(value.scenario !== undefined && { scenario: text(value.scenario, LIMITS.name, 'scenario') }),
    ...(value.view !== undefined && { view: view(record(value.view, 'view')) }),
  }
}

/** Replays the edits once, so that everything later can rely on them; a log that would take long to replay is refused. */
function checkLog(files: readonly TextFile[], log: readonly LogEntry[]): void {
  let present = files
  let work = 0
  for (const entry of log) {
    if (entry.type !== 'edit') continue
    present = applyChange(present, entry) ?? refuse('its log does not fit its text')
    const size = present.reduce((sum, f) => sum + f.text.length, 0)
    work += size
    if (size > LIMITS.characters || present.length > LIMITS.files || work > LIMITS.replay) refuse('its log is too long')
  }
}

function view(value: Unknown): NonNullable<SessionDocument['view']> {
  return {
    ...((value.mode === 'logical' || value.mode === 'nodes') && { mode: value.mode }),
    ...(value.selected !== undefined && { selected: text(value.selected, LIMITS.word, 'selected') }),
    ...(value.tab !== undefined && { tab: text(value.tab, LIMITS.word, 'tab') }),
  }
}

function file(value: unknown): TextFile {
  const { name, text: body } = record(value, 'file')
  const read = text(name, LIMITS.name, 'name')
  if (read === '') refuse('a file has no name')
  return { name: read, text: text(body, LIMITS.characters, 'text') }
}

function logEntry(value: unknown): LogEntry {
  const entry = record(value, 'log entry')
  const at = moment(entry.at)
  if (entry.type === 'act') return { at, type: 'act', action: action(record(entry.action, 'action')) }
  if (entry.type !== 'edit') refuse('its log holds something unknown')
  const edits = list(entry.edits, LIMITS.edits, 'edits').map(textEdit)
  if (entry.files === undefined) return { at, type: 'edit', edits }
  const names = list(entry.files, LIMITS.files, 'files').map((name) => text(name, LIMITS.name, 'name'))
  if (new Set(names).size !== names.length || names.includes('')) refuse('two files have one name')
  return { at, type: 'edit', edits, files: names }
}

function textEdit(value: unknown): TextEdit {
  const edit = record(value, 'edit')
  return {
    file: text(edit.file, LIMITS.name, 'file'),
    from: integer(edit.from, 'from'),
    to: integer(edit.to, 'to'),
    insert: text(edit.insert, LIMITS.characters, 'insert'),
  }
}

function action(value: Unknown): Action {
  const word = (name: string) => text(value[name], LIMITS.word, name)
  const flag = (name: string) => {
    const on = value[name]
    return typeof on === 'boolean' ? on : refuse(`${name} is not true or false`)
  }
  switch (value.type) {
    case 'delete':
    case 'restart':
    case 'recreate':
      return { type: value.type, object: word('object') }
    case 'set-ready':
      return { type: 'set-ready', pod: word('pod'), ready: flag('ready') }
    case 'scale':
      return { type: 'scale', object: word('object'), replicas: integer(value.replicas, 'replicas') }
    case 'set-image':
      return { type: 'set-image', object: word('object'), container: word('container'), image: word('image') }
    case 'label':
    case 'annotate':
      return {
        type: value.type,
        object: word('object'),
        key: word('key'),
        value: value.value === null ? null : text(value.value, LIMITS.characters, 'value'),
      }
    case 'drain':
      return { type: 'drain', node: word('node') }
    case 'cordon':
      return { type: 'cordon', node: word('node'), on: flag('on') }
    case 'send':
      return { type: 'send', client: word('client') }
    case 'kubectl': {
      const args = list(value.args, LIMITS.args, 'args').map((arg) => text(arg, LIMITS.characters, 'argument'))
      return value.stdin === undefined
        ? { type: 'kubectl', args }
        : { type: 'kubectl', args, stdin: text(value.stdin, LIMITS.characters, 'stdin') }
    }
    case 'type-line':
      return {
        type: 'type-line',
        terminal: word('terminal'),
        line: text(value.line, LIMITS.characters, 'line'),
        ...(value.place !== undefined && { place: word('place') }),
      }
    case 'interrupt':
      return { type: 'interrupt', terminal: word('terminal') }
    default:
      return refuse('its log holds an action that is unknown')
  }
}

function record(value: unknown, what: string): Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Unknown)
    : refuse(`its ${what} cannot be read`)
}

function list(value: unknown, most: number, what: string): readonly unknown[] {
  if (!Array.isArray(value)) return refuse(`its ${what} cannot be read`)
  return value.length <= most ? value : refuse(`it holds more than ${most} ${what}`)
}

function text(value: unknown, most: number, what: string): string {
  return typeof value === 'string' && value.length <= most ? value : refuse(`its ${what} cannot be read`)
}

/** Whole and not negative, as counts and offsets are. */
function integer(value: unknown, what: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(`its ${what} cannot be read`)
}

function moment(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= LIMITS.moment ? value : refuse('its time cannot be read')
}
