import type { ReasonCode } from '../model/index.ts'
import type { Phrase } from './phrase.ts'
import type { ParamsOf } from './reason-params.ts'

/** A sentence for every code that begins with one of these prefixes: a part of the whole table that stands in one file. */
export type SentenceTable<Prefix extends string> = {
  readonly [C in Extract<ReasonCode, `${Prefix}.${string}`>]: (params: ParamsOf<C>) => Phrase[]
}
