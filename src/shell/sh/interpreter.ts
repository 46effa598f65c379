import { type Expander, fieldsOf, patternOf, textOf } from './expand.ts'
import { inFolder } from './folder.ts'
import { type Input, PipeInput, TextInput } from './input.ts'
import { matches } from './pattern.ts'
import type { Scope } from './scope.ts'
import { err, type Process, type Step } from './shell-event.ts'
import { ExitSignal, FatalSignal, LoopSignal, ReturnSignal, STOPPED } from './signals.ts'
import { type Command, type List, type Pipeline, parse, type Redirect } from './syntax.ts'
import { hasName, isAt, type Services, type Tool } from './tool.ts'
import { isPlaceName, placeNamed } from './tools/enter.ts'

/** Characters that one `$(…)` may print. */
const MOST_SUBSTITUTED = 1_000_000

/** How deeply commands may call each other (`sh -c`, `time`, `xargs`). */
const DEEPEST = 40

/** POSIX.1-2024, 2.15 */
const SPECIAL = new Set(
  ': . break continue eval exec exit export readonly return set shift times trap unset'.split(' '),
)

type Sink = { readonly to: 'out' | 'err' | 'nothing' } | { readonly to: 'file'; readonly name: string }

/** Runs what `parse` read. Commands of a pipeline are generators that run as far as the next one reads. */
export class Interpreter {
  readonly #shell: Services
  #depth = 0

  constructor(shell: Services) {
    this.#shell = shell
  }

  *list(list: List, scope: Scope, input: Input): Process {
    for (const [i, entry] of list.entries()) {
      const before = scope.status
      yield* this.entry(entry, scope, input)
      const ran = entry.when === 'always' || (entry.when === 'success') === (before === 0)
      const tried = entry.pipeline.negated || (list[i + 1]?.when ?? 'always') !== 'always' || scope.trying > 0
      if (ran && scope.status !== 0 && !tried && scope.options.has('e')) throw new ExitSignal(scope.status)
    }
    return scope.status
  }

