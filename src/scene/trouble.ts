import { type Diagnostic, type ObjectKey, splitKey } from '../model/index.ts'
import { causeWord, isOfTheService } from '../words/index.ts'
import type { ServiceTrouble } from './scene.ts'

const WEIGHT = { error: 2, warning: 1, hint: 0 } as const

const known = new WeakMap<readonly Diagnostic[], ReadonlyMap<ObjectKey, ServiceTrouble>>()

/** Service → what keeps it from working, or is likely to, whoever asks it. Of several the gravest, and of those the first. */
export function troublesOf(diagnostics: readonly Diagnostic[]): ReadonlyMap<ObjectKey, ServiceTrouble> {
  let found = known.get(diagnostics)
  if (!found) {
    found = look(diagnostics)
    known.set(diagnostics, found)
  }
  return found
}

function look(diagnostics: readonly Diagnostic[]): ReadonlyMap<ObjectKey, ServiceTrouble> {
  const found = new Map<ObjectKey, ServiceTrouble>()
  for (const { severity, code, message, object, others = [] } of diagnostics) {
    const word = causeWord(code)
    if (severity === 'hint' || word === undefined || !isOfTheService(code)) continue
    for (const key of object === undefined ? others : [object, ...others]) {
      if (splitKey(key).kind !== 'Service') continue
      const before = found.get(key)
      if (!before || WEIGHT[before.severity] < WEIGHT[severity]) found.set(key, { severity, word, message })
    }
  }
  return found
}

/** The same as text: a picture is made anew when it changes, not for every diagnostic. */
export const troubleText = (diagnostics: readonly Diagnostic[]): string =>
  [...troublesOf(diagnostics)]
    .map(([key, { severity, word, message }]) => `${key} ${severity} ${word} ${message}`)
    .join('\n')
