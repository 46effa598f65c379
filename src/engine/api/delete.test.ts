import { describe, expect, it } from 'vitest'
import { timestamp } from '../../model/index.ts'
import { getByKey } from '../core/index.ts'
import { bindPod, createObject, deleteObject, finalizeNamespace, removeNow } from './index.ts'
import { plain, pod, refused, Server, stored, workload } from './testing/server.ts'

const onNode = (s: Server, spec: object = {}) => stored(bindPod(s.state, s.create(pod(spec)), 'node-1'))

describe('deleting', () => {
  it('[API-45] a pod on a node is asked to stop, and told until when', () => {
    const s = new Server()
    onNode(s, { terminationGracePeriodSeconds: 7 })
    s.state.now = 5000
    const marked = s.delete('Pod', 'web')
    expect(marked.metadata).toMatchObject({
      deletionGracePeriodSeconds: 7,
      deletionTimestamp: timestamp(12_000),
      generation: 2,
    })
    expect(getByKey(s.state, 'Pod/default/web')).toBe(marked)
    removeNow(s.state, 'Pod/default/web')
    expect(getByKey(s.state, 'Pod/default/web')).toBeUndefined()
  })

  it('[API-45] asking again can only shorten the time; none at all removes the pod', () => {
    const s = new Server()
    onNode(s)
    const first = s.delete('Pod', 'web', { gracePeriodSeconds: 20 })
    expect(s.delete('Pod', 'web', { gracePeriodSeconds: 60 })).toBe(first)
    expect(s.delete('Pod', 'web', { gracePeriodSeconds: 5 }).metadata.deletionGracePeriodSeconds).toBe(5)
    s.delete('Pod', 'web', { gracePeriodSeconds: 0 })
    expect(getByKey(s.state, 'Pod/default/web')).toBeUndefined()
  })

  it('[API-45] a pod that is on no node goes at once', () => {
    const s = new Server()
    s.create(pod())
    s.delete('Pod', 'web')
    expect(getByKey(s.state, 'Pod/default/web')).toBeUndefined()
  })

  it('[API-46] what has finalizers stays until they are taken away', () => {
    const s = new Server()
    s.create({ ...plain('ConfigMap'), metadata: { name: 'web', finalizers: ['example.com/wait'] } })
    const marked = s.delete('ConfigMap', 'web')
    expect(marked.metadata.deletionTimestamp).toBe(timestamp(0))
    expect(s.delete('ConfigMap', 'web')).toBe(marked)
    s.edited(marked, (d) => {
      d.metadata.finalizers = []
    })
    expect(getByKey(s.state, 'ConfigMap/default/web')).toBeUndefined()
  })

  it('[API-46] in the foreground it waits for its dependents; orphaning waits until they are let go', () => {
    const s = new Server()
    s.create(workload('Deployment', {}, 'a'))
    s.create(workload('Deployment', {}, 'b'))
    expect(s.delete('Deployment', 'a', { propagation: 'Foreground' }).metadata.finalizers).toEqual([
      'foregroundDeletion',
    ])
    expect(s.delete('Deployment', 'b', { propagation: 'Orphan' }).metadata.finalizers).toEqual(['orphan'])
  })

  it('[API-47] a namespace first ends: nothing new in it; it goes when it is empty', () => {
    const s = new Server()
    s.create(plain('Namespace', {}, 'v1', 'shop'))
    expect(stored(deleteObject(s.state, 'Namespace', '', 'shop')).status.phase).toBe('Terminating')
    const late = refused(createObject(s.state, pod(), { namespace: 'shop' }))
    expect(late).toMatchObject({ code: 403, reason: 'Forbidden' })
    expect(late.message).toBe(
      'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    )
    finalizeNamespace(s.state, 'shop')
    expect(getByKey(s.state, 'Namespace//shop')).toBeUndefined()
  })

  it('[API-47] the namespaces that a cluster needs cannot be deleted', () => {
    const s = new Server()
    for (const name of ['default', 'kube-system', 'kube-public']) {
      expect(refused(deleteObject(s.state, 'Namespace', '', name)).message).toBe(
        `namespaces "${name}" is forbidden: this namespace may not be deleted`,
      )
    }
  })

  it('[API-48] what is not there is NotFound', () => {
    expect(refused(deleteObject(new Server().state, 'Service', 'default', 'nope'))).toMatchObject({
      code: 404,
      message: 'services "nope" not found',
      reason: 'NotFound',
    })
  })
})
