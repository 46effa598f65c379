import {
  type Action,
  type ClusterEvent,
  hostPort,
  type LogEntry,
  type Ms,
  type ObjectKey,
  splitKey,
  type Trace,
} from '../src/model/index.ts'
import { durationMs } from '../src/shell/index.ts'
import { count, formatClock, formatMs, listOf, shortOutcome, wayInShort } from '../src/words/index.ts'
import { type Command, type Invocation, OK, writeJson, wrong } from './command.ts'
import { diagnosticLine } from './diagnostic-line.ts'
import { printable } from './printable.ts'
import { readLink } from './read-link.ts'
import { runSession, type SessionRun } from './run-session.ts'

/** What a link that points at no moment is shown of. */
const FIRST_LOOK: Ms = 5000
/** Virtual time that one replay may take. */
const LONGEST: Ms = 3_600_000

/** A shared link in the terminal: the same text, the same run. */
export const replay: Command = {
  name: 'replay',
  summary: 'a shared link in the terminal: the same text, the same requests, up to its moment',
  usage: 'LINK',
  flags: [
    { name: 'advance', type: 'duration', default: '' },
    { name: 'text', type: 'bool' },
    { name: 'json', type: 'bool' },
  ],
  help: {
    '--advance 60s': 'go on for that long after its moment (default: 5s for a link to the beginning, else 0)',
    '--text': 'print the manifests of that moment, and nothing else',
    '--json': 'for programs: {document, now, files, diagnostics, traces, events}',
  },
  notes: `LINK is the whole address, its end from #v1. on, a saved session (.fairlead.json), or - for one of these on standard input.
Put it in quotes: a shell takes a # for a comment.`,
  examples: ["replay 'https://…/#v1.…'", "replay --text '#v1.…' | fairlead trace - --to http://web/"],
  run: (invocation) => {
    const { args, flags, io } = invocation
    if (args.length !== 1) return wrong(io, 'replay needs one link')
    const document = readLink(args[0]!, io)
    if (typeof document === 'string') return wrong(io, document)
    const moment = Math.max(document.at ?? document.log.at(-1)?.at ?? 0, 0)
    const more = flags.has('advance') ? durationMs(flags.text('advance'))! : moment === 0 ? FIRST_LOOK : 0
    if (more < 0) return wrong(io, '--advance cannot go back')
    if (moment + more > LONGEST) return wrong(io, `a replay ends after ${formatMs(LONGEST)} at the latest`)
    const end = flags.on('text') ? moment : moment + more
    const run = runSession(document, end)
    if (flags.on('text')) io.out(printable(textOf(run)))
    else if (flags.on('json')) {
      const { files, diagnostics, traces, events, terminal } = run
      writeJson(io, { document, now: end, files, diagnostics, traces, events, terminal })
    } else write(invocation, document.log, run)
    return OK
  },
}

/** All files as one stream of documents, each after a line that names it. */
function textOf({ files }: SessionRun): string {
  if (files.length === 1) return files[0]!.text
  return files.map(({ name, text }) => `---\n# ${name}\n${text.endsWith('\n') ? text : `${text}\n`}`).join('')
}

function write(
  { io }: Invocation,
  log: readonly LogEntry[],
  { cluster, files, diagnostics, traces, events, terminal }: SessionRun,
): void {
  const { paint, out } = io
  const held = [
    listOf(files.map((f) => f.name)),
    ...(log.length > 0 ? [count(log.length, 'change')] : []),
    `seed ${cluster.config.seed}`,
    `up to ${formatClock(cluster.now)}`,
  ]
  out(`${paint.bold(printable(held.join(' · ')))}\n`)
  for (const d of diagnostics) if (d.severity !== 'hint') out(`${diagnosticLine(d, paint)}\n`)
  const lines = [
    ...log
      .filter((entry) => entry.at <= cluster.now)
      .map((entry) => ({ at: entry.at, order: 0, text: paint.yellow(printable(changeText(entry))) })),
    ...terminal.flatMap((entry) =>
      entry.type === 'out' || entry.type === 'err'
        ? entry.text
            .split('\n')
            .flatMap((line) => (line === '' ? [] : [{ at: entry.at, order: 0.5, text: printable(line) }]))
        : [],
    ),
    ...events.map((event) => ({ at: event.at, order: 1, text: paint.dim(printable(eventText(event))) })),
    ...traces.map((t) => ({ at: t.startedAt, order: 2, text: requestText(t, paint) })),
  ].sort((a, b) => a.at - b.at || a.order - b.order)
  for (const { at, text } of lines) out(`${formatClock(at).padStart(8)}  ${text}\n`)
  const counts = new Map<string, number>()
  for (const t of traces) counts.set(shortOutcome(t), (counts.get(shortOutcome(t)) ?? 0) + 1)
  const ends = [...counts].map(([words, n]) => `${n} × ${words}`)
  out(`${paint.bold(count(traces.length, 'request'))}${ends.length > 0 ? `: ${ends.join(', ')}` : ''}\n`)
}

function requestText(t: Trace, paint: Invocation['io']['paint']): string {
  const colour = t.outcome === 'answered' && (t.http ?? 200) < 400 ? paint.green : paint.red
  const who = t.server?.pod ? splitKey(t.server.pod).name : t.server ? hostPort(t.server.ip, t.server.port) : ''
  const way = wayInShort(t)
  return [
    printable(t.client.replace('client/', '')),
    printable(t.request.url),
    colour(shortOutcome(t)),
    way,
    who,
    formatMs(t.took),
  ]
    .filter((part) => part !== '')
    .join('  ')
}

const eventText = ({ object, reason, message }: ClusterEvent): string => `${nameOf(object)}: ${reason}: ${message}`

function changeText(entry: LogEntry): string {
  if (entry.type === 'edit') return `edit ${listOf([...new Set(entry.edits.map((e) => e.file))])}`
  return actionText(entry.action)
}

function actionText(action: Action): string {
  switch (action.type) {
    case 'delete':
    case 'restart':
    case 'recreate':
      return `${action.type} ${nameOf(action.object)}`
    case 'set-ready':
      return `make ${nameOf(action.pod)} ${action.ready ? 'ready' : 'not ready'}`
    case 'scale':
      return `scale ${nameOf(action.object)} to ${action.replicas}`
    case 'set-image':
      return `${nameOf(action.object)}: container ${action.container} gets ${action.image}`
    case 'label':
    case 'annotate':
      return `${action.type} ${nameOf(action.object)} ${action.value === null ? `${action.key}-` : `${action.key}=${action.value}`}`
    case 'drain':
      return `drain node ${action.node}`
    case 'cordon':
      return `${action.on ? 'cordon' : 'uncordon'} node ${action.node}`
    case 'send':
      return `${action.client.replace('client/', '')} asks once`
    case 'kubectl':
      return `kubectl ${action.args.join(' ')}`
    case 'type-line':
      return `terminal ${action.terminal}: ${action.line.trim()}`
    case 'interrupt':
      return `terminal ${action.terminal}: ^C`
  }
}

function nameOf(key: ObjectKey): string {
  const { kind, namespace, name } = splitKey(key)
  return `${kind} ${namespace === '' || namespace === 'default' ? '' : `${namespace}/`}${name}`
}
