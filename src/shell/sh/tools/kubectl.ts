import { kubectl as run } from '../../kubectl.ts'
import { VERBS } from '../../verbs.ts'
import { inFolder } from '../folder.ts'
import { readAll } from '../input.ts'
import { err, out, type Process, type ShellEvent } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { exec, execOf } from './kubectl-exec.ts'

/** kubectl on this cluster: its output streams as time passes. */
function* kubectl(c: ToolContext): Process {
  const inPod = execOf(c.args, c.shell.namespace)
  if (typeof inPod === 'string') {
    yield err(`error: ${inPod}\n`)
    return 1
  }
  if (inPod) return yield* exec(c, inPod)
  const reads = c.args.some((a) => a === '-' || a === '-f-' || a === '--filename=-')
  const stdin = reads && !c.input.terminal ? yield* readAll(c.input) : undefined
  const { host } = c.shell
  const said: ShellEvent[] = []
  const process = run(
    c.cluster,
    c.args,
    {
      stdin: reads ? (stdin ?? '') : undefined,
      namespace: c.shell.namespace,
      readFile: (name) => c.shell.readFile(c.place, inFolder(c.scope.folder, name)),
      events: host.events?.() ?? [],
    },
    {
      out: (text) => void said.push(out(text)),
      err: (text) => void said.push(err(text)),
    },
  )
  try {
    for (;;) {
      const step = process.next()
      yield* said.splice(0)
      if (step.done) return step.value
      const { until } = step.value
      yield { wait: until === undefined ? {} : { until } }
    }
  } finally {
    process.return(0)
  }
}

export const KUBECTL: Tool = {
  name: 'kubectl',
  aliases: ['k'],
  summary: 'the cluster: get, describe, apply, exec … (kubectl --help)',
  at: ['workstation'],
  run: kubectl,
}

/** Verbs of kubectl, with those that the shell itself knows. */
export const kubectlVerbs = (): readonly string[] => [...new Set([...VERBS.map((v) => v.name), 'exec'])].sort()
