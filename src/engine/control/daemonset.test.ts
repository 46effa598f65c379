import { describe, expect, it } from 'vitest'
import type { KObject } from '../../model/index.ts'
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
    lab.patch('Node', 'node-3', { metadata: { labels: { disk: null } } }, '').rest()
    expect(nodesOf(lab)).toEqual(['node-1'])
  })

  it('[CTL-31] a pod that may stay where none would be made now is counted when the set is next looked at', () => {
    const lab = new Lab().add(workload('DaemonSet', 'agent'))
    const counts = () => lab.status('DaemonSet', 'agent')
    const taints = [{ key: 'gpu', effect: 'NoSchedule' }]
    lab.patch('Node', 'node-3', { spec: { taints } }, '').rest()
    expect(counts()).toMatchObject({ desiredNumberScheduled: 3, numberMisscheduled: 0 })
    lab.annotate('DaemonSet', 'agent', { note: 'look' }).rest()
    expect(counts()).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 1 })
    lab.patch('Node', 'node-3', { spec: { taints: null } }, '').rest()
    expect(counts()).toMatchObject({ desiredNumberScheduled: 3, numberMisscheduled: 0 })
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

  const surging = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }

  it('[CTL-32] maxSurge: a pod that is stopping does not keep the next one from its node', () => {
    const stays = { 'fairlead.dev/terminating': 'hold' }
    for (const [spec, made] of [
      [surging, 1],
      [{}, 0],
    ] as const) {
      const lab = new Lab().add(workload('DaemonSet', 'agent', spec, {}, stays))
      const before = lab.names()
      lab.delete('Pod', before[0]!).rest()
      expect(lab.names().filter((name) => !before.includes(name))).toHaveLength(made)
    }
  })

  it('[CTL-32] maxSurge: of nodes that should have none, the pod goes only when enough others are available', () => {
    const lab = new Lab()
    for (const n of ['node-1', 'node-2']) lab.patch('Node', n, { metadata: { labels: { disk: 'ssd' } } }, '')
    lab.add(workload('DaemonSet', 'agent', surging, { nodeSelector: { disk: 'ssd' } }))
    lab.patch('Node', 'node-2', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } }, '').rest()
    expect(nodesOf(lab)).toEqual(['node-1', 'node-2'])
    lab.patch('DaemonSet', 'agent', image('example/app:2')).rest()
    expect(nodesOf(lab)).toEqual(['node-1'])
  })

  it('[CTL-32] a pod with the number of the present template counts as updated, whatever its template was', () => {
    const lab = new Lab().add(workload('DaemonSet', 'agent'))
    const before = lab.names()
    lab.delete('DaemonSet', 'agent', { propagation: 'Orphan' }).rest()
    const other = workload('DaemonSet', 'agent', {}, { containers: [{ name: 'app', image: 'example/app:2' }] })
    lab.add(other)
    expect(lab.names()).toEqual(before)
    expect(lab.status('DaemonSet', 'agent')).toMatchObject({ updatedNumberScheduled: 3 })
    lab.patch('DaemonSet', 'agent', image('example/app:3')).rest()
    expect(new Set(lab.pods().map((p) => p.spec.containers[0]!.image))).toEqual(new Set(['example/app:3']))
  })

  it('[CTL-33] of more earlier revisions than the limit those go that no pod has', () => {
    const lab = new Lab().add(
      workload('DaemonSet', 'agent', { revisionHistoryLimit: 1, updateStrategy: { type: 'OnDelete' } }),
    )
    const revisions = () => lab.cluster.list<KObject & { revision: number }>('ControllerRevision', 'default')
    for (const tag of ['2', '3', '4']) lab.patch('DaemonSet', 'agent', image(`example/app:${tag}`)).rest()
    expect(
      revisions()
        .map((r) => r.revision)
        .sort(),
    ).toEqual([1, 4])
  })

  it('[CTL-34] a pod that fails again and again is replaced after 1 s, which doubles', () => {
    const lab = new Lab().add(workload('DaemonSet', 'agent', {}, {}, { 'fairlead.dev/phase': 'Failed' }))
    const made = () => lab.said('DaemonSet/default/agent', 'SuccessfulCreate').length
    lab.wait(300)
    const inFive = made()
    lab.wait(300)
    expect(inFive).toBeGreaterThanOrEqual(3 * 6)
    expect(made() - inFive).toBeLessThanOrEqual(3 * 2)
  })
})
