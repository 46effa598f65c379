import { keyOf } from '../../../model/index.ts'
import type { ExecRequest, Pause } from '../../command.ts'
import { kubectl as run } from '../../kubectl.ts'
import { VERBS } from '../../verbs.ts'
import { inFolder } from '../folder.ts'
import { type Input, readAll, TextInput } from '../input.ts'
import type { Place } from '../place.ts'
import { err, out, type Process, type ShellEvent } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { notRunning, podPlace } from './enter.ts'

/** kubectl on this cluster: its output streams as time passes. */
function* kubectl(c: ToolContext): Process {
  const { host } = c.shell
  const reads = c.args.some((a) => /^(-|-f-|--filename=-|--stdin(=true)?|-i|-it|-ti)$/.test(a))
  const stdin = reads && !c.input.terminal ? yield* readAll(c.input) : undefined
  const said: ShellEvent[] = []
  const inside: Inside = {}
  const process = run(
    c.cluster,
    c.args,
    {
      stdin: reads ? (stdin ?? '') : undefined,
      namespace: c.shell.namespace,
      setNamespace: (namespace) => {
        c.shell.namespace = namespace
      },
      readFile: (name) => c.shell.readFile(c.place, inFolder(c.scope.folder, name)),
      traces: () => c.shell.requests(),
      forwards: c.shell.forwards,
      exec: (request) => exec(c, request, said, inside),
      edit: (object) => {
        said.push({ open: keyOf(object) })
        return undefined
      },
      ...(host.apiDocs && { apiDocs: host.apiDocs }),
    },
    {
      out: (text) => void said.push(out(text)),
      err: (text) => void (text === '' || said.push(err(text))),
    },
  )
  /** To its end, or until it has led into a pod: then it goes on when that shell is left. */
  function* goOn(): Process {
    let waits = false
    try {
      for (;;) {
        const step = process.next()
        yield* said.splice(0)
        if (step.done) return step.value
        if (inside.place && inside.status === undefined) {
          const problem = c.shell.enter(inside.place, (status) => {
            inside.status = status
            return goOn()
          })
          if (problem === undefined) {
            waits = true
            return 0
          }
          yield err(`error: ${problem}\n`)
          return 1
        }
        const { until } = step.value
        c.shell.fuel.spend()
        if (until !== undefined && until <= c.cluster.now) continue
        // kubectl looks again whenever something happened
        const next = c.cluster.nextTaskAt()
        const at = until === undefined || next === undefined ? until : Math.max(c.cluster.now, Math.min(until, next))
        yield { wait: at === undefined ? {} : { until: at } }
      }
    } finally {
      if (!waits) process.return(0)
    }
  }
  return yield* goOn()
}

/** A shell in a pod that kubectl leads into, and how it ended. */
interface Inside {
  place?: Place
  status?: number
}

/** A command in a container. A shell at a keyboard is entered; everything else runs and comes back. */
function* exec(c: ToolContext, request: ExecRequest, said: ShellEvent[], inside: Inside): Generator<Pause, number> {
  const { pod, container, command, stdin } = request
  const problem = notRunning(pod, container)
  if (problem !== undefined) {
    request.err(`error: ${problem}\n`)
    return 1
  }
  const place = podPlace(pod, container)
  const [name = '', ...rest] = command
  const plain = name.replace(/^(\/usr)?\/s?bin\//, '')
  if (/^(sh|bash|ash)$/.test(plain) && rest.length === 0 && stdin !== undefined && c.input.terminal) {
    inside.place = place
    while (inside.status === undefined) yield { endless: true }
    return inside.status
  }
  const input: Input = new TextInput(stdin ?? '')
  const process = c.shell.call([plain, ...rest], c.shell.scopeAt(place), input)
  try {
    for (;;) {
      const step = process.next()
      if (step.done) return step.value
      const event = step.value
      if ('wait' in event) yield event.wait
      else {
        said.push(event)
        // what was written is seen at once
        yield { until: c.cluster.now }
      }
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

/** The verbs of kubectl. */
export const kubectlVerbs = (): readonly string[] => VERBS.map((v) => v.name).sort()
