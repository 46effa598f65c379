import { describe, expect, it } from 'vitest'
import { Lab, pod, workload } from './testing/lab.ts'

describe('deletion and what hangs on it', () => {
  it('[CTL-50] in the background: what it owned goes after it', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 2 }))
    lab.delete('Deployment', 'web')
    expect(lab.cluster.list('Deployment')).toHaveLength(0)
    expect(lab.cluster.list('ReplicaSet')).toHaveLength(1)
    lab.rest()
    expect(lab.cluster.list('ReplicaSet')).toHaveLength(0)
    expect(lab.cluster.list('Pod')).toHaveLength(0)
  })

  it('[CTL-51] in the foreground: it stays until what it owned has gone', () => {
    const lab = new Lab().add(
      workload('Deployment', 'web', { replicas: 1 }, {}, { 'fairlead.dev/sigterm': 'drain 5s' }),
    )
    lab.delete('Deployment', 'web', { propagation: 'Foreground' }).rest()
    expect(lab.get('Deployment', 'web').metadata.finalizers).toEqual(['foregroundDeletion'])
    lab.wait(8)
    expect(lab.cluster.list('Deployment')).toHaveLength(0)
    expect(lab.cluster.list('Pod')).toHaveLength(0)
  })

  it('[CTL-52] orphaned: what it owned stays without an owner, and a new owner takes it', () => {
    const lab = new Lab().add(workload('ReplicaSet', 'web', { replicas: 2 }))
    const names = lab.names()
    lab.delete('ReplicaSet', 'web', { propagation: 'Orphan' }).rest()
    expect(lab.names()).toEqual(names)
    expect(lab.pod(names[0]!).metadata.ownerReferences).toBeUndefined()
    lab.add(workload('ReplicaSet', 'web', { replicas: 2 }))
    expect(lab.names()).toEqual(names)
  })

  it('[CTL-53] with several owners it goes only after the last', () => {
    const lab = new Lab().add(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
      workload('Deployment', 'one', { replicas: 0 }),
      workload('Deployment', 'two', { replicas: 0 }),
    )
    const refs = ['one', 'two'].map((name) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name,
      uid: lab.get('Deployment', name).metadata.uid,
    }))
    lab.patch('ConfigMap', 'a', { metadata: { ownerReferences: refs } }).rest()
    lab.delete('Deployment', 'one').rest()
    expect(lab.get('ConfigMap', 'a').metadata.ownerReferences).toHaveLength(1)
    lab.delete('Deployment', 'two').rest()
    expect(lab.cluster.list('ConfigMap')).toHaveLength(0)
  })

  it('[CTL-54] a namespace empties, then goes', () => {
    const lab = new Lab().add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
    lab.add(
      { ...workload('Deployment', 'web', { replicas: 2 }), metadata: { name: 'web', namespace: 'shop' } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { ports: [{ port: 80 }] },
      },
    )
    lab.delete('Namespace', 'shop', {}, '')
    expect(lab.cluster.get('Namespace//shop')).toMatchObject({ status: { phase: 'Terminating' } })
    const refused = lab.cluster.create({ ...pod('late'), metadata: { name: 'late', namespace: 'shop' } })
    expect(refused.ok).toBe(false)
    lab.rest()
    expect(lab.cluster.get('Namespace//shop')).toBeUndefined()
    for (const kind of ['Deployment', 'ReplicaSet', 'Pod', 'Service'])
      expect(lab.cluster.list(kind, 'shop')).toHaveLength(0)
  })
})
