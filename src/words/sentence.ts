import type { Reason, ReasonCode } from '../model/index.ts'
import { DIAL_SENTENCES } from './dial-sentences.ts'
import { LINK_SENTENCES } from './link-sentences.ts'
import { NAME_SENTENCES } from './name-sentences.ts'
import type { Phrase } from './phrase.ts'
import { PROXY_SENTENCES } from './proxy-sentences.ts'
import type { ParamsOf } from './reason-params.ts'
import { ROUTE_SENTENCES } from './route-sentences.ts'
import { SERVICE_SENTENCES } from './service-sentences.ts'

/** Exhaustive: a code without a sentence does not compile. */
const SENTENCES: { readonly [C in ReasonCode]: (params: ParamsOf<C>) => Phrase[] } = {
  ...NAME_SENTENCES,
  ...DIAL_SENTENCES,
  ...PROXY_SENTENCES,
  ...ROUTE_SENTENCES,
  ...SERVICE_SENTENCES,
  ...LINK_SENTENCES,
}

/**
 * A reason as one plain sentence without a full stop. Params that are missing leave their part out; they are never printed as
 * "undefined". Params are trusted to have the types of `ReasonParams`.
 */
export function sentence(reason: Reason): Phrase[] {
  const words = SENTENCES[reason.code] as ((params: Reason['params']) => Phrase[]) | undefined
  if (!words) return [{ text: reason.code, style: 'code' }]
  const [first, ...rest] = words(reason.params)
  if (!first || first.style) return first ? [first, ...rest] : []
  // A name keeps its letters; words of ours begin with a capital.
  return [{ text: first.text.charAt(0).toUpperCase() + first.text.slice(1) }, ...rest]
}

export const SENTENCE_CODES = Object.keys(SENTENCES) as readonly ReasonCode[]
