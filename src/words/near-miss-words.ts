import type { NearMiss } from '../model/index.ts'

/** What two words that nearly are the same are. */
const WHAT: Readonly<Record<NearMiss['what'], string>> = {
  'label-key': 'label key',
  'label-value': 'label value',
  name: 'name',
  'port-name': 'port name',
  'port-number': 'port',
  namespace: 'namespace',
}

/** "label value": what `wanted` and `found` of a near miss are. */
export const nearMissWord = (miss: NearMiss): string => WHAT[miss.what]
