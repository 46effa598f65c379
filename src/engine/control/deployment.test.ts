import { describe, expect, it } from 'vitest'
import { controllerOf, type ReplicaSet } from '../../model/index.ts'
import { Lab, probed, workload } from './testing/lab.ts'

const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: 'app', image: name }] } } } })
const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
})
const sets = (lab: Lab) =>
  lab.cluster
    .list<ReplicaSet>('ReplicaSet', 'default')
    .sort((a, b) => revision(b) - revision(a))
    .map((s) => [s.spec.template.spec.containers[0]!.image, s.spec.replicas])
const revision = (o: { metadata: { annotations?: Readonly<Record<string, string>> } }) =>
  Number(o.metadata.annotations?.['deployment.kubernetes.io/revision'])
const progressing = (lab: Lab) => {
  const found = (lab.status('Deployment', 'web').conditions as { type: string; status: string; reason: string }[]).find(
    (c) => c.type === 'Progressing',
  )
  return `${found?.status} ${found?.reason}`
}

describe('Deployment', () => {
  it('[CTL-1] makes a ReplicaSet named after the hash of its template, and that makes the pods', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 2 }))
    const set = lab.cluster.list<ReplicaSet>('ReplicaSet')[0]!
    const hash = set.metadata.labels?.['pod-template-hash']
    expect(set.metadata.name).toBe(`web-${hash}`)
    expect(set.spec.selector?.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash })
    expect(controllerOf(set)?.name).toBe('web')
    expect(lab.names()).toHaveLength(2)
    expect(lab.names().every((n) => n.startsWith(`web-${hash}-`))).toBe(true)
    expect(lab.status('Deployment', 'web')).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
      updatedReplicas: 2,
      observedGeneration: 1,
    })
    expect(lab.said('Deployment/default/web')).toEqual([
      `ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 2`,
    ])
  })

  it('[CTL-1] the order of keys in a template makes no new revision', () => {
    const lab = new Lab().add(workload('Deployment', 'web'))
    const before = lab.get('Deployment', 'web')
    const [container] = before.spec.template.spec.containers
    const reversed = Object.fromEntries(Object.entries(container!).reverse())
    const value = {
      ...before,
      spec: {
        ...before.spec,
        template: { ...before.spec.template, spec: { ...before.spec.template.spec, containers: [reversed] } },
      },
    }
    expect(lab.cluster.update(value).ok).toBe(true)
    lab.rest()
    expect(sets(lab)).toHaveLength(1)
  })

  it.each([
    // maxSurge rounds up, maxUnavailable down
    ['25%', '25%', 4, 5, 3],
    ['25%', '25%', 1, 2, 1],
    ['30%', '30%', 10, 13, 7],
    [1, 0, 3, 4, 3],
    [0, 1, 3, 3, 2],
    [0, '10%', 3, 3, 2],
  ])(
    '[CTL-2] surge %s and unavailable %s of %i: at most %i pods, at least %i available',
    (surge, unavailable, replicas, most, least) => {
      const lab = new Lab().add(
        workload('Deployment', 'web', { replicas, ...rolling(surge, unavailable) }, probed(), {
          'fairlead.dev/listen': '8080',
        }),
      )
      lab.patch('Deployment', 'web', {
        spec: {
          template: {
            metadata: { annotations: { 'fairlead.dev/ready': 'false' } },
            ...image('example/app:2').spec.template,
          },
        },
      })
      for (let step = 0; step < 40; step++) {
        lab.wait(0.05)
        const pods = lab.pods()
        expect(pods.length).toBeLessThanOrEqual(most)
        const ready = pods.filter((p) => p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'))
        expect(ready.length).toBeGreaterThanOrEqual(least)
      }
      lab.rest()
      expect(lab.pods()).toHaveLength(most)
      expect(lab.status('Deployment', 'web').availableReplicas).toBe(least)
    },
  )

  it('[CTL-3] a rollout ends with the old set at zero and the revision counted', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 3 }))
    lab.patch('Deployment', 'web', image('example/app:2')).rest()
    expect(sets(lab)).toEqual([
      ['example/app:2', 3],
      ['example/app:1', 0],
    ])
    expect(revision(lab.get('Deployment', 'web'))).toBe(2)
    expect(progressing(lab)).toBe('True NewReplicaSetAvailable')
    expect(lab.cluster.nextTaskAt()).toBeUndefined()
  })

  it('[CTL-3] going back to an earlier template takes its set again, under a new revision', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 1 }))
    lab.patch('Deployment', 'web', image('example/app:2')).rest()
    lab.patch('Deployment', 'web', image('example/app:1')).rest()
    expect(sets(lab)).toEqual([
      ['example/app:1', 1],
      ['example/app:2', 0],
    ])
    expect(revision(lab.get('Deployment', 'web'))).toBe(3)
    const back = lab.cluster.list('ReplicaSet').find((s) => revision(s) === 3)
    expect(back?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1')
  })

  it('[CTL-4] Recreate starts no new pod before the last old one has gone, also when that drains', () => {
    const lab = new Lab().add(
      workload(
        'Deployment',
        'web',
        { replicas: 2, strategy: { type: 'Recreate' } },
        {},
        { 'fairlead.dev/sigterm': 'drain 8s' },
      ),
    )
    lab.patch('Deployment', 'web', image('example/app:2')).rest().wait(5)
    expect(lab.pods()).toHaveLength(0)
    lab.wait(10)
    expect(lab.pods().map((p) => p.spec.containers[0]!.image)).toEqual(['example/app:2', 'example/app:2'])
  })

  it('[CTL-5] scaling in the middle of a rollout gives every set its share', () => {
    const lab = new Lab().add(
      workload('Deployment', 'web', { replicas: 10, ...rolling(3, 2) }, probed(), { 'fairlead.dev/listen': '8080' }),
    )
    lab.patch('Deployment', 'web', {
      spec: {
        template: {
          metadata: { annotations: { 'fairlead.dev/ready': 'false' } },
          ...image('example/app:2').spec.template,
        },
      },
    })
    lab.rest()
    // the example of the documentation: 10 replicas, 8 old and 5 new pods, scaled to 15
    expect(sets(lab)).toEqual([
      ['example/app:2', 5],
      ['example/app:1', 8],
    ])
    lab.scale('Deployment', 'web', 15).rest()
    expect(sets(lab)).toEqual([
      ['example/app:2', 7],
      ['example/app:1', 11],
    ])
  })

  const unready = (name: string) => ({
    spec: {
      template: { metadata: { annotations: { 'fairlead.dev/ready': 'false' } }, ...image(name).spec.template },
    },
  })

  it('[CTL-5] scaling down in the middle of a rollout leaves available what the limits ask for', () => {
    const lab = new Lab().add(
      workload('Deployment', 'web', { replicas: 10, ...rolling(1, 0) }, probed(), { 'fairlead.dev/listen': '8080' }),
    )
    lab.patch('Deployment', 'web', unready('example/app:2')).rest()
    const next = lab.pods().find((p) => p.spec.containers[0]!.image === 'example/app:2')!
    lab.annotate('Pod', next.metadata.name, { 'fairlead.dev/ready': 'true' }).rest()
    lab.scale('Deployment', 'web', 3).rest()
    expect(sets(lab)).toEqual([
      ['example/app:2', 2],
      ['example/app:1', 2],
    ])
    expect(lab.status('Deployment', 'web')).toMatchObject({ replicas: 4, availableReplicas: 3 })
  })

  it('[CTL-5] size and limit are noted on a set when its size changes', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 2, ...rolling(3, 0) }))
    const limit = () =>
      lab.cluster.list<ReplicaSet>('ReplicaSet')[0]!.metadata.annotations?.['deployment.kubernetes.io/max-replicas']
    lab.patch('Deployment', 'web', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }).rest()
    expect(limit()).toBe('5')
    lab.scale('Deployment', 'web', 3).rest()
    expect(limit()).toBe('3')
  })

  it('[CTL-6] going back to a template whose ReplicaSet is there is progress', () => {
    const lab = new Lab().add(
      workload('Deployment', 'web', { replicas: 1, ...rolling(1, 1) }, probed(), { 'fairlead.dev/listen': '8080' }),
    )
    lab.patch('Deployment', 'web', image('example/app:2')).rest()
    expect(progressing(lab)).toBe('True NewReplicaSetAvailable')
    lab.patch('Deployment', 'web', unready('example/app:3')).rest()
    lab.patch('Deployment', 'web', {
      spec: {
        template: {
          metadata: { annotations: { 'fairlead.dev/ready': null } },
          ...image('example/app:1').spec.template,
        },
      },
    })
    lab.rest()
    lab.patch('Deployment', 'web', unready('example/app:3')).rest()
    expect(progressing(lab)).toBe('True ReplicaSetUpdated')
  })

  it('[CTL-6] a rollout that makes no progress is said to have failed at its deadline, and goes on when it can', () => {
    const lab = new Lab().add(
      workload('Deployment', 'web', { replicas: 1, progressDeadlineSeconds: 60 }, probed(), {
        'fairlead.dev/ready': 'false',
      }),
    )
    expect(progressing(lab)).toBe('True ReplicaSetUpdated')
    lab.wait(70)
    expect(progressing(lab)).toBe('False ProgressDeadlineExceeded')
    lab.annotate('Pod', lab.names()[0]!, { 'fairlead.dev/ready': 'true' }).rest()
    expect(progressing(lab)).toBe('True NewReplicaSetAvailable')
  })

  it('[CTL-6] a paused deployment scales but does not roll out', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 2, paused: true }))
    expect(lab.pods()).toHaveLength(0)
    lab.patch('Deployment', 'web', { spec: { paused: false } }).rest()
    expect(lab.pods()).toHaveLength(2)
    lab.patch('Deployment', 'web', { spec: { paused: true, replicas: 3, ...image('example/app:2').spec } }).rest()
    expect(sets(lab)).toEqual([['example/app:1', 3]])
    expect(progressing(lab)).toBe('Unknown DeploymentPaused')
    lab.patch('Deployment', 'web', { spec: { paused: false } }).rest()
    expect(sets(lab)[0]).toEqual(['example/app:2', 3])
  })

  it('[CTL-7] old sets beyond revisionHistoryLimit are deleted', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 1, revisionHistoryLimit: 1 }))
    for (const tag of ['2', '3', '4']) lab.patch('Deployment', 'web', image(`example/app:${tag}`)).rest()
    expect(sets(lab).map(([i]) => i)).toEqual(['example/app:4', 'example/app:3'])
  })

  it('[CTL-8] minReadySeconds: a pod counts as available only after it has been ready that long', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 1, minReadySeconds: 20 }))
    expect(lab.status('Deployment', 'web').availableReplicas).toBe(1)
    expect(lab.cluster.now).toBeGreaterThanOrEqual(19_000)
  })

  it('[CTL-9] deleted and made anew at once, it starts over beside what its forerunner leaves', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 2 }))
    const before = lab.names()
    lab.delete('Deployment', 'web').add(workload('Deployment', 'web', { replicas: 2 }))
    expect(lab.status('Deployment', 'web')).toMatchObject({ availableReplicas: 2 })
    expect(lab.names().filter((n) => before.includes(n))).toEqual([])
    expect(lab.cluster.list('ReplicaSet')).toHaveLength(1)
  })

  it('[CTL-9] a name that another ReplicaSet has is a collision: the next hash is taken', () => {
    const lab = new Lab().add(workload('Deployment', 'web', { replicas: 2 }))
    const taken = lab.cluster.list('ReplicaSet')[0]!.metadata.name
    lab.delete('Deployment', 'web').rest()
    lab.add({ ...workload('ReplicaSet', 'other', { replicas: 0 }), metadata: { name: taken } })
    lab.add(workload('Deployment', 'web', { replicas: 2 }))
    expect(lab.status('Deployment', 'web')).toMatchObject({ availableReplicas: 2, collisionCount: 1 })
  })
})
