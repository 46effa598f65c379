import { describe, expect, it } from 'vitest'
import { type Anything, plain, Server, template, workload } from '../testing/server.ts'

const server = () => new Server()
const job = (spec: object = {}, name = 'web') =>
  plain(
    'Job',
    { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'x' }] } }, ...spec } },
    'batch/v1',
    name,
  )

describe('workloads', () => {
  it('[API-34] a Deployment rolls by quarters, keeps ten revisions and gives up after ten minutes', () => {
    const { spec } = server().create(workload('Deployment'))
    expect(spec).toMatchObject({
      progressDeadlineSeconds: 600,
      replicas: 1,
      revisionHistoryLimit: 10,
      strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, type: 'RollingUpdate' },
    })
    expect(spec.template.spec).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' })
  })

  it('[API-34] a StatefulSet rolls from the highest, a DaemonSet one at a time; a ReplicationController selects by its template', () => {
    expect(server().create(workload('StatefulSet', { serviceName: 'db' })).spec).toMatchObject({
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      podManagementPolicy: 'OrderedReady',
      replicas: 1,
      updateStrategy: { rollingUpdate: { partition: 0 }, type: 'RollingUpdate' },
    })
    expect(server().create(workload('DaemonSet')).spec.updateStrategy).toEqual({
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
      type: 'RollingUpdate',
    })
    const made = server().create(plain('ReplicationController', { spec: { template: template() } }))
    expect(made.spec).toMatchObject({ replicas: 1, selector: { app: 'web' } })
    expect(made.metadata.labels).toEqual({ app: 'web' })
  })

  it('[API-35] a selector selects what the template makes', () => {
    const wrong = server().faults(workload('Deployment', { selector: { matchLabels: { app: 'shop' } } }))
    expect(wrong).toEqual([
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ])
    expect(server().faults(workload('Deployment', { selector: undefined }))).toContain('spec.selector: Required value')
    expect(server().faults(workload('Deployment', { selector: {} }))[0]).toContain(
      'empty selector is invalid for deployment',
    )
  })

  it('[API-35] the selector does not change', () => {
    const s = server()
    const made = s.create(workload('Deployment'))
    const [wrong] = s.editFaults(made, (d) => {
      d.spec.selector.matchLabels = { app: 'b' }
      d.spec.template.metadata.labels = { app: 'b' }
    })
    expect(wrong).toMatch(/^spec\.selector: Invalid value: \{.*\}: field is immutable$/)
  })

  it('[API-36] a change of what is wanted is a new generation; labels and annotations are not', () => {
    const s = server()
    const made = s.create(workload('Deployment'))
    const more = s.edited(made, (d) => {
      d.spec.replicas = 3
    })
    expect(more.metadata.generation).toBe(2)
    expect(
      s.edited(more, (d) => {
        d.metadata.labels = { a: 'b' }
      }).metadata.generation,
    ).toBe(2)
  })

  it('[API-36] an update without a selector, strategy or number gets the defaults, not the old ones', () => {
    const s = server()
    const made = s.create(workload('Deployment', { replicas: 3 }))
    expect(
      s.edited(made, (d) => {
        delete d.spec.replicas
      }).spec.replicas,
    ).toBe(1)
  })

  it('[API-37] a template is checked as a pod, and restarts always', () => {
    const bad = workload('Deployment', {
      template: template({ restartPolicy: 'Never', containers: [{ name: 'A', image: 'x' }] }),
    })
    const wrong = server().faults(bad)
    expect(wrong.some((w) => w.startsWith('spec.template.spec.containers[0].name: Invalid value: "A"'))).toBe(true)
    expect(wrong).toContain('spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"')
    expect(server().faults(workload('Deployment', { replicas: -1 }))).toEqual([
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ])
  })

  it('[API-37] a rolling update that may neither add nor take cannot be', () => {
    const strategy = { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }
    expect(server().faults(workload('Deployment', { strategy }))).toEqual([
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ])
  })

  it('[API-38] a Job selects its own pods by its uid, and runs once unless told', () => {
    const made = server().create(job())
    expect(made.spec).toMatchObject({
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      completions: 1,
      parallelism: 1,
      suspend: false,
    })
    expect(made.spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': made.metadata.uid } })
    expect(made.spec.template.metadata.labels).toMatchObject({
      'batch.kubernetes.io/controller-uid': made.metadata.uid,
      'batch.kubernetes.io/job-name': 'web',
      'job-name': 'web',
    })
    expect(server().faults(job({ selector: { matchLabels: { a: 'b' } } }))[0]).toMatch(
      /^spec\.selector: Invalid value: .*`selector` not auto-generated$/,
    )
    expect(server().faults(job({ template: template({ restartPolicy: 'Always' }) }))[0]).toBe(
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    )
  })

  it('[API-38] a changed Job still has the labels that were made for it', () => {
    const s = server()
    const made = s.create(job())
    const faults = s.editFaults(made, (d) => {
      d.spec.template.metadata.labels['job-name'] = 'other'
    })
    expect(faults[0]).toContain('spec.template.metadata.labels[job-name]: Invalid value: {')
    expect(faults[0]).toContain("must be 'web'")
  })

  it('[API-34] claims of a StatefulSet name their kind, and a DaemonSet goes on counting where its annotation stands', () => {
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }
    const set = server().create(workload('StatefulSet', { volumeClaimTemplates: [claim] }))
    expect(set.spec.volumeClaimTemplates[0]).toMatchObject({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' })
    const name = 'deprecated.daemonset.template.generation'
    const daemons = server().create({
      ...workload('DaemonSet'),
      metadata: { name: 'web', annotations: { [name]: '3' } },
    })
    expect(daemons.metadata.annotations[name]).toBe('3')
  })

  it('[API-35] labels that are there and empty are shown as such', () => {
    const s = server()
    const made = s.create(workload('Deployment'))
    const faults = s.editFaults(made, (d) => {
      d.spec.template.metadata.labels = {}
    })
    expect(faults).toEqual([
      'spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`',
    ])
  })

  it('[API-38] a CronJob has a schedule that can be read', () => {
    const cron = (schedule: string) =>
      plain('CronJob', { spec: { schedule, jobTemplate: { spec: (job() as Anything).spec } } }, 'batch/v1')
    expect(server().create(cron('*/5 * * * *')).spec).toMatchObject({
      concurrencyPolicy: 'Allow',
      failedJobsHistoryLimit: 1,
      successfulJobsHistoryLimit: 3,
      suspend: false,
    })
    expect(server().faults(cron('often'))).toEqual([
      'spec.schedule: Invalid value: "often": expected exactly 5 fields, found 1: [often]',
    ])
  })

  it('[API-39] of a StatefulSet only the numbers, the template and how it rolls can change', () => {
    const s = server()
    const made = s.create(workload('StatefulSet', { serviceName: 'db' }))
    expect(
      s.editFaults(made, (d) => {
        d.spec.serviceName = 'other'
      })[0],
    ).toMatch(
      /^spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy'/,
    )
    expect(
      s.edited(made, (d) => {
        d.spec.replicas = 2
      }).spec.replicas,
    ).toBe(2)
  })
})
