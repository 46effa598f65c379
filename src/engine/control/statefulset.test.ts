import { describe, expect, it } from 'vitest'
import { controllerOf } from '../../model/index.ts'
import { Lab, pod, probed, workload } from './testing/lab.ts'

const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: 'app', image: name }] } } } })
const set = (spec: object = {}, podSpec: object = {}, annotations: object = {}) =>
  workload('StatefulSet', 'db', { serviceName: 'db', replicas: 3, ...spec }, podSpec as never, annotations as never)
const images = (lab: Lab) => lab.pods().map((p) => [p.metadata.name, p.spec.containers[0]!.image])

describe('StatefulSet', () => {
  it('[CTL-20] names pods by ordinal, and gives each its name as label, hostname and index', () => {
    const lab = new Lab().add(set({ ordinals: { start: 5 }, replicas: 2 }))
    expect(lab.names()).toEqual(['db-5', 'db-6'])
    const { metadata, spec } = lab.pod('db-6')
    expect(metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'db-6',
      'apps.kubernetes.io/pod-index': '6',
    })
    expect(spec).toMatchObject({ hostname: 'db-6', subdomain: 'db' })
    expect(lab.said('StatefulSet/default/db')).toEqual([
      'SuccessfulCreate: Create Pod db-5 in StatefulSet db successful',
      'SuccessfulCreate: Create Pod db-6 in StatefulSet db successful',
    ])
  })

  it('[CTL-20] each pod has claims of its own', () => {
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }
    const lab = new Lab().add(set({ replicas: 1, volumeClaimTemplates: [claim] }))
    expect(lab.pod('db-0').spec.volumes).toContainEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'data-db-0' },
    })
  })

  it('[CTL-21] OrderedReady: the next pod comes when the one before is ready', () => {
    const lab = new Lab().add(set({}, probed(), { 'fairlead.dev/ready': 'false' }))
    expect(lab.names()).toEqual(['db-0'])
    lab.annotate('Pod', 'db-0', { 'fairlead.dev/ready': 'true' }).rest()
    expect(lab.names()).toEqual(['db-0', 'db-1'])
    expect(lab.status('StatefulSet', 'db')).toMatchObject({ replicas: 2, readyReplicas: 1, currentReplicas: 2 })
  })

  it('[CTL-21] OrderedReady: going down, one waits for the other to be gone', () => {
    const lab = new Lab().add(set({}, {}, { 'fairlead.dev/sigterm': 'drain 5s' }))
    lab.scale('StatefulSet', 'db', 1).rest()
    expect(lab.names()).toEqual(['db-0', 'db-1'])
    lab.wait(7)
    expect(lab.names()).toEqual(['db-0'])
  })

  it('[CTL-22] Parallel: all at once, up and down', () => {
    const lab = new Lab().add(set({ podManagementPolicy: 'Parallel' }, probed(), { 'fairlead.dev/ready': 'false' }))
    expect(lab.names()).toEqual(['db-0', 'db-1', 'db-2'])
    lab.scale('StatefulSet', 'db', 0).rest()
    expect(lab.names()).toEqual([])
  })

  it('[CTL-23] a rollout goes from the highest ordinal down, and waits for each to be ready', () => {
    const lab = new Lab().add(set({}, probed(), { 'fairlead.dev/listen': '8080' }))
    lab.patch('StatefulSet', 'db', {
      spec: {
        template: {
          metadata: { annotations: { 'fairlead.dev/ready': 'false' } },
          ...image('example/app:2').spec.template,
        },
      },
    })
    lab.rest()
    expect(images(lab)).toEqual([
      ['db-0', 'example/app:1'],
      ['db-1', 'example/app:1'],
      ['db-2', 'example/app:2'],
    ])
    const before = lab.status('StatefulSet', 'db')
    expect(before.updatedReplicas).toBe(1)
    expect(before.currentRevision).not.toBe(before.updateRevision)
    for (const name of ['db-2', 'db-1', 'db-0']) lab.annotate('Pod', name, { 'fairlead.dev/ready': 'true' }).rest()
    expect(images(lab).map(([, i]) => i)).toEqual(['example/app:2', 'example/app:2', 'example/app:2'])
    const after = lab.status('StatefulSet', 'db')
    expect(after.currentRevision).toBe(after.updateRevision)
  })

  it('[CTL-24] pods below the partition keep the old revision, also when they are made anew', () => {
    const lab = new Lab().add(set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }))
    lab.patch('StatefulSet', 'db', image('example/app:2')).rest()
    lab.delete('Pod', 'db-0').rest()
    expect(images(lab)).toEqual([
      ['db-0', 'example/app:1'],
      ['db-1', 'example/app:1'],
      ['db-2', 'example/app:2'],
    ])
  })

  it('[CTL-24] OnDelete: a pod gets the new revision only when somebody deletes it', () => {
    const lab = new Lab().add(set({ updateStrategy: { type: 'OnDelete' } }))
    lab.patch('StatefulSet', 'db', image('example/app:2')).rest()
    lab.delete('Pod', 'db-1').rest()
    expect(images(lab).map(([, i]) => i)).toEqual(['example/app:1', 'example/app:2', 'example/app:1'])
  })

  it('[CTL-25] revisions are kept, those that nothing lives by up to the limit', () => {
    const lab = new Lab().add(set({ replicas: 1, revisionHistoryLimit: 1 }))
    for (const tag of ['2', '3', '4']) lab.patch('StatefulSet', 'db', image(`example/app:${tag}`)).rest()
    expect(
      lab.cluster
        .list('ControllerRevision')
        .map((r) => r.revision)
        .sort(),
    ).toEqual([3, 4])
  })

  it('[CTL-26] a pod that has failed is made again', () => {
    const lab = new Lab().add(set({ replicas: 1 }))
    const { uid } = lab.pod('db-0').metadata
    lab.annotate('Pod', 'db-0', { 'fairlead.dev/phase': 'Failed' }).rest()
    expect(lab.pod('db-0').metadata.uid).not.toBe(uid)
    expect(lab.pod('db-0').status?.phase).toBe('Running')
  })

  it('[CTL-26] deleted and made anew at once, its pods come when the earlier ones of their names have gone', () => {
    const lab = new Lab().add(set())
    const uids = lab.pods().map((p) => p.metadata.uid)
    lab.delete('StatefulSet', 'db').add(set())
    expect(lab.names()).toEqual(['db-0', 'db-1', 'db-2'])
    expect(lab.pods().filter((p) => uids.includes(p.metadata.uid))).toEqual([])
    expect(lab.status('StatefulSet', 'db')).toMatchObject({ readyReplicas: 3, updatedReplicas: 3 })
  })

  it('[CTL-20] its pods say what their names were generated from', () => {
    expect(new Lab().add(set({ replicas: 1 })).pod('db-0').metadata.generateName).toBe('db-')
  })

  it('[CTL-27] adopts pods that bear its names, and no others that its selector matches', () => {
    const lab = new Lab().add(
      pod('db-0', {}, {}, { app: 'db' }),
      pod('stray', {}, {}, { app: 'db' }),
      set({ replicas: 2 }),
    )
    expect(controllerOf(lab.pod('db-0'))?.name).toBe('db')
    expect(controllerOf(lab.pod('stray'))).toBeUndefined()
    expect(lab.status('StatefulSet', 'db')).toMatchObject({ replicas: 2 })
  })

  it('[CTL-27] a name that is taken stops an ordered set there', () => {
    const lab = new Lab().add(pod('db-1'), set())
    expect(lab.names()).toEqual(['db-0', 'db-1'])
    expect(lab.said('StatefulSet/default/db', 'FailedCreate')[0]).toContain('pods "db-1" already exists')
    lab.delete('Pod', 'db-1').wait(60)
    expect(lab.names()).toEqual(['db-0', 'db-1', 'db-2'])
    expect(controllerOf(lab.pod('db-1'))?.name).toBe('db')
  })

  it('[CTL-27] a parallel set makes its pods in batches of 1, 2, 4, and none after a batch in which a name was taken', () => {
    const parallel = set({ podManagementPolicy: 'Parallel', replicas: 5 })
    expect(new Lab().add(pod('db-0'), parallel).names('app=db')).toEqual([])
    expect(new Lab().add(pod('db-1'), parallel).names('app=db')).toEqual(['db-0', 'db-2'])
    expect(new Lab().add(pod('db-3'), parallel).names('app=db')).toEqual(['db-0', 'db-1', 'db-2', 'db-4'])
  })

  it('[CTL-28] revisions that an earlier set left behind are taken over', () => {
    const lab = new Lab().add(set())
    const [left] = lab.cluster.list('ControllerRevision', 'default')
    lab.delete('StatefulSet', 'db', { propagation: 'Orphan' }).rest()
    expect(lab.get('ControllerRevision', left!.metadata.name).metadata.ownerReferences).toBeUndefined()
    lab.add(set())
    const revisions = lab.cluster.list('ControllerRevision', 'default')
    expect(revisions.map((r) => [r.metadata.name, controllerOf(r)?.uid])).toEqual([
      [left!.metadata.name, lab.get('StatefulSet', 'db').metadata.uid],
    ])
    expect(lab.status('StatefulSet', 'db')).toMatchObject({ currentRevision: left!.metadata.name, updatedReplicas: 3 })
  })
})
