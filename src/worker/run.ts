import { type AppliedText, type Cluster, decodeCluster, isSimulated } from '../engine/index.ts'
import { editsFor, type ParsedText, readText, tooLarge } from '../manifest/index.ts'
import {
  type Action,
  type Answer,
  applyChange,
  type ClusterConfig,
  type Command,
  controllerOf,
  DEFAULT_CLUSTER,
  type Diagnostic,
  type Drift,
  type FromWorker,
  isTypedLine,
  type KObject,
  keyOf,
  type LogEntry,
  type Ms,
  type ObjectKey,
  OWN_API_VERSION,
  type OwnerReference,
  type Question,
  type Service,
  type Situation,
  type SourceDoc,
  type SourceField,
  type SourceRange,
  type TextEdit,
  type TextFile,
  type Trace,
  type Update,
  type WhatIf,
} from '../model/index.ts'
import type { ApiDocs } from '../shell/index.ts'
import { diagnosticOf, driftDiagnostic } from '../words/index.ts'
import { Timeline } from './timeline.ts'
import { type Said, type Shell, type Surroundings, World } from './world.ts'

/** How far ahead the next request is looked for when the page asks for the next event. */
const LOOK_AHEAD: Ms = 60_000
/** A moment after which the tables of all nodes have taken over a change (minSyncPeriod is 1 s). */
const TABLES_LATER: Ms = 1500

const OF_SHELL: ReadonlySet<string> = new Set(['kubectl', 'type-line', 'interrupt'])
const ABOUT_SHELL: ReadonlySet<string> = new Set(['complete', 'needs-more', 'shell-at'])

/** Whether a command holds commands of a shell, which has to be there for them. */
export function needsShell(command: Command): boolean {
  switch (command.type) {
    case 'act':
      return OF_SHELL.has(command.action.type)
    case 'ask':
      return ABOUT_SHELL.has(command.question.type)
    case 'open':
      return command.log?.some((entry) => entry.type === 'act' && OF_SHELL.has(entry.action.type)) ?? false
    default:
      return false
  }
}

/** Whether a command asks what the API's fields are for: the docs are big, and fetched when they are wanted. */
export function needsApiDocs(command: Command): boolean {
  const asks = (action: Action) => action.type === 'type-line' && action.line.includes('explain')
  if (command.type === 'act') return asks(command.action)
  return command.type === 'open' && (command.log?.some((entry) => entry.type === 'act' && asks(entry.action)) ?? false)
}

const NOTHING_SAID: Said = { traces: [], events: [], terminal: [] }

/**
 * One run of the page's cluster: commands in, updates out. Synchronous and free of the worker's own API, so that tests and the command line
 * drive it the same way.
 */
