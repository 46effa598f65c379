import { makeKey, type Pod } from '../../../model/index.ts'
import { findKind, storeKind } from '../../kinds.ts'
import { type Input, readAll, TextInput } from '../input.ts'
import { err, type Process } from '../shell-event.ts'
import type { ToolContext } from '../tool.ts'
import { containerOf, goTo, notRunning, podOfOwner, podPlace } from './enter.ts'

/** What `kubectl exec` was asked. */
export interface Exec {
  readonly namespace: string
  /** POD, or TYPE/NAME. */
  readonly target: string
  readonly container?: string
  readonly stdin: boolean
  readonly tty: boolean
  readonly command: readonly string[]
}

/** The words after `kubectl`, when they are an exec; text: what is wrong with them. k8s kubectl pkg/cmd/exec/exec.go (v1.36) */
export function execOf(args: readonly string[], defaultNamespace: string): Exec | string | undefined {
  const words: string[] = []
  let namespace = defaultNamespace
  let [container, target]: (string | undefined)[] = [undefined, undefined]
  let [stdin, tty] = [false, false]
  let command: readonly string[] | undefined
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    const [, long, inline] = /^--([a-z-]+)(?:=(.*))?$/.exec(word) ?? []
    if (word === '--') {
      command = args.slice(i + 1)
      break
    }
    if (word === '-n' || long === 'namespace') namespace = inline ?? args[++i] ?? ''
    else if (/^-n./.test(word)) namespace = word.slice(2).replace(/^=/, '')
    else if (word === '-c' || long === 'container') container = inline ?? args[++i]
    else if (long === 'stdin') stdin = inline !== 'false'
    else if (long === 'tty') tty = inline !== 'false'
    else if (long === 'quiet' || word === '-q' || long === 'pod-running-timeout') continue
    else if (/^-[it]+$/.test(word)) {
      if (word.includes('i')) stdin = true
      if (word.includes('t')) tty = true
    } else if (word.startsWith('-') && words.length > 0)
      return `unknown flag: ${word}\nSee 'kubectl exec --help' for usage.`
    else words.push(word)
    if (words.length === 1 && words[0] !== 'exec') return undefined
  }
  if (words[0] !== 'exec') return undefined
  target = words[1]
  if (target === undefined)
    return "expected 'exec (POD | TYPE/NAME) COMMAND [ARG1] [ARG2] ... [ARGN]'.\nPOD or TYPE/NAME is a required argument for the exec command\nSee 'kubectl exec -h' for help and examples"
  if (words.length > 2)
    return "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples"
  if (!command || command.length === 0)
    return "you must specify at least one command for the container\nSee 'kubectl exec -h' for help and examples"
  return { namespace, target, stdin, tty, command, ...(container !== undefined && { container }) }
}

/** A command in a pod. A shell at a terminal is entered; everything else runs and comes back. */
export function* exec(c: ToolContext, e: Exec, input: Input = c.input): Process {
  const [kindWord, named] = e.target.includes('/') ? e.target.split('/') : ['pod', e.target]
  const info = findKind(kindWord ?? '')
  const name = named ?? ''
  if (!info) {
    yield err(`error: the server doesn't have a resource type "${kindWord}"\n`)
    return 1
  }
  const key = makeKey(storeKind(info), info.namespaced ? e.namespace : '', name)
  if (!c.cluster.get(key)) {
    const plural = info.apiVersion.includes('/') ? `${info.plural}.${info.apiVersion.split('/')[0]}` : info.plural
    yield err(`Error from server (NotFound): ${plural} "${name}" not found\n`)
    return 1
  }
  const pod = info.kind === 'Pod' ? c.cluster.get<Pod>(key) : podOfOwner(c, e.namespace, info.kind, name)
  if (!pod) {
    yield err(`error: cannot attach to *v1.${info.kind}: no pods of it were found\n`)
    return 1
  }
  const container = containerOf(pod, e.container)
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  if (!all.some((x) => x.name === container)) {
    yield err(`Error from server (BadRequest): container ${container} is not valid for pod ${pod.metadata.name}\n`)
    return 1
  }
  if (
    e.container === undefined &&
    all.length > 1 &&
    !pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']
  )
    yield err(
      `Defaulted container "${container}" out of: ${all.map((x) => x.name + (pod.spec.initContainers?.includes(x) ? ' (init)' : '')).join(', ')}\n`,
    )
  const problem = notRunning(pod, container)
  if (problem !== undefined) {
    yield err(problem.startsWith('pod ') ? `Error from server (BadRequest): ${problem}\n` : `error: ${problem}\n`)
    return 1
  }
  const place = podPlace(pod, container)
  const isShell = /^(\/bin\/|\/usr\/bin\/)?(sh|bash|ash)$/.test(e.command[0] ?? '') && e.command.length === 1
  if (isShell && e.stdin && input.terminal) return yield* goTo(c, place, [], input)
  const from: Input = e.stdin && !input.terminal ? new TextInput(yield* readAll(input)) : new TextInput('')
  const words = [(e.command[0] ?? '').replace(/^(\/usr)?\/s?bin\//, ''), ...e.command.slice(1)]
  const status = yield* goTo(c, place, words, from)
  if (status !== 0) yield err(`command terminated with exit code ${status}\n`)
  return status
}