  /** A list whose failing is no failure: of if, while and until. */
  *#condition(list: List, scope: Scope, input: Input): Process {
    scope.trying++
    try {
      return yield* this.list(list, scope, input)
    } finally {
      scope.trying--
    }
  }

  /** A text in this very shell. */
  *evaluate(text: string, scope: Scope, input: Input): Process {
    const parsed = parse(text)
    if (parsed.ok) return parsed.list.length === 0 ? 0 : yield* this.list(parsed.list, scope, input)
    yield err(`sh: ${parsed.error}\n`)
    return 2
  }

  /** One pipeline of a list, if the status before lets it run. */
  *entry({ when, pipeline }: List[number], scope: Scope, input: Input): Process {
    if (when === 'success' && scope.status !== 0) return scope.status
    if (when === 'failure' && scope.status === 0) return scope.status
    const status = yield* this.#pipeline(pipeline, scope, input)
    scope.status = pipeline.negated ? (status === 0 ? 1 : 0) : status
    return scope.status
  }

  *#pipeline({ commands }: Pipeline, scope: Scope, input: Input): Process {
    if (commands.length === 1) return yield* this.#command(commands[0]!, scope, input)
    const pipes: PipeInput[] = []
    let from = input
    let failed = 0
    for (const command of commands.slice(0, -1)) {
      const stage = this.#stage(command, scope.copy(), from)
      const noted = (function* (): Process {
        const status = yield* stage
        if (status !== 0) failed = status
        return status
      })()
      const pipe = new PipeInput(noted, this.#shell.fuel)
      pipes.push(pipe)
      from = pipe
    }
    try {
      const status = yield* this.#stage(commands.at(-1)!, scope.copy(), from)
      for (const pipe of pipes.reverse()) yield* pipe.close()
      return status === 0 && scope.options.has('pipefail') ? failed : status
    } finally {
      for (const pipe of pipes) pipe.stop()
    }
  }

  /** A command in a shell of its own: `exit` and `break` end only it. */
  *#stage(command: Command, scope: Scope, input: Input): Process {
    try {
      return yield* this.#command(command, scope, input)
    } catch (signal) {
      return yield* ended(signal)
    }
  }

  *#command(command: Command, scope: Scope, input: Input): Process {
    this.#shell.fuel.spend()
    if (command.redirects.length === 0) return yield* this.#body(command, scope, input)
    const expander = this.#expander(scope)
    let from = input
    const sinks: Sink[] = [{ to: 'nothing' }, { to: 'out' }, { to: 'err' }]
    for (const redirect of command.redirects) {
      const text = yield* textOf(expander, redirect.target)
      const problem = this.#redirect(redirect, text, sinks, scope)
      if (typeof problem === 'string') {
        yield err(`sh: ${problem}\n`)
        return 1
      }
      if (problem) from = problem
    }
    return yield* this.#into(sinks, this.#body(command, scope, from), scope)
  }

  /** Takes a redirection over; what is wrong with it, or the input that it gives. */
  #redirect(
    { fd, operator }: Redirect,
    text: string,
    sinks: Sink[],
    { place, folder }: Scope,
  ): string | Input | undefined {
    if (operator === '<<') return new TextInput(text)
    if (fd > 2) return `${fd}: Bad file descriptor`
    if (operator === '<') {
      if (text === '/dev/null') return new TextInput('')
      const content = this.#shell.readFile(place, inFolder(folder, text))
      return content === undefined ? `can't open ${text}: no such file` : new TextInput(content)
    }
    if (operator === '>&') {
      const sink = sinks[Number(text)]
      if (!/^[12]$/.test(text) || !sink) return `${text}: Bad file descriptor`
      sinks[fd] = sink
      return undefined
    }
    if (text === '/dev/null') sinks[fd] = { to: 'nothing' }
    else if (text === '/dev/stdout' || text === '/dev/stderr') sinks[fd] = sinks[text === '/dev/stdout' ? 1 : 2]!
    else {
      const name = inFolder(folder, text)
      const problem = this.#shell.writeFile(place, name, '', operator === '>>')
      if (problem !== undefined) return `can't create ${text}: ${problem}`
      sinks[fd] = { to: 'file', name }
    }
    return undefined
  }

  *#into(sinks: readonly Sink[], process: Process, { place }: Scope): Process {
    try {
      for (;;) {
        const step = process.next()
        if (step.done) return step.value
        const event = step.value
        const text = 'out' in event ? event.out : 'err' in event ? event.err : undefined
        const sink = sinks['out' in event ? 1 : 2]!
        if (text === undefined) yield event
        else if (sink.to === 'out') yield { out: text }
        else if (sink.to === 'err') yield { err: text }
        else {
          this.#shell.fuel.spend(1 + text.length / 1000)
          if (sink.to !== 'file') continue
          const problem = this.#shell.writeFile(place, sink.name, text, true)
          if (problem === undefined) continue
          yield err(`sh: ${sink.name}: ${problem}\n`)
          return 1
        }
      }
    } finally {
      process.return(0)
    }
  }

  *#body(command: Command, scope: Scope, input: Input): Process {
    switch (command.type) {
      case 'simple':
        return yield* this.#simple(command, scope, input)
      case 'group':
        if (!command.subshell) return yield* this.list(command.body, scope, input)
        return yield* this.subshell(command.body, scope.copy(), input)
      case 'if': {
        for (const { condition, body } of command.branches)
          if ((yield* this.#condition(condition, scope, input)) === 0) return yield* this.list(body, scope, input)
        return command.otherwise ? yield* this.list(command.otherwise, scope, input) : 0
      }
      case 'for': {
        let status = 0
        for (const value of yield* fieldsOf(this.#expander(scope), command.words)) {
          const [range, first, last] = /^\{(-?\d+)\.\.(-?\d+)\}$/.exec(value) ?? []
          if (range !== undefined)
            yield err(`# ${range} is taken by bash, not by this sh: write $(seq ${first} ${last})\n`)
          scope.set(command.name, value)
          const turn = yield* this.#turn(command.body, scope, input)
          status = turn.status
          if (turn.stop) break
        }
        return status
      }
      case 'while': {
        let status = 0
        for (;;) {
          scope.trying++
          const condition = yield* this.#turn(command.condition, scope, input)
          scope.trying--
          if (condition.stop || (condition.status === 0) === command.until) return status
          const turn = yield* this.#turn(command.body, scope, input)
          status = turn.status
          if (turn.stop) return status
        }
      }
      case 'case': {
        const expander = this.#expander(scope)
        const text = yield* textOf(expander, command.word)
        for (const { patterns, body } of command.items)
          for (const pattern of patterns) {
            this.#shell.fuel.spend(1 + text.length / 1000)
            if (!matches(text, yield* patternOf(expander, pattern))) continue
            return body.length === 0 ? 0 : yield* this.list(body, scope, input)
          }
        return 0
      }
      case 'function':
        scope.functions.set(command.name, command.body)
        return 0
    }
  }

  /** One turn of a loop. */
  *#turn(body: List, scope: Scope, input: Input): Step<{ status: number; stop: boolean }> {
    this.#shell.fuel.spend()
    try {
      return { status: yield* this.list(body, scope, input), stop: false }
    } catch (signal) {
      if (!(signal instanceof LoopSignal)) throw signal
      if (signal.levels > 1) throw new LoopSignal(signal.does, signal.levels - 1)
      return { status: 0, stop: signal.does === 'break' }
    }
  }

  *subshell(list: List, scope: Scope, input: Input): Process {
    let status: number
    try {
      status = yield* this.list(list, scope, input)
    } catch (signal) {
      status = yield* ended(signal)
    }
    const last = scope.atExit
    if (last === undefined) return status
    scope.atExit = undefined
    scope.status = status
    try {
      yield* this.evaluate(last, scope, input)
    } catch (signal) {
      return yield* ended(signal)
    }
    return status
  }

  /** `last`: the status of its last `$(…)`. */
  #expander(scope: Scope): Expander & { readonly last: { status: number } } {
    const last = { status: 0 }
    const files = () => {
      const folder = scope.folder === '/' ? '' : `${scope.folder}/`
      const all = this.#shell.files(scope.place)
      return [...all, ...all.flatMap((f) => (folder !== '' && f.startsWith(folder) ? [f.slice(folder.length)] : []))]
    }
    return { scope, fuel: this.#shell.fuel, last, files, substitute: (list) => this.#substitute(list, scope, last) }
  }

  *#substitute(list: List, scope: Scope, last: { status: number }): Step<string> {
    let text = ''
    const process = this.subshell(list, scope.copy(), new TextInput(''))
    try {
      for (;;) {
        const step = process.next()
        if (step.done) {
          last.status = step.value
          return text
        }
        if (!('out' in step.value)) {
          yield step.value
          continue
        }
        text += step.value.out
        this.#shell.fuel.spend()
        if (text.length > MOST_SUBSTITUTED) throw new FatalSignal('$(…) printed too much', STOPPED)
      }
    } finally {
      process.return(0)
    }
  }

  *#simple(command: Extract<Command, { type: 'simple' }>, scope: Scope, input: Input): Process {
    const expander = this.#expander(scope)
    const values: [string, string][] = []
    for (const { name, value } of command.assigns) values.push([name, yield* textOf(expander, value)])
    const words = yield* fieldsOf(expander, command.words)
    if (words.length === 0) {
      for (const [name, value] of values) scope.set(name, value)
      return expander.last.status
    }
    if (scope.options.has('x')) yield err(`+ ${[...values.map(([n, v]) => `${n}=${v}`), ...words].join(' ')}\n`)
    if (values.length === 0) return yield* this.call(words, scope, input)
    // assignments before a command are of that command alone, but for those that are the shell itself
    if (SPECIAL.has(words[0]!)) {
      for (const [name, value] of values) scope.set(name, value)
      return yield* this.call(words, scope, input)
    }
    const before = values.map(([name]) => [name, scope.vars.get(name), scope.exported.has(name)] as const)
    for (const [name, value] of values) {
      scope.set(name, value)
      scope.exported.add(name)
    }
    try {
      return yield* this.call(words, scope, input)
    } finally {
      for (const [name, value, exported] of before.reverse()) {
        if (value === undefined) scope.vars.delete(name)
        else scope.vars.set(name, value)
        if (!exported) scope.exported.delete(name)
      }
    }
  }

  /** Run a command by its words. */
  *call(words: readonly string[], scope: Scope, input: Input): Process {
    if (this.#depth >= DEEPEST) throw new FatalSignal('commands call each other too deeply', STOPPED)
    this.#depth++
    try {
      return yield* this.#called(words, scope, input)
    } finally {
      this.#depth--
    }
  }

  *#called(words: readonly string[], scope: Scope, input: Input): Process {
    const [name = '', ...args] = words
    const { tools, host } = this.#shell
    const { place } = scope
    const body = scope.functions.get(name)
    if (body) return yield* this.#function(body, args, scope, input)
    const named = tools.filter((t) => hasName(t, name))
    const tool = named.find((t) => isAt(t, place))
    const evaluate = (text: string) => this.evaluate(text, scope, input)
    const context = { name, args, input, scope, place, cluster: host.cluster, shell: this.#shell, evaluate }
    if (tool) return yield* tool.run(context)
    if (isPlaceName(name) && place.type === 'workstation') return yield* placeNamed(context)
    yield err(`sh: ${name}: not found\n# ${notFound(name, named, place.type, tools)}\n`)
    return 127
  }

  *#function(body: Command, args: readonly string[], scope: Scope, input: Input): Process {
    const leave = scope.enterFunction(args)
    try {
      return yield* this.#command(body, scope, input)
    } catch (signal) {
      if (!(signal instanceof ReturnSignal)) throw signal
      return signal.status
    } finally {
      leave()
    }
  }
}