export class Run {
  readonly #post: (message: FromWorker) => void
  #shell: Shell | undefined
  #apiDocs: ApiDocs | undefined
  readonly #around: Surroundings = {
    shell: () => this.#shell,
    files: () => this.#files,
    traces: () => {
      this.#listen()
      return this.#timeline.traces
    },
    apiDocs: () => this.#apiDocs,
  }
  #world: World
  /** What was said since the last update. */
  #said: Said = NOTHING_SAID
  #files: readonly TextFile[] = []
  #seed: number | undefined
  #log: LogEntry[] = []
  #logged = 0
  #parsed: ParsedText = readText([])
  #config: ClusterConfig = DEFAULT_CLUSTER
  #diagnostics: readonly Diagnostic[] = []
  /** Object → the document that it stands in. */
  #documents: ReadonlyMap<ObjectKey, SourceDoc> = new Map()
  #actionProblems: readonly Diagnostic[] = []
  #findings: readonly Diagnostic[] = []
  #findingsChanged = false
  #drift: readonly Drift[] = []
  #driftChanged = false
  /** When findings are looked at again though no object changed. */
  #lookAt: Ms = Number.POSITIVE_INFINITY
  #textChanged = true
  #restarted = false
  readonly #timeline = new Timeline()

  constructor(post: (message: FromWorker) => void, shell?: Shell) {
    this.#post = post
    this.#shell = shell
    this.#world = new World({}, this.#around)
  }

  get #cluster(): Cluster {
    return this.#world.cluster
  }

  /** The shell comes later than the engine; it has to be here before a command that `needsShell`. */
  takeShell(shell: Shell): void {
    this.#shell = shell
  }

  /** What `kubectl explain` shows; it has to be here before a command that `needsApiDocs`. */
  takeApiDocs(docs: ApiDocs): void {
    this.#apiDocs = docs
  }

  /** Carry out one command and post what came of it. */
  handle(command: Command): void {
    switch (command.type) {
      case 'open':
      case 'edit': {
        const large = command.force ? undefined : tooLarge(command.files)
        if (large) {
          this.#post({ type: 'too-large', id: command.id, characters: large.characters, documents: large.documents })
          return
        }
        if (command.type === 'open') this.#open(command.files, command.seed, command.log ?? [], command.at)
        else this.#edit(command.files, command.edits, command.at)
        break
      }
      case 'act':
        this.#goTo(command.at)
        this.#record({ at: command.at, type: 'act', action: command.action })
        this.#replayEntry(this.#log.at(-1)!)
        break
      case 'advance':
        this.#advance(command.to)
        break
      case 'seek':
        this.#goTo(command.to)
        break
      case 'ask':
        this.#post({ type: 'answer', id: command.id, answer: this.#answer(command.question) })
        return
    }
    this.#update(command.id)
  }

  #open(files: readonly TextFile[], seed: number | undefined, log: readonly LogEntry[], at: Ms | undefined): void {
    this.#files = files
    this.#seed = seed
    this.#log = [...log]
    this.#logged = 0
    this.#actionProblems = []
    this.#timeline.clear()
    this.#parsed = readText(files)
    this.#config = this.#configOf(this.#parsed)
    this.#world = new World(this.#config, this.#around)
    this.#said = NOTHING_SAID
    this.#apply()
    this.#cluster.settle()
    this.#cluster.startClock()
    this.#listen()
    this.#timeline.mark(this.#world, this.#files, 0, true)
    this.#replayTo(at ?? this.#log.at(-1)?.at ?? 0)
  }

  #edit(files: readonly TextFile[], edits: readonly TextEdit[], at: Ms): void {
    const parsed = readText(files)
    const config = this.#configOf(parsed)
    if (JSON.stringify(config) !== JSON.stringify(this.#config)) {
      // another cluster: the run starts over, with this text as its beginning
      this.#restarted = true
      this.#open(files, this.#seed, [], 0)
      return
    }
    this.#goTo(at)
    const names = files.map((f) => f.name)
    const sameNames = names.length === this.#files.length && names.every((n, i) => n === this.#files[i]!.name)
    this.#record({ at, type: 'edit', edits, ...(sameNames ? {} : { files: names }) })
    this.#files = files
    this.#parsed = parsed
    this.#logged = this.#log.length
    this.#actionProblems = []
    this.#apply()
  }

  /** What is done now follows what has happened; what had been logged later is dropped. */
  #record(entry: LogEntry): void {
    this.#log.length = this.#logged
    this.#log.push(entry)
  }

  /** Be at a moment: forth by advancing, back from the nearest snapshot. */
  #goTo(to: Ms): void {
    if (to < this.#cluster.now) {
      const mark = this.#timeline.rewind(to)
      this.#world.restore(mark.world)
      this.#said = NOTHING_SAID
      this.#logged = mark.logged
      if (mark.files !== this.#files) {
        this.#files = mark.files
        this.#parsed = readText(mark.files)
        this.#textChanged = true
      }
      // the applied text is part of the snapshot; what was said of it is said again
      this.#apply()
    }
    this.#replayTo(to)
  }

  #advance(to: Ms): void {
    if (to > this.#cluster.now) this.#replayTo(to)
  }

  /** Advance to a moment, doing what the log says on the way. */
  #replayTo(to: Ms): void {
    while (this.#logged < this.#log.length && this.#log[this.#logged]!.at <= to) {
      const entry = this.#log[this.#logged]!
      this.#pass(entry.at)
      this.#replayEntry(entry)
    }
    this.#pass(to)
  }

  #replayEntry(entry: LogEntry): void {
    // a command may run for long: what is before it can be gone back to
    if (isTypedLine(entry)) this.#keep(true)
    this.#logged = this.#log.indexOf(entry) + 1
    if (entry.type === 'edit') {
      const files = applyChange(this.#files, entry)
      if (!files) return
      this.#files = files
      this.#parsed = readText(files)
      this.#apply()
      return
    }
    const problem = this.#world.perform(entry.action)
    this.#actionProblems = problem ? [problem] : []
    this.#textChanged = true
  }

  /** Let virtual time pass, keeping moments to go back to on the way. */
  #pass(to: Ms): void {
    while (this.#cluster.now < to) {
      this.#world.advance(Math.min(to, this.#cluster.now + 2500))
      this.#keep()
    }
  }

  /** Keep this moment to go back to, if it is time for that. */
  #keep(always = false): void {
    this.#listen()
    this.#timeline.mark(this.#world, this.#files, this.#logged, always)
  }

  /** Take over what has been said. */
  #listen(): void {
    const { traces, events, terminal } = this.#world.takeSaid()
    if (traces.length + events.length + terminal.length === 0) return
    this.#timeline.see(traces, events, terminal)
    const before = this.#said
    this.#said = {
      traces: [...before.traces, ...traces],
      events: [...before.events, ...events],
      terminal: [...before.terminal, ...terminal],
    }
  }

  #configOf(parsed: ParsedText): ClusterConfig {
    let config = DEFAULT_CLUSTER
    for (const doc of parsed.docs) {
      if (!isCluster(doc.value)) continue
      const decoded = decodeCluster(doc.value)
      if (decoded.ok) {
        config = decoded.config
        break
      }
    }
    return this.#seed === undefined ? config : { ...config, seed: this.#seed }
  }

  #apply(): void {
    const { docs } = this.#parsed
    const applied: AppliedText = this.#cluster.applyText(docs)
    const diagnostics: Diagnostic[] = []
    const documents = new Map<ObjectKey, SourceDoc>()
    let clusters = 0
    docs.forEach((doc, i) => {
      for (const problem of doc.problems) diagnostics.push(problem)
      const key = applied.objects[i]
      if (key !== undefined) documents.set(key, doc)
      if (!isCluster(doc.value)) return
      const decoded = decodeCluster(doc.value)
      if (!decoded.ok) for (const d of decoded.diagnostics) diagnostics.push(this.#placed(doc, d))
      if (++clusters > 1) {
        const message = 'a text has at most one Cluster: the first one counts'
        diagnostics.push(this.#placed(doc, { severity: 'error', code: 'cluster.twice', message, path: ['kind'] }))
      }
    })
    for (const { doc, diagnostic } of applied.diagnostics) diagnostics.push(this.#placed(docs[doc]!, diagnostic))
    this.#diagnostics = diagnostics
    this.#documents = documents
    this.#textChanged = true
  }

  #placed(doc: SourceDoc, diagnostic: Diagnostic): Diagnostic {
    if (diagnostic.source) return diagnostic
    return { ...diagnostic, source: this.#parsed.locate(doc, diagnostic.path ?? []) }
  }

  #update(ack: number): void {
    this.#listen()
    const changes = this.#cluster.drain()
    const said = this.#said
    this.#said = NOTHING_SAID
    const asked = this.#world.takeAskersChanged()
    const whole = changes.reset
    const changed = whole || this.#textChanged || changes.put.length > 0 || changes.drop.length > 0
    if (changed) this.#lookForDrift()
    if (changed || this.#cluster.now >= this.#lookAt) {
      this.#lookAgain()
      // kube-proxies take a change over up to a second later, and no object says so
      this.#lookAt = changed ? this.#cluster.now + TABLES_LATER : Number.POSITIVE_INFINITY
    }
    const update: Update = {
      ack,
      now: this.#cluster.now,
      reset: whole,
      put: changes.put,
      drop: changes.drop,
      services: changes.services,
      traces: whole ? [...this.#timeline.traces] : said.traces,
      events: whole ? [...this.#timeline.events] : said.events,
      terminal: whole ? [...this.#timeline.terminal] : said.terminal,
      ...(asked || changes.clients ? { clients: [...this.#cluster.clients(), ...this.#world.askers] } : {}),
      ...(whole ? { config: this.#cluster.config } : {}),
      ...(whole || this.#textChanged ? this.#textPart() : {}),
      ...(whole || this.#driftChanged ? { drift: this.#drift } : {}),
      ...(this.#findingsChanged || this.#driftChanged ? { diagnostics: this.#allDiagnostics() } : {}),
      ...(this.#restarted ? { restarted: true } : {}),
    }
    this.#textChanged = false
    this.#findingsChanged = false
    this.#driftChanged = false
    this.#restarted = false
    this.#post({ type: 'update', update })
  }

  #allDiagnostics(): Diagnostic[] {
    const drift = this.#drift.map((one) => driftDiagnostic(one, (field) => this.#locate(field)))
    return [...this.#diagnostics, ...this.#actionProblems, ...this.#findings, ...drift]
  }

  /** What people did by hand and the text does not say. */
  #lookForDrift(): void {
    const drift = this.#cluster.drift()
    if (drift === this.#drift || JSON.stringify(drift) === JSON.stringify(this.#drift)) return
    this.#drift = drift
    this.#driftChanged = true
  }

  /** What is wrong although it was accepted, as the cluster is now. */
  #lookAgain(): void {
    const findings = this.#diagnosed(this.#cluster)
    if (JSON.stringify(findings) === JSON.stringify(this.#findings)) return
    this.#findings = findings
    this.#findingsChanged = true
  }

  /** Findings about a cluster that came of the present text. What a refused document leads to is said by its refusal. */
  #diagnosed(cluster: Cluster): Diagnostic[] {
    const refused = new Set(this.#diagnostics.filter((d) => d.severity === 'error').map((d) => d.object))
    return cluster
      .findings()
      .filter((f) => f.code !== 'api.refused' && !f.objects.some((o) => refused.has(o)))
      .map((f) => diagnosticOf(f, (field) => this.#locate(field)))
  }

  /** Where a field stands in the text: in its object's document, or in that of the workload that made it. */
  #locate({ object, path }: SourceField): SourceRange | null {
    const own = this.#documents.get(object)
    if (own) return this.#parsed.locate(own, path)
    const made = this.#documentOfOwner(object)
    return made ? this.#parsed.locate(made.doc, [...made.prefix, ...path]) : null
  }

  #textPart(): Pick<Update, 'diagnostics' | 'sources' | 'notSimulated'> {
    const sources: { object: ObjectKey; source: SourceRange }[] = []
    const notSimulated: ObjectKey[] = []
    for (const [object, doc] of this.#documents) {
      sources.push({ object, source: doc.source })
      const stored = this.#cluster.get(object)
      if (stored && !isSimulated(stored)) notSimulated.push(keyOf(stored))
    }
    return { diagnostics: this.#allDiagnostics(), sources, notSimulated }
  }

  #answer(question: Question): Answer {
    switch (question.type) {
      case 'locate':
        return {
          type: 'locate',
          ranges: question.fields.map((field) => this.#locate(field)),
        }
      case 'edits':
        return { type: 'edits', edits: editsFor(this.#parsed, question.fixes, (key) => this.#documents.get(key)) }
      case 'object-at': {
        const doc = this.#parsed.objectAt(question.file, question.offset)
        const found = doc && [...this.#documents].find(([, d]) => d === doc)
        return { type: 'object-at', object: found?.[0] ?? null }
      }
      case 'preview':
        return this.#preview(question.files)
      case 'service-chain': {
        const { cluster } = this.#copyAt(question.at)
        const { service } = question
        const findings = this.#diagnosed(cluster).filter((d) => d.object === service || d.others?.includes(service))
        return { type: 'service-chain', chains: cluster.serviceChains(service), findings }
      }
      case 'trace-chain':
        return this.#traceChain(question.trace)
      case 'rules':
        return this.#rules(question.node, question.at, question.service, question.trace)
      case 'what-if':
        return this.#whatIf(question.change, question.at)
      case 'next-event':
        return { type: 'next-event', at: this.#nextEvent(question.after) }
      case 'complete': {
        const { terminal, place, line, cursor } = question
        return { type: 'complete', ...this.#world.complete(terminal, place, line, cursor) }
      }
      case 'needs-more':
        return { type: 'needs-more', more: this.#shell?.needsMore(question.line) ?? false }
      case 'shell-at':
        return { type: 'shell-at', ...this.#world.promptAt(question.place) }
    }
  }

  /** What applying a text would do, tried on a copy. */
  #preview(files: readonly TextFile[]): Answer {
    const copy = this.#copyAt(this.#cluster.now).cluster
    const parsed = readText(files)
    const applied = copy.applyText(parsed.docs)
    const { put, drop } = copy.drain()
    const keys = put.map(keyOf)
    const deleted = put
      .filter((o) => o.metadata.deletionTimestamp && !this.#cluster.get(keyOf(o))?.metadata.deletionTimestamp)
      .map(keyOf)
    const created = keys.filter((k) => !this.#cluster.get(k))
    const changed = keys.filter((k) => !created.includes(k) && !deleted.includes(k))
    const diagnostics = applied.diagnostics.map(({ doc, diagnostic }) => ({
      ...diagnostic,
      source: diagnostic.source ?? parsed.locate(parsed.docs[doc]!, diagnostic.path ?? []),
    }))
    return {
      type: 'preview',
      created,
      changed,
      deleted: [...drop, ...deleted],
      diagnostics: [...parsed.docs.flatMap((d) => d.problems), ...diagnostics],
    }
  }

  /** The world at a moment, to be tried things on: from the nearest kept moment, with what the log says on the way. */
  #copyAt(at: Ms): World {
    const copy = new World(this.#config, this.#around)
    if (at >= this.#cluster.now) {
      copy.restore(this.#world.snapshot())
    } else {
      const mark = this.#timeline.before(at)
      copy.restore(mark.world)
      let files = mark.files
      for (const entry of this.#log.slice(mark.logged)) {
        if (entry.at > at) break
        copy.advance(Math.max(entry.at, copy.cluster.now))
        if (entry.type === 'act') copy.perform(entry.action)
        else {
          files = applyChange(files, entry) ?? files
          copy.cluster.applyText(readText(files).docs)
        }
      }
    }
    copy.advance(Math.max(at, copy.cluster.now))
    copy.cluster.drain()
    return copy
  }

  #traceChain(trace: Trace): Answer {
    const { cluster } = this.#copyAt(trace.startedAt)
    const client = this.#world.clientSpec(trace.client)
    if (!client) return { type: 'trace-chain', chain: { links: [] } }
    const chain = cluster.traceChain(client, trace)
    const cause = chain.cause && diagnosticOf(chain.cause, (field) => this.#locate(field))
    return { type: 'trace-chain', chain, ...(cause ? { cause } : {}) }
  }

  #rules(node: string, at: Ms, service: ObjectKey | undefined, trace: Trace | undefined): Answer {
    const { cluster } = this.#copyAt(at)
    const lines = cluster.rules(node)
    const met = trace && cluster.rulesMet(trace, this.#world.clientSpec(trace.client))
    return {
      type: 'rules',
      mode: cluster.config.proxyMode,
      lines,
      ofService: service === undefined ? [] : cluster.rulesOf(lines, service),
      matched: met?.node === node ? met.lines : [],
      ...(met ? { ruledBy: met.node } : {}),
    }
  }

  /** Now, and as it would be with a change, each at rest. */
  #whatIf(change: WhatIf, at: Ms): Answer {
    const world = this.#copyAt(at)
    const { cluster } = world
    cluster.settle()
    const before = this.#situation(cluster)
    let problem: Diagnostic | undefined
    if (change.type === 'act') problem = world.perform(change.action)
    else {
      const edits = editsFor(this.#parsed, [change.fix], (key) => this.#documents.get(key))
      const files = applyChange(this.#files, { edits })
      if (files && edits.length > 0) {
        const refused = cluster
          .applyText(readText(files).docs)
          .diagnostics.find((d) => d.diagnostic.severity === 'error')
        problem = refused?.diagnostic
      } else
        problem = { severity: 'error', code: 'fix.nowhere', message: 'the text does not hold what this would change' }
    }
    cluster.settle()
    return { type: 'what-if', before, after: this.#situation(cluster), ...(problem ? { problem } : {}) }
  }

  #situation(cluster: Cluster): Situation {
    const services = cluster
      .list<Service>('Service')
      .map(keyOf)
      .flatMap((key) => {
        const port = cluster.serviceView(key)?.ports[0]
        return port ? [{ key, ready: port.ready, total: port.total }] : []
      })
    const clients = cluster.clients().flatMap((view) => {
      const client = cluster.clientSpec(view.key)
      if (!client) return []
      const { outcomes, pods } = cluster.possible(client, { url: view.url, timeout: view.timeout })
      return [{ key: view.key, outcomes, pods }]
    })
    return { findings: this.#diagnosed(cluster), services, clients }
  }

  /** The next moment at which a request starts or an event is written: looked for on a copy, so that asking changes nothing. */
  #nextEvent(after: Ms): Ms | null {
    const known = [...this.#timeline.traces.map((t) => t.startedAt), ...this.#timeline.events.map((e) => e.at)].filter(
      (t) => t > after,
    )
    if (known.length > 0) return Math.min(...known)
    const copy = this.#copyAt(this.#cluster.now).cluster
    const end = Math.max(after, copy.now) + LOOK_AHEAD
    for (let at = copy.nextTaskAt(); at !== undefined && at <= end; at = copy.nextTaskAt()) {
      copy.advance(at)
      const { traces, events } = copy.drain()
      const moments = [...traces.map((t) => t.startedAt), ...events.map((e) => e.at)].filter((t) => t > after)
      if (moments.length > 0) return Math.min(...moments)
    }
    return null
  }

  /** For what no document says itself: the workload in the text that made it, and where in it the template stands. */
  #documentOfOwner(object: ObjectKey): { doc: SourceDoc; prefix: (string | number)[] } | undefined {
    let key: ObjectKey | undefined = object
    let kind = ''
    for (let depth = 0; key !== undefined && depth < 4; depth++) {
      const stored: KObject | undefined = this.#cluster.get(key)
      const owner: OwnerReference | undefined = stored && controllerOf(stored)
      if (!stored || !owner) return undefined
      if (depth === 0) kind = stored.kind
      key = `${owner.kind}/${stored.metadata.namespace ?? ''}/${owner.name}`
      const doc = this.#documents.get(key)
      if (doc) return { doc, prefix: kind === 'Pod' ? ['spec', 'template'] : [] }
    }
    return undefined
  }
}

const isCluster = (value: unknown): boolean => {
  const doc = value as { apiVersion?: unknown; kind?: unknown } | null | undefined
  return typeof doc === 'object' && doc !== null && doc.apiVersion === OWN_API_VERSION && doc.kind === 'Cluster'
}
