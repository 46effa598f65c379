import { type ClientSpec, Cluster, type ClusterSnapshot } from '../engine/index.ts'
import {
  type Action,
  type ClientView,
  type ClusterConfig,
  type ClusterEvent,
  type Diagnostic,
  type LineCompletion,
  type Ms,
  type ShellPlace,
  type TerminalEntry,
  type TextFile,
  type Trace,
  WORKSTATION_PLACE,
} from '../model/index.ts'
import type {
  ApiDocs,
  Forwards,
  KubectlOptions,
  KubectlResult,
  Place,
  Process,
  ShellHost,
  ShellSession,
} from '../shell/index.ts'

/** The part of the shell that the worker needs; fetched when the first command comes. */
export interface Shell {
  readonly runKubectl: (cluster: Cluster, args: readonly string[], options?: KubectlOptions) => KubectlResult
  readonly ShellSession: new (host: ShellHost, place?: Place) => ShellSession
  readonly placeAt: (place: ShellPlace, cluster: Cluster) => { place: Place } | { problem: string }
  readonly nameOfPlace: (place: Place) => ShellPlace
  readonly complete: (session: ShellSession, line: string, cursor: number) => LineCompletion
  readonly needsMore: (text: string) => boolean
  readonly Forwards: new () => Forwards
  readonly loadApiDocs: () => Promise<ApiDocs>
}

/** What the world outside of the cluster gives to its shells. */
export interface Surroundings {
  readonly shell: () => Shell | undefined
  readonly files: () => readonly TextFile[]
  /** Requests that have been seen so far. */
  readonly traces: () => readonly Trace[]
  /** What `kubectl explain` shows, once it is here. */
  readonly apiDocs: () => ApiDocs | undefined
}

/** A command that runs in a terminal. */
interface Running {
  readonly process: Process
  /** When it goes on; undefined: whenever something happens. */
  readonly until: Ms | undefined
}

interface Terminal {
  session: ShellSession
  running?: Running
  /** Lines that came while a command ran. */
  readonly queue: string[]
}

/** Who has asked from a terminal. */
interface Asker {
  readonly spec: ClientSpec
  readonly view: ClientView
}

/** What happened since it was last taken. */
export interface Said {
  readonly traces: readonly Trace[]
  readonly events: readonly ClusterEvent[]
  readonly terminal: readonly TerminalEntry[]
}

/** A moment at which no command runs (`terminals`), or only the cluster of one at which some do. */
export interface WorldSnapshot {
  readonly cluster: ClusterSnapshot
  readonly terminals: ReadonlyMap<string, ShellSession>
  readonly askers: ReadonlyMap<string, Asker>
  readonly ids: readonly string[]
}

/** Cards of terminals in the picture: the newest. */
const MOST_ASKERS = 6
/** Characters of one entry: what is written in one go is one entry up to here. */
const LONGEST_ENTRY = 16_000
/** Ids that requests of terminals have had lately. */
const REMEMBERED_IDS = 500

/** The cluster with the shells that people type in: what is done to it, and how time passes in both. */
export class World {
  readonly cluster: Cluster
  readonly #around: Surroundings
  #terminals = new Map<string, Terminal>()
  #askers = new Map<string, Asker>()
  #askersChanged = false
  /** Ports that `kubectl port-forward` opened in one terminal, for all of them. */
  #forwards: Forwards | undefined
  /** Of requests that terminals have sent lately. */
  #ids: readonly string[] = []
  #traces: Trace[] = []
  #entries: TerminalEntry[] = []

  constructor(config: ClusterConfig | Partial<ClusterConfig>, around: Surroundings) {
    this.cluster = new Cluster(config, { madeUpClients: true })
    this.#around = around
  }

