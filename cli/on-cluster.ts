import type { Diagnostic, TextFile } from '../src/model/index.ts'
import { durationMs, type FlagSpec } from '../src/shell/index.ts'
import { type Command, type Invocation, wrong } from './command.ts'
import { diagnosticLine } from './diagnostic-line.ts'
import { isReadable, readInputs } from './input.ts'
import { holdsCluster, type Opened, openCluster } from './open-cluster.ts'

/** Flags of all commands that read manifests. */
export const FILE_FLAGS: readonly FlagSpec[] = [
  { name: 'cluster', type: 'string' },
  { name: 'seed', type: 'int' },
  { name: 'advance', type: 'duration', default: '0' },
  { name: 'strict', type: 'bool' },
  { name: 'json', type: 'bool' },
]

export const FILE_HELP: Readonly<Record<string, string>> = {
  '--cluster FILE': 'a file with the kind: Cluster; without it one in the files, else three nodes',
  '--seed N': 'where all chance comes from; the same seed gives the same answer',
  '--advance 60s': 'let time pass first; without it the cluster is looked at at rest',
  '--strict': 'refuse what kubectl refuses: missing namespaces, kinds that the cluster does not serve',
  '--json': 'for programs',
}

export interface OnCluster extends Invocation, Opened {
  /** The texts, as they were read. */
  readonly files: readonly TextFile[]
  /** Words at the end that are no files (a Service's name). */
  readonly words: readonly string[]
  /** The cluster of other texts, opened the same way. */
  readonly again: (files: readonly TextFile[]) => Opened
}

interface FileCommand extends Omit<Command, 'run'> {
  /** Says what is wrong with the command line (undefined: nothing), before any file is read. */
  readonly check?: (invocation: Invocation) => string | undefined
  /** Whether the last word may be something else than a file. */
  readonly isWord?: (word: string) => boolean
  /** The command says itself what is wrong with the texts. */
  readonly saysDiagnostics?: boolean
  readonly run: (context: OnCluster) => number
}

/** A command over the cluster that files describe: reads them, applies them, says on `err` what was refused, and runs. */
export function onCluster(command: FileCommand): Command {
  return {
    ...command,
    flags: [...command.flags, ...FILE_FLAGS],
    help: { ...command.help, ...FILE_HELP },
    run: (invocation) => {
      const { flags, io } = invocation
      const problem = command.check?.(invocation)
      if (problem !== undefined) return wrong(io, problem)
      const paths = [...invocation.args]
      const words: string[] = []
      const last = paths.at(-1)
      if (paths.length > 1 && last !== undefined && command.isWord?.(last) && !isReadable(last))
        words.unshift(paths.pop()!)
      if (paths.length === 0) return wrong(io, `${command.name} needs files, folders, or - for standard input`)
      const files = readInputs(paths, io)
      if (typeof files === 'string') return wrong(io, files)
      const clusterPath = flags.maybe('cluster')
      const clusterFiles = clusterPath === undefined ? [] : readInputs([clusterPath], io)
      if (typeof clusterFiles === 'string') return wrong(io, clusterFiles)
      const clusterFile = clusterFiles.find(holdsCluster)
      if (clusterPath !== undefined && !clusterFile) return wrong(io, `"${clusterPath}" holds no kind: Cluster`)
      const seed = flags.has('seed') ? flags.int('seed') : undefined
      if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0))
        return wrong(io, '--seed must be a whole number, 0 or more')
      const advance = durationMs(flags.text('advance')) ?? 0
      if (advance < 0) return wrong(io, '--advance cannot go back')
      const again = (texts: readonly TextFile[]) =>
        openCluster(texts, { clusterFile, seed, strict: flags.on('strict'), advance })
      const opened = again(files)
      if (!command.saysDiagnostics)
        for (const d of opened.diagnostics.filter(isError)) io.err(`${diagnosticLine(d, io.errPaint)}\n`)
      return command.run({ ...invocation, ...opened, files, words, again })
    },
  }
}

const isError = (d: Diagnostic) => d.severity === 'error'
