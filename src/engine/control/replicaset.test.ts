import { describe, expect, it } from 'vitest'
import { controllerOf } from '../../model/index.ts'
import { Lab, pod, probed, workload } from './testing/lab.ts'

describe('ReplicaSet and ReplicationController', () => {
  it.each(['ReplicaSet', 'ReplicationController'])('[CTL-10] a %s keeps its number of pods', (kind) => {
    const lab = new Lab().add(workload(kind, 'web', { replicas: 3 }))
    expect(lab.names()).toHaveLength(3)
    lab.delete('Pod', lab.names()[0]!).rest()
    expect(lab.names()).toHaveLength(3)
    lab.scale(kind, 'web', 1).rest()
    expect(lab.names()).toHaveLength(1)
    expect(lab.status(kind, 'web')).toMatchObject({
      replicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      fullyLabeledReplicas: 1,
    })
  })

  it('[CTL-11] adopts pods without a controller that it selects, and counts them', () => {
    const lab = new Lab().add(pod('stray', {}, {}, { app: 'web' })).add(workload('ReplicaSet', 'web', { replicas: 2 }))
    expect(controllerOf(lab.pod('stray'))?.name).toBe('web')
    expect(lab.names()).toHaveLength(2)
  })

  it('[CTL-11] a stray pod that comes later is adopted, and is one too many', () => {
    const lab = new Lab().add(workload('ReplicaSet', 'web', { replicas: 1 }))
    lab.add(pod('stray', {}, {}, { app: 'web' }))
    expect(lab.names()).toHaveLength(1)
  })

  it('[CTL-12] lets go of a pod whose labels no longer match, and makes another', () => {
    const lab = new Lab().add(workload('ReplicaSet', 'web', { replicas: 2 }))
    const freed = lab.names()[0]!
    lab.patch('Pod', freed, { metadata: { labels: { app: 'debug' } } }).rest()
    expect(controllerOf(lab.pod(freed))).toBeUndefined()
    expect(lab.names('app=web')).toHaveLength(2)
    lab.patch('Pod', freed, { metadata: { labels: { app: 'web' } } }).rest()
    expect(lab.names()).toHaveLength(2)
  })

  it('[CTL-12] a ReplicationController whose selector changes lets its pods go', () => {
    const lab = new Lab().add(workload('ReplicationController', 'web', { replicas: 2 }))
    lab.patch('ReplicationController', 'web', {
      spec: { selector: { app: 'other' }, template: { metadata: { labels: { app: 'other' } } } },
    })
    lab.rest()
    expect(lab.pods('app=web').map(controllerOf)).toEqual([undefined, undefined])
    expect(lab.names('app=other')).toHaveLength(2)
  })

  it('[CTL-13] gives up pods that are not ready first, then cheap ones, then those that share a node, then the youngest', () => {
    const lab = new Lab().add(
      workload('ReplicaSet', 'web', { replicas: 4 }, probed(), { 'fairlead.dev/listen': '8080' }),
    )
    const [a, b] = lab.names()
    lab.annotate('Pod', a!, { 'fairlead.dev/ready': 'false' }).rest()
    lab.annotate('Pod', b!, { 'controller.kubernetes.io/pod-deletion-cost': '-5' }).rest()
    const onNode = (node: string) => lab.pods().filter((p) => p.spec.nodeName === node)
    lab.scale('ReplicaSet', 'web', 3).rest()
    expect(lab.names()).not.toContain(a)
    lab.scale('ReplicaSet', 'web', 2).rest()
    expect(lab.names()).not.toContain(b)
    for (const node of ['node-1', 'node-2', 'node-3']) expect(onNode(node).length).toBeLessThanOrEqual(1)
  })

  it('[CTL-14] a pod that has failed is replaced and stays', () => {
    const lab = new Lab().add(workload('ReplicaSet', 'web', { replicas: 1 }))
    const first = lab.names()[0]!
    lab.annotate('Pod', first, { 'fairlead.dev/phase': 'Failed' }).rest()
    expect(lab.pod(first).status?.phase).toBe('Failed')
    expect(lab.names()).toHaveLength(2)
  })
})
