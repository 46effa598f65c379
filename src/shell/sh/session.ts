import type { ClientSpec } from '../../engine/index.ts'
import type { Pod, Trace } from '../../model/index.ts'
import { Forwards } from '../forwards.ts'
import { TOOLS } from './all-tools.ts'
import { environmentAt } from './environment.ts'
import { Fuel } from './fuel.ts'
import type { ShellHost } from './host.ts'
import { type Input, KEYBOARD } from './input.ts'
import { Interpreter } from './interpreter.ts'
import { hostName, type Place, WORKSTATION } from './place.ts'
import { Scope } from './scope.ts'
import { err, type Process } from './shell-event.ts'
import { ExitSignal, FatalSignal, LoopSignal } from './signals.ts'
import { type List, parse } from './syntax.ts'
import { systemFile, systemFiles } from './system-files.ts'
import type { Sent, Services } from './tool.ts'

/** What a session keeps at most. */
const MOST_LINES = 1000
const MOST_SENT = 300
const MOST_FILES = 200
const MOST_WRITTEN = 1_000_000
const DEEPEST = 20
/** Status of a process that was killed with its container. */
const KILLED = 137

/** One place that was entered, and the variables there. */
interface Frame {
  readonly scope: Scope
  /** What goes on when it is left (`kubectl run --rm`), with the status of the shell. */
  readonly then?: (status: number) => Process
}

/**
 * A shell on a simulated cluster: a small POSIX sh with kubectl on a workstation, and the tools that people look into networks with in pods,
 * on nodes and outside. Synchronous; whoever runs it lets virtual time pass where it asks for that. No line makes it throw; loops that let
 * no time pass are ended. The same cluster and the same lines give the same output.
 */
export class ShellSession implements Services {
  readonly host: ShellHost
  readonly fuel = new Fuel()
  readonly tools = TOOLS
  namespace = 'default'
  #frames: Frame[]
  #history: string[] = []
  #sent: Sent[] = []
  readonly #forwards = new Forwards()
  #ended: number | undefined
  /** Files that were written here: place → name → text. */
  readonly #written = new Map<string, Map<string, string>>()
  readonly #interpreter: Interpreter

  /** `place`: where it begins; the workstation when it does not say. */
  constructor(host: ShellHost, place: Place = WORKSTATION) {
    this.host = host
    this.#interpreter = new Interpreter(this)
    this.#frames = [{ scope: this.scopeAt(place) }]
  }

  get forwards(): Forwards {
    return this.host.forwards ?? this.#forwards
  }

  get place(): Place {
    return this.#top.scope.place
  }

  /** The status with which `exit` left the shell; undefined: it goes on. */
  get ended(): number | undefined {
    return this.#ended
  }

  /** Status of the last command. */
  get status(): number {
    return this.#top.scope.status
  }

  /** Whether nothing goes on when the shells that were entered are left: the shell can be copied between two lines. */
  get isPlain(): boolean {
    return this.#frames.every((frame) => frame.then === undefined)
  }

  /** The same shell, between two lines, for a cluster that is like this one's. */
  copyFor(host: ShellHost): ShellSession {
    const copy = new ShellSession(host, this.#frames[0]!.scope.place)
    copy.namespace = this.namespace
    copy.#frames = this.#frames.map(({ scope }) => ({ scope: scope.copy() }))
    copy.#history = [...this.#history]
    copy.#sent = this.#sent
    copy.#ended = this.#ended
    for (const [place, files] of this.#written) copy.#written.set(place, new Map(files))
    return copy
  }

  get history(): readonly string[] {
    return this.#history
  }

  get sent(): readonly Sent[] {
    return this.#sent
  }

  get prompt(): string {
    const { place, folder } = this.#top.scope
    if (place.type === 'workstation') return `lab/${this.namespace}${folder === '/' ? '' : ` ${folder}`} $ `
    return `${hostName(place, this.host.cluster)}:${folder} # `
  }

  /** Names of the variables. */
  variables(): readonly string[] {
    return [...this.#top.scope.vars.keys()]
  }

  get folder(): string {
    return this.#top.scope.folder
  }

  get #top(): Frame {
    return this.#frames.at(-1)!
  }

  /**
   * Run a line, or several. Returns the status of the last command. To stop it (Ctrl-C), call the generator's `return`, then `stopped`.
   */
  *run(text: string): Process {
    this.#remember(text)
    this.fuel.refill()
    yield* this.#leaveLostPlaces()
    const parsed = parse(text)
    if (!parsed.ok) {
      this.#top.scope.status = 2
      yield err(`sh: ${parsed.error}\n`)
      return 2
    }
    return yield* this.#entries(parsed.list)
  }

  /** A command was stopped by Ctrl-C: its status is 130. */
  stopped(): void {
    this.#top.scope.status = 130
  }

  *#entries(list: List): Process {
    for (const entry of list) {
      const { scope } = this.#top
      try {
        yield* this.#timed(this.#interpreter.entry(entry, scope, KEYBOARD))
      } catch (signal) {
        if (signal instanceof ExitSignal) {
          yield* this.#leave(signal.status)
          if (this.#ended !== undefined) break
          continue
        }
        if (signal instanceof FatalSignal) {
          yield err(`sh: ${signal.message}\n`)
          scope.status = signal.status
          break
        }
        if (!(signal instanceof LoopSignal)) throw signal
      }
    }
    return this.#ended ?? this.#top.scope.status
  }

  /** Whenever time passes, more may be done. */
  *#timed(process: Process): Process {
    try {
      for (;;) {
        const step = process.next()
        if (step.done) return step.value
        const before = this.host.cluster.now
        yield step.value
        if ('wait' in step.value && this.host.cluster.now > before) this.fuel.refill()
        else this.fuel.spend()
      }
    } finally {
      process.return(0)
    }
  }

  *#leave(status: number): Process {
    const [frame] = this.#frames.splice(-1)
    if (this.#frames.length > 0) {
      this.#top.scope.status = frame?.then ? yield* this.#timed(frame.then(status)) : status
      return this.#top.scope.status
    }
    this.#frames = [frame!]
    this.#ended = status
    return status
  }

