import { describe, expect, it } from 'vitest'
import type { Drift, DriftField } from '../model/index.ts'
import { putBackCommand } from './put-back-command.ts'

const changed = (...fields: readonly DriftField[]): Drift => ({
  object: 'Deployment/default/web',
  how: 'changed',
  fields,
})

describe('the command that puts back what the text says', () => {
  it('deletes what was made by hand, and applies what was deleted', () => {
    expect(putBackCommand({ object: 'Service/shop/web', how: 'created', fields: [] }, undefined)).toBe(
      'kubectl delete service/web -n shop',
    )
    expect(putBackCommand({ object: 'Service/shop/web', how: 'deleted', fields: [] }, 'my shop.yaml')).toBe(
      "kubectl apply -f 'my shop.yaml'",
    )
  })

  it('applies what the text says; what it never said, apply would leave', () => {
    const replicas = { path: ['spec', 'replicas'], text: 2, cluster: 5 }
    const label = { path: ['metadata', 'labels', 'tier'], cluster: 'x' }
    const env = { path: ['spec', 'template', 'metadata', 'annotations', 'a.b/c'], cluster: '1' }
    expect(putBackCommand(changed(replicas), 'web.yaml')).toBe('kubectl apply -f web.yaml')
    expect(putBackCommand(changed(label), 'web.yaml')).toBe('kubectl label deployment/web tier-')
    expect(putBackCommand(changed(replicas, env), 'web.yaml')).toBe(
      `kubectl apply -f web.yaml && kubectl patch deployment/web --type=json -p '[{"op":"remove","path":"/spec/template/metadata/annotations/a.b~1c"}]'`,
    )
  })

  it('gives a list that got longer the items of the text', () => {
    const ports = { path: ['spec', 'ports'], text: [{ port: 80 }], cluster: [{ port: 80 }, { port: 81 }] }
    expect(putBackCommand({ object: 'Service/default/web', how: 'changed', fields: [ports] }, 'web.yaml')).toBe(
      `kubectl patch service/web --type=json -p '[{"op":"replace","path":"/spec/ports","value":[{"port":80}]}]'`,
    )
  })
})
