import { expect, test } from 'vitest'
import type { Diagnostic, KObject, Situation } from '../../model/index.ts'
import { compareSituations } from './compare-situations.ts'
import { changesFor } from './what-if-changes.ts'

const pod: KObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', readinessProbe: { tcpSocket: { port: 80 } } }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
}
const deployment: KObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas: 2, template: { metadata: { labels: { app: 'web' } } } },
}

test('a pod can be tried not ready, deleted, slow and with another label; one without a probe is always ready, and one that is going is left alone', () => {
  expect(changesFor(pod, false).map((c) => c.id)).toEqual(['ready', 'delete', 'slow', 'label'])
  const unprobed = { ...pod, spec: { containers: [{ name: 'web' }] } }
  expect(changesFor(unprobed, false).map((c) => c.id)).toEqual(['delete', 'slow', 'label'])
  const label = changesFor(pod, false).at(-1)!
  expect('changeTo' in label && label.changeTo('app', '')).toEqual({
    type: 'act',
    action: { type: 'label', object: 'Pod/default/web-1', key: 'app', value: null },
  })
  const going = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2024-01-01T00:00:00Z' } }
  expect(changesFor(going, false)).toEqual([])
})

test('the label of a template is tried as an edit of the text, and only where the text has it', () => {
  expect(changesFor(deployment, false).map((c) => c.id)).toEqual(['scale-0', 'scale-3'])
  const label = changesFor(deployment, true).at(-1)!
  expect('changeTo' in label && label.changeTo('app', 'api')).toMatchObject({
    type: 'fix',
    fix: { object: 'Deployment/default/web', path: ['spec', 'template', 'metadata', 'labels', 'app'], value: 'api' },
  })
})

test('two situations are told apart: findings that go, come and stay, endpoints, outcomes and who could answer', () => {
  const finding = (code: string, object: string): Diagnostic => ({ severity: 'error', code, message: code, object })
  const before: Situation = {
    findings: [finding('port.not-listening', 'Service/default/web'), finding('pod.slow', 'Deployment/default/api')],
    services: [{ key: 'Service/default/web', ready: 2, total: 2 }],
    clients: [{ key: 'client/web', outcomes: ['refused'], pods: [] }],
  }
  const after: Situation = {
    findings: [finding('pod.slow', 'Deployment/default/api'), finding('pod.none', 'Service/default/db')],
    services: [
      { key: 'Service/default/web', ready: 2, total: 2 },
      { key: 'Service/default/db', ready: 0, total: 0 },
    ],
    clients: [{ key: 'client/web', outcomes: ['answered'], pods: ['web-1'] }],
  }
  const found = compareSituations(before, after)
  expect([found.goes, found.comes, found.stays].map((list) => list.map((d) => d.code))).toEqual([
    ['port.not-listening'],
    ['pod.none'],
    ['pod.slow'],
  ])
  expect(found.services.map((s) => [s.key, s.changed])).toEqual([
    ['Service/default/web', false],
    ['Service/default/db', true],
  ])
  expect(found.clients).toMatchObject([{ before: ['refused'], after: ['answered'], come: ['web-1'], changed: true }])
  expect(compareSituations(before, before).same).toBe(true)
})
