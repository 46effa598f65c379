import {
  type Action,
  applyChange,
  type ClientView,
  type ClusterConfig,
  DEFAULT_CLUSTER,
  isIP,
  type KObject,
  type LogEntry,
  type Ms,
  makeKey,
  type ObjectKey,
  type ShellPlace,
  splitKey,
  type TerminalEntry,
  type TextFile,
  WORKSTATION_PLACE,
} from '../model/index.ts'
import { asCurl, askerOf } from './as-curl.ts'
import { commandOf } from './as-kubectl.ts'
import { kindConfig } from './kind-config.ts'
import { KindNames, TAKE_POD } from './kind-names.ts'
import { formatClock, formatSeconds } from './numbers.ts'
import { refusalOf } from './script-guard.ts'
import { shLine, shQuote } from './sh-quote.ts'
import { type Scanned, scanShell } from './sh-scan.ts'
import { type Typed, typedIn } from './typed-lines.ts'

/** What a session did. */
export interface SessionRun {
  readonly config: ClusterConfig
  /** The text at moment 0. */
  readonly files: readonly TextFile[]
  readonly log: readonly LogEntry[]
  /** What terminals show. */
  readonly entries: readonly TerminalEntry[]
  /** As they are now: whose names and addresses were typed. */
  readonly objects: ReadonlyMap<ObjectKey, KObject>
  readonly clients: readonly ClientView[]
  /** The moment up to which it is told. */
  readonly until: Ms
}

/** A document of a text, as far as a script has to know. */
export interface ScriptDocument {
  /** Of its file. */
  readonly file: string
  readonly text: string
  /** The objects that it gives: one, or those of a list. */
  readonly objects: readonly ObjectKey[]
  /** Of our own kinds, which no cluster knows. */
  readonly own: boolean
  /** It cannot be read. */
  readonly broken: boolean
}

const CLUSTER = 'fairlead'
/** Output that is shown as expected, at most. */
const MOST_LINES = 40
const LONGEST_LINE = 240
/** s: a person's pause is not slept longer. */
const LONGEST_SLEEP = 30
/** Workloads that are waited for each by itself. */
const MOST_WAITS = 15
const WORKLOADS: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
}
/** kubectl's lines about objects that have pods to wait for. */
const MADE =
  /^(pod(?=\/\S+ created)|(?:deployment|statefulset|daemonset)(?=\.apps))(?:\.apps)?\/([a-z0-9.-]+) (?:created|configured|replaced|scaled|restarted|rolled back|(?:image|env|resource requirements) updated)$/gm

/**
 * A bash script that does to a cluster made by kind what the session did: the text, its edits, what was done in the picture and what was
 * typed, in its order, with the simulation's output beside it. What could harm the machine it runs on, or another cluster, is in it as a
 * comment. `bash -n` takes it, whatever the session holds.
 */
export function kindScript(run: SessionRun, read: (files: readonly TextFile[]) => readonly ScriptDocument[]): string {
  return new Script(run, read).text()
}

class Script {
  private readonly run: SessionRun
  private readonly read: (files: readonly TextFile[]) => readonly ScriptDocument[]
  private readonly names: KindNames
  private readonly body: string[] = []
  private files: readonly TextFile[]
  private documents: readonly ScriptDocument[]
  /** Namespaces that are there, or were asked for. */
  private readonly namespaces = new Set(['', 'default', 'kube-system', 'kube-public', 'kube-node-lease'])
  /** Files of the editor that the script has written into its folder, as they were. */
  private readonly written = new Map<string, string>()
  /** When the last step had ended. */
  private endedAt: Ms = 0

