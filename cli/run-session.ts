import { type Cluster, decodeCluster } from '../src/engine/index.ts'
import { readText } from '../src/manifest/index.ts'
import {
  applyChange,
  type ClusterEvent,
  DEFAULT_CLUSTER,
  type Diagnostic,
  type LogEntry,
  type Ms,
  OWN_API_VERSION,
  type SessionDocument,
  type TerminalEntry,
  type TextFile,
  type Trace,
} from '../src/model/index.ts'
import { apiDocs } from '../src/shell/explain/index.ts'
import * as shell from '../src/shell/index.ts'
import { World } from '../src/worker/index.ts'

export interface SessionRun {
  readonly cluster: Cluster
  /** The text as it is at the end. */
  readonly files: readonly TextFile[]
  /** Of the text at the end, and of the last action. */
  readonly diagnostics: readonly Diagnostic[]
  readonly traces: readonly Trace[]
  readonly events: readonly ClusterEvent[]
  readonly terminal: readonly TerminalEntry[]
}

/**
 * The run that a page shows of a session document, up to a moment: the text come to rest, the clock at 0, then its log. The same document
 * gives the same requests here and there.
 */
export function runSession({ files: base, seed, log }: SessionDocument, until: Ms): SessionRun {
  let files = base
  let parsed = readText(files)
  const traces: Trace[] = []
  const events: ClusterEvent[] = []
  const terminal: TerminalEntry[] = []
  const listen = () => {
    const said = world.takeSaid()
    traces.push(...said.traces)
    events.push(...said.events)
    terminal.push(...said.terminal)
    return traces
  }
  const world = new World(
    { ...configOf(parsed.docs.map((d) => d.value)), ...(seed !== undefined && { seed }) },
    { shell: () => shell, files: () => files, traces: listen, apiDocs: () => apiDocs },
  )
  const { cluster } = world
  let said: Diagnostic[] = []
  let failed: Diagnostic[] = []
  const apply = () => {
    parsed = readText(files)
    const { diagnostics } = cluster.applyText(parsed.docs)
    said = [
      ...parsed.docs.flatMap((d) => d.problems),
      ...diagnostics.map(({ doc, diagnostic: d }) =>
        d.source ? d : { ...d, source: parsed.locate(parsed.docs[doc]!, d.path ?? []) },
      ),
    ]
  }
  const perform = (entry: LogEntry) => {
    if (entry.type === 'edit') {
      files = applyChange(files, entry) ?? files
      apply()
      return
    }
    const problem = world.perform(entry.action)
    failed = problem ? [problem] : []
  }
  apply()
  cluster.settle()
  cluster.startClock()
  for (const entry of log) {
    if (entry.at > until) break
    world.advance(entry.at)
    perform(entry)
  }
  world.advance(until)
  listen()
  traces.sort((a, b) => a.startedAt - b.startedAt)
  return {
    cluster,
    files,
    diagnostics: [...said, ...failed],
    traces,
    events: events.filter((e) => e.at >= 0),
    terminal,
  }
}

function configOf(values: readonly unknown[]) {
  for (const value of values) {
    const { apiVersion, kind } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown }
    if (apiVersion !== OWN_API_VERSION || kind !== 'Cluster') continue
    const decoded = decodeCluster(value)
    if (decoded.ok) return decoded.config
  }
  return DEFAULT_CLUSTER
}
