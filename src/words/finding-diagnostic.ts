import type { Diagnostic, Finding, SourceField, SourceRange } from '../model/index.ts'
import { findingSentence } from './finding-sentences.ts'
import { plainText } from './phrase.ts'

/** A finding as the Problems list, the editor and the command line show it. `locate` says where a field stands in the text. */
export function diagnosticOf(
  finding: Finding,
  locate: (field: SourceField) => SourceRange | null | undefined,
): Diagnostic {
  const { code, severity, objects, path, rule, fixes, nearMisses } = finding
  const [object, ...others] = objects
  const [fix, ...otherFixes] = fixes
  const source =
    (object && locate({ object, path })) || others.map((o) => locate({ object: o, path: [] })).find((r) => r)
  return {
    severity,
    code,
    message: plainText(findingSentence(finding)),
    ...(object ? { object, path } : {}),
    ...(others.length > 0 ? { others } : {}),
    ...(source ? { source } : {}),
    rule,
    ...(fix ? { fix } : {}),
    ...(otherFixes.length > 0 ? { otherFixes } : {}),
    ...(nearMisses ? { nearMisses } : {}),
  }
}
