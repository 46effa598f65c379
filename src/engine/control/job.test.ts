import { describe, expect, it } from 'vitest'
import { formatIndexes, parseIndexes } from './job-indexes.ts'
import { Lab, workload } from './testing/lab.ts'

const conditions = (lab: Lab) =>
  (lab.status('Job', 'sum').conditions as { type: string; status: string; reason: string }[] | undefined)?.map(
    (c) => `${c.type} ${c.reason}`,
  )
const job = (spec: object = {}, exit?: string) =>
  workload('Job', 'sum', spec as never, {}, exit === undefined ? {} : { 'fairlead.dev/exit': exit })

describe('Job', () => {
  it('[CTL-40] runs until its pods have ended well, and then is complete', () => {
    const lab = new Lab().add(job({}, '0 after 5s'))
    expect(lab.status('Job', 'sum')).toMatchObject({ active: 1, ready: 1 })
    lab.wait(8).rest()
    expect(lab.status('Job', 'sum')).toMatchObject({ succeeded: 1, ready: 0, terminating: 0 })
    expect(conditions(lab)).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached'])
    expect(lab.pods()[0]!.status?.phase).toBe('Succeeded')
    expect(lab.said('Job/default/sum', 'Completed')).toEqual(['Completed: Job completed'])
  })

  it('[CTL-40] without a way to end, its pods run on', () => {
    const lab = new Lab().add(job()).wait(3600)
    expect(lab.status('Job', 'sum')).toMatchObject({ active: 1 })
  })

  it('[CTL-41] completions and parallelism', () => {
    const lab = new Lab().add(job({ completions: 5, parallelism: 2 }, '0 after 10s'))
    expect(lab.pods()).toHaveLength(2)
    lab.wait(14)
    expect(lab.pods()).toHaveLength(4)
    lab.wait(40)
    expect(lab.status('Job', 'sum')).toMatchObject({ succeeded: 5 })
    expect(lab.pods()).toHaveLength(5)
  })

  it('[CTL-42] failed pods are replaced after a growing delay, up to backoffLimit', () => {
    const lab = new Lab().add(job({ backoffLimit: 2 }, '1'))
    expect(lab.pods()).toHaveLength(1)
    lab.wait(12)
    expect(lab.pods()).toHaveLength(2)
    lab.wait(15)
    expect(lab.pods()).toHaveLength(2)
    lab.wait(10)
    expect(lab.pods()).toHaveLength(3)
    expect(conditions(lab)).toEqual(['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded'])
    expect(lab.said('Job/default/sum', 'BackoffLimitExceeded')).toHaveLength(1)
  })

  it('[CTL-43] activeDeadlineSeconds ends it', () => {
    const lab = new Lab().add(job({ activeDeadlineSeconds: 30 })).wait(40)
    expect(conditions(lab)).toEqual(['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded'])
    expect(lab.pods()).toHaveLength(0)
  })

  it('[CTL-43] ttlSecondsAfterFinished deletes it with its pods', () => {
    const lab = new Lab().add(job({ ttlSecondsAfterFinished: 20 }, '0 after 1s')).wait(10)
    expect(lab.pods()).toHaveLength(1)
    lab.wait(30)
    expect(lab.cluster.list('Job')).toHaveLength(0)
    expect(lab.cluster.list('Pod')).toHaveLength(0)
  })

  it('[CTL-44] suspended it has no pods; resumed it has', () => {
    const lab = new Lab().add(job({ suspend: true }))
    expect(lab.pods()).toHaveLength(0)
    lab.patch('Job', 'sum', { spec: { suspend: false } }).rest()
    expect(lab.pods()).toHaveLength(1)
  })

  it('[CTL-45] Indexed: each pod has its index, as label, hostname and variable', () => {
    const lab = new Lab().add(job({ completions: 3, parallelism: 3, completionMode: 'Indexed' }, '0 after 5s'))
    expect(
      lab
        .pods()
        .map((p) => p.metadata.labels?.['batch.kubernetes.io/job-completion-index'])
        .sort(),
    ).toEqual(['0', '1', '2'])
    expect(
      lab
        .pods()
        .map((p) => p.spec.hostname)
        .sort(),
    ).toEqual(['sum-0', 'sum-1', 'sum-2'])
    lab.wait(8).rest()
    expect(lab.status('Job', 'sum')).toMatchObject({ completedIndexes: '0-2', succeeded: 3 })
  })

  it('[CTL-45] indexes are written as ranges', () => {
    expect(formatIndexes([5, 0, 1, 2, 7, 8])).toBe('0-2,5,7,8')
    expect(parseIndexes('0-2,5,7,8')).toEqual([0, 1, 2, 5, 7, 8])
    expect(parseIndexes('')).toEqual([])
  })

  it('[CTL-46] a pod that somebody deletes has failed; one that the Job itself stops counts as nothing', () => {
    const lab = new Lab().add(workload('Job', 'work', { completions: 3, parallelism: 2 }))
    lab.delete('Pod', lab.names()[0]!).wait(30)
    expect(lab.status('Job', 'work')).toMatchObject({ active: 2, failed: 1 })
    lab.patch('Job', 'work', { spec: { parallelism: 1 } }).wait(30)
    expect(lab.status('Job', 'work')).toMatchObject({ active: 1, failed: 1 })
    expect(lab.status('Job', 'work').succeeded).toBeUndefined()
  })

  it('[CTL-44] a suspended Job has no start time, and begins anew', () => {
    const lab = new Lab().add(workload('Job', 'work'))
    const begun = lab.status('Job', 'work').startTime
    lab
      .wait(10)
      .patch('Job', 'work', { spec: { suspend: true } })
      .rest()
    expect(lab.status('Job', 'work').startTime).toBeUndefined()
    lab
      .wait(10)
      .patch('Job', 'work', { spec: { suspend: false } })
      .rest()
    expect(lab.status('Job', 'work')).toMatchObject({ active: 1 })
    expect(lab.status('Job', 'work').startTime).not.toBe(begun)
    expect(lab.status('Job', 'work').succeeded).toBeUndefined()
  })
})
