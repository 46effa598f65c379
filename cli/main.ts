import { durationMs, type FlagSpec, parseFlags } from '../src/shell/index.ts'
import { check, lineOf } from './check.ts'
import type { Command } from './command.ts'
import { endpoints } from './endpoints.ts'
import { readInputs } from './input.ts'
import { openCluster } from './open-cluster.ts'
import { COLOURS, PLAIN } from './paint.ts'
import { rules } from './rules.ts'
import { trace } from './trace.ts'

const COMMANDS: readonly Command[] = [check, trace, endpoints, rules]

const SHARED: readonly FlagSpec[] = [
  { name: 'cluster', type: 'string' },
  { name: 'seed', type: 'int' },
  { name: 'advance', type: 'duration', default: '0' },
  { name: 'strict', type: 'bool' },
  { name: 'json', type: 'bool' },
  { name: 'help', short: 'h', type: 'bool' },
]

const SHARED_HELP: Readonly<Record<string, string>> = {
  '--cluster FILE': 'a kind: Cluster document of its own',
  '--seed N': 'where all chance comes from',
  '--advance 60s': 'let time pass first; without it the cluster is looked at at rest',
  '--strict': 'refuse what kubectl refuses: missing namespaces, kinds that the cluster does not serve',
  '--json': 'for programs',
}

const list = (entries: Readonly<Record<string, string>>): string =>
  Object.entries(entries)
    .map(([word, text]) => `  ${word.padEnd(16)} ${text}\n`)
    .join('')

function overview(): string {
  const commands = Object.fromEntries(COMMANDS.map((c) => [c.name, c.summary]))
  const all = { ...commands, conformance: 'recorded answers of a real cluster against the engine (--help says more)' }
  return `A simulated Kubernetes cluster for Services: text in, answers out. Nothing runs containers.

Usage: fairlead COMMAND FILES… [options]

${list(all)}
FILES are manifests, folders of them, or - for standard input.

${list(SHARED_HELP)}
Exit codes: 0 an answer was computed, 1 it found errors, 2 the command line is wrong.
`
}

const helpFor = (c: Command): string =>
  `fairlead ${c.name}: ${c.summary}

Usage: fairlead ${c.name} ${c.usage} [options]

${list({ ...c.help, ...SHARED_HELP })}`

/** The command line. Returns the exit code. */
export function main(args: readonly string[]): number {
  const out = (text: string) => void process.stdout.write(text)
  const err = (text: string) => void process.stderr.write(text)
  const wrong = (message: string) => {
    err(`fairlead: ${message}\n`)
    return 2
  }
  const [name, ...rest] = args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const topic = COMMANDS.find((c) => c.name === rest[0])
    out(topic ? helpFor(topic) : overview())
    return 0
  }
  const command = COMMANDS.find((c) => c.name === name)
  if (!command)
    return wrong(
      `there is no command ${name}; commands are ${[...COMMANDS.map((c) => c.name), 'conformance'].join(', ')}`,
    )
  const parsed = parseFlags(rest, [...command.flags, ...SHARED])
  if (!parsed.ok) return wrong(`${parsed.error} (fairlead ${name} --help says what there is)`)
  const { flags } = parsed
  if (flags.on('help')) {
    out(helpFor(command))
    return 0
  }
  const problem = command.check?.(flags)
  if (problem !== undefined) return wrong(problem)
  const paths = [...parsed.args]
  const words: string[] = []
  // the last word may be a Service's name, unless there is a file of that name
  const last = paths.at(-1)
  if (paths.length > 1 && last !== undefined && command.words?.(last) && typeof readInputs([last]) === 'string') {
    words.push(paths.pop()!)
  }
  if (paths.length === 0) return wrong(`fairlead ${name} needs files, folders, or - for standard input`)
  const files = readInputs(paths)
  if (typeof files === 'string') return wrong(files)
  const clusterFile = flags.text('cluster') === '' ? [] : readInputs([flags.text('cluster')])
  if (typeof clusterFile === 'string') return wrong(clusterFile)
  const opened = openCluster(files, {
    clusterFile: clusterFile[0],
    seed: flags.has('seed') ? flags.int('seed') : undefined,
    strict: flags.on('strict'),
    advance: durationMs(flags.text('advance')),
  })
  const paint = process.stdout.isTTY && !process.env.NO_COLOR ? COLOURS : PLAIN
  if (command !== check) {
    const errors = opened.diagnostics.filter((d) => d.severity === 'error')
    for (const d of errors) err(`${lineOf(d, process.stderr.isTTY ? paint : PLAIN)}\n`)
  }
  return command.run({ ...opened, flags, words, out, err, paint })
}
