import { describe, expect, it } from 'vitest'
import { Lab, probed, workload } from './testing/lab.ts'

const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: 'app', image: name }] } } } })
const nodesOf = (lab: Lab) =>
  lab
    .pods()
    .map((p) => p.spec.nodeName)
    .sort()

describe('DaemonSet', () => {
  it('[CTL-30] runs one pod on every node, cordoned ones too', () => {
    const lab = new Lab().add(workload('DaemonSet', 'agent'))
    expect(nodesOf(lab)).toEqual(['node-1', 'node-2', 'node-3'])
    lab.patch('Node', 'node-2', { spec: { unschedulable: true } }, '').rest()
    expect(nodesOf(lab)).toEqual(['node-1', 'node-2', 'node-3'])
    lab.delete('Pod', lab.pods().find((p) => p.spec.nodeName === 'node-2')!.metadata.name).rest()
    expect(nodesOf(lab)).toEqual(['node-1', 'node-2', 'node-3'])
    expect(lab.status('DaemonSet', 'agent')).toMatchObject({
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberReady: 3,
      numberAvailable: 3,
      numberMisscheduled: 0,
      updatedNumberScheduled: 3,
    })
  })

  it('[CTL-31] only on nodes that its selector and the taints let it onto, as those change', () => {
    const lab = new Lab().add(workload('DaemonSet', 'agent', {}, { nodeSelector: { disk: 'ssd' } }))
    expect(nodesOf(lab)).toEqual([])
    lab.patch('Node', 'node-1', { metadata: { labels: { disk: 'ssd' } } }, '').rest()
    lab.patch('Node', 'node-3', { metadata: { labels: { disk: 'ssd' } } }, '').rest()
    expect(nodesOf(lab)).toEqual(['node-1', 'node-3'])
    lab.patch('Node', 'node-3', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } }, '').rest()
    expect(nodesOf(lab)).toEqual(['node-1', 'node-3'])
    expect(lab.status('DaemonSet', 'agent')).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1 })
    lab.patch('Node', 'node-3', { metadata: { labels: { disk: null } } }, '').rest()
    expect(nodesOf(lab)).toEqual(['node-1'])
  })

  it('[CTL-32] a rollout replaces one node at a time', () => {
    const lab = new Lab().add(workload('DaemonSet', 'agent', {}, probed(), { 'fairlead.dev/listen': '8080' }))
    lab.patch('DaemonSet', 'agent', {
      spec: {
        template: {
          metadata: { annotations: { 'fairlead.dev/ready': 'false' } },
          ...image('example/app:2').spec.template,
        },
      },
    })
    lab.rest()
    expect(lab.status('DaemonSet', 'agent')).toMatchObject({ updatedNumberScheduled: 1, numberUnavailable: 1 })
    for (let i = 0; i < 3; i++) {
      const next = lab
        .pods()
        .find(
          (p) =>
            p.spec.containers[0]!.image === 'example/app:2' &&
            p.metadata.annotations?.['fairlead.dev/ready'] === 'false',
        )
      lab.annotate('Pod', next!.metadata.name, { 'fairlead.dev/ready': 'true' }).rest()
    }
    expect(lab.pods().map((p) => p.spec.containers[0]!.image)).toEqual([
      'example/app:2',
      'example/app:2',
      'example/app:2',
    ])
  })

  it('[CTL-32] maxSurge: the old pod stays until the new one on its node is available', () => {
    const lab = new Lab().add(
      workload('DaemonSet', 'agent', {
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      }),
    )
    lab.patch('DaemonSet', 'agent', image('example/app:2'))
    for (let step = 0; step < 60; step++) {
      lab.wait(0.1)
      expect(new Set(nodesOf(lab)).size).toBe(3)
      expect(nodesOf(lab).length).toBeLessThanOrEqual(4)
    }
    lab.rest()
    expect(lab.pods().map((p) => p.spec.containers[0]!.image)).toEqual([
      'example/app:2',
      'example/app:2',
      'example/app:2',
    ])
  })

  it('[CTL-32] OnDelete waits for somebody to delete', () => {
    const lab = new Lab().add(workload('DaemonSet', 'agent', { updateStrategy: { type: 'OnDelete' } }))
    lab.patch('DaemonSet', 'agent', image('example/app:2')).rest()
    lab.delete('Pod', lab.names()[0]!).rest()
    expect(lab.pods().filter((p) => p.spec.containers[0]!.image === 'example/app:2')).toHaveLength(1)
  })
})
