import { expect, test } from 'vitest'
import type { Action, KObject } from '../model/index.ts'
import { fixFor } from './act-actions.ts'

const pod: KObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' } }
const key = 'Pod/default/web'
const inText = (wanted: string) => (wanted === key ? pod : undefined)
const label = (value: string | null, object = key): Action => ({
  type: 'label',
  object,
  key: 'app.kubernetes.io/name',
  value,
})

test('a label or annotation of an object of the text becomes an edit of the text, set or taken out', () => {
  const path = ['metadata', 'labels', 'app.kubernetes.io/name']
  expect(fixFor(label('web'), inText)).toMatchObject({ object: key, op: 'set', path, value: 'web' })
  expect(fixFor(label(null), inText)).toMatchObject({ object: key, op: 'remove', path })
  const slow: Action = { type: 'annotate', object: key, key: 'fairlead.dev/latency', value: '5s' }
  expect(fixFor(slow, inText)?.path).toEqual(['metadata', 'annotations', 'fairlead.dev/latency'])
})

test('of a pod that a workload made it stays a command: the text does not say it', () => {
  expect(fixFor(label('web', 'Pod/default/web-7d9f8-x7k2p'), inText)).toBeNull()
  expect(fixFor({ type: 'delete', object: key }, inText)).toBeNull()
})
