import { expect, it } from 'vitest'
import { metadataFault } from './metadata-check.ts'

it.each([
  [{ name: 5 }, 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string'],
  [
    { labels: { a: 1 } },
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  ],
  [
    { labels: 'x' },
    'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
  ],
  [
    { namespace: true },
    'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.namespace of type string',
  ],
  [
    { finalizers: [{}] },
    'json: cannot unmarshal object into Go struct field ObjectMeta.metadata.finalizers of type string',
  ],
  [
    { ownerReferences: [{ uid: 1 }] },
    'json: cannot unmarshal number into Go struct field OwnerReference.metadata.ownerReferences.uid of type string',
  ],
  [
    { name: 'web', labels: { b: true, a: 2 } },
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  ],
  ['x', 'json: cannot unmarshal string into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta'],
  [{ name: 'web', labels: null, unknown: 1 }, undefined],
  [undefined, undefined],
])('kubectl finds what is wrong with metadata %j before it sends it', (metadata, fault) => {
  expect(metadataFault({ kind: 'Service', metadata })).toBe(fault)
})