  /** A shell in a container ends with it. */
  *#leaveLostPlaces(): Process {
    while (this.#frames.length > 1 && !this.#isThere(this.place)) yield* this.#leave(KILLED)
    return 0
  }

  #isThere(place: Place): boolean {
    if (place.type !== 'pod') return true
    const pod = this.host.cluster.get<Pod>(place.pod)
    if (!pod || pod.metadata.uid !== place.uid) return false
    return pod.status?.phase === 'Running' || pod.status?.phase === 'Pending'
  }

  #remember(text: string): void {
    const line = text.trim()
    if (line === '' || this.#history.at(-1) === line) return
    this.#history.push(line)
    if (this.#history.length > MOST_LINES) this.#history.shift()
  }

  requests(): readonly Trace[] {
    const { cluster, traces } = this.host
    const others = traces?.() ?? []
    // a host that shows the requests of its shells may know them, too
    const known = new Set(others.map((t) => t.id))
    const own = this.#sent.flatMap(({ trace }) => (known.has(trace.id) ? [] : [trace]))
    return [...others, ...own].filter((t) => t.startedAt <= cluster.now).sort((a, b) => a.startedAt - b.startedAt)
  }

  // --- what commands need ---------------------------------------------------------------------------------------------------

  note(trace: Trace, from: ClientSpec): Trace {
    const same = this.#sent.filter((s) => s.trace.id === trace.id || s.trace.id.startsWith(`${trace.id}#`)).length
    const own = same === 0 ? trace : { ...trace, id: `${trace.id}#${same}` }
    this.#sent = [...this.#sent.slice(1 - MOST_SENT), { trace: own, from }]
    return own
  }

  enter(place: Place, then?: (status: number) => Process): string | undefined {
    if (this.#frames.length >= DEEPEST) return 'too many shells in each other: type exit'
    this.#frames.push({ scope: this.scopeAt(place), ...(then && { then }) })
    return undefined
  }

  scopeAt(place: Place): Scope {
    return new Scope(place, environmentAt(place, this.host.cluster))
  }

  forgetHistory(): void {
    this.#history = []
  }

  files(place: Place): readonly string[] {
    const written = [...(this.#written.get(keyOf(place))?.keys() ?? [])]
    const known = place.type === 'workstation' ? (this.host.files?.() ?? []) : systemFiles(place, this.host.cluster)
    return [...new Set([...known, ...written])]
  }

  readFile(place: Place, name: string): string | undefined {
    const plain = name.replace(/^\.\//, '')
    const written = this.#written.get(keyOf(place))?.get(plain)
    if (written !== undefined) return written
    if (place.type === 'workstation') return this.host.readFile?.(plain)
    return systemFile(place, this.host.cluster, plain)
  }

  writeFile(place: Place, name: string, text: string, append: boolean): string | undefined {
    const plain = name.replace(/^\.\//, '')
    const known = this.host.files?.().includes(plain) ?? false
    if (place.type === 'workstation' && known) return 'it is a file of the editor: write there'
    if (systemFiles(place, this.host.cluster).includes(plain)) return 'Read-only file system'
    const files = this.#written.get(keyOf(place)) ?? new Map<string, string>()
    const next = (append ? (files.get(plain) ?? '') : '') + text
    let size = next.length
    for (const [other, content] of files) if (other !== plain) size += content.length
    if (size > MOST_WRITTEN || (files.size >= MOST_FILES && !files.has(plain))) return 'No space left on device'
    files.set(plain, next)
    this.#written.set(keyOf(place), files)
    return undefined
  }

  removeFile(place: Place, name: string): boolean {
    return this.#written.get(keyOf(place))?.delete(name.replace(/^\.\//, '')) ?? false
  }

  call(words: readonly string[], scope: Scope, input: Input): Process {
    return this.#interpreter.call(words, scope, input)
  }

  *script(text: string, scope: Scope, input: Input): Process {
    const parsed = parse(text)
    if (parsed.ok) return yield* this.#interpreter.subshell(parsed.list, scope, input)
    yield err(`sh: ${parsed.error}\n`)
    return 2
  }
}

function keyOf(place: Place): string {
  switch (place.type) {
    case 'pod':
      return `${place.pod} ${place.uid} ${place.container}`
    case 'node':
      return `node ${place.node}`
    case 'client':
      return place.client
    default:
      return place.type
  }
}