  /** No command runs, and none goes on later: the moment can be kept. */
  get isResting(): boolean {
    for (const { running, session } of this.#terminals.values()) if (running || !session.isPlain) return false
    return true
  }

  /** Those who asked from terminals, as clients of the picture. */
  get askers(): readonly ClientView[] {
    return [...this.#askers.values()].map((asker) => asker.view)
  }

  /** Whether `askers` has changed since this was last asked. */
  takeAskersChanged(): boolean {
    const changed = this.#askersChanged
    this.#askersChanged = false
    return changed
  }

  /** Who a client is to the network: one of the text, one made up, or a terminal. */
  clientSpec(key: string): ClientSpec | undefined {
    return this.#askers.get(key)?.spec ?? this.cluster.clientSpec(key)
  }

  /** Do something to the cluster, or type in a terminal. What was wrong with it, if it was wrong. */
  perform(action: Action): Diagnostic | undefined {
    const problem = this.#perform(action)
    // commands that wait for something to happen see what was done
    this.#wake()
    return problem
  }

  /** Let virtual time pass; commands go on in it. */
  advance(to: Ms): void {
    for (;;) {
      const next = this.#nextWake()
      if (next === undefined || next > to) break
      this.cluster.advance(Math.max(next, this.cluster.now))
      const { now } = this.cluster
      for (const [id, { running }] of this.#terminals)
        if (running && (running.until === undefined || running.until <= now)) this.#resume(id)
    }
    this.cluster.advance(to)
  }

  snapshot(): WorldSnapshot {
    const terminals = new Map<string, ShellSession>()
    if (this.isResting)
      for (const [id, { session }] of this.#terminals) terminals.set(id, session.copyFor(session.host))
    return { cluster: this.cluster.snapshot(), terminals, askers: new Map(this.#askers), ids: this.#ids }
  }

  /** Go to a kept moment. What runs is stopped where it is. */
  restore({ cluster, terminals, askers, ids }: WorldSnapshot): void {
    this.#terminals = new Map()
    // what listened ran
    this.#forwards = undefined
    this.cluster.restore(cluster)
    for (const [id, session] of terminals)
      this.#terminals.set(id, { session: session.copyFor(this.#host()), queue: [] })
    this.#askers = new Map(askers)
    this.#askersChanged = true
    this.#ids = ids
    this.#traces = []
    this.#entries = []
  }

  takeSaid(): Said {
    const { traces, events } = this.cluster.takeSaid()
    const said = { traces: [...traces, ...this.#traces], events, terminal: this.#entries }
    this.#traces = []
    this.#entries = []
    return said
  }

  /** What Tab offers in a terminal. */
  complete(id: string, place: ShellPlace, line: string, cursor: number): LineCompletion {
    const session = this.#terminals.get(id)?.session ?? this.#sessionAt(place)
    if (typeof session === 'string') return { from: cursor, to: cursor, candidates: [] }
    return this.#shell.complete(session, line, cursor)
  }

  /** How a shell at a place asks, or why there can be none. */
  promptAt(place: ShellPlace): { readonly prompt: string; readonly problem?: string } {
    const session = this.#sessionAt(place)
    return typeof session === 'string' ? { prompt: '', problem: session } : { prompt: session.prompt }
  }

  get #sharedForwards(): Forwards {
    this.#forwards ??= new this.#shell.Forwards()
    return this.#forwards
  }

  get #shell(): Shell {
    const shell = this.#around.shell()
    if (!shell) throw new Error('a command came before the shell')
    return shell
  }

  #host(): ShellHost {
    const { files, traces, apiDocs } = this.#around
    return {
      cluster: this.cluster,
      files: () => files().map((file) => file.name),
      readFile: (name) => files().find((file) => file.name === name)?.text,
      traces,
      forwards: this.#sharedForwards,
      get apiDocs() {
        return apiDocs()
      },
    }
  }

  #sessionAt(place: ShellPlace): ShellSession | string {
    const found = this.#shell.placeAt(place, this.cluster)
    return 'problem' in found ? found.problem : new this.#shell.ShellSession(this.#host(), found.place)
  }

  #perform(action: Action): Diagnostic | undefined {
    switch (action.type) {
      case 'type-line':
        this.#type(action.terminal, action.line, action.place ?? WORKSTATION_PLACE)
        return undefined
      case 'interrupt':
        this.#interrupt(action.terminal)
        return undefined
      case 'kubectl': {
        const { readFile } = this.#host()
        const { args, stdin } = action
        const { exit, stderr } = this.cluster.byHand(() =>
          this.#shell.runKubectl(this.cluster, args, { stdin, readFile }),
        )
        if (exit === 0) return undefined
        return { severity: 'error', code: 'action.kubectl', message: stderr.trim().replace(/^error: /, '') }
      }
      default:
        return this.cluster.byHand(() => this.cluster.act(action))
    }
  }

  // --- terminals ------------------------------------------------------------------------------------------------------------

  #type(id: string, line: string, place: ShellPlace): void {
    let terminal = this.#terminals.get(id)
    if (!terminal) {
      const session = this.#sessionAt(place)
      if (typeof session === 'string') {
        this.#say(id, { type: 'typed', prompt: '', line })
        this.#write(id, 'err', `${session}\n`)
        this.#say(id, { type: 'done', status: 1, prompt: '', place, left: true })
        return
      }
      terminal = { session, queue: [] }
      this.#terminals.set(id, terminal)
    }
    if (terminal.running) terminal.queue.push(line)
    else this.#begin(id, terminal, line)
  }

  #begin(id: string, terminal: Terminal, line: string): void {
    const { session } = terminal
    this.#say(id, { type: 'typed', prompt: session.prompt, line })
    terminal.running = { process: session.run(line), until: this.cluster.now }
    this.#resume(id)
  }

  #interrupt(id: string): void {
    const terminal = this.#terminals.get(id)
    if (!terminal?.running) return
    terminal.queue.length = 0
    const { process } = terminal.running
    // what a command does when it is stopped (a pod of `run --rm` is deleted) it does at once
    this.cluster.byHand(() => {
      const last = process.return(0)
      for (let n = 0, step = last; !step.done && n < 100; n++) step = process.next()
    })
    terminal.session.stopped()
    this.#write(id, 'out', '^C\n')
    this.#done(id, terminal, terminal.session.status)
  }

