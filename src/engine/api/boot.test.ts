import { describe, expect, it } from 'vitest'
import { getByKey, list } from '../core/index.ts'
import { controlPlaneAddress, getObject, listObjects, serviceAddress } from './index.ts'
import { refused, Server } from './testing/server.ts'

describe('a new cluster', () => {
  it('[API-60] has its namespaces and nodes, and the Services of the API server and of DNS', () => {
    const { state } = new Server()
    expect(listObjects(state, 'Namespace').map((n) => n.metadata.name)).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ])
    expect(listObjects(state, 'Node').map((n) => n.metadata.name)).toEqual(state.config.nodes.map((n) => n.name))
    expect(getByKey(state, 'Service/default/kubernetes')?.['spec']).toMatchObject({ clusterIP: '10.96.0.1' })
    expect(getByKey(state, 'Service/kube-system/kube-dns')?.['spec']).toMatchObject({ clusterIP: '10.96.0.10' })
    expect(getByKey(state, 'Endpoints/default/kubernetes')?.['subsets']).toMatchObject([
      { addresses: [{ ip: controlPlaneAddress(state) }], ports: [{ name: 'https', port: 6443 }] },
    ])
  })

  it('[API-60] is the same for the same settings, and follows them', () => {
    const all = (s: Server) =>
      ['Namespace', 'Node', 'Service', 'Endpoints', 'EndpointSlice'].flatMap((kind) => list(s.state, kind))
    expect(all(new Server())).toEqual(all(new Server()))
    const moved = new Server({ serviceCIDR: '10.50.0.0/24' })
    expect(serviceAddress(moved.state, 10)).toBe('10.50.0.10')
    expect(getByKey(moved.state, 'Service/default/kubernetes')?.['spec']).toMatchObject({ clusterIP: '10.50.0.1' })
  })

  it('[API-61] is read by name, and in lists by namespace, name and labels', () => {
    const s = new Server()
    expect(refused(getObject(s.state, 'Service', 'default', 'web')).message).toBe('services "web" not found')
    expect(listObjects(s.state, 'Service').map((o) => o.metadata.name)).toEqual(['kubernetes', 'kube-dns'])
    expect(listObjects(s.state, 'Service', 'kube-system', { 'k8s-app': 'kube-dns' })).toHaveLength(1)
    expect(listObjects(s.state, 'Service', undefined, { 'k8s-app': 'other' })).toEqual([])
  })
})
