import { describe, expect, it } from 'vitest'
import { Lab, workload } from './testing/lab.ts'

const budget = (spec: object) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'b' },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
})
const bare = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'x' }] },
})
const status = (lab: Lab) => lab.cluster.get('PodDisruptionBudget/default/b')!.status as Record<string, unknown>
const counts = (lab: Lab) => {
  const { currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods } = status(lab)
  return [currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods]
}

describe('PodDisruptionBudget', () => {
  it.each([
    ['a number of pods', { minAvailable: 2 }, [3, 2, 1, 3]],
    ['a share, rounded up', { minAvailable: '50%' }, [3, 2, 1, 3]],
    ['how many may be missing', { maxUnavailable: 1 }, [3, 2, 1, 3]],
    ['what share may be missing, rounded up', { maxUnavailable: '10%' }, [3, 2, 1, 3]],
    ['more than there are', { minAvailable: 4 }, [3, 4, 0, 3]],
  ])('[CTL-57] counts %s', (_, spec, wanted) => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 3 }), budget(spec))
    expect(counts(lab)).toEqual(wanted)
    expect(status(lab).conditions).toMatchObject([
      { type: 'DisruptionAllowed', status: wanted[2]! > 0 ? 'True' : 'False', observedGeneration: 1 },
    ])
  })

  it('[CTL-57] pods of nobody count by number, not by share', () => {
    expect(counts(new Lab().add(bare('web-1'), bare('web-2'), budget({ minAvailable: 1 })))).toEqual([2, 1, 1, 2])
    expect(counts(new Lab().add(bare('web-1'), budget({ minAvailable: '10%' })))).toEqual([1, 0, 0, 0])
  })

  it('[CTL-57] pods of a controller that has no scale cannot be counted', () => {
    const lab = new Lab().add(workload('DaemonSet', 'web'), budget({ maxUnavailable: 1 }))
    expect(status(lab)).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ reason: 'SyncFailed', message: 'daemonsets.apps does not implement the scale subresource' }],
    })
  })

  it('[CTL-58] an eviction takes what is allowed, and no more', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 2 }), budget({ minAvailable: 1 }))
    const [first, second] = lab.pods().map((p) => p.metadata.name)
    expect(lab.cluster.evict('default', first!).ok).toBe(true)
    const refused = lab.cluster.evict('default', second!)
    expect(!refused.ok && refused.status).toMatchObject({
      code: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
    })
    // its replacement stands in for it
    lab.rest()
    expect(lab.cluster.evict('default', second!).ok).toBe(true)
  })

  it('[CTL-58] two budgets for one pod let nobody evict it', () => {
    const other = { ...budget({ minAvailable: 0 }), metadata: { name: 'c' } }
    const refused = new Lab().add(bare('web-1'), budget({ minAvailable: 0 }), other).cluster.evict('default', 'web-1')
    expect(!refused.ok && refused.status.message).toContain('more than one PodDisruptionBudget')
  })
})
