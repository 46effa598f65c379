import { type ClusterEvent, hostPort, splitKey, type Trace } from '../../model/index.ts'
import { formatClock, formatMs, plainText, problemWord, sentence, shortOutcome, wayInShort } from '../../words/index.ts'
import type { Scenario } from '../scenario.ts'
import type { Stretch } from './play-scenario.ts'

/** Requests of one client that a stretch lists one by one; of the others it says how many ended how. */
const LISTED = 8
/** Events that a stretch lists; of the others it says how many. */
const LISTED_EVENTS = 60

const nameOf = (key: string) => {
  const { kind, namespace, name } = splitKey(key)
  return `${kind} ${namespace === '' || namespace === 'default' ? '' : `${namespace}/`}${name}`
}

function requestLine(trace: Trace): string {
  const server = trace.server
  const who = server?.pod ? splitKey(server.pod).name : server ? hostPort(server.ip, server.port) : '-'
  return `${formatClock(trace.startedAt).padStart(7)}  ${trace.client.replace('client/', '')} ${trace.request.url}  ${shortOutcome(trace)}  ${wayInShort(trace) || '-'}  ${who}  ${formatMs(trace.took)}`
}

const eventLine = (event: ClusterEvent) =>
  `${formatClock(event.at).padStart(7)}  event ${nameOf(event.object)}: ${event.reason}: ${event.message}`

/** A played example as text: a line for each event and request, one trace of each kind in words, the Services at the end. */
export function timelineOf(scenario: Scenario, stretches: readonly Stretch[]): string {
  const lines: string[] = [`# ${scenario.title}`]
  const told = new Set<string>()
  for (const [i, stretch] of stretches.entries()) {
    lines.push('', i === 0 ? '## As it opens' : `## ${scenario.steps[i - 1]!.label}`)
    const listed: { at: number; line: string }[] = stretch.events
      .slice(0, LISTED_EVENTS)
      .map((e) => ({ at: e.at, line: eventLine(e) }))
    const seen = new Map<string, number>()
    const more = new Map<string, Map<string, number>>()
    for (const trace of stretch.traces) {
      const n = (seen.get(trace.client) ?? 0) + 1
      seen.set(trace.client, n)
      if (n <= LISTED) listed.push({ at: trace.startedAt, line: requestLine(trace) })
      else {
        const counts = more.get(trace.client) ?? new Map<string, number>()
        counts.set(shortOutcome(trace), (counts.get(shortOutcome(trace)) ?? 0) + 1)
        more.set(trace.client, counts)
      }
    }
    lines.push(...listed.sort((a, b) => a.at - b.at).map(({ line }) => line))
    const unlisted = stretch.events.length - LISTED_EVENTS
    if (unlisted > 0) lines.push(`     …   ${unlisted} more events`)
    for (const [client, counts] of more) {
      const words = [...counts].map(([outcome, n]) => `${n} ${outcome}`).join(', ')
      lines.push(`     …   ${client.replace('client/', '')}: ${words} more`)
    }
    for (const trace of stretch.traces) {
      const kind = `${trace.client} ${shortOutcome(trace)}`
      if (told.has(kind)) continue
      told.add(kind)
      lines.push(`  why ${trace.client.replace('client/', '')} ${shortOutcome(trace)}, hop by hop:`)
      for (const hop of trace.hops) {
        lines.push(
          `    ${hop.failed ? '✗' : '·'} ${hop.layer.padEnd(10)} ${hop.why.rule.padEnd(7)} ${plainText(sentence(hop.why))}`,
        )
      }
    }
    for (const view of [...stretch.services.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) {
      const ports = view.ports.map((p) => `${p.name || p.port} ${p.ready}/${p.total} on ${p.resolved.join(',') || '-'}`)
      const word = view.problem ?? view.note
      const said = word ? `; ${problemWord(word)}: ${plainText(sentence(word))}` : ''
      if (!/^Service\/(kube-|default\/kubernetes$)/.test(view.key))
        lines.push(`  ${nameOf(view.key)}: ${ports.join('; ') || 'no ports'}${said}`)
    }
    for (const d of stretch.diagnostics)
      lines.push(`  ${d.severity} ${d.source ? `${d.source.file}:${d.source.line} ` : ''}${d.message}`)
  }
  return `${lines.join('\n')}\n`
}