  /** Commands that wait for something to happen look again. */
  #wake(): void {
    for (const [id, { running }] of this.#terminals) if (running && running.until === undefined) this.#resume(id)
  }

  #nextWake(): Ms | undefined {
    let next: Ms | undefined
    let anything = false
    for (const { running } of this.#terminals.values()) {
      if (!running) continue
      if (running.until === undefined) anything = true
      else if (next === undefined || running.until < next) next = running.until
    }
    const task = anything ? this.cluster.nextTaskAt() : undefined
    if (task === undefined) return next
    return next === undefined ? task : Math.min(next, task)
  }

  /** A command goes on until it waits or ends. */
  #resume(id: string): void {
    const terminal = this.#terminals.get(id)
    const running = terminal?.running
    if (!terminal || !running) return
    for (;;) {
      const step = this.cluster.byHand(() => running.process.next())
      if (step.done) {
        this.#done(id, terminal, step.value)
        return
      }
      const event = step.value
      if ('wait' in event) {
        const { until } = event.wait
        if (until !== undefined && until <= this.cluster.now) {
          // what is due at this moment happens first: a command may wait for it
          this.cluster.advance(this.cluster.now)
          continue
        }
        terminal.running = { process: running.process, until }
        return
      }
      if ('out' in event) this.#write(id, 'out', event.out)
      else if ('err' in event) this.#write(id, 'err', event.err)
      else if ('clear' in event) this.#say(id, { type: 'clear', what: event.clear })
      else if ('open' in event) {
        this.#say(id, { type: 'open', object: event.open })
        this.#write(id, 'err', '# it is open in the editor: what is changed there is applied\n')
      } else this.#request(id, event.trace, event.from)
    }
  }

  #done(id: string, terminal: Terminal, status: number): void {
    const { session } = terminal
    const left = session.ended !== undefined
    delete terminal.running
    // the next line begins a shell anew, where this one began
    if (left) this.#terminals.delete(id)
    this.#say(id, {
      type: 'done',
      status,
      prompt: session.prompt,
      place: this.#shell.nameOfPlace(session.place),
      ...(left && { left }),
    })
    const next = terminal.queue.shift()
    if (next !== undefined && !left) this.#begin(id, terminal, next)
  }

  #request(id: string, trace: Trace, from: ClientSpec): void {
    // two terminals at one place may ask at one moment
    let unique = trace.id
    for (let n = 2; this.#ids.includes(unique); n++) unique = `${trace.id}.${n}`
    this.#ids = [...this.#ids.slice(1 - REMEMBERED_IDS), unique]
    this.#traces.push(unique === trace.id ? trace : { ...trace, id: unique })
    this.#say(id, { type: 'request', trace: unique })
    this.#noteAsker(trace, from)
  }

  #noteAsker(trace: Trace, spec: ClientSpec): void {
    if (trace.client !== spec.key || this.cluster.clientSpec(spec.key)) return
    const before = this.#askers.get(spec.key)
    if (before?.view.url === trace.request.url && before.spec.address === spec.address) return
    const at = spec.pod ?? spec.node
    const name = spec.pod === undefined ? (spec.node ?? 'outside') : spec.pod.slice(spec.pod.lastIndexOf('/') + 1)
    const view: ClientView = {
      key: spec.key,
      name,
      from: spec.from,
      ...(at !== undefined && { at }),
      address: spec.address,
      url: trace.request.url,
      connection: 'new',
      timeout: trace.request.timeout,
      madeUp: false,
      terminal: true,
    }
    this.#askers.delete(spec.key)
    this.#askers.set(spec.key, { spec, view })
    if (this.#askers.size > MOST_ASKERS) this.#askers.delete(this.#askers.keys().next().value!)
    this.#askersChanged = true
  }

  #write(terminal: string, type: 'out' | 'err', text: string): void {
    if (text === '') return
    const { now } = this.cluster
    const last = this.#entries.at(-1)
    if (last?.type === type && last.terminal === terminal && last.at === now && last.text.length < LONGEST_ENTRY)
      this.#entries[this.#entries.length - 1] = { ...last, text: last.text + text }
    else this.#entries.push({ at: now, terminal, type, text })
  }

  #say(terminal: string, entry: WithoutWhere<TerminalEntry>): void {
    this.#entries.push({ at: this.cluster.now, terminal, ...entry })
  }
}

type WithoutWhere<T> = T extends unknown ? Omit<T, 'at' | 'terminal'> : never
