import type { Diagnostic } from '../src/model/index.ts'
import { count } from '../src/words/index.ts'
import type { Command } from './command.ts'
import type { Paint } from './paint.ts'

/** What an API server refuses, and what is worth a look although it is accepted. */
export const check: Command = {
  name: 'check',
  summary: 'what an API server refuses, then what is worth a look; exit 1 on errors',
  usage: 'FILES…',
  flags: [],
  help: {},
  run: ({ diagnostics, flags, out, paint }) => {
    const errors = diagnostics.filter((d) => d.severity === 'error').length
    const warnings = diagnostics.filter((d) => d.severity === 'warning').length
    if (flags.on('json')) out(`${JSON.stringify({ errors, warnings, diagnostics }, undefined, 2)}\n`)
    else {
      for (const d of diagnostics) out(`${lineOf(d, paint)}\n`)
      const rest = diagnostics.length - errors - warnings
      const sums = [count(errors, 'error'), count(warnings, 'warning'), ...(rest > 0 ? [count(rest, 'hint')] : [])]
      out(`${errors > 0 ? paint.red(sums.join(', ')) : sums.join(', ')}\n`)
    }
    return errors > 0 ? 1 : 0
  },
}

/** `web.yaml:12:5: error: …`, as editors and CI systems read it. */
export function lineOf({ source, severity, message }: Diagnostic, paint: Paint): string {
  const colour = severity === 'error' ? paint.red : severity === 'warning' ? paint.yellow : paint.dim
  const place = source ? `${source.file}:${source.line}:${source.column}: ` : ''
  return `${paint.bold(place)}${colour(`${severity}:`)} ${message}`
}
