import { describe, expect, it } from 'vitest'
import { bareObject } from './bare-object.ts'
import { type ConnectAnswer, compare } from './compare.ts'
import { plainText } from './plain-text.ts'
import { asCase, type RecordedCase, type Step, verbOf } from './recorded-case.ts'

const kase = (more: Partial<RecordedCase> = {}): RecordedCase => ({ area: 'x', name: 'x', steps: [], ...more })
const connect = (times: number, expected: ConnectAnswer, actual: ConnectAnswer, more: Partial<RecordedCase> = {}) => {
  const step: Step = { connect: { from: 'client', to: 'http://web/', times } }
  return compare(kase({ steps: [step], ...more }), step, expected, actual)
}

describe('what no simulation can know has a common name', () => {
  it.each([
    ['web   ClusterIP   10.96.7.9   3m2s', 'web  ClusterIP  <clusterIP>  <age>'],
    ['pod/web-66499bfff9-d7kfm created', 'pod/web-<hash>-<id> created'],
    ['service/web-qrdh2 created', 'service/web-<id> created'],
    ['80:31234/TCP', '80:<nodePort>/TCP'],
    ['uid: d08f48b6-5360-4d83-adb9-8144439df88a', 'uid: <uid>'],
    ['10.0.0.2:80,10.0.0.1:80', '10.0.0.1:80,10.0.0.2:80'],
  ])('%s', (text, plain) => {
    expect(plainText(text, '')).toBe(plain)
  })
  it('what the case itself says was not picked', () => {
    expect(plainText('10.96.7.9 31234', '"clusterIP: 10.96.7.9, nodePort: 31234"')).toBe('10.96.7.9 31234')
  })
})

describe('draws of chance', () => {
  const both = { outcomes: { answered: 2 }, pods: ['a', 'b'] }
  it('few are looked for among what is possible', () => {
    expect(
      connect(
        2,
        { outcomes: { answered: 2 }, pods: ['b'] },
        { outcomes: { answered: 2 }, pods: ['a'], possible: { pods: ['a', 'b'], outcomes: ['answered'] } },
      ),
    ).toEqual([])
    expect(connect(2, { outcomes: { answered: 2 }, pods: ['c'] }, { ...both, possible: { pods: ['a', 'b'] } })).toEqual(
      ['pods: expected c among a, b'],
    )
  })
  it('many show everybody', () => {
    expect(
      connect(40, { outcomes: { answered: 40 }, pods: ['a', 'b'] }, { outcomes: { answered: 40 }, pods: ['a'] }),
    ).toEqual(['pods: expected a, b, got a'])
  })
  it('shares may differ by a third', () => {
    const answer = (answered: number) => ({ outcomes: { answered, refused: 40 - answered }, pods: ['a'] })
    expect(connect(40, answer(20), answer(28))).toEqual([])
    expect(connect(40, answer(20), answer(39))).toHaveLength(2)
  })
  it('with unpinned pods neither nodes nor addresses are compared', () => {
    const answer = (ip: string) => ({ outcomes: { answered: 40 }, pods: ['a'], seenAs: [ip] })
    expect(connect(40, answer('10.244.1.2'), answer('10.244.3.7'), { unpinned: true })).toEqual([])
    expect(connect(40, answer('10.244.1.2'), answer('10.244.3.7'))).toHaveLength(1)
  })
})

it('rules are a set, but ordered within the chains of a Service; the lab’s own are left out', () => {
  const step: Step = { rules: { node: 'node-1' } }
  const lines = [
    '-A KUBE-SVC-A -m statistic --probability 0.50000000009 -j KUBE-SEP-A',
    '-A KUBE-SVC-A -j KUBE-SEP-B',
    '-A INPUT -j X',
  ]
  const lab = '-A KUBE-SVC-Z --comment "default/kubernetes:https" -j KUBE-SEP-Z'
  const of = (actual: string[]) => compare(kase({ steps: [step] }), step, lines, actual)
  expect(of([lines[2]!, lines[0]!.replace('0.50000000009', '0.5'), lab, lines[1]!])).toEqual([])
  expect(of([lines[1]!, lines[0]!, lines[2]!])).toHaveLength(1)
  expect(of(lines.slice(0, 2))).toEqual(['missing: -A INPUT -j X'])
})

it('no answer is a difference', () => {
  expect(compare(kase(), { podCount: 'a=b' }, 0, undefined)).toEqual(['no answer'])
})

it('objects are bare: without what every run picks anew, and in admission without the token’s volume', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      uid: 'x',
      labels: { uid: 'kept' },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': 'x' },
    },
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'app', volumeMounts: [{ name: 'kube-api-access-abcde' }] }],
      volumes: [{ name: 'kube-api-access-abcde' }],
    },
    status: { phase: 'Running', startTime: 'x' },
  }
  const metadata = { name: 'web', labels: { uid: 'kept' } }
  expect(bareObject(pod, 'admission')).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'app' }] },
  })
  expect(bareObject(pod, 'workloads')).toEqual({ ...pod, metadata, status: { phase: 'Running' } })
})

it('a file that is no case is passed over', () => {
  expect(asCase({ name: 'x' })).toBeUndefined()
  expect(asCase([])).toBeUndefined()
  expect(verbOf({ namespace: 'x' } as Step)).toBeUndefined()
})
