import type { Cluster } from '../../../engine/index.ts'
import {
  defaultContainerOf,
  makeKey,
  type Pod,
  type ShellPlace,
  splitKey,
  whyNotRunning,
} from '../../../model/index.ts'
import type { Input } from '../input.ts'
import { type Place, WORKSTATION } from '../place.ts'
import { err, type Process } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { misuse } from './lines.ts'

/** ssh, outside, pod/NAME, node/NAME, client/NAME: other places to be. */

/** Be at a place: for one command, or until `exit`. */
export function* goTo(c: ToolContext, place: Place, words: readonly string[], input: Input = c.input): Process {
  if (words.length === 0) {
    const problem = c.shell.enter(place)
    return problem === undefined ? 0 : yield* misuse(c, problem)
  }
  return yield* c.shell.call(words, c.shell.scopeAt(place), input)
}

export function podPlace(pod: Pod, container: string): Place {
  const { namespace = 'default', name, uid = '' } = pod.metadata
  return { type: 'pod', pod: makeKey('Pod', namespace, name), uid, container }
}

/** Why nobody can be in a container; undefined: one can. */
export function notRunning(pod: Pod, container: string): string | undefined {
  const not = whyNotRunning(pod, container)
  switch (not?.why) {
    case undefined:
      return undefined
    case 'completed':
      return `cannot exec into a container in a completed pod; current phase is ${not.phase}`
    case 'no-node':
      return `pod ${pod.metadata.name} does not have a host assigned`
    case 'container':
      return `unable to upgrade connection: container not found ("${container}")`
  }
}

function* ssh(c: ToolContext): Process {
  const words = c.args.filter((a, i) => !a.startsWith('-') || i > 0)
  const [target, ...command] = words
  if (target === undefined) return yield* misuse(c, 'use: ssh NODE [COMMAND]', 255)
  const name = target.replace(/^[^@]*@/, '').replace(/^nodes?\//, '')
  const { nodes } = c.cluster.config
  const node = nodes.find((n) => n.name === name || n.internalIP === name)
  if (!node) {
    yield err(
      `ssh: Could not resolve hostname ${name}: Name does not resolve\n# nodes are ${nodes.map((n) => n.name).join(', ')}\n`,
    )
    return 255
  }
  const scripted = command.length === 1 && /\s/.test(command[0]!)
  return yield* goTo(c, { type: 'node', node: node.name }, scripted ? ['sh', '-c', command[0]!] : command)
}

const outside = (c: ToolContext): Process => goTo(c, { type: 'outside' }, c.args)

/** `pod/NAME`, `pod/NAMESPACE/NAME`, `node/NAME`, `client/NAME`, with a command behind it or not. */
export function* placeNamed(c: ToolContext): Process {
  const [kind, ...rest] = c.name.split('/')
  if (kind === 'node' || kind === 'nodes') return yield* ssh({ ...c, args: [rest.join('/'), ...c.args] })
  if (kind === 'client') {
    if (!c.cluster.clientSpec(c.name)) return yield* misuse(c, 'there is no such client, or it cannot ask now')
    return yield* goTo(c, { type: 'client', client: c.name }, c.args)
  }
  const [namespace, name] = rest.length > 1 ? [rest[0]!, rest[1]!] : [c.shell.namespace, rest[0] ?? '']
  const pod = c.cluster.get<Pod>(makeKey('Pod', namespace, name))
  if (!pod) {
    yield err(`Error from server (NotFound): pods "${name}" not found\n`)
    return 1
  }
  const container = defaultContainerOf(pod)
  const problem = notRunning(pod, container)
  if (problem !== undefined) {
    yield err(`error: ${problem}\n`)
    return 1
  }
  return yield* goTo(c, podPlace(pod, container), c.args)
}

/** The place that a ShellPlace names, or why nobody can be there now. */
export function placeAt(place: ShellPlace, cluster: Cluster): { place: Place } | { problem: string } {
  if (place === 'workstation') return { place: WORKSTATION }
  if (place === 'outside') return { place: { type: 'outside' } }
  if (place.startsWith('client/'))
    return cluster.clientSpec(place)
      ? { place: { type: 'client', client: place } }
      : { problem: 'there is no such client, or it cannot ask now' }
  const { kind, name } = splitKey(place)
  if (kind === 'Node')
    return cluster.config.nodes.some((n) => n.name === name)
      ? { place: { type: 'node', node: name } }
      : { problem: `Error from server (NotFound): nodes "${name}" not found` }
  const pod = kind === 'Pod' ? cluster.get<Pod>(place) : undefined
  if (!pod) return { problem: `Error from server (NotFound): pods "${name}" not found` }
  const container = defaultContainerOf(pod)
  const problem = notRunning(pod, container)
  return problem === undefined ? { place: podPlace(pod, container) } : { problem: `error: ${problem}` }
}

/** What a page calls this place; the container of a pod is left out. */
export function nameOfPlace(place: Place): ShellPlace {
  switch (place.type) {
    case 'pod':
      return place.pod
    case 'node':
      return makeKey('Node', '', place.node)
    case 'client':
      return place.client
    default:
      return place.type
  }
}

export const isPlaceName = (word: string): boolean => /^(pods?|nodes?|client)\/[^/]+(\/[^/]+)?$/.test(word)

export const PLACES: readonly Tool[] = [
  { name: 'ssh', summary: 'go to a node: ssh node-1', at: ['workstation', 'node'], run: ssh },
  { name: 'outside', summary: 'go to a machine outside the cluster', at: ['workstation'], run: outside },
]