  constructor(run: SessionRun, read: (files: readonly TextFile[]) => readonly ScriptDocument[]) {
    this.run = run
    this.read = read
    this.files = run.files
    this.documents = read(run.files)
    const workloads = new Set(run.objects.keys())
    for (const files of this.texts())
      for (const { objects } of read(files)) for (const key of objects) workloads.add(key)
    const all = [...this.texts()].flatMap((files) => files.map(({ text }) => text)).join('\n')
    this.names = new KindNames(
      CLUSTER,
      run.config.nodes.map(({ name }) => name).filter((name) => /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)),
      run.objects,
      workloads,
      (address) => !isIP(address) || all.includes(address),
    )
  }

  /** The text in all its states. */
  private *texts(): Generator<readonly TextFile[]> {
    let files: readonly TextFile[] | undefined = this.run.files
    yield files
    for (const entry of this.run.log) {
      if (entry.type !== 'edit' || !files) continue
      files = applyChange(files, entry)
      if (files) yield files
    }
  }

  text(): string {
    this.firstText()
    const typed = typedIn(this.run)
    for (const entry of this.run.log) {
      if (entry.at > this.run.until) break
      if (entry.type === 'edit') this.edit(entry)
      else if (entry.action.type === 'type-line') {
        const line = typed.take(entry.action, entry.at)
        if (line) this.typed(line)
      } else this.act(entry.at, entry.action)
    }
    const body = this.body.join('\n')
    return `${[...this.head(body), body].join('\n').trimEnd()}\n} </dev/null\n`
  }

  // --- the beginning ----------------------------------------------------------------------------------------------------------

  private head(body: string): string[] {
    const { config, objects } = this.run
    const balanced = [...objects.values()].some(
      (o) => o.kind === 'Service' && (o.spec as { type?: string } | undefined)?.type === 'LoadBalancer',
    )
    const [low, high] = config.nodePortRange
    const [usualLow, usualHigh] = DEFAULT_CLUSTER.nodePortRange
    const differs = [
      'Images must exist, and what they need must be in them: a pod whose image cannot be pulled never becomes ready,',
      '  and curl, dig or nslookup in a pod are those of its image.',
      'Nothing acts on fairlead.dev/ annotations: pods are ready when their probes say so, and answer as their program does.',
      'Names of pods, addresses, node ports that nobody chose, uids and times are others. Those that were typed are looked up.',
      ...(balanced ? ['A LoadBalancer gets an address from cloud-provider-kind, when that runs beside it.'] : []),
      ...(low !== usualLow || high !== usualHigh
        ? [`Node ports are ${usualLow}-${usualHigh}, not ${low}-${high}.`]
        : []),
      ...(/^timeout /m.test(body)
        ? ['What was stopped with Ctrl-C is ended by timeout (on a Mac: brew install coreutils).']
        : []),
      'Programs outside of the cluster answer with what they are; invented names of the world outside are unknown.',
    ]
    const helpers: string[] = []
    if (/^[^#]*\bk /m.test(body)) helpers.push('k() { kubectl "$@"; }')
    if (/^[^#]*\bssh /m.test(body)) helpers.push('ssh() { local node=$1; shift; docker exec "$node" sh -c "$*"; }')
    if (/^[^#]*\boutside /m.test(body)) helpers.push('outside() { "$@"; }')
    if (/^take_pod /m.test(body)) helpers.push(TAKE_POD)
    return [
      '#!/usr/bin/env bash',
      '# What was done in Fairlead, for a real cluster that kind makes (https://kind.sigs.k8s.io).',
      '# Behind "expected" stands what the simulation showed.',
      '#',
      '# It needs docker, kind and kubectl. It works in a folder of its own with a kubeconfig of its own: no other cluster is',
      '# touched. It holds what was typed: read it before you run it.',
      `# Afterwards: kind delete cluster --name ${CLUSTER}`,
      '#',
      '# What differs on a real cluster:',
      ...differs.map((line) => (line.startsWith(' ') ? `# ${line}` : `# - ${line}`)),
      '',
      'cd "$(mktemp -d)" || exit',
      'export KUBECONFIG="$PWD/kubeconfig"',
      ...(helpers.length > 0 ? ['', ...helpers] : []),
      '',
      '# All of it is read before it begins, and nothing in it waits for a keyboard.',
      '{',
      '# The cluster',
      ...hereDocument('kind create cluster --wait 120s --config -', kindConfig(CLUSTER, config)),
      ...[...this.names.nodes].map(([here, there]) => `# ${here} is ${there}`),
    ]
  }

  private firstText(): void {
    this.title(0, 'the text')
    const applied = this.documents.filter(({ own, broken }) => !own && !broken)
    this.needNamespaces(applied)
    for (const name of new Set(applied.map(({ file }) => file)))
      this.apply(
        applied.filter(({ file }) => file === name),
        name,
      )
    this.waitFor(applied.flatMap(({ objects }) => objects))
    const broken = this.documents.filter((document) => document.broken).length
    if (broken > 0) this.comment(`${broken} of its documents cannot be read, and are left out.`)
    this.clients()
  }

  /** Who asks by itself in the simulation, as commands to run by hand. */
  private clients(): void {
    const asking = this.run.clients.filter(({ terminal }) => !terminal)
    if (asking.length === 0) return
    this.body.push('', '# Who asks all the time in the simulation; by hand:')
    for (const client of asking) {
      const every = client.every === undefined ? 'once' : `every ${client.every / 1000} s`
      this.comment(`${client.name}, ${every}: ${this.names.inText(this.curlOf(client))}`)
    }
  }

  private curlOf(client: ClientView): string {
    return asCurl(
      client,
      askerOf(client.key, client, (key) => this.run.objects.has(key)),
    ).line
  }

  // --- the text ---------------------------------------------------------------------------------------------------------------

  private edit(entry: LogEntry & { readonly type: 'edit' }): void {
    const files = applyChange(this.files, entry)
    if (!files) return
    const before = new Map(
      this.documents.flatMap((document) => document.objects.map((key) => [key, document] as const)),
    )
    this.files = files
    const documents = this.read(files)
    // an unreadable document keeps what it last gave, and so does its file
    const unread = new Set(documents.filter(({ broken }) => broken).map(({ file }) => file))
    const kept = this.documents.filter(({ file }) => unread.has(file) && files.some(({ name }) => name === file))
    const now = new Map(documents.flatMap(({ objects }) => objects.map((key) => [key, true] as const)))
    this.documents = [...documents, ...kept.filter(({ objects }) => objects.some((key) => !now.has(key)))]
    const there = new Set(this.documents.flatMap(({ objects }) => objects))
    const applied = documents.filter(
      ({ own, broken, objects, text }) =>
        !own && !broken && objects.some((key) => before.get(key)?.text.trim() !== text.trim()),
    )
    const gone = [...before].filter(([key, { own }]) => !own && !there.has(key)).map(([key]) => key)
    if (applied.length === 0 && gone.length === 0) return
    this.pause(entry.at)
    const names = [...applied.flatMap(({ objects }) => objects), ...gone].map(named)
    this.title(entry.at, `the text is changed: ${names.slice(0, 6).join(', ')}${names.length > 6 ? ' …' : ''}`)
    this.needNamespaces(applied)
    if (applied.length > 0) this.apply(applied)
    for (const key of gone) {
      const { kind, namespace, name } = splitKey(key)
      const within = namespace === '' ? [] : ['-n', namespace]
      this.body.push(
        shLine(['kubectl', 'delete', '--wait=false', this.names.inText(`${kind.toLowerCase()}/${name}`), ...within]),
      )
    }
    this.endedAt = entry.at
  }

  private apply(documents: readonly ScriptDocument[], file?: string): void {
    if (file !== undefined && this.files.length > 1) this.comment(file)
    this.body.push(...hereDocument('kubectl apply -f -', this.names.inText(joined(documents))))
  }

  private needNamespaces(documents: readonly ScriptDocument[]): void {
    const keys = documents.flatMap(({ objects }) => objects)
    const said = new Set(keys.flatMap((key) => (key.startsWith('Namespace//') ? [splitKey(key).name] : [])))
    for (const key of keys) {
      const { namespace } = splitKey(key)
      if (this.namespaces.has(namespace)) continue
      this.namespaces.add(namespace)
      // one that the text says stands before its objects there, or is found missing there as it would be here
      if (!said.has(namespace)) this.body.push(shLine(['kubectl', 'create', 'namespace', namespace]))
    }
  }

  private waitFor(keys: readonly ObjectKey[]): void {
    const waits = keys.flatMap((key) => {
      const { kind, namespace, name } = splitKey(key)
      // without one it is that of the context
      const inNamespace = namespace === '' ? [] : ['-n', namespace]
      if (/^(Deployment|StatefulSet|DaemonSet)$/.test(kind))
        return [
          shLine(['kubectl', 'rollout', 'status', `${kind.toLowerCase()}/${name}`, ...inNamespace, '--timeout=90s']),
        ]
      return kind === 'Pod'
        ? [shLine(['kubectl', 'wait', '--for=condition=Ready', `pod/${name}`, ...inNamespace, '--timeout=90s'])]
        : []
    })
    if (waits.length > MOST_WAITS) this.body.push('kubectl wait --for=condition=Ready pods --all -A --timeout=180s')
    else this.body.push(...waits)
  }

  // --- the picture ------------------------------------------------------------------------------------------------------------

  private act(at: Ms, action: Exclude<Action, { type: 'type-line' }>): void {
    if (action.type === 'interrupt') return
    this.pause(at)
    this.endedAt = at
    if (action.type === 'recreate') {
      this.title(at, `${named(action.object)} is made anew`)
      const document = this.documents.find(({ objects, own }) => !own && objects.includes(action.object))
      if (document)
        this.body.push(...hereDocument('kubectl replace --force -f -', this.names.inText(joined([document]))))
      return
    }
    this.title(at, 'in the picture')
    if (action.type === 'kubectl' && action.stdin !== undefined) {
      const line = clean(shLine(['kubectl', ...action.args]))
      const why = this.refused(line)
      if (why === undefined) this.body.push(...hereDocument(this.names.inText(line), action.stdin))
      else this.comment(`not run, ${why}: ${line}`)
      return
    }
    const client = action.type === 'send' ? this.run.clients.find(({ key }) => key === action.client) : undefined
    const said = client ? this.curlOf(client).replace(' -it ', ' -i ') : commandOf(action)
    const line = said && clean(said)
    if (line === undefined) this.comment(`what was done has no command: ${action.type}`)
    else this.lineOnMachine(line)
    if (action.type === 'set-ready')
      this.comment('Only the simulation acts on this: elsewhere the readiness probe says so.')
  }

  private refused(line: string): string | undefined {
    const scanned = scanShell(line)
    return scanned ? refusalOf(scanned, 'machine') : 'bash could read it otherwise'
  }

  // --- terminals --------------------------------------------------------------------------------------------------------------

  private typed(typed: Typed): void {
    this.pause(typed.at)
    const { at, place, placeAfter, endedAt } = typed
    const line = clean(typed.line)
    const where = place === WORKSTATION_PLACE ? '' : ` in ${placeName(place)}`
    this.title(at, `typed${where}`)
    this.endedAt = endedAt ?? this.run.until
    const moved = placeAfter !== undefined && placeAfter !== place
    if (moved || typed.left) {
      this.comment(line)
      if (moved && !typed.left) this.comment(`  (from here on ${placeName(placeAfter)})`)
    } else {
      const stop = typed.stopped ? Math.max(1, Math.ceil((this.endedAt - at) / 1000)) : undefined
      this.lineAt(place, line, stop)
    }
    this.expected(typed)
    if (place === WORKSTATION_PLACE && !moved && !typed.left && !typed.stopped) this.waitForMade(line, typed.output)
  }

  /** What a command says that it made or changed is waited for: real pods take longer, images have to be fetched. */
  private waitForMade(line: string, output: string): void {
    if (/--dry-run|--rm\b/.test(line)) return
    const [, said] = /\s(?:-n|--namespace)[ =]?([a-z0-9-]+)/.exec(line) ?? []
    for (const [, kind, name] of output.matchAll(MADE))
      this.waitFor([makeKey(kind === 'pod' ? 'Pod' : WORKLOADS[kind!]!, said ?? '', name!)])
  }

  private lineAt(from: ShellPlace, line: string, stop?: number): void {
    const place = clean(from)
    // our own short forms of going to a place
    const [, kind, to, rest] = /^\s*(pods?|nodes?|client)\/(\S+)[ \t]+(\S[^\n]*)$/.exec(line) ?? []
    if (place === WORKSTATION_PLACE && rest !== undefined && !/[|;&]/.test(rest)) {
      const [namespace, name] = to!.includes('/') ? to!.split('/') : ['default', to!]
      const target = kind!.startsWith('pod')
        ? `Pod/${namespace}/${name}`
        : kind === 'client'
          ? `client/${to}`
          : `Node//${to}`
      this.lineAt(target, rest, stop)
      return
    }
    if (place === WORKSTATION_PLACE || place === 'outside') {
      this.lineOnMachine(line, stop)
      return
    }
    const limit = stop === undefined ? '' : `timeout ${stop} `
    this.body.push(...this.names.settings(`${place} ${line}`))
    const script = `sh -c ${this.names.quoted(line)}`
    if (place.startsWith('Node/')) {
      const scanned = scanShell(line)
      const why = scanned ? refusalOf(scanned, 'node') : 'a shell could read it otherwise'
      const node = this.names.inText(splitKey(place).name)
      if (why === undefined) this.body.push(`${limit}docker exec ${shQuote(node)} ${script}`)
      else this.comment(`not run, ${why}: docker exec ${shQuote(node)} ${script}`)
      return
    }
    if (place.startsWith('Pod/')) {
      const { namespace, name } = splitKey(place)
      this.body.push(`${limit}kubectl exec ${within(namespace)}${this.names.quoted(name)} -- ${script}`)
      return
    }
    const client = this.run.clients.find(({ key }) => key === place)
    const { namespace, name } = client?.at?.includes('/')
      ? splitKey(client.at)
      : { namespace: 'default', name: place.slice(place.indexOf('/') + 1) }
    const image = 'nicolaka/netshoot'
    this.body.push(
      `${limit}kubectl run ${shQuote(name)} ${within(namespace)}--rm -i -q --restart=Never --image=${image} -- ${script}`,
    )
  }

  /** A line that runs where the script does. */
  private lineOnMachine(line: string, stop?: number): void {
    const scanned = scanShell(line)
    const why = scanned ? refusalOf(scanned, 'machine') : 'bash could read it otherwise'
    if (!scanned || why !== undefined) {
      this.comment(`not run, ${why}:`)
      this.comment(line)
      return
    }
    if (scanned.commands.length === 0) {
      this.comment(line.replaceAll(/^\s*#\s?/gm, ''))
      return
    }
    for (const file of this.files) if (line.includes(file.name)) this.writeFile(file)
    this.body.push(...this.names.settings(line))
    const text = this.names.line(line, scanned)
    const name = scanned.commands[0]!.words[0]?.literal
    if (stop === undefined) this.body.push(text)
    else if (isProgram(scanned, name)) this.body.push(`timeout ${stop} ${text.trimStart()}`)
    else this.body.push(`timeout ${stop} bash -c ${this.names.quoted(line)}`)
  }

  /** A file of the editor, for commands that read it. */
  private writeFile({ name, text }: TextFile): void {
    if (!/^[\w][\w.-]*$/.test(name) || name === 'kubeconfig' || this.written.get(name) === text) return
    this.written.set(name, text)
    const documents = this.documents.filter(({ file, own }) => file === name && !own)
    this.body.push(...hereDocument(`cat > ${name}`, this.names.inText(joined(documents))))
  }

  private expected({ output, status, stopped }: Typed): void {
    const lines = output.replace(/\n$/, '').split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    if (output === '' && !status) return
    if (output === '') {
      if (!stopped) this.body.push(`# expected: exit ${status}, and no output`)
      return
    }
    this.body.push(`# expected${status && !stopped ? ` (exit ${status})` : ''}:`)
    for (const line of lines.slice(0, MOST_LINES)) this.body.push(commented(line, '#   '))
    if (lines.length > MOST_LINES) this.body.push(`#   … and ${lines.length - MOST_LINES} more lines`)
  }

  // --- lines of the script ----------------------------------------------------------------------------------------------------

  private title(at: Ms, what: string): void {
    this.body.push('', commented(`${formatClock(at)}  ${what}`))
  }

  private comment(text: string): void {
    for (const line of text.split(/\r\n|[\n\r\u0085\u2028\u2029]/)) this.body.push(commented(line))
  }

  /** The time that the session let pass before a step. */
  private pause(at: Ms): void {
    const seconds = Math.round((at - this.endedAt) / 1000)
    if (seconds < 1) return
    const cut = seconds > LONGEST_SLEEP ? `   # ${formatSeconds(seconds)} in the session` : ''
    this.body.push('', `sleep ${Math.min(seconds, LONGEST_SLEEP)}${cut}`)
  }
}

const within = (namespace: string): string => (namespace === 'default' ? '' : `-n ${shQuote(namespace)} `)

const named = (key: ObjectKey): string => {
  const { kind, namespace, name } = splitKey(key)
  return `${kind} ${namespace === '' || namespace === 'default' ? '' : `${namespace}/`}${name}`
}

function placeName(place: ShellPlace): string {
  if (place === WORKSTATION_PLACE) return 'the lab'
  if (!place.includes('/')) return place
  return place.startsWith('client/') ? place : named(place)
}

/** One program that `timeout` can run: no builtin, no function of the script. */
const isProgram = ({ single, commands }: Scanned, name: string | undefined): boolean =>
  single &&
  name !== undefined &&
  /^(kubectl|curl|wget|dig|nc|ping|nslookup|host|watch)$/.test(name) &&
  commands[0]!.assigns.length === 0

/** Without what a terminal would act on, and what turns the order of letters round for a reader. */
const clean = (text: string): string =>
  text.replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '')

/** One line of a comment. */
function commented(line: string, before = '# '): string {
  const plain = clean(line)
  const short = plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE)} …` : plain
  return `${before}${short}`.trimEnd()
}

/** A command with a text on its standard input; nothing of the text ends it. */
function hereDocument(command: string, text: string): string[] {
  const lines = clean(text).replace(/\n$/, '').split('\n')
  let end = 'EOF'
  for (let n = 2; lines.includes(end); n++) end = `EOF${n}`
  return [`${command} <<'${end}'`, ...lines, end]
}

const joined = (documents: readonly ScriptDocument[]): string =>
  documents.map(({ text }) => `${text.replace(/^---[^\n]*\n/, '').trimEnd()}\n`).join('---\n')
