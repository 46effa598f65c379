import { describe, expect, it } from 'vitest'
import { Lab, pod, workload } from './testing/lab.ts'

/** ConfigMaps, but for the one that every namespace has. */
const maps = (lab: Lab) =>
  lab.cluster
    .list('ConfigMap', 'default')
    .flatMap(({ metadata: { name } }) => (name === 'kube-root-ca.crt' ? [] : name))

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
    expect(maps(lab)).toEqual([])
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

  const map = (name: string, ...ownerReferences: object[]) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(ownerReferences.length > 0 ? { ownerReferences } : {}) },
  })
  const ref = (lab: Lab, name: string, more: object = {}) => {
    const { uid } = lab.get('ConfigMap', name).metadata
    return { apiVersion: 'v1', kind: 'ConfigMap', name, uid, ...more }
  }

  it('[CTL-55] an object whose owner never was, or has another uid or kind, is deleted', () => {
    const lab = new Lab().add(map('owner'))
    const stranger = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'b8a7' }
    lab.add(
      map('a', stranger),
      map('b', ref(lab, 'owner', { uid: 'b8a7' })),
      map('c', ref(lab, 'owner', { kind: 'Pod' })),
    )
    lab.add(map('d', ref(lab, 'owner')))
    expect(maps(lab)).toEqual(['d', 'owner'])
    lab.add(pod('lone'))
    lab.patch('Pod', 'lone', { metadata: { ownerReferences: [stranger] } }).rest()
    expect(lab.names()).toEqual([])
  })

  it('[CTL-55] with an owner that is there it only loses the references to those that are not', () => {
    const lab = new Lab().add(map('owner'))
    lab.add(map('a', { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'b8a7' }, ref(lab, 'owner')))
    expect(lab.get('ConfigMap', 'a').metadata.ownerReferences).toEqual([ref(lab, 'owner')])
  })

  it('[CTL-55] an owner of a kind that no API has leaves it alone', () => {
    const lab = new Lab().add(map('a', { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: 'b8a7' }))
    expect(maps(lab)).toEqual(['a'])
  })

  it('[CTL-50] whatever is an owner takes what it owned with it, a pod or a ConfigMap too', () => {
    const lab = new Lab().add(map('owner'), pod('p'))
    lab.add(
      map('a', ref(lab, 'owner')),
      map('b', { ...ref(lab, 'owner'), kind: 'Pod', name: 'p', uid: lab.pod('p').metadata.uid }),
    )
    lab.delete('ConfigMap', 'owner').delete('Pod', 'p').rest()
    expect(maps(lab)).toEqual([])
  })

  it('[CTL-51] only dependents that block are waited for', () => {
    const lab = new Lab().add(map('owner'))
    const stays = { 'fairlead.dev/terminating': 'hold' }
    lab.add(pod('free', {}, stays), pod('blocks', {}, stays))
    lab.patch('Pod', 'free', { metadata: { ownerReferences: [ref(lab, 'owner')] } })
    lab.patch('Pod', 'blocks', { metadata: { ownerReferences: [ref(lab, 'owner', { blockOwnerDeletion: true })] } })
    lab.delete('ConfigMap', 'owner', { propagation: 'Foreground' }).rest()
    expect(lab.get('ConfigMap', 'owner').metadata.deletionTimestamp).toBeDefined()
    lab
      .patch('Pod', 'blocks', { metadata: { ownerReferences: [ref(lab, 'owner', { blockOwnerDeletion: false })] } })
      .rest()
    expect(maps(lab)).toEqual([])
    expect(lab.pod('free').metadata.deletionTimestamp).toBeDefined()
  })

  it('[CTL-51] a ring of owners does not wait for itself', () => {
    const lab = new Lab().add(map('a'), map('b'))
    lab.patch('ConfigMap', 'a', { metadata: { ownerReferences: [ref(lab, 'b', { blockOwnerDeletion: true })] } })
    lab.patch('ConfigMap', 'b', { metadata: { ownerReferences: [ref(lab, 'a', { blockOwnerDeletion: true })] } })
    lab.delete('ConfigMap', 'a', { propagation: 'Foreground' }).rest()
    expect(maps(lab)).toEqual([])
  })

  it('[CTL-52] asked to leave its dependents behind while a finalizer still holds it, it does', () => {
    const lab = new Lab().add(map('owner'), map('x'))
    lab.patch('ConfigMap', 'owner', { metadata: { finalizers: ['example.com/keep'] } })
    lab.add(map('a', ref(lab, 'owner')))
    lab.delete('ConfigMap', 'owner').rest().delete('ConfigMap', 'owner', { propagation: 'Orphan' }).rest()
    expect(lab.get('ConfigMap', 'a').metadata.ownerReferences).toBeUndefined()
    expect(lab.get('ConfigMap', 'owner').metadata.finalizers).toEqual(['example.com/keep'])
  })
})
