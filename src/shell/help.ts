import type { Context, Outcome, Verb } from './command.ts'
import { type Failure, plain } from './failure.ts'
import type { FlagSpec } from './flags.ts'

const FOOTER = 'Use "kubectl options" for a list of global command-line options (applies to all commands).\n'

/** What is said of a verb that has verbs below it. k8s kubectl pkg/util/templates/templates.go (v1.36) */
function groupText(verb: Verb, path: string): string {
  const parts = [`${verb.about ?? ''}\n`]
  if (verb.aliases) parts.push(`Aliases:\n${[verb.name, ...verb.aliases].join(', ')}\n`)
  const verbs = [...(verb.verbs ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))
  const width = Math.max(11, ...verbs.map((v) => v.name.length)) + 2
  const lines = verbs.map((v) => `  ${v.name.padEnd(width)} ${v.short ?? ''}`.trimEnd())
  parts.push(`Available Commands:\n${lines.join('\n')}\n`)
  parts.push(`Usage:\n  ${path} ${verb.usage ?? '[flags] [options]'}\n`)
  return `${parts.join('\n')}\nUse "${path} <command> --help" for more information about a given command.\n${FOOTER}`
}

/** A verb that needs one below it: all of them (on stderr, but for those that say otherwise), or that there is none of that name. k8s kubectl pkg/cmd/util DefaultSubCommandRun (v1.36) */
export function groupHelp(c: Context, verb: Verb, write: (text: string) => void = c.err): Outcome {
  if (c.args.length > 0) {
    return [plain(`unknown command "${c.args.join(' ')}"\nSee '${c.path} -h' for help and examples`)]
  }
  write(groupText(verb, c.path))
  return [SAID]
}

const SAID: Failure = { type: 'said' }

/** `--help`: what of the verb works here. kubectl's own pages are longer, and describe more. */
export function helpText(verb: Verb, path: string, globals: readonly FlagSpec[]): string {
  if (verb.about && verb.verbs) return groupText(verb, path)
  const flagText = ({ name, short, type, default: initial }: FlagSpec) => {
    const value = initial ?? (type === 'bool' ? 'false' : type === 'string' ? "''" : type === 'int' ? '0' : '[]')
    return `    ${short ? `-${short}, ` : ''}--${name}=${value}`
  }
  const flags = verb.flags.filter((f) => !globals.some((g) => g.name === f.name)).map(flagText)
  const below = verb.verbs?.map((v) => v.name).sort() ?? []
  return [
    ...(verb.short ? [`${verb.short}\n`] : []),
    ...(below.length > 0 ? [`Available Commands:\n  ${below.join('\n  ')}\n`] : []),
    ...(flags.length > 0 ? [`Options:\n${[...new Set(flags)].sort().join('\n')}\n`] : []),
    `Usage:\n  ${path} ${verb.usage ?? '[options]'}\n`,
    FOOTER,
  ].join('\n')
}

/** `kubectl` alone: every command that works here. */
export const overview = (verbs: readonly Verb[]): string =>
  `kubectl controls the Kubernetes cluster manager.

Commands that work here:
${verbs
  .map((v) => `  ${v.name}\n`)
  .sort()
  .join('')}
Usage:
  kubectl [flags] [options]

Use "kubectl <command> --help" for more information about a given command.
${FOOTER}`
