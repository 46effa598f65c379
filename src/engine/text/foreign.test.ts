import { describe, expect, test } from 'vitest'
import { notForClusters } from './foreign.ts'

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } }

describe('files of other tools', () => {
  test.each<[string, unknown, string]>([
    ['base/kustomization.yaml', { resources: ['web.yaml'] }, 'Kustomization is read by kustomize, not by a cluster'],
    ['app.yaml', { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }, '"kubectl kustomize"'],
    ['app.yaml', { namePrefix: 'a-', patchesStrategicMerge: ['b.yaml'] }, 'Kustomization is read by kustomize'],
    ['chart/Chart.yaml', { apiVersion: 'v2', name: 'web', version: '0.1.0' }, 'Chart.yaml is read by Helm'],
    ['app.yaml', { apiVersion: 'v2', name: 'web', version: '0.1.0' }, 'Chart.yaml is read by Helm'],
    ['chart/values-prod.yaml', { anything: 3 }, 'values-prod.yaml is read by Helm'],
    ['app.yaml', { replicaCount: 3, service: { port: 80 } }, 'A file of values is read by Helm'],
    ['app.yaml', { image: { repository: 'nginx', tag: '1' } }, '"helm template"'],
    ['app.yaml', { version: '3', services: { web: { image: 'nginx' } } }, 'A Compose file is read by docker compose'],
    ['app.yaml', { services: { web: { build: '.' } } }, '"kompose convert"'],
    ['ci.yml', { true: { push: {} }, jobs: { test: { steps: [] } } }, 'A workflow is read by GitHub Actions'],
    ['api.json', { openapi: '3.0.0', paths: {} }, 'A description of an API'],
    ['config', { apiVersion: 'v1', kind: 'Config', clusters: [], contexts: [] }, 'A kubeconfig is read by kubectl'],
    ['kind.yaml', { apiVersion: 'kind.x-k8s.io/v1alpha4', kind: 'Cluster' }, 'Cluster is read by kind'],
    ['a.yaml', { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' }, 'read by the kubelet'],
    ['a.yaml', { apiVersion: 'skaffold/v4beta1', kind: 'Config', build: {} }, 'Config is read by Skaffold'],
    ['t.yaml', { apiVersion: 'template.openshift.io/v1', kind: 'Template', objects: [] }, '"oc process"'],
  ])('[TEXT-11] %s %j: %s', (file, value, words) => {
    const said = notForClusters(file, value)
    expect(said).toMatchObject({ severity: 'hint', code: 'text.other-tool', rule: 'TEXT-11' })
    expect(said!.message).toContain(words)
  })

  test.each<[string, unknown]>([
    ['kustomization.yaml', service],
    ['values.yaml', service],
    ['a.yaml', { ...service, replicaCount: 3, services: { web: { image: 'x' } } }],
    ['a.yaml', { apiVersion: 'v1', kind: 'List', items: [] }],
    ['a.yaml', { services: 'none', jobs: [], image: 'nginx' }],
    ['a.yaml', { apiVersion: 'cluster.x-k8s.io/v1beta1', kind: 'Cluster', metadata: { name: 'a' } }],
    ['a.yaml', null],
    ['a.yaml', 'text'],
    ['a.yaml', []],
  ])('[TEXT-11] %s %j is not taken for one', (file, value) => {
    expect(notForClusters(file, value)).toBeUndefined()
  })
})
