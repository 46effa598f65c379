import {
  isTypedLine,
  type LogEntry,
  type Ms,
  type ShellPlace,
  type TerminalEntry,
  WORKSTATION_PLACE,
} from '../model/index.ts'

/** A line that was typed in a terminal, and what came of it. */
export interface Typed {
  readonly line: string
  readonly at: Ms
  /** Where the shell was, and where it was afterwards; undefined: it had not ended. */
  readonly place: ShellPlace
  readonly placeAfter?: ShellPlace
  readonly endedAt?: Ms
  /** Output and errors, as they came. */
  readonly output: string
  readonly status?: number
  /** Ctrl-C, or it still runs. */
  readonly stopped: boolean
  /** It left the terminal's first shell. */
  readonly left: boolean
}

/** Where the page keeps no more than these, the first ones may be gone. */
const KEPT_ENTRIES = 5000

interface Source {
  readonly log: readonly LogEntry[]
  readonly entries: readonly TerminalEntry[]
}

/** Lines of the log with what they came to: to be taken in the log's order. */
export interface TypedLines {
  /** The next run of a line; undefined when it was never run, because Ctrl-C stopped what was before it. */
  take(
    action: { readonly terminal: string; readonly line: string; readonly place?: ShellPlace },
    at: Ms,
  ): Typed | undefined
}

export function typedIn({ log, entries }: Source): TypedLines {
  const begun = new Map<string, ShellPlace>()
  for (const entry of log)
    if (isTypedLine(entry) && !begun.has(entry.action.terminal))
      begun.set(entry.action.terminal, entry.action.place ?? WORKSTATION_PLACE)
  const runs = new Map<string, Typed[]>()
  for (const terminal of begun.keys())
    runs.set(
      terminal,
      runsOf(
        entries.filter((entry) => entry.terminal === terminal),
        begun.get(terminal)!,
      ),
    )
  const cut = entries.length >= KEPT_ENTRIES
  return {
    take({ terminal, line, place }, at) {
      const own = runs.get(terminal) ?? []
      if (own[0]?.line === line) return own.shift()
      if (!cut) return undefined
      const begin = place ?? begun.get(terminal) ?? WORKSTATION_PLACE
      return { line, at, place: begin, placeAfter: begin, endedAt: at, output: '', stopped: false, left: false }
    },
  }
}

function runsOf(entries: readonly TerminalEntry[], begin: ShellPlace): Typed[] {
  const runs: Typed[] = []
  let place = begin
  let current: { line: string; at: Ms; output: string } | undefined
  for (const entry of entries) {
    if (entry.type === 'typed') current = { line: entry.line, at: entry.at, output: '' }
    else if (!current) continue
    else if (entry.type === 'out' || entry.type === 'err') current.output += entry.text
    else if (entry.type === 'clear') current.output = ''
    else if (entry.type === 'done') {
      const stopped = entry.status === 130
      runs.push({
        ...current,
        // the shell's echo of Ctrl-C is no output of the command
        output: stopped ? current.output.replace(/\^C\n$/, '') : current.output,
        place,
        placeAfter: entry.place,
        endedAt: entry.at,
        status: entry.status,
        stopped,
        left: entry.left ?? false,
      })
      place = entry.left ? begin : entry.place
      current = undefined
    }
  }
  if (current) runs.push({ ...current, place, stopped: true, left: false })
  return runs
}
