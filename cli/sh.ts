import { readFileSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { TextFile, Trace } from '../src/model/index.ts'
import { apiDocs } from '../src/shell/explain/index.ts'
import { complete, needsMore, type Process, type ShellEvent, ShellSession } from '../src/shell/index.ts'
import { type Io, isPerson } from './io.ts'
import { type OnCluster, onCluster } from './on-cluster.ts'

/** Simulated time that one command may take; those that go on for ever (`-w`, `watch`, ping) end here when nobody can stop them. */
const LONGEST = 3_600_000

interface Driven {
  readonly session: ShellSession
  readonly cluster: OnCluster['cluster']
  readonly io: Io
}

/** A shell on the cluster that the files describe. */
export const sh = onCluster({
  name: 'sh',
  summary: 'a shell on the cluster: kubectl, and curl, dig, ping … in pods, on nodes and outside',
  usage: 'FILES… [-c COMMANDS]',
  flags: [
    { name: 'command', short: 'c', type: 'string' },
    { name: 'real-time', type: 'bool' },
  ],
  help: {
    "-c, --command '…'":
      'run these commands and end with the status of the last one; else a shell at the keyboard, or of standard input',
    '--real-time':
      'sleep and wait for real; without it simulated time passes at once, at a keyboard within a second a wait',
  },
  notes:
    'kubectl works where it starts; kubectl exec -it POD -- sh, ssh NODE and outside lead on, exit leads back. Nothing here runs containers: help says what there is.',
  examples: [
    'sh app.yaml',
    "sh app.yaml -c 'kubectl get svc'",
    "sh app.yaml -c 'kubectl exec client -- curl -sv http://web/'",
    "sh app.yaml -c 'ssh node-1 iptables-save | grep web'",
  ],
  run: (context) => {
    const { cluster, io, flags } = context
    const driven: Driven = { cluster, io, session: new ShellSession(hostOf(context)) }
    const command = flags.maybe('command')
    const real = flags.on('real-time')
    if (command === undefined && isPerson()) {
      void atKeyboard(driven, real)
      return 0
    }
    const lines = linesOf(command ?? new TextDecoder().decode(io.stdin()))
    if (real) {
      void (async () => {
        for (const line of lines) {
          process.exitCode = await runSlowly(driven, line, Number.POSITIVE_INFINITY, () => false)
          if (driven.session.ended !== undefined) return
        }
      })()
      return 0
    }
    let status = 0
    for (const [i, line] of lines.entries()) {
      if (i > 0) letTyping(driven)
      status = run(driven, line)
      if (driven.session.ended !== undefined) return driven.session.ended
    }
    return status
  },
})

/** Simulated time between two lines: as long as it takes to type one. Components hear of a change meanwhile. */
const TYPING = 2000
const letTyping = ({ cluster }: Driven): void => cluster.advance(cluster.now + TYPING)

/** Whole commands: lines, those that ask for more with what follows. */
function linesOf(text: string): string[] {
  const whole: string[] = []
  let open = ''
  for (const line of text.split('\n')) {
    open += `${line}\n`
    if (open.trim() !== '' && needsMore(open) && open.length < 20_000) continue
    if (open.trim() !== '') whole.push(open)
    open = ''
  }
  return open.trim() === '' ? whole : [...whole, open]
}

function hostOf({ cluster, files }: OnCluster) {
  const traces: Trace[] = []
  return {
    cluster,
    apiDocs,
    files: () => files.map((f) => f.name),
    readFile: (name: string) => files.find((f) => f.name === name)?.text ?? textOnDisk(name),
    traces: () => {
      traces.push(...cluster.drain().traces)
      return traces
    },
  }
}

function textOnDisk(name: TextFile['name']): string | undefined {
  return statSync(name, { throwIfNoEntry: false })?.isFile() ? readFileSync(name, 'utf8') : undefined
}

/** Write what is to be written; a wait's moment is returned, with `undefined` for none. */
function show(event: ShellEvent, { io }: Driven): void {
  if ('out' in event) io.out(event.out)
  else if ('err' in event) io.err(event.err)
  else if ('clear' in event && isPerson()) io.out('\u001b[H\u001b[2J\u001b[3J')
  else if ('open' in event) io.err(`# ${event.open}: change it in its file, and apply that\n`)
}

/** The moment to which time passes now; undefined: nothing will happen any more. */
function nextMoment(event: ShellEvent, { cluster }: Driven): number | undefined {
  if (!('wait' in event)) return cluster.now
  return event.wait.until ?? cluster.nextTaskAt()
}

function stop(driven: Driven, running: Process, why: string): number {
  running.return(0)
  driven.session.stopped()
  driven.io.err(`# ${why}\n`)
  return driven.session.status
}

const NOTHING_MORE = 'nothing more happens: stopped'
const TOO_LONG = 'an hour of simulated time has passed: stopped'

/** To the end, at once. */
function run(driven: Driven, text: string): number {
  const { session, cluster } = driven
  const running = session.run(text)
  const end = cluster.now + LONGEST
  for (;;) {
    const step = running.next()
    if (step.done) return step.value
    show(step.value, driven)
    const to = nextMoment(step.value, driven)
    if (to === undefined) return stop(driven, running, NOTHING_MORE)
    if (to > end) return stop(driven, running, TOO_LONG)
    cluster.advance(Math.max(to, cluster.now))
  }
}

/** Real ms that a wait takes at a keyboard: `watch` can be read, `sleep 60` is soon over. */
const MOST_AT_KEYBOARD = 1000

/** With pauses in which a person can stop it: as long as the wait, and at most `longest` ms. */
async function runSlowly(driven: Driven, text: string, longest: number, isStopped: () => boolean): Promise<number> {
  const { session, cluster } = driven
  const running = session.run(text)
  for (;;) {
    const step = running.next()
    if (step.done) return step.value
    show(step.value, driven)
    if (!('wait' in step.value)) continue
    const to = nextMoment(step.value, driven)
    if (to === undefined) return stop(driven, running, NOTHING_MORE)
    const pause = Math.min(longest, Math.max(0, to - cluster.now))
    for (let waited = 0; !isStopped() && (waited === 0 || waited < pause); waited += 50)
      await new Promise((resolve) => setTimeout(resolve, Math.min(50, pause - waited)))
    if (isStopped()) {
      running.return(0)
      session.stopped()
      return session.status
    }
    cluster.advance(Math.max(to, cluster.now))
  }
}

async function atKeyboard(driven: Driven, real: boolean): Promise<void> {
  const { session } = driven
  let [typed, busy, stopped] = ['', false, false]
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    completer: (line: string): [string[], string] => {
      const { from, candidates } = complete(session, line, line.length)
      const whole = candidates.map((c) => (/[=/.]$/.test(c) ? c : `${c} `))
      return [candidates.length === 1 ? whole : [...candidates], line.slice(from)]
    },
    historySize: 1000,
  })
  const prompt = () => {
    lines.setPrompt(typed === '' ? session.prompt : '> ')
    lines.prompt()
  }
  lines.on('SIGINT', () => {
    process.stdout.write('^C\n')
    if (busy) stopped = true
    else {
      typed = ''
      lines.write(null, { ctrl: true, name: 'u' })
      prompt()
    }
  })
  process.stdout.write('A simulated cluster: type help. Tab completes, exit leaves.\n')
  prompt()
  for await (const line of lines) {
    typed += `${line}\n`
    if (needsMore(typed)) {
      prompt()
      continue
    }
    const text = typed
    typed = ''
    if (!real) letTyping(driven)
    ;[busy, stopped] = [true, false]
    await runSlowly(driven, text, real ? Number.POSITIVE_INFINITY : MOST_AT_KEYBOARD, () => stopped)
    busy = false
    if (session.ended !== undefined) break
    prompt()
  }
  lines.close()
  process.exitCode = session.ended ?? session.status
}
