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

  it('[CTL-12] also when its selector only asks for one label more', () => {
    const lab = new Lab().add(workload('ReplicationController', 'web', { replicas: 2 }))
    const before = lab.names()
    const labels = { app: 'web', tier: 'x' }
    lab.patch('ReplicationController', 'web', { spec: { selector: labels, template: { metadata: { labels } } } }).rest()
    expect(before.map((name) => controllerOf(lab.pod(name)))).toEqual([undefined, undefined])
    expect(lab.names('tier=x')).toHaveLength(2)
  })

  it('[CTL-13] gives up pods that are not ready first, then cheap ones, then the youngest', () => {
    const lab = new Lab().add(
      workload('ReplicaSet', 'web', { replicas: 4 }, probed(), { 'fairlead.dev/listen': '8080' }),
    )
    const [a, b] = lab.names()
    lab.annotate('Pod', a!, { 'fairlead.dev/ready': 'false' }).rest()
    lab.annotate('Pod', b!, { 'controller.kubernetes.io/pod-deletion-cost': '-5' }).rest()
    lab.scale('ReplicaSet', 'web', 3).rest()
    expect(lab.names()).not.toContain(a)
    lab.scale('ReplicaSet', 'web', 2).rest()
    expect(lab.names()).not.toContain(b)
    const old = lab.names()
    lab.wait(600).scale('ReplicaSet', 'web', 3).rest().scale('ReplicaSet', 'web', 2).rest()
    expect(lab.names()).toEqual(old)
  })

  it.each([
    ['Deployment', ['node-1', 'node-2'], 'of pods that share a node one goes before a younger one that has its own'],
    ['ReplicaSet', ['node-1', 'node-1'], 'a set of its own does not look at nodes: the youngest goes'],
  ])('[CTL-13] %s: %s: %s', (kind, nodes) => {
    const lab = new Lab()
    const cordon = (on: boolean | null) => {
      for (const n of ['node-2', 'node-3']) lab.patch('Node', n, { spec: { unschedulable: on } }, '')
      lab.rest()
    }
    cordon(true)
    lab.add(workload(kind, 'web', { replicas: 2 }))
    cordon(null)
    lab
      .patch('Node', 'node-3', { spec: { unschedulable: true } }, '')
      .wait(600)
      .scale(kind, 'web', 3)
      .rest()
    const where = () => lab.pods().map((p) => p.spec.nodeName)
    expect(where().sort()).toEqual(['node-1', 'node-1', 'node-2'])
    lab.wait(5).scale(kind, 'web', 2).rest()
    expect(where().sort()).toEqual(nodes)
  })

  it('[CTL-11] a pod that is over as soon as it has started is seen before: one too many is deleted', () => {
    const lab = new Lab().add(workload('ReplicaSet', 'web', { replicas: 1 }))
    lab.add(pod('extra', { restartPolicy: 'Never' }, { 'fairlead.dev/phase': 'Succeeded' }, { app: 'web' }))
    expect(lab.names()).not.toContain('extra')
    expect(lab.names()).toHaveLength(1)
  })

  it('[CTL-14] a pod that has failed is replaced and stays', () => {
    const lab = new Lab().add(workload('ReplicaSet', 'web', { replicas: 1 }))
    const first = lab.names()[0]!
    lab.annotate('Pod', first, { 'fairlead.dev/phase': 'Failed' }).rest()
    expect(lab.pod(first).status?.phase).toBe('Failed')
    expect(lab.names()).toHaveLength(2)
  })
})
