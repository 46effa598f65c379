import { describe, expect, test } from 'vitest'
import type { KObject, ServiceView, Trace, Update } from '../model/index.ts'
import { applyUpdate, EMPTY_MIRROR } from './mirror.ts'

const pod = (name: string, resourceVersion: string, phase = 'Running'): KObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
    status: { phase },
  }) as unknown as KObject

const service = (ready: number): ServiceView =>
  ({ key: 'Service/default/web', ports: [{ port: 80, ready }], members: [], balancer: [] }) as unknown as ServiceView

const trace = (id: string, startedAt: number): Trace =>
  ({ id, client: 'client/shop', startedAt, took: 1, hops: [], outcome: 'answered' }) as unknown as Trace

const whole = (part: Partial<Update>): Update => ({
  ack: 1,
  now: 1000,
  reset: true,
  put: [],
  drop: [],
  services: [],
  traces: [],
  events: [],
  terminal: [],
  ...part,
})

describe('a whole mirror, after a step back or an edit at the playhead', () => {
  const parts = () => ({
    put: [pod('a', '1'), pod('b', '2')],
    services: [service(2)],
    traces: [trace('1', 100), trace('2', 200)],
    sources: [{ object: 'Pod/default/a', source: { file: 'app.yaml', line: 1 } }] as unknown as Update['sources'] & {},
    notSimulated: ['Ingress/default/web'],
  })
  const before = applyUpdate(EMPTY_MIRROR, whole(parts()))

  test('nothing that is as it was changes its identity', () => {
    const after = applyUpdate(before, whole({ ...structuredClone(parts()), now: 900 }))
    expect(after.now).toBe(900)
    for (const part of ['objects', 'services', 'clients', 'config', 'sources', 'notSimulated', 'diagnostics'] as const)
      expect(after[part], part).toBe(before[part])
    expect(after.traces[1]).toBe(before.traces[1])
  })

  test('what changed is new, what did not keeps its identity', () => {
    const put = [pod('a', '1'), pod('b', '3')]
    const after = applyUpdate(before, whole({ ...structuredClone(parts()), put, services: [service(1)] }))
    expect(after.objects.get('Pod/default/a')).toBe(before.objects.get('Pod/default/a'))
    expect(after.objects.get('Pod/default/b')).toBe(put[1])
    expect(after.services.get('Service/default/web')).toEqual(service(1))
  })

  test('the same resourceVersion of a run that went another way is another object', () => {
    const put = [pod('a', '1'), pod('b', '2', 'Pending')]
    expect(applyUpdate(before, whole({ put })).objects.get('Pod/default/b')).toBe(put[1])
  })

  test('what is gone is gone, and another order is another order', () => {
    expect([...applyUpdate(before, whole({ put: [pod('b', '2')] })).objects.keys()]).toEqual(['Pod/default/b'])
    const turned = applyUpdate(before, whole({ put: [pod('b', '2'), pod('a', '1')] }))
    expect([...turned.objects.keys()]).toEqual(['Pod/default/b', 'Pod/default/a'])
  })
})
