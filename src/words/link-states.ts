import type { ChainLink } from '../model/index.ts'

/** How a link of a chain stands, for its mark and for a screen reader. */
export const LINK_STATES: Readonly<Record<ChainLink['state'], string>> = {
  pass: 'passes',
  fail: 'fails',
  'would-fail': 'would fail too',
  unknown: 'not known',
}
