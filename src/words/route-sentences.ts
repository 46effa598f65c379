import { nodeName, podName, portNumber, socket } from './names.ts'
import { formatMs } from './numbers.ts'
import { listOf, type Phrase, say } from './phrase.ts'
import type { SentenceTable } from './sentence-table.ts'

/** How it is known where a pod listens: " (nginx listens on 80)". */
function known(p: { source?: string; image?: string; detail?: string }): Phrase[] {
  if (p.detail) return say` (${p.detail})`
  if (p.source === 'annotation') return say` (<fairlead.dev/listen> says so)`
  if (p.source === 'image' && p.image) return say` (image <${p.image}>)`
  if (p.source === 'container-port') return say` (its containerPorts say so)`
  return []
}

/** The way to the other end, what happens there, and the way back. */
export const ROUTE_SENTENCES: SentenceTable<'route' | 'pod' | 'host' | 'outside' | 'answer'> = {
  'route.same-node': (p) => say`It stays on ${nodeName(p.node)}${p.address ? say`: <${p.address}> is there too` : []}`,
  'route.other-node': (p) => {
    const to = p.to ? say`*${p.to}*` : say`another node`
    return say`From ${nodeName(p.from)} to ${to}${p.address ? say`, where <${p.address}> is` : []}`
  },
  'route.outside': (p) =>
    say`It leaves the cluster${p.node ? say` through *${p.node}*` : []}${p.address ? say` for <${p.address}>` : []}`,
  'route.masquerade-outside': (p) => {
    const source = p.before && p.after ? say`: <${p.before} → ${p.after}>` : []
    return say`Outside, a pod's address means nothing, so the source becomes the node's${source}`
  },
  'route.gone': (p) => {
    const who = p.pod ? say`*${p.pod}*, which had ${socket(p)}, is gone` : say`The pod that had ${socket(p)} is gone`
    return say`${who}: there is no answer`
  },
  'route.martian': (p) => {
    const own = p.address ? say`, <${p.address}>,` : []
    const back = say`The packet comes back to ${nodeName(p.node)} under the node's own address${own}`
    // IPv6 knows no forged packets
    return p.family === 'IPv6'
      ? say`${back}: the answer would come from an address that was not asked, so it is lost`
      : say`${back} and is dropped as a forged one`
  },

  'pod.listening': (p) => say`${podName(p.pod)} listens on ${portNumber(p)}${known(p)}`,
  'pod.assumed-listening': (p) =>
    say`${podName(p.pod)} is taken to listen on ${portNumber(p)}: nothing says where it listens, so this is assumed`,
  'pod.not-listening': (p) => {
    const nobody = say`*Nobody listens on ${portNumber(p)}*`
    if (p.notRunning) return say`${nobody}: the container${p.pod ? say` of *${p.pod}*` : []} is not running`
    if (!p.listens) return nobody
    if (p.listens.length === 0) return say`${nobody}; ${podName(p.pod)} listens nowhere${known(p)}`
    return say`${nobody}; ${podName(p.pod)} listens on ${listOf(p.listens)}${known(p)}`
  },
  'pod.loopback-only': (p) =>
    say`${podName(p.pod)} listens on ${portNumber(p)} only at 127.0.0.1: nobody outside the pod can reach that`,
  'pod.error': (p) => {
    const share = p.percent ? say`, as ${p.percent}% of its answers do (<fairlead.dev/errors>)` : []
    return say`${podName(p.pod)} answers with an error, HTTP ${p.status ?? 500}${share}`
  },
  'pod.slow': (p) => {
    const takes = say`${podName(p.pod)} takes ${p.latencyMs ? formatMs(p.latencyMs) : 'its time'} to answer`
    return p.timeoutMs && p.latencyMs && p.latencyMs >= p.timeoutMs
      ? say`${takes}; the client gives up after ${formatMs(p.timeoutMs)}`
      : takes
  },
  'host.listening': (p) => {
    const who = p.pod ? say`pod *${p.pod}* (hostNetwork)` : p.what ? say`${p.what}` : say`somebody`
    return say`On ${nodeName(p.node)}, ${who} listens at ${socket(p)}`
  },
  'host.not-listening': (p) => say`*Nobody listens at ${p.port ?? 'that port'}* on ${nodeName(p.node)}`,
  'outside.answers': (p) => say`${p.host ? say`*${p.host}*, ` : []}${socket(p)}, outside the cluster, answers`,
  'outside.silent': (p) => say`${p.host ? say`*${p.host}*, ` : []}${socket(p)}, outside the cluster, stays silent`,

  'answer.back': (p) => {
    const what = p.status === undefined ? 'The answer' : `HTTP ${p.status}`
    const back = say`${what} comes back${p.from ? say` from *${p.from}*` : []} the same way`
    if (p.seenAs && p.client && p.seenAs !== p.client)
      return say`${back}; the server saw <${p.seenAs}> instead of <${p.client}>`
    return p.seenAs ? say`${back}; the server saw the client as <${p.seenAs}>` : back
  },
}
