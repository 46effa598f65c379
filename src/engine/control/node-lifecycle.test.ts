import { describe, expect, it } from 'vitest'
import { Lab, pod, workload } from './testing/lab.ts'

describe('nodes', () => {
  it('[CTL-60] a cordoned node has the taint that goes with it, and loses it', () => {
    const lab = new Lab().patch('Node', 'node-1', { spec: { unschedulable: true } }, '').rest()
    expect(lab.node('node-1').spec?.taints).toMatchObject([
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
    ])
    lab.patch('Node', 'node-1', { spec: { unschedulable: null } }, '').rest()
    expect(lab.node('node-1').spec?.taints).toBeUndefined()
  })

  it('[CTL-61] a node that the cluster does not have is not ready, and gets no pods', () => {
    const lab = new Lab().add({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'ghost', labels: { ghost: 'yes' } } })
    expect(lab.node('ghost').status?.conditions?.[0]).toMatchObject({
      type: 'Ready',
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
    })
    lab.add(pod('web', { nodeSelector: { ghost: 'yes' } }))
    expect(lab.pod('web').spec.nodeName).toBeUndefined()
    expect(lab.said('Pod/default/web')[0]).toContain(
      "0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match Pod's node affinity/selector.",
    )
  })

  it('[CTL-62] a NoExecute taint drives out pods that do not tolerate it, others after their time', () => {
    const forever = [{ key: 'maintenance', operator: 'Exists' }]
    const lab = new Lab().add(
      pod('out', { nodeName: 'node-1' }),
      pod('stays', { nodeName: 'node-1', tolerations: forever }),
      pod('later', {
        nodeName: 'node-1',
        tolerations: [{ ...forever[0], effect: 'NoExecute', tolerationSeconds: 60 }],
      }),
    )
    lab.patch('Node', 'node-1', { spec: { taints: [{ key: 'maintenance', effect: 'NoExecute' }] } }, '').rest()
    expect(lab.names()).toEqual(['later', 'stays'])
    lab.wait(65)
    expect(lab.names()).toEqual(['stays'])
    expect(lab.said('Pod/default/out', 'TaintManagerEviction')).toEqual([
      'TaintManagerEviction: Marking for deletion Pod default/out',
    ])
  })

  it('[CTL-62] evicted pods of a Deployment come up elsewhere', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 3 }))
    lab.patch('Node', 'node-1', { spec: { taints: [{ key: 'gone', effect: 'NoExecute' }] } }, '').rest()
    expect(
      lab
        .pods()
        .map((p) => p.spec.nodeName)
        .sort(),
    ).toEqual(['node-2', 'node-2', 'node-3'])
  })

  it('[CTL-63] a pod that names a node which does not exist waits, and is removed after a while', () => {
    const lab = new Lab().add(pod('lost', { nodeName: 'nowhere' }))
    expect(lab.pod('lost').status?.phase).toBe('Pending')
    lab.wait(61)
    expect(lab.names()).toEqual([])
  })
})
