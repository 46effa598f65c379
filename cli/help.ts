import type { Command } from './command.ts'

const list = (entries: Readonly<Record<string, string>>): string => {
  const width = Math.max(...Object.keys(entries).map((word) => word.length))
  return Object.entries(entries)
    .map(([word, text]) => `  ${word.padEnd(width)}  ${text}\n`)
    .join('')
}

/** Examples that begin with another program stand as they are. */
const shown = (example: string): string => (example.includes('fairlead ') ? example : `fairlead ${example}`)

export function overview(commands: readonly Command[]): string {
  const summaries = Object.fromEntries(commands.map((c) => [c.name, c.summary]))
  return `A simulated Kubernetes cluster for Services: manifests in, answers out, with reasons. Nothing here runs containers.

Usage: fairlead COMMAND FILES… [options]

${list({ ...summaries, conformance: 'recorded answers of a real cluster against the simulation: fairlead conformance DIRS…' })}
FILES are manifests, folders of them, or - for standard input.

${commands.map((c) => `  ${shown(c.examples[0]!)}\n`).join('')}
fairlead COMMAND --help says more.
Exit codes: 0 an answer was computed, 1 errors were found, 2 the command line is wrong.
`
}

export const helpFor = (c: Command): string =>
  `fairlead ${c.name}: ${c.summary}

Usage: fairlead ${c.name} ${c.usage} [options]

${list(c.help)}
${c.notes === undefined ? '' : `${c.notes}\n\n`}Examples:
${c.examples.map((example) => `  ${shown(example)}\n`).join('')}`
