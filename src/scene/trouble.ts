import { type Diagnostic, type ObjectKey, splitKey } from '../model/index.ts'
import { causeWord, isOfTheService } from '../words/index.ts'
import type { Trouble } from './scene.ts'

const WEIGHT = { error: 2, warning: 1, hint: 0 } as const

const known = new WeakMap<readonly Diagnostic[], ReadonlyMap<ObjectKey, Trouble>>()

/**
 * What keeps a Service from working, or is likely to, whoever asks it; and the workload in which that is to be mended. Of several the gravest,
 * and of those the first.
 */
export function troublesOf(diagnostics: readonly Diagnostic[]): ReadonlyMap<ObjectKey, Trouble> {
  let found = known.get(diagnostics)
  if (!found) {
    found = look(diagnostics)
    known.set(diagnostics, found)
  }
  return found
}

function look(diagnostics: readonly Diagnostic[]): ReadonlyMap<ObjectKey, Trouble> {
  const found = new Map<ObjectKey, Trouble>()
  for (const { severity, code, message, object, others = [] } of diagnostics) {
    const word = causeWord(code)
    if (severity === 'hint' || word === undefined || !isOfTheService(code)) continue
    for (const key of object === undefined ? others : [object, ...others]) {
      // others than Services only take part: pods that were probably meant are not wrong
      if (key !== object && splitKey(key).kind !== 'Service') continue
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
