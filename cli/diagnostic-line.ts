import type { Diagnostic } from '../src/model/index.ts'
import type { Paint } from './paint.ts'
import { printable } from './printable.ts'

/** `web.yaml:12:5: error: …`, as editors and CI systems read it. One line, whatever the message is. */
export function diagnosticLine({ source, severity, message, fix }: Diagnostic, paint: Paint): string {
  const colour = severity === 'error' ? paint.red : severity === 'warning' ? paint.yellow : paint.dim
  const place = source ? `${printable(source.file)}:${source.line}:${source.column}: ` : ''
  const mend = fix ? paint.dim(` (fix: ${printable(fix.label)})`) : ''
  return `${paint.bold(place)}${colour(`${severity}:`)} ${printable(message.replaceAll(/\s*\n\s*/g, ' '))}${mend}`
}