/** How a shell of its own ends: by `exit`, or because of a mistake that ends a script. What was too much ends everything. */
function* ended(signal: unknown): Process {
  if (signal instanceof ExitSignal) return signal.status
  if (signal instanceof ReturnSignal) return signal.status
  if (signal instanceof LoopSignal) return 0
  if (!(signal instanceof FatalSignal) || signal.status === STOPPED) throw signal
  yield err(`sh: ${signal.message}\n`)
  return signal.status
}

const PLACES = {
  workstation: 'the workstation',
  pod: 'a pod',
  client: 'a pod',
  node: 'a node',
  outside: 'the machine outside',
}

/** What people type who look into a network, and what shows the same here. */
const INSTEAD: Readonly<Record<string, string>> = {
  ifconfig: 'ip addr shows addresses',
  route: 'ip route shows the routes',
  arp: 'ip neigh shows the neighbours',
  traceroute: 'after a request, why says every step of its way',
  tracepath: 'after a request, why says every step of its way',
  mtr: 'after a request, why says every step of its way',
  tcpdump: 'after a request, why says every step of its way; conntrack -L on a node shows its rewriting',
  nmap: 'nc -zv HOST 1-100 tries ports',
  lsof: 'ss -ltn shows what listens',
  http: 'curl -v URL asks',
  drill: 'dig NAME asks the DNS',
  ipvsadm: 'kube-proxy writes iptables or nftables here: iptables-save, nft list ruleset',
  systemctl: 'nothing runs on this node: kubectl describe node says how it is',
  journalctl: 'kubectl logs POD has the requests that a pod answered, kubectl events what happened',
  docker: 'kubectl get pods has the containers',
  crictl: 'kubectl get pods has the containers',
  vi: 'the text is in the editor: kubectl edit opens an object',
  vim: 'the text is in the editor: kubectl edit opens an object',
  nano: 'the text is in the editor: kubectl edit opens an object',
  jq: 'kubectl has -o jsonpath=…, curl -w one variable',
  python3: 'nothing runs in containers: for, while and if are there',
  python: 'nothing runs in containers: for, while and if are there',
  apt: 'there is nothing to install: type help',
  'apt-get': 'there is nothing to install: type help',
  apk: 'there is nothing to install: type help',
  yum: 'there is nothing to install: type help',
  sudo: 'nobody has to ask: type the command alone',
  su: 'nobody has to ask: type the command alone',
  kill: 'nothing runs here: kubectl delete pod ends a pod',
  k9s: 'kubectl get pods -w, and the picture beside',
  helm: 'kubectl apply -f FILE applies text',
  kubectx: 'there is one cluster here',
  kubens: 'kubectl config set-context --current --namespace=NAME',
  alias: 'a function does the same: ll() { ls -l "$@"; }',
  wait: 'nothing runs beside: commands run one after the other',
  jobs: 'nothing runs beside: commands run one after the other',
  fg: 'nothing runs beside: commands run one after the other',
  bg: 'nothing runs beside: commands run one after the other',
  nohup: 'nothing runs beside: commands run one after the other',
  let: 'write $((x = x + 1))',
  find: 'ls lists the files',
  column: 'kubectl prints its own columns; awk does, too',
  hostnamectl: 'hostname says the name',
}

function notFound(name: string, named: readonly Tool[], here: keyof typeof PLACES, tools: readonly Tool[]): string {
  const there = named.flatMap((t) => t.at ?? [])
  if (there.includes('workstation')) return `${name} works on the workstation: type exit`
  if (there.includes('pod'))
    return `${name} works where there is a network of the cluster: kubectl exec -it POD -- sh, ssh NODE, or outside`
  if (there.length > 0) return `${name} works on ${[...new Set(there.map((p) => PLACES[p]))].join(' and ')}: ssh NODE`
  const instead = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined
  if (instead !== undefined) return `${name} is not simulated: ${instead}`
  const names = tools.filter((t) => t.at?.includes(here)).map((t) => t.name)
  return `this is no Unix: nothing runs here but ${names.join(', ')} and a small shell; type help`
}
