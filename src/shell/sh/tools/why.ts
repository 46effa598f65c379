import { diagnosticOf, findingSentence, plainText, sentence } from '../../../words/index.ts'
import { out, type Process } from '../shell-event.ts'
import type { Tool, ToolContext } from '../tool.ts'
import { misuse } from './lines.ts'

/** The way of the shell's last request, hop by hop, and what would mend it. */
function* why(c: ToolContext): Process {
  const last = c.shell.sent.at(-1)
  if (!last) return yield* misuse(c, 'nothing was asked from this shell yet: try curl, wget or nc')
  const { trace, from } = last
  yield out(`${trace.request.url}: ${trace.outcome}${trace.http === undefined ? '' : ` (${trace.http})`}\n`)
  for (const hop of trace.hops) yield out(`  ${hop.failed ? '✗' : '·'} ${plainText(sentence(hop.why))}\n`)
  const cause = c.cluster.causeOf(from, [trace])
  if (!cause) return 0
  yield out(`${plainText(findingSentence(cause))}.\n`)
  const { fix } = diagnosticOf(cause, () => undefined)
  if (fix) yield out(`To mend it: ${fix.label}\n`)
  return 0
}

export const WHY: Tool = { name: 'why', summary: 'why the last request went as it did', run: why }
